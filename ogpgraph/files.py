"""Documents in, named graphs out: strict, offline parsing, with the line of every statement.

pyoxigraph reads the bytes (rdflib would fetch remote contexts and accept relative IRIs).
A `Graph` is the sorted set of its canonical N-Triples statements: the same content is the
same value, whoever wrote it and in whichever format; numbers and dates have one spelling.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from xml.parsers import expat

import pyoxigraph as ox

from ogpgraph.errors import BadInput, BadSyntax
from ogpgraph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from ogpgraph.terms import XSD_STRING, Term, Triple

SUFFIXES = MappingProxyType({".ttl": TURTLE, ".nt": N_TRIPLES, ".rdf": RDF_XML, ".jsonld": JSON_LD})
DATASET_SUFFIXES = frozenset({".nq", ".trig"})
MAX_BYTES = 32 * 1024 * 1024
"""A document's size at most: the limit that uploads have too."""

_GENID = ".well-known/genid/"
_NO_BASE = "https://relative.invalid/"


@dataclass(frozen=True)
class Graph:
    """The content of one named graph: sorted, unique, canonical N-Triples statements."""

    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Iterable[str]) -> Graph:
        """A graph of statements given in any order, repeated or not."""
        return cls(tuple(sorted(set(lines))))

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical N-Triples document."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """The graph as a canonical N-Triples document in UTF-8."""
        return "".join(line + "\n" for line in self.lines).encode()

    def __len__(self) -> int:
        return len(self.lines)

    def __or__(self, other: Graph) -> Graph:
        return Graph.of((*self.lines, *other.lines))


@dataclass(frozen=True)
class Document:
    """A parsed document: its graph, and the line (from 1) on which each statement ends."""

    name: str
    graph: Graph
    line_of: Mapping[str, int] = field(default_factory=dict)


def read(path: Path, *, base: str, rebase: tuple[str, str] | None = None) -> Document:
    """Read one file, its format known by its suffix.

    Args:
        path: the file.
        base: the base IRI of the deployment, under which blank nodes are given IRIs.
        rebase: `(from, to)`: IRIs that begin with the first get the second instead.

    Raises:
        BadInput: it is not there, cannot be read, is too large or of an unknown suffix.
        BadSyntax: it does not parse; line and column are given.
    """
    name = str(path)
    suffix = path.suffix.lower()
    if suffix in DATASET_SUFFIXES:
        raise BadInput(
            f"{name}: {suffix} holds several graphs; give one file a named graph, as .ttl.",
            file=name,
        )
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise BadInput(f"{name}: unknown format “{suffix}”; known are {known}.", file=name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{name}: {error.strerror or error}.", file=name) from error
    return parse(content, SUFFIXES[suffix], name=name, base=base, rebase=rebase)


def parse(
    content: bytes,
    media_type: str,
    *,
    name: str,
    base: str,
    rebase: tuple[str, str] | None = None,
) -> Document:
    """Parse a document of triples into a graph without blank nodes.

    Raises:
        BadInput: it is over `MAX_BYTES`, or holds named graphs.
        BadSyntax: it is not UTF-8 or does not parse; line and column are given.
    """
    if len(content) > MAX_BYTES:
        raise BadInput(f"{name}: over the limit of {MAX_BYTES} bytes.", file=name)
    content = content.removeprefix(b"\xef\xbb\xbf")
    _check_utf8(content, name)
    if media_type == RDF_XML:
        _check_xml(content, name)
    reader = _LineReader(content)
    quads: list[tuple[ox.Quad, int]] = []
    try:
        parsed = ox.parse(
            input=reader,  # type: ignore[arg-type]  # only `read` is called
            format=ox.RdfFormat.from_media_type(media_type),
            base_iri=_NO_BASE if media_type == JSON_LD else None,
            without_named_graphs=True,
            rename_blank_nodes=False,
        )
        for quad in parsed:
            _check_term(quad.object, f"{name}:{reader.line}", name, reader.line)
            quads.append((quad, reader.line))
    except SyntaxError as error:
        line, column = error.lineno or reader.line, error.offset
        place = f"{name}:{line}:{column}" if column else f"{name}:{line}"
        message = f"{place}: {_reason(error)}"
        raise BadSyntax(message, file=name, line=line, column=column) from error
    except MemoryError as error:
        message = f"{name}:{reader.line + 1}: a token is over the parser's limit of 16 MiB."
        raise BadInput(message, file=name) from error
    statements = _statements(quads, base, rebase)
    if media_type == JSON_LD:
        _check_absolute(statements, name)
    return Document(name, Graph.of(text for text, _ in statements), _first_lines(statements))


def triples(graph: Graph) -> Iterator[Triple]:
    """The statements of a graph as terms, in canonical order."""
    for quad in ox.parse(input=graph.to_bytes(), format=ox.RdfFormat.N_TRIPLES):
        yield Triple(_term(quad.subject), _term(quad.predicate), _term(quad.object))


def write(graph: Graph, media_type: str, *, prefixes: Mapping[str, str]) -> bytes:
    """A graph in any RDF media type; `prefixes` shorten it where the format allows."""
    document = graph.to_bytes()
    content = ox.serialize(
        (quad.triple for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES)),
        format=ox.RdfFormat.from_media_type(media_type),
        prefixes={name: iri for name, iri in prefixes.items() if f"<{iri}".encode() in document},
    )
    assert content is not None  # no output file was given
    return content


class _LineReader:
    """Gives the parser one line at a time, so that `line` is where it stands."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)
        self.line = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._content.readline(size if size and size > 0 else -1)
        if chunk:
            self.line += chunk.endswith(b"\n") or self._content.tell() == self._end
        return chunk

    @cached_property
    def _end(self) -> int:
        return len(self._content.getbuffer())


def _check_utf8(content: bytes, name: str) -> None:
    try:
        content.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise BadSyntax(
            f"{name}:{line}:{column}: not UTF-8 text (byte 0x{content[error.start]:02x}).",
            file=name,
            line=line,
            column=column,
        ) from error


def _check_term(term: object, place: str, name: str, line: int) -> None:
    """Refuse what RDF 1.2 adds: triples as terms, and texts with a direction."""
    if isinstance(term, ox.Triple) or getattr(term, "direction", None):
        raise BadSyntax(f"{place}: {term} is of RDF 1.2, not 1.1.", file=name, line=line)


def _check_xml(content: bytes, name: str) -> None:
    """Well-formed to its end and without a DTD, which the engine's own reader does not ask."""

    def refuse(*_: object) -> None:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        message = f"{name}:{line}:{column}: a document type declaration is not read here."
        raise BadSyntax(message, file=name, line=line, column=column)

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        line, column = error.lineno, error.offset + 1
        reason = expat.ErrorString(error.code)
        message = f"{name}:{line}:{column}: {reason[:1].upper()}{reason[1:]}."
        raise BadSyntax(message, file=name, line=line, column=column) from error


def _check_absolute(statements: list[tuple[str, int | None]], name: str) -> None:
    """JSON-LD would drop relative IRIs in silence; here they were resolved, to be found."""
    for text, _ in statements:
        if _NO_BASE in text:
            relative = text.split(_NO_BASE, 1)[1].split(">", 1)[0]
            raise BadSyntax(f"{name}: the IRI “{relative}” is relative; give it whole.", file=name)


def _reason(error: SyntaxError) -> str:
    """The parser's reason without its own statement of the place, which we give ourselves."""
    text = str(error.msg)
    if text.startswith(("Parser error at line ", "Parser error between line ")):
        text = text.split(": ", 1)[-1]
    return text[:1].upper() + text[1:]


def _statements(
    quads: list[tuple[ox.Quad, int]], base: str, rebase: tuple[str, str] | None
) -> list[tuple[str, int | None]]:
    """Canonical statements with their lines; those with blank nodes lose theirs."""
    quads = _with_canonical_literals(quads)
    ground = [pair for pair in quads if not _has_blank_node(pair[0])]
    blank = [quad for quad, _ in quads if _has_blank_node(quad)]
    pairs: list[tuple[ox.Quad, int | None]] = [*ground]
    skolem = ""
    if blank:
        dataset = ox.Dataset(blank)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        content = "".join(sorted(f"{quad}\n" for quad in dataset)).encode()
        skolem = f"{base}{_GENID}{hashlib.sha256(content).hexdigest()[:12]}/"
        pairs.extend((quad, None) for quad in dataset)
    return [(str(_statement(quad, skolem, rebase)), line) for quad, line in pairs]


def _with_canonical_literals(quads: list[tuple[ox.Quad, int]]) -> list[tuple[ox.Quad, int]]:
    """Typed literals as the embedded engine gives them back: 29.0 and 29 are one decimal.

    Without this a graph would differ from its own copy in a store. The engine itself says what
    the form is, so that both can never disagree.
    """
    typed = {quad.object for quad, _ in quads if _is_typed(quad.object)}
    if not typed:
        return quads
    store = ox.Store()
    key = ox.NamedNode("urn:ogpgraph:literal")
    names = {ox.NamedNode(f"urn:ogpgraph:{at}"): term for at, term in enumerate(typed)}
    store.extend(ox.Quad(name, key, term) for name, term in names.items())
    canonical = {names[quad.subject]: quad.object for quad in store}
    return [
        (ox.Quad(q.subject, q.predicate, canonical.get(q.object, q.object)), line)
        for q, line in quads
    ]


def _is_typed(term: object) -> bool:
    return isinstance(term, ox.Literal) and not term.language and term.datatype.value != XSD_STRING


def _has_blank_node(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _statement(quad: ox.Quad, skolem: str, rebase: tuple[str, str] | None) -> Triple:
    terms = (_term(part) for part in (quad.subject, quad.predicate, quad.object))
    named = (Term("iri", skolem + t.value) if t.kind == "blank" else t for t in terms)
    subject, predicate, object_ = (_rebased(term, rebase) for term in named)
    return Triple(subject, predicate, object_)


def _term(term: object) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Term("literal", term.value, term.language)
        datatype = term.datatype.value
        return Term("literal", term.value, None, None if datatype == XSD_STRING else datatype)
    if isinstance(term, ox.BlankNode):
        return Term("blank", term.value)
    raise BadInput(f"{term} is not a term of RDF 1.1.")


def _rebased(term: Term, rebase: tuple[str, str] | None) -> Term:
    if rebase is None:
        return term
    old, new = rebase
    if term.kind == "iri" and term.value.startswith(old):
        return term._replace(value=new + term.value[len(old) :])
    if term.datatype and term.datatype.startswith(old):
        return term._replace(datatype=new + term.datatype[len(old) :])
    return term


def _first_lines(statements: list[tuple[str, int | None]]) -> dict[str, int]:
    lines: dict[str, int] = {}
    for text, line in statements:
        if line is not None:
            lines.setdefault(text, line)
    return lines


def write_dataset(
    graphs: Mapping[str, Graph], media_type: str, *, prefixes: Mapping[str, str]
) -> bytes:
    """Named graphs as one N-Quads or TriG document, graphs and statements in order."""
    quads = (
        ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(iri))
        for iri, graph in sorted(graphs.items())
        for quad in ox.parse(graph.to_bytes(), format=ox.RdfFormat.N_TRIPLES)
    )
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    content = ox.serialize(quads, format=rdf_format, prefixes=dict(prefixes))
    assert content is not None  # no output file was given
    return content


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file whole or not at all: temporary file, fsync, rename.

    Raises:
        BadInput: it exists and `force` is not set, or the folder cannot be written.
    """
    if path.exists() and not force:
        raise BadInput(f"{path} exists; --force replaces it.", file=str(path))
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise BadInput(f"{path}: {error.strerror or error}.", file=str(path)) from error

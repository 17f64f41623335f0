"""Documents in, named graphs out: strict, offline parsing, with the line of every statement.

pyoxigraph reads the bytes (rdflib would fetch remote contexts and accept relative IRIs).
A `Graph` is the sorted set of its canonical N-Triples statements: the same content is the
same value, whoever wrote it and in whichever format; numbers and dates have one spelling.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from xml.parsers import expat

import pyoxigraph as ox

from ogpgraph.errors import BadInput, BadSyntax, Unprocessable
from ogpgraph.formats import JSON_LD, RDF_XML, completed
from ogpgraph.intake import limits, scan, source
from ogpgraph.terms import XSD_STRING, Term, Triple

_GENID = ".well-known/genid/"
_RELATIVE = "relative-iri:"
_NO_BASE = f"{_RELATIVE}//none/"
"""Where relative IRIs of JSON-LD are found again, which a reader would drop in silence."""


@dataclass(frozen=True)
class Graph:
    """The content of one named graph: sorted, unique, canonical N-Triples statements."""

    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Iterable[str]) -> Graph:
        """A graph of statements given in any order, repeated or not."""
        return cls(tuple(sorted(set(lines))))

    @classmethod
    def from_bytes(cls, content: bytes) -> Graph:
        """What `to_bytes` wrote, and nothing else: it is not parsed."""
        return cls(tuple(content.decode().split("\n")[:-1]))

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
    """A parsed document: its graph, and the line (from 1) on which each statement ends.

    `digest` is the SHA-256 (hex) of its bytes as they were read; empty where there were none.
    """

    name: str
    graph: Graph
    line_of: Mapping[str, int] = field(default_factory=dict)
    digest: str = ""


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
    content, media_type = source.read(path)
    return parse(content, media_type, name=str(path), base=base, rebase=rebase)


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
        BadInput: it is over `source.MAX_BYTES`.
        BadSyntax: it is not UTF-8, does not parse, or holds named graphs; line and column are
            given.
        Unprocessable: something in it is over a limit, or not taken: see `intake.limits`.
    """
    if len(content) > source.MAX_BYTES:
        raise BadInput(f"{name}: over the limit of {source.MAX_BYTES} bytes.", file=name)
    digest = hashlib.sha256(content).hexdigest()
    content = scan.check(content, media_type, name)
    if media_type == RDF_XML:
        _check_xml(content, name)
    quads = _quads(content, media_type, name)
    statements = _statements(quads, base, rebase)
    return Document(
        name, Graph.of(text for text, _ in statements), _first_lines(statements), digest
    )


def answered(content: bytes) -> Graph:
    """N-Triples that an engine sent. What it holds was taken in once: no limit is looked at.

    Raises:
        BadInput: they do not parse.
    """
    try:
        parsed = ox.parse(content, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=False)
        statements = _statements([(quad, None) for quad in parsed], "urn:answer:", None)
    except SyntaxError as error:
        raise BadInput(f"The engine's answer is not N-Triples: {_reason(error)}") from error
    return Graph.of(text for text, _ in statements)


def _quads(content: bytes, media_type: str, name: str) -> list[tuple[ox.Quad, int]]:
    """The statements as the parser gives them, each with its line."""
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
            _check_quad(quad, f"{name}:{reader.line}", name, reader.line)
            quads.append((quad, reader.line))
            limits.check_count(len(quads))
    except Unprocessable as error:
        raise error.at(name, max(1, reader.line)) from None
    except SyntaxError as error:
        line, column = error.lineno or reader.line, error.offset
        place = f"{name}:{line}:{column}" if column else f"{name}:{line}"
        message = f"{place}: {_reason(error)}"
        raise BadSyntax(message, file=name, line=line, column=column) from error
    except MemoryError as error:
        message = f"{name}:{reader.line + 1}: a token is over the parser's limit of 16 MiB."
        raise BadInput(message, file=name) from error
    return quads


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
    return completed(content, media_type)


def rewrite(turtle: bytes, media_type: str, *, prefixes: Mapping[str, str]) -> bytes:
    """Turtle of our own in any RDF media type, blank nodes as they are."""
    content = ox.serialize(
        ox.parse(turtle, format=ox.RdfFormat.TURTLE),
        format=ox.RdfFormat.from_media_type(media_type),
        prefixes=dict(prefixes),
    )
    assert content is not None  # no output file was given
    return completed(content, media_type)


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


def _check_quad(quad: ox.Quad, place: str, name: str, line: int) -> None:
    """Refuse what is relative, over a limit, of a scheme that is not taken, or of RDF 1.2."""
    for term in (quad.subject, quad.predicate, quad.object):
        if isinstance(term, ox.NamedNode):
            if term.value.startswith(_RELATIVE):
                shown = term.value.removeprefix(_NO_BASE).removeprefix(_RELATIVE)
                message = f"{place}: the IRI “{shown}” is relative; give it whole."
                raise BadSyntax(message, file=name, line=line)
            limits.check_iri(term.value)
        elif isinstance(term, ox.Literal):
            if getattr(term, "direction", None):
                raise _rdf_12(term, place, name, line)
            datatype = None if term.language else term.datatype.value
            limits.check_literal(term.value, datatype, term.language)
        elif isinstance(term, ox.Triple):
            raise _rdf_12(term, place, name, line)


def _rdf_12(term: object, place: str, name: str, line: int) -> BadSyntax:
    """What RDF 1.2 adds: triples as terms, and texts with a direction."""
    message = f"{place}: {str(term)[:200]} is of RDF 1.2, and RDF 1.1 is read here."
    return BadSyntax(message, file=name, line=line, slug="rdf12-not-supported")


def _check_xml(content: bytes, name: str) -> None:
    """Well-formed to its end, which the engine's own reader does not ask, and not too deep."""
    depth = 0

    def wrong(reason: str, line: int, column: int, slug: str = "malformed-rdf") -> BadSyntax:
        message = f"{name}:{line}:{column}: {reason}"
        return BadSyntax(message, file=name, line=line, column=column, slug=slug)

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > scan.MAX_XML_DEPTH:
            reason = scan.too_deep("Elements", scan.MAX_XML_DEPTH)
            at = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
            raise wrong(reason, *at, slug="too-deep")

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        message = f"{reason[:1].upper()}{reason[1:]}."
        raise wrong(message, error.lineno, error.offset + 1) from error


def _reason(error: SyntaxError) -> str:
    """The parser's reason without its own statement of the place, which we give ourselves."""
    text = str(error.msg)
    if text.startswith(("Parser error at line ", "Parser error between line ")):
        text = text.split(": ", 1)[-1]
    return text[:1].upper() + text[1:]


def _statements(
    quads: Sequence[tuple[ox.Quad, int | None]], base: str, rebase: tuple[str, str] | None
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


def _with_canonical_literals(
    quads: Sequence[tuple[ox.Quad, int | None]],
) -> Sequence[tuple[ox.Quad, int | None]]:
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

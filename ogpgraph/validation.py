"""SHACL: a named graph and the shapes become a report. The only user of pyshacl.

The shapes are always given, so nothing in the data can add, change or switch off one; nothing is
inferred, imported or fetched. A graph is checked together with the part of the reference data that
it names, and only findings about its own subjects are reported.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pyshacl
import rdflib
from rdflib.namespace import RDF, SH, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import BNode, Literal, Node, URIRef

from ogpgraph import files
from ogpgraph.errors import ValidationFailed
from ogpgraph.terms import Term, Triple
from ogpgraph.vocab import EXTERNAL_PREFIXES, LANGUAGES, RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = f"<{EXTERNAL_PREFIXES['rdfs']}subClassOf>"
_GENID = "/.well-known/genid/"
_PLACEHOLDER = re.compile(r"\{[?$](this|path|value)\}")
_PATH_TOKEN = re.compile(r"\^?<[^>]*>|[|/]")


class Severity(StrEnum):
    """How much a finding matters: a violation blocks publishing, a warning is only reported."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


_SEVERITIES = {SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING}
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a shape.

    `focus`, `shape` and `component` are IRIs; `path` is an IRI, or SPARQL path syntax with
    `<…>` where it is not a single property; `value` is in N-Triples form; `messages` has a text
    for each language; `file` and `line` (from 1) say where, as far as known.
    """

    severity: Severity
    focus: str
    path: str | None
    value: str | None
    shape: str
    component: str
    messages: Mapping[str, str]
    file: str | None = None
    line: int | None = None

    def to_dict(self) -> dict[str, object]:
        """The same for JSON, without what is not known."""
        entries = {name: getattr(self, name) for name in self.__slots__}
        entries |= {"severity": str(self.severity), "messages": dict(self.messages)}
        return {name: value for name, value in entries.items() if value is not None}


@dataclass(frozen=True)
class Report:
    """What the shapes found, sorted by file, line, severity, focus and path."""

    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", tuple(sorted(self.findings, key=_order)))

    @classmethod
    def merged(cls, reports: Iterable[Report]) -> Report:
        """One report of several."""
        return cls(tuple(finding for report in reports for finding in report.findings))

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that block publishing."""
        return tuple(f for f in self.findings if f.severity is Severity.VIOLATION)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are only reported."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of findings of each severity, zeros included."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in Severity}

    def to_dict(self) -> dict[str, object]:
        """The report for JSON."""
        return {
            "conforms": self.conforms,
            "counts": {str(severity): count for severity, count in self.counts.items()},
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def to_turtle(self) -> str:
        """The report as RDF, a sh:ValidationReport in Turtle; the place is in dcterms:source."""
        conforms = "true" if self.conforms else "false"
        statements = [f"[] a sh:ValidationReport ;\n    sh:conforms {conforms}"]
        statements += [f"    sh:result {_turtle(finding)}" for finding in self.findings]
        prefixes = (f"@prefix {name}: <{EXTERNAL_PREFIXES[name]}> .\n" for name in ("dcterms", "sh"))
        return "".join(prefixes) + "\n" + " ;\n".join(statements) + " .\n"


class Validator:
    """The shapes of a deployment, ready to check graphs."""

    def __init__(self, shapes: files.Graph) -> None:
        self._shapes = _shapes_graph(shapes)
        self._messages = _messages(self._shapes)
        self.digest = shapes.digest

    def validate(
        self,
        graph: files.Graph,
        reference: files.Graph,
        *,
        lines: Mapping[str, int] | None = None,
        file: str | None = None,
    ) -> Report:
        """Check a graph against the shapes.

        Args:
            graph: what is checked; only its own subjects are reported.
            reference: what it refers to or supplements: never its own old content, nor graphs
                that the rules derived.
            lines: the line of the file on which each N-Triples statement of `graph` stands.
            file: the file's name.

        Raises:
            ValidationFailed: the validator could not finish.
        """
        data = _DataGraph()
        _fill(data, graph)
        _fill(data, reference_slice(graph, reference))
        results = self._results(data)
        places = _Places(graph, lines or {})
        focuses = {line.split(" ", 1)[0] for line in graph.lines}
        found = (self._finding(results, node, places, file) for node in _result_nodes(results))
        return Report(tuple(f for f in found if f"<{f.focus}>" in focuses))

    def _results(self, data: rdflib.Graph) -> rdflib.Graph:
        """The report graph of pyshacl."""
        try:
            _, results, text = pyshacl.validate(
                data,
                shacl_graph=self._shapes,
                advanced=False,
                js=False,
                do_owl_imports=False,
                inplace=False,
                inference="none",
                meta_shacl=False,
            )
        except Exception as error:  # whatever it was, nothing is known about the content
            reason = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0]
            raise ValidationFailed(f"The validator could not finish ({reason}).") from error
        if not isinstance(results, rdflib.Graph):
            raise ValidationFailed(f"The validator could not finish ({text}).")
        return results

    def _finding(
        self, results: rdflib.Graph, node: Node, places: _Places, file: str | None
    ) -> Finding:
        focus = results.value(node, SH.focusNode)
        path = results.value(node, SH.resultPath)
        value = results.value(node, SH.value)
        shape = str(results.value(node, SH.sourceShape))
        bound = {"this": focus, "path": path, "value": value}
        texts = self._messages.get(shape, {})
        path_text = None if path is None else _path_text(results, path)
        return Finding(
            severity=_SEVERITIES.get(_iri(results, node, SH.resultSeverity), Severity.INFO),
            focus=str(focus),
            path=path_text,
            value=None if value is None else str(_term(value)),
            shape=shape,
            component=str(results.value(node, SH.sourceConstraintComponent)),
            messages=MappingProxyType({k: _filled(text, bound) for k, text in texts.items()}),
            file=file,
            line=places.line(_term(focus), path_text, value),
        )


def reference_slice(graph: files.Graph, reference: files.Graph) -> files.Graph:
    """The part of the reference data that matters for checking a graph.

    Links (not texts) of everything that the graph names, the class axioms above them, and all
    about the things that the graph describes without saying their class, since then it
    supplements a description that is in the reference.
    """
    by_subject: dict[str, list[str]] = defaultdict(list)
    for line in reference.lines:
        by_subject[line.split(" ", 1)[0]].append(line)
    parts = [line[:-2].split(" ", 2) for line in graph.lines]
    typed = {subject for subject, predicate, _ in parts if predicate == _TYPE}
    supplemented = {subject for subject, _, _ in parts if subject not in typed}
    kept = {line for subject in supplemented for line in by_subject.get(subject, ())}
    kept.update(_incoming(reference, supplemented))
    named = {term for part in parts for term in part if term.startswith("<")}
    named.update(term for line in kept for term in _iris(line))
    kept.update(line for name in named for line in by_subject.get(name, ()) if line[-3] == ">")
    classes = {line[:-2].split(" ", 2)[2] for line in kept if f" {_TYPE} " in line}
    kept.update(_axioms(classes | named, by_subject))
    return files.Graph.of(kept)


def _incoming(reference: files.Graph, things: set[str]) -> Iterator[str]:
    """The statements that have one of the things as object."""
    if things:
        yield from (line for line in reference.lines if line[:-2].rsplit(" ", 1)[1] in things)


def _axioms(classes: set[str], by_subject: Mapping[str, list[str]]) -> Iterator[str]:
    """The subclass axioms from the classes upwards."""
    waiting, seen = list(classes), set(classes)
    while waiting:
        for line in by_subject.get(waiting.pop(), ()):
            subject, predicate, parent = line[:-2].split(" ", 2)
            if predicate == _SUBCLASS:
                yield line
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)


def _iris(line: str) -> list[str]:
    return [term for term in line[:-2].split(" ", 2) if term.startswith("<")]


class _DataGraph(rdflib.Graph):
    """Parses each SPARQL text once, not once for every focus node: most of pyshacl's time."""

    def __init__(self) -> None:
        super().__init__(bind_namespaces="none")
        self._prepared: dict[str, Any] = {}

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(query_object, str):
            if query_object not in self._prepared:
                self._prepared[query_object] = prepareQuery(query_object)
            query_object = self._prepared[query_object]
        return super().query(query_object, *args, **kwargs)


class _Places:
    """Where the statements of a graph stand in its file."""

    def __init__(self, graph: files.Graph, lines: Mapping[str, int]) -> None:
        self._lines = lines
        self._first: dict[tuple[str, ...], int] = {}
        for statement in graph.lines if lines else ():
            line = lines.get(statement)
            if line is not None:
                subject, predicate, _ = statement.split(" ", 2)
                for key in ((subject,), (subject, predicate)):
                    self._first[key] = min(line, self._first.get(key, line))

    def line(self, focus: Term, path: str | None, value: Node | None) -> int | None:
        """The line of the statement; else of the property; else of the focus node."""
        if path is not None and value is not None and "<" not in path:
            statement = str(Triple(focus, Term("iri", path), _term(value)))
            if statement in self._lines:
                return self._lines[statement]
        keys: list[tuple[str, ...]] = [(str(focus), f"<{path}>"), (str(focus),)]
        return next((self._first[key] for key in keys if key in self._first), None)


def _fill(target: rdflib.Graph, graph: files.Graph) -> None:
    for triple in files.triples(graph):
        subject, predicate, object_ = map(_node, triple)
        target.add((subject, predicate, object_))


def _shapes_graph(graph: files.Graph) -> rdflib.Graph:
    """The shapes for pyshacl, with the blank nodes that reading turned into IRIs: paths need them."""
    target = rdflib.Graph(bind_namespaces="none")
    for triple in files.triples(graph):
        subject, predicate, object_ = (_unnamed(_node(term)) for term in triple)
        target.add((subject, predicate, object_))
    return target


def _unnamed(node: Node) -> Node:
    if isinstance(node, URIRef) and _GENID in node:
        return BNode(node.rpartition(_GENID)[2].replace("/", ""))
    return node


def _node(term: Term) -> Node:
    if term.kind == "literal":
        datatype = None if term.datatype is None else URIRef(term.datatype)
        return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    return BNode(term.value) if term.kind == "blank" else URIRef(term.value)


def _term(node: Node | None) -> Term:
    if isinstance(node, Literal):
        datatype = None if node.datatype in (None, XSD.string) else str(node.datatype)
        return Term("literal", str(node), node.language, None if node.language else datatype)
    return Term("blank" if isinstance(node, BNode) else "iri", str(node))


def _iri(graph: rdflib.Graph, subject: Node, predicate: URIRef) -> URIRef:
    return URIRef(str(graph.value(subject, predicate)))


def _result_nodes(results: rdflib.Graph) -> list[Node]:
    """The results of the report itself, not those inside sh:detail."""
    report = results.value(predicate=RDF.type, object=SH.ValidationReport)
    return list(results.objects(report, SH.result))


def _messages(shapes: rdflib.Graph) -> dict[str, dict[str, str]]:
    """The messages of each shape by language; a property shape may leave them to its node shape."""
    messages: dict[str, dict[str, str]] = defaultdict(dict)
    for shape, text in shapes.subject_objects(SH.message):
        if isinstance(text, Literal) and text.language in LANGUAGES:
            messages[str(shape)][text.language] = str(text)
    for parent, shape in shapes.subject_objects(SH.property):
        messages.setdefault(str(shape), messages.get(str(parent), {}))
    return dict(messages)


def _filled(message: str, bound: Mapping[str, Node | None]) -> str:
    """A message with {?value} and {?path} replaced by what was found."""
    return _PLACEHOLDER.sub(lambda match: str(bound[match[1]] or ""), message)


def _path_text(graph: rdflib.Graph, path: Node) -> str:
    """A property path: the IRI alone, else in the syntax of SPARQL."""
    return str(path) if isinstance(path, URIRef) else _path_syntax(graph, path)


def _path_syntax(graph: rdflib.Graph, path: Node) -> str:
    if isinstance(path, URIRef):
        return f"<{path}>"
    if inverse := graph.value(path, SH.inversePath):
        return f"^{_path_syntax(graph, inverse)}"
    if alternatives := graph.value(path, SH.alternativePath):
        return "|".join(_path_syntax(graph, part) for part in graph.items(alternatives))
    return "/".join(_path_syntax(graph, part) for part in graph.items(path))


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.file or "",
        finding.line or 0,
        _RANK[finding.severity],
        finding.focus,
        finding.path or "",
        finding.shape,
        finding.value or "",
        finding.component,
    )


def _turtle(finding: Finding) -> str:
    """One result as a Turtle blank node."""
    rows = [
        "a sh:ValidationResult",
        f"sh:resultSeverity sh:{finding.severity.capitalize()}",
        f"sh:focusNode <{finding.focus}>",
        f"sh:sourceShape <{finding.shape}>",
        f"sh:sourceConstraintComponent <{finding.component}>",
    ]
    if finding.path is not None:
        rows.append(f"sh:resultPath {_turtle_path(finding.path)}")
    if finding.value is not None:
        rows.append(f"sh:value {finding.value}")
    if finding.file is not None:
        place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
        rows.append(f"dcterms:source {Term('literal', place)}")
    messages = (Term("literal", text, lang) for lang, text in finding.messages.items())
    rows.extend(f"sh:resultMessage {message}" for message in messages)
    return "[\n        " + " ;\n        ".join(rows) + "\n    ]"


def _turtle_path(path: str) -> str:
    """The RDF form of a path written by `_path_text`."""
    if "<" not in path:
        return f"<{path}>"
    tokens = _PATH_TOKEN.findall(path)
    steps = [f"[ sh:inversePath {t[1:]} ]" if t[0] == "^" else t for t in tokens if t not in "|/"]
    listed = f"( {' '.join(steps)} )"
    if "|" in tokens:
        return f"[ sh:alternativePath {listed} ]"
    return listed if "/" in tokens else steps[0]

"""SHACL: a named graph and the shapes become a report. The only user of pyshacl.

The shapes are always given, so nothing in the data can add, change or switch off one; nothing is
inferred, imported or fetched. A graph is checked together with what is said around it, and only
findings about its own subjects are reported.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pyshacl
import rdflib
from rdflib.namespace import RDF, SH, XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import BNode, Literal, Node, URIRef

from ogpgraph import files
from ogpgraph.errors import ValidationFailed
from ogpgraph.report import Finding, Severity
from ogpgraph.terms import Term
from ogpgraph.vocab import LANGUAGES, RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
_SHOWN = 200
"""Characters of a value that a message has."""
_GENID = "/.well-known/genid/"
_PLACEHOLDER = re.compile(r"\{[?$](this|path|value)\}")


_SEVERITIES = MappingProxyType({SH.Violation: Severity.VIOLATION, SH.Warning: Severity.WARNING})


class Validator:
    """The shapes of a deployment, ready to check graphs."""

    def __init__(self, shapes: files.Graph) -> None:
        self._shapes = _shapes_graph(shapes)
        self._messages = _messages(self._shapes)
        for texts in (SH.name, SH.description, SH.message):  # pyshacl would look through them all
            self._shapes.remove((None, texts, None))
        self._prepared: dict[str, Any] = {}
        self.shapes = shapes
        self.digest = shapes.digest
        self.size = 1

    def validate(self, graph: files.Graph, around: files.Graph) -> tuple[Finding, ...]:
        """Check a graph against the shapes. The findings do not say where they stand.

        Args:
            graph: what is checked; only its own subjects are reported.
            around: what it refers to or supplements, as `Reference.around` gives it: never its
                own old content, nor graphs that the rules derived.

        Raises:
            ValidationFailed: the validator could not finish.
        """
        data = _DataGraph(self._prepared)
        _fill(data, graph)
        _fill(data, around)
        results = self._results(data)
        found = (self._finding(results, node) for node in _result_nodes(results))
        is_own = _own(graph)
        return tuple(finding for finding in found if is_own(finding))

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
        except MemoryError:
            raise  # the worker ends of it
        except Exception as error:  # whatever it was, nothing is known about the content
            reason = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0]
            raise ValidationFailed(f"The validator could not finish ({reason}).") from error
        if not isinstance(results, rdflib.Graph):
            raise ValidationFailed(f"The validator could not finish ({text}).")
        return results

    def _finding(self, results: rdflib.Graph, node: Node) -> Finding:
        focus = results.value(node, SH.focusNode)
        path = results.value(node, SH.resultPath)
        value = results.value(node, SH.value)
        shape = str(results.value(node, SH.sourceShape))
        bound = {"this": focus, "path": path, "value": value}
        texts = self._messages.get(shape, {})
        return Finding(
            severity=_SEVERITIES.get(_iri(results, node, SH.resultSeverity), Severity.INFO),
            focus=str(focus),
            path=None if path is None else _path_text(results, path),
            value=None if value is None else str(_term(value)),
            shape=shape,
            component=str(results.value(node, SH.sourceConstraintComponent)),
            messages=MappingProxyType({k: _filled(text, bound) for k, text in texts.items()}),
        )


class _DataGraph(rdflib.Graph):
    """Parses each SPARQL text once, not once for every focus node: most of pyshacl's time."""

    def __init__(self, prepared: dict[str, Any]) -> None:
        super().__init__(bind_namespaces="none")
        self._prepared = prepared

    def query(self, query_object: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(query_object, str):
            if query_object not in self._prepared:
                self._prepared[query_object] = prepareQuery(query_object)
            query_object = self._prepared[query_object]
        return super().query(query_object, *args, **kwargs)


def _own(graph: files.Graph) -> Callable[[Finding], bool]:
    """Whether a finding is the graph's own: about what it describes, or a class that it names.

    Of a thing that it only supplements, statements of the reference are not its own.
    """
    parts = [line[:-2].split(" ", 2) for line in graph.lines]
    typed = {term for part in parts if part[1] == _TYPE for term in (part[0], part[2])}
    subjects = {part[0] for part in parts}
    stated = frozenset(graph.lines)

    def is_own(finding: Finding) -> bool:
        focus = f"<{finding.focus}>"
        if focus in typed or finding.value is None or finding.path is None:
            return focus in typed or focus in subjects
        return f"{focus} <{finding.path}> {finding.value} ." in stated

    return is_own


def _fill(target: rdflib.Graph, graph: files.Graph) -> None:
    for triple in files.triples(graph):
        subject, predicate, object_ = map(_node, triple)
        target.add((subject, predicate, object_))


def _shapes_graph(graph: files.Graph) -> rdflib.Graph:
    """The shapes for pyshacl, blank again where reading gave an IRI: paths need it."""
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
    """A message with {?value} and {?path} replaced by what was found, cut where it is long."""
    return _PLACEHOLDER.sub(lambda match: _shown(str(bound[match[1]] or "")), message)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


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

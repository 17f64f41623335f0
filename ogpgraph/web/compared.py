"""The page of `/diff`: by thing and property, what was said before beside what is said now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from fastapi import Request

from ogpgraph.files import Graph, triples
from ogpgraph.history import Difference
from ogpgraph.ontology import Ontology
from ogpgraph.terms import Term
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE
from ogpgraph.web import pages, past
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.texts import EXTERNAL_LABELS
from ogpgraph.web.views import Value, Viewer

_SHOWN = 400
"""Statements that a page shows; the other forms have them all."""

_LABELS = frozenset({PREF_LABEL, RDF_TYPE, EXTERNAL_PREFIXES["dcterms"] + "title"})


@dataclass(slots=True)
class Row:
    """A property of a thing: the values that it lost and those that it gained."""

    label: str
    iri: str
    removed: list[Value] = field(default_factory=list)
    added: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of which something else is said."""

    label: Value
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Compared:
    """A graph that differs: how many statements it gained and lost, and the first of them."""

    graph: str
    name: str
    added: int
    removed: int
    things: list[Thing]


def page(
    request: Request, found: Sequence[Difference], start: int, end: int, graph: str | None
) -> str:
    """The page of a difference; a bounded part of it, and links to the whole."""
    shown = _first(found)
    labels = _Labels.of(request, shown)
    local = service_of(request).names.graph("")
    graphs = [
        Compared(
            one.graph,
            one.graph.removeprefix(local),
            len(one.added),
            len(one.removed),
            _things(request, part, labels),
        )
        for one, part in zip(found, shown, strict=True)
    ]
    total = sum(one.added + one.removed for one in graphs)
    return pages.page(
        request,
        "diff.html",
        title=pages.word(request, "diff_title"),
        graphs=graphs,
        start=start,
        end=end,
        newest=reading_of(request).sequence,
        graph=graph.removeprefix(local) if graph else "",
        total=total,
        limit=_SHOWN,
        tail=past.difference_address(start, end, graph).partition("?")[2],
        past=past,
    )


def _first(found: Iterable[Difference]) -> list[Difference]:
    """Of each difference what fits on the page, those of one thing together."""
    left, shown = _SHOWN, []
    for one in found:
        marked = sorted(
            [(text, False) for text in one.removed] + [(text, True) for text in one.added]
        )
        part = marked[:left]
        left -= len(part)
        added, removed = ([text for text, new in part if new is side] for side in (True, False))
        shown.append(Difference(one.graph, tuple(added), tuple(removed)))
    return shown


@dataclass(frozen=True, slots=True)
class _Labels:
    """Knows the labels of things as they are now, and of what is no more as they were."""

    viewer: Viewer
    present: frozenset[str]
    ontology: Ontology
    terms: str
    """The namespace of the ontology's terms."""
    language: str

    @classmethod
    def of(cls, request: Request, shown: Iterable[Difference]) -> _Labels:
        """Of all that stands in some differences."""
        lines = [text for one in shown for text in (*one.removed, *one.added)]
        said = list(triples(Graph.of(lines)))
        then = Graph.of(str(triple) for triple in said if triple.predicate.value in _LABELS)
        terms = [term for triple in said for term in (triple.subject, triple.object)]
        now = pages.labels(request, (term.value for term in terms if term.kind == "iri"))
        present = frozenset(triple.subject.value for triple in triples(now))
        service = service_of(request)
        viewer, namespace = pages.viewer_of(request, now | then), service.names.term("")
        return cls(viewer, present, service.library.ontology, namespace, language(request))

    def thing(self, iri: str) -> Value:
        """Its label; a link where it is there now."""
        if iri.startswith(self.terms):
            return self.term(Term("iri", iri))
        value = self.viewer.label(iri)
        value.external = value.href == iri
        gone = (value.href or "").startswith("/things/") and iri not in self.present
        return replace(value, href=None) if gone else value

    def term(self, term: Term) -> Value:
        """A class or property by its label where it is one of ours, else by its prefixed name."""
        value = self.viewer.reference(term)
        if term.value.startswith(self.terms):
            value.text = self.ontology.label(term.value, self.language)
        return value

    def value(self, term: Term) -> Value:
        """A value of a statement."""
        if term.kind == "iri":
            return self.thing(term.value)
        return Value(term.value, language=term.language)


def _things(request: Request, part: Difference, labels: _Labels) -> list[Thing]:
    rows: dict[str, dict[str, Row]] = defaultdict(dict)
    for side, lines in (("removed", part.removed), ("added", part.added)):
        for subject, predicate, value in triples(Graph(lines)):
            known = rows[subject.value]
            label = _property(request, predicate.value)
            row = known.setdefault(predicate.value, Row(label, predicate.value))
            named = labels.term if predicate.value == RDF_TYPE else labels.value
            getattr(row, side).append(named(value))
    return [
        Thing(labels.thing(subject), sorted(found.values(), key=lambda row: row.label))
        for subject, found in sorted(rows.items())
    ]


def _property(request: Request, iri: str) -> str:
    if iri in EXTERNAL_LABELS:
        return EXTERNAL_LABELS[iri][pages.index(request)]
    return service_of(request).library.ontology.label(iri, language(request))

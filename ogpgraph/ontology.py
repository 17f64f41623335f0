"""What the ontology says of its own terms: labels and definitions for pages and messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ogpgraph.files import Graph, triples
from ogpgraph.vocab import DEFINITION, EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE

_RDFS = EXTERNAL_PREFIXES["rdfs"]
_OWL = EXTERNAL_PREFIXES["owl"]


@dataclass(slots=True)
class TermInfo:
    """A term: its labels and definitions by language, its types and superclasses by IRI."""

    iri: str
    labels: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)
    domain: set[str] = field(default_factory=set)
    range: set[str] = field(default_factory=set)
    inverse: set[str] = field(default_factory=set)

    def label(self, language: str) -> str:
        """The label in a language, else in another, else the local name."""
        local = self.iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        return self.labels.get(language) or next(iter(self.labels.values()), local)


class Ontology:
    """The terms of the ontology graph."""

    def __init__(self, graph: Graph, namespace: str) -> None:
        self._namespace = namespace
        self._terms = _terms(graph)

    def label(self, iri: str, language: str) -> str:
        """A term's label; the local name of an IRI that it does not describe."""
        return self._terms.get(iri, TermInfo(iri)).label(language)

    def term(self, iri: str) -> TermInfo:
        """What is known of a term; nothing but its IRI of one that is not described."""
        return self._terms.get(iri, TermInfo(iri))

    def is_class(self, iri: str) -> bool:
        """Whether a term is declared as a class."""
        return f"{_OWL}Class" in self.term(iri).types

    def ancestors(self, iri: str) -> frozenset[str]:
        """A class or property, and all that it is a kind of."""
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.term(one).parents
        return frozenset(found)

    def classes(self) -> Iterable[TermInfo]:
        """Our classes, by IRI."""
        return self._own({f"{_OWL}Class"})

    def properties(self) -> Iterable[TermInfo]:
        """Our properties, by IRI."""
        return self._own({f"{_OWL}ObjectProperty", f"{_OWL}DatatypeProperty"})

    def _own(self, types: set[str]) -> Iterable[TermInfo]:
        mine = (term for term in self._terms.values() if term.iri.startswith(self._namespace))
        return sorted((t for t in mine if t.types & types), key=lambda term: term.iri)


def _terms(graph: Graph) -> dict[str, TermInfo]:
    terms: dict[str, TermInfo] = {}
    for subject, predicate, value in triples(graph):
        term = terms.setdefault(subject.value, TermInfo(subject.value))
        if predicate.value in {f"{_RDFS}label", PREF_LABEL} and value.language:
            term.labels[value.language] = value.value
        elif predicate.value == DEFINITION and value.language:
            term.definitions[value.language] = value.value
        elif predicate.value == RDF_TYPE:
            term.types.add(value.value)
        elif value.kind == "iri":
            _relate(term, predicate.value, value.value)
    return terms


def _relate(term: TermInfo, predicate: str, value: str) -> None:
    if predicate in {f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf"}:
        term.parents.add(value)
    elif predicate == f"{_RDFS}domain":
        term.domain.add(value)
    elif predicate == f"{_RDFS}range":
        term.range.add(value)
    elif predicate == f"{_OWL}inverseOf":
        term.inverse.add(value)

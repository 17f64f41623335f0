"""Graphs as trees for people: labelled fields in a fixed order, links, texts in one language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from ogpgraph.files import Graph, triples
from ogpgraph.iris import Names
from ogpgraph.kinds import PART_LINKS, document_path, kind_of
from ogpgraph.ontology import Ontology
from ogpgraph.terms import Term
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE

_SAFE_SCHEMES = ("http://", "https://", "mailto:")
_DCTERMS, _OA = EXTERNAL_PREFIXES["dcterms"], EXTERNAL_PREFIXES["oa"]
_FIRST = (
    "number",
    "summary",
    "commitmentOf",
    "country",
    "leadInstitution",
    "coResponsible",
    "supportingActor",
    "involvesBranch",
    "policyArea",
    "ogpValue",
    "declaredCommitmentTotal",
    "hasCommitment",
    "hasUnlistedNumber",
    "hasMilestone",
    "hasEvidence",
    "hasInvolvement",
    "hasBranchAssessment",
    "hasClassification",
)
_HIDDEN = {
    PREF_LABEL,
    RDF_TYPE,
    f"{_OA}hasSelector",
    EXTERNAL_PREFIXES["skos"] + "topConceptOf",
}
_HIDDEN_TERMS = ("ordinal", "responsibleParty", "involvedParty", "hasAlignment")
_DEPTH = 3


@dataclass(slots=True)
class Value:
    """A literal or a link. `href` is set for links that are safe to follow."""

    text: str
    href: str | None = None
    language: str | None = None
    external: bool = False
    part: Node | None = None


@dataclass(slots=True)
class Field:
    """A property and its values."""

    iri: str
    local: str
    label: str
    values: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Node:
    """A thing: its heading, its types, its fields."""

    iri: str
    title: Value
    types: list[str]
    fields: list[Field]

    def first(self, local: str) -> Value | None:
        """The first value of a property by local name."""
        return next((f.values[0] for f in self.fields if f.local == local and f.values), None)


class Viewer:
    """Makes nodes of one graph, in one language."""

    def __init__(self, graph: Graph, names: Names, ontology: Ontology, language: str) -> None:
        self._names = names
        self._ontology = ontology
        self._language = language
        self._said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in triples(graph):
            self._said[subject.value][predicate.value].append(value)
        self._parts = {names.term(name) for name in PART_LINKS}
        self._hidden = _HIDDEN | {names.term(name) for name in _HIDDEN_TERMS}
        self._order = {names.term(name): at for at, name in enumerate(_FIRST)}

    def node(self, iri: str, *, depth: int = _DEPTH, seen: frozenset[str] = frozenset()) -> Node:
        """A thing with its parts nested, no deeper than `depth`, none inside itself."""
        said = self._said.get(iri, {})
        inside = seen | {iri}
        fields = [
            Field(
                predicate,
                _local(predicate),
                self._ontology.label(predicate, self._language),
                self._values(predicate, values, depth, inside),
            )
            for predicate, values in said.items()
            if predicate not in self._hidden
        ]
        fields.sort(key=lambda f: (self._order.get(f.iri, 99), f.label))
        types = [
            self._ontology.label(term.value, self._language)
            for term in said.get(RDF_TYPE, ())
            if term.value.startswith(self._names.base)
        ]
        return Node(iri, self.label(iri), types, fields)

    def label(self, iri: str) -> Value:
        """The label of a thing in the page's language, else in another, else its id."""
        said = self._said.get(iri, {})
        labels = said.get(PREF_LABEL) or said.get(f"{_DCTERMS}title") or []
        chosen = self._in_language(labels)
        if chosen:
            return Value(chosen[0].value, self._href(iri)[0], chosen[0].language)
        text = self._names.local(iri) or iri
        return Value(text.removeprefix("id/"), self._href(iri)[0])

    def _values(
        self, predicate: str, values: Sequence[Term], depth: int, seen: frozenset[str]
    ) -> list[Value]:
        shown = []
        for term in self._in_language(values):
            if term.kind != "iri":
                shown.append(Value(term.value, language=term.language))
                continue
            href, external = self._href(term.value)
            value = self.label(term.value)
            value.href, value.external = href, external
            nested = predicate in self._parts and term.value in self._said
            if nested and depth > 0 and term.value not in seen:
                value.part = self.node(term.value, depth=depth - 1, seen=seen)
            shown.append(value)
        return sorted(shown, key=self._rank)

    def _rank(self, value: Value) -> tuple[int, str]:
        """Parts and things with a number stand in its order, the rest by their text."""
        iri = value.part.iri if value.part else ""
        ordinals = self._said.get(iri, {}).get(self._names.term("ordinal"), [])
        number = ordinals[0].value if ordinals else ""
        return (int(number) if number.isdigit() else 0, value.text.casefold())

    def _in_language(self, values: Iterable[Term]) -> list[Term]:
        """Of texts in several languages those of the page; the others only where it has none."""
        terms = list(values)
        tagged = [term for term in terms if term.language]
        mine = [term for term in tagged if term.language == self._language]
        if not tagged or not mine:
            return terms
        return [term for term in terms if not term.language or term in mine]

    def _href(self, iri: str) -> tuple[str | None, bool]:
        """Where a link to an IRI leads, and whether that is outside this service."""
        found = kind_of(self._names, iri)
        if found:
            return document_path(*found), False
        local = self._names.local(iri)
        if local:
            path = "/ontology#" + local[3:] if local.startswith("ns#") else f"/things/{quote(local)}"
            return path, False
        clean = "".join(character for character in iri if character > " ").lower()
        return (iri, True) if clean.startswith(_SAFE_SCHEMES) else (None, True)


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]

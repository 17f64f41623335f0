"""Graphs as trees for people: labelled fields in a fixed order, links, texts in one language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from ogpgraph.files import Graph, triples
from ogpgraph.iris import Names
from ogpgraph.kinds import PART_LINKS, document_path, kind_of
from ogpgraph.ontology import Ontology
from ogpgraph.sdg import VOCABULARY
from ogpgraph.terms import XSD, Term
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE
from ogpgraph.web.texts import EXTERNAL_LABELS
from ogpgraph.web.titles import Titles

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
_HIDDEN = frozenset(
    {
        PREF_LABEL,
        RDF_TYPE,
        f"{_OA}hasSelector",
        EXTERNAL_PREFIXES["skos"] + "topConceptOf",
        f"{_DCTERMS}hasPart",
        f"{_DCTERMS}temporal",
    }
)
_HIDDEN_TERMS = (
    "hasAlignment",
    "hasTranslation",
    "involvedParty",
    "ordinal",
    "responsibleParty",
)
_DEPTH = 4
_COUNTERS = ("ordinal", "stageNumber", "involvementOrder", "firstLine")
_LAST = (2, 0, "")
_TRAILING_ZEROS = re.compile(r"\.0*$|(\.\d*?)0+$")
_MOST_TEXT, _MOST_LABEL, _MOST_ID = 4000, 400, 300
"""Characters of a text, of the name of a thing and of an IRI that a page shows."""


@dataclass(slots=True)
class Value:
    """A literal or a link. `href` is set for links that are safe to follow.

    `iri` is set where it is a thing, `number` where that thing is known to have one. `whole` is
    how many characters a text has of which only the first are shown, 0 where all are.
    """

    text: str
    href: str | None = None
    language: str | None = None
    external: bool = False
    part: Node | None = None
    iri: str = ""
    number: str = ""
    whole: int = 0


@dataclass(slots=True)
class Field:
    """A property and its values."""

    iri: str
    local: str
    label: str
    values: list[Value] = field(default_factory=list)


@dataclass(slots=True)
class Node:
    """A thing: its heading, the labels and local names of its types, its fields.

    `country` is its own, or that of the plan it belongs to.
    """

    iri: str
    title: Value
    types: list[str]
    fields: list[Field]
    kinds: list[str] = field(default_factory=list)
    country: Value | None = None

    def get(self, local: str) -> Field | None:
        """A property by local name, None where nothing is said."""
        return next((f for f in self.fields if f.local == local and f.values), None)

    def all(self, local: str) -> list[Value]:
        """The values of a property by local name."""
        found = self.get(local)
        return found.values if found else []

    def rest(self, *shown: str) -> list[Field]:
        """The properties but those with these local names."""
        return [f for f in self.fields if f.local not in shown]

    def first(self, local: str) -> Value | None:
        """The first value of a property by local name."""
        return next((f.values[0] for f in self.fields if f.local == local and f.values), None)


class Viewer:
    """Makes nodes of one graph, in one language. `shortened`: not all texts were shown whole."""

    def __init__(
        self, graph: Graph, names: Names, vocabulary: tuple[Ontology, Ontology], language: str
    ) -> None:
        """Make ready.

        Args:
            graph: what is shown.
            names: of the deployment.
            vocabulary: the terms of the ontology, and the concepts of its code lists.
            language: of the page.
        """
        self._names = names
        self._ontology = vocabulary[0]
        self._titles = Titles(names, vocabulary, language, self._given)
        self._language = language
        self.shortened = False
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
                self._property(predicate),
                self._values(predicate, values, depth, inside),
            )
            for predicate, values in said.items()
            if predicate not in self._hidden
        ]
        fields.sort(key=lambda f: (self._order.get(f.iri, 99), f.label))
        classes = [t.value for t in said.get(RDF_TYPE, ()) if t.value.startswith(self._names.base)]
        types = [self._ontology.label(value, self._language) for value in classes]
        kinds = [_local(value) for value in classes]
        title = self.label(iri)
        title.number = self._number(iri)
        return Node(iri, title, types, fields, kinds, self._country(iri))

    def label(self, iri: str) -> Value:
        """The label of a thing in the page's language, else in another, else its id."""
        said = self._said.get(iri, {})
        labels = said.get(PREF_LABEL) or said.get(f"{_DCTERMS}title") or []
        chosen = self._in_language(labels)
        if chosen:
            value = self._short_text(chosen[0].value, _MOST_LABEL)
            value.language = chosen[0].language
        else:
            value = self._short_text(self._titles.of(iri, self._said), _MOST_ID)
        value.href, value.iri = self._href(iri)[0], iri
        return value

    def _given(self, iri: str) -> str:
        """The label that the graph gives a thing, empty where it gives none."""
        return self.label(iri).text if PREF_LABEL in self._said.get(iri, {}) else ""

    def reference(self, term: Term | None) -> Value:
        """A bare term: an IRI by its prefixed name with a link, a literal as it stands."""
        if term is None or term.kind != "iri":
            value = self._short_text(term.value if term else "", _MOST_TEXT)
            value.language = term.language if term else None
            return value
        value = self._short_text(self._short(term.value), _MOST_ID)
        value.href, value.external = self._href(term.value)
        value.iri = term.value
        return value

    def _short_text(self, text: str, most: int) -> Value:
        """A text as a page shows it: whole where it is not too long."""
        if len(text) <= most:
            return Value(text)
        self.shortened = True
        return Value(text[: most - 1] + "…", whole=len(text))

    def _short(self, iri: str) -> str:
        """The prefixed name of an IRI, else its path below our base, else the IRI."""
        for prefix, namespace in self._names.prefixes.items():
            local = iri.removeprefix(namespace)
            if local != iri and local and "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
        return self._names.local(iri) or iri

    def _property(self, iri: str) -> str:
        """The label of a property; those of other vocabularies are in the words of the pages."""
        if iri in EXTERNAL_LABELS:
            return EXTERNAL_LABELS[iri][0 if self._language == "es" else 1]
        return self._ontology.label(iri, self._language)

    def _country(self, iri: str) -> Value | None:
        """The country of a thing, or of the plan that it is a commitment of."""
        said = self._said.get(iri, {})
        plans = said.get(self._names.term("commitmentOf"), [])
        places = [f"{_DCTERMS}spatial", self._names.term("country")]
        subjects = [iri, *(plan.value for plan in plans)]
        for subject in subjects:
            for place in places:
                for term in self._said.get(subject, {}).get(place, []):
                    return self.label(term.value)
        return None

    def _values(
        self, predicate: str, values: Sequence[Term], depth: int, seen: frozenset[str]
    ) -> list[Value]:
        shown = []
        for term in self._in_language(values):
            if term.kind != "iri":
                told = self._short_text(_text(term), _MOST_TEXT)
                told.language = term.language
                shown.append(told)
                continue
            value = self.label(term.value)
            value.external = self._href(term.value)[1]
            value.number = self._number(term.value)
            nested = predicate in self._parts and term.value in self._said
            if nested and depth > 0 and term.value not in seen:
                value.part = self.node(term.value, depth=depth - 1, seen=seen)
            shown.append(value)
        once = {(value.text, value.whole, value.language, value.iri): value for value in shown}
        return sorted(once.values(), key=self._rank)

    def _rank(self, value: Value) -> tuple[list[tuple[int, int, str]], str]:
        """Things with a number or a line stand in its order, the rest after them by their text.

        A figure stands where the line is that says it.

        16.2 stands before 16.10, and both before 16.a.
        """
        said = self._said.get(value.iri, {}) if value.iri else {}
        subjects = [said]
        if any(t.value == self._names.term("Figure") for t in said.get(RDF_TYPE, [])):
            proofs = said.get(self._names.term("hasEvidence"), [])
            subjects += [self._said.get(proof.value, {}) for proof in proofs]
        counters = [self._names.term(name) for name in _COUNTERS]
        terms = (term for one in subjects for name in counters for term in one.get(name, []))
        number = next((term.value for term in terms), value.number)
        pieces = number.split(".") if number else []
        key = [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces]
        return (key or [_LAST], value.text.casefold())

    def _number(self, iri: str) -> str:
        """The number of a thing; a commitment's and a goal's are in their ids.

        That of an alignment is the code of what it is with.
        """
        known = self._said.get(iri, {})
        said = known.get(self._names.term("number"), [])
        if said:
            return said[0].value
        for name in ("alignedTarget", "alignedGoal"):
            for aligned in known.get(self._names.term(name), []):
                return self._number(aligned.value)
        if iri.startswith(self._names.thing("commitment", "")):
            return iri.rsplit("-", 1)[-1]
        code = VOCABULARY.of_iri(iri, self._names)
        return code.text if code else ""

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
            term = local.removeprefix("ns#")
            return f"/ontology#{term}" if term != local else f"/things/{quote(local)}", False
        clean = "".join(character for character in iri if character > " ").lower()
        return (iri, True) if clean.startswith(_SAFE_SCHEMES) else (None, True)


def _text(term: Term) -> str:
    """A literal for reading: decimals without the zeros that say nothing, times as dates."""
    if term.datatype == f"{XSD}decimal" and "." in term.value:
        return _TRAILING_ZEROS.sub(r"\1", term.value)
    if term.datatype == f"{XSD}dateTime":
        return term.value.removesuffix("T00:00:00Z").replace("T", " ")
    return term.value


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]

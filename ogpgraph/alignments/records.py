"""Alignments as records, and as the statements of our model; the two say the same.

What a field has no place for is kept as statements, so that nothing is lost on the way through
records: a second piece of evidence, or what a deployment adds of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

from ogpgraph.files import Graph, triples
from ogpgraph.iris import Names
from ogpgraph.terms import XSD, Term, Triple, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, LANGUAGES, PREF_LABEL, RDF_TYPE

METHODS = STATED, CURATED, SUGGESTED = ("statedInSource", "curated", "suggested")
"""How an alignment came to be, by the local names of the concepts."""
STATES = PROPOSED, ACCEPTED, REJECTED = ("proposed", "accepted", "rejected")
"""States of review, the same."""
_GENERATED_AT = EXTERNAL_PREFIXES["prov"] + "generatedAtTime"
_ATTRIBUTED_TO = EXTERNAL_PREFIXES["prov"] + "wasAttributedTo"
_GENERATED_BY = EXTERNAL_PREFIXES["prov"] + "wasGeneratedBy"
_SOURCE = EXTERNAL_PREFIXES["oa"] + "hasSource"
_SOFTWARE_VERSION = EXTERNAL_PREFIXES["schema"] + "softwareVersion"
_INTEGER, _DECIMAL, _DATE_TIME = f"{XSD}integer", f"{XSD}decimal", f"{XSD}dateTime"

Texts = Mapping[str, str]
"""A text by its language."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage of a source: lines count from 1, offsets are those of characters, from 0."""

    iri: str
    source: str = ""
    quote: str = ""
    language: str = ""
    first_line: int | None = None
    last_line: int | None = None
    start_offset: int | None = None
    end_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """One alignment. Things are IRIs; `target` is empty where only the goal is known.

    `method` and `state` are the local names of concepts, as in METHODS and STATES. `generated` is
    when it was made, as xsd:dateTime writes it. `rest` has the statements that no field has.
    """

    iri: str
    aligned: str
    goal: str
    target: str
    method: str
    state: str
    confidence: Decimal | None = None
    rationale: Texts = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    generated: str = ""
    generated_by: str = ""
    evidence: Evidence | None = None
    rest: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is an alignment that counts: accepted, and stated or curated."""
        return self.state == ACCEPTED and self.method in {STATED, CURATED}

    @property
    def object(self) -> str:
        """What it aligns with: the target, else the goal."""
        return self.target or self.goal

    def values(self, predicate: str, subject: str | None = None) -> list[Term]:
        """The values of a property, by its IRI, that no field has.

        Args:
            predicate: the IRI of the property.
            subject: the IRI of the evidence; without it those of the alignment itself.
        """
        about = self.iri if subject is None else subject
        return [
            triple.object
            for triple in triples(Graph.of(self.rest))
            if triple.subject.value == about and triple.predicate.value == predicate
        ]


@dataclass(frozen=True, slots=True)
class Unaligned:
    """A commitment with no target that its text would support, and why, by language."""

    commitment: str
    reasons: Texts


@dataclass(frozen=True, slots=True)
class AlignmentSet:
    """The alignments of a version, in the order of their IRIs.

    `labels` has labels by IRI and language, of what alignments name; `plans` the plan of each
    commitment and `countries` the country of each plan; `versions` those of software.
    """

    alignments: tuple[Alignment, ...]
    unaligned: tuple[Unaligned, ...] = ()
    labels: Mapping[str, Texts] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def plan_of(self, aligned: str) -> str:
        """The plan of a commitment, or the plan itself."""
        return self.plans.get(aligned, aligned)

    def label(self, thing: str, language: str) -> str:
        """The label of a thing in a language; empty where there is none."""
        return self.labels.get(thing, {}).get(language, "")


def records(statements: Iterable[Triple], names: Names) -> AlignmentSet:
    """The alignments that some statements describe.

    Alignments without owner, goal, method or state are left out: no such thing conforms to the
    shapes, so none is published.
    """
    return _Reader(statements, names).read()


def statements(found: AlignmentSet, names: Names) -> Graph:
    """Alignments as statements of our model, what is said of other things left out."""
    lines: list[str] = []
    for one in found.alignments:
        lines += _statements_of(one, names)
    for commitment in found.unaligned:
        lines += [
            _line(commitment.commitment, names.term("noSdgTarget"), literal(text, language=tag))
            for tag, text in commitment.reasons.items()
        ]
    return Graph.of(lines)


class _Reader:
    """Statements by subject and predicate, and what they make."""

    def __init__(self, statements: Iterable[Triple], names: Names) -> None:
        self._names = names
        self._said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in sorted(set(statements), key=_in_order):
            self._said[subject.value][predicate.value].append(value)

    def read(self) -> AlignmentSet:
        term = self._names.term
        owners: dict[str, str] = {}
        for name in ("commitmentAlignment", "planAlignment"):
            owners |= {alignment: owner for owner, alignment in self._links(term(name))}
        found = [self._alignment(one, owners[one]) for one in sorted(owners)]
        reasons = [
            Unaligned(subject, _texts(said[term("noSdgTarget")]))
            for subject, said in sorted(self._said.items())
            if term("noSdgTarget") in said
        ]
        return AlignmentSet(
            tuple(one for one in found if one is not None),
            tuple(reasons),
            MappingProxyType(
                {
                    s: _texts(said[PREF_LABEL])
                    for s, said in self._said.items()
                    if PREF_LABEL in said
                }
            ),
            MappingProxyType({c: plan for plan, c in self._links(term("hasCommitment"))}),
            MappingProxyType(dict(self._links(term("country")))),
            MappingProxyType(dict(self._links(_SOFTWARE_VERSION))),
        )

    def _links(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Pairs of what a property links, in order."""
        for subject in sorted(self._said):
            for value in self._said[subject].get(predicate, ()):
                yield subject, value.value

    def _alignment(self, subject: str, owner: str) -> Alignment | None:
        fields = _Fields(self._said[subject], self._names)
        goal, target = fields.one("alignedGoal"), fields.one("alignedTarget")
        method = fields.concept("alignmentMethod", "alignment-method")
        state = fields.concept("reviewState", "review-state")
        if not (goal and method and state):
            return None
        evidence = [term.value for term in fields.all("hasEvidence")]
        first = next((one for one in evidence if one in self._said), "")
        made = Alignment(
            subject,
            owner,
            goal,
            target,
            method,
            state,
            confidence=fields.decimal("confidence"),
            rationale=_texts(t for t in fields.all("rationale") if t.language in LANGUAGES),
            authors=tuple(term.value for term in fields.all(_ATTRIBUTED_TO)),
            reviewers=tuple(term.value for term in fields.all("reviewedBy")),
            generated=fields.moment(_GENERATED_AT),
            generated_by=fields.one(_GENERATED_BY),
            evidence=self._evidence(first) if first else None,
        )
        known = set(_statements_of(made, self._names))
        about = {line for one in (subject, *evidence) for line in self._lines(one)}
        return replace(made, rest=tuple(sorted(about - known)))

    def _lines(self, subject: str) -> list[str]:
        """What is said of a thing."""
        return [
            _line(subject, predicate, value)
            for predicate, values in self._said.get(subject, {}).items()
            for value in values
        ]

    def _evidence(self, subject: str) -> Evidence:
        fields = _Fields(self._said.get(subject, {}), self._names)
        quote = next(iter(fields.all("quote")), None)
        return Evidence(
            subject,
            source=fields.one(_SOURCE),
            quote=quote.value if quote else "",
            language=(quote.language or "") if quote else "",
            first_line=fields.integer("firstLine"),
            last_line=fields.integer("lastLine"),
            start_offset=fields.integer("startOffset"),
            end_offset=fields.integer("endOffset"),
        )


class _Fields:
    """What is said of one thing."""

    def __init__(self, said: Mapping[str, Sequence[Term]], names: Names) -> None:
        self._said, self._names = said, names

    def all(self, name: str) -> Sequence[Term]:
        """The values of a property, ours by its local name."""
        return self._said.get(name if name.startswith("http") else self._names.term(name), ())

    def one(self, name: str) -> str:
        """The first value of a property; empty without one."""
        return next((term.value for term in self.all(name)), "")

    def concept(self, name: str, scheme: str) -> str:
        """The local name of a concept of a code list."""
        value, prefix = self.one(name), self._names.concept(scheme, "")
        return value.removeprefix(prefix) if value.startswith(prefix) else ""

    def integer(self, name: str) -> int | None:
        """A whole number; what is written otherwise stays a statement."""
        number = next(iter(self.all(name)), None)
        if number is None or number.datatype != _INTEGER or not number.value.isdecimal():
            return None
        return int(number.value) if str(int(number.value)) == number.value else None

    def decimal(self, name: str) -> Decimal | None:
        """A decimal number; what is written otherwise stays a statement."""
        number = next(iter(self.all(name)), None)
        if number is None or number.datatype != _DECIMAL:
            return None
        found = Decimal(number.value)
        return found if plain(found) == number.value else None

    def moment(self, name: str) -> str:
        """A date and time; what is written otherwise stays a statement."""
        found = next(iter(self.all(name)), None)
        return found.value if found is not None and found.datatype == _DATE_TIME else ""


def _statements_of(one: Alignment, names: Names) -> list[str]:
    """An alignment as statements."""
    term = names.term
    is_plan = one.aligned.startswith(names.thing("plan", ""))
    link = "planAlignment" if is_plan else "commitmentAlignment"
    said: list[tuple[str, Term]] = [
        (RDF_TYPE, iri(term("SDGAlignment"))),
        (term("alignedGoal"), iri(one.goal)),
        (term("alignmentMethod"), iri(names.concept("alignment-method", one.method))),
        (term("reviewState"), iri(names.concept("review-state", one.state))),
    ]
    if one.target:
        said.append((term("alignedTarget"), iri(one.target)))
    if one.confidence is not None:
        said.append((term("confidence"), literal(plain(one.confidence), datatype=_DECIMAL)))
    said += [(term("rationale"), literal(t, language=tag)) for tag, t in one.rationale.items()]
    said += [(_ATTRIBUTED_TO, iri(author)) for author in one.authors]
    said += [(term("reviewedBy"), iri(reviewer)) for reviewer in one.reviewers]
    if one.generated:
        said.append((_GENERATED_AT, literal(one.generated, datatype=_DATE_TIME)))
    if one.generated_by:
        said.append((_GENERATED_BY, iri(one.generated_by)))
    lines = [_line(one.aligned, term(link), iri(one.iri)), *one.rest]
    if one.evidence is not None:
        said.append((term("hasEvidence"), iri(one.evidence.iri)))
        lines += _evidence_statements(one.evidence, names)
    return [*lines, *(_line(one.iri, predicate, value) for predicate, value in said)]


def _evidence_statements(one: Evidence, names: Names) -> list[str]:
    term = names.term
    said: list[tuple[str, Term]] = [(RDF_TYPE, iri(term("Evidence")))]
    if one.source:
        said.append((_SOURCE, iri(one.source)))
    if one.quote:
        said.append((term("quote"), literal(one.quote, language=one.language or None)))
    for name, number in (
        ("firstLine", one.first_line),
        ("lastLine", one.last_line),
        ("startOffset", one.start_offset),
        ("endOffset", one.end_offset),
    ):
        if number is not None:
            said.append((term(name), literal(str(number), datatype=_INTEGER)))
    return [_line(one.iri, predicate, value) for predicate, value in said]


def plain(number: Decimal) -> str:
    """A decimal number as the engine writes it: without an exponent or zeros at its end."""
    return format(number.normalize(), "f")


def _texts(terms: Iterable[Term]) -> Texts:
    """Texts by language, the first of each; the key is empty for one without a language."""
    found: dict[str, str] = {}
    for term in terms:
        found.setdefault(term.language or "", term.value)
    return found


def _line(subject: str, predicate: str, value: Term) -> str:
    return str(Triple(iri(subject), iri(predicate), value))


def _in_order(triple: Triple) -> tuple[str, ...]:
    return (*(term.value for term in triple), str(triple.object))

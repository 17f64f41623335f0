"""The tables of a version, from what the store was asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from ogpgraph.iris import Names
from ogpgraph.kinds import absolute
from ogpgraph.reading import Reading
from ogpgraph.statistics.coverage import MEASURES
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.statistics.dimensions import (
    BRANCH,
    COUNTRY,
    GOAL,
    INSTITUTION,
    OGP_VALUE,
    POLICY_AREA,
    TARGET,
)
from ogpgraph.statistics.facts import Facts
from ogpgraph.statistics.tables import Dimension, Number, Row, Statistics, Table
from ogpgraph.vocab import LANGUAGES, ROLES

MAX_LABEL = 300
"""Characters of a label that are kept; the page of the thing itself has all of them."""
_PIECES = re.compile(r"(\d+)")
_UNDETERMINED = "und"
"""BCP 47's tag for a text whose language nobody says."""


def statistics_of(reading: Reading) -> Statistics:
    """The statistics of a version, by a fixed number of queries.

    Raises:
        QueryTimeout, Unavailable: the store cannot answer.
    """
    facts = Facts.of(reading)
    counting = _Counting(facts, reading.names)
    makers: Mapping[str, Callable[[], Table]] = {
        "countries": counting.countries,
        "plans": counting.plans,
        "declared": counting.declared,
        "institutions": counting.institutions,
        "branches": counting.branches,
        "declared-goals": counting.declared_goals,
        "evidence": counting.evidence,
        "alignment-coverage": counting.plan_coverage,
        "alignment-coverage-by-country": counting.country_coverage,
        "milestones": counting.milestones,
        "title-languages": counting.title_languages,
    }
    facets = {
        "branches-by-country": (BRANCH, "involvesBranch"),
        "policy-areas": (POLICY_AREA, "policyArea"),
        "policy-areas-by-country": (POLICY_AREA, "policyArea"),
        "ogp-values": (OGP_VALUE, "ogpValue"),
        "ogp-values-by-country": (OGP_VALUE, "ogpValue"),
        "goals": (GOAL, "alignsWithGoal"),
        "goals-by-country": (GOAL, "alignsWithGoal"),
        "targets": (TARGET, "alignsWithTarget"),
        "targets-by-country": (TARGET, "alignsWithTarget"),
        "suggested-goals-by-country": (GOAL, "suggestedGoal"),
    }
    tables = {
        name: makers[name]() if name in makers else counting.facet(name, *facets[name])
        for name in DEFINITIONS
    }
    return Statistics(
        MappingProxyType(tables), _labels(facts), MappingProxyType(counting.country_of)
    )


class _Counting:
    """What the tables are made of."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self._facts, self._names = facts, names
        self._members: dict[str, set[str]] = defaultdict(set)
        for row in facts.rows("members"):
            self._members[row["class"].value].add(row["item"].value)
        self._groups = {row["item"].value for row in facts.rows("groups")}
        plans = sorted(facts.rows("plans"), key=lambda row: row["country"].value, reverse=True)
        self.country_of = {row["plan"].value: row["country"].value for row in plans}
        self._plans = sorted(self.country_of, key=_in_order)
        self._plans_of: dict[str, set[str]] = defaultdict(set)
        for row in plans:
            self._plans_of[row["country"].value].add(row["plan"].value)
        self._countries = sorted(self._plans_of, key=_in_order)
        self._commitments = facts.numbers("commitments", "scope")
        self._unlisted = facts.numbers("unlisted", "plan")
        self._institutions = facts.numbers("institutions", "value")
        self._facets = facts.numbers("country_facets", "facet", "scope", "value")
        over_all = facts.numbers("facets", "facet", "value")
        self._facets |= {(facet, "", value): n for (facet, value), n in over_all.items()}
        self._facet_totals = facts.numbers("facet_totals", "facet")

    def countries(self) -> Table:
        """Plans, commitments and institutions by country."""
        found = [
            Row(
                (one,),
                (
                    len(self._plans_of[one]),
                    self._commitments.get((one,), 0),
                    self._institutions.get((one,), 0),
                ),
            )
            for one in self._countries
        ]
        whole = (len(self._plans), self._all(self._commitments), self._all(self._institutions))
        return _table("countries", found, whole)

    def plans(self) -> Table:
        """What each plan lists."""
        found = [Row((one,), self._listed(one)) for one in self._plans]
        whole = (self._all(self._commitments), sum(self._unlisted.values()))
        return _table("plans", found, whole)

    def declared(self) -> Table:
        """What each plan declares, and lists."""
        said = self._facts.numbers("plans", "plan", of="declared")
        found = [
            Row((one,), (said[one,], *self._listed(one))) for one in self._plans if (one,) in said
        ]
        return _table("declared", found, _sums(found))

    def branches(self) -> Table:
        """Commitments and institutions by branch of state."""
        found = self.facet("branches", BRANCH, "involvesBranch")
        rows = [
            Row(row.keys, (row.values[0], self._institutions.get(row.keys, 0)))
            for row in found.rows
        ]
        return _table("branches", rows, [found.totals["commitments"]])

    def institutions(self) -> Table:
        """Commitments by institution and role."""
        numbers = self._facts.numbers("involvements", "agent", "role")
        roles = self._facts.numbers("roles", "role")
        wanted = ["", *(self._names.concept("involvement-role", one) for one in ROLES)]
        agents = {agent for agent, _ in numbers}
        prefix = absolute(self._names, INSTITUTION.prefix)
        found = [
            Row((agent,), tuple(numbers.get((agent, role), 0) for role in wanted))
            for agent in sorted(agents, key=_in_order)
            if agent.startswith(prefix)
        ]
        return _table("institutions", found, [roles.get((role,), 0) for role in wanted])

    def facet(self, name: str, dimension: Dimension, facet: str) -> Table:
        """Commitments by the values of a code list, or by country and those."""
        term = self._names.term(facet)
        members = self._counted(_class_iri(dimension, self._names), term)
        scoped = DEFINITIONS[name].has(COUNTRY.name)
        found = [
            Row(
                (scope, value) if scope else (value,),
                (self._facets.get((term, scope, value), 0),),
            )
            for scope in (self._countries if scoped else [""])
            for value in members
        ]
        return _table(name, found, [self._facet_totals.get((term,), 0)])

    def _counted(self, class_iri: str, term: str) -> list[str]:
        """The members of a code list that have rows: one that groups others only if it is used."""
        found = self._members[class_iri]
        unused = {one for one in found & self._groups if not self._facets.get((term, "", one))}
        return sorted(found - unused, key=_in_order)

    def declared_goals(self) -> Table:
        """With how many goals plans say they are aligned, and how many are known."""
        said = self._facts.numbers("plans", "plan", of="goals")
        named = self._facts.numbers("plan_goals", "plan")
        found = [
            Row((one,), (said[one,], named.get((one,), 0))) for one in self._plans if (one,) in said
        ]
        return _table("declared-goals", found, ())

    def evidence(self) -> Table:
        """How much of what is said of commitments has a quotation with lines."""
        columns = ("commitments", "groundedCommitments", "statements", "groundedStatements")
        numbers = [self._facts.numbers("evidence", "plan", of=column) for column in columns]
        found = [
            _with_coverage((one,), [column[one,] for column in numbers])
            for one in self._plans
            if numbers[0].get((one,))
        ]
        whole = [sum(column.values()) for column in numbers]
        return _table("evidence", found, _with_coverage((), whole).values if found else ())

    def plan_coverage(self) -> Table:
        """How far alignments reach, by plan."""
        return self._coverage("alignment-coverage", self._plans)

    def country_coverage(self) -> Table:
        """How far alignments reach, by country."""
        return self._coverage("alignment-coverage-by-country", self._countries)

    def _coverage(self, name: str, scopes: Iterable[str]) -> Table:
        columns = [one.name for one in MEASURES[:-1]]
        numbers = {
            column: self._facts.numbers("coverage", "scope", of=column)
            for column in (*columns, "known")
        }

        def row(scope: str) -> Row:
            whole = self._commitments.get((scope,), 0)
            found = [numbers[column].get((scope,), 0) for column in columns]
            rest = whole - numbers["known"].get((scope,), 0)
            return Row((scope,), (whole, *found, rest))

        return _table(name, map(row, scopes), row("").values)

    def milestones(self) -> Table:
        """Milestones by plan and completion level."""
        numbers = self._facts.numbers("milestones", "plan", "level")
        found = [Row(keys, (count,)) for keys, count in _sorted(numbers)]
        return _table("milestones", found, ())

    def title_languages(self) -> Table:
        """Commitments by plan and language of their titles."""
        numbers = self._facts.numbers("languages", "plan", "language")
        found = [
            Row((plan, language or _UNDETERMINED), (count,))
            for (plan, language), count in _sorted(numbers)
        ]
        return _table("title-languages", found, ())

    def _listed(self, plan: str) -> tuple[int, int]:
        return self._commitments.get((plan,), 0), self._unlisted.get((plan,), 0)

    @staticmethod
    def _all(numbers: Mapping[tuple[str, ...], int]) -> int:
        return numbers.get(("",), 0)


def _class_iri(dimension: Dimension, names: Names) -> str:
    name = dimension.class_name
    return name if name.startswith("http") else names.term(name)


def _with_coverage(keys: tuple[str, ...], numbers: Sequence[int]) -> Row:
    commitments, grounded, statements, grounded_statements = numbers
    share = (Decimal(grounded) / Decimal(commitments)).quantize(Decimal("0.0001"))
    return Row(keys, (commitments, grounded, share, statements, grounded_statements))


def _sums(found: Sequence[Row]) -> list[Number]:
    return [sum(column) for column in zip(*(row.values for row in found), strict=True)]


def _table(name: str, found: Iterable[Row], whole: Sequence[Number]) -> Table:
    """A table with the totals of its first measures, as far as they are known."""
    definition = DEFINITIONS[name]
    measures = [measure.name for measure in definition.measures]
    totals = dict(zip(measures, whole, strict=False))
    return Table(definition, tuple(found), MappingProxyType(totals))


def _sorted(
    numbers: Mapping[tuple[str, ...], int],
) -> list[tuple[tuple[str, ...], int]]:
    return sorted(numbers.items(), key=lambda pair: [_in_order(key) for key in pair[0]])


def _in_order(iri: str) -> list[tuple[int, str]]:
    """A key by which goal 2 stands before goal 10."""
    pieces = _PIECES.split(iri)
    return [(int(one[:18]), "") if one.isdecimal() else (0, one) for one in pieces]


def _labels(facts: Facts) -> Mapping[str, Mapping[str, str]]:
    """Labels by IRI and language: of several in one language the first, cut to a bounded length."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    terms = [(row["item"].value, row["label"]) for row in facts.rows("members") if "label" in row]
    for item, label in sorted(terms, key=lambda pair: (pair[0], pair[1].value)):
        language = (label.language or "").split("-")[0].lower()
        known = language if language in LANGUAGES else language or _UNDETERMINED
        found[item].setdefault(known, _cut(label.value))
    return MappingProxyType({item: MappingProxyType(texts) for item, texts in found.items()})


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LABEL else text[: MAX_LABEL - 1] + "…"

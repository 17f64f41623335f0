"""Every figure is what counting in another way gives, on the shipped data and on made-up data."""

from __future__ import annotations

import random
from decimal import Decimal
from types import ModuleType
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.reading import Reading
from ogpgraph.service import Service
from ogpgraph.statistics.counting import statistics_of
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.statistics.facts import QUERIES
from ogpgraph.statistics.tables import Statistics
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.groups import Groups
from ogpgraph.vocab import EXTERNAL_PREFIXES as E

Rows = dict[tuple[str, ...], tuple[Any, ...]]
NAMES = Names()
GRAPH, DERIVED = NAMES.graph("plan/TST-1"), NAMES.graph("derived/plan/TST-1")

DECLARED = {
    "CRI-4": (9, 7, 2),
    "ECU-1": (10, 10, 0),
    "GTM-4": (24, 21, 3),
    "HND-4": (20, 19, 1),
    "MEX-4": (13, 13, 0),
}
"""Read in the sources by eye: declared, listed, numbers not listed."""


def rows_of(statistics: Statistics, name: str) -> Rows:
    found = statistics.tables[name].rows
    assert len({row.keys for row in found}) == len(found)
    return {
        row.keys: tuple(float(v) if isinstance(v, Decimal) else v for v in row.values)
        for row in found
    }


def by_id(statistics: Statistics, name: str) -> dict[str, tuple[Any, ...]]:
    return {
        "/".join(key.rsplit("/", 1)[-1] for key in keys): values
        for keys, values in rows_of(statistics, name).items()
    }


@pytest.fixture(scope="module")
def expected(aligned_service: Service, oracle: ModuleType) -> dict[str, Rows]:
    """Counted in Python over the graphs that pages show."""
    store, names = aligned_service.store, aligned_service.names
    shown = [iri for iri in store.graphs() if names.group_of(iri) in names.shown_graphs]
    found: dict[str, Rows] = oracle.tables([store.graph(iri) for iri in shown], names)
    return found


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_figure_of_a_table_is_what_counting_gives(
    statistics: Statistics, expected: dict[str, Rows], name: str
) -> None:
    assert rows_of(statistics, name) == expected[name]


def test_declared_and_listed_are_those_of_the_sources(statistics: Statistics) -> None:
    assert by_id(statistics, "declared") == DECLARED
    totals = statistics.tables["declared"].totals
    assert (totals["declared"], totals["listed"], totals["unlisted"]) == (76, 70, 6)


def test_what_the_questions_of_the_model_answer(statistics: Statistics) -> None:
    countries = by_id(statistics, "countries")
    assert {one: row[:2] for one, row in countries.items()} == {
        "CRI": (1, 7),
        "ECU": (1, 10),
        "GTM": (1, 21),
        "HND": (1, 19),
        "MEX": (1, 13),
    }
    branches = by_id(statistics, "branches-by-country")
    assert branches["CRI/legislative"] == branches["HND/legislative"] == (1,)
    assert branches["HND/judicial"] == (1,)
    assert branches["ECU/transparencyAndSocialControl"] == (1,)
    assert by_id(statistics, "declared-goals") == {"ECU-1": (15, 0)}
    ministry = "ECU-ministerio-de-telecomunicaciones-y-de-la-sociedad-de-la-informacion"
    assert by_id(statistics, "institutions")[ministry] == (2, 1, 1, 0, 0, 0, 0)
    assert by_id(statistics, "institutions")["HND-congreso"] == (1, 0, 0, 0, 0, 0, 1)
    assert by_id(statistics, "milestones") == {"ECU-1/complete": (5,)}
    assert sum(row[0] for row in by_id(statistics, "title-languages").values()) == 70


def test_a_goal_has_accepted_alignments_and_no_suggested_ones(statistics: Statistics) -> None:
    accepted = by_id(statistics, "goals-by-country")
    suggested = by_id(statistics, "suggested-goals-by-country")
    assert len(accepted) == len(suggested) == 5 * 17
    assert accepted["CRI/16"] == (7,)  # each once, however many targets of the goal it has
    assert accepted["CRI/13"] == accepted["CRI/15"] == (1,)  # 15 is only stated, 13 is curated too
    assert accepted["ECU/7"] == (0,)
    assert suggested["ECU/16"] == (1,)
    assert accepted["HND/8"] == suggested["CRI/16"] == (0,)
    assert sum(n for (n,) in accepted.values()) == sum(
        n for (n,) in by_id(statistics, "goals").values()
    )


def test_a_commitment_of_two_areas_counts_in_both_and_once_in_all(statistics: Statistics) -> None:
    rows = by_id(statistics, "policy-areas")
    total = statistics.tables["policy-areas"].totals["commitments"]
    assert sum(commitments for (commitments,) in rows.values()) > total == 70
    assert statistics.tables["branches"].totals["commitments"] == 27


def test_branches_that_only_group_others_have_no_row(statistics: Statistics) -> None:
    assert {"classicPowers", "otherOrgans"}.isdisjoint(by_id(statistics, "branches"))
    assert by_id(statistics, "branches")["publicMinistry"] == (0, 0)


def test_an_empty_home_has_tables_without_figures(empty_service: Service) -> None:
    with empty_service.reading() as reading:
        found = statistics_of(reading)
    assert set(found.tables) == set(DEFINITIONS)
    assert all(not table.rows for table in found.tables.values())


def _code_lists() -> list[tuple[str, str]]:
    kinds = {
        "scheme/branch/": "BranchOfState",
        "scheme/policy-area/": "PolicyArea",
        "scheme/ogp-value/": "OGPValue",
    }
    return [(f"{NAMES.base}{p}{x}", NAMES.term(c)) for p, c in kinds.items() for x in "abc"]


class World:
    """Made-up statements, drawn at random from a seed: nothing keeps them sensible."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.goals = [f"{E['sdg']}{n}" for n in range(1, 4)]
        for item, klass in _code_lists():
            self.say(item, E["rdf"] + "type", f"<{klass}>")
        for goal in self.goals:
            self.say(goal, E["rdf"] + "type", f"<{E['sdgo']}Goal>")
        self.maybe_link(NAMES.concept("branch", "a"), E["skos"] + "broader", ["branch", "b"])
        self.commitments = [NAMES.thing("commitment", f"T-{n}") for n in range(8)]
        self.plans = [NAMES.thing("plan", f"T-{n}") for n in range(4)]
        self.countries = [NAMES.thing("country", c) for c in ("AAA", "BBB", "CCC")]
        self.agents = [NAMES.thing("institution", f"T-{n}") for n in range(4)]
        for one in self.plans:
            self.plan(one)
        for one in self.commitments:
            self.commitment(one)
        for one in self.agents:
            self.agent(one)

    def say(self, subject: str, predicate: str, value: str) -> None:
        self.lines.append(f"<{subject}> <{predicate}> {value} .")

    def ours(self, subject: str, local: str, value: str) -> None:
        self.say(subject, NAMES.term(local), value)

    def maybe(self) -> bool:
        return self.random.random() < 0.6

    def some(self, things: list[str]) -> list[str]:
        return [one for one in things if self.random.random() < 0.4]

    def maybe_link(self, subject: str, predicate: str, concept: list[str]) -> None:
        if self.maybe():
            self.say(subject, predicate, f"<{NAMES.concept(*concept)}>")

    def plan(self, plan: str) -> None:
        if self.maybe():
            self.say(plan, E["rdf"] + "type", f"<{NAMES.term('ActionPlan')}>")
        self.ours(plan, "country", f"<{self.random.choice(self.countries)}>")
        if self.maybe():
            total = self.random.randrange(30)
            self.ours(plan, "declaredCommitmentTotal", f'"{total}"^^<{E["xsd"]}integer>')
        if self.maybe():
            self.ours(plan, "declaredSDGCount", f'"3"^^<{E["xsd"]}integer>')
        for goal in self.some(self.goals):
            alignment = f"{plan}/alignment/{goal[-1]}"
            self.ours(plan, "planAlignment", f"<{alignment}>")
            self.alignment(alignment, goal)
        for number in self.some(["x", "y"]):
            self.ours(plan, "hasUnlistedNumber", f"<{plan}/{number}>")
        for commitment in self.some(self.commitments):
            self.ours(plan, "hasCommitment", f"<{commitment}>")

    def alignment(self, alignment: str, goal: str) -> None:
        method = self.random.choice(["statedInSource", "curated", "suggested"])
        state = self.random.choice(["accepted", "proposed", "rejected"])
        self.ours(alignment, "alignedGoal", f"<{goal}>")
        self.ours(alignment, "alignmentMethod", f"<{NAMES.concept('alignment-method', method)}>")
        self.ours(alignment, "reviewState", f"<{NAMES.concept('review-state', state)}>")

    def commitment(self, one: str) -> None:
        if self.maybe():
            self.say(one, E["rdf"] + "type", f"<{NAMES.term('Commitment')}>")
        schemes = (("branch", "involvesBranch"), ("policy-area", "policyArea"))
        for scheme, facet in (*schemes, ("ogp-value", "ogpValue")):
            for value in self.some(["a", "b", "c"]):
                self.ours(one, facet, f"<{NAMES.concept(scheme, value)}>")
        for facet in ("alignsWithGoal", "suggestedGoal"):
            for goal in self.some(self.goals):
                self.ours(one, facet, f"<{goal}>")
        for language in self.some(["es", "en", ""]):
            tag = f"@{language}" if language else ""
            self.say(one, E["dcterms"] + "title", f'"Title"{tag}')
        self.evidence(one)
        for number in self.some(["i", "j"]):
            self.involvement(one, f"{one}/{number}")
        for number in self.some(["m", "n"]):
            self.milestone(one, f"{one}/{number}")

    def involvement(self, commitment: str, part: str) -> None:
        self.ours(commitment, "hasInvolvement", f"<{part}>")
        self.evidence(part)
        for agent in self.some(self.agents):
            self.ours(part, "involvedAgent", f"<{agent}>")
        for role in self.some(["lead", "coResponsible", "supporting", "named"]):
            self.ours(part, "involvementRole", f"<{NAMES.concept('involvement-role', role)}>")

    def milestone(self, commitment: str, milestone: str) -> None:
        self.ours(commitment, "hasMilestone", f"<{milestone}>")
        for at in self.some(["2020-01-01", "2021-01-01", ""]):
            status = f"{milestone}/status{at}"
            self.ours(status, "statusOf", f"<{milestone}>")
            level = self.random.choice(["limited", "complete"])
            self.ours(status, "completionLevel", f"<{NAMES.concept('completion-level', level)}>")
            if at:
                self.ours(status, "observedOn", f'"{at}"^^<{E["xsd"]}date>')

    def evidence(self, thing: str) -> None:
        for number in self.some(["e", "f"]):
            evidence = f"{thing}/{number}"
            self.ours(thing, "hasEvidence", f"<{evidence}>")
            if self.maybe():
                self.ours(evidence, "quote", '"q"@es')
            if self.maybe():
                self.ours(evidence, "firstLine", f'"3"^^<{E["xsd"]}integer>')

    def agent(self, one: str) -> None:
        if self.maybe():
            self.say(one, E["rdf"] + "type", f"<{NAMES.term('PublicInstitution')}>")
        for country in self.some(self.countries):
            self.say(one, E["dcterms"] + "spatial", f"<{country}>")
        for branch in self.some(["a", "b"]):
            self.ours(one, "branchOfState", f"<{NAMES.concept('branch', branch)}>")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(min_value=0))
def test_figures_of_made_up_data_are_what_counting_gives(oracle: ModuleType, seed: int) -> None:
    world = World(seed)
    lines = Graph.of(world.lines).lines
    parts = {GRAPH: Graph.of(lines[::2]), DERIVED: Graph.of([*lines[1::2], *lines[:4]])}
    store = EmbeddedStore(None, groups=Groups(NAMES.graph_groups, NAMES.group_of))
    store.replace(parts)
    found = statistics_of(Reading(store, store, "1-test", NAMES, 10.0))
    expected = oracle.tables(parts.values(), NAMES)
    assert {name: rows_of(found, name) for name in DEFINITIONS} == expected
    for name, total in oracle.totals(parts.values(), NAMES).items():
        assert set(found.tables[name].totals.values()) == {total}


def test_making_them_asks_as_many_queries_whatever_there_is(
    aligned_service: Service, empty_service: Service
) -> None:
    counts = []
    for service in (aligned_service, empty_service):
        with service.reading() as reading:
            store = Counting(reading.store)
            statistics_of(Reading(store, store, "1-x", reading.names, 10.0))
            counts.append(store.asked)
    assert counts == [len(QUERIES)] * 2
    assert len(QUERIES) == 16


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine: Any) -> None:
        self._engine, self.asked = engine, 0

    def query(self, *args: Any, **more: Any) -> Any:
        self.asked += 1
        return self._engine.query(*args, **more)


def test_reading_them_asks_nothing(
    aligned_service: Service, aligned_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with aligned_service.reading() as reading:
        aligned_service.statistics.of(reading)
    asked: list[str] = []
    query = type(aligned_service.store).query

    def counted(self: Any, text: str, **more: Any) -> Any:
        asked.append(text)
        return query(self, text, **more)

    monkeypatch.setattr(type(aligned_service.store), "query", counted)
    for path in ("/stats", "/stats.csv", "/stats/goals-by-country.ttl?country=CRI", "/stats.nt"):
        assert aligned_client.get(path).status_code == 200
    assert asked == []
    aligned_client.get("/plans")
    assert asked != []


def test_how_alignments_were_reached_is_never_mixed_up(statistics: Statistics) -> None:
    """The made-up alignments have each method and state; what is shipped only adds to them."""
    coverage = by_id(statistics, "alignment-coverage")
    totals = statistics.tables["alignment-coverage"].totals
    assert coverage.keys() == DECLARED.keys()
    assert totals["commitments"] == 70
    for row in (*coverage.values(), tuple(totals.values())):
        listed, aligned, stated, curated, target, *_, nothing = row
        assert max(stated, curated) <= aligned <= stated + curated
        assert target <= aligned <= listed - nothing
    assert by_id(statistics, "alignment-coverage-by-country") == {
        plan[:3]: row for plan, row in coverage.items()
    }
    assert totals["waiting"] >= 2  # HND-4-6, GTM-4-15
    assert totals["rejected"] >= 2  # MEX-4-6, HND-4-20
    assert totals["stated"] >= 1  # HND-4-3


def test_the_169_targets_stand_in_the_order_of_their_numbers(statistics: Statistics) -> None:
    targets = [row.keys[0].rsplit("/", 1)[-1] for row in statistics.tables["targets"].rows]
    assert len(targets) == len(set(targets)) == 169
    assert targets[:3] == ["1.1", "1.2", "1.3"]
    at = targets.index("16.10")
    assert targets[at - 1 : at + 2] == ["16.9", "16.10", "16.a"]
    by_country = by_id(statistics, "targets-by-country")
    assert len(by_country) == 5 * 169
    assert by_country["MEX/16.5"] >= (1,)
    assert by_country["ECU/8.8"] == by_country["HND/8.8"] == (0,)  # rejected there


def test_long_tables_are_given_where_they_are_asked_for(aligned_client: httpx.Client) -> None:
    names = {one["id"] for one in aligned_client.get("/stats").json()["tables"]}
    assert not names & {"targets", "targets-by-country"}
    page = aligned_client.get("/stats", headers={"Accept": "text/html"}).text
    assert 'href="/stats/targets-by-country"' in page
    one = aligned_client.get("/stats/targets-by-country?country=HND").json()
    assert len(one["rows"]) == 169

"""Counts that follow each change are those of a count from the beginning, and so is the text."""

from __future__ import annotations

import logging
import random
from typing import Any

import pytest

from ogpgraph.describing.describer import MAX_ROUNDS
from ogpgraph.describing.partitions import Most, partitions
from ogpgraph.describing.statistics import LINK, LINK_OF, Follower, Watched, counted, typed
from ogpgraph.files import Graph
from ogpgraph.store.merge import StoreMerge
from ogpgraph.vocab import RDF_TYPE

THINGS = [f"<https://w3id.org/ogpgraph/id/thing/{n}>" for n in range(12)]
CLASSES = [f"<https://w3id.org/ogpgraph/ns#Class{n}>" for n in range(4)]
KINDS = [f"<https://w3id.org/ogpgraph/ns#{name}>" for name in ("alignmentMethod", "reviewState")]
PROPERTIES = [*(f"<https://w3id.org/ogpgraph/ns#property{n}>" for n in range(4)), *KINDS]
OTHERS = [
    "<http://metadata.un.org/sdg/16>",
    "<http://metadata.un.org/sdg/ontology#Goal>",
    "<http://www.wikidata.org/entity/Q800>",
    "<http://www.wikidata.org/wiki/Q800>",
    '"text"',
    '"a \\"quoted\\" <http://www.wikidata.org/entity/Q1>"',
    '"texto"@es',
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"2020"^^<http://www.w3.org/2001/XMLSchema#gYear>',
]
PATHS = ("plan/A-1", "plan/B-1", "shared/c", "ogp/A-1")


def some_graph(chance: random.Random) -> Graph:
    """A graph whose subjects others have too, and with types that come and go."""
    lines = set()
    for _ in range(chance.randrange(25)):
        subject = chance.choice([*THINGS, OTHERS[0]])
        if chance.random() < 0.3:
            lines.add(f"{subject} <{RDF_TYPE}> {chance.choice([*CLASSES, OTHERS[1]])} .")
        else:
            value = chance.choice([*THINGS, *OTHERS])
            lines.add(f"{subject} {chance.choice(PROPERTIES)} {value} .")
    return Graph.of(lines)


@pytest.mark.parametrize("seed", range(6))
def test_counts_that_follow_equal_those_counted_anew(seed: int, described: Any) -> None:
    chance = random.Random(seed)
    for _ in range(8):
        paths = chance.sample(PATHS, chance.randrange(1, 4))
        described.publish({path: some_graph(chance) for path in paths})
        shown = described.describer._shown
        assert shown.counts == described.counts()
        sizes = {iri: len(described.store.graph(iri)) for iri in described.store.graphs()}
        assert shown.sizes | {i: len(g) for i, g in shown.description.items() if g.lines} == sizes
        assert described.description() == dict(shown.description)


@pytest.mark.parametrize("seed", range(3))
def test_the_description_does_not_depend_on_the_way_to_it(
    seed: int, described: Any, another: Any
) -> None:
    """The same versions in one process, and read anew from the ledger by another."""
    chance = random.Random(seed)
    for _ in range(5):
        described.publish({path: some_graph(chance) for path in chance.sample(PATHS, 2)})
    anew = another(described.ledger)
    assert anew.description() == described.description()
    assert anew.store.graphs() == described.store.graphs()
    assert anew.counts() == described.counts()


def test_a_statement_in_two_graphs_counts_once_and_stays_until_both_are_gone(
    described: Any,
) -> None:
    line = f"{THINGS[0]} {PROPERTIES[0]} {THINGS[1]} ."
    key = ("property", PROPERTIES[0])
    described.publish({"plan/A-1": Graph((line,)), "plan/B-1": Graph((line,))})
    assert described.describer._shown.counts[key] == 1
    described.publish({"plan/A-1": Graph()})
    assert described.describer._shown.counts[key] == 1
    described.publish({"plan/B-1": Graph()})
    assert key not in described.describer._shown.counts


def test_what_leads_to_a_thing_is_counted_again_when_the_thing_gets_a_class(
    described: Any,
) -> None:
    described.publish(
        {
            "plan/A-1": Graph.of(
                [
                    f"{THINGS[0]} <{RDF_TYPE}> {CLASSES[0]} .",
                    f"{THINGS[0]} {PROPERTIES[0]} {THINGS[1]} .",
                ]
            )
        }
    )
    key = ("object class", CLASSES[0], PROPERTIES[0], CLASSES[1])
    assert key not in described.describer._shown.counts
    described.publish({"plan/B-1": Graph((f"{THINGS[1]} <{RDF_TYPE}> {CLASSES[1]} .",))})
    assert described.describer._shown.counts[key] == 1
    described.publish({"plan/B-1": Graph()})
    assert key not in described.describer._shown.counts


def test_it_settles_within_a_few_rounds(
    described: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds: list[int] = []
    made = described.describer._made

    def counting(moment: Any) -> Any:
        rounds.append(1)
        return made(moment)

    monkeypatch.setattr(described.describer, "_made", counting)
    chance = random.Random(7)
    with caplog.at_level(logging.WARNING):
        described.publish({"plan/A-1": some_graph(chance)})
        first = len(rounds)
        described.publish({"plan/A-1": some_graph(chance)})
    assert first <= 4 < MAX_ROUNDS
    assert len(rounds) - first <= 4
    assert "does not settle" not in caplog.text


def test_only_what_a_change_touches_is_looked_at(described: Any) -> None:
    """However much there is: the cost of a publish does not grow with the dataset."""
    many = Graph.of(
        f"<https://w3id.org/ogpgraph/id/many/{n}> <{RDF_TYPE}> {CLASSES[n % 3]} ."
        for n in range(5_000)
    )
    described.publish({"shared/c": many})
    asked: list[int] = []

    class Watching(StoreMerge):
        def about(self, subjects: Any) -> set[str]:
            asked.append(len(subjects))
            return super().about(subjects)

        def everything(self) -> Any:
            raise AssertionError("a pass over the dataset")

    came = {f"{THINGS[0]} {PROPERTIES[0]} <https://w3id.org/ogpgraph/id/many/3> ."}
    counts = described.counts()
    after = Follower(Watching(described.store), counts).after((), came)
    assert asked == [1]
    assert after[("triples",)] == counts[("triples",)] + 1


def test_counting_by_hand() -> None:
    lines = [
        f"<urn:a> <{RDF_TYPE}> <urn:C> .",
        f"<urn:b> <{RDF_TYPE}> <urn:C> .",
        f"<urn:b> <{RDF_TYPE}> <urn:D> .",
        "<urn:a> <urn:p> <urn:b> .",
        '<urn:a> <urn:p> "x"@es .',
        "<urn:c> <urn:p> <http://www.wikidata.org/entity/Q1> .",
    ]
    counts = counted(lines, typed(lines), Watched(frozenset({"<urn:p>"})))
    assert counts[("triples",)] == 6
    assert counts[("subjects",)] == 3
    assert counts[("entities",)] == 2
    assert counts["class", "<urn:C>"] == 2
    assert counts["property", "<urn:p>"] == 3
    found = partitions(counts, Most())
    assert counts["object class", "<urn:C>", "<urn:p>", "<urn:C> <urn:D>"] == 1
    assert found.of_class["<urn:C>", "<urn:p>"] == 2
    assert found.of_class["<urn:C>", f"<{RDF_TYPE}>"] == 3
    assert found.of_class["<urn:D>", f"<{RDF_TYPE}>"] == 2
    assert found.object_classes["<urn:C>", "<urn:p>", "<urn:D>"] == 1
    datatype = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"
    assert found.datatypes == {("<urn:C>", "<urn:p>", datatype): 1}
    assert counts["link", "<urn:p>", "wikidata"] == 1
    assert counts["value", "<urn:p>", '"x"@es'] == 1


def test_links_of_things_that_say_how_they_were_made_are_counted_by_that() -> None:
    method, state, goal = "<urn:method>", "<urn:state>", "<http://metadata.un.org/sdg/16>"
    lines = [
        f"<urn:a> {method} <urn:curated> .",
        f"<urn:a> {state} <urn:accepted> .",
        f"<urn:a> <urn:goal> {goal} .",
        f"<urn:b> {method} <urn:curated> .",
        f"<urn:b> {state} <urn:accepted> .",
        f"<urn:b> <urn:goal> {goal} .",
        f"<urn:c> {method} <urn:suggested> .",
        f"<urn:c> <urn:goal> {goal} .",
        f'<urn:d> {method} "curated" .',
        f"<urn:d> {state} <urn:accepted> .",
        f"<urn:d> <urn:goal> {goal} .",
    ]
    counts = counted(lines, {}, Watched(kinds=(method, state)))
    assert counts[LINK, "<urn:goal>", "un-sdg"] == 4
    apart = {key: number for key, number in counts.items() if key[0] == LINK_OF}
    assert apart == {(LINK_OF, "<urn:goal>", "un-sdg", "<urn:curated>", "<urn:accepted>"): 2}

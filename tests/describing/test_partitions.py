"""However much a document has of classes and properties, VoID stays small, and what it tells true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from ogpgraph.describing.partitions import INNER, OUTER, Key, Most, partitions
from ogpgraph.describing.statistics import (
    CROWDED,
    LONGEST,
    MOST_CLASSES,
    counted,
    parts,
    typed,
)
from ogpgraph.files import Graph
from ogpgraph.store.merge import StoreMerge
from ogpgraph.terms import RDF_LANG_STRING, XSD_STRING
from ogpgraph.vocab import RDF_TYPE

NS = "https://w3id.org/ogpgraph/ns#"
THINGS = [f"<https://w3id.org/ogpgraph/id/thing/{n}>" for n in range(8)]
CLASSES = [f"<{NS}Class{n}>" for n in range(12)]
PROPERTIES = [f"<{NS}property{n}>" for n in range(12)]
VALUES = [*THINGS, '"text"', '"texto"@es', "<http://www.wikidata.org/entity/Q800>"]
PATHS = ("plan/A-1", "plan/B-1", "shared/c")
LEVELS = ("properties", "classes", "linksets", "of_class", "datatypes", "object_classes")
VOID = "http://rdfs.org/ns/void#"


def cube(of: int) -> Graph:
    """A thing of some classes, with as many properties that lead to a thing of as many."""
    subject, other = THINGS[:2]
    return Graph.of(
        line
        for n in range(of)
        for line in (
            f"{subject} <{RDF_TYPE}> <{NS}Of{n}> .",
            f"{subject} <{NS}leads{n}> {other} .",
            f"{other} <{RDF_TYPE}> <{NS}To{n}> .",
        )
    )


def some_graph(chance: random.Random) -> Graph:
    """Sometimes of many classes and properties, sometimes of few."""
    many = chance.choice([2, 5, 12])
    lines = set()
    for _ in range(chance.randrange(40)):
        subject = chance.choice(THINGS)
        if chance.random() < 0.4:
            lines.add(f"{subject} <{RDF_TYPE}> {chance.choice(CLASSES[:many])} .")
        else:
            lines.add(f"{subject} {chance.choice(PROPERTIES[:many])} {chance.choice(VALUES)} .")
    return Graph.of(lines)


def by_definition(lines: Iterable[str]) -> dict[str, Counter[Key]]:
    """What COUNT queries say of the levels by class."""
    lines = list(lines)
    types = typed(lines)
    found: dict[str, Counter[Key]] = {name: Counter() for name in LEVELS[3:]}
    for subject, predicate, value in parts(lines):
        for one in types.get(subject, ()):
            found["of_class"][one, predicate] += 1
            if value.startswith('"'):
                datatype = RDF_LANG_STRING if value.endswith("@es") else XSD_STRING
                datatype = value.split("^^")[1][1:-1] if "^^" in value else datatype
                datatype = RDF_LANG_STRING if value.endswith("@en") else datatype
                found["datatypes"][one, predicate, f"<{datatype}>"] += 1
            for other in types.get(value, ()):
                found["object_classes"][one, predicate, other] += 1
    return found


def told(described: Any) -> str:
    """What VoID says in English of what is left out."""
    (text,) = (
        value
        for subject, predicate, value in parts(described.description()[described.site.void].lines)
        if subject == f"<{described.site.void}>"
        and predicate.endswith("/description>")
        and value.endswith("@en")
    )
    return text


def test_a_small_document_makes_no_large_description(described: Any) -> None:
    described.publish({"plan/A-1": cube(2)})
    before = described.description()
    assert told(described).startswith('"All partitions')
    described.publish({"plan/B-1": cube(50)})
    grown = described.description()
    size = sum(map(len, grown.values())) - sum(map(len, before.values()))
    assert size < 10 * len(cube(50))
    assert described.describer._shown.counts == described.counts()
    assert len(described.counts()) < 1_000
    assert "by property within each class, by datatype and class" in told(described)
    lines = "\n".join(grown[described.site.void].lines)
    node = f"<{described.site.void}#class.ogp-Of49>"
    assert f'{node} <{VOID}entities> "1"^^' in lines
    assert f"<{described.site.dataset}> <{VOID}propertyPartition> " in lines
    for name, kind in (("classes", "class"), ("properties", "property")):
        number = sum(1 for key in described.counts() if key[0] == kind)
        assert f'<{described.site.dataset}> <{VOID}{name}> "{number}"^^' in lines
    described.publish({"plan/B-1": Graph()})
    assert told(described).startswith('"All partitions')
    assert described.describer._shown.counts == described.counts()
    back = "\n".join(described.description()[described.site.void].lines)
    assert f"<{described.site.void}#class.ogp-Of1.ogp-leads1.class.ogp-To1> " in back


def test_no_document_gives_more_counts_than_a_few_for_each_statement() -> None:
    """A thing with very many statements too."""
    subject, other = THINGS[:2]
    lines = [
        *(f"{subject} <{RDF_TYPE}> <{NS}Of{n}> ." for n in range(MOST_CLASSES)),
        *(f"{other} <{RDF_TYPE}> <{NS}To{n}> ." for n in range(MOST_CLASSES)),
        *(f"{subject} <{NS}leads{n}> {other} ." for n in range(20_000)),
    ]
    counts = counted(lines, typed(lines))
    assert counts[CROWDED] == 0
    assert len(counts) < 3 * len(lines)
    found = partitions(counts, Most())
    assert (found.properties, found.of_class, found.datatypes) == (None, None, None)
    assert len(found.classes) == 2 * MOST_CLASSES


def test_adding_up_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some 16 x 1,000 partitions are never made where 100 are too many."""
    lines = [
        *(f"{THINGS[0]} <{RDF_TYPE}> {CLASSES[n]} ." for n in range(12)),
        *(f"{THINGS[0]} <{NS}p{n}> {THINGS[1]} ." for n in range(90)),
    ]
    made: list[int] = []

    class Watched(Counter[Key]):
        def __setitem__(self, key: Key, value: int) -> None:
            made.append(len(key))
            super().__setitem__(key, value)

    counts = counted(lines, typed(lines))
    monkeypatch.setattr("ogpgraph.describing.partitions.Counter", Watched)
    assert partitions(counts, Most(inner=100)).of_class is None
    assert len(made) <= 91 + 100
    made.clear()
    assert len(partitions(counts, Most()).of_class) == 12 * 91
    assert len(made) > 12 * 91


@pytest.mark.parametrize(
    "classes",
    [
        [f"<{NS}Of{n}>" for n in range(MOST_CLASSES + 1)],
        [f"<{NS}{'long' * (LONGEST // 4)}>"],
    ],
    ids=["too many classes", "too long ones"],
)
def test_one_crowded_thing_leaves_out_what_is_by_class(classes: list[str]) -> None:
    few = [f"{THINGS[1]} <{RDF_TYPE}> {CLASSES[0]} .", f'{THINGS[1]} {PROPERTIES[0]} "x" .']
    lines = [*few, *(f"{THINGS[0]} <{RDF_TYPE}> {one} ." for one in classes)]
    counts = counted(lines, typed(lines))
    assert counts[CROWDED] == 1
    found = partitions(counts, Most())
    assert (found.of_class, found.datatypes, found.object_classes) == (None, None, None)
    assert len(found.classes) == len(classes) + 1
    assert found.properties[f"<{RDF_TYPE}>",] == len(classes) + 1
    assert partitions(counted(few, typed(few)), Most()).of_class is not None


@pytest.mark.parametrize("seed", range(4))
def test_what_is_listed_is_true_on_both_sides_of_the_limits(
    seed: int, described: Any, another: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """And the same, however the data came to be what they are."""
    chance = random.Random(seed)
    described.publish({"plan/A-1": some_graph(chance)})
    usual = partitions(described.counts(), Most())
    most = Most(outer=len(usual.properties) + 2, inner=len(usual.of_class) + 20)
    one = another(described.ledger, most)
    listed: dict[str, set[bool]] = {name: set() for name in LEVELS}
    for _ in range(10):
        one.publish({path: some_graph(chance) for path in chance.sample(PATHS, 2)})
        shown = one.describer._shown
        assert shown.counts == one.counts()
        found = partitions(shown.counts, most)
        expected = by_definition(StoreMerge(one.store).everything())
        for name in LEVELS:
            level = getattr(found, name)
            listed[name].add(level is not None)
            if level is not None and name in expected:
                assert level == expected[name]
        assert one.description() == another(one.ledger, most).description()
    assert listed["of_class"] == listed["object_classes"] == {True, False}
    assert "does not settle" not in caplog.text


@pytest.mark.parametrize(
    ("level", "more"),
    [
        ("properties", False),
        ("properties", True),  # classes are left out before them, and so all partitions
        ("classes", False),
        ("of_class", False),
        ("object_classes", False),
    ],
)
def test_at_the_very_limit_the_description_settles(
    level: str,
    more: bool,
    described: Any,
    another: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What VoID itself needs to list a level does not decide whether it is listed."""
    many = [f"{THINGS[n % 8]} <{RDF_TYPE}> <{NS}Many{n}> ." for n in range(64)]
    described.publish({"plan/A-1": cube(8), "plan/B-1": Graph.of(many if more else ())})
    counts = described.counts()

    def listed(most: int, of: Counter[Key]) -> bool:
        outer = level in LEVELS[:3]
        limits = Most(outer=most) if outer else Most(inner=most)
        return getattr(partitions(of, limits), level) is not None

    first = next(most for most in range(OUTER) if listed(most, counts))
    for most in range(first - 2, first + 2):
        limits = Most(outer=most) if level in LEVELS[:3] else Most(inner=most)
        one = another(described.ledger, limits)
        assert listed(most, one.describer._shown.counts) == (most >= first)
        assert one.describer._shown.counts == one.counts()
    assert "does not settle" not in caplog.text


def test_the_shipped_data_are_far_below_the_limits(service: Any) -> None:
    counts = service._mirror.describer._shown.counts
    found = partitions(counts, Most())
    for name in LEVELS:
        most = OUTER if name in LEVELS[:3] else INNER
        assert 0 < len(getattr(found, name)) < most / 2
    assert not counts[CROWDED]

"""Graphs that stand for many: merges that no triple is in twice, out of the way of `GRAPH ?g`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogpgraph.errors import MalformedQuery
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.store.base import Store, boolean, rows, statements
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.groups import Groups

NAMES = Names("https://data.example.org/og/")
GROUPS = Groups(NAMES.graph_groups, NAMES.group_of)
ASSERTED, DERIVED, ENTAILED = GROUPS.iris
ONE, TWO = (NAMES.graph(f"plan/{name}") for name in ("one", "two"))
DERIVED_ONE, ENTAILED_ONE, ENTAILED_TWO = (
    NAMES.graph(path) for path in ("derived/plan/one", "entailed/plan/one", "entailed/plan/two")
)
OWN = NAMES.graph("metadata/void")
MEMBERS = (ONE, TWO, DERIVED_ONE, ENTAILED_ONE, ENTAILED_TWO, OWN)
COUNT = "(COUNT(*) AS ?n)"
STATE = {
    ONE: "abc",
    TWO: "bcd",
    DERIVED_ONE: "de",
    ENTAILED_ONE: "efg",
    ENTAILED_TWO: "agh",
    OWN: "ai",
}
"""Graphs that share much: b and c are asserted twice, d derived of one and asserted in another."""
EXPECTED = {ASSERTED: "abcd", DERIVED: "e", ENTAILED: "fgh"}


def graph(names: Iterable[str]) -> Graph:
    return Graph.of(f"<urn:x:{name}> <urn:x:p> <urn:x:o> ." for name in names)


def state(names: Mapping[str, Iterable[str]]) -> dict[str, Graph]:
    return {iri: graph(content) for iri, content in names.items()}


def count(store: Store, text: str, **dataset: list[str]) -> int:
    (row,) = rows(store.query(text, **dataset))  # type: ignore[arg-type]
    return int(row["n"].value)


@pytest.fixture
def store(make_store: Callable[[Groups], Store]) -> Store:
    """A store with groups, filled."""
    made = make_store(GROUPS)
    made.replace(state(STATE))
    return made


CHOICES = [choice for size in (1, 2, 3) for choice in combinations(GROUPS.iris, size)]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: "+".join(map(NAMES.local, choice)))
def test_each_triple_comes_once_however_groups_are_put_together(
    store: Store, choice: tuple[str, ...]
) -> None:
    wanted = {name for group in choice for name in EXPECTED[group]}
    clauses = " ".join(f"FROM <{group}>" for group in choice)
    by_text = f"SELECT {COUNT} {clauses} WHERE {{ ?s ?p ?o }}"
    assert count(store, by_text) == len(wanted)
    by_parameter = f"SELECT {COUNT} WHERE {{ ?s ?p ?o }}"
    assert count(store, by_parameter, default_graphs=list(choice)) == len(wanted)
    found = statements(store.query(f"CONSTRUCT {clauses} WHERE {{ ?s ?p ?o }}"))
    assert found == graph(wanted)


@pytest.mark.parametrize(
    ("graphs", "names"),
    [
        ((ASSERTED, ONE), "abcd"),
        ((DERIVED, DERIVED_ONE), "de"),
        ((ASSERTED, DERIVED, ENTAILED, OWN), "abcdefghi"),
        ((ASSERTED, ASSERTED), "abcd"),
        ((DERIVED_ONE, DERIVED, ASSERTED, TWO), "abcde"),
        ((ASSERTED, ENTAILED, ENTAILED_ONE), "abcdefgh"),
        ((ONE, TWO, DERIVED), "abcde"),
    ],
)
def test_a_group_and_graphs_that_share_its_triples_are_merged(
    merging: Callable[[Groups], Store], graphs: tuple[str, ...], names: str
) -> None:
    store = merging(GROUPS)
    store.replace(state(STATE))
    clauses = " ".join(f"FROM <{name}>" for name in graphs)
    assert count(store, f"SELECT {COUNT} {clauses} WHERE {{ ?s ?p ?o }}") == len(names)
    assert count(store, f"SELECT {COUNT} {{ ?s ?p ?o }}", default_graphs=list(graphs)) == len(names)


def test_groups_alone_need_no_merge_and_shared_triples_do() -> None:
    def merged(*graphs: str) -> bool | None:
        dataset = GROUPS.dataset("ASK {}", graphs, (), None)
        return dataset and dataset.merge

    assert [merged(*choice) for choice in CHOICES] == [False] * len(CHOICES)
    assert [merged(ONE, TWO), merged(ONE, ASSERTED, TWO), merged(ONE, ONE)] == [True, False, False]
    assert [merged(DERIVED, DERIVED_ONE), merged(ASSERTED, OWN)] == [True, True]
    assert [merged(*GROUPS.iris, *MEMBERS), merged(*GROUPS.iris, *MEMBERS[:-1])] == [True, False]
    assert merged() is None


def test_groups_may_be_named_by_prefix(store: Store) -> None:
    text = f"PREFIX g: <{NAMES.graph('')}> SELECT {COUNT} FROM g:asserted FROM g:derived {{ ?s ?p ?o }}"
    assert count(store, text) == 5


def test_the_default_graph_is_the_merge_of_all_graphs_groups_or_not(store: Store) -> None:
    assert count(store, f"SELECT {COUNT} WHERE {{ ?s ?p ?o }}") == len("abcdefghi")


def test_groups_are_not_among_the_graphs(store: Store) -> None:
    assert store.graphs() == tuple(sorted(MEMBERS))
    assert store.graph(ASSERTED) == graph("abcd")


@pytest.mark.parametrize(
    "pattern",
    [
        "GRAPH ?g { ?s ?p ?o }",
        "graph $g{?s ?p ?o}",
        "{ SELECT * { GRAPH ?g { ?s ?p ?o . OPTIONAL { ?s ?p ?q } } } }",
        "?s ?p ?o . GRAPH # a comment { with a brace\n ?g { ?s ?p ?o } .",
        "{ GRAPH ?g { ?s ?p ?o } } UNION { GRAPH ?g { ?s ?p 'GRAPH ?g {' } }",
    ],
)
def test_a_graph_variable_reaches_each_graph_once(store: Store, pattern: str) -> None:
    found = [row["g"].value for row in rows(store.query(f"SELECT ?g ?s WHERE {{ {pattern} }}"))]
    assert sorted(found) == sorted(iri for iri, names in STATE.items() for _ in names)


def test_what_is_not_in_a_graph_is_not_found_in_a_group_either(store: Store) -> None:
    inner = "FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } }"
    assert count(store, f"SELECT {COUNT} WHERE {{ ?s ?p ?o {inner} }}") == 0
    optional = "OPTIONAL { GRAPH ?g { ?s ?p ?o } } FILTER (!BOUND(?g))"
    assert count(store, f"SELECT {COUNT} WHERE {{ ?s ?p ?o {optional} }}") == 0
    minus = "MINUS { GRAPH ?g { ?s ?p ?o } }"
    assert count(store, f"SELECT {COUNT} WHERE {{ ?s ?p ?o {minus} }}") == 0


def test_a_group_is_one_named_graph_where_it_is_named(store: Store) -> None:
    text = f"SELECT ?g ?s FROM NAMED <{DERIVED}> FROM NAMED <{ONE}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    found = sorted((row["g"].value, row["s"].value[-1]) for row in rows(store.query(text)))
    assert found == sorted([(DERIVED, "e"), *((ONE, name) for name in "abc")])
    assert boolean(store.query(f"ASK {{ GRAPH <{ENTAILED}> {{ <urn:x:h> ?p ?o }} }}"))
    assert not boolean(store.query(f"ASK {{ GRAPH <{ENTAILED}> {{ <urn:x:e> ?p ?o }} }}"))
    named = store.query("ASK { GRAPH ?g { <urn:x:d> ?p ?o } }", named_graphs=[ASSERTED])
    assert boolean(named)


@pytest.mark.parametrize("text", ["SELECT ?g {\n GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p } }"])
def test_the_place_of_an_error_is_that_of_the_text(
    store: Store, text: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(MalformedQuery) as caught:
        store.query(text).write("text/csv")
    if "remote" not in request.node.name:  # another engine tells none
        with pytest.raises(MalformedQuery) as plain:
            EmbeddedStore().query(text)
        assert vars(caught.value) == vars(plain.value)


def test_what_leaves_one_group_enters_the_next(store: Store) -> None:
    store.replace(state({TWO: "", ONE: "e"}))
    assert store.graph(ASSERTED) == graph("e")
    assert store.graph(DERIVED) == graph("d")
    assert store.graph(ENTAILED) == graph("afgh")
    store.replace(state(dict.fromkeys(MEMBERS, "")))
    assert [store.graph(group) for group in GROUPS.iris] == [Graph()] * 3
    assert store.graphs() == ()


def test_filling_makes_the_same_groups_and_a_survey_sees_them_altered() -> None:
    store = EmbeddedStore(groups=GROUPS)
    store.fill(state(STATE))
    assert {group: store.graph(group) for group in GROUPS.iris} == state(EXPECTED)
    survey = store.survey()
    assert survey.merged
    assert survey.digests.keys() == set(MEMBERS)
    for update in (
        f"DELETE DATA {{ GRAPH <{DERIVED}> {{ <urn:x:e> <urn:x:p> <urn:x:o> }} }}",
        f"INSERT DATA {{ GRAPH <{DERIVED}> {{ <urn:x:a> <urn:x:p> <urn:x:o> }} }}",
    ):
        store.fill(state(STATE))
        store._store.update(update)
        assert not store.survey().merged


STATES = st.dictionaries(st.sampled_from(MEMBERS), st.sets(st.sampled_from("wxyz")), max_size=4)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STATES, max_size=5))
def test_after_any_replacements_the_groups_are_a_partition_of_the_merge(
    make_store: Callable[[Groups], Store], steps: list[dict[str, set[str]]]
) -> None:
    store = make_store(GROUPS)
    model: dict[str, set[str]] = {}
    for step in steps:
        store.replace(state(step))
        model.update(step)
        asserted = set().union(*(model.get(iri, set()) for iri in (ONE, TWO)))
        derived = model.get(DERIVED_ONE, set()) - asserted
        entailed = set().union(*(model.get(i, set()) for i in (ENTAILED_ONE, ENTAILED_TWO)))
        assert store.graph(ASSERTED) == graph(asserted)
        assert store.graph(DERIVED) == graph(derived)
        assert store.graph(ENTAILED) == graph(entailed - asserted - derived)
        assert statements(store.query("CONSTRUCT WHERE { ?s ?p ?o }")) == graph(
            set().union(*model.values())
        )

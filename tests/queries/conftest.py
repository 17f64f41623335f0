"""The shipped content in a memory store, loaded and derived as the publisher would do it.

Ontology, schemes and data are named graphs; the rules' output for a plan graph is its companion
graph; the default graph is the RDF merge of all named graphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogpgraph.iris import Names
from ogpgraph.queries import Rule, StoredQueries, load_rules

REPOSITORY = Path(__file__).resolve().parents[2]
QUERIES = REPOSITORY / "queries"
FIXTURES = Path(__file__).parent / "fixtures"
NAMES = Names()
OGP = NAMES.term("")

Named = tuple[ox.NamedNode, list[ox.Triple]]


def read_named(path: Path) -> Named:
    """A Turtle file as the named graph that it says it is (a file without one: its own name)."""
    triples = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    kinds = {ox.NamedNode(OGP + kind) for kind in ("SourceGraph", "ReferenceGraph")}
    named = [t.subject for t in triples if t.object in kinds]
    graph = named[0] if named else ox.NamedNode(NAMES.graph(f"ontology/{path.stem}"))
    assert isinstance(graph, ox.NamedNode)
    return graph, triples


def shipped_files() -> list[Path]:
    """Every Turtle file of the ontology, the schemes and the data."""
    ontology = [REPOSITORY / "ontology" / "ogp.ttl"]
    schemes = sorted((REPOSITORY / "ontology" / "schemes").glob("*.ttl"))
    return ontology + schemes + sorted((REPOSITORY / "data" / "ttl").rglob("*.ttl"))


def derive(rules: Iterable[Rule], triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """What the rules make of a default graph, in one pass over asserted statements."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    derived: set[ox.Triple] = set()
    for rule in rules:
        result = store.query(rule.text)
        assert isinstance(result, ox.QueryTriples)
        derived.update(result)
    return list(derived)


def store_of(named: Iterable[Named], rules: Iterable[Rule]) -> ox.Store:
    """A store of these graphs, the source graphs' companions, and the merge of all."""
    named, rules = list(named), list(rules)
    source = {
        triple.subject
        for _, triples in named
        for triple in triples
        if triple.object == ox.NamedNode(OGP + "SourceGraph")
    }
    reference = [t for graph, triples in named if graph not in source for t in triples]
    store = ox.Store()
    for graph, triples in named:
        add(store, graph, triples)
        if graph in source:
            companion = NAMES.derived_graph(graph.value)
            assert companion is not None
            add(store, ox.NamedNode(companion), derive(rules, [*triples, *reference]))
    return store


def add(store: ox.Store, graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> None:
    """Put triples into a named graph and into the merge."""
    for triple in triples:
        store.add(ox.Quad(*triple, graph))
        store.add(ox.Quad(*triple))


ALIGNMENTS = {ox.NamedNode(OGP + name) for name in ("commitmentAlignment", "planAlignment")}


def without_alignments(named: Iterable[Named]) -> list[Named]:
    """The same graphs, with nothing hanging on an alignment."""
    return [(graph, [t for t in ts if t.predicate not in ALIGNMENTS]) for graph, ts in named]


def short(term: object) -> str | None:
    """A term as a test writes it: our IRIs and the SDGs' by their last part, literals bare."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        path = NAMES.local(term.value)
        return term.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1] if path else term.value
    assert isinstance(term, ox.Literal)
    return term.value


def rows_of(store: ox.Store, text: str, *columns: str) -> list[tuple[str | None, ...]]:
    """The named columns of a SELECT's rows, in order."""
    result = store.query(text)
    assert isinstance(result, ox.QuerySolutions)
    return [tuple(short(solution[column]) for column in columns) for solution in result]


class Ask:
    """Answers of one store, by a query's name, columns and parameters."""

    def __init__(self, queries: StoredQueries, store: ox.Store) -> None:
        self.queries, self.store = queries, store

    def __call__(self, name: str, *columns: str, **values: str) -> list[tuple[str | None, ...]]:
        return rows_of(self.store, self.queries[name].bind(values), *columns)


class Kit:
    """What the tests of this directory share, as a fixture: test modules import no other."""

    Ask = Ask
    add = staticmethod(add)
    derive = staticmethod(derive)
    read_named = staticmethod(read_named)
    rows = staticmethod(rows_of)
    short = staticmethod(short)
    store_of = staticmethod(store_of)


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit


@pytest.fixture(scope="session")
def queries() -> StoredQueries:
    return StoredQueries(QUERIES)


@pytest.fixture(scope="session")
def rules() -> tuple[Rule, ...]:
    return load_rules(QUERIES / "rules")


@pytest.fixture(scope="session")
def shipped() -> list[Named]:
    return [read_named(path) for path in shipped_files()]


@pytest.fixture(scope="session")
def answers_store(shipped: list[Named], rules: tuple[Rule, ...]) -> ox.Store:
    """The shipped content with what the rules derive."""
    return store_of(shipped, rules)


@pytest.fixture(scope="session")
def unaligned_store(shipped: list[Named], rules: tuple[Rule, ...]) -> ox.Store:
    """The shipped content without its alignments."""
    return store_of(without_alignments(shipped), rules)


@pytest.fixture(scope="session")
def aligned_store(shipped: list[Named], rules: tuple[Rule, ...]) -> ox.Store:
    """The shipped content with those of fixtures/alignments.ttl for its own alignments."""
    fixture = read_named(FIXTURES / "alignments.ttl")
    return store_of([*without_alignments(shipped), fixture], rules)

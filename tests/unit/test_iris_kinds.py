"""IRIs of a deployment and the table of kinds: minted, taken apart, and consistent."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogpgraph.fields import Kind
from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS, PART_LINKS, absolute, document_path, kind_of
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.vocab import EXTERNAL_PREFIXES

NAMES, OTHER = Names(), Names("https://data.example.org/og/")


def test_names_lie_under_the_base() -> None:
    assert OTHER.term("hasCommitment") == "https://data.example.org/og/ns#hasCommitment"
    assert OTHER.thing("plan", "CRI-4") == "https://data.example.org/og/id/plan/CRI-4"
    assert (
        OTHER.concept("branch", "judicial") == "https://data.example.org/og/scheme/branch/judicial"
    )
    assert OTHER.graph("plan/CRI-4") == "https://data.example.org/og/graph/plan/CRI-4"
    assert NAMES.base == DEFAULT_BASE_IRI == "https://w3id.org/ogpgraph/"


@pytest.mark.parametrize(
    ("graph", "companion"),
    [
        (OTHER.graph("plan/CRI-4"), OTHER.graph("derived/plan/CRI-4")),
        (OTHER.graph("derived/plan/CRI-4"), None),
        (OTHER.graph("entailed/plan/CRI-4"), None),
        (OTHER.thing("plan", "CRI-4"), None),
        (NAMES.graph("plan/CRI-4"), None),
        ("urn:x:graph", None),
    ],
)
def test_the_companion_of_a_graph(graph: str, companion: str | None) -> None:
    assert OTHER.derived_graph(graph) == companion
    entailed = companion.replace("/derived/", "/entailed/") if companion else None
    assert OTHER.entailed_graph(graph) == entailed


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("plan/CRI-4", "asserted"),
        ("scheme/branch", "asserted"),
        ("derived/plan/CRI-4", "derived"),
        ("entailed/plan/CRI-4", "entailed"),
        ("metadata/void", None),
        ("asserted", None),
        ("entailed", None),
    ],
)
def test_the_group_of_a_graph(path: str, group: str | None) -> None:
    graph = OTHER.graph(path)
    assert OTHER.group_of(graph) == (OTHER.graph(group) if group else None)
    assert OTHER.is_companion(graph) is path.startswith(("derived/", "entailed/"))
    assert NAMES.group_of(graph) is None
    assert OTHER.graph_groups == tuple(map(OTHER.graph, ("asserted", "derived", "entailed")))


def test_the_local_part_of_an_iri_is_ours_or_none() -> None:
    assert OTHER.local(OTHER.thing("plan", "CRI-4")) == "id/plan/CRI-4"
    assert OTHER.local(NAMES.thing("plan", "CRI-4")) is None


def test_rebase_moves_our_iris_only() -> None:
    text = "<https://w3id.org/ogpgraph/id/x> <http://metadata.un.org/sdg/1>"
    assert OTHER.rebase(text) == "<https://data.example.org/og/id/x> <http://metadata.un.org/sdg/1>"
    assert NAMES.rebase(text) == text


@pytest.mark.parametrize("names", [NAMES, OTHER])
def test_the_prologue_is_sparql_with_every_prefix(names: Names) -> None:
    assert isinstance(ox.Store().query(names.sparql_prologue + "ASK {}"), ox.QueryBoolean)
    assert names.prefixes["ogp"] == names.term("")
    assert names.prefixes["commitment"] == names.thing("commitment", "")
    assert names.prefixes["branch"] == names.concept("branch", "")
    assert EXTERNAL_PREFIXES.items() <= names.prefixes.items()
    assert list(names.prefixes) == sorted(names.prefixes)


IDS = {
    "plans": "CRI-4",
    "commitments": "CRI-4-9",
    "unlisted-numbers": "GTM-4-14",
    "institutions": "ECU-defensoria-del-pueblo",
    "branches": "judicial",
    "policy-areas": "openData",
    "sdgs": "16.6",
    "sdg-indicators": "16.6.2",
    "countries": "HND",
    "milestones": "ECU-1-2-1",
    "alignments": "CRI-4-9/16.7/curated",
}


def test_every_kind_has_an_example() -> None:
    assert IDS.keys() == KINDS.keys()
    assert all(name == kind.name for name, kind in KINDS.items())


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize("names", [NAMES, OTHER])
def test_an_id_becomes_an_iri_and_back(names: Names, name: str) -> None:
    kind, identifier = KINDS[name], IDS[name]
    iri = kind.iri(names, identifier)
    assert kind.identifier(names, iri) == identifier
    assert kind_of(names, iri) == (kind, identifier)
    assert document_path(kind, identifier) == f"/{kind.documents or name}/{identifier}"


@pytest.mark.parametrize(
    "iri",
    [
        NAMES.thing("plan", ""),
        NAMES.thing("evidence", "CRI-4-9/text"),
        NAMES.graph("plan/CRI-4"),
        NAMES.concept("basis", "curated"),
        OTHER.thing("plan", "CRI-4"),
        "http://metadata.un.org/sdg/ontology#Goal",
        "https://example.org/",
    ],
)
def test_what_is_of_no_kind(iri: str) -> None:
    assert kind_of(NAMES, iri) is None


@pytest.mark.parametrize("name", IDS)
def test_no_kind_takes_the_iris_of_another(name: str) -> None:
    iri = KINDS[name].iri(NAMES, IDS[name])
    assert [kind.name for kind in KINDS.values() if kind.identifier(NAMES, iri)] == [name]


def test_a_path_is_percent_encoded() -> None:
    assert document_path(KINDS["plans"], "ñ ?#") == "/plans/%C3%B1%20%3F%23"


def paths() -> set[str]:
    """Every path that a row of KINDS has."""
    found = {sort.path for kind in KINDS.values() for sort in kind.sorts}
    for row in (row for kind in KINDS.values() for row in kind.filters):
        found |= {row.via, row.node, row.path, row.latest, row.whole}
    found |= {column.path for kind in KINDS.values() for column in kind.columns}
    return found - {""}


@pytest.mark.parametrize("path", sorted(paths()))
def test_every_path_of_a_kind_is_a_property_path_of_sparql(path: str) -> None:
    text = f"{NAMES.sparql_prologue}SELECT ?value WHERE {{ ?item {path} ?value }}"
    assert isinstance(ox.Store().query(text), ox.QuerySolutions)


@pytest.mark.parametrize("path", sorted(paths()))
def test_every_path_of_a_kind_is_of_properties_that_exist(path: str, repository: Path) -> None:
    ontology = ox.Store()
    ontology.load(path=repository / "ontology" / "ogp.ttl")
    for step in re.split("[/|]", path):
        prefix, _, local = step.lstrip("^").partition(":")
        if prefix == "ogp":
            term = ox.NamedNode(NAMES.term(local))
            assert any(ontology.quads_for_pattern(term, None, None)), step


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_context_of_a_kind_is_sparql(kind: Kind) -> None:
    context = kind.context or "{ ?root ?p ?o BIND (?root AS ?s) }"
    text = f"{NAMES.sparql_prologue}SELECT ?s ?p ?o WHERE {{ VALUES ?root {{ <a:b> }} {context} }}"
    assert isinstance(ox.Store().query(text), ox.QuerySolutions)


def test_every_text_of_a_kind_is_in_both_languages() -> None:
    for kind in KINDS.values():
        rows = (*kind.filters, *kind.orders)
        for text in (kind.title, kind.description, *(row.description for row in rows)):
            assert len(text) == 2
            assert all(text)


def test_the_own_order_of_a_kind_is_of_orders_that_it_has() -> None:
    for kind in KINDS.values():
        names = [sort.name for sort in kind.orders]
        assert len(set(names)) == len(names)
        assert set(kind.order) <= set(names) - {"title"}


def test_filters_are_named_once_a_kind_and_never_as_a_paging_parameter() -> None:
    for kind in KINDS.values():
        names = [row.name for row in kind.filters]
        assert len(set(names)) == len(names)
        assert not {"page_size", "cursor", "total", "lang", "sort", "facets", "for", "q"} & set(
            names
        )


def test_prefixes_of_ours_lie_under_the_base() -> None:
    assert absolute(OTHER, "id/plan/") == OTHER.thing("plan", "")
    assert absolute(OTHER, "http://metadata.un.org/sdg/") == "http://metadata.un.org/sdg/"


def test_the_links_to_parts_are_sorted_and_once() -> None:
    assert list(PART_LINKS) == sorted(set(PART_LINKS))

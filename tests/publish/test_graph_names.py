"""V14: which named graph a file may be: one plain spelling, and none that the service keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.drafts import graph_of
from ogpgraph.errors import BadInput, Forbidden
from ogpgraph.files import Document, parse
from ogpgraph.formats import TURTLE
from ogpgraph.iris import Names
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

NAMES = Names()
BASE = NAMES.graph("")
OTHER = Names("https://data.example.org/ogp/")

BAD = {
    "the default graph": "urn:x-arq:DefaultGraph",
    "the default graph of a protocol": "http://www.w3.org/ns/sparql-service-description#defaultGraph",
    "no path": BASE,
    "nothing behind a slash": f"{BASE}plan/",
    "a last slash": f"{BASE}plan/CRI-4/",
    "two slashes": f"{BASE}plan//CRI-4",
    "a first slash": f"{BASE}/plan/CRI-4",
    "a percent sign for a letter": f"{BASE}plan/CRI%2D4",
    "a percent sign for a slash": f"{BASE}plan%2FCRI-4",
    "a percent sign for a dot": f"{BASE}%2E%2E/ontology",
    "a percent sign for what is kept": f"{BASE}%64erived/plan/CRI-4",
    "a zero": f"{BASE}plan/CRI-4%00",
    "a Cyrillic letter": f"{BASE}plan/\u0421RI-4",
    "a Greek letter": f"{BASE}\u03c1lan/CRI-4",
    "full width": f"{BASE}plan/\uff23RI-4",
    "a combining mark": f"{BASE}plan/CRI\u0301-4",
    "no width": f"{BASE}plan/CRI\u200b-4",
    "right to left": f"{BASE}plan/\u202eCRI-4",
    "another hyphen": f"{BASE}plan/CRI\u20104",
    "a fragment": f"{BASE}plan/CRI-4#x",
    "a query": f"{BASE}plan/CRI-4?x=y",
    "a way up": f"{BASE}plan/../ontology",
    "a way up and out": f"{BASE}../ns",
    "a way nowhere": f"{BASE}./ontology",
    "dots": f"{BASE}plan/a..b",
    "a parameter": f"{BASE}plan/CRI-4;v=1",
    "a user": f"{BASE}plan/a@b",
    "a colon": f"{BASE}plan:CRI-4",
    "another host": "https://w3id.org.example/ogpgraph/graph/plan/CRI-4",
    "another scheme": "http://w3id.org/ogpgraph/graph/plan/CRI-4",
    "capital host": "https://W3ID.org/ogpgraph/graph/plan/CRI-4",
    "the base of somebody else": "https://data.example.org/ogp/graph/plan/CRI-4",
    "no graph": "https://w3id.org/ogpgraph/id/plan/CRI-4",
    "graphs": "https://w3id.org/ogpgraph/graphs/plan/CRI-4",
    "a long name": BASE + "a" * 201,
    "a quote": f"{BASE}plan/'CRI-4'",
    "a last dot": f"{BASE}plan/CRI-4.",
    "a first hyphen": f"{BASE}-/plan",
}
RESERVED = {
    "derived": f"{BASE}derived/plan/CRI-4",
    "derived itself": f"{BASE}derived",
    "derived in capitals": f"{BASE}DERIVED/plan/CRI-4",
    "derived of derived": f"{BASE}derived/derived/plan/CRI-4",
    "entailed": f"{BASE}entailed/plan/CRI-4",
    "entailed itself": f"{BASE}entailed",
    "asserted itself": f"{BASE}asserted",
    "asserted": f"{BASE}asserted/plan/CRI-4",
    "shapes": f"{BASE}shapes",
    "one of the shapes": f"{BASE}shapes/must",
    "provenance": f"{BASE}provenance/1",
    "metadata": f"{BASE}metadata",
    "the ledger": f"{BASE}ledger/version/1",
}
GOOD = (
    "plan/CRI-4",
    "plan/CRI-4.ogp",
    "shared/agents",
    "institutions/ECU",
    "scheme/new-list",
    "a",
    "a_b/c-d/e.f",
)


def document(graph: str) -> Document:
    text = f"<{graph}> a <{NAMES.term('SourceGraph')}> ."
    return parse(text.encode(), TURTLE, name="a.ttl", base=NAMES.base)


def test_there_are_30_names() -> None:
    assert len({*BAD.values(), *RESERVED.values()}) >= 30


@pytest.mark.parametrize("name", BAD)
def test_a_name_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be published") as caught:
        graph_of(document(BAD[name]), NAMES)
    assert BAD[name] in caught.value.message
    assert BASE in caught.value.message


@pytest.mark.parametrize("name", RESERVED)
def test_a_name_that_is_kept_is_forbidden(name: str) -> None:
    with pytest.raises(Forbidden, match="cannot be published") as caught:
        graph_of(document(RESERVED[name]), NAMES)
    assert caught.value.slug == "reserved-graph"
    assert RESERVED[name] in caught.value.message


@pytest.mark.parametrize("path", GOOD)
def test_a_plain_name_is_taken(path: str) -> None:
    assert graph_of(document(NAMES.graph(path)), NAMES) == NAMES.graph(path)


def test_the_base_is_that_of_the_deployment() -> None:
    assert OTHER.is_publishable(OTHER.graph("plan/CRI-4"))
    assert not OTHER.is_publishable(NAMES.graph("plan/CRI-4"))
    assert OTHER.is_reserved(OTHER.graph("derived/x"))
    assert not OTHER.is_reserved(NAMES.graph("derived/x"))


@pytest.mark.parametrize("tail", ["/../ontology", "%2Fx", "#x", "/"])
def test_a_plan_whose_id_is_odd_does_not_name_a_graph(tail: str) -> None:
    """Where the only plan of a file implies the graph, its id is held to the same."""
    text = f"<{NAMES.thing('plan', 'X')}{tail}> a <{NAMES.term('ActionPlan')}> ."
    plan = parse(text.encode(), TURTLE, name="a.ttl", base=NAMES.base)
    with pytest.raises(BadInput, match="cannot be published"):
        graph_of(plan, NAMES)


def test_what_ships_has_such_names(service: Service) -> None:
    for version in service.status().versions:
        assert NAMES.is_publishable(version.graph), version.graph
        assert not NAMES.is_reserved(version.graph), version.graph


# --- the ontology and the code lists ------------------------------------------------------------


@pytest.fixture
def opened(home_copy: Path) -> Iterator[Service]:
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as found:
        yield found


def state(service: Service) -> dict[str, str]:
    return {iri: service.store.graph(iri).digest for iri in service.store.graphs()}


@pytest.mark.parametrize(
    "graph", ["ontology", "scheme/branch", "derived/plan/CRI-4", "plan/..", "shapes"]
)
def test_no_file_replaces_what_comes_with_the_package(
    opened: Service, graph_file: Callable[..., Path], graph: str
) -> None:
    before, sequence = state(opened), opened.sequence
    with pytest.raises((Forbidden, BadInput), match=r"comes with ogpgraph|cannot be published"):
        opened.load([graph_file("a.ttl", graph=graph)], agent="test")
    assert state(opened) == before
    assert opened.sequence == sequence


def test_the_package_s_own_file_is_taken_as_it_is(opened: Service) -> None:
    """To load it again is no change, so folders that hold it can be loaded whole."""
    path = next(p for p in opened.library.shipped.ontology if p.name == "ogp.ttl")
    assert opened.load([path], agent="test").versions == ()


def test_an_empty_name_is_no_graph() -> None:
    assert not NAMES.is_publishable("")
    assert not NAMES.is_reserved("")


def test_a_text_that_looks_like_a_statement_is_a_text(
    opened: Service, graph_file: Callable[..., Path]
) -> None:
    """A label that imitates `ogp:supplements` names no graph to look into."""
    imitated = f"x <{NAMES.term('supplements')}> <{NAMES.graph('plan/CRI-4')}"
    more = (
        f'<{NAMES.graph("shared/test")}> <http://purl.org/dc/terms/description> "{imitated}"@en .\n'
    )
    publication = opened.load([graph_file("a.ttl", more=more)], agent="test")
    assert publication.report.conforms

"""SPARQLWrapper and rdflib's stores, as their users call them."""

from __future__ import annotations

import warnings
from typing import Any
from urllib.error import HTTPError
from xml.dom.minidom import Document

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from rdflib.query import ResultRow
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

P = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
COUNT = P + "SELECT (COUNT(?c) AS ?n) WHERE { ?p a ogp:ActionPlan ; ogp:hasCommitment ?c }"
ASK = P + "ASK { ?p a ogp:ActionPlan }"
PLAN = "https://w3id.org/ogpgraph/id/plan/CRI-4"
GRAPH = "https://w3id.org/ogpgraph/graph/plan/CRI-4"
CONSTRUCT = f"CONSTRUCT {{ <{PLAN}> ?p ?o }} WHERE {{ <{PLAN}> ?p ?o }}"
TOTAL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
WAYS = {
    "GET": (GET, URLENCODED),
    "a form": (POST, URLENCODED),
    "a body": (POST, POSTDIRECTLY),
}


def wrapper(endpoint: str, query: str, form: str, way: str = "GET") -> SPARQLWrapper:
    client = SPARQLWrapper(endpoint)
    method, request = WAYS[way]
    client.setMethod(method)
    client.setRequestMethod(request)
    client.setQuery(query)
    client.setReturnFormat(form)
    return client


def numbers(found: dict[str, Any]) -> list[int]:
    return [int(row["n"]["value"]) for row in found["results"]["bindings"]]


# --- SPARQLWrapper ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_wrapper_reads_json(endpoint: str, way: str) -> None:
    assert numbers(wrapper(endpoint, COUNT, JSON, way).queryAndConvert()) == [70]


@pytest.mark.parametrize("way", WAYS)
def test_wrapper_reads_xml(endpoint: str, way: str) -> None:
    found = wrapper(endpoint, COUNT, XML, way).queryAndConvert()
    assert isinstance(found, Document)
    (literal,) = found.getElementsByTagName("literal")
    assert literal.firstChild is not None
    assert literal.firstChild.nodeValue == "70"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("form", "text"), [(CSV, b"n\r\n70\r\n"), (TSV, b"?n\n70\n")])
def test_wrapper_reads_tables(endpoint: str, way: str, form: str, text: bytes) -> None:
    assert wrapper(endpoint, COUNT, form, way).queryAndConvert() == text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, JSONLD, XML])
def test_wrapper_reads_graphs(endpoint: str, way: str, form: str) -> None:
    with warnings.catch_warnings():  # rdflib's JSON-LD reader uses what it has deprecated itself
        warnings.simplefilter("ignore", DeprecationWarning)
        found = wrapper(endpoint, CONSTRUCT, form, way).queryAndConvert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(found)
    assert len(graph) > 5
    assert set(graph.subjects()) == {rdflib.URIRef(PLAN)}


@pytest.mark.parametrize("way", WAYS)
def test_wrapper_asks(endpoint: str, way: str) -> None:
    assert wrapper(endpoint, ASK, JSON, way).queryAndConvert()["boolean"] is True


def test_wrapper_asks_only_by_accept(endpoint: str) -> None:
    client = wrapper(endpoint, COUNT, JSON)
    client.setOnlyConneg(True)
    assert numbers(client.queryAndConvert()) == [70]


@pytest.mark.parametrize("way", WAYS)
def test_wrapper_names_graphs(endpoint: str, way: str) -> None:
    everything = wrapper(endpoint, TOTAL, JSON, way)
    one = wrapper(endpoint, TOTAL, JSON, way)
    one.addParameter("default-graph-uri", GRAPH)
    (few,), (many,) = numbers(one.queryAndConvert()), numbers(everything.queryAndConvert())
    assert 100 < few < many
    named = wrapper(endpoint, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", JSON, way)
    named.addParameter("named-graph-uri", GRAPH)
    rows = named.queryAndConvert()["results"]["bindings"]
    assert [row["g"]["value"] for row in rows] == [GRAPH]


def test_wrapper_has_a_default_graph(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint, defaultGraph="urn:a:none")
    client.setQuery(TOTAL)
    client.setReturnFormat(JSON)
    assert numbers(client.queryAndConvert()) == [0]


@pytest.mark.parametrize("way", WAYS)
def test_wrapper_is_told_what_is_malformed(endpoint: str, way: str) -> None:
    with pytest.raises(QueryBadFormed) as caught:
        wrapper(endpoint, "SELECT * WHERE { ?s ?p }", JSON, way).query()
    assert "malformed-query" in str(caught.value)


def test_wrapper_waits_as_long_as_it_is_told(endpoint: str) -> None:
    client = wrapper(endpoint, COUNT, JSON)
    client.setTimeout(30)
    client.addParameter("timeout", "20")
    assert numbers(client.queryAndConvert()) == [70]


def test_wrapper_is_told_of_a_query_that_takes_too_long(endpoint: str) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }"
    client = wrapper(endpoint, slow, JSON)
    client.addParameter("timeout", "0.2")
    with pytest.raises(HTTPError) as caught:
        client.query()
    assert caught.value.code == 504
    caught.value.close()


# --- rdflib's stores ---------------------------------------------------------------------------------

METHODS = ["GET", "POST", "POST_FORM"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_selects(endpoint: str, method: Any, form: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=form))
    found = [str(row[0]) for row in graph.query(COUNT) if isinstance(row, ResultRow)]
    assert found == ["70"]


@pytest.mark.parametrize("method", METHODS)
def test_rdflib_asks(endpoint: str, method: Any) -> None:
    assert rdflib.Graph(SPARQLStore(endpoint, method=method)).query(ASK).askAnswer is True


@pytest.mark.parametrize("method", METHODS)
def test_rdflib_constructs(endpoint: str, method: Any) -> None:
    found = rdflib.Graph(SPARQLStore(endpoint, method=method)).query(CONSTRUCT)
    assert found.graph is not None
    assert set(found.graph.subjects()) == {rdflib.URIRef(PLAN)}


@pytest.mark.parametrize("store", [SPARQLStore, SPARQLUpdateStore])
def test_rdflib_reads_triples(endpoint: str, store: Any) -> None:
    graph = rdflib.Graph(store(endpoint))
    plan = rdflib.URIRef(PLAN)
    triples = list(graph.triples((plan, None, None)))
    assert len(triples) > 5
    assert triples[0] in graph
    labels = list(graph.objects(plan, rdflib.SKOS.prefLabel))
    assert all(isinstance(label, rdflib.Literal) for label in labels)
    kind = graph.value(plan, rdflib.RDF.type)
    assert isinstance(kind, rdflib.URIRef)


def test_rdflib_reads_one_graph(endpoint: str) -> None:
    store = SPARQLStore(endpoint, context_aware=True)
    graph = rdflib.Graph(store, identifier=rdflib.URIRef(GRAPH))
    inside = {s for s, _, _ in graph.triples((None, rdflib.RDF.type, None))}
    assert rdflib.URIRef(PLAN) in inside
    other = rdflib.Graph(store, identifier=rdflib.URIRef("urn:a:none"))
    assert list(other.triples((None, None, None))) == []


def test_rdflib_lists_the_graphs(endpoint: str) -> None:
    store = SPARQLStore(endpoint, context_aware=True)
    names = {str(name) for name in store.contexts()}
    assert GRAPH in names
    holding = set(store.contexts((rdflib.URIRef(PLAN), rdflib.RDF.type, None)))
    assert str(GRAPH) in {str(name) for name in holding}


def test_rdflib_s_update_store_asks_too(endpoint: str) -> None:
    store = SPARQLUpdateStore(endpoint)
    found = [str(row[0]) for row in rdflib.Graph(store).query(COUNT) if isinstance(row, ResultRow)]
    assert found == ["70"]

"""Stored queries as RDF: what editors ask of it, and that what they get runs and says the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD

from ogpgraph.executables import executables
from ogpgraph.files import write
from ogpgraph.library import Library
from ogpgraph.queries import StoredQueries, StoredQuery, load_stored_query
from ogpgraph.service import Service
from ogpgraph.store.base import rows
from ogpgraph.vocab import EXTERNAL_PREFIXES

ReadRdf = Callable[[bytes, str], rdflib.Graph]
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SCHEMA = rdflib.Namespace("https://schema.org/")
BASE, ENDPOINT = "https://data.example/ogp", "https://data.example/ogp/sparql"
AS_EDITORS_ASK = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
    sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq
"""
"""What the SIB's editor asks an endpoint for its examples."""

FORMS = {
    "SELECT": ("SELECT ?x { VALUES ?x { UNDEF }  #= x\n }", SH.select, SH.SPARQLSelectExecutable),
    "ASK": ("ASK { VALUES ?x { UNDEF }  #= x\n }", SH.ask, SH.SPARQLAskExecutable),
    "CONSTRUCT": (
        "CONSTRUCT { ?x ?x ?x } { VALUES ?x { UNDEF }  #= x\n }",
        SH.construct,
        SH.SPARQLConstructExecutable,
    ),
    "DESCRIBE": ("DESCRIBE ?x { VALUES ?x { UNDEF }  #= x\n }", SH.describe, None),
}
HEADER = """\
#+ title@en: A title
#+ title@es: Un título
#+ description@en: A description.
#+ description@es: Una descripción.
#+ param x: {type}
#+ param x@en: A parameter.
#+ param x@es: Un parámetro.
"""


@pytest.fixture(scope="module")
def queries(library: Library) -> StoredQueries:
    return library.queries


@pytest.fixture(scope="module")
def graph(queries: StoredQueries, read_rdf: ReadRdf) -> rdflib.Graph:
    found = executables(queries.values(), base_url=BASE, endpoint=ENDPOINT)
    return read_rdf(write(found, "text/turtle", prefixes=EXTERNAL_PREFIXES), "text/turtle")


def subject(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(f"{BASE}/queries/{name}")


def made(
    folder: Path, read_rdf: ReadRdf, declared: str, text: str
) -> tuple[StoredQuery, rdflib.Graph]:
    path = folder / "made.rq"
    path.write_text(HEADER.format(type=declared) + text, encoding="utf-8")
    query = load_stored_query(path)
    found = executables([query], base_url=BASE, endpoint=ENDPOINT)
    return query, read_rdf(found.to_bytes(), "application/n-triples")


def test_an_editor_finds_every_query_with_its_comment_and_text(
    graph: rdflib.Graph, queries: StoredQueries
) -> None:
    found = list(graph.query(AS_EDITORS_ASK))
    assert {str(row.sq) for row in found} == {f"{BASE}/queries/{name}" for name in queries}
    assert len(found) == 2 * len(queries)
    for row in found:
        query = queries[str(row.sq).rpartition("/")[2]]
        assert str(row.comment) == query.descriptions[row.comment.language]
        assert not str(row.query).startswith("#")


def test_each_has_its_titles_its_endpoint_and_its_name(
    graph: rdflib.Graph, queries: StoredQueries
) -> None:
    for name, query in queries.items():
        one = subject(name)
        for predicate in (RDFS.label, DCTERMS.title):
            texts = {text.language: str(text) for text in graph.objects(one, predicate)}
            assert texts == dict(query.titles)
        texts = {text.language: str(text) for text in graph.objects(one, DCTERMS.description)}
        assert texts == dict(query.descriptions)
        assert graph.value(one, SCHEMA.target) == rdflib.URIRef(ENDPOINT)
        assert graph.value(one, DCTERMS.identifier) == rdflib.Literal(name)
        assert (one, RDF.type, SH.SPARQLSelectExecutable) in graph


def test_there_are_no_blank_nodes(graph: rdflib.Graph) -> None:
    nodes = {*graph.subjects(), *graph.objects()}
    assert len(nodes) > 100
    assert not [node for node in nodes if isinstance(node, rdflib.BNode)]


def test_each_text_runs_and_answers_as_the_stored_query_does(
    graph: rdflib.Graph, service: Service
) -> None:
    for name, query in service.library.queries.items():
        text = str(graph.value(subject(name), SH.select))
        assert "#+" not in text
        examples = {p.name: p.example or "" for p in query.parameters}
        own = list(rows(service.store.query(query.bind(examples))))
        assert list(rows(service.store.query(text))) == own, name


def test_each_parameter_is_described(graph: rdflib.Graph, queries: StoredQueries) -> None:
    for name, query in queries.items():
        nodes = {
            str(graph.value(n, SH.name)): n for n in graph.objects(subject(name), SH.parameter)
        }
        assert list(nodes) == [] or set(nodes) == {p.name for p in query.parameters}
        assert len(nodes) == len(query.parameters)
        for order, parameter in enumerate(query.parameters):
            node = nodes[parameter.name]
            assert node == rdflib.URIRef(f"{subject(name)}#{parameter.name}")
            assert (node, RDF.type, SH.Parameter) in graph
            assert graph.value(node, SH.order).toPython() == order
            assert graph.value(node, SH.optional).toPython() is not parameter.required
            texts = {t.language: str(t) for t in graph.objects(node, SH.description)}
            assert texts == dict(parameter.descriptions)


def test_the_path_of_a_parameter_ends_in_the_variable_s_name(graph: rdflib.Graph) -> None:
    paths = list(graph.subject_objects(SH.path))
    assert len(paths) > 30
    for node, path in paths:
        assert str(path).rpartition("#")[2] == str(graph.value(node, SH.name))


DECLARED = {
    "iri(country) required example HND": (
        {SH.nodeKind: SH.IRI},
        {SKOS.example: rdflib.URIRef("https://w3id.org/ogpgraph/id/country/HND")},
    ),
    "iri(country) default HND": (
        {SH.nodeKind: SH.IRI},
        {SH.defaultValue: rdflib.URIRef("https://w3id.org/ogpgraph/id/country/HND")},
    ),
    "decimal default 0.5": (
        {SH.datatype: XSD.decimal},
        {SH.defaultValue: rdflib.Literal("0.5", datatype=XSD.decimal)},
    ),
    "integer default 7": (
        {SH.datatype: XSD.integer},
        {SH.defaultValue: rdflib.Literal("7", datatype=XSD.integer)},
    ),
    "string optional": ({SH.datatype: XSD.string}, {SH.defaultValue: None}),
    r"string default \u0041": (
        {SH.datatype: XSD.string},
        {SH.defaultValue: rdflib.Literal(r"\u0041")},
    ),
    "language default en": ({SH.datatype: XSD.string}, {SH.defaultValue: rdflib.Literal("en")}),
}


@pytest.mark.parametrize("declared", DECLARED)
def test_a_parameter_s_type_and_default_are_terms(
    tmp_path: Path, read_rdf: ReadRdf, declared: str
) -> None:
    written = {
        "iri(country) required example HND": "<https://w3id.org/ogpgraph/id/country/HND>",
        "iri(country) default HND": "<https://w3id.org/ogpgraph/id/country/HND>",
        "decimal default 0.5": '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        "integer default 7": '"7"^^<http://www.w3.org/2001/XMLSchema#integer>',
        r"string default \u0041": r'"\\\U000000750041"',
        "language default en": '"en"',
    }.get(declared, "UNDEF")
    _, found = made(
        tmp_path, read_rdf, declared, f"SELECT ?x {{\n VALUES ?x {{ {written} }}  #= x\n}}"
    )
    node = rdflib.URIRef(f"{subject('made')}#x")
    for wanted in DECLARED[declared]:
        for predicate, value in wanted.items():
            assert found.value(node, predicate) == value


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_its_property_and_its_class(
    tmp_path: Path, read_rdf: ReadRdf, form: str
) -> None:
    text, predicate, kind = FORMS[form]
    text = text.replace("{ VALUES", "{\n VALUES")
    query, found = made(tmp_path, read_rdf, "string optional", text)
    assert query.form == form
    assert str(found.value(subject("made"), predicate)) == text.strip()
    kinds = {SH.SPARQLExecutable, SH.Parameterizable, *([kind] if kind else [])}
    assert set(found.objects(subject("made"), RDF.type)) == kinds
    (row,) = {(row.sq, row.query) for row in found.query(AS_EDITORS_ASK)}
    assert str(row[1]) == text.strip()


def test_no_query_is_an_empty_graph() -> None:
    assert len(executables([], base_url=BASE, endpoint=ENDPOINT)) == 0

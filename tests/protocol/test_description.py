"""What the service says of itself over HTTP is true: every number, format, limit and file."""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import re
import shutil
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from fastapi import FastAPI
from rdflib import DCTERMS, RDF, RDFS, SH, VOID, XSD

from ogpgraph.describing.formats import format_iri
from ogpgraph.describing.statistics import LINKED_DATASETS
from ogpgraph.dumps import Dumps
from ogpgraph.errors import Busy
from ogpgraph.formats import BOOLEAN_OFFERS, GRAPH_OFFERS, SOLUTION_OFFERS
from ogpgraph.gate import MAX_QUERY_BYTES
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

ReadRdf = Callable[[bytes, str], rdflib.Graph]
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
EXT = rdflib.Namespace("http://ldf.fi/void-ext#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SCHEMA = rdflib.Namespace("https://schema.org/")
RDF_TYPES = ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
PATHS = [
    "/.well-known/void",
    "/.well-known/service-description",
    "/.well-known/sparql-examples",
    "/prefixes",
    "/catalog",
]
BASE = "http://localhost:8000"
ENDPOINT = rdflib.URIRef(f"{BASE}/sparql")
DATASET = rdflib.URIRef(f"{BASE}/.well-known/void#dataset")


def read(client: httpx.Client, path: str) -> rdflib.Graph:
    answer = client.get(path, headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    return rdflib.Graph().parse(answer.content, format="nt")


def asked(client: httpx.Client, query: str) -> list[dict[str, str]]:
    answer = client.post("/sparql", data={"query": query})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in rows]


def counted(client: httpx.Client, query: str) -> dict[tuple[str, ...], int]:
    """The groups of a COUNT query: the other variables, in the order of their names, and ?n."""
    found = asked(client, query)
    return {
        tuple(row[name] for name in sorted(row) if name != "n"): int(row["n"])
        for row in found
        if len(row) > 1
    }


def number(client: httpx.Client, query: str) -> int:
    ((row),) = asked(client, query)
    return int(row["n"])


def numbers(
    graph: rdflib.Graph, owner: rdflib.term.Node, link: Any, of: Any, value: Any
) -> dict[tuple[str, ...], tuple[rdflib.term.Node, int]]:
    """The partitions of something: what each is of, its node and its number."""
    found = {}
    for node in graph.objects(owner, link):
        (term,), (count,) = graph.objects(node, of), graph.objects(node, value)
        assert (str(term),) not in found
        found[str(term),] = (node, int(count))
    return found


def check_void(client: httpx.Client) -> int:
    """Compare every number of `/.well-known/void` with a COUNT query; how many there were."""
    graph = read(client, "/.well-known/void")
    compared = 0

    def same(described: dict[tuple[str, ...], int], query: str) -> None:
        nonlocal compared
        assert described == counted(client, query)
        compared += len(described)

    for name, pattern in (
        (VOID.triples, "(COUNT(*) AS ?n) { ?s ?p ?o }"),
        (VOID.entities, "(COUNT(DISTINCT ?s) AS ?n) { ?s a ?c }"),
        (VOID.distinctSubjects, "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        (VOID.classes, "(COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        (VOID.properties, "(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
    ):
        (value,) = graph.objects(DATASET, name)
        assert int(value) == number(client, f"SELECT {pattern}"), name
    properties = numbers(graph, DATASET, VOID.propertyPartition, VOID.property, VOID.triples)
    same(
        {k: n for k, (_, n) in properties.items()},
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    )
    classes = numbers(graph, DATASET, VOID.classPartition, VOID["class"], VOID.entities)
    same(
        {k: n for k, (_, n) in classes.items()},
        "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c",
    )
    pairs, datatypes, others = {}, {}, {}
    for (one,), (node, _) in classes.items():
        inside = numbers(graph, node, VOID.propertyPartition, VOID.property, VOID.triples)
        for (prop,), (part, count) in inside.items():
            pairs[one, prop] = count
            for link, of, found in (
                (EXT.datatypePartition, EXT.datatype, datatypes),
                (VOID.classPartition, VOID["class"], others),
            ):
                for (term,), (_, inner) in numbers(graph, part, link, of, VOID.triples).items():
                    found[one, term, prop] = inner
    same(pairs, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p")
    same(
        datatypes,
        "SELECT ?c ?d ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o FILTER isLITERAL(?o) "
        "BIND (DATATYPE(?o) AS ?d) } GROUP BY ?c ?d ?p",
    )
    same(others, "SELECT ?c ?d ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . ?o a ?d } GROUP BY ?c ?d ?p")
    return compared + check_linksets(client, graph)


BY_METHOD = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
SELECT ?p ?method ?state (COUNT(*) AS ?n) {
  ?s ogp:alignmentMethod ?method ; ogp:reviewState ?state ; ?p ?o .
  FILTER (isIRI(?o) && STRSTARTS(STR(?o), "http://metadata.un.org/sdg/")
          && !STRSTARTS(STR(?o), "http://metadata.un.org/sdg/ontology"))
} GROUP BY ?p ?method ?state"""


def check_linksets(client: httpx.Client, graph: rdflib.Graph) -> int:
    """Every statement that leads to a thing of one of the others is in one linkset, and counted."""
    found: dict[str, dict[tuple[str, ...], int]] = {name: {} for name in LINKED_DATASETS}
    apart: dict[tuple[str, ...], int] = {}
    spaces = {linked.space: name for name, linked in LINKED_DATASETS.items()}
    for linkset in graph.subjects(RDF.type, VOID.Linkset):
        (target,) = graph.objects(linkset, VOID.objectsTarget)
        (space,) = graph.objects(target, VOID.uriSpace)
        (prop,) = graph.objects(linkset, VOID.linkPredicate)
        (count,) = graph.objects(linkset, VOID.triples)
        assert (linkset, VOID.subjectsTarget, DATASET) in graph
        if kinds := sorted(map(str, graph.objects(linkset, DCTERMS.type))):
            (whole,) = graph.subjects(VOID.subset, linkset)
            assert (DATASET, VOID.subset, whole) in graph
            assert set(graph.objects(whole, VOID.linkPredicate)) == {prop}
            assert spaces[str(space)] == "un-sdg"
            apart[kinds[0], str(prop), *kinds[1:]] = int(count)
            continue
        assert (DATASET, VOID.subset, linkset) in graph
        found[spaces[str(space)]][str(prop),] = int(count)
    assert apart == counted(client, BY_METHOD)
    for name, linked in LINKED_DATASETS.items():
        but = f'FILTER (!STRSTARTS(STR(?o), "{linked.but}"))' if linked.but else ""
        query = (
            "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o FILTER (isIRI(?o) && "
            f'STRSTARTS(STR(?o), "{linked.space}") && !STRSTARTS(STR(?s), "{linked.space}") '
            f"&& ?p != <{RDF.type}>) {but} }} GROUP BY ?p"
        )
        assert found[name] == counted(client, query), name
    return sum(map(len, found.values()))


def check_graphs(client: httpx.Client) -> int:
    """Compare the sizes in the service description with COUNT queries."""
    graph = read(client, "/.well-known/service-description")
    sizes = {}
    (dataset,) = graph.objects(ENDPOINT, SD.defaultDataset)
    for named in graph.objects(dataset, SD.namedGraph):
        (name,), (node,) = graph.objects(named, SD.name), graph.objects(named, SD.graph)
        (count,) = graph.objects(node, VOID.triples)
        sizes[str(name),] = int(count)
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    assert sizes == counted(client, query)
    (default,) = graph.objects(dataset, SD.defaultGraph)
    (whole,) = graph.objects(default, VOID.triples)
    assert int(whole) == number(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return len(sizes)


def test_every_number_equals_a_count(client: httpx.Client) -> None:
    assert check_void(client) > 1_000
    assert check_graphs(client) > 50


def test_the_datasets_linked_to_are_those_that_are(client: httpx.Client) -> None:
    graph = read(client, "/.well-known/void")
    names = {str(node).rsplit("#", 1)[-1] for node in graph.objects(None, VOID.objectsTarget)}
    assert names >= {"un-sdg", "wikidata", "sdgio", "unbis", "eurovoc"}


@pytest.fixture
def serving(home_copy: Path, free_port: Callable[[], int]) -> Iterator[Service]:
    """A service whose queries run in workers, on snapshots."""
    given = {"home": home_copy, "client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    with closing(Service.open(load_settings(given, {}), serving=True)) as opened:
        yield opened


def test_after_a_publish_while_serving_they_are_new_and_right_again(
    serving: Service,
    client_of: Callable[[FastAPI], httpx.Client],
    graph_file: Callable[..., Path],
) -> None:
    client = client_of(create_app(serving))
    before = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    serving.load(
        [graph_file("x.ttl", more="<https://w3id.org/ogpgraph/id/x> a <urn:x:New> .\n")], agent="t"
    )
    after = client.get(
        "/.well-known/void",
        headers={"Accept": "text/turtle", "If-None-Match": before.headers["etag"]},
    )
    assert after.status_code == 200
    assert "urn:x:New" in after.text
    assert "urn:x:New" not in before.text
    assert check_void(client) > 1_000
    assert check_graphs(client) > 50
    catalogue = read(client, "/catalog")
    assert str(catalogue.value(DATASET, DCAT.version)) == str(serving.sequence)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("media_type", RDF_TYPES)
def test_each_document_is_the_same_in_every_form(
    client: httpx.Client, read_rdf: ReadRdf, service: Service, path: str, media_type: str
) -> None:
    answer = client.get(path, headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media_type)
    found = read_rdf(answer.content, media_type)
    graph = {"/catalog": "catalogue", "/prefixes": "prefixes"}.get(path)
    names = {"void": "void", "service-description": "service", "sparql-examples": "executables"}
    name = getattr(service.site, graph or names[path.rsplit("/", 1)[-1]])
    expected = len(service.store.graph(name))
    weights = 0 if answer.headers.get("etag") else expected
    assert len(found) >= (weights or expected)


@pytest.mark.parametrize("path", [*PATHS, "/dumps/"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_each_document_is_a_page_too(client: httpx.Client, path: str, language: str) -> None:
    answer = client.get(f"{path}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert answer.text.count("<h1") == 1


# W3C, SPARQL 1.1 Service Description (2013), rule by rule


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle;q=0.9, */*;q=0.1", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_endpoint_itself_gives_the_description(
    client: httpx.Client, read_rdf: ReadRdf, accept: str, expected: str
) -> None:
    """Section 2: a GET of the endpoint without a query; RDF as negotiated."""
    answer = client.get("/sparql", headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(expected)
    found = read_rdf(answer.content, expected)
    services = set(found.subjects(SD.endpoint, ENDPOINT))
    assert services == {ENDPOINT}
    assert (ENDPOINT, RDF.type, SD.Service) in found


def test_it_keeps_to_the_schema_of_the_vocabulary(client: httpx.Client) -> None:
    """Section 3: what is the subject and the object of each property, and how many there are."""
    graph = read(client, "/.well-known/service-description")
    ranges = {
        SD.defaultDataset: (SD.Service, SD.Dataset),
        SD.defaultGraph: (SD.Dataset, SD.Graph),
        SD.namedGraph: (SD.Dataset, SD.NamedGraph),
        SD.graph: (SD.NamedGraph, SD.Graph),
        SD.name: (SD.NamedGraph, None),
        SD.endpoint: (SD.Service, None),
        SD.resultFormat: (SD.Service, None),
        SD.feature: (SD.Service, None),
        SD.supportedLanguage: (SD.Service, None),
        SD.defaultEntailmentRegime: (SD.Service, SD.EntailmentRegime),
    }
    used = {p for p in graph.predicates() if str(p).startswith(str(SD))}
    assert used <= ranges.keys()
    for prop, (domain, target) in ranges.items():
        for subject, value in graph.subject_objects(prop):
            assert (subject, RDF.type, domain) in graph
            assert isinstance(value, rdflib.URIRef)
            assert target is None or (value, RDF.type, target) in graph
    for prop in (SD.endpoint, SD.defaultDataset, SD.defaultEntailmentRegime):
        assert len(list(graph.objects(ENDPOINT, prop))) == 1
    for named in graph.subjects(RDF.type, SD.NamedGraph):
        assert len(list(graph.objects(named, SD.name))) == 1
        assert len(list(graph.objects(named, SD.graph))) == 1


def test_every_format_that_is_sent_is_said_to_be(client: httpx.Client) -> None:
    graph = read(client, "/.well-known/service-description")
    said = {str(form) for form in graph.objects(ENDPOINT, SD.resultFormat)}
    sent = set()
    asking = {"SELECT * { ?s ?p ?o } LIMIT 1": SOLUTION_OFFERS, "ASK {}": BOOLEAN_OFFERS}
    asking["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"] = GRAPH_OFFERS
    for query, offers in asking.items():
        for offer in offers:
            answer = client.get(
                "/sparql", params={"query": query}, headers={"Accept": offer.media_type}
            )
            assert answer.headers["content-type"].startswith(offer.media_type)
            form = format_iri(offer.media_type)
            assert form is not None, f"{offer.media_type} has no name in describing/formats.py"
            sent.add(form)
    assert said == sent


def test_the_default_graph_is_the_union_as_it_is_said(client: httpx.Client) -> None:
    graph = read(client, "/.well-known/service-description")
    assert set(graph.objects(ENDPOINT, SD.feature)) == {SD.UnionDefaultGraph}
    merge = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert number(client, merge) == number(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")


def test_federation_is_said_to_be_only_where_it_is(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    given = {"home": home, "service_allow": "https://query.wikidata.org/sparql"}
    with closing(Service.open(load_settings(given, {}))) as service:
        graph = read(client_of(create_app(service)), "/.well-known/service-description")
    assert (ENDPOINT, SD.feature, SD.BasicFederatedQuery) in graph


def test_no_update_no_dereferencing_and_no_function_is_promised(client: httpx.Client) -> None:
    graph = read(client, "/.well-known/service-description")
    assert set(graph.objects(None, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert not list(graph.objects(None, SD.extensionFunction))
    assert (None, SD.feature, SD.DereferencesURIs) not in graph
    there = "SELECT (COUNT(*) AS ?n) FROM <https://example.org/none> { ?s ?p ?o }"
    assert number(client, there) == 0


def test_what_is_inferred_is_written_and_nothing_else(client: httpx.Client) -> None:
    """Simple entailment: a superclass of a class does not have its things."""
    graph = read(client, "/.well-known/service-description")
    regime = graph.value(ENDPOINT, SD.defaultEntailmentRegime)
    assert regime == rdflib.URIRef("http://www.w3.org/ns/entailment/Simple")
    assert number(client, f"SELECT (COUNT(*) AS ?n) {{ ?s a <{rdflib.RDFS.Resource}> }}") == 0


def limits(client: httpx.Client) -> dict[str, float]:
    graph = read(client, "/.well-known/service-description")
    found = {}
    for node in graph.objects(ENDPOINT, SCHEMA.additionalProperty):
        (name,) = graph.objects(node, SCHEMA.propertyID)
        (value,) = graph.objects(node, SCHEMA.maxValue)
        assert {text.language for text in graph.objects(node, SCHEMA.name)} == {"es", "en"}
        assert (node, SCHEMA.unitCode, None) in graph
        found[str(name)] = float(value)
    return found


def test_the_limits_that_are_told_hold(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    given = {"home": home, "query_timeout": 1.5, "result_rows": 7, "query_memory": 512}
    given |= {"client_seconds": 33, "client_errors": 11, "client_parallel": 3}
    with closing(Service.open(load_settings(given, {}), serving=True)) as service:
        client = client_of(create_app(service))
        told = limits(client)
        assert told == {
            "query-time": 1.5,
            "query-memory": 512,
            "query-size": MAX_QUERY_BYTES,
            "result-rows": 7,
            "client-query-time": 33,
            "client-errors": 11,
            "client-parallel": 3,
        }
        rows = client.post("/sparql", data={"query": "SELECT * { ?s ?p ?o } LIMIT 8"})
        assert (rows.status_code, rows.json()["limit"]) == (422, told["result-rows"])
        assert client.post("/sparql", data={"query": "SELECT * { ?s ?p ?o } LIMIT 7"}).is_success
        text = "ASK {} #" + "x" * MAX_QUERY_BYTES
        size = client.post("/sparql", data={"query": text})
        assert (size.status_code, size.json()["limit"]) == (413, told["query-size"])
        policy = dict(re.findall(r'"(\w+)";q=(\d+)', rows.headers["ratelimit-policy"]))
        assert int(policy["seconds"]) == 2 * told["client-query-time"]
        assert int(policy["errors"]) == 2 * told["client-errors"]
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        late = client.post("/sparql", data={"query": slow})
        assert late.status_code == 504
        assert late.json()["limit_s"] == pytest.approx(told["query-time"], abs=0.5)  # from arrival
        assert service.lanes()["public"].limits.memory_mib == told["query-memory"]


def test_other_limits_make_other_tags(bare_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    editions = set()
    for rows in (7, 8):
        with closing(Service.open(load_settings({"home": home, "result_rows": rows}, {}))) as one:
            editions.add(one.edition)
    assert len(editions) == 2


# What SIB's sparql-editor asks


def test_the_prefixes_that_the_editor_asks_for(client: httpx.Client, service: Service) -> None:
    found = asked(
        client,
        f"SELECT DISTINCT ?prefix ?namespace {{ [] <{SH.namespace}> ?namespace ; "
        f"<{SH.prefix}> ?prefix }} ORDER BY ?prefix",
    )
    pairs = [(row["prefix"], row["namespace"]) for row in found]
    assert pairs == sorted(service.names.prefixes.items())
    assert len(pairs) != 18  # it would take them for its own


def test_the_examples_that_the_editor_asks_for(client: httpx.Client, service: Service) -> None:
    """Each in both languages; each text runs, and its prefixes are its own."""
    found = asked(
        client,
        f"""SELECT DISTINCT ?sq ?comment ?query {{
  ?sq a <{SH}SPARQLExecutable> ; <{RDFS.comment}> ?comment ;
      <{SH}select>|<{SH}ask>|<{SH}construct>|<{SH}describe> ?query }} ORDER BY ?sq""",
    )
    queries = service.library.queries
    assert {row["sq"] for row in found} == {
        f"{service.site.base}/queries/{name}" for name in queries
    }
    assert len(found) == 2 * len(queries)
    for text in {row["query"] for row in found}:
        assert client.post("/sparql", data={"query": text}).status_code == 200, text


def test_the_partitions_that_the_editor_asks_for(client: httpx.Client) -> None:
    query = f"""PREFIX void: <{VOID}> PREFIX void-ext: <{EXT}>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {{
  {{ ?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop .
     OPTIONAL {{ {{ ?pp void:classPartition [ void:class ?objectClass ] }} UNION
                 {{ ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }} }} }}
  UNION {{ ?l void:subjectsTarget [ void:class ?subjectClass ] ; void:linkPredicate ?prop ;
           void:objectsTarget [ void:class ?objectClass ] }} }}"""
    ogp = "https://w3id.org/ogpgraph/ns#"
    found = {
        (row["subjectClass"], row["prop"], row.get("objectClass"), row.get("objectDatatype"))
        for row in asked(client, query)
    }
    plan, commitment = f"{ogp}ActionPlan", f"{ogp}Commitment"
    assert (plan, f"{ogp}hasCommitment", commitment, None) in found
    assert (plan, f"{ogp}declaredCommitmentTotal", None, str(XSD.integer)) in found
    assert (plan, str(DCTERMS.title), None, str(RDF.langString)) in found


def test_its_longer_form_stays_below_the_row_limit(client: httpx.Client, service: Service) -> None:
    labels = " ".join(
        f"OPTIONAL {{ ?{of} rdfs:{what} ?{of}_{what} }}"
        for of in ("subjectClass", "prop")
        for what in ("label", "comment")
    )
    query = f"""PREFIX void: <{VOID}> PREFIX sd: <{SD}> PREFIX void-ext: <{EXT}>
PREFIX rdfs: <{rdflib.RDFS}>
SELECT DISTINCT * {{
  OPTIONAL {{ ?graph sd:graph ?desc . OPTIONAL {{ ?graph rdfs:label ?gl }}
              ?desc void:classPartition ?cp }}
  ?cp void:class ?subjectClass ; void:propertyPartition ?pp . ?pp void:property ?prop .
  OPTIONAL {{ ?pp void:triples ?triples }}
  OPTIONAL {{ {{ ?pp void:classPartition [ void:class ?objectClass ]
                 OPTIONAL {{ ?objectClass rdfs:label ?ol }}
                 OPTIONAL {{ ?objectClass rdfs:comment ?oc }} }} UNION
              {{ ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }} }}
  {labels} }} ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""
    found = asked(client, query)
    assert 1_000 < len(found) < service.settings.result_rows


# The catalogue


def test_the_home_in_rdf_is_the_catalogue(client: httpx.Client) -> None:
    answer = client.get("/", headers={"Accept": "text/turtle"})
    found = rdflib.Graph().parse(answer.content, format="turtle")
    assert (rdflib.URIRef(f"{BASE}/catalog"), RDF.type, DCAT.Catalog) in found


def test_the_catalogue_has_what_dcat_ap_asks_for(client: httpx.Client, service: Service) -> None:
    graph = read(client, "/catalog")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    for prop in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset):
        assert graph.value(catalogue, prop, any=True) is not None
    for one in (catalogue, DATASET):
        for prop in (DCTERMS.title, DCTERMS.description):
            assert {text.language for text in graph.objects(one, prop)} == {"es", "en"}
    assert str(graph.value(DATASET, DCAT.version)) == str(service.sequence)
    countries = {str(c).rsplit("/", 1)[-1] for c in graph.objects(DATASET, DCTERMS.spatial)}
    assert countries == {"CRI", "ECU", "GTM", "HND", "MEX"}
    for distribution in graph.objects(DATASET, DCAT.distribution):
        assert (distribution, RDF.type, DCAT.Distribution) in graph
        assert (distribution, DCAT.accessURL, None) in graph
        assert (distribution, DCTERMS.license, None) in graph
    services = set(graph.objects(catalogue, DCAT.service))
    assert len(services) == 2
    for one in services:
        assert (one, RDF.type, DCAT.DataService) in graph
        assert (one, DCAT.servesDataset, DATASET) in graph
        for prop in (DCAT.endpointURL, DCAT.endpointDescription):
            (url,) = graph.objects(one, prop)
            assert client.get(str(url)).status_code == 200


def test_what_describes_is_linked_to(client: httpx.Client) -> None:
    for path in ("/", "/sparql", "/catalog"):
        for accept in ("text/html", "text/turtle"):
            link = client.get(path, headers={"Accept": accept}).headers["link"]
            assert '</.well-known/void>; rel="describedby"' in link
            assert 'rel="service-desc"' in link
            for target in re.findall(r"<(/[^>]+)>; rel", link):
                assert client.get(target).status_code == 200


# Dumps


@pytest.fixture(scope="module")
def own(
    filled_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Iterator[tuple[Service, httpx.Client]]:
    """A service of its own, for what is made once."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("dumps") / "home")
    with closing(Service.open(load_settings({"home": home, "client_seconds": 0}, {}))) as opened:
        yield opened, client_of(create_app(opened))


def test_before_a_large_dump_is_made_the_catalogue_is_not_to_be_kept(
    own: tuple[Service, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ogpgraph.dumps.AT_ONCE", 10)
    service, client = own
    assert service.dumps.of(service.edition) is None
    answer = client.get("/catalog")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "checksum" not in answer.text
    files = client.get("/dumps/").json()["files"]
    assert [set(file) for file in files] == [{"name", "url", "mediaType"}] * 4
    assert service.dumps.of(service.edition) is None


def test_who_looks_at_the_catalogue_first_finds_the_digests(
    own: tuple[Service, httpx.Client],
) -> None:
    service, client = own
    answer = client.get("/catalog")
    assert "etag" in answer.headers
    assert answer.text.count("checksumValue") == 4
    assert len(client.get("/dumps/SHA256SUMS").text.splitlines()) == 4
    assert (
        client.get("/catalog", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    )
    assert service.dumps.of(service.edition) is not None


@pytest.mark.parametrize("suffix", ["nq", "trig", "ttl", "jsonld"])
def test_a_dump_is_whole_and_weighs_what_it_is_said_to(
    own: tuple[Service, httpx.Client], suffix: str
) -> None:
    service, client = own
    path = f"/dumps/ogpgraph-{service.sequence}.{suffix}.gz"
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/gzip"
    name = path.rsplit("/", 1)[-1]
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    digest = hashlib.sha256(answer.content)
    packed = base64.b64encode(digest.digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{packed}:"
    assert f"{digest.hexdigest()}  {name}\n" in client.get("/dumps/SHA256SUMS").text
    graph = read(client, "/catalog")
    (node,) = graph.subjects(DCAT.downloadURL, rdflib.URIRef(BASE + path))
    checksum = graph.value(node, SPDX.checksum)
    assert str(graph.value(checksum, SPDX.checksumValue)) == digest.hexdigest()
    assert int(graph.value(node, DCAT.byteSize)) == len(answer.content)
    content = gzip.decompress(answer.content)
    form = {"nq": "nquads", "ttl": "turtle", "jsonld": "json-ld"}.get(suffix, suffix)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if suffix == "ttl":
            merge = rdflib.Graph().parse(content, format=form)
            assert len(merge) == number(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
            return
        dataset = rdflib.Dataset()
        dataset.parse(content, format=form)
    sizes = Counter(str(g) for _, _, _, g in dataset.quads((None, None, None, None)))
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    assert {(g,): n for g, n in sizes.items()} == counted(client, query)


def test_a_dump_is_the_same_bytes_when_it_is_made_again(
    own: tuple[Service, httpx.Client],
) -> None:
    service, client = own
    path = f"/dumps/ogpgraph-{service.sequence}.nq.gz"
    first = client.get(path).content
    shutil.rmtree(service.dumps.folder)
    assert client.get(path).content == first


def test_head_and_conditions_of_a_dump(own: tuple[Service, httpx.Client]) -> None:
    service, client = own
    path = f"/dumps/ogpgraph-{service.sequence}.ttl.gz"
    whole = client.get(path)
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "repr-digest"):
        assert head.headers[name] == whole.headers[name]
    same = client.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("name", ["x", "ogpgraph-999.nq.gz", "ogpgraph-1.exe.gz", "..%2fledger"])
def test_no_other_file_is_given(own: tuple[Service, httpx.Client], name: str) -> None:
    _, client = own
    assert client.get(f"/dumps/{name}").status_code in {400, 404}


def test_the_two_newest_versions_are_kept(
    home_copy: Path,
    client_of: Callable[[FastAPI], httpx.Client],
    graph_file: Callable[..., Path],
) -> None:
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as service:
        client = client_of(create_app(service))
        versions = []
        for title in ("one", "two", "three"):
            service.load([graph_file("x.ttl", title=title)], agent="t")
            versions.append(service.sequence)
            assert client.get(f"/dumps/ogpgraph-{service.sequence}.nq.gz").status_code == 200
        assert [made.version for made in service.dumps.made()] == versions[:0:-1]
        assert client.get(f"/dumps/ogpgraph-{versions[0]}.nq.gz").status_code == 404
        assert client.get(f"/dumps/ogpgraph-{versions[1]}.nq.gz").status_code == 200


def test_a_large_dump_is_made_beside_the_requests(
    home_copy: Path,
    client_of: Callable[[FastAPI], httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ogpgraph.dumps.AT_ONCE", 10)
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as service:
        client = client_of(create_app(service))
        answer = client.get(f"/dumps/ogpgraph-{service.sequence}.nq.gz")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        made = until(lambda: service.dumps.of(service.edition))
        assert client.get(f"/dumps/{made.name('nq')}").status_code == 200


def test_nobody_waits_for_dumps_that_another_makes(
    home_copy: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as service:
        client = client_of(create_app(service))
        path = f"/dumps/ogpgraph-{service.sequence}.nq.gz"
        with service.dumps._making:
            with service.reading() as reading:
                assert service.dumps.at_hand(reading) is None
                with pytest.raises(Busy):
                    service.dumps.make(reading)
            answer = client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
            catalogue = client.get("/catalog")
            assert catalogue.headers["cache-control"] == "no-store"
            assert "checksum" not in catalogue.text
            assert "sha256" not in client.get("/dumps/").json()["files"][0]
            assert client.get("/dumps/SHA256SUMS").text == ""
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("small", [True, False])
def test_what_failed_is_tried_again_after_a_minute_only(
    small: bool,
    home_copy: Path,
    client_of: Callable[[FastAPI], httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, tried = 100.0, []

    def failing(*_: Any) -> Any:
        tried.append(now)
        raise OSError(errno.ENOSPC, "No space left on device")

    if not small:
        monkeypatch.setattr("ogpgraph.dumps.AT_ONCE", 10)
    with closing(Service.open(load_settings({"home": home_copy}, {}))) as service:
        dumps = service.dumps
        dumps.clock = lambda: now
        client = client_of(create_app(service))
        path = f"/dumps/ogpgraph-{service.sequence}.nq.gz"
        with monkeypatch.context() as patched:
            patched.setattr(Dumps, "_write", failing)
            if not small:
                assert client.get(path).status_code == 503
                until(lambda: dumps._failure)
            for _ in range(3):
                assert client.get(path).status_code == 507
                assert client.get("/catalog").headers["cache-control"] == "no-store"
            now += 59
            assert client.get(path).status_code == 507
            assert tried == [100.0]
        now += 1
        assert client.get(path).status_code == (200 if small else 503)
        until(lambda: dumps.of(service.edition))
        assert client.get(path).status_code == 200


def until(found: Callable[[], Any]) -> Any:
    """What another thread is about to make."""
    for _ in range(600):
        if (one := found()) is not None:
            return one
        time.sleep(0.1)
    raise AssertionError("it never came")

"""How the service describes itself: complete, and true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import httpx
import pytest
import rdflib
from fastapi import FastAPI

from ogpgraph.kinds import KINDS
from ogpgraph.service import Service
from ogpgraph.web.app import create_app

ReadRdf = Callable[[bytes, str], rdflib.Graph]
RDF = ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = rdflib.Namespace("http://www.w3.org/ns/formats/")
PAGES = [
    "/",
    "/plans",
    "/plans/CRI-4",
    "/commitments/CRI-4-9",
    "/queries",
    "/queries/jointly-responsible",
    "/sparql",
    "/ontology",
    "/docs",
]
ROUTES = [
    *PAGES,
    "/shapes",
    "/schemes",
    "/schemes/branch",
    "/versions",
    "/changes",
    "/diff",
    "/shacl/validate",
    "/sdgs/suggest",
    "/sdgs/proposals",
    "/context.jsonld",
    "/openapi.json",
    "/health/live",
    "/health/ready",
    "/robots.txt",
    "/.well-known/void",
    "/.well-known/service-description",
    "/.well-known/sparql-examples",
    "/prefixes",
    "/catalog",
    "/graphs",
    "/graphs?default",
    "/graphs?graph=https://w3id.org/ogpgraph/graph/plan/CRI-4",
    "/dumps/",
    "/dumps/SHA256SUMS",
    "/id/plan/CRI-4",
    "/plans.ttl",
    "/none",
    "/sparql?query=ASK%7B%7D",
    "/sparql?query=x",
    "/static/none",
]


def test_the_home_is_a_page_for_people(client: httpx.Client) -> None:
    answer = client.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for country in ("Costa Rica", "Ecuador", "Guatemala", "Honduras", "México"):
        assert country in answer.text or country.replace("é", "e") in answer.text


def test_the_home_in_spanish_is_in_spanish(client: httpx.Client) -> None:
    answer = client.get("/?lang=es", headers={"Accept": "text/html"})
    assert answer.headers["content-language"] == "es"
    assert "compromisos" in answer.text


def test_the_home_in_json_links_to_every_list(client: httpx.Client, service: Service) -> None:
    found = client.get("/", headers={"Accept": "application/json"}).json()
    assert found["version"] == service.sequence
    assert found["links"].keys() >= {*KINDS, "queries", "sparql", "openapi"}
    for target in found["links"].values():
        assert client.get(target).status_code == 200


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_page_is_whole_and_its_links_lead_somewhere(
    client: httpx.Client, path: str, language: str
) -> None:
    answer = client.get(f"{path}?lang={language}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert "None" not in re.findall(r">\s*None\s*<", answer.text)
    text = answer.text
    if path == "/sparql":  # where the editor is built
        text = re.sub(
            r'<script type="module" src="/static/editor/editor\.js\?v=\w+"></script>', "", text
        )
    assert "<script" not in text
    assert " style=" not in answer.text
    assert re.search(r"\son\w+=", answer.text) is None
    inner = {
        href.partition("#")[0].replace("&amp;", "&")
        for href in re.findall(r'(?:href|src)="(/[^"]*)"', answer.text)
    }
    assert inner
    for href in sorted(inner)[:60]:
        status = client.get(href, headers={"Accept": "text/html, */*;q=0.1"}).status_code
        assert status in {200, 303}, href


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/schemes/branch", "/schemes/sdg"])
@pytest.mark.parametrize("media_type", RDF)
def test_ontology_shapes_and_schemes_are_given_as_rdf(
    client: httpx.Client, read_rdf: ReadRdf, path: str, media_type: str
) -> None:
    answer = client.get(path, headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["etag"]
    assert len(read_rdf(answer.content, media_type)) > 30


def test_the_ontology_names_its_classes_in_both_languages(client: httpx.Client) -> None:
    for language, label in (("en", "Commitment"), ("es", "Compromiso")):
        answer = client.get(f"/ontology?lang={language}", headers={"Accept": "text/html"})
        assert label in answer.text


def test_an_unknown_scheme_is_404(client: httpx.Client) -> None:
    assert client.get("/schemes/none").status_code == 404


def test_the_context_is_json_ld_and_public(client: httpx.Client) -> None:
    answer = client.get("/context.jsonld", headers={"Origin": "https://a.example"})
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    context = answer.json()["@context"]
    assert context["id"] == "@id"
    assert "hasCommitment" in context


def test_live_and_ready_say_so_and_are_not_stored(client: httpx.Client) -> None:
    live, ready = client.get("/health/live"), client.get("/health/ready")
    assert (live.status_code, live.json()) == (200, {"status": "live"})
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    checks = ready.json()["checks"]
    assert {"dataset", "ledger", "writer", "disk"} <= checks.keys()
    assert all(check["ok"] for check in checks.values())
    assert live.headers["cache-control"] == ready.headers["cache-control"] == "no-store"


def test_an_empty_store_is_live_and_not_ready(
    empty_service: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    client = client_of(create_app(empty_service))
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"].endswith("/not-ready")
    assert found["detail"] == "Not ready: dataset."
    assert found["checks"]["dataset"] == {"ok": False, "value": 0}


# --- OpenAPI ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def openapi(client: httpx.Client) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    found = client.get("/openapi.json").json()
    assert isinstance(found, dict)
    return found


def test_the_description_is_openapi_3_1(openapi: dict[str, object]) -> None:
    assert str(openapi["openapi"]).startswith("3.1")
    assert isinstance(openapi["info"], dict)
    assert openapi["info"]["title"] == "ogpgraph"


def operations(
    openapi: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> list[dict[str, object]]:
    return [operation for path in openapi["paths"].values() for operation in path.values()]


def test_operation_ids_are_unique(
    openapi: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    names = [operation["operationId"] for operation in operations(openapi)]
    assert len(names) == len(set(names)) > 20
    assert all(operation["summary"] for operation in operations(openapi))


def test_every_reference_leads_somewhere(openapi: dict[str, object]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]*)"', json.dumps(openapi)):
        at: object = openapi
        for part in reference.split("/"):
            assert isinstance(at, dict)
            at = at[part]


def test_every_path_parameter_is_declared(
    openapi: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            declared = operation.get("parameters", [])
            assert isinstance(declared, list)
            names = {p["name"] for p in declared if p["in"] == "path"}
            assert names == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize("kind", KINDS)
def test_every_filter_is_described(
    openapi: dict[str, dict[str, dict[str, dict[str, object]]]], kind: str
) -> None:
    declared = openapi["paths"][f"/{kind}"]["get"]["parameters"]
    assert isinstance(declared, list)
    names = {parameter["name"] for parameter in declared}
    filters = {row.name for row in KINDS[kind].filters}
    shared = {"cursor", "facets", "for", "lang", "page_size", "q", "sort", "total"}
    assert names - {"listed"} == filters | shared
    assert ("listed" in names) is (kind == "commitments")


# --- the service description -----------------------------------------------------------------


@pytest.mark.parametrize("media_type", RDF)
def test_the_service_description_parses(
    client: httpx.Client, read_rdf: ReadRdf, media_type: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    found = read_rdf(answer.content, media_type)
    (service,) = found.subjects(rdflib.RDF.type, SD.Service)
    assert found.value(service, SD.endpoint) == rdflib.URIRef("http://localhost:8000/sparql")
    assert (service, SD.supportedLanguage, SD.SPARQL11Query) in found


DELIVERED = {
    FORMATS.SPARQL_Results_JSON: ("SELECT", "application/sparql-results+json"),
    FORMATS.SPARQL_Results_XML: ("SELECT", "application/sparql-results+xml"),
    FORMATS.SPARQL_Results_CSV: ("SELECT", "text/csv"),
    FORMATS.SPARQL_Results_TSV: ("SELECT", "text/tab-separated-values"),
    FORMATS.Turtle: ("CONSTRUCT", "text/turtle"),
    FORMATS["N-Triples"]: ("CONSTRUCT", "application/n-triples"),
    FORMATS["JSON-LD"]: ("CONSTRUCT", "application/ld+json"),
    FORMATS.RDF_XML: ("CONSTRUCT", "application/rdf+xml"),
    FORMATS.N3: ("CONSTRUCT", "text/n3"),
    FORMATS.TriG: ("CONSTRUCT", "application/trig"),
    FORMATS["N-Quads"]: ("CONSTRUCT", "application/n-quads"),
}


def test_the_service_description_is_true(client: httpx.Client, read_rdf: ReadRdf) -> None:
    answer = client.get("/sparql", headers={"Accept": "text/turtle"})
    described = set(read_rdf(answer.content, "text/turtle").objects(None, SD.resultFormat))
    assert described == set(DELIVERED)
    for form, media_type in DELIVERED.values():
        head = "SELECT *" if form == "SELECT" else "CONSTRUCT { ?s ?p ?o }"
        text = f"{head} WHERE {{ ?s ?p ?o }} LIMIT 3"
        sent = client.get("/sparql", params={"query": text}, headers={"Accept": media_type})
        assert sent.headers["content-type"].partition(";")[0] == media_type
        assert len(sent.content) > 100


# --- headers on every route ------------------------------------------------------------------


@pytest.mark.parametrize("path", ROUTES)
def test_the_security_headers_stand_on_every_answer(client: httpx.Client, path: str) -> None:
    for accept in ("*/*", "text/html"):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "server" not in answer.headers


def test_every_route_is_among_those_tested_or_drawn_from_kinds(service: Service) -> None:
    paths = {str(getattr(route, "path", "")) for route in create_app(service).routes}
    drawn = {p for p in paths if p.partition(".")[0].split("/")[1] in {*KINDS, "things", "static"}}
    named = {"/id/{path:path}", "/scheme/{path:path}", "/graph/{path:path}", "/ns", "/ns/{version}"}
    named |= {"/.well-known/genid/{path:path}", "/schemes/{name}", "/sparql/", "/metrics"}
    named |= {"/queries.{suffix}", "/queries/{name}"}
    named |= {"/graphs/", "/update", "/update/"}  # tests/writing
    named |= {"/dumps/{name}"}  # tests/protocol/test_description.py
    named |= {path for path in paths if re.match(r"/(versions|changes|diff)\b", path)}
    named |= {"/timegate", "/timemap"}  # tests/versions
    named |= {path for path in paths if re.match(r"/(search|stats)\b", path)} | {"/opensearch.xml"}
    named |= {path.partition("?")[0] for path in ROUTES}
    assert paths - drawn - named == set()

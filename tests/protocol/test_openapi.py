"""`/openapi.json` says what is so: what is sent has a status and a media type that it declares."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

PROBLEM = "application/problem+json"
TURTLE, FORM = "text/turtle", "application/x-www-form-urlencoded"
GRAPH = "https://w3id.org/ogpgraph/graph/test/openapi"
DOCUMENT = f"""@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<{GRAPH}> a ogp:ReferenceGraph ; dcterms:title "Test"@en , "Prueba"@es ;
    prov:wasAttributedTo <https://w3id.org/ogpgraph/id/agent/ogpgraphCuration> ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""
BROKEN = f"<{GRAPH}> a <https://w3id.org/ogpgraph/ns#ReferenceGraph> ."
JSONL, MIB = "application/jsonl", 1024 * 1024
TOKEN = {"Authorization": "Bearer a-token"}
OURS: dict[str, Any] = {"params": {"graph": GRAPH}, "headers": TOKEN}


def write(text: str = DOCUMENT, media_type: str = TURTLE, **fields: str) -> dict[str, Any]:
    headers = {**TOKEN, "Content-Type": media_type, **fields}
    return OURS | {"content": text.encode(), "headers": headers}


def query(text: str, accept: str = "*/*") -> dict[str, Any]:
    return {"params": {"query": text}, "headers": {"Accept": accept}}


def update(text: str, **fields: str) -> dict[str, Any]:
    return {"data": {"update": text}, "headers": {**TOKEN, **fields}}


def suggest(body: object, accept: str = "*/*") -> dict[str, Any]:
    return {"json": body, "headers": {"Accept": accept}}


def accept(media_type: str) -> dict[str, Any]:
    return {"headers": {"Accept": media_type}}


CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1"
ANY_ETAG = {"If-None-Match": "*"}
REVIEW = "/alignments/{identifier}/review"
DECISION = {"decision": "rejected", "rationale": {"es": "No."}}
DECIDED: dict[str, Any] = {"json": DECISION, "headers": TOKEN}
Row = tuple[str, str, str, dict[str, Any], int, str]
REQUESTS: tuple[Row, ...] = (
    # method, path in the document, path asked for, what is sent, status, media type
    ("GET", "/", "/", accept("text/html"), 200, "text/html"),
    ("GET", "/ontology", "/ontology", accept("application/rdf+xml"), 200, "application/rdf+xml"),
    ("GET", "/schemes/{name}", "/schemes/sdg", {}, 200, TURTLE),
    ("GET", "/schemes/{name}", "/schemes/none", {}, 404, PROBLEM),
    ("GET", "/context.jsonld", "/context.jsonld", {}, 200, "application/ld+json"),
    ("GET", "/dumps/", "/dumps/", {}, 200, "application/json"),
    ("GET", "/dumps/SHA256SUMS", "/dumps/SHA256SUMS", {}, 200, "text/plain"),
    ("GET", "/dumps/{name}", "/dumps/none", {}, 404, PROBLEM),
    ("GET", "/health/ready", "/health/ready", {}, 200, "application/json"),
    ("GET", "/queries", "/queries", accept("image/png"), 406, PROBLEM),
    ("GET", "/countries", "/countries", {}, 200, "application/json"),
    ("GET", "/countries", "/countries", {"params": {"page_size": "x"}}, 400, PROBLEM),
    ("GET", "/countries", "/countries", {"headers": ANY_ETAG}, 304, ""),
    ("GET", "/countries/{identifier}", "/countries/ZZZ", {}, 404, PROBLEM),
    ("GET", "/things/{path}", "/things/none", {}, 404, PROBLEM),
    ("GET", "/sparql", "/sparql", query("ASK {}"), 200, "application/sparql-results+json"),
    ("GET", "/sparql", "/sparql", query("SELECT * {}", "text/csv"), 200, "text/csv"),
    ("GET", "/sparql", "/sparql", query(CONSTRUCT), 200, TURTLE),
    ("GET", "/sparql", "/sparql", accept("text/html"), 200, "text/html"),
    ("GET", "/sparql", "/sparql", query("SELECT {"), 400, PROBLEM),
    ("GET", "/sparql", "/sparql", query("ASK {}", "image/png"), 406, PROBLEM),
    ("POST", "/sparql", "/sparql", {"data": {"query": "ASK {}", "timeout": "5"}}, 200, "*json"),
    ("POST", "/sparql", "/sparql", {"content": b"ASK {}"}, 415, PROBLEM),
    ("POST", "/sparql", "/sparql", {"data": {"query": "ASK { SERVICE <urn:x> {} }"}}, 403, PROBLEM),
    ("GET", "/graphs", "/graphs", {}, 200, "application/json"),
    ("GET", "/graphs", "/graphs", OURS, 404, PROBLEM),
    ("GET", "/graphs", "/graphs", accept("image/png"), 406, PROBLEM),
    ("PUT", "/graphs", "/graphs", {"params": {"graph": GRAPH}}, 401, PROBLEM),
    ("PUT", "/graphs", "/graphs", write(media_type="text/plain"), 415, PROBLEM),
    ("PUT", "/graphs", "/graphs", write("<a"), 400, PROBLEM),
    ("PUT", "/graphs", "/graphs", write(BROKEN), 422, PROBLEM),
    ("PUT", "/graphs", "/graphs", write(), 201, "application/json"),
    ("PUT", "/graphs", "/graphs", write(), 204, ""),
    ("PUT", "/graphs", "/graphs", write(**ANY_ETAG), 412, PROBLEM),
    ("POST", "/graphs", "/graphs", write() | {"params": {}}, 409, PROBLEM),
    ("POST", "/graphs", "/graphs", write(), 204, ""),
    ("GET", "/graphs", "/graphs", OURS | accept("text/n3"), 200, "text/n3"),
    ("GET", "/graphs", "/graphs", OURS | {"headers": ANY_ETAG}, 304, ""),
    ("POST", "/update", "/update", {"data": {"update": "x"}}, 401, PROBLEM),
    ("POST", "/update", "/update", update("INSERT {"), 400, PROBLEM),
    ("POST", "/update", "/update", update(f"DROP GRAPH <{GRAPH}>", **ANY_ETAG), 412, PROBLEM),
    ("POST", "/update", "/update", update(f"CLEAR GRAPH <{GRAPH}1>"), 200, "application/json"),
    ("DELETE", "/graphs", "/graphs", OURS | {"params": {"graph": GRAPH + "1"}}, 404, PROBLEM),
    ("DELETE", "/graphs", "/graphs", OURS, 204, ""),
    ("DELETE", "/graphs", "/graphs", OURS, 410, PROBLEM),
    ("GET", "/graphs", "/graphs", OURS, 410, PROBLEM),
    ("POST", "/shacl/validate", "/shacl/validate", write(), 200, "application/json"),
    ("POST", "/shacl/validate", "/shacl/validate", write(media_type="a/b"), 415, PROBLEM),
    ("GET", "/sdgs/suggest", "/sdgs/suggest", accept("text/html"), 200, "text/html"),
    ("GET", "/sdgs/suggest", "/sdgs/suggest", accept("application/json"), 406, PROBLEM),
    ("POST", "/sdgs/suggest", "/sdgs/suggest", suggest({"text": "bribery"}), 200, "*json"),
    ("POST", "/sdgs/suggest", "/sdgs/suggest", suggest([{"id": 1, "text": "a"}]), 200, "*json"),
    (
        "POST",
        "/sdgs/suggest",
        "/sdgs/suggest",
        suggest([{"id": 1, "text": "a"}], JSONL),
        200,
        JSONL,
    ),
    ("POST", "/sdgs/suggest", "/sdgs/suggest", suggest({"text": 1}), 400, PROBLEM),
    ("POST", "/sdgs/suggest", "/sdgs/suggest", suggest({"text": "a" * MIB}), 413, PROBLEM),
    ("POST", "/sdgs/suggest", "/sdgs/suggest", write(media_type="a/b"), 415, PROBLEM),
    ("POST", "/sdgs/suggest", "/sdgs/suggest", suggest({"text": "a"}, "image/png"), 406, PROBLEM),
    ("GET", "/sdgs/proposals", "/sdgs/proposals", {}, 200, "application/json"),
    ("GET", "/sdgs/proposals", "/sdgs/proposals", accept("text/html"), 200, "text/html"),
    ("GET", "/sdgs/proposals/{plan}", "/sdgs/proposals/none", {}, 404, PROBLEM),
    (
        "GET",
        "/sdgs/proposals/{plan}",
        "/sdgs/proposals/a",
        {"params": {"state": "x"}},
        400,
        PROBLEM,
    ),
    ("POST", "/sdgs/proposals/{plan}", "/sdgs/proposals/none", {}, 401, PROBLEM),
    ("POST", "/sdgs/proposals/{plan}", "/sdgs/proposals/none", {"headers": TOKEN}, 404, PROBLEM),
    ("GET", REVIEW, "/alignments/none/review", {}, 404, PROBLEM),
    ("POST", REVIEW, "/alignments/none/review", {"json": DECISION}, 401, PROBLEM),
    ("POST", REVIEW, "/alignments/none/review", DECIDED, 404, PROBLEM),
    ("POST", REVIEW, "/alignments/none/review", DECIDED | {"json": {}}, 400, PROBLEM),
)
"""In this order: what is written is asked for later."""


@pytest.fixture(scope="module")
def client(
    bare_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Iterator[httpx.Client]:
    """Over the ontology and the code lists, with a token."""
    home = shutil.copytree(bare_home, tmp_path_factory.mktemp("openapi") / "home")
    free = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    settings = load_settings({"home": home, "token": "a-token", **free}, {})
    with closing(Service.open(settings)) as service:
        yield client_of(create_app(service))


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    found = client.get("/openapi.json").json()
    assert isinstance(found, dict)
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def response(document: dict[str, Any], operation: dict[str, Any], status: str) -> dict[str, Any]:
    """What is declared for a status, wherever it stands."""
    found = operation["responses"][status]
    if "$ref" in found:
        found = document["components"]["responses"][found["$ref"].rpartition("/")[2]]
    assert isinstance(found, dict)
    return found


def test_every_error_is_a_problem_document_or_a_page_of_one(document: dict[str, Any]) -> None:
    found = operations(document)
    assert len(found) > 40
    for name, operation in found:
        assert "default" in operation["responses"], name
        for status in operation["responses"]:
            if status == "default" or int(status) >= 400:
                which = "" if status == "default" else status
                schema = {"$ref": f"#/components/schemas/Problem{which}"}
                content = response(document, operation, status)["content"]
                page = {"schema": {"type": "string"}}
                assert content == {PROBLEM: {"schema": schema}, "text/html": page}, (name, status)


def test_nothing_is_said_of_errors_that_the_framework_would_make(
    client: httpx.Client, document: dict[str, Any]
) -> None:
    assert "ValidationError" not in client.get("/openapi.json").text
    assert set(document["components"]["schemas"]) >= {"Problem", "SparqlResults"}


def test_every_response_without_an_error_that_has_content_says_in_what_form(
    document: dict[str, Any],
) -> None:
    empty = {
        (name, status)
        for name, operation in operations(document)
        for status in operation["responses"]
        if status not in {"204", "302", "304", "308"}
        and not response(document, operation, status).get("content")
    }
    assert empty == set()


def test_what_is_sent_is_declared(
    client: httpx.Client, document: dict[str, Any], offences: Callable[..., list[str]]
) -> None:
    declared_too = 0
    for method, path, asked, sent, status, media_type in REQUESTS:
        answer = client.request(method, asked, **sent)
        told = f"{method} {asked} {status}: {answer.text[:300]}"
        assert answer.status_code == status, told
        operation = document["paths"][path][method.lower()]
        assert str(status) in operation["responses"], told
        known = response(document, operation, str(status))
        found = answer.headers.get("content-type", "").partition(";")[0]
        assert found.endswith(media_type.lstrip("*")), told
        content = known.get("content", {})
        assert (found in content) if answer.content else not content, told
        if found.endswith("json"):
            assert offences(document, content[found]["schema"], answer.json()) == [], told
        for name, header in known.get("headers", {}).items():
            assert name in answer.headers or not header["required"], (name, told)
            declared_too += 1
    assert declared_too > 10
    assert len(REQUESTS) > 40


def declared(operation: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["in"] for one in operation["parameters"]}


def test_the_operations_of_the_protocols_have_all_their_parameters(
    document: dict[str, Any],
) -> None:
    """Those of `https://www.w3.org/TR/sparql11-protocol/`, `timeout`, and `accept` of a query."""
    paths = document["paths"]
    asking = {"default-graph-uri", "named-graph-uri", "timeout", "accept"}
    changing = {"using-graph-uri", "using-named-graph-uri", "timeout"}
    fields = {"If-Match", "If-None-Match"}
    assert set(declared(paths["/sparql"]["get"])) == {
        *("query", "If-None-Match", *asking),
        *("example", "lang"),  # of the page
    }
    for path, name, names, more in (
        ("/sparql", "query", asking, {"lang"}),
        ("/update", "update", changing, fields),
    ):
        operation = paths[path]["post"]
        assert set(declared(operation)) == names | more
        content = operation["requestBody"]["content"]
        assert set(content) == {FORM, f"application/sparql-{name}"}
        schema = content[FORM]["schema"]
        assert set(schema["properties"]) == {name, *names}
        assert schema["required"] == [name]
    for method in ("put", "post", "delete"):
        found = declared(paths["/graphs"][method])
        assert {name for name, where in found.items() if where == "header"} == fields

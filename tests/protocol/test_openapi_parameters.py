"""`/openapi.json` declares what is taken: the parameters of an operation are those that it knows.

A route names what it takes where it refuses anything else, so each is asked with a parameter that
there is not: what the problem calls `known` and what the description declares are one set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

Json = dict[str, Any]
UNKNOWN = "there_is_none"
PROTOCOL = "/sparql"
"""Parameters that other clients add are ignored here (docs/http.md, Forms)."""
DOCUMENTS = frozenset(
    {
        *("/", "/ontology", "/shapes", "/schemes", "/schemes/{name}", "/context.jsonld"),
        *("/.well-known/void", "/.well-known/service-description", "/.well-known/sparql-examples"),
        *("/prefixes", "/catalog", "/dumps/", "/dumps/SHA256SUMS", "/dumps/{name}"),
        *("/health/live", "/health/ready"),
    }
)
"""Each is one document whatever is asked, but for the language of its page: what else stands in
the address is ignored (docs/http.md, Kinds)."""


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Json:
    found: Json = client.get("/openapi.json").json()
    return found


def reading(document: Json) -> Iterator[tuple[str, str, Json, set[str]]]:
    """Each operation of GET: its path, an address, what it needs, and the names it declares."""
    for path, methods in document["paths"].items():
        if "get" in methods:
            address, needed = path, {}
            for one in methods["get"]["parameters"]:
                if one["in"] == "path":
                    part = str(one.get("example", "none-such"))
                    address = address.replace(f"{{{one['name']}}}", part)
                elif one.get("required"):
                    needed[one["name"]] = one["example"]
            named = {one["name"] for one in methods["get"]["parameters"] if one["in"] == "query"}
            yield path, address, needed, named


def test_what_is_declared_is_what_is_known(document: Json, client: httpx.Client) -> None:
    wrong, asked = [], 0
    for path, address, needed, declared in reading(document):
        if path not in {*DOCUMENTS, PROTOCOL}:
            answer = client.get(address, params={**needed, UNKNOWN: "1"})
            assert answer.status_code == 400, (path, answer.text[:200])
            assert answer.json()["parameter"] == UNKNOWN, path
            known = answer.json()["known"]
            assert known == sorted(set(known)), path
            if set(known) != declared:
                wrong.append((path, {"known": known, "declared": sorted(declared)}))
            asked += 1
    assert wrong == []
    assert asked > 60


def test_documents_take_nothing_but_the_language_of_their_page(
    document: Json, client: httpx.Client
) -> None:
    found = {path: one for path, *one in reading(document) if path in DOCUMENTS}
    assert set(found) == DOCUMENTS
    for path, (address, needed, declared) in found.items():
        page = {"Accept": "text/html, application/json;q=0.9, */*;q=0.8"}
        plain, more = (client.get(address, params=q, headers=page) for q in ({}, {UNKNOWN: "1"}))
        assert needed == {}, path
        assert plain.status_code == more.status_code, path
        assert plain.headers["content-type"] == more.headers["content-type"], path
        refused = client.get(address, params={"lang": "xx"}).status_code == 400
        assert declared == ({"lang"} if refused else set()), path


def test_every_parameter_that_is_declared_is_taken(document: Json, client: httpx.Client) -> None:
    """Given with a value that is none of its kind, none is told to be unknown."""
    asked = 0
    for path, address, needed, declared in reading(document):
        for name in declared:
            answer = client.get(address, params={**needed, name: "none-such"})
            unknown = f"There is no parameter “{name}” here."
            assert unknown not in answer.text, (path, name)
            asked += 1
    assert asked > 250


def test_a_version_is_that_of_a_named_graph(client: httpx.Client) -> None:
    answer = client.get("/graphs?default&version=1")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "default"
    assert "named graphs" in answer.json()["detail"]
    assert client.get("/graphs?lang=es").status_code == 200

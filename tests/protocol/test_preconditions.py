"""If-None-Match is of answers that are there: it makes no 304 of an error (RFC 9110, 13.2.1)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.library import Library
from ogpgraph.service import Service
from ogpgraph.web.app import create_app

Json = dict[str, Any]
ANY = {"If-None-Match": "*"}
BAD = (
    "/commitments?country=x",
    "/commitments?sort=zz",
    "/commitments?cursor=zzz",
    "/commitments?q=***",
    "/commitments?page_size=0",
    "/commitments?facets=zz",
    "/commitments?total=zz",
    "/commitments.csv?country=x",
    "/institutions?branch=x",
    "/sdgs?goal=99",
    "/alignments?target=99.9",
    "/stats?country=XXX",
    "/stats/goals?plan=XXX",
    "/alignments.sssom?state=foo",
    "/alignments.sssom?country=XXX",
    "/search?q=agua&country=XXX",
    "/search?q=agua&page=x",
    "/versions?cursor=zzz",
    "/versions/1?cursor=zzz",
    "/changes?plan=zzz",
)
WRONG = ("zz-none", "***")
"""Values that hardly any parameter takes."""


def without_cache(service: Service, library: Library) -> FastAPI:
    """An application over the same data that keeps no answers."""
    settings = replace(service.settings, cache=0)
    mirror = library.mirror(service.store, service._ledger, service.intake)
    return create_app(Service(settings, library, mirror, service._ledger, service.intake))


def addresses(document: Json) -> Iterator[str]:
    """Of each operation that reads: as its examples have it, and with one parameter wrong."""
    for path, methods in document["paths"].items():
        if "get" not in methods:
            continue
        parameters = methods["get"]["parameters"]
        needed = [one for one in parameters if one.get("required")]
        good, query = path, {}
        for one in needed:
            if one["in"] == "path":
                good = good.replace(f"{{{one['name']}}}", str(one.get("example", "none")))
            else:
                query[one["name"]] = str(one.get("example", "none"))
        asked = [one["name"] for one in parameters if one["in"] == "query"]
        yield f"{good}?{urlencode(query)}" if query else good
        for name in dict.fromkeys([*asked, "lang", "there_is_none"]):
            for value in WRONG:
                yield f"{good}?{urlencode({**query, name: value})}"


def test_the_same_status_with_and_without_it_over_all_that_openapi_describes(
    service: Service, library: Library, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    client = client_of(without_cache(service, library))
    seen: Counter[tuple[int, int]] = Counter()
    for address in addresses(client.get("/openapi.json").json()):
        asked = client.get(address, headers=ANY)  # first, so that nobody has asked it yet
        plain = client.get(address)
        seen[plain.status_code, asked.status_code] += 1
        if plain.status_code == 200 and "etag" in plain.headers:
            assert asked.status_code == 304, address
            assert (asked.content, asked.headers["etag"]) == (b"", plain.headers["etag"]), address
        else:
            assert asked.status_code == plain.status_code, address
        if asked.status_code >= 400:
            assert "etag" not in asked.headers, address
    assert seen[400, 400] > 300
    assert seen[200, 304] > 50


@pytest.mark.parametrize("path", BAD)
def test_an_address_that_is_400_is_400_whatever_is_said_to_be_there(
    client: httpx.Client, path: str
) -> None:
    """Also where somebody works out the tag that the address would have if it were right."""
    assert client.get(path, headers=ANY).status_code == 400
    plain = client.get(path)
    assert plain.status_code == 400
    good = path.partition("?")[0] + ("?q=agua" if "/search" in path else "")
    tag = client.get(good).headers["etag"]

    def digest(address: str) -> str:
        return hashlib.sha256(address.encode()).hexdigest()[:12]

    place = good if "?" in good else f"{good}?"
    assert digest(place) in tag, "tags are made otherwise now: let this test work them out so"
    forged = tag.replace(digest(place), digest(path))
    asked = client.get(path, headers={"If-None-Match": forged})
    assert (asked.status_code, asked.json()["detail"]) == (400, plain.json()["detail"])


@pytest.mark.parametrize("path", ["/commitments", "/stats", "/search?q=agua", "/versions", "/"])
def test_any_is_what_is_there_with_a_cache_and_without_one(
    service: Service,
    library: Library,
    client_of: Callable[[FastAPI], httpx.Client],
    path: str,
) -> None:
    kept, plain = client_of(create_app(service)), client_of(without_cache(service, library))
    given = {"Authorization": "Bearer x"}
    found = [
        client.get(path, headers=ANY | more)
        for client in (kept, kept, plain)
        for more in ({}, given)
    ]
    assert {one.status_code for one in found} == {304}
    assert {one.content for one in found} == {b""}
    fields = [{k: v for k, v in one.headers.items() if k != "x-request-id"} for one in found]
    assert all(one == fields[0] for one in fields)
    assert not {"content-type", "content-length", "link"} & fields[0].keys()


def test_a_query_by_query_tells_of_any_too(client: httpx.Client) -> None:
    """The method that is safe as GET is, and has a body."""
    for text, status in (("ASK {}", 304), ("ASK {", 400)):
        fields = {"Content-Type": "application/sparql-query", **ANY}
        answer = client.request("QUERY", "/sparql", content=text, headers=fields)
        assert answer.status_code == status

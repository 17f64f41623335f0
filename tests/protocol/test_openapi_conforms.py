"""Each operation by its methods, forms and errors: all that is declared happens, nothing else.

What a request does wrong is made from the description: a parameter that is not there, a form that
nobody sends, a name that nothing has. `test_openapi.py` has the requests that write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from ogpgraph.formats import RESOURCE_OFFERS
from ogpgraph.kinds import KINDS

Json = dict[str, Any]
UNDER_LIMITS = {"422", "429", "503", "504", "507"}
"""Too much of something, or faults: tests/hostile, tests/faults, and tests of each limit."""
ELSEWHERE = {
    ("/sparql", "403"),  # SERVICE: test_openapi.py
    ("/sparql", "414"),  # an address too long: tests/hostile/test_http.py
    ("/graphs", "410"),  # withdrawn: test_openapi.py
    ("/versions/{sequence}/graph", "410"),  # the same: tests/versions
    ("/dumps/{name}", "206"),  # a part: test_description.py
    ("/dumps/{name}", "416"),  # a part beyond the end, there too
    ("/dumps/{name}", "304"),  # its tag is of the file: there too
}
"""Declared, and shown by other tests to happen."""


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Json:
    found: Json = client.get("/openapi.json").json()
    return found


def readable(document: Json) -> Iterator[tuple[str, Json, str]]:
    """Each operation that reads, and an address that its examples make."""
    for path, methods in document["paths"].items():
        if "get" not in methods:
            continue
        parameters = methods["get"]["parameters"]
        needed = [one for one in parameters if one.get("required")]
        if all("example" in one for one in needed):
            address, query = path, {}
            for one in needed:
                if one["in"] == "path":
                    address = address.replace(f"{{{one['name']}}}", str(one["example"]))
                else:
                    query[one["name"]] = one["example"]
            yield path, methods["get"], str(httpx.URL(address, params=query) if query else address)


def joined(address: str, tail: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{tail}"


def wrong(path: str, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Requests that go wrong in a way of their own, and the one that has the answer already."""
    yield joined(address, "lang=xx"), {"Accept": "text/html"}
    yield joined(address, "lang=xx"), {}
    yield joined(address, "there_is_none=1"), {}
    yield address, {"Accept": "image/png"}
    yield address, {"If-None-Match": "*"}
    yield address.partition("?")[0], {}
    if "{" in path:
        whole, mark, query = address.partition("?")
        last = path.rpartition("}")[2]
        front = whole.removesuffix(last).rpartition("/")[0]
        yield f"{front}/none-such{last}{mark}{query}", {}
        yield f"{front}/999999{last}{mark}{query}", {}
    if path == "/sdgs/{identifier}":
        yield "/sdgs/16.06", {}
    if path == "/sparql":
        yield "/sparql?query=ASK", {}
        yield "/sparql?query=ASK%7B%7D", {"Accept": "image/png"}
    if path == "/graphs":
        yield "/graphs?graph=https://w3id.org/ogpgraph/graph/none", {}
    if "graph" in address:
        yield address.partition("?")[0] + "?graph=https://w3id.org/ogpgraph/graph/none", {}


def test_every_error_that_is_declared_happens_and_no_other(
    document: Json, client: httpx.Client
) -> None:
    missing, undeclared, asked = [], [], 0
    for path, operation, address in readable(document):
        declared = set(operation["responses"]) - {"default", "200", "302"}
        seen = set()
        for where, headers in wrong(path, address):
            status = str(client.get(where, headers=headers).status_code)
            seen.add(status)
            asked += 1
            if status not in operation["responses"]:
                undeclared.append((path, where, headers, status))
        expected = {s for s in declared - UNDER_LIMITS if (path, s) not in ELSEWHERE}
        missing += [(path, status) for status in sorted(expected - seen)]
    assert undeclared == []
    assert missing == []
    assert asked > 300


def test_options_says_which_methods_are_declared(document: Json, client: httpx.Client) -> None:
    for path, methods in document["paths"].items():
        examples = {p: address for p, _, address in readable(document)}
        answer = client.options(examples.get(path, path))
        assert answer.status_code == 204, path
        allowed = {method.upper() for method in methods} | {"OPTIONS"}
        allowed |= {"HEAD"} if "get" in methods else set()
        allowed |= {"QUERY"} if path == "/sparql" else set()  # OpenAPI 3.1 cannot describe it
        assert set(answer.headers["allow"].split(", ")) == allowed, path


def test_other_methods_are_refused_and_the_declared_are_named(
    document: Json, client: httpx.Client
) -> None:
    for path, methods in document["paths"].items():
        for method in {"get", "put", "post", "delete", "patch"} - set(methods):
            answer = client.request(method, path)
            assert answer.status_code == 405, (method, path)
            named = set(answer.headers["allow"].lower().split(", "))
            assert set(methods) <= named, (method, path)


def test_head_is_get_without_its_content(document: Json, client: httpx.Client) -> None:
    for path, _, address in readable(document):
        got, head = client.get(address), client.head(address)
        assert head.status_code == got.status_code, path
        assert head.content == b""
        for name in ("content-type", "etag", "vary", "location"):
            if not path.startswith("/health/"):
                assert head.headers.get(name) == got.headers.get(name), (path, name)


def test_every_form_that_is_declared_is_sent_by_accept(
    document: Json, client: httpx.Client
) -> None:
    asked = 0
    for path, operation, address in readable(document):
        for media_type in operation["responses"].get("200", {}).get("content", {}):
            where = address
            if path == "/sparql" and media_type.startswith(("application/sparql", "text/csv")):
                where = "/sparql?query=ASK%7B%7D" if "csv" not in media_type else SELECT
            if path == "/sparql" and media_type == "text/tab-separated-values":
                where = SELECT
            if path == "/graphs" and media_type != "application/json":
                where = "/graphs?graph=https://w3id.org/ogpgraph/graph/scheme/branch"
            answer = client.get(where, headers={"Accept": media_type})
            assert answer.status_code == 200, (path, media_type, answer.text[:200])
            found = answer.headers["content-type"].partition(";")[0]
            assert found == media_type, (path, media_type)
            asked += 1
    assert asked > 300


SELECT = "/sparql?query=SELECT%20*%20%7B%7D"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_form_of_a_kind_is_sent_by_suffix(
    kind: str, document: Json, client: httpx.Client
) -> None:
    declared = set(document["paths"][f"/{kind}"]["get"]["responses"]["200"]["content"])
    assert declared >= {offer.media_type for offer in RESOURCE_OFFERS}
    for offer in RESOURCE_OFFERS:
        answer = client.get(f"/{kind}.{offer.suffix}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == offer.media_type

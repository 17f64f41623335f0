"""What holds on every route: Host, methods, addresses, bodies, and the headers of every answer."""

from __future__ import annotations

import asyncio
import itertools
import re
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import PlainTextResponse

from ogpgraph import web
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web import sparql
from ogpgraph.web.app import create_app
from ogpgraph.web.bundle import Bundle
from ogpgraph.web.envelope import HEADERS, HEADERS_SCRIPTED, MAX_BODY, Hosts

STATIC = Path(web.__file__).parent / "static"

ROUTES = {
    "/": 200,
    "/plans": 200,
    "/plans.ttl": 200,
    "/plans?country=CRI&total=true": 200,
    "/plans/CRI-4": 200,
    "/commitments/CRI-4-9": 200,
    "/commitments/CRI-4-9.html": 200,
    "/things/id/evidence/CRI-4-9/text": 200,
    "/id/plan/CRI-4": 303,
    "/ns": 303,
    "/ontology": 200,
    "/shapes": 200,
    "/schemes/branch": 200,
    "/context.jsonld": 200,
    "/openapi.json": 200,
    "/docs": 200,
    "/robots.txt": 200,
    "/health/live": 200,
    "/health/ready": 200,
    "/static/style.css": 200,
    "/sparql": 200,
    "/sparql?query=ASK%20%7B%7D": 200,
    "/none": 404,
    "/static/none.css": 404,
    "/plans/none": 404,
    "/plans?x=1": 400,
    "/plans?page_size=x": 400,
    "/sparql?query=x": 400,
    "/sparql?query=ASK%20%7BSERVICE%20%3Chttp%3A%2F%2Fa%2F%3E%20%7B%7D%7D": 403,
}
EVIL = "evil.example"


def is_problem(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == f"https://w3id.org/ogpgraph/problems/{slug}"
    assert found["status"] == status
    assert found["detail"].endswith((".", "”"))
    assert found["instance"].startswith("urn:request:")


# --- Host (R10) ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ROUTES)
def test_another_host_is_misdirected_and_not_repeated(client: httpx.Client, path: str) -> None:
    """R10: whoever points a name of theirs here gets nothing, and no link of theirs."""
    answer = client.get(path, headers={"Host": EVIL, "X-Forwarded-Host": EVIL})
    assert EVIL not in answer.text + str(answer.headers)
    if path.startswith("/health/"):  # those who watch come by address, and there are no data
        assert answer.status_code == ROUTES[path]
    else:
        is_problem(answer, 421, "misdirected-request")


@pytest.mark.parametrize("path", ROUTES)
def test_no_link_follows_the_host_of_the_request(client: httpx.Client, path: str) -> None:
    """R10: with an allowed Host that is not the public one, and with forwarded headers."""
    headers = {
        "Host": "127.0.0.1:1234",
        "X-Forwarded-Host": EVIL,
        "X-Forwarded-Proto": "ftp",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": f"host={EVIL};proto=ftp",
    }
    for accept in ("*/*", "text/html", "text/turtle"):
        answer = client.get(path, headers=headers | {"Accept": accept})
        text = answer.text + str(answer.headers)
        for found in ("127.0.0.1:1234", EVIL, "ftp://", "/evil"):
            assert found not in text
        location = answer.headers.get("location", "/")
        assert location.startswith("/")
        assert not location.startswith("//")


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "a b",
        "a@localhost",
        "localhost:x",
        "localhost:123456",
        "[::1",
        "::1",
        "local/host",
        "localhost, localhost",
        "http://localhost",
        "lócalhost",
        "localhost\x7f",
        "[localhost]",
    ],
)
def test_a_host_that_is_none_is_400(client: httpx.Client, host: str) -> None:
    """R10."""
    answer = client.get("/plans", headers=[("Host", host.encode())])
    is_problem(answer, 400, "bad-host")


def test_two_hosts_are_400_even_if_both_are_right(client: httpx.Client) -> None:
    """R10."""
    answer = client.get("/plans", headers=[("Host", "localhost"), ("Host", "localhost")])
    is_problem(answer, 400, "bad-host")
    assert "has 2" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80", "localhost."]
)
def test_names_of_this_machine_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/plans", headers={"Host": host}).status_code == 200


CHOICES = {
    "on loopback": ({}, ["localhost", "127.0.0.1", "[::1]"], ["10.0.0.1", EVIL, "127.0.0.2"]),
    "on one address": ({"host": "10.1.2.3"}, ["10.1.2.3", "localhost"], ["10.1.2.4", EVIL]),
    "on one address of IPv6": ({"host": "2001:db8::1"}, ["[2001:db8::1]"], ["[2001:db8::2]", EVIL]),
    "on every address": (
        {"host": "0.0.0.0"},
        ["10.1.2.3", "[2001:db8::1]", "localhost", socket.gethostname().lower()],
        [EVIL, "10.1.2.3.evil.example", "10.1.2"],
    ),
    "on every address of IPv6": ({"host": "::"}, ["10.1.2.3", "[2001:db8::1]"], [EVIL]),
    "behind a public URL": (
        {"public_url": "https://Data.example:8443/x"},
        ["data.example", "localhost"],
        [EVIL, "data.example.evil.example", "www.data.example"],
    ),
    "set": ({"allowed_hosts": "a.example, b.example"}, ["a.example", "b.example"], [EVIL]),
    "set to any": ({"allowed_hosts": "*"}, [EVIL, "10.0.0.1"], []),
}


@pytest.mark.parametrize("case", CHOICES)
def test_which_hosts_are_answered_follows_the_settings(case: str, tmp_path: Path) -> None:
    """R10."""
    given, allowed, refused = CHOICES[case]
    hosts = Hosts.of(load_settings({"home": tmp_path, **given}, {}))
    assert [name for name in allowed if not hosts.include(name)] == []
    assert [name for name in refused if hosts.include(name)] == []


# --- methods (R11) -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ROUTES)
def test_other_methods_are_405_everywhere(client: httpx.Client, path: str) -> None:
    """R11: also where there is nothing."""
    for method in ("TRACE", "CONNECT", "BREW", "PROPFIND"):
        answer = client.request(method, path)
        is_problem(answer, 405, "method-not-allowed")
        assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/turtle"])
def test_head_has_the_headers_of_get(client: httpx.Client, path: str, accept: str) -> None:
    """R11."""
    get, head = (client.request(m, path, headers={"Accept": accept}) for m in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (get.status_code, b"")
    given = dict(get.headers) | {"x-request-id": head.headers["x-request-id"]}
    if get.headers.get("content-type") == "application/problem+json":  # each has an id of its own
        assert abs(int(head.headers["content-length"]) - int(given["content-length"])) < 3
        given["content-length"] = head.headers["content-length"]
    assert dict(head.headers) == given


# --- addresses (R3, R4) --------------------------------------------------------------------------

BASES = ["/", "/plans", "/plans/", "/plans/CRI-4", "/commitments/", "/things/", "/id/", "/id/plan/"]
BASES += ["/scheme/", "/graph/", "/.well-known/genid/", "/ns/", "/schemes/", "/static/", "/health/"]
BASES += ["/sparql", "/sparql/", "/docs", "/openapi.json", "/none/"]
MALFORMED = ["%ff", "%c0%af", "%ed%a0%80", "%f5%80%80%80", "%e2%82"]
"""Not UTF-8: a lone byte, an overlong slash, half a surrogate pair, over U+10FFFF, cut short."""
CONTROLS = ["%00", "%0d%0aX-Evil:%20y", "%0a", "%0d", "%09", "%1b[2J", "%7f", "%c2%85"]
ODD = ["%e2%82%ac", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%2f..%2fapp.py", "%2f%2fevil.example"]
ODD += ["%5c..%5c", "%", "%zz", "%252e%252e", "%250d%250a", "%e2%80%ae", "%22%3e%3cscript%3e"]
ODD += ["%3Cscript%3E", "'%20OR%201=1", "%7B%7D", "%EF%BF%BD", "%f0%9f%92%a9", "a" * 4000]


def sound(answer: httpx.Response) -> None:
    """No failure of ours, and nothing of the request unescaped in a header."""
    for name, value in answer.headers.raw:
        assert re.fullmatch(rb"[\x20-\x7e]*", value), name
    assert "x-evil" not in answer.headers
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("base", BASES)
def test_a_path_that_is_no_text_is_400(client: httpx.Client, base: str) -> None:
    """R3, R4: on every route, whether it exists or not."""
    for tail in (*MALFORMED, *CONTROLS):
        answer = client.get(base + tail)
        sound(answer)
        is_problem(answer, 400, "bad-request")


@pytest.mark.parametrize("base", BASES)
def test_an_odd_path_is_no_failure(client: httpx.Client, base: str) -> None:
    """R3."""
    for tail in ODD:
        answer = client.get(base + tail)
        sound(answer)
        assert answer.status_code in {303, 400, 404}, tail
        assert "root:" not in answer.text


@pytest.mark.parametrize("path", ROUTES)
def test_a_query_string_that_is_no_text_is_400(client: httpx.Client, path: str) -> None:
    """R4: never U+FFFD."""
    for name, tail in itertools.product(("query", "lang", ""), MALFORMED):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}{name}={tail}")
        sound(answer)
        is_problem(answer, 400, "bad-request")


@pytest.mark.parametrize("path", ROUTES)
def test_an_odd_query_string_is_no_failure(client: httpx.Client, path: str) -> None:
    """R3."""
    for name, tail in itertools.product(("lang", "example", "cursor"), (*CONTROLS, *ODD)):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}{name}={tail}")
        sound(answer)
        assert answer.status_code < 500, (name, tail)


# --- bodies (P1, P2) -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sparql", "/plans", "/none"])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity, gzip", "x", "GZIP"])
def test_a_body_in_a_coding_is_415(client: httpx.Client, path: str, coding: str) -> None:
    """P2."""
    headers = {"Content-Encoding": coding, "Content-Type": "application/sparql-query"}
    answer = client.post(path, content=b"ASK {}", headers=headers)
    is_problem(answer, 415, "unsupported-media-type")
    assert answer.headers["accept-encoding"] == "identity"
    assert answer.json()["accepted"] == ["identity"]


def test_identity_is_no_coding(client: httpx.Client) -> None:
    """P2."""
    headers = {"Content-Encoding": "identity", "Content-Type": "application/sparql-query"}
    assert client.post("/sparql", content=b"ASK {}", headers=headers).status_code == 200


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), "9" * 18, "9" * 30])
def test_a_body_that_says_it_is_too_large_is_not_read(client: httpx.Client, length: str) -> None:
    """P1: refused by what it says, before a byte of it."""
    headers = {"Content-Length": length, "Content-Type": "application/sparql-query"}
    answer = client.post("/sparql", content=b"ASK {}", headers=headers)
    is_problem(answer, 413, "payload-too-large")
    assert answer.json()["limit"] == MAX_BODY


def test_a_query_over_its_limit_is_413_as_a_body(client: httpx.Client) -> None:
    """Q2; as an address it is 414, in tests/hostile/test_http.py."""
    answer = client.post("/sparql", data={"query": "ASK {} #" + "x" * 65_536})
    is_problem(answer, 413, "payload-too-large")
    assert answer.json()["limit"] == 65_536


# --- headers of every answer (R8) ----------------------------------------------------------------


@pytest.mark.parametrize("accept", ["*/*", "text/html", "text/turtle", "image/png"])
@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_has_the_security_headers(
    client: httpx.Client, path: str, accept: str
) -> None:
    """R8: once each, on pages, data, redirections, errors and static files."""
    answer = client.get(path, headers={"Accept": accept})
    at_editor = path.partition("?")[0] in sparql.PATHS and Bundle.found(STATIC)
    for name, value in HEADERS_SCRIPTED if at_editor else HEADERS:
        assert answer.headers.get_list(name.decode()) == [value.decode()]
    media_type = answer.headers.get("content-type", "")
    if media_type.startswith("text/"):
        assert media_type.endswith("; charset=utf-8")
    else:
        assert "charset" not in media_type
    assert "server" not in answer.headers


FRAMEWORK = {
    "preflight of a method that is not allowed": (
        "OPTIONS",
        "/plans",
        {"Origin": "https://a.example", "Access-Control-Request-Method": "DELETE"},
        400,
        "bad-request",
    ),
    "range beyond the end": (
        "GET",
        "/static/style.css",
        {"Range": "bytes=9999999-"},
        416,
        "range-not-satisfiable",
    ),
    "range of nothing": ("GET", "/static/style.css", {"Range": "nonsense=1"}, 400, "bad-request"),
}


@pytest.mark.parametrize("case", FRAMEWORK)
def test_errors_of_the_framework_are_problem_documents(client: httpx.Client, case: str) -> None:
    """R1: those that Starlette tells in plain text."""
    method, path, headers, status, slug = FRAMEWORK[case]
    answer = client.request(method, path, headers=headers)
    is_problem(answer, status, slug)
    for name, value in HEADERS:
        assert answer.headers.get_list(name.decode()) == [value.decode()]
    if status == 416:
        assert answer.headers["content-range"].startswith("bytes */")
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.fixture(scope="module")
def careless(service: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    """The application with routes that put into a header what they were sent."""
    app = create_app(service)

    @app.get("/careless/{value:path}")
    def careless(value: str) -> Response:
        return Response("x", headers={"X-Careless": value})

    @app.get("/plain")
    def plain() -> Response:
        return PlainTextResponse("too bad\r\n", 410, {"Retry-After": "7"})

    return client_of(app)


@pytest.mark.parametrize("value", ["é", "ÿ", "%C2%A0"])
def test_no_header_is_sent_that_is_not_ascii(careless: httpx.Client, value: str) -> None:
    """R3: a mistake of a route is a failure that is told, not a header of the caller's."""
    answer = careless.get(f"/careless/{value}")
    is_problem(answer, 500, "internal")
    assert "x-careless" not in answer.headers


def test_what_nobody_foresaw_is_answered_and_not_raised_again(service: Service) -> None:
    """The server would log it a second time, and close the connection."""
    app = create_app(service)

    @app.get("/broken")
    def broken() -> Response:
        raise RuntimeError("on purpose")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)  # raises what the application raises
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/broken")

    is_problem(asyncio.run(ask()), 500, "internal")


def test_an_error_in_plain_text_keeps_its_other_headers(careless: httpx.Client) -> None:
    """R1."""
    answer = careless.get("/plain")
    is_problem(answer, 410, "gone")
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["detail"] == "too bad."
    assert careless.head("/plain").content == b""

"""Errors: one shape, whatever went wrong and wherever."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.errors import Locked, QueryCrashed, QueryTimeout, ResultTooLarge, Unavailable
from ogpgraph.service import Service
from ogpgraph.web.app import create_app

CASES = {
    "unknown path": ("GET", "/none", {}, 404, "not-found"),
    "unknown path below a list": ("GET", "/plans/none", {}, 404, "not-found"),
    "unknown scheme": ("GET", "/schemes/none", {}, 404, "not-found"),
    "unknown static file": ("GET", "/static/none.css", {}, 404, "not-found"),
    "path out of the static folder": ("GET", "/static/..%2fapp.py", {}, 404, "not-found"),
    "slash after a list": ("GET", "/plans/", {}, 404, "not-found"),
    "wrong method on a list": ("POST", "/plans", {}, 405, "method-not-allowed"),
    "wrong method on a thing": ("DELETE", "/plans/CRI-4", {}, 405, "method-not-allowed"),
    "wrong method on the endpoint": ("PUT", "/sparql", {}, 405, "method-not-allowed"),
    "wrong method on health": ("POST", "/health/live", {}, 405, "method-not-allowed"),
    "unknown method": ("BREW", "/plans", {}, 405, "method-not-allowed"),
    "unknown parameter": ("GET", "/plans?x=1", {}, 400, "bad-request"),
    "malformed query": ("GET", "/sparql?query=x", {}, 400, "malformed-query"),
    "form that is not there": ("GET", "/plans", {"Accept": "image/png"}, 406, "not-acceptable"),
    "home in no such form": ("GET", "/", {"Accept": "image/png"}, 406, "not-acceptable"),
    "wrong content type": ("POST", "/sparql", {}, 415, "unsupported-media-type"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_error_is_a_problem_document(client: httpx.Client, case: str) -> None:
    method, path, headers, status, slug = CASES[case]
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["type"] == f"https://w3id.org/ogpgraph/problems/{slug}"
    assert found["status"] == status
    assert found["title"]
    assert found["detail"].endswith((".", "”"))
    assert found["instance"].startswith("urn:request:")


def test_each_request_has_an_id_of_its_own(client: httpx.Client) -> None:
    found = {client.get("/none").json()["instance"] for _ in range(5)}
    assert len(found) == 5


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/plans", {"GET", "HEAD"}),
        ("/plans/CRI-4", {"GET", "HEAD"}),
        ("/id/plan/CRI-4", {"GET", "HEAD"}),
        ("/sparql", {"GET", "HEAD", "POST"}),
        ("/", {"GET", "HEAD"}),
        ("/static/x", {"GET", "HEAD"}),
    ],
)
def test_405_says_what_is_allowed(client: httpx.Client, path: str, allowed: set[str]) -> None:
    answer = client.request("DELETE", path)
    assert answer.status_code == 405
    assert allowed <= set(answer.headers["allow"].split(", "))
    assert "DELETE" not in answer.headers["allow"]


def test_the_error_of_head_has_no_body(client: httpx.Client) -> None:
    answer = client.head("/none")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["content-type"] == "application/problem+json"


def test_markup_in_the_address_stays_json_text(client: httpx.Client) -> None:
    answer = client.get("/<script>alert(1)</script>")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"


class Secret(Exception):
    """What a bug raises."""


FAILURES: dict[str, tuple[Exception, int, str]] = {
    "bug": (Secret("/etc/secret line 7"), 500, "internal"),
    "recursion": (RecursionError("maximum recursion depth"), 500, "internal"),
    "unavailable": (Unavailable("The store cannot answer."), 503, "unavailable"),
    "locked": (Locked("Another process writes."), 503, "locked"),
    "crashed": (QueryCrashed("The query ended its worker."), 503, "query-crashed"),
    "timeout": (QueryTimeout("Not within 10 s.", limit_s=10.0), 504, "query-timeout"),
    "too large": (ResultTooLarge("Over 10 rows.", limit=10), 422, "result-too-large"),
}


@pytest.fixture(scope="module")
def failing(service: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    """The application with a route that fails in each of these ways."""
    app = create_app(service)

    @app.get("/fail/{case}")
    def fail(case: str) -> None:
        raise FAILURES[case][0]

    @app.get("/fail-later/{case}")
    async def fail_later(case: str) -> None:
        raise FAILURES[case][0]

    return client_of(app)


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize("route", ["fail", "fail-later"])
def test_a_failure_inside_is_a_problem_document(
    failing: httpx.Client, caplog: pytest.LogCaptureFixture, case: str, route: str
) -> None:
    _, status, slug = FAILURES[case]
    with caplog.at_level(logging.ERROR):
        answer = failing.get(f"/{route}/{case}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    found = answer.json()
    assert found["type"].endswith(f"/{slug}")
    if status == 500:
        for inside in ("Secret", "secret", "Traceback", "recursion", ".py", "ogpgraph.web"):
            assert inside not in answer.text.replace("ogpgraph/problems", "")
        request_id = found["instance"].removeprefix("urn:request:")
        (record,) = (r for r in caplog.records if r.name == "ogpgraph.web")
        assert request_id in record.getMessage()
        assert record.exc_info is not None


def test_limits_stand_in_the_problem(failing: httpx.Client) -> None:
    assert failing.get("/fail/timeout").json()["limit_s"] == 10.0
    assert failing.get("/fail/too large").json()["limit"] == 10

"""U1, U6, U7: who may write, over what, and how often somebody may try."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from ogpgraph.errors import BadSetting, TooManyRequests, Unauthorized
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.web.app import create_app
from ogpgraph.web.tokens import Writers

WRITES = [
    ("PUT", "/graphs?graph=urn:x"),
    ("POST", "/graphs"),
    ("DELETE", "/graphs?graph=urn:x"),
    ("POST", "/update"),
    ("POST", "/sdgs/proposals/HND-4"),
    ("POST", "/alignments/HND-4-1-16.6/review"),
]
FIELDS = {"Content-Type": "text/turtle"}


@pytest.fixture(scope="module")
def closed(
    tmp_path_factory: pytest.TempPathFactory, client_of: Callable[[FastAPI], httpx.Client]
) -> Iterator[httpx.Client]:
    """A service without a token."""
    settings = load_settings({"home": tmp_path_factory.mktemp("closed") / "home"}, {})
    with closing(Service.open(settings)) as service:
        yield client_of(create_app(service))


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_nothing_is_written_where_no_token_is_configured(
    closed: httpx.Client, method: str, path: str
) -> None:
    answer = closed.request(method, path, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/writing-disabled")
    assert "OGPGRAPH_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize(
    "field",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "a-token-of-the-tests",
        "Token a-token-of-the-tests",
    ],
)
def test_no_token_is_401_and_says_what_is_wanted(
    writing: Any, method: str, path: str, field: str | None
) -> None:
    fields = {} if field is None else {"Authorization": field}
    answer = writing.client.request(method, path, headers=FIELDS | fields)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="ogpgraph"'
    assert answer.json()["type"].endswith("/unauthorized")


def test_a_token_in_the_address_is_none(writing: Any) -> None:
    answer = writing.client.post("/update?access_token=a-token-of-the-tests", data={"update": "x"})
    assert answer.status_code == 401


def asked(peer: str | None = "127.0.0.1", scheme: str = "http", **fields: str) -> Request:
    headers = [(k.replace("_", "-").lower().encode(), v.encode()) for k, v in fields.items()]
    client = None if peer is None else (peer, 1)
    return Request(
        {
            "type": "http",
            "method": "PUT",
            "path": "/graphs",
            "query_string": b"",
            "scheme": scheme,
            "server": ("localhost", 80),
            "client": client,
            "headers": headers,
        }
    )


def settings(token: str, tmp_path: Path, **more: str) -> Settings:
    return load_settings({"home": tmp_path, "token": token, **more}, {})


def test_each_token_has_a_name_for_the_ledger_and_may_be_given_as_a_digest(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"third").hexdigest()
    writers = Writers(settings(f"first, ana:second,luis:sha256:{digest}", tmp_path))
    for token, name in {"first": "token", "second": "ana", "third": "luis"}.items():
        assert writers.admit(asked(Authorization=f"Bearer {token}")) == name
        assert writers.admit(asked(Authorization=f"bearer  {token}")) == name
    for wrong in ("First", "firs", "ana:second", digest, f"sha256:{digest}", "first,"):
        with pytest.raises(Unauthorized) as caught:
            writers.admit(asked(Authorization=f"Bearer {wrong}"))
        assert caught.value.wrong


@pytest.mark.parametrize("text", ["a b", "ñ", "sha256:12", ":x", "a:b:c", "x\ty"])
def test_a_token_that_cannot_be_sent_is_refused_at_start_without_showing_it(
    text: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting) as caught:
        settings(text, tmp_path)
    assert "(secret)" in caught.value.message
    assert text not in caught.value.message.replace("sha256:HEX", "")


def test_only_digests_of_tokens_are_kept(tmp_path: Path) -> None:
    assert "a-secret-token" not in repr(settings("a-secret-token", tmp_path))


@pytest.mark.parametrize(
    ("request_", "private"),
    [
        (asked(), True),
        (asked("::1"), True),
        (asked(None), True),
        (asked("10.1.2.3"), False),
        (asked("10.1.2.3", "https"), True),
        (asked("10.9.9.9", X_Forwarded_Proto="https"), True),
        (asked("10.9.9.9", X_Forwarded_Proto="http"), False),
        (asked("10.9.9.9"), False),
        (asked("10.9.9.9", X_Forwarded_Proto="https, http"), False),
        (asked("10.1.2.3", X_Forwarded_Proto="https"), False),
        (asked("127.0.0.1", X_Forwarded_For="1.2.3.4"), False),
    ],
)
def test_a_token_is_taken_only_where_nobody_can_overhear_it(
    request_: Request, private: bool, tmp_path: Path
) -> None:
    """U6."""
    writers = Writers(settings("t", tmp_path, trusted_proxies="10.9.9.9"))
    request_.scope["headers"].append((b"authorization", b"Bearer t"))
    if private:
        assert writers.admit(request_) == "token"
        return
    with pytest.raises(Exception, match="only taken over TLS"):
        writers.admit(request_)


def test_twenty_wrong_tokens_of_a_client_in_a_minute_are_enough(tmp_path: Path) -> None:
    """U7: then not even the right one is looked at; others are not held to it."""
    now = 1000.0
    writers = Writers(settings("right", tmp_path), clock=lambda: now)
    for number in range(20):
        now += 0.5
        with pytest.raises(Unauthorized):
            writers.admit(asked(Authorization=f"Bearer wrong{number}"))
    for token in ("wrong", "right"):
        with pytest.raises(TooManyRequests) as caught:
            writers.admit(asked(Authorization=f"Bearer {token}"))
        assert caught.value.retry_after == 51
    assert writers.admit(asked("::1", Authorization="Bearer right")) == "token"
    now += 51
    assert writers.admit(asked(Authorization="Bearer right")) == "token"


def test_too_many_wrong_tokens_are_429(
    tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    with closing(Service.open(settings("right", tmp_path / "home"))) as service:
        client = client_of(create_app(service))
        answers = [
            client.post("/update", headers={"Authorization": "Bearer wrong"}) for _ in range(21)
        ]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert (
        answers[0].headers["www-authenticate"] == 'Bearer realm="ogpgraph", error="invalid_token"'
    )
    assert int(answers[-1].headers["retry-after"]) > 0


def test_no_token_stands_in_the_log(writing: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for token in ("a-token-of-the-tests", "a-wrong-token"):
        writing.client.post(
            "/update", data={"update": "x"}, headers={"Authorization": f"Bearer {token}"}
        )
        assert token not in caplog.text


def test_the_openapi_document_says_what_needs_a_token(writing: Any) -> None:
    document = writing.client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    secured = {
        (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if operation.get("security") == [{"token": []}]
    }
    assert secured == {
        ("put", "/graphs"),
        ("post", "/graphs"),
        ("delete", "/graphs"),
        ("post", "/update"),
        ("post", "/sdgs/proposals/{plan}"),
        ("post", "/alignments/{identifier}/review"),
    }


def test_pages_of_other_origins_cannot_write(writing: Any) -> None:
    """R9: no CORS on what writes."""
    origin = {"Origin": "https://evil.example"}
    for method, path in WRITES:
        answer = writing.client.request(method, path, headers=origin)
        assert "access-control-allow-origin" not in answer.headers
        asked_first = {**origin, "Access-Control-Request-Method": method}
        preflight = writing.client.options(path, headers=asked_first)
        assert "access-control-allow-origin" not in preflight.headers

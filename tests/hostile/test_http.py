"""Hostile HTTP, byte by byte, against a real server, with others asking for their pages meanwhile.

Each row of the tables is what is sent and what must be answered: status, slug (or the media type
of what is no error), and whether the connection is then closed by the server. After every
exchange the server answers another caller; in the end nothing has changed.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HOST = b"Host: localhost\r\n"
LIVE = b"GET /health/live HTTP/1.1\r\n" + HOST
GOOD = LIVE + b"\r\n"
ASK = b"POST /sparql HTTP/1.1\r\n" + HOST + b"Content-Type: application/sparql-query\r\n"
CHUNKED = ASK + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"Connection: close\r\n\r\n"
JSON, RESULTS = "application/json", "application/sparql-results+json"
SECURITY = (
    b"x-content-type-options: nosniff",
    b"referrer-policy: no-referrer",
    b"x-frame-options: DENY",
)
MALFORMED = (400, "malformed-request", True)
PAGES = ("/health/live", "/commitments/CRI-4-9")
SOON_S = 20.0


def get(target: bytes, more: bytes = HOST, version: bytes = b"HTTP/1.1") -> bytes:
    return b"GET %s %s\r\n%s\r\n" % (target, version, more)


def live(more: bytes) -> bytes:
    return LIVE + more + b"\r\n\r\n"


def ask(more: bytes, body: bytes = b"ASK {}") -> bytes:
    return ASK + more + b"\r\n\r\n" + body


def method(name: bytes, target: bytes = b"/health/live") -> bytes:
    return b"%s %s HTTP/1.1\r\n%s\r\n" % (name, target, HOST)


FRAMING = {
    "Content-Length and Transfer-Encoding": ask(b"Content-Length: 3\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    "Transfer-Encoding and Content-Length": ask(b"Transfer-Encoding: chunked\r\nContent-Length: 3", b"0\r\n\r\n"),
    "negative Content-Length": ask(b"Content-Length: -1"),
    "two Content-Lengths": ask(b"Content-Length: 6\r\nContent-Length: 7"),
    "two equal Content-Lengths": ask(b"Content-Length: 6\r\nContent-Length: 6"),
    "list of Content-Lengths": ask(b"Content-Length: 6, 6"),
    "Content-Length with a sign": ask(b"Content-Length: +6"),
    "Content-Length in hexadecimal": ask(b"Content-Length: 0x6"),
    "Content-Length with a point": ask(b"Content-Length: 6.0"),
    "empty Content-Length": ask(b"Content-Length: "),
    "Content-Length of words": ask(b"Content-Length: six"),
    "Content-Length over 64 bits": ask(b"Content-Length: 99999999999999999999999"),
    "Transfer-Encoding twice": ask(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
    "chunked, then identity": ask(b"Transfer-Encoding: chunked, identity", b"0\r\n\r\n"),
    "vertical tab before chunked": ask(b"Transfer-Encoding: \x0bchunked", b"0\r\n\r\n"),
    "chunked in HTTP/1.0": ask(b"Transfer-Encoding: chunked", b"0\r\n\r\n").replace(b"/1.1", b"/1.0", 1),
    "chunk size over 64 bits": CHUNKED + b"FFFFFFFFFFFFFFFFFF\r\nabc",
    "negative chunk size": CHUNKED + b"-6\r\nASK {}\r\n0\r\n\r\n",
    "chunk size in words": CHUNKED + b"six\r\nASK {}\r\n0\r\n\r\n",
    "chunk size with a prefix": CHUNKED + b"0x6\r\nASK {}\r\n0\r\n\r\n",
    "chunk size that is too small": CHUNKED + b"3\r\nASK {}\r\n0\r\n\r\n",
    "chunk size that is too large": CHUNKED + b"9\r\nASK {}\r\n0\r\n\r\n",
    "chunks ended by line feeds": CHUNKED + b"6\nASK {}\n0\n\n",
    "chunk extension ended by a line feed": CHUNKED + b"6;a\nASK {}\r\n0\r\n\r\n",
    "chunk extension without end": CHUNKED + b"6;a=" + b"b" * 200_000 + b"\r\nASK {}\r\n0\r\n\r\n",
    "a trailer with Content-Length": CHUNKED + b"6\r\nASK {}\r\n0\r\nContent-Length: 3\r\n\r\n",
    "trailers without end": CHUNKED + b"6\r\nASK {}\r\n0\r\n" + b"X: " + b"y" * 90 + b"\r\n" * 1 + (b"X: " + b"y" * 90 + b"\r\n") * 2000 + b"\r\n",
    "one trailer without end": CHUNKED + b"6\r\nASK {}\r\n0\r\nX: " + b"y" * 300_000 + b"\r\n\r\n",
    "a body that is a request": ask(b"Content-Length: 0", b"ASK {}") + GOOD,
}  # fmt: skip
LINES = {
    "bare line feeds": b"GET /health/live HTTP/1.1\nHost: localhost\n\n",
    "a bare line feed after a field": b"GET /health/live HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n",
    "a bare carriage return": b"GET /health/live HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n",
    "a bare carriage return in a value": live(b"X: a\rb"),
    "a folded field": live(b"X: a\r\n b"),
    "a field folded with a tab": live(b"X: a\r\n\tb"),
    "a first field that is folded": b"GET /health/live HTTP/1.1\r\n Host: localhost\r\n\r\n",
    "space before the colon": live(b"X : a"),
    "tab before the colon": live(b"X\t: a"),
    "space before the colon of Content-Length": ask(b"Content-Length : 6"),
    "a field without colon": live(b"X"),
    "a field without name": live(b": x"),
    "NUL in a value": live(b"X: a\0b"),
    "NUL in a name": live(b"X\0: a"),
    "a control character in a value": live(b"X: a\x01b"),
    "DEL in a value": live(b"X: a\x7fb"),
    "a byte over 127 in a name": live(b"X\xe9: a"),
    "brackets in a name": live(b"X[1]: a"),
    "a tab after the method": b"GET\t/health/live HTTP/1.1\r\n" + HOST + b"\r\n",
    "a space in the address": get(b"/health live"),
    "no address": b"GET  HTTP/1.1\r\n" + HOST + b"\r\n",
    "an address without slash": get(b"health/live"),
    "an address of a query only": get(b"?query=x"),
    "NUL in the address": get(b"/plans/\0"),
    "a control character in the address": get(b"/plans/\x01"),
    "DEL in the address": get(b"/plans/\x7f"),
    "a byte over 127 in the path": get(b"/plans/\xe9"),
    "UTF-8 in the query string": get("/plans?country=é".encode()),
    "a byte over 127 behind a redirection": get(b"/id/plan/CRI-4?x=\xff"),
    "a fragment": get(b"/health/live#x"),
    "HTTP/1.2": get(b"/health/live", version=b"HTTP/1.2"),
    "HTTP/3.0": get(b"/health/live", version=b"HTTP/3.0"),
    "HTTP/1.10": get(b"/health/live", version=b"HTTP/1.10"),
    "HTTP of letters": get(b"/health/live", version=b"HTTP/x.1"),
    "another protocol": get(b"/health/live", version=b"FTP/1.1"),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
    "a TLS hello": bytes.fromhex("16030100c8010000c40303") + bytes(190),
    "an SSH greeting": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a mail": b"EHLO localhost\r\n",
    "every byte": bytes(range(256)) * 4,
    "nonsense": b"nonsense\r\n\r\n",
    "a method without end": b"A" * 100_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a response": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}  # fmt: skip
TABLE: dict[str, tuple[bytes, tuple[int, str, bool]]] = {
    **{name: (sent, MALFORMED) for name, sent in (FRAMING | LINES).items() if name != "a body that is a request"},
    # --- versions, codings, methods ---
    "HTTP/2.0 in so many words": (get(b"/health/live", version=b"HTTP/2.0"), (505, "http-version-not-supported", True)),
    "HTTP/0.9 in so many words": (get(b"/health/live", version=b"HTTP/0.9"), (505, "http-version-not-supported", True)),
    "HTTP/0.9": (b"GET /health/live\r\n\r\n", (505, "http-version-not-supported", True)),
    "gzip, chunked": (ask(b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n"), (501, "not-implemented", True)),
    "identity": (ask(b"Transfer-Encoding: identity"), (501, "not-implemented", True)),
    "xchunked": (ask(b"Transfer-Encoding: xchunked", b"0\r\n\r\n"), (501, "not-implemented", True)),
    "a gzip body": (ask(b"Content-Encoding: gzip\r\nContent-Length: 6"), (415, "unsupported-media-type", False)),
    "a chunked gzip body": (CHUNKED.replace(b"Transfer", b"Content-Encoding: gzip\r\nTransfer") + b"6\r\nASK {}\r\n0\r\n\r\n", (415, "unsupported-media-type", False)),
    "a method nobody knows": (method(b"BREW"), (405, "method-not-allowed", True)),
    "a method in lower case": (method(b"get"), (405, "method-not-allowed", True)),
    "an unknown method where nothing is": (method(b"BREW", b"/none"), (405, "method-not-allowed", True)),
    "TRACE": (method(b"TRACE"), (405, "method-not-allowed", False)),
    "TRACE where nothing is": (method(b"TRACE", b"/none"), (405, "method-not-allowed", False)),
    "CONNECT to elsewhere": (method(b"CONNECT", b"localhost:22"), (405, "method-not-allowed", True)),
    "CONNECT to a path": (method(b"CONNECT"), (405, "method-not-allowed", True)),
    "PROPFIND": (method(b"PROPFIND", b"/plans"), (405, "method-not-allowed", False)),
    "QUERY elsewhere": (method(b"QUERY", b"/plans"), (405, "method-not-allowed", False)),
    "QUERY without a type": (method(b"QUERY", b"/sparql"), (415, "unsupported-media-type", False)),
    "QUERY in lower case": (method(b"query", b"/sparql"), (405, "method-not-allowed", True)),
    "OPTIONS of everything": (method(b"OPTIONS", b"*"), (404, "not-found", False)),
    "DELETE of a plan": (method(b"DELETE", b"/plans/CRI-4"), (405, "method-not-allowed", False)),
    # --- Host ---
    "no Host": (get(b"/plans", b""), (400, "bad-host", False)),
    "two Hosts": (get(b"/plans", HOST * 2), (400, "bad-host", False)),
    "a Host of somebody else": (get(b"/plans", b"Host: evil.example\r\n"), (421, "misdirected-request", False)),
    "a Host with a user": (get(b"/plans", b"Host: a@localhost\r\n"), (400, "bad-host", False)),
    "a Host with a space": (get(b"/plans", b"Host: a b\r\n"), (400, "bad-host", False)),
    "an empty Host": (get(b"/plans", b"Host:\r\n"), (400, "bad-host", False)),
    "a Host that is not ASCII": (get(b"/plans", "Host: lócalhost\r\n".encode()), (400, "bad-host", False)),
    "an address of somebody else": (get(b"http://evil.example/plans"), (400, "bad-host", True)),
    "an address with a user": (get(b"http://a@localhost/plans"), (400, "bad-host", True)),
    "an address at another port": (get(b"http://localhost:1/plans"), (400, "bad-host", True)),
    # --- sizes ---
    "a field of 40 KB": (live(b"X: " + b"a" * 40_000), (431, "headers-too-large", True)),
    "a field without end": (LIVE + b"X: " + b"a" * 3_000_000, (431, "headers-too-large", True)),
    "a name without end": (LIVE + b"X" * 3_000_000, (431, "headers-too-large", True)),
    "20,000 fields": (LIVE + b"X: y\r\n" * 20_000 + b"\r\n", (431, "headers-too-large", True)),
    "a cookie of 33 KB": (live(b"Cookie: a=" + b"b" * 33_000), (431, "headers-too-large", True)),
    "empty lines without end": (b"\r\n" * 200_000 + GOOD, (431, "headers-too-large", True)),
    "an address of 9 KB": (get(b"/" + b"a" * 9_000), (414, "uri-too-long", True)),
    "a query string of 9 KB": (get(b"/plans?country=" + b"a" * 9_000), (414, "uri-too-long", True)),
    "an address without end": (b"GET /" + b"a" * 3_000_000, (414, "uri-too-long", True)),
    "a query of 65 KB in the address": (get(b"/sparql?query=ASK%20%7B%7D%23" + b"a" * 65_536), (414, "uri-too-long", True)),
    "a query of 65 KB in an absolute address": (get(b"http://localhost/sparql?query=" + b"a" * 65_536), (414, "uri-too-long", True)),
    "a body that says it is 400 MB": (ask(b"Content-Length: 400000000", b"ASK {}"), (413, "payload-too-large", False)),
    "a chunked query of 1 MB": (CHUNKED + b"10000\r\n" * 0 + (b"8000\r\n" + b"#" * 32_768 + b"\r\n") * 32 + b"0\r\n\r\n", (413, "payload-too-large", False)),
    "a query of 100 KB as a body": (ask(b"Content-Length: 100000", b"#" * 100_000), (413, "payload-too-large", False)),
    # --- addresses ---
    "NUL, encoded": (get(b"/plans/%00"), (400, "bad-request", False)),
    "a header in the path, encoded": (get(b"/plans/%0d%0aX-Evil:%20y"), (400, "bad-request", False)),
    "a header behind an IRI, encoded": (get(b"/id/plan/CRI-4%0d%0aSet-Cookie:%20a=b"), (400, "bad-request", False)),
    "not UTF-8, encoded": (get(b"/plans/%ff"), (400, "bad-request", False)),
    "not UTF-8 below static": (get(b"/static/%ff"), (400, "bad-request", False)),
    "an overlong slash": (get(b"/static/..%c0%af..%c0%afapp.py"), (400, "bad-request", False)),
    "not UTF-8 in the query string": (get(b"/plans?country=%ff"), (400, "bad-request", False)),
    "not UTF-8 in a parameter nobody reads": (get(b"/health/live?x=%ff"), (400, "bad-request", False)),
    "a percent sign alone": (get(b"/plans/%"), (400, "bad-request", False)),
    "steps upwards": (get(b"/plans/../../etc/passwd"), (404, "not-found", False)),
    "steps upwards, encoded": (get(b"/static/%2e%2e/%2e%2e/app.py"), (404, "not-found", False)),
    "steps upwards with encoded slashes": (get(b"/static/..%2f..%2fapp.py"), (404, "not-found", False)),
    "two slashes": (get(b"//evil.example/plans"), (404, "not-found", False)),
    "a backslash": (get(b"/\\evil.example"), (404, "not-found", False)),
    "an asterisk": (get(b"*"), (404, "not-found", False)),
    # --- ranges and preflights, which the framework tells in words of its own ---
    "a range beyond the end": (get(b"/static/style.css", HOST + b"Range: bytes=99999999-\r\n"), (416, "range-not-satisfiable", False)),
    "a range of nothing": (get(b"/static/style.css", HOST + b"Range: nonsense=1\r\n"), (400, "bad-request", False)),
    "a preflight of DELETE": (b"OPTIONS /plans HTTP/1.1\r\n" + HOST + b"Origin: http://a\r\nAccess-Control-Request-Method: DELETE\r\n\r\n", (400, "bad-request", False)),
    "Expect, and then a wrong type": (b"POST /sparql HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\n", (415, "unsupported-media-type", True)),
}  # fmt: skip
FINE: dict[str, tuple[bytes, list[tuple[int, str]]]] = {
    "a good request": (GOOD, [(200, JSON)]),
    "an empty line before": (b"\r\n\r\n" + GOOD, [(200, JSON)]),
    "HTTP/1.0 without Host": (get(b"/health/live", b"", b"HTTP/1.0"), [(200, JSON)]),
    "an absolute address": (get(b"http://localhost/health/live"), [(200, JSON)]),
    "a byte over 127 in a value": (live(b"X: a\xffb"), [(200, JSON)]),
    "a body of a GET": (live(b"Content-Length: 3") + b"abc", [(200, JSON)]),
    "a chunked body with an extension": (CHUNKED + b"6;a=b\r\nASK {}\r\n0\r\n\r\n", [(200, RESULTS)]),
    "a trailer that would be a Host": (CHUNKED + b"6\r\nASK {}\r\n0\r\nHost: evil.example\r\n\r\n", [(200, RESULTS)]),
    "three at once": (GOOD * 3, [(200, JSON)] * 3),
    "a query, a page, a query": (ask(b"Content-Length: 6") + GOOD + ask(b"Content-Length: 6"), [(200, RESULTS), (200, JSON), (200, RESULTS)]),
    "one, then nonsense": (GOOD + b"nonsense\r\n\r\n", [(200, JSON), (400, "malformed-request")]),
    "a query, then a broken body": (GOOD + CHUNKED + b"6\r\nASK {}\r\nx", [(200, JSON), (400, "malformed-request")]),
    "two, then a head that is too large": (GOOD * 2 + live(b"X: " + b"a" * 40_000), [(200, JSON), (200, JSON), (431, "headers-too-large")]),
    "a wrong type, then a broken body": (CHUNKED.replace(b"application/sparql-query", b"text/plain") + b"6\r\nASK {}\r\n", [(415, "unsupported-media-type")]),
    "the last one, then another": (LIVE + END + GOOD, [(200, JSON)]),
    "a wish for websocket": (live(b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), [(200, JSON)]),
    "a wish for HTTP/2": (live(b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"), [(200, JSON)]),
    "a wish for HTTP/2 with a body": (ask(b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 6") + GOOD, [(200, RESULTS), (200, JSON)]),
    "Expect": (ask(b"Expect: 100-continue\r\nContent-Length: 6"), [(100, ""), (200, RESULTS)]),
    "a query of 60 KB in the address": (get(b"/sparql?query=ASK%20%7B%7D%23" + b"a" * 60_000), [(200, RESULTS)]),
    "fields of 30 KB": (live(b"X: " + b"a" * 30_000), [(200, JSON)]),
    "a header in a redirection, encoded": (get(b"/id/plan/CRI-4?x=%0d%0aX-Evil:%20y"), [(303, "")]),
    "a body that is a request": (FRAMING["a body that is a request"], [(400, "malformed-query"), (400, "malformed-request")]),
}  # fmt: skip
"""What must be answered, in this order and no more, and what comes after it on the connection."""


@dataclass
class Answer:
    """One answer on the wire."""

    status: int
    fields: list[bytes]
    body: bytes

    def value(self, name: str) -> str:
        found = [f for f in self.fields if f.lower().startswith(name.encode() + b":")]
        return found[0].partition(b":")[2].strip().decode("ascii") if found else ""


def answers(content: bytes) -> Iterator[Answer]:
    """The answers in what a server sent, each whole."""
    while content:
        head, separator, content = content.partition(b"\r\n\r\n")
        assert separator, head[:200]
        line, *fields = head.split(b"\r\n")
        found = re.fullmatch(rb"HTTP/1\.1 ([1-5][0-9][0-9]) [\x20-\x7e]*", line)
        assert found, line[:200]
        answer = Answer(int(found[1]), fields, b"")
        for field in fields:
            assert re.fullmatch(rb"[a-z0-9-]+: [\x20-\x7e]*", field), field
        if answer.status >= 200:
            length = int(answer.value("content-length") or 0)
            assert len(content) >= length
            answer.body, content = content[:length], content[length:]
        yield answer


def exchange(server: Any, sent: bytes, *, answered: int = 1) -> tuple[list[Answer], bool]:
    """Everything that is answered, and whether the server then closed the connection."""
    received, closed = b"", False
    with server.connect(timeout=SOON_S) as connection:
        try:
            connection.sendall(sent)
        except OSError:  # it did not want to read on; its answer may be there all the same
            closed = True
        deadline = time.monotonic() + SOON_S
        connection.settimeout(SOON_S)
        try:
            while time.monotonic() < deadline:
                if piece := connection.recv(65_536):
                    received += piece
                    if _whole(received) >= answered:
                        connection.settimeout(0.15)  # is there more, or is that all?
                else:
                    closed = True
                    break
        except TimeoutError:
            pass
        except ConnectionResetError:
            closed = True
    return list(answers(received)), closed


def _whole(received: bytes) -> int:
    try:
        return len(list(answers(received)))
    except AssertionError:
        return 0


def is_problem(answer: Answer, status: int, slug: str) -> None:
    assert answer.status == status
    assert answer.value("content-type") == "application/problem+json"
    found = json.loads(answer.body)
    assert found["type"] == f"https://w3id.org/ogpgraph/problems/{slug}"
    assert found["status"] == status
    assert found["title"]
    assert found["detail"].endswith((".", "”"))
    assert found["instance"].startswith("urn:request:")
    assert answer.value("cache-control") == "no-store"
    for field in SECURITY:
        assert field in answer.fields
    assert not any(field.startswith((b"x-evil", b"server")) for field in answer.fields)


@pytest.fixture(scope="module")
def served(start_server: Callable[..., Any]) -> Any:
    return start_server()


@pytest.fixture(scope="module")
def held(served: Any) -> tuple[str, str]:
    """What it holds before anything hostile is sent."""
    found: tuple[str, str] = served.digest()
    return found


@pytest.fixture(scope="module")
def visits(served: Any, held: tuple[str, str]) -> Iterator[Any]:
    """Somebody else's visits, from the first hostile exchange to the last."""
    with served.visited(PAGES) as found:
        yield found


@pytest.fixture(scope="module")
def server(served: Any, visits: Any) -> Iterator[Any]:
    found = served
    yield found
    visits.over()
    assert found.stop() == 0
    assert "Traceback" not in found.log.read_text()
    assert "WARNING" not in found.log.read_text()


def test_there_are_at_least_100() -> None:
    assert len({sent for sent, _ in TABLE.values()} | {sent for sent, _ in FINE.values()}) >= 100


@pytest.mark.parametrize("name", TABLE)
def test_what_is_refused(server: Any, name: str) -> None:
    """R3, R4, R5, R7, R10, R11, P1, P2: one answer, of the one shape, and the right end."""
    sent, (status, slug, closes) = TABLE[name]
    found, closed = exchange(server, sent)
    assert len(found) == 1
    is_problem(found[0], status, slug)
    assert closed or not closes
    if status == 405:
        assert "GET" in found[0].value("allow")
    if closes and slug != "unsupported-media-type":
        assert found[0].value("connection") == "close"


@pytest.mark.parametrize("name", FINE)
def test_what_is_answered_in_order(server: Any, name: str) -> None:
    """R5: each request its own answer, whatever comes behind it."""
    sent, expected = FINE[name]
    found, _ = exchange(server, sent, answered=len(expected))
    assert [answer.status for answer in found] == [status for status, _ in expected]
    for answer, (status, kind) in zip(found, expected, strict=True):
        if status >= 400:
            is_problem(answer, status, kind)
        elif kind:
            assert answer.value("content-type") == kind
            json.loads(answer.body)
    if found[-1].status == 303:
        assert found[-1].value("location") == "/plans/CRI-4?x=%0d%0aX-Evil:%20y"


def test_a_method_is_told_what_its_path_allows(server: Any) -> None:
    """R11: also a method that the parser does not know."""
    for name in (b"BREW", b"TRACE", b"PROPFIND"):
        (answer,), _ = exchange(server, method(name, b"/sparql"))
        assert {"GET", "HEAD", "POST"} <= set(answer.value("allow").split(", "))


def test_too_many_ahead_of_their_answers(server: Any) -> None:
    """R5: a queue without end is memory without end. Those in the queue are answered first."""
    found, closed = exchange(server, GOOD * 1000, answered=1000)
    *good, last = found
    assert {answer.status for answer in good} == {200}
    assert 1 <= len(good) < 100
    is_problem(last, 429, "too-many-requests")
    assert closed


def test_every_byte_in_every_place(server: Any) -> None:
    """R3: in a path, a query string, a name, a value and a method; never 500, never silence."""
    for byte in range(256):
        one = bytes([byte])
        for sent in (
            get(b"/plans/a" + one + b"b"),
            get(b"/plans?country=" + one),
            live(b"X" + one + b": y"),
            live(b"X: a" + one + b"b"),
            b"G" + one + b"T /health/live HTTP/1.1\r\n" + HOST + b"\r\n",
        ):
            if one == b"\n" and sent.startswith(b"G\n"):
                continue  # two lines, the first of them waits for more
            found, _ = exchange(server, sent.replace(b"\r\n\r\n", b"\r\n" + END))
            assert [a.status < 500 or a.status == 505 for a in found] == [True], sent


def test_a_head_may_come_byte_by_byte(server: Any) -> None:
    """R7: limits hold however the bytes arrive."""
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LIVE + END:
            connection.sendall(bytes([byte]))
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    (answer,) = answers(received)
    assert answer.status == 200


def test_a_body_without_end_is_not_read_to_its_end(server: Any) -> None:
    """P1: 400 MB in chunks: 413, and what still comes is dropped, not kept."""
    piece, sent = b"100000\r\n" + b"#" * 0x100000 + b"\r\n", 0
    before = memory(server)
    with server.connect() as connection:
        connection.sendall(CHUNKED)
        try:
            for _ in range(400):
                connection.sendall(piece)
                sent += 1
        except OSError:
            pass
    assert sent < 400
    assert memory(server) - before < 64
    assert server.alive()


def memory(server: Any) -> float:
    """MiB that the serving process has in memory."""
    lines = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii").splitlines()
    (line,) = [line for line in lines if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def test_a_body_shorter_than_it_says(server: Any) -> None:
    """P1: the caller hangs up half-way: nobody is waited for."""
    for _ in range(20):
        with server.connect() as connection:
            connection.sendall(ask(b"Content-Length: 1000"))
    assert exchange(server, GOOD)[0][0].status == 200


def test_nobody_else_was_hurt(
    server: Any, visits: Any, held: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Issue 3, of all the exchanges above: 0 deaths, 0 changes, others served all the while."""
    deadline = time.monotonic() + SOON_S
    while not visits.steady() and time.monotonic() < deadline:
        time.sleep(0.1)
    with capsys.disabled():
        print("\nwhile hostile exchanges went on:")
        print("\n".join(visits.lines()))
    assert visits.wrong == []
    assert server.alive()
    assert server.digest() == held
    assert visits.steady()

"""Callers that take their time (R6): heads and bodies that never end, answers that nobody reads.

They come from other addresses of the loopback network than the caller who must not notice. They
all dawdle at the same time, so that the test takes no longer than the longest limit.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from ogpgraph.web.connections import HEAD_S, IDLE_S

SLOW = 400
CLOSED_S = 15.0
HEAD = b"GET /plans HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
LARGE = "/commitments?page_size=1000"
PAGES = ("/health/live", "/commitments/CRI-4-9")
BUSY = b"HTTP/1.1 503 "


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any]) -> Iterator[Any]:
    """One whose queries may take a minute, which counts from the arrival of the head."""
    found = start_server(client_connections="200", query_timeout="60")
    yield found
    assert found.stop() == 0
    assert "Traceback" not in found.log.read_text()


@dataclass
class Slow:
    """A caller who dawdles."""

    connection: socket.socket
    began: float
    closed: float | None = None
    received: bytes = b""

    def dawdle(self, piece: bytes) -> None:
        """Send a little more, and see whether the server has had enough."""
        if self.closed is not None:
            return
        try:
            while select.select([self.connection], [], [], 0)[0]:
                if not (found := self.connection.recv(65_536)):
                    self.closed = time.monotonic() - self.began
                    return
                self.received += found
            self.connection.send(piece)
        except OSError:
            self.closed = time.monotonic() - self.began


def slow(stack: ExitStack, server: Any, address: str, sent: bytes) -> Slow:
    connection = stack.enter_context(server.connect(address=address))
    connection.sendall(sent)
    return Slow(connection, time.monotonic())


@pytest.fixture
def many_files() -> Iterator[None]:
    """Room for a few hundred sockets in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2048)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_slow_callers_are_closed_and_nobody_else_notices(
    server: Any, many_files: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """R6: 400 heads byte by byte, 40 bodies byte by byte, 40 who say nothing."""
    with ExitStack() as stack, server.visited(PAGES) as visits:
        heads = [slow(stack, server, f"127.0.0.{2 + n % 4}", HEAD) for n in range(SLOW)]
        bodies = [
            slow(stack, server, "127.0.0.6", POST + b"Content-Length: 9999\r\n\r\n")
            for _ in range(20)
        ]
        bodies += [
            slow(stack, server, "127.0.0.6", POST + b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(20)
        ]
        silent = [slow(stack, server, "127.0.0.7", b"") for _ in range(40)]
        everybody = [*heads, *bodies, *silent]
        deadline = time.monotonic() + 2 * CLOSED_S
        while time.monotonic() < deadline and any(one.closed is None for one in everybody):
            for one in heads:
                one.dawdle(b"X")
            for number, one in enumerate(bodies):
                one.dawdle(b"#" if number < 20 else b"1\r\n#\r\n")
            for one in silent:
                one.dawdle(b"")
            time.sleep(0.25)
    times = sorted(one.closed for one in everybody if one.closed is not None)
    with capsys.disabled():
        print(f"\n{len(times)} slow callers closed after {times[0]:.1f} to {times[-1]:.1f} s")
        print("\n".join(visits.lines()))
    assert len(times) == len(everybody)
    assert times[0] > 5.0
    for one in (*heads, *bodies):
        assert one.received.startswith(b"HTTP/1.1 408 ")
        assert b"application/problem+json" in one.received
        assert b"problems/request-timeout" in one.received
    assert {one.received for one in silent} == {b""}
    assert visits.wrong == []
    assert visits.steady()


def test_a_crowd_from_one_address_leaves_room(server: Any, many_files: None) -> None:
    """R6: 400 slow heads from the very address of the good caller, of whom 200 may be open."""
    with ExitStack() as stack:
        crowd = [slow(stack, server, "127.0.0.1", HEAD) for _ in range(SLOW)]
        assert httpx.get(f"{server.url}/health/live", timeout=30).status_code == 200
        for one in crowd:
            one.dawdle(b"X")
            one.dawdle(b"X")
        ended = sum(one.closed is not None for one in crowd)
        assert SLOW - 200 <= ended <= SLOW - 190


def test_connections_that_work_are_not_sacrificed(start_server: Callable[..., Any]) -> None:
    """R6: at the limit, one who waits goes; if all are being answered, the new one is told."""
    server = start_server(client_connections="4")
    body = POST + b"Content-Length: 6\r\n\r\nASK"
    with ExitStack() as stack:
        working = [slow(stack, server, "127.0.0.1", body) for _ in range(4)]
        time.sleep(0.5)
        refused = stack.enter_context(server.connect())
        refused.settimeout(10)
        received = b""
        while piece := refused.recv(65_536):
            received += piece
        assert received.startswith(BUSY)
        assert b"problems/busy" in received
        assert b"retry-after: 5" in received
        other = slow(stack, server, "127.0.0.2", HEAD + b"\r\n")
        assert other.connection.recv(12) == b"HTTP/1.1 200"
        for one in working:
            one.connection.sendall(b" {}")
            assert one.connection.recv(12) == b"HTTP/1.1 200"
    assert server.stop() == 0


def an_answer_that_nobody_reads(server: Any) -> None:
    """Whoever asks and asks and never reads holds memory for seconds, not for ever."""
    size = len(httpx.get(f"{server.url}{LARGE}").content)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.bind(("127.0.0.2", 0))
        connection.connect(("127.0.0.1", server.port))
        request = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % LARGE.encode()
        connection.sendall(request * 30)
        before, received = time.monotonic(), 0
        while is_open(server, connection):
            assert time.monotonic() - before < 4 * CLOSED_S
            time.sleep(0.25)
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65_536):
                received += len(piece)
    assert received < 30 * size


def is_open(server: Any, connection: socket.socket) -> bool:
    """Whether the server still has its end of a connection, as the system lists them."""
    own = f"{connection.getsockname()[1]:04X}"
    there = f":{server.port:04X} 0200007F:{own} 01"
    return there in Path("/proc/net/tcp").read_text(encoding="ascii")


def an_idle_connection(server: Any) -> None:
    """It is kept longer than a head may take: it has done its part."""
    with server.connect() as connection:
        for wait in (HEAD_S + 2, 0):
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = b""
            while b'"live"' not in received:
                received += connection.recv(65_536)
            assert received.startswith(b"HTTP/1.1 200")
            time.sleep(wait)
        if os.environ.get("OGPGRAPH_SOAK"):
            connection.settimeout(2 * IDLE_S)
            assert connection.recv(1) == b""


def a_steady_body(server: Any) -> None:
    """It may take longer than the grace: it is the pace that counts."""
    query = b"ASK {} #" + b"x" * 30_000
    with server.connect() as connection:
        connection.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(query))
        for start in range(0, len(query), 1_250):
            connection.sendall(query[start : start + 1_250])
            time.sleep(0.5)
        assert connection.recv(12) == b"HTTP/1.1 200"


def a_body_behind_its_answer(server: Any) -> None:
    """Also after the answer was sent, a body may not dribble on."""
    with server.connect(address="127.0.0.3") as connection:
        one = Slow(connection, time.monotonic())
        connection.sendall(POST.replace(b"sparql-query", b"octet-stream"))
        connection.sendall(b"Content-Length: 99999\r\n\r\n")
        while one.closed is None and time.monotonic() - one.began < 2 * CLOSED_S:
            one.dawdle(b"#")
            time.sleep(0.25)
    assert one.received.startswith(b"HTTP/1.1 415 ")
    assert one.received.count(b"HTTP/1.1 ") == 1
    assert one.closed is not None


def test_each_has_the_time_that_is_due(server: Any) -> None:
    """R6: four callers at once, some of whom are slow and within their rights."""
    cases = (an_answer_that_nobody_reads, an_idle_connection, a_steady_body)
    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(c, server) for c in (*cases, a_body_behind_its_answer)]
        for one in found:
            one.result()

"""Documents that come slowly, that wait, that are at work: nobody else is the worse for them."""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

TURTLE = "text/turtle"
SLOW = 12
"""More than the eight documents that may wait or be validated."""
PLAN = """@prefix ogp:  <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <https://w3id.org/ogpgraph/id/x/> .
<https://w3id.org/ogpgraph/graph/hostile> a ogp:ReferenceGraph ;
    dcterms:title "A"@en , "A"@es ; prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime ;
    prov:wasAttributedTo <https://w3id.org/ogpgraph/id/agent/ogpgraphCuration> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""
HEAVY = PLAN + "".join(f"e:c{n} a ogp:Commitment , ogp:Milestone .\n" for n in range(3_000))
"""Takes the validator most of a minute: each of these breaks a dozen shapes."""


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any]) -> Iterator[Any]:
    yield (found := start_server(document_workers="2"))
    if found.alive():
        found.kill()


def post(server: Any, content: str) -> httpx.Response:
    headers = {"Content-Type": TURTLE}
    return httpx.post(f"{server.url}/shacl/validate", content=content, headers=headers, timeout=90)


def begun(server: Any, address: str, size: int) -> socket.socket:
    """An upload of which nothing has come yet, though the service already waits for it."""
    connection: socket.socket = server.connect(address=address)
    connection.sendall(
        b"POST /shacl/validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/turtle\r\n"
        b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % size
    )
    assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
    return connection


def test_slow_uploads_take_nobodys_place(server: Any) -> None:
    """They are received at the same time, one byte of each; others are validated meanwhile."""
    with ExitStack() as stack:
        slow = [
            stack.enter_context(begun(server, f"127.0.0.{2 + n % 3}", 9_999)) for n in range(SLOW)
        ]
        for connection in slow:
            connection.sendall(b"#")
        answer = post(server, PLAN)
        assert (answer.status_code, answer.json()["conforms"]) == (200, True), answer.text
        for connection in slow:  # each of them is still as welcome
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_uploads_that_fill_the_memory_for_documents_give_way(server: Any) -> None:
    """Eight that hold 32 MiB each, all but a byte, and then send next to nothing."""
    size = 32 * 1024 * 1024
    with ExitStack() as stack:
        slow = [stack.enter_context(begun(server, f"127.0.0.{2 + n}", size)) for n in range(8)]
        piece = b"#" * (1024 * 1024)
        for connection in slow:
            for _ in range(31):
                connection.sendall(piece)
            connection.sendall(piece[:-100])
        for connection in slow[1:]:
            connection.sendall(b"#")
        answer = post(server, PLAN + "#" * 4_096)
        assert (answer.status_code, answer.json()["conforms"]) == (200, True), answer.text
        slow[0].settimeout(30)
        refused = slow[0].recv(65_536)
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"problems/busy" in refused
        assert post(server, PLAN).status_code == 200


def test_documents_at_work_do_not_hold_up_the_end(server: Any) -> None:
    """O2: some are validated, some wait; all are told, or cut off before any answer.

    The last one here: the service has ended then.
    """

    def outcome(_: int) -> int:
        try:
            return post(server, HEAVY).status_code
        except httpx.TransportError:
            return 0

    with ThreadPoolExecutor(6) as threads:
        sent = [threads.submit(outcome, n) for n in range(6)]
        deadline = time.monotonic() + 60
        while alive(server, "visiting-validate") < 2 or len(server.busy_workers(0.5)) < 2:
            assert time.monotonic() < deadline
        time.sleep(1.0)  # whatever is parsed by now waits for a validator
        assert not any(one.done() for one in sent)
        before = time.monotonic()
        assert server.stop() == 0  # half a minute would be a failure
        print(f"stopped after {time.monotonic() - before:.1f} s")
        found = Counter(one.result() for one in sent)
    assert found.keys() <= {0, 503}
    assert "Traceback" not in server.log.read_text()


def alive(server: Any, lane: str) -> int:
    text = httpx.get(f"{server.url}/metrics").text
    found = re.search(rf'ogpgraph_workers{{lane="{lane}",state="alive"}} (\d+)', text)
    return int(found[1]) if found else 0

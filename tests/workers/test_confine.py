"""What a worker cannot do, tried in real processes: reach the network, write, outlive."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.errors import MalformedQuery, OgpGraphError, Unavailable
from ogpgraph.store.answer import answer
from ogpgraph.workers.confine import _MACHINES
from ogpgraph.workers.pool import Limits

OpenLane = Callable[..., Any]
JSON = "application/sparql-results+json"
FLAG = "from ogpgraph.workers import confine; import encodings.idna, os, socket, sys\n"
FORBIDDEN = "this machine forbids network namespaces (unshare)"


class Canary:
    """A server on loopback that counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            visitor, _ = self._listener.accept()
            with visitor:
                if visitor.recv(1) == b"!":
                    return
                self.visits += 1
                with suppress(OSError):
                    visitor.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 6\r\n\r\nSECRET")

    def close(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"!")
        self._thread.join()
        self._listener.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary()
    yield made
    made.close()


def in_process(code: str) -> str:
    """What code prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", FLAG + code],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        env={"PYTHONPATH": ":".join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


CONNECT = """
try:
    with socket.create_connection(("127.0.0.1", {port}), 2) as s: s.sendall(b"x"); s.recv(99)
    print("reached")
except OSError as error: print(type(error).__name__)
"""


def can_unshare() -> bool:
    return in_process("print(confine._unshare())") == "True"


def test_the_canary_sees_who_is_not_confined(canary: Canary) -> None:
    assert in_process(CONNECT.format(port=canary.port)) == "reached"
    assert canary.visits == 1


def test_a_namespace_has_no_network(canary: Canary) -> None:
    if not can_unshare():
        pytest.skip(FORBIDDEN)
    code = "assert confine._unshare()" + CONNECT.format(port=canary.port)
    assert in_process(code) in {"OSError", "ConnectionRefusedError"}
    assert canary.visits == 0


@pytest.mark.skipif(os.uname().machine not in _MACHINES, reason="no filter for this processor")
def test_the_filter_alone_lets_no_socket_be_made(canary: Canary) -> None:
    code = "assert confine._refuse_sockets()" + CONNECT.format(port=canary.port)
    assert in_process(code) == "PermissionError"
    assert canary.visits == 0


@pytest.mark.skipif(os.uname().machine not in _MACHINES, reason="no filter for this processor")
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_the_filter_refuses_every_family_and_holds_in_threads(family: str) -> None:
    code = f"""
import threading
found = []
def attempt():
    try: socket.socket(socket.{family}); found.append("made")
    except PermissionError: found.append("refused")
assert confine._refuse_sockets()
thread = threading.Thread(target=attempt); thread.start(); thread.join(); attempt()
a, b = os.pipe(); os.write(b, b"files still work"); os.read(a, 9)
print(*found)
"""
    assert in_process(code) == "refused refused"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_somebody_without_rights_loses_the_network_too(canary: Canary) -> None:
    become = "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
    told, outcome = in_process(
        become + "print(confine.leave_network())" + CONNECT.format(port=canary.port)
    ).split()
    assert told == "True"
    assert outcome != "reached"
    assert canary.visits == 0


SERVICES = [
    "ASK {{SERVICE <{url}> {{?s ?p ?o}}}}",
    "ASK {{SERVICE SILENT <{url}> {{?s ?p ?o}}}}",
    "SELECT * {{SERVICE <{url}> {{?s ?p ?o}}}}",
    "ASK {{FILTER EXISTS {{SERVICE <{url}> {{?s ?p ?o}}}}}}",
    "ASK {{VALUES ?e {{<{url}>}} SERVICE ?e {{?s ?p ?o}}}}",
    "CONSTRUCT {{?s ?p ?o}} WHERE {{SERVICE <{url}> {{?s ?p ?o}}}}",
    "ASK FROM <{url}> {{?s ?p ?o}}",
    "SELECT * FROM NAMED <{url}> {{GRAPH ?g {{?s ?p ?o}}}}",
    "DESCRIBE <{url}>",
]


@pytest.mark.parametrize("text", SERVICES)
def test_no_worker_reaches_out_past_the_gate(
    open_lane: OpenLane, canary: Canary, text: str
) -> None:
    lane = open_lane()
    if not lane.pool.isolated():
        pytest.skip(FORBIDDEN)
    media_type = "text/turtle" if text.startswith(("CON", "DES")) else JSON
    url = f"http://127.0.0.1:{canary.port}/"
    try:
        answer = lane.ask(text.format(url=url), media_type, timeout=5)
    except OgpGraphError as error:
        answer = error.message.encode()
    assert b"SECRET" not in answer
    assert canary.visits == 0
    lane.good()


def test_a_worker_that_keeps_the_network_can(open_lane: OpenLane, canary: Canary) -> None:
    lane = open_lane(limits=Limits(network=True))
    assert not lane.pool.isolated()
    with pytest.raises(Unavailable) as caught:
        lane.ask(SERVICES[0].format(url=f"http://127.0.0.1:{canary.port}/"), timeout=5)
    assert canary.visits == 1
    assert "SECRET" not in caught.value.message


def test_the_limits_are_set(open_lane: OpenLane) -> None:
    lane = open_lane(limits=Limits(memory_mib=512, niceness=7))
    (pid,) = lane.pids()
    mebibyte = 1024 * 1024
    space = resource.prlimit(pid, resource.RLIMIT_AS)[0]
    assert (256 + 512) * mebibyte < space < (256 + 512 + 600) * mebibyte
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
    assert resource.prlimit(pid, resource.RLIMIT_FSIZE) == (mebibyte, mebibyte)
    assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 7


def test_a_worker_whose_parent_has_gone_does_not_begin() -> None:
    code = """
if os.fork() == 0:
    confine.confine(memory_mib=64, stack=0, network=True, niceness=0, parent=1)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    assert in_process(code) == "1"


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {<http://e/a> <http://e/b> 1}",
        "DROP ALL",
        "CLEAR ALL",
        "DELETE WHERE {?s ?p ?o}",
        "LOAD <http://127.0.0.1/>",
        "ASK {} ; DROP ALL",
    ],
)
def test_no_update_is_taken_and_no_file_changes(open_lane: OpenLane, text: str) -> None:
    lane = open_lane()
    lane.good()
    before = _content(lane.folder / "snapshots")
    with lane.snapshots.reading() as snapshot:
        path = str(snapshot.path)
        head = {"snapshot": path, "dataset": None, "prefixes": {}}
        with pytest.raises(MalformedQuery):
            answer(lane.pool, {**head, "media_type": JSON}, text.encode(), timeout=5)
    assert _content(lane.folder / "snapshots") == before
    assert b'"2000"' in lane.ask("SELECT (COUNT(*) AS ?n) {?s ?p ?o}")


def _content(folder: Path) -> dict[str, bytes]:
    """Every file of the data; the engine's own log of having been opened is none."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "LOG" not in file.name
    }

"""A home whose engine is elsewhere: one process has it, and no fault of the engine loses a version.

A proxy stands before a real Oxigraph server, and spoils what is said as it is told to.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from ogpgraph.errors import Locked, StorageFailed, Unavailable
from ogpgraph.files import Graph, read
from ogpgraph.ledger import Ledger
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.store.remote import RemoteStore

GraphFile = Callable[..., Path]
RESET = b"\1\0\0\0\0\0\0\0"
PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<html>Log in!</html>"
)


def status(number: int) -> bytes:
    return (
        b"HTTP/1.1 %d Spoilt\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nno\n" % number
    )


FAULTS: dict[str, bytes | None] = {
    **{str(number): status(number) for number in (400, 401, 403, 404, 409, 413, 414, 429)},
    **{str(number): status(number) for number in (500, 501, 502, 503, 504)},
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    "reset": None,
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\nok",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\nok",
    "no length": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\nok",
    "head without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
}
"""What comes back in the place of an answer; None for a connection that is reset."""
SILENT = "silent"
"""Nothing comes, and the connection stays."""


@dataclass
class Spoilt:
    """A proxy, and what it does."""

    engine: str
    url: str = ""
    path: str = ""
    """Of what is spoilt: `/update` or `/query`."""
    fault: bytes | None = b""
    after: bool = False
    """Whether the engine has done its work first."""
    silent: threading.Event | None = None
    """Set when nobody waits any more."""

    def spoil(
        self, path: str, fault: bytes | None, *, after: bool = False, silent: bool = False
    ) -> None:
        self.path, self.fault, self.after = path, fault, after
        self.silent = threading.Event() if silent else None

    def heal(self) -> None:
        self.path = ""
        if self.silent:
            self.silent.set()


class Handler(BaseHTTPRequestHandler):
    """What the proxy does with one request; `proxy` is that of the class made for it."""

    proxy: ClassVar[Spoilt]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        spoilt = self.proxy.path == self.path
        if not spoilt or self.proxy.after:
            sent = {name: self.headers[name] for name in ("Content-Type", "Accept")}
            answer = httpx.post(self.proxy.engine + self.path, content=body, headers=sent)
            if not spoilt:
                self.pass_on(answer)
                return
        self.close_connection = True
        if self.proxy.silent:
            self.proxy.silent.wait(60)
        elif self.proxy.fault is None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
        else:
            self.wfile.write(self.proxy.fault)

    def pass_on(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers.get("content-type", ""))
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""

    def handle(self) -> None:
        with suppress(OSError, ValueError):  # of a connection that was closed on purpose
            super().handle()

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()


@pytest.fixture(scope="module")
def proxy(oxigraph_url: str) -> Iterator[Spoilt]:
    found = Spoilt(oxigraph_url)
    handler = type("Own", (Handler,), {"proxy": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def settings_of(home: Path, url: str, **more: object) -> Settings:
    given = {"home": home, "store": f"{url}/query", "store_update": f"{url}/update", **more}
    return load_settings(given, {})


@pytest.fixture(scope="module")
def settings(proxy: Spoilt, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of an empty home over an empty engine."""
    assert httpx.post(f"{proxy.engine}/update", data={"update": "CLEAR ALL"}).is_success
    home = tmp_path_factory.mktemp("remote") / "home"
    return settings_of(home, proxy.url, query_timeout=1.0)


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Service]:
    """One that looks by itself for what is still to be shown."""
    with closing(Service.open(settings, serving=True)) as opened:
        yield opened


def until(condition: Callable[[], object], limit: float = 60.0) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("path", ["/update", "/query"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.filterwarnings("ignore:unknown response content type")
@pytest.mark.filterwarnings("ignore:Sending Accept header")
def test_every_fault_of_an_engine_is_one_error(proxy: Spoilt, path: str, fault: str) -> None:
    """Of an update or of what is asked before it: the store cannot answer now, and later it can."""
    graph = f"urn:x:{path[1:]}:{fault.replace(' ', '-')}"
    wanted = {graph: Graph.of([f"<{graph}> <urn:x:p> <urn:x:o> ."])}
    with closing(RemoteStore(f"{proxy.url}/query", f"{proxy.url}/update", timeout=5)) as store:
        proxy.spoil(path, FAULTS[fault])
        try:
            with pytest.raises(Unavailable):
                store.replace(wanted)
        finally:
            proxy.heal()
        store.replace(wanted)
        assert store.graph(graph) == wanted[graph]
        store.drop(graph)


@pytest.mark.parametrize(
    ("path", "fault", "after"),
    [
        ("/update", status(400), False),
        ("/update", status(503), False),
        ("/update", None, True),
        ("/update", b"", True),
        ("/update", b"", False),
        ("/query", PAGE, False),
    ],
    ids=["400", "503", "reset when done", "nothing when done", "nothing", "a page"],
)
@pytest.mark.filterwarnings("ignore:unknown response content type")
def test_a_version_that_the_engine_cannot_take_is_accepted_and_shown_later(
    service: Service,
    proxy: Spoilt,
    graph_file: GraphFile,
    path: str,
    fault: bytes | None,
    after: bool,
) -> None:
    """Its row is in the ledger: told as accepted, whatever the engine did, and shown by itself."""
    before, title = service.sequence, f"{path} {fault!r:.30} {after}".replace('"', "")
    title = title.replace("\\", "")
    document = read(graph_file("a.ttl", title=title), base=service.names.base)
    proxy.spoil(path, fault, after=after)
    try:
        with pytest.raises(StorageFailed) as caught:
            service._publisher.publish([document], agent="tester", source="test")
        version = caught.value.members["version"]
        assert version == service._ledger.sequence() == before + 1
        assert f"Accepted as version {version}" in caught.value.message
        assert (service.equal, service.sequence) == (False, before)
    finally:
        proxy.heal()
    until(lambda: service.equal)
    assert service.sequence == version
    assert service.store.graph(service.names.graph("shared/test")) == document.graph


def test_an_engine_that_never_answers_keeps_no_version_back(
    service: Service, proxy: Spoilt, graph_file: GraphFile
) -> None:
    document = read(graph_file("a.ttl", title="Silent"), base=service.names.base)
    proxy.spoil("/update", b"", silent=True)
    try:
        with pytest.raises(StorageFailed, match=r"Accepted as version \d+.* did not answer"):
            service._publisher.publish([document], agent="tester", source="test")
    finally:
        proxy.heal()
    until(lambda: service.equal)
    assert service.store.graph(service.names.graph("shared/test")) == document.graph


# --- one process at a time ----------------------------------------------------------------------


def test_a_home_on_a_remote_engine_is_open_in_one_process_only(
    service: Service, settings: Settings, graph_file: GraphFile
) -> None:
    """V9: two would write one ledger, each without what the other knows."""
    with pytest.raises(Locked, match=r"open in another process \(pid \d+\)"):
        Service.open(settings)
    command = [sys.executable, "-m", "ogpgraph", "load", str(graph_file("b.ttl", title="Other"))]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={
            "OGPGRAPH_HOME": str(settings.home),
            "OGPGRAPH_STORE": settings.store,
            "OGPGRAPH_STORE_UPDATE": settings.store_update or "",
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "PYTHONUTF8": "1",
        },
    )
    assert done.returncode == 4
    assert "is open in another process" in done.stderr
    before = service._ledger.sequence()
    with closing(Ledger(settings.home / "ledger.sqlite", reading=True)) as ledger:
        assert ledger.sequence() == before


def test_the_home_is_free_again_whether_it_was_opened_or_not(
    proxy: Spoilt, tmp_path: Path, bare_home: Path
) -> None:
    home = tmp_path / "home"
    for _ in range(2):
        Service.open(settings_of(home, proxy.url)).close()
    shutil.copy(bare_home / "ledger.sqlite", home)
    proxy.spoil("/query", status(503))
    try:
        for _ in range(2):
            with pytest.raises(Unavailable, match="status 503"):
                Service.open(settings_of(home, proxy.url))
    finally:
        proxy.heal()

"""A real server to be unkind to, what it holds, and somebody who asks for pages meanwhile."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

COUNT = "SELECT (COUNT(*) AS ?n) {?s ?p ?o}"
EXPORT = "CONSTRUCT {?s ?p ?o} {GRAPH <https://w3id.org/ogpgraph/graph/plan/CRI-4> {?s ?p ?o}}"
JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"


@dataclass
class Visits:
    """What somebody who asked for pages all along saw."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    """Page -> seconds of each visit."""
    wrong: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    visitor: threading.Thread | None = None

    def over(self) -> None:
        """They go home."""
        self.ended.set()
        if self.visitor:
            self.visitor.join()

    def steady(self) -> bool:
        """Whether each page came again and again, and no visit was as long as all others together.

        However slow the machine is: who starves others keeps one visit waiting all the while.
        """
        found = list(self.latencies.values())
        return bool(found) and all(len(f) >= 10 and max(f) < sum(f) / 2 for f in found)

    def lines(self) -> list[str]:
        found = []
        for page, latencies in self.latencies.items():
            ordered = sorted(latencies)
            p50, p99 = (1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
            most = 1000 * ordered[-1]
            text = f"{len(ordered)} visits, p50 {p50:.1f}, p99 {p99:.1f}, max {most:.1f} ms"
            found.append(f"  {page}: {text}")
        return found


@dataclass
class Server:
    """`python -m ogpgraph serve`, started for the test."""

    process: subprocess.Popen[str]
    port: int
    log: Path
    home: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def alive(self) -> bool:
        return self.process.poll() is None

    def workers(self) -> set[int]:
        """The ids of its worker processes."""
        found: set[int] = set()
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended
                found |= {int(pid) for pid in (task / "children").read_text().split()}
        return found

    def busy_workers(self, over: float = 0.1) -> set[int]:
        """Those of them that use the processor within so many seconds."""
        before = {pid: _ticks(pid) for pid in self.workers()}
        time.sleep(over)
        return {pid for pid in self.workers() if _ticks(pid) > before.get(pid, 10**9)}

    def connect(self, *, address: str = "127.0.0.1", timeout: float = 30.0) -> socket.socket:
        """A connection from an address of the loopback network."""
        place = ("127.0.0.1", self.port)
        return socket.create_connection(place, timeout, source_address=(address, 0))

    def digest(self) -> tuple[str, str]:
        """The number of statements, and what one graph holds."""
        with self.client() as client:
            count = client.get("/sparql", params={"query": COUNT}, headers={"Accept": JSON})
            graph = client.get("/sparql", params={"query": EXPORT}, headers={"Accept": N_TRIPLES})
        assert (count.status_code, graph.status_code) == (200, 200)
        number = count.json()["results"]["bindings"][0]["n"]["value"]
        lines = sorted(graph.text.splitlines())
        assert len(lines) > 100
        return number, hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @contextlib.contextmanager
    def visited(self, pages: Sequence[str]) -> Iterator[Visits]:
        """While inside, somebody else asks for pages, one after the other."""
        visits = Visits()
        visits.visitor = threading.Thread(target=self._visit, args=(pages, visits))
        visits.visitor.start()
        try:
            yield visits
        finally:
            visits.over()

    def _visit(self, pages: Sequence[str], visits: Visits) -> None:
        with self.client() as client:
            while not visits.ended.is_set():
                for page in pages:
                    before = time.monotonic()
                    try:
                        answer = client.get(page)
                    except httpx.HTTPError as error:
                        visits.wrong.append(f"{page}: {error!r}")
                        continue
                    seconds = time.monotonic() - before
                    visits.latencies.setdefault(page, []).append(seconds)
                    if answer.status_code != 200:
                        visits.wrong.append(f"{page}: {answer.status_code} {answer.text[:200]}")
                visits.ended.wait(0.02)

    def stop(self, limit: float = 30.0) -> int:
        """The exit code after SIGTERM; killed, and failed, when it takes too long."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail(f"still running {limit} s after SIGTERM")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def until_it_answers(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.alive(), self.log.read_text()
            try:
                with self.client() as client:
                    client.get("/health/live").raise_for_status()
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        pytest.fail("the server does not answer")


def _ticks(pid: int) -> int:
    """Processor time of a process so far, in ticks of 10 ms; 0 of one that is no more."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


@pytest.fixture(scope="session")
def start_server(
    filled_home: Path, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Starts servers on copies of the filled home: `start_server(query_timeout="1.0")`.

    Queries are not counted by client unless settings say so. What still runs in the end is killed.
    """
    started: list[Server] = []

    def start(**settings: str) -> Server:
        folder, port = tmp_path_factory.mktemp("hostile"), free_port()
        home = shutil.copytree(filled_home, folder / "home")
        given = {"home": str(home), "port": str(port), "query_workers": "2"}
        given |= {"client_seconds": "0", "client_errors": "0", "client_parallel": "0"}
        environment = {
            **{f"OGPGRAPH_{name.upper()}": value for name, value in (given | settings).items()},
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONUTF8": "1",
        }
        log = folder / "log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, "-m", "ogpgraph", "serve"],
                stdout=stream,
                stderr=stream,
                text=True,
                env=environment,
            )
        started.append(Server(process, port, log, home))
        started[-1].until_it_answers()
        return started[-1]

    yield start
    for server in started:
        if server.alive():
            server.kill()

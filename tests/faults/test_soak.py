"""O12: mixed load with one hostile query in twenty: nothing dies, and the server does not grow.

Ten seconds; `OGPGRAPH_SOAK=1` takes an hour, or as many minutes as `OGPGRAPH_SOAK_MINUTES` says.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx

LONG = os.environ.get("OGPGRAPH_SOAK") == "1"
SECONDS = 60 * float(os.environ.get("OGPGRAPH_SOAK_MINUTES", "60")) if LONG else 10.0
GROWTH = (20 if LONG else 128) * 1024 * 1024
"""Bytes that the least of the last third may be over that of the middle one; ten seconds are
little else than warming up, and tell a flood only: a leak shows in the long form."""
CLIENTS = 4
GOOD = (
    "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20a%20%3Ft%7D%20LIMIT%20{n}",
    "/sparql?query=ASK%20%7B%3Fs%20%3Fp%20{n}%7D",
    "/schemes/branch",
    "/countries?page_size={n}",
    "/sdgs?page_size={n}",
    "/health/live",
)
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) WHERE {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}",
    "SELECT DISTINCT (RAND() AS ?r) WHERE {?a ?b ?c . ?d ?e ?f}",
    "SELECT * WHERE {?a ?b ?c . ?d ?e ?f} ORDER BY ?a ?d",
    "ASK " + "{" * 5_000,
    "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> {?s ?p ?o} }",
    "SELECT (CONCAT(" + '"a",' * 200 + '"b") AS ?x) WHERE {',
)


def resident(pid: int) -> int:
    """Bytes of memory in use."""
    text = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


@contextmanager
def serving(
    home: Path, port: int, repository: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A server without budgets for its clients; told to stop at the end, with 0."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OGPGRAPH_")}
    limits = {"CLIENT_SECONDS": "0", "CLIENT_ERRORS": "0", "CLIENT_PARALLEL": "0"}
    limits |= {"QUERY_TIMEOUT": "1", "QUERY_MEMORY": "512", "LOG_LEVEL": "error"}
    limits["CACHE"] = "4"  # soon full: else what is kept on purpose looks like what is lost
    environment = kept | {f"OGPGRAPH_{name}": value for name, value in limits.items()}
    command = [sys.executable, "-m", "ogpgraph", "serve", "--no-sample", "--home", str(home)]
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment | {"PYTHONPATH": str(repository), "PYTHONUTF8": "1"},
            stdout=stream,
            stderr=stream,
        )
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert server.poll() is None, log.read_text()
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield server
        assert server.poll() is None, log.read_text()
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()


class Load:
    """Clients that ask at random, and what they were told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._end = threading.Event()
        self.seen: Counter[int] = Counter()
        self.times: list[float] = []
        self.failures: list[str] = []
        self._visitors = [threading.Thread(target=self._visit, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self) -> Self:
        for visitor in self._visitors:
            visitor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for visitor in self._visitors:
            visitor.join()

    def _visit(self, seed: int) -> None:
        chance = random.Random(seed)
        with httpx.Client(base_url=self._url, timeout=60.0) as client:
            while not self._end.is_set():
                try:
                    if chance.random() < 0.05:
                        query = {"query": chance.choice(HOSTILE)}
                        answer = client.post("/sparql", data=query)
                    else:
                        before = time.monotonic()
                        answer = client.get(chance.choice(GOOD).format(n=chance.randrange(1, 200)))
                        self.times.append(time.monotonic() - before)
                    self.seen[answer.status_code] += 1
                except httpx.TransportError as error:
                    self.failures.append(repr(error))


def warm_up(url: str) -> None:
    """Everything once, so that what is read late is read."""
    with httpx.Client(base_url=url, timeout=60.0) as client:
        for path in GOOD:
            client.get(path.format(n=199))
        for query in HOSTILE:
            client.post("/sparql", data={"query": query})


def test_hours_of_mixed_load_kill_nothing_and_grow_nothing(
    bare_home: Path, tmp_path: Path, repository: Path, free_port: Callable[[], int]
) -> None:
    home, port = shutil.copytree(bare_home, tmp_path / "home"), free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(home, port, repository, tmp_path / "log") as server:
        warm_up(url)
        with Load(url) as load:
            sizes = []
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                sizes.append(resident(server.pid))
                time.sleep(0.2)
        third = len(sizes) // 3  # answers come and go: what stays is the least of a while
        grown = min(sizes[-third:]) - min(sizes[third:-third])
        assert httpx.get(f"{url}/health/ready", timeout=60.0).status_code == 200
    slowest = statistics.quantiles(load.times, n=100)[-1]
    print(
        f"{SECONDS:.0f} s, {load.seen.total()} requests {dict(load.seen)}, p99 of the good ones "
        f"{slowest * 1000:.0f} ms, the server grew {grown / 2**20:+.1f} MiB"
    )
    assert load.failures == []
    assert load.seen[200] > 5 * CLIENTS
    assert load.seen[500] == 0
    assert grown < GROWTH

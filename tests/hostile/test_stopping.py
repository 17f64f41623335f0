"""Stopping under load (O2) and what is asked of the machine at the start (O6), with real processes.

`OGPGRAPH_SOAK=1` stops a server 50 times; else 3 times.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

TIMES = 50 if os.environ.get("OGPGRAPH_SOAK") else 3
HEAVY = "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}"
LOAD = ("/plans", "/health/live", "/commitments/CRI-4-9.ttl", "/sparql?query=ASK%20%7B%7D")


@dataclass
class Load:
    """What came of the requests of some clients."""

    statuses: Counter[int] = field(default_factory=Counter)
    cut: list[str] = field(default_factory=list)

    def ask(self, server: Any, over: threading.Event) -> None:
        """Each request gets a whole answer, or none at all: never a part of one."""
        while not over.is_set():
            path = random.choice(LOAD)
            try:
                with (
                    httpx.Client(base_url=server.url, timeout=30) as client,
                    client.stream("GET", path) as answer,
                ):
                    self.statuses[answer.status_code] += 1
                    try:
                        answer.read()
                    except httpx.HTTPError as error:
                        self.cut.append(f"{path}: {answer.status_code}, then {error!r}")
            except httpx.TransportError:
                over.wait(0.01)


def heavy(server: Any) -> int:
    """The status of a query that takes longer than it may, 0 where the connection ended."""
    try:
        return httpx.get(f"{server.url}/sparql", params={"query": HEAVY}, timeout=60).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.parametrize("time_", range(TIMES))
def test_stopped_under_load_it_ends_with_0_and_cuts_no_answer(
    start_server: Callable[..., Any], time_: int
) -> None:
    """O2: SIGTERM while four clients ask for pages, lists and queries."""
    server, load, over = start_server(), Load(), threading.Event()
    with ThreadPoolExecutor(4) as threads:
        clients = [threads.submit(load.ask, server, over) for _ in range(4)]
        try:
            time.sleep(random.Random(time_).uniform(0.3, 0.8))
            code = server.stop()
        finally:
            over.set()
        for client in clients:
            client.result()
    assert code == 0
    assert load.cut == []
    assert load.statuses[200] == load.statuses.total() > 0
    assert "Traceback" not in server.log.read_text()


def test_what_does_not_finish_is_ended_within_ten_seconds(start_server: Callable[..., Any]) -> None:
    """O2: a query that may run for a minute, a body and a head that never end, an idle client."""
    server = start_server(query_timeout="60")
    with (
        ThreadPoolExecutor(2) as threads,
        server.connect() as body,
        server.connect() as head,
        server.connect(),
    ):
        running = [threads.submit(heavy, server) for _ in range(2)]
        head.sendall(b"GET /plans HTTP/1.1\r\nHost: localhost\r\n")
        body.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
            b"Content-Type: application/sparql-query\r\n\r\nASK"
        )
        time.sleep(1)
        assert not any(query.done() for query in running)
        before = time.monotonic()
        assert (
            server.stop() == 0
        )  # half a minute would be a failure, and a minute is what they take
        print(f"stopped after {time.monotonic() - before:.1f} s")
        assert {query.result() for query in running} <= {0, 503}
    assert "Traceback" not in server.log.read_text()


def test_a_second_signal_ends_it_at_once(start_server: Callable[..., Any]) -> None:
    """O2: whoever cannot wait for the first; the home opens again as it was."""
    server = start_server(query_timeout="60")
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(heavy, server)
        time.sleep(1)
        server.process.terminate()
        time.sleep(0.5)
        assert server.alive()
        assert server.stop() == -15
        assert running.result() == 0


def serve(home: Path, port: int, *, files: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        assert files is not None
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    return subprocess.run(
        [sys.executable, "-m", "ogpgraph", "serve", "--home", str(home), "--port", str(port)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limit if files else None,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def test_a_taken_port_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    """O2: exit 4, and not even the home was made."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = serve(tmp_path / "home", port)
    assert found.returncode == 4
    assert f"127.0.0.1:{port} cannot be listened on" in found.stderr
    assert not (tmp_path / "home").exists()


def test_too_few_open_files_are_told_at_the_start(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """O6: `ulimit -n` below 512."""
    found = serve(tmp_path / "home", free_port(), files=511)
    assert found.returncode == 4
    assert "may open 511 files" in found.stderr
    assert "ulimit -n 512" in found.stderr
    assert "Traceback" not in found.stderr
    assert not (tmp_path / "home").exists()


def test_a_new_home_is_its_owners_and_an_open_one_is_told(
    start_server: Callable[..., Any], tmp_path: Path, filled_home: Path
) -> None:
    """O6: mode 0700."""
    assert filled_home.stat().st_mode & 0o777 == 0o700
    home = shutil.copytree(filled_home, tmp_path / "home")
    home.chmod(0o755)
    server = start_server(home=str(home))
    assert server.stop() == 0
    assert "is open to others (755)" in server.log.read_text()

"""A real server over a copy of the filled home, for schemathesis to ask what it likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

TOKEN = "a-token"


@dataclass
class Server:
    """`python -m ogpgraph serve`; `log` is what it printed."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def requests(self) -> int:
        """How many it has answered."""
        text = httpx.get(f"{self.url}/metrics", timeout=60).raise_for_status().text
        name = "ogpgraph_http_requests_total{"
        return round(sum(float(line.split()[-1]) for line in text.splitlines() if name in line))


@pytest.fixture
def server(filled_home: Path, free_port: Callable[[], int], tmp_path: Path) -> Iterator[Server]:
    """One that takes a token, and counts nobody's share."""
    home, port = shutil.copytree(filled_home, tmp_path / "home"), free_port()
    given = {"home": home, "port": port, "token": TOKEN, "query_workers": 2}
    given |= {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    environment = {f"OGPGRAPH_{name.upper()}": str(value) for name, value in given.items()}
    environment |= {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    environment["PYTHONUTF8"] = "1"
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "ogpgraph", "serve"],
            stdout=stream,
            stderr=stream,
            env=environment,
        )
    found = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        _wait(found)
        yield found
    finally:
        process.terminate()
        process.wait(60)


def _wait(server: Server) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log.read_text()
        try:
            if httpx.get(f"{server.url}/health/ready", timeout=60).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail("the server does not answer")

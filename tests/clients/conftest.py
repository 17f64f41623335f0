"""One real server over the shipped data, for clients that others have written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

_START_S = 60


@pytest.fixture(scope="session")
def endpoint(
    filled_home: Path,
    repository: Path,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of its SPARQL endpoint."""
    folder = tmp_path_factory.mktemp("clients")
    home, log, port = shutil.copytree(filled_home, folder / "home"), folder / "log", free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OGPGRAPH_")}
    unmetered = dict.fromkeys(
        ("OGPGRAPH_CLIENT_SECONDS", "OGPGRAPH_CLIENT_ERRORS", "OGPGRAPH_CLIENT_PARALLEL"), "0"
    )
    command = [sys.executable, "-m", "ogpgraph", "serve", "--home", str(home), "--port", str(port)]
    with log.open("wb") as stream:
        server = subprocess.Popen(
            command,
            stdout=stream,
            stderr=stream,
            env={**kept, **unmetered, "PYTHONPATH": str(repository), "PYTHONUTF8": "1"},
            cwd=folder,
        )
    try:
        _wait(server, f"http://127.0.0.1:{port}/health/ready", log)
        yield f"http://127.0.0.1:{port}/sparql"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"not ready within {_START_S} s: {log.read_text()}")

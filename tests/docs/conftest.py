"""A running service for the documentation tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import ogpgraph

START_SECONDS = 300
STOP_SECONDS = 30


class Server:
    """`ogpgraph serve` on a free port, over a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.port = _free_port()
        self.base = f"http://localhost:{self.port}"
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = ["serve", "--port", str(self.port), "--home", str(self.home)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("OGPGRAPH_")}
        environment["PYTHONPATH"] = str(Path(ogpgraph.__file__).parents[1])
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ogpgraph", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"The service did not start:\n{self._log.read_text()}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """While a command opens the home: only one process can."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/health/ready", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False


@pytest.fixture(scope="session")
def server(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service over a copy of the home that was filled once for the whole run."""
    running = Server(tmp_path_factory.mktemp("service"))
    shutil.copytree(filled_home, running.home)
    running.start()
    yield running
    running.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Real processes of the command line, and one server that several tests ask."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from ogpgraph.cli import main

START_LIMIT_S = 120.0
STOP_LIMIT_S = 30.0


@dataclass
class Server:
    """A running `ogpgraph serve`."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path
    log: Path

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"not ready within {START_LIMIT_S} s: {self.log.read_text()}")

    def stop(self) -> int:
        """The exit code after SIGTERM; killed, and failed, when it takes too long."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"still running {STOP_LIMIT_S} s after SIGTERM")


@pytest.fixture(scope="session")
def environment(repository: Path) -> dict[str, str]:
    """The environment of a process: this checkout, and no setting of whoever runs the tests."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OGPGRAPH_", "LANG", "LC_"))}
    return kept | {"PYTHONPATH": str(repository), "PYTHONUTF8": "1", "PYTHONWARNINGS": "default"}


@pytest.fixture(scope="session")
def process(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `python -m ogpgraph` to its end, in a folder outside the checkout."""
    folder = tmp_path_factory.mktemp("process")

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ogpgraph", *arguments]
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            env=environment,
            cwd=folder,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def start(
    environment: dict[str, str],
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Path], Server]]:
    """Starts servers on free ports; whatever still runs in the end is killed."""
    started: list[Server] = []

    def run(home: Path, options: Sequence[str] = ()) -> Server:
        port = free_port()
        log = tmp_path_factory.mktemp("serve") / "log"
        command = [sys.executable, "-m", "ogpgraph", "serve", "--home", str(home)]
        with log.open("wb") as stream:
            child = subprocess.Popen(
                [*command, "--port", str(port), *options],
                stdout=stream,
                stderr=stream,
                env=environment,
                cwd=log.parent,
            )
        started.append(Server(child, f"http://127.0.0.1:{port}", home, log))
        started[-1].wait_until_ready()
        return started[-1]

    yield run
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="session")
def server(
    start: Callable[[Path], Server], filled_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    """A server that was started on an empty home, for reading only.

    All that the home has is what was validated before, which need not be found out twice.
    """
    home = tmp_path_factory.mktemp("empty") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(filled_home / "validated.sqlite", home)
    return start(home)


class Outcome:
    """What a command left: its exit code and what it wrote."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs a command in this process."""

    def call(*arguments: object) -> Outcome:
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="module")
def home(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for commands that only read."""
    return shutil.copytree(bare_home, tmp_path_factory.mktemp("cli") / "home")


@pytest.fixture
def own_home(bare_home: Path, tmp_path: Path) -> Path:
    """A home that a test may change."""
    return shutil.copytree(bare_home, tmp_path / "home")

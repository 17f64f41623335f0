"""Alignments of every method and state, shipped and made up, and sssom-py to judge what we write."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.alignments.records import AlignmentSet, records
from ogpgraph.files import Graph, read, triples
from ogpgraph.iris import Names
from ogpgraph.rules import Rules
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

MADE_UP = Path(__file__).parents[1] / "queries" / "fixtures" / "alignments.ttl"
HERE = Path(__file__).parent
NAMES = Names()
INSTALL_S = 600


@pytest.fixture(scope="session")
def aligned_service(
    filled_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The shipped data and some made-up alignments, put in the store without being published."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("alignments") / "home")
    unmetered = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    with closing(Service.open(load_settings({"home": home, **unmetered}, {}))) as opened:
        names = opened.names
        graph = (
            read(MADE_UP, base=names.base).graph | read(HERE / "rich.ttl", base=names.base).graph
        )
        main = names.graph("test/alignments")
        companion = names.derived_graph(main)
        assert companion is not None
        reference = opened.store.graph(names.graph("scheme/sdg"))
        derived = Rules(opened.library.rules).derive(graph, reference)
        opened.store.replace({main: graph, companion: derived})
        yield opened


@pytest.fixture(scope="session")
def aligned(aligned_service: Service) -> AlignmentSet:
    with aligned_service.reading() as reading:
        return aligned_service.alignments.of(reading)


@pytest.fixture(scope="session")
def aligned_client(
    aligned_service: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> httpx.Client:
    return client_of(create_app(aligned_service))


@pytest.fixture(scope="session")
def shipped(repository: Path) -> AlignmentSet:
    """The alignments in the files of the repository, read from those."""
    files = [*sorted((repository / "data" / "ttl").rglob("*.ttl")), *schemes(repository)]
    said = Graph.of(line for path in files for line in read(path, base=NAMES.base).graph.lines)
    return records(triples(said), NAMES)


def schemes(repository: Path) -> list[Path]:
    return [repository / "ontology" / "schemes" / "sdg.ttl"]


def unavailable(why: str) -> None:
    """Skip, but fail in CI, which has what is needed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI has no sssom-py: {why}")
    pytest.skip(f"sssom-py is not to be had: {why}")


@pytest.fixture(scope="session")
def sssom_py(repository: Path) -> Path:
    """The programs of sssom-py, installed from its lock into `build/`, once a machine."""
    lock = repository / "requirements" / "sssom.txt"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = repository / "build" / f"sssom-{digest}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        for command in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(folder / "bin" / "python"), *install],
        ):
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=INSTALL_S, check=False
            )
            if done.returncode != 0:
                unavailable(f"{command[1:3]} ended with {done.returncode}: {done.stderr[-300:]}")
        (folder / "complete").touch()
    return folder / "bin"

"""A service that also holds suggested alignments and a status, which the shipped data has not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.files import read
from ogpgraph.rules import Rules
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

MADE_UP = {
    "test/alignments": Path(__file__).parents[1] / "queries" / "fixtures" / "alignments.ttl",
    "test/status": Path(__file__).parent / "fixtures" / "status.ttl",
}
"""Files by the graph that they are put in."""


@pytest.fixture(scope="session")
def full_service(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The shipped data and some made-up statements, put in the store without being published."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("full") / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as opened:
        names = opened.names
        reference = opened.store.graph(names.graph("scheme/sdg"))
        for name, path in MADE_UP.items():
            graph = read(path, base=names.base).graph
            main = names.graph(name)
            companion = names.derived_graph(main)
            assert companion is not None
            derived = Rules(opened.library.rules).derive(graph, reference)
            opened.store.replace({main: graph, companion: derived})
        yield opened


@pytest.fixture(scope="session")
def full_client(
    full_service: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> httpx.Client:
    """A client of the application over the shipped data and the alignments."""
    return client_of(create_app(full_service))

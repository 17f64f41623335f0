"""A service with alignments in every state, of which the shipped data has some, and its statistics."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.files import read
from ogpgraph.rules import Rules
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.statistics.tables import Statistics
from ogpgraph.web.app import create_app

ALIGNMENTS = Path(__file__).parents[1] / "queries" / "fixtures" / "alignments.ttl"


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    """Counts the same another way."""
    path = Path(__file__).with_name("oracle.py")
    spec = importlib.util.spec_from_file_location("statistics_oracle", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def aligned_service(
    filled_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The shipped data and some made-up alignments, put in the store without being published."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("aligned") / "home")
    unmetered = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    with closing(Service.open(load_settings({"home": home, **unmetered}, {}))) as opened:
        names = opened.names
        graph = read(ALIGNMENTS, base=names.base).graph
        main = names.graph("test/alignments")
        companion = names.derived_graph(main)
        assert companion is not None
        reference = opened.store.graph(names.graph("scheme/sdg"))
        opened.store.replace(
            {main: graph, companion: Rules(opened.library.rules).derive(graph, reference)}
        )
        yield opened


@pytest.fixture(scope="session")
def statistics(aligned_service: Service) -> Statistics:
    with aligned_service.reading() as reading:
        return aligned_service.statistics.of(reading)


@pytest.fixture(scope="session")
def aligned_client(
    aligned_service: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> httpx.Client:
    return client_of(create_app(aligned_service))

"""A service with a past: the shipped data, two revisions of a plan, a graph that came and went."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

TOKEN = "a-token"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
CRI = "https://w3id.org/ogpgraph/graph/plan/CRI-4"
GONE = "https://w3id.org/ogpgraph/graph/test/gone"
UNMETERED = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
"""The fixture's versions: 1 to 46 at once, 47 and 48 of CRI, 49 makes GONE, 50 withdraws it."""


@pytest.fixture(scope="session")
def past_home(
    filled_home: Path, repository: Path, plan_text: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A closed home: copy it, do not open it."""
    folder = tmp_path_factory.mktemp("past")
    home = shutil.copytree(filled_home, folder / "home")
    text = (repository / "data" / "ttl" / "CRI" / "CRI-4.ttl").read_text(encoding="utf-8")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        assert service.sequence == 46
        for number in (1, 2):
            path = folder / f"revision-{number}.ttl"
            path.write_text(text.replace("plan of Costa Rica", f"plan {number} of Costa Rica"))
            service.load([path], agent="tester")
        path = folder / "gone.ttl"
        path.write_text(plan_text.format(graph="test/gone", title="Gone"))
        service.load([path], agent="tester")
        service.rollback(GONE, 48, agent="tester")
        assert service.sequence == 50
    return home


def opened(home: Path, target: Path, **settings: object) -> Service:
    copy = shutil.copytree(home, target)
    return Service.open(load_settings({"home": copy, "token": TOKEN, **UNMETERED, **settings}, {}))


@pytest.fixture(scope="session")
def past_service(past_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """For reading only."""
    with closing(opened(past_home, tmp_path_factory.mktemp("open") / "home")) as service:
        yield service


@pytest.fixture(scope="session")
def visitor(past_service: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    return client_of(create_app(past_service))


@pytest.fixture
def own_service(past_home: Path, tmp_path: Path) -> Iterator[Service]:
    """That a test may change."""
    with closing(opened(past_home, tmp_path / "home")) as service:
        yield service

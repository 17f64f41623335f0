"""A small plan, published over the code lists, whose texts the suggester has something to say on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.reviewing.tool import Tool
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.suggest import Suggester
from ogpgraph.web.app import create_app

FIXTURES = Path(__file__).parents[1] / "shapes" / "fixtures"
TOKEN = "a-token-of-the-tests"
UNMETERED = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
BEFORE = '"Abre datos."@es , "Opens data."@en'
AFTER = (
    '"Previene la corrupción y el soborno con declaraciones juradas de bienes, y garantiza el '
    'acceso a la información pública."@es , "Prevents corruption and bribery with asset '
    'declarations, and ensures public access to information."@en',
    '"Lleva agua potable y saneamiento a las escuelas rurales."@es , '
    '"Brings drinking water and sanitation to rural schools."@en',
)
"""Summaries of the fixture, and those that its two commitments have in the tests."""


def plan_text() -> str:
    text = (FIXTURES / "ok-plan-of-two.ttl").read_text(encoding="utf-8")
    for after in AFTER:
        assert BEFORE in text
        text = text.replace(BEFORE, after, 1)
    return text


@pytest.fixture(scope="session")
def tool() -> Tool:
    """The suggester that the package ships."""
    folder = Shipped.find().lexicon
    return Tool.of(Suggester.of(folder), folder)


@pytest.fixture(scope="session")
def planned_home(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the plan TST-1, closed: copy it, do not open it."""
    home = shutil.copytree(bare_home, tmp_path_factory.mktemp("planned") / "home")
    file = tmp_path_factory.mktemp("plan") / "TST-1.ttl"
    file.write_text(plan_text(), encoding="utf-8")
    agents = Shipped.find().root / "data" / "ttl" / "shared" / "agents.ttl"
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        service.load([agents, file], agent="tests")
    return home


@dataclass
class Reviewing:
    """A service over the plan, its client, and who writes to it."""

    service: Service
    client: httpx.Client
    tool: Tool

    def propose(self, **wishes: Any) -> Any:
        given = {"language": "es", "agent": "tests", "source": "tests", **wishes}
        return self.service.reviews.propose("TST-1", self.tool, **given)

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        fields = {"Authorization": f"Bearer {TOKEN}"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.client.post(path, headers=fields)
        return self.client.post(path, json=body, headers=fields)

    def decide(self, identifier: str, body: Any, **headers: str) -> httpx.Response:
        return self.post(f"/alignments/{identifier}/review", body, **headers)

    def review(self, identifier: str) -> httpx.Response:
        return self.client.get(f"/alignments/{identifier}/review")

    def graph(self, path: str) -> str:
        """What a named graph holds now, as N-Triples; empty where there is none."""
        names = self.service.names
        head = self.service.version_of(names.graph(path), self.service.sequence)
        if head is None or not head.statements:
            return ""
        return self.service.history.content(head).to_bytes().decode()

    def state(self) -> tuple[int, tuple[str, ...]]:
        """What is published."""
        sequence = self.service.sequence
        return sequence, tuple(head.digest for head in self.service.published(sequence))

    def count(self, query: str) -> int:
        """How many solutions a query has."""
        answer = self.client.post(
            "/sparql",
            data={"query": self.service.names.sparql_prologue + query},
            headers={"Accept": "application/sparql-results+json"},
        )
        assert answer.status_code == 200, answer.text
        return len(answer.json()["results"]["bindings"])


@pytest.fixture(scope="session")
def proposed_home(planned_home: Path, tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That home with what the suggester says of the plan: copy it, do not open it."""
    home = shutil.copytree(planned_home, tmp_path_factory.mktemp("proposed") / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        done = service.reviews.propose("TST-1", tool, language="es", agent="tests", source="tests")
        assert done.outcome.proposed
    return home


@pytest.fixture
def opened(
    tmp_path: Path, tool: Tool, client_of: Callable[[FastAPI], httpx.Client]
) -> Iterator[Callable[[Path], Reviewing]]:
    """Opens a copy of a home."""
    with ExitStack() as services:

        def open_copy(of: Path) -> Reviewing:
            home = shutil.copytree(of, tmp_path / "home")
            settings = load_settings({"home": home, "token": TOKEN, **UNMETERED}, {})
            service = services.enter_context(closing(Service.open(settings)))
            return Reviewing(service, client_of(create_app(service)), tool)

        yield open_copy


@pytest.fixture
def reviewing(opened: Callable[[Path], Reviewing], planned_home: Path) -> Reviewing:
    """Nothing is proposed yet."""
    return opened(planned_home)


@pytest.fixture
def proposed(opened: Callable[[Path], Reviewing], proposed_home: Path) -> Reviewing:
    """What the suggester says of the plan waits for review."""
    return opened(proposed_home)

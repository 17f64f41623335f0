"""A service that may be written over HTTP: its client, its token, and small documents that conform."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

TOKEN = "a-token-of-the-tests"
UNMETERED = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
GRAPH = "https://w3id.org/ogpgraph/graph/"
DOCUMENT = """@prefix ogp:  <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .

<{graph}> a ogp:ReferenceGraph ;
    dcterms:title "{title}"@en , "{title}"@es ;
    prov:wasAttributedTo <https://w3id.org/ogpgraph/id/agent/ogpgraphCuration> ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
{more}
"""
TURTLE = "text/turtle"


@dataclass
class Writing:
    """A service and who writes to it."""

    service: Service
    client: httpx.Client

    def put(self, path: str, text: str, **headers: str) -> httpx.Response:
        return self.send("PUT", path, text, **headers)

    def send(self, method: str, path: str, text: str = "", **headers: str) -> httpx.Response:
        fields = {"Authorization": f"Bearer {TOKEN}"}
        if text:
            fields["Content-Type"] = TURTLE
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        address = {"graph": GRAPH + path} if path else {}
        return self.client.request(
            method, "/graphs", params=address, content=text.encode(), headers=fields
        )

    def get(self, path: str, **headers: str) -> httpx.Response:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get("/graphs", params={"graph": GRAPH + path}, headers=fields)

    def update(self, text: str, **parameters: Any) -> httpx.Response:
        return self.client.post(
            "/update",
            data={"update": text, **parameters},
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    def ask(self, text: str) -> bool:
        answer = self.client.post("/sparql", data={"query": text})
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["boolean"])

    def state(self) -> tuple[int, str]:
        """What is published, and what readers see."""
        with self.service.reading() as reading:
            heads = [(head.graph, head.digest) for head in self.service.published(10**9)]
            return reading.sequence, repr(heads)


def document(path: str, title: str = "Test", more: str = "") -> str:
    return DOCUMENT.format(graph=GRAPH + path, title=title, more=more)


@pytest.fixture(scope="session")
def doc() -> Callable[..., str]:
    """A document of one small graph: `doc("test/a", title=…, more=…)`."""
    return document


@pytest.fixture(scope="module")
def writing(
    bare_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Iterator[Writing]:
    """Over the ontology and the code lists. Each test writes graphs of its own."""
    home = shutil.copytree(bare_home, tmp_path_factory.mktemp("writing") / "home")
    settings = load_settings({"home": home, "token": TOKEN, **UNMETERED}, {})
    with closing(Service.open(settings)) as service:
        yield Writing(service, client_of(create_app(service)))


@pytest.fixture(scope="module")
def filled(
    filled_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Iterator[Writing]:
    """Over the shipped data, with the lanes of a serving process."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("writing") / "home")
    settings = load_settings({"home": home, "token": TOKEN, **UNMETERED}, {})
    with closing(Service.open(settings, serving=True)) as service:
        yield Writing(service, client_of(create_app(service)))

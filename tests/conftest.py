"""What every test may ask for: settings, the shipped library, open services, a client, files.

Nothing here is patched or faked: homes are temporary folders, stores are pyoxigraph's own.
The filled home is made once a session and copied where a test wants to change it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
import signal
import socket
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
import rdflib
from fastapi import FastAPI

from ogpgraph.files import Document, Graph, read
from ogpgraph.library import Library
from ogpgraph.loading import Documents
from ogpgraph.memo import Memo
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.store.scratch import evaluate
from ogpgraph.validation import Validator
from ogpgraph.web.app import create_app

REPOSITORY = Path(__file__).resolve().parents[1]

UNMETERED = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
"""Settings under which one client may ask what it likes, for tests of something else."""

PLAN = """@prefix ogp:  <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix agent: <https://w3id.org/ogpgraph/id/agent/> .

<https://w3id.org/ogpgraph/graph/{graph}> a ogp:ReferenceGraph ;
    dcterms:title "{title}"@en , "{title}"@es ;
    prov:wasAttributedTo agent:ogpgraphCuration ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""
"""A small file of one named graph that breaks no shape."""


def pytest_configure() -> None:
    """What tests start ends at SIGINT, also where they run in the background of a shell.

    Garbage is looked for less often than usual: with all that tests keep, it took a tenth of the time.
    """
    gc.set_threshold(10_000, 20, 20)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def plan_text() -> str:
    """What `graph_file` writes, with `{graph}` and `{title}` to be filled in."""
    return PLAN


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The defaults, whatever the environment of the tests, with a home of their own."""
    return load_settings({"home": tmp_path / "home"}, {})


class InThisProcess(Validator):
    """Reads and judges documents without workers: quick to make, and what they do is the same."""

    size = 1

    def read(self, path: Path, *, base: str) -> Document:
        return read(path, base=base)

    def close(self) -> None:
        pass

    def evaluate(self, graphs: Mapping[str, Graph], texts: Sequence[str]) -> list[bytes]:
        return evaluate(graphs, texts)


@pytest.fixture(scope="session")
def judge(library: Library) -> Documents:
    """The shapes that the package ships, under the default base."""
    return InThisProcess(library.shapes)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """What the package ships, under the default base."""
    return Library.load(load_settings({"home": tmp_path_factory.mktemp("library")}, {}))


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped data, closed: copy it, do not open it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    service = Service.open(load_settings({"home": home}, {}))
    with closing(service):
        service.fill()
    return home


@pytest.fixture
def known(filled_home: Path, tmp_path: Path) -> Iterator[Memo]:
    """What validating the shipped data finds, as a home that has them remembers it."""
    with closing(Memo(shutil.copy(filled_home / "validated.sqlite", tmp_path))) as memo:
        yield memo


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the ontology and the code lists only, closed: copy it, do not open it."""
    home = tmp_path_factory.mktemp("bare") / "home"
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        service.fill(sample=False)
    return home


@pytest.fixture
def home_copy(filled_home: Path, tmp_path: Path) -> Path:
    """A home with the shipped data that a test may change."""
    return shutil.copytree(filled_home, tmp_path / "home")


@pytest.fixture(scope="session")
def service(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An open service over the shipped data, for reading only."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("service") / "home")
    with closing(Service.open(load_settings({"home": home, **UNMETERED}, {}))) as opened:
        yield opened


@pytest.fixture
def empty_service(settings: Settings) -> Iterator[Service]:
    """An open service over an empty home."""
    with closing(Service.open(settings)) as opened:
        yield opened


class AppTransport(httpx.BaseTransport):
    """Requests go straight to an application, without a socket; its errors become answers.

    (Starlette's own test client asks for a package, httpx2, that is not one of ours.)
    """

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._loop = asyncio.new_event_loop()
        self._end = weakref.finalize(self, self._loop.close)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        request = httpx.Request(
            request.method, request.url, headers=request.headers.raw, content=content
        )
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        body = httpx.ByteStream(await answer.aread())
        return httpx.Response(answer.status_code, headers=answer.headers.raw, stream=body)

    def close(self) -> None:
        self._end()


@pytest.fixture(scope="session")
def client_of() -> Callable[[FastAPI], httpx.Client]:
    """Makes clients of applications. They follow no redirect.

    Only who is given one has it: a list here would keep every application until the session's end.
    """
    return lambda app: httpx.Client(transport=AppTransport(app), base_url="http://localhost:8000")


@pytest.fixture(scope="session")
def client(service: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    """A client of the application over the shipped data."""
    return client_of(create_app(service))


@pytest.fixture(scope="session")
def read_rdf() -> Callable[[bytes, str], rdflib.Graph]:
    """Reads RDF with rdflib: a reader that the service itself does not write with."""

    def read(content: bytes, media_type: str) -> rdflib.Graph:
        with warnings.catch_warnings():  # its JSON-LD reader uses what it has deprecated itself
            warnings.simplefilter("ignore", DeprecationWarning)
            return rdflib.Graph().parse(content, format=media_type)

    return read


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """Ports that nobody listened on a moment ago."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
def graph_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a valid file of one small reference graph: `graph_file("x.ttl", title=…)`."""

    def write(
        name: str, *, graph: str = "shared/test", title: str = "Test", more: str = ""
    ) -> Path:
        path = tmp_path / name
        path.write_text(PLAN.format(graph=graph, title=title) + more, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def offences() -> Callable[[dict[str, Any], Mapping[str, Any], object], list[str]]:
    """Says where a value breaks a schema of an OpenAPI document: `offences(document, schema, x)`."""
    known: dict[str, tuple[object, jsonschema_rs.Draft202012Validator]] = {}

    def find(document: dict[str, Any], schema: Mapping[str, Any], value: object) -> list[str]:
        key = f"{id(document)} {json.dumps(schema)}"
        if key not in known:
            whole = {**schema, "components": document["components"]}
            known[key] = (document, jsonschema_rs.Draft202012Validator(whole))
        return [
            f"{one.instance_path}: {one.message[-300:]}" for one in known[key][1].iter_errors(value)
        ]

    return find

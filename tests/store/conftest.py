"""The stores that the contract is held against, and a real Oxigraph server for the remote one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from ogpgraph.store.base import Store
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.groups import NO_GROUPS, Groups
from ogpgraph.store.isolated import IsolatedStore, Snapshots
from ogpgraph.store.remote import RemoteStore
from ogpgraph.workers.pool import Limits, Pool

START_LIMIT_S = 20.0


@pytest.fixture(scope="session")
def oxigraph_url(
    tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]
) -> Iterator[str]:
    """The base URL of an Oxigraph server that was started for the tests."""
    beside = Path(sys.executable).with_name("oxigraph")
    program = str(beside) if beside.exists() else shutil.which("oxigraph")
    if program is None:
        pytest.skip("the oxigraph server is not installed (PyPI: oxigraph)")
    address = f"127.0.0.1:{free_port()}"
    location = tmp_path_factory.mktemp("oxigraph")
    with (location / "log").open("wb") as log:
        process = subprocess.Popen(
            [program, "serve", "--location", str(location / "store"), "--bind", address],
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_it_answers(f"http://{address}/query", process)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the oxigraph server ended"
        try:
            if httpx.get(url, params={"query": "ASK {}"}).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"the oxigraph server did not answer within {START_LIMIT_S} s")


@pytest.fixture(scope="session")
def pool() -> Iterator[Pool]:
    """Worker processes for the isolated store."""
    workers = Pool(2, Limits())
    yield workers
    workers.close()


@pytest.fixture(params=["memory", "disk", "isolated", "remote"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Store]]:
    """Makes empty stores of one kind; they are closed afterwards."""
    with ExitStack() as stack:
        made: list[Store] = []

        def make(groups: Groups = NO_GROUPS) -> Store:
            store = _make(request, tmp_path / str(len(made)), groups)
            made.append(store)
            if not isinstance(store, IsolatedStore):  # its workers are shared by the tests
                stack.callback(store.close)
            return store

        yield make


def _make(request: pytest.FixtureRequest, folder: Path, groups: Groups) -> Store:
    if request.param == "memory":
        return EmbeddedStore(groups=groups)
    if request.param == "disk":
        return EmbeddedStore(folder, groups=groups)
    if request.param == "isolated":
        folder.mkdir()
        embedded = EmbeddedStore(folder / "store", groups=groups)
        request.addfinalizer(embedded.close)
        snapshots = Snapshots(embedded, folder / "snapshots")
        return IsolatedStore(embedded, snapshots, request.getfixturevalue("pool"), prefixes={})
    url = request.getfixturevalue("oxigraph_url")
    answer = httpx.post(f"{url}/update", data={"update": "CLEAR ALL"})
    assert answer.is_success
    return RemoteStore(f"{url}/query", f"{url}/update", groups=groups)


@pytest.fixture
def merging(
    request: pytest.FixtureRequest, make_store: Callable[..., Store]
) -> Callable[..., Store]:
    """Makes stores that merge the graphs of a query themselves, as `make_store`.

    A remote engine does it, or does not: Oxigraph, which is here, finds a triple in each graph.
    """
    if "remote" in request.node.name:
        pytest.skip("merging is the remote engine's own")
    return make_store


@pytest.fixture
def store(make_store: Callable[[], Store]) -> Store:
    """An empty store."""
    return make_store()

"""Real stores, snapshots and worker processes, and what can be seen of them in /proc."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogpgraph.files import Graph
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import IsolatedStore, Snapshots
from ogpgraph.workers.pool import Limits, Pool

JSON = "application/sparql-results+json"
GRAPH = "http://e/g"


@dataclass
class Lane:
    """A store on disk with one pool of workers over it."""

    store: IsolatedStore
    snapshots: Snapshots
    folder: Path

    @property
    def pool(self) -> Pool:
        return self.store.pool

    def ask(self, text: str, media_type: str = JSON, *, timeout: float = 10.0) -> bytes:
        return self.store.query(text, timeout=timeout).write(media_type)

    def good(self) -> None:
        """A good query is answered, whatever was before."""
        assert b"true" in self.ask("ASK {}")

    def pids(self) -> set[int]:
        return {worker.pid for worker in self.pool._workers}


@pytest.fixture
def open_lane(tmp_path: Path) -> Iterator[Callable[..., Lane]]:
    """Opens lanes over stores of 2,000 statements; they are closed afterwards."""
    with ExitStack() as stack:

        def make(size: int = 1, limits: Limits | None = None, waiting: int = 64) -> Lane:
            folder = tmp_path / f"lane{time.monotonic_ns()}"
            folder.mkdir()
            embedded = EmbeddedStore(folder / "store")
            lines = (f"<http://e/s{n}> <http://e/p> <http://e/o{n % 97}> ." for n in range(2_000))
            embedded.replace({GRAPH: Graph.of(lines)})
            snapshots = Snapshots(embedded, folder / "snapshots")
            pool = Pool(size, limits or Limits(memory_mib=512), waiting)
            store = IsolatedStore(embedded, snapshots, pool, prefixes={"e": "http://e/"})
            stack.callback(store.close)
            _wait_until(lambda: pool.state().alive == size)
            return Lane(store, snapshots, folder)

        yield make


def _wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


@pytest.fixture
def children() -> Callable[[], set[int]]:
    """Tells which processes were started since and not reaped, zombies too."""
    others = _children()  # a server that other tests share
    return lambda: _children() - others


def _children() -> set[int]:
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended while we looked
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """No test leaves a process or a descriptor behind."""
    processes, descriptors = _children(), len(list(Path("/proc/self/fd").iterdir()))
    yield
    _wait_until(lambda: _children() <= processes)
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors + 1

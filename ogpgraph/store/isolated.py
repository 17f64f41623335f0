"""The embedded store with its queries run in killable workers, on immutable snapshots.

The process that serves holds the one writer. After each write a checkpoint is made (hard
links), and later queries are sent to it; those in flight finish on theirs.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ogpgraph.files import Graph
from ogpgraph.gate import answer_kind
from ogpgraph.store.base import Result
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.workers.pool import Pool

DEFAULT_TIMEOUT = 10.0
_KEPT = 3
"""Snapshots on disk at most, besides those that are being read."""


class Snapshots:
    """Checkpoints of an embedded store, newest last."""

    def __init__(self, store: EmbeddedStore, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._made = 0
        self._readers: Counter[Path] = Counter()
        self._paths: list[Path] = []
        self.renew()

    def renew(self) -> None:
        """Make a checkpoint of the store as it is; later readers get it."""
        with self._lock:
            self._made += 1
            path = self._folder / str(self._made)
            self._store.checkpoint(path)
            self._paths.append(path)
            self._remove_old()

    @contextmanager
    def reading(self) -> Iterator[Path]:
        """The newest checkpoint, kept until the reader has finished."""
        with self._lock:
            path = self._paths[-1]
            self._readers[path] += 1
        try:
            yield path
        finally:
            with self._lock:
                self._readers[path] -= 1
                self._remove_old()

    def _remove_old(self) -> None:
        for path in self._paths[: max(0, len(self._paths) - _KEPT)]:
            if not self._readers[path]:
                self._paths.remove(path)
                shutil.rmtree(path, ignore_errors=True)


class IsolatedStore:
    """One lane of queries over the snapshots; everything else is the embedded store's."""

    def __init__(
        self,
        store: EmbeddedStore,
        snapshots: Snapshots,
        pool: Pool,
        *,
        prefixes: Mapping[str, str],
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._pool = pool
        self._prefixes = dict(prefixes)

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Result:
        """See `Store.query`. A worker evaluates it when the answer is written.

        Raises:
            MalformedQuery: the text is not a query.
        """
        kind = answer_kind(text)
        limit = timeout or DEFAULT_TIMEOUT
        head = {
            "default_graphs": list(default_graphs),
            "named_graphs": list(named_graphs),
            "prefixes": self._prefixes,
        }
        return _Pending(kind, self, text, head, limit, time.monotonic() + limit)

    def evaluate(self, text: str, head: Mapping[str, object], *, timeout: float) -> bytes:
        """Have a worker evaluate a query on the newest snapshot."""
        with self._snapshots.reading() as path:
            return self._pool.run({**head, "snapshot": str(path)}, text.encode(), timeout=timeout)

    def graph(self, iri: str) -> Graph:
        """See `Store.graph`."""
        return self._store.graph(iri)

    def graphs(self) -> tuple[str, ...]:
        """See `Store.graphs`."""
        return self._store.graphs()

    def replace(self, graphs: Mapping[str, Graph]) -> None:
        """See `Store.replace`; when it returns, new readers see the change."""
        self._store.replace(graphs)
        self._snapshots.renew()

    def drop(self, iri: str) -> None:
        """See `Store.drop`."""
        self.replace({iri: Graph()})

    def close(self) -> None:
        """See `Store.close`: this lane's workers end; the embedded store is closed too."""
        self._pool.close()
        self._store.close()


@dataclass(frozen=True, slots=True)
class _Pending:
    """An answer that is evaluated when it is written. `deadline` is monotonic time."""

    kind: str
    store: IsolatedStore
    text: str
    head: Mapping[str, object]
    limit: float
    deadline: float

    def write(self, media_type: str) -> bytes:
        left = max(0.001, self.deadline - time.monotonic())
        return self.store.evaluate(self.text, {**self.head, "media_type": media_type}, timeout=left)

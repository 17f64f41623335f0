"""The embedded store with its queries run in killable workers, on immutable snapshots.

The process that serves holds the one writer. After each write a checkpoint is made (hard
links), and later queries are sent to it; those in flight finish on theirs.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ogpgraph.errors import MalformedQuery, Unavailable
from ogpgraph.files import Graph
from ogpgraph.gate import answer_kind
from ogpgraph.store.answer import SnapshotLost, answer
from ogpgraph.store.base import Result
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.workers.cancel import Cancel
from ogpgraph.workers.pool import Pool

DEFAULT_TIMEOUT = 10.0
"""Seconds."""
_KEPT = 3
"""Snapshots on disk at most, besides those that are being read."""
_AGAIN = 1.0
"""Seconds between attempts at a checkpoint that could not be made."""
_LOG = logging.getLogger("ogpgraph.store")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A checkpoint: its folder, and the edition that it is of."""

    path: Path
    edition: str


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """Seconds since the newest checkpoint was made, and whether a newer one is owed."""

    age: float
    owed: bool


class Snapshots:
    """Checkpoints of an embedded store, newest last. Any thread may use them."""

    def __init__(self, store: EmbeddedStore, folder: Path) -> None:
        """Begin anew in a folder that is ours alone: what an earlier process left goes.

        Raises:
            Unavailable: no checkpoint can be made there.
        """
        self._store = store
        self._folder = folder.absolute()  # workers have a working folder of their own
        self._writing = threading.Lock()
        self._lock = threading.Lock()
        self._made = 0
        self._owed = False
        self._tried = 0.0
        self._renewed = 0.0
        self._readers: Counter[Snapshot] = Counter()
        self._kept: list[Snapshot] = []
        try:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
        except OSError as error:
            raise Unavailable(f"No snapshot can be made in {folder}: {error}.") from error
        self.renew()

    def renew(self) -> None:
        """Make a checkpoint of the store as it is; later readers get it.

        Raises:
            Unavailable: it could not be made. Readers keep the one before until it can be,
                which is tried again as they come.
        """
        with self._writing:
            self._made += 1
            path = self._folder / str(self._made)
            try:
                edition = self._store.checkpoint(path)
            except Unavailable:
                shutil.rmtree(path, ignore_errors=True)
                self._owed, self._tried = True, time.monotonic()
                raise
            with self._lock:
                self._owed = False
                self._renewed = time.monotonic()
                self._kept.append(Snapshot(path, edition))
                gone = self._unused()
        _remove(gone)

    @property
    def edition(self) -> str:
        """The edition that new readers get."""
        with self._lock:
            return self._kept[-1].edition

    def state(self) -> SnapshotState:
        """What is read now."""
        with self._lock:
            return SnapshotState(time.monotonic() - self._renewed, self._owed)

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest checkpoint, kept until the reader has finished."""
        self._catch_up()
        with self._lock:
            snapshot = self._kept[-1]
            self._readers[snapshot] += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                self._readers[snapshot] -= 1
                if not self._readers[snapshot]:
                    del self._readers[snapshot]
                gone = self._unused()
            _remove(gone)

    def reject(self, snapshot: Snapshot) -> bool:
        """Give up a checkpoint that cannot be opened; a new one is then made.

        Returns:
            Whether there is another one to read: the last is given up only for a new one.
        """
        with self._lock:
            if snapshot not in self._kept:
                return True
            self._owed = True
            alone = len(self._kept) == 1
        _LOG.error("snapshot %s cannot be opened", snapshot.path.name)
        if alone:
            try:
                self.renew()
            except Unavailable:
                return False
        with self._lock:
            if snapshot in self._kept:
                self._kept.remove(snapshot)
        _remove([snapshot])  # who has opened it keeps it
        return True

    def _catch_up(self) -> None:
        """Try to make a checkpoint that is owed, one reader at a time, now and then."""
        with self._lock:
            now = time.monotonic()
            if not self._owed or now < self._tried + _AGAIN:
                return
            self._tried = now
        with suppress(Unavailable):
            self.renew()

    def _unused(self) -> list[Snapshot]:
        """Take out the old ones that nobody reads. The lock is held."""
        old = self._kept[: max(0, len(self._kept) - _KEPT)]
        gone = [one for one in old if one not in self._readers]
        self._kept = [one for one in self._kept if one not in gone]
        return gone


class IsolatedStore:
    """One lane of queries over the snapshots; everything else is the embedded store's."""

    def __init__(
        self,
        store: EmbeddedStore,
        snapshots: Snapshots,
        pool: Pool,
        *,
        prefixes: Mapping[str, str],
        base: str | None = None,
    ) -> None:
        """Make a lane.

        Args:
            store: the writer, for everything but queries.
            snapshots: what queries are evaluated on.
            pool: the workers that evaluate them.
            prefixes: used to shorten IRIs in answers, never assumed in queries.
            base: what relative IRIs in a query are resolved against if it has no BASE; without
                one they are an error.
        """
        self._store = store
        self.snapshots = snapshots
        self._prefixes = dict(prefixes)
        self._base = base
        self.pool = pool

    @property
    def edition(self) -> str:
        """See `Store.edition`."""
        return self._store.edition

    def at(self, snapshot: Snapshot) -> PinnedEngine:
        """The lane with all its queries on one snapshot, for as long as that is being read."""
        return PinnedEngine(self, snapshot)

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        cancel: Cancel | None = None,
        snapshot: Snapshot | None = None,
    ) -> Result:
        """See `Engine.query`. A worker evaluates it when the answer is written.

        Args:
            text: SPARQL.
            timeout: seconds from now.
            default_graphs: IRIs.
            named_graphs: IRIs.
            cancel: set by another thread when nobody waits for the answer any more.
            snapshot: what it is evaluated on; the newest one then without it.

        Raises:
            MalformedQuery: the text is not a query.
        """
        kind = answer_kind(text)
        try:
            body = text.encode()
        except UnicodeEncodeError as error:
            raise MalformedQuery("The query holds half of a surrogate pair.") from error
        dataset = self._store.groups.dataset(text, default_graphs, named_graphs, self._base)
        head = {
            "dataset": asdict(dataset) if dataset else None,
            "prefixes": self._prefixes,
            "base": self._base,
        }
        limit = timeout or DEFAULT_TIMEOUT
        since, cancel = time.monotonic(), cancel or Cancel()
        asked = text if dataset else self._store.groups.hiding(text)
        return _Pending(kind, self, body, asked.encode(), head, limit, since, cancel, snapshot)

    def evaluate(
        self,
        text: bytes,
        head: Mapping[str, object],
        *,
        timeout: float,
        since: float,
        cancel: Cancel,
        snapshot: Snapshot | None = None,
    ) -> bytes:
        """Have a worker evaluate a query on a snapshot, or the newest that can be opened.

        Where the one asked for cannot be opened, another of the same edition will do.
        """
        attempts, pinned = 0, snapshot
        while True:
            attempts += 1
            with self.snapshots.reading() if pinned is None else nullcontext(pinned) as chosen:
                if snapshot and chosen.edition != snapshot.edition:
                    raise Unavailable("The version that was being read is gone; ask again.")
                told = {**head, "snapshot": str(chosen.path)}
                try:
                    return answer(
                        self.pool, told, text, timeout=timeout, since=since, cancel=cancel
                    )
                except SnapshotLost:
                    if attempts == _KEPT or not self.snapshots.reject(chosen):
                        raise
            pinned = None

    def graph(self, iri: str) -> Graph:
        """See `Store.graph`."""
        return self._store.graph(iri)

    def graphs(self) -> tuple[str, ...]:
        """See `Store.graphs`."""
        return self._store.graphs()

    def replace(
        self,
        graphs: Mapping[str, Graph],
        *,
        edition: str | None = None,
        known: Mapping[str, Graph] | None = None,
    ) -> None:
        """See `Store.replace`; when it returns, new readers see the change."""
        self._store.replace(graphs, edition=edition, known=known)
        self.snapshots.renew()

    def drop(self, iri: str) -> None:
        """See `Store.drop`."""
        self.replace({iri: Graph()})

    def close(self) -> None:
        """See `Store.close`: this lane's workers end; the embedded store is closed too."""
        self.pool.close()
        self._store.close()


@dataclass(frozen=True, slots=True)
class PinnedEngine:
    """A lane whose queries are all evaluated on one snapshot."""

    lane: IsolatedStore
    snapshot: Snapshot

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        cancel: Cancel | None = None,
    ) -> Result:
        """See `Engine.query`."""
        return self.lane.query(
            text,
            timeout=timeout,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
            cancel=cancel,
            snapshot=self.snapshot,
        )


@dataclass(frozen=True, slots=True)
class _Pending:
    """An answer that is evaluated when it is written; `since` is monotonic time."""

    kind: str
    store: IsolatedStore
    text: bytes
    asked: bytes
    """The same, with groups hidden."""
    head: Mapping[str, object]
    timeout: float
    since: float
    cancel: Cancel
    snapshot: Snapshot | None

    def write(self, media_type: str) -> bytes:
        try:
            return self._written(self.asked, media_type)
        except MalformedQuery:
            if self.asked == self.text:
                raise
        return self._written(self.text, media_type)  # the places told are those of this text

    def _written(self, text: bytes, media_type: str) -> bytes:
        return self.store.evaluate(
            text,
            {**self.head, "media_type": media_type},
            timeout=self.timeout,
            since=self.since,
            cancel=self.cancel,
            snapshot=self.snapshot,
        )


def _remove(snapshots: Sequence[Snapshot]) -> None:
    for one in snapshots:
        shutil.rmtree(one.path, ignore_errors=True)

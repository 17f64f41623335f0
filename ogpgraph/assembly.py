"""What a service is put together from: the home, its store, workers and lanes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from ogpgraph.errors import Unavailable
from ogpgraph.intake.documents import Intake
from ogpgraph.iris import Names
from ogpgraph.ledger import FILE_NAME, Ledger
from ogpgraph.library import Library
from ogpgraph.settings import EMBEDDED, Settings
from ogpgraph.store.base import Store
from ogpgraph.store.copies import Copies
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.folder import StoreFolder
from ogpgraph.store.groups import Groups
from ogpgraph.store.isolated import IsolatedStore, Snapshots
from ogpgraph.store.remote import RemoteStore
from ogpgraph.workers.pool import Limits, Pool

_FACADE_WORKERS = 2
_FACADE_LIMITS = Limits(memory_mib=1024, rows=200_000, niceness=0)
"""Our own queries are bounded by the pages that they are for, and go before those of others."""


def open_store(settings: Settings, names: Names, opened: ExitStack) -> EmbeddedStore | RemoteStore:
    """The store that is written, closed with `opened`; the home is this process's as long."""
    folder, groups = settings.home / "store", Groups(names.graph_groups, names.group_of)
    if settings.store != EMBEDDED:  # the embedded one holds the home by itself
        opened.callback(StoreFolder(folder).release)
    store = _store(settings, names, folder, groups)
    opened.callback(store.close)
    return store


def _store(
    settings: Settings, names: Names, folder: Path, groups: Groups
) -> EmbeddedStore | RemoteStore:
    if settings.store == EMBEDDED:
        base = settings.endpoint()
        return EmbeddedStore(folder, prefixes=names.prefixes, base=base, groups=groups)
    return RemoteStore(
        settings.store,
        settings.store_update,
        user=settings.store_user,
        password=settings.store_password,
        timeout=settings.query_timeout,
        groups=groups,
    )


def make_home(home: Path, *, new: bool) -> None:
    """A new home is its owner's only; without `new` there has to be one."""
    if not new and not (home / FILE_NAME).exists():
        raise Unavailable(f"There is no home in {home}: `ogpgraph serve` and `load` make one.")
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unavailable(f"The home {home} cannot be made: {reason}.") from error


def open_past(home: Path) -> Ledger:
    """The ledger for whoever reads what was: nobody who publishes waits for that."""
    return Ledger(home / FILE_NAME, reading=True)


def open_intake(settings: Settings, library: Library) -> Intake:
    """What reads and judges documents; its workers are started when they are first needed.

    There are two in a service: what strangers have checked is not to keep writers waiting.
    """
    size, memory = settings.document_workers, settings.document_memory
    return Intake(library.shapes, size=size, memory_mib=memory)


def copies_of(settings: Settings, store: Store) -> Copies | None:
    """What makes copies of a store that may be written; nothing does of one elsewhere."""
    if isinstance(store, EmbeddedStore):
        return Copies(store, settings.home / "copies")
    return None


def open_lanes(
    settings: Settings, names: Names, store: EmbeddedStore, opened: ExitStack
) -> tuple[Store, Store]:
    """The lanes for our own queries and for those of others, over snapshots of a store."""
    snapshots = Snapshots(store, settings.home / "snapshots")
    limits = Limits(
        settings.query_memory, settings.result_rows, network=bool(settings.service_allow)
    )
    lanes, base = [], settings.endpoint()
    for workers, most in ((_FACADE_WORKERS, _FACADE_LIMITS), (settings.query_workers, limits)):
        pool = Pool(workers, most)
        opened.callback(pool.close)
        lanes.append(IsolatedStore(store, snapshots, pool, prefixes=names.prefixes, base=base))
    return lanes[0], lanes[1]

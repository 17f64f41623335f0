"""SQLite as the index has it: a file that is written once, and then read by many threads.

Nothing in it is a record: what is lost is made again from the version. So nothing waits for the
disk, and an error is told as one of the search alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ogpgraph.errors import StorageFailed, Unavailable

Connection = sqlite3.Connection
_CACHE = 64 * 1024
"""KiB of pages that a connection keeps while it writes; of the system's those that read."""


@contextmanager
def writing(path: Path, *, beside: Path | None = None) -> Iterator[Connection]:
    """A connection that writes in one transaction; where it fails the file is of no use.

    Args:
        path: of the file, which is made if need be.
        beside: of another one, known there as `staging`.

    Raises:
        StorageFailed: it cannot be written.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute(f"PRAGMA cache_size=-{int(_CACHE)}")
            if beside is not None:
                connection.execute("ATTACH ? AS staging", (str(beside),))
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise StorageFailed.of(error) from error


def reading(path: Path) -> Connection:
    """A connection that only reads a file which nobody writes any more; for any thread.

    Raises:
        Unavailable: it cannot be opened.
    """
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as error:
        raise Unavailable(f"The search index cannot be opened: {error}.") from error


@contextmanager
def asked() -> Iterator[None]:
    """Errors of SQLite as ours.

    Raises:
        Unavailable: the index cannot be read.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"The search index cannot be read: {error}.") from error

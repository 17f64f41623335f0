"""A SQLite file that is durable and says what is wrong with it: a lock, two ways in, clear errors.

`synchronous=FULL`: what a transaction wrote survives a crash of the machine.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ogpgraph.errors import Locked, StorageFailed, Unavailable

_CHECKED_AT_ONCE = 64 * 1024 * 1024
"""Bytes up to which a file is checked whole when it is opened; that takes a tenth of a second."""


class Database:
    """One open file. Any thread may use it, one at a time."""

    def __init__(
        self, path: Path, schema: str, *, what: str, mend: str, reading: bool = False
    ) -> None:
        """Open or make the file.

        Args:
            path: the file.
            schema: what makes its tables where they are not there.
            what: what the file is called in messages.
            mend: a sentence that says what to do about a damaged file.
            reading: only read, also while another process writes; the file must be there.

        Raises:
            Unavailable: it cannot be opened, or is damaged.
        """
        self._lock = threading.Lock()
        self._name, self._mend = f"{what} {path}", mend
        try:
            self._connection = _opened_for_reading(path) if reading else _opened(path, schema)
        except sqlite3.Error as error:
            damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(
                error, sqlite3.OperationalError
            )
            advice = f" {mend}" if damaged else ""
            message = f"The {self._name} cannot be opened: {error}.{advice}"
            raise Unavailable(message) from error
        try:
            self._check_small()
        except Unavailable:
            self._connection.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for reading.

        Raises:
            Locked, Unavailable: it cannot be read.
        """
        with self._lock:
            try:
                yield self._connection
            except (sqlite3.OperationalError, sqlite3.ProgrammingError) as error:
                if "locked" in str(error):
                    raise Locked(f"Another process keeps the {self._name} to itself.") from error
                raise Unavailable(f"The {self._name} cannot be read: {error}.") from error
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise self.damaged(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection, for writing: all of it is on disk when this is left, or none.

        Raises:
            Locked, StorageFailed, Unavailable: nothing was written.
        """
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise Locked(f"Another process writes to the {self._name}.") from error
                raise StorageFailed.of(error) from error
            except sqlite3.Error as error:
                raise Unavailable(f"The {self._name} could not be written: {error}.") from error

    def check(self) -> None:
        """Check the structure of the whole file.

        Raises:
            Unavailable: it is damaged.
        """
        self._check("PRAGMA integrity_check")

    def copy_to(self, path: Path) -> None:
        """Write a copy as it is at this moment, while others may go on writing.

        Args:
            path: of a file that is not there yet.

        Raises:
            StorageFailed: the copy cannot be written.
            Unavailable: this file cannot be read.
        """
        with self.reading() as connection, closing(sqlite3.connect(path)) as copy:
            try:
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            except sqlite3.OperationalError as error:
                raise StorageFailed.of(error) from error

    def damaged(self, reason: str) -> Unavailable:
        """What to raise when something in the file is not as it was written."""
        return Unavailable(f"The {self._name} is damaged: {reason}. {self._mend}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _check_small(self) -> None:
        """Check the file's structure where that takes no time."""
        with self.reading() as connection:
            pages, size = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size")
            )
        if pages * size <= _CHECKED_AT_ONCE:
            self._check("PRAGMA quick_check")

    def _check(self, pragma: str) -> None:
        with self.reading() as connection:
            ((found, *_), *_) = connection.execute(pragma).fetchall()
        if found != "ok":
            raise self.damaged(str(found).splitlines()[0])


def _opened(path: Path, schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(schema)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _opened_for_reading(path: Path) -> sqlite3.Connection:
    """Never writes. On a disk that cannot be written, a file that was closed can be read too."""
    try:
        return _connected(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.Error:
        if not path.exists() or path.with_name(f"{path.name}-wal").exists():
            raise
        return _connected(f"{path.absolute().as_uri()}?mode=ro&immutable=1")


def _connected(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("SELECT name FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection

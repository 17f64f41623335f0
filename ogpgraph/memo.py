"""What was found before: findings by the digests of all that they depend on.

A memory, not a record: when the file is lost or cannot be read, everything is validated again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

from ogpgraph.report import Finding

_SCHEMA = "CREATE TABLE IF NOT EXISTS examined (key TEXT PRIMARY KEY, findings TEXT NOT NULL)"
_KEPT = 50_000
"""Rows at most: the oldest go first."""
_LOG = logging.getLogger("ogpgraph.memo")


def key_of(*digests: str) -> str:
    """One key for several digests, in their order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


class Memo:
    """Findings by key, in a SQLite file, or in memory without one. Any thread may use it.

    No method raises: a memory that fails has forgotten.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        try:
            self._database = _opened(path)
        except (sqlite3.Error, OSError) as error:
            _LOG.warning("what was validated before is forgotten: %s", error)
            if path is not None:
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            self._database = _opened(None)

    def get(self, key: str) -> tuple[Finding, ...] | None:
        """The findings under a key; None where nothing is known."""
        try:
            with self._lock:
                statement = "SELECT findings FROM examined WHERE key = ?"
                row = self._database.execute(statement, (key,)).fetchone()
            return None if row is None else tuple(map(Finding.from_dict, json.loads(row[0])))
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            _LOG.warning("what was validated before cannot be read: %s", error)
            return None

    def put(self, found: Mapping[str, Iterable[Finding]]) -> None:
        """Remember findings by their keys."""
        rows = [
            (key, json.dumps([finding.to_dict() for finding in findings]))
            for key, findings in found.items()
        ]
        old = "DELETE FROM examined WHERE rowid <= (SELECT MAX(rowid) FROM examined) - ?"
        try:
            with self._lock, self._database:
                self._database.executemany("REPLACE INTO examined VALUES (?, ?)", rows)
                self._database.execute(old, (_KEPT,))
        except sqlite3.Error as error:
            _LOG.warning("what was validated cannot be kept: %s", error)

    def close(self) -> None:
        """Close the file."""
        with closing(self._database):
            pass


def _opened(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or ":memory:", check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=OFF")  # a crash may cost it, and nothing else
        database.execute(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database

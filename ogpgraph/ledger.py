"""The durable truth: every accepted version of every named graph, in SQLite.

A version is a row; its content is stored once, compressed, under its digest. The store is an
index that can be rebuilt from here. `synchronous=FULL`: an appended version survives a crash.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ogpgraph.errors import BadSetting, Locked, NotFound, Unavailable
from ogpgraph.files import Graph

_SCHEMA = """
CREATE TABLE IF NOT EXISTS content (
    digest  TEXT PRIMARY KEY,
    packed  BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS version (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    graph      TEXT NOT NULL,
    digest     TEXT NOT NULL REFERENCES content (digest),
    statements INTEGER NOT NULL,
    time       TEXT NOT NULL,
    agent      TEXT NOT NULL,
    source     TEXT NOT NULL,
    tool       TEXT NOT NULL,
    shapes     TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS home (
    base_iri  TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS derived (
    graph   TEXT PRIMARY KEY,
    digest  TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS version_of_graph ON version (graph, sequence);
"""
_HEADS = """
SELECT sequence, graph, digest, statements, time, agent, source, tool, shapes FROM version
WHERE sequence IN (SELECT MAX(sequence) FROM version GROUP BY graph) ORDER BY graph
"""


@dataclass(frozen=True, slots=True)
class Activity:
    """Who brought a version in, from what, by which tool and under which shapes."""

    agent: str
    source: str
    tool: str
    shapes: str


@dataclass(frozen=True, slots=True)
class Version:
    """One accepted version of one named graph. `time` is UTC, ISO 8601."""

    sequence: int
    graph: str
    digest: str
    statements: int
    time: str
    activity: Activity


class Ledger:
    """The ledger in a file."""

    def __init__(self, path: Path) -> None:
        """Open or make the ledger.

        Raises:
            Unavailable: the file cannot be opened or is not a ledger.
        """
        self._lock = threading.Lock()
        try:
            self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise Unavailable(f"The ledger {path} cannot be opened: {error}.") from error

    def append(
        self,
        graphs: Mapping[str, Graph],
        activity: Activity,
        derived: Mapping[str, Graph] | None = None,
    ) -> tuple[Version, ...]:
        """Record new versions of some graphs, all or none, on disk when this returns.

        Args:
            graphs: the new contents; an empty one records a withdrawal.
            activity: who, from what, by which tool.
            derived: what the rules made of them: of these only the digests are kept.

        Raises:
            Locked, Unavailable: nothing was recorded.
        """
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with self._transaction() as database:
            for iri, graph in (derived or {}).items():
                database.execute("REPLACE INTO derived VALUES (?, ?)", (iri, graph.digest))
            return tuple(
                _insert(database, iri, graph, time, activity)
                for iri, graph in sorted(graphs.items())
            )

    def claim(self, base_iri: str) -> None:
        """Make this the ledger of a base IRI, for good.

        Raises:
            BadSetting: it is the ledger of another one.
        """
        with self._transaction() as database:
            row = database.execute("SELECT base_iri FROM home").fetchone()
            if row is None:
                database.execute("INSERT INTO home VALUES (?)", (base_iri,))
            elif row[0] != base_iri:
                raise BadSetting(
                    f"This home was made with the base IRI {row[0]}, not {base_iri}: "
                    "give it that one, or use another home.",
                    parameter="base_iri",
                )

    def heads(self) -> tuple[Version, ...]:
        """The newest version of every graph, withdrawn ones included, by graph IRI."""
        with self._lock:
            return tuple(_version(row) for row in self._database.execute(_HEADS))

    def derived(self) -> dict[str, str]:
        """The digest of every derived graph, by its IRI."""
        with self._lock:
            return dict(self._database.execute("SELECT graph, digest FROM derived"))

    def sequence(self) -> int:
        """The sequence number of the newest version; 0 for an empty ledger."""
        with self._lock:
            row = self._database.execute("SELECT MAX(sequence) FROM version").fetchone()
        return int(row[0] or 0)

    def content(self, digest: str) -> Graph:
        """The content that has this digest.

        Raises:
            NotFound: there is none.
        """
        with self._lock:
            row = self._database.execute(
                "SELECT packed FROM content WHERE digest = ?", (digest,)
            ).fetchone()
        if row is None:
            raise NotFound(f"The ledger holds no content with the digest {digest}.")
        text = zlib.decompress(row[0]).decode()
        return Graph(tuple(line for line in text.split("\n") if line))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield self._database
                    self._database.execute("COMMIT")
                except BaseException:
                    if self._database.in_transaction:
                        self._database.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise Locked("Another process writes to this ledger.") from error
                raise Unavailable(f"The ledger could not be written: {error}.") from error
            except sqlite3.Error as error:
                raise Unavailable(f"The ledger could not be written: {error}.") from error


def _insert(
    database: sqlite3.Connection, iri: str, graph: Graph, time: str, activity: Activity
) -> Version:
    packed = zlib.compress(graph.to_bytes(), 6)
    database.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (graph.digest, packed))
    details = (activity.agent, activity.source, activity.tool, activity.shapes)
    row = (iri, graph.digest, len(graph), time, *details)
    cursor = database.execute(
        "INSERT INTO version (graph, digest, statements, time, agent, source, tool, shapes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )
    return Version(int(cursor.lastrowid or 0), iri, graph.digest, len(graph), time, activity)


def _version(row: tuple[int, str, str, int, str, str, str, str, str]) -> Version:
    sequence, graph, digest, count, time, *details = row
    return Version(sequence, graph, digest, count, time, Activity(*details))

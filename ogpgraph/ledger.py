"""The durable truth: every accepted version of every named graph, in SQLite.

A version is a row; its content is stored once, compressed, under its digest. The store is an
index that can be rebuilt from here. `synchronous=FULL`: an appended version survives a crash.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ogpgraph.errors import BadSetting, Locked, NotFound, StorageFailed, Unavailable
from ogpgraph.files import Graph

FILE_NAME = "ledger.sqlite"
"""Of the ledger of a home."""
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
_COLUMNS = "sequence, graph, digest, statements, time, agent, source, tool, shapes"
_HEADS = f"""
SELECT {_COLUMNS} FROM version WHERE sequence IN
    (SELECT MAX(sequence) FROM version WHERE sequence <= ? GROUP BY graph) ORDER BY graph
"""  # noqa: S608  # of constants
_NEWEST_FIRST = f"""
SELECT {_COLUMNS} FROM version WHERE sequence < ? ORDER BY sequence DESC LIMIT ?
"""  # noqa: S608
_OF_GRAPH = f"""
SELECT {_COLUMNS} FROM version WHERE sequence < ? AND graph = ? ORDER BY sequence DESC LIMIT ?
"""  # noqa: S608
_LAST = 2**63 - 1
"""No sequence number is greater."""
_CHECKED_AT_ONCE = 64 * 1024 * 1024
"""Bytes up to which a ledger is checked whole when it is opened; that takes a tenth of a second."""
_MEND = "`ogpgraph restore` brings back a backup."


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

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        """Open or make the ledger.

        Args:
            path: its file.
            reading: only read, also while another process writes; the file must be there.

        Raises:
            Unavailable: the file cannot be opened, is damaged or is not a ledger.
        """
        self._lock = threading.Lock()
        self._path = path
        try:
            self._database = _opened_for_reading(path) if reading else _opened(path)
        except sqlite3.Error as error:
            raise Unavailable(f"The ledger {path} cannot be opened: {error}. {_MEND}") from error
        try:
            self._check_small()
        except Unavailable:
            self._database.close()
            raise

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
        time = _stamp(datetime.now(UTC))
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

    def base_iri(self) -> str | None:
        """The base IRI that this is the ledger of; None before `claim`."""
        with self._reading() as database:
            row = database.execute("SELECT base_iri FROM home").fetchone()
        return str(row[0]) if row else None

    def heads(self, at: int | None = None) -> tuple[Version, ...]:
        """The newest version of every graph, withdrawn ones included, by graph IRI.

        Args:
            at: only versions up to this sequence number.
        """
        with self._reading() as database:
            found = database.execute(_HEADS, (_LAST if at is None else at,))
            return tuple(_version(row) for row in found)

    def versions(
        self, graph: str | None = None, *, limit: int, before: int | None = None
    ) -> tuple[Version, ...]:
        """Versions, newest first.

        Args:
            graph: of this graph only.
            limit: as many at most.
            before: only those below this sequence number, for the next page.
        """
        last = _LAST if before is None else before
        with self._reading() as database:
            if graph is None:
                found = database.execute(_NEWEST_FIRST, (last, limit))
            else:
                found = database.execute(_OF_GRAPH, (last, graph, limit))
            return tuple(_version(row) for row in found)

    def version(self, sequence: int) -> Version:
        """The version with this sequence number.

        Raises:
            NotFound: there is none.
        """
        found = self.versions(limit=1, before=sequence + 1)
        if not found or found[0].sequence != sequence:
            raise NotFound(f"The ledger holds no version {sequence}.")
        return found[0]

    def sequence_at(self, time: datetime) -> int:
        """The sequence number of the newest version at a moment; 0 before the first.

        Args:
            time: with its time zone.
        """
        statement = "SELECT MAX(sequence) FROM version WHERE time <= ?"
        with self._reading() as database:
            row = database.execute(statement, (_stamp(time),)).fetchone()
        return int(row[0] or 0)

    def derived(self) -> dict[str, str]:
        """The digest of every derived graph, by its IRI."""
        with self._reading() as database:
            return dict(database.execute("SELECT graph, digest FROM derived"))

    def note_derived(self, derived: Mapping[str, Graph]) -> None:
        """Record what derived graphs are now, where no version goes with it."""
        noted = self.derived()
        changed = {i: g.digest for i, g in derived.items() if noted.get(i) != g.digest}
        if changed:
            with self._transaction() as database:
                database.executemany("REPLACE INTO derived VALUES (?, ?)", changed.items())

    def sequence(self) -> int:
        """The sequence number of the newest version; 0 for an empty ledger."""
        with self._reading() as database:
            row = database.execute("SELECT MAX(sequence) FROM version").fetchone()
        return int(row[0] or 0)

    def content(self, digest: str) -> Graph:
        """The content that has this digest.

        Raises:
            NotFound: there is none.
            Unavailable: what is there under this digest is damaged.
        """
        with self._reading() as database:
            statement = "SELECT packed FROM content WHERE digest = ?"
            row = database.execute(statement, (digest,)).fetchone()
        if row is None:
            raise NotFound(f"The ledger holds no content with the digest {digest}.")
        try:
            content = zlib.decompress(row[0])
        except (zlib.error, TypeError) as error:
            raise self._damaged(f"the content {digest} cannot be unpacked: {error}") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise self._damaged(f"the content {digest} is not what was recorded")
        return Graph(tuple(line for line in content.decode().split("\n") if line))

    def verify(self) -> None:
        """Check all there is: the file's own structure, and every content under its digest.

        Raises:
            Unavailable: something is not as it was recorded.
        """
        self._check("PRAGMA integrity_check")
        with self._reading() as database:
            statement = "SELECT DISTINCT digest, statements FROM version"
            recorded = database.execute(statement).fetchall()
        for digest, statements in recorded:
            try:
                content = self.content(digest)
            except NotFound as error:
                raise self._damaged(f"the content {digest} is not there") from error
            if len(content) != statements:
                raise self._damaged(f"the content {digest} has not {statements} statements")

    def copy_to(self, path: Path) -> None:
        """Write a copy as it is at this moment, while others may go on writing.

        Args:
            path: of a file that is not there yet.

        Raises:
            StorageFailed: the copy cannot be written.
            Unavailable: this ledger cannot be read.
        """
        with self._reading() as database, closing(sqlite3.connect(path)) as copy:
            try:
                database.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
            except sqlite3.OperationalError as error:
                raise StorageFailed.of(error) from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _check_small(self) -> None:
        """Check the file's structure where that takes no time; contents have their digests."""
        with self._reading() as database:
            pages, size = (
                database.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size")
            )
        if pages * size <= _CHECKED_AT_ONCE:
            self._check("PRAGMA quick_check")

    def _check(self, pragma: str) -> None:
        with self._reading() as database:
            ((found, *_), *_) = database.execute(pragma).fetchall()
        if found != "ok":
            raise self._damaged(str(found).splitlines()[0])

    def _damaged(self, reason: str) -> Unavailable:
        return Unavailable(f"The ledger {self._path} is damaged: {reason}. {_MEND}")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._database
            except (sqlite3.OperationalError, sqlite3.ProgrammingError) as error:
                if "locked" in str(error):
                    raise Locked("Another process keeps this ledger to itself.") from error
                raise Unavailable(f"The ledger {self._path} cannot be read: {error}.") from error
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise self._damaged(str(error)) from error

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
                raise StorageFailed.of(error) from error
            except sqlite3.Error as error:
                raise Unavailable(f"The ledger could not be written: {error}.") from error


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _opened_for_reading(path: Path) -> sqlite3.Connection:
    """Never writes. On a disk that cannot be written, a ledger that was closed can be read too."""
    try:
        return _connected(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.Error:
        if not path.exists() or path.with_name(f"{path.name}-wal").exists():
            raise
        return _connected(f"{path.absolute().as_uri()}?mode=ro&immutable=1")


def _connected(uri: str) -> sqlite3.Connection:
    database = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    try:
        database.execute("SELECT base_iri FROM home").fetchone()
        database.execute(_HEADS, (0,)).fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _stamp(time: datetime) -> str:
    """A moment as it is recorded: UTC, to the millisecond, so that texts are in order of time."""
    text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


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

"""The durable truth: every accepted version of every named graph, in SQLite.

A version is a row; its content is stored once, compressed, under its digest. The store is an
index that can be rebuilt from here. `synchronous=FULL`: an appended version survives a crash.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ogpgraph import ledger_tables
from ogpgraph.database import Database
from ogpgraph.errors import BadSetting, NotFound, Unavailable
from ogpgraph.files import Graph

FILE_NAME = "ledger.sqlite"
"""Of the ledger of a home."""
_LAST = 2**63 - 1
"""No sequence number is greater."""
_SEALED_AT_ONCE = 20_000
"""Versions up to which the seals of all rows are checked when a ledger is opened."""
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
    """One accepted version of one named graph. `time` is UTC, ISO 8601.

    `document` is the name of the file that it was read from, and `document_digest` the SHA-256
    (hex) of its bytes; both are empty where there was none.
    """

    sequence: int
    graph: str
    digest: str
    statements: int
    time: str
    document: str
    document_digest: str
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
        self._database = Database(
            path, ledger_tables.SCHEMA, what="ledger", mend=_MEND, reading=reading
        )
        try:
            if self.sequence() <= _SEALED_AT_ONCE:
                self._check_seals()
        except Unavailable:
            self._database.close()
            raise

    def append(
        self,
        graphs: Mapping[str, Graph],
        activity: Activity,
        derived: Mapping[str, Graph] | None = None,
        documents: Mapping[str, tuple[str, str]] | None = None,
    ) -> tuple[Version, ...]:
        """Record new versions of some graphs, all or none, on disk when this returns.

        Args:
            graphs: the new contents; an empty one records a withdrawal.
            activity: who, from what, by which tool.
            derived: what the rules made of them: of these only the digests are kept.
            documents: by graph, the name of the document and the SHA-256 of its bytes.

        Raises:
            Locked, Unavailable: nothing was recorded.
        """
        time = _stamp(datetime.now(UTC))
        with self._database.transaction() as database:
            for iri, graph in (derived or {}).items():
                database.execute("REPLACE INTO derived VALUES (?, ?)", (iri, graph.digest))
            return tuple(
                _insert(
                    database, iri, graph, (time, *(documents or {}).get(iri, ("", ""))), activity
                )
                for iri, graph in sorted(graphs.items())
            )

    def claim(self, base_iri: str) -> None:
        """Make this the ledger of a base IRI, for good.

        Raises:
            BadSetting: it is the ledger of another one.
        """
        with self._database.transaction() as database:
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
        with self._database.reading() as database:
            row = database.execute("SELECT base_iri FROM home").fetchone()
        return str(row[0]) if row else None

    def heads(self, at: int | None = None) -> tuple[Version, ...]:
        """The newest version of every graph, withdrawn ones included, by graph IRI.

        Args:
            at: only versions up to this sequence number.
        """
        with self._database.reading() as database:
            found = database.execute(ledger_tables.HEADS, (_LAST if at is None else at,))
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
        with self._database.reading() as database:
            if graph is None:
                found = database.execute(ledger_tables.NEWEST_FIRST, (last, limit))
            else:
                found = database.execute(ledger_tables.OF_GRAPH, (last, graph, limit))
            return tuple(_version(row) for row in found)

    def versions_of(
        self, graphs: Iterable[str], *, limit: int, before: int | None = None
    ) -> tuple[Version, ...]:
        """Versions of some graphs, newest first; `limit` and `before` as of `versions`."""
        last = _LAST if before is None else before
        wanted = json.dumps(sorted(graphs))
        with self._database.reading() as database:
            found = database.execute(ledger_tables.OF_GRAPHS, (last, wanted, limit))
            return tuple(_version(row) for row in found)

    def batches(self, *, limit: int, before: int | None = None) -> tuple[tuple[int, int], ...]:
        """What was recorded at once, newest first: the first and last sequence number of each.

        Args:
            limit: as many at most.
            before: only those that ended below this sequence number, for the next page.
        """
        last = _LAST if before is None else before
        with self._database.reading() as database:
            found = database.execute(ledger_tables.LAST_OF_BATCHES, (last, limit + 1))
            ends = [int(row[0]) for row in found]
        starts = [end + 1 for end in ends[1:]] + [1]
        return tuple(zip(starts, ends, strict=False))[:limit]

    def first(self, graph: str) -> Version:
        """The first version of a graph.

        Raises:
            NotFound: it has none.
        """
        with self._database.reading() as database:
            row = database.execute(ledger_tables.FIRST_OF_GRAPH, (graph,)).fetchone()
        if row is None:
            raise NotFound(f"The ledger holds no version of <{graph}>.")
        return _version(row)

    def batch_of(self, sequence: int) -> tuple[int, int]:
        """The first and last sequence number of what was recorded at once with a version.

        Raises:
            NotFound: there is no such version.
        """
        self.version(sequence)
        with self._database.reading() as database:
            row = database.execute(ledger_tables.END_OF_BATCH, (sequence,)).fetchone()
        ((first, last),) = self.batches(limit=1, before=int(row[0]) + 1)
        return first, last

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
        with self._database.reading() as database:
            row = database.execute(statement, (_stamp(time),)).fetchone()
        return int(row[0] or 0)

    def derived(self) -> dict[str, str]:
        """The digest of every derived graph, by its IRI."""
        with self._database.reading() as database:
            return dict(database.execute("SELECT graph, digest FROM derived"))

    def rules(self) -> str | None:
        """The digest of the rules that made the derived graphs; None before the first."""
        with self._database.reading() as database:
            row = database.execute("SELECT digest FROM rules").fetchone()
        return str(row[0]) if row else None

    def note_derived(self, derived: Mapping[str, Graph], rules: str) -> None:
        """Record what derived graphs are now, where no version goes with it.

        Args:
            derived: the graphs by IRI.
            rules: the digest of the rules that made these, and all that are not among them.
        """
        noted = self.derived()
        changed = {i: g.digest for i, g in derived.items() if noted.get(i) != g.digest}
        if changed or self.rules() != rules:
            with self._database.transaction() as database:
                database.executemany("REPLACE INTO derived VALUES (?, ?)", changed.items())
                database.execute("DELETE FROM rules")
                database.execute("INSERT INTO rules VALUES (?)", (rules,))

    def described(self) -> tuple[str, ...]:
        """The graphs in which a store may hold the description of itself."""
        with self._database.reading() as database:
            found = database.execute("SELECT graph FROM described ORDER BY graph")
            return tuple(row[0] for row in found)

    def note_described(self, graphs: Iterable[str]) -> None:
        """Record which graphs these are, before the first is written or after the last went."""
        wanted = sorted(set(graphs))
        if tuple(wanted) != self.described():
            with self._database.transaction() as database:
                database.execute("DELETE FROM described")
                database.executemany("INSERT INTO described VALUES (?)", [(g,) for g in wanted])

    def before(self, time: str) -> int | None:
        """The newest version accepted before a moment, as it is recorded; None before the first."""
        statement = "SELECT MAX(sequence) FROM version WHERE time < ?"
        with self._database.reading() as database:
            row = database.execute(statement, (time,)).fetchone()
        return None if row[0] is None else int(row[0])

    def sequence(self) -> int:
        """The sequence number of the newest version; 0 for an empty ledger."""
        with self._database.reading() as database:
            row = database.execute("SELECT MAX(sequence) FROM version").fetchone()
        return int(row[0] or 0)

    def seal(self, sequence: int) -> str:
        """The digest of a version's row and of all rows before it; empty where there is none."""
        statement = "SELECT seal FROM version WHERE sequence = ?"
        with self._database.reading() as database:
            row = database.execute(statement, (sequence,)).fetchone()
        return str(row[0]) if row else ""

    def content(self, digest: str) -> Graph:
        """The content that has this digest.

        Raises:
            NotFound: there is none.
            Unavailable: what is there under this digest is damaged.
        """
        with self._database.reading() as database:
            statement = "SELECT packed FROM content WHERE digest = ?"
            row = database.execute(statement, (digest,)).fetchone()
        if row is None:
            raise NotFound(f"The ledger holds no content with the digest {digest}.")
        try:
            content = zlib.decompress(row[0])
        except (zlib.error, TypeError) as error:
            raise self._database.damaged(
                f"the content {digest} cannot be unpacked: {error}"
            ) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise self._database.damaged(f"the content {digest} is not what was recorded")
        return Graph(tuple(line for line in content.decode().split("\n") if line))

    def verify(self) -> None:
        """Check all there is: the file's own structure, and every content under its digest.

        Raises:
            Unavailable: something is not as it was recorded.
        """
        self._database.check()
        self._check_seals()
        with self._database.reading() as database:
            statement = "SELECT DISTINCT digest, statements FROM version"
            recorded = database.execute(statement).fetchall()
        for digest, statements in recorded:
            try:
                content = self.content(digest)
            except NotFound as error:
                raise self._database.damaged(f"the content {digest} is not there") from error
            if len(content) != statements:
                raise self._database.damaged(
                    f"the content {digest} has not {statements} statements"
                )

    def copy_to(self, path: Path) -> None:
        """Write a copy as it is at this moment: see `Database.copy_to`."""
        self._database.copy_to(path)

    def _check_seals(self) -> None:
        """Whether every row is as it was written, and none between them is gone."""
        before = ""
        with self._database.reading() as database:
            for *row, seal in database.execute(ledger_tables.SEALED):
                before = _seal(before, row)
                if seal != before:
                    raise self._database.damaged(f"version {row[0]} is not what was recorded")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _stamp(time: datetime) -> str:
    """A moment as it is recorded: UTC, to the millisecond, so that texts are in order of time."""
    text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _insert(
    database: sqlite3.Connection,
    iri: str,
    graph: Graph,
    time_and_document: tuple[str, str, str],
    activity: Activity,
) -> Version:
    packed = zlib.compress(graph.to_bytes(), 6)
    database.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (graph.digest, packed))
    details = (activity.agent, activity.source, activity.tool, activity.shapes)
    row = (iri, graph.digest, len(graph), *time_and_document)
    statement = "SELECT sequence, seal FROM version ORDER BY sequence DESC LIMIT 1"
    last, before = database.execute(statement).fetchone() or (0, "")
    sequence = last + 1
    seal = _seal(before, (sequence, *row, *details))
    database.execute(ledger_tables.NEW, (sequence, *row, *details, seal))
    return Version(sequence, *row, activity)


def _seal(before: str, row: Iterable[object]) -> str:
    """The SHA-256 of a row, and so of all before it: each is sealed with the seal before it."""
    return hashlib.sha256(json.dumps([before, *row]).encode()).hexdigest()


def _version(row: tuple[int, str, str, int, str, str, str, str, str, str, str]) -> Version:
    sequence, graph, digest, statements, time, document, document_digest, *details = row
    return Version(
        sequence, graph, digest, statements, time, document, document_digest, Activity(*details)
    )

"""What is read of a version, batch by batch, before an index is made of it.

Each batch is the answer of a query, as the engine wrote it: nobody on the way looks into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ogpgraph.search.connections import writing
from ogpgraph.store.base import Row, solutions

ITEMS, TEXTS, LINKS = "items", "texts", "links"
"""What a batch has.

Items: things with a page, of one kind. Texts: `?item ?property ?text`, of quotations also
`?source` and `?line`. Links: `?item ?property ?target`.
"""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS item (iri TEXT PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS text (item TEXT NOT NULL, role TEXT NOT NULL, "
    "language TEXT NOT NULL, text TEXT NOT NULL, source TEXT NOT NULL, line INTEGER)",
    "CREATE TABLE IF NOT EXISTS link (item TEXT NOT NULL, role TEXT NOT NULL, "
    "target TEXT NOT NULL)",
)


def begin(path: Path) -> None:
    """Make the file, where there is none: a home that holds nothing yet has no batch.

    Raises:
        StorageFailed: it cannot be written.
    """
    with writing(path) as connection:
        for statement in _SCHEMA:
            connection.execute(statement)


def stage(path: Path, what: str, content: bytes, kind: str, roles: Mapping[str, str]) -> None:
    """Keep a batch.

    Args:
        path: of the file that they are kept in.
        what: `ITEMS`, `TEXTS` or `LINKS`.
        content: SPARQL results in JSON.
        kind: of the items, as KINDS calls it.
        roles: what the value of a property is to a thing; those of others are left out.

    Raises:
        StorageFailed: it cannot be written.
    """
    _, found = solutions(content)
    begin(path)
    with writing(path) as connection:
        told = [(row, role) for row in found if what != ITEMS if (role := _role(row, roles))]
        if what == ITEMS:
            rows: Iterable[Sequence[object]] = ((row["item"].value, kind) for row in found)
            connection.executemany("INSERT OR IGNORE INTO item VALUES (?, ?)", rows)
        elif what == TEXTS:
            rows = (_text(row, role) for row, role in told)
            connection.executemany("INSERT INTO text VALUES (?, ?, ?, ?, ?, ?)", rows)
        else:
            rows = ((row["item"].value, role, row["target"].value) for row, role in told)
            connection.executemany("INSERT INTO link VALUES (?, ?, ?)", rows)


def _role(row: Row, roles: Mapping[str, str]) -> str | None:
    return roles.get(row["property"].value)


def _text(row: Row, role: str) -> Sequence[object]:
    text, source, line = row["text"], row.get("source"), row.get("line")
    number = int(line.value) if line and line.value.isdecimal() else None
    return (
        row["item"].value,
        role,
        (text.language or "").lower(),
        text.value,
        source.value if source else "",
        number,
    )

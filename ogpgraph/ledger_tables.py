"""The tables of the ledger, and the statements that read its versions."""

from __future__ import annotations

SCHEMA = """
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
    shapes     TEXT NOT NULL,
    document   TEXT NOT NULL,
    document_digest  TEXT NOT NULL,
    seal       TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS home (
    base_iri  TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS rules (
    digest  TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS derived (
    graph   TEXT PRIMARY KEY,
    digest  TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS described (
    graph   TEXT PRIMARY KEY
);
CREATE INDEX IF NOT EXISTS version_of_graph ON version (graph, sequence);
"""
COLUMNS = (
    "sequence, graph, digest, statements, time, document, document_digest, "
    "agent, source, tool, shapes"
)
HEADS = f"""
SELECT {COLUMNS} FROM version WHERE sequence IN
    (SELECT MAX(sequence) FROM version WHERE sequence <= ? GROUP BY graph) ORDER BY graph
"""  # noqa: S608  # of constants
NEWEST_FIRST = f"""
SELECT {COLUMNS} FROM version WHERE sequence < ? ORDER BY sequence DESC LIMIT ?
"""  # noqa: S608
OF_GRAPH = f"""
SELECT {COLUMNS} FROM version WHERE sequence < ? AND graph = ? ORDER BY sequence DESC LIMIT ?
"""  # noqa: S608
FIRST_OF_GRAPH = f"""
SELECT {COLUMNS} FROM version WHERE graph = ? ORDER BY sequence LIMIT 1
"""  # noqa: S608
OF_GRAPHS = f"""
SELECT {COLUMNS} FROM version WHERE sequence < ? AND graph IN (SELECT value FROM json_each(?))
ORDER BY sequence DESC LIMIT ?
"""  # noqa: S608
LAST_OF_BATCHES = """
SELECT one.sequence FROM version AS one
LEFT JOIN version AS next ON next.sequence = one.sequence + 1
WHERE one.sequence < ? AND (next.time IS NULL OR next.time <> one.time)
ORDER BY one.sequence DESC LIMIT ?
"""
END_OF_BATCH = """
SELECT one.sequence FROM version AS one
LEFT JOIN version AS next ON next.sequence = one.sequence + 1
WHERE one.sequence >= ? AND (next.time IS NULL OR next.time <> one.time)
ORDER BY one.sequence LIMIT 1
"""
SEALED = f"SELECT {COLUMNS}, seal FROM version ORDER BY sequence"  # noqa: S608
NEW = f"INSERT INTO version ({COLUMNS}, seal) VALUES ({', '.join('?' * 12)})"  # noqa: S608

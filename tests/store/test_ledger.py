"""The ledger: versions appended all or none, content by digest, there after reopening."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ogpgraph.errors import Locked, NotFound, Unavailable
from ogpgraph.files import Graph
from ogpgraph.ledger import Activity, Ledger

A, B = "https://example.org/graph/a", "https://example.org/graph/b"
WHO = Activity("tester", "a file", "ogpgraph test", "0" * 64)


def graph(*names: str) -> Graph:
    return Graph.of(
        f'<https://example.org/{name}> <https://example.org/p> "ñ\\n" .' for name in names
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with closing(Ledger(path)) as opened:
        yield opened


def test_an_empty_ledger_has_sequence_0_and_no_heads(ledger: Ledger) -> None:
    assert ledger.sequence() == 0
    assert ledger.heads() == ()


def test_appending_gives_a_version_a_graph_in_the_order_of_their_names(ledger: Ledger) -> None:
    versions = ledger.append({B: graph("y", "z"), A: graph("x")}, WHO)
    assert [(v.sequence, v.graph, v.statements) for v in versions] == [(1, A, 1), (2, B, 2)]
    assert all(version.activity == WHO for version in versions)
    assert ledger.sequence() == 2


def test_the_heads_are_the_newest_version_of_each_graph(ledger: Ledger) -> None:
    ledger.append({A: graph("x"), B: graph("y")}, WHO)
    (newest,) = ledger.append({A: graph("z")}, WHO)
    heads = ledger.heads()
    assert [head.graph for head in heads] == [A, B]
    assert heads[0] == newest
    assert [head.sequence for head in heads] == [3, 2]


def test_a_withdrawn_graph_has_an_empty_head(ledger: Ledger) -> None:
    ledger.append({A: graph("x")}, WHO)
    ledger.append({A: Graph()}, WHO)
    (head,) = ledger.heads()
    assert (head.sequence, head.statements) == (2, 0)
    assert ledger.content(head.digest) == Graph()


def test_a_digest_is_the_sha256_of_the_canonical_content(ledger: Ledger) -> None:
    content = graph("x", "y")
    (version,) = ledger.append({A: content}, WHO)
    assert version.digest == hashlib.sha256(content.to_bytes()).hexdigest() == content.digest


def test_content_comes_back_by_its_digest(ledger: Ledger) -> None:
    first, second = graph("x", "y"), graph("z")
    ledger.append({A: first}, WHO)
    ledger.append({A: second}, WHO)
    assert ledger.content(first.digest) == first
    assert ledger.content(second.digest) == second


def test_an_unknown_digest_is_not_found(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="f" * 64):
        ledger.content("f" * 64)


def test_the_same_content_is_stored_once(ledger: Ledger, path: Path) -> None:
    ledger.append({A: graph("x"), B: graph("x")}, WHO)
    ledger.append({A: graph("x")}, WHO)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT COUNT(*) FROM content").fetchone() == (1,)
        assert database.execute("SELECT COUNT(*) FROM version").fetchone() == (3,)


def test_time_is_utc_and_now(ledger: Ledger) -> None:
    (version,) = ledger.append({A: graph("x")}, WHO)
    assert version.time.endswith("Z")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(version.time)) < timedelta(seconds=30)


def test_everything_is_there_after_reopening(path: Path) -> None:
    with closing(Ledger(path)) as first:
        written = first.append({A: graph("x"), B: graph("y")}, WHO)
    with closing(Ledger(path)) as second:
        assert second.heads() == written
        assert second.content(written[0].digest) == graph("x")
        assert second.append({A: graph("z")}, WHO)[0].sequence == 3


def test_an_append_that_fails_records_none(ledger: Ledger) -> None:
    ledger.append({A: graph("x")}, WHO)
    unwritable = Activity(None, "a file", "ogpgraph test", "0" * 64)  # type: ignore[arg-type]
    with pytest.raises(Unavailable):
        ledger.append({A: graph("y"), B: graph("z")}, unwritable)
    assert ledger.sequence() == 1
    with pytest.raises(NotFound):
        ledger.content(graph("y").digest)
    assert ledger.append({B: graph("z")}, WHO)[0].sequence == 2


def test_an_append_whose_second_graph_fails_records_none(ledger: Ledger) -> None:
    with pytest.raises(UnicodeEncodeError):
        ledger.append({A: graph("x"), B: Graph(("\ud800",))}, WHO)
    assert ledger.heads() == ()
    with pytest.raises(NotFound):
        ledger.content(graph("x").digest)


def test_an_append_beside_another_writer_is_locked_and_records_none(path: Path) -> None:
    with closing(Ledger(path)) as ledger, closing(sqlite3.connect(path)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Locked):
            ledger.append({A: graph("x")}, WHO)
        other.execute("ROLLBACK")
        assert ledger.heads() == ()
        assert ledger.append({A: graph("x")}, WHO)[0].graph == A


def test_every_commit_is_synced_to_disk(ledger: Ledger) -> None:
    with closing(ledger._database.execute("PRAGMA synchronous")) as cursor:
        assert cursor.fetchone() == (2,)  # FULL


@pytest.mark.parametrize(
    "content", [b"not a database " * 100, b"SQLite format 3\x00" + b"\xff" * 4096]
)
def test_a_file_that_is_no_database_is_unavailable(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Unavailable, match=r"ledger\.sqlite"):
        Ledger(path)
    assert path.read_bytes() == content


def test_a_database_of_another_kind_is_unavailable(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE version (number INTEGER)")
        database.commit()
    with pytest.raises(Unavailable):
        Ledger(path)


def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Ledger(tmp_path / "absent" / "ledger.sqlite")

"""The ledger: versions appended all or none, content by digest, there after reopening."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogpgraph.errors import Locked, NotFound, Unavailable
from ogpgraph.files import Graph, parse
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.terms import XSD_STRING, Term, Triple, literal

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
    with (
        ledger._database.reading() as database,
        closing(database.execute("PRAGMA synchronous")) as cursor,
    ):
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


# --- history ---------------------------------------------------------------------------------


def test_versions_come_newest_first_in_pages(ledger: Ledger) -> None:
    for at in range(7):
        ledger.append({A: graph(str(at)), B: graph("b", str(at))}, WHO)
    every = ledger.versions(limit=100)
    assert [version.sequence for version in every] == list(range(14, 0, -1))
    pages, before = [], None
    while page := ledger.versions(limit=4, before=before):
        pages += page
        before = page[-1].sequence
    assert tuple(pages) == every
    of_a = ledger.versions(A, limit=3)
    assert [(v.graph, v.sequence) for v in of_a] == [(A, 13), (A, 11), (A, 9)]
    assert [v.sequence for v in ledger.versions(A, limit=9, before=9)] == [7, 5, 3, 1]
    assert ledger.versions("https://example.org/none", limit=9) == ()


def test_a_version_is_found_by_its_sequence_number(ledger: Ledger) -> None:
    written = ledger.append({A: graph("x"), B: graph("y")}, WHO)
    assert (ledger.version(1), ledger.version(2)) == written
    for absent in (0, -1, 3):
        with pytest.raises(NotFound, match=f"no version {absent}"):
            ledger.version(absent)


def test_heads_are_given_as_of_a_sequence_number(ledger: Ledger) -> None:
    ledger.append({A: graph("x"), B: graph("y")}, WHO)
    ledger.append({A: Graph()}, WHO)
    ledger.append({A: graph("z")}, WHO)
    found = {at: [(h.graph, h.sequence) for h in ledger.heads(at)] for at in range(5)}
    assert found == {
        0: [],
        1: [(A, 1)],
        2: [(A, 1), (B, 2)],
        3: [(A, 3), (B, 2)],
        4: [(A, 4), (B, 2)],
    }


def test_a_moment_is_a_sequence_number(ledger: Ledger) -> None:
    assert ledger.sequence_at(datetime.now(UTC)) == 0
    (first,) = ledger.append({A: graph("x")}, WHO)
    ledger.append({A: graph("y")}, WHO)
    moment = datetime.fromisoformat(first.time)
    assert ledger.sequence_at(moment - timedelta(milliseconds=1)) == 0
    assert ledger.sequence_at(moment) in {1, 2}  # both may bear the same millisecond
    assert ledger.sequence_at(moment.astimezone(timezone(timedelta(hours=-6)))) in {1, 2}
    assert ledger.sequence_at(datetime.now(UTC) + timedelta(days=1)) == 2


def test_a_base_iri_is_there_once_it_is_claimed(ledger: Ledger) -> None:
    assert ledger.base_iri() is None
    ledger.claim("https://example.org/")
    assert ledger.base_iri() == "https://example.org/"


# --- reading beside a writer -----------------------------------------------------------------


def test_a_ledger_is_read_while_another_writes(ledger: Ledger, path: Path) -> None:
    ledger.append({A: graph("x")}, WHO)
    with closing(Ledger(path, reading=True)) as reader:
        assert reader.sequence() == 1
        ledger.append({A: graph("y")}, WHO)
        assert reader.sequence() == 2
        assert reader.content(reader.heads()[0].digest) == graph("y")
        with pytest.raises(Unavailable, match=r"readonly|read-only"):
            reader.append({A: graph("z")}, WHO)
    assert ledger.sequence() == 2


def test_reading_makes_no_ledger(path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        Ledger(path, reading=True)
    assert not path.exists()


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of a user who is not root, as whom the test goes on."""
    folder = Path(tempfile.mkdtemp(prefix="ogpgraph-test-"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_what_cannot_be_written_is_told_and_can_still_be_read(unprivileged: Path) -> None:
    """V12: a read-only disk."""
    path = unprivileged / "ledger.sqlite"
    with closing(Ledger(path)) as ledger:
        (written,) = ledger.append({A: graph("x")}, WHO)
    path.chmod(0o400)
    unprivileged.chmod(0o500)
    with pytest.raises(Unavailable, match=r"ledger\.sqlite cannot be opened: .*readonly"):
        Ledger(path)
    with closing(Ledger(path, reading=True)) as reader:
        assert reader.heads() == (written,)
        assert reader.content(written.digest) == graph("x")


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], None]]:
    """Bounds the size of the files that this process may write: as a full disk, an error."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def bound(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    yield bound
    bound(resource.RLIM_INFINITY if hard == resource.RLIM_INFINITY else hard)


def test_after_a_full_disk_the_next_write_works(
    ledger: Ledger, path: Path, full_disk: Callable[[int], None]
) -> None:
    """V12: nothing is recorded, all is readable, and nothing has to be opened again."""
    ledger.append({A: graph("x")}, WHO)
    large = Graph.of(f'<urn:{os.urandom(32).hex()}> <urn:p> "{at}" .' for at in range(20_000))
    full_disk(200_000)
    for _ in range(3):
        with pytest.raises(Unavailable):
            ledger.append({A: large, B: graph("y")}, WHO)
        assert [head.sequence for head in ledger.heads()] == [1]
        assert ledger.content(graph("x").digest) == graph("x")
    full_disk(resource.RLIM_INFINITY)
    assert [v.sequence for v in ledger.append({A: large, B: graph("y")}, WHO)] == [2, 3]
    with closing(Ledger(path, reading=True)) as reader:
        reader.verify()
        assert reader.content(large.digest) == large


# --- damage ----------------------------------------------------------------------------------


def state(ledger: Ledger) -> object:
    """All that a ledger says, each content under its graph and its version."""
    versions = ledger.versions(limit=1000)
    contents = {version: ledger.content(version.digest).lines for version in versions}
    return ledger.base_iri(), ledger.heads(), ledger.derived(), contents


def test_a_content_that_was_changed_is_never_served(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        (version,) = ledger.append({A: graph("x")}, WHO)
        for packed in (zlib.compress(graph("y").to_bytes()), b"nothing packed", "a text"):
            with closing(sqlite3.connect(path)) as other, other:
                other.execute("UPDATE content SET packed = ?", (packed,))
            with pytest.raises(Unavailable, match=f"{version.digest}.*ogpgraph restore"):
                ledger.content(version.digest)
            with pytest.raises(Unavailable, match="is damaged"):
                ledger.verify()


def test_a_content_that_is_gone_is_found(path: Path) -> None:
    with closing(Ledger(path)) as ledger:
        ledger.append({A: graph("x")}, WHO)
        with closing(sqlite3.connect(path)) as other, other:
            other.execute("DELETE FROM content")
        with pytest.raises(Unavailable, match="is not there"):
            ledger.verify()


def test_a_ledger_is_verified_whole(ledger: Ledger) -> None:
    ledger.verify()
    ledger.append({A: graph("x"), B: Graph()}, WHO)
    ledger.verify()


# --- digests ---------------------------------------------------------------------------------

ODD = [
    "".join(map(chr, range(0x20))),
    "\x7f\x80\x85\x9f\xa0\xad",
    "\\\"'`{}^|<>@#.",
    "\u2028\u2029\ufeff\u200e\u202e",
    "\ufdd0\ufffd\ufffe\uffff\ue000",
    "\U0001f600\U0001fffe\U0010ffff",
    "e\u0301 \u00e9 ñ",
    "",
    " ",
]
KINDS: list[dict[str, str]] = [
    {},
    *({"language": tag} for tag in ("es", "es-419", "zh-hant-tw", "en-us")),
    *({"datatype": iri} for iri in ("http://example.org/té", XSD_STRING)),
]


def as_rdfc(content: Graph) -> bytes:
    """The canonical N-Quads of a graph by the engine's own RDFC-1.0, made from its terms."""
    parsed = ox.parse(content.to_bytes(), format=ox.RdfFormat.N_TRIPLES)
    dataset = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in parsed)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    return b"".join(sorted(written.splitlines(keepends=True)))


def test_a_digest_is_that_of_rdfc_1_0() -> None:
    """SHA-256 of canonical N-Quads, for texts with whatever a text may hold."""
    predicate = Term("iri", "http://example.org/p")
    content = Graph.of(
        str(Triple(Term("iri", f"http://example.org/\U0001f600é/{at}"), predicate, value))
        for at, text in enumerate(ODD)
        for value in (literal(text, **kind) for kind in KINDS)
    )
    assert len(content) == len(ODD) * (len(KINDS) - 1)  # a text is an xsd:string
    assert as_rdfc(content) == content.to_bytes()
    assert hashlib.sha256(as_rdfc(content)).hexdigest() == content.digest


def test_a_language_tag_has_one_spelling() -> None:
    one, other = (
        parse(f'<urn:x:s> <urn:x:p> "x"@{tag} .'.encode(), "text/turtle", name=tag, base="urn:b:")
        for tag in ("EN-us", "en-US")
    )
    assert one.graph.digest == other.graph.digest
    assert as_rdfc(one.graph) == one.graph.to_bytes()


def test_the_digest_of_every_shipped_graph_is_that_of_rdfc_1_0(filled_home: Path) -> None:
    with closing(Ledger(filled_home / "ledger.sqlite", reading=True)) as ledger:
        heads = ledger.heads()
        assert len(heads) > 20
        for head in heads:
            content = as_rdfc(ledger.content(head.digest))
            assert hashlib.sha256(content).hexdigest() == head.digest


@pytest.mark.parametrize(
    "damage",
    [
        *(f"UPDATE version SET {name} = {name} || 'x' WHERE sequence = 2" for name in
          ("graph", "time", "document", "document_digest", "agent", "source", "tool", "shapes")),
        "UPDATE version SET statements = statements + 1 WHERE sequence = 1",
        "UPDATE version SET graph = 'http://e/other' WHERE sequence = 3",
        "DELETE FROM version WHERE sequence = 2",
        "UPDATE version SET sequence = 9 WHERE sequence = 3",
    ],
)  # fmt: skip
def test_a_row_that_is_not_as_it_was_written_is_told_at_the_next_opening(
    path: Path, damage: str
) -> None:
    with closing(Ledger(path)) as opened:
        for name in ("x", "y", "z"):
            opened.append({A: graph(name)}, WHO)
    with closing(Ledger(path)) as again:
        assert again.sequence() == 3
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(damage)
    with pytest.raises(Unavailable, match=r"is not what was recorded.*ogpgraph restore"):
        Ledger(path)

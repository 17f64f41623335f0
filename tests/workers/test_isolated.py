"""Snapshots, exact limits of answers, and shapes at the cap of bytes, through real workers."""

from __future__ import annotations

import csv
import io
import json
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ogpgraph.errors import (
    Busy,
    MalformedQuery,
    OgpGraphError,
    QueryCrashed,
    QueryTimeout,
    ResultTooLarge,
    Unavailable,
)
from ogpgraph.files import Graph
from ogpgraph.gate import MAX_QUERY_BYTES
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import Snapshots
from ogpgraph.workers.child import count_rows
from ogpgraph.workers.frames import MAX_BODY
from ogpgraph.workers.pool import Limits

OpenLane = Callable[..., Any]
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, N_TRIPLES = "text/turtle", "application/n-triples"
G = "http://e/g"
HOSTILE = (
    'a"},{"b', "},{", '"}},{"', "]}}", "<result>", "</result><result>", "<result/>", "a\nb", "a\r\nb",
    "a\rb", 'x""y', '"', '""', '"\n"', "a,b", ",", "\t", "a\tb\n", "\\", '\\"', "\\n", "{", "[", "[[", "ñ😀", "",
    " ", "'", "'''", '"""', "&amp;<", "]]>", '\\"},{', "\u2028", "\x85", "[{},{}]", "1\n2\n3",
)  # fmt: skip


# --- rows and bytes --------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, written)
    return f'"{text}"'


def _rows_of(content: bytes, media_type: str) -> int:
    """Counted by readers of others."""
    if media_type == JSON:
        return len(json.loads(content)["results"]["bindings"])
    if media_type == XML:
        return len(ET.fromstring(content).findall(".//{*}result"))
    if media_type == CSV:
        return len(list(csv.reader(io.StringIO(content.decode(), newline="")))) - 1
    return len(content.decode().rstrip("\n").split("\n")) - 1


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize("variables", ["?x", "?x ?y", "?unbound", "?unbound ?x"])
def test_rows_are_counted_right_whatever_they_say(
    open_lane: OpenLane, media_type: str, variables: str
) -> None:
    if media_type in {CSV, TSV} and variables == "?unbound":
        pytest.skip("an empty line is read as no row by the readers of others")
    values = " ".join(f"({_escaped(text)} {_escaped(text + text)})" for text in HOSTILE)
    body = f"{{VALUES (?x ?y) {{{values}}}}}"
    lane = open_lane(limits=Limits(rows=len(HOSTILE)))
    content = lane.ask(f"SELECT {variables} {body}", media_type)
    assert _rows_of(content, media_type) == len(HOSTILE)
    if media_type != CSV:  # it is made from TSV, whose rows are counted
        assert count_rows(content, media_type) == len(HOSTILE)
    with pytest.raises(ResultTooLarge) as caught:
        lane.ask(f"SELECT {variables} {{{body} UNION {{}}}}", media_type)
    assert caught.value.members == {"limit": len(HOSTILE)}
    lane.good()


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
@pytest.mark.parametrize("rows", [0, 1, 2, 3])
@pytest.mark.parametrize("variable", ["*", "?x"])
def test_few_and_empty_rows_are_counted_too(
    open_lane: OpenLane, media_type: str, rows: int, variable: str
) -> None:
    lane = open_lane(limits=Limits(rows=2))
    text = f"SELECT {variable} {{VALUES () {{{'() ' * rows}}}}}"
    if rows > 2:
        with pytest.raises(ResultTooLarge):
            lane.ask(text, media_type)
    else:
        content = lane.ask(text, media_type)
        found = content.count(b"\r\n") - 1 if media_type == CSV else count_rows(content, media_type)
        assert found == rows


@pytest.mark.parametrize("media_type", [TURTLE, N_TRIPLES, "application/rdf+xml"])
def test_triples_are_counted_once_each(open_lane: OpenLane, media_type: str) -> None:
    lane = open_lane(limits=Limits(rows=97))
    objects = "CONSTRUCT {<http://e/a> <http://e/b> ?o} WHERE {?s <http://e/p> ?o}"
    assert lane.ask(objects, media_type)
    with pytest.raises(ResultTooLarge) as caught:
        lane.ask(objects.replace("?o}", "?o . <http://e/a> <http://e/c> 1}", 1), media_type)
    assert caught.value.members == {"limit": 97}


@pytest.mark.parametrize("media_type", [JSON, XML, CSV, TSV])
def test_bytes_are_held_exactly(open_lane: OpenLane, media_type: str) -> None:
    lane = open_lane(limits=Limits(memory_mib=1024))
    double = "".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1})" for n in range(25))

    def ask(size: int) -> bytes:
        text = f"SELECT (SUBSTR(?x25,1,{size}) AS ?x) {{BIND('a' AS ?x0){double}}}"
        content = lane.ask(text, media_type, timeout=30)
        assert isinstance(content, bytes)
        return content

    frame = len(ask(1000)) - 1000
    less = 1 if media_type == CSV else 0  # it is made from TSV, whose frame has one byte more
    assert len(ask(MAX_BODY - frame - less)) == MAX_BODY - less
    with pytest.raises(ResultTooLarge) as caught:
        ask(MAX_BODY - frame + 1)
    assert caught.value.members == {"limit": MAX_BODY}
    lane.good()


def test_a_boolean_has_no_rows(open_lane: OpenLane) -> None:
    lane = open_lane(limits=Limits(rows=1))
    assert json.loads(lane.ask("ASK {}"))["boolean"] is True


# --- snapshots ---------------------------------------------------------------------------------------


def _line(number: int) -> str:
    return f"<http://e/version> <http://e/is> <http://e/v{number}> ."


VERSION = "SELECT ?v {GRAPH <http://e/v> {<http://e/version> <http://e/is> ?v}}"


def _version(lane: Any) -> int:
    (row,) = json.loads(lane.ask(VERSION))["results"]["bindings"]
    return int(row["v"]["value"].removeprefix("http://e/v"))


def test_a_write_is_seen_as_soon_as_it_is_done(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    for number in range(10):
        lane.store.replace({"http://e/v": Graph.of([_line(number)])})
        assert _version(lane) == number
    lane.store.drop("http://e/v")
    assert json.loads(lane.ask(VERSION))["results"]["bindings"] == []


def test_disk_is_bounded_after_50_writes(open_lane: OpenLane) -> None:
    lane = open_lane()
    for number in range(50):
        lane.store.replace({"http://e/v": Graph.of([_line(number)])})
        assert len(list((lane.folder / "snapshots").iterdir())) <= 3
    lane.good()


def test_readers_in_flight_finish_on_what_they_began(open_lane: OpenLane) -> None:
    lane = open_lane()
    lane.store.replace({"http://e/v": Graph.of([_line(0)])})
    with lane.snapshots.reading() as first:
        for number in range(1, 8):
            lane.store.replace({"http://e/v": Graph.of([_line(number)])})
        assert first.path.exists()
        kept = list((lane.folder / "snapshots").iterdir())
        assert first.path in kept
        assert len(kept) == 3 + 1
        head = {"snapshot": str(first.path), "dataset": None}
        told = {**head, "media_type": JSON, "prefixes": {}}
        _, content = lane.pool.run(told, VERSION.encode(), timeout=5)
        assert b"http://e/v0" in content
    assert not first.path.exists()
    assert len(list((lane.folder / "snapshots").iterdir())) == 3
    assert _version(lane) == 7


def test_a_pinned_reader_sees_one_version_and_its_edition(open_lane: OpenLane) -> None:
    """However often something is published between two queries of one request."""
    lane = open_lane()
    lane.store.replace({"http://e/v": Graph.of([_line(0)])}, edition="0-a")
    with lane.snapshots.reading() as snapshot:
        engine = lane.store.at(snapshot)
        for number in range(1, 6):
            lane.store.replace({"http://e/v": Graph.of([_line(number)])}, edition=f"{number}-a")
            found = engine.query("SELECT ?v {<http://e/version> <http://e/is> ?v}").write(JSON)
            assert b"http://e/v0" in found
        assert snapshot.edition == "0-a"
    assert lane.snapshots.edition == "5-a"
    assert _version(lane) == 5


def test_a_pinned_snapshot_that_is_lost_is_replaced_by_one_of_the_same_edition(
    open_lane: OpenLane,
) -> None:
    lane = open_lane()
    lane.store.replace({"http://e/v": Graph.of([_line(1)])}, edition="1-a")
    with lane.snapshots.reading() as snapshot:
        for path in (lane.folder / "snapshots").iterdir():
            _damage(path)
        found = lane.store.at(snapshot).query("SELECT ?v {<http://e/version> <http://e/is> ?v}")
        assert b"http://e/v1" in found.write(JSON)


def test_a_pinned_snapshot_that_is_lost_is_never_replaced_by_another_version(
    open_lane: OpenLane,
) -> None:
    lane = open_lane()
    lane.store.replace({"http://e/v": Graph.of([_line(1)])}, edition="1-a")
    with lane.snapshots.reading() as snapshot:
        lane.store.replace({"http://e/v": Graph.of([_line(2)])}, edition="2-a")
        _damage(snapshot.path)
        found = lane.store.at(snapshot).query("SELECT ?v {<http://e/version> <http://e/is> ?v}")
        with pytest.raises(Unavailable, match="gone; ask again"):
            found.write(JSON)
    assert _version(lane) == 2


def test_readers_beside_a_writer_see_whole_versions_that_never_go_back(
    open_lane: OpenLane,
) -> None:
    lane = open_lane(2)
    names = [f"http://e/part{n}" for n in range(4)]

    def write(number: int) -> None:
        lane.store.replace({name: Graph.of([_line(number)]) for name in names})

    write(0)
    done = threading.Event()
    text = "SELECT ?g ?v {GRAPH ?g {<http://e/version> <http://e/is> ?v}}"

    def read() -> list[int]:
        seen = []
        while not done.is_set():
            rows = json.loads(lane.ask(text))["results"]["bindings"]
            versions = {row["v"]["value"] for row in rows}
            assert len(rows) == len(names)
            assert len(versions) == 1
            seen.append(int(versions.pop().removeprefix("http://e/v")))
        return seen

    with ThreadPoolExecutor(3) as threads:
        tasks = [threads.submit(read) for _ in range(3)]
        try:
            for number in range(1, 26):
                write(number)
        finally:
            done.set()
        for task in tasks:
            seen = task.result()
            assert seen == sorted(seen)
            assert len(seen) > 5
    assert len(list((lane.folder / "snapshots").iterdir())) <= 3


def _damage(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    (folder / "CURRENT").write_text("damaged\n")


def test_a_snapshot_that_cannot_be_opened_is_passed_over(
    open_lane: OpenLane, caplog: pytest.LogCaptureFixture
) -> None:
    lane = open_lane()
    lane.store.replace({"http://e/v": Graph.of([_line(1)])})
    with lane.snapshots.reading() as newest:
        _damage(newest.path)
    assert _version(lane) == 1  # a new one was made, as the store itself is well
    assert "cannot be opened" in caplog.text
    assert not newest.path.exists()
    lane.good()


def test_the_last_snapshot_is_given_up_for_a_new_one(open_lane: OpenLane) -> None:
    lane = open_lane()
    with lane.snapshots.reading() as only:
        _damage(only.path)
    lane.good()
    assert not lane.snapshots.state().owed
    assert lane.snapshots.reject(only)  # it is history


class _Failing(EmbeddedStore):
    """A store on a disk that is full now and then."""

    full = False

    def checkpoint(self, folder: Path) -> str:
        if self.full:
            folder.mkdir()
            (folder / "half").write_text("of it")
            raise Unavailable("The disk is full.")
        return super().checkpoint(folder)


def test_a_checkpoint_that_fails_is_told_and_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ogpgraph.store.isolated._AGAIN", 0.0)
    store = _Failing(tmp_path / "store")
    snapshots = Snapshots(store, tmp_path / "snapshots")
    with snapshots.reading() as first:
        pass
    store.full = True
    with pytest.raises(Unavailable):
        snapshots.renew()
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [first.path.name]
    with snapshots.reading() as snapshot:
        assert snapshot == first
    store.full = False
    with snapshots.reading() as snapshot:
        assert snapshot != first
        again = snapshot
    with snapshots.reading() as snapshot:
        assert snapshot == again
    store.close()


def test_what_an_earlier_process_left_goes(tmp_path: Path) -> None:
    (tmp_path / "snapshots" / "17").mkdir(parents=True)
    store = EmbeddedStore(tmp_path / "store")
    Snapshots(store, tmp_path / "snapshots")
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["1"]
    store.close()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="No snapshot"):
        Snapshots(store, tmp_path / "file" / "snapshots")
    store.close()


def test_a_home_given_relative_to_the_working_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = EmbeddedStore(Path("store"))
    with Snapshots(store, Path("snapshots")).reading() as snapshot:
        assert snapshot.path.is_absolute()
    store.close()


def test_a_snapshot_stays_readable_to_who_has_it_open(open_lane: OpenLane) -> None:
    lane = open_lane()
    lane.good()
    with lane.snapshots.reading() as snapshot:
        shutil.rmtree(snapshot.path)
        assert b'"2000"' in lane.ask("SELECT (COUNT(*) AS ?n) {?s ?p ?o}")


def test_graphs_of_the_request_are_those_read(open_lane: OpenLane) -> None:
    lane = open_lane()
    count = "SELECT (COUNT(*) AS ?n) {?s ?p ?o}"
    named = "SELECT (COUNT(*) AS ?n) {GRAPH ?g {?s ?p ?o}}"

    def ask(text: str, **graphs: list[str]) -> int:
        rows = json.loads(lane.store.query(text, **graphs).write(JSON))["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    assert ask(count) == ask(named) == 2_000
    assert ask(count, default_graphs=[G]) == 2_000
    assert ask(named, default_graphs=[G]) == 0
    assert ask(named, named_graphs=[G]) == 2_000
    assert ask(count, named_graphs=[G]) == 0
    assert ask(count, default_graphs=["http://e/none"]) == 0


def test_what_is_no_query_is_told_before_a_worker_is_asked(open_lane: OpenLane) -> None:
    lane = open_lane()
    for text in ("", "DROP ALL", "hello"):
        with pytest.raises(MalformedQuery):
            lane.store.query(text)


# --- every shape at the cap of bytes ------------------------------------------------------------------

TABLE = Path(__file__).parents[1] / "hostile" / "shapes.tsv"
SHAPES = [line.split("\t") for line in TABLE.read_text().splitlines()[1:]]


def at_size(row: list[str], size: int) -> str:
    """A shape as large as the cap lets it be; `§` is the number of the repetition."""
    _, before, opening, middle, close, after = row
    left = size - len((before + middle + after).encode())
    if "§" not in opening:
        count = left // len((opening + close).encode())
        return before + opening * count + middle + close * count + after
    parts: list[str] = []
    while left > (used := len(opening.replace("§", str(len(parts))))):
        parts.append(opening.replace("§", str(len(parts))))
        left -= used
    return before + "".join(parts) + middle + after


def test_the_shapes_fill_the_cap() -> None:
    assert len(SHAPES) >= 50
    for row in SHAPES:
        assert MAX_QUERY_BYTES - 60 < len(at_size(row, MAX_QUERY_BYTES)) <= MAX_QUERY_BYTES, row[0]


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row[0].replace(" ", "-"))
def test_no_shape_within_the_cap_overflows_the_stack(open_lane: OpenLane, row: list[str]) -> None:
    """Sent past the gate: it returns, is refused or runs out of time or memory, never crashes."""
    lane = open_lane(limits=Limits(memory_mib=1024))
    media_type = TURTLE if row[0] == "CONSTRUCT" else JSON
    try:
        lane.ask(at_size(row, MAX_QUERY_BYTES), media_type, timeout=1.0)
    except (QueryCrashed, Busy) as error:
        pytest.fail(f"{row[0]}: {error}")
    except OgpGraphError:
        pass
    lane.good()


def test_three_times_the_cap_does_overflow_it(open_lane: OpenLane) -> None:
    """So the cap and the stack belong together: who raises one must raise the other."""
    lane = open_lane(limits=Limits(memory_mib=1024))
    row = next(row for row in SHAPES if row[0] == "groups")
    with pytest.raises((QueryCrashed, QueryTimeout)):
        lane.ask(at_size(row, 10 * MAX_QUERY_BYTES), timeout=20)
    lane.good()

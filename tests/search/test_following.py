"""The index is one of the version that is read, whoever publishes meanwhile."""

from __future__ import annotations

import gc
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.errors import Busy, Unavailable
from ogpgraph.kinds import KINDS
from ogpgraph.reading import Reading
from ogpgraph.search.found import Search
from ogpgraph.search.making import Indexer
from ogpgraph.search.question import Question
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.base import Engine, Result
from ogpgraph.web.app import create_app

NONE: dict[str, str] = {}


def test_an_index_that_goes_late_takes_no_other_with_it(service: Service, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with service.reading() as reading:
        first = Indexer(folder).make(reading)
        second = Indexer(folder).make(reading)
    there = list(folder.iterdir())
    del first
    gc.collect()
    assert list(folder.iterdir()) == there
    assert second.find(Question.read("datos")).total


@pytest.fixture
def serving(bare_home: Path, tmp_path: Path) -> Iterator[Service]:
    """A service that serves, over the code lists: with workers and with its keeper."""
    home = shutil.copytree(bare_home, tmp_path / "served")
    free = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    with closing(Service.open(load_settings({"home": home, **free}, {}), serving=True)) as opened:
        yield opened


def searching(service: Service, reading: Reading) -> Search:
    """The index of what is read, as soon as it is there: machines may be slow."""
    until = time.monotonic() + 60
    while True:
        try:
            return service.searching(reading)
        except Busy:
            if time.monotonic() > until:
                raise


def found(service: Service, text: str) -> list[str]:
    with service.reading() as reading:
        hits = searching(service, reading).find(Question.read(text)).hits
    return [hit.iri.rsplit("/", 1)[-1] for hit in hits]


def test_what_is_published_is_found_and_what_is_withdrawn_is_not(
    serving: Service, areas_file: Callable[..., Path]
) -> None:
    assert found(serving, "zarzamora") == []
    serving.load([areas_file("Zarzamora silvestre")], agent="test")
    assert found(serving, "zarzamora") == ["made0"]
    serving.load([areas_file("Frambuesa silvestre")], agent="test")
    assert found(serving, "frambuesa") == ["made0"]
    assert found(serving, "zarzamora") == []


@pytest.mark.parametrize("apart", [False, True])
def test_a_home_that_holds_nothing_has_an_index_too(tmp_path: Path, apart: bool) -> None:
    """At the very first start, before what is shipped is published."""
    with closing(Service.open(load_settings({"home": tmp_path / "home"}, {}))) as empty:
        with empty.reading() as reading:
            index = Indexer(tmp_path / "index", apart=apart).make(reading)
        assert index.find(Question.read("datos")).hits == ()


def test_another_process_makes_what_this_one_would(
    serving: Service, service: Service, tmp_path: Path
) -> None:
    """Byte for byte the same answers."""

    def answers(search: Search) -> list[object]:
        texts = ("datos abiertos", "participation", "16.6", "instituciones eficaces", "goverment")
        return [search.find(Question.read(text), size=100) for text in texts]

    with serving.reading() as reading:
        here = Indexer(tmp_path / "here").make(reading)
        apart = Indexer(tmp_path / "apart", apart=True).make(reading)
        assert answers(here) == answers(apart)
        assert any(one.hits for one in answers(here))  # type: ignore[attr-defined]


def test_an_answer_is_of_the_version_that_it_names(
    serving: Service,
    areas_file: Callable[..., Path],
    client_of: Callable[[FastAPI], httpx.Client],
) -> None:
    """Each version has one more area of a name: what is found tells which version was searched."""
    first = serving.sequence
    names = [f"Zarzamora {letter}" for letter in ("alfa", "beta", "gama", "delta")]
    seen: list[tuple[int, int]] = []
    done = threading.Event()
    client = client_of(create_app(serving))

    def ask() -> None:
        while not done.wait(0.02) or not seen:
            answer = client.get("/search.json", params={"q": "zarzamora"})
            if answer.status_code == 503:
                assert int(answer.headers["retry-after"]) > 0
                continue
            body = answer.json()
            assert answer.headers["etag"].split("-")[1] == str(body["version"])
            seen.append((body["version"], body["total"]))

    thread = threading.Thread(target=ask)
    thread.start()
    for count in range(1, len(names) + 1):
        serving.load([areas_file(*names[:count])], agent="test")
        until = time.monotonic() + 60
        while (not seen or seen[-1][1] < count) and count % 2 and time.monotonic() < until:
            time.sleep(0.05)  # every other version comes before anybody has seen the one before
    until = time.monotonic() + 60
    while (not seen or seen[-1][1] < len(names)) and time.monotonic() < until:
        time.sleep(0.05)
    done.set()
    thread.join(30)
    assert seen[-1] == (serving.sequence, len(names))
    assert {total for _, total in seen} > {len(names)}
    assert all(
        total == version - first or (version == first and total == 0) for version, total in seen
    )


def test_who_reads_an_old_version_searches_that_one(
    serving: Service, areas_file: Callable[..., Path]
) -> None:
    serving.load([areas_file("Zarzamora")], agent="test")
    with serving.reading() as old:
        assert searching(serving, old).find(Question.read("zarzamora")).total == 1
        serving.load([areas_file("Frambuesa")], agent="test")
        with serving.reading() as new:
            assert searching(serving, new).find(Question.read("zarzamora")).total == 0
        assert searching(serving, old).find(Question.read("zarzamora")).total == 1


def test_a_search_waits_for_its_index_no_longer_than_it_may(serving: Service) -> None:
    with serving.reading() as reading:
        searching(serving, reading)
        since = time.monotonic()
        other = type(reading)(
            reading.store, reading.public, "999-none", reading.names, reading.timeout
        )
        with pytest.raises(Busy, match="search index") as caught:
            serving.search.awaited(other, 0.2)
        assert 0.1 < time.monotonic() - since < 5
        assert caught.value.retry_after > 0


def test_few_wait_at_once_so_that_others_are_served(serving: Service) -> None:
    with serving.reading() as reading:
        other = type(reading)(reading.store, reading.public, "999-none", reading.names, 1.0)
    ended: list[float] = []

    def wait() -> None:
        since = time.monotonic()
        with pytest.raises(Busy):
            serving.search.awaited(other, 2.0)
        ended.append(time.monotonic() - since)

    threads = [threading.Thread(target=wait) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len([seconds for seconds in ended if seconds < 1]) >= 8
    assert len(ended) == 12


def test_files_of_indexes_that_nobody_has_any_more_are_gone(
    serving: Service, areas_file: Callable[..., Path]
) -> None:
    folder = serving.settings.home / "search"
    for number in range(4):
        serving.load([areas_file(f"Zarzamora {'x' * number}")], agent="test")
        assert found(serving, "zarzamora") == ["made0"]
    until = time.monotonic() + 10
    while len(list(folder.iterdir())) > 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert {path.suffix for path in folder.iterdir()} == {".sqlite"}
    assert len(list(folder.iterdir())) <= 2


def test_closing_ends_what_is_being_made(serving: Service, tmp_path: Path) -> None:
    with serving.reading() as reading:
        indexer = Indexer(tmp_path / "closed", apart=True)
        indexer.close()
        with pytest.raises(Unavailable):
            indexer.make(reading)
    assert not list(tmp_path.glob("closed/*"))


def test_closing_a_service_does_not_wait_for_an_index(bare_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(bare_home, tmp_path / "quick")
    service = Service.open(load_settings({"home": home}, {}), serving=True)
    time.sleep(1.2)  # the keeper has begun
    since = time.monotonic()
    service.close()
    assert time.monotonic() - since < 8


class Counting:
    """An engine that counts what it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.asked = engine, 0

    def query(self, text: str, **more: object) -> Result:
        self.asked += 1
        return self.engine.query(text, **more)  # type: ignore[arg-type]


def test_an_index_is_read_by_few_queries_and_a_search_asks_the_store_nothing(
    service: Service, tmp_path: Path
) -> None:
    with service.reading() as reading:
        engine = Counting(reading.store)
        counted = type(reading)(
            engine, reading.public, reading.edition, reading.names, reading.timeout
        )
        search = Indexer(tmp_path / "counted").make(counted)
        made = engine.asked
        # of each kind one page of items, then three questions; of names, one
        assert made <= len(KINDS) * (1 + 3) + 2
        search.find(Question.read("datos abiertos"))
        search.matching("datos", "commitments")
        assert engine.asked == made


def test_a_text_of_a_mebibyte_stops_no_index(
    serving: Service, areas_file: Callable[..., Path]
) -> None:
    long = "zarzamora " * 100_000
    serving.load([areas_file("Corta", "Xilofónica", summary=long)], agent="test")
    assert found(serving, "zarzamora") == ["made0", "made1"]
    assert found(serving, "xilofonica") == ["made1"]

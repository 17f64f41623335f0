"""Views of a version: made once for each edition, by one thread, and told apart by edition."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from ogpgraph import materialised
from ogpgraph.errors import Busy, Unavailable
from ogpgraph.iris import Names
from ogpgraph.lists import lists_of
from ogpgraph.materialised import MaterialisedView
from ogpgraph.reading import Reading
from ogpgraph.search.gathering import batches
from ogpgraph.statistics.facts import Facts
from ogpgraph.store.base import Engine, Result
from ogpgraph.store.embedded import EmbeddedStore


@pytest.fixture
def reading() -> Reading:
    store = EmbeddedStore(None)
    return Reading(store, store, "1-abcd", Names("https://w3id.org/ogpgraph/"), 5.0)


def test_a_view_is_made_once_for_each_edition(reading: Reading) -> None:
    made: list[str] = []

    def make(read: Reading) -> list[str]:
        made.append(read.edition)
        return [read.edition]

    view = MaterialisedView("view", make)
    later = replace(reading, edition="2-abcd")
    assert not view.has("1-abcd")
    assert view.of(reading) is view.of(reading)
    assert view.of(later) == ["2-abcd"]
    assert view.of(reading) == ["1-abcd"]  # one that still reads the version before gets it
    assert made == ["1-abcd", "2-abcd"]


def test_only_the_newest_two_are_kept(reading: Reading) -> None:
    view = MaterialisedView("view", lambda read: [read.edition])
    for number in range(4):
        view.of(replace(reading, edition=f"{number}-abcd"))
    assert [view.has(f"{number}-abcd") for number in range(4)] == [False, False, True, True]


def test_a_failure_is_not_kept(reading: Reading) -> None:
    answers = iter([None, 7])

    def make(_: Reading) -> int:
        found = next(answers)
        if found is None:
            raise Unavailable("not now")
        return found

    view = MaterialisedView("view", make)
    with pytest.raises(Unavailable):
        view.of(reading)
    assert view.of(reading) == 7


def test_who_waits_too_long_is_told_to_come_again(reading: Reading) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def make(_: Reading) -> int:
        begun.set()
        assert go_on.wait(30)
        return 7

    view = MaterialisedView("search index", make)
    maker = threading.Thread(target=view.of, args=(reading,))
    maker.start()
    assert begun.wait(30)
    with pytest.raises(Busy, match="search index") as caught:
        view.of(replace(reading, timeout=0.05))
    assert caught.value.retry_after > 0
    go_on.set()
    maker.join()
    assert view.of(reading) == 7


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_views_are_made_ahead_and_a_failure_stops_nothing(
    reading: Reading, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(materialised, "_LOOK_S", 0.01)
    tried: list[str] = []

    def fail(read: Reading) -> int:
        tried.append(read.edition)
        raise ValueError("an engine that says what no engine should")

    broken, good = MaterialisedView("broken", fail), MaterialisedView("good", lambda _: 7)
    editions = ["1-abcd"]

    @contextmanager
    def newest() -> Iterator[Reading]:
        yield replace(reading, edition=editions[-1])

    ahead = materialised.Ahead([broken, good], newest, lambda: editions[-1])
    ahead.start()
    until(lambda: good.has("1-abcd"))
    editions.append("2-abcd")
    until(lambda: good.has("2-abcd"))
    ahead.close()
    assert tried == ["1-abcd", "2-abcd"]  # once each, not at every look
    assert "the broken of 1-abcd could not be made" in caplog.text


class Noting:
    """An engine that notes how long each query may take."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.given: list[float | None] = []

    def query(self, text: str, *, timeout: float | None = None, **asked: Any) -> Result:
        self.given.append(timeout)
        return self.engine.query(text, timeout=timeout, **asked)


@pytest.mark.parametrize("make", [lists_of, Facts.of, lambda read: list(batches(read))])
def test_what_nobody_waits_for_may_take_longer_than_a_request(
    reading: Reading, make: Callable[[Reading], object]
) -> None:
    """Lists, statistics and the index of texts: at 10^6 a loaded machine needs over ten seconds."""
    store = Noting(reading.store)
    make(replace(reading, store=store))
    assert len(store.given) > 3
    assert set(store.given) == {60.0}
    assert replace(reading, timeout=20.0).unhurried == 120.0

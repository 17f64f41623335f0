"""What is kept, what never is, and that it stays within its bytes."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpgraph.service import Service
from ogpgraph.web.answers import Answers, Kept, Key
from ogpgraph.web.cache import Cached, names

BUDGET = 256 * 1024
TAG = (b"etag", b'"t"')
PLAIN = [(b"content-type", b"text/plain"), TAG]


def answer(size: int, mark: int = 0) -> Kept:
    """One with a body of so many bytes."""
    fields = ((b"etag", b'"%d"' % mark), (b"vary", b"Accept"))
    return Kept(b'"%d"' % mark, fields, fields, bytes(size))


def key(number: int) -> Key:
    return (f"/{number}", b"", None, None)


def size_of(one: Key, kept: Kept) -> int:
    """What an answer counts for, told by a cache that has room for it."""
    alone = Answers(1 << 30)
    alone.get("", one)
    assert alone.put("", one, kept)
    return alone.bytes


# --- the bytes -----------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["get", "put"]),
        st.sampled_from(["1", "1", "1", "1", "2", "3"]),
        st.integers(0, 40),
        st.integers(0, 20_000),
    ),
    max_size=120,
)


@given(STEPS)
def test_it_holds_what_was_used_last_within_its_bytes_and_of_one_edition(
    steps: list[tuple[str, str, int, int]],
) -> None:
    answers, model, edition = Answers(BUDGET), OrderedDict[int, tuple[Kept, int]](), ""
    for what, at, number, size in steps:
        if what == "get":
            if at != edition:
                edition = at
                model.clear()
            expected = model.get(number)
            assert answers.get(at, key(number)) is (expected[0] if expected else None)
            if expected:
                model.move_to_end(number)
        else:
            kept = answer(size, number)
            taken = size_of(key(number), kept)
            fits = at == edition and taken <= BUDGET // 16
            assert answers.put(at, key(number), kept) is fits
            if fits:
                model.pop(number, None)
                model[number] = (kept, taken)
                while sum(one for _, one in model.values()) > BUDGET:
                    model.popitem(last=False)
        assert answers.bytes == sum(one for _, one in model.values()) <= BUDGET
        assert len(answers) == len(model)


@pytest.mark.parametrize("size", [0, 100, 10_000])
def test_the_bytes_that_are_counted_are_those_of_memory(size: int) -> None:
    answers = Answers(8 * 1024 * 1024)
    answers.get("1", key(0))
    gc.collect()
    tracemalloc.start()
    try:
        number = 0
        while not answers.evictions:
            number += 1
            fields = tuple(
                (b"%d-name-%d" % (part, number), b"%d-value-%d" % (part, number))
                for part in range(8)
            )
            kept = Kept(b'"%d"' % number, fields, fields[:3], bytes(size), None, f"{number:064}")
            one: Key = (f"/{number}", b"x=%d" % number, b"a%d" % number, None)
            answers.put("1", one, kept)
        del kept, fields, one
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    print(f"{len(answers)} answers: {answers.bytes} bytes counted, {taken} taken")
    assert taken < 1.05 * answers.budget
    assert answers.bytes < 1.25 * taken  # and it does not count twice


def test_what_is_too_large_is_not_kept() -> None:
    answers = Answers(64 * 1024 * 1024)
    answers.get("1", key(0))
    assert answers.largest == 1024 * 1024
    assert answers.put("1", key(1), answer(1_000_000))
    assert not answers.put("1", key(2), answer(1_048_576))
    assert not Answers(0).put("", key(1), answer(0))


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "tag", "same"),
    [
        (b'"a"', b'"a"', True),
        (b'W/"a"', b'"a"', True),
        (b'"a"', b'W/"a"', True),
        (b'"b" , W/"a"', b'W/"a"', True),
        (b'"b"\n"a"', b'"a"', True),
        (b"*", b'"a"', True),
        (b'"b"', b'"a"', False),
        (b"a", b'"a"', False),
        (b'"a', b'"a"', False),
        (b"", b'"a"', False),
        (b'"*"', b'"a"', False),
    ],
)
def test_a_condition_names_a_tag(condition: bytes, tag: bytes, same: bool) -> None:
    assert names(condition, tag) is same


# --- the layer -----------------------------------------------------------------------------------


@dataclass
class Source:
    """An application that counts what it is asked, of a service whose edition changes at will."""

    status: int = 200
    fields: list[tuple[bytes, bytes]] = field(default_factory=lambda: list(PLAIN))
    parts: tuple[bytes, ...] = (b"body",)
    edition: str = "1"
    state: dict[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[], object] = lambda: None
    asked: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        scope["state"] |= {"edition": self.edition} | self.state
        self.meanwhile()
        start = {"type": "http.response.start", "status": self.status, "headers": self.fields}
        await send(start)
        for number, part in enumerate(self.parts, 1):
            more = number < len(self.parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})


class Caller:
    """Asks a `Cached` application, without a server."""

    def __init__(self, source: Source, budget: int = BUDGET) -> None:
        self.answers = Answers(budget)
        self.app = Cached(source, cast("Service", source), self.answers)

    def ask(
        self,
        *fields: tuple[bytes, bytes],
        path: str = "/",
        query: bytes = b"",
        method: str = "GET",
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nothing is read")

        scope = {"type": "http", "method": method, "path": path, "query_string": query}
        scope |= {"headers": list(fields), "state": {}}
        asyncio.run(self.app(scope, receive, send))
        start, *rest = sent
        assert [message.get("more_body", False) for message in rest][-1] is False
        return start["status"], start["headers"], b"".join(message["body"] for message in rest)


def test_a_second_request_does_not_reach_the_application() -> None:
    source = Source(parts=(b"a", b"b", b"c"))
    caller = Caller(source)
    assert caller.ask() == caller.ask() == (200, PLAIN, b"abc")
    assert (source.asked, caller.answers.hits, caller.answers.misses) == (1, 1, 1)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other"},
        {"query": b"a=1"},
        {"fields": [(b"accept", b"text/html")]},
        {"fields": [(b"accept-language", b"es")]},
        {"fields": [(b"accept", b"text/html, */*")]},
        {"fields": [(b"accept", b"text/html"), (b"accept", b"*/*")]},
    ],
)
def test_what_an_answer_depends_on_is_in_its_key(other: dict[str, Any]) -> None:
    source = Source()
    caller = Caller(source)
    caller.ask()
    caller.ask((b"accept", b"text/html,*/*"))
    fields = other.get("fields", [])
    for _ in range(2):
        caller.ask(*fields, path=other.get("path", "/"), query=other.get("query", b""))
    assert source.asked == 3


@pytest.mark.parametrize("name", [b"user-agent", b"cookie", b"cache-control", b"x-request-id"])
def test_what_no_answer_depends_on_is_not(name: bytes) -> None:
    source = Source()
    caller = Caller(source)
    caller.ask()
    caller.ask((name, b"x"))
    assert source.asked == 1


NEVER = {
    "an error": Source(status=404),
    "our error": Source(status=500),
    "a redirection": Source(status=303),
    "a part": Source(status=206),
    "one without a tag": Source(fields=PLAIN[:1]),
    "no-store": Source(fields=[*PLAIN, (b"cache-control", b"private, No-Store")]),
    "a cookie": Source(fields=[*PLAIN, (b"set-cookie", b"a=b")]),
    "one that varies by more": Source(fields=[*PLAIN, (b"vary", b"Accept, Accept-Datetime")]),
    "one that varies by all": Source(fields=[*PLAIN, (b"vary", b"*")]),
    "one of another edition": Source(edition="2"),
    "one too large": Source(parts=(b"x" * BUDGET, b"")),
    "one metered in an unknown way": Source(state={"fields": {}}),
}


@pytest.mark.parametrize("case", NEVER)
def test_what_is_never_kept(case: str) -> None:
    source = NEVER[case]
    source.asked = 0
    caller = Caller(source)
    if case == "one of another edition":
        caller.app = Cached(source, cast("Service", Source(edition="1")), caller.answers)
    for _ in range(3):
        assert caller.ask() == (source.status, source.fields, b"".join(source.parts))
    assert source.asked == 3
    assert len(caller.answers) == caller.answers.bytes == 0


def test_an_answer_without_an_edition_is_not_kept() -> None:
    source = Source()
    caller = Caller(source)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await source(dict(scope, state={}), receive, send)

    caller.app = Cached(app, cast("Service", source), caller.answers)
    caller.ask()
    assert len(caller.answers) == 0


@pytest.mark.parametrize("method", ["POST", "QUERY", "OPTIONS", "DELETE"])
def test_only_get_is_answered_and_kept(method: str) -> None:
    source = Source()
    caller = Caller(source)
    for _ in range(2):
        caller.ask(method=method)
    caller.ask()
    caller.ask(method=method)
    assert source.asked == 4


def test_a_request_with_credentials_gets_nothing_from_it_and_leaves_nothing() -> None:
    source = Source()
    caller = Caller(source)
    caller.ask((b"authorization", b"Bearer x"))
    assert len(caller.answers) == 0
    caller.ask()
    caller.ask((b"authorization", b"Bearer x"))
    assert source.asked == 3


def test_an_edition_that_came_while_the_answer_was_made_is_not_told_under_the_old_one() -> None:
    """The route may read the new one or the old one: either way nothing wrong is kept."""
    source = Source()
    source.meanwhile = lambda: setattr(source, "edition", "2")
    caller = Caller(source)
    caller.ask()  # arrived at 1, and was answered at 1
    source.meanwhile = lambda: None
    source.parts = (b"new",)
    assert caller.ask()[2] == b"new"
    assert source.asked == 2
    assert caller.ask()[2] == b"new"
    assert source.asked == 2


def test_an_answer_that_breaks_off_is_not_kept() -> None:
    class Broken(Exception):
        pass

    source = Source(parts=(b"a", b"b"))
    caller = Caller(source)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        async def send_once(message: Any) -> None:
            await send(message)
            if message.get("body"):
                raise Broken

        await source(scope, receive, send_once)

    caller.app = Cached(app, cast("Service", source), caller.answers)
    with pytest.raises(Broken):
        caller.ask()
    assert len(caller.answers) == 0


def test_an_answer_that_was_refused_on_its_way_is_not_kept() -> None:
    """The layers around check what is sent; a problem document follows instead."""
    source = Source()
    caller = Caller(source)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scope["state"]["edition"] = "1"
        start = {"type": "http.response.start", "status": 200, "headers": PLAIN}
        with pytest.raises(ValueError, match="first"):
            await send(start)
        await send(start | {"status": 500, "headers": PLAIN[:1]})
        await send({"type": "http.response.body", "body": b"problem"})

    answers = caller.answers
    cached = Cached(app, cast("Service", source), answers)
    first = ["first"]

    async def outer(scope: Any, receive: Any, send: Any) -> None:
        async def checked(message: Any) -> None:
            if first:
                raise ValueError(first.pop())
            await send(message)

        await cached(scope, receive, checked)

    caller.app = cast("Cached", outer)
    assert caller.ask() == (500, PLAIN[:1], b"problem")
    assert len(answers) == 0


def test_nothing_is_kept_without_a_budget() -> None:
    source = Source()
    caller = Caller(source, budget=0)
    for _ in range(2):
        caller.ask()
    assert (source.asked, caller.answers.misses) == (2, 0)


@pytest.mark.parametrize("condition", [b"*", b'"t"', b'"x", W/"t"'])
def test_a_condition_gives_the_same_with_and_without_the_answer_at_hand(condition: bytes) -> None:
    source = Source(fields=[*PLAIN, (b"vary", b"Accept"), (b"link", b"<a>"), (b"expires", b"0")])
    caller = Caller(source)
    lean = [TAG, (b"vary", b"Accept"), (b"expires", b"0")]
    given = (b"if-none-match", condition)
    assert caller.ask(given) == caller.ask(given) == (304, lean, b"")
    assert source.asked == 1
    assert caller.ask() == (200, source.fields, b"body")
    assert source.asked == 1

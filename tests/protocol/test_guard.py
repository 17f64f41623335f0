"""Counting connections, and which of them goes when there are too many (R6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest

from ogpgraph.web.envelope import Refusal
from ogpgraph.web.guard import Guard
from ogpgraph.web.heads import MAX_HEADERS, MAX_QUERY_URL, MAX_URL, check_head, check_url


class End:
    """The transport of a connection that is only counted."""

    aborted = False

    def abort(self) -> None:
        self.aborted = True


@dataclass(eq=False)
class Counted:
    """A connection that is only counted."""

    loop: asyncio.AbstractEventLoop
    idle: bool = True
    looks: int = 0
    transport: End = field(default_factory=End)

    def waits(self) -> bool:
        return self.idle

    def check(self, now: float) -> None:
        self.looks += 1


Admit = Callable[..., tuple[Counted, bool]]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as found:
        yield found


def crowd(runner: asyncio.Runner, guard: Guard) -> Admit:
    def admit(address: str, *, idle: bool = True) -> tuple[Counted, bool]:
        connection = Counted(runner.get_loop(), idle)
        return connection, guard.admit(connection, address)  # type: ignore[arg-type]

    return admit


def test_the_one_that_waits_longest_goes(runner: asyncio.Runner) -> None:
    guard = Guard(per_client=3, total=100)
    admit = crowd(runner, guard)
    busy, _ = admit("10.0.0.1", idle=False)
    oldest, _ = admit("10.0.0.1")
    newest, _ = admit("10.0.0.1")
    _, admitted = admit("10.0.0.1")
    assert admitted
    assert [c.transport.aborted for c in (busy, oldest, newest)] == [False, True, False]


def test_without_one_that_waits_the_new_one_is_refused(runner: asyncio.Runner) -> None:
    guard = Guard(per_client=2, total=100)
    admit = crowd(runner, guard)
    held = [admit("10.0.0.1", idle=False)[0] for _ in range(2)]
    refused, admitted = admit("10.0.0.1")
    assert not admitted
    assert admit("10.0.0.2")[1]
    guard.release(refused)  # type: ignore[arg-type]  # was never counted
    guard.release(held[0])  # type: ignore[arg-type]
    assert admit("10.0.0.1")[1]
    assert not any(one.transport.aborted for one in held)


def test_a_site_of_ipv6_is_one_client(runner: asyncio.Runner) -> None:
    admit = crowd(runner, Guard(per_client=2, total=100))
    for last in range(2):
        assert admit(f"2001:db8:1:2::{last}", idle=False)[1]
    assert not admit("2001:db8:1:2:ffff::1", idle=False)[1]
    assert admit("2001:db8:1:3::1", idle=False)[1]
    assert admit("::ffff:10.0.0.1", idle=False)[1]
    assert admit("10.0.0.1", idle=False)[1]
    assert not admit("::ffff:10.0.0.1", idle=False)[1]


def test_a_trusted_proxy_speaks_for_many(runner: asyncio.Runner) -> None:
    guard = Guard(per_client=1, total=3, trusted=(ip_network("10.0.0.0/8"),))
    admit = crowd(runner, guard)
    assert all(admit("10.0.0.1", idle=False)[1] for _ in range(3))
    assert not admit("10.0.0.1", idle=False)[1]
    assert not admit("192.0.2.1", idle=False)[1]


def test_in_all_too_many_the_one_with_most_gives_way(runner: asyncio.Runner) -> None:
    admit = crowd(runner, Guard(per_client=10, total=4))
    few, _ = admit("10.0.0.1")
    many = [admit("10.0.0.2")[0] for _ in range(3)]
    assert admit("10.0.0.3")[1]
    assert not few.transport.aborted
    assert [one.transport.aborted for one in many] == [True, False, False]


def test_where_the_one_with_most_is_all_at_work_another_gives_way(runner: asyncio.Runner) -> None:
    admit = crowd(runner, Guard(per_client=10, total=4))
    waiting, _ = admit("10.0.0.1")
    working = [admit("10.0.0.2", idle=False)[0] for _ in range(3)]
    assert admit("10.0.0.3", idle=False)[1]
    assert waiting.transport.aborted
    assert not any(one.transport.aborted for one in working)
    assert not admit("10.0.0.4")[1]  # all are at work now


def test_each_is_looked_at_every_second_until_none_is_left(runner: asyncio.Runner) -> None:
    guard = Guard(per_client=100, total=100)
    admit = crowd(runner, guard)
    found = [admit("10.0.0.1")[0] for _ in range(50)]
    runner.run(asyncio.sleep(1.5))
    assert {one.looks for one in found} == {1}
    for one in found:
        guard.release(one)  # type: ignore[arg-type]
    runner.run(asyncio.sleep(1.5))
    assert {one.looks for one in found} == {1}


HOST = (b"host", b"localhost")
FINE = {
    "address at its limit": (b"/" + b"a" * (MAX_URL - 1), [HOST]),
    "query at its limit": (b"/sparql?" + b"a" * (MAX_QUERY_URL - 8), [HOST]),
    "query with a slash": (b"/sparql/?" + b"a" * 60_000, [HOST]),
    "query in an absolute address": (b"http://localhost/sparql?" + b"a" * 60_000, [HOST]),
    "headers at their limit": (b"/", [(b"x", b"a" * (MAX_HEADERS - 5))]),
    "absolute address": (b"http://localhost/", [HOST]),
    "absolute address with a port": (b"http://localhost:80/", [(b"host", b"LOCALHOST:80")]),
    "asterisk": (b"*", [HOST]),
    "chunked": (b"/", [HOST, (b"transfer-encoding", b" Chunked ")]),
}
BAD = {
    "address over its limit": (b"/" + b"a" * MAX_URL, [HOST], 414),
    "query over its limit": (b"/sparql?" + b"a" * (MAX_QUERY_URL - 7), [HOST], 414),
    "no query": (b"/sparqls?" + b"a" * MAX_URL, [HOST], 414),
    "below the endpoint": (b"/sparql/x?" + b"a" * MAX_URL, [HOST], 414),
    "headers over their limit": (b"/", [(b"x", b"a" * (MAX_HEADERS - 4))], 431),
    "many small headers": (b"/", [(b"x", b"")] * (MAX_HEADERS // 5 + 1), 431),
    "another host": (b"http://evil.example/", [HOST], 400),
    "absolute address without Host": (b"http://localhost/", [], 400),
    "user in the address": (b"http://a:b@localhost/", [HOST], 400),
    "two codings": (b"/", [(b"transfer-encoding", b"chunked")] * 2, 501),
    "gzip": (b"/", [(b"transfer-encoding", b"gzip, chunked")], 501),
    "fragment": (b"/#x", [HOST], 400),
    "space": (b"/ x", [HOST], 400),
    "byte over 127": (b"/\xe9", [HOST], 400),
}


@pytest.mark.parametrize("case", FINE)
def test_heads_that_are_fine(case: str) -> None:
    """R7: to the byte."""
    url, fields = FINE[case]
    check_head("1.1", url, fields)


@pytest.mark.parametrize("case", BAD)
def test_heads_that_are_refused(case: str) -> None:
    """R5, R7: to the byte."""
    url, fields, status = BAD[case]
    with pytest.raises(Refusal) as found:
        check_head("1.1", url, fields)
    assert found.value.status == status


@pytest.mark.parametrize("version", ["0.9", "2.0", "1.2", "3.0"])
def test_other_versions_are_refused(version: str) -> None:
    with pytest.raises(Refusal) as found:
        check_head(version, b"/", [HOST])
    assert found.value.status == 505


def test_the_beginning_of_an_address_is_enough_to_refuse_it() -> None:
    """R7: nobody waits for the end of an address without end."""
    check_url(b"")
    check_url(b"/sparql")
    with pytest.raises(Refusal):
        check_url(b"/" + b"a" * MAX_URL)

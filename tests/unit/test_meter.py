"""Q15: what a client may ask for, with a clock of the test's own (O11)."""

from __future__ import annotations

import re

import pytest

from ogpgraph.errors import TooManyRequests
from ogpgraph.web import meter
from ogpgraph.web.meter import COST, Budget, Meter

FREE = Budget(0, 0, 0)


class Clock:
    """Monotonic time that stands still unless told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(found: Meter, client: str = "a", *, spent: float = 0.001, failed: bool = False) -> None:
    ticket = found.admit(client)
    ticket.spent, ticket.failed = spent, failed
    found.settle(ticket)


def refused(found: Meter, client: str = "a") -> TooManyRequests:
    with pytest.raises(TooManyRequests) as caught:
        found.admit(client)
    return caught.value


def asked_until_refused(found: Meter, *, most: int = 10_000) -> int:
    for count in range(most):
        try:
            ask(found)
        except TooManyRequests:
            return count
    return most


def test_q15_twice_the_share_can_be_used_in_one_go_and_then_a_share_a_minute(clock: Clock) -> None:
    found = Meter(Budget(errors=0), clock)
    for _ in range(12):
        ask(found, spent=10.0)
    error = refused(found)
    assert error.members == {"budget": "seconds"}
    assert error.retry_after == 1
    clock.now += 60
    for _ in range(6):
        ask(found, spent=10.0)
    assert refused(found).members == {"budget": "seconds"}


def test_q15_short_queries_are_metered_too(clock: Clock) -> None:
    """5000 in a minute are throttled; 20 a second are not, for as long as one likes."""
    found, refusals = Meter(Budget(), clock), 0
    for _ in range(5_000):
        clock.now += 60 / 5_000
        try:
            ask(found)
        except TooManyRequests:
            refusals += 1
    assert refusals > 1_000
    found = Meter(Budget(), clock)
    for _ in range(20 * 600):
        clock.now += COST
        ask(found)


def test_q15_a_debt_is_worked_off_before_anything_else(clock: Clock) -> None:
    found = Meter(Budget(errors=0), clock)
    ask(found, spent=180.0)
    error = refused(found)
    assert 60 <= error.retry_after <= 61
    clock.now += 59
    refused(found)
    clock.now += 2
    ask(found)


def test_q15_errors_have_a_bucket_of_their_own(clock: Clock) -> None:
    found = Meter(Budget(), clock)
    for _ in range(60):
        ask(found, failed=True)
    error = refused(found)
    assert error.members == {"budget": "errors"}
    assert error.retry_after == 2
    assert "30 failed queries a minute" in error.message
    clock.now += 2
    ask(found, failed=True)
    refused(found)


def test_q15_five_at_once(clock: Clock) -> None:
    found = Meter(Budget(), clock)
    tickets = [found.admit("a") for _ in range(5)]
    error = refused(found)
    assert error.members == {"budget": "parallel"}
    assert error.retry_after == 1
    found.settle(tickets[0])
    found.admit("a")
    refused(found)


def test_q15_clients_do_not_pay_for_one_another(clock: Clock) -> None:
    found = Meter(Budget(), clock)
    assert asked_until_refused(found) == 2400
    ask(found, "b")


@pytest.mark.parametrize(
    "budget", [Budget(0, 30, 5), Budget(60, 0, 5), Budget(60, 30, 0), FREE], ids=str
)
def test_q15_zero_is_no_limit(budget: Budget, clock: Clock) -> None:
    found = Meter(budget, clock)
    if not budget.seconds:
        for _ in range(10):
            ask(found, spent=1_000)
    if not budget.errors and not budget.seconds:
        for _ in range(1_000):
            ask(found, failed=True)
    if not budget.parallel:
        for _ in range(100):
            found.admit("a")


def test_nothing_is_told_where_nothing_is_limited(clock: Clock) -> None:
    found = Meter(FREE, clock)
    assert found.settle(found.admit("a")) == {}


def test_the_header_fields_are_those_of_the_draft(clock: Clock) -> None:
    """Structured fields: a list of strings with integer parameters."""
    found = Meter(Budget(), clock)
    ticket = found.admit("a")
    ticket.spent, ticket.failed = 10.5, True
    fields = found.settle(ticket)
    assert fields == {
        "RateLimit-Policy": '"seconds";q=120;w=120, "errors";q=60;w=120',
        "RateLimit": '"seconds";r=109;t=11, "errors";r=59;t=2',
    }
    assert found.fields("a") == fields
    clock.now += 1
    assert found.fields("a")["RateLimit"] == '"seconds";r=110;t=10, "errors";r=59;t=1'
    ask(found, spent=500.0)
    item = r'"[a-z]+";r=[0-9]+;t=[0-9]+'
    assert re.fullmatch(rf"{item}, {item}", found.fields("a")["RateLimit"])


def test_o11_time_that_stands_still_or_goes_back_gives_nothing_away(clock: Clock) -> None:
    found = Meter(Budget(errors=0), clock)
    ask(found, spent=130.0)
    clock.now -= 500
    refused(found)
    clock.now += 5
    refused(found)
    clock.now += 10
    ask(found)


def test_many_clients_take_bounded_memory_and_running_ones_stay(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter, "_CLIENTS", 100)
    found = Meter(Budget(parallel=1), clock)
    running = found.admit("first")
    for number in range(1_000):
        ask(found, f"client {number}")
    assert len(found) <= 100
    refused(found, "first")
    found.settle(running)
    found.admit("first")

"""What each client may ask of the public lane: seconds of query time, errors, queries at once.

Two buckets that fill evenly, as the Wikidata Query Service has them, and a count. Every query
costs something, so that many short ones come to an end too. All times are monotonic.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ogpgraph.errors import TooManyRequests

COST = 0.05
"""Seconds that a query costs at least, whatever it takes: the sustained rate is 20 a second."""
_MINUTE = 60.0
_BURST = 2
"""Minutes' worth that a bucket holds."""
_CLIENTS = 20_000
"""Clients that are remembered at once."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a client gets: seconds of query time and errors a minute, queries at once. 0: no end."""

    seconds: float = 60.0
    errors: float = 30.0
    parallel: int = 5


@dataclass(slots=True)
class _Bucket:
    """Holds `size` at most and fills at `rate` a second; it may be drawn below nothing."""

    size: float
    rate: float
    level: float
    at: float

    def fill(self, now: float) -> float:
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.rate)
        self.at = now
        return self.level

    def wait(self, wanted: float) -> float:
        """Seconds until it holds so much."""
        return max(0.0, (wanted - self.level) / self.rate)

    def field(self, name: str) -> tuple[str, str]:
        """Its policy and its state, as items of RateLimit-Policy and RateLimit."""
        window = math.ceil(self.size / self.rate)
        left = max(0, math.floor(self.level))
        policy = f'"{name}";q={math.floor(self.size)};w={window}'
        return policy, f'"{name}";r={left};t={math.ceil(self.wait(self.size))}'


@dataclass(slots=True)
class _Account:
    seconds: _Bucket | None
    errors: _Bucket | None
    running: int = 0


@dataclass(slots=True)
class Ticket:
    """One query that was let in."""

    client: str
    spent: float | None = None
    """Seconds that it was evaluated; None if it was not."""
    failed: bool = False
    """Whether the client is to answer for an error."""


class Meter:
    """The accounts of all clients. Any thread may use it."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = budget
        self._clock = clock
        self._lock = threading.Lock()
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def admit(self, client: str) -> Ticket:
        """Let a query in, and charge what it costs at least.

        Raises:
            TooManyRequests: the client has nothing left; `budget` of its members says of what.
        """
        with self._lock:
            account = self._account(client)
            now = self._clock()
            if self._budget.parallel and account.running >= self._budget.parallel:
                raise self._refusal("parallel", 1.0)
            if account.seconds and account.seconds.fill(now) < COST:
                raise self._refusal("seconds", account.seconds.wait(COST))
            if account.errors and account.errors.fill(now) < 1:
                raise self._refusal("errors", account.errors.wait(1))
            if account.seconds:
                account.seconds.level -= COST
            account.running += 1
            return Ticket(client)

    def settle(self, ticket: Ticket) -> dict[str, str]:
        """Charge a query that is over.

        Returns:
            The header fields that tell the client what is left.
        """
        with self._lock:
            account = self._account(ticket.client)
            now = self._clock()
            account.running = max(0, account.running - 1)
            if account.seconds:
                account.seconds.fill(now)
                account.seconds.level -= max(0.0, (ticket.spent or 0.0) - COST)
            if account.errors:
                account.errors.fill(now)
                account.errors.level -= ticket.failed
            return _fields(account)

    def fields(self, client: str) -> dict[str, str]:
        """The header fields that tell a client what is left."""
        with self._lock:
            account, now = self._account(client), self._clock()
            for bucket in (account.seconds, account.errors):
                if bucket:
                    bucket.fill(now)
            return _fields(account)

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._accounts)

    def _account(self, client: str) -> _Account:
        """The account of a client, now the one used last. The lock is held."""
        account = self._accounts.get(client)
        if account is None:
            account = _Account(
                self._bucket(self._budget.seconds), self._bucket(self._budget.errors)
            )
            self._accounts[client] = account
            self._forget()
        self._accounts.move_to_end(client)
        return account

    def _bucket(self, a_minute: float) -> _Bucket | None:
        if not a_minute:
            return None
        size = _BURST * a_minute
        return _Bucket(size, a_minute / _MINUTE, size, self._clock())

    def _forget(self) -> None:
        """Close the account unused longest among too many; one with a running query stays."""
        if len(self._accounts) <= _CLIENTS:
            return
        for client, account in self._accounts.items():
            if not account.running:
                del self._accounts[client]
                return

    def _refusal(self, budget: str, wait: float) -> TooManyRequests:
        limits = {
            "seconds": f"{self._budget.seconds:g} s of query time a minute",
            "errors": f"{self._budget.errors:g} failed queries a minute",
            "parallel": f"{self._budget.parallel} queries at once",
        }
        retry_after = max(1, math.ceil(wait))
        return TooManyRequests(
            f"Each client gets {limits[budget]} here; try again in {retry_after} s.",
            budget=budget,
            retry_after=retry_after,
        )


def _fields(account: _Account) -> dict[str, str]:
    """By draft-ietf-httpapi-ratelimit-headers-10; the policy is one of the whole burst."""
    items = [
        bucket.field(name)
        for name, bucket in (("seconds", account.seconds), ("errors", account.errors))
        if bucket
    ]
    if not items:
        return {}
    policies, states = zip(*items, strict=True)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}

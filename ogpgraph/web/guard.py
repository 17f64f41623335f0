"""How many connections there may be, and a look at each of them every second."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from ogpgraph.settings import Network
from ogpgraph.web.client import is_among, site_of

_SWEEP_S, _AT_ONCE = 1.0, 20


class Guarded(Protocol):
    """A connection, as far as it is counted and looked at."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport

    def waits(self) -> bool:
        """Whether nothing is lost with it but the caller's patience."""
        ...

    def check(self, now: float) -> None:
        """Close it if its caller is too slow. `now` is the time of its loop."""
        ...


class Guard:
    """How many connections there are, by client, and a look at each of them every second."""

    def __init__(self, *, per_client: int, total: int, trusted: Sequence[Network] = ()) -> None:
        """Count connections.

        Args:
            per_client: connections of one address (of one /64 of IPv6) at most.
            total: connections at most.
            trusted: proxies, which speak for many: for them only `total` holds.
        """
        self._per_client, self._total, self._trusted = per_client, total, trusted
        self._clients: dict[str, dict[Guarded, None]] = {}
        self._names: dict[Guarded, str] = {}
        self._timer: asyncio.TimerHandle | None = None

    def admit(self, connection: Guarded, address: str) -> bool:
        """Count a new connection, in the place of a waiting one if there are too many."""
        name = site_of(address)
        own = self._clients.get(name, {})
        if len(own) >= self._per_client and not is_among(address, self._trusted):
            if not self._make_room(own):
                return False
        elif len(self._names) >= self._total:
            largest = max(self._clients.values(), key=len)
            if not (self._make_room(largest) or self._make_room(dict.fromkeys(self._names))):
                return False
        self._clients.setdefault(name, {})[connection] = None
        self._names[connection] = name
        if self._timer is None:
            self._timer = connection.loop.call_later(_SWEEP_S, self._sweep, connection.loop)
        return True

    def release(self, connection: Guarded) -> None:
        """Forget a connection. One that is not known is none the worse."""
        name = self._names.pop(connection, None)
        if name is not None:
            del self._clients[name][connection]
            if not self._clients[name]:
                del self._clients[name]

    def _make_room(self, candidates: dict[Guarded, None]) -> bool:
        """End the oldest connection that waits without a request; False if none does."""
        for connection in candidates:
            if connection.waits():
                self.release(connection)
                connection.transport.abort()
                return True
        return False

    def _sweep(self, loop: asyncio.AbstractEventLoop, rest: Sequence[Guarded] = ()) -> None:
        """Look at some, then let others have their turn, until all have been looked at."""
        rest = rest or list(self._names)
        now = loop.time()
        for connection in rest[:_AT_ONCE]:
            if connection in self._names:
                connection.check(now)
        if rest[_AT_ONCE:]:
            loop.call_soon(self._sweep, loop, rest[_AT_ONCE:])
        else:
            self._timer = loop.call_later(_SWEEP_S, self._sweep, loop) if self._names else None

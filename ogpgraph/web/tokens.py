"""Who may write: bearer tokens (RFC 6750), compared in constant time, with attempts counted."""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request

from ogpgraph.errors import Forbidden, TooManyRequests, Unauthorized
from ogpgraph.settings import Settings
from ogpgraph.web.client import client_of, is_private

_ATTEMPTS, _MINUTE = 20, 60.0
"""Wrong tokens of a client in a minute."""
_CLIENTS = 10_000
"""Clients whose attempts are remembered at once."""


class Writers:
    """Those who may write. Any thread may use it."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._tokens = settings.token
        self._trusted = settings.trusted_proxies
        self._attempts = _Attempts(clock)

    def admit(self, request: Request) -> str:
        """The name of the one who asks, for the ledger.

        Raises:
            Forbidden: nothing is written here, or the request can be overheard on its way.
            TooManyRequests: too many wrong tokens came from there.
            Unauthorized: there is no token, or none of ours.
        """
        if not self._tokens:
            raise Forbidden(
                "Nothing is written over HTTP here: no token is configured (OGPGRAPH_TOKEN).",
                slug="writing-disabled",
            )
        if not is_private(request, self._trusted):
            raise Forbidden(
                "A token is only taken over TLS or from this machine. A proxy that ends TLS has "
                "to be among OGPGRAPH_TRUSTED_PROXIES, and to send X-Forwarded-Proto: https.",
                slug="insecure-transport",
            )
        client = client_of(request, self._trusted)
        self._attempts.check(client)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip(" "):
            raise Unauthorized("Writing needs the field “Authorization: Bearer …”.", wrong=False)
        name = self._name_of(token.strip(" "))
        if name is None:
            self._attempts.add(client)
            raise Unauthorized("The token is none of those that may write here.", wrong=True)
        return name

    def _name_of(self, token: str) -> str | None:
        given, found = hashlib.sha256(token.encode()).hexdigest(), None
        for name, digest in self._tokens:  # all of them: the time tells nothing
            if hmac.compare_digest(given, digest):
                found = name
        return found


class _Attempts:
    """Wrong tokens of the last minute, by client; those that came last are remembered."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._times: OrderedDict[str, tuple[float, ...]] = OrderedDict()

    def check(self, client: str) -> None:
        """Whether a client may try again.

        Raises:
            TooManyRequests: not yet.
        """
        times = self._recent(client)
        if len(times) >= _ATTEMPTS:
            wait = max(1, math.ceil(times[0] + _MINUTE - self._clock()))
            raise TooManyRequests(
                f"Too many wrong tokens came from there; try again in {wait} s.",
                budget="tokens",
                retry_after=wait,
            )

    def add(self, client: str) -> None:
        """Note a wrong token."""
        self._times[client] = (*self._recent(client), self._clock())[-_ATTEMPTS:]
        self._times.move_to_end(client)
        while len(self._times) > _CLIENTS:
            self._times.popitem(last=False)

    def _recent(self, client: str) -> tuple[float, ...]:
        since = self._clock() - _MINUTE
        return tuple(time for time in self._times.get(client, ()) if time > since)


def writers_of(request: Request) -> Writers:
    """Those who may write to the application."""
    writers = request.app.state.writers
    assert isinstance(writers, Writers)
    return writers

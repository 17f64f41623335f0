"""Queries that ended a worker: not tried again for a while. One instance for each application."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from ogpgraph.errors import QueryDenied

_KEPT_S = 600.0
_MOST = 4_096
"""Texts that are remembered at once; the oldest goes first."""


def digest(text: str) -> str:
    """The SHA-256 of a query's text, under which logs and this cache have it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Denied:
    """The digests of such texts, each with the monotonic time until which it is refused."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: OrderedDict[str, float] = OrderedDict()

    def add(self, text: str) -> None:
        """Refuse this text from now on, for ten minutes."""
        with self._lock:
            key = digest(text)
            self._until[key] = self._clock() + _KEPT_S
            self._until.move_to_end(key)
            while len(self._until) > _MOST:
                self._until.popitem(last=False)

    def check(self, text: str) -> None:
        """Let a text pass that has done no harm lately.

        Raises:
            QueryDenied: it has; `retry_after_s` of its members is how long it stays refused.
        """
        with self._lock:
            if not self._until:
                return
            key = digest(text)
            left = self._until.get(key, -math.inf) - self._clock()
            if left > 0:
                raise QueryDenied(
                    "This very query ended its worker a while ago (it crashed, or ran out of "
                    f"memory), so it is not tried again for {math.ceil(left)} s. Ask for less.",
                    retry_after_s=math.ceil(left),
                )
            self._until.pop(key, None)

    def has(self, key: str) -> bool:
        """Whether the text with this digest is refused now."""
        with self._lock:
            return self._until.get(key, -math.inf) > self._clock()

    def __len__(self) -> int:
        """How many texts are remembered."""
        return len(self._until)

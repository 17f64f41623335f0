"""Saying from another thread that an answer is no longer wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final


class Cancelled(Exception):
    """Nobody wants the answer any more. Never reaches a person: the one who asked has gone."""


class Cancel:
    """One request's way out, and the seconds that workers were at it (`spent`; None: none was).

    `set` may come at any time, from any thread, more than once.
    """

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._stop: Callable[[], object] | None = None
        self.done = False
        self.spent: float | None = None
        self.began: float | None = None

    def set(self) -> None:
        """Stop what is running for this request, and what would be started for it."""
        with self._lock:
            self.done = True
            if self._stop is not None:
                self._stop()

    def begin(self) -> None:
        """Note that an engine without workers begins: it is at it until the answer is there."""
        self.began = time.monotonic()

    @contextmanager
    def working(self) -> Iterator[None]:
        """While inside, a worker is at it; the time that a request waits for one is not counted."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.spent = (self.spent or 0.0) + time.monotonic() - began

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Iterator[None]:
        """While inside, `set` calls `stop`: quick, and never once this has been left.

        Raises:
            Cancelled: it was set before.
        """
        with self._lock:
            if self.done:
                raise Cancelled
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

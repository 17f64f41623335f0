"""What is made of a version once, and kept for as long as readers see that version."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ogpgraph.errors import Busy, OgpGraphError
from ogpgraph.reading import Reading

T = TypeVar("T")
_KEPT = 2
"""Editions whose view is kept: the newest, and the one that requests may still be reading."""
_WAITING = 4
"""Threads that may wait for a view which another makes: the rest are there for what is at hand."""
_LOOK_S = 1.0
"""Seconds between looks at whether there is a new version."""
_ANOTHER_TRY_S = 60.0
"""Seconds after which what could not be made ahead is tried again."""
_LOG = logging.getLogger("ogpgraph.views")
_AGAIN = 2
"""Seconds after which to ask again for a view that took too long to make."""


@dataclass
class MaterialisedView(Generic[T]):
    """A function of a version, computed at most once for each edition. Any thread may use it.

    `make` computes it, given what a request reads; `name` is what it is called in errors.
    One that is no longer kept goes when the last thread that holds it lets go.
    """

    name: str
    make: Callable[[Reading], T]
    _made: OrderedDict[str, T] = field(default_factory=OrderedDict)
    _making: threading.Lock = field(default_factory=threading.Lock)
    _new: threading.Condition = field(default_factory=threading.Condition)
    _places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_WAITING)
    )

    def has(self, edition: str) -> bool:
        """Whether it is at hand for an edition."""
        return edition in self._made

    def of(self, reading: Reading) -> T:
        """The view of what is read; made now where nobody has asked yet.

        Raises:
            Busy: another thread has been making it for as long as one query may take.
            OgpGraphError: it cannot be made. The next caller tries again.
        """
        found = self._made.get(reading.edition)
        if found is not None:
            return found
        if not self._making.acquire(timeout=reading.timeout):
            raise self._busy()
        try:
            found = self._made.get(reading.edition)
            if found is None:
                found = self.make(reading)
                self._keep(reading.edition, found)
            return found
        finally:
            self._making.release()

    def awaited(self, reading: Reading, patience: float) -> T:
        """The view of what is read, which another thread makes.

        Args:
            reading: of the edition.
            patience: seconds to wait for it.

        Raises:
            Busy: it is not there by then, or too many wait for it already.
        """
        found = self._made.get(reading.edition)
        if found is not None:
            return found
        if not self._places.acquire(blocking=False):
            raise self._busy()
        try:
            with self._new:
                self._new.wait_for(lambda: reading.edition in self._made, patience)
                found = self._made.get(reading.edition)
        finally:
            self._places.release()
        if found is None:
            raise self._busy()
        return found

    def _busy(self) -> Busy:
        return Busy(f"The {self.name} of this version is being made.", retry_after=_AGAIN)

    def _keep(self, edition: str, made: T) -> None:
        with self._new:
            self._made[edition] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
            self._new.notify_all()


class Ahead:
    """A thread that makes views of each new version before anybody asks for them.

    Whatever goes wrong with one is logged, and is told to those who ask: the thread goes on.
    """

    def __init__(
        self,
        views: Sequence[MaterialisedView[Any]],
        reading: Callable[[], AbstractContextManager[Reading]],
        edition: Callable[[], str],
    ) -> None:
        """Make ready.

        Args:
            views: to make.
            reading: what a new reader gets, for as long as it reads.
            edition: the name of that.
        """
        self._views, self._reading, self._edition = views, reading, edition
        self._failed: dict[tuple[str, str], float] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep_up, name="ogpgraph-views", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End, after the view that is being made."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _keep_up(self) -> None:
        while not self._closing.wait(_LOOK_S):
            for view in self._views:
                if not self._closing.is_set():
                    self._make(view)

    def _make(self, view: MaterialisedView[Any]) -> None:
        edition = self._edition()
        if view.has(edition) or time.monotonic() < self._failed.get((view.name, edition), 0.0):
            return
        try:
            with self._reading() as reading:
                view.of(reading)
        except OgpGraphError as error:
            self._note(view, edition, error.message)
        except Exception as error:  # noqa: BLE001  # stops nothing else
            self._note(view, edition, repr(error))

    def _note(self, view: MaterialisedView[Any], edition: str, why: str) -> None:
        """Log a failure, and do not try the same again at once."""
        if not self._closing.is_set():
            _LOG.warning("the %s of %s could not be made: %s", view.name, edition, why)
        self._failed = {(view.name, edition): time.monotonic() + _ANOTHER_TRY_S} | {
            key: until for key, until in self._failed.items() if key[1] == edition
        }

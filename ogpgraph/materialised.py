"""What is made of a version once, and kept for as long as readers see that version."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ogpgraph.errors import Busy
from ogpgraph.reading import Reading

T = TypeVar("T")
_KEPT = 2
"""Editions whose view is kept: the newest, and the one that requests may still be reading."""
_WAITING = 4
"""Threads that may wait for a view which another makes: the rest are there for what is at hand."""
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

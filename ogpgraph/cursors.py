"""Cursors: where a page of a list ends, told by what stands there and not by its number.

So a page begins at the right place also where things came or went before it.
"""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

from ogpgraph.errors import BadRequest

Key = str | float | None
"""What something is sorted by; None where it has nothing to be sorted by."""
_LONGEST = 8_000
"""Characters of a cursor at most: IRIs may be long, ours are not."""


def rank(key: Key) -> tuple[bool, str | float]:
    """A key that can be compared with others of its order; none comes last."""
    return (True, "") if key is None else (False, key)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last item of a page: of which list, in which order, its keys and its IRI.

    `place` are its keys in the list's own order, which settles draws of `key`.
    """

    kind: str
    order: str
    key: Key
    place: tuple[Key, ...]
    item: str

    @classmethod
    def read(cls, text: str, kind: str, order: str) -> Cursor:
        """A cursor that this service gave out for a list in an order.

        Raises:
            BadRequest: it did not, or for another list or order.
        """
        try:
            if len(text) > _LONGEST:
                raise ValueError(text)
            padded = text + "=" * (-len(text) % 4)
            values: Any = json.loads(base64.urlsafe_b64decode(padded))
            of_kind, of_order, key, place, item = values
            found = cls(str(of_kind), str(of_order), _key(key), tuple(map(_key, place)), str(item))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise _foreign() from error
        if found.kind != kind:
            raise BadRequest(f"cursor is of another list than that of {kind}.", parameter="cursor")
        if found.order != order:
            raise BadRequest(
                "cursor is of another order: go on with the sort, the lang and the q of the page "
                "that gave it.",
                parameter="cursor",
            )
        return found

    def __str__(self) -> str:
        values = [self.kind, self.order, self.key, self.place, self.item]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def position(self, size: int, at: Callable[[int], Cursor], *, descending: bool) -> int:
        """How many of a list's items stand at this one or before it.

        Args:
            size: of the list.
            at: the cursor of each of its places.
            descending: whether the order is in the other direction.

        Raises:
            BadRequest: the keys are not of the kind that the list's have.
        """
        try:
            return bisect_right(
                range(size),
                self.rank(descending=descending),
                key=lambda place: at(place).rank(descending=descending),
            )
        except TypeError as error:
            raise _foreign() from error

    def rank(self, *, descending: bool) -> tuple[object, ...]:
        """What compares as the order has it."""
        none, key = rank(self.key)
        first = (none, _Reversed(key) if descending else key)
        return (first, tuple(map(rank, self.place)), self.item)


@dataclass(frozen=True, slots=True)
class _Reversed:
    """A key of which the larger one comes first."""

    key: Any

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.key < self.key)


def _key(value: Any) -> Key:
    if isinstance(value, float) and isnan(value):  # which has no place in an order
        raise ValueError(value)
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    raise ValueError(value)


def _foreign() -> BadRequest:
    return BadRequest("cursor is not one that this service gave out.", parameter="cursor")

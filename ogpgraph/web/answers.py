"""Answers of one edition of the data, kept in memory: as many as a number of bytes holds."""

from __future__ import annotations

import sys
from collections import OrderedDict
from dataclasses import dataclass

from ogpgraph.web.envelope import Field

_LARGEST, _SHARE = 1024 * 1024, 16
"""Bytes of the largest answer that is kept, and how many such a cache has room for at least."""
_PLACE = 150
"""Bytes that a place in the order takes, besides what is in it."""
Key = tuple[str, bytes, bytes | None, bytes | None]
"""Path, query string, Accept and Accept-Language; one that came twice has its lines joined."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer of status 200 as its route gave it, without what belongs to one request."""

    tag: bytes
    fields: tuple[Field, ...]
    lean: tuple[Field, ...]
    """Those of its 304."""
    body: bytes
    route: object = None
    """What the log and the metrics count it under."""
    query: str | None = None
    """The SHA-256 of its query for the log, if it has one."""
    asked: str | None = None
    """The SHA-256 of query and graphs, if queries like it are metered."""


class Answers:
    """The answers of one edition, bounded in bytes; those used longest ago leave first."""

    def __init__(self, budget: int) -> None:
        """Keep `budget` bytes at most, of keys, fields and bodies; nothing if it is 0."""
        self.budget = budget
        self.largest = min(_LARGEST, budget // _SHARE)
        """Bytes that one answer may take with its key."""
        self.bytes = self.hits = self.misses = self.evictions = 0
        self._edition = ""
        self._kept: OrderedDict[Key, tuple[Kept, int]] = OrderedDict()

    def __len__(self) -> int:
        """How many answers are kept."""
        return len(self._kept)

    def get(self, edition: str, key: Key) -> Kept | None:
        """The answer under an edition. Those of another leave: readers never go back to it."""
        if edition != self._edition:
            self._kept.clear()
            self._edition, self.bytes = edition, 0
            return None
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, edition: str, key: Key, answer: Kept) -> bool:
        """Keep an answer, if it is one of the edition that was asked for last, and not too large.

        Returns:
            Whether it is kept.
        """
        size = _size(key, answer)
        if edition != self._edition or size > self.largest:
            return False
        if key in self._kept:  # two asked at once
            self.bytes -= self._kept.pop(key)[1]
        self._kept[key] = (answer, size)
        self.bytes += size
        while self.bytes > self.budget:
            _, (_, freed) = self._kept.popitem(last=False)
            self.bytes -= freed
            self.evictions += 1
        return True


def _size(key: Key, answer: Kept) -> int:
    """Bytes of memory that a key and its answer take, all objects counted."""
    parts: list[object] = [key, *key, answer, answer.tag, answer.body, answer.query, answer.asked]
    parts += [answer.fields, answer.lean]
    for field in answer.fields:  # those of `lean` are the same objects
        parts += [field, *field]
    return _PLACE + sum(sys.getsizeof(part) for part in parts)

"""What was published when: the past of a home, and what two moments of it differ in.

Needs the ledger only. A moment is a sequence number: the state after that version, 0 before the
first. Graphs hold no blank nodes, so that differences of sets are exact.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ogpgraph.errors import BadRequest, Busy, ResultTooLarge, Unavailable
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import Ledger, Version

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
_MOST_COUNTS = 100_000
"""Versions whose counts are remembered."""
_WAIT = 2.0
"""Seconds that a caller waits while another one counts."""
_AGAIN = 1
"""Seconds after which to ask again for what is still being counted."""
_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A version, and how many statements it added to and removed from the one before it.

    `previous` is the number of that one; None where the version is the first of its graph.
    """

    version: Version
    added: int
    removed: int
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What was published at once: readers never saw one of its versions without the others.

    `sequence` is the number of the last of them, which readers see as that of the dataset; `first`
    is that of the first.
    """

    first: int
    sequence: int

    @property
    def previous(self) -> int:
        """The number that readers saw before; 0 for the empty dataset."""
        return self.first - 1

    def __len__(self) -> int:
        return self.sequence - self.first + 1


@dataclass(slots=True)
class Allowance:
    """How many statements may be read for one caller; at least one count is made for everybody."""

    statements: int
    spent: int = field(default=0, init=False)

    def take(self, statements: int) -> None:
        """Read so many more.

        Raises:
            Busy: there is nothing left. What was counted is remembered, so that asking again ends.
        """
        if self.spent >= self.statements:
            raise Busy("What these versions changed is being counted.", retry_after=_AGAIN)
        self.spent += statements


@dataclass(frozen=True, slots=True)
class Difference:
    """The statements that one named graph gained and lost, each in canonical order."""

    graph: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


class History:
    """The past of one ledger. Any thread may use it; contents are compared one at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counts: OrderedDict[int, tuple[int, int]] = OrderedDict()
        self._counting = threading.Lock()

    @cached_property
    def names(self) -> Names:
        """The names of the deployment that the ledger belongs to.

        Raises:
            Unavailable: it belongs to none yet: nothing was ever published.
        """
        base = self._ledger.base_iri()
        if base is None:
            raise Unavailable("Nothing was ever published in this home.")
        return Names(base)

    @property
    def newest(self) -> int:
        """The moment of now."""
        return self._ledger.sequence()

    def graph_iri(self, name: str) -> str:
        """The IRI of a graph that has versions, given whole or by its end (`plan/CRI-4`).

        Raises:
            BadRequest: no version of such a graph is there; the known ones are named.
        """
        known = [head.graph for head in self._ledger.heads()]
        for iri in (name, self.names.graph(name)):
            if iri in known:
                return iri
        raise BadRequest(f"There is no graph “{name}”.", known=known)

    def moment(self, sequence: int) -> int:
        """The same number, if it is one of this ledger's, 0 included.

        Raises:
            BadRequest: it is not.
        """
        newest = self.newest
        if not 0 <= sequence <= newest:
            raise BadRequest(f"There is no version {sequence}: they go from 0 to {newest}.")
        return sequence

    def entries(
        self,
        graph: str | Iterable[str] | None = None,
        *,
        limit: int,
        before: int | None = None,
        allowance: Allowance | None = None,
    ) -> tuple[Entry, ...]:
        """Versions and what they changed, newest first.

        Args:
            graph: of this graph, or of these; of all without it.
            limit: as many at most.
            before: only those below this sequence number, for the next page.
            allowance: how much may be read for it; as much as it takes without one.

        Raises:
            Busy: the allowance is spent, or another caller is counting.
        """
        if graph is None or isinstance(graph, str):
            versions = self._ledger.versions(graph, limit=limit, before=before)
        else:
            versions = self._ledger.versions_of(graph, limit=limit, before=before)
        return tuple(self._entry(version, allowance) for version in versions)

    def batches(self, *, limit: int, before: int | None = None) -> tuple[Batch, ...]:
        """What was published at once, newest first; arguments as of `Ledger.batches`."""
        found = self._ledger.batches(limit=limit, before=before)
        return tuple(Batch(first, last) for first, last in found)

    def batch_of(self, sequence: int) -> Batch:
        """The batch that a version belongs to.

        Raises:
            NotFound: there is no such version.
        """
        first, last = self._ledger.batch_of(sequence)
        return Batch(first, last)

    def known(self, at: int) -> list[str]:
        """The graphs that had a version by a moment, withdrawn ones included, in order."""
        return [head.graph for head in self._ledger.heads(at)]

    def version(self, graph: str, at: int) -> Version | None:
        """The version of a graph at a moment, a withdrawal too; None where it had none yet."""
        found = self._ledger.versions(graph, limit=1, before=at + 1)
        return found[0] if found else None

    def first(self, graph: str) -> Version:
        """The first version of a graph.

        Raises:
            NotFound: it has none.
        """
        return self._ledger.first(graph)

    def version_numbered(self, sequence: int) -> Version:
        """The version with a sequence number.

        Raises:
            NotFound: there is none.
        """
        return self._ledger.version(sequence)

    def versions(self, graph: str, *, limit: int, before: int | None = None) -> tuple[Version, ...]:
        """Versions of a graph as the ledger has them, newest first, without counting anything."""
        return self._ledger.versions(graph, limit=limit, before=before)

    def content(self, version: Version) -> Graph:
        """What a version holds."""
        return self._ledger.content(version.digest)

    def sequence_at(self, time: datetime) -> int:
        """The moment at a time: see `Ledger.sequence_at`."""
        return self._ledger.sequence_at(time)

    def heads(self, at: int) -> dict[str, Version]:
        """The version of each graph at a moment, by IRI, without those withdrawn."""
        return {head.graph: head for head in self._ledger.heads(at) if head.statements}

    def graphs(self, at: int) -> dict[str, Graph]:
        """The content of each graph at a moment, by IRI."""
        return {iri: self._ledger.content(head.digest) for iri, head in self.heads(at).items()}

    def graph(self, iri: str, at: int) -> Graph:
        """The content of one graph at a moment; empty where there was none."""
        found = self._ledger.versions(iri, limit=1, before=at + 1)
        return self._ledger.content(found[0].digest) if found else Graph()

    def differences(
        self, start: int, end: int, graph: str | None = None, *, most: int | None = None
    ) -> tuple[Difference, ...]:
        """What differs between two moments, by graph; equal graphs are left out.

        Args:
            start: a moment.
            end: another, before or after it.
            graph: look at this graph only.
            most: statements that may be read for it.

        Raises:
            ResultTooLarge: the graphs that differ hold more.
        """
        old, new = self.heads(start), self.heads(end)
        iris = sorted(old.keys() | new.keys()) if graph is None else [graph]
        size = _size(iris, old, new)
        if most is not None and size > most:
            raise ResultTooLarge(
                f"The graphs that differ between {start} and {end} hold {size} statements; at most "
                f"{most} are compared at once. Compare one graph, or versions that are closer.",
                limit=most,
            )
        found = (self._difference(iri, old, new) for iri in iris)
        return tuple(difference for difference in found if difference is not None)

    def _difference(
        self, iri: str, old: Mapping[str, Version], new: Mapping[str, Version]
    ) -> Difference | None:
        before, after = (heads[iri].digest if iri in heads else None for heads in (old, new))
        if before == after:
            return None
        was, is_ = (set(self._lines(digest)) for digest in (before, after))
        return Difference(iri, tuple(sorted(is_ - was)), tuple(sorted(was - is_)))

    def _entry(self, version: Version, allowance: Allowance | None) -> Entry:
        earlier = self.version(version.graph, version.sequence - 1)
        if earlier is None:
            return Entry(version, version.statements, 0)
        if version.digest == earlier.digest:
            return Entry(version, 0, 0, earlier.sequence)
        if not version.statements or not earlier.statements:
            return Entry(version, version.statements, earlier.statements, earlier.sequence)
        return Entry(version, *self._counted(earlier, version, allowance), earlier.sequence)

    def _counted(self, old: Version, new: Version, allowance: Allowance | None) -> tuple[int, int]:
        """How many statements differ. A version never changes, so this is counted once."""
        known = self._counts.get(new.sequence)
        if known is not None:
            return known
        if allowance is not None:
            allowance.take(old.statements + new.statements)
        if not self._counting.acquire(timeout=-1 if allowance is None else _WAIT):
            raise Busy("What other versions changed is being counted.", retry_after=_AGAIN)
        try:
            was, is_ = set(self._lines(old.digest)), set(self._lines(new.digest))
            counts = self._counts[new.sequence] = (len(is_ - was), len(was - is_))
            while len(self._counts) > _MOST_COUNTS:
                self._counts.popitem(last=False)
            return counts
        finally:
            self._counting.release()

    def _lines(self, digest: str | None) -> tuple[str, ...]:
        return () if digest is None else self._ledger.content(digest).lines


def _size(iris: Iterable[str], old: Mapping[str, Version], new: Mapping[str, Version]) -> int:
    """Statements of the graphs that differ, on both sides."""
    pairs = ([heads[iri] for heads in (old, new) if iri in heads] for iri in iris)
    return sum(
        version.statements
        for pair in pairs
        if len({version.digest for version in pair}) == len(pair)  # two of one digest are equal
        for version in pair
    )


def shortened(statement: str, prefixes: Mapping[str, str]) -> str:
    """A statement with its IRIs shortened by prefixes, for people; texts stay as they are."""

    def short(match: re.Match[str]) -> str:
        token = match.group()
        if token.startswith('"'):
            return token
        for name, namespace in prefixes.items():
            if token.startswith(f"<{namespace}") and _LOCAL.fullmatch(
                token[len(namespace) + 1 : -1]
            ):
                return f"{name}:{token[len(namespace) + 1 : -1]}"
        return token

    return _TOKEN.sub(short, statement)

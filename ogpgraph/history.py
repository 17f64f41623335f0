"""What was published when: the past of a home, and what two moments of it differ in.

Needs the ledger only. A moment is a sequence number: the state after that version, 0 before the
first. Graphs hold no blank nodes, so that differences of sets are exact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ogpgraph.errors import BadRequest, Unavailable
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import Ledger, Version

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A version, and how many statements it added to and removed from the one before it."""

    version: Version
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The statements that one named graph gained and lost, each in canonical order."""

    graph: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


class History:
    """The past of one ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

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
        self, graph: str | None = None, *, limit: int, before: int | None = None
    ) -> tuple[Entry, ...]:
        """Versions and what they changed, newest first; arguments as of `Ledger.versions`."""
        versions = self._ledger.versions(graph, limit=limit, before=before)
        return tuple(self._entry(version) for version in versions)

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

    def differences(self, start: int, end: int, graph: str | None = None) -> tuple[Difference, ...]:
        """What differs between two moments, by graph; equal graphs are left out.

        Args:
            start: a moment.
            end: another, before or after it.
            graph: look at this graph only.
        """
        old, new = self.heads(start), self.heads(end)
        iris = sorted(old.keys() | new.keys()) if graph is None else [graph]
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

    def _entry(self, version: Version) -> Entry:
        earlier = self._ledger.versions(version.graph, limit=1, before=version.sequence)
        was = set(self._lines(earlier[0].digest if earlier else None))
        is_ = set(self._lines(version.digest))
        return Entry(version, len(is_ - was), len(was - is_))

    def _lines(self, digest: str | None) -> tuple[str, ...]:
        return () if digest is None else self._ledger.content(digest).lines


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

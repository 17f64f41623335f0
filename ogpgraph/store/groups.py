"""Graphs of a store that stand for many: each is the merge of a family of named graphs.

A triple of the default graph stands in one of them at most, the first that one of its graphs
belongs to: so several together give no triple twice. They are graphs like any other to a query
that names them, and are not there for one that asks of all graphs (`GRAPH ?g`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from ogpgraph.dataset_clause import dataset_clause
from ogpgraph.files import Graph
from ogpgraph.gate import tokens
from ogpgraph.terms import iri
from ogpgraph.workers.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a store; none by default."""

    iris: tuple[str, ...] = ()
    """In their order."""
    of: Callable[[str], str | None] = lambda _: None
    """The group of a named graph."""

    def first(self, graphs: Iterable[str]) -> str | None:
        """The group in which a triple stands that these named graphs hold."""
        found = {self.of(graph) for graph in graphs}
        return next((group for group in self.iris if group in found), None)

    def quads(self, graphs: Mapping[str, Graph]) -> Iterator[bytes]:
        """All named graphs of a store, its groups and its default graph, as N-Quads."""
        merge: set[str] = set()
        members: dict[str, set[str]] = {group: set() for group in self.iris}
        for name, graph in graphs.items():
            merge.update(graph.lines)
            members.get(self.of(name) or "", set()).update(graph.lines)
            yield _quads(name, graph.lines)
        seen: set[str] = set()
        for group, lines in members.items():
            yield _quads(group, lines - seen)
            seen |= lines
        yield "".join(f"{line}\n" for line in merge).encode()

    def dataset(
        self, text: str, default: Sequence[str], named: Sequence[str], base: str | None
    ) -> Dataset | None:
        """What a query is evaluated on: the graphs given with it, else those that it names.

        None where the engine can do with the text, which then names each graph once, and one
        default graph at most.
        """
        if not (default or named):
            clause = dataset_clause(text, base)
            if clause is None:
                return None
            default, named = clause.default_graphs, clause.named_graphs
            if len(default) <= 1 and len(named) == len(set(named)):
                return None
        graphs = self._without_held(tuple(dict.fromkeys(default)))
        merge = len(graphs) > 1 and not set(graphs).issubset(self.iris)
        return Dataset(graphs, tuple(dict.fromkeys(named)), merge)

    def _without_held(self, graphs: tuple[str, ...]) -> tuple[str, ...]:
        """Graphs of the same merge: without those all of whose triples stand in groups given.

        A triple stands in a group before that of its graph or in that: so all of these are needed.
        """
        full = set(takewhile(graphs.__contains__, self.iris))
        return tuple(one for one in graphs if one in self.iris or self.of(one) not in full)

    def hiding(self, text: str) -> str:
        """A query in which `GRAPH ?g` does not reach them, as a text for the engine.

        A text that says its own dataset is left as it is: there they are what it names.
        """
        if not self.iris or "graph" not in text.lower():
            return text
        hidden = ",".join(str(iri(each)) for each in self.iris)
        parts, done = [], 0
        for end, variable in _variable_graphs(text):
            parts += [text[done:end], f" FILTER({variable} NOT IN({hidden}))"]
            done = end
        return "".join([*parts, text[done:]])


NO_GROUPS = Groups()


def _quads(name: str, lines: Iterable[str]) -> bytes:
    return "".join(f"{line[:-1]}<{name}> .\n" for line in lines).encode()


def _variable_graphs(text: str) -> list[tuple[int, str]]:
    """Where each `GRAPH ?g {…}` of a query without FROM ends, and its variable."""
    found: list[tuple[int, str]] = []
    opened: list[str | None] = []
    before = [("", ""), ("", "")]
    for token in tokens(text):
        kind, part = token.kind, token.part
        if kind == "name" and part.upper() == "FROM":
            return []
        if part == "{":
            (word, name), (which, variable) = before
            named = word == "name" and ":" not in name and name.upper().endswith("GRAPH")
            opened.append(variable if named and which == "variable" else None)
        elif part == "}" and opened and (closed := opened.pop()):
            found.append((token.end, closed))
        before = [before[1], (kind, part)]
    return found

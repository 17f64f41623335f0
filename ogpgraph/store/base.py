"""The contract of a store, and what the stores share.

A store holds named graphs. Its default graph is their RDF merge: a triple stands in it once,
however many named graphs hold it. It may have groups, merges of some of them: see `groups.py`.
Writes are whole named graphs in one atomic step, so that
nothing enters unvalidated and no reader sees half of a change.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ogpgraph.files import Graph, answered
from ogpgraph.formats import N_TRIPLES, RESULTS_JSON
from ogpgraph.store.groups import NO_GROUPS, Groups
from ogpgraph.terms import XSD_STRING, Term
from ogpgraph.terms import iri as absolute
from ogpgraph.workers.cancel import Cancel

Row = Mapping[str, Term]
_DEFAULT, _NONE = "", "-"
"""Where a statement goes that is for the default graph, or for no graph."""


class Result(Protocol):
    """An answer that can be written once, in a media type of its kind."""

    @property
    def kind(self) -> str:
        """One of “solutions”, “boolean” and “graph”."""
        ...

    def write(self, media_type: str) -> bytes:
        """The engine's own bytes in that media type.

        Raises:
            ResultTooLarge, QueryTimeout, QueryCrashed: the answer cannot be given whole.
        """
        ...


class Engine(Protocol):
    """What the read path needs: an engine, or one snapshot of it."""

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        cancel: Cancel | None = None,
    ) -> Result:
        """Evaluate a SPARQL 1.1 query on the merge, or on the graphs given.

        `cancel` is set by another thread when nobody waits any more: engines that can stop do.

        Raises:
            MalformedQuery: the text does not parse.
            QueryTimeout: it did not finish within `timeout` seconds.
            Unavailable: the engine cannot answer.
        """
        ...


class Store(Engine, Protocol):
    """What the publish path needs besides."""

    @property
    def edition(self) -> str:
        """What its content is called, as the last `replace` said; empty before."""
        ...

    def graph(self, iri: str) -> Graph:
        """The content of a named graph; empty where there is none."""
        ...

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of the named graphs that are not empty, sorted; groups are not among them."""
        ...

    def replace(
        self,
        graphs: Mapping[str, Graph],
        *,
        edition: str | None = None,
        known: Mapping[str, Graph] | None = None,
    ) -> None:
        """Replace the content of each named graph, all in one atomic step; empty drops it.

        Args:
            graphs: by IRI.
            known: what some of them hold now, which is then not read again.
            edition: what the whole content is called from now on; as before without it.
        """
        ...

    def drop(self, iri: str) -> None:
        """Remove a named graph."""
        ...

    def close(self) -> None:
        """Release the engine. Nothing can be asked afterwards."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What turns the old content of some named graphs into the new, default graph included."""

    deleted: tuple[str, ...]
    inserted: tuple[str, ...]
    left: tuple[str, ...] = ()
    """The statements that leave the default graph."""
    came: tuple[str, ...] = ()
    """Those that come into it."""

    def update(self) -> str:
        """One SPARQL 1.1 Update request, atomic in the engines we know; empty for no change."""
        parts = []
        if self.deleted:
            parts.append("DELETE DATA {\n" + "\n".join(self.deleted) + "\n}")
        if self.inserted:
            parts.append("INSERT DATA {\n" + "\n".join(self.inserted) + "\n}")
        return " ;\n".join(parts)


Holders = Mapping[str, Collection[str]]
"""The named graphs that hold a statement, by statement."""


def change(
    old: Mapping[str, Graph],
    new: Mapping[str, Graph],
    held_elsewhere: Callable[[Iterable[str]], Holders],
    groups: Groups = NO_GROUPS,
) -> Change:
    """The difference between two states of the same named graphs, kept in step with the merges.

    Args:
        old: the present content of each graph of `new`.
        new: the content that is wanted.
        held_elsewhere: for some statements, the named graphs outside `new` that hold them.
        groups: of the store.
    """
    touched: set[str] = set()
    deleted: dict[str, list[str]] = defaultdict(list)
    inserted: dict[str, list[str]] = defaultdict(list)
    for iri, graph in new.items():
        before, after = set(old[iri].lines), set(graph.lines)
        deleted[iri], inserted[iri] = list(before - after), list(after - before)
        touched |= before ^ after
    had, have = _holders(old, touched), _holders(new, touched)
    asked = touched if groups.iris else touched - have.keys()  # what is there stays in the merge
    elsewhere = held_elsewhere(sorted(asked)) if asked else {}
    for line in touched:
        others = elsewhere.get(line, ())
        was, now = {*had.get(line, ()), *others}, {*have.get(line, ()), *others}
        if not now:
            deleted[_DEFAULT].append(line)
        elif not was:
            inserted[_DEFAULT].append(line)
        left, entered = groups.first(was), groups.first(now)
        if left != entered:
            deleted[left or _NONE].append(line)
            inserted[entered or _NONE].append(line)
    gone, came = (tuple(sorted(lines[_DEFAULT])) for lines in (deleted, inserted))
    return Change(_in_graphs(deleted), _in_graphs(inserted), gone, came)


def with_known(
    store: Store, graphs: Iterable[str], known: Mapping[str, Graph] | None
) -> dict[str, Graph]:
    """What some graphs of a store hold; what is known of them is not read."""
    given = known or {}
    return {iri: given[iri] if iri in given else store.graph(iri) for iri in graphs}


def held_query(lines: Iterable[str], changing: Iterable[str]) -> str:
    """Asks which of some statements a named graph outside `changing` holds."""
    names = ", ".join(str(absolute(iri)) for iri in changing)
    values = " ".join(f"({line.removesuffix(' .')})" for line in lines)
    return (
        "CONSTRUCT { ?s ?p ?o } WHERE { "
        f"VALUES (?s ?p ?o) {{ {values} }} "
        f"GRAPH ?g {{ ?s ?p ?o }} FILTER (?g NOT IN ({names})) }}"
    )


def rows(result: Result) -> Iterator[Row]:
    """The solutions of a SELECT, read from its SPARQL JSON form."""
    yield from solutions(result.write(RESULTS_JSON))[1]


def solutions(content: bytes) -> tuple[tuple[str, ...], list[Row]]:
    """The variables and the solutions in a document of SPARQL JSON results, in their order."""
    body = json.loads(content)
    found: list[Row] = [
        {name: _term(value) for name, value in binding.items()}
        for binding in body["results"]["bindings"]
    ]
    return tuple(body["head"]["vars"]), found


def boolean(result: Result) -> bool:
    """The answer of an ASK."""
    return bool(json.loads(result.write(RESULTS_JSON))["boolean"])


def statements(result: Result) -> Graph:
    """The triples of a CONSTRUCT or DESCRIBE as a graph value."""
    return answered(result.write(N_TRIPLES))


def _holders(graphs: Mapping[str, Graph], lines: set[str]) -> dict[str, list[str]]:
    """Which of the graphs hold each of some statements."""
    found: dict[str, list[str]] = defaultdict(list)
    for iri, graph in graphs.items():
        for line in lines.intersection(graph.lines):
            found[line].append(iri)
    return found


def _in_graphs(lines: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Statements by graph, as the quads of an update; those of the default graph come last."""
    quads: list[str] = []
    for iri in sorted(lines.keys() - {_DEFAULT, _NONE}):
        if lines[iri]:
            quads += [f"GRAPH {absolute(iri)} {{", *sorted(lines[iri]), "}"]
    return (*quads, *sorted(lines.get(_DEFAULT, ())))


def _term(value: Mapping[str, str]) -> Term:
    if value["type"] == "uri":
        return Term("iri", value["value"])
    if value["type"] == "bnode":
        return Term("blank", value["value"])
    datatype = value.get("datatype")
    datatype = None if datatype == XSD_STRING else datatype
    return Term("literal", value["value"], value.get("xml:lang"), datatype)

"""The default graph of an engine, read piece by piece as it is now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ogpgraph.files import Graph
from ogpgraph.formats import N_TRIPLES
from ogpgraph.store.base import Store, held_query, rows, statements
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.terms import iri
from ogpgraph.vocab import RDF_TYPE

_BATCH = 1_000
"""Things asked about in one query."""


class StoreMerge:
    """What an engine has in its default graph: see `statistics.Merge`."""

    def __init__(self, engine: Store) -> None:
        self._engine = engine

    def everything(self) -> Iterable[str]:
        """All of it, each statement once."""
        if isinstance(self._engine, EmbeddedStore):
            return self._engine.merge()
        return self._lines("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")

    def about(self, subjects: Collection[str]) -> set[str]:
        """The statements with one of these subjects."""
        return self._some("VALUES ?s {{ {} }} ?s ?p ?o", subjects)

    def naming(self, objects: Collection[str]) -> set[str]:
        """The statements with one of these objects."""
        return self._some("VALUES ?o {{ {} }} ?s ?p ?o", objects)

    def types(self, subjects: Collection[str]) -> set[str]:
        """The statements of the classes of these things."""
        pattern = f"VALUES ?s {{{{ {{}} }}}} VALUES ?p {{{{ {iri(RDF_TYPE)} }}}} ?s ?p ?o"
        return self._some(pattern, subjects)

    def sizes(self) -> dict[str, int]:
        """How many statements each named graph has."""
        text = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
        return {row["g"].value: int(row["n"].value) for row in rows(self._engine.query(text))}

    def held(self, lines: Iterable[str], changing: Collection[str]) -> set[str]:
        """Of some statements, those that a named graph outside `changing` holds."""
        found: set[str] = set()
        wanted = list(lines)
        for at in range(0, len(wanted), _BATCH):
            found.update(self._lines(held_query(wanted[at : at + _BATCH], changing)))
        return found

    def _some(self, pattern: str, things: Collection[str]) -> set[str]:
        found: set[str] = set()
        wanted = sorted(things)
        for at in range(0, len(wanted), _BATCH):
            values = " ".join(str(iri(thing[1:-1])) for thing in wanted[at : at + _BATCH])
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern.format(values)} }}"
            found.update(self._lines(text))
        return found

    def _lines(self, text: str) -> Sequence[str]:
        result = self._engine.query(text)
        if isinstance(self._engine, EmbeddedStore):  # it writes as it was written to
            return Graph.from_bytes(result.write(N_TRIPLES)).lines
        return statements(result).lines

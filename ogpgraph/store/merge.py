"""The default graph of an engine, read piece by piece as it is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

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

    def classes(self) -> Iterable[str]:
        """The statements of the classes of all things."""
        return self._lines(f"CONSTRUCT {{ ?s a ?c }} WHERE {{ ?s {iri(RDF_TYPE)} ?c }}")

    def about(self, subjects: Collection[str]) -> set[str]:
        """The statements with one of these subjects."""
        return self._some(
            subjects,
            lambda some: (
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {_terms(some)} }} ?s ?p ?o }}"
            ),
        )

    def naming(self, objects: Collection[str]) -> set[str]:
        """The statements with one of these objects."""
        return self._some(
            objects,
            lambda some: (
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?o {{ {_terms(some)} }} ?s ?p ?o }}"
            ),
        )

    def types(self, subjects: Collection[str]) -> set[str]:
        """The statements of the classes of these things."""
        return self._some(
            subjects,
            lambda some: (
                "CONSTRUCT { ?s a ?c } WHERE "
                f"{{ VALUES ?s {{ {_terms(some)} }} ?s {iri(RDF_TYPE)} ?c }}"
            ),
        )

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

    def _some(self, things: Collection[str], asking: Callable[[Sequence[str]], str]) -> set[str]:
        """What is said of many things, asked a thousand at a time."""
        found: set[str] = set()
        wanted = sorted(things)
        for at in range(0, len(wanted), _BATCH):
            found.update(self._lines(asking(wanted[at : at + _BATCH])))
        return found

    def _lines(self, text: str) -> Sequence[str]:
        result = self._engine.query(text)
        if isinstance(self._engine, EmbeddedStore):  # it writes as it was written to
            return Graph.from_bytes(result.write(N_TRIPLES)).lines
        return statements(result).lines


def _terms(things: Sequence[str]) -> str:
    """IRIs in their written form, looked at again."""
    return " ".join(str(iri(thing[1:-1])) for thing in things)

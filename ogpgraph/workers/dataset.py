"""The dataset that a query is evaluated on, its default graph a set of triples.

Given several graphs as the default graph, the engine finds a triple once in each of them, also in
one that is named twice. SPARQL wants their RDF merge. So where graphs may share triples, the query
is evaluated on a copy of them in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

_ALL = "SELECT ?s ?p ?o ?g WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
"""One query: all graphs are read in one state of the store."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """IRIs of graphs, each once. They stand over those that a text names."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    merge: bool
    """Whether the default graphs may share triples."""

    @classmethod
    def read(cls, head: Mapping[str, Any]) -> Dataset:
        """From the JSON of its fields."""
        default, named = tuple(head["default_graphs"]), tuple(head["named_graphs"])
        return cls(default, named, head["merge"])

    def evaluate(self, store: ox.Store, text: str, base: str | None) -> Any:
        """The engine's answer to a query on these graphs of a store."""
        if self.merge:
            return self.evaluate_merged(self.merged(store), text, base)
        default: Any = [ox.NamedNode(name) for name in self.default_graphs]
        return store.query(text, base_iri=base, default_graph=default, named_graphs=self._named())

    def evaluate_merged(self, merged: ox.Store, text: str, base: str | None) -> Any:
        """The same on what `merged` gave."""
        default, named = ox.DefaultGraph(), self._named()
        return merged.query(text, base_iri=base, default_graph=default, named_graphs=named)

    def merged(self, store: ox.Store) -> ox.Store:
        """A copy of these graphs: the default ones merged, the named ones as they are.

        It takes time and memory in proportion to what they hold.
        """
        default: Any = [ox.NamedNode(name) for name in self.default_graphs]
        found: Any = store.query(_ALL, default_graph=default, named_graphs=self._named())
        copy = ox.Store()
        copy.bulk_extend(ox.Quad(s, p, o, g or ox.DefaultGraph()) for s, p, o, g in found)
        return copy

    def _named(self) -> Any:
        return [ox.NamedNode(name) for name in self.named_graphs]

"""What follows from a graph: CONSTRUCT rules run over it and the things that it refers to.

The rules read only what is asserted, never each other's output, so one pass suffices and the
result depends on nothing but the graph and its references.
"""

from __future__ import annotations

from collections.abc import Iterable

from ogpgraph.files import Graph
from ogpgraph.store.base import statements
from ogpgraph.store.embedded import EmbeddedStore

_SCRATCH = "urn:ogpgraph:scratch:"


class Rules:
    """The rules of a deployment: CONSTRUCT texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    def derive(self, graph: Graph, reference: Graph) -> Graph:
        """What follows from `graph`, seen with `reference`, and stands in neither of them."""
        scratch = EmbeddedStore()
        scratch.replace({f"{_SCRATCH}graph": graph, f"{_SCRATCH}reference": reference})
        derived: set[str] = set()
        for text in self._texts:
            derived.update(statements(scratch.query(text)).lines)
        scratch.close()
        return Graph.of(derived.difference(graph.lines, reference.lines))

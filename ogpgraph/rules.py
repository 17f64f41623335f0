"""What follows from a graph: CONSTRUCT rules run over it and the things that it refers to.

The rules read only what is asserted, never each other's output, so one pass suffices and the
result depends on nothing but the graph and its references.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import closing

from ogpgraph.files import Graph
from ogpgraph.store.base import statements
from ogpgraph.store.embedded import EmbeddedStore

_SCRATCH = "urn:ogpgraph:scratch:"


class Rules:
    """The rules of a deployment: CONSTRUCT texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)
        self.digest = hashlib.sha256("\n".join(self._texts).encode()).hexdigest()

    def derive(self, graph: Graph, reference: Graph) -> Graph:
        """What follows from `graph`, seen with `reference`, and stands in neither of them."""
        derived: set[str] = set()
        with closing(EmbeddedStore()) as scratch:
            scratch.replace({f"{_SCRATCH}graph": graph, f"{_SCRATCH}reference": reference})
            for text in self._texts:
                derived.update(statements(scratch.query(text)).lines)
        return Graph.of(derived.difference(graph.lines, reference.lines))

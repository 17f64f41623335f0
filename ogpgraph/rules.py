"""What follows from a graph: CONSTRUCT rules run over it and the things that it refers to.

The rules read only what is asserted, never each other's output, so one pass suffices and the
result depends on nothing but the graph and its references.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ogpgraph.files import Graph
from ogpgraph.store.scratch import Evaluate, evaluate

_SCRATCH = "urn:ogpgraph:scratch:"


class Rules:
    """The rules of a deployment: CONSTRUCT texts."""

    def __init__(self, texts: Iterable[str], evaluate: Evaluate = evaluate) -> None:
        """Prepare.

        Args:
            texts: SPARQL CONSTRUCT.
            evaluate: runs them; in this process without one.
        """
        self._texts = tuple(texts)
        self._evaluate = evaluate
        self.digest = hashlib.sha256("\n".join(self._texts).encode()).hexdigest()

    def derive(self, graph: Graph, reference: Graph) -> Graph:
        """What follows from `graph`, seen with `reference`, and stands in neither of them."""
        graphs = {f"{_SCRATCH}graph": graph, f"{_SCRATCH}reference": reference}
        answers = self._evaluate(graphs, self._texts)
        derived = {line for answer in answers for line in Graph.from_bytes(answer).lines}
        return Graph.of(derived.difference(graph.lines, reference.lines))

"""What follows from a graph: CONSTRUCT rules run over it and the things that it refers to.

The rules read only what is asserted, never each other's output, so one pass suffices and the
result depends on nothing but the graph and its references.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from ogpgraph.files import Graph
from ogpgraph.store.scratch import Evaluate, evaluate

_SCRATCH = "urn:ogpgraph:scratch:"


class Constructs:
    """CONSTRUCT texts that are run together over the same few graphs."""

    def __init__(self, texts: Iterable[str], evaluate: Evaluate = evaluate) -> None:
        """Prepare.

        Args:
            texts: SPARQL CONSTRUCT.
            evaluate: runs them; in this process without one.
        """
        self._texts = tuple(texts)
        self._evaluate = evaluate
        self.digest = hashlib.sha256("\n".join(self._texts).encode()).hexdigest()

    def constructed(self, graphs: Mapping[str, Graph]) -> set[str]:
        """The statements that they give, of graphs by a short name."""
        named = {f"{_SCRATCH}{name}": graph for name, graph in graphs.items()}
        answers = self._evaluate(named, self._texts)
        return {line for answer in answers for line in Graph.from_bytes(answer).lines}


class Rules(Constructs):
    """The rules that derive short links, the other direction of links, and the like."""

    def derive(self, graph: Graph, reference: Graph) -> Graph:
        """What follows from `graph`, seen with `reference`, and stands in neither of them."""
        derived = self.constructed({"graph": graph, "reference": reference})
        return Graph.of(derived.difference(graph.lines, reference.lines))

"""What OWL 2 RL entails of a graph by the axioms of our ontology and its alignments.

Each rule is a CONSTRUCT, named as in the tables of the profile. A rule follows the axioms to
their end by itself (paths over subproperties, inverses and superclasses), and each of them goes
from one statement to another: so one pass suffices, and what follows from two graphs is what
follows from each of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ogpgraph.files import Graph
from ogpgraph.store.scratch import Evaluate, evaluate
from ogpgraph.vocab import EXTERNAL_PREFIXES

_SCRATCH = "urn:ogpgraph:scratch:"
_AXIOMS = frozenset(
    f"<{EXTERNAL_PREFIXES[prefix]}{local}>"
    for prefix, local in (
        ("rdfs", "subClassOf"),
        ("rdfs", "subPropertyOf"),
        ("rdfs", "domain"),
        ("rdfs", "range"),
        ("owl", "inverseOf"),
    )
)
"""The predicates that the rules read."""


class Entailments:
    """The rules of a deployment: CONSTRUCT texts."""

    def __init__(self, texts: Iterable[str], evaluate: Evaluate = evaluate) -> None:
        """Prepare.

        Args:
            texts: SPARQL CONSTRUCT over the graphs `statements` and `axioms`.
            evaluate: runs them; in this process without one.
        """
        self._texts = tuple(texts)
        self._evaluate = evaluate
        self.digest = hashlib.sha256("\n".join(self._texts).encode()).hexdigest()

    def entail(self, graph: Graph, axioms: Graph, known: Graph) -> Graph:
        """What `graph` entails by `axioms`, and stands neither in it nor in `known`.

        Args:
            graph: what is stated, with what the rules of `rules.py` derive from it.
            axioms: see `axioms_of`. What `graph` itself says of classes and properties is not used.
            known: what need not be said again.
        """
        graphs = {f"{_SCRATCH}statements": graph, f"{_SCRATCH}axioms": axioms}
        answers = self._evaluate(graphs, self._texts)
        entailed = {line for answer in answers for line in Graph.from_bytes(answer).lines}
        return Graph.of(entailed.difference(graph.lines, known.lines))


def axioms_of(graphs: Iterable[Graph]) -> Graph:
    """The axioms that the rules read, of some graphs."""
    lines = (line for graph in graphs for line in graph.lines)
    return Graph.of(line for line in lines if line.split(" ", 2)[1] in _AXIOMS)

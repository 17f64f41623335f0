"""What OWL 2 RL entails of a graph by the axioms of our ontology and its alignments.

Each rule is a CONSTRUCT, named as in the tables of the profile. A rule follows the axioms to
their end by itself (paths over subproperties, inverses and superclasses), and each of them goes
from one statement to another: so one pass suffices, and what follows from two graphs is what
follows from each of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from ogpgraph.files import Graph
from ogpgraph.rules import Constructs
from ogpgraph.vocab import EXTERNAL_PREFIXES

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


class Entailments(Constructs):
    """The rules of OWL 2 RL that are used: texts over the graphs `statements` and `axioms`."""

    def entail(self, graph: Graph, axioms: Graph, known: Graph) -> Graph:
        """What `graph` entails by `axioms`, and stands neither in it nor in `known`.

        Args:
            graph: what is stated, with what the rules of `rules.py` derive from it.
            axioms: see `axioms_of`. What `graph` itself says of classes and properties is not used.
            known: what need not be said again.
        """
        entailed = self.constructed({"statements": graph, "axioms": axioms})
        return Graph.of(entailed.difference(graph.lines, known.lines))


def axioms_of(graphs: Iterable[Graph]) -> Graph:
    """The axioms that the rules read, of some graphs."""
    lines = (line for graph in graphs for line in graph.lines)
    return Graph.of(line for line in lines if line.split(" ", 2)[1] in _AXIOMS)

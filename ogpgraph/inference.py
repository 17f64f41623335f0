"""The companions of published graphs: what the rules derive, and what that entails."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ogpgraph.entailments import Entailments, axioms_of
from ogpgraph.files import Graph
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.rules import Rules

_AXIOMS = ("ontology", "alignments")
"""The graphs whose axioms count: the package's own, which nobody else can publish."""


class Inference:
    """Makes the companions of graphs. For one thread at a time."""

    def __init__(
        self, rules: Rules, entailments: Entailments, holdings: Holdings, names: Names
    ) -> None:
        self._rules = rules
        self._entailments = entailments
        self._holdings = holdings
        self._names = names
        digests = f"{rules.digest} {entailments.digest}"
        self.digest = hashlib.sha256(digests.encode()).hexdigest()
        """Of the rules: with others, the companions are others."""

    def companions(
        self, graphs: Mapping[str, Graph], given: Mapping[str, Graph] | None = None
    ) -> dict[str, Graph]:
        """The companions of some graphs, by their IRIs.

        Args:
            graphs: by IRI.
            given: those that are not yet published, in place of what is published of them.
        """
        given = given or {}
        reference = self._holdings.reference(given)
        axioms = axioms_of(self._content(self._names.graph(path), given) for path in _AXIOMS)
        found: dict[str, Graph] = {}
        for iri, graph in graphs.items():
            derived = self._names.derived_graph(iri)
            entailed = self._names.entailed_graph(iri)
            if derived and entailed:
                around = reference.around(graph)
                found[derived] = self._rules.derive(graph, around)
                found[entailed] = self._entailments.entail(graph | found[derived], axioms, around)
        return found

    def _content(self, iri: str, given: Mapping[str, Graph]) -> Graph:
        return given[iri] if iri in given else self._holdings.graph(iri)

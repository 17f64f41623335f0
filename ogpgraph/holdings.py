"""What the ledger says is published now: the graphs, and which of them others refer to."""

from __future__ import annotations

from collections.abc import Mapping

from ogpgraph.drafts import subjects_of
from ogpgraph.errors import NotFound, Withdrawn
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import Ledger, Version
from ogpgraph.reference import Reference
from ogpgraph.terms import Term


class Holdings:
    """The published graphs. Reference graphs are kept in memory: each publish needs them.

    For one thread at a time.
    """

    def __init__(self, ledger: Ledger, names: Names) -> None:
        self._ledger = ledger
        self._names = names
        self._known: dict[str, Graph | None] = {}
        """By digest: the content of a reference graph, None for one that is none."""

    def heads(self) -> dict[str, Version]:
        """The newest version of each graph that is not withdrawn, by IRI."""
        return {head.graph: head for head in self._ledger.heads() if head.statements}

    def missing(self, iri: str) -> NotFound:
        """What is to be said of a graph that is not published: it is no more, or never was."""
        if self._ledger.versions(iri, limit=1):
            return Withdrawn(f"The graph <{iri}> was withdrawn.")
        return NotFound(f"There is no graph <{iri}>.")

    def graph(self, iri: str) -> Graph:
        """The published content of a graph; empty where there is none."""
        head = self.heads().get(iri)
        return self._ledger.content(head.digest) if head else Graph()

    def graphs(self) -> dict[str, Graph]:
        """The published content of every graph."""
        return {iri: self._ledger.content(head.digest) for iri, head in self.heads().items()}

    def reference(self, given: Mapping[str, Graph]) -> Reference:
        """The reference graphs, with those given in place of what is published of them."""
        digests = {head.digest for iri, head in self.heads().items() if iri not in given}
        self._known = {
            digest: self._known[digest] if digest in self._known else self._if_reference(digest)
            for digest in sorted(digests)
        }
        published = [graph for graph in self._known.values() if graph is not None]
        return Reference([*published, *filter(self.is_reference, given.values())])

    def supplemented(self, graph: Graph, given: Mapping[str, Graph]) -> Graph:
        """The graphs that this one supplements, by its own statement."""
        predicate = str(Term("iri", self._names.term("supplements")))
        parts = (line.split(" ", 2) for line in graph.lines)  # a text may look like a statement
        named = {value[1:].removesuffix("> .") for _, said, value in parts if said == predicate}
        published = self.heads() if named else {}
        found = [given[iri] for iri in named if iri in given]
        found += [
            self._ledger.content(published[iri].digest)
            for iri in sorted(named - given.keys())
            if iri in published
        ]
        return Graph.of(line for each in found for line in each.lines)

    def is_reference(self, graph: Graph) -> bool:
        """Whether a graph says of itself that others refer to it."""
        return bool(subjects_of(graph, self._names.term("ReferenceGraph")))

    def _if_reference(self, digest: str) -> Graph | None:
        graph = self._ledger.content(digest)
        return graph if self.is_reference(graph) else None

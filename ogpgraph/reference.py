"""What a graph refers to: the statements of shared graphs about the things that it names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from ogpgraph.files import Graph


class Reference:
    """Shared graphs (ontology, code lists, institutions …), indexed by subject."""

    def __init__(self, graphs: Iterable[Graph]) -> None:
        self._by_subject: dict[str, list[str]] = defaultdict(list)
        digests = []
        for graph in graphs:
            digests.append(graph.digest)
            for line in graph.lines:
                self._by_subject[line.split(" ", 1)[0]].append(line)
        self._digests = sorted(digests)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over the digests of the graphs: the same graphs, the same value."""
        return hashlib.sha256("".join(self._digests).encode()).hexdigest()

    def around(self, graph: Graph) -> Graph:
        """The statements about everything that `graph` names as an object or a subject.

        One step only, so the cost depends on the graph and not on what is shared.
        """
        named = {line.split(" ", 1)[0] for line in graph.lines}
        objects = (line.split(" ", 2)[2].removesuffix(" .") for line in graph.lines)
        named.update(text for text in objects if text.startswith("<"))
        return Graph.of(line for name in named for line in self._by_subject.get(name, ()))

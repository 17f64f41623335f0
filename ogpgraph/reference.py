"""What a graph refers to: the statements of other graphs about the things that it names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ogpgraph.files import Graph
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
_SUBCLASS = f"<{EXTERNAL_PREFIXES['rdfs']}subClassOf>"


class Reference:
    """Shared graphs (ontology, code lists, institutions …), indexed once for many slices."""

    def __init__(self, graphs: Iterable[Graph]) -> None:
        self._by_subject: dict[str, list[str]] = defaultdict(list)
        self._by_object: dict[str, list[str]] = defaultdict(list)
        for graph in graphs:
            self._index(self._by_subject, self._by_object, graph)

    def around(self, graph: Graph, supplemented: Graph | None = None) -> Graph:
        """The part of the reference that matters for checking `graph` and deriving from it.

        Links (not texts) of everything that the graph names, and the class axioms above them.
        Of the things that it describes without saying their class, and so supplements, all that
        is said, and all about what points at them: their translations, ratings and the like.
        The cost depends on the graph, and on how much is said about what it supplements.

        Args:
            graph: the graph.
            supplemented: what it supplements, by its own statement: looked through as well.
        """
        by_subject, by_object = self._with(supplemented)
        parts = [_parts(line) for line in graph.lines]
        typed = {subject for subject, predicate, _ in parts if predicate == _TYPE}
        open_ends = {subject for subject, _, _ in parts} - typed
        kept = {line for thing in open_ends for line in by_subject(thing)}
        pointing = {_parts(line)[0] for thing in open_ends for line in by_object(thing)}
        kept.update(line for thing in pointing for line in by_subject(thing))
        named = {term for part in parts for term in part if term.startswith("<")}
        named.update(term for line in kept for term in _parts(line) if term.startswith("<"))
        kept.update(line for name in named for line in by_subject(name) if line[-3] == ">")
        classes = {_parts(line)[2] for line in kept if f" {_TYPE} " in line}
        kept.update(self._axioms(classes | named))
        return Graph.of(kept)

    def _with(self, graph: Graph | None) -> tuple[_Lookup, _Lookup]:
        """Lookups by subject and by object, over the reference and one graph more."""
        subjects: dict[str, list[str]] = defaultdict(list)
        objects: dict[str, list[str]] = defaultdict(list)
        if graph:
            self._index(subjects, objects, graph)
        return _Lookup(self._by_subject, subjects), _Lookup(self._by_object, objects)

    def _axioms(self, classes: set[str]) -> Iterator[str]:
        """The subclass axioms from the classes upwards."""
        waiting, seen = list(classes), set(classes)
        while waiting:
            for line in self._by_subject.get(waiting.pop(), ()):
                _, predicate, parent = _parts(line)
                if predicate == _SUBCLASS:
                    yield line
                    if parent not in seen:
                        seen.add(parent)
                        waiting.append(parent)

    @staticmethod
    def _index(subjects: dict[str, list[str]], objects: dict[str, list[str]], g: Graph) -> None:
        for line in g.lines:
            subject, _, value = _parts(line)
            subjects[subject].append(line)
            if value.startswith("<"):
                objects[value].append(line)


class _Lookup:
    """Lines under a key in two indexes."""

    def __init__(self, first: dict[str, list[str]], second: dict[str, list[str]]) -> None:
        self._first, self._second = first, second

    def __call__(self, key: str) -> Iterator[str]:
        yield from self._first.get(key, ())
        yield from self._second.get(key, ())


def _parts(line: str) -> list[str]:
    return line[:-2].split(" ", 2)

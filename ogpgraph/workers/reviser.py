"""The program of a worker that tries updates: `python -m ogpgraph.workers.reviser '{…}'`.

A request names a copy of the store, which is its own to write, and has the operations of an
update, each with the graphs that it may write; its reply has the graphs that are not as they
were, whole. Nothing else of the copy is looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox

from ogpgraph.workers.frames import Head
from ogpgraph.workers.serve import serve

_REASON = 2_000
"""Characters of an engine's reason that are passed on."""

Quads = frozenset[ox.Triple]


def main() -> None:
    """Serve until standard input ends, or the parent."""
    serve(lambda limits: _Trial(int(limits["rows"])))


class _Trial:
    """Runs updates, each on a copy of its own."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __call__(self, head: Head, body: bytes) -> tuple[Head, bytes]:
        try:
            store = ox.Store(head["folder"]) if head["folder"] else _filled(body, head["data"])
        except (OSError, RuntimeError) as error:
            return {"error": "copy", "reason": str(error)[:_REASON]}, b""
        try:
            changed = self._run(store, json.loads(body[head["data"] :]))
        except SyntaxError as error:
            return {"error": "syntax", "reason": str(error.msg)[:_REASON]}, b""
        except ValueError as error:
            return {"error": "syntax", "reason": str(error)[:_REASON]}, b""
        except (OSError, RuntimeError) as error:
            return {"error": "engine", "reason": str(error)[:_REASON]}, b""
        contents = {iri: _text(triples) for iri, triples in sorted(changed.items())}
        if (found := sum(map(len, changed.values()))) > self._most:
            return {"error": "large", "limit": self._most, "found": found}, b""
        sizes = [(iri, len(content)) for iri, content in contents.items()]
        return {"graphs": sizes}, b"".join(contents.values())

    def _run(self, store: ox.Store, operations: list[dict[str, object]]) -> dict[str, Quads]:
        """The graphs that are not as they were, after all operations."""
        first: dict[str, Quads] = {}
        for operation in operations:
            every = bool(operation["any_graph"])
            named = operation["graphs"]
            assert isinstance(named, list)
            names = {*named, *_names(store)} if every else set(named)
            before = {iri: _triples(store, iri) for iri in names}
            store.update(str(operation["text"]))
            names |= set(_names(store)) if every else set()
            after = {iri: _triples(store, iri) for iri in names}
            _merge(store, before.values(), after.values())
            first = before | dict.fromkeys(names - before.keys(), frozenset()) | first
        now = {iri: _triples(store, iri) for iri in first}
        return {iri: now[iri] for iri, triples in first.items() if triples != now[iri]}


def _merge(store: ox.Store, before: Iterable[Quads], after: Iterable[Quads]) -> None:
    """Keep the default graph the merge of all named ones, for the operations that follow."""
    old, new = frozenset[ox.Triple]().union(*before), frozenset[ox.Triple]().union(*after)
    store.extend(ox.Quad(*triple) for triple in new - old)
    for triple in old - new:
        held = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        if not any(isinstance(quad.graph_name, ox.NamedNode) for quad in held):
            store.remove(ox.Quad(*triple))


def _filled(body: bytes, size: int) -> ox.Store:
    """A store in memory of N-Quads, and their merge."""
    store = ox.Store()
    store.bulk_load(body[:size], format=ox.RdfFormat.N_QUADS)
    store.bulk_extend([ox.Quad(*quad.triple) for quad in store])
    return store


def _names(store: ox.Store) -> list[str]:
    return [name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode)]


def _triples(store: ox.Store, iri: str) -> Quads:
    found = store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
    return frozenset(quad.triple for quad in found)


def _text(triples: Quads) -> bytes:
    return "".join(f"{triple} .\n" for triple in triples).encode()


if __name__ == "__main__":
    main()

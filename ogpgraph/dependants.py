"""The published graphs that lean on what a change takes away: they have to conform after it too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ogpgraph.drafts import Draft
from ogpgraph.files import Document
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.store.base import Engine, rows
from ogpgraph.terms import Term

_AT_ONCE = 500
"""Things that one query looks for."""
_MANY = 5_000
"""Things that lose a statement from which on every graph is taken to lean on one of them."""


def dependants(
    drafts: Sequence[Draft], holdings: Holdings, engine: Engine, names: Names
) -> tuple[Draft, ...]:
    """The graphs, as they are published, that name a thing of which drafts leave something out.

    Args:
        drafts: what is to be published; with an empty graph, what is to be withdrawn.
        holdings: what is published.
        engine: shows what is published.
        names: of the deployment.
    """
    given = {draft.graph for draft in drafts}
    lost = {
        line.split(" ", 1)[0]
        for draft in drafts
        for line in set(holdings.graph(draft.graph).lines).difference(draft.document.graph.lines)
    }
    published = holdings.heads().keys() - given
    if not lost:
        return ()
    found = published if len(lost) > _MANY else published & _naming(sorted(lost), engine)
    return tuple(
        Draft(graph, Document(names.local(graph) or graph, holdings.graph(graph)))
        for graph in sorted(found)
    )


def _naming(things: Sequence[str], engine: Engine) -> set[str]:
    """The graphs in which one of these things is the object of a statement."""
    found: set[str] = set()
    for start in range(0, len(things), _AT_ONCE):
        terms = [Term("iri", each[1:-1]) for each in things[start : start + _AT_ONCE]]
        found |= _graphs_with(terms, engine)
    return found


def _graphs_with(terms: Iterable[Term], engine: Engine) -> set[str]:
    values = " ".join(str(term) for term in terms)
    text = f"SELECT DISTINCT ?g WHERE {{ VALUES ?o {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}"
    return {row["g"].value for row in rows(engine.query(text, timeout=60.0))}

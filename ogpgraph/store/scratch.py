"""Queries of ours over graphs that are in no store: put into one in memory for the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from ogpgraph.files import Graph
from ogpgraph.formats import RESULTS_JSON
from ogpgraph.store.base import Result, statements
from ogpgraph.store.embedded import EmbeddedStore

Evaluate = Callable[[Mapping[str, Graph], Sequence[str]], list[bytes]]
"""What `evaluate` does, here or elsewhere."""


def evaluate(graphs: Mapping[str, Graph], texts: Sequence[str]) -> list[bytes]:
    """The answers of queries over named graphs and their merge, in the order of the queries.

    Args:
        graphs: by IRI.
        texts: SPARQL.

    Returns:
        For a SELECT its SPARQL JSON results, for a CONSTRUCT the canonical N-Triples.

    Raises:
        MalformedQuery, Unavailable: a query does not parse, or could not be evaluated.
    """
    with closing(EmbeddedStore()) as scratch:
        scratch.fill(graphs)
        return [_written(scratch.query(text)) for text in texts]


def _written(result: Result) -> bytes:
    if result.kind == "graph":
        return statements(result).to_bytes()
    return result.write(RESULTS_JSON)

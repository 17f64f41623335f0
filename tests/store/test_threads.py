"""What the engine gives may be let go only by the thread that got it: nobody else ever has it."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from ogpgraph.errors import NotAcceptable
from ogpgraph.store.embedded import EmbeddedStore

QUERIES = {
    "solutions": "SELECT * WHERE { VALUES ?x { 1 2 3 } }",
    "graph": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "boolean": "ASK {}",
}
SPOKEN = {
    "solutions": "text/csv",
    "graph": "text/turtle",
    "boolean": "application/sparql-results+json",
}


@pytest.mark.parametrize("kind", QUERIES)
@pytest.mark.parametrize("spoken", [True, False])
def test_an_answer_and_its_error_may_end_in_any_thread(kind: str, spoken: bool) -> None:
    """An error's traceback has the frames, and they have the answer; here it outlives its thread.

    Were it the engine's own, its end would be an error in whatever runs then: pytest tells of one.
    """
    with closing(EmbeddedStore()) as store:

        def ask() -> object:
            found = store.query(QUERIES[kind])
            try:
                content = found.write(SPOKEN[kind] if spoken else "text/nothing")
            except NotAcceptable as error:
                return error, found
            return content, found

        with ThreadPoolExecutor(1) as threads:
            told, found = threads.submit(ask).result()
        assert found.kind == kind
        del told, found
        gc.collect()

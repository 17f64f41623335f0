"""A remote store is compared and mended by protocol; what is not ours there is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.files import Graph
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Library
from ogpgraph.loading import Documents
from ogpgraph.mirror import Mirror
from ogpgraph.store.remote import RemoteStore

THEIRS = "https://example.org/theirs"
STRAY = Graph(("<urn:a:s> <urn:a:p> <urn:a:o> .",))
OURS = Graph(("<urn:b:s> <urn:b:p> <urn:b:o> .", "<urn:b:s> <urn:b:p> <urn:b:q> ."))


@pytest.fixture
def mirror(library: Library, judge: Documents, oxigraph_url: str) -> Iterator[Mirror]:
    store = RemoteStore(f"{oxigraph_url}/query", f"{oxigraph_url}/update")
    graph = library.names.graph("shared/mirror")
    with closing(Ledger(Path(":memory:"))) as ledger:
        ledger.append({graph: OURS}, Activity("tester", "test", "test", "0"))
        store.replace({THEIRS: STRAY})
        yield library.mirror(store, ledger, judge)
        store.replace({THEIRS: Graph(), graph: Graph()})


def test_a_remote_store_is_mended_and_strangers_are_left_alone(
    mirror: Mirror, library: Library
) -> None:
    graph = library.names.graph("shared/mirror")
    assert mirror.restore() == (graph,)
    assert mirror.store.graph(graph) == OURS
    mirror.store.replace({graph: Graph(OURS.lines[:1])})
    assert mirror.restore() == (graph,)
    assert mirror.store.graph(graph) == OURS
    assert mirror.restore() == ()
    assert mirror.store.graph(THEIRS) == STRAY
    assert (mirror.equal, mirror.sequence, mirror.reason) == (True, 1, None)

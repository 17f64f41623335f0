"""Graphs that others refer to: what is withdrawn of them, and how much a file may name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.files import Document, Graph
from ogpgraph.holdings import Holdings
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Library
from ogpgraph.loading import Documents
from ogpgraph.memo import Memo
from ogpgraph.store.embedded import EmbeddedStore


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(Ledger(Path(":memory:"))) as opened:
        yield opened


def test_what_followed_from_a_withdrawn_reference_graph_is_withdrawn_too(
    library: Library, judge: Documents, ledger: Ledger, known: Memo
) -> None:
    with closing(EmbeddedStore()) as store, closing(EmbeddedStore()) as anew:
        publisher = library.publisher(library.mirror(store, ledger, judge), ledger, judge, known)
        documents = [*library.reference_documents, *library.sample_documents()]
        publisher.publish(documents, agent="t", source="t")
        named = (d for d in library.sample_documents() if "HND/institutions.ttl" in d.name)
        institutions = library.names.graph("institutions/HND")
        assert institutions in store.graphs(), [d.name for d in named]
        own = str(library.names.derived_graph(institutions))
        before = {iri: store.graph(iri) for iri in store.graphs()}
        publisher.withdraw(institutions, agent="t", source="t")
        changed = {iri for iri, graph in before.items() if store.graph(iri) != graph}
        assert changed - {own, institutions}
        library.mirror(anew, ledger, judge).restore()  # from the ledger alone
        assert {iri: anew.graph(iri) for iri in anew.graphs()} == {
            iri: store.graph(iri) for iri in store.graphs()
        }


def test_naming_a_graph_many_times_costs_reading_it_once(library: Library, ledger: Ledger) -> None:
    plan = library.names.graph("plan/X-1")
    content = Graph.of(f"<http://e/{n}> <http://e/p> <http://e/o> ." for n in range(3_000))
    ledger.append({plan: content}, Activity("t", "t", "t", "t"))
    supplements = library.names.term("supplements")
    naming = Graph.of(f"<http://e/x{n}> <{supplements}> <{plan}> ." for n in range(20_000))
    holdings = Holdings(ledger, library.names)
    began = time.process_time()
    assert holdings.supplemented(naming, {}) == content
    assert time.process_time() - began < 20.0  # it was a minute


def test_what_is_given_goes_before_what_is_published(library: Library, ledger: Ledger) -> None:
    plan, other = library.names.graph("plan/X-1"), library.names.graph("plan/X-2")
    published, given = (
        Graph.of([f"<http://e/{name}> <http://e/p> <http://e/o> ."]) for name in "ab"
    )
    ledger.append({plan: published, other: published}, Activity("t", "t", "t", "t"))
    supplements = library.names.term("supplements")
    naming = Graph.of(f"<http://e/x> <{supplements}> <{iri}> ." for iri in (plan, "http://e/none"))
    holdings = Holdings(ledger, library.names)
    assert holdings.supplemented(naming, {plan: given}) == given
    assert holdings.supplemented(naming, {}) == published
    assert holdings.supplemented(Document("", Graph()).graph, {}) == Graph()

"""A mirror in memory that describes itself, and what its engine counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ogpgraph.describing.describer import Describer
from ogpgraph.describing.partitions import Most
from ogpgraph.describing.site import Limits, Site
from ogpgraph.describing.statistics import Counts, whole
from ogpgraph.entailments import Entailments
from ogpgraph.files import Graph
from ogpgraph.holdings import Holdings
from ogpgraph.inference import Inference
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Library
from ogpgraph.mirror import Mirror
from ogpgraph.rules import Rules
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.merge import StoreMerge

LIMITS = Limits(10.0, 1024, 10_000, 65_536, 60.0, 30.0, 5)


@dataclass
class Described:
    """A store in memory with its ledger; graphs are published by their path."""

    library: Library
    base: str = "http://localhost:8000"
    ledger: Ledger = field(default_factory=lambda: Ledger(Path(":memory:")))
    store: EmbeddedStore = field(default_factory=EmbeddedStore)
    most: Most = field(default_factory=Most)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """As a process that starts does."""
        names = self.library.names
        holdings = Holdings(self.ledger, names)
        inference = Inference(Rules(()), Entailments(()), holdings, names)
        self.mirror = Mirror(
            self.store, self.ledger, holdings=holdings, inference=inference, names=names
        )
        self.site = Site(self.base, names, LIMITS)
        self.mirror.describer = self.describer = Describer(self.site, self.ledger, most=self.most)
        self.mirror.restore()

    def publish(self, graphs: dict[str, Graph]) -> None:
        """Publish, or with an empty graph withdraw, without looking at the shapes."""
        named = {self.library.names.graph(path): graph for path, graph in graphs.items()}
        heads = {head.graph: head.digest for head in self.ledger.heads()}
        changed = {i: g for i, g in named.items() if heads.get(i, Graph().digest) != g.digest}
        if changed:
            versions = self.ledger.append(changed, Activity("tester", "test", "test", "0"))
            self.mirror.show(changed, versions[-1].sequence)

    def counts(self) -> Counts:
        """Counted anew from what the store holds."""
        return whole(StoreMerge(self.store), self.describer.watched)

    def description(self) -> dict[str, Graph]:
        """What the store holds of it."""
        return {iri: self.store.graph(iri) for iri in self.site.graphs}


@pytest.fixture
def described(library: Library) -> Iterator[Described]:
    one = Described(library)
    with closing(one.ledger), closing(one.store):
        yield one


@pytest.fixture
def another(library: Library) -> Iterator[Callable[..., Described]]:
    """A store of its own over a ledger that there is already."""
    made: list[Described] = []

    def make(ledger: Ledger, most: Most | None = None) -> Described:
        made.append(Described(library, ledger=ledger, most=most or Most()))
        return made[-1]

    yield make
    for one in made:
        one.store.close()

"""The description of what readers are about to see, itself included.

The description stands in named graphs of the store, and so in the default graph that it counts.
It is made again until it no longer changes: which partitions there are depends only on which
terms are used, and the description uses the same terms whatever the numbers are. So its structure
stands after the second round, its numbers after the third, and the fourth finds them so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ogpgraph.describing.catalogue import BEGINS, ENDS, catalogue
from ogpgraph.describing.prefixes import prefixes
from ogpgraph.describing.service import service_description
from ogpgraph.describing.site import Moment, Short, Site
from ogpgraph.describing.statistics import Counts, Follower, whole
from ogpgraph.describing.void import void
from ogpgraph.files import Graph
from ogpgraph.ledger import Ledger
from ogpgraph.store.base import Store, change
from ogpgraph.store.merge import StoreMerge

MAX_ROUNDS = 8
_LOG = logging.getLogger("ogpgraph.description")


@dataclass(frozen=True, slots=True)
class _State:
    """What the store shows: its counts, the sizes of its graphs, the description in it."""

    counts: Counts
    sizes: Mapping[str, int]
    description: Mapping[str, Graph]


class Describer:
    """Keeps the description of one store in step. For one thread at a time."""

    def __init__(self, site: Site, ledger: Ledger) -> None:
        """Begin; nothing is known of a store before `anew`."""
        self.site = site
        self._ledger = ledger
        self._short = Short(site.names)
        self.watched = frozenset(
            f"<{site.names.term(name)}>" for name in ("country", BEGINS, *ENDS)
        )
        self._fixed = {site.prefixes: prefixes(site), site.executables: site.examples}
        self._shown: _State | None = None
        self._next: _State | None = None

    def anew(self, engine: Store, version: int, known: Iterable[str]) -> dict[str, Graph]:
        """What to write into a store of which nothing is known: one pass over all of it.

        Args:
            engine: the store, with everything in it but the description.
            version: of what it holds.
            known: the graphs that it holds of ours, and those in which descriptions may be.

        Returns:
            The new content of every graph that describes; empty for one that does so no more.
        """
        merge, wanted = StoreMerge(engine), set(known)
        old = {iri: engine.graph(iri) for iri in self._ledger.described() if iri in wanted}
        sizes = {iri: size for iri, size in merge.sizes().items() if iri in wanted - old.keys()}
        self._shown = _State(whole(merge, self.watched), sizes, old)
        return self.after(engine, {}, version)

    def after(self, engine: Store, graphs: Mapping[str, Graph], version: int) -> dict[str, Graph]:
        """What to write together with some graphs, so that the description fits them.

        Args:
            engine: the store as it was shown last.
            graphs: the new content of some of its graphs.
            version: that these make.
        """
        shown = self._shown
        assert shown is not None, "nothing is known of the store"
        merge = StoreMerge(engine)
        follower = Follower(merge, shown.counts, self.watched)
        old = {iri: engine.graph(iri) for iri in graphs} | dict(shown.description)
        for iri in self.site.graphs:
            old.setdefault(iri, Graph())
        held = _remembered(lambda lines: merge.held(lines, old))
        sizes = dict(shown.sizes) | {iri: len(graph) for iri, graph in graphs.items()}
        sizes = {iri: size for iri, size in sizes.items() if size}
        description = {iri: shown.description.get(iri, Graph()) for iri in self.site.graphs}
        gone = {iri: Graph() for iri in shown.description if iri not in description}
        for _ in range(MAX_ROUNDS):
            difference = change(old, {**graphs, **gone, **description}, held)
            counts = follower.after(difference.left, difference.came)
            own = {iri: len(graph) for iri, graph in description.items() if len(graph)}
            made = self._made(self._moment(version, counts, sizes | own))
            if made == description:
                break
            description = made
        else:
            _LOG.warning("the description of version %d does not settle", version)
        self._next = _State(counts, sizes, description)
        return gone | description

    def shown(self) -> None:
        """The store shows what was last asked for."""
        self._shown, self._next = self._next or self._shown, None

    def _moment(self, version: int, counts: Counts, sizes: Mapping[str, int]) -> Moment:
        if not version:
            return Moment(version, counts, sizes)
        time = self._ledger.version(version).time
        return Moment(
            version,
            counts,
            sizes,
            time,
            self._ledger.before(time),
            self._ledger.version(1).time,
        )

    def _made(self, moment: Moment) -> dict[str, Graph]:
        return self._fixed | {
            self.site.void: void(self.site, moment, self._short),
            self.site.service: service_description(self.site, moment),
            self.site.catalogue: catalogue(self.site, moment),
        }


def _remembered(held: Callable[[Iterable[str]], set[str]]) -> Callable[[Iterable[str]], set[str]]:
    """The same answers, each asked for once."""
    known: dict[str, bool] = {}

    def ask(lines: Iterable[str]) -> set[str]:
        wanted = list(lines)
        if missing := [line for line in wanted if line not in known]:
            found = held(missing)
            known.update((line, line in found) for line in missing)
        return {line for line in wanted if known[line]}

    return ask

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
from pathlib import Path

from ogpgraph.describing.catalogue import BEGINS, ENDS, catalogue
from ogpgraph.describing.kept import KeptCounts
from ogpgraph.describing.partitions import Most
from ogpgraph.describing.prefixes import prefixes
from ogpgraph.describing.service import service_description
from ogpgraph.describing.site import Moment, Short, Site
from ogpgraph.describing.statistics import Counts, Follower, Watched, whole
from ogpgraph.describing.void import void
from ogpgraph.files import Graph
from ogpgraph.ledger import Ledger
from ogpgraph.store.base import Store, change
from ogpgraph.store.merge import StoreMerge

MAX_ROUNDS = 8
_ELSEWHERE = ("elsewhere",)
"""A graph that is not asked for by its name."""
_LOG = logging.getLogger("ogpgraph.description")


@dataclass(frozen=True, slots=True)
class _State:
    """What the store shows: its counts, the sizes of its graphs, the description in it."""

    counts: Counts
    sizes: Mapping[str, int]
    description: Mapping[str, Graph]


class Describer:
    """Keeps the description of one store in step. For one thread at a time."""

    def __init__(
        self, site: Site, ledger: Ledger, kept: Path | None = None, most: Most | None = None
    ) -> None:
        """Begin; nothing is known of a store before `anew`.

        Args:
            site: what is described.
            ledger: has the times of versions, and the names of the graphs that describe.
            kept: the file in which counts are left for the next start; none without one.
            most: how many partitions are listed; the package's own limits without it.
        """
        self._digests: dict[str, str] = {}
        self._changed: dict[str, str] = {}
        self.site = site
        self._ledger = ledger
        self._most = most or Most()
        self._short = Short(site.names)
        self.watched = Watched(
            frozenset(f"<{site.names.term(name)}>" for name in ("country", BEGINS, *ENDS)),
            tuple(f"<{site.names.term(name)}>" for name in ("alignmentMethod", "reviewState")),
        )
        self._kept = KeptCounts(kept, self.watched) if kept else None
        self._fixed = {site.prefixes: prefixes(site), site.executables: site.examples}
        self._shown: _State | None = None
        self._next: _State | None = None

    @property
    def description(self) -> Mapping[str, Graph]:
        """What the store holds of it."""
        return self._shown.description if self._shown else {}

    def anew(self, engine: Store, version: int, wanted: Mapping[str, str]) -> dict[str, Graph]:
        """What to write into a store whose description, if it has any, may be of something else.

        What was counted when it was closed is believed where the store holds the very same;
        else all of it is counted.

        Args:
            engine: the store, with everything in it but the description.
            version: of what it holds.
            wanted: the digests of the graphs that it holds of ours.

        Returns:
            The new content of every graph that describes; empty for one that does so no more.
        """
        merge = StoreMerge(engine)
        old = {iri: engine.graph(iri) for iri in self._ledger.described()}
        held = {**wanted, **{iri: graph.digest for iri, graph in old.items()}}
        nothing = Graph().digest
        self._digests = {iri: digest for iri, digest in wanted.items() if digest != nothing}
        kept = self._kept.read(held) if self._kept else None
        if kept is None:
            sizes = {i: n for i, n in merge.sizes().items() if i in wanted and i not in old}
            kept = (whole(merge, self.watched), sizes)
        self._shown = _State(*kept, old)
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
        asked = _remembered(lambda lines: merge.held(lines, old))
        sizes = dict(shown.sizes) | {iri: len(graph) for iri, graph in graphs.items()}
        sizes = {iri: size for iri, size in sizes.items() if size}
        description = {iri: shown.description.get(iri, Graph()) for iri in self.site.graphs}
        gone = {iri: Graph() for iri in shown.description if iri not in description}
        last = None
        for _ in range(MAX_ROUNDS):
            difference = change(
                old,
                {**graphs, **gone, **description},
                lambda lines: dict.fromkeys(asked(lines), _ELSEWHERE),
            )
            counts = follower.after(difference.left, difference.came)
            own = {iri: len(graph) for iri, graph in description.items() if len(graph)}
            moment = self._moment(version, counts, sizes | own)
            if moment == last:  # so what is made of it is what there is
                break
            description, last = self._made(moment), moment
        else:
            _LOG.warning("the description of version %d does not settle", version)
        self._next = _State(counts, sizes, description)
        self._changed = {iri: graph.digest for iri, graph in graphs.items()}
        return gone | description

    def shown(self) -> None:
        """The store shows what was last asked for."""
        self._shown, self._next = self._next or self._shown, None
        nothing = Graph().digest
        digests = self._digests | self._changed
        self._digests = {iri: digest for iri, digest in digests.items() if digest != nothing}

    def keep(self) -> None:
        """Leave what is counted for the next start; to be called when the store is closed."""
        shown = self._shown
        if self._kept and shown:
            own = {iri: graph.digest for iri, graph in shown.description.items()}
            self._kept.write(self._digests | own, shown.counts, shown.sizes)

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
            self.site.void: void(self.site, moment, self._short, self._most),
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

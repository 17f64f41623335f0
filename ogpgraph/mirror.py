"""The store as a mirror of the ledger: compared at start, mended, and caught up after a fault.

The ledger is what counts. A version is accepted once its row is on disk; the store shows it. A
write of the store that fails leaves it behind the ledger, never beside it, until `catch_up`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from ogpgraph.describing.describer import Describer
from ogpgraph.errors import (
    NotFound,
    OgpGraphError,
    StorageFailed,
    StorageFull,
    StoreDamaged,
    Unavailable,
)
from ogpgraph.files import Graph
from ogpgraph.holdings import Holdings
from ogpgraph.inference import Inference
from ogpgraph.iris import Names
from ogpgraph.ledger import Ledger
from ogpgraph.store.base import Store
from ogpgraph.store.embedded import EmbeddedStore

_LOG = logging.getLogger("ogpgraph.store")
_NAMED = 3
"""Graphs that a line of the log names."""


class Mirror:
    """Writes to the store what the ledger has. For one thread at a time."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        *,
        holdings: Holdings,
        inference: Inference,
        names: Names,
    ) -> None:
        """Join the parts; `store` is behind the ledger until `restore`."""
        self.store = store
        """Where changes are written: once there are lanes, the one that renews the snapshots."""
        self._engine = store
        self._ledger = ledger
        self._holdings = holdings
        self._inference = inference
        self._names = names
        self.told: Callable[[int, str], object] = lambda version, seal: None  # noqa: ARG005
        """Called with each version that readers see from now on, and its seal."""
        self.describer: Describer | None = None
        """What describes the store in it; nothing does without one."""
        self.equal = False
        """Whether the store shows what the ledger says."""
        self.sequence = 0
        """The newest version that readers see."""
        self.edition = "0"
        """That version and the beginning of its seal: after a restore another history may have
        another version of that number."""
        self.recovered: tuple[str, ...] = ()
        """The graphs that were not as the ledger says when the store was last compared."""
        self.reason: str | None = None
        """Why the whole store was built again then; None where it was not."""

    def companions(self, changed: Mapping[str, Graph]) -> dict[str, Graph]:
        """The companions of each changed graph, and of those that refer to what changed."""
        affected = dict(changed)
        before = (self._holdings.graph(iri) for iri in changed)
        if any(self._holdings.is_reference(graph) for graph in (*changed.values(), *before)):
            affected = self._holdings.graphs() | affected
        return self._inference.companions(affected, changed)

    def show(self, graphs: Mapping[str, Graph], version: int) -> None:
        """Let readers see a version that the ledger has.

        Raises:
            StorageFailed: it is accepted, but cannot be shown yet.
        """
        try:
            wanted, known = self._described(graphs, version)
            self.store.replace(wanted, edition=self._edition_of(version), known=known)
        except BaseException as error:  # an engine elsewhere may fail in any way
            self.equal = False
            if not isinstance(error, OgpGraphError):
                raise
            _LOG.error(  # the error is told to the caller too
                "version %d is in the ledger, but not in the store: %s", version, error.message
            )
            kind = StorageFull if isinstance(error, StorageFull) else StorageFailed
            raise kind(error.message).accepted(version) from error
        if self.describer:
            self.describer.shown()
        self._tell(version)

    def catch_up(self) -> None:
        """Show what could not be shown before; nothing to do where all was.

        Raises:
            Unavailable: it still cannot be.
        """
        if self.equal:
            return
        with suppress(StoreDamaged):  # `restore` begins anew
            self._engine.replace({})  # cheap: it tells a disk that is still full
        self._restore()
        self.store.replace({})  # the snapshot may be behind too
        self._tell(self._ledger.sequence())

    def restore(self) -> tuple[str, ...]:
        """Make the store hold what the ledger says, and tell which graphs were not equal.

        In a remote store, graphs that the ledger never had are somebody else's and are left
        alone. Nobody else writes to an embedded one: there they mean that it was tampered with,
        and all is built again, as when something cannot be read.

        Raises:
            Unavailable: the store cannot be read or written.
        """
        self._restore()
        self._tell(self._ledger.sequence())
        return self.recovered

    def _tell(self, version: int) -> None:
        """Readers see this version now."""
        self.sequence, self.edition = version, self._edition_of(version)
        self.equal = True
        if version:
            self.told(version, self._ledger.seal(version))

    def _edition_of(self, version: int) -> str:
        return f"{version}-{self._ledger.seal(version)[:8]}"

    def _restore(self) -> None:
        """Make the store hold what the ledger says; readers may not see it yet."""
        self.equal = False
        heads = {head.graph: head.digest for head in self._ledger.heads()}
        self._renew_derived(heads)
        wanted = heads | self._ledger.derived()
        found = self._survey(wanted)
        nothing = Graph().digest
        differing = [iri for iri in wanted if found.get(iri, nothing) != wanted[iri]]
        if differing:
            try:
                self._mend(differing, heads, empty=not found)
            except StoreDamaged as error:  # in a part that comparing does not read
                self._begin_anew(error.message)
                differing = [iri for iri in wanted if wanted[iri] != nothing]
                self._mend(differing, heads, empty=True)
        self._describe(wanted)
        self._engine.replace({}, edition=self._edition_of(self._ledger.sequence()))
        self.recovered = tuple(differing)

    def _described(
        self, graphs: Mapping[str, Graph], version: int
    ) -> tuple[Mapping[str, Graph], Mapping[str, Graph]]:
        """Some graphs with the description of what they make, and the description before."""
        if self.describer is None:
            return graphs, {}
        before = self.describer.description
        return {**graphs, **self.describer.after(self._engine, graphs, version)}, before

    def _describe(self, wanted: Mapping[str, str]) -> None:
        """Have the store, which holds `wanted`, hold a description of itself too, and no other."""
        if self.describer is None:
            return
        names = self.describer.site.graphs
        self._ledger.note_described({*self._ledger.described(), *names})
        self._engine.replace(self.describer.anew(self._engine, self._ledger.sequence(), wanted))
        self.describer.shown()
        self._ledger.note_described(names)

    def _renew_derived(self, heads: Mapping[str, str]) -> None:
        """Where other rules made the companions than these, say what these make."""
        if self._ledger.rules() != self._inference.digest:
            published = {iri: self._content(iri, digest) for iri, digest in heads.items()}
            made = self._inference.companions(published)
            self._ledger.note_derived(made, self._inference.digest)

    def _survey(self, wanted: Mapping[str, str]) -> Mapping[str, str]:
        """The digests of what the store holds of that; nothing of an embedded one begun anew."""
        engine = self._engine
        if not isinstance(engine, EmbeddedStore):
            return {iri: engine.graph(iri).digest for iri in wanted}
        self.reason = engine.lost
        try:
            survey = engine.survey()
        except StoreDamaged as error:
            return self._begin_anew(error.message)
        if strange := sorted(survey.digests.keys() - {*wanted, *self._ledger.described()}):
            return self._begin_anew(f"it holds what the ledger never had: {_some(strange)}")
        if not survey.merged:
            return self._begin_anew("its default graph is not the merge of its named graphs")
        return survey.digests

    def _begin_anew(self, reason: str) -> dict[str, str]:
        assert isinstance(self._engine, EmbeddedStore)
        self.reason = reason
        self._engine.begin_anew(reason)
        return {}

    def _mend(self, differing: list[str], heads: Mapping[str, str], *, empty: bool) -> None:
        graphs = {iri: self._content(iri, heads[iri]) for iri in differing if iri in heads}
        makers = (self._names.derived_graph, self._names.entailed_graph)
        sources = {companion(iri) or "": iri for iri in heads for companion in makers}
        again = dict.fromkeys(sources[iri] for iri in differing if iri in sources)
        contents = {iri: self._content(iri, heads[iri]) for iri in again}
        companions = self._inference.companions(contents)
        graphs |= companions
        if empty and isinstance(self._engine, EmbeddedStore):
            self._engine.fill(graphs)
        else:
            self._engine.replace(graphs)
        self._ledger.note_derived(companions, self._inference.digest)
        _LOG.warning("%d graphs were mended from the ledger: %s", len(graphs), _some(differing))

    def _content(self, iri: str, digest: str) -> Graph:
        try:
            return self._ledger.content(digest)
        except NotFound as error:
            raise Unavailable(
                f"The ledger is damaged: the content of <{iri}> is not there. "
                "`ogpgraph restore` brings back a backup."
            ) from error


def _some(iris: Iterable[str]) -> str:
    shown = list(iris)
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return ", ".join(f"<{iri}>" for iri in shown[:_NAMED]) + more

"""THE write path: documents become versions of named graphs, all of them or none.

name the graph -> check -> validate (SHACL) -> derive -> ledger (fsync) -> one atomic replace
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ogpgraph import __version__
from ogpgraph.checks import Checks
from ogpgraph.drafts import Draft, drafts_of, subjects_of
from ogpgraph.files import Document, Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger, Version
from ogpgraph.reference import Reference
from ogpgraph.report import NotConforming, Report
from ogpgraph.rules import Rules
from ogpgraph.store.base import Store
from ogpgraph.validation import Validator

Progress = Callable[[str], None]
"""Called with the name of each document when it has been checked."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of a publication: the new versions (none where nothing changed), the report."""

    versions: tuple[Version, ...]
    report: Report


class Publisher:
    """Checks documents and publishes them."""

    def __init__(
        self,
        *,
        store: Store,
        ledger: Ledger,
        validator: Validator,
        checks: Checks,
        rules: Rules,
        names: Names,
    ) -> None:
        self._store = store
        self._checks = checks
        self._ledger = ledger
        self._validator = validator
        self._rules = rules
        self._names = names

    def check(
        self,
        documents: Sequence[Document],
        *,
        progress: Progress | None = None,
    ) -> Report:
        """Validate documents together, beside what the store holds, without publishing them.

        Args:
            documents: each one named graph.
            progress: told of each document.

        Raises:
            NoGraphNamed, BadInput: a document does not say which graph it is.
        """
        return self._check(drafts_of(documents, self._names), progress)

    def publish(
        self,
        documents: Sequence[Document],
        *,
        agent: str,
        source: str,
        progress: Progress | None = None,
    ) -> Publication:
        """Publish documents together: all are valid and become visible at once, or none.

        Args:
            documents: each one named graph; unchanged ones get no new version.
            agent: who publishes.
            source: what they come from, e.g. a folder's name.
            progress: told of each document.

        Raises:
            NotConforming: some break the shapes; nothing changed.
            NoGraphNamed, BadInput: a document does not say which graph it is.
            Unavailable, Locked: nothing changed.
        """
        drafts = drafts_of(documents, self._names)
        report = self._check(drafts, progress)
        if not report.conforms:
            count = len(report.violations)
            raise NotConforming(f"{count} violations of the shapes; nothing was changed.", report)
        heads = {head.graph: head.digest for head in self._ledger.heads()}
        changed = {
            draft.graph: draft.document.graph
            for draft in drafts
            if heads.get(draft.graph) != draft.document.graph.digest
        }
        if not changed:
            return Publication((), report)
        companions = self._companions(changed)
        shapes = self._validator.digest
        activity = Activity(agent, source, f"ogpgraph {__version__}", shapes)
        versions = self._ledger.append(changed, activity, companions)
        self._store.replace(changed | companions)
        return Publication(versions, report)

    def repair(self) -> tuple[str, ...]:
        """Make the store hold what the ledger says; returns the graphs that were not equal.

        Graphs that the ledger never had are somebody else's, and are left alone.
        """
        wanted = {head.graph: head for head in self._ledger.heads()}
        differing = {
            iri: self._ledger.content(head.digest)
            for iri, head in wanted.items()
            if self._store.graph(iri).digest != head.digest
        }
        if differing:
            self._store.replace(differing | self._companions(differing))
        return (*differing, *self._repair_derived(wanted))

    def _repair_derived(self, heads: Iterable[str]) -> list[str]:
        """Derive again what is not as it was derived when its graph was published."""
        digests = self._ledger.derived()
        lost = {}
        for iri in heads:
            companion = self._names.derived_graph(iri) or ""
            if self._store.graph(companion).digest != digests.get(companion, Graph().digest):
                lost[iri] = self._store.graph(iri)
        if lost:
            self._store.replace(self._derived(lost))
        return [self._names.derived_graph(iri) or "" for iri in lost]

    def _check(self, drafts: Sequence[Draft], progress: Progress | None) -> Report:
        given = {draft.graph: draft.document.graph for draft in drafts}
        shared = Reference(self._shared(given))
        reports, reference = [], Graph()
        for draft in drafts:
            document = draft.document
            around = shared.around(document.graph, self._supplemented(document.graph, given))
            reports.append(
                self._validator.validate(
                    document.graph, around, lines=document.line_of, file=document.name
                )
            )
            reference = reference | around
            if progress:
                progress(document.name)
        named = {draft.graph: draft.document for draft in drafts}
        reports.append(self._checks.run(named, reference))
        return Report.merged(reports)

    def _shared(self, given: Mapping[str, Graph]) -> list[Graph]:
        """The reference graphs of the store, with those given in place of their old content."""
        stored = [
            self._store.graph(iri)
            for iri in self._store.graphs()
            if iri not in given and not self._names.is_derived(iri)
        ]
        return [graph for graph in (*stored, *given.values()) if self._is_reference(graph)]

    def _is_reference(self, graph: Graph) -> bool:
        return bool(subjects_of(graph, self._names.term("ReferenceGraph")))

    def _supplemented(self, graph: Graph, given: Mapping[str, Graph]) -> Graph:
        """The graphs that this one supplements, by its own statement."""
        predicate = f" <{self._names.term('supplements')}> <"
        found = Graph()
        for line in graph.lines:
            if predicate in line:
                iri = line.rsplit("<", 1)[1].removesuffix("> .")
                found = found | given.get(iri, self._store.graph(iri))
        return found

    def _companions(self, changed: Mapping[str, Graph]) -> dict[str, Graph]:
        """The derived graph of each changed one, and of those that refer to what changed."""
        shared = Reference(self._shared(changed))
        affected = dict(changed)
        if any(self._is_reference(graph) for graph in changed.values()):
            affected = {iri: self._store.graph(iri) for iri in self._store.graphs()} | affected
        return self._derived(affected, shared)

    def _derived(
        self, graphs: Mapping[str, Graph], shared: Reference | None = None
    ) -> dict[str, Graph]:
        """The companions of some graphs, by their IRIs."""
        shared = shared or Reference(self._shared(graphs))
        return {
            companion: self._rules.derive(graph, shared.around(graph))
            for iri, graph in graphs.items()
            if (companion := self._names.derived_graph(iri))
        }

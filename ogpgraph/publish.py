"""THE write path: documents become versions of named graphs, all of them or none.

name the graph -> check -> validate (SHACL) -> derive -> ledger (fsync) -> one atomic replace
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ogpgraph import __version__
from ogpgraph.dependants import dependants
from ogpgraph.drafts import Draft, drafts_of
from ogpgraph.errors import NotFound, OgpGraphError, PreconditionFailed
from ogpgraph.examination import Examiner, Progress
from ogpgraph.files import Document, Graph
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger, Version
from ogpgraph.mirror import Mirror
from ogpgraph.report import Finding, NotConforming, Report
from ogpgraph.reviewing.agreement import partings
from ogpgraph.tally import Tally

Expected = Mapping[str, str | None]
"""The digest that a graph must have now, by its IRI; None where there must be no such graph."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of a publication.

    `versions` are the new ones, none where nothing changed; `heads` the newest version of each
    graph that was given, new or not; `report` what was found. With `keep_going` only: `refused`
    are the names of documents that were left out, `unread` why files could not even be read.
    """

    versions: tuple[Version, ...]
    heads: tuple[Version, ...]
    report: Report
    refused: tuple[str, ...] = ()
    unread: tuple[OgpGraphError, ...] = ()


class Publisher:
    """Checks documents and publishes them. Any thread may use it; one publishes at a time."""

    def __init__(
        self,
        *,
        mirror: Mirror,
        ledger: Ledger,
        examiner: Examiner,
        holdings: Holdings,
        names: Names,
        shapes: str,
    ) -> None:
        """Join the parts; `shapes` is the digest of the shapes, for the ledger."""
        self._mirror = mirror
        self._ledger = ledger
        self._examiner = examiner
        self._holdings = holdings
        self._names = names
        self._shapes = shapes
        self._publishing = threading.Lock()
        self.tally = Tally()

    def check(
        self,
        documents: Sequence[Document],
        *,
        without: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Report:
        """Validate documents together, beside what is published, without publishing them.

        Args:
            documents: each one named graph.
            without: graphs that are to be withdrawn with it, by IRI.
            progress: told of each document.

        Raises:
            NoGraphNamed, BadInput: a document does not say which graph it is.
            ValidationFailed: the validator could not finish.
        """
        drafts = (*drafts_of(documents, self._names), *map(_withdrawal, without))
        with self._publishing:
            return self._examined(drafts, progress)

    def publish(
        self,
        documents: Sequence[Document],
        *,
        agent: str,
        source: str,
        expected: Expected | None = None,
        keep_going: bool = False,
        progress: Progress | None = None,
    ) -> Publication:
        """Publish documents together: all are valid and become visible at once, or none.

        Args:
            documents: each one named graph; unchanged ones get no new version.
            agent: who publishes.
            source: what they come from, e.g. a folder's name.
            expected: what must be published now, or nothing is done.
            keep_going: leave out documents that break the shapes, and publish the others.
            progress: told of each document.

        Raises:
            NotConforming: some break the shapes; nothing changed.
            NoGraphNamed, BadInput: a document does not say which graph it is.
            PreconditionFailed: `expected` is not so; nothing changed.
            ValidationFailed: the validator could not finish; nothing changed.
            StorageFailed: with `version`, it is accepted and becomes visible later; else
                nothing changed.
            Unavailable, Locked: nothing changed.
        """
        drafts = drafts_of(documents, self._names)
        with self._publishing, self.tally.publication():
            self._mirror.catch_up()
            self._require(expected or {})
            kept: Sequence[Draft] = drafts
            report = self._examined(drafts, progress)
            if keep_going:
                report, kept = self._without_refused(report, drafts)
            elif not report.conforms:
                raise refusal(report)
            versions, heads = self._committed(kept, agent, source)
        left = {draft.document.name for draft in kept}
        refused = tuple(d.document.name for d in drafts if d.document.name not in left)
        return Publication(versions, heads, report, refused)

    def revise(
        self,
        draw: Callable[[Holdings], Sequence[Draft]],
        *,
        agent: str,
        source: str,
        dry_run: bool = False,
    ) -> Publication:
        """Publish what is made of what is published now; nobody publishes between the two.

        Args:
            draw: given what is published, the drafts; one with an empty graph withdraws it. An
                error that it raises is passed on, and nothing is changed.
            agent: who publishes.
            source: what they come from.
            dry_run: only validate: the publication has no versions.

        Raises:
            NotConforming: some break the shapes; nothing changed.
            ValidationFailed: the validator could not finish; nothing changed.
            StorageFailed: with `version`, it is accepted and becomes visible later; else
                nothing changed.
            Unavailable, Locked: nothing changed.
        """
        with self._publishing, self.tally.publication():
            self._mirror.catch_up()
            drafts = draw(self._holdings)
            report = self._judged(drafts)
            if not report.conforms:
                raise refusal(report)
            if dry_run:
                return Publication((), (), report)
            versions, heads = self._committed(drafts, agent, source)
        return Publication(versions, heads, report)

    def withdraw(
        self, graph: str, *, agent: str, source: str, expected: Expected | None = None
    ) -> Version:
        """Publish that a named graph is no more. Its versions stay in the ledger.

        Raises:
            NotFound: there is no such graph.
            NotConforming: something accepted became what stands in it; nothing changed.
            PreconditionFailed: `expected` is not so; nothing changed.
            StorageFailed: with `version`, it is accepted and becomes visible later; else
                nothing changed.
            Unavailable, Locked: nothing changed.
        """
        with self._publishing, self.tally.publication():
            self._mirror.catch_up()
            if graph not in self._holdings.heads():
                raise NotFound(f"There is no graph <{graph}>.")
            self._require(expected or {})
            report = partings([_withdrawal(graph)], self._holdings, self._names)
            if not report.conforms:
                raise refusal(report)
            (version,) = self._commit({graph: Document("", Graph())}, agent, source)
        return version

    def catch_up(self) -> None:
        """Show what the ledger has and the store could not take; nothing where it could.

        Raises:
            Unavailable: it still cannot be shown.
        """
        with self._publishing:
            self._mirror.catch_up()

    def _examined(self, drafts: Sequence[Draft], progress: Progress | None = None) -> Report:
        """What is found about drafts, and which reviews they would leave without what they gave."""
        report = self._examiner.examine(drafts, progress)
        return Report.merged([report, partings(drafts, self._holdings, self._names)])

    def _judged(self, drafts: Sequence[Draft]) -> Report:
        """What is found about drafts, and what they newly break in graphs that lean on them."""
        leaning = dependants(drafts, self._holdings, self._mirror.store, self._names)
        report = self._examined([*drafts, *leaning])
        others = {draft.document.name for draft in leaning}
        own = [finding for finding in report.findings if finding.file not in others]
        broken = [finding for finding in report.violations if finding.file in others]
        if broken:
            before = {_said(each) for each in self._examiner.examine(leaning).violations}
            broken = [finding for finding in broken if _said(finding) not in before]
        return Report((*own, *broken))

    def _require(self, expected: Expected) -> None:
        heads = self._holdings.heads()
        for iri, digest in expected.items():
            found = heads[iri].digest if iri in heads else None
            if found != digest:
                now = "it is not published" if found is None else f"its digest is {found}"
                raise PreconditionFailed(f"<{iri}> is not as you expect it: {now}.")

    def _without_refused(
        self, report: Report, drafts: Sequence[Draft]
    ) -> tuple[Report, Sequence[Draft]]:
        """The drafts that conform without the others, and all that was found on the way."""
        refused: list[Report] = []
        kept = drafts
        while not report.conforms:
            broken = {finding.file for finding in report.violations}
            refused.append(Report(tuple(f for f in report.findings if f.file in broken)))
            kept = [draft for draft in kept if draft.document.name not in broken]
            report = self._examined(kept)  # they may have leaned on what is left out
        return Report.merged([*refused, report]), kept

    def _committed(
        self, drafts: Sequence[Draft], agent: str, source: str
    ) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
        """The new versions, and the newest one of each graph."""
        graphs = {draft.graph: draft.document for draft in drafts}
        versions = self._commit(graphs, agent, source)
        return versions, tuple(head for head in self._ledger.heads() if head.graph in graphs)

    def _commit(
        self, documents: Mapping[str, Document], agent: str, source: str
    ) -> tuple[Version, ...]:
        """Into the ledger, which makes it so, then into the store, where it is seen."""
        heads = {head.graph: head.digest for head in self._ledger.heads()}
        graphs = {iri: document.graph for iri, document in documents.items()}
        changed = {iri: graph for iri, graph in graphs.items() if heads.get(iri) != graph.digest}
        if not changed:
            return ()
        companions = self._mirror.companions(changed)
        activity = Activity(agent, source, f"ogpgraph {__version__}", self._shapes)
        origins = {iri: (documents[iri].name, documents[iri].digest) for iri in changed}
        versions = self._ledger.append(changed, activity, companions, origins)
        self._mirror.show(changed | companions, versions[-1].sequence)
        return versions


def _withdrawal(graph: str) -> Draft:
    """The draft of a graph that is to be no more."""
    return Draft(graph, Document("", Graph()))


def _said(finding: Finding) -> tuple[object, ...]:
    """What a finding says, wherever it stands."""
    return (
        finding.file,
        finding.shape,
        finding.component,
        finding.focus,
        finding.path,
        finding.value,
    )


def refusal(report: Report) -> NotConforming:
    """The error of what breaks the shapes."""
    count = len(report.violations)
    counted = "1 violation" if count == 1 else f"{count} violations"
    return NotConforming(f"{counted} of the shapes; nothing was changed.", report)

"""The composition root: opens everything once, for the web and the command line alike."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ogpgraph import assembly
from ogpgraph.alignments.reading import alignments_of
from ogpgraph.drafts import check_packaged, graph_of
from ogpgraph.dumps import Dumps
from ogpgraph.errors import OgpGraphError
from ogpgraph.examination import Progress
from ogpgraph.files import Document
from ogpgraph.history import History
from ogpgraph.intake.source import document_files
from ogpgraph.ledger import FILE_NAME, Ledger, Version
from ogpgraph.library import Library
from ogpgraph.lists import lists_of
from ogpgraph.loading import SHIPPED_AGENT, Documents, joined, read_documents
from ogpgraph.mark import Mark
from ogpgraph.materialised import Ahead, MaterialisedView
from ogpgraph.memo import Memo
from ogpgraph.mirror import Mirror
from ogpgraph.publish import Publication
from ogpgraph.reading import Reading
from ogpgraph.report import Report
from ogpgraph.reviewing.reviews import Reviews
from ogpgraph.rollback import roll_back
from ogpgraph.sdg.official import notes_of
from ogpgraph.search.found import Search
from ogpgraph.search.making import Indexer
from ogpgraph.settings import Settings
from ogpgraph.statistics.counting import statistics_of
from ogpgraph.store.base import Engine, Store
from ogpgraph.store.copies import Copies
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import IsolatedStore, SnapshotState
from ogpgraph.tally import Tally
from ogpgraph.workers.pool import Pool

_AGAIN = 1.0
"""Seconds between looks at whether something waits to be shown."""
_PATIENCE = 5.0
"""Seconds that a search waits for the index of what was just published."""
_MEMO = "validated.sqlite"


@dataclass(frozen=True, slots=True)
class Status:
    """What a home holds."""

    home: Path
    sequence: int
    versions: tuple[Version, ...]
    statements: int


class Service:
    """An open home: store, ledger and the two paths over them."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        mirror: Mirror,
        ledger: Ledger,
        intake: Documents,
        *,
        public: Store | None = None,
        memo: Memo | None = None,
        copies: Copies | None = None,
        visiting: Documents | None = None,
    ) -> None:
        """Join the parts.

        Args:
            settings: of this process.
            library: what the package ships.
            mirror: of a store, which is written through it and answers our own bounded queries.
            ledger: the versions.
            intake: reads and judges what comes from outside.
            public: other people's queries, in a lane of their own; the same store without one.
            memo: what was validated before; nothing without one.
            copies: of the store, for what is tried before it is accepted.
            visiting: reads and judges what is only to be checked; without it, `intake` does.
        """
        self.settings, self.library, self.names = settings, library, library.names
        self.site = library.site(settings)
        self.store = mirror.store
        self.public = public or mirror.store
        self._mirror, self._ledger = mirror, ledger
        self.intake, self.visiting = intake, visiting or intake
        self._publisher = library.publisher(mirror, ledger, intake, memo or Memo())
        self.dumps = Dumps(settings.home / "dumps", self.reading, library.names.prefixes)
        self.trial = library.trial(self.visiting, ledger, self.visiting)
        self._indexer = Indexer(settings.home / "search", apart=public is not None)
        self.search = MaterialisedView("search index", self._indexer.make)
        self.statistics = MaterialisedView("statistics", statistics_of)
        self.lists = MaterialisedView("index of lists", lists_of)
        self.alignments = MaterialisedView("set of alignments", alignments_of)
        self.history = History(ledger)
        self.writer = library.writer(self._publisher, intake, copies)
        self._resources = ExitStack()
        for one in (memo, ledger, self.store, public):
            if one is not None:
                self._resources.callback(one.close)
        self._address = _short(repr((self.site, settings.base_url())))  # what we say of us
        self._ahead = Ahead(self.views, self.reading, lambda: self.edition)
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep_up, name="ogpgraph-mirror", daemon=True)

    @classmethod
    def open(cls, settings: Settings, *, serving: bool = False, create: bool = True) -> Service:
        """Open a home, making it if need be, and repair its store from its ledger.

        Args:
            settings: of this process.
            serving: whether queries come from outside: they then run in killable workers.
            create: whether to make the home where there is none.

        Raises:
            Locked: another process has it open.
            Unavailable: it cannot be used.
            BadInput: a shipped file cannot be read.
        """
        library = Library.load(settings)
        assembly.make_home(settings.home, new=create)
        with ExitStack() as opened:
            store = assembly.open_store(settings, library.names, opened)
            ledger = opened.enter_context(closing(Ledger(settings.home / FILE_NAME)))
            mark = Mark(settings.home)
            mark.check(ledger)
            past = opened.enter_context(closing(assembly.open_past(settings.home)))
            ledger.claim(library.names.base)
            intake = opened.enter_context(closing(assembly.open_intake(settings, library)))
            visiting = opened.enter_context(closing(assembly.open_intake(settings, library)))
            mirror = library.mirror(store, ledger, intake, settings)
            mirror.told = mark.note
            mirror.restore()
            public = None
            if serving and isinstance(store, EmbeddedStore):
                mirror.store, public = assembly.open_lanes(settings, library.names, store, opened)
            memo = opened.enter_context(closing(Memo(settings.home / _MEMO)))
            service = cls(
                settings,
                library,
                mirror,
                ledger,
                intake,
                public=public,
                memo=memo,
                copies=assembly.copies_of(settings, store),
                visiting=visiting,
            )
            service.history = History(past)
            service._resources = opened.pop_all()
            if serving:
                service._keeper.start()
                service._ahead.start()
        return service

    @property
    def views(self) -> tuple[MaterialisedView[Any], ...]:
        """What is made of each version once, ahead of those who ask."""
        return (self.lists, self.search, self.statistics, self.alignments)

    @property
    def equal(self) -> bool:
        """Whether readers see what the ledger says; not so after a disk could not be written."""
        return self._mirror.equal

    @property
    def recovered(self) -> tuple[str, ...]:
        """The graphs that had to be mended from the ledger when they were last compared."""
        return self._mirror.recovered

    @property
    def recovery_reason(self) -> str | None:
        """Why the whole store was built again then; None where it was not."""
        return self._mirror.reason

    def version_of(self, graph: str, at: int) -> Version | None:
        """The version of a graph at a moment, a withdrawal too; None where it has none yet."""
        found = self._ledger.versions(graph, limit=1, before=at + 1)
        return found[0] if found else None

    def published(self, at: int) -> tuple[Version, ...]:
        """The versions of the graphs that were published at a moment, by graph."""
        return tuple(head for head in self._ledger.heads(at) if head.statements)

    @property
    def sequence(self) -> int:
        """The sequence number of the newest version that readers see."""
        return self._mirror.sequence

    @property
    def edition(self) -> str:
        """What new readers get, see `Reading.edition`."""
        store = self.store
        found = store.snapshots.edition if isinstance(store, IsolatedStore) else store.edition
        return self._edition(found)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """One version, kept for as long as it is read: all that is asked inside sees that one."""
        store, public = self.store, self.public
        if isinstance(store, IsolatedStore) and isinstance(public, IsolatedStore):
            with store.snapshots.reading() as snapshot:
                yield self._reading(store.at(snapshot), public.at(snapshot), snapshot.edition)
        else:
            yield self._reading(store, public, store.edition)

    def _reading(self, store: Engine, public: Engine, edition: str) -> Reading:
        timeout, names = self.settings.query_timeout, self.names
        return Reading(store, public, self._edition(edition), names, timeout)

    def _edition(self, version: str) -> str:
        return f"{version}-{self._address}"

    def searching(self, reading: Reading) -> Search:
        """The search index of what is read: where requests are served, it is made ahead.

        Raises:
            Busy: it is not ready yet.
            OgpGraphError: it cannot be made.
        """
        if self._keeper.is_alive():
            return self.search.awaited(reading, _PATIENCE)
        return self.search.of(reading)

    @cached_property
    def reviews(self) -> Reviews:
        """Suggested alignments: proposed, and decided on."""
        return Reviews(self._publisher, self.intake, self.reading, self.names)

    @property
    def tally(self) -> Tally:
        """What the write path has done."""
        return self._publisher.tally

    def lanes(self) -> dict[str, Pool]:
        """The lanes of query workers: of REST and pages, and of queries from outside."""
        found = {"facade": self.store, "public": self.public}
        return {name: one.pool for name, one in found.items() if isinstance(one, IsolatedStore)}

    def snapshots(self) -> SnapshotState | None:
        """What readers read; None where they read the store itself."""
        store = self.store
        return store.snapshots.state() if isinstance(store, IsolatedStore) else None

    def refresh(self, progress: Progress | None = None) -> None:
        """Publish the package's ontology and code lists where they differ from the home's."""
        if documents := self._stale():
            self._publisher.publish(
                documents, agent=SHIPPED_AGENT, source="ontology", progress=progress
            )

    def _stale(self, besides: Iterable[str] = ()) -> list[Document]:
        """The package's ontology and code lists that the home has not, or not as they are."""
        present = {version.graph: version.digest for version in self._ledger.heads()}
        named = {graph_of(d, self.names): d for d in self.library.reference_documents}
        return [
            document
            for iri, document in named.items()
            if present.get(iri) != document.graph.digest and iri not in set(besides)
        ]

    def fill(self, *, sample: bool = True, progress: Progress | None = None) -> bool:
        """Fill an empty home with the ontology and the shipped data, in one step.

        Returns:
            Whether the home was empty. A home that is not only gets its ontology refreshed.
        """
        if self.sequence:
            self.refresh(progress)
            return False
        documents = [*self.library.reference_documents]
        if sample:
            documents += self.library.sample_documents()
        self._publisher.publish(
            documents, agent=SHIPPED_AGENT, source="data/ttl", progress=progress
        )
        return True

    def load(
        self,
        paths: Iterable[Path],
        *,
        agent: str,
        keep_going: bool = False,
        progress: Progress | None = None,
    ) -> Publication:
        """Publish files and folders of files, all of them or none.

        With them the package's ontology and code lists, where the home has not got them yet.

        Args:
            paths: files and folders.
            agent: who publishes.
            keep_going: leave out files that cannot be read or break the shapes.
            progress: told of each document.

        Raises:
            BadInput, BadSyntax, Forbidden, NotConforming, Unavailable: nothing changed.
        """
        given = list(paths)
        found, unread = read_documents(self.intake, document_files(given), self.names)
        if unread and not keep_going:
            raise joined(unread)
        check_packaged(found, self.library.reference_documents, self.names)
        documents = [*self._stale(graph_of(d, self.names) for d in found), *found]
        published = self._publisher.publish(
            documents,
            agent=agent,
            source=", ".join(path.name for path in given),
            keep_going=keep_going,
            progress=progress,
        )
        report = Report.merged([published.report, Report(notes_of(found))])
        return replace(published, report=report, unread=tuple(unread))

    def rollback(self, graph: str, to: int, *, agent: str, dry_run: bool = False) -> Publication:
        """Publish what a graph was at an earlier moment, as a new version: see `roll_back`."""
        past, packaged = History(self._ledger), self.library.reference_documents
        return roll_back(
            past,
            self._publisher,
            graph,
            to,
            reserved={graph_of(document, self.names) for document in packaged},
            agent=agent,
            dry_run=dry_run,
        )

    def status(self) -> Status:
        """What the home holds."""
        versions = tuple(v for v in self._ledger.heads() if v.statements)
        count = sum(version.statements for version in versions)
        return Status(self.settings.home, self._ledger.sequence(), versions, count)

    def close(self) -> None:
        """Close the lanes, the store and the ledger."""
        self._closing.set()
        self._indexer.close()
        self._ahead.close()
        if self._keeper.is_alive():
            self._keeper.join()
        if self._mirror.describer and self._mirror.equal:
            self._mirror.describer.keep()
        self._resources.close()

    def _keep_up(self) -> None:
        """Show what a full disk kept back, as soon as it can be shown."""
        while not self._closing.wait(_AGAIN):
            with suppress(OgpGraphError):
                self._publisher.catch_up()


def _short(text: str) -> str:
    """A few characters that change with a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:4]

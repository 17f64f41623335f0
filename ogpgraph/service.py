"""The composition root: opens everything once, for the web and the command line alike."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from ogpgraph.browse import Browser
from ogpgraph.checks import Checks
from ogpgraph.drafts import check_packaged, drafts_of, graph_of
from ogpgraph.errors import BadInput, Locked, Unavailable
from ogpgraph.examination import Examiner, Progress
from ogpgraph.files import Document, Graph, parse, read
from ogpgraph.holdings import Holdings
from ogpgraph.intake.source import SUFFIXES
from ogpgraph.iris import Names
from ogpgraph.jsonld import Framer
from ogpgraph.ledger import Activity, Ledger, Version
from ogpgraph.memo import Memo
from ogpgraph.mirror import Mirror
from ogpgraph.ontology import Ontology
from ogpgraph.publish import Publication, Publisher
from ogpgraph.queries import StoredQueries, iri_prefixes, load_checks, load_rules
from ogpgraph.report import Report
from ogpgraph.rules import Rules
from ogpgraph.settings import DEFAULT_BASE_IRI, EMBEDDED, Settings
from ogpgraph.shipped import Shipped, data_files
from ogpgraph.store.base import Store
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import IsolatedStore, Snapshots, SnapshotState
from ogpgraph.store.remote import RemoteStore
from ogpgraph.tally import Tally
from ogpgraph.validation import Validator
from ogpgraph.workers.pool import Limits, Pool

_FACADE_WORKERS = 2
_FACADE_LIMITS = Limits(memory_mib=1024, rows=200_000, niceness=0)
"""Our own queries are bounded by the pages that they are for, and go before those of others."""
_AGAIN = 1.0
"""Seconds between looks at whether something waits to be shown."""
_LEDGER, _MEMO = "ledger.sqlite", "validated.sqlite"
SHIPPED_AGENT = "ogpgraph (shipped with the package)"


@dataclass(frozen=True, slots=True)
class Library:
    """What the package ships, read once and rewritten to the base of the deployment."""

    names: Names
    shipped: Shipped
    validator: Validator
    checks: Checks
    rules: Rules
    queries: StoredQueries
    ontology: Ontology
    framer: Framer

    @classmethod
    def load(cls, settings: Settings) -> Library:
        """Read the shipped files.

        Raises:
            BadInput: one of them cannot be read.
        """
        names, shipped = Names(settings.base_iri), Shipped.find()
        rebase = (DEFAULT_BASE_IRI, names.base)
        folder = shipped.queries
        shapes = _union([_shapes_document(path, names) for path in shipped.shapes])
        core = read(shipped.root / "ontology" / "ogp.ttl", base=names.base, rebase=rebase).graph
        context_url = f"{settings.base_url()}/context.jsonld"
        return cls(
            names=names,
            shipped=shipped,
            validator=Validator(shapes),
            checks=Checks(
                load_checks(folder / "checks", rewrite=names.rebase), f"{names.base}checks#"
            ),
            rules=Rules(rule.text for rule in load_rules(folder / "rules", rewrite=names.rebase)),
            queries=StoredQueries(folder, prefixes=iri_prefixes(names), rewrite=names.rebase),
            ontology=Ontology(core, names.term("")),
            framer=Framer.read(shipped.context, rebase, context_url),
        )

    def examiner(self, holdings: Holdings, memo: Memo) -> Examiner:
        """What checks drafts beside what is published."""
        return Examiner(shapes=self.validator, checks=self.checks, holdings=holdings, memo=memo)

    def mirror(self, store: Store, ledger: Ledger) -> Mirror:
        """What keeps a store as its ledger says."""
        holdings = Holdings(ledger, self.names)
        return Mirror(store, ledger, holdings=holdings, rules=self.rules, names=self.names)

    def publisher(self, mirror: Mirror, ledger: Ledger, memo: Memo) -> Publisher:
        """The write path into a ledger and the store that mirrors it."""
        holdings = Holdings(ledger, self.names)
        return Publisher(
            mirror=mirror,
            ledger=ledger,
            examiner=self.examiner(holdings, memo),
            holdings=holdings,
            names=self.names,
            shapes=self.validator.digest,
        )

    def reference_documents(self) -> list[Document]:
        """The ontology, its alignments and the code lists."""
        return _read_all(self.shipped.ontology, self.names)

    def sample_documents(self) -> list[Document]:
        """The shipped plans and what goes with them."""
        return _read_all(self.shipped.data, self.names)


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
        public: Store | None = None,
        memo: Memo | None = None,
    ) -> None:
        """Join the parts.

        Args:
            settings: of this process.
            library: what the package ships.
            mirror: of a store, which is written through it and answers our own bounded queries.
            ledger: the versions.
            public: other people's queries, in a lane of their own; the same store without one.
            memo: what was validated before; nothing without one.
        """
        self.settings = settings
        self.library = library
        self.names = library.names
        self.store = mirror.store
        self.public = public or mirror.store
        self._mirror = mirror
        self._ledger = ledger
        self._memo = memo or Memo()
        self._publisher = library.publisher(mirror, ledger, self._memo)
        self.browser = Browser(mirror.store, library.names, timeout=settings.query_timeout)
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
        if not create and not (settings.home / _LEDGER).exists():
            raise Unavailable(
                f"There is no home in {settings.home}: `ogpgraph serve` and `load` make one."
            )
        library = Library.load(settings)
        try:
            settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            reason = error.strerror or str(error)
            raise Unavailable(f"The home {settings.home} cannot be made: {reason}.") from error
        with ExitStack() as opened:
            store = _open_store(settings, library.names)
            opened.callback(store.close)
            ledger = Ledger(settings.home / _LEDGER)
            opened.callback(ledger.close)
            ledger.claim(library.names.base)
            mirror = library.mirror(store, ledger)
            mirror.restore()
            public = None
            if serving and isinstance(store, EmbeddedStore):
                mirror.store, public = _open_lanes(settings, library.names, store, opened)
            memo = Memo(settings.home / _MEMO)
            opened.callback(memo.close)
            service = cls(settings, library, mirror, ledger, public, memo)
            if serving:
                service._keeper.start()
            opened.pop_all()
        return service

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

    @property
    def sequence(self) -> int:
        """The sequence number of the newest version that readers see."""
        return self._mirror.sequence

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
        named = {graph_of(d, self.names): d for d in self.library.reference_documents()}
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
        documents = self.library.reference_documents()
        if sample:
            documents += self.library.sample_documents()
        self._publisher.publish(
            documents, agent=SHIPPED_AGENT, source="data/ttl", progress=progress
        )
        return True

    def load(
        self, paths: Iterable[Path], *, agent: str, progress: Progress | None = None
    ) -> Publication:
        """Publish files and folders of files, all of them or none.

        With them the package's ontology and code lists, where the home has not got them yet.

        Raises:
            BadInput, BadSyntax, Forbidden, NotConforming, Unavailable: nothing changed.
        """
        files = list(paths)
        given = read_documents(files, self.names)
        check_packaged(given, self.library.reference_documents(), self.names)
        documents = [*self._stale(graph_of(d, self.names) for d in given), *given]
        source = ", ".join(path.name for path in files)
        return self._publisher.publish(documents, agent=agent, source=source, progress=progress)

    def status(self) -> Status:
        """What the home holds."""
        versions = tuple(v for v in self._ledger.heads() if v.statements)
        count = sum(version.statements for version in versions)
        return Status(self.settings.home, self._ledger.sequence(), versions, count)

    def close(self) -> None:
        """Close the lanes, the store and the ledger."""
        self._closing.set()
        if self._keeper.is_alive():
            self._keeper.join()
        if self.public is not self.store:
            self.public.close()
        self.store.close()
        self._ledger.close()
        self._memo.close()

    def _keep_up(self) -> None:
        """Show what a full disk kept back, as soon as it can be shown."""
        while not self._closing.wait(_AGAIN):
            with suppress(Unavailable, Locked):
                self._publisher.catch_up()


def validate(
    library: Library, paths: Iterable[Path], *, progress: Progress | None = None
) -> Report:
    """Validate files and folders against the shapes, beside the shipped ontology and data.

    Needs no home and changes nothing.

    Raises:
        BadInput, BadSyntax: a file cannot be read.
    """
    documents = read_documents(paths, library.names)
    shipped = [*library.reference_documents(), *library.sample_documents()]
    with closing(Ledger(Path(":memory:"))) as ledger, closing(Memo()) as memo:
        known = {graph_of(document, library.names): document.graph for document in shipped}
        ledger.append(known, Activity(SHIPPED_AGENT, "", "", ""))
        examiner = library.examiner(Holdings(ledger, library.names), memo)
        return examiner.examine(drafts_of(documents, library.names), progress)


def read_documents(paths: Iterable[Path], names: Names) -> list[Document]:
    """Files, and every Turtle file below folders, in the order given.

    Raises:
        BadInput: there is none, or one cannot be read.
        BadSyntax: one does not parse.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = data_files(path)
            if not found:
                raise BadInput(f"{path}: no .ttl file below this folder.", file=str(path))
            files.extend(found)
        else:
            files.append(path)
    return [read(file, base=names.base) for file in files]


def _open_store(settings: Settings, names: Names) -> EmbeddedStore | RemoteStore:
    """The store that is written."""
    if settings.store == EMBEDDED:
        return EmbeddedStore(settings.home / "store", prefixes=names.prefixes)
    return RemoteStore(
        settings.store,
        settings.store_update,
        user=settings.store_user,
        password=settings.store_password,
        timeout=settings.query_timeout,
    )


def _open_lanes(
    settings: Settings, names: Names, store: EmbeddedStore, opened: ExitStack
) -> tuple[Store, Store]:
    """The lanes for our own queries and for those of others, over snapshots of a store."""
    snapshots = Snapshots(store, settings.home / "snapshots")
    limits = Limits(
        settings.query_memory, settings.result_rows, network=bool(settings.service_allow)
    )
    lanes = []
    for workers, most in ((_FACADE_WORKERS, _FACADE_LIMITS), (settings.query_workers, limits)):
        pool = Pool(workers, most)
        opened.callback(pool.close)
        lanes.append(IsolatedStore(store, snapshots, pool, prefixes=names.prefixes))
    return lanes[0], lanes[1]


def _read_all(paths: Iterable[Path], names: Names) -> list[Document]:
    rebase = (DEFAULT_BASE_IRI, names.base)
    root = Shipped.find().root
    documents = []
    for path in paths:
        document = read(path, base=names.base, rebase=rebase)
        shown = str(path.relative_to(root))
        documents.append(Document(shown, document.graph, document.line_of))
    return documents


def _shapes_document(path: Path, names: Names) -> Document:
    """Shapes hold IRIs of ours in texts too, such as patterns: the whole text is rewritten."""
    content = names.rebase(path.read_text(encoding="utf-8")).encode()
    return parse(content, SUFFIXES[path.suffix], name=path.name, base=names.base)


def _union(documents: Sequence[Document]) -> Graph:
    return Graph.of(line for document in documents for line in document.graph.lines)

"""What the package ships, and the paths that are made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from ogpgraph.checks import Checks
from ogpgraph.describing.describer import Describer
from ogpgraph.describing.kept import FILE_NAME
from ogpgraph.describing.site import Limits, Site
from ogpgraph.drafts import graph_of
from ogpgraph.entailments import Entailments
from ogpgraph.examination import Examiner, Shapes
from ogpgraph.executables import executables
from ogpgraph.files import Document, Graph, parse, read, triples
from ogpgraph.gate import MAX_QUERY_BYTES
from ogpgraph.holdings import Holdings
from ogpgraph.inference import Inference
from ogpgraph.intake.source import SUFFIXES
from ogpgraph.iris import Names
from ogpgraph.jsonld import Framer
from ogpgraph.ledger import Ledger
from ogpgraph.memo import Memo
from ogpgraph.mirror import Mirror
from ogpgraph.ontology import Ontology
from ogpgraph.publish import Publisher
from ogpgraph.queries import Check, StoredQueries, iri_prefixes, load_checks, load_rules
from ogpgraph.rules import Rules
from ogpgraph.settings import DEFAULT_BASE_IRI, EMBEDDED, Settings
from ogpgraph.shapes import ShapeIndex
from ogpgraph.shipped import Shipped
from ogpgraph.store.base import Store
from ogpgraph.store.copies import Copies
from ogpgraph.trial import Reader, Trial
from ogpgraph.updating import Reviser, Writer

_CODE_LISTS = "ontology/schemes/"
"""Where the documents of the code lists are, as `reference_documents` names them."""


class Judge(Shapes, Protocol):
    """What runs shapes, checks and rules on documents: `Intake`, in worker processes."""

    def evaluate(self, graphs: Mapping[str, Graph], texts: Sequence[str]) -> list[bytes]:
        """The answers of queries of ours: see `store.scratch.evaluate`."""
        ...


@dataclass(frozen=True)
class Library:
    """What the package ships, read once and rewritten to the base of the deployment."""

    names: Names
    shipped: Shipped
    shapes: Graph
    shape_index: ShapeIndex
    checks: tuple[Check, ...]
    rules: tuple[str, ...]
    entailments: tuple[str, ...]
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
        files = {path.stem: _shapes_document(path, names) for path in shipped.shapes}
        core = read(shipped.root / "ontology" / "ogp.ttl", base=names.base, rebase=rebase).graph
        context_url = f"{settings.base_url()}/context.jsonld"
        return cls(
            names=names,
            shipped=shipped,
            shapes=_union(list(files.values())),
            shape_index=ShapeIndex.of({name: one.graph for name, one in files.items()}),
            checks=tuple(load_checks(folder / "checks", rewrite=names.rebase)),
            rules=_texts(folder / "rules", names),
            entailments=_texts(folder / "entailments", names),
            queries=stored_queries(names),
            ontology=Ontology(core, names.term("")),
            framer=Framer.read(shipped.context, rebase, context_url),
        )

    def examiner(self, judge: Judge, holdings: Holdings, memo: Memo) -> Examiner:
        """What checks drafts beside what is published; `judge` runs the shapes and the checks."""
        checks = Checks(self.checks, f"{self.names.base}checks#", judge.evaluate)
        return Examiner(shapes=judge, checks=checks, holdings=holdings, memo=memo)

    def trial(self, reader: Reader, ledger: Ledger, judge: Judge) -> Trial:
        """What checks documents beside what is published, and stores nothing."""
        checks = Checks(self.checks, f"{self.names.base}checks#", judge.evaluate)
        holdings = Holdings(ledger, self.names)
        return Trial(intake=reader, checks=checks, holdings=holdings, names=self.names)

    def mirror(
        self, store: Store, ledger: Ledger, judge: Judge, settings: Settings | None = None
    ) -> Mirror:
        """What keeps a store as its ledger says; `judge` runs the rules.

        With settings, the store also holds a description of itself.
        """
        holdings = Holdings(ledger, self.names)
        rules = Rules(self.rules, judge.evaluate)
        entailments = Entailments(self.entailments, judge.evaluate)
        inference = Inference(rules, entailments, holdings, self.names)
        mirror = Mirror(store, ledger, holdings=holdings, inference=inference, names=self.names)
        mirror.describer = self.describer(settings, ledger) if settings else None
        return mirror

    def site(self, settings: Settings) -> Site:
        """What the deployment says of itself."""
        base = settings.base_url()
        endpoint = settings.endpoint()
        return Site(
            base,
            self.names,
            Limits.of(settings, MAX_QUERY_BYTES),
            federation=bool(settings.service_allow),
            writes=bool(settings.token),
            examples=executables(self.queries.values(), base_url=base, endpoint=endpoint),
        )

    def describer(self, settings: Settings, ledger: Ledger) -> Describer:
        """What describes a store in it."""
        kept = settings.home / FILE_NAME if settings.store == EMBEDDED else None
        return Describer(self.site(settings), ledger, kept)

    def publisher(self, mirror: Mirror, ledger: Ledger, judge: Judge, memo: Memo) -> Publisher:
        """The write path into a ledger and the store that mirrors it."""
        holdings = Holdings(ledger, self.names)
        return Publisher(
            mirror=mirror,
            ledger=ledger,
            examiner=self.examiner(judge, holdings, memo),
            holdings=holdings,
            names=self.names,
            shapes=self.shapes.digest,
        )

    def writer(self, publisher: Publisher, intake: Reviser, copies: Copies | None) -> Writer:
        """What writes over a protocol."""

        def packaged() -> frozenset[str]:
            return frozenset(graph_of(each, self.names) for each in self.reference_documents)

        return Writer(publisher, intake=intake, copies=copies, packaged=packaged, names=self.names)

    @cached_property
    def reference_documents(self) -> tuple[Document, ...]:
        """The ontology, its alignments and the code lists: every publication looks at them."""
        return tuple(_read_all(self.shipped.ontology, self.names))

    @cached_property
    def units(self) -> Mapping[str, Mapping[str, str]]:
        """What figures are counted in, as the code list says: measure, language, unit."""
        said = f" <{self.names.term('unit')}> "
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for document in self.reference_documents:
            lines = tuple(line for line in document.graph.lines if said in line)
            for measure, _, unit in triples(Graph(lines)):
                found[measure.value][unit.language or ""] = unit.value
        return found

    @cached_property
    def vocabulary(self) -> tuple[Ontology, Ontology]:
        """What is called how: the terms of the ontology, and the concepts of its code lists."""
        lists = [one for one in self.reference_documents if one.name.startswith(_CODE_LISTS)]
        return self.ontology, Ontology(_union(lists), self.names.term(""))

    def sample_documents(self) -> list[Document]:
        """The shipped plans and what goes with them."""
        return _read_all(self.shipped.data, self.names)


def stored_queries(names: Names) -> StoredQueries:
    """The shipped stored queries, rewritten to the base of the deployment.

    Raises:
        BadStoredQuery: one is malformed.
    """
    folder = Shipped.find().queries
    return StoredQueries(folder, prefixes=iri_prefixes(names), rewrite=names.rebase)


def _texts(folder: Path, names: Names) -> tuple[str, ...]:
    return tuple(rule.text for rule in load_rules(folder, rewrite=names.rebase))


def _read_all(paths: Iterable[Path], names: Names) -> list[Document]:
    rebase = (DEFAULT_BASE_IRI, names.base)
    root = Shipped.find().root
    documents = []
    for path in paths:
        document = read(path, base=names.base, rebase=rebase)
        shown = str(path.relative_to(root))
        documents.append(replace(document, name=shown))
    return documents


def _shapes_document(path: Path, names: Names) -> Document:
    """Shapes hold IRIs of ours in texts too, such as patterns: the whole text is rewritten."""
    content = names.rebase(path.read_text(encoding="utf-8")).encode()
    return parse(content, SUFFIXES[path.suffix], name=path.name, base=names.base)


def _union(documents: Sequence[Document]) -> Graph:
    return Graph.of(line for document in documents for line in document.graph.lines)

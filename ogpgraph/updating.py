"""Writing over a protocol: whole graphs, and SPARQL updates. All goes through `Publisher.revise`.

An update is run on a copy of the store first. The graphs that differ there are taken in as any
document is, validated and published together, or nothing is changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from ogpgraph.drafts import Draft, check_writable, declared_graphs, graph_of, implied_graphs
from ogpgraph.errors import (
    BadRequest,
    Conflict,
    PreconditionFailed,
    Unprocessable,
)
from ogpgraph.files import Document, Graph, write_dataset
from ogpgraph.formats import N_QUADS, N_TRIPLES
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.ledger import Version
from ogpgraph.publish import Publication, Publisher
from ogpgraph.report import Finding, Report
from ogpgraph.sdg.official import adopted, notes_of
from ogpgraph.store.copies import Copies
from ogpgraph.store.groups import Groups
from ogpgraph.trial import Reader
from ogpgraph.update_text import Operation, Using, operations
from ogpgraph.workers.cancel import Cancel

ANY = "*"
"""In a condition: whatever is there."""
_POSTED = "posted/"


class Reviser(Reader, Protocol):
    """What parses documents and runs updates: `Intake`, in worker processes."""

    def revise(
        self,
        copy: Path | bytes,
        operations: Sequence[Operation],
        *,
        timeout: float,
        cancel: Cancel | None = None,
    ) -> Mapping[str, bytes]:
        """See `Intake.revise`."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """What the caller expects of a graph: digests of it, or `ANY`; None where it does not say.

    `match` must name what is there, `none_match` must not.
    """

    match: tuple[str, ...] | None = None
    none_match: tuple[str, ...] | None = None

    def check(self, graph: str, head: Version | None) -> None:
        """Hold it to what is published.

        Raises:
            PreconditionFailed: it is not so.
        """
        found = head.digest if head else None
        now = f"its digest is {found}" if found else "there is no such graph"
        if self.match is not None and not _names(self.match, found):
            raise PreconditionFailed(f"<{graph}> is not as you expect it: {now}.")
        if self.none_match is not None and _names(self.none_match, found):
            raise PreconditionFailed(f"<{graph}> is not to be there like this: {now}.")


def _names(digests: tuple[str, ...], found: str | None) -> bool:
    return found is not None and (ANY in digests or found in digests)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing one graph: its IRI, its newest version, whether it is new."""

    graph: str
    head: Version
    created: bool
    report: Report


class Writer:
    """Writes for callers who may. Any thread may use it; one writes at a time."""

    def __init__(
        self,
        publisher: Publisher,
        *,
        intake: Reviser,
        copies: Copies | None,
        packaged: Callable[[], frozenset[str]],
        names: Names,
    ) -> None:
        """Join the parts.

        Args:
            publisher: the write path.
            intake: reads documents and runs updates.
            copies: of the store; without them an update sees what is published, and nothing that
                is derived from it.
            packaged: tells the graphs that come with the package, when it is first needed.
            names: of the deployment.
        """
        self._publisher = publisher
        self._intake = intake
        self._copies = copies
        self._told_packaged = packaged
        self._names = names

    @cached_property
    def _packaged(self) -> frozenset[str]:
        return self._told_packaged()

    def put(
        self, graph: str, document: Document, *, agent: str, source: str, condition: Condition
    ) -> Written:
        """Make a document the whole content of a graph.

        Raises:
            Forbidden: the graph is not to be written.
            BadRequest: the document says that it is another graph.
            BadInput: it is the UN's ontology of the SDGs.
            Unprocessable: it is empty.
            PreconditionFailed: `condition` is not so.
            NotConforming, StorageFailed, Unavailable: see `Publisher.revise`.
        """
        document = adopted(document, self._names)
        self._check(graph, document)
        return self._written(
            graph, lambda _: document, agent=agent, source=source, condition=condition
        )

    def add(
        self, graph: str, document: Document, *, agent: str, source: str, condition: Condition
    ) -> Written:
        """Add the statements of a document to a graph; see `put`."""
        document = adopted(document, self._names)
        self._check(graph, document)
        return self._written(
            graph,
            lambda held: replace(document, graph=held | document.graph),
            agent=agent,
            source=source,
            condition=condition,
        )

    def create(
        self, document: Document, *, agent: str, source: str, condition: Condition
    ) -> Written:
        """Make a document a graph of its own, named by itself or by its content.

        Raises:
            Conflict: a graph of that name is there.
            Forbidden, BadInput, Unprocessable, NotConforming: see `put`.
        """
        document = adopted(document, self._names)
        known = (declared_graphs, implied_graphs)
        if any(look(document.graph, self._names) for look in known):
            graph = graph_of(document, self._names)
        else:
            graph = self._names.graph(_POSTED + document.graph.digest[:12])
        self._check(graph, document)
        try:
            return self._written(
                graph,
                lambda _: document,
                agent=agent,
                source=source,
                condition=Condition(condition.match, (ANY,)),
            )
        except PreconditionFailed as error:
            if condition != Condition():
                raise
            message = f"<{graph}> is there already; PUT replaces it, POST to it adds to it."
            raise Conflict(message) from error

    def delete(self, graph: str, *, agent: str, source: str, condition: Condition) -> None:
        """Withdraw a graph; its versions stay in the ledger.

        Raises:
            Forbidden: the graph is not to be written.
            Withdrawn, NotFound: there is no such graph any more, or there never was.
            PreconditionFailed: `condition` is not so.
            StorageFailed, Unavailable: see `Publisher.revise`.
        """
        check_writable(graph, self._packaged, self._names)

        def draw(holdings: Holdings) -> list[Draft]:
            head = holdings.heads().get(graph)
            if head is None:
                raise holdings.missing(graph)
            condition.check(graph, head)
            return [Draft(graph, Document("", Graph()))]

        self._publisher.revise(draw, agent=agent, source=source)

    def update(
        self,
        text: str,
        *,
        using: Using | None,
        agent: str,
        source: str,
        timeout: float,
        condition: Condition | None = None,
        cancel: Cancel | None = None,
    ) -> Publication:
        """Carry out a SPARQL update, all of it or nothing.

        Args:
            text: SPARQL 1.1 Update.
            using: the graphs of the request.
            condition: what the caller expects of every graph that the update changes.
            agent: who writes.
            source: what the ledger says it comes from.
            timeout: seconds that running it may take.
            cancel: set by another thread when the answer is no longer wanted.

        Raises:
            MalformedQuery, BadRequest, TooComplex: it cannot be read or carried out.
            Forbidden: it writes what is not to be written.
            PreconditionFailed: `condition` is not so.
            QueryTimeout, QueryMemory, QueryCrashed, Unprocessable: it takes or leaves too much.
            NotConforming, StorageFailed, Unavailable: see `Publisher.revise`.
        """
        parts = [self._hiding(part) for part in operations(text, using)]
        for graph in dict.fromkeys(graph for part in parts for graph in part.graphs):
            check_writable(graph, self._packaged, self._names)
        digest = hashlib.sha256(text.encode()).hexdigest()

        def draw(holdings: Holdings) -> list[Draft]:
            with self._copy(holdings) as copy:
                changed = self._intake.revise(copy, parts, timeout=timeout, cancel=cancel)
            published = holdings.heads()
            groups = self._names.graph_groups  # they follow from what is published
            own = {graph: content for graph, content in changed.items() if graph not in groups}
            for graph in own:
                (condition or Condition()).check(graph, published.get(graph))
            drafts = [self._draft(graph, content, digest) for graph, content in own.items()]
            return [d for d in drafts if len(d.document.graph) or d.graph in published]

        return self._publisher.revise(draw, agent=agent, source=source)

    def _hiding(self, operation: Operation) -> Operation:
        """The operation with a pattern in which `GRAPH ?g` reaches no group, as in queries."""
        if operation.where is None:
            return operation
        groups = Groups(self._names.graph_groups, self._names.group_of)
        head, pattern = operation.text[: operation.where], operation.text[operation.where :]
        return replace(operation, text=head + groups.hiding(pattern))

    def _draft(self, graph: str, content: bytes, digest: str) -> Draft:
        """What an update left in a graph, taken in as a document is."""
        check_writable(graph, self._packaged, self._names)
        name = f"update of {self._names.local(graph) or graph}"
        document = self._intake.parse(content, N_TRIPLES, name=name, base=self._names.base)
        self._check_declared(graph, document)
        # its lines are those of what the engine wrote, which nobody has seen
        return Draft(graph, replace(document, digest=digest, line_of={}))

    @contextmanager
    def _copy(self, holdings: Holdings) -> Iterator[Path | bytes]:
        if self._copies is None:
            yield write_dataset(holdings.graphs(), N_QUADS, prefixes={})
        else:
            with self._copies.one() as path:
                yield path

    def _check(self, graph: str, document: Document) -> None:
        check_writable(graph, self._packaged, self._names)
        self._check_declared(graph, document)
        if not len(document.graph):
            raise Unprocessable(
                f"{document.name}: it holds no statement; DELETE withdraws a graph.",
                slug="empty-graph",
            )

    def _check_declared(self, graph: str, document: Document) -> None:
        """A document may say which graph it is, but not that it is another one."""
        declared = declared_graphs(document.graph, self._names)
        if declared and declared != [graph]:
            named = ", ".join(f"<{iri}>" for iri in declared)
            raise BadRequest(
                f"{document.name}: says that it is {named}, and is to be <{graph}>.",
                parameter="graph",
            )

    def _written(
        self,
        graph: str,
        make: Callable[[Graph], Document],
        *,
        agent: str,
        source: str,
        condition: Condition,
    ) -> Written:
        created = False
        notes: tuple[Finding, ...] = ()

        def draw(holdings: Holdings) -> list[Draft]:
            nonlocal created, notes
            head = holdings.heads().get(graph)
            condition.check(graph, head)
            created = head is None
            made = make(holdings.graph(graph))
            notes = notes_of([made])
            return [Draft(graph, made)]

        publication = self._publisher.revise(draw, agent=agent, source=source)
        (head,) = publication.heads
        report = Report.merged([publication.report, Report(notes)])
        return Written(graph, head, created, report)

"""What is wrong with drafts: shapes and checks over each, beside what it refers to.

Validation runs on as many workers as there are; what was found before is not looked for again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Protocol

from ogpgraph import __version__
from ogpgraph.checks import Checks
from ogpgraph.drafts import Draft
from ogpgraph.files import Document, Graph
from ogpgraph.holdings import Holdings
from ogpgraph.memo import Memo, key_of
from ogpgraph.report import Finding, Places, Report

Progress = Callable[[str], None]
"""Called with the name of each document when it has been checked."""


class Shapes(Protocol):
    """The shapes of a deployment: what validates a graph. Any thread may use it."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the shapes."""
        ...

    @property
    def size(self) -> int:
        """How many graphs can be validated at once."""
        ...

    def validate(self, graph: Graph, around: Graph) -> tuple[Finding, ...]:
        """The findings of the shapes about a graph, seen with what is around it.

        Raises:
            ValidationFailed: the validator could not finish.
        """
        ...


class Examiner:
    """Checks drafts beside what is published."""

    def __init__(self, *, shapes: Shapes, checks: Checks, holdings: Holdings, memo: Memo) -> None:
        self._shapes = shapes
        self._checks = checks
        self._holdings = holdings
        self._memo = memo

    def examine(self, drafts: Sequence[Draft], progress: Progress | None = None) -> Report:
        """Everything that is found about drafts that are to be published together.

        Of one with an empty graph, which is to be withdrawn, nothing: it is what others lack.

        Raises:
            ValidationFailed: the validator could not finish.
        """
        graphs = {draft.graph: draft.document.graph for draft in drafts}
        documents = {d.graph: d.document for d in drafts if len(d.document.graph)}
        around = self._around(graphs)
        found = self._validated(documents, around, progress)
        for iri, findings in self._checked(graphs, around.values()).items():
            if iri in documents:
                found[iri] = [*found[iri], *findings]
        return Report.merged(
            Report.placed(found[iri], Places(document.graph, document.line_of), document.name)
            for iri, document in documents.items()
        )

    def _around(self, graphs: Mapping[str, Graph]) -> dict[str, Graph]:
        """What each graph refers to, by the graph's IRI."""
        reference = self._holdings.reference(graphs)
        return {
            iri: reference.around(graph, self._holdings.supplemented(graph, graphs))
            for iri, graph in graphs.items()
        }

    def _validated(
        self,
        documents: Mapping[str, Document],
        around: Mapping[str, Graph],
        progress: Progress | None,
    ) -> dict[str, Sequence[Finding]]:
        """The findings of the shapes, by graph."""
        keys = {
            iri: key_of(
                "shapes",
                __version__,
                self._shapes.digest,
                document.graph.digest,
                around[iri].digest,
            )
            for iri, document in documents.items()
        }
        found: dict[str, Sequence[Finding]] = {}
        waiting: dict[Future[tuple[Finding, ...]], str] = {}
        with ThreadPoolExecutor(self._shapes.size) as threads:
            try:
                for iri, document in documents.items():
                    known = self._memo.get(keys[iri])
                    if known is None:
                        task = threads.submit(self._shapes.validate, document.graph, around[iri])
                        waiting[task] = iri
                        continue
                    found[iri] = known
                    _tell(progress, document)
                for task in as_completed(waiting):
                    found[waiting[task]] = task.result()
                    _tell(progress, documents[waiting[task]])
            finally:
                threads.shutdown(wait=False, cancel_futures=True)
                good = {t: i for t, i in waiting.items() if t.done() and not t.cancelled()}
                self._memo.put(
                    {keys[iri]: t.result() for t, iri in good.items() if not t.exception()}
                )
        return found

    def _checked(
        self, graphs: Mapping[str, Graph], around: Iterable[Graph]
    ) -> dict[str, list[Finding]]:
        """The findings of the checks, by graph."""
        reference = Graph.of(line for graph in around for line in graph.lines)
        named = [f"{iri} {graph.digest}" for iri, graph in sorted(graphs.items())]
        whole = key_of("checks", __version__, self._checks.digest, reference.digest, *named)
        keys = {iri: key_of(whole, iri) for iri in graphs}
        known = {iri: self._memo.get(key) for iri, key in keys.items()}
        if None not in known.values():
            return {iri: list(findings or ()) for iri, findings in known.items()}
        found = self._checks.run(graphs, reference)
        self._memo.put({keys[iri]: findings for iri, findings in found.items()})
        return found


def _tell(progress: Progress | None, document: Document) -> None:
    if progress:
        progress(document.name)

"""A document checked as it would be for publishing, with nothing stored of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from ogpgraph.checks import Checks
from ogpgraph.drafts import drafts_of
from ogpgraph.files import Document, Graph
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.report import Finding, Places, Report
from ogpgraph.workers.cancel import Cancel


class Reader(Protocol):
    """What parses and validates: `Intake`, in worker processes."""

    def parse(
        self,
        content: bytes,
        media_type: str,
        *,
        name: str,
        base: str,
        cancel: Cancel | None = None,
    ) -> Document:
        """See `Intake.parse`."""
        ...

    def validate(
        self, graph: Graph, around: Graph, *, cancel: Cancel | None = None
    ) -> tuple[Finding, ...]:
        """See `Intake.validate`."""
        ...

    def evaluate(
        self, graphs: Mapping[str, Graph], texts: Sequence[str], *, cancel: Cancel | None = None
    ) -> list[bytes]:
        """See `Intake.evaluate`."""
        ...


class Trial:
    """Checks documents beside what is published. Any thread may use it."""

    def __init__(self, *, intake: Reader, checks: Checks, holdings: Holdings, names: Names) -> None:
        """Join the parts; `holdings` are its own: they are for one thread at a time."""
        self._intake = intake
        self._checks = checks
        self._holdings = holdings
        self._names = names
        self._looking = threading.Lock()

    def check(
        self, content: bytes, media_type: str, *, name: str, cancel: Cancel | None = None
    ) -> Report:
        """What is wrong with a document.

        Args:
            content: its bytes.
            media_type: Turtle, N-Triples, RDF/XML or JSON-LD.
            name: what it is called in messages and findings.
            cancel: set by another thread when nobody waits for the answer any more.

        Raises:
            BadInput, BadSyntax, NoGraphNamed, Unprocessable, ParseResources: it cannot be read.
            ValidationTimeout, ValidationFailed: the validator could not finish.
            Busy, Unavailable: no worker was to be had.
        """
        document = self._intake.parse(
            content, media_type, name=name, base=self._names.base, cancel=cancel
        )
        (draft,) = drafts_of([document], self._names)
        graph = document.graph
        given = {draft.graph: graph}
        with self._looking:
            reference = self._holdings.reference(given)
            supplemented = self._holdings.supplemented(graph, given)
        around = reference.around(graph, supplemented)
        shapes = self._intake.validate(graph, around, cancel=cancel)
        evaluate = partial(self._intake.evaluate, cancel=cancel)
        checks = self._checks.run(given, around, evaluate=evaluate)[draft.graph]
        return Report.placed([*shapes, *checks], Places(graph, document.line_of), name)

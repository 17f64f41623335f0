"""Checks: queries whose every row is a finding, for what joins and graphs say and shapes cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ogpgraph.files import Graph
from ogpgraph.queries import Check
from ogpgraph.report import Finding, Severity
from ogpgraph.store.base import solutions
from ogpgraph.store.scratch import Evaluate, evaluate
from ogpgraph.terms import Term

_REFERENCE = "urn:ogpgraph:reference"
_COMPONENT = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"


class Checks:
    """The checks of a deployment."""

    def __init__(
        self, checks: Iterable[Check], namespace: str, evaluate: Evaluate = evaluate
    ) -> None:
        """Prepare.

        Args:
            checks: the queries.
            namespace: a finding's shape is this followed by the name of its check.
            evaluate: runs the queries; in this process without one.
        """
        self._checks = tuple(checks)
        self._evaluate = evaluate
        self._namespace = namespace
        texts = "\n".join(f"{check.name} {check.text} {check.messages}" for check in self._checks)
        self.digest = hashlib.sha256(f"{namespace}\n{texts}".encode()).hexdigest()

    def run(
        self, graphs: Mapping[str, Graph], reference: Graph, *, evaluate: Evaluate | None = None
    ) -> dict[str, list[Finding]]:
        """Check named graphs together, beside what they refer to.

        Only rows whose focus is a subject of one of the graphs are findings; they are given by
        graph, and do not say where they stand.

        Args:
            graphs: by IRI.
            reference: what they refer to or supplement.
            evaluate: runs the queries this time, for somebody who may give up.
        """
        owners = _owners(graphs)
        findings: dict[str, list[Finding]] = {iri: [] for iri in graphs}
        texts = [check.text for check in self._checks]
        answers = (evaluate or self._evaluate)({_REFERENCE: reference, **graphs}, texts)
        for check, answer in zip(self._checks, answers, strict=True):
            for row in solutions(answer)[1]:
                if owner := owners.get(row["focus"].value):
                    findings[owner].append(self._finding(check, row))
        return findings

    def _finding(self, check: Check, row: Mapping[str, Term]) -> Finding:
        focus, path, value = (row.get(name) for name in ("focus", "path", "value"))
        assert focus is not None  # the check's header promises it
        shown = "" if value is None else value.value
        texts = {language: check.message(language, shown) for language in check.messages}
        return Finding(
            severity=Severity(check.severity),
            focus=focus.value,
            path=None if path is None else path.value,
            value=None if value is None else str(value),
            shape=f"{self._namespace}{check.name}",
            component=_COMPONENT,
            messages=MappingProxyType(texts),
        )


def _owners(graphs: Mapping[str, Graph]) -> dict[str, str]:
    """Subject -> the graph that describes it; the one that types it goes before others."""
    owners: dict[str, str] = {}
    for iri, graph in graphs.items():
        for line in graph.lines:
            subject, predicate, _ = line.split(" ", 2)
            if predicate.endswith("#type>"):
                owners[subject[1:-1]] = iri
            else:
                owners.setdefault(subject[1:-1], iri)
    return owners

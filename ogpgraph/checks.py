"""Checks: queries whose every row is a finding, for what joins and graphs say and shapes cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ogpgraph.files import Document, Graph
from ogpgraph.queries import Check
from ogpgraph.report import Finding, Places, Report, Severity
from ogpgraph.store.base import rows
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.terms import Term

_REFERENCE = "urn:ogpgraph:reference"
_COMPONENT = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"


class Checks:
    """The checks of a deployment."""

    def __init__(self, checks: Iterable[Check], namespace: str) -> None:
        """Prepare; a finding's shape is `namespace` followed by the name of its check."""
        self._checks = tuple(checks)
        self._namespace = namespace

    def run(self, documents: Mapping[str, Document], reference: Graph) -> Report:
        """Check documents together, each under its named graph, beside what they refer to.

        Only rows whose focus is a subject of one of the documents are findings.
        """
        scratch = EmbeddedStore()
        graphs = {iri: document.graph for iri, document in documents.items()}
        scratch.replace({_REFERENCE: reference, **graphs})
        owners = _owners(documents)
        places = {iri: Places(doc.graph, doc.line_of) for iri, doc in documents.items()}
        findings = []
        for check in self._checks:
            for row in rows(scratch.query(check.text)):
                owner = owners.get(row["focus"].value)
                if owner is not None:
                    name = documents[owner].name
                    findings.append(self._finding(check, row, places[owner], name))
        scratch.close()
        return Report(tuple(findings))

    def _finding(self, check: Check, row: Mapping[str, Term], places: Places, file: str) -> Finding:
        focus, path, value = (row.get(name) for name in ("focus", "path", "value"))
        assert focus is not None  # the check's header promises it
        shown = "" if value is None else value.value
        texts = {language: check.message(language, shown) for language in check.messages}
        path_text = None if path is None else path.value
        return Finding(
            severity=Severity(check.severity),
            focus=focus.value,
            path=path_text,
            value=None if value is None else str(value),
            shape=f"{self._namespace}{check.name}",
            component=_COMPONENT,
            messages=MappingProxyType(texts),
            file=file,
            line=places.line(focus, path_text, value),
        )


def _owners(documents: Mapping[str, Document]) -> dict[str, str]:
    """Subject -> the graph that describes it; the one that types it goes before others."""
    owners: dict[str, str] = {}
    for iri, document in documents.items():
        for line in document.graph.lines:
            subject, predicate, _ = line.split(" ", 2)
            if predicate.endswith("#type>"):
                owners[subject[1:-1]] = iri
            else:
                owners.setdefault(subject[1:-1], iri)
    return owners

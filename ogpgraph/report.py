"""What checking found: findings with their places in files, and reports of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ogpgraph.errors import OgpGraphError
from ogpgraph.files import Graph, rewrite
from ogpgraph.formats import TURTLE
from ogpgraph.terms import Term
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

_TYPE = f"<{RDF_TYPE}>"
_PATH_TOKEN = re.compile(r"\^?<[^>]*>|[|/]")
_USED = ("dcterms", "sh")


class Severity(StrEnum):
    """How much a finding matters: a violation blocks publishing, a warning is only reported."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


_RANK = MappingProxyType({severity: rank for rank, severity in enumerate(Severity)})


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a shape.

    `focus`, `shape` and `component` are IRIs; `path` is an IRI, or SPARQL path syntax with
    `<…>` where it is not a single property; `value` is in N-Triples form; `messages` has a text
    for each language; `file` and `line` (from 1) say where, as far as known.
    """

    severity: Severity
    focus: str
    path: str | None
    value: str | None
    shape: str
    component: str
    messages: Mapping[str, str]
    file: str | None = None
    line: int | None = None

    def to_dict(self) -> dict[str, object]:
        """The same for JSON, without what is not known."""
        entries = {name: getattr(self, name) for name in self.__slots__}
        entries |= {"severity": str(self.severity), "messages": dict(self.messages)}
        return {name: value for name, value in entries.items() if value is not None}

    @classmethod
    def from_dict(cls, entries: Mapping[str, Any]) -> Finding:
        """What `to_dict` gave."""
        optional = {"path": None, "value": None}
        given = {
            "severity": Severity(entries["severity"]),
            "messages": MappingProxyType(dict(entries["messages"])),
        }
        return cls(**{**optional, **entries, **given})


@dataclass(frozen=True)
class Report:
    """What the shapes found, sorted by file, line, severity, focus and path."""

    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "findings", tuple(sorted(self.findings, key=_order)))

    @classmethod
    def placed(cls, findings: Iterable[Finding], places: Places, file: str | None = None) -> Report:
        """A report of findings about one graph, each with its line and the file's name."""
        return cls(tuple(places.place(finding, file) for finding in findings))

    @classmethod
    def merged(cls, reports: Iterable[Report]) -> Report:
        """One report of several."""
        return cls(tuple(finding for report in reports for finding in report.findings))

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.violations

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that block publishing."""
        return tuple(f for f in self.findings if f.severity is Severity.VIOLATION)

    @cached_property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are only reported."""
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of findings of each severity, zeros included."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in Severity}

    def to_dict(self) -> dict[str, object]:
        """The report for JSON."""
        return {
            "conforms": self.conforms,
            "counts": {str(severity): count for severity, count in self.counts.items()},
            "findings": [finding.to_dict() for finding in self.findings],
        }

    def to_json(self) -> bytes:
        """The report as a document of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False).encode()

    def to_rdf(self, media_type: str) -> bytes:
        """The report in any RDF media type, as `to_turtle`."""
        content = self.to_turtle().encode()
        prefixes = {name: EXTERNAL_PREFIXES[name] for name in _USED}
        return content if media_type == TURTLE else rewrite(content, media_type, prefixes=prefixes)

    def to_turtle(self) -> str:
        """The report as RDF, a sh:ValidationReport in Turtle; the place is in dcterms:source."""
        conforms = "true" if self.conforms else "false"
        statements = [f"[] a sh:ValidationReport ;\n    sh:conforms {conforms}"]
        statements += [f"    sh:result {_turtle(finding)}" for finding in self.findings]
        prefixes = "".join(f"@prefix {name}: <{EXTERNAL_PREFIXES[name]}> .\n" for name in _USED)
        return prefixes + "\n" + " ;\n".join(statements) + " .\n"


class NotConforming(OgpGraphError):
    """Content that breaks the shapes. Nothing was changed."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class Places:
    """Where the statements of a graph stand in its file."""

    def __init__(self, graph: Graph, lines: Mapping[str, int]) -> None:
        """Prepare.

        Args:
            graph: the content of the file.
            lines: the line (from 1) on which each of its N-Triples statements stands.
        """
        self._lines = lines
        self._first: dict[tuple[str, ...], int] = {}
        for statement in graph.lines if lines else ():
            line = lines.get(statement)
            if line is not None:
                subject, predicate, object_ = statement[:-2].split(" ", 2)
                keys: list[tuple[str, ...]] = [(subject,), (subject, predicate)]
                if predicate == _TYPE:
                    keys.append(("", _TYPE, object_))
                for key in keys:
                    self._first[key] = min(line, self._first.get(key, line))

    def place(self, finding: Finding, file: str | None) -> Finding:
        """A finding about this graph with its line and the name of the file.

        The line of the statement; else of the property; else of the focus node. Without a path
        the value is the culprit; a class is where something is said to be of it.
        """
        focus, path, value = f"<{finding.focus}>", finding.path, finding.value
        keys: list[tuple[str, ...]] = [(focus, f"<{path}>")]
        if path is None and value is not None:
            keys.append((value,))
        keys += [(focus,), ("", _TYPE, focus)]
        line = self._lines.get(f"{focus} <{path}> {value} .")
        if line is None:
            line = next((self._first[key] for key in keys if key in self._first), None)
        return replace(finding, file=file, line=line)


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.file or "",
        finding.line or 0,
        _RANK[finding.severity],
        finding.focus,
        finding.path or "",
        finding.shape,
        finding.value or "",
        finding.component,
    )


def _turtle(finding: Finding) -> str:
    """One result as a Turtle blank node."""
    rows = [
        "a sh:ValidationResult",
        f"sh:resultSeverity sh:{finding.severity.capitalize()}",
        f"sh:focusNode <{finding.focus}>",
        f"sh:sourceShape <{finding.shape}>",
        f"sh:sourceConstraintComponent <{finding.component}>",
    ]
    if finding.path is not None:
        rows.append(f"sh:resultPath {_turtle_path(finding.path)}")
    if finding.value is not None:
        rows.append(f"sh:value {finding.value}")
    if finding.file is not None:
        place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
        rows.append(f"dcterms:source {Term('literal', place)}")
    messages = (Term("literal", text, lang) for lang, text in finding.messages.items())
    rows.extend(f"sh:resultMessage {message}" for message in messages)
    return "[\n        " + " ;\n        ".join(rows) + "\n    ]"


def _turtle_path(path: str) -> str:
    """The RDF form of a path written by `_path_text`."""
    if "<" not in path:
        return f"<{path}>"
    tokens = _PATH_TOKEN.findall(path)
    steps = [f"[ sh:inversePath {t[1:]} ]" if t[0] == "^" else t for t in tokens if t not in "|/"]
    listed = f"( {' '.join(steps)} )"
    if "|" in tokens:
        return f"[ sh:alternativePath {listed} ]"
    return listed if "/" in tokens else steps[0]

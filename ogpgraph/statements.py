"""Statements of our own, one after the other, until they are a graph.

IRIs stand in them as they come: whoever says something has made them, or found them published.
"""

from __future__ import annotations

from ogpgraph.files import Graph
from ogpgraph.terms import XSD, literal
from ogpgraph.vocab import RDF_TYPE, expanded

Text = tuple[str, str]
"""In Spanish and in English."""


class Statements:
    """Collects statements. Properties and classes are written as `prefix:name`."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._terms: dict[str, str] = {}

    def is_a(self, subject: str, *classes: str) -> None:
        """A thing is of some classes."""
        for one in classes:
            self._lines.append(f"<{subject}> <{RDF_TYPE}> {self.term(one)} .")

    def link(self, subject: str, name: str, *targets: str) -> None:
        """A thing has a property that leads to other things, by their IRIs."""
        term = self.term(name)
        self._lines.extend(f"<{subject}> {term} <{target}> ." for target in targets)

    def named(self, subject: str, name: str, *terms: str) -> None:
        """The same with terms in their written form: `<https://…>`."""
        found = self.term(name)
        self._lines.extend(f"<{subject}> {found} {term} ." for term in terms)

    def number(self, subject: str, name: str, value: int) -> None:
        """A thing has a property with a whole number."""
        self._lines.append(f'<{subject}> {self.term(name)} "{value}"^^<{XSD}integer> .')

    def value(self, subject: str, name: str, text: str, datatype: str | None = None) -> None:
        """A thing has a property with a text, or a value of a datatype of XML Schema."""
        kind = f"{XSD}{datatype}" if datatype else None
        self._lines.append(f"<{subject}> {self.term(name)} {literal(text, datatype=kind)} .")

    def text(self, subject: str, name: str, *texts: Text) -> None:
        """A thing has a property with texts in Spanish and English."""
        for spanish, english in texts:
            for language, text in (("es", spanish), ("en", english)):
                value = literal(text, language=language)
                self._lines.append(f"<{subject}> {self.term(name)} {value} .")

    def term(self, name: str) -> str:
        """The written form of a name with a prefix."""
        if name not in self._terms:
            self._terms[name] = f"<{expanded(name)}>"
        return self._terms[name]

    def graph(self) -> Graph:
        """What was said."""
        return Graph.of(self._lines)


def moment_of(text: str) -> str:
    """A moment of the ledger, as xsd:dateTime in the one spelling that it has in a graph."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    fraction = fraction.rstrip("0")
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"

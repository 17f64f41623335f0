"""What the commitments of a plan say, as one text each: title and summary in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.collation import sort_key
from ogpgraph.errors import NotFound
from ogpgraph.iris import Names
from ogpgraph.reading import Reading
from ogpgraph.store.base import Row, rows
from ogpgraph.terms import iri
from ogpgraph.vocab import expanded

PROPERTIES = MappingProxyType(
    {"title": "dcterms:title", "label": "skos:prefLabel", "summary": "ogp:summary"}
)
"""The texts of a commitment, and the property that says each."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text: characters [start, end), its language, and what it is of a commitment.

    `name` is label, title or summary: `PROPERTIES` has their names in SPARQL.
    """

    name: str
    language: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """A commitment's IRI and short id, and its text: the title, a full stop, the summary."""

    iri: str
    id: str
    text: str
    parts: tuple[Part, ...] = ()


def commitment_texts(reading: Reading, plan: str, language: str) -> tuple[CommitmentText, ...]:
    """The texts of a plan's commitments, in the plan's order.

    Args:
        reading: the version.
        plan: short id of the plan, e.g. CRI-4.
        language: es or en; what is not said in it is told in the language that there is.

    Raises:
        NotFound: no plan has that id, or it has no commitments.
        BadRequest: the id cannot be part of an IRI.
    """
    text = (
        "SELECT ?item ?at ?title ?label ?summary WHERE { "
        f"{iri(reading.names.thing('plan', plan))} ogp:hasCommitment ?item . "
        "OPTIONAL { ?item ogp:ordinal ?at } OPTIONAL { ?item dcterms:title ?title } "
        "OPTIONAL { ?item skos:prefLabel ?label } OPTIONAL { ?item ogp:summary ?summary } }"
    )
    found: dict[str, list[Row]] = {}
    for row in rows(reading.find(text)):
        found.setdefault(row["item"].value, []).append(row)
    if not found:
        raise NotFound(f"No plan “{plan[:80]}” with commitments is published here.")
    made = [(_ordinal(those), _told(item, those, language)) for item, those in found.items()]
    return tuple(one for _, one in sorted(made, key=lambda pair: (pair[0], sort_key(pair[1].id))))


def texts_of(reading: Reading, commitment: str) -> Iterator[tuple[str, str, str]]:
    """All texts of a commitment, by its IRI: which property, in which language, and the text.

    Raises:
        BadRequest: that is no IRI.
    """
    properties = [iri(property_iri(reading.names, part)) for part in PROPERTIES]
    text = (
        "SELECT ?property ?text WHERE { "
        f"VALUES ?property {{ {' '.join(map(str, properties))} }} "
        f"{iri(commitment)} ?property ?text }} ORDER BY ?property LANG(?text)"
    )
    for row in rows(reading.find(text, asserted=True)):
        yield row["property"].value, row["text"].language or "", row["text"].value


def property_iri(names: Names, part: str) -> str:
    """The IRI of the property that says a part of a commitment's text."""
    name = PROPERTIES[part]
    ours = name.removeprefix("ogp:")
    return names.term(ours) if ours != name else expanded(name)


def _ordinal(those: list[Row]) -> int:
    return min((int(row["at"].value) for row in those if "at" in row), default=0)


def _told(item: str, those: list[Row], language: str) -> CommitmentText:
    label, title = _said(those, "label", language), _said(those, "title", language)
    called = ("label", *label) if label[1] else ("title", *title)
    text, parts = "", []
    for name, tag, said in (called, ("summary", *_said(those, "summary", language))):
        if not said:
            continue
        if text:
            text += " " if text.endswith((".", "!", "?")) else ". "
        parts.append(Part(name, tag, len(text), len(text) + len(said)))
        text += said
    return CommitmentText(item, item.rpartition("/")[2], text, tuple(parts))


def _said(those: list[Row], name: str, language: str) -> tuple[str, str]:
    """What is said in a language, with it; else what is said in the first of the others."""
    said: Mapping[str, str] = {
        row[name].language or "": row[name].value
        for row in sorted(those, key=lambda row: str(row.get(name)), reverse=True)
        if name in row
    }
    if said.get(language):
        return language, said[language]
    return next(((other, said[other]) for other in sorted(said)), ("", ""))

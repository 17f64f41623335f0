"""What a row of KINDS is: a kind with its filters, orders and columns. Data, not a language.

A path is a property path of SPARQL 1.1 of sequences, alternatives of steps and inverses of
properties (`^ogp:hasCommitment/ogp:country`), so that the same text can be asked of any engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ogpgraph.iris import Names
from ogpgraph.sdg.codes import Level
from ogpgraph.sdg.spellings import resolve
from ogpgraph.sdg.vocabulary import VOCABULARY

Text = tuple[str, str]
"""The same in Spanish and English."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter of a list, and a facet of it.

    Its values are found from a thing by `via`, then `node`, then `path`. Filters of a kind with
    the same `node` speak of the same node: who leads is not who supports something else.
    """

    name: str
    prefix: str
    """What the IRIs of its values begin with; empty for literals."""
    path: str
    description: Text
    example: str
    node: str = ""
    via: str = ""
    latest: str = ""
    """Property of a date: nodes count that no other of the same thing is later than."""
    literal: bool = False
    numbered: bool = False
    """Whether values are numbers as sources print them (3, 3.2.5, SC17): each has a digit."""
    levels: tuple[Level, ...] = ()
    """Of codes of the SDGs: what may be asked for."""

    @property
    def whole(self) -> str:
        """The path from a thing to its values."""
        return "/".join(part for part in (self.via, self.node, self.path) if part)

    @property
    def shared(self) -> tuple[str, str]:
        """What filters that speak of one node have in common."""
        return (self.via, self.node or self.name)

    def normal(self, value: str) -> str:
        """A value as its IRI ends: codes of the SDGs may come in any of their spellings.

        Raises:
            BadRequest: there is no such code, or not of the levels wanted; without `parameter`.
        """
        return resolve(value, self.levels).text if self.levels else value


@dataclass(frozen=True, slots=True)
class Sort:
    """An order that a list can be asked for: by the first value at the end of a path.

    Things without a value come last, in either direction. A count has none missing.
    """

    name: str
    path: str
    description: Text
    by: Literal["text", "number", "label", "count"] = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the CSV of a kind: the values at the end of a path of properties.

    A column of things has two: the ids, and the labels in the language asked for. So has one of
    words that stand as the source has them: the words, and their language.

    `having` is a property and its value, an IRI below the base: the last step is taken only from
    things that have it.
    """

    name: str
    path: str
    things: bool = False
    verbatim: bool = False
    having: tuple[str, str] | None = None


ID = Sort("id", "", ("Identificador", "Identifier"))
TITLE = Sort(
    "title", "", ("La etiqueta, en el idioma pedido", "The label, in the language asked"), "label"
)
"""Every kind has these two."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its path, its classes, where its IRIs lie, how its list sorts and filters.

    `order` names the sorts of the list that nobody sorts, and what settles draws in the others;
    the IRI settles the rest.
    """

    name: str
    class_names: tuple[str, ...]
    prefix: str
    title: Text
    description: Text
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    order: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    context: str = ""
    """What is shown of the things around `?root`: a pattern that binds ?s, ?p and ?o."""
    table_context: str = ""
    """What tables show besides: of things that other forms only name, or show with one thing."""
    id_pattern: str = r"[^/#?]+"
    levels: tuple[Level, ...] = ()
    """Of goals, targets or indicators: whose ids are their codes, whatever their IRIs."""
    documents: str = ""
    """The kind under whose path its documents stand, where that is not its own."""

    @property
    def orders(self) -> tuple[Sort, ...]:
        """Every order that its list can be asked for."""
        return (*self.sorts, TITLE, ID)

    def iri(self, names: Names, identifier: str) -> str:
        """The IRI of the thing with this id."""
        if self.levels and (entry := VOCABULARY.entry(identifier)):
            return entry.iri(names)
        return absolute(names, self.prefix) + identifier

    def identifier(self, names: Names, iri: str) -> str | None:
        """The id of a thing of this kind, None for an IRI of another kind."""
        if self.levels:
            code = VOCABULARY.of_iri(iri, names)
            return code.text if code is not None and code.level in self.levels else None
        prefix = absolute(names, self.prefix)
        if not iri.startswith(prefix):
            return None
        identifier = iri.removeprefix(prefix)
        return identifier if re.fullmatch(self.id_pattern, identifier) else None

    def class_iris(self, names: Names) -> tuple[str, ...]:
        """The IRIs of its classes."""
        return tuple(
            name if name.startswith("http") else names.term(name) for name in self.class_names
        )


def absolute(names: Names, prefix: str) -> str:
    """A prefix of a row as an IRI: those of others stand whole, ours below the base."""
    return prefix if prefix.startswith("http") else names.base + prefix

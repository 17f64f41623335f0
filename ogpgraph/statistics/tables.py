"""What a table of statistics is: what it counts, by what, and the counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

Text = tuple[str, str]
"""The same in Spanish and English."""
Number = int | Decimal
NOT_STATED = ""
"""The value of a dimension where no source states one."""
_LANGUAGES = MappingProxyType({"es": 0, "en": 1})


class Unit(Enum):
    """What a number is: how many there are, or a part of 1."""

    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Dimension:
    """By what is counted.

    Its values are IRIs below `prefix`, of things of `class_name`, or plain language tags where
    there is no prefix. `scheme` is the code list that holds them all, empty for things that are
    no concepts. `kind` is the list in which such things have pages, empty where there is none.
    """

    name: str
    label: Text
    prefix: str = ""
    class_name: str = ""
    scheme: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of things that a figure counts: its kind, and how it is narrowed.

    `filters` has the dimension whose value a filter takes, by filter; `fixed` filters and values.
    """

    kind: str
    filters: Mapping[str, str]
    fixed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted. `listing` is the list that has as many things, where there is one."""

    name: str
    label: Text
    definition: Text
    unit: Unit = Unit.COUNT
    listing: Listing | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """A table: what one row of it is, and what is counted.

    Every row has a value of every dimension and of every measure; no two rows have the same
    values of all dimensions. `chart` names the measures that its chart draws.
    """

    name: str
    title: Text
    row: Text
    counted: Text
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    chart: tuple[str, ...] = ()
    apart: bool = False
    """Whether it is so long that it is given only where it is asked for by its name."""

    def has(self, dimension: str) -> bool:
        """Whether it counts by a dimension."""
        return any(one.name == dimension for one in self.dimensions)

    @property
    def crosses(self) -> bool:
        """Whether it is a matrix: countries by one thing more, with zeros, and one figure each."""
        return self.has("country") and len(self.dimensions) == 2 and len(self.measures) == 1  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Row:
    """A value of each dimension, and of each measure, in the order of the definition."""

    keys: tuple[str, ...]
    values: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A definition and its rows, and what is counted in all, each thing once, by measure.

    A total is not the sum of a column where one thing counts in several rows.
    """

    definition: Definition
    rows: tuple[Row, ...]
    totals: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The tables of a version by name, and the labels of what they count by.

    `labels` has them by IRI and language, es and en where they are known; `countries` has the
    country of each plan.
    """

    tables: Mapping[str, Table]
    labels: Mapping[str, Mapping[str, str]]
    countries: Mapping[str, str]

    def label(self, iri: str, language: str) -> tuple[str, str]:
        """The label of a thing in a language, else in another, and which one; its id without."""
        labels = self.labels.get(iri, {})
        other = next((one for one in ("es", "en", *labels) if one in labels), "")
        found = language if language in labels else other
        return (labels[found], found) if found else (iri.rsplit("/", 1)[-1], "")


def in_language(text: Text, language: str) -> str:
    """A text of two in es or en."""
    return text[_LANGUAGES[language]]

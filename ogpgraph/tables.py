"""Things as the rows of a table, for CSV: the same columns for one thing and for many.

A cell with several values has them with `|` between them; one inside a value has a backslash
before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ogpgraph.collation import sort_key
from ogpgraph.fields import Column, Kind, absolute
from ogpgraph.files import Graph, triples
from ogpgraph.formats import csv_document
from ogpgraph.iris import Names
from ogpgraph.kinds import kind_of
from ogpgraph.terms import Term
from ogpgraph.vocab import PREF_LABEL

SPREADSHEETS = MappingProxyType({"spreadsheet": ",", "spreadsheet-semicolon": ";"})
"""Of each kind of CSV for spreadsheets what stands between its cells."""
_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What spreadsheets take for the beginning of a formula, full-width forms too."""
_SCHEME = "scheme/"
Said = Mapping[str, Mapping[str, list[Term]]]


def header(kind: Kind) -> list[str]:
    """The names of the columns of a kind."""
    names = ["id", "iri", "label"]
    for column in kind.columns:
        names.append(column.name)
        if column.things:
            names.append(f"{column.name}_label")
        if column.verbatim:
            names.append(f"{column.name}_language")
    return names


def rows(
    kind: Kind, items: Sequence[str], graph: Graph, names: Names, language: str
) -> list[list[str]]:
    """A row for each of some things of a kind, as a graph describes them.

    Texts are in the language asked for where they are in it, else in the one they are in.
    """
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples(graph):
        said[subject.value][predicate.value].append(value)
    table = _Table(said, names, language)
    return [table.row(kind, item) for item in items]


def csv(lines: Iterable[Sequence[str]]) -> str:
    """A table as CSV exactly by RFC 4180."""
    return csv_document(lines)


def spreadsheet(lines: Iterable[Sequence[str]], delimiter: str) -> str:
    """A table as CSV that spreadsheets open with its accents, and in which nothing is run.

    It begins with a byte order mark, and a cell that begins like a formula has an apostrophe
    before it.
    """
    return _BYTE_ORDER_MARK + csv_document(([_guarded(c) for c in row] for row in lines), delimiter)


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


class _Table:
    """The cells of things."""

    def __init__(self, said: Said, names: Names, language: str) -> None:
        self._said = said
        self._names = names
        self._language = language

    def row(self, kind: Kind, item: str) -> list[str]:
        """The cells of one thing."""
        cells = [self._id(item), item, self._label(item)]
        for column in kind.columns:
            cells += self._cells(item, column)
        return cells

    def _cells(self, item: str, column: Column) -> list[str]:
        terms = self._ends(item, column)
        if column.things:
            ordered = sorted(
                {term.value for term in terms}, key=lambda v: (sort_key(self._id(v)), v)
            )
            return [_joined(map(self._id, ordered)), _joined(map(self._label, ordered))]
        chosen = self._in_language(terms)
        cells = [_joined(term.value for term in chosen)]
        if column.verbatim:
            cells.append(_joined(dict.fromkeys(term.language or "" for term in chosen)))
        return cells

    def _ends(self, item: str, column: Column) -> list[Term]:
        """The values at the end of a path of properties."""
        here = [Term("iri", item)]
        *steps, last = column.path.split("/")
        for step in steps:
            here = self._after(here, step)
        if column.having:
            name, value = column.having
            wanted = Term("iri", absolute(self._names, value))
            here = [one for one in here if wanted in self._after([one], name)]
        return list(dict.fromkeys(self._after(here, last)))

    def _after(self, here: Iterable[Term], step: str) -> list[Term]:
        """The values of one property of some things."""
        prefix, _, local = step.partition(":")
        predicate = self._names.prefixes[prefix] + local
        return [end for one in here for end in self._said.get(one.value, {}).get(predicate, ())]

    def _in_language(self, terms: Sequence[Term]) -> list[Term]:
        mine = [term for term in terms if term.language == self._language]
        return sorted(mine or terms)

    def _label(self, iri: str) -> str:
        labels = self._in_language(self._said.get(iri, {}).get(PREF_LABEL, ()))
        return labels[0].value if labels else ""

    def _id(self, iri: str) -> str:
        """What a filter takes for the thing; the whole IRI of things without pages."""
        if found := kind_of(self._names, iri):
            return found[1]
        local = self._names.local(iri) or ""
        if local.startswith(_SCHEME):
            return local.removeprefix(_SCHEME).partition("/")[2] or iri
        return iri


def _joined(values: Iterable[str]) -> str:
    return "|".join(value.replace("|", "\\|") for value in values)

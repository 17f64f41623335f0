"""Tables of statistics as JSON and as text with commas, with the list behind each figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from ogpgraph.iris import Names
from ogpgraph.kinds import absolute
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.statistics.tables import (
    Definition,
    Dimension,
    Measure,
    Number,
    Row,
    Statistics,
    Table,
    Text,
)

Json = dict[str, Any]
DIMENSIONS = tuple(
    dict.fromkeys(dimension.name for each in DEFINITIONS.values() for dimension in each.dimensions)
)
"""The names of all dimensions."""


def identifier(names: Names, dimension: Dimension, key: str) -> str:
    """The id of a value of a dimension, as filters of lists take it: CRI, judicial, 16, es."""
    return key.removeprefix(absolute(names, dimension.prefix)) if dimension.prefix else key


def list_path(names: Names, definition: Definition, measure: Measure, row: Row) -> str | None:
    """The address, without host, of the list that a figure counts; None where there is none.

    No list has those of which a value is not known.
    """
    if measure.listing is None:
        return None
    keys = zip(definition.dimensions, row.keys, strict=True)
    values = {one.name: identifier(names, one, key) for one, key in keys}
    pairs = [(name, values[dimension]) for name, dimension in measure.listing.filters.items()]
    if not all(value for _, value in pairs):
        return None
    return f"/{measure.listing.kind}?{urlencode([*pairs, *measure.listing.fixed])}"


def selected(statistics: Statistics, table: Table, given: Mapping[str, str]) -> Table:
    """A table with only the rows of a country or plan, by IRI; without totals, which are of all.

    Args:
        statistics: that it is of.
        table: with a dimension of each of those names, or of plans where a country is asked for.
        given: IRI by the name of the dimension.
    """
    if not given:
        return table
    names = [dimension.name for dimension in table.definition.dimensions]

    def fits(row: Row) -> bool:
        found = dict(zip(names, row.keys, strict=True))
        plan = found.get("plan", "")
        found.setdefault("country", statistics.countries.get(plan, ""))
        return all(found.get(name) == value for name, value in given.items())

    return Table(table.definition, tuple(row for row in table.rows if fits(row)), {})


def as_json(statistics: Statistics, table: Table, *, names: Names, url: str) -> Json:
    """A table with its definition, as plain data. Shares are numbers from 0 to 1."""
    definition = table.definition
    found: Json = {
        "id": definition.name,
        "url": f"{url}/stats/{definition.name}",
        "title": _both(definition.title),
        "row": _both(definition.row),
        "counted": _both(definition.counted),
        "dimensions": [
            {"id": one.name, "label": _both(one.label)} for one in definition.dimensions
        ],
        "measures": [
            {
                "id": one.name,
                "label": _both(one.label),
                "definition": _both(one.definition),
                "unit": one.unit.value,
            }
            for one in definition.measures
        ],
        "rows": [_row_as_json(statistics, definition, row, names, url) for row in table.rows],
    }
    if table.totals:
        found["totals"] = {name: _plain(value) for name, value in table.totals.items()}
    return found


def _row_as_json(
    statistics: Statistics, definition: Definition, row: Row, names: Names, url: str
) -> Json:
    found: Json = {}
    for dimension, key in zip(definition.dimensions, row.keys, strict=True):
        value: Json = {"id": identifier(names, dimension, key)}
        if dimension.prefix and key:
            value |= {"iri": key, "label": dict(statistics.labels.get(key, {}))}
        found[dimension.name] = value
    for measure, number in zip(definition.measures, row.values, strict=True):
        figure: Json = {"value": _plain(number)}
        if path := list_path(names, definition, measure, row):
            figure["list"] = url + path
        found[measure.name] = figure
    return found


def as_csv(statistics: Statistics, table: Table, *, names: Names, language: str) -> str:
    """A table (RFC 4180): an id and a label for each dimension, then the measures."""
    definition = table.definition
    head: list[str] = []
    for dimension in definition.dimensions:
        head += (
            [dimension.name, f"{dimension.name}_label"] if dimension.prefix else [dimension.name]
        )
    lines = [[*head, *(measure.name for measure in definition.measures)]]
    for row in table.rows:
        cells: list[str] = []
        for dimension, key in zip(definition.dimensions, row.keys, strict=True):
            cells.append(identifier(names, dimension, key))
            if dimension.prefix:
                cells.append(statistics.label(key, language)[0] if key else "")
        lines.append([*cells, *map(str, row.values)])
    return _written(lines)


def as_matrix(statistics: Statistics, table: Table, *, names: Names, language: str) -> str:
    """A table that crosses two dimensions (RFC 4180): a line a country, a column each other value.

    The first line has the ids of those values; every cell is a figure.
    """
    first, second = table.definition.dimensions
    columns = dict.fromkeys(row.keys[1] for row in table.rows)
    figures = {row.keys: row.values[0] for row in table.rows}
    head = [first.name, f"{first.name}_label", *(identifier(names, second, key) for key in columns)]
    lines = [
        [
            identifier(names, first, one),
            statistics.label(one, language)[0],
            *(str(figures[one, other]) for other in columns),
        ]
        for one in dict.fromkeys(row.keys[0] for row in table.rows)
    ]
    return _written([head, *lines])


def as_long_csv(tables: Iterable[Table], *, names: Names) -> str:
    """Tables one after the other, a line for each figure: where it belongs, and what it is."""
    lines = [["table", "measure", *DIMENSIONS, "value"]]
    for table in tables:
        lines += _long_lines(table, names)
    return _written(lines)


def _long_lines(table: Table, names: Names) -> Iterator[list[str]]:
    definition = table.definition
    for row in table.rows:
        keys = zip(definition.dimensions, row.keys, strict=True)
        values = {one.name: identifier(names, one, key) for one, key in keys}
        cells = [values.get(name, "") for name in DIMENSIONS]
        for measure, number in zip(definition.measures, row.values, strict=True):
            yield [definition.name, measure.name, *cells, str(number)]


def _written(lines: Iterable[list[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue()


def _both(text: Text) -> dict[str, str]:
    return {"es": text[0], "en": text[1]}


def _plain(number: Number) -> int | float:
    return float(number) if isinstance(number, Decimal) else number

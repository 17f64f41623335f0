"""What pages show of statistics: sections with a chart and the table behind it, and a glance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS, document_path
from ogpgraph.statistics import reports
from ogpgraph.statistics.dimensions import BRANCH, INSTITUTION, LANGUAGE, OGP_VALUE, POLICY_AREA
from ogpgraph.statistics.tables import (
    Definition,
    Dimension,
    Number,
    Row,
    Statistics,
    Table,
    Unit,
    in_language,
)
from ogpgraph.web import charts
from ogpgraph.web.texts import TEXTS, language_name

MAX_COLUMNS = 12
"""Countries side by side at most; with more of them each row has one."""
_FEW, _MANY = 50, 1000
"""Rows of a table on the page of all tables, and on its own."""
_ZEROS = 20
"""Rows from which on a page leaves out those that have only zeros."""
_RANKED = frozenset(one.name for one in (BRANCH, INSTITUTION, OGP_VALUE, POLICY_AREA))
"""Dimensions whose values have no order of their own, so that a chart ranks them."""
_GLANCE = ("declared", "branches", "ogp-values")
"""Tables whose charts are shown at a glance."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it leads; `language` is set where it is not that of the page."""

    text: str
    href: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is of, and its figures."""

    heads: tuple[Cell, ...]
    figures: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A table as a page shows it.

    `svg` is a chart, empty where there is none; `flat` says that it would have only zeros.
    `notes` has the names of words on what is left out.
    """

    name: str
    title: str
    row: str
    counted: str
    measures: tuple[tuple[str, str], ...]
    columns: tuple[Cell, ...]
    figure_columns: tuple[Cell, ...]
    lines: tuple[Line, ...]
    totals: tuple[str, ...]
    svg: str
    flat: bool
    notes: tuple[str, ...]
    crosses: bool = False
    """Whether its CSV can be a matrix."""


@dataclass(frozen=True, slots=True)
class Total:
    """A number that the graph holds in all, what it is, and where it leads."""

    value: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG for the middle of a page, and the address of the table behind it."""

    title: str
    svg: str
    href: str


@dataclass(frozen=True, slots=True)
class Glance:
    """The state of the graph: totals and a few charts, in one language."""

    totals: tuple[Total, ...]
    charts: tuple[Picture, ...]


def section(
    statistics: Statistics, table: Table, names: Names, language: str, *, whole: bool
) -> Section:
    """A table for a page: the first rows, or with `whole` as many as a page may have."""
    definition = table.definition
    notes: list[str] = []
    lines, columns, figure_columns = _laid_out(statistics, table, names, language)
    if len(lines) > _ZEROS:
        telling = [line for line in lines if any(one.text != "0" for one in line.figures)]
        if len(telling) < len(lines):
            lines = telling
            notes.append("stats_zeros_left_out")
    most = _MANY if whole else _FEW
    if len(lines) > most:
        notes.append("stats_rows_left_out")
    chart = chart_of(statistics, table, names, language) if definition.chart else None
    drawable = bool(chart and any(value for one in chart.series for value in one.values))
    if chart and drawable and len(chart.labels) < len(table.rows):
        notes.append("stats_chart_some")
    totals = [
        _written(table.totals[one.name], one.unit) if one.name in table.totals else ""
        for one in definition.measures
    ]
    return Section(
        name=definition.name,
        title=in_language(definition.title, language),
        row=in_language(definition.row, language),
        counted=in_language(definition.counted, language),
        measures=tuple(
            (in_language(one.label, language), in_language(one.definition, language))
            for one in definition.measures
        ),
        columns=tuple(columns),
        figure_columns=tuple(figure_columns),
        lines=tuple(lines[:most]),
        totals=tuple(totals) if len(totals) == len(figure_columns) and any(totals) else (),
        svg=charts.drawn(chart) if chart and drawable else "",
        flat=bool(chart) and not drawable and bool(table.rows),
        notes=tuple(notes),
        crosses=definition.crosses,
    )


def chart_of(statistics: Statistics, table: Table, names: Names, language: str) -> charts.Chart:
    """The chart of a table: its first rows, or those with the highest figures."""
    definition = table.definition
    places = [at for at, one in enumerate(definition.measures) if one.name in definition.chart]
    rows = list(table.rows)
    if len(rows) > charts.MAX_BARS or definition.dimensions[0].name in _RANKED:
        found = sorted(rows, key=lambda row: -sum(row.values[at] for at in places))
        telling = [row for row in found if any(row.values[at] for at in places)]
        rows = telling[: charts.MAX_BARS]
    series = tuple(
        charts.Series(
            in_language(definition.measures[at].label, language),
            tuple(float(row.values[at]) for row in rows),
        )
        for at in places
    )
    labels = tuple(
        " · ".join(one.text for one in _heads(statistics, definition, row, names, language))
        for row in rows
    )
    return charts.Chart(
        name=f"chart-{definition.name}",
        title=in_language(definition.title, language),
        description=in_language(definition.counted, language),
        language=language,
        labels=labels,
        series=series,
    )


def glance(statistics: Statistics, names: Names, language: str) -> Glance:
    """The state of the graph at a glance: what there is in all, and two or three charts."""
    countries, declared = statistics.tables["countries"], statistics.tables["declared"]
    evidence = statistics.tables["evidence"]
    totals = [
        Total(
            _written(countries.totals[name], Unit.COUNT),
            _measure_label(countries.definition, name, language),
            f"/{name}",
        )
        for name in ("plans", "commitments", "institutions")
    ]
    totals.insert(
        0, Total(str(len(countries.rows)), _word("stats_countries", language), "/countries")
    )
    if declared.rows:
        ratio = f"{declared.totals['listed']} / {declared.totals['declared']}"
        totals.append(Total(ratio, _word("stats_of_declared", language), "/stats/declared"))
    if evidence.totals:
        share = _written(evidence.totals["coverage"], Unit.SHARE)
        totals.append(Total(share, _word("stats_coverage", language), "/stats/evidence"))
    pictures = []
    for name in _GLANCE:
        chart = chart_of(statistics, statistics.tables[name], names, language)
        if any(value for one in chart.series for value in one.values):
            pictures.append(Picture(chart.title, charts.drawn(chart), f"/stats/{name}"))
    return Glance(tuple(totals), tuple(pictures))


def _laid_out(
    statistics: Statistics, table: Table, names: Names, language: str
) -> tuple[list[Line], list[Cell], list[Cell]]:
    """Rows, the columns before the figures and those of the figures.

    Countries stand side by side where there are few of them and nothing else is counted.
    """
    definition = table.definition
    countries = dict.fromkeys(row.keys[0] for row in table.rows)
    if not (definition.crosses and 1 < len(countries) <= MAX_COLUMNS):
        lines = [
            Line(
                _heads(statistics, definition, row, names, language),
                _figures(definition, row, names),
            )
            for row in table.rows
        ]
        columns = [Cell(in_language(one.label, language)) for one in definition.dimensions]
        return lines, columns, [Cell(in_language(o.label, language)) for o in definition.measures]
    by_value: dict[str, dict[str, Row]] = {}
    for row in table.rows:
        by_value.setdefault(row.keys[1], {})[row.keys[0]] = row
    country, other = definition.dimensions
    lines = [
        Line(
            (_named(statistics, other, value, names, language),),
            tuple(_figures(definition, found[one], names)[0] for one in countries if one in found),
        )
        for value, found in by_value.items()
    ]
    heads = [_named(statistics, country, one, names, language) for one in countries]
    return lines, [Cell(in_language(other.label, language))], heads


def _heads(
    statistics: Statistics, definition: Definition, row: Row, names: Names, language: str
) -> tuple[Cell, ...]:
    pairs = zip(definition.dimensions, row.keys, strict=True)
    return tuple(_named(statistics, one, key, names, language) for one, key in pairs)


def _figures(definition: Definition, row: Row, names: Names) -> tuple[Cell, ...]:
    pairs = zip(definition.measures, row.values, strict=True)
    return tuple(
        Cell(_written(value, one.unit), reports.list_path(names, definition, one, row))
        for one, value in pairs
    )


def _named(
    statistics: Statistics, dimension: Dimension, key: str, names: Names, language: str
) -> Cell:
    """A value of a dimension by its label, with the page of that thing where it has one."""
    if not key:
        return Cell(_word("stats_not_stated", language))
    identifier = reports.identifier(names, dimension, key)
    if not dimension.prefix:
        named = dimension.name == LANGUAGE.name
        return Cell(language_name(identifier, language) if named else identifier)
    label, found = statistics.label(key, language)
    if dimension.name in {"goal", "target"}:
        label = f"{identifier}. {label}"
    known = dimension.kind in KINDS and identifier != key
    href = document_path(KINDS[dimension.kind], identifier) if known else None
    other = found if found not in {"", "und", language} else ""
    return Cell(charts.readable(label) or identifier, href, other)


def _measure_label(definition: Definition, name: str, language: str) -> str:
    (found,) = (one.label for one in definition.measures if one.name == name)
    return in_language(found, language)


def _word(name: str, language: str) -> str:
    return in_language(TEXTS[name], language)


def _written(number: Number, unit: Unit) -> str:
    """A number as people read it: shares in percent."""
    if unit is Unit.SHARE:
        return f"{Decimal(number) * 100:.1f} %"
    return str(number)

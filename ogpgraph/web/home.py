"""The home page: the state of the graph at a glance, and doors to what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request

from ogpgraph.kinds import KINDS
from ogpgraph.statistics.tables import Number, Statistics
from ogpgraph.web import pages
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.views import Value

_QUESTIONS = 12
_BRANCHES = 12


@dataclass(frozen=True, slots=True)
class Door:
    """A thing with its page, and how many commitments there are of it."""

    value: Value
    number: int
    href: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: what its source declares (None: it does not say), lists, and leaves out."""

    value: Value
    declared: int | None
    listed: int
    unlisted: int


def page(request: Request, examples: list[tuple[str, str]]) -> str:
    """The page, without a query where the statistics are made.

    Args:
        request: as it came.
        examples: name and title of each stored query, in order.
    """
    statistics = service_of(request).statistics.of(reading_of(request))
    doors = {name: _doors(request, statistics, name) for name in ("countries", "branches", "goals")}
    return pages.page(
        request,
        "home.html",
        title="ogpgraph",
        plans=_plans(request, statistics),
        totals=_totals(statistics),
        countries=doors["countries"],
        branches=[door for door in doors["branches"] if door.number][:_BRANCHES],
        goals=doors["goals"],
        aligned=statistics.tables["goals"].totals.get("commitments", 0),
        examples=examples[:_QUESTIONS],
        questions=len(examples),
    )


def _totals(statistics: Statistics) -> Mapping[str, Number]:
    """What there is in all, and how many statements rest on words and lines."""
    places = statistics.tables["countries"]
    declared = statistics.tables["declared"].totals
    evidence = statistics.tables["evidence"].totals
    return {
        "countries": len(places.rows),
        **{name: places.totals[name] for name in ("plans", "commitments", "institutions")},
        "declared": declared.get("declared", 0),
        **{name: evidence.get(name, 0) for name in ("statements", "grounded_statements")},
    }


def _plans(request: Request, statistics: Statistics) -> list[Plan]:
    declared = {row.keys[0]: int(row.values[0]) for row in statistics.tables["declared"].rows}
    return [
        Plan(
            _value(request, statistics, row.keys[0], "plans"),
            declared.get(row.keys[0]),
            *(int(number) for number in row.values),
        )
        for row in statistics.tables["plans"].rows
    ]


def _doors(request: Request, statistics: Statistics, name: str) -> list[Door]:
    """The things that a table counts commitments by."""
    table = statistics.tables[name]
    at = [measure.name for measure in table.definition.measures].index("commitments")
    kind = table.definition.dimensions[0].kind
    doors = []
    for row in table.rows:
        value = _value(request, statistics, row.keys[0], kind)
        doors.append(Door(value, int(row.values[at]), value.href or ""))
    return doors


def _value(request: Request, statistics: Statistics, iri: str, kind: str) -> Value:
    chosen = language(request)
    text, found = statistics.label(iri, chosen)
    identifier = KINDS[kind].identifier(service_of(request).names, iri) or ""
    number = identifier if kind == "sdgs" else ""
    return Value(text, f"/{kind}/{quote(identifier)}", found or None, iri=iri, number=number)

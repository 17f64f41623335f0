"""Plans that declare commitments of a branch's kind, also where their source lists none."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from fastapi import Request

from ogpgraph.formats import RESULTS_JSON
from ogpgraph.store.base import Row, solutions
from ogpgraph.web import pages
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.views import Value

_DECLARED = MappingProxyType(
    {
        "judicial": "commitments-involving-the-judiciary",
        "legislative": "commitments-involving-the-legislature",
    }
)
"""Branch -> the stored query that also gives the plans that declare commitments of its kind."""


@dataclass(frozen=True, slots=True)
class Declaring:
    """A plan that declares commitments of a branch: how many it lists, and the others' numbers."""

    plan: Value
    listed: int
    unlisted: str


@dataclass(frozen=True, slots=True)
class Declarations:
    """The plans that declare commitments of a branch; none where the sources have no such field."""

    branch: str = ""
    plans: tuple[Declaring, ...] = ()


def declarations(request: Request, branch: str, country: str = "") -> Declarations:
    """The plans that declare commitments of a branch's kind, whether or not they list any.

    Args:
        request: as it came.
        branch: id of the branch.
        country: id of the only country to look at.
    """
    if branch not in _DECLARED:
        return Declarations()
    service = service_of(request)
    query = service.library.queries[_DECLARED[branch]]
    text = query.bind({"country": country, "lang": language(request)})
    result = reading_of(request).store.query(text, timeout=service.settings.query_timeout)
    _, found = solutions(result.write(RESULTS_JSON))
    declared = [row for row in found if "declared" in row and _yes(row)]
    plans = list(dict.fromkeys(row["plan"].value for row in declared))
    viewer = pages.labelled(request, plans)
    listed = {plan: [row for row in declared if row["plan"].value == plan] for plan in plans}
    told = [_declaring(viewer.label(plan), some) for plan, some in listed.items()]
    return Declarations(branch, tuple(told))


def _yes(row: Row) -> bool:
    return row["declared"].value.endswith("/yes")


def _declaring(plan: Value, some: list[Row]) -> Declaring:
    listed = {row["commitment"].value for row in some if "commitment" in row}
    numbers = (row["unlistedNumbers"].value for row in some if "unlistedNumbers" in row)
    return Declaring(plan, len(listed), next(numbers, ""))

"""The page of one thing: what is said of it, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fastapi import Request

from ogpgraph import neighbours
from ogpgraph.browse import Page, Resource
from ogpgraph.fields import absolute
from ogpgraph.kinds import KINDS
from ogpgraph.list_index import Asked, Facet, ListIndex
from ogpgraph.sdg import VOCABULARY
from ogpgraph.vocab import ROLES
from ogpgraph.web import pages, sdg_pages
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.declaring import declarations
from ogpgraph.web.list_links import facet_label, list_path
from ogpgraph.web.pages import Related
from ogpgraph.web.past import versions_of
from ogpgraph.web.sdg_pages import Group
from ogpgraph.web.views import Node, Value

_SHOWN = 60
"""Commitments or institutions that are shown with another thing; a link leads to all."""
_TEMPLATES = MappingProxyType(
    {
        "commitments": "commitment.html",
        "plans": "plan.html",
        "countries": "country.html",
        "institutions": "institution.html",
        "sdgs": "goal.html",
        "sdg-indicators": "indicator.html",
    }
)
"""Kind -> the template of its sections; the others have that of any thing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Some things of a list: in groups, how many there are in all, and where the whole list is."""

    groups: tuple[Group, ...] = ()
    total: int = 0
    href: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many things there are of a value, and their list."""

    value: Value
    number: int
    href: str


def resource(request: Request, shown: Resource) -> str:
    """The page of one thing."""
    viewer = pages.viewer_of(request, shown.graph)
    node = viewer.node(shown.iri)
    kind = shown.kind.name if shown.kind else ""
    branch = service_of(request).names.concept("branch", "")
    declared = declarations(request, shown.iri.removeprefix(branch))
    return pages.page(
        request,
        "resource.html",
        title=node.title.text,
        node=node,
        kind=shown.kind,
        kind_title=shown.kind.title[pages.index(request)] if shown.kind else "",
        related=_related(request, shown) if shown.kind else [],
        sections=_TEMPLATES.get(kind, "thing.html"),
        around=_around(request, shown, kind, node),
        declared=declared,
        whole=f"{node.title.href}.ttl" if viewer.shortened and node.title.href else "",
        versions=_versions(request, kind, node),
    )


def _around(request: Request, shown: Resource, kind: str, node: Node) -> Mapping[str, Any]:
    """What stands around a thing, by kind: what its template takes."""
    found: dict[str, Any] = {"commitments": Shown(), "institutions": Shown()}
    if kind == "commitments":
        found |= _beside(request, shown.iri)
    elif kind == "institutions":
        found["roles"], found["more"] = _roles(request, shown.iri)
    elif kind == "countries":
        found |= _of_country(request, shown)
    elif kind in {"sdgs", "sdg-indicators"}:
        found |= sdg_pages.around(request, shown.iri, node)
    elif kind != "plans":
        found["commitments"] = _commitments(request, shown.iri)
    if kind == "branches":
        found["institutions"] = _institutions(request, {"branch": _identifier(request, shown)})
    return found


def _versions(request: Request, kind: str, node: Node) -> str:
    """The address of the versions of the graph that a plan or commitment stands in."""
    plan = node.first("commitmentOf") if kind == "commitments" else node.title
    if kind not in {"plans", "commitments"} or plan is None:
        return ""
    names = service_of(request).names
    return versions_of(names.graph(f"plan/{plan.iri.removeprefix(names.thing('plan', ''))}"))


def _beside(request: Request, iri: str) -> dict[str, Any]:
    """The commitments before and after one in its plan."""
    around = neighbours.beside(reading_of(request), iri)
    viewer = pages.viewer_of(request, around.graph)
    before, after = (viewer.node(item).title if item else None for item in around.items)
    return {"before": before, "after": after}


def _roles(request: Request, iri: str) -> tuple[list[Group], str]:
    """What an institution does: its commitments by role, and their list where there are more."""
    found = neighbours.involvements(reading_of(request), iri)
    viewer = pages.viewer_of(request, found.graph)
    prefix = service_of(request).names.concept("involvement-role", "")
    place = {prefix + name: at for at, name in enumerate(ROLES)}
    groups = [
        Group(
            viewer.label(role),
            role.removeprefix(prefix),
            tuple(viewer.node(item, depth=0) for item in items),
        )
        for role, items in sorted(found.by_role.items(), key=lambda one: place.get(one[0], 99))
    ]
    identifier = KINDS["institutions"].identifier(service_of(request).names, iri)
    return groups, list_path("commitments", {"institution": identifier or ""}) if found.more else ""


def _of_country(request: Request, shown: Resource) -> dict[str, Any]:
    """A country's plans and institutions, and its commitments by branch and policy area."""
    identifier = _identifier(request, shown)
    page = _page(request, "plans", {"country": identifier})
    viewer = pages.viewer_of(request, page.graph)
    index = _commitment_index(request)
    found = index.page(Asked({"country": shown.iri}, size=1, facets=("branch", "policy_area")))
    return {
        "plans": [viewer.node(item, depth=0) for item in page.items],
        "institutions": _institutions(request, {"country": identifier}),
        **{one.filter.name: _counts(request, one, {"country": identifier}) for one in found.facets},
    }


def _counts(request: Request, facet: Facet, within: Mapping[str, str]) -> list[Count]:
    prefix, told = absolute(service_of(request).names, facet.filter.prefix), []
    for one in facet.values:
        values = {**within, facet.filter.name: one.value.removeprefix(prefix)}
        told.append(Count(facet_label(request, one), one.count, list_path("commitments", values)))
    return told


def _commitment_index(request: Request) -> ListIndex:
    """The list of commitments, which counts without asking the store."""
    return service_of(request).lists.of(reading_of(request))["commitments"]


def _commitments(request: Request, iri: str) -> Shown:
    """The commitments that have this for a branch, an area, a value: by plan."""
    names = service_of(request).names
    for row in KINDS["commitments"].filters:
        prefix = absolute(names, row.prefix)
        if row.prefix and row.name != "role" and iri.startswith(prefix):
            value = {row.name: iri.removeprefix(prefix)}
            page = _page(request, "commitments", value)
            viewer = pages.viewer_of(request, page.graph)
            groups = _by_plan(viewer.node(item, depth=0) for item in page.items)
            return Shown(groups, page.total, list_path("commitments", value))
    return Shown()


def _institutions(request: Request, value: Mapping[str, str]) -> Shown:
    page = _page(request, "institutions", value)
    viewer = pages.viewer_of(request, page.graph)
    nodes = tuple(viewer.node(item, depth=0) for item in page.items)
    return Shown((Group(Value(""), "", nodes),), page.total, list_path("institutions", value))


def _page(request: Request, kind: str, value: Mapping[str, str]) -> Page:
    reading = reading_of(request)
    index = service_of(request).lists.of(reading)[kind]
    return reading.browser.page(index, Asked(value, language=language(request), size=_SHOWN))


def _by_plan(nodes: Iterable[Node]) -> tuple[Group, ...]:
    """Commitments in the order of a list, under their plans."""
    groups: dict[str, tuple[Value, list[Node]]] = {}
    for node in nodes:
        plan = node.first("commitmentOf") or Value("")
        groups.setdefault(plan.iri, (plan, []))[1].append(node)
    return tuple(Group(plan, "", tuple(those)) for plan, those in groups.values())


def _related(request: Request, shown: Resource) -> list[Related]:
    """The lists whose filters take this thing: a branch's commitments, a country's plans.

    Those that hold nothing are left out.
    """
    assert shown.kind is not None
    at, identifier = pages.index(request), _identifier(request, shown)
    code = VOCABULARY.of_iri(shown.iri, service_of(request).names)
    lists = service_of(request).lists.of(reading_of(request))
    rows = [
        (kind, row, lists[kind.name].page(Asked({row.name: shown.iri}, size=1)).total)
        for kind in KINDS.values()
        for row in kind.filters
        if row.prefix == shown.kind.prefix and row.prefix
        if not row.levels or (code is not None and code.level in row.levels)
        if shown.kind.name != "commitments"  # what belongs to one stands on its own page
    ]
    return [
        Related(kind.title[at], list_path(kind.name, {row.name: identifier}), count=total)
        for kind, row, total in rows
        if total
    ]


def _identifier(request: Request, shown: Resource) -> str:
    assert shown.kind is not None
    return shown.kind.identifier(service_of(request).names, shown.iri) or ""

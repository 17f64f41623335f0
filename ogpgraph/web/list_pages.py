"""The page of a list: its things, the filters in force, and what it can be narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from ogpgraph.alignments.curies import PATH
from ogpgraph.browse import Page
from ogpgraph.fields import Filter, Kind, absolute
from ogpgraph.web import pages
from ogpgraph.web.context import query_pairs, service_of
from ogpgraph.web.declaring import Declarations, declarations
from ogpgraph.web.list_links import Addresses, export_links, facet_links, order_links
from ogpgraph.web.views import Value

_KEPT = ("lang", "listed", "page_size")
"""Parameters that the form of a list sends on."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter in force: what it and its value are called, and the list without it."""

    name: str
    label: str
    value: Value
    without: str


def listing(request: Request, page: Page, addresses: Addresses) -> str:
    """A page of a list.

    Args:
        request: as it came.
        page: with the facets that it is to show.
        addresses: of the other pages of the list.
    """
    viewer = pages.viewer_of(request, page.graph)
    nodes = [viewer.node(item, depth=0) for item in page.items]
    pairs = query_pairs(request.scope["query_string"])
    given = dict(pairs)
    chosen = _chosen(request, page)
    return pages.page(
        request,
        "list.html",
        kind=page.kind,
        title=page.kind.title[pages.index(request)],
        description=page.kind.description[pages.index(request)],
        nodes=nodes,
        addresses=addresses,
        total=page.total,
        facets=facet_links(request, page),
        orders=order_links(request, page),
        sort=page.sort,
        exports=(*export_links(request, page), *_as_sssom(page.kind, given)),
        unshown=[row.name for row in page.kind.filters],
        given=given,
        kept=[(name, given[name]) for name in _KEPT if name in given],
        whole=f"/{page.kind.name}.ttl?{urlencode(pairs)}" if viewer.shortened else "",
        chosen=chosen,
        called={one.name: one.value.text for one in chosen},
        declared=_declared(request, page.kind),
    )


def _as_sssom(kind: Kind, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """The forms of the whole set of alignments, of one country or plan where the list is."""
    if kind.name != "alignments":
        return []
    query = urlencode([(name, given[name]) for name in ("country", "plan") if name in given])
    tail = f"?{query}" if query else ""
    return [(f"sssom.{suffix}", f"{PATH}.{suffix}{tail}") for suffix in ("tsv", "ttl")]


def _declared(request: Request, kind: Kind) -> Declarations:
    """What plans declare of the branch that a list of commitments is narrowed to."""
    asked = request.query_params
    if kind.name != "commitments" or "cursor" in asked:  # told once, on the first page
        return Declarations()
    prefix = service_of(request).names.concept("branch", "")
    return declarations(
        request, asked.get("branch", "").removeprefix(prefix), asked.get("country", "")
    )


def _chosen(request: Request, page: Page) -> list[Chosen]:
    """The filters in force."""
    pairs = query_pairs(request.scope["query_string"])
    filters = {row.name: row for row in page.kind.filters}
    in_force = [(filters[name], value) for name, value in pairs if name in filters]
    iris = {row.name: _iri(request, row, value) for row, value in in_force if not row.literal}
    viewer = pages.labelled(request, iris.values())
    found = []
    for row, value in in_force:
        kept = urlencode([pair for pair in pairs if pair[0] not in {row.name, "cursor"}])
        known = Value(value) if row.literal else viewer.label(iris[row.name])
        label = row.description[pages.index(request)]
        without = f"{request.scope['path']}?{kept}".removesuffix("?")
        found.append(Chosen(row.name, label, known, without))
    return found


def _iri(request: Request, row: Filter, value: str) -> str:
    prefix = absolute(service_of(request).names, row.prefix)
    return prefix + row.normal(value).removeprefix(prefix)

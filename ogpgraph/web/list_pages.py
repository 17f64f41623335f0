"""The page of a list: its things, the filters in force, and what it can be narrowed by."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request

from ogpgraph.browse import Page
from ogpgraph.kinds import KINDS, Kind, absolute
from ogpgraph.web import pages
from ogpgraph.web.context import query_pairs, service_of
from ogpgraph.web.declaring import Declarations, declarations
from ogpgraph.web.pages import Related
from ogpgraph.web.views import Value, Viewer


def listing(request: Request, page: Page, following: str | None) -> str:
    """A page of a list."""
    viewer = pages.viewer_of(request, page.graph)
    nodes = [viewer.node(item, depth=0) for item in page.items]
    return pages.page(
        request,
        "list.html",
        kind=page.kind,
        title=page.kind.title[pages.index(request)],
        description=page.kind.description[pages.index(request)],
        nodes=nodes,
        following=following,
        total=page.total,
        chosen=_chosen(request, page.kind, viewer),
        narrower=_narrower(request, page.kind),
        declared=_declared(request, page.kind),
    )


def _declared(request: Request, kind: Kind) -> Declarations:
    """What plans declare of the branch that a list of commitments is narrowed to."""
    asked = request.query_params
    if kind.name != "commitments" or "cursor" in asked:  # told once, on the first page
        return Declarations()
    prefix = service_of(request).names.concept("branch", "")
    return declarations(
        request, asked.get("branch", "").removeprefix(prefix), asked.get("country", "")
    )


def _chosen(request: Request, kind: Kind, viewer: Viewer) -> list[tuple[str, Value, str]]:
    """The filters in force: label, value, and the address of the list without it."""
    pairs = query_pairs(request.scope["query_string"])
    filters = {row.name: row for row in kind.filters}
    found = []
    for name, value in pairs:
        if name not in filters:
            continue
        row = filters[name]
        prefix = absolute(service_of(request).names, row.prefix)
        known = viewer.label(value if value.startswith(prefix) else prefix + value)
        kept = urlencode([p for p in pairs if p[0] not in {name, "cursor"}])
        label = row.description[pages.index(request)].split(",")[0]
        shown = known if known.language and not row.literal else Value(value)
        found.append((label, shown, f"/{kind.name}?{kept}" if kept else f"/{kind.name}"))
    return found


def _narrower(request: Request, kind: Kind) -> list[Related]:
    """The lists whose things this one can be narrowed to, by filters not yet in force."""
    at = pages.index(request)
    given = {name for name, _ in query_pairs(request.scope["query_string"])}
    prefixes = {row.prefix for row in kind.filters if row.prefix and row.name not in given}
    return [
        Related(other.title[at], f"/{other.name}")
        for other in KINDS.values()
        if other.prefix in prefixes and other is not kind
    ]

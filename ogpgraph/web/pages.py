"""Pages for people, from templates. Everything that comes from data is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from ogpgraph import __version__
from ogpgraph.browse import Page, Resource
from ogpgraph.kinds import KINDS, Kind
from ogpgraph.store.base import Result, rows
from ogpgraph.web.context import language, query_pairs, service_of
from ogpgraph.web.texts import TEXTS
from ogpgraph.web.views import Node, Viewer

SPARQL_PAGE_ROWS = 1000
"""Rows of an answer that a page shows; the other forms give them all."""


@dataclass(frozen=True, slots=True)
class Related:
    """A list of another kind that a filter narrows to one thing."""

    title: str
    href: str


def listing(request: Request, page: Page, following: str | None) -> str:
    """A page of a list."""
    viewer = _viewer(request, page.graph)
    nodes = [viewer.node(item, depth=0) for item in page.items]
    return _render(
        request,
        "list.html",
        kind=page.kind,
        title=page.kind.title[_index(request)],
        description=page.kind.description[_index(request)],
        nodes=nodes,
        following=following,
        total=page.total,
        chosen=_chosen(request, page.kind),
    )


def resource(request: Request, shown: Resource) -> str:
    """One thing."""
    node = _viewer(request, shown.graph).node(shown.iri)
    related = _related(request, shown) if shown.kind else []
    kind_title = shown.kind.title[_index(request)] if shown.kind else ""
    return _render(
        request,
        "resource.html",
        title=node.title.text,
        node=node,
        kind=shown.kind,
        kind_title=kind_title,
        related=related,
    )


def page(request: Request, template: str, **values: Any) -> str:
    """Any other page."""
    return _render(request, template, **values)


def solutions(request: Request, query: str, result: Result) -> str:
    """The answer of a SELECT as a table."""
    found = list(rows(result))
    columns = list(dict.fromkeys(name for row in found for name in row))
    shown = [[row.get(name) for name in columns] for row in found[:SPARQL_PAGE_ROWS]]
    return _render(
        request,
        "solutions.html",
        title="SPARQL",
        query=query,
        columns=columns,
        rows=shown,
        count=len(found),
        limit=SPARQL_PAGE_ROWS,
    )


def kind_links(request: Request) -> list[Related]:
    """The lists, for navigation."""
    at = _index(request)
    return [Related(kind.title[at], f"/{kind.name}") for kind in KINDS.values()]


def _viewer(request: Request, graph: Any) -> Viewer:
    service = service_of(request)
    return Viewer(graph, service.names, service.library.ontology, language(request))


def _related(request: Request, shown: Resource) -> list[Related]:
    """The lists whose filters take this thing: a branch's commitments, a country's plans."""
    assert shown.kind is not None
    names = service_of(request).names
    identifier = shown.kind.identifier(names, shown.iri) or ""
    return [
        Related(kind.title[_index(request)], f"/{kind.name}?{urlencode({row.name: identifier})}")
        for kind in KINDS.values()
        for row in kind.filters
        if row.prefix == shown.kind.prefix and row.prefix
    ]


def _chosen(request: Request, kind: Kind) -> list[tuple[str, str, str]]:
    """The filters in force: label, value, and the address of the list without it."""
    pairs = query_pairs(request.scope["query_string"])
    labels = {row.name: row.description[_index(request)].split(",")[0] for row in kind.filters}
    return [
        (
            labels[name],
            value,
            f"/{kind.name}?{urlencode([p for p in pairs if p[0] not in {name, 'cursor'}])}",
        )
        for name, value in pairs
        if name in labels
    ]


def _index(request: Request) -> int:
    return 0 if language(request) == "es" else 1


def _render(request: Request, template: str, **values: Any) -> str:
    chosen = language(request)
    other = "en" if chosen == "es" else "es"
    pairs = [p for p in query_pairs(request.scope["query_string"]) if p[0] != "lang"]
    return (
        _environment()
        .get_template(template)
        .render(
            lang=chosen,
            other=other,
            other_href=f"{request.scope['path']}?{urlencode([*pairs, ('lang', other)])}",
            path=request.scope["path"],
            t={name: text[0 if chosen == "es" else 1] for name, text in TEXTS.items()},
            kinds=kind_links(request),
            version=__version__,
            **values,
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ogpgraph.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


__all__ = ["Node", "kind_links", "listing", "page", "resource", "solutions"]

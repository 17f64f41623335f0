"""Pages for people, from templates. Everything that comes from data is escaped."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from ogpgraph import __version__
from ogpgraph.browse import Page, Resource
from ogpgraph.files import Graph
from ogpgraph.formats import HTML, RESOURCE_OFFERS, RESULTS_JSON
from ogpgraph.kinds import KINDS, Kind, absolute
from ogpgraph.store.base import Result, rows
from ogpgraph.terms import iri
from ogpgraph.web.context import language, query_pairs, service_of
from ogpgraph.web.texts import TEXTS
from ogpgraph.web.views import Node, Value, Viewer

SPARQL_PAGE_ROWS = 1000
"""Rows of an answer that a page shows; the other forms give them all."""


@dataclass(frozen=True, slots=True)
class Related:
    """A list: all of a kind, or what a filter leaves of it."""

    title: str
    href: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """An answer that was written already, so that its head and its rows can both be read."""

    content: bytes
    kind: str = "solutions"

    def write(self, media_type: str) -> bytes:  # noqa: ARG002
        """The answer in the one form that it has: SPARQL JSON."""
        return self.content


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
        chosen=_chosen(request, page.kind, viewer),
        narrower=_narrower(request, page.kind),
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
    written = _Written(result.write(RESULTS_JSON))
    columns = json.loads(written.content)["head"]["vars"]
    found = list(rows(written))
    reference = _viewer(request, Graph()).reference
    shown = [[reference(row.get(name)) for name in columns] for row in found[:SPARQL_PAGE_ROWS]]
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
    return [
        Related(kind.title[at], f"/{kind.name}", kind.description[at]) for kind in KINDS.values()
    ]


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
        if shown.kind.name != "commitments"  # what belongs to one stands on its own page
    ]


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
        label = row.description[_index(request)].split(",")[0]
        shown = known if known.language and not row.literal else Value(value)
        found.append((label, shown, f"/{kind.name}?{kept}" if kept else f"/{kind.name}"))
    return found


def _narrower(request: Request, kind: Kind) -> list[Related]:
    """The lists whose things this one can be narrowed to, by filters not yet in force."""
    at = _index(request)
    given = {name for name, _ in query_pairs(request.scope["query_string"])}
    prefixes = {row.prefix for row in kind.filters if row.prefix and row.name not in given}
    return [
        Related(other.title[at], f"/{other.name}")
        for other in KINDS.values()
        if other.prefix in prefixes and other is not kind
    ]


def _localised(request: Request) -> Callable[[str], str]:
    """Keeps the language that a reader chose by a link when they follow the next one."""
    chosen = request.query_params.get("lang")

    def link(href: str) -> str:
        if chosen is None or not href.startswith("/"):
            return href
        path, mark, fragment = href.partition("#")
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}lang={chosen}{mark}{fragment}"

    return link


def _index(request: Request) -> int:
    return 0 if language(request) == "es" else 1


def _render(request: Request, template: str, **values: Any) -> str:
    chosen = language(request)
    other = "en" if chosen == "es" else "es"
    pairs = [p for p in query_pairs(request.scope["query_string"]) if p[0] != "lang"]
    reference = _viewer(request, Graph()).reference
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
            link=_localised(request),
            reference=lambda value: reference(iri(value)),
            forms=[offer.suffix for offer in RESOURCE_OFFERS if offer.media_type != HTML],
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

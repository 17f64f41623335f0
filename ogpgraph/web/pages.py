"""Pages for people, from templates. Everything that comes from data is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from ogpgraph import __version__
from ogpgraph.browse import Page, Resource
from ogpgraph.files import Graph
from ogpgraph.formats import HTML, RESOURCE_OFFERS, RESULTS_JSON
from ogpgraph.kinds import KINDS, Kind, absolute
from ogpgraph.store.base import solutions as solved
from ogpgraph.store.base import statements
from ogpgraph.terms import iri
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE, SDG
from ogpgraph.web.context import language, query_pairs, reading_of, service_of
from ogpgraph.web.list_links import Addresses, export_links, facet_links, order_links
from ogpgraph.web.texts import MONTHS, TEXTS
from ogpgraph.web.views import Node, Value, Viewer

SPARQL_PAGE_ROWS = 1000
"""Rows of an answer that a page shows; the other forms give them all."""
_MAX_LABELLED = 200
"""Things of a table whose labels are asked for; those beyond are called by class and id."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DECLARED = MappingProxyType(
    {
        "judicial": "commitments-involving-the-judiciary",
        "legislative": "commitments-involving-the-legislature",
    }
)
"""Branch -> the stored query that also gives the plans that declare commitments of its kind."""


@dataclass(frozen=True, slots=True)
class Related:
    """A list: all of a kind, or what a filter leaves of it."""

    title: str
    href: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Declaring:
    """A plan that declares commitments of a branch: how many it lists, and the others' numbers."""

    plan: Value
    listed: int
    unlisted: str


def listing(request: Request, page: Page, addresses: Addresses) -> str:
    """A page of a list."""
    viewer = viewer_of(request, page.graph)
    nodes = [viewer.node(item, depth=0) for item in page.items]
    return _render(
        request,
        "list.html",
        kind=page.kind,
        title=page.kind.title[index(request)],
        description=page.kind.description[index(request)],
        nodes=nodes,
        addresses=addresses,
        total=page.total,
        facets=facet_links(request, page),
        orders=order_links(request, page),
        exports=export_links(request, page),
        chosen=_chosen(request, page.kind, viewer),
        narrower=_narrower(request, page.kind),
        **_declaring(request, _asked_branch(request) if page.kind.name == "commitments" else ""),
    )


def resource(request: Request, shown: Resource) -> str:
    """One thing."""
    node = viewer_of(request, shown.graph).node(shown.iri)
    related = _related(request, shown) if shown.kind else []
    kind_title = shown.kind.title[index(request)] if shown.kind else ""
    branch = service_of(request).names.concept("branch", "")
    return _render(
        request,
        "resource.html",
        title=node.title.text,
        node=node,
        kind=shown.kind,
        kind_title=kind_title,
        related=related,
        **_declaring(request, shown.iri.removeprefix(branch)),
    )


def page(request: Request, template: str, **values: Any) -> str:
    """Any other page."""
    return _render(request, template, **values)


def word(request: Request, name: str) -> str:
    """One of the words of the pages, in the language of the request."""
    return TEXTS[name][index(request)]


def kind_links(request: Request) -> list[Related]:
    """The lists, for navigation."""
    at = index(request)
    return [
        Related(kind.title[at], f"/{kind.name}", kind.description[at]) for kind in KINDS.values()
    ]


def labelled(request: Request, iris: Iterable[str]) -> Viewer:
    """A viewer that knows the labels and types of these things: one query, of a bounded size."""
    return viewer_of(request, labels(request, iris))


def labels(request: Request, iris: Iterable[str]) -> Graph:
    """The labels and types of these things, of some hundreds at most: one query."""
    service = service_of(request)
    ours = (value for value in iris if value.startswith((service.names.base, SDG)))
    things = " ".join(str(iri(value)) for value in list(dict.fromkeys(ours))[:_MAX_LABELLED])
    if not things:
        return Graph()
    said = (RDF_TYPE, PREF_LABEL, EXTERNAL_PREFIXES["dcterms"] + "title")
    wanted = " ".join(str(iri(value)) for value in said)
    text = (
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {things} }} "
        f"VALUES ?p {{ {wanted} }} ?s ?p ?o }}"
    )
    timeout, graphs = service.settings.query_timeout, service.names.shown_graphs
    found = reading_of(request).store.query(text, timeout=timeout, default_graphs=graphs)
    return statements(found)


def viewer_of(request: Request, graph: Graph) -> Viewer:
    """A viewer of a graph in the page's language."""
    service = service_of(request)
    return Viewer(graph, service.names, service.library.ontology, language(request))


def words(request: Request) -> dict[str, str]:
    """The words of the pages in the page's language."""
    return {name: text[index(request)] for name, text in TEXTS.items()}


def index(request: Request) -> int:
    """Where the page's language stands in a text of two."""
    return 0 if language(request) == "es" else 1


def _asked_branch(request: Request) -> str:
    """The branch that a list is narrowed to, on its first page."""
    prefix = service_of(request).names.concept("branch", "")
    asked = request.query_params
    return "" if "cursor" in asked else asked.get("branch", "").removeprefix(prefix)


def _declaring(request: Request, branch: str) -> dict[str, Any]:
    """The plans that declare commitments of this branch's kind, whether or not they list any."""
    if branch not in _DECLARED:
        return {"branch": "", "declaring": []}
    service = service_of(request)
    values = {"country": request.query_params.get("country", ""), "lang": language(request)}
    query = service.library.queries[_DECLARED[branch]].bind(values)
    result = reading_of(request).store.query(query, timeout=service.settings.query_timeout)
    _, found = solved(result.write(RESULTS_JSON))
    declared = [
        row for row in found if "declared" in row and row["declared"].value.endswith("/yes")
    ]
    plans = list(dict.fromkeys(row["plan"].value for row in declared))
    viewer = labelled(request, plans)
    listed = {plan: [row for row in declared if row["plan"].value == plan] for plan in plans}
    rows_of = {
        plan: Declaring(
            viewer.label(plan),
            len({row["commitment"].value for row in some if "commitment" in row}),
            next((row["unlistedNumbers"].value for row in some if "unlistedNumbers" in row), ""),
        )
        for plan, some in listed.items()
    }
    return {"branch": branch, "declaring": list(rows_of.values())}


def _together(values: Sequence[Value], local: str) -> list[list[Value]]:
    """Values whose things name the same by this property, side by side; the order stays."""
    groups: dict[str, list[Value]] = {}
    for value in values:
        named = value.part.first(local) if value.part else None
        groups.setdefault((named.iri or named.text) if named else value.iri, []).append(value)
    return list(groups.values())


def _months(start: str, end: str, chosen: str) -> str:
    """A period of whole months in words, as it stands where it is not of that form."""
    first, last = _MONTH.fullmatch(start), _MONTH.fullmatch(end or start)
    if not first or not last:
        return f"{start}–{end}" if end else start
    of = " de " if chosen == "es" else " "
    one, two = (MONTHS[chosen][int(found[2]) - 1] for found in (first, last))
    if first[1] != last[1]:
        return f"{one}{of}{first[1]} – {two}{of}{last[1]}"
    return f"{one}{of}{first[1]}" if one == two else f"{one}–{two}{of}{first[1]}"


def _related(request: Request, shown: Resource) -> list[Related]:
    """The lists whose filters take this thing: a branch's commitments, a country's plans."""
    assert shown.kind is not None
    names = service_of(request).names
    identifier = shown.kind.identifier(names, shown.iri) or ""
    return [
        Related(kind.title[index(request)], f"/{kind.name}?{urlencode({row.name: identifier})}")
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
        label = row.description[index(request)].split(",")[0]
        shown = known if known.language and not row.literal else Value(value)
        found.append((label, shown, f"/{kind.name}?{kept}" if kept else f"/{kind.name}"))
    return found


def _narrower(request: Request, kind: Kind) -> list[Related]:
    """The lists whose things this one can be narrowed to, by filters not yet in force."""
    at = index(request)
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


def _render(request: Request, template: str, **values: Any) -> str:
    chosen = language(request)
    other = "en" if chosen == "es" else "es"
    pairs = [p for p in query_pairs(request.scope["query_string"]) if p[0] != "lang"]
    reference = viewer_of(request, Graph()).reference
    return (
        _environment()
        .get_template(template)
        .render(
            lang=chosen,
            other=other,
            other_href=f"{request.scope['path']}?{urlencode([*pairs, ('lang', other)])}",
            path=request.scope["path"],
            t=words(request),
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
    environment = Environment(
        loader=PackageLoader("ogpgraph.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["together"] = _together
    environment.globals["months"] = _months
    return environment


__all__ = [
    "Node",
    "index",
    "kind_links",
    "labelled",
    "labels",
    "listing",
    "page",
    "resource",
    "viewer_of",
    "words",
]

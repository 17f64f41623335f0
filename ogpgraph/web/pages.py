"""Pages for people, from templates. Everything that comes from data is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request

from ogpgraph import __version__
from ogpgraph.files import Graph
from ogpgraph.formats import HTML, RESOURCE_OFFERS
from ogpgraph.kinds import KINDS
from ogpgraph.store.base import statements
from ogpgraph.terms import iri
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE, SDG
from ogpgraph.web.context import language, query_pairs, reading_of, service_of
from ogpgraph.web.templating import Templates
from ogpgraph.web.texts import TEXTS
from ogpgraph.web.views import Viewer

SPARQL_PAGE_ROWS = 1000
"""Rows of an answer that a page shows; the other forms give them all."""
_MAX_LABELLED = 200
"""Things of a table whose labels are asked for; those beyond are called by class and id."""

_IN_PATHS = "/:@!$&'()*+,;=~"
"""Characters that stand as they are in a path."""

_MENU = (
    ("nav_plans", "/plans"),
    ("commitments", "/commitments"),
    ("institutions", "/institutions"),
    ("nav_branches", "/branches"),
    ("nav_sdgs", "/sdgs"),
    ("nav_stats", "/stats"),
    ("nav_questions", "/queries"),
    ("SPARQL", "/sparql"),
)
_MORE_MENU = (
    ("nav_stats", "/stats"),
    ("queries", "/queries"),
    ("SPARQL", "/sparql"),
    ("ontology", "/ontology"),
    ("shapes", "/shapes"),
    ("schemes", "/schemes"),
    ("validate_page", "/shacl/validate"),
    ("suggest_page", "/sdgs/suggest"),
    ("review_page", "/sdgs/proposals"),
    ("versions", "/versions"),
    ("dumps", "/dumps/"),
)


@dataclass(frozen=True, slots=True)
class Related:
    """A list: all of a kind, or what a filter leaves of it, and how many that are if known."""

    title: str
    href: str
    description: str = ""
    count: int | None = None


def page(request: Request, template: str, **values: Any) -> str:
    """A page from a template, which gets these values and what every page has.

    `typed` is the id of the form whose words go along when the reader changes the language.
    """
    chosen = language(request)
    other = "en" if chosen == "es" else "es"
    pairs = [p for p in query_pairs(request.scope["query_string"]) if p[0] != "lang"]
    reference = viewer_of(request, Graph()).reference
    common = {
        "lang": chosen,
        "other": other,
        "other_href": f"{own_path(request)}?{urlencode([*pairs, ('lang', other)])}",
        "path": request.scope["path"],
        "t": words(request),
        "kinds": kind_links(request),
        "menu": _menu(request, _MENU),
        "more_menu": _menu(request, _MORE_MENU),
        "link": _localised(request),
        "unit": lambda measure: service_of(request).library.units.get(measure, {}).get(chosen, ""),
        "reference": lambda value: reference(iri(value)),
        "forms": [offer.suffix for offer in RESOURCE_OFFERS if offer.media_type != HTML],
        "version": __version__,
        "typed": "",
    }
    templates = request.app.state.templates
    assert isinstance(templates, Templates)
    return templates.render(template, common | values)


def own_path(request: Request) -> str:
    """The path of a request for a link to it; never one that leads to another host (`//a`)."""
    return "/" + quote(str(request.scope["path"]), safe=_IN_PATHS).lstrip("/")


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
    return Viewer(graph, service.names, service.library.vocabulary, language(request))


def words(request: Request) -> dict[str, str]:
    """The words of the pages in the page's language."""
    return {name: text[index(request)] for name, text in TEXTS.items()}


def index(request: Request) -> int:
    """Where the page's language stands in a text of two."""
    return 0 if language(request) == "es" else 1


def _menu(request: Request, rows: Iterable[tuple[str, str]]) -> list[Related]:
    """Links by the name of a word, or by what they are called in any language."""
    said = words(request)
    return [Related(said.get(name, name), href) for name, href in rows]


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

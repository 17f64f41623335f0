"""`/schemes`: the code lists, and the concepts of each with their definitions and uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.errors import NotFound
from ogpgraph.files import Graph, triples
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.store.base import rows
from ogpgraph.terms import Term, iri
from ogpgraph.vocab import EXTERNAL_PREFIXES
from ogpgraph.web import operations, pages, respond, schemas
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.views import Value

_OFFERS = (*GRAPH_OFFERS, formats.PAGE)
_LIST_OFFERS = (Offer(formats.JSON, (), "json"), formats.PAGE)
_NAME = re.compile(r"[a-z][a-z-]{0,63}")
_SKOS, _DCTERMS = EXTERNAL_PREFIXES["skos"], EXTERNAL_PREFIXES["dcterms"]
Said = dict[str, dict[str, list[Term]]]


@dataclass(slots=True)
class Concept:
    """A concept: texts in the page's language where there are any, and what is below it."""

    iri: str
    label: Value
    definition: Value | None
    note: Value | None
    codes: list[str]
    uses: int
    narrower: list[Concept] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The end of its IRI, which is its anchor."""
        return re.split(r"[/#]", self.iri)[-1]


def install(app: FastAPI) -> None:
    """Add the routes."""
    one = schemas.record({"name": schemas.text(), "url": schemas.text(format="uri")})
    listed = schemas.record({"items": schemas.many(one), "version": schemas.number()})
    app.get(
        "/schemes",
        summary=operations.both("Las listas de códigos", "The code lists"),
        tags=["about"],
        operation_id="list_schemes",
        response_class=Response,
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read(_LIST_OFFERS, 400, 406, json=listed),
        },
    )(_schemes)
    app.get(
        "/schemes/{name}",
        summary=operations.both("Una lista de códigos", "A code list"),
        tags=["about"],
        response_class=Response,
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read(_OFFERS, 400, 404, 406),
        },
    )(_scheme)


def _schemes(request: Request) -> Response:
    offer = respond.choose(request, None, _LIST_OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    service, reading = service_of(request), reading_of(request)
    prefix = service.names.graph("scheme/")
    found = {
        head.graph.removeprefix(prefix): head
        for head in service.published(reading.sequence)
        if head.graph.startswith(prefix)
    }
    base = service.settings.base_url()
    items = [{"name": name, "url": f"{base}/schemes/{name}"} for name in found]
    if offer.media_type == formats.JSON:
        content = respond.json_text({"items": items, "version": reading.sequence})
        return respond.send(request, offer, content)
    viewer = pages.labelled(
        request, (service.names.concept(name, "").rstrip("/") for name in found)
    )
    labels = [
        (name, viewer.label(service.names.concept(name, "").rstrip("/")), head.statements)
        for name, head in found.items()
    ]
    content = pages.page(
        request, "schemes.html", title=pages.word(request, "schemes"), schemes=labels
    )
    return respond.send(request, offer, content)


def _scheme(request: Request, name: str) -> Response:
    offer = respond.choose(request, None, _OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    names = service_of(request).names
    known = _NAME.fullmatch(name)
    graph = reading_of(request).graph(names.graph(f"scheme/{name}")) if known else Graph()
    if not len(graph):
        raise NotFound(f"There is no code list “{name[:80]}”; /schemes has them.")
    links = ['</schemes>; rel="collection"']
    if offer.media_type == formats.HTML:
        return respond.send(request, offer, _page(request, name, graph), links=links)
    return respond.send(request, offer, respond.rdf(request, offer, graph), links=links)


def _page(request: Request, name: str, graph: Graph) -> str:
    said: Said = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples(graph):
        said[subject.value][predicate.value].append(value)
    scheme = service_of(request).names.concept(name, "").rstrip("/")
    concepts = [iri_ for iri_, known in said.items() if known.get(f"{_SKOS}inScheme")]
    uses = _uses(request, [iri(one) for one in concepts])
    viewer = pages.viewer_of(request, graph)
    chosen = language(request)
    found = {
        one: Concept(
            one,
            viewer.label(one),
            _text(said[one].get(f"{_SKOS}definition", ()), chosen),
            _text(said[one].get(f"{_SKOS}scopeNote", ()), chosen),
            [term.value for term in said[one].get(f"{_SKOS}notation", ())],
            uses.get(one, 0),
        )
        for one in concepts
    }
    title = _text(said[scheme].get(f"{_DCTERMS}title", ()), chosen) or Value(name)
    return pages.page(
        request,
        "scheme.html",
        title=title.text,
        name=name,
        description=_text(said[scheme].get(f"{_DCTERMS}description", ()), chosen),
        concepts=_tree(found, said),
        count=len(found),
        rdf=[offer.media_type for offer in GRAPH_OFFERS],
    )


def _tree(found: dict[str, Concept], said: Said) -> list[Concept]:
    """The concepts that have no broader one here, with those below them, none inside itself."""
    above = {
        one: next(
            (term.value for term in said[one].get(f"{_SKOS}broader", ()) if term.value in found), ""
        )
        for one in found
    }
    tops: list[Concept] = []
    for one, concept in found.items():
        if above[one] and not _is_circle(one, above):
            found[above[one]].narrower.append(concept)
        else:
            tops.append(concept)
    for concept in found.values():
        concept.narrower.sort(key=_order)
    return sorted(tops, key=_order)


def _is_circle(one: str, above: dict[str, str]) -> bool:
    seen, at = {one}, above[one]
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = above[at]
    return False


def _order(concept: Concept) -> tuple[list[tuple[int, int, str]], str]:
    """By the numbers in what it is called by: 16.2 before 16.10, and both before 16.a."""
    pieces = concept.local.split(".")
    key = [(0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces]
    return (key if key[0][0] == 0 else [(2, 0, "")], concept.label.text.casefold())


def _text(terms: Iterable[Term], chosen: str) -> Value | None:
    found = sorted(terms, key=lambda term: (term.language != chosen, term.language or ""))
    return Value(found[0].value, language=found[0].language) if found else None


def _uses(request: Request, concepts: list[Term]) -> dict[str, int]:
    """How many things of the data point at each concept, by anything but its place in the list."""
    things = " ".join(map(str, concepts))
    if not things:
        return {}
    text = (
        f"SELECT ?concept (COUNT(DISTINCT ?thing) AS ?n) WHERE {{ VALUES ?concept {{ {things} }} "
        f"?thing ?link ?concept FILTER (!STRSTARTS(STR(?link), STR({iri(_SKOS)}))) }} "
        "GROUP BY ?concept"
    )
    reading, graphs = reading_of(request), service_of(request).names.shown_graphs
    found = reading.store.query(text, timeout=reading.timeout, default_graphs=graphs)
    return {row["concept"].value: int(row["n"].value) for row in rows(found) if "concept" in row}

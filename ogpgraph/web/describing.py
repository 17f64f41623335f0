"""What the service says of itself, at well-known paths: the graphs that the store holds of it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.describing.catalogue import weighed
from ogpgraph.describing.site import Site
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.store.base import rows
from ogpgraph.terms import iri
from ogpgraph.vocab import EXTERNAL_PREFIXES
from ogpgraph.web import operations, pages, respond
from ogpgraph.web.context import reading_of, service_of
from ogpgraph.web.texts import TEXTS

LINKS = (
    '</.well-known/service-description>; rel="service-desc"; type="text/turtle"',
    '</openapi.json>; rel="service-desc"; type="application/json"',
    '</.well-known/void>; rel="describedby"; type="text/turtle"',
    '</catalog>; rel="describedby"; type="text/turtle"',
)
"""Link header values to what describes the service and the dataset."""
_VOID = EXTERNAL_PREFIXES["void"]
_OFFERS = (*GRAPH_OFFERS, formats.PAGE)


@dataclass(frozen=True, slots=True)
class _Document:
    """A graph and its words in `texts`: `title` and `title_lead`."""

    graph: str
    title: str


_DOCUMENTS = MappingProxyType(
    {
        "/.well-known/void": _Document("void", "about_void"),
        "/.well-known/service-description": _Document("service", "about_service"),
        "/.well-known/sparql-examples": _Document("executables", "about_examples"),
        "/prefixes": _Document("prefixes", "about_prefixes"),
        "/catalog": _Document("catalogue", "about_catalogue"),
    }
)


def install(app: FastAPI) -> None:
    """Add the routes."""
    for path, document in _DOCUMENTS.items():
        _add(app, path, document)


def _add(app: FastAPI, path: str, document: _Document) -> None:
    def answer(request: Request) -> Response:
        if document.graph == "catalogue":
            return catalogue(request, _OFFERS)
        return _answer(request, document)

    name = document.graph
    app.get(
        path,
        summary=operations.both(*TEXTS[document.title]),
        description=operations.both(*TEXTS[f"{document.title}_lead"]),
        tags=["about"],
        operation_id=name,
        response_class=Response,
        openapi_extra={"parameters": [operations.lang()], **operations.read(_OFFERS, 400, 406)},
    )(answer)


def service_description(request: Request, offer: Offer) -> Response:
    """What `/sparql` is without a query."""
    content = _graph(request, offer, service_of(request).site.service)
    return respond.send(request, offer, content, links=LINKS)


def catalogue(request: Request, offers: tuple[Offer, ...]) -> Response:
    """The catalogue, with what the dumps of this version weigh.

    Those of a large one are made when somebody asks for them: until then the answer is not to be
    kept, as it is not yet what it will be.
    """
    offer = respond.choose(request, None, offers)
    service, reading = service_of(request), reading_of(request)
    made = service.dumps.at_hand(reading)
    if made and (same := respond.unchanged(request, offer)) is not None:
        return same
    if offer.media_type == formats.HTML:
        content: bytes | str = _page(request, _DOCUMENTS["/catalog"])
    elif made:
        more = weighed(service.site, made.version, made.weights)
        content = respond.rdf(request, offer, reading.graph(service.site.catalogue) | more)
    else:
        content = _graph(request, offer, service.site.catalogue)
    response = respond.send(request, offer, content, links=LINKS)
    if not made:
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return response


def _answer(request: Request, document: _Document) -> Response:
    offer = respond.choose(request, None, _OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    if offer.media_type == formats.HTML:
        return respond.send(request, offer, _page(request, document))
    name = _name(service_of(request).site, document)
    return respond.send(request, offer, _graph(request, offer, name))


def _graph(request: Request, offer: Offer, name: str) -> bytes:
    """A named graph as the engine writes it: those that describe are large, and asked for often."""
    reading = reading_of(request)
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {iri(name)} {{ ?s ?p ?o }} }}"
    return reading.store.query(text, timeout=reading.timeout).write(offer.syntax)


def _page(request: Request, document: _Document) -> str:
    site = service_of(request).site
    text, table = "", []
    if document.graph == "void":
        table = _classes(request, site)
    else:
        turtle = next(offer for offer in GRAPH_OFFERS if offer.media_type == formats.TURTLE)
        text = _graph(request, turtle, _name(site, document)).decode()
    values = {"title": pages.word(request, document.title), "text": text, "table": table}
    lead = pages.word(request, f"{document.title}_lead")
    return pages.page(request, "description.html", lead=lead, **values)


def _classes(request: Request, site: Site) -> list[tuple[str, int]]:
    """Each class and how many things are of it, the largest first."""
    reading = reading_of(request)
    text = (
        f"SELECT ?class ?n WHERE {{ {iri(site.dataset)} {iri(_VOID + 'classPartition')} ?part . "
        f"?part {iri(_VOID + 'class')} ?class ; {iri(_VOID + 'entities')} ?n }} "
        "ORDER BY DESC(?n) ?class"
    )
    found = rows(reading.store.query(text, timeout=reading.timeout))
    return [(row["class"].value, int(row["n"].value)) for row in found]


def _name(site: Site, document: _Document) -> str:
    name = getattr(site, document.graph)
    assert isinstance(name, str)
    return name

"""How the service describes itself: home, operations, context."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from ogpgraph import formats
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.json_schema import reference
from ogpgraph.kinds import KINDS
from ogpgraph.web import describing, home, operations, query_page, respond, schemas
from ogpgraph.web.context import language, reading_of, service_of

_DOCUMENT_OFFERS = (*GRAPH_OFFERS, formats.PAGE)
_HOME_OFFERS = (Offer(formats.JSON, (), "json"), formats.PAGE, *GRAPH_OFFERS)
_RDF = frozenset(offer.media_type for offer in GRAPH_OFFERS)


def install(app: FastAPI) -> None:
    """Add the routes."""
    addresses = schemas.by_name(schemas.text(format="uri"))
    links = schemas.record({"links": addresses, "version": schemas.number()})
    context = operations.sent(formats.JSON_LD, tagged=False, json_ld=reference("Context"))
    app.get(
        "/",
        summary=operations.both("Inicio", "Home"),
        tags=["about"],
        response_class=Response,
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read(_HOME_OFFERS, 400, 406, json=links),
        },
    )(_home)
    app.get(
        "/context.jsonld",
        summary=operations.both("El contexto de JSON-LD", "The JSON-LD context"),
        tags=["about"],
        response_class=Response,
        openapi_extra={"responses": {"200": context}},
    )(_context)
    app.get("/robots.txt", include_in_schema=False)(_robots)


def sparql_entry(request: Request) -> Response:
    """What `/sparql` is without a query: a form for people, a description for machines."""
    offer = respond.choose(request, None, _DOCUMENT_OFFERS)
    variant = query_page.variant(request) if offer is formats.PAGE else ""
    if (same := respond.unchanged(request, offer, variant=variant)) is not None:
        return same
    if offer.media_type != formats.HTML:
        return describing.service_description(request, offer)
    content = query_page.entry(request)
    return respond.send(request, offer, content, links=describing.LINKS, variant=variant)


def _examples(request: Request) -> list[tuple[str, str]]:
    """Name and title of each stored query, in the order of the questions."""
    queries = service_of(request).library.queries.values()
    ordered = sorted(queries, key=lambda query: (query.question or 999, query.name))
    return [(query.name, query.titles[language(request)]) for query in ordered]


def _home(request: Request) -> Response:
    offer = respond.choose(request, None, _HOME_OFFERS)
    if offer.media_type in _RDF:
        return describing.catalogue(request, _HOME_OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    service = service_of(request)
    if offer.media_type == formats.JSON:
        base = service.settings.base_url()
        links = {kind.name: f"{base}/{kind.name}" for kind in KINDS.values()}
        names = {"queries": "queries", "sparql": "sparql", "openapi": "openapi.json"}
        more = {name: f"{base}/{path}" for name, path in names.items()}
        body = {"links": links | more, "version": reading_of(request).sequence}
        return respond.send(request, offer, respond.json_text(body), links=describing.LINKS)
    content = home.page(request, _examples(request))
    return respond.send(request, offer, content, links=describing.LINKS)


def _context(request: Request) -> Response:
    document = service_of(request).library.framer.document
    headers = {"Cache-Control": "max-age=3600"}
    return JSONResponse(document, headers=headers, media_type=formats.JSON_LD)


def _robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /sparql\n")

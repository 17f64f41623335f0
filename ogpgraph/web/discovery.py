"""How the service describes itself: home, ontology, shapes, code lists, context."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from ogpgraph import formats
from ogpgraph.errors import NotFound
from ogpgraph.files import Graph
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.json_schema import reference
from ogpgraph.kinds import KINDS
from ogpgraph.queries import StoredQuery, without_header
from ogpgraph.store.base import rows
from ogpgraph.web import describing, operations, pages, respond, schemas
from ogpgraph.web.context import language, reading_of, service_of

_DOCUMENT_OFFERS = (*GRAPH_OFFERS, formats.PAGE)
_HOME_OFFERS = (Offer(formats.JSON, (), "json"), formats.PAGE, *GRAPH_OFFERS)
_RDF = frozenset(offer.media_type for offer in GRAPH_OFFERS)


def install(app: FastAPI) -> None:
    """Add the routes."""
    addresses = schemas.by_name(schemas.text(format="uri"))
    links = schemas.record({"links": addresses, "version": schemas.number()})
    for path, offers, answer, *words in (
        ("/", _HOME_OFFERS, _home, "Inicio", "Home"),
        ("/ontology", _DOCUMENT_OFFERS, _ontology, "La ontología", "The ontology"),
        ("/shapes", GRAPH_OFFERS, _shapes, "Las formas SHACL", "The SHACL shapes"),
        ("/schemes/{name}", GRAPH_OFFERS, _scheme, "Una lista de códigos", "A code list"),
    ):
        statuses = (400, 404, 406) if answer is _scheme else (400, 406)
        extra = operations.read(offers, *statuses, json=links if answer is _home else None)
        app.get(
            path,
            summary=operations.both(*words),
            tags=["about"],
            response_class=Response,
            openapi_extra=extra,
        )(answer)
    context = operations.sent(formats.JSON_LD, tagged=False, json_ld=reference("Context"))
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
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    if offer.media_type != formats.HTML:
        return describing.service_description(request, offer)
    library = service_of(request).library
    name = request.query_params.get("example", "")
    chosen = library.queries.get(name)
    text = library.names.rebase(_FIRST_QUERY)
    if chosen:
        text = without_header(_in_language(request, chosen))
    content = pages.page(
        request, "sparql.html", title="SPARQL", query=text, examples=_examples(request)
    )
    return respond.send(request, offer, content, links=describing.LINKS)


_FIRST_QUERY = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?plan (COUNT(?commitment) AS ?listed) WHERE {
  ?plan a ogp:ActionPlan ; ogp:hasCommitment ?commitment .
}
GROUP BY ?plan
ORDER BY ?plan
"""


def _examples(request: Request) -> list[tuple[str, str]]:
    """Name and title of each stored query, in the order of the questions."""
    queries = service_of(request).library.queries.values()
    ordered = sorted(queries, key=lambda query: (query.question or 999, query.name))
    return [(query.name, query.titles[language(request)]) for query in ordered]


def _in_language(request: Request, query: StoredQuery) -> str:
    """A stored query with its examples for values, and labels in the page's language."""
    values = {p.name: p.example or "" for p in query.parameters}
    values |= {p.name: language(request) for p in query.parameters if p.kind == "language"}
    return query.bind(values)


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
    question = _in_language(request, service.library.queries["declared-and-listed"])
    reading = reading_of(request)
    found = rows(reading.store.query(question, timeout=reading.timeout))
    content = pages.page(
        request,
        "home.html",
        title="ogpgraph",
        plans=[{name: term.value for name, term in row.items()} for row in found],
        prefix=service.names.thing("plan", ""),
        examples=_examples(request),
    )
    return respond.send(request, offer, content, links=describing.LINKS)


def _ontology(request: Request) -> Response:
    offer = respond.choose(request, None, _DOCUMENT_OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    service = service_of(request)
    if offer.media_type == formats.HTML:
        ontology = service.library.ontology
        values = {"classes": list(ontology.classes()), "properties": list(ontology.properties())}
        content = pages.page(
            request, "ontology.html", title="Ontology", ontology=ontology, **values
        )
        return respond.send(request, offer, content)
    graph = reading_of(request).graph(service.names.graph("ontology"))
    return respond.send(request, offer, respond.rdf(request, offer, graph))


def _shapes(request: Request) -> Response:
    offer = respond.choose(request, None, GRAPH_OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    graph = service_of(request).library.shapes
    return respond.send(request, offer, respond.rdf(request, offer, graph))


def _scheme(request: Request, name: str) -> Response:
    offer = respond.choose(request, None, GRAPH_OFFERS)
    if (same := respond.unchanged(request, offer, exists=False)) is not None:
        return same
    service = service_of(request)
    known = re.fullmatch(r"[a-z][a-z-]{0,63}", name)
    graph = reading_of(request).graph(service.names.graph(f"scheme/{name}")) if known else Graph()
    if not len(graph):
        raise NotFound(f"There is no code list “{name}”.")
    return respond.send(request, offer, respond.rdf(request, offer, graph))


def _context(request: Request) -> Response:
    document = service_of(request).library.framer.document
    headers = {"Cache-Control": "max-age=3600"}
    return JSONResponse(document, headers=headers, media_type=formats.JSON_LD)


def _robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /sparql\n")

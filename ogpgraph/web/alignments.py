"""`/alignments.sssom`: the alignments as one set of mappings, for tools of SSSOM."""

from __future__ import annotations

import re

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.alignments.curies import PATH
from ogpgraph.alignments.records import ACCEPTED
from ogpgraph.alignments.selection import CHOICES, Selection
from ogpgraph.alignments.sssom import as_rdf, as_tsv, mapping_set
from ogpgraph.files import write
from ogpgraph.formats import Offer
from ogpgraph.web import operations, respond, schemas
from ogpgraph.web.context import parameters, reading_of, service_of

_OFFERS = (
    Offer(formats.TSV, ("text/plain",), "tsv"),
    Offer(formats.TURTLE, ("application/turtle", "application/x-turtle"), "ttl"),
    Offer(formats.N_TRIPLES, (), "nt"),
    Offer(formats.JSON_LD, (formats.JSON,), "jsonld"),
    Offer(formats.RDF_XML, ("application/xml", "text/xml"), "rdf"),
)
_SUFFIX = re.compile(r"\.([a-z]{2,6})\Z")
_STATE = (
    "Accepted: those that are accepted, and stated in a source or curated; all: every one, with "
    "its method and state of review.",
    "Accepted: las aceptadas que una fuente dice o son curadas; all: todas, con su método y "
    "estado de revisión.",
)
_PROFILE = '<https://w3id.org/sssom/>; rel="profile"'


def install(app: FastAPI) -> None:
    """Add the routes."""
    app.get(
        PATH,
        summary=operations.both("Alineaciones como SSSOM", "Alignments as SSSOM"),
        description=operations.both(
            "Todo el conjunto como SSSOM 1.1, en TSV o RDF: quién lo dice, por qué y con qué cita.",
            "The whole set as SSSOM 1.1, in TSV or RDF: who says so, why, with which quotation.",
        ),
        tags=["alignments"],
        operation_id="get_alignments_as_sssom",
        response_class=Response,
        openapi_extra={
            "parameters": _parameters(),
            **operations.read(_OFFERS, 400, 406),
        },
    )(_sssom)
    for offer in _OFFERS:
        app.get(f"{PATH}.{offer.suffix}", include_in_schema=False)(_sssom)


def _parameters() -> list[operations.Json]:
    texts = {
        "country": "Only those of a country, e.g. HND. / Solo las de un país.",
        "plan": "Only those of a plan, e.g. HND-4. / Solo las de un plan.",
    }
    narrowing: list[operations.Json] = [
        {"name": name, "in": "query", "description": text, "schema": schemas.text(minLength=1)}
        for name, text in texts.items()
    ]
    state = {
        "name": "state",
        "in": "query",
        "description": " / ".join(_STATE),
        "schema": {"type": "string", "enum": list(CHOICES), "default": ACCEPTED},
    }
    return [*narrowing, state, operations.lang()]


def _sssom(request: Request) -> Response:
    """The set in the form that is asked for."""
    path = request.scope["path"]
    suffix = _SUFFIX.search(path.removeprefix(PATH))
    offer = respond.choose(request, suffix[1] if suffix else None, _OFFERS)
    given = parameters(request, ("country", "plan", "state"))
    service, reading = service_of(request), reading_of(request)
    found = service.alignments.of(reading)
    selection = Selection.of(given, found, service.names)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    made = mapping_set(
        found,
        service.names,
        url=service.settings.base_url(),
        version=reading.sequence,
        selection=selection,
    )
    query = respond.query_of(request)
    links = [*respond.alternates(PATH, _OFFERS, query), _PROFILE]
    if offer.media_type == formats.TSV:
        return respond.send(request, offer, as_tsv(made), links=links)
    content = write(as_rdf(made), offer.syntax, prefixes=made.prefixes)
    return respond.send(request, offer, content, links=links)

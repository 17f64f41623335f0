"""`/sparql`: the query operation of the SPARQL 1.1 Protocol, and the QUERY method of HTTP."""

from __future__ import annotations

import logging
import time
from functools import partial
from types import MappingProxyType

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from ogpgraph import formats
from ogpgraph.errors import NotAcceptable, OgpGraphError
from ogpgraph.formats import (
    BOOLEAN_OFFERS,
    GRAPH_OFFERS,
    SOLUTION_OFFERS,
    Offer,
    fits_xml,
    negotiate,
)
from ogpgraph.gate import changes_each_time
from ogpgraph.store.base import Result
from ogpgraph.vocab import LICENSE
from ogpgraph.web import discovery, operations, query_page
from ogpgraph.web.context import entity_tag, language, not_modified, reading_of
from ogpgraph.web.denied import digest
from ogpgraph.web.lane import Lane, lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.problems import draw_with, request_id
from ogpgraph.web.sparql_request import (
    BODIES,
    QUERY_OPERATION,
    Asked,
    in_address,
    in_body,
    pairs,
)
from ogpgraph.workers.cancel import Cancel

PATHS = ("/sparql", "/sparql/")
_LOG = logging.getLogger("ogpgraph.query")
_LEAST = 0.001
"""Seconds that a query gets at least, so that its lateness is told as a time-out."""
_OFFERS = MappingProxyType(
    {
        "solutions": (*SOLUTION_OFFERS, formats.PAGE),
        "boolean": (*BOOLEAN_OFFERS, formats.PAGE),
        "graph": (*GRAPH_OFFERS, formats.PAGE),
    }
)
_SENT = (*SOLUTION_OFFERS, *GRAPH_OFFERS, formats.PAGE)
_STATUSES = (400, 403, 406, 422, 429, 503, 504)
_XML = frozenset({formats.RESULTS_XML, formats.RDF_XML})
_FILES = frozenset({formats.CSV, formats.TSV})
"""What a browser is to save and not to show."""


_EXAMPLE = (
    "The stored query that the page without a query shows. / "
    "La consulta guardada que muestra la página sin consulta."
)


def install(app: FastAPI) -> None:
    """Add `/sparql` and `/sparql/`."""
    names = QUERY_OPERATION.parameters
    sent = operations.sent(*(offer.media_type for offer in _SENT))
    for path in PATHS:
        shown = path == "/sparql"
        app.get(
            path,
            summary=operations.both("Consulta SPARQL 1.1", "SPARQL 1.1 query"),
            tags=["sparql"],
            operation_id="sparql_get",
            include_in_schema=shown,
            openapi_extra={
                "parameters": [
                    *operations.parameters(*names, "If-None-Match"),
                    *operations.asked(("example", "text", _EXAMPLE)),
                    operations.lang(),
                ],
                **operations.read(_SENT, *_STATUSES, 414),
            },
            response_class=Response,
        )(_get)
        app.post(
            path,
            summary=operations.both("Consulta SPARQL 1.1", "SPARQL 1.1 query"),
            tags=["sparql"],
            operation_id="sparql_post",
            include_in_schema=shown,
            openapi_extra={
                "parameters": [*operations.parameters(*names[1:]), operations.lang()],
                "requestBody": operations.form_or_text(QUERY_OPERATION),
                "responses": {"200": sent, **operations.problems(*_STATUSES, 413, 415)},
            },
            response_class=Response,
        )(_post)
        app.add_api_route(  # a method that OpenAPI 3.1 cannot describe
            path, _post, methods=["QUERY"], include_in_schema=False, response_class=Response
        )


async def _get(request: Request) -> Response:
    if any(name in {"query", "update"} for name, _ in pairs(request)):
        response = await lane_of(request).metered(request, _got)
    else:
        response = await run_in_threadpool(discovery.sparql_entry, request)
    response.headers["Accept-Query"] = ", ".join(BODIES)
    return response


async def _got(request: Request, ticket: Ticket) -> Response:
    return await _in_lane(request, ticket, in_address(request, time.monotonic()))


async def _post(request: Request) -> Response:
    return await lane_of(request).metered(request, _posted)


async def _posted(request: Request, ticket: Ticket) -> Response:
    arrived = time.monotonic()
    return await _in_lane(request, ticket, await in_body(request, arrived))


async def _in_lane(request: Request, ticket: Ticket, asked: Asked) -> Response:
    draw_with(request, partial(query_page.refused, asked=asked))
    lane = lane_of(request)
    return await lane.run(request, ticket, lambda cancel: _answer(request, lane, asked, cancel))


def _answer(request: Request, lane: Lane, asked: Asked, cancel: Cancel) -> Response:
    request.state.query = digest(asked.text)
    request.state.asked = digest(asked.whole())
    _LOG.debug("query", extra={"fields": {"request": request_id(request), "text": asked.text}})
    lane.inspect(asked.text, asked.whole())
    try:
        return _evaluated(request, asked, cancel)
    except OgpGraphError as error:
        lane.deny(asked.whole(), error)
        raise


def _evaluated(request: Request, asked: Asked, cancel: Cancel) -> Response:
    result = reading_of(request).public.query(
        asked.text,
        timeout=max(_LEAST, asked.deadline - time.monotonic()),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        cancel=cancel,
    )
    offer = negotiate(asked.accept or request.headers.get("accept"), _OFFERS[result.kind])
    headers, tag = _headers(request, asked, offer, result.kind)
    kept = tag is not None and request.method in {"GET", "QUERY"}  # what a caller may have already
    if tag and kept and not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    if offer is formats.PAGE:
        content: str | bytes = query_page.answered(request, asked, result)
    else:
        content = _written(result, offer)
    response = Response(content, headers=headers)
    text = offer.media_type.startswith("text/")
    response.headers["Content-Type"] = offer.media_type + ("; charset=utf-8" if text else "")
    if offer.media_type in _FILES:
        response.headers["Content-Disposition"] = f'attachment; filename="results.{offer.suffix}"'
    return response


def _written(result: Result, offer: Offer) -> bytes:
    content = result.write(offer.syntax)
    if offer.media_type in _XML and not fits_xml(content):
        others = [one.media_type for one in _OFFERS[result.kind] if one.media_type not in _XML]
        message = "The answer holds a character that XML cannot hold; ask for another form."
        raise NotAcceptable(message, offers=others)
    return content


def _headers(
    request: Request, asked: Asked, offer: Offer, kind: str
) -> tuple[dict[str, str], str | None]:
    """What stands in an answer whether the caller has it already or not, and its strong ETag."""
    headers = {"Link": f'<{LICENSE}>; rel="license"', "Vary": "Accept"}
    form = offer.suffix
    if offer is formats.PAGE:
        headers["Vary"] = "Accept, Accept-Language"
        headers["Content-Language"] = language(request)
        form = f"html-{language(request)}-{query_page.variant(request)}"
    if changes_each_time(asked.text):
        return headers | {"Cache-Control": "no-store"}, None
    tag = entity_tag(request, f"{asked.digest()}-{form}")
    headers["ETag"] = f"W/{tag}" if kind == "graph" else tag  # new blank nodes each time
    return headers | {"Cache-Control": "no-cache"}, tag

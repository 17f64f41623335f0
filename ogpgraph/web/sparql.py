"""The SPARQL 1.1 Protocol: query by GET and by both kinds of POST."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from ogpgraph import formats
from ogpgraph.errors import (
    BadRequest,
    OgpGraphError,
    TooComplex,
    TooLarge,
    UnsupportedMediaType,
)
from ogpgraph.formats import BOOLEAN_OFFERS, GRAPH_OFFERS, SOLUTION_OFFERS, Offer, negotiate
from ogpgraph.gate import MAX_GRAPHS, MAX_QUERY_BYTES, changes_each_time
from ogpgraph.store.base import Result, boolean
from ogpgraph.terms import iri
from ogpgraph.web import discovery, pages
from ogpgraph.web.context import (
    entity_tag,
    language,
    not_modified,
    query_pairs,
    reading_of,
    service_of,
)
from ogpgraph.web.denied import digest
from ogpgraph.web.lane import Lane, lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.problems import request_id
from ogpgraph.workers.cancel import Cancel

_LOG = logging.getLogger("ogpgraph.query")
_LEAST = 0.001
"""Seconds that a query gets at least, so that its lateness is told as a time-out."""
_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_PAGE = Offer(formats.HTML, ("application/xhtml+xml",), "html")
_OFFERS = MappingProxyType(
    {
        "solutions": (*SOLUTION_OFFERS, _PAGE),
        "boolean": (*BOOLEAN_OFFERS, _PAGE),
        "graph": (*GRAPH_OFFERS, _PAGE),
    }
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it arrived. `deadline` is monotonic time, in seconds."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    deadline: float

    def digest(self) -> str:
        """Of what was asked, short. An ETag with it is given only with an answer to this very text.

        So whoever has it knows that the text is a query: 304 is sent without asking the engine.
        """
        return digest(self.whole())[:20]

    def whole(self) -> str:
        """The text and the graphs that it is asked of, as one text."""
        return json.dumps([self.text, self.default_graphs, self.named_graphs])


def install(app: FastAPI) -> None:
    """Add `/sparql` and `/sparql/`."""
    for path in ("/sparql", "/sparql/"):
        shown = path == "/sparql"
        app.get(
            path,
            summary="SPARQL 1.1 query",
            tags=["sparql"],
            operation_id="sparql_get",
            include_in_schema=shown,
            openapi_extra={"parameters": _openapi_parameters()},
            response_class=Response,
        )(_get)
        app.post(
            path,
            summary="SPARQL 1.1 query",
            tags=["sparql"],
            operation_id="sparql_post",
            include_in_schema=shown,
            response_class=Response,
        )(_post)


async def _get(request: Request) -> Response:
    if not any(name in {"query", "update"} for name, _ in _pairs(request)):
        return await run_in_threadpool(discovery.sparql_entry, request)
    return await lane_of(request).metered(request, _got)


async def _got(request: Request, ticket: Ticket) -> Response:
    return await _in_lane(request, ticket, _asked(request, _pairs(request), time.monotonic()))


async def _post(request: Request) -> Response:
    return await lane_of(request).metered(request, _posted)


async def _posted(request: Request, ticket: Ticket) -> Response:
    arrived = time.monotonic()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {_FORM, _QUERY}:
        raise UnsupportedMediaType(
            f"A query is posted as {_FORM} or {_QUERY}, not as “{media_type}”.",
            accepted=(_FORM, _QUERY),
        )
    body = await _body(request)
    pairs = _pairs(request)
    if media_type == _FORM:
        pairs += query_pairs(body, what="The form")
    else:
        try:
            pairs.append(("query", body.decode("utf-8")))
        except UnicodeDecodeError as error:
            raise BadRequest("The query is not UTF-8 text.") from error
    return await _in_lane(request, ticket, _asked(request, pairs, arrived))


async def _in_lane(request: Request, ticket: Ticket, asked: Asked) -> Response:
    lane = lane_of(request)
    return await lane.run(request, ticket, lambda cancel: _answer(request, lane, asked, cancel))


def _pairs(request: Request) -> list[tuple[str, str]]:
    return query_pairs(request.scope["query_string"])


async def _body(request: Request) -> bytes:
    limit = 3 * MAX_QUERY_BYTES  # percent-encoding triples a text at most
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The request is over {limit} bytes.", limit=limit)
    return bytes(body)


def _asked(request: Request, pairs: list[tuple[str, str]], arrived: float) -> Asked:
    """The query among the parameters; those that other clients add are ignored."""
    texts = [value for name, value in pairs if name == "query"]
    if any(name == "update" for name, _ in pairs):
        raise BadRequest("An update is not answered here, only queries.", parameter="update")
    if len(texts) != 1:
        found = "none" if not texts else str(len(texts))
        raise BadRequest(f"Exactly one query is needed, {found} came.", parameter="query")
    if len(texts[0].encode("utf-8", "replace")) > MAX_QUERY_BYTES:
        raise TooLarge(f"The query is over {MAX_QUERY_BYTES} bytes.", limit=MAX_QUERY_BYTES)
    limit = service_of(request).settings.query_timeout
    wanted = next((value for name, value in pairs if name == "timeout"), None)
    return Asked(
        texts[0],
        _graphs(pairs, "default-graph-uri"),
        _graphs(pairs, "named-graph-uri"),
        arrived + (limit if wanted is None else min(limit, _seconds(wanted))),
    )


def _graphs(pairs: list[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    """The graphs that a parameter names. They are only looked up, never fetched."""
    found = tuple(dict.fromkeys(value for name, value in pairs if name == parameter))
    if len(found) > MAX_GRAPHS:
        raise TooComplex(parameter, limit=MAX_GRAPHS, found=len(found))
    for value in found:
        try:
            iri(value)
        except BadRequest as error:
            raise BadRequest(f"{parameter}: {error.message}", parameter=parameter) from error
    return found


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadRequest(f"timeout is “{text}”; it must be seconds over 0.", parameter="timeout")
    return value


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
    offer = negotiate(request.headers.get("accept"), _OFFERS[result.kind])
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}
    if offer is _PAGE:
        headers["Content-Language"] = language(request)
    if changes_each_time(asked.text):
        headers["Cache-Control"] = "no-store"
    else:
        form = f"html-{language(request)}" if offer is _PAGE else offer.suffix
        tag = entity_tag(request, f"{asked.digest()}-{form}")
        headers["ETag"] = f"W/{tag}" if result.kind == "graph" else tag  # new blank nodes each time
        if request.method == "GET" and not_modified(request, tag, exists=False):
            return Response(status_code=304, headers=headers)
    content = _page(request, asked, result) if offer is _PAGE else result.write(offer.media_type)
    response = Response(content, headers=headers)
    text = offer.media_type.startswith("text/")
    response.headers["Content-Type"] = offer.media_type + ("; charset=utf-8" if text else "")
    return response


def _page(request: Request, asked: Asked, result: Result) -> str:
    if result.kind == "solutions":
        return pages.solutions(request, asked.text, result)
    if result.kind == "boolean":
        text = str(boolean(result)).lower()
    else:
        text = result.write(formats.TURTLE).decode()
    values = {"title": "SPARQL", "query": asked.text, "text": text}
    return pages.page(request, "answer.html", **values)


def _openapi_parameters() -> list[dict[str, object]]:
    string = {"type": "string"}
    return [
        {"name": "query", "in": "query", "schema": string, "description": "SPARQL 1.1 text."},
        {
            "name": "default-graph-uri",
            "in": "query",
            "schema": {"type": "array", "items": string},
            "description": "Graphs to merge as the default graph.",
        },
        {
            "name": "named-graph-uri",
            "in": "query",
            "schema": {"type": "array", "items": string},
            "description": "Graphs that GRAPH may reach.",
        },
        {"name": "timeout", "in": "query", "schema": {"type": "number"}, "description": "Seconds."},
    ]

"""Graphs as they were: a graph at a version, and the way there by date (Memento, RFC 7089).

The original resource is `/graphs?graph=`; `/timegate` leads to the version of a date, and
`/timemap` lists all of them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.errors import BadRequest, NotFound, Withdrawn
from ogpgraph.files import write
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.ledger import Version
from ogpgraph.vocab import LICENSE
from ogpgraph.web import operations, past, past_schemas, respond
from ogpgraph.web.context import not_modified, parameters, reading_of, service_of
from ogpgraph.web.denied import digest
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket

_TIMEMAP = (Offer(formats.LINK_FORMAT, (), "link"), Offer(formats.JSON, (), "json"))
_MAP_SIZE = 1000
_ASKED = "Accept-Datetime"
_MOST_DATE = 100
"""Characters of a date."""


def install(app: FastAPI) -> None:
    """Add the routes."""
    about: dict[str, Any] = {"tags": ["versions"], "response_class": Response}
    graph = operations.parameters("graph", required=True)
    app.get(
        "/versions/{sequence}/graph",
        summary="A graph as it was at a version / Un grafo como era en una versión",
        operation_id="get_graph_at_version",
        openapi_extra={
            "parameters": [*graph, *operations.parameters("If-None-Match"), operations.lang()],
            **operations.read(GRAPH_OFFERS, 400, 404, 406, 410, 429, 503),
        },
        **about,
    )(_at_version)
    found = operations.sent(tagged=False, located=True)
    found["description"] = "The graph as it was then. / El grafo como era entonces."
    app.get(
        "/timegate",
        summary="The version of a graph at a date (RFC 7089) / "
        "La versión de un grafo en una fecha (RFC 7089)",
        description="The newest one without a date. / Sin fecha, la última.",
        operation_id="timegate",
        status_code=302,
        openapi_extra={
            "parameters": [*graph, *operations.parameters("Accept-Datetime"), operations.lang()],
            "responses": {"302": found, **operations.problems(400)},
        },
        **about,
    )(_timegate)
    app.get(
        "/timemap",
        summary="The versions of a graph with their dates (RFC 7089) / "
        "Las versiones de un grafo con sus fechas (RFC 7089)",
        operation_id="timemap",
        openapi_extra={
            "parameters": [*graph, *operations.paging(_MAP_SIZE, past.MAX_PAGE_SIZE)],
            **operations.read(_TIMEMAP, 400, 406, json=past_schemas.timemap()),
        },
        **about,
    )(_timemap)


async def at_version(request: Request, graph: str, at: str) -> Response:
    """The content of a graph at a version. Metered, as reading a whole graph is.

    Raises:
        NotFound, Withdrawn: it was not there then.
    """
    lane = lane_of(request)

    async def read(request: Request, ticket: Ticket) -> Response:
        request.state.asked = digest(request.scope["query_string"].decode("latin-1"))
        return await lane.run(
            request, ticket, lambda _: _content(request, graph, at), threads=lane.graphs
        )

    return await lane.metered(request, read)


async def _at_version(request: Request, sequence: str) -> Response:
    graph = parameters(request, ("graph",)).get("graph", "")
    return await at_version(request, graph, sequence)


def _content(request: Request, named: str, at: str) -> Response:
    offer = respond.choose(request, None, GRAPH_OFFERS)
    newest = reading_of(request).sequence
    graph, moment = _graph(request, named), past.existing(at, newest)
    history = past.history_of(request)
    version = history.version(graph, moment)
    if version is None:
        raise NotFound(f"The graph <{graph}> was not there at version {moment}.")
    if not version.statements:
        message = f"The graph <{graph}> was withdrawn with version {version.sequence}."
        raise Withdrawn(message)
    tag = f'"{version.digest}-{offer.suffix}"'
    request.state.edition = reading_of(request).edition
    headers = _headers(request, version, tag)
    if not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    content = history.content(version)
    prefixes = service_of(request).names.prefixes
    response = Response(write(content, offer.syntax, prefixes=prefixes), headers=headers)
    text = "; charset=utf-8" if offer.media_type.startswith("text/") else ""
    response.headers["Content-Type"] = offer.media_type + text
    return response


def links_of(request: Request, graph: str) -> list[str]:
    """Link header values of the original resource: where its past is."""
    base = service_of(request).settings.base_url()
    named = urlencode({"graph": graph})
    return [
        f'<{base}/timegate?{named}>; rel="timegate"',
        f'<{base}/timemap?{named}>; rel="timemap"; type="{formats.LINK_FORMAT}"',
    ]


def _headers(request: Request, version: Version, tag: str) -> dict[str, str]:
    """Of a memento: when it was made, and what lies around it."""
    base = service_of(request).settings.base_url()
    own = base + past.content_address(version.graph, version.sequence)
    links = [
        f'<{base}{past.current_address(version.graph)}>; rel="original"',
        *links_of(request, version.graph),
        f'<{own}>; rel="memento"; datetime="{http_date(version)}"',
        f'<{LICENSE}>; rel="license"',
    ]
    return {
        "ETag": tag,
        "Vary": "Accept",
        "Cache-Control": "no-cache",
        "Memento-Datetime": http_date(version),
        "Content-Location": own,
        "Link": ", ".join(links),
    }


def _timegate(request: Request) -> Response:
    """302 to the version of the date that is asked for, the newest where none is."""
    graph = _graph(request, parameters(request, ("graph",)).get("graph", ""))
    newest, history = reading_of(request).sequence, past.history_of(request)
    wanted = request.headers.get(_ASKED)
    at = newest if wanted is None else min(newest, history.sequence_at(_date(wanted)))
    version = history.version(graph, at) or history.first(graph)
    base = service_of(request).settings.base_url()
    links = [f'<{base}{past.current_address(graph)}>; rel="original"', *links_of(request, graph)]
    headers = {
        "Location": base + past.content_address(graph, version.sequence),
        "Vary": "Accept-Datetime",
        "Link": ", ".join(links),
        "Cache-Control": "no-cache",
    }
    return Response(status_code=302, headers=headers)


def _timemap(request: Request) -> Response:
    offer = respond.choose(request, None, _TIMEMAP)
    values = parameters(request, ("graph", "cursor", "page_size"))
    graph, newest = _graph(request, values.get("graph", "")), reading_of(request).sequence
    size, below = past.page_size(values, _MAP_SIZE), past.before(values, newest)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    found = past.history_of(request).versions(graph, limit=size + 1, before=below)
    shown = [version for version in found[:size] if version.statements]
    following = found[size - 1].sequence if len(found) > size else None
    base = service_of(request).settings.base_url()
    forward = base + past.turned(request, following) if following else None
    original = base + past.current_address(graph)
    links = past.Paging.of(request, following).links()
    if offer.media_type == formats.JSON:
        content = respond.json_text(_json_map(request, graph, shown, forward))
        return respond.send(request, offer, content, links=links)
    own = base + past.turned(request, None)
    lines = [
        f'<{original}>; rel="original"',
        f'<{own}>; rel="self"; type="{formats.LINK_FORMAT}"',
        links_of(request, graph)[0],
        *_mementos(base, shown),
    ]
    if forward:
        lines.append(f'<{forward}>; rel="timemap"; type="{formats.LINK_FORMAT}"')
    return respond.send(request, offer, ",\n".join(lines) + "\n", links=links)


def _mementos(base: str, versions: list[Version]) -> list[str]:
    """Of a list, oldest first, as TimeMaps are."""
    return [
        f'<{base}{past.content_address(one.graph, one.sequence)}>; rel="memento"; '
        f'datetime="{http_date(one)}"'
        for one in reversed(versions)
    ]


def _json_map(
    request: Request, graph: str, versions: list[Version], forward: str | None
) -> dict[str, object]:
    base = service_of(request).settings.base_url()
    body: dict[str, object] = {
        "graph": graph,
        "original": base + past.current_address(graph),
        "version": reading_of(request).sequence,
        "items": [
            {
                "version": one.sequence,
                "time": one.time,
                "triples": one.statements,
                "sha256": one.digest,
                "url": base + past.content_address(graph, one.sequence),
            }
            for one in versions
        ],
    }
    return body | ({"next": forward} if forward else {})


def http_date(version: Version) -> str:
    """When a version was accepted, as HTTP has it: to the second."""
    return format_datetime(datetime.fromisoformat(version.time).astimezone(UTC), usegmt=True)


def _date(text: str) -> datetime:
    """The end of the second that Accept-Datetime names.

    Raises:
        BadRequest: it is none of HTTP's dates.
    """
    try:
        if len(text) > _MOST_DATE or not re.fullmatch(r"[A-Za-z0-9,: +-]+", text):
            raise ValueError(text)
        found = parsedate_to_datetime(text)
        if found.tzinfo is None:
            raise ValueError(text)
        return found.astimezone(UTC) + timedelta(milliseconds=999)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise BadRequest(
            f"{_ASKED} is “{text[:_MOST_DATE]}”; a date looks like Sun, 29 Nov 2026 12:00:00 GMT.",
            parameter=_ASKED,
        ) from error


def _graph(request: Request, text: str) -> str:
    if not text:
        raise BadRequest("Name a graph: ?graph=<IRI>.", parameter="graph")
    return past.graph_named(request, text)

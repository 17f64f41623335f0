"""`/graphs`: the SPARQL 1.1 Graph Store HTTP Protocol. Reading is open, writing needs a token."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from ogpgraph.errors import (
    BadRequest,
    Forbidden,
    NotFound,
    Withdrawn,
)
from ogpgraph.files import Document
from ogpgraph.formats import GRAPH_OFFERS, JSON, Offer, negotiate
from ogpgraph.json_schema import reference
from ogpgraph.store.base import boolean
from ogpgraph.terms import iri
from ogpgraph.updating import Condition, Written
from ogpgraph.vocab import LICENSE
from ogpgraph.web import mementos, operations, past, respond, schemas
from ogpgraph.web.client import client_of
from ogpgraph.web.conditions import condition_of
from ogpgraph.web.context import not_modified, parameters, query_pairs, reading_of, service_of
from ogpgraph.web.denied import digest
from ogpgraph.web.documents import body_of, media_type_of, places_of
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.tokens import writers_of
from ogpgraph.workers.cancel import Cancel

PATHS = ("/graphs", "/graphs/")
_DEFAULT = ""
"""In place of an IRI: the default graph."""
_WRITTEN = ("default", "graph", "lang")
_READ = (*_WRITTEN, "version")
"""Parameters of the address, by what is done with the graph."""
_INDEX = (Offer(JSON, (), "json"),)
_SENDING = (400, 401, 403, 409, 412, 413, 415, 422, 428, 429, 503, 507)
_STATUSES = MappingProxyType(
    {
        "GET": (400, 404, 406, 410, 422, 429, 503, 504),
        "PUT": _SENDING,
        "POST": _SENDING,
        "DELETE": (400, 401, 403, 404, 410, 412, 428, 429, 503, 507),
    }
)
"""Errors by method."""


def install(app: FastAPI) -> None:
    """Add `/graphs` and `/graphs/`."""
    for path in PATHS:
        for method, answer, status, *words in (
            ("GET", _get, 200, "Un grafo, o la lista de ellos", "A graph, or the list of them"),
            ("PUT", _put, 201, "Reemplazar un grafo", "Replace a graph"),
            ("POST", _post, 201, "Añadir a un grafo, o crearlo", "Add to a graph, or make one"),
            ("DELETE", _delete, 204, "Retirar un grafo", "Withdraw a graph"),
        ):
            app.add_api_route(
                path,
                answer,
                methods=[method],
                status_code=status,
                summary=operations.both(*words),
                tags=["graphs"],
                operation_id=f"graphs_{method.lower()}",
                include_in_schema=path == PATHS[0],
                response_class=Response,
                openapi_extra=_openapi(method),
            )


def _openapi(method: str) -> dict[str, Any]:
    """What a method takes and sends, for the description of the service."""
    if method == "GET":
        items = _listed()
        return {
            "parameters": [
                *operations.parameters("graph", "default", "version", "If-None-Match"),
                operations.lang(),
            ],
            **operations.read((*GRAPH_OFFERS, *_INDEX), *_STATUSES[method], json=items),
        }
    named = method != "POST"
    found: dict[str, Any] = {
        "parameters": operations.parameters("graph", "If-Match", "If-None-Match", required=named),
        "security": [{"token": []}],
        "responses": {
            "204": operations.sent(tagged=method != "DELETE"),
            **operations.problems(*_STATUSES[method]),
        },
    }
    if method == "DELETE":
        return found
    found["responses"]["201"] = operations.sent(JSON, located=True, json=_made())
    return found | {"requestBody": operations.document()}


def _listed() -> dict[str, Any]:
    """The schema of the list of graphs."""
    graph = {"graph": schemas.text(format="iri"), "url": schemas.text(format="uri")}
    graph |= {"version": schemas.number(minimum=1), "modified": schemas.text(format="date-time")}
    graph |= {"triples": schemas.number(minimum=1), "sha256": schemas.digest()}
    items = schemas.many(schemas.record(graph))
    return schemas.record({"items": items, "version": schemas.number()})


def _made() -> dict[str, Any]:
    """The schema of what is told of a graph that was made."""
    told = {"graph": schemas.text(format="iri"), "version": schemas.number(minimum=1)}
    told |= {"triples": schemas.number(), "warnings": schemas.many(reference("Finding"))}
    return schemas.record(told)


async def _get(request: Request) -> Response:
    graph = _named(request, _READ)
    if "version" in request.query_params:
        if graph == _DEFAULT:
            raise BadRequest("Versions are of named graphs: ?graph=<IRI>.", parameter="default")
        values = parameters(request, ("graph", "version"))
        past.moment(values, "version", reading_of(request).sequence)
        return await mementos.at_version(request, values.get("graph", ""), values["version"])
    if graph is None:
        return await run_in_threadpool(index, request)
    return await lane_of(request).metered(request, _read)


async def _read(request: Request, ticket: Ticket) -> Response:
    """Metered as a query is: a graph may be as large as an answer can be."""
    lane, address = lane_of(request), request.scope["query_string"].decode("latin-1")
    request.state.asked = digest(address)
    return await lane.run(
        request, ticket, lambda cancel: _graph(request, cancel), threads=lane.graphs
    )


def _graph(request: Request, cancel: Cancel) -> Response:
    """One graph, or the merge of all, as the engine writes it."""
    graph = _named(request, _READ)
    assert graph is not None
    offer = negotiate(request.headers.get("accept"), GRAPH_OFFERS)
    reading = reading_of(request)
    request.state.edition = reading.edition
    tag = _tag(f"{reading.edition}-{offer.suffix}")
    pattern = "?s ?p ?o"
    if graph != _DEFAULT:
        tag = _tag_of(request, graph, offer) or tag
        pattern = f"GRAPH {iri(graph)} {{ ?s ?p ?o }}"
    headers = _headers(tag)
    if graph != _DEFAULT:
        headers["Link"] = ", ".join([headers["Link"], *mementos.links_of(request, graph)])
    if not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"
    result = reading.store.query(text, timeout=reading.timeout, cancel=cancel)
    return _sent(result.write(offer.syntax), offer, headers)


def _tag_of(request: Request, graph: str, offer: Offer) -> str | None:
    """The tag of a graph by its content; None for one that the service itself keeps.

    Raises:
        Withdrawn, NotFound: it is not there.
    """
    reading = reading_of(request)
    head = service_of(request).version_of(graph, reading.sequence)
    if head is not None and not head.statements:
        raise Withdrawn(f"The graph <{graph}> was withdrawn with version {head.sequence}.")
    if head is not None:
        return _tag(f"{head.digest}-{offer.suffix}")
    ask = f"ASK {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}"
    if not boolean(reading.store.query(ask, timeout=reading.timeout)):
        raise NotFound(f"There is no graph <{graph}>; GET /graphs lists those that are published.")
    return None


def _sent(content: bytes, offer: Offer, headers: dict[str, str]) -> Response:
    response = Response(content, headers=headers)
    text = "; charset=utf-8" if offer.media_type.startswith("text/") else ""
    response.headers["Content-Type"] = offer.media_type + text
    return response


def index(request: Request) -> Response:
    """The graphs that are published."""
    offer = respond.choose(request, None, _INDEX)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    service, reading = service_of(request), reading_of(request)
    base = service.settings.base_url()
    items = [
        {
            "graph": head.graph,
            "url": f"{base}{_address(head.graph)}",
            "version": head.sequence,
            "modified": head.time,
            "triples": head.statements,
            "sha256": head.digest,
        }
        for head in service.published(reading.sequence)
    ]
    return respond.send(
        request, offer, respond.json_text({"items": items, "version": reading.sequence})
    )


async def _put(request: Request) -> Response:
    return await _write(request, "PUT")


async def _post(request: Request) -> Response:
    return await _write(request, "POST")


async def _write(request: Request, method: str) -> Response:
    """Take in a document, and make it a graph or a part of one."""
    agent = writers_of(request).admit(request)
    if "content-range" in request.headers:  # RFC 9110, 14.5
        raise BadRequest("A graph is sent whole, without Content-Range.")
    graph = _written_graph(request)
    if graph is None and method == "PUT":
        raise BadRequest("PUT needs ?graph=<the IRI of a named graph>.", parameter="graph")
    condition = condition_of(request, needed=graph is not None)
    media_type = media_type_of(request)
    places = places_of(request, writing=True)
    with places.coming() as coming:
        content = await body_of(request, places, coming)
        with places.one():
            return await lane_of(request).run(
                request,
                Ticket(agent),
                lambda cancel: _written(
                    request, method, graph, (content, media_type), condition, agent, cancel
                ),
                threads=places.threads,
            )


def _written(
    request: Request,
    method: str,
    graph: str | None,
    sent: tuple[bytes, str],
    condition: Condition,
    agent: str,
    cancel: Cancel,
) -> Response:
    service, source = service_of(request), _source(request, method)
    document = _document(request, *sent, cancel)
    writer = service.writer
    if graph is None:
        done = writer.create(document, agent=agent, source=source, condition=condition)
    else:
        write = writer.put if method == "PUT" else writer.add
        done = write(graph, document, agent=agent, source=source, condition=condition)
    return _told(request, done)


def _document(request: Request, content: bytes, media_type: str, cancel: Cancel) -> Document:
    service = service_of(request)
    document = service.intake.parse(
        content, media_type, name="document", base=service.names.base, cancel=cancel
    )
    return replace(document, digest=hashlib.sha256(content).hexdigest())


async def _delete(request: Request) -> Response:
    agent = writers_of(request).admit(request)
    graph = _written_graph(request)
    if graph is None:
        raise BadRequest("DELETE needs ?graph=<the IRI of a named graph>.", parameter="graph")
    condition = condition_of(request, needed=True)
    places = places_of(request, writing=True)
    with places.one():
        return await lane_of(request).run(
            request,
            Ticket(agent),
            lambda _: _deleted(request, graph, condition, agent),
            threads=places.threads,
        )


def _deleted(request: Request, graph: str, condition: Condition, agent: str) -> Response:
    source = _source(request, "DELETE")
    service_of(request).writer.delete(graph, agent=agent, source=source, condition=condition)
    return Response(status_code=204)


def _told(request: Request, done: Written) -> Response:
    """201 with what was made, or 204; the ETag is the digest of what is there now."""
    headers = {"ETag": _tag(done.head.digest)}
    if not done.created:
        return Response(status_code=204, headers=headers)
    base = service_of(request).settings.base_url()
    headers["Location"] = f"{base}{_address(done.graph)}"
    body: dict[str, object] = {
        "graph": done.graph,
        "version": done.head.sequence,
        "triples": done.head.statements,
        "warnings": [finding.to_dict() for finding in done.report.warnings],
    }
    return Response(respond.json_text(body), 201, headers, media_type=JSON)


def _named(request: Request, known: Sequence[str]) -> str | None:
    """The graph that the address names: an IRI, `_DEFAULT`, or None for no graph.

    Args:
        request: as it came.
        known: the parameters that it may have.

    Raises:
        BadRequest: it names two, none that is an IRI, or has other parameters.
    """
    found = query_pairs(request.scope["query_string"])
    for name, value in found:
        if name not in known:
            raise BadRequest(f"There is no parameter “{name}” here.", known=known, parameter=name)
        if name == "default" and value:
            raise BadRequest("The parameter default has no value.", parameter="default")
    named = [pair for pair in found if pair[0] in {"graph", "default"}]
    names = [value if name == "graph" else _DEFAULT for name, value in named]
    if len(names) > 1:
        raise BadRequest("Name one graph: ?graph=<IRI> or ?default.", parameter="graph")
    if names and names[0] != _DEFAULT:
        return _iri(names[0])
    if names and not any(name == "default" for name, _ in found):
        raise BadRequest("The parameter graph has no value.", parameter="graph")
    return names[0] if names else None


def _iri(text: str) -> str:
    """The IRI that `graph` is.

    Raises:
        BadRequest: it is none.
    """
    try:
        return iri(text).value
    except BadRequest as error:
        raise BadRequest(error.message, parameter="graph") from error


def _written_graph(request: Request) -> str | None:
    graph = _named(request, _WRITTEN)
    if graph == _DEFAULT:
        raise Forbidden(
            "The default graph is the merge of all named graphs and is not written; name one by "
            "?graph=<IRI>.",
            slug="operation-not-allowed",
        )
    return graph


def _source(request: Request, method: str) -> str:
    trusted = service_of(request).settings.trusted_proxies
    return f"{method} from {client_of(request, trusted)}"


def _headers(tag: str) -> dict[str, str]:
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    return headers | {"Link": f'<{LICENSE}>; rel="license"'}


def _tag(text: str) -> str:
    return f'"{text}"'


def _address(graph: str) -> str:
    return f"{PATHS[0]}?graph={quote(graph, safe='')}"

"""`/update`: the update operation of the SPARQL 1.1 Protocol, tried, validated, then published."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from ogpgraph.formats import JSON
from ogpgraph.gate import inspect
from ogpgraph.json_schema import reference
from ogpgraph.publish import Publication
from ogpgraph.updating import Condition
from ogpgraph.web import operations, respond, schemas
from ogpgraph.web.client import client_of
from ogpgraph.web.conditions import condition_of
from ogpgraph.web.context import service_of
from ogpgraph.web.documents import places_of
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.sparql_request import UPDATE_OPERATION, Changing, update_in_body
from ogpgraph.web.tokens import writers_of
from ogpgraph.workers.cancel import Cancel

PATHS = ("/update", "/update/")
_STATUSES = (400, 401, 403, 412, 413, 415, 422, 428, 429, 503, 504, 507)


def install(app: FastAPI) -> None:
    """Add `/update` and `/update/`."""
    names = (*UPDATE_OPERATION.parameters[1:], "If-Match", "If-None-Match")
    done = operations.sent(JSON, tagged=False, json=_schema())
    for path in PATHS:
        app.post(
            path,
            summary=operations.both("Actualización SPARQL 1.1", "SPARQL 1.1 update"),
            description=operations.both(
                "Todas las operaciones se hacen en una copia; lo que dejan se valida y se publica "
                "como una sola versión, o no se publica. Exige un token.",
                "All operations are carried out on a copy; what they leave is validated, and "
                "published as one version or not at all. Needs a token.",
            ),
            tags=["sparql"],
            operation_id="sparql_update",
            include_in_schema=path == PATHS[0],
            response_class=Response,
            openapi_extra={
                "parameters": operations.parameters(*names),
                "requestBody": operations.form_or_text(UPDATE_OPERATION),
                "responses": {"200": done, **operations.problems(*_STATUSES)},
                "security": [{"token": []}],
            },
        )(_post)


def _schema() -> dict[str, object]:
    """What is told of an update."""
    graph = {"graph": schemas.text(format="iri"), "version": schemas.number()}
    graph |= {"changed": {"type": "boolean"}, "triples": schemas.number()}
    graph["etag"] = schemas.text(pattern='^"[0-9a-f]{64}"$')
    return schemas.record(
        {
            "version": {"type": ["integer", "null"], "minimum": 1},
            "graphs": schemas.many(schemas.record(graph)),
            "warnings": schemas.many(reference("Finding")),
        }
    )


async def _post(request: Request) -> Response:
    agent = writers_of(request).admit(request)
    condition = condition_of(request, needed=True)
    asked = await update_in_body(request)
    places = places_of(request, writing=True)
    with places.one():
        return await lane_of(request).run(
            request,
            Ticket(agent),
            lambda cancel: _answer(request, asked, condition, agent, cancel),
            threads=places.threads,
        )


def _answer(
    request: Request, asked: Changing, condition: Condition, agent: str, cancel: Cancel
) -> Response:
    service = service_of(request)
    inspect(asked.text, update=True)
    publication = service.writer.update(
        asked.text,
        using=asked.using,
        agent=agent,
        source=f"update from {client_of(request, service.settings.trusted_proxies)}",
        timeout=asked.seconds,
        condition=condition,
        cancel=cancel,
    )
    return Response(respond.json_text(_told(publication)), media_type="application/json")


def _told(publication: Publication) -> dict[str, object]:
    """What became of an update, for JSON."""
    changed = {version.graph: version for version in publication.versions}
    return {
        "version": max((version.sequence for version in publication.versions), default=None),
        "graphs": [
            {
                "graph": head.graph,
                "version": head.sequence,
                "changed": head.graph in changed,
                "triples": head.statements,
                "etag": f'"{head.digest}"',
            }
            for head in publication.heads
        ],
        "warnings": [finding.to_dict() for finding in publication.report.warnings],
    }

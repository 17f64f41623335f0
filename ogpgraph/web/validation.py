"""`POST /shacl/validate`: a document checked as for publishing. Nothing of it is stored."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.formats import JSON, RESOURCE_OFFERS, TURTLE, negotiate
from ogpgraph.json_schema import reference
from ogpgraph.web import operations
from ogpgraph.web.context import service_of
from ogpgraph.web.documents import Places, body_of, media_type_of, places_of
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.workers.cancel import Cancel

PATH = "/shacl/validate"
_NAME = "document"
"""What an uploaded document is called in messages and findings."""
_OFFERS = tuple(offer for offer in RESOURCE_OFFERS if offer.media_type != formats.HTML)


def install(app: FastAPI) -> None:
    """Add `/shacl/validate`."""
    app.state.documents = Places()
    media_types = [offer.media_type for offer in _OFFERS]
    app.post(
        PATH,
        summary=operations.both(
            "Comprobar un documento con las formas; nada se guarda",
            "Check a document against the shapes; nothing is stored",
        ),
        tags=["shacl"],
        operation_id="shacl_validate",
        response_class=Response,
        openapi_extra={
            "requestBody": operations.document(),
            "responses": {
                "200": operations.sent(*media_types, tagged=False, json=reference("Report")),
                **operations.problems(400, 406, 413, 415, 422, 429, 503),
            },
        },
    )(_post)


async def _post(request: Request) -> Response:
    return await lane_of(request).metered(request, _posted)


async def _posted(request: Request, ticket: Ticket) -> Response:
    offer = negotiate(request.headers.get("accept"), _OFFERS)
    media_type = media_type_of(request)
    places = places_of(request)
    with places.coming() as document:
        content = await body_of(request, places, document)
        with places.one():  # not before it is here: who sends slowly takes nobody's place
            return await lane_of(request).run(
                request,
                ticket,
                lambda cancel: _answer(request, content, media_type, offer.media_type, cancel),
                threads=places.threads,
            )


def _answer(
    request: Request, content: bytes, media_type: str, wanted: str, cancel: Cancel
) -> Response:
    report = service_of(request).trial.check(content, media_type, name=_NAME, cancel=cancel)
    told = report.to_json() if wanted == JSON else report.to_rdf(wanted)
    text = "; charset=utf-8" if wanted == TURTLE else ""
    headers = {"Content-Type": wanted + text, "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(told, headers=headers)

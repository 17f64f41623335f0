"""`/shacl/validate`: a document checked as for publishing. Nothing of it is stored.

Programs post the document itself. People get a page with a form, and the report as a page; the form
is answered as any other document is where its sender asks for JSON or RDF.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from ogpgraph import formats
from ogpgraph.errors import BadRequest, OgpGraphError
from ogpgraph.formats import JSON, RESOURCE_OFFERS, TURTLE, negotiate
from ogpgraph.json_schema import reference
from ogpgraph.report import Report
from ogpgraph.web import form_data, operations, problems, respond, validation_page
from ogpgraph.web.context import language, parameters, service_of
from ogpgraph.web.documents import Places, body_of, media_type_of, places_of
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.validation_page import NAME, Sent
from ogpgraph.workers.cancel import Cancel

PATH = "/shacl/validate"
_OFFERS = tuple(sorted(RESOURCE_OFFERS, key=lambda offer: offer.media_type == formats.HTML))
"""The page comes last: whoever does not say what it wants is a program."""
_STATE = "sent"


@dataclass(slots=True)
class _Asked:
    """What came with a request, as far as it has come: for the page of an error."""

    sent: Sent | None = None


_EXAMPLE = "Whether the form holds an example. / Si el formulario trae un ejemplo."


def install(app: FastAPI) -> None:
    """Add `/shacl/validate`."""
    app.state.documents = Places()
    media_types = [offer.media_type for offer in _OFFERS]
    about = operations.both(
        "Comprobar un documento con las formas; nada se guarda",
        "Check a document against the shapes; nothing is stored",
    )
    app.get(
        PATH,
        summary=operations.both("Un formulario para comprobarlo", "A form to check it"),
        tags=["shacl"],
        operation_id="shacl_form",
        response_class=Response,
        openapi_extra={
            "parameters": [*operations.asked(("example", "boolean", _EXAMPLE)), operations.lang()],
            **operations.read((formats.PAGE,), 400, 406),
        },
    )(_form)
    app.post(
        PATH,
        summary=about,
        description=operations.both(
            "A quien envía el formulario se le responde con una página, también los errores.",
            "Whoever sends the form is answered with a page, errors too.",
        ),
        tags=["shacl"],
        operation_id="shacl_validate",
        response_class=Response,
        openapi_extra={
            "requestBody": _body(),
            "responses": {
                "200": operations.sent(*media_types, tagged=False, json=reference("Report")),
                **operations.problems(400, 406, 413, 415, 422, 429, 503),
            },
        },
    )(_post)


def _body() -> operations.Json:
    """The document itself, or the form of the page."""
    found = operations.document()
    text = {"type": "string"}
    file = {"type": "string", "format": "binary"}
    form = {"type": "object", "properties": {"text": text, "file": file, "format": text}}
    form["description"] = operations.both("Un texto o un archivo.", "A text or a file.")
    content = {**found["content"], form_data.MEDIA_TYPE: {"schema": form}}
    return {**found, "content": content}


def _form(request: Request) -> Response:
    offer = respond.choose(request, None, (formats.PAGE,))
    values = parameters(request, ("example",))
    example = _truth(values, "example")
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    return respond.send(request, offer, validation_page.form(request, example=example))


def _truth(values: dict[str, str], name: str) -> bool:
    text = values.get(name, "false")
    if text not in {"true", "false"}:
        raise BadRequest(f"{name} is “{text[:80]}”.", known=["true", "false"], parameter=name)
    return text == "true"


async def _post(request: Request) -> Response:
    """A person who sent a form is told of an error on the page, beside what was sent."""
    asked = _Asked()
    setattr(request.state, _STATE, asked)
    try:
        return await lane_of(request).metered(request, _posted)
    except OgpGraphError as error:
        if not _for_people(request):
            raise
        page = await run_in_threadpool(validation_page.refusal, request, error, asked.sent)
        return problems.form_again(request, error, page)


def _for_people(request: Request) -> bool:
    """Whether it is the form of the page that was sent, to be answered by a page."""
    if not form_data.is_form(request.headers.get("content-type", "")):
        return False
    try:
        offer = negotiate(request.headers.get("accept"), _OFFERS)
    except OgpGraphError:
        return False
    return offer.media_type == formats.HTML


async def _posted(request: Request, ticket: Ticket) -> Response:
    offer = negotiate(request.headers.get("accept"), _OFFERS)
    content_type = request.headers.get("content-type", "")
    form = form_data.is_form(content_type)
    media_type = "" if form else media_type_of(request)
    places = places_of(request)
    with places.coming() as document:
        content = await body_of(request, places, document)
        with places.one():  # not before it is here: who sends slowly takes nobody's place
            return await lane_of(request).run(
                request,
                ticket,
                lambda cancel: _answer(
                    request, content, content_type if form else media_type, offer.media_type, cancel
                ),
                threads=places.threads,
            )


def _answer(
    request: Request, content: bytes, content_type: str, wanted: str, cancel: Cancel
) -> Response:
    if form_data.is_form(content_type):
        sent = validation_page.sent(content, content_type)
        getattr(request.state, _STATE).sent = sent
        validation_page.check_one(sent)
    else:
        sent = Sent(content, content_type, NAME)
    trial = service_of(request).trial
    report = trial.check(sent.content, sent.media_type, name=sent.name, cancel=cancel)
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
    if wanted == formats.HTML:
        headers["Content-Language"] = language(request)
    response = Response(_told(request, report, sent, wanted), headers=headers)
    text = "; charset=utf-8" if wanted in {TURTLE, formats.HTML} else ""
    response.headers["Content-Type"] = wanted + text
    return response


def _told(request: Request, report: Report, sent: Sent, wanted: str) -> str | bytes:
    if wanted == formats.HTML:
        return validation_page.report(request, report, sent)
    return report.to_json() if wanted == JSON else report.to_rdf(wanted)

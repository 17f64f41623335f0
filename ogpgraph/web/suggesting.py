"""`/sdgs/suggest`: goals and targets for texts. Nothing is stored.

Programs post a text or a list of them. People get a page with a form, and the suggestions beside
the words that made them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from anyio import CapacityLimiter
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from ogpgraph import formats
from ogpgraph.errors import Busy, OgpGraphError
from ogpgraph.formats import Offer, negotiate
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.records import written
from ogpgraph.suggester.suggest import Suggester, Suggestion
from ogpgraph.web import form_data, operations, problems, respond, suggestion_page
from ogpgraph.web.bodies import content_of
from ogpgraph.web.context import language, parameters
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.suggestion_request import (
    MAX_BYTES,
    Asked,
    asked,
    media_type_of,
    of_form,
)
from ogpgraph.web.suggestion_schema import body_schema, described_parameters, schema
from ogpgraph.workers.cancel import Cancel

PATH = "/sdgs/suggest"
_JSONL_NAMES = ("application/x-ndjson", "application/x-jsonlines")
JSON_LINES = Offer("application/jsonl", _JSONL_NAMES, "jsonl")
_OFFERS = (Offer(formats.JSON, (), "json"), JSON_LINES, formats.PAGE)
"""The page comes last: whoever does not say what it wants is a program."""
_PLACES = 8
"""Requests that wait or are read at most; one more is told to come back."""
_PATIENCE = 20.0
"""Seconds that a request may take, with waiting for those before it."""
_FIELDS = ("text", "text_lang")


class Desk:
    """The suggester of an application, made once; it reads one text at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._suggester: Suggester | None = None

    def prepare(self) -> None:
        """Make the suggester on a thread of its own, so that nobody waits for it."""
        threading.Thread(target=self._made_once, name="ogpgraph-lexicon", daemon=True).start()

    def _made_once(self) -> None:
        with self._lock:
            self._made()

    def _made(self) -> Suggester:
        if self._suggester is None:
            self._suggester = Suggester.of(Shipped.find().lexicon)
        return self._suggester

    @cached_property
    def threads(self) -> CapacityLimiter:
        """Made on the event loop, as it has to be."""
        return CapacityLimiter(_PLACES)

    def suggest(self, wanted: Asked, cancel: Cancel) -> list[tuple[Suggestion, ...]]:
        """What is suggested for each text.

        Raises:
            Busy: it takes too long, with those that came before.
        """
        until = time.monotonic() + _PATIENCE
        made = []
        for record in wanted.records:
            if cancel.done:
                raise _busy()
            with self.lent(until - time.monotonic()) as suggester, cancel.working():
                found = suggester.suggest(
                    record.text,
                    language=wanted.wishes.language,
                    threshold=wanted.wishes.threshold,
                    limit=wanted.wishes.limit,
                )
            made.append(found)
        return made

    @contextmanager
    def lent(self, patience: float = _PATIENCE) -> Iterator[Suggester]:
        """The suggester, for one text; whoever comes next waits, so many seconds at most.

        Raises:
            Busy: it is not free in time.
        """
        if patience <= 0 or not self._lock.acquire(timeout=patience):
            raise _busy()
        try:
            yield self._made()
        finally:
            self._lock.release()


def _busy() -> Busy:
    return Busy("Too many texts are being read; send fewer, or later.", retry_after=5)


def install(app: FastAPI) -> None:
    """Add `/sdgs/suggest`."""
    app.state.desk = Desk()
    app.get(
        PATH,
        summary=operations.both("Un formulario para sugerir ODS", "A form to have SDGs suggested"),
        tags=["sdgs"],
        operation_id="suggest_form",
        response_class=Response,
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read((formats.PAGE,), 400, 406),
        },
    )(_form)
    app.post(
        PATH,
        summary=operations.both(
            "Sugerir objetivos y metas para textos; nada se guarda",
            "Suggest goals and targets for texts; nothing is stored",
        ),
        description=operations.both(
            "Cada sugerencia dice su puntuación y los tramos del texto, en caracteres, que la "
            "produjeron. Son sugerencias: nadie las ha aceptado.",
            "Each suggestion says its score and the spans of the text, in characters, that made "
            "it. They are suggestions: nobody has accepted them.",
        ),
        tags=["sdgs"],
        operation_id="suggest",
        response_class=Response,
        openapi_extra={
            "parameters": described_parameters(),
            "requestBody": body_schema(),
            "responses": {
                "200": operations.sent(
                    *(offer.media_type for offer in _OFFERS), tagged=False, json=schema()
                ),
                **operations.problems(400, 406, 413, 415, 429, 503),
            },
        },
    )(_post)


def _form(request: Request) -> Response:
    offer = respond.choose(request, None, (formats.PAGE,))
    parameters(request, ())
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    return respond.send(request, offer, suggestion_page.form(request))


@dataclass(slots=True)
class _Sent:
    """What a person sent, for the page of an error."""

    text: str = ""
    language: str = ""


async def _post(request: Request) -> Response:
    """A person who sent the form is told of an error on the page, beside what was sent."""
    sent = _Sent()

    async def answer(request: Request, ticket: Ticket) -> Response:
        return await _posted(request, ticket, sent)

    try:
        return await lane_of(request).metered(request, answer)
    except OgpGraphError as error:
        if not _for_people(request):
            raise
        told = (request, error, sent.text, sent.language)
        page = await run_in_threadpool(suggestion_page.refusal, *told)
        return problems.form_again(request, error, page)


async def _posted(request: Request, ticket: Ticket, sent: _Sent) -> Response:
    offer = negotiate(request.headers.get("accept"), _OFFERS)
    media_type = media_type_of(request)
    content = await content_of(request, MAX_BYTES)
    desk = desk_of(request)

    def work(cancel: Cancel) -> Response:
        if media_type == form_data.MEDIA_TYPE:
            wanted = _of_form(request, content, sent)
        else:
            wanted = asked(request, content, media_type)
        return _answer(request, offer, wanted, desk.suggest(wanted, cancel))

    return await lane_of(request).run(request, ticket, work, threads=desk.threads)


def desk_of(request: Request) -> Desk:
    """The suggester of the application."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def _of_form(request: Request, content: bytes, sent: _Sent) -> Asked:
    fields = form_data.fields_of(content, request.headers.get("content-type", ""), _FIELDS)
    told = {name: one.content.decode("utf-8", errors="replace") for name, one in fields.items()}
    sent.text, sent.language = told.get("text", ""), told.get("text_lang", "")
    return of_form(request, told)


def _answer(
    request: Request, offer: Offer, wanted: Asked, found: list[tuple[Suggestion, ...]]
) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
    if offer is formats.PAGE:
        headers["Content-Language"] = language(request)
        headers["Content-Type"] = f"{formats.HTML}; charset=utf-8"
        return Response(suggestion_page.answer(request, wanted, found), headers=headers)
    headers["Content-Type"] = offer.media_type
    lines = [
        written(record.id or None, made) for record, made in zip(wanted.records, found, strict=True)
    ]
    if offer is JSON_LINES:
        return Response(b"".join(lines), headers=headers)
    whole = b"[" + b",\n ".join(line.rstrip(b"\n") for line in lines) + b"]\n"
    return Response(whole if wanted.several else lines[0], headers=headers)


def _for_people(request: Request) -> bool:
    """Whether it is the form of the page that was sent, to be answered by a page."""
    if not form_data.is_form(request.headers.get("content-type", "")):
        return False
    try:
        return negotiate(request.headers.get("accept"), _OFFERS) is formats.PAGE
    except OgpGraphError:
        return False

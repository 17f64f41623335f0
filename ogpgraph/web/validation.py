"""`POST /shacl/validate`: a document checked as for publishing. Nothing of it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from anyio import CancelScope, CapacityLimiter
from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.errors import Busy, TooLarge, UnsupportedMediaType
from ogpgraph.formats import JSON, RESOURCE_OFFERS, TURTLE, negotiate
from ogpgraph.intake.source import MAX_BYTES, SUFFIXES
from ogpgraph.web.context import service_of
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.workers.cancel import Cancel

PATH = "/shacl/validate"
_PLACES = 8
"""Documents that wait or are validated at most; one more is told to come back."""
_BYTES = 256 * 1024 * 1024
"""Bytes of documents at most that have come, or are coming."""
_NAME = "document"
"""What an uploaded document is called in messages and findings."""
_ACCEPTED = tuple(SUFFIXES.values())
_OFFERS = tuple(offer for offer in RESOURCE_OFFERS if offer.media_type != formats.HTML)
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


@dataclass(eq=False, slots=True)
class _Coming:
    """A document from its first byte to its answer."""

    scope: CancelScope
    """Of the wait for its bytes."""
    size: int = 0
    here: bool = False


class _Places:
    """Room for documents, and the threads on which they wait: none that anything else uses."""

    def __init__(self) -> None:
        self._taken = 0
        self._all: dict[_Coming, None] = {}

    @cached_property
    def threads(self) -> CapacityLimiter:
        """Made on the event loop, as it has to be."""
        return CapacityLimiter(_PLACES)

    @contextmanager
    def coming(self) -> Iterator[_Coming]:
        """A document that takes up memory while inside."""
        document = _Coming(CancelScope())
        self._all[document] = None
        try:
            yield document
        finally:
            del self._all[document]

    def hold(self, document: _Coming, size: int) -> None:
        """Take in so many bytes more of a document, if need be for the one that is slowest.

        Raises:
            Busy: documents take up all the memory that they may.
        """
        while sum(one.size for one in self._all) + size > _BYTES:
            others = (one for one in self._all if not (one.here or one is document) and one.size)
            oldest = next(others, None)
            if oldest is None:
                raise Busy("Too many documents are being sent; try again soon.", retry_after=2)
            oldest.size = 0
            oldest.scope.cancel()
        document.size += size

    @contextmanager
    def one(self) -> Iterator[None]:
        """Room for one document.

        Raises:
            Busy: there is none left.
        """
        if self._taken >= _PLACES:
            raise Busy("Too many documents are being checked; try again soon.", retry_after=2)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


def install(app: FastAPI) -> None:
    """Add `/shacl/validate`."""
    app.state.documents = _Places()
    binary = {"type": "string", "format": "binary"}
    app.post(
        PATH,
        summary="Check a document against the shapes; nothing is stored",
        tags=["shacl"],
        operation_id="shacl_validate",
        response_class=Response,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {media_type: {"schema": binary} for media_type in _ACCEPTED},
            }
        },
    )(_post)


async def _post(request: Request) -> Response:
    return await lane_of(request).metered(request, _posted)


async def _posted(request: Request, ticket: Ticket) -> Response:
    offer = negotiate(request.headers.get("accept"), _OFFERS)
    media_type = _media_type(request)
    places = request.app.state.documents
    assert isinstance(places, _Places)
    with places.coming() as document:
        content = await _body(request, places, document)
        with places.one():  # not before it is here: who sends slowly takes nobody's place
            return await lane_of(request).run(
                request,
                ticket,
                lambda cancel: _answer(request, content, media_type, offer.media_type, cancel),
                threads=places.threads,
            )


def _media_type(request: Request) -> str:
    given = request.headers.get("content-type", "")
    media_type, _, parameters = given.partition(";")
    media_type = media_type.strip().lower()
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "').lower()
    if media_type not in _ACCEPTED or charset not in _CHARSETS:
        known = ", ".join(_ACCEPTED)
        raise UnsupportedMediaType(
            f"A document is posted in UTF-8 as one of {known}; not as “{given[:100]}”.",
            accepted=_ACCEPTED,
        )
    return media_type


async def _body(request: Request, places: _Places, document: _Coming) -> bytes:
    body = bytearray()
    with document.scope as scope:
        async for chunk in request.stream():
            if scope.cancel_called:
                break
            places.hold(document, len(chunk))
            body += chunk
            if len(body) > MAX_BYTES:
                raise TooLarge(f"The document is over {MAX_BYTES} bytes.", limit=MAX_BYTES)
        else:
            document.here = True
    if not document.here:
        raise Busy("The document came too slowly while many were sent; try again.", retry_after=2)
    return bytes(body)


def _answer(
    request: Request, content: bytes, media_type: str, wanted: str, cancel: Cancel
) -> Response:
    report = service_of(request).trial.check(content, media_type, name=_NAME, cancel=cancel)
    told = report.to_json() if wanted == JSON else report.to_rdf(wanted)
    text = "; charset=utf-8" if wanted == TURTLE else ""
    headers = {"Content-Type": wanted + text, "Cache-Control": "no-store", "Vary": "Accept"}
    return Response(told, headers=headers)

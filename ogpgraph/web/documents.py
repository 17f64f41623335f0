"""Documents in requests: their media types, the room that they take, the threads they wait on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from anyio import CancelScope, CapacityLimiter
from fastapi import Request

from ogpgraph.errors import Busy, TooLarge, UnsupportedMediaType
from ogpgraph.intake.source import MAX_BYTES, SUFFIXES

ACCEPTED = tuple(SUFFIXES.values())
"""The media types of documents."""
_PLACES = 8
"""Documents that wait or are validated at most; one more is told to come back."""
_BYTES = 256 * 1024 * 1024
"""Bytes of documents at most that have come, or are coming."""
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


@dataclass(eq=False, slots=True)
class Coming:
    """A document from its first byte to its answer."""

    scope: CancelScope
    """Of the wait for its bytes."""
    size: int = 0
    here: bool = False


class Places:
    """Room for documents, and the threads on which they wait: none that anything else uses."""

    def __init__(self) -> None:
        self._taken = 0
        self._all: dict[Coming, None] = {}

    @cached_property
    def threads(self) -> CapacityLimiter:
        """Made on the event loop, as it has to be."""
        return CapacityLimiter(_PLACES)

    @contextmanager
    def coming(self) -> Iterator[Coming]:
        """A document that takes up memory while inside."""
        document = Coming(CancelScope())
        self._all[document] = None
        try:
            yield document
        finally:
            del self._all[document]

    def hold(self, document: Coming, size: int) -> None:
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


def places_of(request: Request, *, writing: bool = False) -> Places:
    """The room for documents that are only checked; who may write has room of their own."""
    state = request.app.state
    places = state.written if writing else state.documents
    assert isinstance(places, Places)
    return places


def media_type_of(request: Request) -> str:
    """The media type of a document in a request.

    Raises:
        UnsupportedMediaType: it is none that is read here, or not in UTF-8.
    """
    given = request.headers.get("content-type", "")
    media_type, _, parameters = given.partition(";")
    media_type = media_type.strip().lower()
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(' "').lower()
    if media_type not in ACCEPTED or charset not in _CHARSETS:
        known = ", ".join(ACCEPTED)
        raise UnsupportedMediaType(
            f"A document is sent in UTF-8 as one of {known}; not as “{given[:100]}”.",
            accepted=ACCEPTED,
        )
    return media_type


async def body_of(request: Request, places: Places, document: Coming) -> bytes:
    """The bytes of a document, which takes up memory as they come.

    Raises:
        TooLarge: they are over the limit.
        Busy: too many documents are being sent, and this one came too slowly.
    """
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

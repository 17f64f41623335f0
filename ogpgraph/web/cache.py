"""Answers that are kept for as long as readers see one edition of the data.

What a read route answers is a function of the edition, the address and a few header fields
(ADR 20). So the first answer is kept, and given again before any route is looked for, until the
edition changes. And whether a caller has an answer already (If-None-Match) is told here, with the
answer at hand or just made: an error is an error whatever the caller has. Everything here happens
on the one event loop of an application, between two `await`s at most: there are no locks.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogpgraph.service import Service
from ogpgraph.web.answers import Answers, Kept, Key
from ogpgraph.web.envelope import Field
from ogpgraph.web.lane import lane_of

_ACCEPT, _LANGUAGE = b"accept", b"accept-language"
_CONDITION, _CREDENTIALS = b"if-none-match", b"authorization"
_READING = frozenset({"GET", "QUERY"})
"""Methods whose answers a caller may have already; HEAD has become GET before."""
_READ = frozenset({_ACCEPT, _LANGUAGE, _CONDITION, _CREDENTIALS})
_KEYED = frozenset({_ACCEPT, _LANGUAGE})
"""Fields of a request that its key holds; an answer that varies by another one is not kept."""
_LEAN = frozenset({b"etag", b"vary", b"cache-control", b"content-location", b"expires"})
"""Fields of an answer that its 304 has too: what caches need (RFC 9110, 15.4.5)."""


class Cached:
    """An application whose answers to GET are kept, and 304 to whoever has them.

    Of answers to QUERY the latter is told too.
    """

    def __init__(self, app: ASGIApp, service: Service, answers: Answers) -> None:
        self._app = app
        self._service = service
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, else from the application."""
        if scope["type"] != "http" or scope["method"] not in _READING:
            await self._app(scope, receive, send)
            return
        given = _given(scope["headers"])
        get = given.get
        if scope["method"] != "GET" or _CREDENTIALS in given or not self._answers.budget:
            conditional = _Conditional(scope, get(_CONDITION), send).send
            await self._app(scope, receive, conditional if _CONDITION in given else send)
            return
        key = (scope["path"], scope["query_string"], get(_ACCEPT), get(_LANGUAGE))
        edition = self._service.edition
        kept = self._answers.get(edition, key)
        told = _told(scope, kept) if kept else None
        if kept is None or told is None:
            recorder = _Recorder(self._answers, edition, key, given.get(_CONDITION), scope, send)
            await self._app(scope, receive, recorder.send)
            return
        self._answers.hits += 1
        same = _CONDITION in given and names(given[_CONDITION], kept.tag)
        status, fields, body = (304, kept.lean, b"") if same else (200, kept.fields, kept.body)
        await send({"type": "http.response.start", "status": status, "headers": [*fields, *told]})
        await send({"type": "http.response.body", "body": body})


def names(condition: bytes, tag: bytes) -> bool:
    """Whether If-None-Match names a representation that exists, compared weakly."""
    listed = {one.strip().removeprefix(b"W/") for one in condition.replace(b"\n", b",").split(b",")}
    return tag.removeprefix(b"W/") in listed or b"*" in listed


def _given(fields: Iterable[Field]) -> dict[bytes, bytes]:
    """The fields of a request that matter here."""
    given: dict[bytes, bytes] = {}
    for name, value in fields:
        if name in _READ:
            given[name] = given[name] + b"\n" + value if name in given else value
    return given


def _told(scope: Scope, kept: Kept) -> list[Field] | None:
    """What only this caller is told with a kept answer: its budget; None if it is to be refused.

    The state of the request gets what the route would have put there for log and metrics.
    """
    fields: list[Field] = []
    if kept.asked is not None:
        request = Request(scope)
        left = lane_of(request).replayed(request, kept.asked)
        if left is None:
            return None
        fields = [(name.lower().encode(), value.encode()) for name, value in left.items()]
    if kept.query is not None:
        scope["state"]["query"] = kept.query
    scope["route"] = kept.route
    return fields


class _Conditional:
    """Passes an answer on, as 304 where the caller has it already."""

    def __init__(self, scope: Scope, condition: bytes | None, send: Send) -> None:
        self._scope, self._condition, self._send = scope, condition, send
        self._same = False

    async def send(self, message: Message) -> None:
        """One message of the application."""
        if message["type"] == "http.response.start":
            message = self._start(message, dict(message["headers"]))
        elif self._same:
            message = {**message, "body": b""}
        await self._send(message)

    def _start(self, message: Message, known: dict[bytes, bytes]) -> Message:
        """The beginning of the answer; that of 304 if it is a good one and the condition met."""
        tag = known.get(b"etag")
        good = message["status"] == 200 and tag is not None  # noqa: PLR2004
        self._same = good and self._condition is not None and names(self._condition, tag or b"")
        return self._unchanged(message) if self._same else message

    def _unchanged(self, message: Message) -> Message:
        left = _LEAN | self._own()
        kept = [one for one in message["headers"] if one[0] in left]
        return {**message, "status": 304, "headers": kept}

    def _own(self) -> set[bytes]:
        """The names of the fields that tell this caller alone something: of the meter."""
        return {name.lower().encode() for name in self._scope["state"].get("fields", ())}


class _Recorder(_Conditional):
    """Also keeps the answer if it is whole and one of the edition it was asked at."""

    def __init__(
        self,
        answers: Answers,
        edition: str,
        key: Key,
        condition: bytes | None,
        scope: Scope,
        send: Send,
    ) -> None:
        super().__init__(scope, condition, send)
        self._answers, self._edition, self._key = answers, edition, key
        self._fields: list[Field] | None = None
        self._tag = b""
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        """One message of the application."""
        if message["type"] != "http.response.start" and self._fields is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                self._keep(self._fields)
            elif len(self._body) > self._answers.largest:
                self._fields = None
        await super().send(message)

    def _start(self, message: Message, known: dict[bytes, bytes]) -> Message:
        """Look also whether the answer can be kept."""
        self._fields = None  # an answer that was refused may come first
        tag, status = known.get(b"etag"), message["status"]
        if tag is not None and status in {200, 304} and self._is_of_an_edition(known):
            self._answers.misses += 1
            if status == 304:  # noqa: PLR2004
                return self._unchanged(message)
            self._fields, self._tag = message["headers"], tag
        return super()._start(message, known)

    def _is_of_an_edition(self, known: dict[bytes, bytes]) -> bool:
        varies = {name.strip().lower() for name in known.get(b"vary", b"").split(b",")}
        return (
            "edition" in self._scope["state"]
            and b"no-store" not in known.get(b"cache-control", b"").lower()
            and b"set-cookie" not in known
            and varies <= {*_KEYED, b""}
        )

    def _keep(self, given: list[Field]) -> None:
        """Keep the whole answer, unless what readers see changed while it was made."""
        state, own = self._scope["state"], self._own()
        if state["edition"] != self._edition or ("fields" in state and "asked" not in state):
            return
        fields = tuple(field for field in given if field[0] not in own)
        answer = Kept(
            self._tag,
            fields,
            tuple(field for field in fields if field[0] in _LEAN),
            bytes(self._body),
            self._scope.get("route"),
            state.get("query"),
            state["asked"] if "fields" in state else None,
        )
        self._answers.put(self._edition, self._key, answer)

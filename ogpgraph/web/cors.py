"""What scripts of other origins may do here, and the answer to OPTIONS (Fetch, RFC 9110).

Whatever anyone may read, any page may read: `*`, never with credentials, whoever asks, so that a
cache need not tell callers apart by `Origin`. Nothing that writes is open to other origins.
"""

from __future__ import annotations

from types import MappingProxyType

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogpgraph.web import (
    graphs,
    problems,
    sparql,
    suggesting,
    suggestion_request,
    update,
    validation,
)
from ogpgraph.web.documents import ACCEPTED
from ogpgraph.web.sparql_request import BODIES, FORM, UPDATE

_CLOSED = frozenset({"/metrics", *update.PATHS})
"""Paths that are no other origin's business, whatever the method."""
_READING = frozenset({*sparql.PATHS, suggesting.PATH, validation.PATH})
"""Paths at which a POST or a QUERY only reads."""
_POSTS = MappingProxyType(
    {validation.PATH: ACCEPTED, suggesting.PATH: suggestion_request.ACCEPTED}
    | dict.fromkeys(sparql.PATHS, BODIES)
    | dict.fromkeys(update.PATHS, (FORM, UPDATE))
    | dict.fromkeys(graphs.PATHS, ACCEPTED)
)
"""The media types that a POST takes, by path."""
_EXPOSED = (
    b"ETag, Link, Content-Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, "
    b"Accept-Query, Memento-Datetime"
)
_SENT = (
    "*",  # all but Authorization; by name for browsers that do not know the asterisk
    "Accept",
    "Accept-Language",
    "Content-Type",
    "If-None-Match",
    "Cache-Control",
    "X-Requested-With",
)
_MAX_AGE = 86_400
"""Seconds for which a browser may remember a preflight; browsers take two hours to a day."""
_FIELDS = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
)


def is_open(method: str, path: str) -> bool:
    """Whether a script of any other origin may send this, and read the answer."""
    if method in {"GET", "HEAD"}:
        return path not in _CLOSED
    return method in {"POST", "QUERY"} and path in _READING


class Readable:
    """Around an application: its open answers, errors too, may be read from other origins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or not is_open(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_FIELDS]
            await send(message)

        await self._app(scope, receive, send_on)


class Options:
    """Answers OPTIONS on every path that has a route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            request = Request(scope, receive)
            methods = problems.methods_at(request)
            if methods:
                await _options(request, methods)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _options(request: Request, methods: frozenset[str]) -> Response:
    path = request.scope["path"]
    headers = {"Allow": ", ".join(sorted(methods))}
    if path in _POSTS:
        headers["Accept-Post"] = ", ".join(_POSTS[path])
    if "QUERY" in methods:
        headers["Accept-Query"] = ", ".join(BODIES)
    wanted = request.headers.get("access-control-request-method")
    if wanted is None or "origin" not in request.headers:
        return Response(status_code=204, headers=headers)
    to_others = [method for method in sorted(methods) if is_open(method, path)]
    if wanted not in to_others:
        known = ", ".join(to_others) or "nothing"
        detail = f"A page of another origin may not do this here; open to it: {known}."
        return problems.problem(request, 400, "bad-request", detail, headers=headers)
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Allow-Methods"] = ", ".join(to_others)
    headers["Access-Control-Allow-Headers"] = ", ".join(_SENT)
    headers["Access-Control-Max-Age"] = str(_MAX_AGE)
    return Response(status_code=204, headers=headers)

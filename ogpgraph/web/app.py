"""The application: routes, error shape and the few things that every response carries."""

from __future__ import annotations

import re
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogpgraph import __version__
from ogpgraph.service import Service
from ogpgraph.web import discovery, entities, problems, resources, sparql

_EXPOSED = ("ETag", "Link", "Content-Location", "Retry-After", "RateLimit", "RateLimit-Policy")
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", _POLICY),
)


def create_app(service: Service) -> FastAPI:
    """The ASGI application over an open service."""
    app = FastAPI(
        title="ogpgraph",
        version=__version__,
        summary="A knowledge graph of Open Government action plans.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    problems.install(app)
    for room in (discovery, sparql, entities, resources):
        room.install(app)
    static = str(files("ogpgraph.web") / "static")
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )
    app.add_middleware(_Envelope)
    return app


class _Envelope:
    """HEAD answered as GET without its body; security headers on everything, failures too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:
            scope = dict(scope, method="GET")
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], *_HEADERS]
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        app = _nothing_there if _CONTROL.search(scope["path"]) else self._app
        try:
            await app(scope, receive, send_on)
        except Exception as error:
            if started:
                raise
            await problems.unexpected(Request(scope), error)(scope, receive, send_on)


async def _nothing_there(scope: Scope, receive: Receive, send: Send) -> None:
    """A path with a control character: the `$` of a route would let a last line feed by."""
    detail = "The path holds a control character, which no address here has."
    await problems.problem(Request(scope), 400, "bad-request", detail)(scope, receive, send)

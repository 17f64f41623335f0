"""Every request gets an id, a line in the log and a count: the outermost layer."""

from __future__ import annotations

import logging
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogpgraph.web.metrics import Metrics

_LOG = logging.getLogger("ogpgraph.access")


class Observed:
    """An application whose requests are observed.

    Inner layers share a request's state with this one: its id (`request_id`), the matched
    `route`, the SHA-256 of its query (`query`), the slug of its problem (`problem`).
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = secrets.token_hex(8)
        header = (b"x-request-id", state["request_id"].encode())
        began = time.monotonic()
        status, size = 500, 0

        async def send_on(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            seconds = time.monotonic() - began
            route = getattr(state.get("route"), "path", "other")
            self._metrics.request(scope["method"], route, status, seconds)
            if _LOG.isEnabledFor(logging.INFO):
                _log(_fields(scope, status, size, seconds))


def _log(fields: dict[str, object]) -> None:
    """One event; without the place in the code, which costs more than all the rest of it."""
    extra = {"fields": fields}
    _LOG.handle(_LOG.makeRecord(_LOG.name, logging.INFO, "", 0, "request", (), None, extra=extra))


def _fields(scope: Scope, status: int, size: int, seconds: float) -> dict[str, object]:
    """What is told of a request: never its query string, its body or its credentials."""
    state = scope["state"]
    client = scope.get("client")
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    known = {name: state[name] for name in ("query", "problem") if name in state}
    return {
        "request": state["request_id"],
        "client": client[0] if client else "",
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "bytes": size,
        "seconds": round(seconds, 4),
        "agent": agent.decode("latin-1"),
        **known,
    }

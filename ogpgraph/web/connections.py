"""What a connection may do before and beside any route: how slowly, how much, how many of them.

uvicorn's protocol parses strictly and bounds bodies by what routes read, but waits for ever and
takes heads of any size. `Connection` closes those gaps and answers, in the shape of every other
error, what no route ever sees.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any

import httptools
from fastapi import Request
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from ogpgraph.web import problems
from ogpgraph.web.envelope import HEADERS, MAX_BODY, Refusal, refused
from ogpgraph.web.guard import Guard
from ogpgraph.web.heads import MAX_HEADERS, check_head, check_url, headers_too_large, malformed

IDLE_S = 30
"""Seconds that a connection may stay open without a request."""
HEAD_S = 10.0
"""Seconds from the first byte of a head, or from connecting, to its end."""
BODY_S, RATE = 10.0, 1024
"""Seconds of grace for a body, then the bytes a second that it must keep up."""
UNREAD_S = 10.0
"""Seconds in which a caller must take `RATE` bytes a second of its answer."""
_LINGER_S = 2.0
"""Seconds that a refused caller gets to stop sending and to read why."""
_PIECE = 16 * 1024
"""Bytes that are parsed before the limits are looked at again."""
_FRAMING = 64 * 1024
"""Bytes of chunk sizes, extensions and trailers on top of eight for each byte of a body."""
_QUEUE = 32
"""Requests that may be sent ahead of their answers."""

_LOG = logging.getLogger("ogpgraph.access")
_REQUEST_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} (/[\x21-\x7e]*) HTTP/1\.[01]\r\n")
_HOP = frozenset({b"upgrade", b"connection", b"http2-settings"})


class Connection(HttpToolsProtocol):
    """One connection, from its first byte to its last."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        guard: Guard,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._guard = guard
        self._since = self.loop.time()  # of the head, the body or the end, whichever it is in
        self._in_head, self._begun, self._upgrading, self._ending = True, False, False, False
        self._done = self._fed = self._body = self._ahead = 0
        self._before = self.cycle
        self._running: RequestResponseCycle | None = None
        self._refusal: Refusal | None = None
        self._unsent: tuple[float, int] | None = None
        self.url = b""

    # --- of the transport ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Admit it, or say that there are too many."""
        super().connection_made(transport)
        if not self._guard.admit(self, self.client[0] if self.client else ""):
            detail = "Too many connections are open; try again in a moment."
            self._refusal = Refusal(503, "busy", detail, headers={"Retry-After": "5"})
            transport.write(self._problem(self._refusal))
            transport.close()  # at once: it is not counted, so it may not stay

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it, and tell what works for it or waits to."""
        self._guard.release(self)
        for cycle in (self._running, *(waiting for waiting, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:  # uvicorn tells the newest only
                cycle.disconnected = True
                cycle.message_event.set()
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived, piece by piece, until something is wrong with it."""
        self._unset_keepalive_if_required()
        if self._ending:
            self._fed += len(data)
            if self._fed > MAX_BODY:
                self.transport.abort()
            return
        if self._done and not self._begun and not self._fed:
            self._since = self.loop.time()
        for start in range(0, len(data), _PIECE):
            if self._refusal is not None or self._ending or self.transport.is_closing():
                return
            self._feed(data[start : start + _PIECE])

    def _feed(self, piece: bytes) -> None:
        done, first = self._done, not self._begun
        try:
            self._parse(piece)
            self._fed = self._fed + len(piece) if done == self._done else 0
            self._check_sizes()
        except Refusal as refusal:
            self._refuse(refusal)
        except httptools.HttpParserInvalidMethodError:
            self._refuse(self._other_method(piece) if first and done == self._done else malformed())
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause if isinstance(cause, Refusal) else malformed())

    def _parse(self, piece: bytes) -> None:
        """Parse one piece; a wish to speak another protocol is not granted, and not an error."""
        while piece:
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as upgrade:
                # The parser would take what follows, even the body, for the other protocol.
                self._upgrading = False
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn
                piece = self._plain_head() + piece[int(upgrade.args[0]) :]
            else:
                return

    def _plain_head(self) -> bytes:
        """The head that was parsed, without its wish to change the protocol."""
        line = b"%s %s HTTP/1.1" % (self.scope["method"].encode(), self.url)
        fields = [b"%s: %s" % field for field in self.headers if field[0] not in _HOP]
        return b"\r\n".join([line, *fields, b"", b""])

    # --- of the parser ---

    def on_message_begin(self) -> None:
        """See uvicorn."""
        super().on_message_begin()
        self._begun = True
        if self._done:  # the first head counts from connecting
            self._since = self.loop.time()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a field of the head; those of a trailer come after every check, and are dropped."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check a whole head, and begin to answer it.

        Raises:
            Refusal: it is not to be answered by a route.
        """
        version, method = self.parser.get_http_version(), self.parser.get_method()
        if method == b"CONNECT":
            raise self._not_allowed("/")
        check_head(version, self.url, self.headers)
        if len(self.pipeline) >= _QUEUE:
            detail = f"More than {_QUEUE} requests were sent ahead of their answers."
            raise Refusal(429, "too-many-requests", detail, headers={"Retry-After": "1"})
        if self.parser.should_upgrade():
            self.scope["method"] = method.decode("ascii")
            self._upgrading = True
            return
        self._in_head, self._since = False, self.loop.time()
        self._fed = self._body = self._ahead = 0
        self._before = self.cycle
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass on a part of a body; after the answer it is dropped, up to a limit."""
        self._body += len(body)
        if self._body > MAX_BODY and self.cycle.response_complete:
            raise Refusal(413, "payload-too-large", "The body goes on and on.")
        super().on_body(body)

    def on_message_complete(self) -> None:
        """See uvicorn."""
        if not self._upgrading:
            super().on_message_complete()
            self._in_head, self._begun, self._since = True, False, self.loop.time()
            self._done += 1

    def on_response_complete(self) -> None:
        """Go on with what waited for this answer."""
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._refusal is not None and not self._answering():
            self._tell(self._refusal)
        elif not self._in_head and self.expect_100_continue and not self._body:
            self._end()  # nobody knows whether the body that was not asked for will come

    # --- what is refused ---

    def _check_sizes(self) -> None:
        """Of what is not complete yet; a complete head has been checked to the byte."""
        if self._upgrading:
            return
        if not self._in_head:
            if self._fed - self._body > _FRAMING + 8 * self._body:
                raise malformed()
            return
        if self._begun:
            check_url(self.url)
        if self._fed - len(self.url) > MAX_HEADERS + _PIECE:
            raise headers_too_large()

    def _other_method(self, piece: bytes) -> Refusal:
        line = _REQUEST_LINE.match(piece.lstrip(b"\r\n"))
        return self._not_allowed(line[1].decode("ascii").partition("?")[0]) if line else malformed()

    def _not_allowed(self, path: str) -> Refusal:
        scope: dict[str, object]
        scope = {"type": "http", "app": self.config.app, "method": "", "path": path, "headers": []}
        allowed = problems.allowed(Request(scope))
        detail = f"This method is not possible here; possible: {allowed}."
        return Refusal(405, "method-not-allowed", detail, headers={"Allow": allowed})

    def _refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal, in its turn, and end the connection."""
        self._refusal = refusal
        if not self._in_head:  # the request that is refused is already being answered, or waits
            if self.pipeline:
                self.pipeline.popleft()
                self.cycle = self._before
            elif self.cycle.response_complete:
                self._end()
                return
            elif self.cycle.response_started:
                self.transport.abort()  # half an answer must not look like a whole one
                return
            else:
                self.cycle.disconnected = True
                self.cycle.message_event.set()
                self._tell(refusal)
                return
        if self._answering():
            self.flow.pause_reading()
        else:
            self._tell(refusal)

    def _answering(self) -> bool:
        return bool(self.pipeline) or not (self.cycle is None or self.cycle.response_complete)

    def _tell(self, refusal: Refusal) -> None:
        self.transport.write(self._problem(refusal))
        self._end()

    def _problem(self, refusal: Refusal) -> bytes:
        """A whole answer, as bytes."""
        request = Request({"type": "http", "state": {}, "headers": []})
        response = refused(request, refusal)
        number, client = problems.request_id(request), self.client[0] if self.client else ""
        told = {"request": number, "client": client, "status": refusal.status}
        _LOG.info("refused", extra={"fields": {**told, "problem": refusal.slug}})
        app: Any = self.config.app
        app.state.metrics.request("other", "refused", refusal.status, 0.0)
        fields = [*self.server_state.default_headers, *response.raw_headers, *HEADERS]
        fields += [(b"x-request-id", number.encode()), (b"connection", b"close")]
        lines = b"".join(b"%s: %s\r\n" % field for field in fields)
        return STATUS_LINE[refusal.status] + lines + b"\r\n" + bytes(response.body)

    def _end(self) -> None:
        """Send no more, and drop what still comes, so that the caller can read what was sent."""
        self._ending, self._since = True, self.loop.time()
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    # --- of the guard ---

    def waits(self) -> bool:
        """Whether nothing is lost with it but the caller's patience: no request is complete."""
        return self._ending or (self._in_head and not self._answering())

    def give_up(self) -> None:
        """End it if its body is still coming: nothing has been done with it."""
        if not self._in_head and not self._ending:
            self.transport.abort()

    def check(self, now: float) -> None:
        """Close it if its caller is too slow."""
        if self._does_not_read(now):
            self.transport.abort()
        elif self.transport.is_closing():
            return
        elif self._ending:
            if now - self._since > _LINGER_S:
                self.transport.close()
        elif self._in_head:
            self._check_wait(now)
        else:
            self._check_pace(now)

    def _check_wait(self, now: float) -> None:
        if self._answering() or now - self._since <= HEAD_S:
            return
        if self._begun or self._fed:
            detail = f"The head of the request did not arrive within {HEAD_S:g} seconds."
            self._refuse(Refusal(408, "request-timeout", detail))
        elif not self._done:
            self.transport.close()

    def _check_pace(self, now: float) -> None:
        """Of a body: the grace counts from when it was last ahead, so none is saved up."""
        seconds, count = now - self._since, self._body - self._ahead
        if self.flow.read_paused or count > seconds * RATE:  # or it is we who do not read
            self._since, self._ahead = now, self._body
        elif count < (seconds - BODY_S) * RATE:
            detail = f"The body of the request came slower than {RATE} bytes a second."
            self._refuse(Refusal(408, "request-timeout", detail))

    def _does_not_read(self, now: float) -> bool:
        size = self.transport.get_write_buffer_size()
        if not size:
            self._unsent = None
        elif self._unsent is None or size > self._unsent[1]:
            self._unsent = (now, size)
        elif now - self._unsent[0] > UNREAD_S:
            if self._unsent[1] - size < UNREAD_S * RATE:
                return True
            self._unsent = (now, size)
        return False


def protocol(guard: Guard) -> Callable[..., Connection]:
    """What makes a connection's protocol, for uvicorn."""

    def make(*args: Any, **kwargs: Any) -> Connection:
        return Connection(*args, guard=guard, **kwargs)

    return make

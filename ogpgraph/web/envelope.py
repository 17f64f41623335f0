"""What holds for every request and every answer, whatever route they are for.

Requests that no route should see are refused: a Host that is not ours, an unknown method, an
address that is not UTF-8 behind its percent signs, a body in a coding or of a size that nothing
here reads. Every answer carries the security headers, and every error is a problem document.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes, urlsplit

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ogpgraph.service import Service
from ogpgraph.settings import Settings
from ogpgraph.web import context, problems

MAX_BODY = 32 * 1024 * 1024
"""Bytes of the largest body that any route reads; most read less."""
METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "PUT", "PATCH", "DELETE", "OPTIONS"})
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPTED = _POLICY + b"; script-src 'self'; connect-src 'self'"
"""Where a page has a script: one of ours, that asks nobody but us."""
_KEPT = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
HEADERS = (*_KEPT, (b"content-security-policy", _POLICY))
HEADERS_SCRIPTED = (*_KEPT, (b"content-security-policy", _SCRIPTED))
"""Of every answer at such a path, as a 304 renews the policy of the page that the caller has."""
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(:[0-9]{1,5})?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_UNSENDABLE = re.compile(rb"[^\x20-\x7e]")
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HEALTH = "/health/"
_HIGH = re.compile(rb"%[89A-Fa-f][0-9A-Fa-f]")
"""A byte over 127 behind a percent sign: without one, what is decoded is ASCII."""
_MOST_HOSTS = 1_000
"""Spellings of good hosts that are remembered, with their ports."""
Field = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names in Host that are answered to. `addresses`: any IP address is one too."""

    names: frozenset[str]
    addresses: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Hosts:
        """Those that are set; else what the service listens on and is reached by.

        A page of somebody else's that had its own name point here (DNS rebinding) comes with that
        name in Host. An address cannot be made to point elsewhere, so where the service listens
        on every address of the machine, any address will do.
        """
        if settings.allowed_hosts:
            return cls(frozenset(settings.allowed_hosts))
        everywhere = settings.host in {"", "0.0.0.0", "::"}  # noqa: S104
        own = socket.gethostname() if everywhere else settings.host
        names = {own.lower(), f"[{own.lower()}]"}
        if settings.public_url:
            names.add(_name(urlsplit(settings.public_url).netloc.rpartition("@")[2]) or "")
        return cls(_LOCAL | names, addresses=everywhere)

    def include(self, name: str) -> bool:
        """Whether a name, as `_name` gives it, is one of them."""
        return name in self.names or "*" in self.names or (self.addresses and _is_address(name))


def _name(host: str) -> str | None:
    """The name in a Host field, in lower case and without port and final dot; None if none."""
    found = _HOST.fullmatch(host)
    return found[1].lower().removesuffix(".") if found else None


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Refusal(Exception):
    """A request that no route is to see, with what it is answered."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.slug, self.detail = status, slug, detail
        self.headers, self.members = headers, members


class Envelope:
    """Around every route: refuses, answers HEAD as GET without its body, completes answers.

    `scripted` are the paths whose pages have a script.
    """

    def __init__(self, app: ASGIApp, service: Service, scripted: Iterable[str] = ()) -> None:
        self._app = app
        self._scripted = frozenset(scripted)
        self._hosts = Hosts.of(service.settings)
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fields = HEADERS_SCRIPTED if scope["path"] in self._scripted else HEADERS
        answer = _Answer(scope, receive, send, fields)
        if scope["method"] == "HEAD":
            scope = dict(scope, method="GET")
        try:
            self._check(scope)
            await self._app(scope, receive, answer.send)
        except Refusal as refusal:
            await refused(Request(scope), refusal)(scope, receive, answer.send)
        except Exception as error:
            if answer.started:
                raise
            await problems.unexpected(Request(scope), error)(scope, receive, answer.send)
        finally:  # `Observed` has another scope for HEAD
            context.release(scope)
            scope.setdefault("state", {})["route"] = scope.get("route")

    def _check(self, scope: Scope) -> None:
        """Raise Refusal for what no route is to see."""
        fields: list[Field] = scope["headers"]
        hosts = _values(fields, b"host")
        if len(hosts) != 1 or hosts[0] not in self._known:
            self._check_host(scope, hosts)
        if scope["method"] not in METHODS:
            allowed = problems.allowed(Request(scope))
            detail = f"This method is not possible here; possible: {allowed}."
            raise Refusal(405, "method-not-allowed", detail, headers={"Allow": allowed})
        _check_address(scope)
        _check_body(fields)

    def _check_host(self, scope: Scope, found: list[bytes]) -> None:
        if not found and scope["http_version"] == "1.0":
            return
        if len(found) != 1:
            number = "none" if not found else str(len(found))
            raise Refusal(400, "bad-host", f"A request has one Host field; this one has {number}.")
        name = _name(found[0].decode("latin-1").strip())
        if name is None:
            raise Refusal(400, "bad-host", "Host is not a name or an address with or without port.")
        if self._hosts.include(name):
            if len(self._known) < _MOST_HOSTS:
                self._known.add(found[0])
        elif not scope["path"].startswith(_HEALTH):
            detail = (
                "This service does not answer to the name in Host. "
                "If it should, its operator can name it in OGPGRAPH_ALLOWED_HOSTS."
            )
            raise Refusal(421, "misdirected-request", detail)


class Caught:
    """Right around the routes: what nobody foresaw is answered before the framework sees it.

    Its own layer for that would answer, and raise it again for the server to close the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            await send(message)
            started = True

        try:
            await self._app(scope, receive, send_on)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await problems.unexpected(Request(scope), error)(scope, receive, send)


def refused(request: Request, refusal: Refusal) -> Response:
    """The problem document of a refusal."""
    return problems.problem(
        request,
        refusal.status,
        refusal.slug,
        refusal.detail,
        members=refusal.members,
        headers=refusal.headers,
    )


def _check_address(scope: Scope) -> None:
    path: str = scope["path"]
    try:
        for text in (scope.get("raw_path") or b"", scope["query_string"]):
            if b"%" in text and (_HIGH.search(text) or not text.isascii()):
                unquote_to_bytes(text).decode()
    except UnicodeDecodeError as error:
        detail = "The path or the query string is not percent-encoded UTF-8."
        raise Refusal(400, "bad-request", detail) from error
    if _CONTROL.search(path):  # the `$` of a route would let a last line feed by
        raise Refusal(400, "bad-request", "The path has a control character in it.")


def _check_body(fields: Iterable[Field]) -> None:
    given = _values(fields, b"content-encoding")
    codings = b",".join(given).lower()
    if given and {coding.strip() for coding in codings.split(b",")} - {b"", b"identity"}:
        detail = "A body is read as it is, without a content coding such as gzip."
        raise Refusal(
            415,
            "unsupported-media-type",
            detail,
            headers={"Accept-Encoding": "identity"},
            members={"accepted": ["identity"]},
        )
    for length in _values(fields, b"content-length"):
        if length.isdigit() and int(length[:18]) > MAX_BODY:
            detail = f"The request is over {MAX_BODY} bytes."
            raise Refusal(413, "payload-too-large", detail, members={"limit": MAX_BODY})


def _values(fields: Iterable[Field], name: bytes) -> list[bytes]:
    return [value for key, value in fields if key == name]


class _Answer:
    """One answer on its way out."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, fields: tuple[Field, ...]
    ) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._fields = fields
        self._plain: Message | None = None
        self._text = b""
        self.started = False

    async def send(self, message: Message) -> None:
        """Complete and pass on one message of the application."""
        if message["type"] == "http.response.start":
            fields = message["headers"]
            if message["status"] >= 400 and _is_plain(fields):  # noqa: PLR2004
                self._plain = message
                return
            _check_fields(fields)
            message["headers"] = [*fields, *self._fields]
            self.started = True
        elif self._plain is not None:
            self._text += message.get("body", b"")[:500]
            if not message.get("more_body", False):
                await self._reshape(self._plain)
            return
        elif self._scope["method"] == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def _reshape(self, start: Message) -> None:
        """An error that the framework told in plain text is told as every other."""
        status, self._plain = start["status"], None
        detail = "".join(c for c in self._text.decode("ascii", "replace") if c.isprintable())
        answer = problems.told(Request(self._scope), status, detail)
        left_out = {b"content-type", b"content-length"}
        answer.raw_headers.extend(f for f in start["headers"] if f[0] not in left_out)
        await answer(self._scope, self._receive, self.send)


def _is_plain(fields: Iterable[Field]) -> bool:
    return any(n == b"content-type" and v.startswith(b"text/plain") for n, v in fields)


def _check_fields(fields: Iterable[Field]) -> None:
    """Whatever came from a request into a header by mistake never gets there.

    Raises:
        ValueError: a value is not printable ASCII.
    """
    if not _UNSENDABLE.search(b"".join([value for _, value in fields])):
        return
    for name, value in fields:
        if _UNSENDABLE.search(value):
            raise ValueError(f"the header {name.decode('latin-1')} is not printable ASCII")

"""Errors as problem+json (RFC 9457): one table from exception to status, one shape.

Whoever asks for a page before all else, as a browser does, gets the same as a page.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from ogpgraph import errors
from ogpgraph.formats import PROBLEM, prefers_page
from ogpgraph.report import NotConforming, Report
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.web import problem_page
from ogpgraph.web.context import language
from ogpgraph.web.problem_page import Document

_LOG = logging.getLogger("ogpgraph.web")

_TABLE: tuple[tuple[type[errors.OgpGraphError], int, str], ...] = (
    (errors.MalformedQuery, 400, "malformed-query"),
    (errors.BadRequest, 400, "bad-request"),
    (errors.BadSyntax, 400, "malformed-rdf"),
    (errors.Unprocessable, 422, "unprocessable"),
    (errors.BadInput, 400, "bad-input"),
    (errors.Unauthorized, 401, "unauthorized"),
    (errors.Forbidden, 403, "forbidden"),
    (errors.Withdrawn, 410, "withdrawn"),
    (errors.NotFound, 404, "not-found"),
    (errors.Conflict, 409, "conflict"),
    (errors.NotAcceptable, 406, "not-acceptable"),
    (errors.PreconditionFailed, 412, "precondition-failed"),
    (errors.PreconditionRequired, 428, "precondition-required"),
    (errors.TooLarge, 413, "payload-too-large"),
    (errors.TooComplex, 422, "query-too-complex"),
    (errors.QueryDenied, 422, "query-denied"),
    (errors.TooManyRequests, 429, "too-many-requests"),
    (errors.UnsupportedMediaType, 415, "unsupported-media-type"),
    (NotConforming, 422, "shacl-violation"),
    (errors.ResultTooLarge, 422, "result-too-large"),
    (errors.ValidationFailed, 422, "validation-failed"),
    (errors.QueryTimeout, 504, "query-timeout"),
    (errors.QueryMemory, 503, "query-memory"),
    (errors.QueryCrashed, 503, "query-crashed"),
    (errors.ValidationTimeout, 503, "validation-timeout"),
    (errors.Busy, 503, "busy"),
    (errors.StorageFull, 507, "insufficient-storage"),
    (errors.StorageFailed, 503, "storage"),
    (errors.Locked, 503, "locked"),
    (errors.Unavailable, 503, "unavailable"),
)
_FINDINGS = 100
"""Findings that a problem document has at most."""
_CLOSED = 499
"""Of no standard, but what proxies log for a caller that hung up."""
_DRAWING = "drawing"
Drawing = Callable[[Request, Document], str]
"""Makes the page of a problem."""
_SLUGS = MappingProxyType({413: "payload-too-large", 416: "range-not-satisfiable"})
"""Where the phrase of a status is not the same in every Python."""


def install(app: FastAPI) -> None:
    """Let every error of the application be answered in the one shape."""
    app.add_exception_handler(errors.OgpGraphError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, unexpected)


def problem(
    request: Request,
    status: int,
    slug: str,
    detail: str,
    *,
    members: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem, as a document or as a page; `instance` is the id that the log has it under."""
    request.state.problem = slug
    body = {
        "type": f"{DEFAULT_BASE_IRI}problems/{slug}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:request:{request_id(request)}",
        **(members or {}),
    }
    sent = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language", **(headers or {})}
    sent |= getattr(request.state, "fields", {})  # what the meter of queries tells
    if prefers_page(request.headers.get("accept")) and (page := _page(request, body)) is not None:
        return HTMLResponse(page[0], status, sent | {"Content-Language": page[1]})
    return JSONResponse(body, status, sent, media_type=PROBLEM)


def form_again(request: Request, error: errors.OgpGraphError, page: str) -> Response:
    """A form with what is wrong in what was sent: the status is that of the problem document."""
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language",
        "Content-Language": language(request),
        **getattr(request.state, "fields", {}),
    }
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = str(error.retry_after)
    return HTMLResponse(page, status_of(error), headers)


def draw_with(request: Request, drawing: Drawing) -> None:
    """Have the problems of a request drawn by its room, where people get a page of them."""
    setattr(request.state, _DRAWING, drawing)


def _page(request: Request, body: Document) -> tuple[str, str] | None:
    """The page of a problem and its language; None where that fails as well."""
    drawing: Drawing = getattr(request.state, _DRAWING, problem_page.drawn)
    asked = problem_page.readable(request)
    try:
        return drawing(asked, body), language(asked)
    except Exception:  # noqa: BLE001 - an error is told in any case
        _LOG.exception("request %s: its problem has no page", request_id(request))
        return None


def told(request: Request, status: int, reason: str) -> Response:
    """The problem document of an error that the framework tells in words of its own."""
    return problem(request, status, _slug(status), f"{reason.rstrip('.')}.")


def _slug(status: int) -> str:
    return _SLUGS.get(status, HTTPStatus(status).phrase.lower().replace(" ", "-"))


def status_of(error: errors.OgpGraphError) -> int:
    """The status of an error's answer."""
    return next((status for cls, status, _ in _TABLE if isinstance(error, cls)), 500)


def slug_of(error: errors.OgpGraphError) -> str:
    """The last part of the type of an error's problem document."""
    named = errors.Forbidden | errors.BadSyntax | errors.Unprocessable | errors.Conflict
    if isinstance(error, named):
        return error.slug
    return next((slug for cls, _, slug in _TABLE if isinstance(error, cls)), "internal")


def request_id(request: Request) -> str:
    """The id of a request, made when it is first asked for."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = secrets.token_hex(8)
    return str(request.state.request_id)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.OgpGraphError)
    if isinstance(error, errors.TooLarge) and request.method == "GET":  # it stands in the address
        return problem(request, 414, "uri-too-long", error.message, members=error.members)
    for cls, status, _ in _TABLE:
        if isinstance(error, cls):
            members = {k: v for k, v in error.members.items() if k != "file"}
            if isinstance(error, NotConforming):
                members |= _reported(error.report)
            return problem(
                request,
                status,
                slug_of(error),
                error.message,
                members=members,
                headers=_fields(error),
            )
    return unexpected(request, error)


def _fields(error: errors.OgpGraphError) -> dict[str, str]:
    """The header fields that an error has of its own."""
    if isinstance(error, errors.Busy | errors.TooManyRequests):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, errors.UnsupportedMediaType):
        return {"Accept": ", ".join(error.accepted)}
    if isinstance(error, errors.Unauthorized):
        why = ', error="invalid_token"' if error.wrong else ""
        return {"WWW-Authenticate": f'Bearer realm="ogpgraph"{why}'}
    return {}


def _reported(report: Report) -> dict[str, object]:
    """What a problem document tells of a report: its counts, and what was found first."""
    told = report.to_dict()
    first = [finding.to_dict() for finding in report.findings[:_FINDINGS]]
    count = len(report.violations)
    return {"conforms": False, "count": count, "report": {**told, "findings": first}}


def _gone(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """The caller hung up: nobody reads this, but the log tells it from what was answered."""
    return Response(status_code=_CLOSED)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug = _slug(error.status_code)
    detail = str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = f"There is nothing at {request.url.path}."
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = allowed(request)
        detail = f"{request.method} is not possible here; possible: {methods}."
        return problem(request, error.status_code, slug, detail, headers={"Allow": methods})
    return problem(request, error.status_code, slug, detail, headers=error.headers)


def methods_at(request: Request) -> frozenset[str]:
    """The methods of every route at this path, which may have one for each; empty for no route."""
    found = [r for r in request.app.routes if r.matches(request.scope)[0] is not Match.NONE]
    methods = {method for route in found for method in getattr(route, "methods", None) or {"GET"}}
    if "GET" in methods:
        methods.add("HEAD")
    return frozenset(methods | {"OPTIONS"} if methods else ())


def allowed(request: Request) -> str:
    """Them as one text; what could be where nothing is, too."""
    return ", ".join(sorted(methods_at(request) or {"GET", "HEAD"}))


def unexpected(request: Request, error: Exception) -> Response:
    """What nobody foresaw: logged whole, told without any of it."""
    _LOG.error("request %s failed", request_id(request), exc_info=error)
    return problem(request, 500, "internal", "Something went wrong here; the log has the details.")

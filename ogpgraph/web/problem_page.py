"""An error as a page, for people: what is wrong, where, what there is instead, how to go on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from fastapi import Request

from ogpgraph.errors import BadRequest
from ogpgraph.web import pages
from ogpgraph.web.context import language, query_pairs
from ogpgraph.web.excerpts import visible
from ogpgraph.web.problem_types import PROBLEM_TYPES

Document = Mapping[str, object]
"""The members of a problem document (RFC 9457)."""
_HEADINGS = MappingProxyType(
    {404: "problem_gone", 410: "problem_gone", 500: "problem_ours", 503: "problem_later"}
)
_MOST_SHOWN = 600
"""Characters of a detail that are shown, which may repeat what came."""
_MOST_KNOWN = 250
"""Values that would be right, of those that are shown."""


def drawn(request: Request, document: Document) -> str:
    """The page of a problem."""
    heading = _HEADINGS.get(int(str(document["status"])), "problem_wrong")
    known = document.get("known")
    values = [str(one) for one in known] if isinstance(known, list | tuple) else []
    return pages.page(
        request,
        "problem.html",
        title=pages.word(request, heading),
        known=values[:_MOST_KNOWN],
        more_known=len(values) > _MOST_KNOWN,
        without=_without(request, str(document.get("parameter", ""))),
        near=[one for one in pages.kind_links(request) if _is_in(request, one.href)],
        **told(request, document),
    )


def told(request: Request, document: Document) -> dict[str, object]:
    """What every page tells of a problem: in the words of the page, then in those of the error."""
    slug = str(document["type"]).rpartition("/")[2]
    kind = PROBLEM_TYPES.get(slug)
    detail = visible(str(document["detail"]))
    return {
        "status": document["status"],
        "meaning": kind.words[pages.index(request)] if kind else "",
        "detail": detail if len(detail) <= _MOST_SHOWN else f"{detail[:_MOST_SHOWN]}…",
        "request_id": str(document["instance"]).rpartition(":")[2],
    }


def readable(request: Request) -> Request:
    """The request, without its parameters where not even a language can be read from them."""
    try:
        language(request)
        query_pairs(request.scope["query_string"])
    except BadRequest:
        return Request({**request.scope, "query_string": b""})
    return request


def _without(request: Request, parameter: str) -> tuple[str, str] | None:
    """A parameter that is wrong, and the address without it, of what was asked by GET."""
    pairs = query_pairs(request.scope["query_string"])
    kept = [pair for pair in pairs if pair[0] != parameter]
    if len(kept) == len(pairs) or request.method != "GET":
        return None
    address = pages.own_path(request)
    return visible(parameter), f"{address}?{urlencode(kept)}" if kept else address


def _is_in(request: Request, folder: str) -> bool:
    return str(request.scope["path"]).startswith((f"{folder}/", f"{folder}."))

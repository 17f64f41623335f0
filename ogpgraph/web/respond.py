"""One thing or one page of a list, in the form that the caller prefers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from ogpgraph import formats
from ogpgraph.errors import NotFound
from ogpgraph.files import Graph, write
from ogpgraph.formats import Offer, by_suffix, negotiate
from ogpgraph.vocab import LICENSE
from ogpgraph.web.context import entity_tag, language, not_modified, service_of

IRI_MARKS = ":/?#[]@!$&'()*+,;=%~"
"""Characters that stand as they are when an IRI becomes a URI for a header."""
_CHARSET = frozenset(
    {formats.HTML, formats.TURTLE, formats.N3, formats.CSV, formats.TSV, "text/plain"}
)


def choose(request: Request, suffix: str | None, offers: Sequence[Offer]) -> Offer:
    """The form of the answer: by suffix where there is one, else by Accept.

    Raises:
        NotAcceptable: the Accept header names none of the offers.
        NotFound: the suffix is of none.
    """
    if suffix is None:
        return negotiate(request.headers.get("accept"), offers)
    offer = by_suffix(suffix, offers)
    if offer is None:
        known = ", ".join(f".{o.suffix}" for o in offers)
        raise NotFound(f"There is no form .{suffix} of this; there are {known}.")
    return offer


def unchanged(request: Request, offer: Offer, *, variant: str = "") -> Response | None:
    """304 where the caller already has this representation; the engine is not asked.

    A route looks at its parameters before: what is wrong in them is told whatever the caller has.

    Args:
        request: with its If-None-Match.
        offer: the form chosen.
        variant: what the representation depends on beside data, address, form and language.
    """
    tag = _tag(request, offer, variant)
    if not_modified(request, tag):
        return Response(status_code=304, headers=_headers(tag))
    return None


def send(
    request: Request,
    offer: Offer,
    content: bytes | str,
    *,
    links: Sequence[str] = (),
    variant: str = "",
) -> Response:
    """The answer with its validators, language and links; `variant` as `unchanged` has it."""
    headers = _headers(_tag(request, offer, variant))
    if offer.media_type == formats.HTML:
        headers["Content-Language"] = language(request)
    headers["Link"] = ", ".join([*links, f'<{LICENSE}>; rel="license"'])
    media_type = offer.media_type
    if media_type in _CHARSET:
        media_type += "; charset=utf-8"
    response = Response(content, headers=headers)
    response.headers["Content-Type"] = media_type
    return response


def rdf(request: Request, offer: Offer, graph: Graph) -> bytes:
    """A graph in an RDF media type, with our prefixes."""
    return write(graph, offer.syntax, prefixes=service_of(request).names.prefixes)


def json_text(body: dict[str, Any]) -> str:
    """JSON as it is sent: UTF-8, readable, the same for the same content."""
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def query_of(request: Request) -> str:
    """The query string as it may stand in a header: what came raw, such as `>`, is quoted."""
    return quote(request.scope["query_string"].decode(), safe=IRI_MARKS)


def alternates(path: str, offers: Sequence[Offer], query: str = "") -> list[str]:
    """Link header values to the other forms of a document."""
    tail = f"?{query}" if query else ""
    return [
        f'<{path}.{offer.suffix}{tail}>; rel="alternate"; type="{offer.media_type}"'
        for offer in offers
    ]


def _tag(request: Request, offer: Offer, variant: str) -> str:
    address = f"{request.scope['path']}?{request.scope['query_string'].decode('latin-1')}{variant}"
    asked = hashlib.sha256(address.encode()).hexdigest()[:12]
    return entity_tag(request, f"{asked}-{offer.suffix}-{language(request)}")


def _headers(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Vary": "Accept, Accept-Language", "Cache-Control": "no-cache"}

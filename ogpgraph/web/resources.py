"""Lists and single things of every kind, as REST and as pages. Drawn from KINDS."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.browse import PAGE_SIZE, Page, Resource
from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.formats import RESOURCE_OFFERS, Offer
from ogpgraph.json_schema import reference
from ogpgraph.kinds import KINDS, Kind, document_path
from ogpgraph.terms import iri
from ogpgraph.web import operations, pages, respond, schemas
from ogpgraph.web.context import parameters, query_pairs, reading_of, service_of

_SUFFIX = re.compile(r"\.(json|jsonld|html|ttl|nt|rdf)\Z")
_IRI_MARKS = ":/?#[]@!$&'()*+,;=%~"
"""Characters that stand as they are when an IRI becomes a URI for a header."""
_PAGING = ("page_size", "cursor", "total")


def install(app: FastAPI) -> None:
    """Add the routes of every kind, and of the things that belong to others."""
    for kind in KINDS.values():
        _add_list(app, kind)
        _add_single(app, kind)

    anything = reference("ThingDocument")

    @app.get(
        "/things/{path:path}",
        summary=operations.both("Cualquier cosa bajo el IRI base", "Anything under the base IRI"),
        description=operations.both(
            "Lo que se dice de evidencias, afirmaciones, cifras, grafos y conceptos.",
            "What is said of evidence, claims, figures, graphs and concepts.",
        ),
        tags=["things"],
        operation_id="get_thing",
        response_class=Response,
        openapi_extra=operations.read(
            RESOURCE_OFFERS, 400, 404, 406, json=anything, json_ld=anything
        ),
    )
    def thing(request: Request, path: str) -> Response:
        """What is said of {base}{path}: evidence, claims, figures, graphs, concepts."""
        identifier, suffix = _split(path)
        subject = service_of(request).names.base + identifier
        return _single(request, subject, None, f"/things/{identifier}", suffix)


def _add_list(app: FastAPI, kind: Kind) -> None:
    def listing(request: Request) -> Response:
        suffix = _SUFFIX.search(request.scope["path"])
        return _list(request, kind, suffix.group(1) if suffix else None)

    listed = operations.page_of(kind)
    details: dict[str, Any] = {
        "summary": operations.both(*kind.title),
        "description": operations.both(*kind.description),
        "tags": [kind.name],
        "openapi_extra": {
            "parameters": _openapi_parameters(kind),
            **operations.read(RESOURCE_OFFERS, 400, 406, json=listed, json_ld=listed),
        },
        "response_class": Response,
    }
    app.get(f"/{kind.name}", operation_id=f"list_{kind.name}", **details)(listing)
    for offer in RESOURCE_OFFERS:
        app.get(f"/{kind.name}.{offer.suffix}", include_in_schema=False)(listing)


def _add_single(app: FastAPI, kind: Kind) -> None:
    shown = operations.one_of(kind)

    @app.get(
        f"/{kind.name}/{{identifier:path}}",
        summary=operations.both(f"{kind.title[0]}: uno", f"{kind.title[1]}: one"),
        description=operations.both(*kind.description),
        operation_id=f"get_{kind.name}",
        tags=[kind.name],
        response_class=Response,
        openapi_extra=operations.read(RESOURCE_OFFERS, 400, 404, 406, json=shown, json_ld=shown),
    )
    def single(request: Request, identifier: str) -> Response:
        name, suffix = _split(identifier)
        names = service_of(request).names
        subject = iri(kind.iri(names, name)).value
        if kind.identifier(names, subject) is None:  # things of others lie under the prefix too
            raise NotFound(f"“{name}” is no id of {kind.name}.")
        return _single(request, subject, kind, document_path(kind, name), suffix)


def _list(request: Request, kind: Kind, suffix: str | None) -> Response:
    offer = respond.choose(request, suffix, RESOURCE_OFFERS)
    filters = [row.name for row in kind.filters]
    values = parameters(request, [*filters, *_PAGING])
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    page = reading_of(request).browser.page(
        kind,
        {name: value for name, value in values.items() if name in filters},
        size=_size(values.get("page_size")),
        cursor=values.get("cursor"),
        total=_flag(values, "total"),
    )
    path = f"/{kind.name}"
    following = _next(request, page)
    query = quote(request.scope["query_string"].decode(), safe=_IRI_MARKS)  # `>` may come raw
    links = respond.alternates(path, RESOURCE_OFFERS, query)
    if following:
        links.append(f'<{following}>; rel="next"')
    return respond.send(request, offer, _list_body(request, offer, page, following), links=links)


def _list_body(request: Request, offer: Offer, page: Page, following: str | None) -> bytes | str:
    service = service_of(request)
    if offer.media_type == formats.HTML:
        return pages.listing(request, page, following)
    if offer.media_type not in {formats.JSON, formats.JSON_LD}:
        return respond.rdf(request, offer, page.graph)
    framer = service.library.framer
    body: dict[str, Any] = {
        "@context": framer.url,
        "items": framer.frame(page.graph, page.items),
        "version": reading_of(request).sequence,
    }
    if page.total is not None:
        body["total"] = page.total
    if following:
        body["next"] = service.settings.base_url() + following
    return respond.json_text(body)


def _single(
    request: Request, subject: str, kind: Kind | None, path: str, suffix: str | None
) -> Response:
    offer = respond.choose(request, suffix, RESOURCE_OFFERS)
    parameters(request, ())
    if (same := respond.unchanged(request, offer, exists=False)) is not None:
        return same
    resource = reading_of(request).browser.describe(subject, kind)
    address = quote(path, safe=_IRI_MARKS)
    links = [
        f'<{quote(resource.iri, safe=_IRI_MARKS)}>; rel="describes"',
        f'<{address}>; rel="canonical"',
        *respond.alternates(address, RESOURCE_OFFERS),
    ]
    return respond.send(request, offer, _single_body(request, offer, resource), links=links)


def _single_body(request: Request, offer: Offer, resource: Resource) -> bytes | str:
    if offer.media_type == formats.HTML:
        return pages.resource(request, resource)
    if offer.media_type not in {formats.JSON, formats.JSON_LD}:
        return respond.rdf(request, offer, resource.graph)
    framer = service_of(request).library.framer
    (tree,) = framer.frame(resource.graph, [resource.iri])
    return respond.json_text({"@context": framer.url, **tree})


def _split(identifier: str) -> tuple[str, str | None]:
    """An id and the suffix of a form, where it ends in one: 16.6 and 16.a have none."""
    suffix = _SUFFIX.search(identifier)
    return (identifier[: suffix.start()], suffix.group(1)) if suffix else (identifier, None)


def _size(text: str | None) -> int:
    if text is None:
        return PAGE_SIZE
    if not text.isascii() or not text.isdigit():
        raise BadRequest(f"page_size is “{text}”; it must be a number.", parameter="page_size")
    return int(text[:9])


def _flag(values: dict[str, str], name: str) -> bool:
    text = values.get(name, "false")
    if text not in {"true", "false"}:
        raise BadRequest(f"{name} is “{text}”.", known=["true", "false"], parameter=name)
    return text == "true"


def _next(request: Request, page: Page) -> str | None:
    if page.next is None:
        return None
    kept = [pair for pair in query_pairs(request.scope["query_string"]) if pair[0] != "cursor"]
    return f"{request.scope['path']}?{urlencode([*kept, ('cursor', page.next)])}"


def _openapi_parameters(kind: Kind) -> list[dict[str, Any]]:
    words = [(row.name, row.description) for row in kind.filters]
    words.append(
        (
            "cursor",
            ("Dónde continuar: de `next` en la página anterior.", "Where to go on: of `next`."),
        )
    )
    one = schemas.text(minLength=1)
    found = [
        {"name": name, "in": "query", "description": operations.both(*text), "schema": one}
        for name, text in words
    ]
    size = {"type": "integer", "minimum": 1, "maximum": 1000, "default": PAGE_SIZE}
    paging = (
        ("page_size", size, ("Cuántos a la vez.", "How many at a time.")),
        ("total", {"type": "boolean"}, ("Decir cuántos hay.", "Tell how many there are.")),
    )
    found += [
        {"name": name, "in": "query", "description": operations.both(*text), "schema": schema}
        for name, schema, text in paging
    ]
    return [*found, operations.lang()]

"""Single things of every kind, as REST, as pages and as tables. Drawn from KINDS."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from ogpgraph import formats
from ogpgraph.browse import Resource
from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.formats import RESOURCE_OFFERS, TABLE_OFFERS, Offer
from ogpgraph.json_schema import any_of, reference
from ogpgraph.kinds import KINDS, Kind, document_path
from ogpgraph.sdg import VOCABULARY, Code, resolve
from ogpgraph.terms import iri
from ogpgraph.web import list_contract, lists, operations, respond, things
from ogpgraph.web.context import parameters, reading_of, service_of

_Handler = Callable[[Request, str], Response]
_SUFFIX = re.compile(r"\.(json|jsonld|html|ttl|nt|rdf)\Z")
_TABLE_SUFFIX = re.compile(r"\.(json|jsonld|html|ttl|nt|rdf|csv)\Z")


def install(app: FastAPI) -> None:
    """Add the routes of every kind, and of the things that belong to others."""
    for kind in KINDS.values():
        lists.add(app, kind)
        if kind.levels:
            _add_coded(app, kind)
        else:
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
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read(RESOURCE_OFFERS, 400, 404, 406, json=anything, json_ld=anything),
        },
    )
    def thing(request: Request, path: str) -> Response:
        """What is said of {base}{path}: evidence, claims, figures, graphs, concepts."""
        identifier, suffix = _split(path, _SUFFIX)
        subject = service_of(request).names.base + identifier
        return _single(request, subject, None, f"/things/{identifier}", suffix)


def _add_single(app: FastAPI, kind: Kind) -> None:
    shown = operations.one_of(kind)
    answers = operations.read(TABLE_OFFERS, 400, 404, 406, json=shown, json_ld=shown)

    def single(request: Request, identifier: str) -> Response:
        name, suffix = _split(identifier, _TABLE_SUFFIX)
        if not name:
            raise NotFound(f"No id stands after /{kind.name}/; the list is /{kind.name}.")
        names = service_of(request).names
        subject = iri(kind.iri(names, name)).value
        if kind.identifier(names, subject) is None:  # things of others lie under the prefix too
            raise NotFound(f"“{name}” is no id of {kind.name}.")
        return _single(request, subject, kind, document_path(kind, name), suffix)

    _route(app, kind, answers)(single)


def _add_coded(app: FastAPI, kind: Kind) -> None:
    """Goals, targets and indicators stand together, each at its code; others lead there."""

    def coded(request: Request, identifier: str) -> Response:
        name, suffix = _split(identifier, _TABLE_SUFFIX)
        code = _code(name, kind)
        found = next(one for one in KINDS.values() if code.level in one.levels)
        path = document_path(found, code.text)
        if kind.documents or name != code.text:
            return _moved(request, path, suffix)
        return _single(request, found.iri(service_of(request).names, name), found, path, suffix)

    if kind.documents:
        app.get(f"/{kind.name}/{{identifier:path}}", include_in_schema=False)(coded)
        return
    coded_kinds = [one for one in KINDS.values() if one.levels]
    shown = any_of([operations.one_of(one) for one in coded_kinds])
    answers = operations.read(TABLE_OFFERS, 400, 404, 406, json=shown, json_ld=shown)
    answers["responses"] |= operations.moved()
    _route(app, kind, answers)(coded)


def _route(app: FastAPI, kind: Kind, answers: dict[str, Any]) -> Callable[[_Handler], _Handler]:
    return app.get(
        f"/{kind.name}/{{identifier:path}}",
        summary=operations.both(f"{kind.title[0]}: uno", f"{kind.title[1]}: one"),
        description=operations.both(*kind.description),
        operation_id=f"get_{kind.name}",
        tags=[kind.name],
        response_class=Response,
        openapi_extra={"parameters": [list_contract.purpose(), operations.lang()], **answers},
    )


def _code(text: str, kind: Kind) -> Code:
    """The code that names the document about what a text means.

    Raises:
        NotFound: it means nothing here; `known` says what there is.
    """
    try:
        code = resolve(text, kind.levels) if kind.documents else resolve(text)
    except BadRequest as error:
        raise NotFound(error.message, known=error.known) from error
    return VOCABULARY.entries[code].first


def _single(
    request: Request, subject: str, kind: Kind | None, path: str, suffix: str | None
) -> Response:
    offered = TABLE_OFFERS if kind else RESOURCE_OFFERS
    parameters(request, [lists.PURPOSE] if kind else ())
    offer = (lists.table_offer if kind else _offer)(request, suffix)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    resource = reading_of(request).browser.describe(subject, kind)
    address = quote(path, safe=respond.IRI_MARKS)
    links = [
        f'<{quote(resource.iri, safe=respond.IRI_MARKS)}>; rel="describes"',
        f'<{address}>; rel="canonical"',
        *respond.alternates(address, offered),
    ]
    response = respond.send(request, offer, _single_body(request, offer, resource), links=links)
    if offer.media_type == formats.CSV:
        return lists.send_table(response, request, path.rpartition("/")[2])
    return response


def _moved(request: Request, path: str, suffix: str | None) -> Response:
    """To the one address of what has several, as codes of the SDGs have: 16.06 is 16.6."""
    query = respond.query_of(request)
    target = quote(path, safe=respond.IRI_MARKS) + (f".{suffix}" if suffix else "")
    return RedirectResponse(target + (f"?{query}" if query else ""), 308)


def _offer(request: Request, suffix: str | None) -> Offer:
    return respond.choose(request, suffix, RESOURCE_OFFERS)


def _single_body(request: Request, offer: Offer, resource: Resource) -> bytes | str:
    if offer.media_type == formats.HTML:
        return things.resource(request, resource)
    if offer.media_type == formats.CSV and resource.kind:
        return lists.table(request, resource.kind, (resource.iri,), resource.graph)
    if offer.media_type not in {formats.JSON, formats.JSON_LD}:
        return respond.rdf(request, offer, resource.graph)
    framer = service_of(request).library.framer
    (tree,) = framer.frame(resource.graph, [resource.iri])
    return respond.json_text({"@context": framer.url, **tree})


def _split(identifier: str, suffixes: re.Pattern[str]) -> tuple[str, str | None]:
    """An id and the suffix of a form, where it ends in one: 16.6 and 16.a have none."""
    suffix = suffixes.search(identifier)
    return (identifier[: suffix.start()], suffix.group(1)) if suffix else (identifier, None)

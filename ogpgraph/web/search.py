"""`/search`: what people look for, by words, as a page, as JSON and as CSV; and OpenSearch."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.errors import BadRequest
from ogpgraph.formats import Offer
from ogpgraph.search.found import Found
from ogpgraph.search.marks import Marker
from ogpgraph.search.question import PARAMETER, OnlyExcluded, Question
from ogpgraph.search.words import Stems
from ogpgraph.web import operations, pages, respond, search_answer, search_page
from ogpgraph.web.context import language, parameters, reading_of, service_of
from ogpgraph.web.schemas import closed
from ogpgraph.web.search_request import PARAMETERS, Asked, Paging, around, filters_of
from ogpgraph.web.search_schema import OFFERS, described_parameters, schema

OPEN_SEARCH = Offer("application/opensearchdescription+xml", ("application/xml", "text/xml"), "xml")


def install(app: FastAPI) -> None:
    """Add the routes."""
    app.get(
        "/search",
        summary=operations.both("Texto completo", "Full text"),
        description="Things by the words of their names, titles, summaries and quotations, in "
        "Spanish and English: without regard to case, accents and inflection, the best first. / "
        "Cosas por las palabras de sus nombres, títulos, resúmenes y citas, en español e inglés: "
        "sin atender a mayúsculas, acentos ni flexión, lo mejor primero.",
        tags=["search"],
        operation_id="search",
        response_class=Response,
        openapi_extra={
            "parameters": described_parameters(),
            **operations.read(OFFERS, 400, 406, 503, json=closed(schema())),
        },
    )(_search)
    app.get("/search.{suffix}", include_in_schema=False)(_search_as)
    app.get(
        "/opensearch.xml",
        summary=operations.both("Cómo buscan aquí los navegadores", "How browsers search here"),
        tags=["search"],
        operation_id="opensearch",
        response_class=Response,
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read((OPEN_SEARCH,), 400, 406),
        },
    )(_open_search)


def _search(request: Request) -> Response:
    return _answer(request, None)


def _search_as(request: Request, suffix: str) -> Response:
    return _answer(request, suffix)


def _answer(request: Request, suffix: str | None) -> Response:
    offer = respond.choose(request, suffix, OFFERS)
    given = parameters(request, PARAMETERS)
    if offer is formats.PAGE and not given.get(PARAMETER, "").strip():
        return _form(request, offer, given)
    if PARAMETER not in given:
        raise BadRequest("q is missing: the words to look for.", parameter=PARAMETER)
    try:
        question = Question.read(given[PARAMETER])
    except BadRequest as error:
        if offer is not formats.PAGE:
            raise
        return _refused(request, given, error)
    paging = Paging.of(given)
    search = service_of(request).searching(reading_of(request))
    filters = filters_of(request, search, given)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    asked = Asked(question, filters, given, paging.page, paging.size, request.scope["path"])
    preferred = language(request)
    found = search.find(
        question,
        filters,
        size=asked.size,
        offset=asked.offset,
        preferred=preferred,
    )
    marker = Marker(question, preferred, Stems())
    return _sent(request, offer, asked, found, marker)


def _sent(request: Request, offer: Offer, asked: Asked, found: Found, marker: Marker) -> Response:
    links = [
        f'<{asked.address(page=number)}>; rel="{name}"' for name, number in around(asked, found)
    ]
    tail = urlencode(asked.given)
    links += respond.alternates("/search", OFFERS, tail)
    if offer is formats.PAGE:
        content: str = search_page.results(request, asked, found, marker)
    elif offer.media_type == formats.CSV:
        content = search_answer.table(request, asked, found, marker)
    else:
        content = respond.json_text(search_answer.body(request, asked, found, marker))
    response = respond.send(request, offer, content, links=links)
    response.headers["Content-Language"] = language(request)
    return response


def _form(request: Request, offer: Offer, given: Mapping[str, str]) -> Response:
    """The page before anything is looked for."""
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    return respond.send(request, offer, search_page.rendered(request, "", given))


def _refused(request: Request, given: Mapping[str, str], error: BadRequest) -> Response:
    """The page where what was typed cannot be looked for, and why."""
    why = "search_only_excluded" if isinstance(error, OnlyExcluded) else "search_bad"
    content = search_page.rendered(request, given[PARAMETER], given, error=why)
    response = respond.send(request, formats.PAGE, content)
    response.status_code = 400
    response.headers["Cache-Control"] = "no-store"
    del response.headers["ETag"]
    return response


def _open_search(request: Request) -> Response:
    offer = respond.choose(request, None, (OPEN_SEARCH,))
    parameters(request, ())
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    base = service_of(request).settings.base_url()
    content = pages.page(request, "opensearch.xml", base=base)
    return respond.send(request, offer, content)

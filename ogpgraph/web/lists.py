"""Lists of every kind, as REST, as pages and as tables. Drawn from KINDS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from ogpgraph import formats, tables
from ogpgraph.browse import PAGE_SIZE, Asked, Page
from ogpgraph.errors import BadRequest
from ogpgraph.fields import Kind, absolute
from ogpgraph.formats import TABLE_OFFERS, Offer
from ogpgraph.kinds import UNLISTED
from ogpgraph.list_index import Facet
from ogpgraph.web import list_contract, list_pages, operations, respond
from ogpgraph.web.context import language, parameters, query_pairs, reading_of, service_of
from ogpgraph.web.list_links import Addresses

PURPOSE = "for"
"""The parameter that says what a table is for."""
_SUFFIX = re.compile(r"\.(json|jsonld|html|ttl|nt|rdf|csv)\Z")
_LISTED = "listed"


def add(app: FastAPI, kind: Kind) -> None:
    """Add the routes of the list of a kind."""

    def listing(request: Request) -> Response:
        suffix = _SUFFIX.search(request.scope["path"])
        return _list(request, kind, suffix.group(1) if suffix else None)

    listed = operations.page_of(kind)
    details: dict[str, Any] = {
        "summary": operations.both(*kind.title),
        "description": operations.both(*kind.description),
        "tags": [kind.name],
        "openapi_extra": {
            "parameters": list_contract.parameters(kind),
            **operations.read(TABLE_OFFERS, 400, 406, json=listed, json_ld=listed),
        },
        "response_class": Response,
    }
    app.get(f"/{kind.name}", operation_id=f"list_{kind.name}", **details)(listing)
    for offer in TABLE_OFFERS:
        app.get(f"/{kind.name}.{offer.suffix}", include_in_schema=False)(listing)


def table_offer(request: Request, suffix: str | None) -> Offer:
    """The form of the answer; what is for a spreadsheet is CSV.

    Raises:
        BadRequest: there is no such purpose, or none in the form asked for.
    """
    purpose = request.query_params.get(PURPOSE)
    if purpose is None:
        return respond.choose(request, suffix, TABLE_OFFERS)
    if purpose not in tables.SPREADSHEETS or suffix not in {None, "csv"}:
        raise BadRequest(
            f"{PURPOSE} is “{purpose}”: CSV can be for these, other forms for none.",
            known=list(tables.SPREADSHEETS),
            parameter=PURPOSE,
        )
    return respond.choose(request, "csv", TABLE_OFFERS)


def table(request: Request, kind: Kind, items: tuple[str, ...], graph: Any) -> str:
    """Things as CSV, as a spreadsheet takes it where it is for one."""
    names, chosen = service_of(request).names, language(request)
    rows = [tables.header(kind), *tables.rows(kind, items, graph, names, chosen)]
    delimiter = tables.SPREADSHEETS.get(request.query_params.get(PURPOSE, ""))
    return tables.spreadsheet(rows, delimiter) if delimiter else tables.csv(rows)


def send_table(response: Response, request: Request, name: str) -> Response:
    """Tell the language of a table, and the name of its file where it is to be one."""
    response.headers["Content-Language"] = language(request)
    if PURPOSE in request.query_params:
        safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
        response.headers["Content-Disposition"] = f'attachment; filename="{safe}.csv"'
    return response


def _list(request: Request, kind: Kind, suffix: str | None) -> Response:
    values = parameters(request, list_contract.names(kind))
    if kind.name == "commitments" and not _flag(values, _LISTED, default=True):
        kind = UNLISTED
        values = parameters(request, [*list_contract.names(kind), _LISTED])
    offer = table_offer(request, suffix)
    if offer.media_type == formats.HTML and (filled := _filled(request)) is not None:
        return RedirectResponse(filled, status_code=303)
    asked = _asked(request, kind, values, default=offer.media_type == formats.HTML)
    total = _flag(values, "total", default=False)
    reading = reading_of(request)
    found = reading.browser.find(service_of(request).lists.of(reading)[kind.name], asked)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    table_wanted = offer.media_type == formats.CSV
    page = reading.browser.show(kind, found, asked.sort, table=table_wanted)
    pairs = _canonical(request, kind)
    addresses = _addresses(request, page, pairs)
    content = _content(request, offer, page, addresses, total=total)
    query = respond.query_of(request)
    links = [*respond.alternates(f"/{kind.name}", TABLE_OFFERS, query), *addresses.links()]
    if pairs:
        links.append(f'<{_address(request, pairs)}>; rel="canonical"')
    response = respond.send(request, offer, content, links=links)
    return send_table(response, request, kind.name) if table_wanted else response


def _asked(request: Request, kind: Kind, values: Mapping[str, str], *, default: bool) -> Asked:
    """What the parameters ask of a list; `default` is whether facets are told unasked."""
    return Asked(
        {row.name: values[row.name] for row in kind.filters if row.name in values},
        _sort(values),
        language(request),
        _size(values.get("page_size")),
        _cursor(values),
        _facets(kind, values.get("facets"), default=default),
        _matching(request, kind, values.get("q")),
    )


def _filled(request: Request) -> str | None:
    """The address without the fields that a form has sent empty; None where there are none."""
    pairs = query_pairs(request.scope["query_string"])
    kept = [pair for pair in pairs if pair[1]]
    path = quote(request.scope["path"], safe=respond.IRI_MARKS)
    return None if kept == pairs else f"{path}?{urlencode(kept)}" if kept else path


def _content(
    request: Request, offer: Offer, page: Page, addresses: Addresses, *, total: bool
) -> bytes | str:
    if offer.media_type == formats.HTML:
        return list_pages.listing(request, page, addresses)
    if offer.media_type == formats.CSV:
        return table(request, page.kind, page.items, page.graph)
    if offer.media_type not in {formats.JSON, formats.JSON_LD}:
        return respond.rdf(request, offer, page.graph)
    service = service_of(request)
    base, framer = service.settings.base_url(), service.library.framer
    body: dict[str, Any] = {
        "@context": framer.url,
        "items": framer.frame(page.graph, page.items),
        "version": reading_of(request).sequence,
    }
    if total:
        body["total"] = page.total
    if page.facets and "facets" in request.query_params:
        prefix = service.names
        body["facets"] = {
            one.filter.name: _facet(one, absolute(prefix, one.filter.prefix)) for one in page.facets
        }
    body["first"] = base + addresses.first
    if addresses.previous:
        body["prev"] = base + addresses.previous
    if addresses.next:
        body["next"] = base + addresses.next
    body["last"] = base + addresses.last
    return respond.json_text(body)


def _facet(facet: Facet, prefix: str) -> dict[str, Any]:
    """A facet as JSON: each value as the filter takes it."""
    values = []
    for one in facet.values:
        told: dict[str, Any] = {"value": one.value.removeprefix(prefix)}
        if not facet.filter.literal:
            told |= {"id": one.value, "label": dict(one.labels)}
        values.append(told | {"count": one.count})
    return {"values": values, "distinct": facet.distinct}


def _canonical(request: Request, kind: Kind) -> list[tuple[str, str]]:
    """The parameters, with codes of the SDGs as we write them, whatever their spelling was."""
    coded = {row.name: row for row in kind.filters if row.levels}
    return [
        (name, coded[name].normal(value) if name in coded else value)
        for name, value in query_pairs(request.scope["query_string"])
    ]


def _address(request: Request, pairs: Sequence[tuple[str, str]]) -> str:
    path = quote(request.scope["path"], safe=respond.IRI_MARKS)
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _addresses(request: Request, page: Page, asked: Sequence[tuple[str, str]]) -> Addresses:
    """The other pages of a list with these parameters."""
    pairs = [pair for pair in asked if pair[0] != "cursor"]

    def address(cursor: str) -> str:
        return _address(request, [*pairs, ("cursor", cursor)] if cursor else pairs)

    return Addresses(
        address(""),
        None if page.previous is None else address(page.previous),
        None if page.next is None else address(page.next),
        address(page.last),
    )


def _matching(request: Request, kind: Kind, text: str | None) -> tuple[str, ...] | None:
    """The things that have the words of a text, the best first; None where nobody asks for any."""
    if text is None:
        return None
    return service_of(request).searching(reading_of(request)).matching(text, kind.name)


def _facets(kind: Kind, text: str | None, *, default: bool) -> tuple[str, ...]:
    """The names of the filters whose values are to be counted."""
    known = [row.name for row in kind.filters]
    if text is None:
        return tuple(row.name for row in kind.filters if default and not row.literal)
    if text in {"true", "false"}:
        return tuple(known) if text == "true" else ()
    wanted = tuple(dict.fromkeys(text.split(",")))
    for name in wanted:
        if name not in known:
            raise BadRequest(
                f"facets: {kind.name} has no filter “{name}”.",
                known=["true", "false", *known],
                parameter="facets",
            )
    return wanted


def _size(text: str | None) -> int:
    if text is None:
        return PAGE_SIZE
    if not text.isascii() or not text.isdigit():
        raise BadRequest(f"page_size is “{text}”; it must be a number.", parameter="page_size")
    return int(text[:9])


def _sort(values: Mapping[str, str]) -> str:
    sort = values.get("sort")
    if sort is None:
        return ""
    return sort or "-"  # an empty one is no order either


def _cursor(values: Mapping[str, str]) -> str | None:
    cursor = values.get("cursor")
    if cursor == "":
        raise BadRequest("cursor has no value.", parameter="cursor")
    return cursor


def _flag(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = values.get(name)
    if text is None:
        return default
    if text not in {"true", "false"}:
        raise BadRequest(f"{name} is “{text}”.", known=["true", "false"], parameter=name)
    return text == "true"

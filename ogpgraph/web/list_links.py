"""Where a list can be gone on with: its other pages, its facets and its orders, as links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from ogpgraph.browse import Page
from ogpgraph.fields import absolute
from ogpgraph.formats import HTML, TABLE_OFFERS
from ogpgraph.list_index import FacetValue
from ogpgraph.tables import SPREADSHEETS
from ogpgraph.web.context import language, query_pairs, service_of
from ogpgraph.web.views import Value


@dataclass(frozen=True, slots=True)
class Addresses:
    """The other pages of a list, each a path with its query."""

    first: str
    previous: str | None
    next: str | None
    last: str

    def links(self) -> list[str]:
        """As values of the Link header."""
        found = {"first": self.first, "prev": self.previous, "next": self.next, "last": self.last}
        return [f'<{target}>; rel="{name}"' for name, target in found.items() if target]


@dataclass(frozen=True, slots=True)
class FacetLink:
    """A value of a filter: what it is called, how many have it, the list with it or without it.

    `value` is what the filter takes.
    """

    value: str
    text: str
    language: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetLinks:
    """The values of a filter; `distinct` says how many there are where not all are shown."""

    name: str
    title: str
    values: tuple[FacetLink, ...]
    distinct: int


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order of the list: its name, and the list in it from the first page."""

    name: str
    title: str
    href: str
    chosen: bool
    descending: bool


def list_path(kind: str, filters: Mapping[str, str]) -> str:
    """The path of a list, by its name, with the values of filters."""
    return f"/{kind}?{urlencode(filters)}"


def facet_links(request: Request, page: Page) -> tuple[FacetLinks, ...]:
    """The facets of a page that have something to choose from."""
    chosen = language(request)
    at = 0 if chosen == "es" else 1
    given = dict(query_pairs(request.scope["query_string"]))
    found = []
    for facet in page.facets:
        row = facet.filter
        prefix = absolute(service_of(request).names, row.prefix)
        asked = given.get(row.name, "")
        asked = row.normal(asked).removeprefix(prefix) if asked else ""
        values = []
        for one in facet.values:
            value = one.value.removeprefix(prefix)
            text, tag = _label(one, value, chosen)
            there = asked == value
            href = _address(request, row.name, None if there else value)
            values.append(FacetLink(value, text, tag, one.count, href, there))
        if values:
            found.append(FacetLinks(row.name, row.description[at], tuple(values), facet.distinct))
    return tuple(found)


def order_links(request: Request, page: Page) -> tuple[OrderLink, ...]:
    """The orders that the list can be in; the one in force leads to its other direction."""
    at = 0 if language(request) == "es" else 1
    found = []
    for sort in page.kind.orders:
        chosen = page.sort.removeprefix("-") == sort.name
        descending = page.sort == f"-{sort.name}"
        name = f"-{sort.name}" if chosen and not descending else sort.name
        href = _address(request, "sort", name)
        found.append(OrderLink(sort.name, sort.description[at], href, chosen, descending))
    return tuple(found)


def facet_label(request: Request, one: FacetValue) -> Value:
    """What a value of a facet is called on a page."""
    text, tag = _label(one, one.value.rsplit("/", 1)[-1], language(request))
    return Value(text, language=tag or None, iri=one.value)


def export_links(request: Request, page: Page) -> tuple[tuple[str, str], ...]:
    """The whole of this page of the list in each form, and as a file for a spreadsheet.

    Returns:
        The suffix of the form, or what the file is for, and the address.
    """
    pairs = [p for p in query_pairs(request.scope["query_string"]) if p[0] != "facets"]

    def address(suffix: str, *more: tuple[str, str]) -> str:
        query = urlencode([*pairs, *more])
        return f"/{page.kind.name}.{suffix}" + (f"?{query}" if query else "")

    forms = [(one.suffix, address(one.suffix)) for one in TABLE_OFFERS if one.media_type != HTML]
    sheets = [(purpose, address("csv", ("for", purpose))) for purpose in SPREADSHEETS]
    return (*forms, *sheets)


def _label(one: FacetValue, value: str, chosen: str) -> tuple[str, str]:
    """The label of a value in a language, else in another, else its id; and its language."""
    if chosen in one.labels:
        return one.labels[chosen], chosen
    return next(((text, tag) for tag, text in one.labels.items()), (value, ""))


def _address(request: Request, name: str, value: str | None) -> str:
    """The same list from its first page, with another value of a parameter, or without it."""
    pairs = query_pairs(request.scope["query_string"])
    kept = [pair for pair in pairs if pair[0] not in {name, "cursor"}]
    if value is not None:
        kept.append((name, value))
    path = request.scope["path"]
    return f"{path}?{urlencode(kept)}" if kept else path

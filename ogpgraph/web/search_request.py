"""A request for a search, read: the question, its filters, and which page of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from ogpgraph.errors import BadRequest
from ogpgraph.files import Graph
from ogpgraph.kinds import KINDS, document_path, kind_of
from ogpgraph.search.found import FACETS, Filters, Found, Hit, Search
from ogpgraph.search.marks import Excerpt
from ogpgraph.search.question import PARAMETER, Question
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web import pages
from ogpgraph.web.context import service_of
from ogpgraph.web.texts import TEXTS

PAGE_SIZE, MAX_PAGE_SIZE = 20, 100
MAX_PAGE = 100_000
PARAMETERS = (PARAMETER, *FACETS, "page", "page_size")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a search, read."""

    question: Question
    filters: Filters
    given: Mapping[str, str]
    page: int
    size: int
    path: str
    """That was asked, with the suffix of a form if it has one: other pages have it too."""

    @property
    def offset(self) -> int:
        """How many results stand on the pages before."""
        return (self.page - 1) * self.size

    def address(self, **changed: str | None) -> str:
        """The address of the same search with other parameters; None takes one away."""
        kept = {**self.given, **changed}
        pairs = [(name, value) for name, value in kept.items() if value is not None]
        return f"{self.path}?{urlencode(pairs)}"


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of the results, from 1, and how many a page has."""

    page: int
    size: int

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Paging:
        """From the parameters.

        Raises:
            BadRequest: one is no number, or out of bounds.
        """
        page = _number(given, "page", 1, MAX_PAGE)
        return cls(page, _number(given, "page_size", PAGE_SIZE, MAX_PAGE_SIZE))


def filters_of(request: Request, search: Search, given: Mapping[str, str]) -> Filters:
    """What the results are narrowed to.

    Raises:
        BadRequest: nothing in the index has such a value; what is there is named.
    """
    return Filters(**{name: _value(request, search, name, given) for name in FACETS})


def around(asked: Asked, found: Found) -> list[tuple[str, str]]:
    """The pages that there are besides this one, by what they are to it."""
    last = max(1, -(-found.total // asked.size))
    pages_ = [("first", 1), ("prev", min(asked.page - 1, last)), ("next", asked.page + 1)]
    pages_.append(("last", last))
    return [
        (name, str(number))
        for name, number in pages_
        if 1 <= number <= last and (name in {"first", "last"} or number != asked.page)
    ]


def short(request: Request, value: str) -> str:
    """A value of a filter as it is written in an address: the id of a thing."""
    found = kind_of(service_of(request).names, value)
    return found[1] if found else value


def title(request: Request, hit: Hit, label: Excerpt | None) -> str:
    """What a result is called: by its label, else in words made of its id."""
    return label.text if label else pages.viewer_of(request, Graph()).label(hit.iri).text


def path(request: Request, iri: str) -> str:
    """The path of the page about a thing."""
    kind, identifier = kind_of(service_of(request).names, iri) or (None, "")
    return document_path(kind, identifier) if kind else "/"


def counted(request: Request, name: str, value: str, count: int, found: Found) -> dict[str, Any]:
    """A value of a facet: as a parameter has it, what it is called, and how many things have it."""
    labels = dict(found.names.get(value, {}))
    if name == "kind":
        labels = dict(zip(LANGUAGES, KINDS[value].title, strict=True))
    elif name == "language":
        texts = TEXTS[f"search_language_{value}"]
        labels = dict(zip(LANGUAGES, texts, strict=True))
    return {"value": short(request, value), "label": labels, "count": count}


def _number(given: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    number = (
        int(text) if text.isascii() and text.isdigit() and len(text) < len(str(most)) + 1 else 0
    )
    if not 1 <= number <= most:
        raise BadRequest(
            f"{name} is “{text[:80]}”; it must be a number from 1 to {most}.", parameter=name
        )
    return number


def _value(request: Request, search: Search, name: str, given: Mapping[str, str]) -> str | None:
    """What a filter is given, whole: an id of a country or a branch becomes its IRI.

    Raises:
        BadRequest: nothing in the index has it; what is there is named.
    """
    text = given.get(name)
    if text is None:
        return None
    known = tuple(KINDS) if name == "kind" else search.values(name)
    names = service_of(request).names
    found = {text} & set(known) or {
        value for value in known if (kind := kind_of(names, value)) and kind[1] == text
    }
    if not found:
        raise BadRequest(
            f"{name}: nothing here has the value “{text[:80]}”.",
            known=[short(request, value) for value in known],
            parameter=name,
        )
    return found.pop()

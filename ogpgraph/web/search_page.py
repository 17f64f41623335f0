"""The page of a search: the form, what was found, and how it can be narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from ogpgraph import formats
from ogpgraph.kinds import KINDS
from ogpgraph.sdg import VOCABULARY
from ogpgraph.search.found import FACETS, Found, Hit
from ogpgraph.search.marks import Marker
from ogpgraph.search.question import MAX_LENGTH
from ogpgraph.web import pages
from ogpgraph.web.context import language, service_of
from ogpgraph.web.search_request import Asked, around, counted, path, short, title
from ogpgraph.web.search_schema import OFFERS

_KEPT = (*FACETS, "page_size", "lang")
"""What stays as it was when other words are looked for."""
_TOLD = (
    *("plans", "commitments", "unlisted-numbers", "milestones"),
    *("sdgs", "sdg-indicators", "countries"),
)
"""Kinds whose ids are codes that people use; those of the others are for programs."""


def rendered(
    request: Request, text: str, given: Mapping[str, str], *, error: str = "", **values: Any
) -> str:
    """The page with what was typed, and what else it is to show.

    `error` is the name of the words that say why it cannot be looked for.
    """
    return pages.page(
        request,
        "search.html",
        title=pages.word(request, "search"),
        asked=text,
        longest=MAX_LENGTH,
        error=error,
        kept={name: given[name] for name in _KEPT if name in given},
        **{"found": None, **values},
    )


def results(request: Request, asked: Asked, found: Found, marker: Marker) -> str:
    """The page of what was found."""
    first = asked.offset + 1
    pages_ = {"prev": None, "next": None} | {
        name: asked.address(page=number) for name, number in around(asked, found)
    }
    suggestion = None
    if found.suggestion:
        text, count = found.suggestion
        suggestion = {"text": text, "count": count, "href": asked.address(q=text, page=None)}
    return rendered(
        request,
        asked.question.text,
        asked.given,
        found=found,
        results=[_shown(request, hit, found, marker) for hit in found.hits],
        facets=[_facet(request, name, asked, found) for name in FACETS],
        chosen=[_chosen(request, name, asked, found) for name in FACETS if name in asked.given],
        first=first,
        last=first + len(found.hits) - 1,
        around=pages_,
        suggestion=suggestion,
        other_forms=[
            (offer.suffix, f"/search.{offer.suffix}?{urlencode(asked.given)}")
            for offer in OFFERS
            if offer is not formats.PAGE
        ],
    )


def _shown(request: Request, hit: Hit, found: Found, marker: Marker) -> dict[str, Any]:
    """A result as the template has it."""
    owners = [target for role, target in hit.links if role == "owner"]
    places = [target for role, target in hit.links if role == "country" and target != hit.iri]
    branches = [target for role, target in hit.links if role == "branch" and target != hit.iri]
    method = [target for role, target in hit.links if role in {"method", "state"}]
    label = marker.label(hit)
    return {
        "href": path(request, hit.iri),
        "kind": _kind(request, hit),
        "identifier": short(request, hit.iri) if hit.kind in _TOLD else "",
        "title": title(request, hit, label),
        "label": label,
        "snippet": marker.snippet(hit),
        "from": [_linked(request, target, found) for target in (owners or places)],
        "branches": [_linked(request, target, found) for target in branches],
        "states": [_called(request, target, found) for target in method],
    }


def _kind(request: Request, hit: Hit) -> str:
    """What a result is, as one of its kind: in the words of the ontology where it is of ours."""
    kind, service = KINDS[hit.kind], service_of(request)
    code = VOCABULARY.of_iri(hit.iri, service.names)
    if code is not None:
        return pages.word(request, f"sdg_{code.level}")
    classes = kind.class_iris(service.names)
    name = service.library.ontology.label(classes[0], language(request))
    return name[:1].upper() + name[1:]


def _linked(request: Request, iri: str, found: Found) -> dict[str, str]:
    return {"text": _called(request, iri, found), "href": path(request, iri)}


def _called(request: Request, iri: str, found: Found) -> str:
    """The label of a thing in the page's language, else in another, else its id."""
    names = found.names.get(iri, {})
    return names.get(language(request)) or next(iter(names.values()), short(request, iri))


def _facet(request: Request, name: str, asked: Asked, found: Found) -> dict[str, Any]:
    """The values of a filter as links, the one in force marked."""
    at = language(request)
    values = []
    for value, count in found.facets[name].items():
        told = counted(request, name, value, count, found)
        chosen = getattr(asked.filters, name) == value
        values.append(
            {
                "text": told["label"].get(at) or next(iter(told["label"].values()), told["value"]),
                "count": count,
                "chosen": chosen,
                "href": asked.address(**{name: None if chosen else told["value"], "page": None}),
            }
        )
    return {"name": name, "title": pages.word(request, f"search_{name}"), "values": values}


def _chosen(request: Request, name: str, asked: Asked, found: Found) -> dict[str, str]:
    """A filter in force, and the address of the search without it."""
    value = getattr(asked.filters, name)
    told = counted(request, name, value, 0, found)["label"]
    return {
        "title": pages.word(request, f"search_{name}"),
        "text": told.get(language(request)) or next(iter(told.values()), short(request, value)),
        "href": asked.address(**{name: None, "page": None}),
    }

"""What `/search` takes, and answers in JSON, as OpenAPI has it."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from ogpgraph import formats
from ogpgraph.formats import Offer
from ogpgraph.kinds import KINDS
from ogpgraph.search.found import FACETS
from ogpgraph.search.question import MAX_LENGTH, MAX_WORDS, PARAMETER
from ogpgraph.web.operations import lang
from ogpgraph.web.search_request import MAX_PAGE, MAX_PAGE_SIZE, PAGE_SIZE

Json = dict[str, Any]
_LANGUAGE = MappingProxyType({"type": "string", "enum": ("es", "en", "other")})
OFFERS = (Offer(formats.JSON, (), "json"), formats.PAGE, Offer(formats.CSV, (), "csv"))


def schema() -> Json:
    """The schema."""
    whole = _object(
        {
            "query": _text("The text as it was read."),
            "version": _integer("The version of the graph that was searched."),
            "total": _integer("Things that were found."),
            "matched": _text("How many of the words each has: all, all but one, or some.")
            | {"enum": ["all", "most", "some"]},
            "page": _integer("The page of the results, from 1."),
            "items": {"type": "array", "items": _item()},
            "facets": _object({name: {"type": "array", "items": _value()} for name in FACETS}),
            "suggestion": {"anyOf": [_suggestion(), {"type": "null"}]},
        }
    )
    pages = {name: _text(f"The {name} page.") for name in ("first", "prev", "next", "last")}
    whole["properties"] |= pages
    return whole


def _item() -> Json:
    things = {"type": "array", "items": _object({"id": _iri(), "label": _labels()})}
    return _object(
        {
            "id": _iri(),
            "kind": _text("The kind of thing.") | {"enum": [*KINDS]},
            "url": _text("Where it is described."),
            "title": _text("What its page calls it: its label, else words made of its id."),
            "label": {"anyOf": [_excerpt(), {"type": "null"}]},
            "snippet": {"anyOf": [_excerpt(), {"type": "null"}]},
            "score": {"type": "number", "description": "Higher is better, within one answer."},
            "owners": things | {"description": "What it belongs to, as a plan."},
            "countries": things,
            "branches": things,
        }
    )


def _excerpt() -> Json:
    part = _object({"text": {"type": "string"}, "match": {"type": "boolean"}})
    found = _object(
        {
            "field": _text("label, title, alternative, summary, definition, note or quote."),
            "language": {"type": ["string", "null"]},
            "parts": {"type": "array", "items": part},
        }
    )
    found["properties"] |= {
        "source": {"type": ["string", "null"], "description": "Of a quotation: the document."},
        "line": {"type": ["integer", "null"], "description": "Of a quotation: its first line."},
    }
    return found


def _value() -> Json:
    return _object(
        {
            "value": _text("As the parameter takes it."),
            "label": _labels(),
            "count": _integer("Things that have it, under the other filters."),
        }
    )


def _suggestion() -> Json:
    return _object(
        {
            "query": _text("What may have been meant."),
            "total": _integer("Things that it finds."),
            "url": _text("Where it is looked for."),
        }
    )


def _object(properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


def _labels() -> Json:
    return {"type": "object", "additionalProperties": {"type": "string"}}


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _integer(description: str) -> Json:
    return {"type": "integer", "minimum": 0, "description": description}


def _iri() -> Json:
    return {"type": "string", "format": "iri"}


def described_parameters() -> list[Json]:
    """The parameters."""
    texts = (
        (
            PARAMETER,
            f"Words, at most {MAX_WORDS}, all of which must be found if anything has them all; "
            '"a phrase" in quotation marks; -word for what must not be there. / '
            f"Palabras, {MAX_WORDS} como máximo; «una frase» entre comillas; -palabra para lo que "
            "no debe aparecer.",
            {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
            "datos abiertos",
        ),
        ("kind", "Only this kind. / Solo este tipo.", {"type": "string", "enum": [*KINDS]}, None),
        ("country", "Id or IRI of a country. / Id o IRI de un país.", {"type": "string"}, None),
        (
            "branch",
            "Id or IRI of a branch of state. / Id o IRI de un poder.",
            {"type": "string"},
            None,
        ),
        ("language", "Only texts in this one. / Solo textos en este idioma.", _LANGUAGE, None),
        (
            "page",
            "Page of the results, from 1. / Página de los resultados, desde 1.",
            _bounded(MAX_PAGE, 1),
            None,
        ),
        (
            "page_size",
            "Results of a page. / Resultados por página.",
            _bounded(MAX_PAGE_SIZE, PAGE_SIZE),
            None,
        ),
    )
    found = [
        {"name": name, "in": "query", "required": name == PARAMETER, "description": text}
        | {"schema": {**schema}}
        | ({"example": example} if example else {})
        for name, text, schema, example in texts
    ]
    return [*found, lang()]


def _bounded(most: int, default: int) -> Json:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}

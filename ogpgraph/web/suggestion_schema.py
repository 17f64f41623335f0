"""What `/sdgs/suggest` takes and answers, as OpenAPI has it."""

from __future__ import annotations

from typing import Any

from ogpgraph import formats
from ogpgraph.suggester.suggest import MOST_SUGGESTIONS
from ogpgraph.suggester.wording import TEXT_LANGUAGES
from ogpgraph.web import form_data, operations
from ogpgraph.web.schemas import many, number, record, text
from ogpgraph.web.suggestion_request import MAX_TEXTS, TEXT

Json = dict[str, Any]
_CODE = r"^([1-9]|1[0-7])(\.([1-9]|1[0-9]|[a-d]))?$"
_SPANISH = "El ministerio publicará las declaraciones de bienes para prevenir la corrupción."
_ENGLISH = "The ministry publishes budgets as open data so that citizens can follow spending."


def body_schema() -> Json:
    """The body: a text, a list of texts, or the form of the page."""
    form = {
        "type": "object",
        "required": ["text"],
        "properties": {"text": text(), "text_lang": text(enum=["", *TEXT_LANGUAGES])},
    }
    listed = [{"id": "CRI-4-9", "text": _SPANISH}, {"id": "b", "text": _ENGLISH}]
    examples = {
        "es": {"summary": "Un texto en español", "value": {"text": _SPANISH, "lang": "es"}},
        "en": {"summary": "A text in English", "value": {"text": _ENGLISH, "limit": 3}},
        "list": {"summary": "Several texts / Varios textos", "value": listed},
    }
    return {
        "required": True,
        "content": {
            formats.JSON: {
                "schema": {"oneOf": [_one(), many(_listed(), maxItems=MAX_TEXTS)]},
                "examples": examples,
            },
            TEXT: {"schema": text(), "example": _SPANISH},
            form_data.MEDIA_TYPE: {"schema": form},
        },
    }


def described_parameters() -> list[Json]:
    """The parameters of the address, for bodies that have no place for them."""
    told = {
        "threshold": ("Puntuación mínima, de 0 a 1.", "The least score, 0 to 1.", _threshold()),
        "limit": ("Sugerencias como máximo.", "Suggestions at most.", _limit()),
        "text_lang": ("Idioma de los textos.", "Language of the texts.", _language()),
    }
    return [
        {"name": name, "in": "query", "description": operations.both(es, en), "schema": kind}
        for name, (es, en, kind) in told.items()
    ] + [operations.lang()]


def schema() -> Json:
    """The answer: an object for a text, a list of them for a list."""
    span = record(
        {
            "start": number(description="The first character, from 0, in code points."),
            "end": number(description="The character after the last one."),
            "code": text(pattern=_CODE, description="The goal or target that it speaks for."),
            "term": text(description="The term of the lexicon."),
            "weight": {"type": "integer", "minimum": -4, "maximum": 4},
            "language": _language(),
        }
    )
    suggestion = record(
        {
            "goal": {"type": "integer", "minimum": 1, "maximum": 17},
            "target": {"anyOf": [text(pattern=_CODE), {"type": "null"}]},
            "score": {"type": "number", "minimum": 0, "maximum": 1},
            "spans": many(span),
        }
    )
    one = record(
        {"id": {"anyOf": [text(), {"type": "null"}]}, "suggestions": many(suggestion)},
    )
    return {"oneOf": [one, many(one)]}


def _one() -> Json:
    optional = {
        "id": {"anyOf": [text(), {"type": "integer"}]},
        "lang": _language(),
        "threshold": _threshold(),
        "limit": _limit(),
    }
    return record({"text": text()}, optional)


def _listed() -> Json:
    required = {"id": {"anyOf": [text(), {"type": "integer"}]}, "text": text()}
    return {"type": "object", "required": list(required), "properties": required}


def _language() -> Json:
    return text(enum=list(TEXT_LANGUAGES))


def _threshold() -> Json:
    return {"type": "number", "minimum": 0, "maximum": 1}


def _limit() -> Json:
    return {"type": "integer", "minimum": 1, "maximum": MOST_SUGGESTIONS}

"""What `/sdgs/proposals` and `/alignments/…/review` take and answer, as OpenAPI has it."""

from __future__ import annotations

from typing import Any

from ogpgraph import formats
from ogpgraph.alignments.records import ACCEPTED, PROPOSED, REJECTED, STATES
from ogpgraph.json_schema import reference
from ogpgraph.reviewing.deciding import DECISIONS, MOST_CHARACTERS
from ogpgraph.reviewing.listing import ALL
from ogpgraph.suggester.wording import TEXT_LANGUAGES
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web.schemas import many, number, record, text

Json = dict[str, Any]
_ID = "CRI-4-9/16.10/suggested"


def _examples() -> Json:
    """Of a decision, one in each language."""
    accepted = {
        "decision": ACCEPTED,
        "agent": "Observatorio de gobierno abierto",
        "rationale": {
            "es": "Se abre información de la Asamblea al público: es lo que la meta pide.",
            "en": "Information of the Assembly is opened to the public, as the target asks.",
        },
    }
    rejected = {
        "decision": REJECTED,
        "agent": "Open government observatory",
        "rationale": {"en": "The words are those of a programme’s name; its matter is another."},
    }
    return {
        "es": {"summary": "Aceptar, con razones en ambos idiomas", "value": accepted},
        "en": {"summary": "To reject, with a reason in one language", "value": rejected},
    }


def decision_body() -> Json:
    """The body of a decision."""
    reason = text(maxLength=MOST_CHARACTERS)
    reasons = record({}, dict.fromkeys(LANGUAGES, reason))
    optional = {"agent": text(minLength=1, maxLength=200), "quote": text()}
    schema = record({"decision": text(enum=list(DECISIONS)), "rationale": reasons}, optional)
    return {
        "required": True,
        "content": {formats.JSON: {"schema": schema, "examples": _examples()}},
    }


def proposal_body() -> Json:
    """The body of a proposal; all of it may be left out."""
    threshold = {"type": "number", "minimum": 0, "maximum": 1}
    schema = record({}, {"threshold": threshold, "text_lang": text(enum=list(TEXT_LANGUAGES))})
    examples = {
        "es": {"summary": "Leer los textos en español", "value": {"text_lang": "es"}},
        "en": {"summary": "A lower threshold", "value": {"threshold": 0.5, "text_lang": "en"}},
    }
    return {
        "required": False,
        "content": {formats.JSON: {"schema": schema, "examples": examples}},
    }


def suggestion() -> Json:
    """A suggestion and what was decided on it."""
    nothing = {"type": "null"}
    label = record({}, {language: text() for language in LANGUAGES})
    evidence = {
        "quote": text(),
        "language": text(),
        "text": {"anyOf": [text(enum=["title", "label", "summary"]), nothing]},
    }
    review = {"agent": text(), "time": text(format="date-time"), "rationale": label}
    return record(
        {
            "id": text(example=_ID),
            "alignment": text(format="iri"),
            "aligned": text(),
            "label": label,
            "goal": text(),
            "target": {"anyOf": [text(), nothing]},
            "confidence": {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, nothing]},
            "rationale": label,
            "evidence": {"anyOf": [record(evidence), nothing]},
            "tool": {"anyOf": [text(), nothing]},
            "proposed": {"anyOf": [text(format="date-time"), nothing]},
            "state": text(enum=list(STATES)),
            "review": {"anyOf": [record(review), nothing]},
            "curated": {"anyOf": [text(), nothing]},
            "etag": text(pattern='^"[0-9a-f]{64}"$'),
        }
    )


def plans() -> Json:
    """How many suggestions each plan has, by state."""
    counts = {state: number() for state in STATES}
    items = many(record({"plan": text(), **counts}))
    return record({"items": items, "version": number()})


def suggestions() -> Json:
    """The suggestions for a plan."""
    told = {"plan": text(), "state": text(enum=[*STATES, ALL]), "items": many(suggestion())}
    return record({**told, "version": number()})


def proposed() -> Json:
    """What came of a proposal."""
    named = ("proposed", "waiting", "rejected", "settled", "withdrawn")
    told = {"plan": text(), "graph": text(format="iri"), **{name: many(text()) for name in named}}
    return record({**told, **_published()})


def reviewed() -> Json:
    """What came of a decision."""
    return record({"changed": {"type": "boolean"}, "suggestion": suggestion(), **_published()})


def _published() -> Json:
    graph = {"graph": text(format="iri"), "version": number(minimum=1)}
    return {
        "version": {"type": ["integer", "null"], "minimum": 1},
        "graphs": many(record(graph)),
        "warnings": many(reference("Finding")),
    }


def state_parameter() -> Json:
    """The parameter that narrows suggestions by their state of review."""
    return {
        "name": "state",
        "in": "query",
        "description": "State of review; those that wait without it. / Estado de revisión; las que "
        "esperan, si falta.",
        "schema": {"type": "string", "enum": [*STATES, ALL], "default": PROPOSED},
    }

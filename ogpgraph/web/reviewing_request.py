"""What is sent to propose and to decide: JSON, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from ogpgraph import formats
from ogpgraph.errors import BadRequest, UnsupportedMediaType
from ogpgraph.reviewing.deciding import Decision
from ogpgraph.suggester.records import is_unicode
from ogpgraph.suggester.wording import TEXT_LANGUAGES
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web.bodies import content_of
from ogpgraph.web.json_body import check_given, check_members, parsed, text_of
from ogpgraph.web.suggestion_request import threshold_of

MAX_BYTES = 64 * 1024
"""Of a body."""
DECISION_MEMBERS = ("decision", "rationale", "agent", "quote")
PROPOSAL_MEMBERS = ("threshold", "text_lang")


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision, and by whom; `agent` is None where the token's name is to stand for it."""

    decision: Decision
    agent: str | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of a proposal."""

    threshold: float | None = None
    text_language: str | None = None


async def body_of(request: Request, *, needed: bool) -> Mapping[str, object]:
    """The members of a body of JSON; none where there is no body and none is needed.

    Raises:
        UnsupportedMediaType: it is of another type.
        TooLarge: it is over the limit.
        BadRequest: it is no object of JSON in UTF-8.
    """
    body = await content_of(request, MAX_BYTES)
    given = request.headers.get("content-type", "")
    if not body and not needed and not given:
        return {}
    if given.partition(";")[0].strip().lower() != formats.JSON:
        raise UnsupportedMediaType(
            f"The body is sent as {formats.JSON}; not as “{given[:100]}”.", accepted=(formats.JSON,)
        )
    if not body and not needed:
        return {}
    told = parsed(text_of(body))
    if not isinstance(told, dict):
        raise BadRequest("The body is no object of JSON.")
    return told


def decision_of(body: Mapping[str, object]) -> Asked:
    """The decision of a body.

    Raises:
        BadRequest: a member is missing, unknown, or not as it has to be.
    """
    check_members(body, DECISION_MEMBERS)
    given = body.get("rationale", {})
    if not isinstance(given, dict):
        raise BadRequest('rationale is {"es": …, "en": …}.', parameter="rationale")
    check_members(given, LANGUAGES, "rationale.")
    reasons = {tag: _text(text, f"rationale.{tag}") for tag, text in given.items()}
    state = _text(body.get("decision", ""), "decision")
    quote = _text(body.get("quote", ""), "quote")
    agent = _text(body["agent"], "agent") if "agent" in body else None
    return Asked(Decision.of(state, reasons, quote), agent)


def wishes_of(body: Mapping[str, object]) -> Wishes:
    """What a body wants of a proposal.

    Raises:
        BadRequest: a member is unknown, or not as it has to be.
    """
    check_members(body, PROPOSAL_MEMBERS)
    check_given(body, PROPOSAL_MEMBERS)
    threshold, language = threshold_of(body.get("threshold")), body.get("text_lang")
    if language is not None and language not in TEXT_LANGUAGES:
        raise BadRequest(
            f"text_lang is “{str(language)[:40]}”.",
            known=TEXT_LANGUAGES,
            parameter="text_lang",
        )
    return Wishes(threshold, None if language is None else str(language))


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not is_unicode(value):
        raise BadRequest(f"{name} is no text.", parameter=name)
    return value

"""The pages of `/sdgs/proposals`: plans with suggestions, and the suggestions for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as quoted_url

from fastapi import Request

from ogpgraph.alignments.records import STATES
from ogpgraph.commitment_texts import CommitmentText, commitment_texts
from ogpgraph.reviewing.deciding import notes_of, reviewed_at, reviewed_by
from ogpgraph.reviewing.listing import ALL, Shown, quoted_part
from ogpgraph.vocab import LANGUAGES, SDG
from ogpgraph.web import pages
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.excerpts import visible
from ogpgraph.web.views import Value

_AROUND = 160
"""Characters of a text before and after what is quoted of it."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words quoted of a text, and what stands before and after them; which text it is."""

    before: str
    quote: str
    after: str
    language: str
    part: str


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion as it is shown."""

    id: str
    code: str
    about: Value
    score: str
    state: str
    why: str
    excerpt: Excerpt | None
    agent: Value | None
    time: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """A commitment, and the suggestions for it."""

    about: Value
    rows: tuple[Row, ...]


def plans(request: Request, items: Sequence[Mapping[str, Any]]) -> str:
    """The plans that have suggestions, and how many in each state."""
    return pages.page(
        request,
        "review_plans.html",
        title=pages.word(request, "review_page"),
        items=items,
        states=STATES,
    )


def suggestions(request: Request, plan: str, state: str, found: Sequence[Shown]) -> str:
    """The suggestions for a plan, by commitment."""
    reviewers = (reviewed_by(one.suggestion) for one in found)
    aligned = (one.suggestion.aligned for one in found)
    about = (one.suggestion.object for one in found)
    viewer = pages.labelled(request, filter(None, (*reviewers, *aligned, *about)))
    texts = _texts(request, plan) if found else {}
    groups: dict[str, list[Row]] = {}
    for one in found:
        by = reviewed_by(one.suggestion)
        groups.setdefault(one.suggestion.aligned, []).append(
            _row(
                one,
                texts,
                language(request),
                viewer.label(one.suggestion.object),
                viewer.label(by) if by else None,
            )
        )
    return pages.page(
        request,
        "review.html",
        title=f"{pages.word(request, 'review_of_plan')} {plan}",
        plan=plan,
        state=state,
        states=(*STATES, ALL),
        groups=[Group(viewer.label(aligned), tuple(rows)) for aligned, rows in groups.items()],
        address=f"{service_of(request).settings.base_url()}/alignments/",
        path=f"/sdgs/proposals/{quoted_url(plan)}",
    )


def _texts(request: Request, plan: str) -> dict[tuple[str, str], CommitmentText]:
    """The texts of a plan's commitments, by commitment and language."""
    reading = reading_of(request)
    return {
        (one.iri, tag): one for tag in LANGUAGES for one in commitment_texts(reading, plan, tag)
    }


def _row(
    one: Shown,
    texts: Mapping[tuple[str, str], CommitmentText],
    shown: str,
    about: Value,
    agent: Value | None,
) -> Row:
    it, notes = one.suggestion, notes_of(one.suggestion, one.names)
    return Row(
        one.id,
        it.object.removeprefix(SDG),
        about,
        f"{float(it.confidence or 0):.2f}",
        it.state,
        visible(it.rationale.get(shown) or next(iter(it.rationale.values()), "")),
        _excerpt(one, texts),
        agent,
        reviewed_at(it, one.names)[:10],
        visible(notes.get(shown) or next(iter(notes.values()), "")),
    )


def _excerpt(one: Shown, texts: Mapping[tuple[str, str], CommitmentText]) -> Excerpt | None:
    """What is quoted, within the text that it was found in as that is now."""
    evidence = one.suggestion.evidence
    if evidence is None or not evidence.quote:
        return None
    part = quoted_part(one.suggestion, one.names) or ""
    text = texts.get((one.suggestion.aligned, evidence.language))
    at = text.text.find(evidence.quote) if text else -1
    if text is None or at < 0:
        return Excerpt("", visible(evidence.quote), "", evidence.language, part)
    end = at + len(evidence.quote)
    before = text.text[max(0, at - _AROUND) : at]
    after = text.text[end : end + _AROUND]
    return Excerpt(
        ("… " if at > _AROUND else "") + visible(before),
        visible(evidence.quote),
        visible(after) + (" …" if len(text.text) > end + _AROUND else ""),
        evidence.language,
        part,
    )

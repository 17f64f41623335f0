"""The page of `/sdgs/suggest`: the form, the text with what counted marked, the suggestions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from ogpgraph.errors import OgpGraphError
from ogpgraph.suggester.matcher import Span
from ogpgraph.suggester.suggest import Suggestion
from ogpgraph.suggester.wording import TEXT_LANGUAGES
from ogpgraph.vocab import SDG
from ogpgraph.web import pages
from ogpgraph.web.context import language, service_of
from ogpgraph.web.excerpts import visible
from ogpgraph.web.suggestion_request import MAX_BYTES, Asked
from ogpgraph.web.texts import language_name
from ogpgraph.web.views import Value

_MOST_SHOWN = 100_000
"""Characters of a text that are shown again."""
_MOST_REASONS = 20
"""Reasons of each suggestion on a page; JSON has them all."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and the goals and targets for which it counted."""

    text: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Words of the text that counted, how much and how often, and the term of the lexicon."""

    words: str
    weight: int
    times: int
    term: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as it is shown."""

    about: Value
    code: str
    score: str
    reasons: tuple[Reason, ...]
    more: int


def form(request: Request) -> str:
    """The empty form."""
    return _page(request)


def answer(request: Request, asked: Asked, found: Sequence[Sequence[Suggestion]]) -> str:
    """The suggestions for the text that was sent, and the form again."""
    text, suggestions = asked.records[0].text, found[0]
    codes = [one.code for one in suggestions]
    viewer = pages.labelled(request, [SDG + code for code in codes])
    shown = [
        _shown(text, one, code, viewer.label(SDG + code))
        for one, code in zip(suggestions, codes, strict=True)
    ]
    long = len(text) > _MOST_SHOWN
    return _page(
        request,
        text=text,
        chosen=asked.wishes.language or "",
        done=True,
        shown=shown,
        pieces=[] if long else pieces(text, suggestions),
    )


def refusal(request: Request, error: OgpGraphError, text: str, chosen: str) -> str:
    """The form again, with what is wrong."""
    return _page(request, text=text, chosen=chosen, error=visible(error.message))


def pieces(text: str, suggestions: Sequence[Suggestion]) -> list[Piece]:
    """A text cut where what counted begins and ends."""
    edges: dict[int, tuple[list[str], list[str]]] = {}
    for one in suggestions:
        for start, end in _joined(one.spans):
            edges.setdefault(start, ([], []))[0].append(one.code)
            edges.setdefault(end, ([], []))[1].append(one.code)
    cuts = [0, *sorted(edges), len(text)]
    inside: dict[str, None] = {}
    made = []
    for start, end in itertools.pairwise(cuts):
        opening, closing = edges.get(start, ((), ()))
        for code in closing:
            inside.pop(code, None)
        inside |= dict.fromkeys(opening)
        if start < end:
            made.append(Piece(visible_lines(text[start:end]), tuple(inside)))
    return made


def visible_lines(text: str) -> str:
    """A text as `visible` makes it, in its lines."""
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def _joined(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The characters of spans that speak for something, without overlaps."""
    made: list[tuple[int, int]] = []
    for span in sorted(span for span in spans if span.weight > 0):
        if made and span.start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], span.end))
        else:
            made.append((span.start, span.end))
    return made


def _shown(text: str, one: Suggestion, code: str, about: Value) -> Shown:
    times: dict[tuple[str, int], list[Span]] = {}
    for span in one.spans:
        times.setdefault((span.term, span.weight), []).append(span)
    reasons = [
        Reason(_quoted(text, spans[0]), weight, len(spans), term)
        for (term, weight), spans in times.items()
    ]
    reasons.sort(key=lambda reason: (-abs(reason.weight), -reason.times, reason.term))
    more = max(0, len(reasons) - _MOST_REASONS)
    return Shown(about, code, f"{one.score:.2f}", tuple(reasons[:_MOST_REASONS]), more)


def _quoted(text: str, span: Span) -> str:
    return visible(" ".join(text[span.start : span.end].split()))[:200]


def _page(request: Request, *, text: str = "", chosen: str = "", **more: object) -> str:
    values: dict[str, object] = {"done": False, "shown": (), "pieces": (), "error": None, **more}
    return pages.page(
        request,
        "suggest.html",
        typed="question" if request.method == "POST" and 0 < len(text) <= _MOST_SHOWN else "",
        title=pages.word(request, "suggest_title"),
        text=text if len(text) <= _MOST_SHOWN else "",
        left_out=len(text) > _MOST_SHOWN,
        chosen=chosen,
        text_languages=[
            (tag, language_name(tag, language(request)).capitalize()) for tag in TEXT_LANGUAGES
        ],
        most=MAX_BYTES // (1024 * 1024),
        address=f"{service_of(request).settings.base_url()}/sdgs/suggest",
        **values,
    )

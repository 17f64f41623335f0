"""What in a text speaks for a suggestion: the words that matched, and a passage to quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ogpgraph.commitment_texts import CommitmentText, Part
from ogpgraph.suggester.matcher import Span

MOST_WORDS = 10
"""Words of a quotation: what the shapes let by."""
_MOST_NAMED = 8
"""Matches that a rationale names."""
_WORD = re.compile(r"\S+")
_EDGES = " \t\n\r.,;:()[]«»“”\"'¡!¿?"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words as they stand in a part of a text."""

    part: Part
    quote: str


def passage_of(text: CommitmentText, spans: Sequence[Span]) -> Passage | None:
    """The passage of ten words at most with the weightiest matches; None where nothing matched.

    Of passages that weigh the same it is the shortest, and of those the first.
    """
    found: list[tuple[int, int, int, Part, str]] = []
    for part in text.parts:
        inside = [one for one in spans if one.weight > 0 and part.start <= one.start < part.end]
        for first in inside:
            quote, end = _quoted(text.text, part, first, inside)
            weight = sum(one.weight for one in inside if first.start <= one.start < end)
            found.append((-weight, len(quote), first.start, part, quote))
    if not found:
        return None
    *_, part, quote = min(found, key=lambda one: one[:3])
    return Passage(part, quote)


def _quoted(text: str, part: Part, first: Span, spans: Sequence[Span]) -> tuple[str, int]:
    """From the first word of a match to the last of those that lie within ten words of it."""
    words = [m.span() for m in _WORD.finditer(text, part.start, part.end)]
    words = [word for word in words if word[1] > first.start][:MOST_WORDS]
    limit = words[-1][1]
    end = max(min(one.end, limit) for one in spans if first.start <= one.start < limit)
    last = next(word[1] for word in words if word[1] >= end)
    start = words[0][0]
    whole = text[start:last]
    quote = whole.strip(_EDGES) or whole
    return quote, last


def matched(text: str, spans: Sequence[Span], *, against: bool = False) -> tuple[str, ...]:
    """The words that matched, as they stand, the weightiest first, each once."""
    chosen = [one for one in spans if (one.weight < 0) is against]
    chosen.sort(key=lambda one: (-abs(one.weight), one.start))
    said: dict[str, str] = {}
    for one in chosen:
        words = " ".join(text[one.start : one.end].split())
        said.setdefault(words.casefold(), words)
    return tuple(said.values())[:_MOST_NAMED]

"""What is measured of a text's evidence for a goal or target; a model weighs it.

Every feature is a plain number that can be found again from the spans.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ogpgraph.suggester.evidence import Evidence
from ogpgraph.suggester.matcher import Match

FEATURES = ("weight", "density", "settling", "strong")
"""weight: ln(1 + w), w the weight of the matches as `weight_of` has it;
density: ln(1 + w for 100 words);
settling: ln(1 + n), n the number of different terms that settle the matter by themselves;
strong: the same of those that are strong at least."""
_SETTLING, _STRONG = 4, 3
_SHORTEST = 20
"""Words that a shorter text counts as, so that a title is not all density."""
_AGAIN = 0.5
"""What a term adds each time that its number doubles, as a part of its weight."""


def terms_of(matches: Sequence[Match]) -> dict[tuple[str, str], tuple[int, int]]:
    """The different terms among matches: their weight, and how often each stands."""
    terms: dict[tuple[str, str], tuple[int, int]] = {}
    for match in matches:
        key = (match.row.language, match.row.term)
        weight, times = terms.get(key, (match.row.weight, 0))
        terms[key] = (max(weight, match.row.weight, key=abs), times + 1)
    return terms


def weight_of(matches: Sequence[Match]) -> float:
    """The weight of matches, never below 0.

    Each different term counts its weight once and a little more for each time after; terms that
    speak against are taken off.
    """
    total = 0.0
    for weight, times in terms_of(matches).values():
        total += weight * (1 + _AGAIN * math.log2(times))
    return max(0.0, total)


def features_of(evidence: Evidence, code: str) -> tuple[float, ...]:
    """The features of a goal or target, in the order of `FEATURES`."""
    matches = evidence.codes.get(code, ())
    weights = [weight for weight, _ in terms_of(matches).values()]
    total = weight_of(matches)
    return (
        math.log1p(total),
        math.log1p(100 * total / max(evidence.words, _SHORTEST)),
        math.log1p(sum(weight >= _SETTLING for weight in weights)),
        math.log1p(sum(weight >= _STRONG for weight in weights)),
    )

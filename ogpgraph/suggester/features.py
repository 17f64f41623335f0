"""What is measured of a text's evidence for a goal or target; a model weighs it.

Every feature is a plain number that can be found again from the spans.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ogpgraph.suggester.evidence import Evidence
from ogpgraph.suggester.matcher import Match

FEATURES = (
    "settling",
    "strong",
    "usual",
    "faint",
    "against",
    "weight",
    "density",
    "share",
    "margin",
    "opening",
    "repeated",
    "references",
)
"""settling, strong, usual, faint: how many different terms of weight 4, 3, 2, 1, as ln(1 + n);
against: weight of the terms against; weight: sum of the terms' weights, as ln(1 + w);
density: that for 100 words; share: of the weight of all goals; margin: over the best other goal;
opening: part of the matches in the first third; repeated: how often terms come again;
references: marks of a list of references, for 100 words."""
_SHORTEST = 40
"""Words that a shorter text is counted as, so that a title is not all density."""


def terms_of(matches: Sequence[Match]) -> dict[tuple[str, str], tuple[int, int]]:
    """The different terms among matches: their weight, and how often each stands."""
    terms: dict[tuple[str, str], tuple[int, int]] = {}
    for match in matches:
        key = (match.row.language, match.row.term)
        weight, times = terms.get(key, (match.row.weight, 0))
        terms[key] = (max(weight, match.row.weight, key=abs), times + 1)
    return terms


def weight_of(matches: Sequence[Match]) -> float:
    """The weight of matches: each term once, and a little more for each time after."""
    total = 0.0
    for weight, times in terms_of(matches).values():
        if weight > 0:
            total += weight * (1 + 0.5 * math.log2(times))
    return total


def features_of(evidence: Evidence, code: str, weights: Mapping[str, float]) -> tuple[float, ...]:
    """The features of a code, in the order of `FEATURES`; `weights` are those of all goals."""
    matches = evidence.codes.get(code, ())
    goal = code.partition(".")[0]
    terms = terms_of(matches)
    number = {w: sum(weight == w for weight, _ in terms.values()) for w in (1, 2, 3, 4)}
    against = -sum(weight for weight, _ in terms.values() if weight < 0)
    weight = weight_of(matches)
    others = max((w for other, w in weights.items() if other != goal), default=0.0)
    total = sum(w for other, w in weights.items() if other != goal) + weight
    positive = [match for match in matches if match.row.weight > 0]
    opening = sum(match.span.start < evidence.length / 3 for match in positive)
    times = sum(times for w, times in terms.values() if w > 0)
    return (
        math.log1p(number[4]),
        math.log1p(number[3]),
        math.log1p(number[2]),
        math.log1p(number[1]),
        math.log1p(against),
        math.log1p(weight),
        math.log1p(100 * weight / max(evidence.words, _SHORTEST)),
        weight / total if total else 0.0,
        math.log((weight + 1) / (others + 1)),
        opening / len(positive) if positive else 0.0,
        math.log(times / sum(number.values())) if times else 0.0,
        math.log1p(100 * evidence.references / max(evidence.words, _SHORTEST)),
    )

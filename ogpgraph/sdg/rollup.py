"""From targets to goals: what serves 16.6 serves 16, and is counted there once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from ogpgraph.sdg.codes import Code, Level

T = TypeVar("T")


def roll_up(aligned: Mapping[T, Iterable[Code]], level: Level = "goal") -> dict[Code, list[T]]:
    """The things of each code of a level, from the codes that each thing has.

    Args:
        aligned: a thing, e.g. a commitment, and the codes that it has.
        level: to roll up to. What has only a code above that level, as a commitment aligned with
            goal 16 and none of its targets, is left out.

    Returns:
        In the order of the codes; of each code every thing once, in the order given.
    """
    found: dict[Code, dict[T, None]] = defaultdict(dict)
    for thing, codes in aligned.items():
        for code in codes:
            if (above := code.at(level)) is not None:
                found[above][thing] = None
    return {code: list(found[code]) for code in sorted(found)}

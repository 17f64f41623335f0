"""A code of the SDGs as a value: 16, 16.6, 16.a, 16.6.2. It sorts as codes do, not as decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import Literal

Level = Literal["goal", "target", "indicator"]
_PLAIN = re.compile(r"([1-9][0-9]?)(?:\.([1-9][0-9]?|[a-z])(?:\.([1-9][0-9]?))?)?")
_LETTERS_FROM = 100
"""Targets with letters come after all those with numbers."""


@total_ordering
@dataclass(frozen=True, slots=True, eq=True)
class Code:
    """A code, whether or not there is anything of that code (`vocabulary` knows).

    `goal` counts from 1; `target` is a number or a small letter as text, empty for a goal;
    `indicator` counts from 1, and is 0 for goals and targets.
    """

    goal: int
    target: str = ""
    indicator: int = 0

    @classmethod
    def parse(cls, text: str) -> Code:
        """The code of a text as `text` gives it: 16, 16.6, 16.a, 16.6.2.

        Raises:
            ValueError: it is none in this form; `spellings.resolve` reads the others.
        """
        found = _PLAIN.fullmatch(text)
        if found is None:
            raise ValueError(f"“{text}” is no code in its plain form")
        goal, target, indicator = found.groups()
        return cls(int(goal), target or "", int(indicator or 0))

    @property
    def text(self) -> str:
        """As people write it, and as IRIs of goals and targets end."""
        pieces = [str(self.goal), self.target, str(self.indicator or "")]
        return ".".join(piece for piece in pieces if piece)

    @property
    def padded(self) -> str:
        """With numbers of two places, as the UN's `sdgo:SDGCode` has it: 16.06.02, 16.0a."""
        pieces = [f"{self.goal:02d}"]
        if self.target:
            pieces.append(self.target.zfill(2))
        if self.indicator:
            pieces.append(f"{self.indicator:02d}")
        return ".".join(pieces)

    @property
    def level(self) -> Level:
        """What it is the code of."""
        return "indicator" if self.indicator else "target" if self.target else "goal"

    @property
    def parent(self) -> Code | None:
        """The target of an indicator, the goal of a target, None for a goal."""
        if self.indicator:
            return Code(self.goal, self.target)
        return Code(self.goal) if self.target else None

    def at(self, level: Level) -> Code | None:
        """What it rolls up to: itself or what it belongs to; None for what lies below it."""
        code: Code | None = self
        while code is not None and code.level != level:
            code = code.parent
        return code

    def within(self, other: Code) -> bool:
        """Whether it is the other, or belongs to it: 16.6.2 and 16.6 are within 16."""
        return self.at(other.level) == other

    @property
    def sort_key(self) -> tuple[int, int, int]:
        """(goal, place of the target, indicator): 16.9, 16.10, 16.a; a goal before its targets."""
        if not self.target:
            return (self.goal, 0, 0)
        numbered = self.target.isdigit()
        place = int(self.target) if numbered else _LETTERS_FROM + ord(self.target) - ord("a") + 1
        return (self.goal, place, self.indicator)

    def __lt__(self, other: object) -> bool:
        return self.sort_key < other.sort_key if isinstance(other, Code) else NotImplemented

    def __str__(self) -> str:
        return self.text

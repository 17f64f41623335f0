"""Pieces of what a caller sent, as a page shows them: every character of theirs can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_AROUND = 80
"""Characters before and after a place in a line."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a line: what stands before it, the character there, what follows."""

    number: int
    before: str
    at: str
    after: str

    @classmethod
    def of(cls, text: str, number: int, column: int | None) -> Place:
        """The place at a column, counted from 1, of a line; at its start where none is told."""
        at = min(max((column or 1) - 1, 0), len(text))
        start = max(0, at - _AROUND)
        pieces: Sequence[str] = (text[start:at], text[at : at + 1], text[at + 1 : at + _AROUND])
        before, here, after = (visible(piece).replace("\t", " ") for piece in pieces)
        return cls(number, before, here, after)

    @property
    def caret(self) -> str:
        """A line that has a caret under the place."""
        return " " * len(self.before) + "^"


def visible(text: str) -> str:
    """A text whose characters that are not to be seen, or turn others around, are written out."""
    return "".join(c if c.isprintable() or c == "\t" else f"⟨U+{ord(c):04X}⟩" for c in text)

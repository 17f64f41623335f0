"""Keys to sort texts by: accents and case aside, numbers by their value.

A key is a text of a bounded length, so that a cursor can carry it.
"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80
"""Characters of a text that its key is made of."""
_PLACES = 9
_DIGITS = re.compile(r"[0-9]+")
_MARKS = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""Accents and other marks that stand over, under or through a letter."""


def sort_key(text: str) -> str:
    """The key of a text: “Ética” as “etica”, CRI-4-9 before CRI-4-10."""
    cut = text[:_LONGEST]
    if not cut.isascii():
        cut = _MARKS.sub("", unicodedata.normalize("NFKD", cut))
    return _DIGITS.sub(_padded, cut.casefold())


def _padded(found: re.Match[str]) -> str:
    return found[0].lstrip("0").zfill(_PLACES)

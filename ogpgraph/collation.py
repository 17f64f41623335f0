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


def sort_key(text: str) -> str:
    """The key of a text: “Ética” as “etica”, CRI-4-9 before CRI-4-10."""
    cut = text[:_LONGEST]
    if not cut.isascii():
        parts = unicodedata.normalize("NFKD", cut)
        cut = "".join(character for character in parts if not unicodedata.combining(character))
    return _DIGITS.sub(_padded, cut.casefold())


def _padded(found: re.Match[str]) -> str:
    return found[0].lstrip("0").zfill(_PLACES)

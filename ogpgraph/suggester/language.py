"""Which languages of the lexicon a text is in, by the words that every sentence is built with."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from ogpgraph.suggester.wording import TEXT_LANGUAGES, Token

_ENGLISH = """
    the of and to in is that for was with as by this are from which have has been its their on at
    be or not an were these will can between such
"""
_SPANISH = """
    de la que el en y los del las por con para una se su al es lo como mas sus este esta entre ha
    han sobre ser son tambien fue desde sin un o
"""
_BUILDING = MappingProxyType({"en": frozenset(_ENGLISH.split()), "es": frozenset(_SPANISH.split())})
_MUCH_MORE = 3
"""How often a language's words stand for one of another's, for it to be the only one."""
_FEW = 2


def languages_of(words: Sequence[Token]) -> tuple[str, ...]:
    """The languages to read a text in: one where its words leave no doubt, else all."""
    counts = {
        language: sum(word.folded in _BUILDING[language] for word in words)
        for language in TEXT_LANGUAGES
    }
    best = max(TEXT_LANGUAGES, key=lambda language: counts[language])
    others = max(number for language, number in counts.items() if language != best)
    sure = counts[best] >= _FEW and counts[best] > _MUCH_MORE * others
    return (best,) if sure else TEXT_LANGUAGES

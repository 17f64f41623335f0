"""Words of a text as a reader compares them: without case and accents, and by their stems.

One function makes words of texts, of questions and of what is marked in an answer, so that what
is found is what is shown to be found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import snowballstemmer

STEMMED = MappingProxyType({"es": "spanish", "en": "english"})
"""Language -> what its stemmer is called."""
_RUN = re.compile(r"[\w\u0300-\u036f\u00ad\u200b-\u200d\u2060]+")
"""Letters and digits, and what stands inside of words unseen."""
_ASCII = re.compile(r"[a-z0-9]+")
_MAX_WORD = 64
"""Characters of a word that are compared; longer runs are no words that anybody types."""
_CACHED = 200_000

_SAYING_NOTHING = """
    a al algun alguna algunos algunas como con cual cuales de del desde donde el ella ellos en
    entre era es esta este esto fue ha han hasta hay la las le les lo los mas me mi muy ni no nos o
    os para pero por que quien quienes se ser si sin sobre son su sus tambien te tiene tienen un
    una unas uno unos y ya

    about an and any are as at be been by can did do does for from had has have how i if in into is
    it its not of on or our so that the their there these they this those to was we were what when
    where which who whom whose why will with you your
"""
STOP_WORDS = frozenset(_SAYING_NOTHING.split())
"""Words that say nothing of a subject, folded: nobody looks for them alone."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, in characters, and how it is compared."""

    start: int
    end: int
    form: str


def folded(text: str) -> str:
    """A text without case and accents; only letters and digits stay."""
    lowered = text.casefold()
    if _ASCII.fullmatch(lowered):
        return lowered
    plain = unicodedata.normalize("NFKD", lowered).casefold()
    return "".join(one for one in plain if one.isalnum())


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for run in _RUN.finditer(text):
        start = run.start()
        for piece in run.group().split("_"):
            form = folded(piece[:_MAX_WORD])
            if form:
                yield Word(start, start + len(piece), form)
            start += len(piece) + 1


@dataclass
class Stems:
    """Stems of words, remembered. For one thread at a time."""

    _stemmers: dict[str, Any] = field(
        default_factory=lambda: {
            language: snowballstemmer.stemmer(name) for language, name in STEMMED.items()
        }
    )
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, form: str, language: str) -> str:
        """The stem of a folded word; the word itself in a language without a stemmer.

        Of the folded word, so that one who types no accents gets the same.
        """
        stemmer = self._stemmers.get(language)
        if stemmer is None:
            return form
        found = self._known.get((language, form))
        if found is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            found = self._known[language, form] = folded(stemmer.stemWord(form))
        return found

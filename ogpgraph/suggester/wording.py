"""Words of texts and of the lexicon's terms, made alike so that one finds the other.

A word is compared without case and accents and by its stem. Articles count for nothing: “acceso a
la justicia” and “acceso a justicia” are the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from ogpgraph.search.words import Stems, words

TEXT_LANGUAGES = ("en", "es")
"""Those that texts and the lexicon are read in; pages and labels have `vocab.LANGUAGES`."""
_ARTICLES = MappingProxyType(
    {
        "en": frozenset({"a", "an", "the"}),
        "es": frozenset({"el", "la", "las", "lo", "los", "un", "una", "unas", "unos"}),
    }
)
_CONTINUATIONS = MappingProxyType({"en": frozenset({"or", "nor"}), "es": frozenset({"ni"})})
"""What goes on with a negation: “not about bribes or fraud”."""
_CONTRACTIONS = MappingProxyType({"del": "de", "al": "a"})
"""Spanish prepositions with the article in them."""
_SPELLINGS = (
    (re.compile(r"(?<=\w{3}[^aeiou])is(?=(?:e|ed|es|er|ers|ing|ation|ations|ational)$)"), "iz"),
    (re.compile(r"(?<=\w{3})our(?=(?:s|ed|ing|al|able|ally|hood|hoods|er|ers)?$)"), "or"),
    (re.compile(r"(?<=[a-z])([bt])re(?=s?$)"), r"\1er"),
    (re.compile(r"programme"), "program"),
)
"""British spellings, told as American ones."""
_NEW_SENTENCE = re.compile(r"[.!?…](?=\W)|[;¿¡\u2029]|\n[ \t\r]*\n")
"""What stands between sentences; a single end of line is none, as texts are wrapped."""
_CACHED = 100_000


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a text: characters [start, end), and its sentence's number."""

    start: int
    end: int
    written: str
    folded: str
    sentence: int


def tokens(text: str) -> list[Token]:
    """The words of a text, in order; offsets count characters (code points)."""
    found: list[Token] = []
    sentence, before = 0, 0
    for word in words(text):
        if _NEW_SENTENCE.search(text, before, word.start):
            sentence += 1
        before = word.end
        written = text[word.start : word.end]
        found.append(Token(word.start, word.end, written, word.form, sentence))
    return found


def without_articles(found: Sequence[Token], language: str) -> list[Token]:
    """The words that count in a language. An article in capitals is a name: “hepatitis A”."""
    articles = _ARTICLES[language]
    return [word for word in found if word.written not in articles]


def continues(word: Token, language: str) -> bool:
    """Whether a word goes on with the negation before it."""
    return word.folded in _CONTINUATIONS[language]


def is_article(written: str, language: str) -> bool:
    """Whether a word, as it is written, counts for nothing in a language."""
    return written in _ARTICLES[language]


@dataclass
class Stemming:
    """Stems of folded words, remembered. For one thread at a time."""

    _stems: Stems = field(default_factory=Stems)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, folded: str, language: str) -> str:
        """The stem of a folded word, the same for its singular, plural and spelling variants."""
        key = (language, folded)
        stem = self._known.get(key)
        if stem is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            stem = self._known[key] = self._made(folded, language)
        return stem

    def _made(self, folded: str, language: str) -> str:
        if language == "es":
            folded = _spanish(folded)
        elif language == "en":
            for pattern, american in _SPELLINGS:
                folded = pattern.sub(american, folded)
        return self._stems.of(folded, language)


def _spanish(folded: str) -> str:
    """With the plural's ending, since the stemmer knows “-ciones” and only an accented “-ción”."""
    if folded.endswith(("cion", "sion")):
        return folded + "es"
    return _CONTRACTIONS.get(folded, folded)

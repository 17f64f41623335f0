"""Terms of the lexicon, from their text: what may stand at each place of each part.

bribe|bribery public offici*      alternatives, a prefix
access ~ drinking water           parts near one another, in any order
AIDS                              with its capitals
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from ogpgraph.suggester.wording import Stemming, is_article, tokens

MAX_PARTS = 3
MAX_WORDS = 12
MAX_VARIANTS = 512
"""Sequences of words that the alternatives of one part may make."""
_NEAR = re.compile(r"(?<!\S)~(?!\S)")
_STRANGE = re.compile(r"[^\w\s|*~'’/.\-\u0300-\u036f&°%+]")
_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")
"""A term of small letters only, as most are: each word stands for itself."""
_SHORTEST_PREFIX = 3

Element = str
"""What a word must be: “=stem”, “^prefix” or “!CAPITALS”."""
Variant = tuple[Element, ...]


class BadTerm(ValueError):
    """A term that cannot be read: what is wrong, what is right, at which character (from 0)."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its text as written, its language, and the variants of each of its parts."""

    text: str
    language: str
    parts: tuple[tuple[Variant, ...], ...]


def term_of(text: str, language: str, stemming: Stemming) -> Term:
    """The term that a text means.

    Raises:
        BadTerm: the text is no term.
    """
    if not text.strip():
        raise BadTerm("a term is empty; write a word")
    strange = _STRANGE.search(text)
    if strange is not None:
        raise BadTerm(
            f"“{strange[0]}” is not part of a term; words, “|”, a final “*” and “ ~ ” are",
            strange.start(),
        )
    pieces, offset = [], 0
    for piece in _NEAR.split(text):
        pieces.append(_variants(piece, offset, language, stemming))
        offset += len(piece) + 1
    if len(pieces) > MAX_PARTS:
        raise BadTerm(f"{len(pieces)} parts are near one another; at most {MAX_PARTS} can be")
    return Term(text, language, tuple(pieces))


def _variants(part: str, offset: int, language: str, stemming: Stemming) -> tuple[Variant, ...]:
    if not part.strip():
        raise BadTerm("nothing stands beside “~”; write words on both sides", offset)
    if _PLAIN.fullmatch(part):
        found = [word for word in part.split() if not is_article(word, language)]
        if 0 < len(found) <= MAX_WORDS:
            return (tuple("=" + stemming.of(word, language) for word in found),)
    places: list[list[Variant]] = []
    for place in re.finditer(r"\S+", part):
        at, choices = offset + place.start(), []
        for alternative in place.group().split("|"):
            choices.append(_alternative(alternative, at, language, stemming))
            at += len(alternative) + 1
        places.append(choices)
    number = 1
    for choices in places:
        number *= len(choices)
    if number > MAX_VARIANTS:
        raise BadTerm(f"{number} phrases by alternatives; at most {MAX_VARIANTS} can be", offset)
    made = {tuple(itertools.chain(*chosen)) for chosen in itertools.product(*places)}
    if () in made:
        raise BadTerm("only articles are here, which count for nothing; write a word", offset)
    if any(len(variant) > MAX_WORDS for variant in made):
        raise BadTerm(f"a part has more than {MAX_WORDS} words", offset)
    return tuple(sorted(made))


def _alternative(text: str, at: int, language: str, stemming: Stemming) -> Variant:
    """The words of an alternative: several where it has a hyphen, none where it is an article."""
    stem, star, rest = text.partition("*")
    if rest:
        raise BadTerm("“*” stands at the end of a word only", at + len(stem))
    found = tokens(stem)
    if not found:
        raise BadTerm("an alternative is empty; write a word on both sides of “|”", at)
    if star and len(found[-1].folded) < _SHORTEST_PREFIX:
        raise BadTerm(f"a prefix has at least {_SHORTEST_PREFIX} letters", at)
    counting = [word for word in found if star or not is_article(word.written, language)]
    made = [_element(word.written, word.folded, language, stemming) for word in counting]
    if star:
        made[-1] = "^" + found[-1].folded
    return tuple(made)


def _element(written: str, folded: str, language: str, stemming: Stemming) -> Element:
    if is_capitals(written):
        return "!" + written
    return "=" + stemming.of(folded, language)


def is_capitals(written: str) -> bool:
    """Whether a word is an abbreviation in capitals, such as “AIDS” or “CO2”."""
    return written.isupper() and sum(map(str.isalpha, written)) > 1

"""All phrases of one language in one tree of words, found in one pass over a text.

At each word the tree is walked down as far as the words that follow allow, at most the length of
the longest phrase. So time grows with the text, whatever stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ogpgraph.suggester.term import Element, Variant, is_capitals
from ogpgraph.suggester.wording import Stemming, Token

_CACHED = 50_000


@dataclass(slots=True)
class _Node:
    next: dict[Element, _Node] = field(default_factory=dict)
    ends: tuple[int, ...] = ()
    """Numbers of the phrases whose last word this is."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text: its number, and its first and last word."""

    phrase: int
    first: int
    last: int


class PhraseTree:
    """The phrases of a language. For one thread at a time: it remembers words that it met."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._root = _Node()
        self._prefixes: set[str] = set()
        self._elements: set[Element] = set()
        self._stemming = Stemming()
        self._met: dict[str, tuple[Element, ...]] = {}

    def add(self, phrase: int, variants: Sequence[Variant]) -> None:
        """Add a phrase, under a number; each variant is another way to say it."""
        for variant in variants:
            node = self._root
            for element in variant:
                self._elements.add(element)
                if element[0] == "^":
                    self._prefixes.add(element[1:])
                node = node.next.setdefault(element, _Node())
            if phrase not in node.ends:
                node.ends += (phrase,)

    def find(self, words: Sequence[Token]) -> Iterator[Found]:
        """Every phrase in a text, by first word, then last word, then number."""
        known = [self._elements_of(word) for word in words]
        for first in range(len(words)):
            if known[first]:
                yield from self._from(first, known)

    def _from(self, first: int, known: Sequence[tuple[Element, ...]]) -> Iterator[Found]:
        nodes, at = [self._root], first
        while nodes and at < len(known):
            below = [
                node.next[element]
                for node in nodes
                for element in known[at]
                if element in node.next
            ]
            ending = {phrase for node in below for phrase in node.ends}
            for phrase in sorted(ending):
                yield Found(phrase, first, at)
            nodes, at = below, at + 1

    def _elements_of(self, word: Token) -> tuple[Element, ...]:
        """What a word can stand for in any phrase."""
        found = self._met.get(word.written)
        if found is None:
            if len(self._met) >= _CACHED:
                self._met.clear()
            found = self._met[word.written] = tuple(self._made(word))
        return found

    def _made(self, word: Token) -> Iterator[Element]:
        stem = "=" + self._stemming.of(word.folded, self.language)
        if stem in self._elements:
            yield stem
        for length in range(1, len(word.folded) + 1):
            if word.folded[:length] in self._prefixes:
                yield "^" + word.folded[:length]
        capitals = "!" + word.written.removesuffix("s")
        if is_capitals(capitals[1:]) and capitals in self._elements:
            yield capitals

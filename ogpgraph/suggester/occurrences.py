"""Where the terms of the lexicon stand in a text: phrases, and phrases near one another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ogpgraph.suggester.term import MAX_WORDS, Term, Variant
from ogpgraph.suggester.trie import PhraseTree
from ogpgraph.suggester.wording import Token

NEAR = 5
"""Words that may stand between parts that are near one another, in one sentence."""


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """A term in a text: the numbers of its words, in order, without those between its parts."""

    words: tuple[int, ...]

    @property
    def first(self) -> int:
        """The number of its first word."""
        return self.words[0]

    @property
    def last(self) -> int:
        """The number of its last word."""
        return self.words[-1]


@dataclass
class Places:
    """Where one term stands in a text, by first word."""

    occurrences: list[Occurrence] = field(default_factory=list)
    _firsts: list[int] | None = None

    def near(self, other: Occurrence, distance: int) -> bool:
        """Whether one stands within so many words of another, and not only inside of it."""
        if self._firsts is None:
            self._firsts = [one.first for one in self.occurrences]
        start = bisect_left(self._firsts, other.first - distance - _LONGEST)
        for at in range(start, len(self.occurrences)):
            one = self.occurrences[at]
            if one.first > other.last + distance + 1:
                return False
            inside = other.first <= one.first and one.last <= other.last
            if not inside and one.last >= other.first - distance - 1:
                return True
        return False


_LONGEST = 3 * MAX_WORDS + 2 * NEAR
"""Words from the first to the last of a term."""
_MOST_JOINED = 1_000
"""Times that a phrase is set beside others in one text: no text says it oftener and means more."""


class TermIndex:
    """The terms of one language; each gets a number. For one thread at a time."""

    def __init__(self, language: str, terms: Iterable[Term]) -> None:
        self._tree = PhraseTree(language)
        self._phrases: dict[tuple[Variant, ...], int] = {}
        self._joined: dict[tuple[int, int], tuple[int, ...]] = {}
        self._joinable: set[int] = set()
        self._groups: dict[tuple[int, ...], int] = {}
        self._numbers: dict[str, int] = {}
        self._next = 0
        for term in terms:
            self._numbers[term.text] = self._add(term.parts)

    def number(self, text: str) -> int:
        """The number of a term."""
        return self._numbers[text]

    def find(self, words: Sequence[Token]) -> dict[int, Places]:
        """The places of each term that stands in a text: number -> places."""
        places: dict[int, Places] = {}
        recent: list[tuple[int, Occurrence]] = []
        for found in self._tree.find(words):
            occurrence = Occurrence(tuple(range(found.first, found.last + 1)))
            here = places.setdefault(found.phrase, Places()).occurrences
            here.append(occurrence)
            if found.phrase in self._joinable and len(here) <= _MOST_JOINED:
                sentence = words[found.first].sentence
                recent = [one for one in recent if words[one[1].last].sentence == sentence]
                self._join(found.phrase, occurrence, recent, places)
        for place in places.values():
            place.occurrences.sort()
        return places

    def _join(
        self,
        number: int,
        occurrence: Occurrence,
        recent: list[tuple[int, Occurrence]],
        places: dict[int, Places],
    ) -> None:
        """Tell the terms that this phrase completes with one that stands shortly before."""
        recent[:] = [one for one in recent if one[1].last >= occurrence.first - NEAR - 1]
        made: list[tuple[int, Occurrence]] = [(number, occurrence)]
        for before, other in recent:
            if other.last >= occurrence.first:
                continue
            both = Occurrence(other.words + occurrence.words)
            for joined in self._joined.get((before, number), ()):
                places.setdefault(joined, Places()).occurrences.append(both)
                if joined in self._joinable:
                    made.append((joined, both))
        recent.extend(made)

    def _add(self, parts: Sequence[tuple[Variant, ...]]) -> int:
        if len(parts) == 1:
            return self._phrase(parts[0])
        return self._near(tuple(sorted(self._phrase(part) for part in parts)))

    def _phrase(self, variants: tuple[Variant, ...]) -> int:
        number = self._phrases.get(variants)
        if number is None:
            number = self._phrases[variants] = self._new()
            self._tree.add(number, variants)
        return number

    def _near(self, phrases: tuple[int, ...]) -> int:
        """The number of a term whose parts are these phrases; two of three get one of their own."""
        if len(phrases) == 1:
            return phrases[0]
        if phrases in self._groups:
            return self._groups[phrases]
        number = self._groups[phrases] = self._new()
        pairs = {
            (self._near(phrases[:at] + phrases[at + 1 :]), phrases[at])
            for at in range(len(phrases))
        }
        for pair in sorted(pairs):
            self._joined[pair] = (*self._joined.get(pair, ()), number)
            self._joinable.update(pair)
        return number

    def _new(self) -> int:
        self._next += 1
        return self._next - 1

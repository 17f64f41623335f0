"""Matches of the lexicon's rows in a text: what counts, and where it stands."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ogpgraph.suggester.lexicon import Cue, Lexicon, Row
from ogpgraph.suggester.occurrences import Occurrence, Places, TermIndex
from ogpgraph.suggester.wording import Token, continues, without_articles

NEEDED_WITHIN = 25
"""Words between a match and what it needs."""
SPOILED_WITHIN = 6
"""Words between a match and what spoils it."""
MOST_COUNTED = 200
"""Matches of one row that are counted in one text; scores have long been full by then."""


class Span(NamedTuple):
    """Characters [start, end) of a text that a row matched; offsets count code points."""

    start: int
    end: int
    code: str
    term: str
    weight: int
    language: str


@dataclass(frozen=True, slots=True)
class Match:
    """A row that matched: where, and by which characters, for no two to count the same words."""

    row: Row
    span: Span
    stands: tuple[tuple[int, int], ...]
    """Start and end of each word, without those between the parts of a term."""


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A row, with the numbers of its term and guards."""

    row: Row
    term: int
    needs: tuple[int, ...]
    unless: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _NumberedCue:
    cue: Cue
    term: int
    unless: tuple[int, ...]


class Matcher:
    """The rows of a lexicon in one language, ready to be found. For one thread at a time."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        self.language = language
        mine = (term for (of, _), term in sorted(lexicon.terms.items()) if of == language)
        self._index = index = TermIndex(language, mine)
        number = index.number
        self._rows: dict[int, list[_Guarded]] = {}
        for row in lexicon.rows:
            if row.language == language:
                needs, unless = (tuple(map(number, guard)) for guard in (row.needs, row.unless))
                guarded = _Guarded(row, number(row.term), needs, unless)
                self._rows.setdefault(guarded.term, []).append(guarded)
        self._cues = [
            _NumberedCue(cue, number(cue.term), tuple(map(number, cue.unless)))
            for cue in lexicon.cues
            if cue.language == language
        ]

    def matches(self, found: Sequence[Token]) -> list[Match]:
        """The matches of every row in the words of a text, guards and negation applied.

        Sorted by place. Rows of the same code may still match the same words: see `longest`.
        """
        words = without_articles(found, self.language)
        places = self._index.find(words)
        denied = self._denied(words, places)
        made = [
            _match(guarded.row, one, words)
            for term in places
            for guarded in self._rows.get(term, ())
            for one in itertools.islice(_standing(guarded, places, denied), MOST_COUNTED)
        ]
        return sorted(made, key=_order)

    def _denied(self, words: Sequence[Token], places: dict[int, Places]) -> frozenset[int]:
        """The numbers of the words that a cue of negation takes out of the subject."""
        denied: set[int] = set()
        for numbered in self._cues:
            if numbered.term not in places:
                continue
            for one in places[numbered.term].occurrences:
                if _near_any(one, numbered.unless, places, 0):
                    continue
                denied.update(self._after(words, one.last, numbered.cue.words))
        return frozenset(denied)

    def _after(self, words: Sequence[Token], cue: int, most: int) -> Iterator[int]:
        """The words after a cue in its sentence: so many, and as many again after each “ni”."""
        end = cue + most
        for at in range(cue + 1, len(words)):
            goes_on = continues(words[at], self.language)
            if words[at].sentence != words[cue].sentence or at > end + goes_on:
                return
            if goes_on:
                end = at + most
            yield at


def longest(matches: Sequence[Match]) -> list[Match]:
    """Those that count where no word may count twice: the longest, then the weightiest."""
    taken: set[tuple[int, int]] = set()
    kept = []
    for match in sorted(matches, key=_precedence):
        if taken.isdisjoint(match.stands):
            taken.update(match.stands)
            kept.append(match)
    return sorted(kept, key=_order)


def _standing(
    guarded: _Guarded, places: dict[int, Places], denied: frozenset[int]
) -> Iterator[Occurrence]:
    for one in itertools.islice(places[guarded.term].occurrences, 10 * MOST_COUNTED):
        if one.first in denied:
            continue
        if guarded.needs and not _near_any(one, guarded.needs, places, NEEDED_WITHIN):
            continue
        if not _near_any(one, guarded.unless, places, SPOILED_WITHIN):
            yield one


def _near_any(
    one: Occurrence, terms: Sequence[int], places: dict[int, Places], distance: int
) -> bool:
    return any(term in places and places[term].near(one, distance) for term in terms)


def _match(row: Row, one: Occurrence, words: Sequence[Token]) -> Match:
    stands = tuple((words[at].start, words[at].end) for at in one.words)
    span = Span(stands[0][0], stands[-1][1], row.code, row.term, row.weight, row.language)
    return Match(row, span, stands)


def _order(match: Match) -> tuple[object, ...]:
    return (match.span, match.row)


def _precedence(match: Match) -> tuple[object, ...]:
    return (-len(match.stands), -abs(match.row.weight), match.span, match.row)

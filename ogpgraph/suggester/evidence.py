"""What a text says for each goal and target: the matches that count, in every language of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ogpgraph.sdg.codes import Code
from ogpgraph.suggester.language import languages_of
from ogpgraph.suggester.lexicon import Lexicon
from ogpgraph.suggester.matcher import Match, Matcher, longest
from ogpgraph.suggester.wording import TEXT_LANGUAGES, tokens


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one text: how many words it has, and the matches that count for each code.

    Of a goal count its own matches and those of its targets, no word twice; a match that speaks
    against a target says nothing of its goal.
    """

    words: int
    languages: tuple[str, ...]
    codes: Mapping[str, Sequence[Match]]


class Reader:
    """Reads texts for their evidence. For one thread at a time."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._matchers = {language: Matcher(lexicon, language) for language in TEXT_LANGUAGES}

    def read(self, text: str, language: str | None = None) -> Evidence:
        """The evidence of a text, in a language or in that which it is seen to be in."""
        words = tokens(text)
        languages = (language,) if language else languages_of(words)
        matches: dict[str, list[Match]] = {}
        for each in languages:
            for match in self._matchers[each].matches(words):
                code, goal = match.row.code, str(match.row.goal)
                matches.setdefault(code, []).append(match)
                if code != goal and match.row.weight > 0:
                    matches.setdefault(goal, []).append(match)
        codes = {code: longest(matches[code]) for code in sorted(matches, key=Code.parse)}
        return Evidence(len(words), languages, codes)

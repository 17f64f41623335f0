"""What people type, read as words, phrases and exclusions. It is never read as syntax of FTS5.

    datos abiertos "rendición de cuentas" -municipal

Every word must be found, in whatever language; the last one may be the beginning of a word; what
stands in quotes is found as it stands; what has a minus before it must not be there. Everything
else is plain text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ogpgraph.errors import BadRequest
from ogpgraph.search.columns import LANGUAGES, form_columns, stem_columns, whole_columns
from ogpgraph.search.words import STOP_WORDS, Stems, words

MAX_LENGTH = 200
"""Characters of a question."""
MAX_WORDS = 16
PARAMETER = "q"
_QUOTES = re.compile("[“”„«»″]")
_CHUNK = re.compile(r'([-−–]?)"([^"]*)"?|(\S+)')
_JOINED = re.compile(r"[^\s,;:/|+&()\[\]{}]+")
"""What one word is to the eye: `CRI-4-9`, `16.6`, `co-creación`."""
_EXCLUDING = ("-", "−", "–")
_MOST = 8
"""Words up to which all but one of them are looked for."""
_SHORTEST_PREFIX = 3
"""Letters that the beginning of a word must have."""


Need = Literal["all", "most", "some"]
"""How many of the words must be there: all, all but one, or one."""


class OnlyExcluded(BadRequest):
    """A text that says what must not be found, and nothing that must."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word, or several that stand side by side, folded.

    `exact`: as they stand, not by their stems. `prefix`: the last one may go on. `written` is
    how it was typed.
    """

    forms: tuple[str, ...]
    exact: bool = False
    prefix: bool = False
    written: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A text that was typed, read. `said` has all words but the excluded, in their order."""

    text: str
    wanted: tuple[Wanted, ...]
    excluded: tuple[Wanted, ...] = ()
    said: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str, *, parameter: str = PARAMETER) -> Question:
        """Read a text.

        Args:
            text: as it was typed.
            parameter: what it is called in errors.

        Raises:
            BadRequest: it is too long, has too many words, or none to look for; `OnlyExcluded`
                where all that it has are to be left out.
        """
        plain = unicodedata.normalize("NFC", text).strip()
        if max(len(text.strip()), len(plain)) > MAX_LENGTH:
            raise BadRequest(
                f"{parameter} has {len(text)} characters; a search has {MAX_LENGTH} at most.",
                parameter=parameter,
            )
        found = list(_parts(_QUOTES.sub('"', plain)))
        wanted = [one for excluding, one in found if not excluding]
        count = sum(len(one.forms) for _, one in found)
        if count > MAX_WORDS:
            raise BadRequest(
                f"{parameter} has {count} words; a search has {MAX_WORDS} at most.",
                parameter=parameter,
            )
        if found and not wanted:
            raise OnlyExcluded(
                f"{parameter} only says what must not be there: write at least one word without "
                "a minus before it.",
                parameter=parameter,
            )
        if not wanted:
            raise BadRequest(
                f"{parameter} has no word to look for: write at least one letter or digit.",
                parameter=parameter,
            )
        said = tuple(form for one in wanted for form in one.forms)
        wanted = [one for one in wanted if not _says_nothing(one)] or wanted
        wanted[-1] = _open(wanted[-1])
        excluded = tuple(one for excluding, one in found if excluding)
        return cls(plain, tuple(wanted), excluded, said)

    def expression(
        self, stems: Stems, *, language: str | None = None, need: Need = "all", ranked: bool = True
    ) -> str:
        """As FTS5 asks it.

        Args:
            stems: of the thread that asks.
            language: only look in texts of this one of `LANGUAGES`.
            need: how many of the words must be there.
            ranked: also look for what changes the rank of a thing, and not whether it is found.
        """
        each = [f"({_sought(one, stems, language)})" for one in self.wanted]
        if need == "all":
            asked = f"({' AND '.join(each)})"
            if ranked:
                called = f"{whole_columns(language)} : {_phrase([''.join(self.said)])}"
                asked = f"{asked} OR {called}"
            if ranked and 1 < len(self.wanted) <= _MOST:  # what has them side by side has them more
                asked = f"{asked} OR {form_columns(language)} : {_phrase(self.said)}"
        elif need == "most":
            fewer = [[*each[:at], *each[at + 1 :]] for at in range(len(each))]
            asked = " OR ".join(f"({' AND '.join(some)})" for some in fewer)
        else:
            asked = " OR ".join(each)
        if not self.excluded:
            return asked
        without = " OR ".join(f"({_sought(one, stems, None)})" for one in self.excluded)
        return f"({asked}) NOT ({without})"

    @property
    def needs(self) -> tuple[Need, ...]:
        """What to ask for, in this order, until something is found."""
        count = len(self.wanted)
        if count == 1:
            return ("all",)
        return ("all", "most", "some") if 2 < count <= _MOST else ("all", "some")  # noqa: PLR2004

    def corrected(self, words_of: dict[str, str]) -> str:
        """The text with some folded words replaced by others."""
        pieces, end = [], 0
        for word in words(self.text):
            if word.form in words_of:
                pieces += [self.text[end : word.start], words_of[word.form]]
                end = word.end
        return "".join([*pieces, self.text[end:]])


def _parts(text: str) -> Iterable[tuple[bool, Wanted]]:
    """Each piece, and whether it is excluded."""
    for minus, phrase, chunk in _CHUNK.findall(text):
        if not chunk:
            if forms := _forms(phrase):
                yield bool(minus), Wanted(forms, exact=True, written=phrase)
            continue
        excluding = chunk.startswith(_EXCLUDING)
        for piece in _JOINED.findall(chunk):
            if forms := _forms(piece):
                yield excluding, Wanted(forms, written=piece)


def _forms(text: str) -> tuple[str, ...]:
    return tuple(word.form for word in words(text))


def _says_nothing(one: Wanted) -> bool:
    return not one.exact and all(form in STOP_WORDS for form in one.forms)


def _open(one: Wanted) -> Wanted:
    """The last word may be the beginning of one."""
    last = one.forms[-1]
    goes_on = not one.exact and len(last) >= _SHORTEST_PREFIX and not last.isdigit()
    return Wanted(one.forms, one.exact, goes_on, one.written)


def _sought(one: Wanted, stems: Stems, language: str | None) -> str:
    """What is looked for in place of one word: its form, its beginning, its stems."""
    forms = [_phrase(one.forms)]
    if len(one.forms) > 1 and not one.exact:
        forms.append(_phrase(["".join(one.forms)]))  # co-creation is cocreation, too
    if one.prefix:
        forms.append(f"{_phrase(one.forms)} *")
    found = [f"{form_columns(language)} : ({' OR '.join(forms)})"]
    if not one.exact:
        for each in LANGUAGES[:2]:
            if language in {None, each}:
                stemmed = _phrase([stems.of(form, each) for form in one.forms])
                found.append(f"{stem_columns(each)} : {stemmed}")
    return " OR ".join(found)


def _phrase(forms: Sequence[str]) -> str:
    """Words side by side. They are letters and digits only: nothing in them ends the quotes."""
    return f'"{" ".join(forms)}"'

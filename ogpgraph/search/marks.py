"""What of a thing is shown to who looked for it: its label, and the words around what was found.

Texts are given in parts, each marked or not: so whoever shows them has no markup to trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.search.columns import LANGUAGES, known
from ogpgraph.search.found import Hit
from ogpgraph.search.question import Question, Wanted
from ogpgraph.search.words import Stems, Word, words

_LENGTH = 240
"""Characters of a snippet, about."""
_LEAD = 60
"""Characters before what was found."""
_LABEL_LENGTH = 300
_FIRST = 2
_SPANS = 50
"""Places of a text among which the beginning of a snippet is chosen."""
_ELLIPSIS = "…"
_FIELDS = MappingProxyType(
    {"summary": 0, "definition": 1, "quote": 2, "note": 3, "title": 4, "alternative": 5}
)
"""What is shown of a thing, the best first: codes and names stand elsewhere."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text, and whether it is what was looked for."""

    text: str
    match: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A text or a part of one: what it is of the thing, its language tag, and its parts.

    Of a quotation: the document that it stands in, and the line there.
    """

    field: str
    language: str
    parts: tuple[Part, ...]
    source: str = ""
    line: int | None = None

    @property
    def text(self) -> str:
        """The parts as one text."""
        return "".join(part.text for part in self.parts)


@dataclass
class Marker:
    """Marks the words of one question, for readers of one language."""

    question: Question
    language: str
    stems: Stems

    def label(self, hit: Hit) -> Excerpt | None:
        """What a thing is called in the reader's language, else in another; None if nothing."""
        found = [text for name in ("label", "title") for text in hit.texts if text[0] == name]
        if not found:
            return None
        field, language, text, *_ = min(found, key=lambda one: self._far(one[1]))
        spans = self._spans(text, language)
        return Excerpt(field, language, _parts(text, spans, (0, _LABEL_LENGTH)))

    def snippet(self, hit: Hit) -> Excerpt | None:
        """What says most of what was looked for, in the reader's language if that says any of it.

        Where no text does, what the thing is about; None where nothing is said of it but its name.
        """
        best: tuple[tuple[bool, int, int, int], Excerpt] | None = None
        for field, language, text, source, line in hit.texts:
            if field not in _FIELDS:
                continue
            spans, count = self._matches(text, language)
            rank = (count == 0, self._far(language), -count, _FIELDS[field])
            if best is None or rank < best[0]:
                parts = _parts(text, spans, _window(text, spans))
                best = rank, Excerpt(field, language, parts, source, line)
        return best[1] if best else None

    def _far(self, language: str) -> int:
        """How far a language is from the reader's: 0 the same, 1 one of ours, 2 another."""
        if known(language) == self.language:
            return 0
        return 1 if known(language) in LANGUAGES[:2] else 2

    def _spans(self, text: str, language: str) -> list[Span]:
        return self._matches(text, language)[0]

    def _matches(self, text: str, language: str) -> tuple[list[Span], int]:
        """Where the words of the question stand in a text, and how many of them do."""
        found = list(words(text))
        spans: list[Span] = []
        count = 0
        for one in self.question.wanted:
            here = list(self._places(found, one, known(language)))
            spans += here
            count += bool(here)
        return _merged(spans), count

    def _places(self, found: Sequence[Word], one: Wanted, language: str) -> Iterator[Span]:
        size = len(one.forms)
        joined = "".join(one.forms) if size > 1 and not one.exact else None
        for at, word in enumerate(found):
            if word.form == joined:
                yield word.start, word.end
            some = found[at : at + size]
            if len(some) == size and self._same(some, one, language):
                yield some[0].start, some[-1].end

    def _same(self, some: Sequence[Word], one: Wanted, language: str) -> bool:
        """Whether words side by side are what is wanted, as the index compares them."""
        *before, last = (word.form for word in some)
        if tuple(before) == one.forms[:-1] and (
            last == one.forms[-1] or (one.prefix and last.startswith(one.forms[-1]))
        ):
            return True
        if one.exact or language not in LANGUAGES[:2]:
            return False
        pairs = zip((*before, last), one.forms, strict=True)
        return all(self._akin(form, other, language) for form, other in pairs)

    def _akin(self, form: str, other: str, language: str) -> bool:
        """Whether words have one stem. Stemming leaves their first letters."""
        if form[:_FIRST] != other[:_FIRST]:
            return False
        return self.stems.of(form, language) == self.stems.of(other, language)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: Sequence[Span]) -> Span:
    """Where a snippet begins and ends: around as many spans as there is room for."""
    if len(text) <= _LENGTH:
        return 0, len(text)
    best, most = 0, 0
    for start, _ in spans[:_SPANS]:
        inside = sum(
            1 for one, end in spans[:_SPANS] if one >= start and end <= start + _LENGTH - _LEAD
        )
        if inside > most:
            best, most = max(0, start - _LEAD), inside
    best = min(best, len(text) - _LENGTH)
    if best > 0:  # from the beginning of a word
        space = text.find(" ", best, best + _LEAD)
        best = space + 1 if space >= 0 else best
    end = min(len(text), best + _LENGTH)
    if end < len(text):
        space = text.rfind(" ", best + _LENGTH // 2, end)
        end = space if space >= 0 else end
    return best, end


def _parts(text: str, spans: Sequence[Span], window: Span) -> tuple[Part, ...]:
    """A part of a text in pieces, with an ellipsis where there is more."""
    begin, end = window[0], min(window[1], len(text))
    parts = [Part(_ELLIPSIS)] if begin > 0 else []
    at = begin
    for start, stop in spans:
        if stop <= begin or start >= end:
            continue
        start, stop = max(start, begin), min(stop, end)  # noqa: PLW2901  # what is shown of it
        if start > at:
            parts.append(Part(text[at:start]))
        parts.append(Part(text[start:stop], match=True))
        at = stop
    if at < end:
        parts.append(Part(text[at:end]))
    if end < len(text):
        parts.append(Part(_ELLIPSIS))
    return tuple(parts)

"""Asks an index: what has the words, in which order, how much of each kind, and what was meant."""

from __future__ import annotations

import json
import threading
import weakref
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ogpgraph.errors import Busy
from ogpgraph.search.columns import LANGUAGES
from ogpgraph.search.connections import Connection, asked, reading
from ogpgraph.search.correction import corrected
from ogpgraph.search.index import Text
from ogpgraph.search.question import Need, Question
from ogpgraph.search.words import Stems

MAX_MATCHING = 10_000
"""IRIs that `Search.matching` gives at most."""
_CONNECTIONS = 4
"""Searches at once; others wait for a moment."""
_PATIENCE = 5.0
"""Seconds that a search waits for its turn."""
_FEW = 3
"""Hits up to which other words are looked for."""
FACETS = ("kind", "country", "branch", "language")
_HITS = "CREATE TEMP TABLE hit (id INTEGER PRIMARY KEY, class INTEGER, rank REAL)"
_FOUND = (
    "INSERT INTO hit SELECT words.rowid, thing.class, rank FROM words "
    "JOIN thing ON thing.id = words.rowid WHERE words MATCH ?"
)
_PAGE = (
    "SELECT id, rank FROM hit WHERE class IN (SELECT value FROM json_each(?)) "
    "ORDER BY rank, id LIMIT ? OFFSET ?"
)
_CLASSES = (
    "SELECT thing.class, COUNT(*) FROM words JOIN thing ON thing.id = words.rowid "
    "WHERE words MATCH ? GROUP BY 1"
)
_SHOWN = (
    "SELECT thing.iri, class.kind, document.texts, document.links FROM thing "
    "JOIN class ON class.id = thing.class JOIN document ON document.id = thing.id "
    "WHERE thing.id = ?"
)
_MATCHING = (
    "SELECT thing.iri FROM words JOIN thing ON thing.id = words.rowid "
    "JOIN class ON class.id = thing.class WHERE words MATCH ? AND class.kind = ? "
    "ORDER BY rank, words.rowid LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are narrowed to: a kind, IRIs of a country and a branch, a language of texts."""

    kind: str | None = None
    country: str | None = None
    branch: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its texts, and its links as role and IRI."""

    iri: str
    kind: str
    score: float
    texts: tuple[Text, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question: one page of it, and what is told of the whole.

    `need` says how many of the words these have: where nothing has all of them, some do.
    `facets` counts by value what the other filters leave. `names` has the labels of what hits
    link to and facets name, by IRI and language. `suggestion` is another text that finds more,
    and how much.
    """

    total: int
    need: Need
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    names: Mapping[str, Mapping[str, str]]
    suggestion: tuple[str, int] | None = None


Class = tuple[str, tuple[str, ...], tuple[str, ...]]
"""What things of one class have in common: kind, countries, branches."""


@dataclass
class _Desk:
    """A connection, and what the thread that has it needs besides."""

    connection: Connection
    stems: Stems = field(default_factory=Stems)


class Search:
    """An open index. Any thread may ask; its file goes when nobody has it any more."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            Unavailable: it cannot be read.
        """
        self._free = threading.BoundedSemaphore(_CONNECTIONS)
        self._desks = [_Desk(reading(path)) for _ in range(_CONNECTIONS)]
        with asked():
            for desk in self._desks:
                desk.connection.execute(_HITS)
            rows = self._desks[0].connection.execute("SELECT * FROM class").fetchall()
            spoken = self._desks[0].connection.execute("SELECT language FROM spoken ORDER BY 1")
            self._languages = tuple(language for (language,) in spoken)
        self._classes: dict[int, Class] = {
            number: (kind, tuple(countries.split()), tuple(branches.split()))
            for number, kind, countries, branches in rows
        }
        weakref.finalize(self, _end, [desk.connection for desk in self._desks], path)

    def find(
        self,
        question: Question,
        filters: Filters | None = None,
        *,
        size: int = 20,
        offset: int = 0,
        preferred: str = "es",
    ) -> Found:
        """The things that a question finds, best first, those that are as good by their IRIs.

        Args:
            question: read.
            filters: what they are narrowed to.
            size: hits at most.
            offset: how many of them to leave out.
            preferred: the language in which words are suggested first.

        Raises:
            Busy: too many searches wait.
            Unavailable: the index cannot be read.
        """
        filters = filters or Filters()
        with self._desk() as desk, asked():
            need, classes = self._least(desk, question, filters.language)
            wanted = [number for number in classes if self._passes(number, filters)]
            total = sum(classes[number] for number in wanted)
            page = desk.connection.execute(_PAGE, (json.dumps(wanted), size, offset))
            hits = tuple(_hit(desk, number, rank) for number, rank in page.fetchall())
            facets = self._facets(desk, question, filters, classes, need)
            return Found(
                total,
                need,
                hits,
                facets,
                _names(desk, hits, facets),
                self._meant(desk, question, filters, preferred, total if need == "all" else 0),
            )

    def values(self, name: str) -> tuple[str, ...]:
        """What a filter can be: languages, kinds, IRIs of countries and branches."""
        if name == "language":
            return LANGUAGES
        at = FACETS.index(name)
        found = {value for one in self._classes.values() for value in ((one[0],), *one[1:])[at]}
        return tuple(sorted(found))

    def matching(self, text: str, kind: str, *, limit: int = MAX_MATCHING) -> tuple[str, ...]:
        """The IRIs of the things of a kind that have all words of a text, best first.

        Args:
            text: as it was typed.
            kind: as KINDS calls it.
            limit: IRIs at most.

        Raises:
            BadRequest: the text is no question, see `Question.read`.
            Busy, Unavailable: as `find`.
        """
        question = Question.read(text)
        with self._desk() as desk, asked():
            asks = question.expression(desk.stems)
            rows = desk.connection.execute(_MATCHING, (asks, kind, min(limit, MAX_MATCHING)))
            return tuple(iri for (iri,) in rows)

    @contextmanager
    def _desk(self) -> Iterator[_Desk]:
        """A connection that no other thread has meanwhile."""
        if not self._free.acquire(timeout=_PATIENCE):
            raise Busy("Too many searches are waiting; try again in a moment.", retry_after=1)
        desk = self._desks.pop()
        try:
            yield desk
        finally:
            self._desks.append(desk)
            self._free.release()

    def _counted(
        self, desk: _Desk, question: Question, language: str | None, need: Need = "all"
    ) -> dict[int, int]:
        """How many things of each class have the words."""
        asks = question.expression(desk.stems, language=language, need=need, ranked=False)
        return dict(desk.connection.execute(_CLASSES, (asks,)).fetchall())

    def _least(
        self, desk: _Desk, question: Question, language: str | None
    ) -> tuple[Need, dict[int, int]]:
        """All words if anything has them in any language, else fewer; and what has so many.

        What has them stands in the table of hits then.
        """
        for need in question.needs:
            asks = question.expression(desk.stems, language=language, need=need)
            desk.connection.execute("DELETE FROM hit")
            desk.connection.execute(_FOUND, (asks,))
            counts = desk.connection.execute("SELECT class, COUNT(*) FROM hit GROUP BY class")
            classes = dict(counts.fetchall())
            if classes or (language is not None and self._counted(desk, question, None, need)):
                break
        return need, classes

    def _passes(self, number: int, filters: Filters, *, but: str = "") -> bool:
        """Whether filters leave a class; all of them but one."""
        kind, countries, branches = self._classes[number]
        return (
            (filters.kind in {None, kind} or but == "kind")
            and (filters.country in {None, *countries} or but == "country")
            and (filters.branch in {None, *branches} or but == "branch")
        )

    def _facets(
        self,
        desk: _Desk,
        question: Question,
        filters: Filters,
        classes: Mapping[int, int],
        need: Need,
    ) -> dict[str, dict[str, int]]:
        """How many hits there are by each value of each filter, under the other filters."""
        counted: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
        for number, count in classes.items():
            kind, countries, branches = self._classes[number]
            for name, values in (("kind", (kind,)), ("country", countries), ("branch", branches)):
                if self._passes(number, filters, but=name):
                    counted[name].update(dict.fromkeys(values, count))
        for language in self._languages:
            found = (
                classes
                if language == filters.language
                else self._counted(desk, question, language, need)
            )
            left = [count for number, count in found.items() if self._passes(number, filters)]
            if left:
                counted["language"][language] = sum(left)
        return {
            name: dict(sorted(values.items(), key=lambda pair: (-pair[1], pair[0])))
            for name, values in counted.items()
        }

    def _meant(
        self, desk: _Desk, question: Question, filters: Filters, preferred: str, total: int
    ) -> tuple[str, int] | None:
        """What the text may have been meant to be, where it finds little."""
        if total >= _FEW:
            return None
        replaced = corrected(desk.connection, desk.stems, question, preferred)
        if not replaced:
            return None
        text = question.corrected(replaced)
        again = Question.read(text)
        classes = self._counted(desk, again, filters.language)
        more = sum(n for number, n in classes.items() if self._passes(number, filters))
        return (text, more) if more > total else None


def _hit(desk: _Desk, number: int, rank: float) -> Hit:
    iri, kind, texts, links = desk.connection.execute(_SHOWN, (number,)).fetchone()
    return Hit(
        iri,
        kind,
        round(-rank, 4),
        tuple(tuple(text) for text in json.loads(texts)),
        tuple((role, target) for role, target in json.loads(links)),
    )


def _names(
    desk: _Desk, hits: Sequence[Hit], facets: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, str]]:
    """The labels of what is linked and counted, by language; one of each."""
    wanted = {target for hit in hits for _, target in hit.links}
    wanted |= {value for name in ("country", "branch") for value in facets[name]}
    rows = desk.connection.execute(
        "SELECT iri, language, text FROM name WHERE iri IN (SELECT value FROM json_each(?)) "
        "ORDER BY 1, 2, 3 DESC",
        (json.dumps(sorted(wanted)),),
    )
    names: dict[str, dict[str, str]] = {}
    for iri, language, text in rows:
        names.setdefault(iri, {})[language] = text
    return names


def _end(connections: Sequence[Connection], path: Path) -> None:
    """Close an index that nobody has any more, and remove its file."""
    for one in connections:
        one.close()
    path.unlink(missing_ok=True)

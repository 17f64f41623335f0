"""The index of a version, written once from what was staged of it.

Columns hold words that `words` has folded, so the tokenizer has nothing left to decide; the texts
themselves stand beside, for what is shown.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ogpgraph.search.columns import ALL_WEIGHTS, CODE, COLUMNS, LANGUAGES, STEM_OF, WHOLE, known
from ogpgraph.search.connections import Connection, writing
from ogpgraph.search.question import MAX_LENGTH
from ogpgraph.search.words import Stems, words

_MAX_TEXT = 20_000
"""Characters of one text whose words are indexed, and that is kept to be shown."""
_SHOWN = 50_000
"""Characters of all texts of one thing that are kept to be shown; all of them are found."""
_BREAK = "\u2063"
"""Stands between two texts of a column, so that no phrase goes from one into the other."""
_FTS = f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, content='', tokenize='ascii')"
_INSERT = f"INSERT INTO words (rowid, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"  # noqa: S608  # constants
_RANK = f"bm25({', '.join(map(str, ALL_WEIGHTS))})"
_SCHEMA = (
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, class INTEGER NOT NULL)",
    "CREATE TABLE class (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, countries TEXT NOT NULL, "
    "branches TEXT NOT NULL, UNIQUE (kind, countries, branches))",
    "CREATE TABLE document (id INTEGER PRIMARY KEY, texts TEXT NOT NULL, links TEXT NOT NULL)",
    "CREATE TABLE name (iri TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, "
    "PRIMARY KEY (iri, language, text)) WITHOUT ROWID",
    "CREATE TABLE spoken (language TEXT PRIMARY KEY)",
    "CREATE TABLE vocabulary (id INTEGER PRIMARY KEY, form TEXT NOT NULL UNIQUE, "
    "written TEXT NOT NULL, language TEXT NOT NULL, count INTEGER NOT NULL)",
    "CREATE TABLE pair (letters TEXT NOT NULL, word INTEGER NOT NULL, "
    "PRIMARY KEY (letters, word)) WITHOUT ROWID",
)
_STAGED = (
    "CREATE INDEX staging.text_item ON text (item)",
    "CREATE INDEX staging.link_item ON link (item)",
    # What a thing belongs to says where it is, and which branches it involves.
    "WITH RECURSIVE up (item, at, depth) AS (SELECT iri, iri, 0 FROM item WHERE kind != '' "
    "UNION SELECT up.item, link.target, depth + 1 FROM up JOIN link ON link.item = up.at "
    "WHERE link.role = 'owner' AND depth < 3) "
    "INSERT INTO link SELECT up.item, link.role, link.target FROM up JOIN link "
    "ON link.item = up.at WHERE depth > 0 AND link.role IN ('country', 'branch')",
    "INSERT INTO link SELECT iri, 'country', iri FROM item WHERE kind = 'countries'",
    "INSERT INTO link SELECT iri, 'branch', iri FROM item WHERE kind = 'branches'",
    "INSERT INTO name SELECT DISTINCT item, language, text FROM text "
    "WHERE role = 'label' AND item IN (SELECT target FROM link)",
)
_ROLES = MappingProxyType(
    {
        "label": "title",
        "title": "title",
        "alternative": "alternative",
        "summary": "summary",
        "definition": "summary",
        "note": "summary",
        "quote": "quote",
        "code": CODE,
    }
)
"""What a text is of a thing -> the column that its words stand in."""
_CALLED = frozenset({"title", "alternative", CODE})
"""The columns of what a thing is called."""
_SHORTEST = 3
"""Letters of a word that is suggested in place of another."""

Text = tuple[str, str, str, str, int | None]
"""Role, language tag, text, and of a quotation its source and line."""


def write(path: Path, staged: Path, called: dict[str, list[tuple[str, str]]]) -> None:
    """Make an index.

    Args:
        path: of its file, which is not there yet.
        staged: of the file that batches were staged in.
        called: what the things of each kind are called, as language and text.

    Raises:
        StorageFailed: it cannot be written.
    """
    with writing(path, beside=staged) as connection:
        for statement in (_FTS, *_SCHEMA, *_STAGED):
            connection.execute(statement)
        connection.execute("INSERT INTO words (words, rank) VALUES ('rank', ?)", (_RANK,))
        _Writer(connection, called).write()
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")


@dataclass
class _Writer:
    """Writes the rows of one index, in the order of IRIs."""

    connection: Connection
    called: dict[str, list[tuple[str, str]]]
    stems: Stems = field(default_factory=Stems)
    spoken: set[str] = field(default_factory=set)
    """The languages of texts, as columns have them."""
    classes: dict[tuple[str, str, str], int] = field(default_factory=dict)
    spellings: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    """How often each folded word is written how, in which language."""

    def write(self) -> None:
        """Everything."""
        ask = self.connection.execute
        names: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for iri, language, text in ask("SELECT iri, language, text FROM name ORDER BY 1, 2, 3"):
            names[iri].append((language, text))
        texts = _Following(
            ask(
                "SELECT DISTINCT item, role, language, text, source, line FROM text "
                "ORDER BY 1, 2, 3, 4, 5, 6"
            )
        )
        links = _Following(ask("SELECT DISTINCT item, role, target FROM link ORDER BY 1, 2, 3"))
        items = ask("SELECT iri, kind FROM item WHERE kind != '' ORDER BY iri")
        for number, (iri, kind) in enumerate(items.fetchall(), start=1):
            self._thing(number, iri, kind, texts.of(iri), links.of(iri), names)
        self.connection.executemany(
            "INSERT INTO class VALUES (?, ?, ?, ?)",
            ((number, *key) for key, number in self.classes.items()),
        )
        self.connection.executemany(
            "INSERT INTO spoken VALUES (?)", ((language,) for language in sorted(self.spoken))
        )
        self._vocabulary()

    def _thing(
        self,
        number: int,
        iri: str,
        kind: str,
        texts: Sequence[Text],
        links: Sequence[tuple[str, str]],
        names: dict[str, list[tuple[str, str]]],
    ) -> None:
        shown = list(_once(texts))
        columns: dict[str, list[str]] = defaultdict(list)
        for role, language, text, *_ in shown:
            self._put(columns, _ROLES[role], known(language), text)
        related = [*self.called.get(kind, ())]
        for target in dict.fromkeys(target for _, target in links):
            related += names.get(target, ()) if target != iri else ()
        for language, text in dict.fromkeys(related):
            self._put(columns, "related", known(language), text)
        values = [f" {_BREAK} ".join(columns[name]) for name in COLUMNS]
        ask = self.connection.execute
        ask(_INSERT, (number, *values))
        places, branches = (
            "".join(f"{target}\n" for role, target in links if role == name)
            for name in ("country", "branch")
        )
        group = self.classes.setdefault((kind, places, branches), len(self.classes) + 1)
        ask("INSERT INTO thing VALUES (?, ?, ?)", (number, iri, group))
        told = (json.dumps(part, ensure_ascii=False) for part in (_kept(shown), links))
        ask("INSERT INTO document VALUES (?, ?, ?)", (number, *told))

    def _put(self, columns: dict[str, list[str]], field_: str, language: str, text: str) -> None:
        """Add the words of a text to the columns that it belongs to."""
        found = list(words(text))
        forms = [word.form for word in found]
        if not forms:
            return
        whole = "".join(forms)
        if field_ in _CALLED and len(whole) <= MAX_LENGTH:
            columns[f"{WHOLE}_{language}"].append(whole)
        if field_ == CODE:
            columns[CODE].append(" ".join(forms))
            return
        columns[f"{field_}_{language}"].append(" ".join(forms))
        self.spoken.add(language)
        for word in found:
            if len(word.form) >= _SHORTEST and word.form.isalpha():
                written = text[word.start : word.end].lower()
                self.spellings[word.form][written, language] += 1
        if language in LANGUAGES[:2]:
            stemmed = " ".join(self.stems.of(form, language) for form in forms)
            columns[f"stem_{STEM_OF[field_]}_{language}"].append(stemmed)

    def _vocabulary(self) -> None:
        """The words of the texts, each as it is written most, and the pairs of their letters."""
        put = self.connection.executemany
        forms = sorted(self.spellings)
        put(
            "INSERT INTO vocabulary VALUES (?, ?, ?, ?, ?)",
            (
                (number, form, *_usual(self.spellings[form]), self.spellings[form].total())
                for number, form in enumerate(forms, start=1)
            ),
        )
        rows = ((two, number) for number, form in enumerate(forms, 1) for two in pairs(form))
        put("INSERT OR IGNORE INTO pair VALUES (?, ?)", rows)


def pairs(form: str) -> set[str]:
    """The pairs of letters of a word, with its ends."""
    whole = f"^{form}$"
    return {whole[at : at + 2] for at in range(len(whole) - 1)}


def _usual(spellings: Counter[tuple[str, str]]) -> tuple[str, str]:
    """The spelling that is written most, and its language."""
    return min(spellings, key=lambda one: (-spellings[one], one))


def _once(texts: Iterable[Text]) -> Iterator[Text]:
    """Texts without those that say again what a label says, in the same language."""
    seen: set[tuple[str, str]] = set()
    for role, language, text, source, line in texts:
        key = (language, text)
        if key in seen and role != "quote":
            continue
        seen.add(key)
        yield role, language, text[:_MAX_TEXT], source, line


def _kept(texts: Iterable[Text]) -> list[Text]:
    """The texts that are kept to be shown: names before all, then what there is room for."""
    room, kept = _SHOWN, []
    for text in sorted(texts, key=lambda one: one[0] != "label"):
        if len(text[2]) <= room:
            kept.append(text)
            room -= len(text[2])
    return kept


class _Following:
    """The rows of a query by their first column, asked for in the order that they come in."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next: tuple[str, list[Any]] | None = ("", [])

    def of(self, key: str) -> list[Any]:
        """The rest of the rows whose first column is this."""
        while self._next is not None and self._next[0] < key:
            group = next(self._groups, None)
            self._next = group and (group[0], [row[1:] for row in group[1]])
        return self._next[1] if self._next is not None and self._next[0] == key else []

"""The lexicon's files: rows that say for which goal or target a term speaks, and how loudly.

Reading is strict: what a row means is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Never

from ogpgraph.errors import BadInput, BadSyntax
from ogpgraph.sdg.vocabulary import VOCABULARY
from ogpgraph.suggester.term import BadTerm, Term, term_of
from ogpgraph.suggester.wording import TEXT_LANGUAGES, Stemming

COLUMNS = ("code", "language", "weight", "term", "needs", "unless")
NEGATION_COLUMNS = ("language", "cue", "words", "unless")
NEGATION_FILE = "negation.tsv"
WEIGHTS = (-4, -3, -2, -1, 1, 2, 3, 4)
_FILE = re.compile(r"(0[1-9]|1[0-7])\.tsv")
_MOST_WORDS = 20
SLUG = "malformed-lexicon"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A row: `code` is a goal (“16”) or target (“16.5”), `weight` one of `WEIGHTS`.

    A match counts where one of `needs` stands near (if there are any) and none of `unless` does.
    """

    code: str
    language: str
    weight: int
    term: str
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @property
    def goal(self) -> int:
        """The goal, or that of the target."""
        return int(self.code.partition(".")[0])


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """Words that take what follows within `words` words, in its sentence, out of the subject."""

    language: str
    term: str
    words: int
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lexicon:
    """The rows and cues, and their terms read: (language, text) -> term."""

    rows: tuple[Row, ...]
    cues: tuple[Cue, ...]
    terms: dict[tuple[str, str], Term]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file, with its cells."""

    file: str
    number: int
    cells: tuple[str, ...]
    columns: tuple[str, ...] = ()

    def checked(self) -> tuple[str, ...]:
        """As many cells as columns: the last ones may be left out."""
        if len(self.cells) > len(self.columns):
            known = ", ".join(self.columns)
            self.wrong(f"{len(self.cells)} cells; the columns are {known}", len(self.columns))
        for index, cell in enumerate(self.cells):
            if cell != cell.strip():
                self.wrong(f"spaces stand around the {self.columns[index]}; take them away", index)
        return self.cells + ("",) * (len(self.columns) - len(self.cells))

    def wrong(self, message: str, cell: int = 0, offset: int = 0) -> Never:
        column = sum(len(one) + 1 for one in self.cells[:cell]) + offset + 1
        raise BadSyntax(
            f"{self.file}:{self.number}:{column}: {message}.",
            file=self.file,
            line=self.number,
            column=column,
            slug=SLUG,
        )


def read_lexicon(folder: Path) -> Lexicon:
    """The lexicon of a folder: 01.tsv … 17.tsv, those that are there, and negation.tsv.

    Raises:
        BadSyntax: a file has a row that cannot be read, with its line and column.
        BadInput: there is no file, or one cannot be opened.
    """
    reader = _read(folder)
    if reader.problems:
        raise reader.problems[0]
    return reader.lexicon()


def lexicon_problems(folder: Path) -> list[BadSyntax]:
    """Everything that is wrong in the files of a folder, in order: for those who write them.

    Raises:
        BadInput: there is no file, or one cannot be opened.
    """
    return _read(folder).problems


def _read(folder: Path) -> _Reader:
    files = sorted(path for path in folder.glob("*.tsv") if _FILE.fullmatch(path.name))
    if not files:
        raise BadInput(
            f"{folder}: no file of a lexicon is here; 01.tsv to 17.tsv are read.", file=str(folder)
        )
    reader = _Reader()
    for path in files:
        reader.read(path, COLUMNS)
    if (folder / NEGATION_FILE).exists():
        reader.read(folder / NEGATION_FILE, NEGATION_COLUMNS)
    return reader


class _Reader:
    """Reads files, checking every row, and keeps their terms."""

    def __init__(self) -> None:
        self.problems: list[BadSyntax] = []
        self._rows: list[Row] = []
        self._seen: dict[tuple[object, ...], int] = {}
        self._cues: list[Cue] = []
        self._terms: dict[tuple[str, str], Term] = {}
        self._stemming = Stemming()

    def lexicon(self) -> Lexicon:
        return Lexicon(tuple(sorted(self._rows)), tuple(sorted(self._cues)), self._terms)

    def read(self, path: Path, columns: Sequence[str]) -> None:
        """Read a file; what is wrong with a line is kept, and the line passed over."""
        try:
            for line in _lines(path, columns):
                try:
                    self._row(line, int(path.stem)) if columns is COLUMNS else self._cue(line)
                except BadSyntax as problem:
                    self.problems.append(problem)
        except BadSyntax as problem:
            self.problems.append(problem)

    def _row(self, line: _Line, file_goal: int) -> None:
        code, language, weight, text, needs, unless = line.checked()
        self._check_code(line, code, file_goal)
        self._check_language(line, language, 1)
        if weight not in map(str, WEIGHTS):
            line.wrong(f"“{weight}” is no weight; it is one of {_listed(WEIGHTS)}", 2)
        row = Row(
            code,
            language,
            int(weight),
            self._term(line, text, language, 3),
            self._guards(line, needs, language, 4),
            self._guards(line, unless, language, 5),
        )
        meaning = repr(self._terms[language, row.term].parts)
        key = (code, language, meaning, row.needs, row.unless)
        if key in self._seen:
            line.wrong(
                f"“{row.term}” stands for {code} already, in line {self._seen[key]}: "
                "the same words, or others with the same stems",
                3,
            )
        self._seen[key] = line.number
        self._rows.append(row)

    def _cue(self, line: _Line) -> None:
        language, cue, words, unless = line.checked()
        self._check_language(line, language, 0)
        if not (words.isascii() and words.isdigit() and 1 <= int(words) <= _MOST_WORDS):
            line.wrong(f"“{words}” is no number of words; 1 to {_MOST_WORDS} are", 2)
        term = self._term(line, cue, language, 1)
        self._cues.append(Cue(language, term, int(words), self._guards(line, unless, language, 3)))

    @staticmethod
    def _check_code(line: _Line, code: str, goal: int) -> None:
        entry = VOCABULARY.entry(code)
        if entry is None or entry.code.level == "indicator":
            line.wrong(
                f"“{code}” is no goal or target that there is; they are written as {goal}, "
                f"{goal}.1 or {goal}.a"
            )
        if entry.code.goal != goal:
            line.wrong(f"{code} is not of goal {goal}, whose file this is; move the row")

    @staticmethod
    def _check_language(line: _Line, language: str, cell: int) -> None:
        if language not in TEXT_LANGUAGES:
            line.wrong(f"“{language}” is no language here; {_listed(TEXT_LANGUAGES)} are", cell)

    def _guards(self, line: _Line, cell: str, language: str, number: int) -> tuple[str, ...]:
        if not cell:
            return ()
        offset, guards = 0, []
        for text in cell.split(";"):
            guards.append(self._term(line, text, language, number, offset))
            offset += len(text) + 1
        return tuple(guards)

    def _term(self, line: _Line, text: str, language: str, cell: int, offset: int = 0) -> str:
        stripped = " ".join(text.split())
        if (language, stripped) not in self._terms:
            try:
                self._terms[language, stripped] = term_of(stripped, language, self._stemming)
            except BadTerm as error:
                before = len(text) - len(text.lstrip())
                line.wrong(f"{error.reason}", cell, offset + before + error.offset)
        return stripped


def _lines(path: Path, columns: Sequence[str]) -> Iterator[_Line]:
    """The lines below the header, without comments and empty ones, as many cells as columns."""
    text = _text(path)
    header, *rest = text.split("\n")
    expected = "\t".join(columns)
    if header != expected:
        _Line(path.name, 1, ()).wrong(f"the first line must be {' <tab> '.join(columns)}")
    for number, content in enumerate(rest, start=2):
        if not content.strip() or content.startswith("#"):
            continue
        yield _Line(path.name, number, tuple(content.split("\t")), tuple(columns))


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}.", file=str(path)) from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        _Line(path.name, line, ()).wrong("this is not UTF-8; save the file as UTF-8")
    carriage = text.find("\r")
    if carriage >= 0:
        line = text.count("\n", 0, carriage) + 1
        _Line(path.name, line, ()).wrong("a carriage return stands here; lines end with LF only")
    return text


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))

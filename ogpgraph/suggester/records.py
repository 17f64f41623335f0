"""Texts in and suggestions out, one at a time: plain text, CSV and JSON Lines (docs/sdg.md)."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Never

from ogpgraph.errors import BadInput, BadSyntax
from ogpgraph.suggester.suggest import Suggestion

TEXT, CSV, JSON_LINES = "text", "csv", "jsonl"
FORMATS = (TEXT, CSV, JSON_LINES)
SUFFIXES = MappingProxyType(
    {".txt": TEXT, ".md": TEXT, ".csv": CSV, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}
)
"""Suffix of a file -> its format."""
COLUMNS = ("id", "text")
MAX_RECORD = 8 * 1024 * 1024
"""Bytes of a text, or of a line of JSON: a book has less."""
_SEPARATORS = (",", ";", "\t")
SLUG = "malformed-records"


@dataclass(frozen=True, slots=True)
class Record:
    """A text and what it is known by."""

    id: str
    text: str


def read_records(stream: BinaryIO, name: str, as_format: str) -> Iterator[Record]:
    """The texts of a stream, one at a time, however many there are.

    Args:
        stream: bytes of UTF-8.
        name: what the stream is called in errors; of plain text also the id.
        as_format: one of `FORMATS`.

    Raises:
        BadSyntax: something cannot be read, with line and column.
        BadInput: nothing is there.
    """
    lines = _Lines(stream, name)
    yield from _READERS[as_format](lines)
    if not lines.number:
        raise BadInput(f"{name}: it is empty; a text is read here.", file=name)


def written(id_: str | None, suggestions: Sequence[Suggestion]) -> bytes:
    """What is suggested for a text, as a line of JSON."""
    told = {"id": id_, "suggestions": [one.as_json() for one in suggestions]}
    return json.dumps(told, ensure_ascii=False, separators=(", ", ": ")).encode() + b"\n"


class _Lines:
    """Lines of UTF-8, with their number; a byte order mark is passed over."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self.name, self.number = stream, name, 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(MAX_RECORD + 1):
            self.number += 1
            if len(line) > MAX_RECORD:
                self.wrong(f"the line is over {MAX_RECORD} bytes")
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                column = len(line[: error.start].decode("utf-8")) + 1
                self.wrong("this is not UTF-8; save the file as UTF-8", column)
            yield text.removeprefix("\ufeff") if self.number == 1 else text

    def wrong(self, message: str, column: int = 1, line: int | None = None) -> Never:
        at = line or max(self.number, 1)
        told = f"{self.name}:{at}:{column}: {message}."
        raise BadSyntax(told, file=self.name, line=at, column=column, slug=SLUG)


def _plain(lines: _Lines) -> Iterator[Record]:
    pieces: list[str] = []
    size = 0
    for line in lines:
        size += len(line)
        if size > MAX_RECORD:
            lines.wrong(f"the text is over {MAX_RECORD} characters; send it in parts")
        pieces.append(line)
    if lines.number:
        yield Record(lines.name, "".join(pieces))


def _table(lines: _Lines) -> Iterator[Record]:
    given = iter(lines)
    first = next(given, None)
    if first is None:
        return
    separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(MAX_RECORD)
    head = next(csv.reader([first], delimiter=separator), [])
    names = [name.strip().casefold() for name in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        there = ", ".join(name[:40] for name in head) or "none"
        lines.wrong(f"there is no column {' or '.join(missing)}; the columns are: {there}")
    at = [names.index(name) for name in COLUMNS]
    reader = csv.reader(given, delimiter=separator, strict=True)
    while True:
        began = lines.number + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            lines.wrong(f"the row does not parse as CSV: {error}", line=began)
        if row is None:
            return
        if not row:
            continue
        if len(row) <= max(at):
            lines.wrong(f"the row has {len(row)} of {len(head)} cells", line=began)
        yield Record(row[at[0]], row[at[1]])


def _json_lines(lines: _Lines) -> Iterator[Record]:
    for line in lines:
        if not line.strip():
            continue
        try:
            told = json.loads(line.rstrip("\r\n"))
        except json.JSONDecodeError as error:
            lines.wrong(f"the line is no JSON: {error.msg}", error.pos + 1)
        except RecursionError:
            lines.wrong("the line is nested too deep")
        yield record_of(told, lambda message, _: lines.wrong(message))


def record_of(
    told: object,
    wrong: Callable[[str, str | None], Never],
    needed: Sequence[str] = COLUMNS,
) -> Record:
    """A record from JSON: an object with `id` and `text`; other members are passed over.

    Args:
        told: what the JSON says.
        wrong: called with what is wrong, and the member that is, where it is one; it raises.
        needed: the members that may not be left out; an id that is has no characters.
    """
    if not isinstance(told, dict):
        wrong('a text is written as {"id": …, "text": …}', None)
    missing = [name for name in needed if name not in told]
    if missing:
        there = ", ".join(str(name)[:40] for name in list(told)[:20]) or "none"
        wrong(f"there is no {' or '.join(missing)}; the members are: {there}", missing[0])
    id_, text = told.get("id", ""), told["text"]
    if isinstance(id_, int) and not isinstance(id_, bool):
        id_ = str(id_)
    for name, value in (("id", id_), ("text", text)):
        if not isinstance(value, str):
            wrong(f"{name} is not a string", name)
        if not is_unicode(value):
            wrong(f"{name} has half of a surrogate pair, which is no character", name)
    return Record(id_, text)


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: it has no half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_READERS: MappingProxyType[str, Callable[[_Lines], Iterator[Record]]] = MappingProxyType(
    {TEXT: _plain, CSV: _table, JSON_LINES: _json_lines}
)

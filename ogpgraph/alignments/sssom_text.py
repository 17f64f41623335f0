"""SSSOM/TSV as text: the metadata block and the table, each value with its place.

What the format forbids in YAML is refused before anything is built of it: anchors, aliases, tags
and directives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from ogpgraph.errors import BadSyntax

MAX_BYTES = 64 * 1024 * 1024
MAX_HEAD = 256 * 1024
"""Characters of the metadata block."""
_MAX_DEPTH = 4
_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|\r|\Z)')
_HEAD_LINE = re.compile(r"#[^\n]*(?:\n|\Z)")
_SLUG = "malformed-sssom"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and its place; lines and columns count from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file: values of its metadata by slot, and its rows by column.

    `prefixes` are those that it declares; `definitions` the extension slots, with their fields.
    """

    name: str
    values: Mapping[str, tuple[Cell, ...]]
    prefixes: Mapping[str, Cell]
    definitions: tuple[Mapping[str, Cell], ...]
    header: tuple[Cell, ...]
    rows: tuple[Mapping[str, Cell], ...]

    def wrong(self, reason: str, at: Cell) -> BadSyntax:
        """An error at a place of the file."""
        return _wrong(self.name, reason, at.line, at.column)


def parse(content: bytes, name: str) -> Parsed:
    """Read a file as text.

    Raises:
        BadSyntax: it is no SSSOM/TSV; line and column are given.
    """
    text = _text(content, name)
    end = 0
    while found := _HEAD_LINE.match(text, end):
        end = found.end()
    if not end:
        reason = "there is no metadata block: it stands above the table, each line after a “#”"
        raise _wrong(name, reason, 1, 1)
    head = _Head(name, text[:end])
    table = list(_lines(text, end, name))
    if not table:
        reason = "there is no table below the metadata block: it begins with the names of slots"
        raise _wrong(name, reason, text.count("\n") + 1, 1)
    header, *lines = table
    _check_header(header, name)
    names = [cell.text for cell in header]
    rows = []
    for cells in lines:
        if len(cells) > len(header):
            reason = f"this row has {len(cells)} cells and the table {len(header)} columns"
            raise _wrong(name, reason, cells[-1].line, cells[-1].column)
        rows.append(dict(zip(names, cells, strict=False)))
    return Parsed(name, head.values, head.prefixes, head.definitions, tuple(header), tuple(rows))


def _text(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise _wrong(name, f"over the limit of {MAX_BYTES} bytes", 1, 1)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
        raise _wrong(name, "the text is not UTF-8", line, column) from error
    if text.startswith("\ufeff"):
        raise _wrong(name, "it begins with a byte order mark, which SSSOM forbids", 1, 1)
    return text


def _check_header(header: list[Cell], name: str) -> None:
    seen: set[str] = set()
    for cell in header:
        if not cell.text or cell.text in seen:
            what = (
                f"the column “{cell.text}” is there twice" if cell.text else "a column has no name"
            )
            raise _wrong(name, what, cell.line, cell.column)
        seen.add(cell.text)


def _lines(text: str, start: int, name: str) -> Iterator[list[Cell]]:
    """The rows of the table that begins at a place, those without anything left out."""
    line, column, at = text.count("\n", 0, start) + 1, 1, start
    cells: list[Cell] = []
    while at < len(text) or cells:
        found = _CELL.match(text, at)
        if found is None:
            reason = "a cell that begins with a quotation mark must end with one; within, write two"
            raise _wrong(name, reason, line, column)
        quoted, plain, end = found.groups()
        value = plain if quoted is None else quoted.replace('""', '"')
        if quoted is None and '"' in plain:
            column += plain.index('"')
            reason = "a cell with a quotation mark must be in quotation marks; within, write two"
            raise _wrong(name, reason, line, column)
        cells.append(Cell(value, line, column))
        inner = found.group()[: len(found.group()) - len(end)]
        column = len(inner) - inner.rfind("\n") if "\n" in inner else column + len(inner)
        line += inner.count("\n")
        at = found.end()
        if end == "\t":
            column += 1
            continue
        if any(cell.text for cell in cells):
            yield cells
        cells, line, column = [], line + 1, 1


class _Head:
    """The metadata block."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self.values: dict[str, tuple[Cell, ...]] = {}
        self.prefixes: dict[str, Cell] = {}
        self.definitions: tuple[Mapping[str, Cell], ...] = ()
        if len(text) > MAX_HEAD:
            raise _wrong(name, f"the metadata block has over {MAX_HEAD} characters", 1, 1)
        plain = "".join(line[1:] for line in text.splitlines(keepends=True))
        try:
            self._check(plain)
            root = yaml.compose(plain, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 2) if mark else (1, 1)
            reason = f"the metadata block is not YAML: {error.problem}"
            raise _wrong(name, reason, *place) from error
        except yaml.YAMLError as error:
            raise _wrong(name, "the metadata block is not YAML", 1, 1) from error
        if not isinstance(root, yaml.MappingNode):
            raise _wrong(name, "the metadata block has no slots such as mapping_set_id", 1, 1)
        for slot, node in self._pairs(root):
            self._read(slot, node)

    def _check(self, text: str) -> None:
        """That there is nothing in it that SSSOM forbids.

        Raises:
            BadSyntax: there is.
        """
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            forbidden = (
                isinstance(event, yaml.AliasEvent)
                or getattr(event, "anchor", None)
                or (isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None))
                or (isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags))
            )
            if forbidden:
                reason = "SSSOM has no anchors, aliases, tags or directives of YAML"
                raise self._bad(reason, event.start_mark)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise self._bad("nothing in SSSOM is nested so deep", event.start_mark)

    def _read(self, slot: Cell, node: yaml.Node) -> None:
        if slot.text == "curie_map":
            for prefix, space in self._pairs(self._mapping(node)):
                self.prefixes[prefix.text] = self._scalar(space)
        elif slot.text == "extension_definitions":
            items = self._sequence(node).value
            self.definitions = tuple(
                {key.text: self._scalar(value) for key, value in self._pairs(self._mapping(item))}
                for item in items
            )
        elif isinstance(node, yaml.SequenceNode):
            self.values[slot.text] = tuple(self._scalar(item) for item in node.value)
        else:
            self.values[slot.text] = (self._scalar(node),)

    def _pairs(self, node: yaml.MappingNode) -> Iterator[tuple[Cell, yaml.Node]]:
        seen: set[str] = set()
        for key, value in node.value:
            cell = self._scalar(key)
            if cell.text in seen:
                raise self._bad(f"“{cell.text}” is there twice", key.start_mark)
            seen.add(cell.text)
            yield cell, value

    def _scalar(self, node: yaml.Node) -> Cell:
        if not isinstance(node, yaml.ScalarNode):
            raise self._bad("a text is expected here", node.start_mark)
        return Cell(node.value, node.start_mark.line + 1, node.start_mark.column + 2)

    def _mapping(self, node: yaml.Node) -> yaml.MappingNode:
        if not isinstance(node, yaml.MappingNode):
            raise self._bad("names with values are expected here", node.start_mark)
        return node

    def _sequence(self, node: yaml.Node) -> yaml.SequenceNode:
        if not isinstance(node, yaml.SequenceNode):
            raise self._bad("a list is expected here", node.start_mark)
        return node

    def _bad(self, reason: str, mark: yaml.Mark) -> BadSyntax:
        return _wrong(self._name, reason, mark.line + 1, mark.column + 2)


def _wrong(name: str, reason: str, line: int, column: int) -> BadSyntax:
    message = f"{name}:{line}:{column}: {reason[:1].upper()}{reason[1:]}."
    return BadSyntax(message, file=name, line=line, column=column, slug=_SLUG)

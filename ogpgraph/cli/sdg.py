"""`ogpgraph sdg`: what a code of the SDGs means, in any spelling, and what there is. No home."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from ogpgraph.cli.exits import EXIT_USAGE
from ogpgraph.cli.options import Language
from ogpgraph.cli.output import complain, plain_console, printable
from ogpgraph.errors import BadRequest
from ogpgraph.iris import Names
from ogpgraph.sdg import VOCABULARY, Code, resolve
from ogpgraph.sdg.labels import labels
from ogpgraph.sdg.vocabulary import SDGIO, WIKIDATA
from ogpgraph.settings import Settings, load_settings
from ogpgraph.shipped import Shipped

Labels = Mapping[Code, Mapping[str, str]]


class _Level(StrEnum):
    GOAL = "goal"
    TARGET = "target"
    INDICATOR = "indicator"


class _Format(StrEnum):
    TEXT = "text"
    JSON = "json"


def sdg(
    codes: Annotated[
        list[str] | None,
        typer.Argument(
            help="In any spelling: 16, ODS 16.6, 16.06, C160602, an IRI; - reads them from "
            "standard input, one a line. Without any, all goals."
        ),
    ] = None,
    tree: Annotated[bool, typer.Option("--tree", help="With all that belongs to each.")] = False,
    level: Annotated[_Level | None, typer.Option(help="List all of this level.")] = None,
    as_format: Annotated[_Format, typer.Option("--format", help="text or json.")] = _Format.TEXT,
    lang: Language = None,
) -> None:
    """Say what codes of the SDGs mean, or list goals, targets and indicators."""
    settings = load_settings({"language": lang})
    found, errors = _resolved(codes) if codes else (_all(level), [])
    if codes and level:
        raise BadRequest("Give codes, or --level to list all of one; not both.", parameter="level")
    shown = [each for code in found for each in _below(code, tree=tree)]
    known = labels(Shipped.find(), Names(settings.base_iri))
    if as_format is _Format.JSON:
        told = [_told(code, known[code], settings) for code in shown]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif shown:
        _print(shown, known, settings, tree=tree)
    for error in errors:
        complain(error)
    if errors:
        raise typer.Exit(EXIT_USAGE)


def _resolved(given: list[str]) -> tuple[list[Code], list[BadRequest]]:
    """The codes that were meant, and why the others are none."""
    codes: list[Code] = []
    errors: list[BadRequest] = []
    for text in _texts(given):
        try:
            codes.append(resolve(text))
        except BadRequest as error:
            errors.append(error)
    return codes, errors


def _texts(given: list[str]) -> Iterator[str]:
    for text in given:
        if text == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield text


def _all(level: _Level | None) -> list[Code]:
    return [code for code in VOCABULARY.codes() if code.level == str(level or _Level.GOAL)]


def _below(code: Code, *, tree: bool) -> Iterator[Code]:
    """A code, and in a tree all that belongs to it."""
    yield code
    if tree:
        for each in VOCABULARY.below.get(code, ()):
            yield from _below(each, tree=True)


def _told(code: Code, label: Mapping[str, str], settings: Settings) -> dict[str, Any]:
    """A code for JSON; null where something is not known."""
    entry = VOCABULARY.entries[code]
    return {
        "code": code.text,
        "padded": code.padded,
        "level": code.level,
        "iri": entry.iri(Names(settings.base_iri)),
        "permanent": entry.permanent or None,
        "parent": code.parent.text if code.parent else None,
        "goal": str(code.goal),
        "same": [each.text for each in entry.codes if each != code],
        "label": dict(sorted(label.items())),
        "wikidata": f"{WIKIDATA}{entry.wikidata}" if entry.wikidata else None,
        "sdgio": f"{SDGIO}{entry.sdgio}" if entry.sdgio else None,
    }


def _print(shown: list[Code], known: Labels, settings: Settings, *, tree: bool) -> None:
    names = Names(settings.base_iri)
    table = Table(box=None, show_header=False)
    for code in shown:
        depth = ("goal", "target", "indicator").index(code.level) if tree else 0
        text = known[code].get(settings.language) or next(iter(known[code].values()), "")
        iri = VOCABULARY.entries[code].iri(names)
        table.add_row("  " * depth + code.text, printable(text), iri)
    plain_console().print(table)

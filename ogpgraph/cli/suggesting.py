"""`ogpgraph suggest-sdg`: goals and targets suggested for texts, a line of JSON for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from ogpgraph.cli.options import Force, Home, Output, local_path
from ogpgraph.cli.output import counted, outgoing
from ogpgraph.commitment_texts import commitment_texts
from ogpgraph.errors import BadInput, BadRequest
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.records import FORMATS, SUFFIXES, TEXT, Record, read_records, written
from ogpgraph.suggester.suggest import MOST_SUGGESTIONS, Suggester
from ogpgraph.suggester.wording import TEXT_LANGUAGES

_STANDARD_INPUT = "-"


def suggest_sdg(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="Plain text, or .csv or .jsonl with id and text; - for input."
        ),
    ] = None,
    plan: Annotated[
        str | None, typer.Option(help="The commitments of this plan of the home, e.g. CRI-4.")
    ] = None,
    as_format: Annotated[
        str | None, typer.Option("--format", help="text, csv, jsonl; by the file's name if none.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Least score; that of the model if none.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_SUGGESTIONS, help="Suggestions for a text at most."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="Language of the texts, es or en; seen if none.")
    ] = None,
    home: Home = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Suggest Sustainable Development Goals and targets for texts; nothing is stored."""
    if (file is None) == (plan is None):
        raise BadRequest("Give a file (or - for standard input), or --plan: one of them.")
    if language is not None and language not in TEXT_LANGUAGES:
        raise BadRequest(f"--lang is “{language[:40]}”.", known=TEXT_LANGUAGES, parameter="lang")
    settings = load_settings({"home": home})
    suggester: Suggester | None = None  # made once there is a text to read
    number = 0
    with (
        _records(file, plan, as_format, settings, language) as records,
        outgoing(output, force) as out,
    ):
        for record in records:
            suggester = suggester or Suggester.of(Shipped.find().lexicon)
            made = suggester.suggest(
                record.text, language=language, threshold=threshold, limit=limit
            )
            out.write(written(record.id, made))
            number += 1
    typer.echo(counted("text", number, settings.language), err=True)


@contextmanager
def _records(
    file: str | None,
    plan: str | None,
    as_format: str | None,
    settings: Settings,
    language: str | None,
) -> Iterator[Iterable[Record]]:
    if plan is not None:
        if as_format is not None:
            raise BadRequest("--format is of files; --plan has none.", parameter="format")
        yield _of_plan(plan, settings, language or settings.language)
        return
    name = file or _STANDARD_INPUT
    chosen = _format_of(name, as_format)
    if name == _STANDARD_INPUT:
        yield read_records(sys.stdin.buffer, name, chosen)
        return
    path = local_path(name)
    try:
        with path.open("rb") as stream, _bar(path.name, path.stat().st_size) as advance:
            yield _followed(read_records(stream, path.name, chosen), stream, advance)
    except OSError as error:
        raise BadInput(f"{name}: {error.strerror}.", file=name) from error


def _format_of(name: str, given: str | None) -> str:
    if given is not None:
        if given not in FORMATS:
            raise BadRequest(f"“{given[:40]}” is no format.", known=FORMATS, parameter="format")
        return given
    suffix = Path(name).suffix.lower()
    if name == _STANDARD_INPUT or not suffix:
        return TEXT
    if suffix not in SUFFIXES:
        raise BadRequest(
            f"{name}: files in {suffix} are not read; --format says which of these it is.",
            known=[*SUFFIXES],
            parameter="format",
        )
    return SUFFIXES[suffix]


def _of_plan(plan: str, settings: Settings, language: str) -> list[Record]:
    service = Service.open(settings, create=False)
    try:
        with service.reading() as reading:
            found = commitment_texts(reading, plan, language)
    finally:
        service.close()
    return [Record(one.id, one.text) for one in found]


def _followed(
    records: Iterable[Record], stream: BinaryIO, advance: Callable[[int], None]
) -> Iterator[Record]:
    for record in records:
        advance(stream.tell())
        yield record


@contextmanager
def _bar(title: str, size: int) -> Iterator[Callable[[int], None]]:
    """A bar of the bytes that were read, on a terminal; nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=size)
        yield lambda at: progress.update(task, completed=at)

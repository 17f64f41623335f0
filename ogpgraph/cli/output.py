"""What commands write: progress, tables, reports, files; nothing that a terminal would obey."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ogpgraph.cli.words import COMMAND_WORDS
from ogpgraph.errors import BadInput, OgpGraphError
from ogpgraph.examination import Progress as Told
from ogpgraph.files import write_file
from ogpgraph.report import Report


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Told | None]:
    """A progress bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    at = TextColumn("{task.fields[at]}")
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), at)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=total, at="")
        yield lambda name: progress.update(task, advance=1, at=Path(name).name)


def put(content: bytes, output: Path | None, force: bool) -> None:
    """Write to a file, or to standard output where there is none.

    Raises:
        BadInput: the file exists and `force` is not set, or it cannot be written.
    """
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_file(output, content, force=force)


@contextmanager
def outgoing(output: Path | None, force: bool) -> Iterator[BinaryIO]:
    """A stream for what is written piece by piece: a file whole or not at all, or standard output.

    Raises:
        BadInput: the file exists and `force` is not set, or it cannot be written.
    """
    if output is None or str(output) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if output.exists() and not force:
        raise BadInput(f"{output} exists; --force replaces it.", file=str(output))
    temporary = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(output)
    except OSError as error:
        raise BadInput(f"{output}: {error.strerror or error}.", file=str(output)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def complain(error: OgpGraphError) -> None:
    """An error as one sentence on standard error, with what would be right where that is known."""
    message = printable(error.message.replace("--language:", "--lang:", 1))  # its name here
    typer.echo(f"ogpgraph: {message}", err=True)
    known = error.members.get("known")
    if isinstance(known, list):
        typer.echo("Known: " + ", ".join(map(str, known)), err=True)


def print_report(report: Report, language: str) -> None:
    """One line a finding, on standard error."""
    for finding in report.findings:
        place = f"{finding.file}:{finding.line}" if finding.line else str(finding.file or "-")
        message = finding.messages.get(language) or next(iter(finding.messages.values()), "")
        shape = finding.shape.rsplit("#", 1)[-1]
        subject = finding.focus.rsplit("/", 1)[-1]
        severity = word(finding.severity.value, language)
        line = f"{place}: {severity}: {message} [{shape}, {subject}]"
        typer.echo(printable(line), err=True)


def word(name: str, language: str, *, several: bool = False) -> str:
    """A word of the command line, by its name in `web/texts`."""
    return COMMAND_WORDS[name][(0 if language == "es" else 2) + several]


def counted(name: str, number: int, language: str) -> str:
    """A number with its word: “1 file”, “2 archivos”."""
    return f"{number} {word(name, language, several=number != 1)}"


def plain_console() -> Console:
    """Standard output for tables: text is text, and a file or pipe is wide."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 200
    return console


def printable(text: str) -> str:
    """Text without the control characters that a terminal would obey."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)

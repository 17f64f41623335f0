"""The commands together, and how they end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from ogpgraph import __version__
from ogpgraph.cli.asking import query, run
from ogpgraph.cli.backup import backup, restore
from ogpgraph.cli.contents import export, status
from ogpgraph.cli.exits import EXIT_INTERNAL, EXIT_SIGNAL, exit_code
from ogpgraph.cli.history import diff, history
from ogpgraph.cli.importing import importers
from ogpgraph.cli.output import complain
from ogpgraph.cli.publishing import load, rollback, validate_files
from ogpgraph.cli.reviewing import reviewing
from ogpgraph.cli.sdg import sdg
from ogpgraph.cli.searching import search
from ogpgraph.cli.serving import serve
from ogpgraph.cli.suggesting import suggest_sdg
from ogpgraph.errors import OgpGraphError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
app = typer.Typer(
    name="ogpgraph",
    help="A knowledge graph of Open Government action plans: publish it, ask it, serve it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,  # noqa: ARG001
) -> None:
    if version:
        typer.echo(f"ogpgraph {__version__}")
        raise typer.Exit


app.command()(serve)
app.command()(load)
app.command("validate")(validate_files)
app.command()(query)
app.command()(run)
app.command()(search)
app.command()(sdg)
app.command("suggest-sdg")(suggest_sdg)
app.add_typer(reviewing)
app.command()(export)
app.add_typer(importers)
app.command()(status)
app.command()(history)
app.command()(diff)
app.command()(rollback)
app.command()(backup)
app.command()(restore)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; errors become one sentence on standard error and an exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given  # wherever it stands
    given = [argument for argument in given if argument != "--debug"]
    with _stopped_by_signals(ending=arguments is None):
        _run(given, debug=debug)


def _run(given: list[str], *, debug: bool) -> None:
    try:
        app(given, prog_name="ogpgraph")
    except OgpGraphError as error:
        if debug:
            raise
        complain(error)
        raise SystemExit(exit_code(error)) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except Exception as error:
        if debug:
            raise
        typer.echo(f"ogpgraph: internal error: {error!r}. --debug shows where.", err=True)
        raise SystemExit(EXIT_INTERNAL) from None


@contextmanager
def _stopped_by_signals(*, ending: bool) -> Iterator[None]:
    """SIGINT and SIGTERM end the command in order, with 130 and 143; a second one at once.

    Args:
        ending: whether the process ends after the command; a signal then is no error of Python.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        typer.echo(f"ogpgraph: stopped by {signal.Signals(number).name}.", err=True)
        raise SystemExit(EXIT_SIGNAL + number)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if ending else handler)

"""The commands together, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ogpgraph import __version__
from ogpgraph.cli.asking import query
from ogpgraph.cli.backup import backup, restore
from ogpgraph.cli.contents import export, status
from ogpgraph.cli.exits import EXIT_INTERNAL, exit_code
from ogpgraph.cli.history import diff, history
from ogpgraph.cli.output import complain
from ogpgraph.cli.publishing import load, validate_files
from ogpgraph.cli.serving import serve
from ogpgraph.errors import OgpGraphError

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
app.command()(export)
app.command()(status)
app.command()(history)
app.command()(diff)
app.command()(backup)
app.command()(restore)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; errors become one sentence on standard error and an exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given  # wherever it stands
    given = [argument for argument in given if argument != "--debug"]
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

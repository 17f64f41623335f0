"""`ogpgraph backup` and `ogpgraph restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ogpgraph.backup import Backup, back_up, record, verify
from ogpgraph.backup import restore as put_back
from ogpgraph.cli.opening import ledger_of
from ogpgraph.cli.options import Home, local_path
from ogpgraph.errors import BadInput
from ogpgraph.settings import load_settings


def backup(
    target: Annotated[
        Path,
        typer.Argument(parser=local_path, metavar="FOLDER", help="To make; not there yet."),
    ],
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the backup there.")] = False,
) -> None:
    """Write a backup of a home, also while it is being served."""
    folder = load_settings({"home": home}).home
    with ledger_of(folder) as ledger:
        made = back_up(ledger, target, force=force)
    typer.echo(_told(target, made))
    try:
        record(folder, made)
    except BadInput as error:  # the backup is there all the same
        typer.echo(f"ogpgraph: the time of the backup is not noted: {error.message}", err=True)


def restore(
    source: Annotated[
        Path,
        typer.Argument(parser=local_path, metavar="FOLDER", help="That `ogpgraph backup` made."),
    ],
    home: Home = None,
    force: Annotated[bool, typer.Option("--force", help="Replace what the home holds.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only check the backup.")] = False,
) -> None:
    """Make a home be as a backup says, after checking every byte of it."""
    if check:
        typer.echo(_told(source, verify(source)))
        return
    folder = load_settings({"home": home}).home
    made = put_back(source, folder, force=force)
    typer.echo(f"{_told(source, made)} {folder} is as it says.")


def _told(place: Path, made: Backup) -> str:
    return f"{place}: {made.graphs} graphs, version {made.sequence}, of {made.time}."

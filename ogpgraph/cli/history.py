"""`ogpgraph history` and `ogpgraph diff`: both need the ledger only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph.cli.exits import EXIT_DIFFERENT
from ogpgraph.cli.opening import ledger_of
from ogpgraph.cli.options import Home
from ogpgraph.cli.output import plain_console, printable
from ogpgraph.errors import BadRequest
from ogpgraph.history import Difference, Entry, History, shortened
from ogpgraph.settings import load_settings

_FORMATS = ("text", "nq", "json")

GraphName = Annotated[
    str | None, typer.Argument(help="A named graph: its IRI, or the end of it (plan/CRI-4).")
]


def history(
    graph: GraphName = None,
    home: Home = None,
    limit: Annotated[int, typer.Option(min=1, help="Versions at most, newest first.")] = 20,
    before: Annotated[
        int | None, typer.Option(min=1, help="Only those before this one: the next page.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List versions: when, by whom, from what, and how many statements each changed."""
    with ledger_of(load_settings({"home": home}).home) as ledger:
        past = History(ledger)
        iri = past.graph_iri(graph) if graph else None
        entries = past.entries(iri, limit=limit, before=before)
    if as_json:
        typer.echo(json.dumps([_as_dict(entry) for entry in entries], indent=2))
        return
    names = ("version", "time", "graph", "agent", "source", "tool", "shapes", "triples", "+", "-")
    table = Table(*names, box=None)
    for entry in entries:
        body = _as_dict(entry) | {"shapes": entry.version.activity.shapes[:12]}
        keys = ("version", "time", "graph", "agent", "source", "tool", "shapes", "triples")
        counts = (f"+{entry.added}", f"-{entry.removed}")
        table.add_row(*(printable(str(body[key])) for key in keys), *counts)
    plain_console().print(table)


def diff(
    graph: GraphName = None,
    home: Home = None,
    start: Annotated[
        int | None, typer.Option("--from", help="A version; the one before --to if not given.")
    ] = None,
    end: Annotated[
        int | None, typer.Option("--to", help="A version; the newest if not given.")
    ] = None,
    as_format: Annotated[str, typer.Option("--format", help=", ".join(_FORMATS) + ".")] = "text",
) -> None:
    """Show what two versions differ in; exit code 0 when in nothing, 1 otherwise."""
    if as_format not in _FORMATS:
        raise BadRequest(f"--format: “{as_format}” is not known.", known=list(_FORMATS))
    with ledger_of(load_settings({"home": home}).home) as ledger:
        past = History(ledger)
        iri = past.graph_iri(graph) if graph else None
        end = ledger.sequence() if end is None else past.moment(end)
        if start is None:
            versions = ledger.versions(iri, limit=2, before=end + 1)
            start = versions[1].sequence if len(versions) > 1 else 0
        found = past.differences(past.moment(start), end, iri)
        prefixes = past.names.prefixes
    if as_format == "json":
        graphs = [{"graph": d.graph, "added": d.added, "removed": d.removed} for d in found]
        typer.echo(json.dumps({"from": start, "to": end, "graphs": graphs}, indent=2))
    else:
        lines = _quads(found) if as_format == "nq" else _text(found, start, end, prefixes)
        for line in lines:
            typer.echo(line)
    if found:
        raise typer.Exit(EXIT_DIFFERENT)


def _text(
    found: Sequence[Difference], start: int, end: int, prefixes: dict[str, str]
) -> Iterator[str]:
    """As of `diff -u`, without places: statements have none."""
    for difference in found:
        yield f"--- {difference.graph} (version {start})"
        yield f"+++ {difference.graph} (version {end})"
        for statement, sign in _merged(difference):
            yield sign + _escaped(shortened(statement, prefixes))


def _quads(found: Sequence[Difference]) -> Iterator[str]:
    """A sign, a space and an N-Quads statement a line."""
    for difference in found:
        for statement, sign in _merged(difference):
            quad = f"{statement.removesuffix(' .')} <{difference.graph}> ."
            yield f"{sign} {_escaped(quad)}"


def _merged(difference: Difference) -> list[tuple[str, str]]:
    removed = [(statement, "-") for statement in difference.removed]
    return sorted([*removed, *((statement, "+") for statement in difference.added)])


def _escaped(statement: str) -> str:
    """The same statement; what a terminal would obey is written as N-Quads allow."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in statement)


def _as_dict(entry: Entry) -> dict[str, object]:
    version = entry.version
    return {
        "version": version.sequence,
        "time": version.time,
        "graph": version.graph,
        "agent": version.activity.agent,
        "source": version.activity.source,
        "tool": version.activity.tool,
        "shapes": version.activity.shapes,
        "triples": version.statements,
        "added": entry.added,
        "removed": entry.removed,
        "sha256": version.digest,
    }

"""`ogpgraph query`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph.cli.options import GRAPH_FORMATS, Force, Home, Output, local_path
from ogpgraph.cli.output import plain_console, printable, put
from ogpgraph.errors import BadInput, BadRequest
from ogpgraph.formats import RESULTS_JSON
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.store.base import Result, Store, solutions
from ogpgraph.store.remote import RemoteStore

_RESULT_FORMATS = MappingProxyType(
    {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
    }
)


def query(
    text: Annotated[str, typer.Argument(help="SPARQL text, a .rq file, or - for standard input.")],
    home: Home = None,
    endpoint: Annotated[
        str | None, typer.Option(help="Ask this SPARQL endpoint instead of the home.")
    ] = None,
    as_format: Annotated[
        str | None,
        typer.Option("--format", help="table, json, xml, csv, tsv; ttl, nt, jsonld, rdf."),
    ] = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Ask a SPARQL query of the home, or of any endpoint."""
    settings = load_settings({"home": home})
    with _asked(settings, endpoint) as store:
        result = store.query(_query_text(text), timeout=settings.query_timeout)
        name = as_format or (output.suffix[1:] if output else None)
        if name in {None, "table"} and result.kind == "solutions" and output is None:
            _print_table(result)
            return
        content = result.write(_format_of(name, result))
    put(content, output, force)


@contextmanager
def _asked(settings: Settings, endpoint: str | None) -> Iterator[Store]:
    if endpoint:
        yield RemoteStore(endpoint, timeout=settings.query_timeout)
        return
    service = Service.open(settings, create=False)
    try:
        yield service.store
    finally:
        service.close()


def _query_text(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    if given.endswith(".rq"):
        try:
            return local_path(given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{given}: {error}.", file=given) from error
    return given


def _format_of(name: str | None, result: Result) -> str:
    formats = GRAPH_FORMATS if result.kind == "graph" else _RESULT_FORMATS
    chosen = name if name not in {None, "table"} else next(iter(formats))
    if chosen not in formats:
        raise BadRequest(f"“{chosen}” is not a format for this answer.", known=list(formats))
    return formats[chosen]


def _print_table(result: Result) -> None:
    names, found = solutions(result.write(RESULTS_JSON))
    table = Table(*names, box=None)
    for row in found:
        cells = (row[name].value if name in row else "" for name in names)
        table.add_row(*(printable(cell) for cell in cells))
    plain_console().print(table)
    typer.echo(f"{len(found)} rows" if len(found) != 1 else "1 row", err=True)

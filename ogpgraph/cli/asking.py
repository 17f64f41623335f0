"""`ogpgraph query` and `ogpgraph run`: any text, or a stored query by its name."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph import choices
from ogpgraph.cli.options import GRAPH_FORMATS, Force, Home, Language, Output, local_path
from ogpgraph.cli.output import plain_console, printable, put, word
from ogpgraph.errors import BadInput, BadRequest
from ogpgraph.formats import RESULTS_JSON
from ogpgraph.iris import Names
from ogpgraph.library import stored_queries
from ogpgraph.queries import Parameter, StoredQueries, StoredQuery
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


Endpoint = Annotated[str | None, typer.Option(help="Ask this SPARQL endpoint instead of the home.")]
Format = Annotated[
    str | None, typer.Option("--format", help="table, json, xml, csv, tsv; ttl, nt, jsonld, rdf.")
]


def query(
    text: Annotated[str, typer.Argument(help="SPARQL text, a .rq file, or - for standard input.")],
    home: Home = None,
    endpoint: Endpoint = None,
    as_format: Format = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Ask a SPARQL query of the home, or of any endpoint."""
    settings = load_settings({"home": home})
    with _asked(settings, endpoint) as store:
        result = store.query(_query_text(text), timeout=settings.query_timeout)
        _give(result, as_format, output, force)


def run(
    name: Annotated[
        str | None, typer.Argument(help="A stored query; without one they are listed.")
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="NAME=VALUE", help="A parameter; may be repeated."),
    ] = None,
    describe: Annotated[
        bool, typer.Option("--describe", help="Tell what the query asks, and its parameters.")
    ] = False,
    home: Home = None,
    endpoint: Endpoint = None,
    as_format: Format = None,
    output: Output = None,
    force: Force = False,
    language: Language = None,
) -> None:
    """Run a stored query by its name, with typed parameters."""
    settings = load_settings({"home": home, "language": language})
    names = Names(settings.base_iri)
    queries = stored_queries(names)
    if name is None and (param or describe):
        raise BadRequest("A stored query is wanted by its name.", known=list(queries))
    if name is None:
        _print_names(queries, settings.language)
        return
    if name not in queries:
        raise BadRequest(
            f"There is no stored query “{name[:80]}”.", known=queries.near(name), parameter="name"
        )
    if describe:
        _print_description(queries[name], settings.language)
        return
    values = _values(queries[name], param or (), settings.language)
    text = queries[name].bind(values)
    timeout = settings.query_timeout
    with _asked(settings, endpoint) as store:
        choices.check(store, queries[name], values, names, timeout=timeout)
        _give(store.query(text, timeout=timeout), as_format, output, force)


def _values(query: StoredQuery, given: Sequence[str], language: str) -> dict[str, str]:
    """What the parameters are given; the language of labels is that of messages if none is."""
    values: dict[str, str] = {}
    for pair in given:
        name, mark, value = pair.partition("=")
        if not mark:
            raise BadRequest(f"--param {pair[:80]}: a parameter is given as NAME=VALUE.")
        if name in values:
            raise BadRequest(f"The parameter {name[:80]} is given twice.", parameter=name)
        values[name] = value
    labels = {p.name: language for p in query.parameters if p.kind == "language"}
    return labels | values


def _print_names(queries: StoredQueries, language: str) -> None:
    table = Table.grid(padding=(0, 2))
    for query in queries.values():
        table.add_row(query.name, printable(query.titles[language]))
    plain_console().print(table)


def _print_description(query: StoredQuery, language: str) -> None:
    typer.echo(f"{query.name}: {query.titles[language]}\n{query.descriptions[language]}")
    for parameter in query.parameters:
        kind = parameter.kind if parameter.resource is None else parameter.resource
        told = f"{kind}, {_need(parameter, language)}"
        typer.echo(f"  {parameter.name} ({told}): {parameter.descriptions[language]}")


def _need(parameter: Parameter, language: str) -> str:
    if parameter.required:
        return f"{word('required', language)} {parameter.name}={parameter.example}"
    default = language if parameter.kind == "language" else parameter.default
    if default is not None:
        return f"{word('otherwise', language)} {default}"
    return word("optional", language)


def _give(result: Result, as_format: str | None, output: Path | None, force: bool) -> None:
    """Write an answer as it was asked for: a table on a terminal's terms, else a document."""
    name = as_format or (output.suffix[1:] if output else None)
    if name in {None, "table"} and result.kind == "solutions" and output is None:
        _print_table(result)
        return
    put(result.write(_format_of(name, result)), output, force)


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

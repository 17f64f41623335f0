"""`ogpgraph query`, `ogpgraph export` and `ogpgraph status`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph.cli.options import Force, Home, Output
from ogpgraph.cli.output import plain_console, printable, put
from ogpgraph.errors import BadInput, BadRequest
from ogpgraph.files import Graph, write, write_dataset
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.store.base import Result, Store, rows
from ogpgraph.store.remote import RemoteStore

_RESULT_FORMATS = MappingProxyType(
    {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
    }
)
_GRAPH_FORMATS = MappingProxyType(
    {
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
    }
)
_DATASET_FORMATS = MappingProxyType({"nq": "application/n-quads", "trig": "application/trig"})


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


def export(
    home: Home = None,
    graph: Annotated[str | None, typer.Option(help="One named graph only, by IRI.")] = None,
    as_format: Annotated[
        str | None, typer.Option("--format", help="nq, trig; for one graph ttl, nt, jsonld, rdf.")
    ] = None,
    derived: Annotated[bool, typer.Option(help="With what the rules derive.")] = False,
    output: Output = None,
    force: Force = False,
) -> None:
    """Write the published graphs to a file, in canonical order."""
    formats = _GRAPH_FORMATS if graph else _DATASET_FORMATS
    name = as_format or (output.suffix[1:] if output else next(iter(formats)))
    if name not in formats:
        raise BadRequest(f"“{name}” is not a format for this.", known=list(formats))
    service = Service.open(load_settings({"home": home}), create=False)
    try:
        prefixes = service.names.prefixes
        if graph:
            content = write(_existing(service, graph), formats[name], prefixes=prefixes)
        else:
            iris = (g for g in service.store.graphs() if derived or not service.names.is_derived(g))
            graphs = {iri: service.store.graph(iri) for iri in iris}
            content = write_dataset(graphs, formats[name], prefixes=prefixes)
    finally:
        service.close()
    put(content, output, force)


def status(
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what a home holds: its graphs, their versions, sizes and digests."""
    service = Service.open(load_settings({"home": home}), create=False)
    try:
        found = service.status()
    finally:
        service.close()
    if as_json:
        graphs = [
            {
                "graph": v.graph,
                "version": v.sequence,
                "triples": v.statements,
                "time": v.time,
                "agent": v.activity.agent,
                "sha256": v.digest,
            }
            for v in found.versions
        ]
        body = {"home": str(found.home), "version": found.sequence, "graphs": graphs}
        typer.echo(json.dumps(body | {"triples": found.statements}, indent=2))
        return
    table = Table("graph", "version", "triples", "time", "sha256", box=None)
    for v in found.versions:
        cells = (v.graph, str(v.sequence), str(v.statements), v.time, v.digest[:12])
        table.add_row(*cells)
    plain_console().print(table)
    typer.echo(
        f"{found.home}: {len(found.versions)} graphs, {found.statements} triples, "
        f"version {found.sequence}."
    )


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
            return Path(given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{given}: {error}.", file=given) from error
    return given


def _format_of(name: str | None, result: Result) -> str:
    formats = _GRAPH_FORMATS if result.kind == "graph" else _RESULT_FORMATS
    chosen = name if name not in {None, "table"} else next(iter(formats))
    if chosen not in formats:
        raise BadRequest(f"“{chosen}” is not a format for this answer.", known=list(formats))
    return formats[chosen]


def _existing(service: Service, iri: str) -> Graph:
    graph = service.store.graph(iri)
    if not len(graph):
        raise BadRequest(f"There is no graph <{iri}>.", known=service.store.graphs())
    return graph


def _print_table(result: Result) -> None:
    found = list(rows(result))
    table = Table(*dict.fromkeys(name for row in found for name in row), box=None)
    for row in found:
        cells = (row[str(c.header)].value if str(c.header) in row else "" for c in table.columns)
        table.add_row(*(printable(cell) for cell in cells))
    plain_console().print(table)
    typer.echo(f"{len(found)} rows" if len(found) != 1 else "1 row", err=True)

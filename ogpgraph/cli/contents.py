"""`ogpgraph status` and `ogpgraph export`: what a home holds, or held, by its ledger."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph.alignments.records import ACCEPTED, records
from ogpgraph.alignments.selection import Selection
from ogpgraph.alignments.sssom import as_rdf, as_tsv, mapping_set
from ogpgraph.cli.opening import ledger_of
from ogpgraph.cli.options import GRAPH_FORMATS, Force, Home, Output
from ogpgraph.cli.output import plain_console, put
from ogpgraph.errors import BadRequest
from ogpgraph.files import Graph, triples, write, write_dataset
from ogpgraph.history import History
from ogpgraph.iris import Names
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings

_SSSOM = MappingProxyType({"sssom": "text/tab-separated-values", "sssom.ttl": "text/turtle"})
"""Forms of the alignments, by the names of formats."""
_DATASET_FORMATS = MappingProxyType(
    {"nq": "application/n-quads", "trig": "application/trig", **_SSSOM}
)


def status(
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say what a home holds: its graphs, their versions, sizes and digests."""
    folder = load_settings({"home": home}).home
    with ledger_of(folder) as ledger:
        heads = [head for head in ledger.heads() if head.statements]
        sequence = ledger.sequence()
    statements = sum(head.statements for head in heads)
    if as_json:
        graphs = [
            {
                "graph": head.graph,
                "version": head.sequence,
                "triples": head.statements,
                "time": head.time,
                "agent": head.activity.agent,
                "sha256": head.digest,
            }
            for head in heads
        ]
        body = {"home": str(folder), "version": sequence, "graphs": graphs}
        typer.echo(json.dumps(body | {"triples": statements}, indent=2))
        return
    table = Table("graph", "version", "triples", "time", "sha256", box=None)
    for head in heads:
        table.add_row(
            head.graph, str(head.sequence), str(head.statements), head.time, head.digest[:12]
        )
    plain_console().print(table)
    typer.echo(f"{folder}: {len(heads)} graphs, {statements} triples, version {sequence}.")


def export(
    home: Home = None,
    graph: Annotated[
        str | None,
        typer.Option(help="One named graph only: its IRI, or the end of it (plan/CRI-4)."),
    ] = None,
    as_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="nq, trig; sssom, sssom.ttl (the SDG alignments); for one graph ttl, nt, jsonld, "
            "rdf.",
        ),
    ] = None,
    at: Annotated[int | None, typer.Option(help="As of this version; the newest if none.")] = None,
    derived: Annotated[bool, typer.Option(help="With what is derived and entailed.")] = False,
    state: Annotated[
        str, typer.Option(help="Of alignments: accepted, or all with their states of review.")
    ] = ACCEPTED,
    output: Output = None,
    force: Force = False,
) -> None:
    """Write the published graphs to a file, in canonical order."""
    formats = GRAPH_FORMATS if graph else _DATASET_FORMATS
    name = as_format or (_suffix(output) if output else next(iter(formats)))
    if name not in formats:
        raise BadRequest(f"“{name}” is not a format for this.", known=list(formats))
    settings = load_settings({"home": home})
    if name in _SSSOM:
        put(_alignments(settings, name, at, state), output, force)
        return
    asked_of_store = derived or Names(settings.base_iri).is_companion(graph or "")
    if asked_of_store and at is not None:
        raise BadRequest("--at: what is derived and entailed is kept of the newest version only.")
    if asked_of_store:
        names, graphs = _stored(settings, graph)
    else:
        names, graphs = _recorded(settings, graph, at)
    if graph:
        (content,) = graphs.values()
        put(write(content, formats[name], prefixes=names.prefixes), output, force)
    else:
        put(write_dataset(graphs, formats[name], prefixes=names.prefixes), output, force)


def _suffix(output: Path) -> str:
    """The format that the name of a file asks for: that of SSSOM has two suffixes."""
    name = "".join(output.suffixes[-2:]).removeprefix(".")
    return {"sssom.tsv": "sssom", "sssom.ttl": "sssom.ttl"}.get(name, output.suffix[1:])


def _alignments(settings: Settings, name: str, at: int | None, state: str) -> bytes:
    """The alignments of a version as SSSOM."""
    with ledger_of(settings.home) as ledger:
        past = History(ledger)
        moment = ledger.sequence() if at is None else past.moment(at)
        names, graphs = past.names, past.graphs(moment)
    found = records((triple for graph in graphs.values() for triple in triples(graph)), names)
    made = mapping_set(
        found,
        names,
        url=settings.base_url(),
        version=moment,
        selection=Selection.of({"state": state}, found, names),
    )
    if name == "sssom":
        return as_tsv(made).encode()
    return write(as_rdf(made), _SSSOM[name], prefixes=made.prefixes)


def _recorded(
    settings: Settings, graph: str | None, at: int | None
) -> tuple[Names, dict[str, Graph]]:
    """Graphs as the ledger has them."""
    with ledger_of(settings.home) as ledger:
        past = History(ledger)
        moment = ledger.sequence() if at is None else past.moment(at)
        if graph is None:
            return past.names, past.graphs(moment)
        iri = past.graph_iri(graph)
        content = past.graph(iri, moment)
        if not len(content):
            raise BadRequest(f"There is no graph <{iri}> at version {moment}: it is withdrawn.")
        return past.names, {iri: content}


def _stored(settings: Settings, graph: str | None) -> tuple[Names, dict[str, Graph]]:
    """Graphs as the store has them, with those that the rules wrote."""
    with closing(Service.open(settings, create=False)) as service:
        about = set(service.site.graphs)  # they are no versions
        iris = tuple(iri for iri in service.store.graphs() if iri not in about)
        if graph is not None and graph not in iris:
            raise BadRequest(f"There is no graph <{graph}>.", known=iris)
        chosen = iris if graph is None else (graph,)
        return service.names, {iri: service.store.graph(iri) for iri in chosen}

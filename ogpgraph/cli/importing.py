"""`ogpgraph import sssom`: a document of others becomes a draft, which nothing publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ogpgraph.alignments.records import statements
from ogpgraph.alignments.sssom_reading import read_sssom
from ogpgraph.cli.options import Force, Output, local_path
from ogpgraph.cli.output import printable, put
from ogpgraph.errors import BadInput, BadRequest
from ogpgraph.files import Graph, write
from ogpgraph.iris import Names
from ogpgraph.settings import load_settings
from ogpgraph.terms import Term, Triple, iri
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

importers = typer.Typer(
    name="import",
    help="Read documents of others as drafts in Turtle, to look at and then to load.",
    no_args_is_help=True,
)


@importers.callback()
def _importers() -> None:
    """Read documents of others as drafts in Turtle, to look at and then to load."""


@importers.command()
def sssom(
    file: Annotated[
        Path,
        typer.Argument(parser=local_path, metavar="FILE", help="SSSOM/TSV; standard input if -."),
    ],
    graph: Annotated[
        str | None,
        typer.Option(help="The named graph that the draft is to be, e.g. sdg/CRI-4."),
    ] = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Read SDG alignments from SSSOM/TSV as a draft in Turtle. Nothing is published."""
    names = Names(load_settings({}).base_iri)
    draft = read_sssom(_content(file), str(file), names)
    found = statements(draft.alignments, names)
    if graph is not None:
        found = Graph.of((*found.lines, *_described(graph, draft.license, names)))
    put(write(found, "text/turtle", prefixes=names.prefixes), output, force)
    for issue in draft.issues:
        typer.echo(printable(f"{file}:{issue.line}: {issue.message}"), err=True)
    number, without = len(draft.alignments.alignments), len(draft.alignments.unaligned)
    typer.echo(f"{number} alignments, {without} commitments without a target.", err=True)


def _content(file: Path) -> bytes:
    try:
        if str(file) == "-":
            return typer.get_binary_stream("stdin").read()
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror or error}.", file=str(file)) from error


def _described(graph: str, license_: str, names: Names) -> list[str]:
    """What the file itself tells of the graph; titles and a date are still to be written."""
    address = graph if graph.startswith(names.graph("")) else names.graph(graph)
    if not names.is_publishable(address) or names.is_reserved(address):
        example = names.graph("sdg/CRI-4")
        raise BadRequest(f"--graph: <{address}> is no name of a graph such as <{example}>.")
    subject, dcterms = iri(address), EXTERNAL_PREFIXES["dcterms"]
    said: list[tuple[str, Term]] = [
        (RDF_TYPE, iri(names.term("SourceGraph"))),
        (f"{dcterms}license", iri(license_)),
    ]
    return [str(Triple(subject, iri(name), value)) for name, value in said]

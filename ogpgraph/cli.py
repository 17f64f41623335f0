"""The command line: `ogpgraph serve | load | validate | query | export | status`.

Exit codes: 0 ok, 1 violations, 2 usage, 3 bad input, 4 locked or unavailable, 5 internal.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from ogpgraph import __version__
from ogpgraph.errors import (
    BadInput,
    BadRequest,
    Locked,
    MalformedQuery,
    OgpGraphError,
    Unavailable,
)
from ogpgraph.examination import Progress as Told
from ogpgraph.files import write, write_dataset, write_file
from ogpgraph.report import NotConforming, Report
from ogpgraph.service import Library, Service, read_documents, validate
from ogpgraph.settings import SETTINGS, Settings, load_settings
from ogpgraph.store.base import Result, Store, rows
from ogpgraph.store.remote import RemoteStore
from ogpgraph.web.run import bind, run
from ogpgraph.web.texts import COMMAND_WORDS

EXIT_VIOLATIONS, EXIT_USAGE, EXIT_BAD_INPUT, EXIT_UNAVAILABLE, EXIT_INTERNAL = 1, 2, 3, 4, 5

_EXIT_CODES: tuple[tuple[type[OgpGraphError], int], ...] = (
    (NotConforming, EXIT_VIOLATIONS),
    (MalformedQuery, EXIT_BAD_INPUT),
    (BadRequest, EXIT_USAGE),
    (BadInput, EXIT_BAD_INPUT),
    (Locked, EXIT_UNAVAILABLE),
    (Unavailable, EXIT_UNAVAILABLE),
)
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
_ABOUT = MappingProxyType(
    {setting.name: f"{setting.description} [{setting.variable}]" for setting in SETTINGS}
)

app = typer.Typer(
    name="ogpgraph",
    help="A knowledge graph of Open Government action plans: publish it, ask it, serve it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Home = Annotated[Path | None, typer.Option(help=_ABOUT["home"])]
Language = Annotated[str | None, typer.Option("--lang", help=_ABOUT["language"])]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="File; standard output if none.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Paths = Annotated[list[Path], typer.Argument(help="Turtle files, or folders of them.")]


@app.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,  # noqa: ARG001
) -> None:
    if version:
        typer.echo(f"ogpgraph {__version__}")
        raise typer.Exit


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str | None, typer.Option(help=_ABOUT["host"])] = None,
    port: Annotated[str | None, typer.Option(help=_ABOUT["port"])] = None,
    base_iri: Annotated[str | None, typer.Option(help=_ABOUT["base_iri"])] = None,
    public_url: Annotated[str | None, typer.Option(help=_ABOUT["public_url"])] = None,
    sample: Annotated[bool, typer.Option(help="Fill an empty home with the shipped plans.")] = True,
) -> None:
    """Serve a home; an empty one is first filled with the shipped plans."""
    given = {"home": home, "host": host, "port": port}
    settings = load_settings(given | {"base_iri": base_iri, "public_url": public_url})
    with bind(settings) as listener, closing(Service.open(settings, serving=True)) as service:
        with _progress("Validating and loading", len(service.library.shipped.data)) as told:
            service.fill(sample=sample, progress=told)
        run(service, listener)


@app.command()
def load(paths: Paths, home: Home = None, lang: Language = None) -> None:
    """Publish Turtle files: all of them become visible at once, or nothing changes."""
    settings = load_settings({"home": home, "language": lang})
    service = Service.open(settings)
    try:
        total = len(read_documents(paths, service.names))
        with _progress("Validating", total) as told:
            publication = service.load(paths, agent=getpass.getuser(), progress=told)
    except NotConforming as error:
        _print_report(error.report, settings.language)
        raise NotConforming(_refusal(error.report, settings.language), error.report) from None
    finally:
        service.close()
    _print_report(publication.report, settings.language)
    for version in publication.versions:
        typer.echo(f"version {version.sequence}: {version.graph} ({version.statements} triples)")
    if not publication.versions:
        typer.echo(_word("published", settings.language))


@app.command("validate")
def validate_files(
    paths: Paths,
    lang: Language = None,
    as_format: Annotated[
        str, typer.Option("--format", help="text, json, or ttl (a sh:ValidationReport).")
    ] = "text",
) -> None:
    """Check Turtle files against the shapes, without publishing them; needs no home."""
    if as_format not in {"text", "json", "ttl"}:
        raise BadRequest(f"--format: “{as_format}” is not known.", known=["text", "json", "ttl"])
    settings = load_settings({"language": lang})
    library = Library.load(settings)
    total = len(read_documents(paths, library.names))
    with _progress("Validating", total) as told:
        report = validate(library, paths, progress=told)
    if as_format == "json":
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    elif as_format == "ttl":
        typer.echo(report.to_turtle())
    else:
        _print_report(report, settings.language)
        counts = {"violation": len(report.violations), "warning": len(report.warnings)}
        found = ", ".join(_count(name, n, settings.language) for name, n in counts.items())
        typer.echo(f"{_count('file', total, settings.language)}: {found}.")
    if not report.conforms:
        raise typer.Exit(EXIT_VIOLATIONS)


@app.command()
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
    _put(content, output, force)


@app.command()
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
    _put(content, output, force)


@app.command()
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
    _console().print(table)
    typer.echo(
        f"{found.home}: {len(found.versions)} graphs, {found.statements} triples, "
        f"version {found.sequence}."
    )


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
        _complain(error)
        raise SystemExit(exit_code(error)) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except Exception as error:
        if debug:
            raise
        typer.echo(f"ogpgraph: internal error: {error!r}. --debug shows where.", err=True)
        raise SystemExit(EXIT_INTERNAL) from None


def exit_code(error: OgpGraphError) -> int:
    """The exit code of an error."""
    return next((code for cls, code in _EXIT_CODES if isinstance(error, cls)), EXIT_BAD_INPUT)


def _complain(error: OgpGraphError) -> None:
    message = _printable(error.message.replace("--language:", "--lang:", 1))  # its name here
    typer.echo(f"ogpgraph: {message}", err=True)
    known = error.members.get("known")
    if isinstance(known, list):
        typer.echo("Known: " + ", ".join(map(str, known)), err=True)


@contextmanager
def _progress(title: str, total: int) -> Iterator[Told | None]:
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


def _existing(service: Service, iri: str) -> Any:
    graph = service.store.graph(iri)
    if not len(graph):
        raise BadRequest(f"There is no graph <{iri}>.", known=service.store.graphs())
    return graph


def _put(content: bytes, output: Path | None, force: bool) -> None:
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write_file(output, content, force=force)


def _print_table(result: Result) -> None:
    found = list(rows(result))
    table = Table(*dict.fromkeys(name for row in found for name in row), box=None)
    for row in found:
        cells = (row[str(c.header)].value if str(c.header) in row else "" for c in table.columns)
        table.add_row(*(_printable(cell) for cell in cells))
    _console().print(table)
    typer.echo(f"{len(found)} rows" if len(found) != 1 else "1 row", err=True)


def _print_report(report: Report, language: str) -> None:
    for finding in report.findings:
        place = f"{finding.file}:{finding.line}" if finding.line else str(finding.file or "-")
        message = finding.messages.get(language) or next(iter(finding.messages.values()), "")
        shape = finding.shape.rsplit("#", 1)[-1]
        subject = finding.focus.rsplit("/", 1)[-1]
        severity = _word(finding.severity.value, language)
        line = f"{place}: {severity}: {message} [{shape}, {subject}]"
        typer.echo(_printable(line), err=True)


def _word(name: str, language: str, *, several: bool = False) -> str:
    return COMMAND_WORDS[name][(0 if language == "es" else 2) + several]


def _count(name: str, number: int, language: str) -> str:
    return f"{number} {_word(name, language, several=number != 1)}"


def _refusal(report: Report, language: str) -> str:
    count = _count("violation", len(report.violations), language)
    return f"{count} {_word('unchanged', language)}"


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = 200
    return console


def _printable(text: str) -> str:
    """Text without the control characters that a terminal would obey."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)

"""`ogpgraph load`, `ogpgraph rollback` and `ogpgraph validate`."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Annotated

import typer

from ogpgraph.cli.exits import EXIT_VIOLATIONS
from ogpgraph.cli.opening import agent
from ogpgraph.cli.options import Home, Language, Paths
from ogpgraph.cli.output import complain, counted, print_report, printable, progress_bar, word
from ogpgraph.errors import BadRequest
from ogpgraph.intake.source import document_files
from ogpgraph.library import Library
from ogpgraph.loading import validate
from ogpgraph.report import NotConforming, Report
from ogpgraph.service import Service
from ogpgraph.settings import load_settings


def load(
    paths: Paths,
    home: Home = None,
    lang: Language = None,
    keep_going: Annotated[
        bool,
        typer.Option(
            "--keep-going", help="Publish the files that conform, and say which do not (exit 1)."
        ),
    ] = False,
) -> None:
    """Publish Turtle files: all of them become visible at once, or nothing changes."""
    settings = load_settings({"home": home, "language": lang})
    service = Service.open(settings)
    try:
        total = len(document_files(paths))
        with progress_bar("Validating", total) as told:
            publication = service.load(paths, agent=agent(), keep_going=keep_going, progress=told)
    except NotConforming as error:
        print_report(error.report, settings.language)
        raise NotConforming(_refusal(error.report, settings.language), error.report) from None
    finally:
        service.close()
    print_report(publication.report, settings.language)
    for version in publication.versions:
        typer.echo(f"version {version.sequence}: {version.graph} ({version.statements} triples)")
    if publication.refused or publication.unread:
        for reason in publication.unread:
            complain(reason)
        for name in publication.refused:
            typer.echo(f"{printable(name)}: {word('refused', settings.language)}", err=True)
        conforming = total - len(publication.refused) - len(publication.unread)
        typer.echo(f"{conforming}/{total} {word('conforming', settings.language)}")
        raise typer.Exit(EXIT_VIOLATIONS)
    if not publication.versions:
        typer.echo(word("published", settings.language))


def rollback(
    graph: Annotated[
        str, typer.Argument(help="A named graph: its IRI, or the end of it (plan/CRI-4).")
    ],
    to: Annotated[int, typer.Option("--to", help="The version at which it was right.")],
    home: Home = None,
    lang: Language = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would come.")] = False,
) -> None:
    """Publish what a graph was before, as a new version; history is never rewritten."""
    settings = load_settings({"home": home, "language": lang})
    with closing(Service.open(settings, create=False)) as service:
        try:
            publication = service.rollback(graph, to, agent=agent(), dry_run=dry_run)
        except NotConforming as error:
            print_report(error.report, settings.language)
            message = _refusal(error.report, settings.language)
            raise NotConforming(message, error.report) from None
    print_report(publication.report, settings.language)
    for version in publication.versions:
        typer.echo(f"version {version.sequence}: {version.graph} ({version.statements} triples)")
    if dry_run:
        typer.echo(word("allowed", settings.language))
    elif not publication.versions:
        typer.echo(word("published", settings.language))


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
    total = len(document_files(paths))
    with progress_bar("Validating", total) as told:
        report = validate(library, paths, progress=told)
    if as_format == "json":
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    elif as_format == "ttl":
        typer.echo(report.to_turtle())
    else:
        print_report(report, settings.language)
        counts = {"violation": len(report.violations), "warning": len(report.warnings)}
        found = ", ".join(counted(name, n, settings.language) for name, n in counts.items())
        typer.echo(f"{counted('file', total, settings.language)}: {found}.")
    if not report.conforms:
        raise typer.Exit(EXIT_VIOLATIONS)


def _refusal(report: Report, language: str) -> str:
    count = counted("violation", len(report.violations), language)
    return f"{count} {word('unchanged', language)}"

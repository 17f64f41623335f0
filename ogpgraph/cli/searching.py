"""`ogpgraph search`: full text of a home, as `/search` has it."""

from __future__ import annotations

import csv
import sys
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph.cli.options import Home, Language
from ogpgraph.cli.output import plain_console, printable
from ogpgraph.errors import BadRequest
from ogpgraph.kinds import KINDS, kind_of
from ogpgraph.search.found import Filters
from ogpgraph.search.marks import Marker
from ogpgraph.search.question import Question
from ogpgraph.search.words import Stems
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.titles import Titles

_MOST = 100


def search(
    text: Annotated[str, typer.Argument(help="Words to look for.")],
    kind: Annotated[str | None, typer.Option(help="Only this kind, e.g. commitments.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="Results at most.")] = 20,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, not as a table.")] = False,
    home: Home = None,
    language: Language = None,
) -> None:
    """Look for words in names, titles, summaries and quotations, the best first."""
    settings = load_settings({"home": home, "language": language})
    if kind is not None and kind not in KINDS:
        raise BadRequest(f"There is no kind “{kind[:80]}”.", known=[*KINDS], parameter="kind")
    question = Question.read(text, parameter="text")
    service = Service.open(settings, create=False)
    try:
        with service.reading() as reading:
            index = service.searching(reading)
            found = index.find(question, Filters(kind), size=limit, preferred=settings.language)
        marker = Marker(question, settings.language, Stems())
        titles = Titles(service.names, service.library.vocabulary, settings.language, lambda _: "")
        rows = []
        for hit in found.hits:
            known, label = kind_of(service.names, hit.iri), marker.label(hit)
            if known:
                called = label.text if label else titles.of(hit.iri, {})
                rows.append((hit.kind, known[1], called))
    finally:
        service.close()
    _print(rows, as_csv=as_csv)
    meant = f"; {found.suggestion[0]}? ({found.suggestion[1]})" if found.suggestion else ""
    typer.echo(f"{len(rows)} / {found.total}{printable(meant)}", err=True)


def _print(rows: list[tuple[str, str, str]], *, as_csv: bool) -> None:
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerows([("kind", "id", "label"), *rows])
        return
    table = Table("kind", "id", "label", box=None)
    for row in rows:
        table.add_row(*map(printable, row))
    plain_console().print(table)

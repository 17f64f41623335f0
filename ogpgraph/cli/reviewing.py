"""`ogpgraph review`: SDGs are suggested for plans, listed, and accepted or rejected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields
from typing import Annotated

import typer
from rich.table import Table

from ogpgraph.alignments.records import ACCEPTED, PROPOSED, REJECTED, STATES
from ogpgraph.cli.opening import agent as user
from ogpgraph.cli.opening import ledger_of
from ogpgraph.cli.options import Home, Language
from ogpgraph.cli.output import counted, plain_console, print_report, printable, word
from ogpgraph.errors import BadRequest
from ogpgraph.files import Graph
from ogpgraph.history import History
from ogpgraph.ledger import Ledger
from ogpgraph.publish import Publication
from ogpgraph.report import NotConforming
from ogpgraph.reviewing.deciding import Decision
from ogpgraph.reviewing.listing import ALL, Shown, plans_with_suggestions, shown_of
from ogpgraph.reviewing.naming import short_id
from ogpgraph.reviewing.proposing import Outcome
from ogpgraph.reviewing.reviewers import checked_name
from ogpgraph.reviewing.tool import Tool
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.suggest import Suggester
from ogpgraph.suggester.wording import TEXT_LANGUAGES
from ogpgraph.vocab import SDG

reviewing = typer.Typer(
    name="review",
    help="Suggest SDGs for plans, and accept or reject what was suggested.",
    no_args_is_help=True,
)

Ids = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Suggestions, e.g. CRI-4-9/16.6/suggested.")
]
Reviewer = Annotated[
    str | None,
    typer.Option("--agent", metavar="NAME", help="Who decides: a name; the user if not given."),
]
Spanish = Annotated[
    str, typer.Option("--reason-es", metavar="TEXT", help="Why, in Spanish.", show_default=False)
]
English = Annotated[
    str, typer.Option("--reason-en", metavar="TEXT", help="Why, in English.", show_default=False)
]
Again = Annotated[bool, typer.Option("--again", help="Replace what was decided before.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would come.")]


@reviewing.callback()
def _review() -> None:
    """Suggest SDGs for plans, and accept or reject what was suggested."""


@reviewing.command()
def propose(
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help="Plans, e.g. CRI-4.")],
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Least score; that of the model if none.")
    ] = None,
    text_language: Annotated[
        str | None,
        typer.Option("--text-lang", help="Texts that are read: es or en; as --lang if none."),
    ] = None,
    home: Home = None,
    lang: Language = None,
    dry_run: DryRun = False,
) -> None:
    """Suggest SDGs for the commitments of plans; what is above the threshold waits for review."""
    settings = load_settings({"home": home, "language": lang})
    if text_language is not None and text_language not in TEXT_LANGUAGES:
        raise BadRequest(f"--text-lang is “{text_language[:40]}”.", known=TEXT_LANGUAGES)
    folder = Shipped.find().lexicon
    with _opened(settings) as service:
        tool = Tool.of(Suggester.of(folder), folder)
        for plan in plans:
            done = service.reviews.propose(
                plan,
                tool,
                language=text_language or settings.language,
                threshold=threshold,
                agent=user(),
                source=f"review propose {plan}",
                dry_run=dry_run,
            )
            _tell_outcome(plan, done.outcome, settings.language)
            _tell(done.publication, settings.language)


@reviewing.command("list")
def list_suggestions(
    plan: Annotated[str | None, typer.Option(help="Only those for this plan.")] = None,
    state: Annotated[str, typer.Option(help=", ".join((*STATES, ALL)) + ".")] = PROPOSED,
    home: Home = None,
    lang: Language = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON Lines.")] = False,
) -> None:
    """List suggestions and what was decided on them; also while a service has the home open."""
    if state not in {*STATES, ALL}:
        raise BadRequest(f"--state is “{state[:40]}”.", known=[*STATES, ALL], parameter="state")
    settings = load_settings({"home": home, "language": lang})
    with ledger_of(settings.home) as ledger:
        found = _suggestions(ledger, plan, None if state == ALL else state)
    if as_json:
        for one in found:
            typer.echo(json.dumps(one.as_json(), ensure_ascii=False))
        return
    table = Table("id", "score", "state", "commitment", "quote", "why", box=None)
    for one in found:
        table.add_row(*(printable(cell) for cell in _cells(one, settings.language)))
    plain_console().print(table)


@reviewing.command()
def accept(
    ids: Ids,
    reason_es: Spanish = "",
    reason_en: English = "",
    agent: Reviewer = None,
    quote: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Words of the commitment's texts to quote; those of the suggestion if none.",
            show_default=False,
        ),
    ] = "",
    again: Again = False,
    dry_run: DryRun = False,
    home: Home = None,
    lang: Language = None,
) -> None:
    """Accept suggestions: each becomes a curated alignment, by you and with your reasons."""
    decision = Decision.of(ACCEPTED, {"es": reason_es, "en": reason_en}, quote)
    _decide(ids, decision, agent, again, dry_run, load_settings({"home": home, "language": lang}))


@reviewing.command()
def reject(
    ids: Ids,
    reason_es: Spanish = "",
    reason_en: English = "",
    agent: Reviewer = None,
    again: Again = False,
    dry_run: DryRun = False,
    home: Home = None,
    lang: Language = None,
) -> None:
    """Reject suggestions: they are kept, and not proposed again."""
    decision = Decision.of(REJECTED, {"es": reason_es, "en": reason_en})
    _decide(ids, decision, agent, again, dry_run, load_settings({"home": home, "language": lang}))


def _decide(
    ids: list[str],
    decision: Decision,
    agent: str | None,
    again: bool,
    dry_run: bool,
    settings: Settings,
) -> None:
    reviewer = checked_name(user() if agent is None else agent)
    with _opened(settings) as service:
        done = service.reviews.decide(
            ids,
            decision,
            reviewer=reviewer,
            agent=user(),
            source=f"review {'accept' if decision.state == ACCEPTED else 'reject'}",
            again=again,
            dry_run=dry_run,
        )
    state = "accepted" if decision.state == ACCEPTED else "turned_down"
    for one in done.reviewed:
        told = word(state if one.changed else "as_before", settings.language)
        name = short_id(service.names, one.suggestion.iri)
        became = f" -> {short_id(service.names, one.curated)}" if one.curated else ""
        typer.echo(f"{printable(name)}: {told}{printable(became)}")
    _tell(done.publication, settings.language)


@contextmanager
def _opened(settings: Settings) -> Iterator[Service]:
    """The service of a home; what breaks the shapes is told finding by finding."""
    with closing(Service.open(settings, create=False)) as service:
        try:
            yield service
        except NotConforming as error:
            print_report(error.report, settings.language)
            count = counted("violation", len(error.report.violations), settings.language)
            told = f"{count} {word('unchanged', settings.language)}"
            raise NotConforming(told, error.report) from None


def _tell(publication: Publication, language: str) -> None:
    print_report(publication.report, language)
    for version in publication.versions:
        typer.echo(f"version {version.sequence}: {version.graph} ({version.statements} triples)")


def _tell_outcome(plan: str, outcome: Outcome, language: str) -> None:
    for name in (one.name for one in fields(outcome)):
        ids = getattr(outcome, name)
        if ids:
            typer.echo(f"{printable(plan)}: {counted(name, len(ids), language)}")
    for one in outcome.proposed:
        typer.echo(f"  {printable(one)}")


def _suggestions(ledger: Ledger, plan: str | None, state: str | None) -> list[Shown]:
    past = History(ledger)
    names, newest = past.names, past.newest
    heads = {head.graph for head in ledger.heads() if head.statements}

    def content(graph: str) -> Graph:
        return past.graph(graph, newest) if graph in heads else Graph()

    plans = plans_with_suggestions(heads, names)
    if plan is not None and plan not in plans:
        if plan not in {graph.rpartition("/")[2] for graph in heads}:
            raise BadRequest(f"No suggestion is for a plan “{plan[:80]}”.", known=plans or None)
        plans = []
    return shown_of([plan] if plan and plans else plans, content, names, state=state)


def _cells(one: Shown, language: str) -> tuple[str, ...]:
    it = one.suggestion
    aligned = f"{(it.target or it.goal).removeprefix(SDG)}"
    score = f"{float(it.confidence or 0):.2f}"
    quote = it.evidence.quote if it.evidence else ""
    why = it.rationale.get(language, "")
    return (one.id, score, it.state, one.label(language) or aligned, quote, why)

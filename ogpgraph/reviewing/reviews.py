"""Proposing and deciding: each is one publication of the one write path, of all graphs or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ogpgraph.alignments.records import ACCEPTED, STATED, SUGGESTED, Alignment, Texts
from ogpgraph.commitment_texts import commitment_texts, texts_of
from ogpgraph.drafts import Draft
from ogpgraph.errors import BadRequest, Conflict, NotFound, PreconditionFailed
from ogpgraph.files import Document, Graph
from ogpgraph.formats import N_TRIPLES
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.publish import Publication, Publisher
from ogpgraph.reading import Reading
from ogpgraph.reviewing.deciding import Bench, Decision, decided
from ogpgraph.reviewing.naming import (
    curated_graph,
    place_of,
    short_id,
    suggestion_iri,
    suggestions_graph,
)
from ogpgraph.reviewing.proposing import Outcome, Proposal, Read
from ogpgraph.reviewing.reviewers import Reviewer, reviewer_of
from ogpgraph.reviewing.sheets import Sheet, digest_of, heading
from ogpgraph.reviewing.surroundings import (
    Whereabouts,
    judged,
    nearby,
    plan_graph,
    whereabouts,
)
from ogpgraph.reviewing.tool import Tool
from ogpgraph.trial import Reader
from ogpgraph.updating import ANY, Condition
from ogpgraph.vocab import PREF_LABEL

Readings = Callable[[], AbstractContextManager[Reading]]
_MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of proposing for a plan: the graph, its new version if any, and each suggestion."""

    plan: str
    graph: str
    outcome: Outcome
    publication: Publication


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of a decision on a suggestion.

    `digest` is that of the suggestion as it is now; `curated` the IRI of the alignment that it
    became, empty where it was rejected; `changed` whether anything is new; `labels` those of what
    is aligned, by language.
    """

    suggestion: Alignment
    curated: str
    changed: bool
    digest: str
    labels: Texts


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of deciding: of each suggestion in the order given, and of the graphs."""

    reviewed: tuple[Reviewed, ...]
    publication: Publication


def _now() -> datetime:
    return datetime.now(UTC)


class Reviews:
    """Proposes and decides. Any thread may use it; one publishes at a time."""

    def __init__(
        self,
        publisher: Publisher,
        reader: Reader,
        readings: Readings,
        names: Names,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Join the parts.

        Args:
            publisher: the write path.
            reader: takes in what is written, as any document.
            readings: opens the newest version.
            names: of the deployment.
            clock: tells the time.
        """
        self._publisher, self._reader, self._readings = publisher, reader, readings
        self._names, self._clock = names, clock

    def propose(
        self,
        plan: str,
        tool: Tool,
        *,
        language: str,
        threshold: float | None = None,
        agent: str,
        source: str,
        dry_run: bool = False,
    ) -> Proposed:
        """Suggest goals and targets for a plan's commitments, and let them wait for review.

        Args:
            plan: its short id.
            tool: what suggests.
            language: of the texts that are read, where they are told in it.
            threshold: the least score; that of the model if None.
            agent: who publishes, for the ledger.
            source: what the ledger says it comes from.
            dry_run: only validate.

        Raises:
            NotFound: no such plan with commitments is published.
            BadRequest: the id cannot be part of an IRI.
            NotConforming, StorageFailed, Unavailable: see `Publisher.revise`.
        """
        graph = suggestions_graph(self._names, plan)
        outcome = Outcome()

        def draw(holdings: Holdings) -> Sequence[Draft]:
            nonlocal outcome
            with self._readings() as reading:
                stands = plan_graph(reading, plan)
                texts = commitment_texts(reading, plan, language)
                found = [
                    Read(t, tool.suggester.suggest(t.text, threshold=threshold)) for t in texts
                ]
                elsewhere = judged(reading, plan)
            sheet = Sheet.of(graph, holdings.graph(graph), self._names)
            proposal = Proposal(plan, tool, self._names, self._moment())
            after, outcome = proposal.merge(sheet, found, elsewhere, stands)
            return self._drafts(holdings, (sheet, after))

        publication = self._publisher.revise(draw, agent=agent, source=source, dry_run=dry_run)
        return Proposed(plan, graph, outcome, publication)

    def decide(
        self,
        identifiers: Sequence[str],
        decision: Decision,
        *,
        reviewer: str,
        agent: str,
        source: str,
        condition: Condition | None = None,
        again: bool = False,
        dry_run: bool = False,
    ) -> Decided:
        """Accept or reject suggestions, all of them or none.

        Args:
            identifiers: their short ids or IRIs.
            decision: the same on all of them.
            reviewer: who decides: the id of a published agent, or a name.
            agent: who publishes, for the ledger.
            source: what the ledger says it comes from.
            condition: what the caller expects each to be, by its digest.
            again: whether earlier decisions may be replaced.
            dry_run: only validate.

        Raises:
            NotFound: there is no such suggestion; those nearby are named.
            Conflict: one is no suggestion, was decided otherwise, or contradicts curation.
            PreconditionFailed: one is not as expected.
            BadRequest: something given cannot be used.
            Unprocessable: the quote does not stand in the texts.
            NotConforming, StorageFailed, Unavailable: see `Publisher.revise`.
        """
        if not identifiers or len(identifiers) > _MOST_AT_ONCE:
            raise BadRequest(f"Name 1 to {_MOST_AT_ONCE} suggestions.", parameter="id")
        reviewed: list[Reviewed] = []

        def draw(holdings: Holdings) -> Sequence[Draft]:
            with self._readings() as reading:
                who = reviewer_of(reviewer, reading)
                desk = _Desk(holdings, reading, who, self._moment())
                reviewed.extend(
                    desk.decide(name, decision, condition, again=again)
                    for name in dict.fromkeys(identifiers)
                )
            return self._drafts(holdings, *desk.changes())

        publication = self._publisher.revise(draw, agent=agent, source=source, dry_run=dry_run)
        return Decided(tuple(reviewed), publication)

    def _drafts(self, holdings: Holdings, *changes: tuple[Sheet, Sheet]) -> list[Draft]:
        """The graphs that differ, taken in as any document is."""
        found = []
        published = holdings.heads()
        for before, after in changes:
            content = after.written()
            if after == before or (not len(content) and before.graph not in published):
                continue
            name = self._names.local(before.graph) or before.graph
            document = Document(name, Graph())
            if len(content):
                document = self._reader.parse(
                    content.to_bytes(), N_TRIPLES, name=name, base=self._names.base
                )
                document = replace(document, line_of={})  # nobody has seen these lines
            found.append(Draft(before.graph, document))
        return found

    def _moment(self) -> str:
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Desk:
    """Decisions one after the other, on the graphs as the one before left them."""

    def __init__(
        self, holdings: Holdings, reading: Reading, reviewer: Reviewer, moment: str
    ) -> None:
        self._holdings, self._reading = holdings, reading
        self._reviewer, self._moment = reviewer, moment
        self._before: dict[str, Sheet] = {}
        self._now: dict[str, Sheet] = {}

    def decide(
        self, name: str, decision: Decision, condition: Condition | None, *, again: bool
    ) -> Reviewed:
        names = self._reading.names
        alignment = suggestion_iri(names, name)
        where = found_suggestion(self._reading, alignment)
        suggestions = self._sheet(where.graph)
        one = suggestions.alignments[alignment]
        _check_expected(one, condition, names)
        curated = self._sheet(curated_graph(names, where.plan))
        texts = tuple(texts_of(self._reading, one.aligned))
        bench = Bench(suggestions, curated, texts)
        after = decided(one, decision, self._reviewer, self._moment, bench, again=again)
        if after is not None:
            self._now[where.graph] = after.suggestions
            self._now[curated.graph] = self._headed(after.curated, where)
            one = after.suggestions.alignments[alignment]
        accepted = decision.state == ACCEPTED
        place = place_of(one.aligned, one.goal, one.target)
        became = place.curated(names) if accepted else ""
        labels = {tag: text for told, tag, text in texts if told == PREF_LABEL}
        return Reviewed(one, became, after is not None, digest_of(one, names), labels)

    def changes(self) -> list[tuple[Sheet, Sheet]]:
        return [(self._before[graph], sheet) for graph, sheet in self._now.items()]

    def _sheet(self, graph: str) -> Sheet:
        if graph in self._now:
            return self._now[graph]
        if graph not in self._before:
            content = self._holdings.graph(graph)
            self._before[graph] = Sheet.of(graph, content, self._reading.names)
        return self._before[graph]

    def _headed(self, sheet: Sheet, where: Whereabouts) -> Sheet:
        """With what the graph says of itself, where it is new."""
        names = self._reading.names
        if any(line.startswith(f"<{sheet.graph}> ") for line in sheet.others):
            return sheet
        stands = plan_graph(self._reading, where.plan)
        about = heading(
            sheet.graph,
            names,
            title=(
                f"Alineación curada del plan {where.plan} con los ODS",
                f"Curated alignment of plan {where.plan} with the SDGs",
            ),
            description=(
                "Alineaciones que alguien aceptó al revisar sugerencias, con sus razones.",
                "Alignments that somebody accepted when reviewing suggestions, with their reasons.",
            ),
            supplements=stands.iri,
            sources=stands.sources,
            by=self._reviewer.iri,
            moment=self._moment,
        )
        return sheet.with_(more=about)


def found_suggestion(reading: Reading, alignment: str) -> Whereabouts:
    """Where a suggestion stands.

    Raises:
        NotFound: there is no such alignment.
        Conflict: it is no suggestion.
        BadRequest: that is no IRI.
    """
    where = whereabouts(reading, alignment)
    name = short_id(reading.names, alignment)
    if where is None:
        near = nearby(reading, alignment)
        raise NotFound(f"There is no suggestion “{name[:120]}”.", known=near or None)
    if where.method != SUGGESTED:
        said = "stated in its source" if where.method == STATED else where.method
        raise Conflict(
            f"{name} is {said}, and no suggestion; only suggestions are reviewed.",
            slug="not-a-suggestion",
        )
    return where


def _check_expected(one: Alignment, condition: Condition | None, names: Names) -> None:
    """Hold what the caller expects to what a suggestion is.

    Raises:
        PreconditionFailed: it is not so.
    """
    found = digest_of(one, names)
    match = condition.match if condition else None
    others = condition.none_match if condition else None
    if match is not None and ANY not in match and found not in match:
        raise PreconditionFailed(
            f"{short_id(names, one.iri)} is not as you expect it: it is {one.state}, and its "
            f"digest is {found}."
        )
    if others is not None and (ANY in others or found in others):
        raise PreconditionFailed(f"{short_id(names, one.iri)} is not to be there like this.")

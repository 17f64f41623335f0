"""Suggestions for the commitments of a plan, as statements that wait to be reviewed.

What was decided is left alone: what was rejected is not proposed again, and what is stated or
curated needs no proposal. So is what waits and came of texts in a language that is not read now:
whether it would be suggested again, only they can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal

from ogpgraph.alignments.records import PROPOSED, REJECTED, SUGGESTED, Alignment, Evidence
from ogpgraph.commitment_texts import CommitmentText, property_iri
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.reviewing.naming import Place, short_id, suggestion_iri, suggestions_graph
from ogpgraph.reviewing.passages import matched, passage_of
from ogpgraph.reviewing.sheets import Sheet, heading, linked
from ogpgraph.reviewing.surroundings import SETTLED, PlanGraph
from ogpgraph.reviewing.tool import Tool
from ogpgraph.suggester.suggest import Suggestion
from ogpgraph.vocab import SDG


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of proposing, each by the short ids of the suggestions in order.

    `proposed` are new, or say something new; `waiting` were proposed before, and say the same, or
    what they say is of texts in a language that was not read; `rejected` and `settled` were
    suggested again and are not proposed, since they were rejected, or are accepted, curated or
    stated; `withdrawn` waited, and are no longer suggested.
    """

    proposed: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What the suggester read, and said: a commitment's text, and the suggestions for it."""

    text: CommitmentText
    suggestions: Sequence[Suggestion]


class Proposal:
    """The suggestions for a plan at one moment."""

    def __init__(self, plan: str, tool: Tool, names: Names, moment: str) -> None:
        """Begin with nothing.

        Args:
            plan: its short id.
            tool: what suggests.
            names: of the deployment.
            moment: now, as xsd:dateTime writes it.
        """
        self._plan, self._tool, self._names, self._moment = plan, tool, names, moment

    def merge(
        self,
        sheet: Sheet,
        found: Sequence[Read],
        judged: Mapping[tuple[str, str], str],
        graph: PlanGraph,
    ) -> tuple[Sheet, Outcome]:
        """The graph of suggestions after this proposal, and what came of it.

        Args:
            sheet: the graph as it is published.
            found: what is suggested.
            judged: what was decided elsewhere, see `surroundings.judged`.
            graph: that of the plan.
        """
        told: dict[str, list[str]] = {one.name: [] for one in fields(Outcome)}
        changed: list[Alignment] = []
        spoken = _languages(found)
        waited = {iri: one for iri, one in sheet.alignments.items() if one.state == PROPOSED}
        unread = frozenset(iri for iri, one in waited.items() if _is_unread(one, spoken))
        for one in found:
            for suggestion in one.suggestions:
                made = self._alignment(one.text, suggestion)
                if made is None:
                    continue
                kind = _kind(made, sheet.alignments.get(made.iri), judged, unread)
                told[kind].append(short_id(self._names, made.iri))
                changed += [made] if kind == "proposed" else []
        suggested = {suggestion_iri(self._names, one) for ids in told.values() for one in ids}
        told["waiting"] += self._ids(unread - suggested)
        told["withdrawn"] = self._ids(waited.keys() - suggested - unread)
        stay = {suggestion_iri(self._names, one) for one in told["proposed"] + told["waiting"]}
        after = sheet.without(*waited.keys() - stay)
        if changed:
            described = self._tool.described(self._names, self._plan)
            after = self._headed(after, graph).with_(*changed, more=described)
        return after, Outcome(**{name: tuple(ids) for name, ids in told.items()})

    def _ids(self, alignments: Iterable[str]) -> list[str]:
        return [short_id(self._names, one) for one in sorted(alignments)]

    def _alignment(self, text: CommitmentText, suggestion: Suggestion) -> Alignment | None:
        """A suggestion as an alignment; None where no words of the text speak for it."""
        passage = passage_of(text, suggestion.spans)
        if passage is None:
            return None
        names, place = self._names, Place(text.id, suggestion.code)
        iri = place.evidence(names, curated=False)
        quoted = linked(iri, names.term("quotedProperty"), property_iri(names, passage.part.name))
        language = passage.part.language
        return Alignment(
            place.suggested(names),
            text.iri,
            f"{SDG}{suggestion.goal}",
            f"{SDG}{suggestion.target}" if suggestion.target else "",
            SUGGESTED,
            PROPOSED,
            confidence=Decimal(str(suggestion.score)),
            rationale=_rationale(text, suggestion),
            authors=(self._tool.agent(names),),
            generated=self._moment,
            generated_by=self._tool.activity(names, self._plan),
            evidence=Evidence(iri, text.iri, passage.quote, language),
            rest=(quoted,),
        )

    def _headed(self, sheet: Sheet, graph: PlanGraph) -> Sheet:
        """With what the graph says of itself, as of now."""
        about = f"<{sheet.graph}> "
        others = frozenset(line for line in sheet.others if not line.startswith(about))
        return replace(sheet, others=others).with_(more=self._heading(graph))

    def _heading(self, graph: PlanGraph) -> Graph:
        plan = self._plan
        return heading(
            suggestions_graph(self._names, plan),
            self._names,
            title=(f"Sugerencias de ODS para el plan {plan}", f"SDG suggestions for plan {plan}"),
            description=(
                "Alineaciones que sugirió una herramienta al leer el título y el resumen que este "
                "grafo tiene de cada compromiso, y lo que decidió quien las revisó. No cuentan en "
                "ninguna cifra.",
                "Alignments that a tool suggested from reading the title and the summary that this "
                "graph has of each commitment, and what whoever reviewed them decided. They count "
                "in no figure.",
            ),
            supplements=graph.iri,
            sources=graph.sources,
            by=self._tool.agent(self._names),
            moment=self._moment,
        )


def _languages(found: Sequence[Read]) -> dict[str, set[str]]:
    """The languages in which each commitment was read: its own where it has no other text."""
    return {one.text.iri: {part.language for part in one.text.parts} for one in found}


def _is_unread(waiting: Alignment, spoken: Mapping[str, set[str]]) -> bool:
    """Whether what waits was proposed from words in a language that is not read now."""
    language = waiting.evidence.language if waiting.evidence else ""
    read = spoken.get(waiting.aligned, set())
    return bool(language and read) and language not in read


def _kind(
    made: Alignment,
    before: Alignment | None,
    judged: Mapping[tuple[str, str], str],
    unread: frozenset[str],
) -> str:
    """What a suggestion is to be counted as: the name of a field of `Outcome`."""
    if before is not None and before.state != PROPOSED:
        return "rejected" if before.state == REJECTED else "settled"
    elsewhere = judged.get((made.aligned, made.object.removeprefix(SDG)))
    if elsewhere is not None:
        return "settled" if elsewhere == SETTLED else "rejected"
    if made.iri in unread:
        return "waiting"
    if before is not None and replace(made, generated=before.generated) == before:
        return "waiting"
    return "proposed"


def _rationale(text: CommitmentText, suggestion: Suggestion) -> dict[str, str]:
    """Why, in both languages: the words of the text that speak for it, and those against it."""
    speaking = matched(text.text, suggestion.spans)
    against = matched(text.text, suggestion.spans, against=True)
    spanish = "Palabras del texto que hablan de ello: " + _listed(speaking, "«{}»")
    english = "Words of the text that speak of it: " + _listed(speaking, "“{}”")
    if against:
        spanish += " En contra: " + _listed(against, "«{}»")
        english += " Against it: " + _listed(against, "“{}”")
    return {"es": spanish, "en": english}


def _listed(said: Sequence[str], quoted: str) -> str:
    return ", ".join(quoted.format(one) for one in said) + "."

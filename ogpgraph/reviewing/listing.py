"""Suggestions and what was decided on them, to be shown: read from graphs, not from an engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ogpgraph.alignments.records import (
    ACCEPTED,
    SUGGESTED,
    Alignment,
    AlignmentSet,
    Texts,
    plain,
)
from ogpgraph.alignments.records import records as read_records
from ogpgraph.collation import sort_key
from ogpgraph.commitment_texts import PROPERTIES, property_iri
from ogpgraph.files import Graph, triples
from ogpgraph.iris import Names
from ogpgraph.reviewing.agreement import alignments_in, became
from ogpgraph.reviewing.deciding import notes_of, reviewed_at, reviewed_by
from ogpgraph.reviewing.naming import curated_graph, short_id, suggestions_graph
from ogpgraph.reviewing.reviewers import label_of
from ogpgraph.reviewing.sheets import Sheet, digest_of, supplemented
from ogpgraph.vocab import SDG

ALL = "all"
"""What a reader asks for to see suggestions in every state."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion, with the labels of what it is for, by language.

    `curated` is the IRI of the alignment that it became, empty where there is none.
    """

    suggestion: Alignment
    labels: Texts
    curated: str
    names: Names

    @property
    def id(self) -> str:
        """Its short id."""
        return short_id(self.names, self.suggestion.iri)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all that is said of it."""
        return digest_of(self.suggestion, self.names)

    def label(self, language: str) -> str:
        """The label of what it is for, in a language or in the one that there is."""
        return self.labels.get(language) or next(iter(self.labels.values()), "")

    def as_json(self) -> dict[str, Any]:
        """As it is written, with null for what it has not."""
        one, names = self.suggestion, self.names
        evidence = one.evidence
        quoted = evidence and {
            "quote": evidence.quote,
            "language": evidence.language,
            "text": quoted_part(one, names),
        }
        by = reviewed_by(one)
        review = {
            "agent": label_of(names, by),
            "time": reviewed_at(one, names),
            "rationale": dict(notes_of(one, names)),
        }
        return {
            "id": self.id,
            "alignment": one.iri,
            "aligned": one.aligned.rpartition("/")[2],
            "label": dict(self.labels),
            "goal": one.goal.removeprefix(SDG),
            "target": one.target.removeprefix(SDG) or None,
            "confidence": float(plain(one.confidence)) if one.confidence is not None else None,
            "rationale": dict(one.rationale),
            "evidence": quoted or None,
            "tool": label_of(names, one.authors[0]) if one.authors else None,
            "proposed": one.generated or None,
            "state": one.state,
            "review": review if by else None,
            "curated": short_id(names, self.curated) if self.curated else None,
            "etag": f'"{self.digest}"',
        }


def quoted_part(one: Alignment, names: Names) -> str | None:
    """Which text of a commitment is quoted: title, label or summary; None for a document."""
    subject = one.evidence.iri if one.evidence else ""
    known = {property_iri(names, part): part for part in PROPERTIES}
    said = one.values(names.term("quotedProperty"), subject)
    return next((known[value.value] for value in said if value.value in known), None)


def shown_of(
    plans: Iterable[str],
    content: Callable[[str], Graph],
    names: Names,
    *,
    state: str | None = None,
) -> list[Shown]:
    """The suggestions for plans: by commitment in the plan's order, the surest first.

    Args:
        plans: their short ids.
        content: what a graph holds, by its IRI; an empty graph where it is not.
        names: of the deployment.
        state: only those in this state of review.
    """
    return [
        one
        for plan in plans
        for one in shown_in(suggestions_graph(names, plan), content, names)
        if state in {None, one.suggestion.state}
    ]


def shown_in(graph: str, content: Callable[[str], Graph], names: Names) -> list[Shown]:
    """The suggestions of a graph, by commitment in the plan's order, the surest first."""
    sheet = Sheet.of(graph, content(graph), names)
    wanted = [one for one in sheet.alignments.values() if one.method == SUGGESTED]
    if not wanted:
        return []
    about = read_records(triples(content(supplemented(sheet))), names)
    curated = _curated(wanted, about, content, names)
    wanted.sort(key=lambda one: (sort_key(one.aligned), -(one.confidence or 0), one.iri))
    return [
        Shown(one, about.labels.get(one.aligned, {}), curated.get(one.iri, ""), names)
        for one in wanted
    ]


def _curated(
    suggestions: Iterable[Alignment],
    about: AlignmentSet,
    content: Callable[[str], Graph],
    names: Names,
) -> dict[str, str]:
    """What those that are accepted became, as far as it is there: by their IRIs, an IRI."""
    accepted: dict[str, list[Alignment]] = defaultdict(list)
    for one in suggestions:
        if one.state == ACCEPTED:
            accepted[about.plan_of(one.aligned).rpartition("/")[2]].append(one)
    found: dict[str, str] = {}
    for plan, ones in accepted.items():
        there = alignments_in(content(curated_graph(names, plan)), names)
        found |= {one.iri: became(one, there, names) for one in ones}
    return found


def plans_with_suggestions(graphs: Iterable[str], names: Names) -> list[str]:
    """The plans that have a graph of suggestions, of some graphs by their IRIs."""
    prefix = suggestions_graph(names, "")
    found = [graph.removeprefix(prefix) for graph in graphs if graph.startswith(prefix)]
    return sorted(found, key=sort_key)

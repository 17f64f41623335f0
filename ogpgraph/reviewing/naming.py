"""What suggestions and what comes of them are called.

{base}id/alignment/CRI-4-9/16.6/suggested   in {base}graph/sdg-suggestions/CRI-4
{base}id/alignment/CRI-4-9/16.6/curated     in {base}graph/sdg/CRI-4
"""

from __future__ import annotations

from dataclasses import dataclass

from ogpgraph.iris import Names
from ogpgraph.vocab import SDG

_SUGGESTIONS, _CURATED = "sdg-suggestions/", "sdg/"


@dataclass(frozen=True, slots=True)
class Place:
    """What is aligned, by its short id, and with which goal or target, by its code."""

    aligned: str
    code: str

    def suggested(self, names: Names) -> str:
        """The IRI of the suggestion."""
        return names.thing("alignment", f"{self.aligned}/{self.code}/suggested")

    def curated(self, names: Names) -> str:
        """The IRI of the curated alignment that an accepted suggestion becomes."""
        return names.thing("alignment", f"{self.aligned}/{self.code}/curated")

    def evidence(self, names: Names, *, curated: bool) -> str:
        """The IRI of the evidence of either."""
        kind = "sdg" if curated else "suggested"
        return names.thing("evidence", f"{self.aligned}/{kind}-{self.code}")


def place_of(aligned: str, goal: str, target: str) -> Place:
    """The place of an alignment, from the IRIs of what it links."""
    return Place(aligned.rpartition("/")[2], (target or goal).removeprefix(SDG))


def suggestions_graph(names: Names, plan: str) -> str:
    """The graph of the suggestions for a plan, by its short id."""
    return names.graph(_SUGGESTIONS + plan)


def curated_graph(names: Names, plan: str) -> str:
    """The graph of the curated alignments of a plan, by its short id."""
    return names.graph(_CURATED + plan)


def plan_of(names: Names, graph: str) -> str:
    """The plan that a graph of one of the two names is for, by its short id; empty for others."""
    for prefix in (suggestions_graph(names, ""), curated_graph(names, "")):
        if graph.startswith(prefix):
            return graph.removeprefix(prefix)
    return ""


def suggestion_iri(names: Names, identifier: str) -> str:
    """The IRI of an alignment that is named by its IRI or its short id, CRI-4-9/16.6/suggested."""
    prefix = names.thing("alignment", "")
    return identifier if identifier.startswith(prefix) else prefix + identifier


def short_id(names: Names, alignment: str) -> str:
    """The short id of an alignment: its IRI without what all have."""
    return alignment.removeprefix(names.thing("alignment", ""))

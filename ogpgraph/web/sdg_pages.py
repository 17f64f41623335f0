"""What stands around a goal, target or indicator on its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from ogpgraph import neighbours
from ogpgraph.alignments.records import METHODS, REJECTED
from ogpgraph.collation import sort_key
from ogpgraph.describing.statistics import LINKED_DATASETS
from ogpgraph.files import Graph
from ogpgraph.formats import RESULTS_JSON
from ogpgraph.list_index import Asked
from ogpgraph.neighbours import Around
from ogpgraph.sdg import VOCABULARY
from ogpgraph.store.base import solutions
from ogpgraph.terms import Term
from ogpgraph.web import pages
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.list_links import list_path
from ogpgraph.web.views import Node, Value

FEW = 20
"""Alignments of each method on the page of a goal: its targets have all of theirs, a click away."""
_MATCHES = ("exactMatch", "closeMatch", "relatedMatch")


@dataclass(frozen=True, slots=True)
class Group:
    """Things under one heading (of a plan, of a role, of a method), and how many more there are."""

    heading: Value
    name: str
    nodes: tuple[Node, ...]
    left: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """How many goals a plan says that it serves, and how many it names."""

    plan: Value
    declared: str
    named: str


@dataclass(frozen=True, slots=True)
class Match:
    """What a code is matched with in another vocabulary, and how: `relation` is of SKOS."""

    vocabulary: str
    relation: str
    values: tuple[Value, ...]


def around(request: Request, iri: str, node: Node) -> Mapping[str, Any]:
    """What the template of a goal, target or indicator takes.

    An indicator is never aligned itself: what serves its targets is told.
    """
    code = VOCABULARY.of_iri(iri, service_of(request).names)
    assert code is not None, iri
    targets = [target.iri for target in node.all("isIndicatorOf")]
    found = neighbours.alignments(reading_of(request), *(targets or [iri]))
    groups = _by_method(request, found, FEW if code.level == "goal" else len(found.items))
    shown = sum(len(group.nodes) for group in groups)
    left = found.more or shown < len(found.items)
    served = _served(request, [iri, *targets, *(one.iri for one in node.all("hasTarget"))])
    above = (code.parent or code) if code.level == "indicator" else code
    declared = [] if found.items or code.level == "indicator" else _declared(request)
    return {
        "entry": VOCABULARY.entries[code],
        "alignments": groups,
        "shown": shown,
        "found": len(found.items),
        "more": list_path("alignments", {above.level: str(above)}) if left else "",
        "counted": not found.more,
        "declared_goals": declared,
        "served": {one: number for one, number in served.items() if number},
        "accepted": served[targets[0] if targets else iri],
        "href": list_path("commitments", {"sdg": str(above)}),
        "matches": _matches(node, pages.index(request)),
    }


def _served(request: Request, codes: Sequence[str]) -> dict[str, int]:
    """How many commitments have an accepted alignment with each: targets count for their goal."""
    index = service_of(request).lists.of(reading_of(request))["commitments"]
    return {one: index.page(Asked({"sdg": one}, size=1)).total for one in codes}


def _matches(node: Node, at: int) -> list[Match]:
    """The same and the related in other vocabularies, by the name of each of these."""
    found = []
    for relation in _MATCHES:
        for linked in LINKED_DATASETS.values():
            space = linked.space
            values = [one for one in node.all(relation) if one.iri.startswith(space)]
            for value in values:
                value.text = value.iri.removeprefix(space)
            if values:
                found.append(Match(linked.titles[at], relation, tuple(values)))
    return found


def _by_method(request: Request, found: Around, most: int) -> list[Group]:
    """Alignments by how they came to be; those that were rejected come last, by themselves.

    Of each method at most so many, so that a large group hides no small one.
    """
    viewer = pages.viewer_of(request, found.graph)
    groups: dict[str, list[Node]] = {}
    for item in sorted(found.items, key=sort_key):
        node = viewer.node(item)
        state, method = node.first("reviewState"), node.first("alignmentMethod")
        rejected = state is not None and state.iri.endswith(f"/{REJECTED}")
        name = REJECTED if rejected else method.iri.rsplit("/", 1)[-1] if method else ""
        groups.setdefault(name, []).append(node)
    order = {name: at for at, name in enumerate((*METHODS, "", REJECTED))}
    return [
        Group(_heading(nodes[0], name), name, tuple(nodes[:most]), len(nodes[most:]))
        for name, nodes in sorted(groups.items(), key=lambda one: order.get(one[0], 2))
    ]


def _heading(node: Node, name: str) -> Value:
    said = node.first("reviewState" if name == REJECTED else "alignmentMethod")
    return said or Value("")


def _declared(request: Request) -> list[Declared]:
    """How many goals each plan says that it serves, of those that say it."""
    service, reading = service_of(request), reading_of(request)
    text = service.library.queries["declared-goals-of-plans"].bind({"lang": language(request)})
    _, found = solutions(reading.store.query(text, timeout=reading.timeout).write(RESULTS_JSON))
    reference = pages.viewer_of(request, Graph()).reference
    told = []
    for row in found:
        plan = reference(row["plan"])
        plan.text = row.get("planLabel", Term("literal", plan.text)).value
        told.append(Declared(plan, row["declared"].value, row["named"].value))
    return told

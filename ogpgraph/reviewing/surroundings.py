"""What a version says around suggestions: plans, their graphs, and alignments made otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.alignments.records import ACCEPTED, REJECTED
from ogpgraph.collation import sort_key
from ogpgraph.errors import NotFound
from ogpgraph.reading import Reading
from ogpgraph.store.base import Row, rows
from ogpgraph.terms import iri
from ogpgraph.vocab import SDG

SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class PlanGraph:
    """The graph that a plan stands in, and the documents it is drawn from."""

    iri: str
    sources: tuple[str, ...]


def plan_graph(reading: Reading, plan: str) -> PlanGraph:
    """The graph of a plan, by its short id.

    Raises:
        NotFound: no such plan is published.
        BadRequest: the id cannot be part of an IRI.
    """
    subject = iri(reading.names.thing("plan", plan))
    text = (
        f"SELECT ?graph ?source WHERE {{ GRAPH ?graph {{ {subject} a ogp:ActionPlan . "
        "OPTIONAL { ?graph prov:hadPrimarySource ?source } } } ORDER BY ?graph ?source"
    )
    found: dict[str, list[str]] = defaultdict(list)
    for row in _in_graphs(reading, text):
        found[row["graph"].value] += [row["source"].value] if "source" in row else []
    if not found:
        known = ", ".join(_plans(reading))
        told = f" Plans here: {known}." if known else ""
        raise NotFound(f"No plan “{plan[:80]}” is published here.{told}")
    graph, sources = next(iter(found.items()))
    return PlanGraph(graph, tuple(sources))


def _plans(reading: Reading) -> list[str]:
    text = "SELECT DISTINCT ?plan WHERE { ?plan a ogp:ActionPlan } ORDER BY ?plan LIMIT 20"
    return [row["plan"].value.rpartition("/")[2] for row in _ask(reading, text)]


def judged(reading: Reading, plan: str) -> Mapping[tuple[str, str], str]:
    """What has been judged of a plan's commitments otherwise than by reviewing a suggestion.

    Returns:
        By commitment and code of goal or target: SETTLED where it is stated or curated and
        accepted, REJECTED where it is rejected. A target settles its goal too.
    """
    text = (
        "SELECT ?item ?goal ?target ?state WHERE { "
        f"{iri(reading.names.thing('plan', plan))} ogp:hasCommitment ?item . "
        "?item ogp:commitmentAlignment ?alignment . "
        "?alignment ogp:alignedGoal ?goal ; ogp:alignmentMethod ?method ; ogp:reviewState ?state . "
        "FILTER (?method != method:suggested) "
        "OPTIONAL { ?alignment ogp:alignedTarget ?target } }"
    )
    prefix, found = reading.names.concept("review-state", ""), dict[tuple[str, str], str]()
    for row in _ask(reading, text):
        item, state = row["item"].value, row["state"].value.removeprefix(prefix)
        if state not in {ACCEPTED, REJECTED}:
            continue
        codes = [row[name].value.removeprefix(SDG) for name in ("goal", "target") if name in row]
        for code in codes if state == ACCEPTED else codes[-1:]:
            if state == ACCEPTED:
                found[item, code] = SETTLED
            else:
                found.setdefault((item, code), REJECTED)
    return MappingProxyType(found)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an alignment stands: its graph, what it is of, the plan of that, and its method."""

    graph: str
    aligned: str
    plan: str
    method: str


def whereabouts(reading: Reading, alignment: str) -> Whereabouts | None:
    """Where an alignment stands; None where there is none.

    Raises:
        BadRequest: that is no IRI.
    """
    subject = iri(alignment)
    text = (
        f"SELECT ?graph ?item ?plan ?method WHERE {{ GRAPH ?graph {{ "
        f"?item ogp:commitmentAlignment|ogp:planAlignment {subject} . "
        f"{subject} ogp:alignmentMethod ?method }} "
        "OPTIONAL { ?plan ogp:hasCommitment ?item } } ORDER BY ?graph ?plan"
    )
    for row in _in_graphs(reading, text):
        item = row["item"].value
        plan = row["plan"].value if "plan" in row else item
        method = row["method"].value.rpartition("/")[2]
        return Whereabouts(row["graph"].value, item, plan.rpartition("/")[2], method)
    return None


def nearby(reading: Reading, alignment: str) -> list[str]:
    """Suggestions of the same commitment or plan as one that is not there, by their short ids."""
    names = reading.names
    prefix = names.thing("alignment", "")
    commitment = alignment.removeprefix(prefix).partition("/")[0]
    text = (
        "SELECT ?found WHERE { ?found ogp:alignmentMethod method:suggested "
        "} ORDER BY ?found LIMIT 10000"
    )
    found = [row["found"].value.removeprefix(prefix) for row in _ask(reading, text)]
    plan = commitment.rpartition("-")[0]
    for start in (f"{commitment}/", f"{plan}-", ""):
        if near := [one for one in found if one.startswith(start)]:
            return near[:10]
    return []


def counted(reading: Reading) -> dict[str, dict[str, int]]:
    """How many suggestions each plan has in each state of review, by the plan's short id."""
    text = (
        "SELECT ?plan ?state (COUNT(DISTINCT ?one) AS ?n) WHERE { "
        "?one ogp:alignmentMethod method:suggested ; ogp:reviewState ?state . "
        "?commitment ogp:commitmentAlignment ?one . ?plan ogp:hasCommitment ?commitment "
        "} GROUP BY ?plan ?state"
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _ask(reading, text):
        plan, state = (row[name].value.rpartition("/")[2] for name in ("plan", "state"))
        found[plan][state] = int(row["n"].value)
    return dict(sorted(found.items(), key=lambda one: sort_key(one[0])))


def agent_known(reading: Reading, agent: str) -> tuple[frozenset[str], frozenset[str]]:
    """The classes and the labels of an agent, both empty where it is not known."""
    text = f"SELECT ?kind ?label WHERE {{ {iri(agent)} a ?kind ; skos:prefLabel ?label }}"
    found = list(_ask(reading, text))
    return (
        frozenset(row["kind"].value for row in found),
        frozenset(row["label"].value for row in found),
    )


def is_shared(reading: Reading, agent: str) -> bool:
    """Whether an agent stands in a graph that every other one may refer to."""
    text = (
        f"SELECT ?graph WHERE {{ GRAPH ?graph {{ {iri(agent)} a prov:Agent . "
        "?graph a ogp:ReferenceGraph } }"
    )
    return any(True for _ in _in_graphs(reading, text))


def _in_graphs(reading: Reading, text: str) -> Iterator[Row]:
    """Rows of which ?graph is one that was published, and none that rules derived."""
    names = reading.names
    found = reading.store.query(names.sparql_prologue + text, timeout=reading.timeout)
    asserted = names.graph_groups[0]
    return (row for row in rows(found) if names.group_of(row["graph"].value) == asserted)


def _ask(reading: Reading, text: str) -> Iterator[Row]:
    """Rows of what is asserted."""
    return rows(reading.find(text, asserted=True))

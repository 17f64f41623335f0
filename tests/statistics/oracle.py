"""The same statistics counted another way: in Python, over sets of statements, without SPARQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ogpgraph.files import Graph, triples
from ogpgraph.iris import Names
from ogpgraph.vocab import EXTERNAL_PREFIXES as E

Rows = dict[tuple[str, ...], tuple[Any, ...]]
TYPE, TITLE, SPATIAL = E["rdf"] + "type", E["dcterms"] + "title", E["dcterms"] + "spatial"
LINKS = ("hasInvolvement", "hasBranchAssessment", "hasClassification", "hasMilestone")


class Said:
    """Statements by subject and predicate."""

    def __init__(self, graphs: Iterable[Graph], names: Names) -> None:
        self.names = names
        self.objects: dict[tuple[str, str], set[Any]] = defaultdict(set)
        self.of_class: dict[str, set[str]] = defaultdict(set)
        self.subjects: set[str] = set()
        for graph in graphs:
            for s, p, o in triples(graph):
                self.objects[s.value, p.value].add(o)
                self.subjects.add(s.value)
                if p.value == TYPE:
                    self.of_class[o.value].add(s.value)

    def all(self, local: str) -> set[str]:
        return self.of_class[self.names.term(local)]

    def get(self, subject: str, local: str) -> set[str]:
        name = local if local.startswith("http") else self.names.term(local)
        return {one.value for one in self.objects.get((subject, name), ())}

    def number(self, subject: str, local: str) -> int | None:
        found = self.get(subject, local)
        return int(min(found)) if found else None


def tables(graphs: Iterable[Graph], names: Names) -> dict[str, Rows]:
    said = Said(graphs, names)
    plans = {p for p in said.all("ActionPlan") if said.get(p, "country")}
    commitments = said.all("Commitment")
    listed = {p: said.get(p, "hasCommitment") & commitments for p in plans}
    place = {p: next(iter(said.get(p, "country"))) for p in plans}
    countries = set(place.values())
    of = {c: _of_country(said, c) & commitments for c in countries}
    unlisted = {p: len(said.get(p, "hasUnlistedNumber")) for p in plans}
    public = said.all("PublicInstitution")
    found: dict[str, Rows] = {
        "countries": {
            (c,): (
                sum(place[p] == c for p in plans),
                len(of[c]),
                sum(c in said.get(i, SPATIAL) for i in public),
            )
            for c in countries
        },
        "plans": {(p,): (len(listed[p]), unlisted[p]) for p in plans},
        "declared": {
            (p,): (total, len(listed[p]), unlisted[p])
            for p in plans
            if (total := said.number(p, "declaredCommitmentTotal")) is not None
        },
        "evidence": {(p,): row for p in plans if (row := _evidence(said, listed[p]))},
    }
    lists = {
        "branches": ("BranchOfState", "involvesBranch"),
        "policy-areas": ("PolicyArea", "policyArea"),
        "ogp-values": ("OGPValue", "ogpValue"),
        "goals": (E["sdgo"] + "Goal", "alignsWithGoal"),
        "targets": (E["sdgo"] + "Target", "alignsWithTarget"),
        "suggested-goals": (E["sdgo"] + "Goal", "suggestedGoal"),
    }
    for name, (klass, facet) in lists.items():
        members = said.of_class[klass if klass.startswith("http") else names.term(klass)]
        held = {m: {c for c in commitments if m in said.get(c, facet)} for m in members}
        groups = {b for m in members for b in said.get(m, E["skos"] + "broader")}
        if name == "branches":
            members = {m for m in members if held[m] or m not in groups}
        found[f"{name}-by-country"] = {
            (c, m): (len(held[m] & of[c]),) for c in countries for m in members
        }
        found[name] = {(m,): (len(held[m]),) for m in members}
    del found["suggested-goals"]
    found["branches"] = {
        (m,): (n, sum(m in said.get(i, "branchOfState") for i in public))
        for (m,), (n,) in found["branches"].items()
    }
    found["institutions"] = _institutions(said, commitments)
    found["declared-goals"] = {
        (p,): (total, _named(said, p))
        for p in plans
        if (total := said.number(p, "declaredSDGCount")) is not None
    }
    found["alignment-coverage"] = {(p,): _coverage(said, listed[p]) for p in plans}
    found["alignment-coverage-by-country"] = {(c,): _coverage(said, of[c]) for c in countries}
    found["milestones"] = _milestones(said, {p: said.get(p, "hasCommitment") for p in plans})
    languages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for plan in plans:
        for c in listed[plan]:
            for title in said.objects[c, TITLE]:
                languages[plan, title.language or "und"].add(c)
    found["title-languages"] = {key: (len(some),) for key, some in languages.items()}
    return found


def totals(graphs: Iterable[Graph], names: Names) -> dict[str, int]:
    """In how many commitments there is anything to count, by table."""
    said = Said(graphs, names)
    facets = {
        "branches": "involvesBranch",
        "policy-areas": "policyArea",
        "ogp-values": "ogpValue",
        "goals": "alignsWithGoal",
        "suggested-goals-by-country": "suggestedGoal",
    }
    return {
        name: sum(bool(said.get(c, facet)) for c in said.all("Commitment"))
        for name, facet in facets.items()
    }


def _of_country(said: Said, country: str) -> set[str]:
    plans = {s for s in said.subjects if country in said.get(s, "country")}
    return {c for plan in plans for c in said.get(plan, "hasCommitment")}


def _evidence(said: Said, commitments: set[str]) -> tuple[Any, ...] | None:
    made = grounded = whole = 0
    for c in commitments:
        nodes = {c} | {n for link in (*LINKS, "commitmentAlignment") for n in said.get(c, link)}
        nodes -= {n for n in nodes if any("suggested" in m for m in said.get(n, "alignmentMethod"))}
        good = {n for n in nodes if any(_quoted(said, e) for e in said.get(n, "hasEvidence"))}
        made, grounded, whole = made + len(nodes), grounded + len(good), whole + (nodes == good)
    if not commitments:
        return None
    return len(commitments), whole, round(whole / len(commitments), 4), made, grounded


def _coverage(said: Said, commitments: set[str]) -> tuple[int, ...]:
    """Commitments, then those of each kind of alignment, without a target, and with nothing."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for c in commitments:
        for alignment in said.get(c, "commitmentAlignment"):
            (method,) = (m.rsplit("/", 1)[-1] for m in said.get(alignment, "alignmentMethod"))
            (state,) = (s.rsplit("/", 1)[-1] for s in said.get(alignment, "reviewState"))
            kinds[f"{method} {state}"].add(c)
            kinds[state].add(c)
            if said.get(alignment, "alignedTarget"):
                kinds[f"{method} {state} target"].add(c)
        if said.get(c, "noSdgTarget"):
            kinds["none"].add(c)
    stated, curated = kinds["statedInSource accepted"], kinds["curated accepted"]
    target = kinds["statedInSource accepted target"] | kinds["curated accepted target"]
    waiting, without = kinds["suggested proposed"], kinds["none"]
    aligned = stated | curated
    columns = (aligned, stated, curated, target, waiting, kinds["rejected"], without)
    rest = commitments - aligned - waiting - without
    return (len(commitments), *map(len, columns), len(rest))


def _quoted(said: Said, evidence: str) -> bool:
    return bool(said.get(evidence, "quote") and said.get(evidence, "firstLine"))


def _institutions(said: Said, commitments: set[str]) -> Rows:
    part: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for c in commitments:
        for involvement in said.get(c, "hasInvolvement"):
            for agent in said.get(involvement, "involvedAgent"):
                part[agent][""].add(c)
                for role in said.get(involvement, "involvementRole"):
                    part[agent][role.rsplit("/", 1)[-1]].add(c)
    roles = ("", "lead", "coResponsible", "supporting", "counterpart", "funder", "named")
    return {(agent,): tuple(len(by[role]) for role in roles) for agent, by in part.items()}


def _named(said: Said, plan: str) -> int:
    goals: set[str] = set()
    for alignment in said.get(plan, "planAlignment"):
        methods = {m.rsplit("/", 1)[-1] for m in said.get(alignment, "alignmentMethod")}
        states = {s.rsplit("/", 1)[-1] for s in said.get(alignment, "reviewState")}
        if methods & {"statedInSource", "curated"} and "accepted" in states:
            goals |= said.get(alignment, "alignedGoal")
    return len(goals)


def _milestones(said: Said, commitments: dict[str, set[str]]) -> Rows:
    observed: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for subject in said.subjects:
        for milestone in said.get(subject, "statusOf"):
            on = next(iter(said.get(subject, "observedOn")), "")
            observed[milestone].append((on, said.get(subject, "completionLevel")))
    counts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for plan, some in commitments.items():
        for c in some:
            for milestone in said.get(c, "hasMilestone"):
                seen = observed[milestone]
                latest = max((on for on, _ in seen), default="")
                levels = {level for on, many in seen if on == latest for level in many}
                for level in levels or {""}:
                    counts[plan, level].add(milestone)
    return {key: (len(some),) for key, some in counts.items()}

"""The rules against plain Python over the asserted statements, and against what is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ogpgraph.iris import Names
from ogpgraph.queries import Rule, StoredQueries

Named = tuple[ox.NamedNode, list[ox.Triple]]
Pairs = set[tuple[str, str]]
FIXTURES = Path(__file__).parent / "fixtures"
NAMES = Names()
OGP = NAMES.term("")
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TIME = "http://www.w3.org/2006/time#"
SHORTCUTS = {
    "lead": ("leadInstitution", "responsibleParty", "involvedParty"),
    "coResponsible": ("coResponsible", "responsibleParty", "involvedParty"),
    "supporting": ("supportingActor", "involvedParty"),
    "counterpart": ("involvedParty",),
    "funder": ("involvedParty",),
    "named": ("involvedParty",),
}


def term(local: str) -> ox.NamedNode:
    return ox.NamedNode(OGP + local)


def pairs(store: ox.Store, predicate: str) -> Pairs:
    """Subjects and objects of a property in the merge, by full IRI or lexical form."""
    node = term(predicate) if ":" not in predicate else ox.NamedNode(predicate)
    found = store.quads_for_pattern(None, node, None, ox.DefaultGraph())
    return {(quad.subject.value, quad.object.value) for quad in found}


def asserted(shipped: Iterable[Named], predicate: str) -> dict[str, set[str]]:
    """What files assert: subject -> objects of a property."""
    found = defaultdict(set)
    for _, triples in shipped:
        for triple in triples:
            if triple.predicate == term(predicate):
                found[triple.subject.value].add(triple.object.value)
    return found


def last(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


@pytest.fixture(scope="module")
def involvements(shipped: list[Named]) -> set[tuple[str, str, str]]:
    """Commitment, role and agent of each involvement."""
    agents, roles = asserted(shipped, "involvedAgent"), asserted(shipped, "involvementRole")
    return {
        (commitment, last(role), agent)
        for commitment, nodes in asserted(shipped, "hasInvolvement").items()
        for node in nodes
        for role in roles[node]
        for agent in agents[node]
    }


def test_involvement_shortcuts_equal_the_involvements(
    answers_store: ox.Store, involvements: set[tuple[str, str, str]]
) -> None:
    expected: dict[str, Pairs] = defaultdict(set)
    for commitment, role, agent in involvements:
        for shortcut in SHORTCUTS[role]:
            expected[shortcut].add((commitment, agent))
    for shortcut in {name for names in SHORTCUTS.values() for name in names}:
        assert pairs(answers_store, shortcut) == expected[shortcut], shortcut
    inverse = {(agent, commitment) for commitment, agent in expected["responsibleParty"]}
    assert pairs(answers_store, "responsibleFor") == inverse


def test_the_slides_of_ecuador_name_eleven_responsibilities(answers_store: ox.Store) -> None:
    counts = {}
    for shortcut in ("leadInstitution", "coResponsible", "responsibleParty"):
        graph = ox.NamedNode(NAMES.graph("derived/plan/ECU-1"))
        counts[shortcut] = len(
            list(answers_store.quads_for_pattern(None, term(shortcut), None, graph))
        )
    assert counts == {"leadInstitution": 10, "coResponsible": 1, "responsibleParty": 11}


def test_no_other_page_names_a_responsible_institution(answers_store: ox.Store) -> None:
    for plan in ("CRI-4", "GTM-4", "HND-4", "MEX-4"):
        graph = ox.NamedNode(NAMES.graph(f"derived/plan/{plan}"))
        assert not list(
            answers_store.quads_for_pattern(None, term("responsibleParty"), None, graph)
        )


def test_branches_equal_assessments_and_responsible_institutions(
    shipped: list[Named], answers_store: ox.Store, involvements: set[tuple[str, str, str]]
) -> None:
    assessed, branch_of = asserted(shipped, "assessedBranch"), asserted(shipped, "branchOfState")
    own = {
        (subject, branch)
        for subject, nodes in asserted(shipped, "hasBranchAssessment").items()
        if "/id/commitment/" in subject
        for node in nodes
        for branch in assessed[node]
    }
    chain = {
        (commitment, branch)
        for commitment, role, agent in involvements
        if role in ("lead", "coResponsible")
        for branch in branch_of[agent]
    }
    assert pairs(answers_store, "involvesBranch") == own | chain
    legislative = {c for c, branch in own | chain if last(branch) == "legislative"}
    judicial = {c for c, branch in own | chain if last(branch) == "judicial"}
    assert {last(c) for c in legislative} == {"CRI-4-9", "HND-4-8"}
    assert {last(c) for c in judicial} == {"HND-4-15"}


def test_classifications(shipped: list[Named], answers_store: ox.Store) -> None:
    concepts, methods = asserted(shipped, "classifiedAs"), asserted(shipped, "classificationMethod")
    expected: dict[str, Pairs] = {"policyArea": set(), "ogpValue": set()}
    for commitment, nodes in asserted(shipped, "hasClassification").items():
        for node in nodes:
            if {last(method) for method in methods[node]} <= {"curated", "statedInSource"}:
                for concept in concepts[node]:
                    name = "policyArea" if "/scheme/policy-area/" in concept else "ogpValue"
                    expected[name].add((commitment, concept))
    counts = {}
    for name, wanted in expected.items():
        assert pairs(answers_store, name) == wanted
        counts[name] = len({commitment for commitment, _ in wanted})
    assert counts == {"policyArea": 70, "ogpValue": 62}


def test_inverses(answers_store: ox.Store) -> None:
    counted = {}
    for name, inverse in (
        ("hasCommitment", "commitmentOf"),
        ("hasUnlistedNumber", "unlistedNumberOf"),
        ("hasClaim", "claimAbout"),
        ("hasStage", "stageOf"),
        ("hasMilestone", "milestoneOf"),
        ("hasInvolvement", "involvementOf"),
        ("hasClassification", "classificationOf"),
        ("hasAchievement", "achievementOf"),
        ("hasRoadmapItem", "roadmapItemOf"),
        ("coCreatedThrough", "coCreationOf"),
        ("hasFigure", "figureOf"),
        ("hasEvidence", "evidenceFor"),
        ("hasStatus", "statusOf"),
        ("hasReport", "reportOf"),
        ("hasRating", "ratedCommitment"),
        ("hasTranslation", "translationOf"),
    ):
        forward = pairs(answers_store, name)
        assert {(b, a) for a, b in forward} == pairs(answers_store, inverse), name
        counted[name] = len(forward)
    assert counted["hasCommitment"] == 70
    assert counted["hasUnlistedNumber"] == 6
    assert counted["hasStage"] >= 7
    assert counted["hasMilestone"] >= 5
    assert counted["hasAchievement"] == 10
    assert counted["hasFigure"] > 0
    assert counted["hasEvidence"] > 500
    assert counted["hasStatus"] >= 5
    assert counted["hasReport"] >= 4
    assert counted["hasRating"] > 0
    assert counted["hasTranslation"] > 150
    parts = pairs(answers_store, DCTERMS + "hasPart")
    assert pairs(answers_store, "hasCommitment") <= parts


def test_alignment_shortcuts(aligned_store: ox.Store, queries: StoredQueries) -> None:
    def ends(name: str) -> Pairs:
        return {(last(a), last(b)) for a, b in pairs(aligned_store, name)}

    assert ends("alignsWithTarget") == {
        ("CRI-4-9", "16.7"),
        ("CRI-4-9", "16.10"),
        ("MEX-4-11", "16.5"),
        ("GTM-4-1", "13.3"),
    }
    assert ends("alignsWithGoal") == {
        ("CRI-4-9", "16"),
        ("MEX-4-11", "16"),
        ("HND-4-3", "16"),
        ("GTM-4-1", "13"),
    }
    assert ends("suggestedGoal") == {("HND-4-6", "16"), ("GTM-4-15", "16"), ("ECU-1-6", "16")}
    has = pairs(aligned_store, "hasAlignment")
    assert len(has) == 12
    assert {(b, a) for a, b in has} == pairs(aligned_store, "alignmentOf")


def test_a_target_gives_its_goal(kit: Any, rules: tuple[Rule, ...], shipped: list[Named]) -> None:
    graph, triples = kit.read_named(FIXTURES / "alignments.ttl")
    without_goal = [t for t in triples if t.predicate != term("alignedGoal")]
    schemes = [named for named in shipped if named[0].value.endswith("/scheme/sdg")]
    store = kit.store_of([*schemes, (graph, without_goal)], rules)
    assert {(last(a), last(b)) for a, b in pairs(store, "alignsWithGoal")} == {
        ("CRI-4-9", "16"),
        ("MEX-4-11", "16"),
        ("GTM-4-1", "13"),
    }


def test_evidence_selectors(kit: Any, answers_store: ox.Store) -> None:
    evidence = f"{NAMES.base}id/evidence/CRI-4-9/text"

    def value(subject: str, predicate: str) -> str | None:
        node, name = ox.NamedNode(subject), ox.NamedNode(predicate)
        (quad,) = answers_store.quads_for_pattern(node, name, None, ox.DefaultGraph())
        return kit.short(quad.object)

    assert value(f"{evidence}/lines", RDF + "value") == "line=48,51"
    rfc = value(f"{evidence}/lines", DCTERMS + "conformsTo")
    assert rfc == "http://tools.ietf.org/rfc/rfc5147"
    exact = value(f"{evidence}/quote", OA + "exact")
    assert exact is not None
    assert exact.startswith("Co-creation of a comprehensive")
    start, end = (value(f"{evidence}/position", OA + name) for name in ("start", "end"))
    assert int(end or 0) - int(start or 0) == len(exact)
    selectors = pairs(answers_store, OA + "hasSelector")
    assert {s for e, s in selectors if e == evidence} == {
        f"{evidence}/{kind}" for kind in ("lines", "quote", "position")
    }
    assert len(selectors) == sum(
        len(pairs(answers_store, name)) for name in ("firstLine", "quote", "startOffset")
    )


def test_intervals(answers_store: ox.Store) -> None:
    stage = f"{NAMES.base}id/stage/ECU-1-7"
    assert (stage, f"{stage}/interval") in pairs(answers_store, DCTERMS + "temporal")
    begins = dict(pairs(answers_store, TIME + "hasBeginning"))
    ends = dict(pairs(answers_store, TIME + "hasEnd"))
    months = dict(pairs(answers_store, TIME + "inXSDgYearMonth"))
    assert months[begins[f"{stage}/interval"]] == "2019-12"
    assert months[ends[f"{stage}/interval"]] == "2020-12"
    assert begins.keys() == ends.keys()
    assert len(begins) >= 7 + 5


def test_one_pass_suffices_and_makes_no_blank_nodes(
    kit: Any, rules: tuple[Rule, ...], shipped: list[Named]
) -> None:
    every = [triple for _, triples in shipped for triple in triples]
    first = kit.derive(rules, every)
    again = kit.derive(rules, [*every, *first])
    assert set(again) - set(first) <= set(every)
    for triple in first:
        assert isinstance(triple.subject, ox.NamedNode)
        assert not isinstance(triple.object, ox.BlankNode)


def test_data_holds_no_shortcut_of_its_own(shipped: list[Named]) -> None:
    derived = {n for names in SHORTCUTS.values() for n in names}
    derived |= {"responsibleFor", "involvesBranch", "policyArea", "ogpValue", "hasAlignment"}
    derived |= {"evidenceFor", "hasStatus", "hasReport", "hasRating", "hasTranslation"}
    derived |= {"alignsWithGoal", "alignsWithTarget", "suggestedGoal"}
    for name in derived:
        assert asserted(shipped, name) == {}, name

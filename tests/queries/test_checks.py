"""Each check finds its broken fixture, and nothing in the shipped content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ogpgraph.iris import Names
from ogpgraph.queries import Check, load_checks

QUERIES = Path(__file__).resolve().parents[2] / "queries"
CHECKS = {check.name: check for check in load_checks(QUERIES / "checks")}
PREFIXES = """
@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix : <https://w3id.org/ogpgraph/id/x/> .
@prefix branch: <https://w3id.org/ogpgraph/scheme/branch/> .
@prefix claimField: <https://w3id.org/ogpgraph/scheme/claim-field/> .
@prefix claimValue: <https://w3id.org/ogpgraph/scheme/claim-value/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix role: <https://w3id.org/ogpgraph/scheme/involvement-role/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
GRAPH = ox.NamedNode(Names().graph("plan/TEST"))
PLAN = Names().thing("plan", "")
SCHEME = "https://w3id.org/ogpgraph/scheme/"
NEXT_GRAPH = "# --- the next graph ---"
"""Where one graph ends and another begins."""

# check -> broken content, the expected (focus, value) rows, and the content mended
BROKEN: dict[str, tuple[str, list[tuple[str, str]], str]] = {
    "duplicate-ordinal": (
        ":p ogp:hasCommitment :a , :b . :a ogp:ordinal 7 . :b ogp:ordinal 7 .",
        [("a", "7"), ("b", "7")],
        ":p ogp:hasCommitment :a , :b . :a ogp:ordinal 7 . :b ogp:ordinal 8 .",
    ),
    "commitment-in-two-plans": (
        f":p ogp:hasCommitment :a . {NEXT_GRAPH} :q ogp:hasCommitment :a .",
        [("a", "p"), ("a", "q")],
        (f":p ogp:hasCommitment :a , :c . :q ogp:hasCommitment :b , :c . {NEXT_GRAPH} "
        ":p ogp:hasCommitment :a ."),
    ),
    "lines-outside-document": (
        f":e ogp:lastLine 10 ; oa:hasSource :s . {NEXT_GRAPH} :s ogp:lineCount 9 .",
        [("e", "10")],
        (f":e ogp:lastLine 9 ; oa:hasSource :s . {NEXT_GRAPH} :s ogp:lineCount 9 . "
        ":f ogp:lastLine 10 ; oa:hasSource :s ."),
    ),
    "two-leads": (
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:lead ; ogp:involvedAgent :y ."),
        [("j", "y")],
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:coResponsible ; ogp:involvedAgent :y . "
        ":b ogp:hasInvolvement :k . :k ogp:involvementRole role:lead ; ogp:involvedAgent :x , :y ."),
    ),
    "institution-twice": (
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:coResponsible ; ogp:involvedAgent :x ."),
        [("a", "x")],
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:named ; ogp:involvedAgent :x . :b ogp:hasInvolvement :k . "
        ":k ogp:involvementRole role:lead , role:coResponsible ; ogp:involvedAgent :x ."),
    ),
    "shared-part": (
        f":a ogp:hasMilestone :m . {NEXT_GRAPH} :b ogp:hasMilestone :m .",
        [("m", "a"), ("m", "b")],
        f":a ogp:hasMilestone :m , :o . :b ogp:hasMilestone :o . {NEXT_GRAPH} :b ogp:hasMilestone :n .",
    ),
    "claimed-total": (
        (":p ogp:declaredCommitmentTotal 9 ; ogp:hasClaim :c . "
        ':c ogp:claimField claimField:total ; ogp:claimText "10 COMPROMISOS" .'),
        [("c", "10 COMPROMISOS")],
        (":p ogp:declaredCommitmentTotal 10 ; ogp:hasClaim :c . "
        ':c ogp:claimField claimField:total ; ogp:claimText "10 COMPROMISOS" .'),
    ),
    "denied-branch": (
        (":p ogp:hasClaim :c ; ogp:hasCommitment :a . :a ogp:hasBranchAssessment :x . "
        ":x ogp:assessedBranch branch:judicial . "
        ":c ogp:claimField claimField:justice ; ogp:claimValue claimValue:no ."),
        [("c", "a")],
        (":p ogp:hasClaim :c ; ogp:hasCommitment :a . :a ogp:hasBranchAssessment :x . "
        ":x ogp:assessedBranch branch:legislative . "
        ":c ogp:claimField claimField:justice ; ogp:claimValue claimValue:no ."),
    ),
    "declared-branch-missing": (
        (":p ogp:hasClaim :c ; ogp:hasCommitment :a . "
        ":c ogp:claimField claimField:parliament ; ogp:claimValue claimValue:yes ."),
        [("c", "yes")],
        (":p ogp:hasClaim :c ; ogp:hasCommitment :a . :a ogp:hasInvolvement :i . "
        ":i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":x ogp:branchOfState branch:legislative . "
        ":c ogp:claimField claimField:parliament ; ogp:claimValue claimValue:yes . "
        ":q ogp:hasClaim :d ; ogp:hasUnlistedNumber :u . "
        ":d ogp:claimField claimField:justice ; ogp:claimValue claimValue:yes ."),
    ),
    "evidence-from-another-document": (
        (f"<{GRAPH.value}> prov:hadPrimarySource :s . :e a ogp:Evidence ; oa:hasSource :t . "
        ":t a ogp:SourceDocument ."),
        [("e", "t")],
        (f"<{GRAPH.value}> prov:hadPrimarySource :s . :e a ogp:Evidence ; oa:hasSource :s , :u . "
        ":s a ogp:SourceDocument ."),
    ),
    "language-tag": (
        f':a ogp:summary "Uno"@es-CR , "One"@en-GB ; skos:altLabel "Un"@fr . {NEXT_GRAPH} :b ogp:summary "Dos"@es-419 .',
        [("a", "Uno"), ("a", "One"), ("a", "Un"), ("b", "Dos")],
        ':a ogp:summary "Uno"@es , "One"@en ; skos:altLabel "Un"@es ; ogp:number "1" .',
    ),
    "graph-of-another-plan": (
        (f"<{PLAN}TEST> a ogp:ActionPlan . <{PLAN}TEST-2> a ogp:ActionPlan ."),
        [("TEST-2", "TEST")],
        f"<{PLAN}TEST> a ogp:ActionPlan . {NEXT_GRAPH} <{PLAN}TEST1> a ogp:ActionPlan .",
    ),
    "graph-not-described": (
        f":p a ogp:ActionPlan . {NEXT_GRAPH} <{GRAPH.value}> a ogp:SourceGraph .",
        [("p", "TEST")],
        f":p a ogp:ActionPlan . <{GRAPH.value}> a ogp:SourceGraph . {NEXT_GRAPH} :c a ogp:Commitment .",
    ),
    "closed-list-extended": (
        f":a skos:inScheme <{SCHEME}basis> . {NEXT_GRAPH} :b skos:inScheme <{SCHEME}focus> .",
        [("a", "basis"), ("b", "focus")],
        f":a skos:inScheme <{SCHEME}country> . :b skos:inScheme :ownList .",
    ),
}  # fmt: skip


def store_of(kit: Any, turtle: str) -> ox.Store:
    """A store of the graphs of a case."""
    store = ox.Store()
    for number, part in enumerate(turtle.split(NEXT_GRAPH)):
        graph = ox.NamedNode(f"{GRAPH.value}{number or ''}")
        parsed = ox.parse((PREFIXES + part).encode(), format=ox.RdfFormat.TURTLE)
        kit.add(store, graph, [quad.triple for quad in parsed])
    return store


def findings(kit: Any, check: Check, turtle: str) -> list[tuple[str | None, ...]]:
    return kit.rows(store_of(kit, turtle), check.text, "focus", "value")


def test_every_check_has_its_broken_fixture() -> None:
    assert CHECKS.keys() == BROKEN.keys()
    assert {check.severity for check in CHECKS.values()} == {"violation", "warning"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_finds_what_is_broken_and_nothing_once_mended(kit: Any, name: str) -> None:
    broken, expected, mended = BROKEN[name]
    assert sorted(findings(kit, CHECKS[name], broken), key=str) == sorted(expected, key=str)
    assert findings(kit, CHECKS[name], mended) == []


@pytest.mark.parametrize("name", CHECKS)
def test_shipped_content_has_no_finding(kit: Any, name: str, answers_store: ox.Store) -> None:
    found = kit.rows(answers_store, CHECKS[name].text, "focus", "path", "value")
    assert found == []


def test_findings_name_the_property(kit: Any) -> None:
    store = store_of(kit, BROKEN["two-leads"][0])
    path = kit.rows(store, CHECKS["two-leads"].text, "path")
    assert path == [("involvedAgent",)]


def test_two_sources_may_name_different_leads(kit: Any) -> None:
    """What OGP's page says is not what the plan's page says: no finding across graphs."""
    involvement = (
        ":a ogp:hasInvolvement :i{0} . "
        ":i{0} ogp:involvementRole role:lead ; ogp:involvedAgent :x{0} . "
    )
    one, other = involvement.format(1), involvement.format(2)
    assert findings(kit, CHECKS["two-leads"], one + NEXT_GRAPH + other) == []
    assert len(findings(kit, CHECKS["two-leads"], one + other)) == 1


def test_the_lead_to_change_is_the_one_named_later(kit: Any) -> None:
    """Whatever the IRIs say; a third lead is a finding of its own."""
    leads = "".join(
        f":a ogp:hasInvolvement :{name} . :{name} ogp:involvementRole role:lead ; "
        f"ogp:involvedAgent :{agent} ; ogp:involvementOrder {order} . "
        for name, agent, order in (("i", "x", 3), ("j", "y", 1), ("k", "z", 2))
    )
    assert sorted(findings(kit, CHECKS["two-leads"], leads)) == [("i", "x"), ("k", "z")]


def test_a_list_may_be_added_to_by_a_graph_of_lists(kit: Any) -> None:
    graph = ox.NamedNode(Names().graph("scheme/basis"))
    said = f"{PREFIXES} :a skos:inScheme <{SCHEME}basis> ."
    store = ox.Store()
    parsed = ox.parse(said.encode(), format=ox.RdfFormat.TURTLE)
    kit.add(store, graph, [quad.triple for quad in parsed])
    assert kit.rows(store, CHECKS["closed-list-extended"].text, "focus") == []


def test_evidence_is_not_compared_with_sources_that_the_graph_does_not_name(kit: Any) -> None:
    said = ":p a ogp:ActionPlan . :e a ogp:Evidence ; oa:hasSource :t . :t a ogp:SourceDocument ."
    assert findings(kit, CHECKS["evidence-from-another-document"], said) == []
    assert findings(kit, CHECKS["graph-not-described"], said) == [("p", "TEST")]

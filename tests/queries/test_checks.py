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
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix role: <https://w3id.org/ogpgraph/scheme/involvement-role/> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GRAPH = ox.NamedNode(Names().graph("plan/TEST"))
ELEVEN = "one two three four five six seven eight nine ten eleven"

# check -> broken content, the expected (focus, value) rows, and the content mended
BROKEN: dict[str, tuple[str, list[tuple[str, str]], str]] = {
    "declared-total": (
        ":p ogp:declaredCommitmentTotal 3 ; ogp:hasCommitment :a ; ogp:hasUnlistedNumber :u .",
        [("p", "3")],
        ":p ogp:declaredCommitmentTotal 2 ; ogp:hasCommitment :a ; ogp:hasUnlistedNumber :u .",
    ),
    "duplicate-number": (
        ':p ogp:hasCommitment :a , :b . :a ogp:number "7" . :b ogp:number "7" .',
        [("a", "7"), ("b", "7")],
        ':p ogp:hasCommitment :a . :q ogp:hasCommitment :b . :a ogp:number "7" . :b ogp:number "7" .',
    ),
    "duplicate-ordinal": (
        ":p ogp:hasCommitment :a , :b . :a ogp:ordinal 7 . :b ogp:ordinal 7 .",
        [("a", "7"), ("b", "7")],
        ":p ogp:hasCommitment :a , :b . :a ogp:ordinal 7 . :b ogp:ordinal 8 .",
    ),
    "unlisted-number-listed": (
        ':p ogp:hasCommitment :a ; ogp:hasUnlistedNumber :u . :a ogp:number "7" . :u ogp:number "7" .',
        [("u", "7")],
        ':p ogp:hasCommitment :a ; ogp:hasUnlistedNumber :u . :a ogp:number "7" . :u ogp:number "8" .',
    ),
    "commitment-in-two-plans": (
        ":p ogp:hasCommitment :a . :q ogp:hasCommitment :a .",
        [("a", "p"), ("a", "q")],
        ":p ogp:hasCommitment :a . :q ogp:hasCommitment :b .",
    ),
    "target-of-another-goal": (
        ":x ogp:alignedGoal sdg:5 ; ogp:alignedTarget sdg:16.6 . sdg:16.6 sdgo:isTargetOf sdg:16 .",
        [("x", "http://metadata.un.org/sdg/16.6")],
        ":x ogp:alignedGoal sdg:16 ; ogp:alignedTarget sdg:16.6 . sdg:16.6 sdgo:isTargetOf sdg:16 .",
    ),
    "long-quote": (
        f':e ogp:quote "{ELEVEN}"@en .',
        [("e", ELEVEN)],
        (f':e ogp:quote "{ELEVEN}"@en . :a dcterms:title "{ELEVEN}"@en . '
        ':f ogp:quote "1 2 3 4 5 6 7 8 9 10"@en .'),
    ),
    "quote-length": (
        ':e ogp:quote "año"@es ; ogp:startOffset 5 ; ogp:endOffset 9 .',
        [("e", "año")],
        ':e ogp:quote "año"@es ; ogp:startOffset 5 ; ogp:endOffset 8 .',
    ),
    "lines-outside-document": (
        (":e ogp:firstLine 5 ; ogp:lastLine 4 . :f ogp:firstLine 8 ; ogp:lastLine 10 ; "
        "oa:hasSource :s . :g ogp:firstLine 0 ; ogp:lastLine 1 . :s ogp:lineCount 9 ."),
        [("e", "4"), ("f", "10"), ("g", "1")],
        (":e ogp:firstLine 5 ; ogp:lastLine 5 . :f ogp:firstLine 8 ; ogp:lastLine 9 ; "
        "oa:hasSource :s . :s ogp:lineCount 9 ."),
    ),
    "two-leads": (
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:lead ; ogp:involvedAgent :y ."),
        [("a", "x"), ("a", "y")],
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:coResponsible ; ogp:involvedAgent :y ."),
    ),
    "institution-twice": (
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:coResponsible ; ogp:involvedAgent :x ."),
        [("a", "x")],
        (":a ogp:hasInvolvement :i , :j . :i ogp:involvementRole role:lead ; ogp:involvedAgent :x . "
        ":j ogp:involvementRole role:named ; ogp:involvedAgent :x ."),
    ),
    "shared-part": (
        ":a ogp:hasMilestone :m . :b ogp:hasMilestone :m .",
        [("m", "a"), ("m", "b")],
        ":a ogp:hasMilestone :m . :b ogp:hasMilestone :n .",
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
    "stages-out-of-order": (
        ":a ogp:precedes :b . :a ogp:stageNumber 2 . :b ogp:stageNumber 1 .",
        [("a", "b")],
        ":a ogp:precedes :b . :a ogp:stageNumber 1 . :b ogp:stageNumber 2 .",
    ),
    "period-reversed": (
        (':a ogp:periodStart "2019-05"^^xsd:gYearMonth ; ogp:periodEnd "2019-01"^^xsd:gYearMonth . '
        ':b ogp:startDate "2020"^^xsd:gYear ; ogp:endDate "2019"^^xsd:gYear .'),
        [("a", "2019-01"), ("b", "2019")],
        (':a ogp:periodStart "2020-01"^^xsd:gYearMonth ; ogp:periodEnd "2020-01"^^xsd:gYearMonth . '
        ':b ogp:startDate "2019-10-01"^^xsd:date ; ogp:extendedTo "2019"^^xsd:gYear . '
        ':c ogp:startDate "2019"^^xsd:gYear ; ogp:endDate "2019-02"^^xsd:gYearMonth .'),
    ),
    "label-differs-from-title": (
        ':a a ogp:Commitment ; dcterms:title "Uno"@es ; skos:prefLabel "Un"@es , "One"@en .',
        [("a", "Un")],
        (':a a ogp:Commitment ; dcterms:title "Uno"@es ; skos:prefLabel "Uno"@es , "One"@en . '
        ':p a ogp:ActionPlan ; dcterms:title "Plan"@es ; skos:prefLabel "Plan de X"@es .'),
    ),
    "unmarked-translation": (
        ':a a ogp:Commitment ; dcterms:title "Uno"@es ; skos:prefLabel "Uno"@es , "One"@en .',
        [("a", "One")],
        (':a a ogp:Commitment ; dcterms:title "Uno"@es ; skos:prefLabel "Uno"@es , "One"@en . '
        ':t ogp:translationOf :a ; ogp:translatedProperty skos:prefLabel ; ogp:translatedText "One"@en .'),
    ),
    "stale-translation": (
        (':a skos:prefLabel "One"@en . :t ogp:translationOf :a ; '
        'ogp:translatedProperty skos:prefLabel ; ogp:translatedText "Two"@en .'),
        [("t", "Two")],
        (':a skos:prefLabel "One"@en . :t ogp:translationOf :a ; '
        'ogp:translatedProperty skos:prefLabel ; ogp:translatedText "One"@en .'),
    ),
    "evidence-from-another-document": (
        f"<{GRAPH.value}> prov:hadPrimarySource :s . :e a ogp:Evidence ; oa:hasSource :t .",
        [("e", "t")],
        f"<{GRAPH.value}> prov:hadPrimarySource :s . :e a ogp:Evidence ; oa:hasSource :s .",
    ),
}  # fmt: skip


def findings(kit: Any, check: Check, turtle: str) -> list[tuple[str | None, ...]]:
    store = ox.Store()
    parsed = ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
    kit.add(store, GRAPH, [quad.triple for quad in parsed])
    return kit.rows(store, check.text, "focus", "value")


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
    store = ox.Store()
    parsed = ox.parse((PREFIXES + BROKEN["two-leads"][0]).encode(), format=ox.RdfFormat.TURTLE)
    kit.add(store, GRAPH, [quad.triple for quad in parsed])
    path = kit.rows(store, CHECKS["two-leads"].text, "path")
    assert path == [("leadInstitution",), ("leadInstitution",)]


def test_two_sources_may_name_different_leads(kit: Any) -> None:
    """What OGP's page says is not what the plan's page says: no finding across graphs."""
    store = ox.Store()
    for number, agent in enumerate(("x", "y")):
        turtle = (
            f":a ogp:hasInvolvement :i{number} . "
            f":i{number} ogp:involvementRole role:lead ; ogp:involvedAgent :{agent} ."
        )
        parsed = ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
        kit.add(store, ox.NamedNode(f"{GRAPH.value}-{number}"), [quad.triple for quad in parsed])
    assert kit.rows(store, CHECKS["two-leads"].text, "focus") == []

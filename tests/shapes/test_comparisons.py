"""What the shapes written in SPARQL compare, case by case: where they speak and where not."""

from __future__ import annotations

import pytest

from ogpgraph.files import Graph, parse
from ogpgraph.reference import Reference
from ogpgraph.report import Report
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.validation import Validator

SHAPES = f"{DEFAULT_BASE_IRI}shapes#"
PREFIXES = f"""
@prefix ogp: <{DEFAULT_BASE_IRI}ns#> .
@prefix : <{DEFAULT_BASE_IRI}id/x/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix sdg: <http://metadata.un.org/sdg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TEN = "1 2 3 4 5 6 7 8 9 10"
ELEVEN = "one  two three four five six seven eight nine ten\\televen"
TRANSLATION = ':t a ogp:Translation ; ogp:translationOf :a ; ogp:translatedText "One"@en ; '
COMMITMENT = ":a a ogp:Commitment ; dcterms:title"
STAGES = ":a a ogp:CoCreationStage ; ogp:precedes :b . :b a ogp:CoCreationStage . "

# shape, what is said, and the local names of the nodes at fault
CASES = (
    ("PeriodOrder", ":a a ogp:ActionPlan ; ogp:startDate 2020 ; ogp:endDate 2019 .", ["a"]),
    ("PeriodOrder", ":a a ogp:ActionPlan ; ogp:startDate 2020 ; ogp:extendedTo 2019 .", ["a"]),
    (
        "PeriodOrder",
        ":a a ogp:ActionPlan ; ogp:startDate 2020 ; ogp:endDate 2021 ; ogp:extendedTo 2022 .",
        [],
    ),
    (
        "PeriodOrder",
        ':a a ogp:ActionPlan ; ogp:startDate "2019-10-01"^^xsd:date ; ogp:extendedTo "2019"^^xsd:gYear .',
        [],
    ),
    (
        "PeriodOrder",
        ':a a ogp:ActionPlan ; ogp:startDate "2019"^^xsd:gYear ; ogp:endDate "2019-02"^^xsd:gYearMonth .',
        [],
    ),
    ("ShortQuote", f':a a ogp:Evidence ; ogp:quote "{ELEVEN}"@en .', ["a"]),
    ("ShortQuote", f':a a ogp:Evidence ; ogp:quote " {TEN} "@en .', []),
    (
        "ShortQuote",
        f':a a ogp:Evidence ; ogp:quote "{ELEVEN}"@en . :b dcterms:title "{ELEVEN}"@en .',
        [],
    ),
    ("LabelIsTitle", f'{COMMITMENT} "Uno"@es ; skos:prefLabel "Un"@es .', ["a"]),
    ("LabelIsTitle", f'{COMMITMENT} "Uno"@es ; skos:prefLabel "Uno"@es , "One"@en .', []),
    (
        "LabelIsTitle",
        ':a a ogp:ActionPlan ; dcterms:title "Plan"@es ; skos:prefLabel "Plan de X"@es .',
        [],
    ),
    (
        "LabelIsTitle",
        ':a a ogp:NonStateActor ; dcterms:title "Uno"@es ; skos:prefLabel "Un"@es .',
        ["a"],
    ),
    ("TranslationRecorded", f'{COMMITMENT} "Uno"@es ; skos:prefLabel "One"@en .', ["a"]),
    (
        "TranslationRecorded",
        f'{COMMITMENT} "Uno"@es , "One"@en ; skos:prefLabel "Uno"@es , "One"@en .',
        [],
    ),
    (
        "TranslationRecorded",
        f'{COMMITMENT} "Uno"@es ; skos:prefLabel "One"@en . {TRANSLATION} ogp:translatedProperty skos:altLabel .',
        ["a"],
    ),
    (
        "TranslationRecorded",
        f'{COMMITMENT} "Uno"@es ; skos:prefLabel "One"@en . {TRANSLATION} ogp:translatedProperty skos:prefLabel .',
        [],
    ),
    (
        "TranslationCurrent",
        f'{COMMITMENT} "Uno"@es . {TRANSLATION} ogp:translatedProperty skos:prefLabel .',
        ["t"],
    ),
    (
        "TranslationCurrent",
        f':a skos:prefLabel "Two"@en . {TRANSLATION} ogp:translatedProperty skos:prefLabel .',
        ["t"],
    ),
    ("TranslationCurrent", f"{TRANSLATION} ogp:translatedProperty skos:prefLabel .", []),
    ("StageOrder", f"{STAGES} :a ogp:stageNumber 2 . :b ogp:stageNumber 1 .", ["a"]),
    ("StageOrder", f"{STAGES} :a ogp:stageNumber 1 . :b ogp:stageNumber 2 .", []),
    (
        "NumbersUnique",
        """:a a ogp:ActionPlan ; ogp:hasCommitment :c , :d . :b a ogp:ActionPlan ; ogp:hasCommitment :e .
        :c ogp:number "1" . :d ogp:number "1" . :e ogp:number "1" .""",
        ["a"],
    ),
    (
        "DeclaredTotal",
        """:a a ogp:ActionPlan ; ogp:declaredCommitmentTotal 3 ; ogp:hasCommitment :c ;
        ogp:hasUnlistedNumber :d .""",
        ["a"],
    ),
    (
        "DeclaredTotal",
        """:a a ogp:ActionPlan ; ogp:declaredCommitmentTotal 2 ; ogp:hasCommitment :c ;
        ogp:hasUnlistedNumber :d .""",
        [],
    ),
    ("TargetOfGoal", ":a a ogp:SDGAlignment ; ogp:alignedGoal sdg:5 ; ogp:alignedTarget sdg:16.6 .", ["a"]),
    ("TargetOfGoal", ":a a ogp:SDGAlignment ; ogp:alignedGoal sdg:16 ; ogp:alignedTarget sdg:16.6 .", []),
    (
        "QuoteLength",
        ':a a ogp:Evidence ; ogp:quote "año"@es ; ogp:startOffset 5 ; ogp:endOffset 9 .',
        ["a"],
    ),
    (
        "QuoteLength",
        ':a a ogp:Evidence ; ogp:quote "año"@es ; ogp:startOffset 5 ; ogp:endOffset 8 .',
        [],
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(reference: Graph) -> Reference:
    return Reference([reference])


@pytest.mark.parametrize(
    ("shape", "said", "at_fault"), CASES, ids=[f"{n}-{c[0]}" for n, c in enumerate(CASES)]
)
def test_what_a_shape_compares(
    shape: str, said: str, at_fault: list[str], validator: Validator, shared: Reference
):
    content = (PREFIXES + said).encode()
    graph = parse(content, "text/turtle", name="case.ttl", base=DEFAULT_BASE_IRI).graph
    findings = Report(validator.validate(graph, shared.around(graph))).findings
    found = [f.focus.rpartition("/")[2] for f in findings if f.shape == SHAPES + shape]
    assert found == at_fault

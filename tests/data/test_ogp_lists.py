"""OGP's own lists beside the plans: identifiers, titles, involvement, ratings, reports.

What the lists do not show is left out (an identifier inferred from its position is no fact), and
what they say is never put into the mouth of the plan's own page.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "data" / "ttl"
SHARED = REPO.parent / "shared" / "ogp"

BASE = "https://w3id.org/ogpgraph/"
OGP = Namespace(BASE + "ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
ID = Namespace(BASE + "id/")
SCHEME = Namespace(BASE + "scheme/")
INSTITUTION = Namespace(BASE + "id/institution/")
DCTERMS = Namespace("http://purl.org/dc/terms/")

PLANS = ["CRI-4", "ECU-1", "GTM-4", "HND-4", "MEX-4"]
YEARS = {
    "CRI-4": ("4", "2019", "2022"),
    "ECU-1": ("1", "2019", "2022"),
    "GTM-4": ("4", "2018", "2020"),
    "HND-4": ("4", "2018", "2020"),
    "MEX-4": ("4", "2019", "2021"),
}
LEADS = {
    "HND-4-1": INSTITUTION["HND-instituto-de-acceso-a-la-informacion-publica"],
    "HND-4-6": INSTITUTION["HND-tribunal-superior-de-cuentas"],
    "ECU-1-1": INSTITUTION[
        "ECU-ministerio-de-telecomunicaciones-y-de-la-sociedad-de-la-informacion"
    ],
}
CUT_TITLE = "HN0079"


@cache
def data() -> Graph:
    merged = Graph()
    for path in sorted(DATA.glob("*/*.ttl")):
        merged.parse(path, format="turtle")
    return merged


@cache
def page(plan: str) -> Graph:
    return Graph().parse(DATA / plan[:3] / f"{plan}.ttl", format="turtle")


@cache
def ogp_list(plan: str) -> Graph:
    return Graph().parse(DATA / plan[:3] / f"{plan}-ogp.ttl", format="turtle")


def shared(name: str) -> Path:
    if not (SHARED / name).is_file():
        pytest.skip(f"shared folder absent: {SHARED / name}")
    return SHARED / name


def last(node: Node | None) -> str:
    return str(node).rstrip("/").rsplit("/", 1)[1]


def commitment(plan: str, number: int) -> URIRef:
    return ID[f"commitment/{plan}-{number}"]


def test_ogp_identifiers_seen_and_not_inferred() -> None:
    found = {str(o): s for plan in PLANS for s, o in ogp_list(plan).subject_objects(OGP.ogpId)}
    assert len(found) == 53
    expected = {f"CR{59 + n:04d}" for n in range(9)} | {f"MX{75 + n:04d}" for n in range(13)}
    expected |= {f"HN{60 + n:04d}" for n in range(20)} | {"EC0001", "GT0106"}
    expected |= {f"GT{85 + n:04d}" for n in range(9)}
    assert set(found) == expected
    assert found["CR0065"] == ID["unlisted-number/CRI-4-7"]
    assert found["CR0066"] == ID["unlisted-number/CRI-4-8"]
    assert found["HN0070"] == ID["unlisted-number/HND-4-11"]
    assert found["CR0067"] == commitment("CRI-4", 9)
    assert found["GT0106"] == commitment("GTM-4", 22)
    assert (commitment("HND-4", 20), SKOS.altLabel, None) not in ogp_list("HND-4")
    assert not [s for plan in PLANS for s in page(plan).subjects(OGP.ogpId, None)]


def test_ogp_graphs_supplement_the_plan_and_do_not_speak_for_it() -> None:
    for plan in PLANS:
        graph, node = ogp_list(plan), URIRef(f"{BASE}graph/ogp/{plan}")
        assert (node, OGP.supplements, URIRef(f"{BASE}graph/plan/{plan}")) in graph
        assert str(graph.value(ID[f"plan/{plan}"], OGP.ogpPlanId)) == f"AP_{plan[:3]}0{plan[4]}"
        assert ID[f"source/{plan}"] not in set(graph.all_nodes()), plan


def test_irm_figures() -> None:
    def figures(report: str) -> dict[str, int]:
        node = ID[f"report/{report}"]
        return {
            last(data().value(f, OGP.measure)): int(float(str(data().value(f, OGP.value))))
            for f in data().subjects(OGP.figureOf, node)
        }

    tail = "EarlyResults"
    assert figures("CRI-4/results") == {
        "reviewedCommitments": 9,
        f"commitmentsSignificant{tail}": 4,
        f"commitmentsMarginal{tail}": 2,
        f"commitmentsNo{tail}": 3,
    }
    assert figures("MEX-4/results") == {
        f"commitmentsOutstanding{tail}": 1,
        f"commitmentsSignificant{tail}": 3,
        f"commitmentsMarginal{tail}": 5,
        f"commitmentsNo{tail}": 4,
        "pausedCommitments": 4,
    }
    assert figures("ECU-1/results") == {
        f"commitmentsOutstanding{tail}": 2,
        f"commitmentsSignificant{tail}": 1,
        f"commitmentsMarginal{tail}": 4,
    }
    design = ("reviewedCommitments", "relevantCommitments", "transformativeCommitments")
    for plan, values in {"MEX-4": (13, 13, 4), "HND-4": (20, 17, 0), "ECU-1": (10, 10, 1)}.items():
        assert figures(f"{plan}/design") == dict(zip(design, values, strict=True)), plan
    assert figures("GTM-4/design") == figures("GTM-4/transitionalResults") == {}


def test_plan_number_and_years() -> None:
    for plan, expected in YEARS.items():
        graph, node = ogp_list(plan), ID[f"plan/{plan}"]
        keys = (OGP.planNumber, OGP.startDate, OGP.endDate)
        assert tuple(str(graph.value(node, k)) for k in keys) == expected, plan
    extended = {plan: ogp_list(plan).value(ID[f"plan/{plan}"], OGP.extendedTo) for plan in PLANS}
    assert {p: str(y) for p, y in extended.items() if y} == {"HND-4": "2021", "MEX-4": "2022"}


def test_identifiers_and_titles_equal_the_crosswalk() -> None:
    with shared("ogp_id_crosswalk.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        plan, graph = row["source"], ogp_list(row["source"])
        kind = "commitment" if row["listed_in_source"] == "yes" else "unlisted-number"
        node = ID[f"{kind}/{plan}-{row['number']}"]
        if "inferred" in row["evidence"]:
            assert (node, None, None) not in graph, node
            continue
        assert str(graph.value(node, OGP.ogpId)) == row["ogp_commitment_id"], node
        quotes = {str(graph.value(e, OGP.quote)) for e in graph.objects(node, OGP.hasEvidence)}
        if row["ogp_commitment_id"] == CUT_TITLE:
            assert quotes == {CUT_TITLE}
            continue
        title = Literal(row["ogp_short_title"], lang="en")
        known = DCTERMS.title if kind == "unlisted-number" else SKOS.altLabel
        named = set(data().objects(node, known)) | set(data().objects(node, SKOS.prefLabel))
        assert title in named, node
        assert str(title) in quotes, node


def test_no_title_is_both_a_preferred_and_an_alternative_label() -> None:
    for node, label in data().subject_objects(SKOS.altLabel):
        assert (node, SKOS.prefLabel, label) not in data(), (node, label)


def test_leads_are_one_body_each_and_known() -> None:
    found: dict[str, list[Node]] = {}
    for plan in PLANS:
        graph = ogp_list(plan)
        for node, involvement in graph.subject_objects(OGP.hasInvolvement):
            agent = graph.value(involvement, OGP.involvedAgent)
            assert agent is not None, involvement
            assert (agent, DCTERMS.title, None) in data(), f"{agent} is described nowhere"
            if last(graph.value(involvement, OGP.involvementRole)) == "lead":
                found.setdefault(last(node), []).append(agent)
    assert found == {name: [body] for name, body in LEADS.items()}


def test_involvement_and_tags_quote_what_the_page_prints() -> None:
    lines = shared("commitment_pages_fields.jsonl").read_text(encoding="utf-8").splitlines()
    pages = {row["id"]: row for row in map(json.loads, lines) if row.get("source")}
    assert set(pages) == {"HN0060", "HN0065", "EC0001"}
    for identifier, row in pages.items():
        graph = ogp_list(row["source"])
        document = ID[f"source/OGP-commitment-{identifier}"]
        assert graph.value(document, OGP.retrievedFrom) == URIRef(row["url"])
        node = commitment(row["source"], row["number"])
        printed = [*row["lead"], *row.get("support", [])]
        bodies, tags = set(), set()
        for involvement in graph.objects(node, OGP.hasInvolvement):
            evidence = graph.value(involvement, OGP.hasEvidence)
            assert graph.value(evidence, OA.hasSource) == document
            bodies.add(str(graph.value(evidence, OGP.quote)))
        for classification in graph.objects(node, OGP.hasClassification):
            evidence = graph.value(classification, OGP.hasEvidence)
            tags.add(str(graph.value(evidence, OGP.quote)))
        twice = {"Access to Public Information Institute (IAIP)"}
        assert bodies == set(printed) - twice, identifier
        assert tags <= set(row["policy_areas"]), identifier


def test_ratings_of_ec0001() -> None:
    graph, node = ogp_list("ECU-1"), commitment("ECU-1", 1)
    ratings = set(graph.subjects(OGP.ratedCommitment, node))
    values = {last(graph.value(r, OGP.ratingValue)) for r in ratings}
    assert values == {"earlyResultsMarginal", "verifiabilityYes", "relevanceYes", "ambitionHigh"}
    assert not [r for r in ratings if (r, OGP.ratedIn, None) in graph]


def test_institutions_only_ogp_names_have_a_branch_or_say_why_not() -> None:
    for path in sorted(DATA.glob("*/institutions-ogp.ttl")):
        graph = Graph().parse(path, format="turtle")
        for body in graph.subjects(RDF.type, OGP.PublicInstitution):
            assessment = graph.value(body, OGP.hasBranchAssessment)
            basis = last(graph.value(assessment, OGP.basis))
            branch = graph.value(body, OGP.branchOfState)
            assert graph.value(assessment, OGP.assessedBranch) == branch, body
            assert (branch is None) == (basis == "notDeterminable"), body
            tags = {
                o.language
                for o in graph.objects(assessment, OGP.rationale)
                if isinstance(o, Literal)
            }
            assert tags == {"es", "en"}, body
        for body in graph.subjects(RDF.type, OGP.NonStateActor):
            assert (body, OGP.branchOfState, None) not in graph, body

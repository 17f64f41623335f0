"""The alignments with the goals that were curated, by their codes, and those that texts state.

Which goals and targets each commitment has was decided by reading, and is written here as a
literal: a change of the data is a decision, and is made in both places. That the quotes are in the
documents is seen by test_sources.py.
"""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "data" / "ttl"
CODES = REPO.parent / "shared" / "sdg" / "sdg_goals_targets.csv"

BASE = "https://w3id.org/ogpgraph/"
OGP = Namespace(BASE + "ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
METHOD = Namespace(BASE + "scheme/alignment-method/")
REVIEW = Namespace(BASE + "scheme/review-state/")
SDG = "http://metadata.un.org/sdg/"

CURATED = {
    "CRI-4-1": "4 16.6 16.10",
    "CRI-4-2": "8.5 16.7 16.10 17.18",
    "CRI-4-3": "11.3 13.2 16.7 16.10",
    "CRI-4-4": "16.7",
    "CRI-4-5": "16.5 16.6 16.10",
    "CRI-4-6": "16.6",
    "CRI-4-9": "16.6 16.7",
    "ECU-1-1": "16.7 16.10",
    "ECU-1-2": "16.10",
    "ECU-1-3": "16.6 16.10",
    "ECU-1-4": "16.7 16.10",
    "ECU-1-5": "16.6 16.7",
    "ECU-1-6": "16.6 16.10",
    "ECU-1-7": "5.2 16.7",
    "ECU-1-8": "",
    "ECU-1-9": "16.6 16.7",
    "ECU-1-10": "16.6 16.7",
    "GTM-4-1": "4.7 12.8 13.3 15",
    "GTM-4-2": "13.1 13.2 16.6",
    "GTM-4-3": "16.6 16.7",
    "GTM-4-4": "4.1",
    "GTM-4-5": "4.a",
    "GTM-4-6": "16.5 16.6 16.a",
    "GTM-4-7": "16.a",
    "GTM-4-8": "16.6 17.8",
    "GTM-4-9": "16.6 17.8",
    "GTM-4-10": "16.6 16.7",
    "GTM-4-11": "16.6",
    "GTM-4-12": "8.3 16.10",
    "GTM-4-13": "8.5",
    "GTM-4-15": "16.5 16.6",
    "GTM-4-17": "16.10",
    "GTM-4-18": "3.8 3.c",
    "GTM-4-19": "2",
    "GTM-4-21": "16.10",
    "GTM-4-22": "16.6 16.10",
    "GTM-4-23": "16.6 16.10",
    "GTM-4-24": "16.10 17.18",
    "HND-4-1": "16.6 16.10",
    "HND-4-2": "16.6 16.10",
    "HND-4-3": "16.7 16.10",
    "HND-4-4": "16.6 16.10",
    "HND-4-5": "4.7 10.2 16.7",
    "HND-4-6": "16.5 16.6",
    "HND-4-7": "16.6 16.10",
    "HND-4-8": "16.6 16.7 16.10",
    "HND-4-9": "1.3 16.6 16.10",
    "HND-4-10": "16.7",
    "HND-4-12": "16.6 17.8",
    "HND-4-13": "16.6 16.7",
    "HND-4-14": "16.10",
    "HND-4-15": "16.6 16.10",
    "HND-4-16": "4.7 16.5 16.6 16.10",
    "HND-4-17": "16.6",
    "HND-4-18": "3.8",
    "HND-4-19": "4.7 6.b 11.3 11.5",
    "HND-4-20": "12.6 16.5 17.17",
    "MEX-4-1": "16.5 16.6",
    "MEX-4-2": "16.7",
    "MEX-4-3": "4 16.10",
    "MEX-4-4": "3.7 5.6 16.6 16.10",
    "MEX-4-5": "8.5 10.2 10.3",
    "MEX-4-6": "16.6 16.10",
    "MEX-4-7": "16.7 16.10",
    "MEX-4-8": "5.4",
    "MEX-4-9": "16.6 16.10",
    "MEX-4-10": "6 14 15 16.6",
    "MEX-4-11": "16.10",
    "MEX-4-12": "16.4 16.6 16.10",
    "MEX-4-13": "16",
}
NO_TARGET = {"ECU-1-8", "GTM-4-19", "MEX-4-13"}
STATED = {
    ("CRI-4-3", "13"): "vinculado con los Objetivos de Desarrollo Sostenible N°13",
    ("CRI-4-3", "15"): "N°15: “Proteger, restablecer y promover el uso sostenible",
    ("CRI-4-9", "16"): "vinculado con el Objetivo de Desarrollo Sostenible N°16",
    ("HND-4-8", "16"): "specifically in Sustainable Development Goal number 16",
}


@cache
def graphs(kind: str) -> dict[str, Graph]:
    """By plan: the files of curated alignments (sdg), or of what OGP says (ogp)."""
    paths = sorted(DATA.glob(f"*/*-{kind}.ttl"))
    named = [path for path in paths if not path.stem.startswith("institutions")]
    return {p.stem.removesuffix(f"-{kind}"): Graph().parse(p, format="turtle") for p in named}


def last(node: Node | None) -> str:
    return str(node).rsplit("/", 1)[1]


def code(graph: Graph, alignment: Node) -> str:
    """The code of the target, or of the goal where there is none; both are the UN's."""
    target, goal = (graph.value(alignment, OGP[p]) for p in ("alignedTarget", "alignedGoal"))
    assert target is None or last(target).partition(".")[0] == last(goal), alignment
    said = target or goal
    assert said == URIRef(SDG + last(said)), alignment
    return last(said)


def languages(graph: Graph, node: Node, predicate: URIRef) -> Counter[str | None]:
    return Counter(o.language for o in graph.objects(node, predicate) if isinstance(o, Literal))


def order(code: str) -> tuple[int, int, int, str]:
    goal, _, rest = code.partition(".")
    return int(goal), 1 if rest.isalpha() else 0, int(rest) if rest.isdigit() else 0, rest


def test_which_goals_and_targets_were_curated() -> None:
    found: dict[str, list[str]] = {}
    for graph in graphs("sdg").values():
        for node in graph.subjects(OGP.noSdgTarget):
            found.setdefault(last(node), [])
        for node, alignment in graph.subject_objects(OGP.commitmentAlignment):
            found.setdefault(last(node), []).append(code(graph, alignment))
    assert {c: " ".join(sorted(found[c], key=order)) for c in found} == CURATED


def test_how_many_there_are() -> None:
    assert len(CURATED) == 70
    codes = Counter(code for codes in CURATED.values() for code in codes.split())
    assert codes.total() == 143
    assert sum(n for code, n in codes.items() if "." in code) == 135
    assert len({code.partition(".")[0] for code in codes}) == 15  # neither 7 nor 9


def test_what_is_said_of_no_target_is_said_where_there_is_none() -> None:
    for plan, graph in graphs("sdg").items():
        for name, codes in CURATED.items():
            node = URIRef(f"{BASE}id/commitment/{name}")
            if name.rpartition("-")[0] != plan:
                assert (node, None, None) not in graph, node
            else:
                why = languages(graph, node, OGP.noSdgTarget)
                assert why == ({"es": 1, "en": 1} if name in NO_TARGET else {}), node
                assert ("." in codes) == (name not in NO_TARGET), node


def test_every_curated_alignment_is_whole() -> None:
    seen = set()
    for plan, graph in graphs("sdg").items():
        own = URIRef(f"{BASE}graph/sdg/{plan}")
        assert (own, OGP.supplements, URIRef(f"{BASE}graph/plan/{plan}")) in graph
        for node, alignment in graph.subject_objects(OGP.commitmentAlignment):
            name, aligned = last(node), code(graph, alignment)
            assert str(alignment) == f"{BASE}id/alignment/{name}/{aligned}/curated"
            for predicate, value in (
                (OGP.alignmentMethod, METHOD.curated),
                (OGP.reviewState, REVIEW.accepted),
                (OGP.hasEvidence, URIRef(f"{BASE}id/evidence/{name}/sdg-{aligned}")),
                (PROV.wasAttributedTo, URIRef(f"{BASE}id/agent/ogpgraphCuration")),
            ):
                assert set(graph.objects(alignment, predicate)) == {value}, alignment
            assert languages(graph, alignment, OGP.rationale) == {"es": 1, "en": 1}, alignment
            assert graph.value(alignment, OGP.confidence) is None, alignment
            assert str(graph.value(alignment, PROV.generatedAtTime)) >= "2026-11-29", alignment
            seen.add(alignment)
        assert set(graph.subjects(RDF.type, OGP.SDGAlignment)) <= seen, plan
        assert len(set(graph.subjects(RDF.type, OGP.Evidence))) == sum(
            len(codes.split()) for c, codes in CURATED.items() if c.rpartition("-")[0] == plan
        )


def test_no_two_alignments_have_the_same_reason() -> None:
    """A reason is about one commitment and one target; one that fits two says too little."""
    reasons = Counter(
        text for graph in graphs("sdg").values() for text in graph.objects(None, OGP.rationale)
    )
    assert [text for text, n in reasons.items() if n > 1] == []


def test_what_texts_state_is_in_the_graph_of_its_source_and_nothing_else() -> None:
    found = {}
    for plan, graph in graphs("ogp").items():
        for node, alignment in graph.subject_objects(OGP.commitmentAlignment):
            assert last(node).startswith(plan)
            assert graph.value(alignment, OGP.alignmentMethod) == METHOD.statedInSource
            assert graph.value(alignment, OGP.alignedTarget) is None
            assert graph.value(alignment, OGP.confidence) is None
            evidence = graph.value(alignment, OGP.hasEvidence)
            source = graph.value(evidence, OA.hasSource)
            assert source == URIRef(f"{BASE}id/source/OGP-commitments-export")
            found[last(node), code(graph, alignment)] = str(graph.value(evidence, OGP.quote))
    assert found == STATED


def test_a_declared_number_of_goals_is_not_made_into_goals() -> None:
    """Ecuador's slides say 15, and not which."""
    merged = Graph()
    for path in DATA.glob("*/*.ttl"):
        merged.parse(path, format="turtle")
    assert [(last(s), str(o)) for s, o in merged.subject_objects(OGP.declaredSDGCount)] == [
        ("ECU-1", "15")
    ]
    assert (None, OGP.planAlignment, None) not in merged


def test_every_code_is_one_of_the_un() -> None:
    if not CODES.is_file():
        pytest.skip(f"shared folder absent: {CODES}")
    with CODES.open(encoding="utf-8", newline="") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    assert {code for codes in CURATED.values() for code in codes.split()} <= known

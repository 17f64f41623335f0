"""The table of the resolver, the graphs that we ship, and the facts shared say the same."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, SKOS, BNode, Graph, Literal, Namespace, URIRef

from ogpgraph.iris import Names
from ogpgraph.sdg import VOCABULARY, Code, Entry
from ogpgraph.sdg.labels import labels
from ogpgraph.sdg.vocabulary import INDICATOR_SCHEME, SDGIO, WIKIDATA
from ogpgraph.shipped import Shipped

REPO = Path(__file__).resolve().parents[2]
SHARED = REPO.parent / "shared" / "sdg"
NAMES = Names()
SDGO = Namespace("http://metadata.un.org/sdg/ontology#")
OGP = Namespace("https://w3id.org/ogpgraph/ns#")
UN_SCHEME = URIRef("http://metadata.un.org/sdg")
OUR_SCHEME = URIRef(NAMES.concept(INDICATOR_SCHEME, "").rstrip("/"))
WITHOUT_PERMANENT = ["2.2.3", "3.d.2", "4.1.2", "10.4.2", "10.7.3", "10.7.4", "13.2.2", "16.3.3"]
INDICATORS = [e for e in VOCABULARY.entries.values() if e.code.level == "indicator"]


@cache
def shipped(name: str) -> Graph:
    return Graph().parse(REPO / "ontology" / "schemes" / f"{name}.ttl")


def table(name: str) -> list[dict[str, str]]:
    if not SHARED.exists():
        pytest.skip(f"shared folder absent: {SHARED}")
    with (SHARED / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def node(entry: Entry) -> URIRef:
    return URIRef(entry.iri(NAMES))


def test_how_many_there_are() -> None:
    assert Counter(code.level for code in VOCABULARY.entries) == {
        "goal": 17,
        "target": 169,
        "indicator": 252,
    }
    assert len({entry.iri(NAMES) for entry in INDICATORS}) == 240
    assert len({entry.permanent for entry in INDICATORS if entry.permanent}) == 232
    assert [str(e.code) for e in INDICATORS if not e.permanent] == WITHOUT_PERMANENT


def test_nothing_is_minted_in_the_namespace_of_the_united_nations() -> None:
    for entry in VOCABULARY.entries.values():
        if str(entry.code) in WITHOUT_PERMANENT:
            assert entry.un_iri is None
            assert entry.iri(NAMES) == NAMES.concept("sdg-indicator", str(entry.code))
    subjects = {str(s) for s in shipped("sdg-indicator").subjects()}
    un = {iri for iri in subjects if iri.startswith(str(UN_SCHEME) + "/")}
    local = {iri.rsplit("/", 1)[1] for iri in un}
    targets = {str(code) for code in VOCABULARY.codes("target")}
    assert all(re.fullmatch(r"C\d{3}[\da-d]\d\d", each) for each in local - targets)


def test_the_table_is_of_the_graphs_that_we_ship() -> None:
    goals_and_targets, indicators = shipped("sdg"), shipped("sdg-indicator")
    for entry in VOCABULARY.entries.values():
        graph = indicators if entry.code.level == "indicator" else goals_and_targets
        kind = SDGO[entry.code.level.capitalize()]
        assert (node(entry), RDF.type, kind) in graph, entry
        for code in entry.codes:
            compact = Literal(str(code), datatype=SDGO.SDGCodeCompact)
            padded = Literal(code.padded, datatype=SDGO.SDGCode)
            assert {compact, padded} <= set(graph.objects(node(entry), SKOS.notation)), entry
        wanted = {URIRef(SDGIO + entry.sdgio)} if entry.sdgio else set()
        wanted |= {URIRef(WIKIDATA + entry.wikidata)} if entry.wikidata else set()
        assert set(graph.objects(node(entry), SKOS.exactMatch)) == wanted, entry
    known = {node(entry) for entry in VOCABULARY.entries.values()}
    for graph in (goals_and_targets, indicators):
        for kind in (SDGO.Goal, SDGO.Target, SDGO.Indicator):
            assert set(graph.subjects(RDF.type, kind)) <= known


def test_indicators_stand_below_targets_both_ways() -> None:
    graph = shipped("sdg-indicator")
    for entry in INDICATORS:
        targets = {node(VOCABULARY.entries[c.parent]) for c in entry.codes if c.parent}
        assert set(graph.objects(node(entry), SDGO.isIndicatorOf)) == targets, entry
        assert set(graph.objects(node(entry), SKOS.broader)) == targets, entry
        assert set(graph.subjects(SDGO.hasIndicator, node(entry))) == targets, entry
        assert set(graph.subjects(SKOS.narrower, node(entry))) == targets, entry
        schemes = {OUR_SCHEME, UN_SCHEME} if entry.permanent else {OUR_SCHEME}
        assert set(graph.objects(node(entry), SKOS.inScheme)) == schemes, entry
        permanent = Literal(entry.permanent, datatype=SDGO.SDGCodePerm)
        notations = set(graph.objects(node(entry), SKOS.notation))
        assert (permanent in notations) == bool(entry.permanent), entry
        assert len(notations) == 2 * len(entry.codes) + bool(entry.permanent), entry
    assert len(list(graph.subject_objects(SDGO.isIndicatorOf))) == 252


def test_ordinals_sort_indicators_by_their_first_code() -> None:
    graph = shipped("sdg-indicator")
    firsts = [entry for entry in INDICATORS if entry.first == entry.code]
    found = [int(str(graph.value(node(entry), OGP.ordinal))) for entry in firsts]
    assert found == sorted(set(found))
    assert len(found) == 240


def test_the_indicators_are_those_of_the_shared_table() -> None:
    rows = table("sdg_indicators.csv")
    assert {(row["code"], row["kos_iri"] or None, row["target"]) for row in rows} == {
        (str(e.code), e.un_iri, str(e.code.parent)) for e in INDICATORS
    }


def test_goals_and_targets_are_those_of_the_shared_table() -> None:
    rows = table("sdg_goals_targets.csv")
    found = {(row["code"], row["iri"], row["wikidata"]) for row in rows}
    assert found == {
        (str(e.code), e.un_iri, e.wikidata)
        for e in VOCABULARY.entries.values()
        if e.code.level != "indicator"
    }


def test_labels_of_indicators_are_short_and_our_own() -> None:
    def plain(text: str) -> str:
        return re.sub(r"\W+", " ", text).strip().casefold()

    official = {row["code"]: row for row in table("sdg_indicators.csv")}
    found = labels(Shipped.find(), NAMES)
    assert found.keys() == VOCABULARY.entries.keys()
    for entry in VOCABULARY.entries.values():
        assert set(found[entry.code]) == {"es", "en"}, entry
    for entry in INDICATORS:
        for language, text in found[entry.code].items():
            assert 2 <= len(text.split()) <= 10, (entry.code, text)
            for code in entry.codes:
                there = official[str(code)][f"label_{language}"]
                assert plain(text) != plain(there), (code, text)


def test_labels_are_unique_among_the_indicators_of_a_target() -> None:
    found = labels(Shipped.find(), NAMES)
    for target in VOCABULARY.codes("target"):
        for language in ("es", "en"):
            texts = [found[code][language] for code in VOCABULARY.below.get(target, ())]
            assert len(texts) == len(set(texts)), (target, texts)


def test_every_subject_of_the_shared_file_is_a_related_match_and_nothing_else_is() -> None:
    path = SHARED / "sdg-core-goals-targets.en-es.ttl"
    if not path.exists():
        pytest.skip(f"shared folder absent: {path}")
    theirs = set(Graph().parse(path).subject_objects(DCTERMS.subject))
    ours = set(shipped("sdg-subject").subject_objects(SKOS.relatedMatch))
    above = {node(VOCABULARY.entries[c]) for c in VOCABULARY.entries if c.level != "indicator"}
    assert len(theirs) == 192 + 112
    assert {pair for pair in ours if pair[0] in above} == theirs


def test_subjects_of_indicators_are_of_indicators_and_counted() -> None:
    known = {node(entry) for entry in VOCABULARY.entries.values()}
    by_level: Counter[tuple[str, str]] = Counter()
    for subject, match in shipped("sdg-subject").subject_objects(SKOS.relatedMatch):
        assert subject in known
        code = VOCABULARY.of_iri(str(subject), NAMES)
        assert code is not None
        found = re.match(
            r"http://(eurovoc\.europa\.eu|metadata\.un\.org/thesaurus)/\w+$", str(match)
        )
        assert found, match
        by_level[code.level, found[1].split(".")[0]] += 1
    assert by_level == {
        ("goal", "metadata"): 41,
        ("goal", "eurovoc"): 37,
        ("target", "metadata"): 151,
        ("target", "eurovoc"): 75,
        ("indicator", "metadata"): 137,
        ("indicator", "eurovoc"): 55,
    }


@pytest.mark.parametrize("name", ["sdg-indicator", "sdg-subject"])
def test_the_graphs_have_no_subjects_of_dublin_core_and_no_blank_nodes(name: str) -> None:
    graph = shipped(name)
    assert (None, DCTERMS.subject, None) not in graph
    assert not [t for t in graph if any(isinstance(term, BNode) for term in t)]
    own = URIRef(NAMES.graph(f"scheme/{name}"))
    assert (own, DCTERMS.source, UN_SCHEME) in graph
    assert "Joshi" in str(graph.value(own, DCTERMS.bibliographicCitation))


def test_an_iri_is_only_ours_as_the_graph_has_it() -> None:
    for wrong in ("16.06", "c160602", "C200303/", "10.4.2", "16.6.2", "ontology#Goal", ""):
        assert VOCABULARY.of_iri(f"http://metadata.un.org/sdg/{wrong}", NAMES) is None, wrong
    for wrong in ("16.6.2", "16", "10.04.02"):
        assert VOCABULARY.of_iri(NAMES.concept("sdg-indicator", wrong), NAMES) is None, wrong
    assert VOCABULARY.of_iri("http://metadata.un.org/sdg/C160602", NAMES) == Code(16, "6", 2)

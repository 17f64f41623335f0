"""The UN's own texts are taken in beside ours; its ontology is not; reasoning stays whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import owlrl
import pytest
from fastapi import FastAPI
from rdflib import RDF, VOID, Graph, URIRef

from ogpgraph.errors import BadInput
from ogpgraph.files import Document, read, triples
from ogpgraph.iris import Names
from ogpgraph.library import Library
from ogpgraph.loading import validate
from ogpgraph.report import Severity
from ogpgraph.sdg import VOCABULARY
from ogpgraph.sdg.official import GRAPH, OfficialTexts, adopted
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.vocab import PREF_LABEL, SDG
from ogpgraph.web.app import create_app

REPO = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).parent / "fixtures"
KOS, TRAP = FIXTURES / "kos.ttl", FIXTURES / "kos-ontology.ttl"
SHARED = REPO.parent / "shared" / "sdg" / "sdg-core-goals-targets.en-es.ttl"
NAMES = Names()
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")  # where owlrl puts findings
COMMITMENT = """
@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/ogpgraph/id/commitment/XXX-1-1> a ogp:Commitment ;
    dcterms:subject <http://eurovoc.europa.eu/4157> .
"""


def taken(path: Path) -> Document:
    return adopted(read(path, base=NAMES.base), NAMES)


def texts(document: Document) -> set[tuple[str, str, str | None]]:
    """(end of the IRI, text, language) of the official texts of a graph."""
    official = NAMES.term("officialText")
    return {
        (s.value.removeprefix(SDG), o.value, o.language)
        for s, p, o in triples(document.graph)
        if p.value == official
    }


def shared() -> Path:
    if not SHARED.exists():
        pytest.skip(f"shared folder absent: {SHARED}")
    return SHARED


def contradictions(*parts: Graph | Path) -> list[str]:
    graph = Graph()
    for part in parts:
        if isinstance(part, Path):
            graph.parse(part, format="turtle")
        else:
            graph += part
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return sorted(str(message) for message in graph.objects(None, ERROR))


def as_rdflib(document: Document) -> Graph:
    return Graph().parse(data=document.graph.to_bytes(), format="nt")


# --- what becomes of the file ----------------------------------------------------------------


def test_the_texts_become_official_texts_and_the_rest_is_left_out() -> None:
    document = taken(KOS)
    assert isinstance(document, OfficialTexts)
    assert texts(document) == {
        ("16", "The official goal, made up", "en"),
        ("16", "El objetivo oficial, inventado", "es"),
        ("16.6", "The official target, made up", "en"),
        ("16.6", "La meta oficial, inventada", "es"),
        ("12.3", "Una sola en español", "es"),
        ("C160602", "The official indicator, made up", "en"),
    }
    assert PREF_LABEL not in {p.value for _, p, _ in triples(document.graph)}
    lines = KOS.read_text(encoding="utf-8").splitlines()
    statement = next(line for line in document.graph.lines if "La meta oficial" in line)
    assert "La meta oficial" in lines[document.line_of[statement] - 1]


def test_what_was_taken_and_what_was_not_is_told() -> None:
    document = taken(KOS)
    assert isinstance(document, OfficialTexts)
    told = {note.severity: note for note in document.notes}
    assert told[Severity.INFO].messages["en"].startswith("6 official texts were taken")
    assert "12.3 has several texts in “en”" in told[Severity.WARNING].messages["en"]
    assert "12.3 tiene en este archivo varios textos" in told[Severity.WARNING].messages["es"]
    assert len(document.notes) == 2


def test_a_file_of_ours_is_left_as_it_is() -> None:
    for name in ("sdg", "sdg-indicator", "sdg-subject", "branch"):
        document = read(REPO / "ontology" / "schemes" / f"{name}.ttl", base=NAMES.base)
        assert adopted(document, NAMES) is document


def test_the_ontology_is_refused_with_the_reason() -> None:
    with pytest.raises(BadInput) as caught:
        taken(TRAP)
    assert "dcterms:subject" in caught.value.message
    assert "goals and targets" in caught.value.message
    assert str(TRAP) in caught.value.message


def test_every_text_of_the_shared_file_is_taken() -> None:
    document = taken(shared())
    assert isinstance(document, OfficialTexts)
    found = texts(document)
    codes = {str(code) for code in VOCABULARY.codes() if code.level != "indicator"}
    assert {(code, language) for code, _, language in found} == {
        (code, language) for code in codes for language in ("es", "en")
    }
    assert len(found) == 2 * 186
    assert [note.severity for note in document.notes] == [Severity.INFO]


# --- reasoning -------------------------------------------------------------------------------


def test_the_trap_makes_a_contradiction_and_our_way_makes_none() -> None:
    ontology = REPO / "ontology" / "ogp.ttl"
    commitment = Graph().parse(data=COMMITMENT, format="turtle")
    assert contradictions(ontology, commitment, KOS) == []  # the instances alone do no harm
    assert contradictions(ontology, commitment, KOS, TRAP)
    ours = REPO / "ontology" / "schemes" / "sdg-indicator.ttl"
    assert contradictions(ontology, commitment, ours, as_rdflib(taken(KOS))) == []


def test_the_shared_file_as_it_is_taken_is_consistent_with_the_ontology() -> None:
    official = as_rdflib(taken(shared()))
    schemes = [REPO / "ontology" / "schemes" / f"sdg{end}.ttl" for end in ("", "-subject")]
    commitment = Graph().parse(data=COMMITMENT, format="turtle")
    assert contradictions(REPO / "ontology" / "ogp.ttl", *schemes, commitment, official) == []


# --- published -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def loaded(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The shipped data, with the official texts of the small file."""
    home = shutil.copytree(filled_home, tmp_path_factory.mktemp("official") / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as opened:
        publication = opened.load([KOS], agent="a test")
        assert [version.graph for version in publication.versions] == [NAMES.graph(GRAPH)]
        assert [f.severity for f in publication.report.findings] == [
            Severity.WARNING,
            Severity.INFO,
        ]
        yield opened


@pytest.fixture(scope="module")
def asked(loaded: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    return client_of(create_app(loaded))


def test_it_can_be_validated_without_a_home(library: Library) -> None:
    report = validate(library, [KOS])
    assert report.conforms
    assert {f.severity for f in report.findings} == {Severity.WARNING, Severity.INFO}


def test_the_ontology_is_not_loaded(loaded: Service) -> None:
    before = loaded.sequence
    with pytest.raises(BadInput):
        loaded.load([TRAP], agent="a test")
    assert loaded.sequence == before


def test_our_label_stays_the_label(asked: httpx.Client) -> None:
    found = asked.get("/sdgs/16.6.json").json()
    assert found["label"]["en"] == "Institutions that are effective, accountable and transparent"
    assert found["officialText"] == {
        "en": "The official target, made up",
        "es": "La meta oficial, inventada",
    }
    listed = asked.get("/sdgs?goal=16&page_size=50", headers={"Accept": "application/json"}).json()
    assert all(isinstance(item["label"]["en"], str) for item in listed["items"])
    text = asked.get("/sdgs.csv?goal=16&lang=en").text
    assert text.count("Institutions that are effective") == 1


def test_void_counts_the_matches_as_linksets(asked: httpx.Client) -> None:
    described = Graph().parse(
        data=asked.get("/.well-known/void", headers={"Accept": "text/turtle"}).text
    )
    counts = {
        str(linkset).rsplit("#", 1)[1]: int(str(described.value(linkset, VOID.triples)))
        for linkset in described.subjects(RDF.type, VOID.Linkset)
    }
    assert counts["unbis.skos-relatedMatch"] == 41 + 151 + 137
    assert counts["eurovoc.skos-relatedMatch"] == 37 + 75 + 55
    assert counts["sdgio.skos-exactMatch"] == 17 + 169 + 232
    assert counts["wikidata.skos-exactMatch"] >= 17


@pytest.mark.parametrize(
    ("path", "language", "text"),
    [
        ("/sdgs/16.6", "es", "La meta oficial, inventada"),
        ("/sdgs/16.6", "en", "The official target, made up"),
        ("/sdgs/16", "es", "El objetivo oficial, inventado"),
        ("/sdgs/16.6.2", "es", "The official indicator, made up"),
    ],
)
def test_the_page_shows_it_as_such_with_its_source(
    asked: httpx.Client, path: str, language: str, text: str
) -> None:
    page = asked.get(f"{path}?lang={language}", headers={"Accept": "text/html"}).text
    head = {"es": "Texto oficial", "en": "Official text"}[language]
    section = page[page.index('id="official"') :].split("</section>")[0]
    assert head in section
    assert text in section
    assert "metadata.un.org/sdg" in section
    assert page.count(text) == 1


def test_the_targets_of_a_goal_stand_before_the_long_list_of_what_serves_it(
    asked: httpx.Client,
) -> None:
    page = asked.get("/sdgs/16?lang=en", headers={"Accept": "text/html"}).text
    assert page.index('id="official"') < page.index('id="targets"') < page.index('id="served"')


def test_where_it_is_not_loaded_the_page_says_where_it_is(asked: httpx.Client) -> None:
    page = asked.get("/sdgs/16.7?lang=en", headers={"Accept": "text/html"}).text
    section = page[page.index('id="official"') :].split("</section>")[0]
    assert "The official text is not loaded here" in section
    assert 'href="http://metadata.un.org/sdg/16.7"' in section

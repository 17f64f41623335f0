"""The pages of ontology, shapes and code lists: complete, and true of the data."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from ogpgraph.files import triples
from ogpgraph.library import Library
from ogpgraph.service import Service
from ogpgraph.shapes import ShapeIndex
from ogpgraph.store.base import rows
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE
from ogpgraph.web.texts import CONSTRAINTS

HTML = {"Accept": "text/html"}
SH = EXTERNAL_PREFIXES["sh"]


def article(page: str, name: str) -> str:
    found = re.search(
        rf'<article class="term" id="{re.escape(name)}".*?</article>', page, re.DOTALL
    )
    assert found, name
    return html.unescape(re.sub(r"<[^>]*>", " ", found[0]))


@pytest.mark.parametrize(
    "path", ["/ontology", "/shapes", "/schemes", "/schemes/sdg", "/schemes/branch"]
)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_page_is_whole(client: httpx.Client, path: str, language: str) -> None:
    answer = client.get(f"{path}?lang={language}", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert answer.text.count("<h1") == 1
    assert re.findall(r">\s*None\s*<", answer.text) == []
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    names = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', answer.text)) <= set(names)
    again = client.get(
        f"{path}?lang={language}", headers={**HTML, "If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_links_between_the_pages_meet_anchors(client: httpx.Client) -> None:
    pages = {path: client.get(path, headers=HTML).text for path in ("/ontology", "/shapes")}
    for page in pages.values():
        for path, anchor in re.findall(r'href="(/ontology|/shapes)#([^"]*)"', page):
            assert f'id="{anchor}"' in pages[path], (path, anchor)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_class_and_property_has_its_article(
    client: httpx.Client, library: Library, language: str
) -> None:
    page = client.get(f"/ontology?lang={language}", headers=HTML).text
    terms = [*library.ontology.classes(), *library.ontology.properties()]
    assert len(terms) > 150
    for term in terms:
        shown = " ".join(article(page, term.iri.rpartition("#")[2]).split())
        assert term.labels[language] in shown
        assert " ".join(term.definitions[language].split()) in shown


def test_counts_are_those_of_the_data(client: httpx.Client, service: Service) -> None:
    page = client.get("/ontology?lang=en", headers=HTML).text
    for name in ("Commitment", "ActionPlan", "PublicInstitution"):
        text = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{service.names.term(name)}> }}"
        (row,) = rows(service.store.query(text, timeout=10))
        assert re.search(rf"things in the data\s+{row['n'].value}\s", article(page, name)), name
    text = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s <{service.names.term('hasCommitment')}> ?o }}"
    (row,) = rows(service.store.query(text, timeout=10))
    shown = article(page, "hasCommitment")
    assert re.search(rf"statements in the data\s+{row['n'].value}\s", shown)
    assert "Example" in shown


def test_every_shape_has_its_article_in_one_group(client: httpx.Client, library: Library) -> None:
    page = client.get("/shapes?lang=en", headers=HTML).text
    kinds = {f"{SH}NodeShape", f"{SH}PropertyShape"}
    named = {
        t.subject.value
        for t in triples(library.shapes)
        if t.predicate.value == RDF_TYPE and t.object.value in kinds and "#" in t.subject.value
    }
    assert len(named) > 400
    assert {one.iri for one in library.shape_index.all()} == named
    for shape in library.shape_index.all():
        shown = " ".join(article(page, shape.local).split())
        assert shape.messages["en"].split()[0] in shown
        severity = {"violation": "blocks publishing", "warning": "only reported"}[shape.severity]
        assert severity in shown
    for check in library.checks:
        assert " ".join(check.messages["en"].split()) in " ".join(
            article(page, f"check-{check.name}").split()
        )
    sections = [page.index(f'id="group-{name}"') for name in library_groups()]
    assert sections == sorted(sections)


def library_groups() -> list[str]:
    return ["must", "should", "codelists", "references", "checks"]


def test_what_is_demanded_reads_as_a_sentence(client: httpx.Client) -> None:
    text = client.get("/shapes?lang=es", headers=HTML).text
    said = " ".join(re.sub(r"<[^>]*>", "", text).split())
    assert "un solo texto por lengua" in said
    assert "lengua: true" not in said
    assert "tiene esta forma (expresión regular): " in said


def test_every_constraint_is_said_in_words(library: Library) -> None:
    used = {demand.name for shape in library.shape_index.all() for demand in shape.demands}
    assert len(used) > 15
    assert used <= set(CONSTRAINTS)


def test_what_a_shape_demands_is_read_from_it(library: Library) -> None:
    index: ShapeIndex = library.shape_index
    shapes = {shape.local: shape for shape in index.all()}
    country = shapes["ActionPlan-country"]
    assert {d.name: [v.value for v in d.values] for d in country.demands} == {
        "minCount": ["1"],
        "maxCount": ["1"],
    }
    assert country.path == library.names.term("country")
    either = next(d for d in shapes["ActionPlan-startDate"].demands if d.name == "or")
    assert [one.local for one in either.shapes] == ["YearValue", "MonthValue", "DayValue"]
    assert "ActionPlan" in {one.local for one in index.on_class(library.names.term("ActionPlan"))}
    found = {one.local for one in index.on_property(library.names.term("country"))}
    assert "ActionPlan-country" in found
    assert {shape.severity for shape in index.groups["should"]} == {"warning"}


def test_a_code_list_shows_its_hierarchy_and_uses(client: httpx.Client, service: Service) -> None:
    page = client.get("/schemes/branch?lang=en", headers=HTML).text
    above, within = page.index('id="classicPowers"'), page.index('id="judicial"')
    assert above < within < page.index('id="otherOrgans"')
    judicial = service.names.concept("branch", "judicial")
    skos = EXTERNAL_PREFIXES["skos"]
    text = (
        f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s ?p <{judicial}> "
        f'FILTER (!STRSTARTS(STR(?p), "{skos}")) }}'
    )
    graphs = service.names.shown_graphs
    (row,) = rows(service.store.query(text, timeout=10, default_graphs=graphs))
    shown = re.search(r'id="judicial".*?(\d+) things in the data', page, re.DOTALL)
    assert shown
    assert shown[1] == row["n"].value
    assert int(shown[1]) > 0


def test_goals_and_targets_stand_in_the_order_of_their_codes(client: httpx.Client) -> None:
    page = client.get("/schemes/sdg", headers=HTML).text
    places = [
        page.index(f'<li class="concept" id="{code}"')
        for code in ("2", "10", "16", "16.1", "16.6", "16.10", "16.a")
    ]
    assert places == sorted(places)


def test_the_code_lists_are_listed(client: httpx.Client) -> None:
    found = client.get("/schemes").json()["items"]
    names = {one["name"] for one in found}
    assert {"branch", "sdg", "policy-area"} <= names
    page = client.get("/schemes", headers=HTML).text
    for name in names:
        assert f'href="/schemes/{name}"' in page
        assert client.get(f"/schemes/{name}", headers=HTML).status_code == 200


@pytest.mark.parametrize("name", ["none", "..%2Fx", "BRANCH", "branch<script>"])
def test_a_code_list_that_is_not_there(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/schemes/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    page = client.get(f"/schemes/{name}", headers=HTML)
    assert page.status_code == 404
    assert "<script" not in page.text

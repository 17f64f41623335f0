"""Dereferencing: an IRI of ours leads in one hop to the document about it."""

from __future__ import annotations

import re

import httpx
import pytest

THINGS = {
    "/id/plan/CRI-4": "/plans/CRI-4",
    "/id/commitment/CRI-4-9": "/commitments/CRI-4-9",
    "/id/institution/CRI-asamblea-legislativa": "/institutions/CRI-asamblea-legislativa",
    "/id/country/HND": "/countries/HND",
    "/id/milestone/ECU-1-2-1": "/milestones/ECU-1-2-1",
    "/id/evidence/CRI-4-9/text": "/things/id/evidence/CRI-4-9/text",
    "/id/source/CRI-4": "/things/id/source/CRI-4",
    "/scheme/branch/judicial": "/branches/judicial",
    "/scheme/policy-area/openData": "/policy-areas/openData",
    "/scheme/basis/curated": "/things/scheme/basis/curated",
    "/graph/plan/CRI-4": "/things/graph/plan/CRI-4",
    "/ns": "/ontology",
}
UNKNOWN = [
    "/id/plan/none",
    "/id/plan/",
    "/id/plan",
    "/id/",
    "/id/nothing/x",
    "/scheme/branch/none",
    "/scheme/none",
    "/graph/none",
    "/graph/plan/CRI-4/x",
    "/.well-known/genid/none/c14n0",
    "/id/plan/..%2f..%2fetc",
    "/id/plan/CRI-4%20",
    "/id/plan/CRI-4%3E",
    "/id/plan/%00",
    "/id/plan/%0d%0aSet-Cookie:x",
]


@pytest.mark.parametrize(("path", "document"), THINGS.items())
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_iri_leads_by_303_in_one_hop(
    client: httpx.Client, method: str, path: str, document: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 303
    assert answer.headers["location"] == document
    assert {"accept", "accept-language"} <= set(answer.headers["vary"].lower().split(", "))
    assert client.request(method, answer.headers["location"]).status_code == 200


@pytest.mark.parametrize("accept", ["text/turtle", "text/html", "application/ld+json"])
def test_the_document_is_in_the_form_asked_for(client: httpx.Client, accept: str) -> None:
    answer = client.get("/id/plan/CRI-4", headers={"Accept": accept})
    document = client.get(answer.headers["location"], headers={"Accept": accept})
    assert document.headers["content-type"].partition(";")[0] == accept
    assert "CRI-4" in document.text


def test_the_document_says_of_the_thing_what_the_iri_promised(client: httpx.Client) -> None:
    document = client.get(client.get("/id/commitment/CRI-4-9").headers["location"])
    assert document.json()["id"] == "https://w3id.org/ogpgraph/id/commitment/CRI-4-9"


def test_parameters_go_along(client: httpx.Client) -> None:
    answer = client.get("/id/plan/CRI-4?lang=es")
    assert answer.headers["location"] == "/plans/CRI-4?lang=es"


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_iri_that_nothing_is_said_of_is_404(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in ({400, 404} if "%" in path else {404})
    assert answer.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in answer.headers


def test_a_scheme_itself_is_described(client: httpx.Client) -> None:
    answer = client.get("/scheme/branch")
    assert answer.status_code == 303
    assert client.get(answer.headers["location"]).status_code == 200


def test_a_figure_says_what_it_is_counted_in(client: httpx.Client) -> None:
    page = client.get("/plans/MEX-4?lang=es", headers={"Accept": "text/html"}).text
    figures = page[page.index('class="figures"') :].split("</dl>")[0]
    assert "(meses)" in figures  # eight of what
    page = client.get("/plans/MEX-4?lang=en", headers={"Accept": "text/html"}).text
    assert "(months)" in page


def test_one_commitment_is_not_some_commitments(client: httpx.Client) -> None:
    page = client.get("/?lang=en", headers={"Accept": "text/html"}).text
    assert '>1<span class="hidden"> commitment</span>' in page
    assert '>1<span class="hidden"> commitments' not in page
    assert '>19<span class="hidden"> commitments</span>' in page


@pytest.mark.parametrize(
    ("path", "spanish", "english"),
    [
        (
            "/alignments/HND-4-19/4.7/curated",
            "ODS 4.7 · HND-4-19 (por curaduría)",
            "SDG 4.7 · HND-4-19 (curated)",
        ),
        (
            "/things/id/evidence/CRI-4/claim/total",
            "Evidencia del plan de acción CRI-4 (Total de compromisos)",
            "Evidence for action plan CRI-4 (Total of commitments)",
        ),
        (
            "/things/id/evidence/CRI-4-1/text",
            "Evidencia del compromiso CRI-4-1 (líneas 25–27)",
            "Evidence for commitment CRI-4-1 (lines 25–27)",
        ),
    ],
)
def test_the_title_of_what_has_no_label_is_in_the_words_of_the_page(
    client: httpx.Client, path: str, spanish: str, english: str
) -> None:
    for language, title in (("es", spanish), ("en", english)):
        page = client.get(path, params={"lang": language}, headers={"Accept": "text/html"}).text
        assert f"<h1><bdi>{title}</bdi></h1>" in page


def test_no_alignment_in_the_list_is_called_by_a_word_of_programs(client: httpx.Client) -> None:
    for language, sign in (("es", "ODS"), ("en", "SDG")):
        page = client.get(
            "/alignments",
            params={"lang": language, "page_size": 200},
            headers={"Accept": "text/html"},
        ).text
        titles = re.findall(r'<p class="entry"><a [^>]+><bdi>([^<]+)</bdi>', page)
        assert len(titles) == 147
        words = re.compile(rf"{sign} [0-9.a-z]+ · [A-Z]{{3}}-\d+-\d+ \((.+)\)")
        methods = {found[1] for title in titles if (found := words.fullmatch(title))}
        assert methods == (
            {"por curaduría", "dicho en la fuente"}
            if language == "es"
            else {"curated", "stated in the source"}
        )
        assert all(words.fullmatch(title) for title in titles)


@pytest.mark.parametrize(
    ("path", "full", "empty"),
    [
        ("/plans/MEX-4", {"Compromisos": 13}, {"Hitos", "Números no listados"}),
        ("/plans/GTM-4", {"Compromisos": 21, "Números no listados": 3}, set()),
        (
            "/countries/MEX",
            {"Planes de acción": 1, "Compromisos": 13},
            {"Hitos", "Instituciones", "Números no listados"},
        ),
    ],
)
def test_see_also_leads_to_no_empty_list_and_counts_the_others(
    client: httpx.Client, path: str, full: dict[str, int], empty: set[str]
) -> None:
    accept = {"Accept": "text/html"}
    page = client.get(path, params={"lang": "es"}, headers=accept).text
    aside = page.partition("<h2>Ver también</h2>")[2].partition("</ul>")[0]
    links = re.findall(r'<a href="([^"]+)">([^<]+)</a> <span class="count">(\d+)</span>', aside)
    assert len(links) == aside.count("<li>") > 0
    told = {title: int(count) for _, title, count in links}
    assert told.items() >= full.items()
    assert not empty & told.keys()
    for href, _, count in links:
        there = client.get(href.replace("&amp;", "&"), headers=accept).text
        assert f"<strong>{count}</strong> en total" in there

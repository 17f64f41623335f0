"""Errors as pages: for whoever asks for a page before all else, and for nobody else."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.formats import PROBLEM
from ogpgraph.service import Service
from ogpgraph.web.app import create_app

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PEOPLE = [CHROME, FIREFOX, "text/html", "application/xhtml+xml"]
PROGRAMS = [
    None,
    "*/*",
    "application/json",
    "text/turtle",
    "text/html, application/problem+json",
    "application/json, text/html",
    "text/html;q=0.9, application/json",
    "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1",
    "text/*",
    "text/html;q=0",
    f"text/html{' ' * 5_000}",
]
ERRORS = {
    "/nowhere": 404,
    "/commitments/XXX-1": 404,
    "/commitments?country=XXX": 400,
    "/commitments?contry=HND": 400,
    "/commitments.csv?contry=HND": 400,
    "/search?q=x&kind=none": 400,
    "/queries/none": 404,
    "/versions/999999": 404,
    "/stats?country=XXX": 400,
    "/sparql?query=SELECT": 400,
    "/sparql?query=ASK%7B%7D&timeout=x": 400,
    "/plans?lang=fr": 400,
    "/plans?a=%ff": 400,
}


def asked(
    client: httpx.Client, path: str, accept: str | None, language: str = "es"
) -> httpx.Response:
    headers = {"Accept-Language": language}
    if accept is not None:
        headers["Accept"] = accept
    return client.get(path, headers=headers)


def shown(text: str) -> str:
    """What is read on a page."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


@pytest.mark.parametrize("accept", PEOPLE)
@pytest.mark.parametrize("path", ERRORS)
def test_people_get_a_page(client: httpx.Client, path: str, accept: str) -> None:
    answer = asked(client, path, accept)
    assert answer.status_code == ERRORS[path]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == "es"
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert {"Accept", "Accept-Language"} <= set(answer.headers["vary"].split(", "))
    assert '<html lang="es">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize("accept", PROGRAMS)
@pytest.mark.parametrize("path", ["/nowhere", "/commitments?country=XXX", "/sparql?query=SELECT"])
def test_programs_get_a_problem_document(
    client: httpx.Client, path: str, accept: str | None
) -> None:
    answer = asked(client, path, accept)
    assert answer.status_code in {ERRORS[path], 400, 406}  # of Accept, which may be read first
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("path", ERRORS)
def test_the_page_tells_what_the_document_tells(client: httpx.Client, path: str) -> None:
    document = asked(client, path, None).json()
    for language in ("es", "en"):
        page = shown(asked(client, path, "text/html", language).text)
        assert document["detail"] in page
        for value in document.get("known", ()):
            assert value in page


def test_the_page_leads_on_without_what_is_wrong(client: httpx.Client) -> None:
    text = asked(client, "/commitments?country=XXX&branch=judicial&lang=en", "text/html").text
    assert 'href="/commitments?branch=judicial&amp;lang=en"' in text
    again = asked(client, "/commitments?branch=judicial&lang=en", "text/html")
    assert again.status_code == 200
    assert (
        'href="/commitments?lang=es"' in asked(client, "/commitments/X?lang=es", "text/html").text
    )


@pytest.mark.parametrize("path", ["//evil.example/x", "/%5Cevil.example", "/%2F%2Fevil.example"])
def test_no_link_of_it_leads_to_another_host(client: httpx.Client, path: str) -> None:
    url = httpx.URL(f"http://localhost{path}") if path.startswith("/%") else None
    request = client.build_request("GET", url or "/", headers={"Accept": "text/html"})
    if url is None:
        request.url = request.url.copy_with(raw_path=path.encode())
    answer = client.send(request)
    assert answer.status_code == 404
    for href in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text):
        assert re.match(r"/(?![/\\])|#", href), href


def test_markup_and_marks_in_what_came_are_shown_as_they_are(client: httpx.Client) -> None:
    bad = "<script>alert(1)</script>\u202e"
    answer = client.get("/commitments", params={"country": bad}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "<script" not in answer.text
    assert "⟨U+202E⟩" in answer.text
    long = client.get("/commitments", params={"country": "x" * 6_000, "lang": "en"}).text
    assert len(long) < 60_000


# --- /sparql -------------------------------------------------------------------------------------

BROKEN = "SELECT ?s WHERE {\n  ?s ?p\n}"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_that_fails_stands_in_the_form_again(client: httpx.Client, method: str) -> None:
    sent = {"params": {"query": BROKEN}} if method == "GET" else {"data": {"query": BROKEN}}
    answer = client.request(method, "/sparql", headers={"Accept": CHROME}, **sent)
    document = client.request(method, "/sparql", **sent).json()
    assert answer.status_code == document["status"] == 400
    (box,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
    assert html.unescape(box) == BROKEN
    assert document["detail"] in html.unescape(answer.text)
    assert f"Line {document['line']}" in answer.text
    (line,) = re.findall(r"\n(.*)<mark>(.*)</mark>(.*)\n *\^", answer.text)
    assert html.unescape("".join(line)) == BROKEN.split("\n")[document["line"] - 1]
    assert len(html.unescape(line[0])) == document["column"] - 1


def test_a_query_that_may_not_be_asked_stands_in_the_form_again(client: httpx.Client) -> None:
    text = "ASK { SERVICE <https://example.org/> { ?s ?p ?o } }"
    headers = {"Accept": CHROME, "Accept-Language": "es"}
    answer = client.get("/sparql", params={"query": text}, headers=headers)
    assert answer.status_code == 403
    assert "SERVICE no está permitido." in answer.text
    assert html.escape(text, quote=False) in answer.text


# --- what fails inside ---------------------------------------------------------------------------


class Secret(Exception):
    """What a bug raises."""


def test_a_bug_has_a_page_that_tells_nothing_of_it(
    service: Service, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    app = create_app(service)

    @app.get("/fail")
    def fail() -> None:
        raise Secret("/etc/secret line 7")

    answer = asked(client_of(app), "/fail", CHROME)
    assert answer.status_code == 500
    assert "Algo falló aquí" in answer.text
    assert "secret" not in answer.text


def test_where_even_the_page_fails_the_document_is_sent(
    service: Service,
    client_of: Callable[[FastAPI], httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> str:
        raise Secret("/etc/secret line 7")

    monkeypatch.setattr("ogpgraph.web.problem_page.drawn", broken)
    answer = asked(client_of(create_app(service)), "/nowhere", CHROME)
    assert answer.status_code == 404
    assert json.loads(answer.text)["status"] == 404
    assert "secret" not in answer.text

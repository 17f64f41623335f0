"""The page at `/sparql`, without and with the editor's script; the parameter `accept`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.web.app import create_app
from ogpgraph.web.bundle import Bundle
from ogpgraph.web.envelope import HEADERS, HEADERS_SCRIPTED

ACCEPT = {"Accept": "text/html"}
PLANS = "SELECT ?p WHERE { ?p a <https://w3id.org/ogpgraph/ns#ActionPlan> } ORDER BY ?p"
BUNDLE = Bundle("/static/editor/editor.js?v=1", "/static/editor/editor.css?v=2", "12")
POLICY = b"content-security-policy"


def app_with(service: Service, editor: Bundle | None) -> FastAPI:
    app = create_app(service)
    app.state.editor = editor  # whatever is built where the tests run
    return app


@pytest.fixture(scope="module")
def plain(service: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    return client_of(app_with(service, None))


@pytest.fixture(scope="module")
def scripted(service: Service, client_of: Callable[[FastAPI], httpx.Client]) -> httpx.Client:
    return client_of(app_with(service, BUNDLE))


def page(client: httpx.Client, query: str, **more: str) -> str:
    answer = client.get("/sparql", params={"query": query, **more}, headers=ACCEPT)
    assert answer.status_code == 200, answer.text
    return answer.text


def links(text: str) -> dict[str, str]:
    """Of the downloads: media type -> address."""
    found = re.findall(r'<a href="([^"]+)" type="([^"]+)" download="[^"]+">', text)
    return {kind: html.unescape(href) for href, kind in found}


# --- the editor's script -------------------------------------------------------------------------


def test_without_the_editor_there_is_no_script_and_a_line_says_how_to_get_it(
    plain: httpx.Client,
) -> None:
    answer = plain.get("/sparql", headers=ACCEPT)
    assert "<script" not in answer.text
    assert "data-editor" not in answer.text
    assert "make web" in answer.text
    assert answer.headers[POLICY.decode()] == dict(HEADERS)[POLICY].decode()


def test_with_the_editor_the_same_form_is_there_and_one_script(scripted: httpx.Client) -> None:
    text = scripted.get("/sparql", headers=ACCEPT).text
    assert re.findall(r"<script[^>]*>", text) == [
        '<script type="module" src="/static/editor/editor.js?v=1">'
    ]
    assert '<textarea id="query"' in text
    assert "make web" not in text
    told = re.search(r'data-editor="([^"]*)"', text)
    assert told
    settings = json.loads(html.unescape(told[1]))
    assert settings["prefixes"]["ogp"] == "https://w3id.org/ogpgraph/ns#"
    assert settings["words"]["run"] == "Run"


def test_the_script_s_words_are_in_the_language_of_the_page(scripted: httpx.Client) -> None:
    text = scripted.get("/sparql?lang=es", headers=ACCEPT).text
    told = re.search(r'data-editor="([^"]*)"', text)
    assert told
    assert json.loads(html.unescape(told[1]))["words"]["table"]["next"] == "Siguientes"


def test_only_the_page_of_the_editor_may_run_a_script_and_only_ours(scripted: httpx.Client) -> None:
    allowed = dict(HEADERS_SCRIPTED)[POLICY].decode()
    assert "script-src 'self'" in allowed
    assert "connect-src 'self'" in allowed
    assert "unsafe" not in allowed
    first = scripted.get("/sparql", headers=ACCEPT)
    same = scripted.get("/sparql", headers={**ACCEPT, "If-None-Match": first.headers["etag"]})
    assert (first.status_code, same.status_code) == (200, 304)
    posted = scripted.post("/sparql", data={"query": "ASK {}"}, headers=ACCEPT)
    for answer in (first, same, posted):
        assert answer.headers.get_list(POLICY.decode()) == [allowed]
    for path in ("/", "/plans", "/queries", "/static/style.css", "/nothing"):
        found = scripted.get(path, headers=ACCEPT).headers.get_list(POLICY.decode())
        assert found == [dict(HEADERS)[POLICY].decode()]


@pytest.mark.parametrize("path", ["/sparql", f"/sparql?query={quote(PLANS)}"])
def test_a_page_kept_by_a_browser_is_not_that_of_another_editor(
    plain: httpx.Client, scripted: httpx.Client, path: str
) -> None:
    tag = plain.get(path, headers=ACCEPT).headers["etag"]
    assert plain.get(path, headers={**ACCEPT, "If-None-Match": tag}).status_code == 304
    assert scripted.get(path, headers={**ACCEPT, "If-None-Match": tag}).status_code == 200


def test_half_a_bundle_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "editor"
    folder.mkdir()
    (folder / "editor.js").write_text("1")
    assert Bundle.found(tmp_path) is None
    (folder / "editor.css").write_text("a{}")
    found = Bundle.found(tmp_path)
    assert found is not None
    (folder / "editor.js").write_text("2")
    changed = Bundle.found(tmp_path)
    assert changed is not None
    assert changed.script != found.script
    assert changed.style == found.style
    assert changed.digest != found.digest


# --- the answer ----------------------------------------------------------------------------------


def test_things_of_ours_have_prefixed_names_and_links_to_their_pages(plain: httpx.Client) -> None:
    text = page(plain, PLANS)
    for name in ("CRI-4", "ECU-1", "GTM-4", "HND-4", "MEX-4"):
        assert re.search(rf'<a href="/plans/{name}"><bdi>plan:{name}</bdi></a>', text)
    assert "<span data-count>5 rows.</span>" in text


def test_literals_say_their_language_and_datatype(plain: httpx.Client) -> None:
    query = 'SELECT ("casa"@es AS ?a) ("2020"^^<http://www.w3.org/2001/XMLSchema#gYear> AS ?b) (7 AS ?c) {}'
    cells = re.findall(r"<td>(.*?)</td>", page(plain, query))
    assert [re.sub(r"<[^>]+>", "", cell) for cell in cells] == [
        "casa @es",
        "2020 xsd:gYear",
        "7",
    ]
    assert '<bdi lang="es">' in cells[0]


def test_triples_are_a_table_too(plain: httpx.Client) -> None:
    text = page(plain, "CONSTRUCT WHERE { ?p a <https://w3id.org/ogpgraph/ns#ActionPlan> }")
    assert "5 triples." in text
    assert text.count("<bdi>ogp:ActionPlan</bdi>") == 5
    assert set(links(text)) == {
        "text/turtle",
        "application/n-triples",
        "application/ld+json",
        "application/rdf+xml",
    }


def test_blank_nodes_are_told_as_such(plain: httpx.Client) -> None:
    assert re.search(r"<bdi>_:\w+</bdi>", page(plain, "SELECT (BNODE() AS ?x) {}"))


def test_a_thousand_rows_are_shown_and_all_are_counted(plain: httpx.Client) -> None:
    text = page(plain, "SELECT * { ?s ?p ?o } LIMIT 1500")
    assert "1500 rows." in text
    assert text.count("<tr>") == 1001
    text = page(plain, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1500")
    assert text.count("<tr>") == 1001


def test_a_long_value_is_cut_and_says_so(plain: httpx.Client) -> None:
    text = page(plain, f'SELECT ("{"x" * 3000}" AS ?x) {{}}')
    table = text[text.index("<table") :]
    assert max(map(len, re.findall(r"x+", table[: table.index("</table>")]))) == 2000
    assert "goes on in the raw answer" in table


def test_no_rows_are_told(plain: httpx.Client) -> None:
    assert "No rows." in page(plain, "SELECT * { <urn:a:b> ?p ?o }")


@pytest.mark.parametrize("query", [PLANS, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3"])
def test_each_download_is_of_the_type_that_it_says(plain: httpx.Client, query: str) -> None:
    found = links(page(plain, query))
    assert len(found) >= 2
    for media_type, href in found.items():
        answer = plain.get(href, headers=ACCEPT)
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type


def test_what_is_too_long_for_a_link_is_downloaded_by_a_form(plain: httpx.Client) -> None:
    query = f"{PLANS} # {'á' * 12_000}"  # over 64 KiB in an address, under it as it is
    text = plain.post("/sparql", data={"query": query}, headers=ACCEPT).text
    assert not links(text)
    assert '<form class="downloads" action="/sparql" method="post">' in text
    assert '<button class="quiet" name="accept" value="text/csv">CSV</button>' in text
    sent = plain.post("/sparql", data={"query": query, "accept": "text/csv"}, headers=ACCEPT)
    assert sent.headers["content-type"] == "text/csv; charset=utf-8"


def test_the_graphs_that_were_asked_stay(plain: httpx.Client) -> None:
    graph = "https://w3id.org/ogpgraph/graph/asserted"
    text = page(plain, PLANS, **{"default-graph-uri": graph})
    assert f'<input type="hidden" name="default-graph-uri" value="{graph}">' in text
    assert all(quote(graph, safe="") in href for href in links(text).values())


def test_every_stored_query_is_an_example_under_one_heading(
    plain: httpx.Client, service: Service
) -> None:
    text = plain.get("/sparql", headers=ACCEPT).text
    found = re.findall(r'data-example="([^"]+)"', text)
    assert sorted(found) == sorted(service.library.queries)
    assert text.count("<h3>") >= 5


# --- the parameter -------------------------------------------------------------------------------


def test_accept_stands_in_place_of_the_header(plain: httpx.Client) -> None:
    for method, data in (("GET", "params"), ("POST", "data")):
        asked = {data: {"query": PLANS, "accept": "text/csv"}}
        answer = plain.request(method, "/sparql", headers=ACCEPT, **asked)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.text.startswith("p\r\n")


def test_a_form_that_leaves_its_fields_empty_says_nothing(plain: httpx.Client) -> None:
    asked = {"query": PLANS, "accept": "", "timeout": ""}
    answer = plain.get("/sparql", params=asked, headers=ACCEPT)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


def test_accept_that_does_not_fit_is_406_with_what_does(plain: httpx.Client) -> None:
    answer = plain.get("/sparql", params={"query": PLANS, "accept": "text/turtle"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["offers"]


def test_accept_twice_is_400(plain: httpx.Client) -> None:
    answer = plain.get(f"/sparql?query={quote(PLANS)}&accept=text/csv&accept=text/html")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "accept"

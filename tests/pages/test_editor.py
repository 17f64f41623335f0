"""The query editor in a browser: written, completed, run, shared; and the form without it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from ogpgraph import web
from ogpgraph.web.bundle import Bundle

from .conftest import Tab

STATIC = Path(web.__file__).parent / "static"
COUNT = "SELECT (COUNT(?p) AS ?n) WHERE { ?p a <https://w3id.org/ogpgraph/ns#ActionPlan> }"
PLANS = "SELECT ?p WHERE { ?p a <https://w3id.org/ogpgraph/ns#ActionPlan> } ORDER BY ?p"
MANY = "SELECT ?s ?p WHERE { ?s ?p ?o } LIMIT 120"
BOX = "#query-editor"

built = pytest.mark.skipif(
    Bundle.found(STATIC) is None, reason="the editor is not built here (make web)"
)


def opened(page: Page, address: str = "/sparql") -> Page:
    """The page with the editor in its place."""
    page.goto(address)
    expect(page.locator(".editor .CodeMirror")).to_be_visible()
    expect(page.locator("#query")).to_be_hidden()
    return page


def written(page: Page, text: str) -> None:
    """Take the place of what is in the editor, by keyboard."""
    page.locator(BOX).focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def query_of(page: Page) -> str:
    """What would be sent."""
    value = page.evaluate("document.querySelector('textarea[name=query]').value")
    assert isinstance(value, str)
    return value


def asked(query: str) -> str:
    return f"/sparql?query={quote(query, safe='')}"


# --- with the editor -----------------------------------------------------------------------------


@built
def test_a_query_is_written_and_run_by_keyboard_and_its_table_links_to_our_pages(
    page: Page,
) -> None:
    opened(page)
    written(page, PLANS)
    page.keyboard.press("Control+Enter")
    table = page.locator("table.results")
    expect(table.locator("tbody tr")).to_have_count(5)
    expect(table.get_by_role("link", name="plan:CRI-4")).to_have_attribute("href", "/plans/CRI-4")
    expect(page.locator("#status")).to_contain_text("5 rows.")
    assert parse_qs(urlsplit(page.url).query) == {"query": [PLANS]}
    assert page.title().startswith("Result")


@built
def test_completion_offers_our_properties_and_declares_their_prefix(page: Page) -> None:
    opened(page)
    written(page, "SELECT * WHERE { ?plan ogp:hasCom")
    hints = page.get_by_role("listbox")
    expect(hints).to_contain_text("ogp:hasCommitment")
    expect(hints).to_contain_text("has commitment")
    page.keyboard.press("Enter")
    assert query_of(page) == (
        "PREFIX ogp: <https://w3id.org/ogpgraph/ns#>\nSELECT * WHERE { ?plan ogp:hasCommitment"
    )
    page.keyboard.type(" ?c }")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("rows.")


@built
def test_completion_finds_a_property_by_its_name_in_spanish(
    open_tab: Callable[..., Tab],
) -> None:
    page = opened(open_tab(language="es").page)
    written(page, "SELECT * WHERE { ?plan ogp:")
    page.keyboard.press("Escape")  # closes the list; a second time it would leave
    written(page, "SELECT * WHERE { ?plan hasCom")
    page.keyboard.press("Control+Space")
    hints = page.get_by_role("listbox")
    expect(hints).to_contain_text("ogp:hasCommitment")
    expect(hints).to_contain_text("tiene compromiso")
    page.keyboard.press("Enter")
    assert "ogp:hasCommitment" in query_of(page)


@built
def test_completion_offers_our_classes(page: Page) -> None:
    opened(page)
    written(page, "SELECT * WHERE { ?plan a ogp:ActionP")
    expect(page.get_by_role("listbox")).to_contain_text("ogp:ActionPlan")
    page.keyboard.press("Enter")
    assert "?plan a ogp:ActionPlan" in query_of(page)


@built
def test_prefixes_are_completed_from_our_list_and_no_other(page: Page) -> None:
    opened(page)
    written(page, "PREFIX commit")
    hints = page.get_by_role("listbox").get_by_role("option")
    expect(hints).to_have_text(["commitment: <https://w3id.org/ogpgraph/id/commitment/>"])
    written(page, "PREFIX yag")  # in other editors, from prefix.cc
    expect(page.get_by_role("listbox")).to_have_count(0)


@built
def test_what_is_no_sparql_is_told_while_it_is_written(page: Page) -> None:
    opened(page)
    written(page, "SELECT * WHERE\n?s ?p ?o }")
    expect(page.locator("#syntax")).to_contain_text("Line 2 is not SPARQL yet.")
    expect(page.locator("#syntax")).to_contain_text("{")
    assert page.locator(BOX).get_attribute("aria-describedby") == "keys syntax"
    written(page, "ASK {}")
    expect(page.locator("#syntax")).to_be_empty()


@built
def test_an_error_of_the_service_is_told_and_marked_where_it_is(tab: Tab) -> None:
    tab.expected.add(400)
    page = opened(tab.page)
    written(page, "SELECT * WHERE {\n?s ?p ?o . FILTR(?o)\n}")
    page.keyboard.press("Control+Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The query is not SPARQL")
    expect(alert).to_contain_text("line 2, column")
    expect(page.locator(".wrong-line")).to_have_count(1)
    expect(page.locator(".wrong-place")).to_have_text(")")
    line = page.locator(".CodeMirror-code > div").nth(1)
    expect(line.locator(".wrong-line")).to_have_count(1)
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type("x")
    expect(page.locator(".wrong-line")).to_have_count(0)
    written(page, COUNT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("1 row.")
    expect(alert).to_have_count(0)


@built
def test_an_error_in_spanish_has_a_heading_in_spanish(open_tab: Callable[..., Tab]) -> None:
    tab = open_tab(language="es")
    tab.expected.add(403)
    page = opened(tab.page)
    written(page, "ASK { SERVICE <http://a.example/> { ?s ?p ?o } }")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("SERVICE no está permitido aquí")
    expect(page.get_by_role("alert").locator("p")).to_have_attribute("lang", "en")


@built
def test_an_example_comes_into_the_editor_and_undo_brings_back_what_was_there(page: Page) -> None:
    opened(page)
    written(page, "ASK {}")
    page.get_by_role("link", name="Unlisted numbers of each plan", exact=True).click()
    expect(page.locator(".CodeMirror")).to_contain_text("hasUnlistedNumber")
    expect(page).to_have_url(re.compile(r"/sparql\?example=unlisted-numbers$"))
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.press("Control+z")
    assert query_of(page) == "ASK {}"


@built
def test_the_link_that_is_shared_opens_the_same_query_and_its_answer(page: Page) -> None:
    opened(page)
    written(page, COUNT)
    page.get_by_text("Share", exact=True).click()
    link = page.get_by_label("Link to this query", exact=True)
    expect(link).to_have_value(re.compile(r"/sparql\?query=SELECT"))
    command = page.get_by_label("As a command", exact=True).input_value()
    assert command.startswith("curl -s 'http")
    assert f"query={COUNT}" in command
    opened(page, link.input_value())
    assert query_of(page) == COUNT
    expect(page.locator("table.results tbody")).to_have_text(re.compile(r"^\s*5\s*$"))


@built
def test_going_back_shows_the_answer_before(page: Page) -> None:
    opened(page, asked(COUNT))
    written(page, PLANS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("5 rows.")
    page.go_back()
    expect(page.locator("table.results tbody tr")).to_have_count(1)
    assert query_of(page) == COUNT


@built
def test_a_table_is_sorted_searched_and_turned_by_page(page: Page) -> None:
    opened(page, asked(PLANS))
    first = page.locator("table.results tbody td").first
    expect(first).to_have_text("plan:CRI-4")
    header = page.get_by_role("columnheader")
    for order, plan in (("ascending", "plan:CRI-4"), ("descending", "plan:MEX-4")):
        page.get_by_role("button", name=re.compile("^p: sort")).press("Enter")
        expect(header).to_have_attribute("aria-sort", order)
        expect(first).to_have_text(plan)
    page.get_by_label("Search these rows").fill("ECU")
    expect(page.locator("table.results tbody tr")).to_have_count(1)
    opened(page, asked(MANY))
    expect(page.locator("table.results tbody tr")).to_have_count(50)
    expect(page.locator(".table-pages")).to_contain_text("1–50 / 120")
    page.get_by_role("button", name="Next").press("Enter")
    expect(page.locator(".table-pages")).to_contain_text("51–100 / 120")


@built
def test_the_raw_answer_is_the_service_s_own(page: Page) -> None:
    opened(page, asked(COUNT))
    page.get_by_text("Raw answer").click()
    shown = page.get_by_role("region", name="Raw answer")
    expect(shown).to_contain_text('"bindings"')
    body = json.loads(shown.inner_text())
    assert body["results"]["bindings"][0]["n"]["value"] == "5"


@built
def test_a_download_is_of_the_type_that_is_asked_for(page: Page) -> None:
    opened(page, asked(PLANS))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert waiting.value.suggested_filename == "results.csv"
    assert Path(waiting.value.path()).read_bytes().startswith(b"p\r\nhttps://w3id.org/")
    page.get_by_label("Form of the answer").select_option("application/sparql-results+xml")
    with page.expect_response(lambda answer: "accept=" in answer.url) as sent:
        page.get_by_role("button", name="Run").click()
    assert sent.value.headers["content-type"] == "application/sparql-results+xml"


@built
def test_a_query_too_long_for_an_address_is_posted(page: Page) -> None:
    opened(page)
    written(page, COUNT)
    page.evaluate(
        "text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)",
        f"{COUNT} # {'x' * 20_000}",
    )
    with page.expect_response(lambda answer: answer.url.endswith("/sparql")) as sent:
        page.get_by_role("button", name="Run").click()
    assert sent.value.request.method == "POST"
    expect(page.locator("table.results tbody")).to_contain_text("5")
    expect(page).to_have_url(re.compile(r"/sparql$"))


@built
def test_the_keyboard_leaves_the_editor_and_goes_through_the_form_in_order(page: Page) -> None:
    opened(page)
    page.get_by_text("Query", exact=True).click()
    expect(page.locator(BOX)).to_be_focused()
    for name in ("main button[type=submit]", "#accept", "#timeout", "#share summary"):
        page.keyboard.press("Tab")
        expect(page.locator(name)).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    expect(page.locator(BOX)).to_be_focused()


@built
def test_nothing_stays_in_the_browser(page: Page) -> None:
    opened(page)
    written(page, COUNT)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#status")).to_contain_text("1 row.")
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert page.evaluate(kept) == [0, 0, ""]


@built
@pytest.mark.parametrize(
    ("width", "language", "dark"),
    [(1280, "en", False), (1280, "es", True), (390, "en", True), (320, "es", False)],
)
def test_the_editor_is_accessible_and_fits(
    open_tab: Callable[..., Tab],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    width: int,
    language: str,
    dark: bool,
) -> None:
    page = opened(open_tab(width=width, language=language, dark=dark).page, asked(MANY))
    page.locator("#share summary").click()
    page.locator("details.raw summary").click()
    expect(page.locator("details.raw pre")).to_contain_text("bindings")
    accessible(page)
    fits(page)
    written(page, "SELECT * WHERE { ?s ogp:has")
    expect(page.get_by_role("listbox")).to_be_visible()
    accessible(page)
    fits(page)


# --- without it ----------------------------------------------------------------------------------


def test_the_form_works_whole_without_scripts(
    plain: Page, accessible: Callable[[Page], None]
) -> None:
    plain.goto("/sparql")
    expect(plain.locator("#query")).to_be_visible()
    expect(plain.locator("#share")).to_be_hidden()
    plain.get_by_role("link", name="Unlisted numbers of each plan", exact=True).click()
    expect(plain.locator("#query")).to_have_value(re.compile("hasUnlistedNumber"))
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator("table.results tbody tr")).to_have_count(6)
    expect(plain).to_have_url(re.compile(r"#answer$"))
    with plain.expect_download() as waiting:
        plain.get_by_role("link", name="CSV", exact=True).click()
    assert waiting.value.suggested_filename == "results.csv"


def test_the_form_without_scripts_sends_what_is_chosen(plain: Page) -> None:
    plain.goto("/sparql")
    plain.get_by_label("Query", exact=True).fill(COUNT)
    plain.get_by_label("Seconds at most").fill("5")
    plain.get_by_role("button", name="Run").click()
    expect(plain.locator("table.results tbody")).to_contain_text("5")
    expect(plain.get_by_label("Seconds at most")).to_have_value("5")
    plain.get_by_label("Form of the answer").select_option("text/csv")
    with plain.expect_download() as waiting:
        plain.get_by_role("button", name="Run").click()
    assert Path(waiting.value.path()).read_bytes() == b"n\r\n5\r\n"


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_form_without_scripts_fits(
    open_tab: Callable[..., Tab], fits: Callable[[Page], None], width: int
) -> None:
    page = open_tab(scripts=False, width=width).page
    page.goto(asked(MANY))
    expect(page.locator("table.results")).to_be_attached()
    fits(page)

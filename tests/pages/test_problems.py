"""What people see where something is wrong, without scripts as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ERRORS = {
    "/nowhere": 404,
    "/commitments/XXX-1": 404,
    "/commitments?country=XXX": 400,
    "/commitments?sdg=16.99": 400,
    "/queries/none": 404,
    "/sparql?query=SELECT%20?s%20WHERE%20{%0A%20%20?s%20?p%0A}": 400,
}


@pytest.mark.parametrize("address", ERRORS)
def test_the_page_of_an_error_is_accessible_and_fits(
    open_tab: Callable[..., Any],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    address: str,
) -> None:
    for width, dark, language in ((1280, False, "en"), (390, True, "es")):
        tab = open_tab(width=width, dark=dark, language=language)
        tab.expected = {ERRORS[address]}
        answer = tab.page.goto(address)
        assert answer is not None
        assert answer.status == ERRORS[address]
        assert tab.page.locator("html").get_attribute("lang") == language
        assert tab.page.locator("h1").count() == 1
        accessible(tab.page)
        fits(tab.page)


def test_a_reader_goes_on_from_an_error(open_tab: Callable[..., Any]) -> None:
    tab = open_tab(scripts=False, language="es")
    tab.expected = {400}
    tab.page.goto("/commitments?country=XXX&branch=judicial")
    expect(tab.page.locator(".chip")).to_have_text(["CRI", "ECU", "GTM", "HND", "MEX"])
    tab.page.get_by_role("link", name="La misma página sin country").click()
    expect(tab.page).to_have_url(re.compile(r"/commitments\?branch=judicial$"))
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Compromisos")


def test_a_query_that_does_not_parse_is_mended_without_scripts(
    open_tab: Callable[..., Any],
) -> None:
    tab = open_tab(scripts=False, language="es", width=390)
    tab.expected = {400}
    tab.page.goto("/sparql?lang=es")
    box = tab.page.get_by_label("Consulta", exact=True)
    box.fill("SELECT ?s WHERE {\n  ?s a ?class\n LIMIT 3")
    tab.page.get_by_role("button", name="Consultar").click()
    expect(tab.page.get_by_role("alert")).to_contain_text("does not parse at line 3")
    expect(tab.page.locator(".said-at")).to_contain_text("Línea 3")
    expect(box).to_have_value("SELECT ?s WHERE {\n  ?s a ?class\n LIMIT 3")
    expect(tab.page.get_by_role("alert")).to_be_in_viewport()
    box.fill("SELECT ?s WHERE {\n  ?s a ?class\n} LIMIT 3")
    tab.page.get_by_role("button", name="Consultar").click()
    expect(tab.page.locator("[data-count]")).to_contain_text("3 ")

"""Q: a person pastes a text and sees which goals are suggested, and by which words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

TEXT = (
    "El ministerio publicará las declaraciones de bienes para prevenir la corrupción.\n"
    "Habrá agua potable en las escuelas. \u202e<b>no</b> " + "x" * 200
)


@pytest.mark.parametrize(("scripts", "dark"), [(False, True), (True, False)])
def test_a_text_is_pasted_and_its_suggestions_are_followed(
    scripts: bool,
    dark: bool,
    open_tab: Callable[..., Any],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    page = open_tab(width=390, dark=dark, language="es", scripts=scripts).page
    page.goto("/sdgs")
    page.get_by_role("contentinfo").get_by_role("link", name="Sugerir ODS").click()
    page.locator("#text").fill(TEXT)
    page.get_by_role("button", name="Sugerir").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("nadie las ha revisado")
    found = page.locator(".finding", has_text="16.5").first
    expect(found).to_contain_text("«declaraciones de bienes»")
    expect(page.locator(".marked mark", has_text="declaraciones de bienes")).to_have_count(1)
    expect(page.locator(".marked b")).to_have_count(0)
    if scripts:
        accessible(page)
        fits(page)
    found.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/sdgs/16\.5"))


def test_nothing_is_told_where_nothing_is_said(open_tab: Callable[..., Any]) -> None:
    page = open_tab(language="en").page
    page.goto("/sdgs/suggest")
    page.locator("#text").fill("Lorem ipsum.")
    page.get_by_role("button", name="Suggest").click()
    expect(page.get_by_role("status")).to_contain_text("enough to suggest a goal")


def test_the_other_language_keeps_what_was_typed(open_tab: Callable[..., Any]) -> None:
    tab = open_tab(language="es", scripts=False)
    tab.expected = {400}  # of the document, which says nothing of its graph
    page = tab.page
    page.goto("/sdgs/suggest?lang=es")
    page.locator("#text").fill("Agua potable en las escuelas.")
    page.get_by_role("button", name="Sugerir").click()
    expect(page.locator(".finding", has_text="6.1")).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#text")).to_have_value("Agua potable en las escuelas.")
    expect(page.locator(".finding", has_text="6.1")).to_have_count(1)
    page.goto("/shacl/validate?lang=es")
    page.locator("#text").fill(
        "<https://a.example/s> <https://a.example/p> <https://a.example/o> ."
    )
    page.get_by_role("button", name="Validar").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#text")).to_have_value(
        "<https://a.example/s> <https://a.example/p> <https://a.example/o> ."
    )


def test_the_switch_is_accessible_as_a_button(
    open_tab: Callable[..., Any], accessible: Callable[[Page], None]
) -> None:
    page = open_tab(language="es", dark=True, width=390).page
    page.goto("/sdgs/suggest?lang=es")
    page.locator("#text").fill("Agua potable en las escuelas.")
    page.get_by_role("button", name="Sugerir").click()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    accessible(page)

"""The search in a browser: by keyboard, on a phone, without scripts, and what is marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

FOUND = "/search?q=datos+abiertos&lang=es"
PAGES = (
    "/search?lang=es",
    FOUND,
    "/search?q=trasparencia&lang=en",
    "/search?q=transparencia&country=HND&kind=commitments&lang=en",
)


@pytest.fixture(scope="module", autouse=True)
def ready(site: Any) -> None:
    """The index of the shipped data is there."""
    with site.service.reading() as reading:
        site.service.search.awaited(reading, 60)


@pytest.mark.parametrize("address", PAGES)
def test_the_page_is_accessible_light_and_dark_and_on_a_phone(
    page: Page,
    dark: Page,
    phone: Page,
    narrow: Page,
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    address: str,
) -> None:
    for one in (page, dark, phone, narrow):
        one.goto(address)
        accessible(one)
        fits(one)


def test_the_page_that_refuses_is_accessible(tab: Any, accessible: Callable[[Page], None]) -> None:
    tab.expected = {400}
    tab.page.goto("/search?q=%3F&lang=es")
    expect(tab.page.get_by_role("alert")).to_contain_text("No se puede buscar eso")
    accessible(tab.page)


def test_a_reader_searches_by_keyboard(page: Page) -> None:
    page.goto("/search?lang=es")
    page.get_by_role("searchbox", name="Palabras que buscar").focus()
    page.keyboard.type("expediente digital")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("resultados")
    first = page.locator(".hits h3").first
    expect(first).to_contain_text("Expediente digital")
    expect(first.locator("mark").first).to_have_text("Expediente")
    first.get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Justicia Abierta")


def test_without_scripts_what_is_found_is_narrowed_and_turned_over(
    plain: Page, follow: Callable[[Locator], None]
) -> None:
    plain.goto("/search?q=transparencia&lang=es&page_size=5")
    plain.get_by_role("link", name="Compromisos", exact=True).and_(
        plain.locator(".facets a")
    ).click()
    expect(plain.locator(".filters")).to_contain_text("Compromisos")
    follow(plain.get_by_role("link", name="Siguientes"))
    assert "page=2" in plain.url
    assert "kind=commitments" in plain.url
    expect(plain.locator(".hits ol > li")).to_have_count(5)
    follow(plain.locator(".filters").get_by_role("link"))
    assert "kind=" not in plain.url


def test_a_slip_leads_to_what_was_meant(phone: Page) -> None:
    phone.goto("/search?q=trasparencia&lang=es")
    phone.get_by_role("link", name="transparencia", exact=True).click()
    expect(phone.locator(".hits mark").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_box_is_as_wide_as_its_page_lets_it(open_tab: Callable[..., Any], width: int) -> None:
    page = open_tab(width=width, language="es").page
    page.goto(FOUND)
    title, label, box, switch = (
        page.locator(name).evaluate("one => one.getBoundingClientRect().toJSON()")
        for name in ("h1", "label[for=words]", "#words", ".switch")
    )
    assert abs(label["x"] - title["x"]) < 1
    assert label["bottom"] <= box["y"] + 1
    assert label["height"] < 32, "the label has more than a line"
    assert box["width"] > 0.5 * min(width, 704)
    assert switch["x"] > width / 2, "the other language is at the end of the line"

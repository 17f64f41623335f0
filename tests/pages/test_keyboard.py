"""Pages by the keyboard alone, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

_FOCUSED = "document.activeElement.getAttribute('href') || document.activeElement.id"
_OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, parseFloat(style.outlineWidth)];
}"""


@pytest.mark.parametrize("path", ["/", "/plans/GTM-4", "/commitments", "/sdgs/16.6"])
def test_the_first_key_leads_past_the_navigation(page: Page, path: str) -> None:
    page.goto(path)
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.closest('main') !== null")
    assert inside


@pytest.mark.parametrize("path", ["/", "/commitments/ECU-1-2"])
def test_every_stop_is_visible_and_in_the_order_of_the_page(page: Page, path: str) -> None:
    page.goto(path)
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex=\"0\"]')]"
        ".filter(e => e.getClientRects().length && !e.closest('details:not([open]) > :not(summary)'))"
        ".map(e => e.getAttribute('href') || e.id)"
    )
    found = []
    for _ in wanted:
        page.keyboard.press("Tab")
        found.append(page.evaluate(_FOCUSED))
        style, width = page.evaluate(_OUTLINE)
        assert style != "none", found[-1]
        assert width >= 2, found[-1]
    assert found == wanted
    assert len(found) > 30


def test_a_question_is_asked_by_the_keyboard(page: Page) -> None:
    page.goto("/queries/commitments-of-a-country")
    page.get_by_role("combobox").first.focus()
    page.keyboard.type("Mex")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "submit":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("country=MEX"))
    expect(page.locator("table.results tbody tr")).to_have_count(13)


def test_on_paper_there_is_no_navigation_and_sources_have_their_addresses(page: Page) -> None:
    page.goto("/commitments/ECU-1-2")
    page.emulate_media(media="print")
    for gone in ("header.site nav", "footer.site nav", ".beside", ".forms", ".switch", ".trail"):
        assert page.locator(gone).count() >= 1, gone
        for one in page.locator(gone).all():
            expect(one).not_to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    printed = page.evaluate(
        "getComputedStyle(document.querySelector('main a.out'), '::after').content"
    )
    assert "https://datosabiertos.gob.ec/" in printed
    assert len(page.pdf()) > 10_000

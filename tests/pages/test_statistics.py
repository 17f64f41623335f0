"""The pages of statistics, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PATHS = ("/stats", "/stats/declared", "/stats/branches-by-country", "/stats?country=ECU")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_and_fits_a_phone(
    open_tab: Callable[..., Any],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
    path: str,
    language: str,
) -> None:
    for width, dark in ((320, False), (1280, True)):
        page = open_tab(width=width, dark=dark, language=language).page
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        fits(page)
        for summary in page.locator("summary").all()[:3]:
            summary.click()
        accessible(page)
        fits(page)


def test_what_guatemala_declares_and_lists_is_read_without_scripts(plain: Page) -> None:
    plain.goto("/stats")
    plain.locator("section#declared h2 a").click()
    row = plain.get_by_role("row", name="Guatemala: fourth action plan")
    expect(row.get_by_role("cell")).to_have_text(["24", "21", "3"])
    row.get_by_role("link", name="21").click()
    expect(plain).to_have_url(re.compile(r"/commitments\?plan=GTM-4"))


def test_a_chart_is_an_image_with_a_name_and_its_table_is_behind_it(page: Page) -> None:
    page.goto("/stats")
    section = page.locator("section#branches")
    chart = section.get_by_role("img", name="Branches of state")
    expect(chart).to_be_visible()
    table = section.get_by_role("table", name="Branches of state")
    expect(table).to_be_hidden()
    section.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    values = chart.locator(".value").all_text_contents()
    figures = table.locator("tbody td:nth-of-type(1)").all_text_contents()
    assert sorted(values, key=int) == sorted((one for one in figures if one != "0"), key=int)


def test_goals_that_nothing_is_aligned_with_are_rows_of_zero(page: Page) -> None:
    page.goto("/stats/goals?lang=en")
    expect(page.locator("svg .series-0").first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(1 + 17 + 1)
    expect(page.get_by_role("row", name="Affordable and clean energy")).to_contain_text("0")


def test_bars_are_seen_in_light_and_dark(open_tab: Callable[..., Any]) -> None:
    found = []
    for dark in (False, True):
        page = open_tab(dark=dark).page
        page.goto("/stats/declared")
        bar = page.locator("svg .series-0").last
        box = bar.bounding_box()
        assert box is not None
        assert box["width"] > 20
        found.append(bar.evaluate("one => getComputedStyle(one).fill"))
    assert found == ["rgb(11, 93, 87)", "rgb(116, 210, 197)"]


def test_a_chart_can_be_opened_by_itself(open_tab: Callable[..., Any]) -> None:
    tab = open_tab()
    tab.page.goto("/stats/declared.svg")
    # its sheet is for where it is shown as an image; here its attributes have the colours
    expect(tab.page.locator(".value").first).to_have_text("9")
    policy = [one for one in tab.offences if "style" in one.lower()]
    tab.offences = [one for one in tab.offences if one not in policy]
    bar = tab.page.locator(".series-0").last
    assert bar.evaluate("one => getComputedStyle(one).fill") == "rgb(11, 93, 87)"

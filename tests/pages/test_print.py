"""What paper shows: every table, nothing that only works on a screen, and no text on its own colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

_WIDTH = 718
"""Points of a sheet of A4 within its margins."""


@pytest.fixture
def sheet(open_tab: Callable[..., Any]) -> Callable[[str], Page]:
    """A page as it is printed, where the reader likes screens dark."""

    def printed(path: str) -> Page:
        page: Page = open_tab(width=_WIDTH, dark=True).page
        page.goto(path)
        page.emulate_media(media="print")
        return page

    return printed


def test_a_table_behind_a_chart_is_on_paper(sheet: Callable[[str], Page]) -> None:
    page = sheet("/stats?lang=en")
    tables = page.locator("main table")
    assert tables.count() > 10
    for table in tables.all():
        expect(table).to_be_visible()
    expect(page.locator("header.site form")).to_be_hidden()


@pytest.mark.parametrize("name", ["declared-and-listed", "one-commitment"])
def test_a_table_stays_on_its_sheet(
    sheet: Callable[[str], Page], fits: Callable[[Page], None], name: str
) -> None:
    page = sheet(f"/queries/{name}?lang=en")
    box = page.locator("table.results").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= _WIDTH
    fits(page)


def test_roles_are_read_on_paper(sheet: Callable[[str], Page]) -> None:
    page = sheet("/commitments/HND-4-1?lang=en")
    ink, ground = page.locator(".tag").first.evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    )
    assert ink == "rgb(0, 0, 0)"
    assert ground == "rgba(0, 0, 0, 0)"


def test_the_head_of_a_narrow_column_is_not_read_letter_by_letter(page: Page) -> None:
    page.goto("/queries/one-commitment?lang=en")
    head = page.locator("table.results thead").bounding_box()
    assert head is not None
    assert head["height"] < 150

"""What is watched in every tab is found when it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page


def test_a_quiet_page_has_no_offences(tab: Any) -> None:
    tab.page.goto("/")
    assert tab.page.title() == "ogpgraph"
    assert tab.offences == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("console.error('oh')", "console: oh"),
        ("setTimeout(() => { throw new Error('ah') })", "error: ah"),
        ("alert('hello')", "dialog: hello"),
        ("new Image().src = 'http://example.org/x.png'", "asked another host"),
        ("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')", "Policy"),
        ("new Image().src = '/nothing/here'", "404: "),
    ],
)
def test_what_no_page_may_do_is_seen(tab: Any, script: str, said: str) -> None:
    tab.page.goto("/")
    tab.page.evaluate(f"() => {{ {script} }}")
    tab.page.wait_for_timeout(300)
    assert said in "\n".join(tab.offences)
    tab.offences.clear()


def test_an_inaccessible_page_is_seen(page: Page, accessible: Callable[[Page], None]) -> None:
    page.goto("/")
    page.evaluate("() => document.body.append(document.createElement('button'))")
    with pytest.raises(AssertionError, match="button-name"):
        accessible(page)


def test_a_page_that_is_too_wide_is_seen(narrow: Page, fits: Callable[[Page], None]) -> None:
    narrow.goto("/")
    narrow.evaluate("() => { document.body.style.minWidth = '500px' }")
    with pytest.raises(AssertionError, match="500 wide"):
        fits(narrow)

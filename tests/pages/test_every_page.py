"""Every page: accessible, no wider than its window, in two languages, light and dark, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from ogpgraph.store.isolated import IsolatedStore

PAGES = {
    "home": "/",
    "plans": "/plans",
    "plan": "/plans/GTM-4",
    "plan-with-stages": "/plans/ECU-1",
    "commitments": "/commitments",
    "commitments-filtered": "/commitments?country=GTM&policy_area=openData",
    "commitments-none": "/commitments?country=ECU&branch=judicial",
    "commitment": "/commitments/ECU-1-2",
    "commitment-rated": "/commitments/ECU-1-1",
    "commitment-translated": "/commitments/MEX-4-11",
    "institutions": "/institutions",
    "institution": "/institutions/ECU-secretaria-nacional-de-planificacion",
    "branches": "/branches",
    "branch": "/branches/judicial",
    "policy-areas": "/policy-areas",
    "policy-area": "/policy-areas/openData",
    "sdgs": "/sdgs",
    "suggest": "/sdgs/suggest",
    "proposals": "/sdgs/proposals",
    "proposals-of-a-plan": "/sdgs/proposals/CRI-4?state=all",
    "goal": "/sdgs/16",
    "target": "/sdgs/16.6",
    "indicator": "/sdgs/16.6.2",
    "indicator-shared": "/sdgs/1.5.1",
    "indicator-ours": "/sdgs/10.4.2",
    "sdg-indicators": "/sdg-indicators?target=16.6",
    "countries": "/countries",
    "country": "/countries/ECU",
    "milestones": "/milestones",
    "milestone": "/milestones/ECU-1-2-1",
    "alignments": "/alignments",
    "evidence": "/things/id/evidence/ECU-1-2/status",
    "value": "/things/scheme/ogp-value/accessToInformation",
    "unlisted-numbers": "/unlisted-numbers?country=GTM",
    "search": "/search?q=datos",
    "statistics": "/stats",
    "versions": "/versions",
    "queries": "/queries",
    "query": "/queries/declared-and-listed",
    "dumps": "/dumps/",
}
MOST_QUERIES = 20
"""Queries of the store that any page may make."""
_MEASURED = """() => {
  const small = [];
  for (const link of document.querySelectorAll('a, button, select, input, summary')) {
    const box = link.getBoundingClientRect();
    if (box.width && box.height && getComputedStyle(link).display !== 'inline')
      if (box.width < 24 || box.height < 24) small.push(link.outerHTML.slice(0, 120));
  }
  return small;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(
    name: str,
    open_tab: Callable[..., Any],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    for width, dark, language in ((1280, False, "en"), (390, True, "es")):
        page = open_tab(width=width, dark=dark, language=language).page
        page.goto(PAGES[name])
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        accessible(page)
        assert page.evaluate(_MEASURED) == []
        fits(page)
    page.set_viewport_size({"width": 320, "height": 700})
    fits(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_the_same_things_in_both_languages(name: str, site: Any) -> None:
    """The same links, but for the language of the page itself."""
    found = []
    for language in ("es", "en"):
        answer = httpx.get(site.url + PAGES[name], headers=_browser(language))
        assert answer.status_code == 200
        assert answer.headers["content-language"] == language
        assert f'<html lang="{language}">' in answer.text
        links = re.findall(r'<a\b[^>]* href="([^"]*)"', answer.text)
        found.append(sorted(link for link in links if "lang=" not in link))
    assert found[0] == found[1]
    assert len(found[0]) > 15


@pytest.mark.parametrize("name", PAGES)
def test_a_page_makes_a_bounded_number_of_queries(
    name: str, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    query = IsolatedStore.query

    def counting(self: IsolatedStore, text: str, **more: Any) -> Any:
        asked.append(text)
        return query(self, text, **more)

    monkeypatch.setattr(IsolatedStore, "query", counting)
    joint = "&" if "?" in PAGES[name] else "?"
    answer = httpx.get(f"{site.url}{PAGES[name]}{joint}lang=en", headers=_browser("en"))
    assert answer.status_code == 200
    assert len(asked) <= MOST_QUERIES


def _browser(language: str) -> dict[str, str]:
    return {"Accept": "text/html", "Accept-Language": language}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("width", [360, 390])
def test_the_numbers_not_listed_are_seen_on_a_phone(
    open_tab: Callable[..., Any], width: int, language: str
) -> None:
    page = open_tab(width=width, language=language).page
    page.goto("/")
    scrolled, seen = page.locator("table.plans").evaluate(
        "table => [table.parentElement.scrollWidth, table.parentElement.clientWidth]"
    )
    assert scrolled <= seen

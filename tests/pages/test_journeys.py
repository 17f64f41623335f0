"""A person finds it from the home page, in at most three clicks and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

Follow = Callable[[Locator], None]

MOST_CLICKS = 3


@pytest.fixture
def reader(open_tab: Callable[..., Any], follow: Follow) -> Callable[..., Page]:
    """Opens the home page without JavaScript, and follows links by what they are called."""

    def opened(*clicks: str, language: str = "en", on: Any = None) -> Page:
        assert len(clicks) <= MOST_CLICKS
        page: Page = open_tab(scripts=False, language=language, on=on, width=390).page
        page.goto("/")
        for name in clicks:
            follow(page.get_by_role("main").get_by_role("link", name=name).first)
        return page

    return opened


@pytest.mark.parametrize(
    ("language", "door", "listed", "declared"),
    [
        ("en", "Judicial branch", "Honduras: fourth action plan", "Costa Rica: fourth action plan"),
        (
            "es",
            "Poder Judicial",
            "Honduras: cuarto plan de acción",
            "Costa Rica: cuarto plan de acción",
        ),
    ],
)
def test_the_commitments_of_the_judiciary(
    reader: Callable[..., Page], language: str, door: str, listed: str, declared: str
) -> None:
    page = reader(door, language=language)
    commitments = page.locator("section[aria-labelledby=commitments]")
    expect(commitments.locator("h3")).to_have_text(listed)
    expect(commitments.locator(".numbered a")).to_have_attribute("href", "/commitments/HND-4-15")
    # what plans declare of open justice without listing any is told, and told apart
    declaring = page.locator("section[aria-labelledby=declaring]")
    expect(declaring.get_by_role("link")).to_have_text(declared)


def test_the_institution_that_leads_the_open_data_policy_of_ecuador(
    reader: Callable[..., Page],
) -> None:
    page = reader(
        "Ecuador: first action plan", "open data policy", "Ministry of Telecommunications"
    )
    expect(page.locator("h1")).to_have_text(
        "Ministry of Telecommunications and the Information Society"
    )
    leads = page.get_by_role("region", name="Commitments it leads")
    expect(leads.get_by_role("link", name="open data policy")).to_have_count(1)


def test_who_leads_it_is_on_the_page_of_the_commitment(reader: Callable[..., Page]) -> None:
    page = reader("Ecuador: first action plan", "open data policy")
    who = page.get_by_role("region", name="Who", exact=True)
    lead = who.locator(".part", has=page.locator(".tag", has_text="Lead"))
    expect(lead.locator(".part-head a").first).to_contain_text("Ministry of Telecommunications")
    expect(lead.locator("blockquote").first).to_be_visible()


def test_what_guatemala_promised_and_did_not_list(reader: Callable[..., Page]) -> None:
    page = reader("Unlisted numbers: 3, Guatemala")
    assert page.url.endswith("/plans/GTM-4#unlisted")
    unlisted = page.get_by_role("region", name="Unlisted numbers")
    expect(unlisted.locator(".no")).to_have_text(["14", "16", "20"])
    expect(unlisted.locator(".part").first).to_contain_text("presents none with the number 14")
    expect(unlisted.locator(".part a[href*=evidence]").first).to_contain_text("line 19")


def test_what_serves_a_target_with_the_words_that_justify_it(
    reader: Callable[..., Page], aligned_site: Any
) -> None:
    page = reader("Peace, justice", "effective, accountable", on=aligned_site)
    expect(page.locator("h1")).to_contain_text("Institutions that are effective")
    served = page.locator("section[aria-labelledby=served]")
    suggested = served.locator("h3", has_text="Suggested by a program")
    expect(suggested).to_have_count(1)
    part = served.locator(".part", has_text="quote for GTM-4-15 16.6")
    expect(part).to_have_count(1)
    expect(part.locator(".part-head a")).to_have_attribute("href", "/commitments/GTM-4-15")
    expect(part.locator(".basis")).to_have_text("Proposed")
    expect(part.locator("blockquote")).to_have_text("quote for GTM-4-15 16.6")
    expect(part.locator("figcaption")).to_contain_text("line 51")
    expect(served).to_contain_text("Commitments with an accepted alignment: 37")
    curated = served.locator(".part", has_text="Accepted")
    expect(curated).to_have_count(37)


def test_what_serves_a_goal_is_told_apart_by_who_says_so(
    reader: Callable[..., Page], follow: Follow, aligned_site: Any
) -> None:
    page = reader("Peace, justice", on=aligned_site)
    served = page.locator("section[aria-labelledby=served]")
    groups = served.locator("h3").all_inner_texts()
    assert [group.rsplit(" ", 1)[0] for group in groups] == [
        "Stated in the source",
        "Curated by this project",
        "Suggested by a program, with what the review says of each",
        "Rejected on review",
    ]
    assert [int(group.rsplit(" ", 1)[1]) for group in groups] == [3, 101, 3, 1]
    expect(served.get_by_text("Alignments shown here: 27 of 108.")).to_have_count(
        1
    )  # of curated ones, twenty
    expect(served.locator("blockquote")).to_have_count(28)
    follow(page.get_by_role("region", name="Targets").get_by_role("link", name="bribery"))
    expect(page.locator("section[aria-labelledby=served] .part")).to_have_count(9)


def test_which_goals_a_commitment_serves_by_code_and_in_their_order(
    reader: Callable[..., Page],
) -> None:
    page = reader("Costa Rica: fourth action plan", "GEOexplora")
    goals = page.get_by_role("region", name="Sustainable Development Goals")
    heads = goals.locator(".part-head").all_inner_texts()
    assert [head.split()[0] for head in heads] == ["11.3", "13", "13.2", "15", "16.7", "16.10"]
    stated = goals.locator(".part", has_text="Stated in the source")
    expect(stated).to_have_count(2)
    expect(stated.first.locator("blockquote")).to_contain_text("Objetivos de Desarrollo Sostenible")


@pytest.mark.parametrize(
    ("language", "plan", "commitment", "why"),
    [
        ("en", "Ecuador: first action plan", "innovation laboratory", "no target was found that it supports. The slides give"),
        ("es", "Ecuador: primer plan de acción", "laboratorio de innovación", "no se halló ninguna meta que sustente. Las diapositivas dan"),
    ],
)  # fmt: skip
def test_why_a_commitment_serves_no_goal(
    reader: Callable[..., Page], language: str, plan: str, commitment: str, why: str
) -> None:
    page = reader(plan, commitment, language=language)
    goals = page.locator("section[aria-labelledby=goals]")
    expect(goals).to_contain_text(why)
    expect(goals.locator(".nothing")).to_have_count(0)
    expect(page.locator("section[aria-labelledby=more]")).not_to_contain_text(why[-20:])


@pytest.mark.parametrize(
    ("language", "goal", "nobody", "declared"),
    [
        ("en", "Affordable and clean", "Nobody has aligned", "Ecuador: first action plan: goals it declares: 15; that it names: 0."),
        ("es", "Energía asequible", "Nadie ha alineado", "Ecuador: primer plan de acción: Objetivos que declara: 15; que nombra: 0."),
    ],
)  # fmt: skip
def test_where_nobody_has_aligned_anything_the_page_says_so(
    reader: Callable[..., Page], language: str, goal: str, nobody: str, declared: str
) -> None:
    page = reader(goal, language=language)
    served = page.locator("section[aria-labelledby=served]")
    expect(served).to_contain_text(nobody)
    expect(served.locator("li")).to_have_text(declared)


def test_the_commitments_of_a_plan_can_be_read_one_after_the_other(
    reader: Callable[..., Page],
    follow: Follow,
) -> None:
    page = reader("Mexico: fourth action plan")
    numbers = page.get_by_role("region", name="Commitments", exact=True).locator(".no")
    listed = numbers.all_inner_texts()
    follow(page.locator(".numbered a").first)
    visited = []
    while True:
        visited.append(page.locator(".eyebrow").inner_text().split(" ")[1])
        following = page.locator(".beside a[rel=next]")
        if not following.count():
            break
        follow(following)
    assert visited == listed
    assert len(visited) == 13


def test_the_language_is_kept_from_page_to_page(
    reader: Callable[..., Page], follow: Follow
) -> None:
    page = reader(language="en")
    follow(page.get_by_role("link", name="Español"))
    follow(page.get_by_role("link", name="Ecuador: primer plan de acción").first)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    follow(page.locator(".numbered a").first)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    follow(page.get_by_role("link", name="English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "/commitments/ECU-1-1" in page.url


def test_a_list_is_narrowed_by_its_form_and_widened_by_its_chips(
    reader: Callable[..., Page],
    follow: Follow,
) -> None:
    page = reader()
    page.goto("/commitments")
    page.locator(".refine summary").click()
    page.get_by_label("Country").select_option("MEX")
    page.get_by_label("Policy area").select_option("openData")
    page.get_by_label("Sort by").select_option("-title")
    follow(page.get_by_role("button", name="Show"))
    assert "branch" not in page.url  # empty fields are not kept in the address
    assert "sort=-title" in page.url
    expect(page.locator(".filters .chip")).to_have_count(2)
    expect(page.locator(".filters")).to_contain_text("Mexico")
    total = int(page.locator(".found strong").inner_text())
    assert total == page.locator(".entries > li").count()
    titles = page.locator(".entry").all_inner_texts()
    assert titles == sorted(titles, key=str.casefold, reverse=True)
    follow(page.get_by_role("link", name="remove: Policy area"))
    expect(page.locator(".filters .chip")).to_have_count(1)
    expect(page.locator(".found strong")).to_have_text("13")


def test_a_facet_counts_the_list_that_it_leads_to(
    reader: Callable[..., Page], follow: Follow
) -> None:
    page = reader()
    page.goto("/commitments?country=GTM")
    facet = page.locator("details", has_text="Policy area").last
    facet.locator("summary").click()
    link = facet.locator("a").first
    number = link.locator(".count").inner_text()
    follow(link)
    expect(page.locator(".found strong")).to_have_text(number)


def test_a_list_is_read_to_its_end_and_back(reader: Callable[..., Page], follow: Follow) -> None:
    page = reader()
    page.goto("/commitments")
    first = page.locator(".entry").all_inner_texts()
    seen = list(first)
    while page.get_by_role("link", name="Next page").count():
        follow(page.get_by_role("link", name="Next page"))
        seen += page.locator(".entry").all_inner_texts()
    assert len(seen) == 70
    while page.get_by_role("link", name="Previous page").count():
        follow(page.get_by_role("link", name="Previous page"))
    assert page.locator(".entry").all_inner_texts() == first


def test_the_graph_is_searched_from_any_page(reader: Callable[..., Page], follow: Follow) -> None:
    page = reader("Ecuador: first action plan")
    page.get_by_role("searchbox", name="Search the graph").fill("datos abiertos")
    follow(page.get_by_role("button", name="Search"))
    assert "/search?q=datos+abiertos" in page.url
    expect(page.locator("main a[href*='/commitments/ECU-1-']").first).to_be_visible()

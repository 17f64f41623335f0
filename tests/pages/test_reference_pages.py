"""Versions, changes, differences, ontology, shapes, code lists and validation in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

PAGES = {
    "versions": "/versions",
    "version": "/versions/47",
    "version-large": "/versions/46",
    "changes": "/changes?plan=CRI-4",
    "diff": "/diff?from=46&to=47",
    "diff-large": "/diff?from=0&to=46",
    "ontology": "/ontology",
    "shapes": "/shapes",
    "schemes": "/schemes",
    "scheme": "/schemes/branch",
    "scheme-sdg": "/schemes/sdg",
    "validate": "/shacl/validate",
    "validate-example": "/shacl/validate?example=true",
}
_MEASURED = """() => {
  const small = [];
  for (const link of document.querySelectorAll('a, button, select, input, summary')) {
    const box = link.getBoundingClientRect();
    if (box.width && box.height && getComputedStyle(link).display !== 'inline')
      if (box.width < 24 || box.height < 24) small.push(link.outerHTML.slice(0, 120));
  }
  return small;
}"""


@pytest.fixture(scope="module")
def past_site(
    serve: Callable[..., Any],
    filled_home: Path,
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """The shipped data, and one revision of a plan."""
    text = (repository / "data" / "ttl" / "CRI" / "CRI-4.ttl").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("revision") / "CRI-4.ttl"
    path.write_text(text.replace("plan of Costa Rica", "plan <script>alert(1)</script> of CR"))
    with serve(filled_home) as site:
        site.service.load([path], agent="<b>tester</b>")
        yield site


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(
    name: str,
    past_site: Any,
    open_tab: Callable[..., Any],
    accessible: Callable[[Page], None],
    fits: Callable[[Page], None],
) -> None:
    for width, dark, language in ((1280, False, "en"), (390, True, "es")):
        page = open_tab(width=width, dark=dark, language=language, on=past_site).page
        page.goto(PAGES[name])
        assert page.locator("html").get_attribute("lang") == language
        accessible(page)
        assert page.evaluate(_MEASURED) == []
        fits(page)
        if width == 390:
            page.set_viewport_size({"width": 320, "height": 700})
            fits(page)
        if name == "shapes":
            page.goto("about:blank")  # it is too high for a picture


def test_from_what_was_published_to_what_changed(
    past_site: Any, open_tab: Callable[..., Any]
) -> None:
    """By keyboard and without a script; what somebody named harmfully stays harmless."""
    page = open_tab(scripts=False, on=past_site).page
    page.goto("/versions")
    page.get_by_role("link", name="47", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Version 47")
    expect(page.get_by_text("<b>tester</b>")).to_have_count(1)
    page.get_by_role("link", name="Difference: plan/CRI-4").press("Enter")
    expect(page.locator("del")).to_contain_text("plan of Costa Rica")
    expect(page.locator("ins")).to_contain_text("<script>alert(1)</script>")
    page.get_by_text("Compare other versions").click()
    page.get_by_label("Later version").fill("46")
    page.get_by_role("button", name="Compare").press("Enter")
    expect(page.locator(".nothing")).to_contain_text("no difference")


def test_a_document_is_pasted_checked_and_its_rule_read(
    past_site: Any, open_tab: Callable[..., Any], accessible: Callable[[Page], None]
) -> None:
    page = open_tab(width=390, on=past_site).page
    page.goto("/shacl/validate")
    page.get_by_role("link", name="Load an example").click()
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It breaks the rules")
    accessible(page)
    finding = page.locator(".finding", has_text="plan number").first
    expect(finding.locator(".said-at")).to_contain_text("Line 19")
    finding.get_by_role("link", name="ActionPlan-planNumber").click()
    expect(page).to_have_url(re.compile(r"/shapes\?lang=en#ActionPlan-planNumber$"))
    expect(page.locator("#ActionPlan-planNumber")).to_be_in_viewport()


def test_a_file_is_chosen_and_checked_without_a_script(
    past_site: Any, open_tab: Callable[..., Any], repository: Path
) -> None:
    page = open_tab(scripts=False, language="es", on=past_site).page
    page.goto("/shacl/validate")
    page.locator("#file").set_input_files(repository / "data" / "ttl" / "CRI" / "CRI-4.ttl")
    page.get_by_role("button", name="Validar").click()
    expect(page.get_by_role("status")).to_contain_text("Cumple las reglas")


def test_a_syntax_error_is_shown_at_its_place(
    past_site: Any, open_tab: Callable[..., Any], accessible: Callable[[Page], None]
) -> None:
    tab = open_tab(on=past_site)
    tab.expected.add(400)
    page = tab.page
    page.goto("/shacl/validate")
    page.get_by_label("Text", exact=True).fill(
        '@prefix a: <https://a.example/> .\na:b a:c "</pre> .'
    )
    page.get_by_role("button", name="Check").click()
    expect(page.locator("pre.said-at")).to_contain_text("Line 2")
    expect(page.locator("pre.said-at")).to_contain_text("^")
    accessible(page)
    expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("a:b a:c"))

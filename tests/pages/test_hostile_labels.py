"""Requirements H of the hardening: what others write stays text, wherever a page shows it.

A plan with hostile titles is published like any other. What no shape would let in (IRIs that run
a script) is put in the store beside it, since pages must not rely on the shapes.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import rdflib
from playwright.sync_api import Page, expect
from rdflib import DCTERMS, RDF, SKOS, Literal, URIRef

from ogpgraph.files import Graph

from .test_every_page import PAGES

BASE = "https://w3id.org/ogpgraph/"
OGP = rdflib.Namespace(f"{BASE}ns#")
FOAF_PAGE = URIRef("http://xmlns.com/foaf/0.1/page")
MIB = 1024 * 1024
HTML = {"Accept": "text/html", "Accept-Language": "en"}

PAYLOADS = (
    "<script>owned=1;alert(1)</script>",
    "<img src=x onerror=owned=1>",
    "<svg/onload=owned=1>",
    "<svg><script>owned=1</script></svg>",
    "<iframe srcdoc='<script>owned=1</script>'></iframe>",
    "<a href='javascript:owned=1'>click</a>",
    "<body onload=owned=1>",
    "<input autofocus onfocus=owned=1>",
    "<details open ontoggle=owned=1>",
    "<video><source onerror=owned=1></video>",
    "<math><mtext><style><img src=x onerror=owned=1></style></mtext></math>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href=http://evil.example/>",
    "<form action=http://evil.example><button>go</button></form>",
    "<object data=http://evil.example></object>",
    "<!--<img src=x onerror=owned=1>-->",
    "<template><script>owned=1</script></template>",
    "&lt;script&gt;owned=1&lt;/script&gt;",
    "{{ 7*7 }}{% include 'home.html' %}",
    "${owned=1}",
    "\\u003cscript\\u003eowned=1",
    "onmouseover=owned=1 x=",
    "javascript:owned=1",
)
WRAPPERS = (
    "{}",
    '">{}',
    "'>{}",
    "</title>{}",
    "</textarea>{}",
    "</bdi></a>{}",
    "-->{}",
    "</script>{}",
)
VECTORS = [wrapper.format(payload) for payload, wrapper in itertools.product(PAYLOADS, WRAPPERS)]
TITLES = {
    "1": "<script>owned=1;alert(1)</script><img src=x onerror=owned=1>",
    "2": "A" * MIB,
    "3": "first \u202e\u2066desrever\u2067 then <b onclick=owned=1>bold</b>",
    "4": "ze\u200bro\u200c wi\u200ddth\u2060 \ufeffmarks\u00ad",
    "5": unicodedata.normalize("NFC", "Z" + "\u0301\u0308\u0323\u0334" * 500 + "algo"),
    "6": "\u062a\u0639\u0647\u062f \u0645\u0641\u062a\u0648\u062d",
    "7": "word " * 2000,
    "8": "https://example.org/" + "a/" * 500,
}
LINKS = (
    "javascript:owned=1",
    "JaVaScRiPt:owned=1",
    "data:text/html,<script>owned=1</script>".replace("<", "%3C").replace(">", "%3E"),
    "vbscript:owned=1",
    "file:///etc/passwd",
    "https://example.org/fine",
    "mailto:somebody@example.org",
)
_DOM = """() => {
  const all = [...document.querySelectorAll('*')];
  return {
    scripts: document.scripts.length,
    handlers: all.filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
    styles: document.querySelectorAll('style, [style]').length,
    strangers: document.querySelectorAll(
      'iframe, object, embed, base, math, video, template, meta[http-equiv], main b, ' +
      'main img, link[href^="http:"]').length,
    schemes: all.map(e => e.getAttribute('href') || e.getAttribute('action') || '')
      .filter(h => /^[a-z]+:/i.test(h) && !/^(https?|mailto):/i.test(h)),
    owned: typeof window.owned,
  };
}"""
HARMLESS = {
    "scripts": 0,
    "handlers": 0,
    "styles": 0,
    "strangers": 0,
    "schemes": [],
    "owned": "undefined",
}


def _titles(path: Path, folder: Path) -> Path:
    """Guatemala's plan, with some titles that are meant to harm."""
    graph = rdflib.Graph().parse(path, format="turtle")
    for number, text in TITLES.items():
        commitment = URIRef(f"{BASE}id/commitment/GTM-4-{number}")
        for label in list(graph.objects(commitment, SKOS.prefLabel)):
            for subject, predicate in list(graph.subject_predicates(label)):  # translations too
                graph.remove((subject, predicate, label))
                graph.add((subject, predicate, Literal(text, lang=label.language)))
                if (start := graph.value(subject, OGP.startOffset)) is not None:  # it is quoted
                    graph.set((subject, OGP.endOffset, Literal(start.toPython() + len(text))))
    changed = folder / "GTM-4.ttl"
    graph.serialize(changed, format="turtle", encoding="utf-8")
    return changed


def _institutions() -> Graph:
    """An institution for each vector, and one with links."""
    graph = rdflib.Graph()
    for number, vector in enumerate(VECTORS):
        one = URIRef(f"{BASE}id/institution/GTM-vector-{number:03}")
        graph.add((one, RDF.type, OGP.PublicInstitution))
        graph.add((one, SKOS.prefLabel, Literal(vector, lang="en")))
        graph.add((one, DCTERMS.title, Literal(vector, lang="x-onload")))
        graph.add((one, SKOS.note, Literal(vector, datatype=URIRef("http://e/'onload=owned='"))))
        graph.add((one, DCTERMS.spatial, URIRef(f"{BASE}id/country/GTM")))
    linked = URIRef(f"{BASE}id/institution/GTM-links")
    graph.add((linked, RDF.type, OGP.PublicInstitution))
    graph.add((linked, SKOS.prefLabel, Literal("Links", lang="en")))
    for link in LINKS:
        graph.add((linked, FOAF_PAGE, URIRef(link)))
    lines = graph.serialize(format="nt").splitlines()
    return Graph.of(line for line in lines if line)


@pytest.fixture(scope="module")
def hostile_site(
    filled_home: Path,
    repository: Path,
    serve: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("hostile")
    with serve(filled_home, serving=False) as found:
        service = found.service
        published = service.load(
            [_titles(repository / "data" / "ttl" / "GTM" / "GTM-4.ttl", folder)], agent="test"
        )
        assert len(published.versions) >= 1
        service.store.replace({service.names.graph("test/vectors"): _institutions()})
        yield found


@pytest.fixture
def hostile(open_tab: Callable[..., Any], hostile_site: Any) -> Page:
    """A phone on the hostile site, with JavaScript."""
    return open_tab(width=390, on=hostile_site).page


PLACES = (
    "/",
    "/plans/GTM-4",
    "/commitments?country=GTM",
    "/countries/GTM",
    *(f"/commitments/GTM-4-{number}" for number in TITLES),
)


@pytest.mark.parametrize("path", PLACES)
def test_h1_hostile_titles_are_shown_as_text(
    hostile: Page, path: str, fits: Callable[[Page], None], accessible: Callable[[Page], None]
) -> None:
    hostile.goto(path)
    assert hostile.evaluate(_DOM) == HARMLESS
    fits(hostile)
    accessible(hostile)


def test_h1_two_hundred_vectors_are_shown_as_text(hostile: Page) -> None:
    assert len(VECTORS) == 200
    hostile.goto("/institutions?country=GTM&page_size=1000")
    assert hostile.evaluate(_DOM) == HARMLESS
    shown = hostile.locator(".entry").all_text_contents()
    assert {" ".join(text.split()) for text in shown} >= {" ".join(v.split()) for v in VECTORS}


@pytest.mark.parametrize("number", range(0, len(VECTORS), 9))
def test_h1_a_vector_on_its_own_page_as_text_language_and_datatype(
    hostile_site: Any, open_tab: Callable[..., Any], number: int
) -> None:
    page = open_tab(on=hostile_site).page
    page.goto(f"/institutions/GTM-vector-{number:03}")
    assert page.evaluate(_DOM) == HARMLESS
    expect(page.locator("h1")).to_have_text(VECTORS[number])


@pytest.mark.parametrize("number", range(3, len(VECTORS), 17))
def test_h1_a_vector_that_is_asked_for_is_shown_as_text(
    hostile_site: Any, open_tab: Callable[..., Any], number: int
) -> None:
    tab = open_tab(on=hostile_site)
    vector = quote(VECTORS[number])
    tab.expected = {400}
    for path in (f"/sparql?query={vector}", f"/commitments?country={vector}", f"/plans?{vector}=1"):
        answer = tab.page.goto(path)
        assert answer.status == 400
        assert "html" in answer.headers["content-type"]
        told = tab.page.evaluate(_DOM)
        ours = {"scripts", "styles"} if path.startswith("/sparql") else set()  # of the editor
        assert {name: told[name] for name in told if name not in ours} == {
            name: HARMLESS[name] for name in HARMLESS if name not in ours
        }, path


def test_h2_links_lead_to_the_web_and_to_mail_only(hostile: Page) -> None:
    hostile.goto("/institutions/GTM-links")
    assert hostile.evaluate(_DOM) == HARMLESS
    outside = hostile.locator("main a.out")
    assert sorted(link.get_attribute("href") for link in outside.all()) == sorted(LINKS[-2:])
    for link in outside.all():
        assert {"noopener", "nofollow", "ugc"} <= set(link.get_attribute("rel").split())
    text = hostile.locator("main").inner_text()
    assert all(link in text for link in LINKS)


@pytest.mark.parametrize("name", PAGES)
def test_h3_every_page_has_the_policy_and_nothing_inline(name: str, site: Any) -> None:
    answer = httpx.get(site.url + PAGES[name], headers=HTML)
    policy = answer.headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", answer.text)


@pytest.mark.parametrize("name", ["home", "commitment", "institution", "commitments"])
def test_h4_no_data_stands_in_a_script_element(name: str, site: Any) -> None:
    """JSON-LD is its own document behind a link, so that no literal can end an element."""
    answer = httpx.get(site.url + PAGES[name], headers=HTML)
    assert "application/ld+json" not in answer.text.split("</head>")[1]
    assert "</script" not in answer.text


def test_h5_a_text_of_one_mebibyte_is_cut_and_the_whole_stands_behind_a_link(
    hostile: Page, hostile_site: Any
) -> None:
    for path in ("/commitments/GTM-4-2", "/plans/GTM-4", "/commitments?country=GTM", "/"):
        content = httpx.get(hostile_site.url + path, headers=HTML).content
        assert len(content) < 500_000, path
    hostile.goto("/commitments/GTM-4-2")
    assert len(hostile.title()) < 200
    expect(hostile.locator("h1")).to_contain_text("1048576 characters")
    whole = hostile.get_by_role("link", name="All of it").get_attribute("href")
    assert "A" * MIB in httpx.get(hostile_site.url + whole).text


def test_h5_marks_that_turn_a_text_do_not_turn_what_stands_around_it(hostile: Page) -> None:
    hostile.goto("/commitments?country=GTM")
    entry = hostile.locator(".entries > li", has_text="desrever")
    assert entry.locator("bdi", has_text="desrever").count() == 1
    number, title = entry.locator(".no").bounding_box(), entry.locator(".entry a").bounding_box()
    assert number["x"] < title["x"]
    hostile.goto("/commitments/GTM-4-3")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", hostile.title())
    turned = hostile.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.localName !== 'bdi' &&"
        " [...e.childNodes].some(n => n.nodeType === 3 && /[\\u202a-\\u202e\\u2066-\\u2069]/.test(n.data)))"
        ".map(e => e.outerHTML.slice(0, 100))"
    )
    assert turned == []


def test_h5_a_flood_of_marks_stays_on_its_line(hostile: Page) -> None:
    hostile.goto("/commitments?country=GTM")
    flooded = hostile.locator(".entries > li", has_text="algo")
    assert flooded.bounding_box()["height"] < 300
    assert flooded.evaluate("e => getComputedStyle(e).overflowY") == "clip"


def test_h5_long_words_and_addresses_wrap(hostile: Page, fits: Callable[[Page], None]) -> None:
    for number in ("7", "8"):
        hostile.goto(f"/commitments/GTM-4-{number}")
        hostile.set_viewport_size({"width": 320, "height": 700})
        fits(hostile)

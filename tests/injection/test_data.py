"""H1, H2: what data say is text on a page, wherever it stands; put in the store past all checks."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ogpgraph.files import Graph
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.terms import Term, Triple
from ogpgraph.vocab import EXTERNAL_PREFIXES, PREF_LABEL, RDF_TYPE
from ogpgraph.web.app import create_app


@pytest.fixture(scope="module")
def hostile(bare_home: Path, tmp_path_factory, families) -> Iterator[Service]:
    """Institutions whose label, text, link and language each hold a string of the corpus."""
    home = shutil.copytree(bare_home, tmp_path_factory.mktemp("hostile-data") / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as opened:
        names = opened.names
        strings = [s for name in ("html", "template", "unicode", "header") for s in families[name]]
        strings = [
            s for s in strings if not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", s)
        ]
        triples = []
        for number, value in enumerate(strings):
            thing = Term("iri", names.thing("institution", f"X{number}"))
            says = {
                RDF_TYPE: Term("iri", names.term("PublicInstitution")),
                PREF_LABEL: Term("literal", value, "en" if number % 2 else "es"),
                EXTERNAL_PREFIXES["dcterms"] + "title": Term("literal", value),
                EXTERNAL_PREFIXES["dcterms"] + "description": Term("literal", value * 3, "en"),
                "http://xmlns.com/foaf/0.1/homepage": Term("iri", LINKS[number % len(LINKS)]),
            }
            triples += [str(Triple(thing, Term("iri", p), o)) for p, o in says.items()]
        opened.store.replace({names.graph("shared/hostile"): Graph.of(triples)})
        yield opened


LINKS = (
    "urn:javascript:alert(1)", "https://e.example/'onclick='x", "https://e.example/?a=&b", "mailto:a@e.example", "tel:javascript:alert(1)",
)  # fmt: skip
"""Of the schemes that are taken; others are refused before they can be shown."""


EDITOR = re.compile(
    r"\[\('type', 'module'\), \('src', '/static/editor/editor\.js\?v=[0-9a-f]{12}'\)\]"
)
"""The one script that there is, of ours, with its digest: see tests/pages/test_editor.py."""


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and EDITOR.fullmatch(repr(attrs)):
            return
        if tag in {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "style",
            "b",
            "math",
            "plaintext",
            "xmp",
        }:
            self.wrong.append(tag)
        for name, content in attrs:
            text = re.sub(r"[\x00-\x20]", "", content or "").lower()
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.wrong.append(f"{tag} {name}")
            if name in {"href", "src"} and not re.match(r"/(?!/)|#|https?:|mailto:", text):
                self.wrong.append(f"{tag} {name}={text}")


def test_no_page_of_hostile_data_is_active(hostile: Service, client_of) -> None:
    client = client_of(create_app(hostile))
    listed = client.get("/institutions", params={"page_size": "1000"})
    assert listed.status_code == 200, listed.text
    found = listed.json()["items"]
    ids = [item["id"].rpartition("/")[2] for item in found if "/institution/X" in item["id"]]
    assert len(ids) > 80
    query = "SELECT ?a ?b ?c {?a ?b ?c FILTER(CONTAINS(STR(?a), 'institution/X'))}"
    paths = [f"/institutions/{one}.html" for one in ids] + ["/institutions.html?page_size=1000"]
    for path in [
        *paths,
        "/sparql?query=" + query.replace(" ", "%20"),
        "/institutions.html?lang=es",
    ]:
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, path
        page = Page()
        page.feed(answer.text)
        assert page.wrong == [], path
        scripts = re.findall("script-src[^;]*", answer.headers["content-security-policy"])
        assert scripts in ([], ["script-src 'self'"] if path.startswith("/sparql") else [])
    for one in ids:
        assert json.loads(client.get(f"/institutions/{one}.jsonld").text)["id"].endswith(one)

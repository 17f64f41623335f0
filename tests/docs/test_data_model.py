"""docs/data-model.md and its Spanish sister: their queries answer what they show, and their picture
and tables are those of the ontology."""

from __future__ import annotations

import re
import runpy
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"en": DOCS / "data-model.md", "es": DOCS / "es" / "modelo-de-datos.md"}
QUERY = re.compile(r"^```sparql\n(.*?)^```\n+^```csv\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CASES = [
    (language, number, query, answer)
    for language, path in PAGES.items()
    for number, (query, answer) in enumerate(QUERY.findall(path.read_text(encoding="utf-8")), 1)
]
CODE_LISTS = {
    "Country", "BranchOfState", "PolicyArea", "OGPValue", "AlignmentMethod", "ReviewState", "CompletionLevel",
    "InvolvementRole", "RatingIndicator", "RatingValue", "ClaimField", "ClaimValue", "ReportType",
    "FigureMeasure", "Qualifier", "Basis", "TranslationMethod", "Focus",
}  # fmt: skip


def test_both_pages_have_the_same_number_of_queries() -> None:
    assert [case[0] for case in CASES].count("en") == [case[0] for case in CASES].count("es") >= 5
    for path in PAGES.values():
        assert path.read_text(encoding="utf-8").count("```sparql") == len(CASES) / 2


@pytest.mark.parametrize(
    ("language", "number", "query", "answer"), CASES, ids=lambda value: str(value)[:2]
)
def test_query(language: str, number: int, query: str, answer: str, server) -> None:
    request = urllib.request.Request(
        f"{server.base}/sparql",
        data=urllib.parse.urlencode({"query": query}).encode(),
        headers={"Accept": "text/csv"},
    )
    with urllib.request.urlopen(request, timeout=30) as found:
        assert found.read().decode().replace("\r\n", "\n") == answer


def test_picture_is_drawn_from_the_ontology() -> None:
    diagram = runpy.run_path(str(DOCS / "diagram.py"))
    drawn = diagram["svg"]()
    assert drawn == diagram["svg"]()
    assert drawn == (DOCS / "ontology.svg").read_text(encoding="utf-8"), (
        "run python docs/diagram.py"
    )
    ET.fromstring(drawn)


def test_every_class_stands_in_the_picture() -> None:
    diagram = runpy.run_path(str(DOCS / "diagram.py"))
    words = diagram["Words"]()
    classes = {words.short(info.iri) for info in words.classes}
    assert len(classes) > 45
    assert classes - set(diagram["drawn_classes"]()) - CODE_LISTS == set()


def test_no_text_leaves_its_box() -> None:
    diagram = runpy.run_path(str(DOCS / "diagram.py"))
    names = {"s": "http://www.w3.org/2000/svg"}
    tree = ET.fromstring(diagram["svg"]())
    for group in tree.findall("s:g", names):
        rect = group.find("s:rect", names)
        assert rect is not None
        width, bottom = (
            int(rect.get("width", 0)),
            int(rect.get("y", 0)) + int(rect.get("height", 0)),
        )
        for text in group.findall("s:text", names):
            assert len(text.text or "") * 7.3 + 12 <= width, text.text
            assert int(text.get("y", 0)) <= bottom, text.text


@pytest.mark.parametrize("language", PAGES)
def test_tables_of_terms_are_the_ontology(language: str) -> None:
    terms = runpy.run_path(str(DOCS / "terms.py"))
    assert terms["page"](language) == PAGES[language].read_text(encoding="utf-8"), (
        "run python docs/terms.py"
    )


def test_terms_named_in_the_text_exist() -> None:
    ontology = (DOCS.parent / "ontology" / "ogp.ttl").read_text(encoding="utf-8")
    for path in [
        *PAGES.values(),
        DOCS.parent / "data" / "README.md",
        DOCS.parent / "CONTRIBUTING.md",
    ]:
        for name in set(re.findall(r"\bogp:(\w+)", path.read_text(encoding="utf-8"))):
            assert f"ogp:{name} a " in ontology, (path.name, name)

"""The words of the pages."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from ogpgraph.kinds import KINDS
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.web import problems, texts
from ogpgraph.web.texts.sparql import EDITOR, EDITOR_PROBLEMS, EDITOR_TABLE

ROOMS = texts._ROOMS
TEMPLATES = [
    path for path in (files("ogpgraph.web") / "templates").iterdir() if path.name.endswith(".html")
]


def test_a_word_is_in_one_room_only() -> None:
    assert len(texts.TEXTS) == sum(len(room) for room in ROOMS)


@pytest.mark.parametrize("words", [texts.TEXTS, EDITOR, EDITOR_PROBLEMS, EDITOR_TABLE], ids=len)
def test_every_word_is_in_both_languages(words: dict[str, tuple[str, str]]) -> None:
    assert words
    assert all(len(text) == 2 and all(text) for text in words.values())


def test_the_editor_has_headings_for_problems_that_there_are() -> None:
    known = {slug for _, _, slug in problems._TABLE} | {"federation-disabled"}
    assert set(EDITOR_PROBLEMS) <= known


def test_every_word_that_a_template_uses_is_there() -> None:
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r"\bt\.([a-z_]+)", path.read_text("utf-8"))
    }
    assert len(used) > 80
    assert used <= set(texts.TEXTS)


def test_what_a_plan_does_not_list_has_the_name_that_the_ontology_gives_it() -> None:
    ontology = (Path(__file__).parents[2] / "ontology" / "ogp.ttl").read_text("utf-8")
    label = re.search(r'\nogp:UnlistedNumber [^.]*?"([^"]+)"@es , "([^"]+)"@en', ontology)
    assert label
    assert label.groups() == ("número no listado", "unlisted number")
    plural = ("Números no listados", "Unlisted numbers")
    assert texts.TEXTS["unlisted"] == KINDS["unlisted-numbers"].title == plural
    measures = DEFINITIONS["plans"].measures
    assert plural in {one.label for one in measures}
    said = [*texts.TEXTS.values(), *texts.COLUMNS.values()]
    assert not [one for one in said if re.search("enumerad|enumerar|sin listar", one[0])]

"""The words of the pages."""

from __future__ import annotations

import re
from importlib.resources import files

from ogpgraph.web import texts

ROOMS = texts._ROOMS
TEMPLATES = [
    path for path in (files("ogpgraph.web") / "templates").iterdir() if path.name.endswith(".html")
]


def test_a_word_is_in_one_room_only() -> None:
    assert len(texts.TEXTS) == sum(len(room) for room in ROOMS)


def test_every_word_is_in_both_languages() -> None:
    assert all(len(text) == 2 and all(text) for text in texts.TEXTS.values())


def test_every_word_that_a_template_uses_is_there() -> None:
    used = {
        name
        for path in TEMPLATES
        for name in re.findall(r"\bt\.([a-z_]+)", path.read_text("utf-8"))
    }
    assert len(used) > 80
    assert used <= set(texts.TEXTS)

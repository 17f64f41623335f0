"""O7: one line for each event, whatever is in it."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from ogpgraph.web.logs import JsonLines, TextLines

HOSTILE = "a\r\nb\x1b[31mc\x00\x7f\x85\u2028\u202e\ud800\"' ñ"


def record(message: str, **fields: object) -> logging.LogRecord:
    found = logging.LogRecord("ogpgraph.test", logging.INFO, "x", 1, message, (), None)
    found.created = 1_795_000_000.25
    found.fields = fields
    return found


@pytest.mark.parametrize("form", [JsonLines, TextLines])
def test_o7_a_line_is_printable_ascii(form: type[logging.Formatter]) -> None:
    text = form().format(record(HOSTILE, agent=HOSTILE, path=HOSTILE))
    assert text.isascii()
    assert text.isprintable()


def test_o7_json_gives_everything_back() -> None:
    found = json.loads(JsonLines().format(record(HOSTILE, agent=HOSTILE, status=200)))
    assert found == {
        "time": "2026-11-18T11:06:40.250Z",
        "level": "info",
        "logger": "ogpgraph.test",
        "message": HOSTILE,
        "agent": HOSTILE,
        "status": 200,
    }


def test_text_is_name_and_value() -> None:
    text = TextLines().format(record("request", path="/plans", agent="a b=c\n", status=200))
    assert text == (
        "2026-11-18T11:06:40.250Z info ogpgraph.test request "
        'path=/plans agent="a b=c\\n" status=200'
    )


@pytest.mark.parametrize("form", [JsonLines, TextLines])
def test_a_traceback_stays_in_its_line(form: type[logging.Formatter]) -> None:
    found = record("failed")
    try:
        raise ValueError("one\ntwo")
    except ValueError:
        found.exc_info = sys.exc_info()
    text = form().format(found)
    assert "ValueError: one\\ntwo" in text
    assert "\n" not in text

"""`/sdgs/suggest`: texts in, suggestions out; errors that say what would be right."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

PATH = "/sdgs/suggest"
SPANISH = (
    "El ministerio publicará las declaraciones de bienes para prevenir la corrupción y el soborno."
)
ENGLISH = "Access to clean drinking water and sanitation for rural schools."
PAGE = {"Accept": "text/html"}
Json = dict[str, Any]


def post(client: httpx.Client, body: object, **more: Any) -> httpx.Response:
    return client.post(PATH, json=body, **more)


def test_a_text_gets_goals_targets_scores_and_spans(client: httpx.Client) -> None:
    answer = post(client, {"text": SPANISH})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["id"] is None
    first = found["suggestions"][0]
    assert first["goal"] == 16
    assert first["target"] == "16.5"
    assert 0 < first["score"] <= 1
    words = [SPANISH[span["start"] : span["end"]] for span in first["spans"]]
    assert "soborno" in words
    assert {span["code"] for span in first["spans"]} == {"16.5"}


def test_plain_text_gets_the_same(client: httpx.Client) -> None:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    plain = client.post(PATH, content=SPANISH.encode(), headers=headers)
    assert plain.content == post(client, {"text": SPANISH}).content


def test_spans_count_the_text_as_json_holds_it_and_plain_text_after_its_mark(
    client: httpx.Client,
) -> None:
    """As docs/sdg.md says: U+FEFF is a character of a string, and no character of a file."""
    marked = "\ufeff" + SPANISH
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    plain = client.post(PATH, content=marked.encode(), headers=headers).json()
    assert plain == post(client, {"text": SPANISH}).json()
    told = post(client, {"text": marked}).json()
    for text, found in ((marked, told), (SPANISH, plain)):
        spans = found["suggestions"][0]["spans"]
        assert "soborno" in {text[span["start"] : span["end"]] for span in spans}
    starts = [
        [span["start"] for one in found["suggestions"] for span in one["spans"]]
        for found in (told, plain)
    ]
    assert starts[0] == [start + 1 for start in starts[1]]


def test_a_list_gets_a_list_in_its_order(client: httpx.Client) -> None:
    found = post(client, [{"id": "b", "text": ENGLISH}, {"id": 1, "text": SPANISH}]).json()
    assert [one["id"] for one in found] == ["b", "1"]
    assert [one["suggestions"][0]["goal"] for one in found] == [6, 16]


def test_json_lines_are_sent_to_who_asks(client: httpx.Client) -> None:
    body = [{"id": "a", "text": ENGLISH}, {"id": "b", "text": SPANISH}]
    answer = post(client, body, headers={"Accept": "application/x-ndjson"})
    assert answer.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in answer.text.splitlines()] == post(client, body).json()


def test_threshold_limit_and_language(client: httpx.Client) -> None:
    def number(**more: object) -> int:
        return len(post(client, {"text": ENGLISH + " " + SPANISH, **more}).json()["suggestions"])

    assert number(threshold=0) > number() > number(threshold=1)
    assert number(threshold=0, limit=1) == 1
    assert number(lang="es", threshold=0) < number(threshold=0)
    address = client.post(f"{PATH}?limit=1&threshold=0&text_lang=es", json={"text": SPANISH})
    assert len(address.json()["suggestions"]) == 1


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"json": {"text": 1}}, 400, "not a string"),
        ({"json": {"txt": ""}}, 400, "txt"),
        ({"json": {"id": "a"}}, 400, "no text"),
        ({"json": "a"}, 400, "neither"),
        ({"json": [{"id": "a"}]}, 400, "Text 1"),
        ({"json": {"text": "a", "lang": "fr"}}, 400, "fr"),
        ({"json": {"text": "a", "threshold": 2}}, 400, "0 to 1"),
        ({"json": {"text": "a", "threshold": True}}, 400, "0 to 1"),
        ({"json": {"text": "a", "limit": 0}}, 400, "limit"),
        ({"json": {"text": "a"}, "params": {"limit": "x"}}, 400, "limit"),
        ({"json": {"text": "a"}, "params": {"limits": "1"}}, 400, "limits"),
        ({"json": {"text": "a", "lang": "es"}, "params": {"text_lang": "fr"}}, 400, "fr"),
        ({"json": [{"id": "a", "text": "b"}], "params": {"threshold": "high"}}, 400, "0 to 1"),
        ({"files": {"text": (None, "a")}, "params": {"limit": "0"}}, 400, "limit"),
        ({"files": {"body": (None, "a")}}, 400, "text_lang"),
        ({"content": b'{"text": \n oops}', "headers": {"Content-Type": "application/json"}}, 400, "line 2, column 2"),
        ({"content": b'{"text": "a", "text": "b"}', "headers": {"Content-Type": "application/json"}}, 400, "twice"),
        ({"content": b'{"text": "a", "threshold": NaN}', "headers": {"Content-Type": "application/json"}}, 400, "NaN"),
        ({"content": b'{"text": "\\ud800"}', "headers": {"Content-Type": "application/json"}}, 400, "surrogate"),
        ({"content": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 400, "deep"),
        ({"content": b"\xff", "headers": {"Content-Type": "text/plain"}}, 400, "UTF-8"),
        ({"content": b"a", "headers": {"Content-Type": "text/html"}}, 415, "text/plain"),
        ({"content": b"a" * (1024 * 1024 + 1), "headers": {"Content-Type": "text/plain"}}, 413, "1048576"),
        ({"json": [{"id": "a", "text": "b"}] * 1001}, 413, "1000"),
        ({"json": {"text": "a"}, "headers": {"Accept": "image/png"}}, 406, "application/jsonl"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    sent: dict[str, Any], status: int, told: str, client: httpx.Client
) -> None:
    answer = client.post(PATH, **sent)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text


def test_what_would_be_right_is_told(client: httpx.Client) -> None:
    found = post(client, {"text": "a", "lang": "fr"}).json()
    assert (found["known"], found["parameter"]) == (["en", "es"], "lang")


@pytest.mark.parametrize(
    ("body", "parameter", "told"),
    [
        ([{"text": "a"}], "id", "Text 1: there is no id; the members are: text."),
        ([{"id": "a"}], "text", "Text 1: there is no text; the members are: id."),
        ([{"id": None, "text": "agua potable"}], "id", "Text 1: id is not a string."),
        ([{"id": "a", "text": "b"}, {"id": "c", "text": 1}], "text", "Text 2: text is not"),
        ([{"id": "\ud800", "text": "a"}], "id", "Text 1: id has half of a surrogate pair"),
        ({}, "text", "There is no text; the members are: none."),
        ({"lang": "es"}, "text", "There is no text; the members are: lang."),
        ({"id": None, "text": "a"}, "id", "Id is not a string."),
        ({"text": "a", "lang": "fr"}, "lang", "The language of the text is “fr”."),
    ],
)
def test_what_is_wrong_is_named(
    body: object, parameter: str, told: str, client: httpx.Client
) -> None:
    found = client.post(
        PATH, content=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert found.status_code == 400
    assert found.json()["parameter"] == parameter
    assert told in found.json()["detail"]


def test_a_text_that_is_no_object_names_no_member(client: httpx.Client) -> None:
    found = post(client, ["a"]).json()
    assert "parameter" not in found
    assert found["detail"] == 'Text 1: a text is written as {"id": …, "text": …}.'


def test_the_language_is_named_as_where_it_stands(client: httpx.Client) -> None:
    plain = {"content": b"agua potable", "headers": {"Content-Type": "text/plain"}}
    form = {"files": {"text": (None, "agua potable"), "text_lang": (None, "fr")}}
    asked = [{"params": {"text_lang": "fr"}, **plain}, form]
    for sent in (*asked, {"params": {"text_lang": "fr"}, "json": {"text": "a"}}):
        found = client.post(PATH, **sent).json()
        assert (found["parameter"], found["known"]) == ("text_lang", ["en", "es"])
    page = client.post(PATH, params={"lang": "fr"}, **plain).json()
    assert page["parameter"] == "lang"


@pytest.mark.parametrize(
    ("query", "said", "same"),
    [
        ({"text_lang": "en"}, {"lang": "es"}, {"lang": "en"}),
        ({"limit": "1"}, {"limit": 2}, {"limit": 1}),
        ({"threshold": "0.5"}, {"threshold": 0}, {"threshold": 0.5}),
    ],
)
def test_the_address_and_the_body_say_one_thing(
    query: dict[str, str], said: Json, same: Json, client: httpx.Client
) -> None:
    (parameter,) = query
    refused = post(client, {"text": SPANISH, **said}, params=query)
    assert refused.status_code == 400
    assert refused.json()["parameter"] == parameter
    assert "say it once" in refused.json()["detail"]
    both = post(client, {"text": SPANISH, **same}, params=query)
    assert both.status_code == 200
    assert both.content == post(client, {"text": SPANISH, **same}).content
    assert both.content == post(client, {"text": SPANISH}, params=query).content


def test_the_form_and_the_address_say_one_language(client: httpx.Client) -> None:
    def sent(chosen: str) -> httpx.Response:
        fields = {"text": (None, ENGLISH), "text_lang": (None, chosen)}
        return client.post(PATH, files=fields, params={"text_lang": "en"})

    assert sent("es").json()["parameter"] == "text_lang"
    assert sent("en").status_code == 200
    assert sent("").content == sent("en").content  # the form leaves it to the address


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_works_without_a_script(language: str, client: httpx.Client) -> None:
    form = client.get(f"{PATH}?lang={language}", headers=PAGE)
    assert form.status_code == 200
    assert f'<html lang="{language}">' in form.text
    assert f'action="{PATH}?lang={language}" method="post"' in form.text
    text = SPANISH + " <script>alert(1)</script>"
    fields = {"text": (None, text), "text_lang": (None, "")}
    answer = client.post(f"{PATH}?lang={language}", files=fields, headers=PAGE)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert "<mark>soborno</mark>" in answer.text
    assert "<script>" not in answer.text
    assert re.search(r'href="/sdgs/16\.5', answer.text)


def test_the_form_names_the_languages_of_texts(client: httpx.Client) -> None:
    names = {"es": ("Inglés", "Español"), "en": ("English", "Spanish")}
    for language, (english, spanish) in names.items():
        form = client.get(f"{PATH}?lang={language}", headers=PAGE).text
        assert f'<option value="en">{english}</option>' in form
        assert f'<option value="es">{spanish}</option>' in form


def test_the_page_tells_of_an_error_beside_the_form(client: httpx.Client) -> None:
    fields = {"text": (None, " "), "text_lang": (None, "")}
    answer = client.post(f"{PATH}?lang=es", files=fields, headers=PAGE)
    assert answer.status_code == 400
    assert "No se pudo leer" in answer.text
    assert "<textarea" in answer.text


def test_the_form_is_answered_in_json_to_who_asks(client: httpx.Client) -> None:
    fields = {"text": (None, SPANISH)}
    answer = client.post(PATH, files=fields, headers={"Accept": "application/json"})
    assert answer.json() == post(client, {"text": SPANISH}).json()


def test_the_page_is_listed(client: httpx.Client) -> None:
    assert f'href="{PATH}"' in client.get("/sdgs", headers=PAGE).text

"""`/search` over HTTP: forms, filters, paging, errors, what it says in its headers."""

from __future__ import annotations

import csv
import html
import io
import re
import xml.etree.ElementTree as ET
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PROBLEM = "application/problem+json"
HTML = {"Accept": "text/html"}


def get(client: httpx.Client, path: str = "/search", **params: Any) -> httpx.Response:
    return client.get(path, params=params)


def page(client: httpx.Client, **params: Any) -> httpx.Response:
    return client.get("/search", params=params, headers=HTML)


def conforms(value: object, schema: dict[str, Any]) -> None:
    """A small reading of JSON Schema: types, required members, enumerations."""
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            try:
                conforms(value, one)
            except AssertionError:
                continue
            return
        raise AssertionError(value)
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
    types |= {"boolean": bool, "null": type(None)}
    allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    assert any(isinstance(value, types[name]) for name in allowed), (value, schema)
    if "enum" in schema:
        assert value in schema["enum"]
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        assert set(schema.get("required", ())) <= value.keys()
        if properties:
            assert value.keys() <= properties.keys(), value.keys() - properties.keys()
        for name, one in value.items():
            conforms(one, properties.get(name) or schema["additionalProperties"])
    if isinstance(value, list):
        for one in value:
            conforms(one, schema["items"])


@pytest.mark.parametrize(
    "params",
    [
        {"q": "datos abiertos"},
        {"q": "datos abiertos", "lang": "en", "page": 2, "page_size": 5},
        {"q": "trasparencia"},
        {"q": "xqzwvkjh"},
        {"q": "expediente volcanes"},
        {"q": "transparencia", "kind": "commitments", "country": "HND"},
        {"q": "diagnóstico", "language": "es"},
        {"q": '"cuentas"', "branch": "judicial"},
    ],
)
def test_json_is_as_openapi_describes_it(client: httpx.Client, params: dict[str, Any]) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/search"]["get"]
    declared = {one["name"] for one in operation["parameters"]}
    assert params.keys() <= declared
    answer = get(client, **params)
    assert answer.status_code == 200
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    conforms(answer.json(), schema)


def test_an_answer_has_labels_snippets_and_where_a_thing_is_from(client: httpx.Client) -> None:
    body = get(client, q="expediente digital", lang="es").json()
    first = body["items"][0]
    assert first["id"].endswith("/id/commitment/HND-4-15")
    assert first["kind"] == "commitments"
    assert first["url"].endswith("/commitments/HND-4-15")
    marked = [part["text"].lower() for part in first["label"]["parts"] if part["match"]]
    assert marked == ["expediente", "digital"]
    assert first["label"]["language"] == "es"
    assert [one["id"].rsplit("/", 1)[-1] for one in first["countries"]] == ["HND"]
    assert first["countries"][0]["label"] == {"es": "Honduras", "en": "Honduras"}
    assert [one["id"].rsplit("/", 1)[-1] for one in first["owners"]] == ["HND-4"]
    assert body["matched"] == "all"
    assert body["version"] > 0


def test_texts_come_in_the_language_that_is_asked_for_first(client: httpx.Client) -> None:
    spanish, english = (
        get(client, q="MEX-4-11", lang=lang).json()["items"][0] for lang in ("es", "en")
    )
    assert spanish["label"]["language"] == "es"
    assert english["label"]["language"] == "en"
    assert spanish["snippet"]["language"] == "es"
    assert english["snippet"]["language"] == "en"
    # what only a text in the other language has is shown in that one
    other = get(client, q="beneficiarios finales", lang="en").json()["items"]
    assert any(item["snippet"] and item["snippet"]["language"] == "es" for item in other)
    by_header = client.get(
        "/search", params={"q": "MEX-4-11"}, headers={"Accept-Language": "es-MX"}
    )
    assert by_header.json()["items"][0]["label"]["language"] == "es"
    assert by_header.headers["content-language"] == "es"


def test_what_is_marked_is_in_the_text_and_is_what_was_asked(client: httpx.Client) -> None:
    for text in ("transparencia", "rendición de cuentas", '"datos abiertos"', "citizen"):
        for item in get(client, q=text, page_size=100).json()["items"]:
            parts = (item["snippet"] or {"parts": []})["parts"]
            parts += (item["label"] or {"parts": []})["parts"]  # alignments have no label
            for part in parts:
                if part["match"]:
                    assert part["text"][:3].lower() in text.lower() or part["text"][:3].lower() in {
                        "ren", "cue", "dat", "abi", "cit", "tra"
                    }  # fmt: skip
            assert len("".join(part["text"] for part in parts)) < 700


def test_a_quotation_tells_its_document_and_line(client: httpx.Client) -> None:
    said = '"Desarrollar estrategias de gobierno judicial abierto"'
    items = get(client, q=said, lang="es").json()["items"]
    (snippet,) = [one["snippet"] for one in items if one["snippet"]["field"] == "quote"]
    assert snippet["source"].startswith("HND-4")
    assert snippet["line"] > 0
    text = page(client, q=said, lang="es").text
    assert "Cita de la fuente" in text
    assert f"línea {snippet['line']}" in text


def test_facets_are_links_that_give_what_they_count(client: httpx.Client) -> None:
    body = get(client, q="transparencia").json()
    for name, values in body["facets"].items():
        assert values
        for value in values:
            narrowed = get(client, q="transparencia", **{name: value["value"]}).json()
            assert narrowed["total"] == value["count"]
            assert value["label"]["es"]
            assert value["label"]["en"]
    found = page(client, q="transparencia", lang="es").text
    links = re.findall(
        r'<li><a href="([^"]+)"><bdi>[^<]+</bdi></a> <span class="count">(\d+)', found
    )
    assert len(links) == sum(map(len, body["facets"].values()))
    for href, count in links:
        shown = client.get(html.unescape(href), headers=HTML).text
        assert f"<strong>{count}</strong>" in shown


def test_pages_are_linked_and_complete(client: httpx.Client) -> None:
    seen: list[str] = []
    url: str | None = "/search?q=transparencia&page_size=9"
    while url:
        answer = client.get(url)
        body = answer.json()
        seen += [item["id"] for item in body["items"]]
        links = re.findall(r'<([^>]+)>; rel="(first|prev|next|last)"', answer.headers["link"])
        told = {rel: link for link, rel in links}
        for rel in ("first", "prev", "next", "last"):
            assert (rel in body) == (rel in told)
            if rel in body:
                assert body[rel].endswith(told[rel])
        url = told.get("next")
    assert len(seen) == len(set(seen)) == body["total"]
    assert client.get("/search?q=transparencia&page=999").json()["items"] == []


@pytest.mark.parametrize("form", ["csv", "json", "html"])
def test_the_other_pages_are_of_the_form_that_was_asked_for(
    client: httpx.Client, form: str
) -> None:
    """Also the addresses that stand in the answer itself, and not only its header fields."""
    asked = f"/search.{form}?q=agua&page_size=1"
    whole = client.get("/search?q=agua&page_size=100").json()
    seen, url = 0, asked
    while url:
        answer = client.get(url, headers={"Accept": "*/*"})
        assert answer.headers["content-type"].partition(";")[0].endswith(form)
        found = dict(
            re.findall(r'<([^>]+)>; rel="(?:first|prev|next|last)"()', answer.headers["link"])
        )
        assert found
        assert all(link.startswith(f"/search.{form}?") for link in found)
        if form == "json":
            told = {answer.json().get(rel) for rel in ("first", "prev", "next", "last")} - {None}
            assert {httpx.URL(one).raw_path.decode() for one in told} == set(found)
        seen += 1
        links = re.findall(r'<([^>]+)>; rel="next"', answer.headers["link"])
        url = links[0] if links else ""
    assert seen == whole["total"] > 1
    plain = client.get("/search?q=agua&page_size=1", headers={"Accept": "text/csv"})
    assert '</search?q=agua&page_size=1&page=2>; rel="next"' in plain.headers["link"]


def test_all_forms_say_the_same(client: httpx.Client) -> None:
    params = {"q": "datos abiertos", "lang": "es"}
    body = get(client, **params).json()
    answer = client.get("/search.csv", params=params)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == len(body["items"]) + 1
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["id"] for row in rows] == [item["id"] for item in body["items"]]
    for row, item in zip(rows, body["items"], strict=True):
        label = item["label"]["parts"] if item["label"] else []
        assert row["title"] == item["title"] != ""
        assert row["label"] == "".join(part["text"] for part in label)
        snippet = item["snippet"]["parts"] if item["snippet"] else []
        assert row["snippet"] == "".join(part["text"] for part in snippet)
        assert row["countries"] == " ".join(
            one["id"].rsplit("/", 1)[-1] for one in item["countries"]
        )
    text = page(client, **params).text
    shown = re.findall(r'<h3><a href="([^"?]+)', text)
    assert shown == [item["url"].removeprefix("http://localhost:8000") for item in body["items"]]


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "?"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": "a " * 20}, "q"),
        ({"q": "x", "kind": "none"}, "kind"),
        ({"q": "x", "country": "none"}, "country"),
        ({"q": "x", "branch": "none"}, "branch"),
        ({"q": "x", "language": "fr"}, "language"),
        ({"q": "x", "page": "0"}, "page"),
        ({"q": "x", "page": "1.5"}, "page"),
        ({"q": "x", "page": "٣"}, "page"),
        ({"q": "x", "page_size": "101"}, "page_size"),
        ({"q": "x", "page_size": "9" * 400}, "page_size"),
        ({"q": "x", "lang": "fr"}, "lang"),
        ({"q": "x", "sort": "y"}, "sort"),
    ],
)
def test_what_is_wrong_is_named(
    client: httpx.Client, params: dict[str, str], parameter: str
) -> None:
    answer = get(client, **params)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["parameter"] == parameter
    if parameter in {"kind", "country", "branch", "language", "sort", "lang"}:
        assert answer.json()["known"]


def test_a_filter_takes_an_id_or_an_iri_and_a_kind_without_things_is_no_error(
    client: httpx.Client,
) -> None:
    whole = "https://w3id.org/ogpgraph/id/country/HND"
    totals = {get(client, q="datos", country=one).json()["total"] for one in ("HND", whole)}
    assert len(totals) == 1
    assert totals > {0} or totals.pop() > 0
    none = get(client, q="jaguar", kind="alignments")
    assert (none.status_code, none.json()["total"]) == (200, 0)


def test_reasons_for_and_against_goals_are_found(client: httpx.Client) -> None:
    found = get(client, q="descarbonización", kind="alignments").json()["items"]
    assert "CRI-4-3/13.2/curated" in {item["id"].split("/id/alignment/")[-1] for item in found}
    [item] = get(client, q='"capacitaciones en innovación" 9.5', kind="commitments").json()["items"]
    assert item["id"].endswith("ECU-1-8")


def test_an_etag_is_of_version_and_question(client: httpx.Client) -> None:
    one, two = get(client, q="datos"), get(client, q="salud")
    assert one.headers["etag"] != two.headers["etag"]
    again = client.get(
        "/search", params={"q": "datos"}, headers={"If-None-Match": one.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_begins_with_a_form_and_keeps_what_was_chosen(client: httpx.Client) -> None:
    empty = page(client, lang="es")
    assert empty.status_code == 200
    assert 'role="search"' in empty.text
    found = page(client, q='"datos" <b>', country="HND", lang="es").text
    assert 'value="&#34;datos&#34; &lt;b&gt;"' in found
    assert '<input type="hidden" name="country" value="HND">' in found
    assert '<input type="hidden" name="lang" value="es">' in found


def test_the_page_tells_what_cannot_be_looked_for(client: httpx.Client) -> None:
    for text in ("?", "x" * 201):
        refused = page(client, q=text, lang="es")
        assert refused.status_code == 400
        assert "No se puede buscar eso" in refused.text
        assert 'aria-invalid="true"' in refused.text
        assert "etag" not in refused.headers


@pytest.mark.parametrize("text", ["-agua", '-"agua potable"', "-agua -tierra"])
def test_only_what_must_not_appear_is_told_as_such(client: httpx.Client, text: str) -> None:
    for language, reason in (
        ("es", "Eso solo dice lo que no debe aparecer"),
        ("en", "That only says what must not appear"),
    ):
        refused = page(client, q=text, lang=language)
        assert refused.status_code == 400
        assert reason in refused.text
        assert "letra o cifra" not in refused.text
        assert "letter or digit" not in refused.text
    answer = get(client, q=text)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "q")
    assert "must not be there" in answer.json()["detail"]


def test_the_page_asks_what_was_meant(client: httpx.Client) -> None:
    text = page(client, q="trasparencia fiscal", lang="es").text
    found = re.search(r'¿Quiso decir <a href="([^"]+)"><bdi>([^<]+)</bdi></a>\?', text)
    assert found
    assert found[2] == "transparencia fiscal"
    again = client.get(html.unescape(found[1]), headers=HTML)
    assert "<mark>" in again.text


def test_browsers_can_add_the_search(client: httpx.Client) -> None:
    assert 'rel="search" href="/opensearch.xml"' in client.get("/", headers=HTML).text
    answer = client.get("/opensearch.xml")
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ET.fromstring(answer.content)
    assert root.tag == f"{space}OpenSearchDescription"
    assert len(root.findtext(f"{space}ShortName") or "") <= 16
    for url in root.findall(f"{space}Url"):
        filled = url.attrib["template"].replace("{searchTerms}", "datos%20abiertos")
        filled = filled.replace("{startPage?}", "1").replace("{count?}", "10")
        answer = client.get(filled, headers={"Accept": url.attrib["type"]})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(url.attrib["type"])


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7}",
    "\u202egnihtyna\u202c",
    "%00%0a",
    "' OR 1=1 --",
    "datos\x00abiertos",
    "../../etc/passwd",
    "a\u0301" * 60,
)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_texts_are_words_like_any_other(client: httpx.Client, text: str) -> None:
    for form in ("json", "html", "csv"):
        answer = client.get(f"/search.{form}", params={"q": text})
        assert answer.status_code in {200, 400}
        if form == "html":
            assert "<script>" not in answer.text
            assert "<img src=x" not in answer.text
            assert "{{7*7}}" not in text or 'value="{{7*7}} ${7*7}"' in answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=220))
def test_no_text_is_an_error_of_the_service(client: httpx.Client, text: str) -> None:
    answer = get(client, q=text, page_size=3)
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize(
    ("text", "kind", "spanish", "english"),
    [
        ("expediente digital", "commitments", "Compromiso", "Commitment"),
        (
            "ODS 4",
            "sdgs",
            "Objetivo de Desarrollo Sostenible",
            "Sustainable Development Goal",
        ),
        ("ODS 4.2", "sdgs", "Meta de los ODS", "SDG target"),
        ("Indicador 4.2.2", "sdg-indicators", "Indicador de los ODS", "SDG indicator"),
        ("Honduras", "countries", "País", "Country"),
    ],
)
def test_a_result_is_called_one_of_its_kind(
    client: httpx.Client, text: str, kind: str, spanish: str, english: str
) -> None:
    for language, word in (("es", spanish), ("en", english)):
        found = page(client, q=text, kind=kind, lang=language).text
        first = found.partition('<ul class="facts">')[2]
        assert first.lstrip().startswith(f'<li class="chip">{word}</li>')


def test_what_has_no_label_of_its_own_is_called_in_words(client: httpx.Client) -> None:
    said = {
        "es": "ODS 4.7 · HND-4-16 (por curaduría)",
        "en": "SDG 4.7 · HND-4-16 (curated)",
    }
    for language, title in said.items():
        params = {"q": "educacion HND-4-16", "kind": "alignments", "lang": language}
        text = page(client, **params).text
        assert f"<bdi>{title}</bdi></a></h3>" in text
        assert "curated</a>" not in text
        [item] = [
            one for one in get(client, **params).json()["items"] if "HND-4-16/4.7" in one["id"]
        ]
        assert (item["title"], item["label"]) == (title, None)
        table = csv.DictReader(io.StringIO(client.get("/search.csv", params=params).text))
        assert title in {row["title"] for row in table}


def test_ids_that_only_programs_use_stand_on_no_page(client: httpx.Client) -> None:
    areas = page(client, q="agua y saneamiento", kind="policy-areas", lang="es").text
    assert "/policy-areas/waterAndSanitation" in areas
    assert "<li>waterAndSanitation</li>" not in areas
    assert "<li>HND-4-15</li>" in page(client, q="expediente digital", lang="es").text

"""Every form of a table says the same, and what is wrong with a request is said."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import httpx
import pytest
from jsonschema_rs import Draft202012Validator

from ogpgraph.statistics.definitions import DEFINITIONS

FORMS = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", DEFINITIONS)
def test_csv_and_json_say_the_same(aligned_client: httpx.Client, name: str) -> None:
    table: dict[str, Any] = aligned_client.get(f"/stats/{name}").json()
    lines = rows_of(aligned_client.get(f"/stats/{name}.csv?lang=es").text)
    assert len(lines) == len(table["rows"]) > 0
    for line, row in zip(lines, table["rows"], strict=True):
        for dimension in table["dimensions"]:
            assert line[dimension["id"]] == row[dimension["id"]]["id"]
            if "label" in row[dimension["id"]]:
                assert line[f"{dimension['id']}_label"] == row[dimension["id"]]["label"]["es"]
        for measure in table["measures"]:
            assert float(line[measure["id"]]) == row[measure["id"]]["value"]


def test_the_long_form_has_every_figure(aligned_client: httpx.Client) -> None:
    tables = aligned_client.get("/stats").json()["tables"]
    lines = rows_of(aligned_client.get("/stats.csv").text)
    expected = [
        (table["id"], measure["id"], row[measure["id"]]["value"])
        for table in tables
        for row in table["rows"]
        for measure in table["measures"]
    ]
    assert [(one["table"], one["measure"], float(one["value"])) for one in lines] == expected
    places = [tuple(one.values())[:-1] for one in lines]
    assert len(set(places)) == len(places)


def test_what_is_sent_is_what_openapi_says(aligned_client: httpx.Client) -> None:
    document = aligned_client.get("/openapi.json").json()
    for path, address in (("/stats", "/stats"), ("/stats/{table}", "/stats/declared")):
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        schema = content["application/json"]["schema"]
        Draft202012Validator(schema).validate(aligned_client.get(address).json())
    assert (
        "image/svg+xml" in document["paths"]["/stats/{table}"]["get"]["responses"]["200"]["content"]
    )


@pytest.mark.parametrize("name", DEFINITIONS)
def test_each_table_says_what_it_counts_in_both_languages(
    aligned_client: httpx.Client, name: str
) -> None:
    table = aligned_client.get(f"/stats/{name}").json()
    texts = [table["title"], table["row"], table["counted"]]
    texts += [one["label"] for one in (*table["dimensions"], *table["measures"])]
    texts += [one["definition"] for one in table["measures"]]
    assert all(set(text) == {"es", "en"} and all(text.values()) for text in texts)
    for text in (table["row"], table["counted"]):
        assert text["es"] != text["en"]


@pytest.mark.parametrize("path", ["/stats", "/stats/declared"])
@pytest.mark.parametrize("suffix", FORMS)
def test_forms_by_suffix_and_by_accept(
    aligned_client: httpx.Client, path: str, suffix: str
) -> None:
    named = aligned_client.get(f"{path}.{suffix}")
    media_type = FORMS[suffix].partition(";")[0]
    asked = aligned_client.get(path, headers={"Accept": media_type})
    assert named.status_code == asked.status_code == 200
    assert named.headers["content-type"] == asked.headers["content-type"] == FORMS[suffix]
    if suffix != "html":  # the page links to its own address in the other language
        assert named.content == asked.content
    again = aligned_client.get(f"{path}.{suffix}", headers={"If-None-Match": named.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_links_to_the_other_forms(aligned_client: httpx.Client) -> None:
    link = aligned_client.get("/stats/declared?country=CRI").headers["link"]
    assert '</stats/declared.csv?country=CRI>; rel="alternate"; type="text/csv"' in link
    assert '</stats/declared.svg?country=CRI>; rel="alternate"; type="image/svg+xml"' in link
    assert ".svg" not in aligned_client.get("/stats/goals-by-country").headers["link"]


def test_a_country_keeps_its_rows_and_those_of_its_plans(aligned_client: httpx.Client) -> None:
    found = aligned_client.get("/stats?country=HND").json()["tables"]
    names = {one["id"] for one in found}
    assert {"declared", "branches-by-country", "milestones"} <= names
    assert names.isdisjoint({"branches", "institutions", "goals"})
    for table in found:
        assert "totals" not in table  # they are of all countries
        for row in table["rows"]:
            place = row.get("country") or row["plan"]
            assert place["id"].startswith("HND")
    (row,) = aligned_client.get("/stats/declared?country=HND").json()["rows"]
    assert (row["declared"]["value"], row["listed"]["value"]) == (20, 19)
    assert aligned_client.get("/stats/declared?plan=HND-4").json()["rows"] == [row]
    assert aligned_client.get("/stats/declared?plan=HND-4&country=CRI").json()["rows"] == []
    whole = "https://w3id.org/ogpgraph/id/plan/HND-4"
    assert aligned_client.get("/stats/declared", params={"plan": whole}).json()["rows"] == [row]


@pytest.mark.parametrize(
    ("path", "status", "parameter", "known"),
    [
        ("/stats?country=XXX", 400, "country", "CRI"),
        ("/stats/declared?plan=XXX-1", 400, "plan", "CRI-4"),
        ("/stats/branches?country=CRI", 400, "country", "branches-by-country"),
        ("/stats/countries?plan=CRI-4", 400, "plan", "declared"),
        ("/stats/declared?sort=plan", 400, "sort", "country"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(
    aligned_client: httpx.Client, path: str, status: int, parameter: str, known: str
) -> None:
    answer = aligned_client.get(path)
    assert answer.status_code == status
    problem = answer.json()
    assert problem["parameter"] == parameter
    assert known in problem["known"]


@pytest.mark.parametrize(
    "path",
    ["/stats/none", "/stats/none.csv", "/stats/declared.xlsx", "/stats/goals-by-country.svg"],
)
def test_what_is_not_there(aligned_client: httpx.Client, path: str) -> None:
    answer = aligned_client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_none_of_the_forms_asked_for(aligned_client: httpx.Client) -> None:
    answer = aligned_client.get("/stats", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["offers"]


@pytest.mark.parametrize("name", [one.name for one in DEFINITIONS.values() if one.crosses])
def test_a_matrix_has_the_figures_of_the_table(aligned_client: httpx.Client, name: str) -> None:
    table: dict[str, Any] = aligned_client.get(f"/stats/{name}").json()
    answer = aligned_client.get(f"/stats/{name}?layout=matrix")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = rows_of(answer.text)
    (other,) = (one["id"] for one in table["dimensions"] if one["id"] != "country")
    (measure,) = (one["id"] for one in table["measures"])
    found = {
        (line["country"], column): int(number)
        for line in lines
        for column, number in line.items()
        if column not in {"country", "country_label"}
    }
    assert found == {
        (row["country"]["id"], row[other]["id"]): row[measure]["value"] for row in table["rows"]
    }
    assert len(found) == len(lines) * (len(lines[0]) - 2)


def test_countries_by_goals_is_a_matrix_of_five_by_seventeen(aligned_client: httpx.Client) -> None:
    lines = rows_of(aligned_client.get("/stats/goals-by-country.csv?layout=matrix&lang=es").text)
    assert [line["country"] for line in lines] == ["CRI", "ECU", "GTM", "HND", "MEX"]
    assert lines[4]["country_label"] == "México"
    assert list(lines[0])[2:] == [str(goal) for goal in range(1, 18)]
    one = rows_of(aligned_client.get("/stats/goals-by-country.csv?layout=matrix&country=HND").text)
    assert [line["country"] for line in one] == ["HND"]
    page = aligned_client.get(
        "/stats/goals-by-country?country=HND", headers={"Accept": "text/html"}
    )
    assert 'href="/stats/goals-by-country.csv?layout=matrix&amp;country=HND"' in page.text


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("goals-by-country?layout=wide", "matrix"),
        ("goals-by-country.json?layout=matrix", "matrix"),
        ("goals?layout=matrix", "goals-by-country"),
    ],
)
def test_a_layout_that_is_not_there_is_refused(
    aligned_client: httpx.Client, path: str, known: str
) -> None:
    answer = aligned_client.get(f"/stats/{path}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "layout"
    assert known in answer.json()["known"]


def test_pages_name_languages_and_tables_for_programs_have_their_codes(
    aligned_client: httpx.Client,
) -> None:
    path = "/stats/title-languages"
    for language, names in (("es", {"inglés", "español"}), ("en", {"English", "Spanish"})):
        answer = aligned_client.get(
            path, params={"lang": language}, headers={"Accept": "text/html"}
        )
        cells = {one.strip() for one in re.findall(r">([^<>]+)<", answer.text)}
        assert names <= cells
        assert not {"en", "es"} & cells
    table = aligned_client.get(f"{path}.csv").text
    assert {row["language"] for row in csv.DictReader(io.StringIO(table))} >= {"en", "es"}

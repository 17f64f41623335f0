"""CSV of lists and things: exact, the same columns for one and for many, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import httpx
import pytest

from ogpgraph import tables
from ogpgraph.files import Graph
from ogpgraph.formats import csv_document
from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS
from ogpgraph.service import Service
from ogpgraph.terms import iri, literal

NAMES = Names()
Row = dict[str, str]
ROLES = {
    "lead": "lead",
    "co_responsible": "coResponsible",
    "supporting": "supporting",
    "counterpart": "counterpart",
    "funder": "funder",
    "named": "named",
}
"""The columns of commitments by role, and the roles of the scheme."""


def read(answer: httpx.Response) -> list[Row]:
    """The rows, by an independent reader of CSV."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


def several(cell: str) -> list[str]:
    """The values in a cell, as docs/http.md says."""
    return [one.replace("\\|", "|") for one in re.split(r"(?<!\\)\|", cell)] if cell else []


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_has_the_columns_of_its_kind_and_a_row_for_each_thing(
    full_client: httpx.Client, kind: str
) -> None:
    answer = full_client.get(f"/{kind}.csv?page_size=1000")
    lines = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert lines[0] == tables.header(KINDS[kind])
    assert {len(line) for line in lines} == {len(lines[0])}
    items = full_client.get(f"/{kind}?page_size=1000").json()["items"]
    assert [row["iri"] for row in read(answer)] == [item["id"] for item in items]
    assert all(row["id"] and row["label"] for row in read(answer) if kind not in {"alignments", "unlisted-numbers"})  # fmt: skip
    assert len(set(lines[0])) == len(lines[0])


@pytest.mark.parametrize("kind", KINDS)
def test_one_thing_is_the_row_that_the_list_has_of_it(
    full_client: httpx.Client, full_service: Service, kind: str
) -> None:
    listed = read(full_client.get(f"/{kind}.csv?page_size=3&lang=es"))
    for row in listed:
        folder = KINDS[kind].documents or kind
        path = f"/{folder}/{KINDS[kind].identifier(full_service.names, row['iri'])}"
        assert read(full_client.get(f"{path}.csv?lang=es")) == [row]
        by_accept = full_client.get(f"{path}?lang=es", headers={"Accept": "text/csv"})
        assert read(by_accept) == [row]
    assert len(listed) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_nothing_is_a_header(full_client: httpx.Client, kind: str) -> None:
    answer = full_client.get(f"/{kind}.csv?q=xyzzyqwerty")
    assert answer.text == ",".join(tables.header(KINDS[kind])) + "\r\n"


def test_every_line_ends_in_cr_lf_and_quotes_are_doubled(client: httpx.Client) -> None:
    answer = client.get("/commitments.csv?page_size=1000")
    unquoted = re.sub(r'"(?:[^"]|"")*"', "x", answer.text)
    assert '"' not in unquoted
    assert unquoted.count("\r\n") == unquoted.count("\n") == unquoted.count("\r") == 71
    assert unquoted.endswith("\r\n")


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_any_cells_are_read_back(delimiter: str) -> None:
    cells = ["", "a", 'say "x"', "a,b", "a;b", "two\r\nlines", "\n", " lead", "é", '"', ",", "'"]
    text = csv_document([cells, cells[::-1]], delimiter)
    read_back = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    assert read_back == [cells, cells[::-1]]


def test_a_row_has_ids_and_labels_in_the_language_asked_for(client: httpx.Client) -> None:
    spanish, english = (
        read(client.get(f"/commitments/HND-4-15.csv?lang={lang}"))[0] for lang in ("es", "en")
    )
    assert spanish["id"] == english["id"] == "HND-4-15"
    assert spanish["country"] == english["country"] == "HND"
    assert (spanish["branch"], spanish["branch_label"]) == ("judicial", "Poder Judicial")
    assert english["branch_label"] == "Judicial branch"
    assert spanish["plan"] == "HND-4"
    assert spanish["title"] == english["title"]  # its official name is in one language
    assert spanish["title_language"] == english["title_language"]
    assert spanish["summary"] != english["summary"]
    by_header = client.get("/commitments/HND-4-15.csv", headers={"Accept-Language": "es-MX"})
    assert read(by_header)[0] == spanish
    assert by_header.headers["content-language"] == "es"
    assert "accept-language" in by_header.headers["vary"].lower()


def test_the_ids_in_a_table_are_what_filters_take(client: httpx.Client) -> None:
    row = read(client.get("/commitments/ECU-1-2.csv"))[0]
    for name, column in (
        ("plan", "plan"),
        ("country", "country"),
        ("institution", "lead"),
        ("institution", "supporting"),
        ("branch", "branch"),
        ("policy_area", "policy_area"),
        ("ogp_value", "ogp_value"),
    ):
        values = several(row[column])
        assert values
        for value in values:
            found = read(client.get("/commitments.csv", params={name: value, "page_size": 1000}))
            assert "ECU-1-2" in [one["id"] for one in found], (name, value)
    assert len(several(row["milestone"])) == len(several(row["milestone_label"])) == 5
    assert len(several(row["ogp_value"])) == 2


def test_what_is_suggested_stands_in_a_column_of_its_own(full_client: httpx.Client) -> None:
    row = read(full_client.get("/commitments/HND-4-6.csv"))[0]
    assert (row["sdg_goal"], row["suggested_goal"]) == ("16", "16")
    row = read(full_client.get("/commitments/HND-4-20.csv"))[0]  # of goal 8, a rejected suggestion
    assert (several(row["sdg_goal"]), row["suggested_goal"]) == (["12", "16", "17"], "")
    row = read(full_client.get("/commitments/ECU-1-8.csv"))[0]
    assert (row["sdg_goal"], row["suggested_goal"]) == ("", "")
    row = read(full_client.get("/commitments/CRI-4-9.csv"))[0]
    assert row["sdg_goal"] == "16"
    assert several(row["sdg_target"]) == ["16.6", "16.7", "16.10"]


def test_a_milestone_has_its_status(client: httpx.Client) -> None:
    row = read(client.get("/milestones/ECU-1-2-1.csv?lang=es"))[0]
    assert (row["commitment"], row["status"], row["status_label"]) == ("ECU-1-2", "complete", "Completo")  # fmt: skip
    assert float(row["percent"]) == 100


def hostile(text: str) -> list[list[str]]:
    """The row of a thing whose label and official name are a text."""
    item = NAMES.thing("institution", "X-1")
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    title = "http://purl.org/dc/terms/title"
    graph = Graph.of(
        f"{iri(item)} {iri(name)} {literal(text, language='es')} ." for name in (label, title)
    )
    return tables.rows(KINDS["institutions"], [item], graph, NAMES, "es")


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＠x", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_nothing_in_a_spreadsheet_is_a_formula(text: str, delimiter: str) -> None:
    written = tables.spreadsheet(hostile(text), delimiter)
    (row,) = csv.reader(io.StringIO(written[1:], newline=""), delimiter=delimiter)
    assert not any(cell[:1] in "=+-@\t\r＝＋－＠" for cell in row if cell)
    assert row[2] == f"'{text}"
    (plain,) = csv.reader(io.StringIO(tables.csv(hostile(text)), newline=""))
    assert plain[2] == text  # CSV says what the graph says


@pytest.mark.parametrize("text", ["a|b", "|", "||", "x\\|y"])
def test_a_line_inside_a_value_does_not_part_it(text: str) -> None:
    (row,) = csv.reader(io.StringIO(tables.csv(hostile(text)), newline=""))
    title = row[tables.header(KINDS["institutions"]).index("title")]
    assert "|".join(several(title)).count("|") == text.count("|")
    assert "|" not in title.replace("\\|", "")


@pytest.mark.parametrize(("purpose", "delimiter"), tables.SPREADSHEETS.items())
@pytest.mark.parametrize("path", ["/commitments", "/commitments.csv", "/commitments/MEX-4-11"])
def test_a_spreadsheet_opens_with_its_accents(
    client: httpx.Client, path: str, purpose: str, delimiter: str
) -> None:
    answer = client.get(f"{path}?for={purpose}&lang=es")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    name = path.removeprefix("/").removesuffix(".csv").rpartition("/")[2]
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert rows[0] == tables.header(KINDS["commitments"])
    assert {len(row) for row in rows} == {len(rows[0])}
    assert re.search("[áéíóúñ]", text)
    plain = client.get(f"{path}?lang=es", headers={"Accept": "text/csv"})
    assert not plain.content.startswith(b"\xef\xbb\xbf")
    assert "content-disposition" not in plain.headers


def test_a_thing_of_no_kind_has_no_table(client: httpx.Client) -> None:
    path = "/things/id/evidence/CRI-4-9/text"
    assert client.get(path, headers={"Accept": "text/csv"}).status_code == 406
    assert client.get(f"{path}?for=spreadsheet").status_code == 400
    assert client.get(f"{path}.csv").status_code == 404


def test_the_roles_in_the_table_of_commitments_are_those_of_the_scheme(repository: Path) -> None:
    scheme = (repository / "ontology" / "schemes" / "involvement-role.ttl").read_text("utf-8")
    assert set(ROLES.values()) == set(re.findall(r"(?m)^role:(\w+) a ogp:InvolvementRole", scheme))
    assert ROLES.keys() <= set(tables.header(KINDS["commitments"]))


def test_no_table_loses_an_institution_whatever_its_role(
    full_client: httpx.Client, full_service: Service
) -> None:
    prefix = full_service.names.thing("institution", "")
    table = read(full_client.get("/commitments.csv?page_size=1000"))
    assert len(table) == 70
    roles = set()
    for row in table:
        told = full_client.get(f"/commitments/{row['id']}").json()
        assert read(full_client.get(f"/commitments/{row['id']}.csv")) == [row]
        said: dict[str, set[str]] = {column: set() for column in ROLES}
        for one in told.get("hasInvolvement", []):
            role = one["involvementRole"]["id"].rpartition("/")[2]
            column = next(name for name, value in ROLES.items() if value == role)
            said[column].add(one["involvedAgent"]["id"].removeprefix(prefix))
            roles.add(role)
        assert {column: set(several(row[column])) for column in ROLES} == said
        assert set.union(*said.values()) == {
            one["id"].removeprefix(prefix) for one in told.get("involvedParty", [])
        }
        for column in ROLES:
            labels = several(row[f"{column}_label"])
            assert len(labels) == len(several(row[column]))
            assert all(labels)
    assert {"lead", "supporting", "named", "counterpart"} <= roles


def test_what_a_list_of_one_institution_is_of_stands_in_its_table(client: httpx.Client) -> None:
    rows = read(client.get("/commitments.csv?institution=HND-congreso&page_size=1000"))
    assert rows
    for row in rows:
        assert "HND-congreso" in [one for name in ROLES for one in several(row[name])]

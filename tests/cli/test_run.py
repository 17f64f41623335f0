"""`ogpgraph run`: the stored queries as commands, in their forms, with their exit codes."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.library import Library

Run = Callable[..., Any]
COUNTRY = "commitments-of-a-country"
HND = "https://w3id.org/ogpgraph/id/country/HND"


@pytest.fixture(scope="module")
def filled(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped data, for reading only."""
    return shutil.copytree(filled_home, tmp_path_factory.mktemp("run") / "home")


# --- what there is ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_without_a_name_every_query_is_listed_with_its_title(
    run: Run, library: Library, language: str
) -> None:
    found = run("run", "--lang", language)
    assert found.code == 0
    lines = [line.split(None, 1) for line in found.out.splitlines()]
    titles = {name: title.strip() for name, title in lines}
    assert titles == {name: query.titles[language] for name, query in library.queries.items()}


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_query_is_described_without_a_home(
    run: Run, library: Library, tmp_path: Path, language: str
) -> None:
    for name, query in library.queries.items():
        found = run("run", name, "--describe", "--lang", language, "--home", tmp_path / "none")
        assert found.code == 0
        assert query.titles[language] in found.out
        assert query.descriptions[language] in found.out
        for parameter in query.parameters:
            assert f"\n  {parameter.name} (" in found.out
            assert parameter.descriptions[language] in found.out
    assert not (tmp_path / "none").exists()


def test_a_description_says_what_must_be_given(run: Run) -> None:
    found = run("run", "aligned-with-a-goal", "--describe", "--lang", "en")
    assert "goal (goal, required, e.g. goal=16): " in found.out
    assert "country (country, optional): " in found.out
    assert "lang (language, if not given, en): " in found.out
    found = run("run", "suggestions-awaiting-review", "--describe", "--lang", "es")
    assert "minimumConfidence (decimal, si no se da, 0.5): " in found.out
    assert "lang (language, si no se da, es): " in found.out


# --- running ---------------------------------------------------------------------------------


def test_an_answer_is_a_table(run: Run, filled: Path) -> None:
    found = run("run", "declared-and-listed", "--home", filled)
    assert found.code == 0
    assert found.err == "5 rows\n"
    assert found.out.split()[:3] == ["country", "plan", "planLabel"]


@pytest.mark.parametrize("value", ["HND", HND])
def test_a_parameter_is_an_id_or_an_iri(run: Run, filled: Path, value: str) -> None:
    found = run("run", COUNTRY, "--param", f"country={value}", "--home", filled, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(found.out, newline="")))
    assert (found.code, len(rows)) == (0, 19)
    assert [row["number"] for row in rows][9:12] == ["10", "12", "13"]


def test_parameters_are_repeatable_and_may_be_empty(run: Run, filled: Path) -> None:
    given = ["-p", "goal=16", "-p", "country=", "-p", "lang=es"]
    found = run("run", "aligned-with-a-goal", *given, "--home", filled, "--format", "json")
    assert found.code == 0
    assert json.loads(found.out)["head"]["vars"]


@pytest.mark.parametrize(("options", "language"), [(["--lang", "es"], "es"), ([], "en")])
def test_labels_are_in_the_language_of_messages(
    run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], language: str
) -> None:
    monkeypatch.setenv("OGPGRAPH_LANGUAGE", "en")
    given = ["-p", "country=MEX", "--home", filled, "--format", "json"]
    body = json.loads(run("run", COUNTRY, *given, *options).out)
    labels = {row["label"]["xml:lang"] for row in body["results"]["bindings"]}
    assert labels == {language}
    other = {"es": "en", "en": "es"}[language]
    body = json.loads(run("run", COUNTRY, *given, *options, "-p", f"lang={other}").out)
    assert {row["label"]["xml:lang"] for row in body["results"]["bindings"]} == {other}


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_an_answer_is_written_by_flag_and_by_extension(
    run: Run, filled: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"answer.{name}"
    found = run("run", "transversal-focus", "--home", filled, "--format", name)
    assert run("run", "transversal-focus", "--home", filled, "--output", path).code == 0
    content = path.read_bytes().decode()
    assert content.replace("\r\n", "\n") == found.out.replace("\r\n", "\n") != ""


def test_a_format_that_does_not_fit_is_exit_2(run: Run, filled: Path) -> None:
    found = run("run", "transversal-focus", "--home", filled, "--format", "ttl")
    assert found.code == 2
    assert "json, xml, csv, tsv" in found.err


def test_an_endpoint_is_asked_instead_of_the_home(
    run: Run, start: Callable[[Path], Any], filled_home: Path, tmp_path: Path
) -> None:
    served = start(shutil.copytree(filled_home, tmp_path / "served"))
    options = ["--endpoint", f"{served.url}/sparql", "--home", tmp_path / "none"]
    found = run("run", "declared-and-listed", *options, "--format", "csv")
    assert (found.code, len(found.out.splitlines())) == (0, 6)
    assert run("run", COUNTRY, "-p", "country=XXX", *options).code == 2
    assert not (tmp_path / "none").exists()


# --- what goes wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["commitments-of-a-contry"], f"Known: {COUNTRY}"),
        (["none-of-them", "--describe"], "Known: "),
        ([COUNTRY], "country=HND"),
        (["--param", "country=HND"], COUNTRY),
        (["--describe"], COUNTRY),
        ([COUNTRY, "-p", "contry=HND"], "Known: country, lang"),
        ([COUNTRY, "-p", "country"], "NAME=VALUE"),
        ([COUNTRY, "-p", "country=HND", "-p", "country=CRI"], "given twice"),
        ([COUNTRY, "-p", "country=H ND"], "id of a country"),
        ([COUNTRY, "-p", "country=XXX"], "Known: CRI, ECU, GTM, HND, MEX"),
        (["suggestions-awaiting-review", "-p", "minimumConfidence=x"], "a decimal number"),
        ([COUNTRY, "-p", "country=HND> } DROP ALL"], "id of a country"),
        (["transversal-focus", "--lang", "fr"], "es, en"),
        (["transversal-focus", "--unknown"], "--unknown"),
    ],
)
def test_wrong_usage_is_exit_2_saying_what_is_right(
    run: Run, filled: Path, arguments: list[str], said: str
) -> None:
    found = run("run", *arguments, "--home", filled)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert "Traceback" not in found.err


def test_a_file_is_not_replaced_without_force(run: Run, filled: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    found = run("run", "transversal-focus", "--home", filled, "-o", path)
    assert (found.code, path.read_text()) == (3, "old")
    assert run("run", "transversal-focus", "--home", filled, "-o", path, "--force").code == 0
    assert path.read_text() != "old"


def test_a_home_that_is_not_there_is_exit_4_and_not_made(run: Run, tmp_path: Path) -> None:
    found = run("run", "transversal-focus", "--home", tmp_path / "mistyped")
    assert found.code == 4
    assert not (tmp_path / "mistyped").exists()


def test_an_endpoint_that_is_not_there_is_exit_4(run: Run, free_port: Callable[[], int]) -> None:
    found = run("run", "transversal-focus", "--endpoint", f"http://127.0.0.1:{free_port()}/sparql")
    assert found.code == 4
    assert "Traceback" not in found.err

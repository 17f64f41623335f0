"""`ogpgraph sdg`: codes in any spelling, lists and trees, as text and as JSON; without a home."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ogpgraph.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str, int]:
    """Output, errors and exit code of a command."""
    code = 0
    try:
        main(["sdg", *arguments])
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = capsys.readouterr()
    return told.out, told.err, code


@pytest.fixture(autouse=True)
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGPGRAPH_HOME", str(tmp_path / "none"))


def test_codes_in_any_spelling(capsys: pytest.CaptureFixture[str]) -> None:
    out, err, code = run(capsys, "ODS 16.06", "C160602", "Q53581248", "--lang", "en")
    assert [line.split()[0] for line in out.splitlines()] == ["16.6", "16.6.2", "16"]
    assert "Institutions that are effective, accountable and transparent" in out
    assert "http://metadata.un.org/sdg/C160602" in out
    assert (err, code) == ("", 0)


def test_json_tells_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    out, _, code = run(capsys, "13.1.1", "10.4.2", "16", "--format", "json")
    shared, ours, goal = json.loads(out)
    assert code == 0
    assert (shared["permanent"], shared["same"]) == ("C200303", ["1.5.1", "11.5.1"])
    assert (shared["parent"], shared["goal"], shared["padded"]) == ("13.1", "13", "13.01.01")
    assert (ours["permanent"], ours["sdgio"]) == (None, None)
    assert ours["iri"] == "https://w3id.org/ogpgraph/scheme/sdg-indicator/10.4.2"
    assert goal["wikidata"] == "http://www.wikidata.org/entity/Q53581248"
    assert set(goal["label"]) == {"es", "en"}


def test_what_is_no_code_is_told_with_what_is_and_the_others_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out, err, code = run(capsys, "16.15", "16.6", "x")
    assert out.split()[0] == "16.6"
    assert "There is no target 16.15" in err
    assert "Known: 16.1, 16.2, 16.3" in err
    assert "“x” is no code" in err
    assert code == 2


def test_lists_and_trees(capsys: pytest.CaptureFixture[str]) -> None:
    goals, _, _ = run(capsys)
    assert [line.split()[0] for line in goals.splitlines()] == [str(n) for n in range(1, 18)]
    targets, _, _ = run(capsys, "--level", "target", "--format", "json")
    assert len(json.loads(targets)) == 169
    tree, _, _ = run(capsys, "16.6", "--tree")
    assert [line.split()[0] for line in tree.splitlines()] == ["16.6", "16.6.1", "16.6.2"]
    everything, _, _ = run(capsys, "--tree", "--format", "json")
    assert len(json.loads(everything)) == 17 + 169 + 252


def test_codes_are_read_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("16.6\n\n meta 5.c \n"))
    out, _, code = run(capsys, "-")
    assert [line.split()[0] for line in out.splitlines()] == ["16.6", "5.c"]
    assert code == 0


def test_codes_and_a_level_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    _, err, code = run(capsys, "16", "--level", "target")
    assert "not both" in err
    assert code == 2

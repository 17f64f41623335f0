"""`ogpgraph suggest-sdg`: files in every format, standard input, plans; errors with their place."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ogpgraph.cli import main

SPANISH = "Publicar las declaraciones de bienes para prevenir la corrupción y el soborno."
ENGLISH = "Access to clean drinking water and sanitation for rural schools."


def run(*arguments: str) -> int:
    try:
        main(["suggest-sdg", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def lines(capsysbinary: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsysbinary.readouterr().out.splitlines()]


def test_plain_text(tmp_path: Path, capsysbinary: Any) -> None:
    path = tmp_path / "a.txt"
    path.write_text(SPANISH, encoding="utf-8")
    assert run(str(path)) == 0
    (found,) = lines(capsysbinary)
    assert found["id"] == "a.txt"
    assert [(one["goal"], one["target"]) for one in found["suggestions"]] == [(16, "16.5")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", f'id,other,text\n1,x,"{ENGLISH}"\n2,x,"{SPANISH}"\n'),
        ("a.csv", f"\ufeffid;text\r\n1;{ENGLISH}\r\n2;{SPANISH}\r\n"),
        ("a.jsonl", f'{{"id": 1, "text": "{ENGLISH}"}}\n\n{{"id": "2", "text": "{SPANISH}", "x": 0}}'),
    ],
)  # fmt: skip
def test_tables_and_json_lines(name: str, content: str, tmp_path: Path, capsysbinary: Any) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert run(str(path)) == 0
    found = lines(capsysbinary)
    assert [one["id"] for one in found] == ["1", "2"]
    assert [one["suggestions"][0]["goal"] for one in found] == [6, 16]


def test_standard_input_threshold_and_limit(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: Any
) -> None:
    def given(*arguments: str) -> list[dict[str, Any]]:
        content = f"id,text\n1,{ENGLISH} {SPANISH}\n".encode()
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        assert run("-", "--format", "csv", *arguments) == 0
        (found,) = lines(capsysbinary)
        suggestions: list[dict[str, Any]] = found["suggestions"]
        return suggestions

    assert len(given("--threshold", "0")) > len(given()) > len(given("--threshold", "1"))
    assert len(given("--limit", "1")) == 1


def test_the_commitments_of_a_plan(filled_home: Path, home_copy: Path, capsysbinary: Any) -> None:
    assert run("--plan", "CRI-4", "--home", str(home_copy), "--lang", "es") == 0
    found = lines(capsysbinary)
    assert [one["id"] for one in found] == [f"CRI-4-{number}" for number in (1, 2, 3, 4, 5, 6, 9)]
    assert any(one["suggestions"] for one in found)


def test_an_output_file_is_whole_or_not_there(tmp_path: Path) -> None:
    good, bad, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "out.jsonl"
    good.write_text(json.dumps({"id": "1", "text": ENGLISH}) + "\n")
    bad.write_text(good.read_text() + "{")
    assert run(str(bad), "--output", str(out)) == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl"]
    assert run(str(good), "--output", str(out)) == 0
    assert len(out.read_bytes().splitlines()) == 1
    assert run(str(good), "--output", str(out)) == 3
    assert run(str(good), "--output", str(out), "--force") == 0


@pytest.mark.parametrize(
    ("name", "content", "code", "told"),
    [
        ("a.csv", b"a,b\n1,2\n", 3, "a.csv:1:1: there is no column id or text; the columns are: a, b."),
        ("a.csv", b"id,text\n1\n", 3, "a.csv:2:1: the row has 1 of 2 cells"),
        ("a.csv", b'id,text\n1,"a"b\n', 3, "a.csv:2:1: the row does not parse as CSV"),
        ("a.csv", b'id,text\n1,b\n2,"open', 3, "a.csv:3:1: the row does not parse as CSV"),
        ("a.csv", b"id,text\n1,\xff\n", 3, "a.csv:2:3: this is not UTF-8"),
        ("a.csv", b"", 3, "it is empty"),
        ("a.txt", b"", 3, "it is empty"),
        ("a.jsonl", b'{"id": 1, "text": "a"}\n{"id": 2,\n', 3, "a.jsonl:2:10: the line is no JSON"),
        ("a.jsonl", b"[1]\n", 3, "a.jsonl:1:1: a text is written as"),
        ("a.jsonl", b'{"id": 1, "body": "a"}\n', 3, "there is no text; the members are: id, body"),
        ("a.jsonl", b'{"id": 1, "text": null}\n', 3, "text is not a string"),
        ("a.pdf", b"%PDF", 2, "files in .pdf are not read"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    name: str, content: bytes, code: int, told: str, tmp_path: Path, capsys: Any
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert run(str(path)) == code
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("a.txt", "--plan", "CRI-4"), 2),
        (("a.txt", "--lang", "fr"), 2),
        (("a.txt", "--format", "pdf"), 2),
        (("a.txt", "--threshold", "2"), 2),
        (("none.txt",), 3),
        (("https://example.org/a.txt",), 3),
    ],
)
def test_what_cannot_be_asked(arguments: tuple[str, ...], code: int) -> None:
    assert run(*arguments) == code


def test_a_plan_that_is_not_there(home_copy: Path) -> None:
    assert run("--plan", "XXX-9", "--home", str(home_copy)) == 3

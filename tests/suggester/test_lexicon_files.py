"""The lexicon's files: what is wrong is told with file, line and column; the shipped ones are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpgraph.errors import BadInput, BadSyntax
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.lexicon import WEIGHTS, lexicon_problems, read_lexicon
from ogpgraph.suggester.model import read_model

HEAD = "code\tlanguage\tweight\tterm\tneeds\tunless\n"
NEGATION_HEAD = "language\tcue\twords\tunless\n"


@pytest.mark.parametrize(
    ("content", "line", "column", "told"),
    [
        (b"code\tterm\n", 1, 1, "first line"),
        (HEAD + "16\tfr\t2\tword\t\t\n", 2, 4, "en, es"),
        (HEAD + "16\ten\t5\tword\t\t\n", 2, 7, "-4, -3"),
        (HEAD + "16\ten\t0\tword\t\t\n", 2, 7, "no weight"),
        (HEAD + "16.1x\ten\t2\tword\t\t\n", 2, 1, "16.1 or 16.a"),
        (HEAD + "16.13\ten\t2\tword\t\t\n", 2, 1, "that there is"),
        (HEAD + "16.6.1\ten\t2\tword\t\t\n", 2, 1, "that there is"),
        (HEAD + "5.1\ten\t2\tword\t\t\n", 2, 1, "not of goal 16"),
        (HEAD + "16\ten\t2\t\t\t\n", 2, 9, "empty"),
        (HEAD + "16\ten\t2\tthe\t\t\n", 2, 9, "articles"),
        (HEAD + "16\ten\t2\tword| other\t\t\n", 2, 14, "alternative is empty"),
        (HEAD + "16\ten\t2\ta*b\t\t\n", 2, 10, "end of a word"),
        (HEAD + "16\ten\t2\tab*\t\t\n", 2, 9, "3 letters"),
        (HEAD + "16\ten\t2\tword (one)\t\t\n", 2, 14, "“(”"),
        (HEAD + "16\ten\t2\tword ~ \t\t\n", 2, 9, "spaces"),
        (HEAD + "16\ten\t2\tone ~ two ~ three ~ four\t\t\n", 2, 9, "at most 3"),
        (HEAD + "16\ten\t2\tword\tok; (\t\n", 2, 18, "“(”"),
        (HEAD + "16\ten\t2\tword\tok;\t\n", 2, 17, "empty"),
        (HEAD + "16\ten\t2\tword\t\t\tmore\n", 2, 16, "7 cells"),
        (HEAD + "16\ten\t2\tword\t\t\n# a comment\n\n16\ten\t3\twords\t\t\n", 5, 9, "already, in line 2"),
        (HEAD.encode() + b"16\ten\t2\t\xff\t\t\n", 2, 1, "not UTF-8"),
        (HEAD + "16\ten\t2\tword\t\t\r\n", 2, 1, "LF only"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_place(
    content: str | bytes, line: int, column: int, told: str, tmp_path: Path
) -> None:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "16.tsv").write_bytes(raw)
    with pytest.raises(BadSyntax) as error:
        read_lexicon(tmp_path)
    assert (error.value.file, error.value.line, error.value.column) == ("16.tsv", line, column)
    assert told in error.value.message
    assert error.value.message.startswith(f"16.tsv:{line}:{column}: ")


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("fr\tno\t2\t", 1, "en, es"),
        ("en\t\t2\t", 4, "empty"),
        ("en\tno\t0\t", 7, "1 to 20"),
        ("en\tno\ttwo\t", 7, "no number"),
    ],
)
def test_a_wrong_cue_is_told(row: str, column: int, told: str, tmp_path: Path) -> None:
    (tmp_path / "16.tsv").write_text(HEAD)
    (tmp_path / "negation.tsv").write_text(NEGATION_HEAD + row + "\n")
    with pytest.raises(BadSyntax) as error:
        read_lexicon(tmp_path)
    assert (error.value.file, error.value.line, error.value.column) == ("negation.tsv", 2, column)
    assert told in error.value.message


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "16.tsv").write_text(HEAD + "16\ten\t9\ta word\n16\ten\t2\tgood\n16\txx\t2\tword\n")
    (tmp_path / "05.tsv").write_text("bad\n")
    assert [(p.file, p.line) for p in lexicon_problems(tmp_path)] == [
        ("05.tsv", 1),
        ("16.tsv", 2),
        ("16.tsv", 4),
    ]


def test_a_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file of a lexicon"):
        read_lexicon(tmp_path)


def test_the_shipped_lexicon_is_right_and_whole() -> None:
    folder = Shipped.find().lexicon
    assert lexicon_problems(folder) == []
    lexicon = read_lexicon(folder)
    for goal in range(1, 18):
        rows = [row for row in lexicon.rows if row.goal == goal]
        for language in ("en", "es"):
            mine = [row for row in rows if row.language == language]
            assert len(mine) >= 200, (goal, language)
            assert any(row.weight == max(WEIGHTS) for row in mine)
    assert lexicon.cues


def test_the_shipped_model_is_of_these_features() -> None:
    model = read_model(Shipped.find().lexicon / "model.json")
    assert 0 < model.thresholds.relevant <= 1
    assert all(weighed.coefficient > 0 for weighed in model.features)


@pytest.mark.parametrize("content", ["", "{}", '{"features": {"weight": {}}}', "[]"])
def test_a_model_that_is_none(content: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(content)
    with pytest.raises(BadInput, match="no model of"):
        read_model(tmp_path / "model.json")
    with pytest.raises(BadInput, match="No such file"):
        read_model(tmp_path / "none.json")

"""`ogpgraph search`: what `/search` finds, as a table and as CSV."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def filled(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the shipped data, for reading only."""
    return shutil.copytree(filled_home, tmp_path_factory.mktemp("search") / "home")


def test_what_was_looked_for_comes_first(run: Run, filled: Path) -> None:
    found = run("search", "expediente digital", "--home", filled, "--csv", "--lang", "es")
    assert found.code == 0
    rows = list(csv.DictReader(io.StringIO(found.out)))
    assert (rows[0]["kind"], rows[0]["id"]) == ("commitments", "HND-4-15")
    assert "Expediente digital" in rows[0]["label"]
    table = run("search", "expediente digital", "--home", filled, "--lang", "en", "--limit", "1")
    assert table.code == 0, table.err
    assert "HND-4-15" in table.out
    assert "1 / " in table.err


def test_what_has_no_label_is_called_in_words(run: Run, filled: Path) -> None:
    asked = ("search", "educacion HND-4-16", "--kind", "alignments", "--home", filled, "--csv")
    for language, title in (
        ("es", "ODS 4.7 · HND-4-16 (por curaduría)"),
        ("en", "SDG 4.7 · HND-4-16 (curated)"),
    ):
        found = run(*asked, "--lang", language)
        assert found.code == 0, found.err
        rows = list(csv.DictReader(io.StringIO(found.out)))
        assert title in {row["label"] for row in rows}


def test_a_slip_is_told(run: Run, filled: Path) -> None:
    found = run("search", "trasparencia", "--home", filled, "--lang", "es")
    assert found.code == 0
    assert "transparencia?" in found.err


@pytest.mark.parametrize("arguments", [("?",), ("x", "--kind", "none"), ("x" * 201,)])
def test_what_cannot_be_looked_for_is_wrong_use(
    run: Run, filled: Path, arguments: tuple[str, ...]
) -> None:
    assert run("search", *arguments, "--home", filled).code == 2

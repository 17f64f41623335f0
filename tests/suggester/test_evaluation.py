"""The figures in the documents are those that `make eval-sdg` takes, where its files are present."""

from __future__ import annotations

import runpy
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BENCH = REPOSITORY / "bench"
ROWS = REPOSITORY.parent / "shared" / "sdg" / "sdg_benchmark_dev.csv"
CURATED = sorted((REPOSITORY / "data" / "ttl").glob("*/*-sdg.ttl"))


@cache
def script(name: str) -> dict[str, Any]:
    """What a script of the bench defines; its neighbours are found for as long as it is read."""
    sys.path.insert(0, str(BENCH))
    try:
        return runpy.run_path(str(BENCH / f"{name}.py"), run_name=name)
    finally:
        sys.path.remove(str(BENCH))


@cache
def evaluation() -> Any:
    return script("eval_sdg")["evaluate"]()


@pytest.mark.skipif(not ROWS.exists() or not CURATED, reason="the rows that are measured on")
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_documents_have_the_figures_that_are_taken(language: str) -> None:
    evaluate = script("eval_sdg")
    text = (REPOSITORY / evaluate["DOCUMENTS"][language]).read_text(encoding="utf-8")
    assert evaluate["documented"](text, evaluation(), language) == text
    assert text.count("<!-- /eval-sdg -->") == 3


@pytest.mark.skipif(not ROWS.exists(), reason="the benchmark's rows")
def test_the_benchmark_is_reached_on_rows_that_were_not_tuned_on() -> None:
    found = evaluation()
    assert found.halves == (299, 325)
    assert len(found.by_goal) == 17
    assert found.averages[2] >= 0.83


@pytest.mark.skipif(not ROWS.exists() or not CURATED, reason="the rows that are tuned on")
def test_the_model_is_what_training_makes() -> None:
    train, benchmark, gold = (script(name) for name in ("train_sdg", "sdg_benchmark", "sdg_gold"))
    model = train["made"]()
    assert train["as_text"](*model) == (benchmark["LEXICON"] / "model.json").read_text()
    assert gold["GRID"][0] < model[0].thresholds.suggested < gold["GRID"][-1]


def test_halves_are_by_the_hash_of_the_id() -> None:
    is_held = script("sdg_benchmark")["is_held"]
    assert [is_held(name) for name in ("5c55ba8", "256ffa0", "cbaa293")] == [True, True, False]


def test_precision_recall_and_their_means() -> None:
    figures = script("sdg_gold")["figures"]
    told = figures([(frozenset({"16", "5"}), {"16", "4"}), (frozenset({"16"}), set())])
    assert (told.precision, told.recall, told.f1) == (0.5, pytest.approx(1 / 3), 0.4)
    assert (told.macro_precision, told.macro_recall) == (0.5, 0.25)


def test_a_model_learns_what_separates_rows() -> None:
    benchmark = script("sdg_benchmark")
    row = benchmark["Row"]
    rows = [row("1", label, (value, value, 0.0, 0.0), value) for value in (0.5, 1, 2, 3) for label in (value >= 2,)]  # fmt: skip
    model = benchmark["fit"](rows)
    assert benchmark["told"](model, rows) == [False, False, True, True]
    assert benchmark["average"](benchmark["accuracy"](rows, [True] * 4)) == 0.5


def test_the_benchmark_is_left_out_where_it_is_not(tmp_path: Path) -> None:
    evaluate = script("eval_sdg")
    nothing = evaluate["Evaluation"](None, {}, [])
    assert "not here" in evaluate["benchmark_table"](nothing, "en")
    assert "no está" in evaluate["spanish_table"](nothing, "es") or "omite" in evaluate["spanish_table"](nothing, "es")  # fmt: skip

"""The public SDG Classification Benchmark's own measure, and the halves of its development rows.

A row is a text, a goal, and whether the text is relevant for the goal. The measure is the share of
rows that are told right, for each goal, averaged over the 17. Rows are halved by the hash of their
id: those of the tuning half may be read and tuned on, of the held half only totals are looked at.
"""

from __future__ import annotations

import csv
import hashlib
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ogpgraph.suggester.evidence import Reader
from ogpgraph.suggester.features import FEATURES, features_of, weight_of
from ogpgraph.suggester.model import Model, Thresholds, Weighed

REPOSITORY = Path(__file__).resolve().parents[1]
LEXICON = REPOSITORY / "lexicon" / "sdg"
ROWS = REPOSITORY.parent / "shared" / "sdg" / "sdg_benchmark_dev.csv"
PUBLISHED = {
    "OSDG": 70, "JRC SDG Mapper": 77, "Aurora": 79, "GPT-3.5": 80, "text2sdg": 83,
    "Llama 3 70B": 86, "GPT-4o": 87, "AFD Prospector": 88,
}  # fmt: skip
"""Averages that others published of this benchmark, in per cent."""
RELEVANT = 0.5
RIDGE = 3.0
"""How strongly coefficients are drawn to 0."""
FOLDS, ROUNDS = 10, 5
_STEPS = 12


@dataclass(frozen=True)
class Row:
    """A row of the benchmark, with what the lexicon finds in it."""

    goal: str
    label: bool
    features: tuple[float, ...]
    weight: float


def read(reader: Reader, *, held: bool) -> list[Row]:
    """The rows of a half."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        told = [row for row in csv.DictReader(file) if is_held(row["id"]) is held]
    found = []
    for row in told:
        evidence = reader.read(row["text"])
        features = features_of(evidence, row["sdg"])
        weight = weight_of(evidence.codes.get(row["sdg"], ()))
        found.append(Row(row["sdg"], row["label"] == "True", features, weight))
    return found


def is_held(id_: str) -> bool:
    """Whether a row is of the half that is not tuned on."""
    return int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 2 == 1


def accuracy(rows: Sequence[Row], told: Sequence[bool]) -> dict[str, float]:
    """The share of rows told right, by goal."""
    right: dict[str, list[bool]] = defaultdict(list)
    for row, said in zip(rows, told, strict=True):
        right[row.goal].append(row.label == said)
    return {goal: sum(right[goal]) / len(right[goal]) for goal in sorted(right, key=int)}


def average(by_goal: dict[str, float]) -> float:
    """The benchmark's figure: the mean of the goals."""
    return sum(by_goal.values()) / len(by_goal)


def told(model: Model, rows: Sequence[Row]) -> list[bool]:
    """Whether a model tells each row to be relevant."""
    return [bool(row.weight) and model.score(row.features) >= RELEVANT for row in rows]


def cross_validated(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Accuracy by goal of models on rows that they were not made from, for each round of folds."""
    return [_round(rows, number) for number in range(ROUNDS)]


def plain_cross_validated(rows: Sequence[Row]) -> float:
    """The same figure for a plain score: the weight, above a threshold made from the others."""
    figures = []
    for number in range(ROUNDS):
        said = [False] * len(rows)
        for chosen in _folds(len(rows), number):
            others = [row for at, row in enumerate(rows) if at not in chosen]
            least = max(
                range(1, 13),
                key=lambda t, of=others: average(accuracy(of, [r.weight >= t for r in of])),
            )
            for at in chosen:
                said[at] = rows[at].weight >= least
        figures.append(average(accuracy(rows, said)))
    return sum(figures) / len(figures)


def _round(rows: Sequence[Row], number: int) -> dict[str, float]:
    said = [False] * len(rows)
    for chosen in _folds(len(rows), number):
        model = fit([row for at, row in enumerate(rows) if at not in chosen])
        for at in chosen:
            said[at] = told(model, [rows[at]])[0]
    return accuracy(rows, said)


def _folds(size: int, seed: int) -> list[set[int]]:
    order = list(range(size))
    random.Random(seed).shuffle(order)
    return [set(order[start::FOLDS]) for start in range(FOLDS)]


def fit(rows: Sequence[Row]) -> Model:
    """A logistic regression by Newton's method; its numbers are rounded as the file has them."""
    columns = list(zip(*(row.features for row in rows), strict=True))
    means = [sum(column) / len(rows) for column in columns]
    scales = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(rows)) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    scaled = [
        [1.0, *((v - m) / s for v, m, s in zip(row.features, means, scales, strict=True))]
        for row in rows
    ]
    weights = [0.0] * (len(FEATURES) + 1)
    for _ in range(_STEPS):
        weights = _step(scaled, [row.label for row in rows], weights)
    weighed = tuple(
        Weighed(round(mean, 4), round(scale, 4), round(weight, 4))
        for mean, scale, weight in zip(means, scales, weights[1:], strict=True)
    )
    return Model(round(weights[0], 4), weighed, Thresholds(RELEVANT, RELEVANT, RELEVANT))


def _step(
    rows: Sequence[Sequence[float]], labels: Sequence[bool], weights: Sequence[float]
) -> list[float]:
    """One step of Newton's method; the intercept is not drawn to 0."""
    size = len(weights)
    slope = [-RIDGE * weight if at else 0.0 for at, weight in enumerate(weights)]
    curve = [[RIDGE if i == j and i else 0.0 for j in range(size)] for i in range(size)]
    for row, label in zip(rows, labels, strict=True):
        score = 1 / (1 + math.exp(-sum(w * v for w, v in zip(weights, row, strict=True))))
        for i in range(size):
            slope[i] += (label - score) * row[i]
            for j in range(size):
                curve[i][j] += score * (1 - score) * row[i] * row[j]
    return [w + d for w, d in zip(weights, _solved(curve, slope), strict=True)]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a small system of equations, by elimination."""
    size = len(right)
    lines = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda other: abs(lines[other][at]))
        lines[at], lines[pivot] = lines[pivot], lines[at]
        for other in range(size):
            if other != at:
                factor = lines[other][at] / lines[at][at]
                lines[other] = [
                    a - factor * b for a, b in zip(lines[other], lines[at], strict=True)
                ]
    return [lines[at][size] / lines[at][at] for at in range(size)]

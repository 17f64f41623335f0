"""The model that turns features into a score: a logistic regression whose numbers are in a file.

`bench/train_sdg.py` makes the file; docs/sdg.md says how, and how well it does.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogpgraph.errors import BadInput
from ogpgraph.suggester.features import FEATURES

FILE_NAME = "model.json"
PLACES = 3
"""Decimals of a score: as many as say something, and the same on every machine."""
_FARTHEST = 30.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a feature counts: what is usual of it, and what a deviation from that adds."""

    mean: float
    scale: float
    coefficient: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on something is said, 0 to 1.

    `relevant`: a text has to do with a goal; `suggested`: a curator would align it with the goal;
    `target`: with the target.
    """

    relevant: float
    suggested: float
    target: float


@dataclass(frozen=True)
class Model:
    """Weights of `FEATURES` and thresholds."""

    intercept: float
    features: tuple[Weighed, ...]
    thresholds: Thresholds

    def score(self, features: Sequence[float]) -> float:
        """How likely a text with these features has to do with the goal: 0 to 1."""
        total = self.intercept
        for value, weighed in zip(features, self.features, strict=True):
            total += weighed.coefficient * (value - weighed.mean) / weighed.scale
        return 1 / (1 + math.exp(-max(-_FARTHEST, min(_FARTHEST, total))))


def read_model(path: Path) -> Model:
    """The model in a file.

    Raises:
        BadInput: the file cannot be read, or is no model of these features.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return _model(told)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}.", file=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path}: no model of {', '.join(FEATURES)}: {error!r}. `make train-sdg` makes one.",
            file=str(path),
        ) from error


def _model(told: Mapping[str, Any]) -> Model:
    if list(told["features"]) != list(FEATURES):
        raise ValueError("the features are others")
    weighed = tuple(
        Weighed(float(row["mean"]), float(row["scale"]), float(row["coefficient"]))
        for row in told["features"].values()
    )
    thresholds = Thresholds(**{name: float(value) for name, value in told["thresholds"].items()})
    return Model(float(told["intercept"]), weighed, thresholds)

"""Make lexicon/sdg/model.json; the same files give the same numbers.

The coefficients come from the tuning half of the benchmark's development rows, the thresholds of
suggestions from the curated alignments.

    python bench/train_sdg.py [--dry-run]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace

import sdg_benchmark as benchmark
import sdg_gold as gold

from ogpgraph.suggester.evidence import Reader
from ogpgraph.suggester.features import FEATURES
from ogpgraph.suggester.lexicon import read_lexicon
from ogpgraph.suggester.model import FILE_NAME, Model, Thresholds
from ogpgraph.suggester.suggest import Suggester

FIRST = Thresholds(benchmark.RELEVANT, 0.7, 0.7)
"""Where there are no curated alignments to tune the thresholds of suggestions on."""


def main() -> None:
    """Fit, print how well, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="print only")
    given = parser.parse_args()
    rows = benchmark.read(Reader(read_lexicon(benchmark.LEXICON)), held=False)
    plain = benchmark.plain_cross_validated(rows)
    rounds = benchmark.cross_validated(rows)
    crossed = sum(map(benchmark.average, rounds)) / len(rounds)
    print(f"{len(rows)} rows; cross-validated: plain score {plain:.4f}, model {crossed:.4f}")
    model, number, commitments = made()
    print(f"{commitments} curated commitments; thresholds: {model.thresholds}")
    if not given.dry_run:
        path = benchmark.LEXICON / FILE_NAME
        path.write_text(as_text(model, number, commitments), encoding="utf-8")


def made() -> tuple[Model, int, int]:
    """The model, and how many rows and curated commitments it is made from."""
    lexicon = read_lexicon(benchmark.LEXICON)
    rows = benchmark.read(Reader(lexicon), held=False)
    model = replace(benchmark.fit(rows), thresholds=FIRST)
    commitments = gold.read(Suggester(lexicon, model))
    if commitments:
        suggested, target = gold.tuned(commitments)
        model = replace(model, thresholds=Thresholds(benchmark.RELEVANT, suggested, target))
    return model, len(rows), len(commitments)


def as_text(model: Model, rows: int, commitments: int) -> str:
    """The model as its file has it."""
    told = {
        "about": "How features of the lexicon's matches make a score; see docs/sdg.md.",
        "made": {"by": "bench/train_sdg.py", "rows": rows, "commitments": commitments},
        "intercept": model.intercept,
        "features": {
            name: asdict(weighed) for name, weighed in zip(FEATURES, model.features, strict=True)
        },
        "thresholds": asdict(model.thresholds),
    }
    return json.dumps(told, indent=2) + "\n"


if __name__ == "__main__":
    main()

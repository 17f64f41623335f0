"""How well the suggester does: the public benchmark's measure, and the Spanish set.

    python bench/eval_sdg.py [--errors]

The tables are those of docs/sdg.md. Without ../shared/sdg the benchmark is left out, which is said.
"""

from __future__ import annotations

import argparse

import sdg_benchmark as benchmark
import sdg_gold as gold

from ogpgraph.suggester.evidence import Reader
from ogpgraph.suggester.lexicon import read_lexicon
from ogpgraph.suggester.suggest import Suggester


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what was told wrong in Spanish")
    given = parser.parse_args()
    print("\n".join(benchmark_table()))
    print()
    print("\n".join(spanish_tables(errors=given.errors)))


def benchmark_table() -> list[str]:
    """Accuracy by goal, per cent: tuning half, cross-validated, held half."""
    if not benchmark.ROWS.exists():
        return [f"The benchmark is not here ({benchmark.ROWS.name}); its figures are left out."]
    suggester = Suggester.of(benchmark.LEXICON)
    reader = Reader(read_lexicon(benchmark.LEXICON))
    tuning, held = (benchmark.read(reader, held=half) for half in (False, True))
    fitted, unseen = (
        benchmark.accuracy(rows, benchmark.told(suggester.model, rows)) for rows in (tuning, held)
    )
    rounds = benchmark.cross_validated(tuning)
    crossed = {goal: sum(one[goal] for one in rounds) / len(rounds) for goal in fitted}
    lines = [
        f"| goal | tuning half ({len(tuning)} rows) | the same, cross-validated | "
        f"held half ({len(held)} rows) |",
        "|---|---|---|---|",
    ]
    lines += [_line(goal, fitted[goal], crossed[goal], unseen[goal]) for goal in fitted]
    averages = (benchmark.average(one) for one in (fitted, crossed, unseen))
    lines.append(_line("**average**", *averages))
    published = ", ".join(f"{name} {figure}" for name, figure in benchmark.PUBLISHED.items())
    return [*lines, "", f"Published averages: {published}."]


def spanish_tables(*, errors: bool) -> list[str]:
    """Precision, recall and F1 of goals and targets, per cent; the errors where asked for."""
    commitments = gold.read(Suggester.of(benchmark.LEXICON))
    if not commitments:
        return ["No plan is curated here (data/ttl/*/*-sdg.ttl); the Spanish set is left out."]
    found = gold.leave_one_plan_out(commitments)
    plans = dict.fromkeys(one.plan for one in commitments)
    lines = [
        f"{len(commitments)} commitments of {len(plans)} plans, leave-one-plan-out:",
        "",
        "| level | micro P | micro R | micro F1 | macro P | macro R | macro F1 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, pairs in (
        ("goals", [(one.goals, goals) for one, goals, _ in found]),
        ("targets", [(one.targets, targets) for one, _, targets in found]),
    ):
        told = gold.figures(pairs)
        micro = (told.precision, told.recall, told.f1)
        lines.append(_line(name, *micro, told.macro_precision, told.macro_recall, told.macro_f1))
    if errors:
        lines += ["", "| commitment | goals missed | goals too many |", "|---|---|---|"]
        for one, goals, _ in found:
            missed, many = gold.in_order(one.goals - goals), gold.in_order(goals - one.goals)
            if goals != one.goals:
                lines.append(f"| {one.id} | {missed} | {many} |")
    return lines


def _line(name: str, *shares: float) -> str:
    return f"| {name} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |"


if __name__ == "__main__":
    main()

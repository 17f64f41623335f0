"""How well the suggester does: the public benchmark's measure, and the Spanish set.

    python bench/eval_sdg.py [--errors] [--lang es] [--write]

The tables are those of docs/sdg.md and docs/es/ods.md, which `--write` brings up to date. Without
../shared/sdg the benchmark is left out, which is said.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from types import MappingProxyType

import sdg_benchmark as benchmark
import sdg_gold as gold

from ogpgraph.suggester.evidence import Reader
from ogpgraph.suggester.lexicon import read_lexicon
from ogpgraph.suggester.suggest import Suggester

DOCUMENTS = MappingProxyType({"en": "docs/sdg.md", "es": "docs/es/ods.md"})
BLOCK = r"(<!-- eval-sdg: {name} -->\n).*?(\n<!-- /eval-sdg -->)"
WORDS = MappingProxyType(
    {
        "en": {
            "absent": "The benchmark's rows are not here; its figures are left out.",
            "uncurated": "No plan is curated here; the Spanish set is left out.",
            "benchmark": "| goal | tuning half ({0} rows) | the same, cross-validated | "
            "held half ({1} rows) |",
            "average": "**average**",
            "published": "Published averages",
            "spanish": "{0} commitments of {1} plans, leave-one-plan-out:",
            "header": "| level | micro P | micro R | micro F1 | macro P | macro R | macro F1 |",
            "goals": "goals",
            "targets": "targets",
            "errors": "| commitment | goals missed | goals too many | targets missed | "
            "targets too many |",
            "right": "All goals and targets of {0} commitments are told right.",
        },
        "es": {
            "absent": "Las filas del banco de pruebas no están aquí; sus cifras se omiten.",
            "uncurated": "Aquí no hay ningún plan curado; el conjunto en español se omite.",
            "benchmark": "| objetivo | mitad de ajuste ({0} filas) | la misma, con validación "
            "cruzada | mitad reservada ({1} filas) |",
            "average": "**promedio**",
            "published": "Promedios publicados",
            "spanish": "{0} compromisos de {1} planes, dejando fuera un plan cada vez:",
            "header": "| nivel | P micro | R micro | F1 micro | P macro | R macro | F1 macro |",
            "goals": "objetivos",
            "targets": "metas",
            "errors": "| compromiso | objetivos que faltan | objetivos de más | metas que faltan | "
            "metas de más |",
            "right": "En {0} compromisos todos los objetivos y metas son correctos.",
        },
    }
)


@dataclass(frozen=True)
class Evaluation:
    """The figures, shares from 0 to 1, taken once for every language that they are told in."""

    halves: tuple[int, int] | None
    """Rows of the tuning and of the held half; None where the benchmark is not here."""
    by_goal: dict[str, tuple[float, float, float]]
    """Of each goal: tuning half, cross-validated, held half."""
    spanish: list[tuple[gold.Commitment, set[str], set[str]]]

    @property
    def averages(self) -> tuple[float, ...]:
        """The benchmark's own figure of each column."""
        columns = zip(*self.by_goal.values(), strict=True)
        return tuple(sum(column) / len(column) for column in columns)


def evaluate() -> Evaluation:
    """Take all figures."""
    suggester = Suggester.of(benchmark.LEXICON)
    spanish = gold.leave_one_plan_out(gold.read(suggester))
    if not benchmark.ROWS.exists():
        return Evaluation(None, {}, spanish)
    reader = Reader(read_lexicon(benchmark.LEXICON))
    tuning, held = (benchmark.read(reader, held=half) for half in (False, True))
    fitted, unseen = (
        benchmark.accuracy(rows, benchmark.told(suggester.model, rows)) for rows in (tuning, held)
    )
    rounds = benchmark.cross_validated(tuning)
    crossed = {goal: sum(one[goal] for one in rounds) / len(rounds) for goal in fitted}
    by_goal = {goal: (fitted[goal], crossed[goal], unseen[goal]) for goal in fitted}
    return Evaluation((len(tuning), len(held)), by_goal, spanish)


def benchmark_table(found: Evaluation, language: str) -> str:
    """Accuracy by goal, per cent."""
    words = WORDS[language]
    if found.halves is None:
        return words["absent"]
    lines = [words["benchmark"].format(*found.halves), "|---|---|---|---|"]
    lines += [_line(goal, *shares) for goal, shares in found.by_goal.items()]
    lines.append(_line(words["average"], *found.averages))
    published = ", ".join(f"{name} {figure}" for name, figure in benchmark.PUBLISHED.items())
    return "\n".join([*lines, "", f"{words['published']}: {published}."])


def spanish_table(found: Evaluation, language: str) -> str:
    """Precision, recall and F1 of goals and targets, per cent."""
    words = WORDS[language]
    if not found.spanish:
        return words["uncurated"]
    plans = {one.plan for one, _, _ in found.spanish}
    lines = [words["spanish"].format(len(found.spanish), len(plans)), "", words["header"]]
    lines.append("|---|---|---|---|---|---|---|")
    for name, pairs in (
        ("goals", [(one.goals, goals) for one, goals, _ in found.spanish]),
        ("targets", [(one.targets, targets) for one, _, targets in found.spanish]),
    ):
        told = gold.figures(pairs)
        micro = (told.precision, told.recall, told.f1)
        macro = (told.macro_precision, told.macro_recall, told.macro_f1)
        lines.append(_line(words[name], *micro, *macro))
    return "\n".join(lines)


def errors_table(found: Evaluation, language: str) -> str:
    """What was told wrong of each commitment."""
    words = WORDS[language]
    if not found.spanish:
        return words["uncurated"]
    lines = [words["errors"], "|---|---|---|---|---|"]
    for one, goals, targets in found.spanish:
        missed = (
            one.goals - goals,
            goals - one.goals,
            one.targets - targets,
            targets - one.targets,
        )
        if any(missed):
            lines.append(f"| {one.id} | " + " | ".join(map(gold.in_order, missed)) + " |")
    right = len(found.spanish) + 2 - len(lines)
    return "\n".join([*lines, "", words["right"].format(right)])


def documented(text: str, found: Evaluation, language: str) -> str:
    """A document with its tables as they are now."""
    for name, table in (
        ("benchmark", benchmark_table),
        ("spanish", spanish_table),
        ("errors", errors_table),
    ):
        made = table(found, language)
        block = re.compile(BLOCK.format(name=name), re.DOTALL)
        text = block.sub(lambda old, made=made: old[1] + made + old[2], text)
    return text


def _line(name: str, *shares: float) -> str:
    return f"| {name} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |"


def main() -> None:
    """Print the tables, or write them into the documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list what was told wrong in Spanish")
    parser.add_argument("--lang", choices=[*WORDS], default="en", help="of the tables")
    parser.add_argument("--write", action="store_true", help="write the tables into the documents")
    given = parser.parse_args()
    found = evaluate()
    print(benchmark_table(found, given.lang), spanish_table(found, given.lang), sep="\n\n")
    if given.errors:
        print("\n" + errors_table(found, given.lang))
    if given.write:
        for language, name in DOCUMENTS.items():
            path = benchmark.REPOSITORY / name
            text = path.read_text(encoding="utf-8")
            path.write_text(documented(text, found, language), encoding="utf-8")


if __name__ == "__main__":
    main()

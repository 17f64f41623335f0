"""Try the lexicon on rows of text, sdg and label: accuracy per goal, and what made each error.

    .venv/bin/python bench/try_lexicon.py /tmp/tune/goal-*.csv [--errors] [--goal 16] [--all]
        [--lexicon lexicon/sdg] [--cross 16] [--text "a text"]
    .venv/bin/python bench/try_lexicon.py --tidy lexicon/sdg    takes repeated terms away

A plain score only: the sum of the weights of the different terms that matched, each once and a
quarter more for each time after. A text is told to be of a goal from `--threshold` (2) on.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

from ogpgraph.suggester.evidence import Evidence, Reader
from ogpgraph.suggester.lexicon import lexicon_problems, read_lexicon

CROSS = 4
"""From which score on a goal is shown in rows of other goals."""


def plain(evidence: Evidence, code: str) -> float:
    """The plain score of a code."""
    counts: dict[str, int] = defaultdict(int)
    weights: dict[str, int] = {}
    for match in evidence.codes.get(code, ()):
        counts[match.row.term] += 1
        weights[match.row.term] = match.row.weight
    return sum(weights[t] * (1 + 0.25 * min(n - 1, 4)) for t, n in counts.items())


def tidy(folder: Path) -> None:
    """Take the lines away that say a term again; of the two the greater weight stays."""
    while again := [p for p in lexicon_problems(folder) if " already, in line " in p.message]:
        done = set()
        for problem in again:
            path = folder / str(problem.file)
            if path in done:
                continue
            done.add(path)
            lines = path.read_text(encoding="utf-8").split("\n")
            gone = set()
            for other in (p for p in again if p.file == problem.file):
                first = int(other.message.partition(" already, in line ")[2].partition(":")[0])
                pair = sorted(
                    ((other.line or 1) - 1, first - 1),
                    key=lambda at: (abs(int(lines[at].split("\t")[2])), -at),
                )
                gone.add(pair[0])
                print(f"{path.name}: away with {lines[pair[0]]!r}, {lines[pair[1]]!r} stays")
            kept = [line for at, line in enumerate(lines) if at not in gone]
            path.write_text("\n".join(kept), encoding="utf-8")


def show(text: str, evidence: Evidence, code: str) -> None:
    """Print what matched for a code."""
    for match in evidence.codes.get(code, ()):
        span = match.span
        print(
            f"      {span.weight:+d} {span.code:5} {span.term!r} <- {text[span.start : span.end]!r}"
        )


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--lexicon", type=Path, default=Path("lexicon/sdg"))
    parser.add_argument("--threshold", type=float, default=2)
    parser.add_argument("--errors", action="store_true", help="print errors, with what matched")
    parser.add_argument("--all", action="store_true", help="print every row, with what matched")
    parser.add_argument("--goal", help="rows of this goal only")
    parser.add_argument("--cross", help="print rows of other goals where this goal scores high")
    parser.add_argument("--text", help="a text to read instead of files")
    parser.add_argument("--tidy", type=Path, help="take lines that say a term again away")
    return parser.parse_args()


def rows_told(given: argparse.Namespace, reader: Reader) -> dict[int, list[bool]]:
    """Whether each row is told right, by goal; errors are printed where they are asked for."""
    right: dict[int, list[bool]] = defaultdict(list)
    for row in (row for path in given.files for row in rows_of(path)):
        evidence = reader.read(row["text"])
        goal, label = row["sdg"], row["label"] == "True"
        if given.cross and goal != given.cross and plain(evidence, given.cross) >= CROSS:
            print(f"\n{given.cross} in a row of {goal} {label} {row['id']}: {row['text'][:300]}")
            show(row["text"], evidence, given.cross)
        if given.goal and goal != given.goal:
            continue
        score = plain(evidence, goal)
        right[int(goal)].append((score >= given.threshold) == label)
        if given.all or (given.errors and not right[int(goal)][-1]):
            told = "right" if right[int(goal)][-1] else "WRONG"
            print(f"\n{told} {goal} label {label} score {score:.2f} {row['id']}: {row['text']}")
            show(row["text"], evidence, goal)
    return right


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Read the arguments and print."""
    given = arguments()
    if given.tidy:
        tidy(given.tidy)
        return
    problems = lexicon_problems(given.lexicon)
    if problems:
        raise SystemExit("\n".join(problem.message for problem in problems))
    reader = Reader(read_lexicon(given.lexicon))
    if given.text:
        evidence = reader.read(given.text)
        print(evidence.languages, evidence.words, "words")
        for code in evidence.codes:
            print(f"  {code}: {plain(evidence, code):.2f}")
            show(given.text, evidence, code)
        return
    right = rows_told(given, reader)
    print()
    for goal, results in sorted(right.items()):
        share = 100 * sum(results) / len(results)
        print(f"goal {goal:2}: {sum(results):3} of {len(results):3} right, {share:.0f} %")
    if right:
        average = sum(sum(r) / len(r) for r in right.values()) / len(right)
        print(f"average of {len(right)} goals: {100 * average:.1f} %")


main()

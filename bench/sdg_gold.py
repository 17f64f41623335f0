"""The Spanish set: the curated alignments of the commitments, and how suggestions compare.

Whatever is tuned for it, the thresholds of suggestions, is tuned on the other plans: each plan's
figures come from thresholds that its commitments had no part in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from sdg_benchmark import REPOSITORY

from ogpgraph.commitment_texts import commitment_texts
from ogpgraph.iris import Names
from ogpgraph.reading import Reading
from ogpgraph.sdg.codes import Code
from ogpgraph.suggester.suggest import GOALS, Suggester

DATA = REPOSITORY / "data" / "ttl"
GRID = tuple(step / 100 for step in range(2, 100, 2))
AROUND = 14
"""Steps of the grid to each side whose figures are taken together."""
_ALIGNED = """
PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX method: <https://w3id.org/ogpgraph/scheme/alignment-method/>
PREFIX review: <https://w3id.org/ogpgraph/scheme/review-state/>
SELECT DISTINCT ?commitment ?code WHERE {
  ?commitment ogp:commitmentAlignment ?alignment .
  ?alignment ogp:alignmentMethod method:curated ; ogp:reviewState review:accepted ;
    ogp:alignedGoal|ogp:alignedTarget ?code .
}
"""


@dataclass(frozen=True)
class Commitment:
    """A commitment: its text, what it is aligned with by curators, the scores it gets."""

    id: str
    plan: str
    goals: frozenset[str]
    targets: frozenset[str]
    goal_scores: dict[str, float]
    target_scores: dict[str, float]


@dataclass(frozen=True)
class Figures:
    """Precision, recall and F1, over all decisions (micro) and as the mean of codes (macro)."""

    precision: float
    recall: float
    f1: float
    macro_precision: float
    macro_recall: float
    macro_f1: float


@dataclass
class _Answer:
    content: ox.QuerySolutions
    kind: str = "solutions"

    def write(self, _: str) -> bytes:
        return self.content.serialize(format=ox.QueryResultsFormat.JSON) or b""


class _Memory:
    """The shipped data in memory, asked as an engine is."""

    def __init__(self) -> None:
        self.store = ox.Store()
        for path in sorted(DATA.rglob("*.ttl")):
            self.store.load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.DefaultGraph())

    def query(self, text: str, **_: object) -> _Answer:
        return _Answer(self.store.query(text))


def read(suggester: Suggester) -> list[Commitment]:
    """The commitments of the plans that are curated; none where no plan is."""
    memory = _Memory()
    reading = Reading(memory, memory, "", Names(), 60)
    codes: dict[str, set[str]] = {}
    for row in memory.store.query(_ALIGNED):
        code = row["code"].value.rpartition("/")[2]
        codes.setdefault(row["commitment"].value, set()).add(code)
    found = []
    for path in sorted(DATA.rglob("*-sdg.ttl")):
        plan = path.name.removesuffix("-sdg.ttl")
        for one in commitment_texts(reading, plan, "es"):
            told = codes.get(one.iri, set())
            scores = _scores(suggester, one.text)
            found.append(
                Commitment(
                    one.id,
                    plan,
                    frozenset(code.partition(".")[0] for code in told),
                    frozenset(code for code in told if "." in code),
                    {code: score for code, score in scores.items() if "." not in code},
                    {code: score for code, score in scores.items() if "." in code},
                )
            )
    return found


def _scores(suggester: Suggester, text: str) -> dict[str, float]:
    """Every score, whatever the thresholds: of goals, and of the targets that have any."""
    scores = suggester.scores(text, "es")
    assert set(GOALS) <= set(scores)
    return scores


def said(one: Commitment, suggested: float, target: float) -> tuple[set[str], set[str]]:
    """The goals and targets that are suggested with these thresholds."""
    goals = {code for code, score in one.goal_scores.items() if score and score >= suggested}
    targets = {
        code
        for code, score in one.target_scores.items()
        if code.partition(".")[0] in goals and score and score >= target
    }
    return goals, targets


def tuned(commitments: Sequence[Commitment]) -> tuple[float, float]:
    """The thresholds of goals and targets: amid those with the best micro F1."""

    def of_goals(least: float) -> float:
        return figures([(one.goals, said(one, least, 1)[0]) for one in commitments]).f1

    goal = _middle_of_the_best(of_goals)

    def of_targets(least: float) -> float:
        return figures([(one.targets, said(one, goal, least)[1]) for one in commitments]).f1

    return goal, _middle_of_the_best(of_targets)


def _middle_of_the_best(figure: Callable[[float], float]) -> float:
    """The threshold with the best mean of a figure around it; of equals the lowest.

    The figure jumps with single commitments where there are few: its peak says less than its
    plateau, and thresholds from the peak differ widely with the plan that is left out.
    """
    shown = [figure(threshold) for threshold in GRID]
    means = [
        sum(near) / len(near)
        for at in range(len(GRID))
        for near in [shown[max(0, at - AROUND) : at + AROUND + 1]]
    ]
    best = max(range(len(GRID)), key=lambda at: (round(means[at], 6), -at))
    return GRID[best]


def leave_one_plan_out(
    commitments: Sequence[Commitment],
) -> list[tuple[Commitment, set[str], set[str]]]:
    """What is suggested for each commitment by thresholds tuned on the plans of the others."""
    found = []
    for plan in dict.fromkeys(one.plan for one in commitments):
        goal, target = tuned([one for one in commitments if one.plan != plan])
        found += [(one, *said(one, goal, target)) for one in commitments if one.plan == plan]
    return found


def figures(pairs: Sequence[tuple[frozenset[str], set[str]]]) -> Figures:
    """The figures of what was said beside what is right; macro is over the codes in the latter."""
    micro = _three(pairs, None)
    codes = sorted({code for right, _ in pairs for code in right})
    each = [_three(pairs, code) for code in codes] or [(0.0, 0.0, 0.0)]
    macro = [sum(one[at] for one in each) / len(each) for at in range(3)]
    return Figures(*micro, *macro)


def _three(
    pairs: Sequence[tuple[frozenset[str], set[str]]], code: str | None
) -> tuple[float, float, float]:
    """Precision, recall and F1 of all codes, or of one."""
    if code is not None:
        pairs = [(right & {code}, said & {code}) for right, said in pairs]
    hits = sum(len(right & said) for right, said in pairs)
    named, wanted = sum(len(said) for _, said in pairs), sum(len(right) for right, _ in pairs)
    precision = hits / named if named else 0.0
    recall = hits / wanted if wanted else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def in_order(codes: set[str] | frozenset[str]) -> str:
    """Codes as a list, in the order of their numbers."""
    return ", ".join(sorted(codes, key=Code.parse)) or "–"

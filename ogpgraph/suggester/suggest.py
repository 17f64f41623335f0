"""Suggestions for a text: goals and targets, how sure, and the spans that made it so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ogpgraph.sdg.codes import Code
from ogpgraph.sdg.vocabulary import VOCABULARY
from ogpgraph.suggester.evidence import Evidence, Reader
from ogpgraph.suggester.features import features_of, weight_of
from ogpgraph.suggester.lexicon import Lexicon, read_lexicon
from ogpgraph.suggester.matcher import Span
from ogpgraph.suggester.model import FILE_NAME, PLACES, Model, read_model

GOALS = tuple(goal.text for goal in VOCABULARY.codes("goal"))
MOST_SUGGESTIONS = len(VOCABULARY.codes("target"))
"""For one text: a goal is suggested where none of its targets is, and each has some."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A goal, and a target of it where the text says as much; `score` is 0 to 1."""

    goal: int
    target: str | None
    score: float
    spans: tuple[Span, ...]

    @property
    def code(self) -> str:
        """The code of the target, else that of the goal."""
        return self.target or str(self.goal)

    def as_json(self) -> dict[str, object]:
        """As it is written, with one object for each span."""
        spans = [span._asdict() for span in self.spans]
        return {
            "goal": self.goal,
            "target": self.target,
            "score": self.score,
            "spans": spans,
        }


class Suggester:
    """Suggests goals and targets by a lexicon and a model. For one thread at a time."""

    def __init__(self, lexicon: Lexicon, model: Model) -> None:
        self._reader = Reader(lexicon)
        self.model = model

    @classmethod
    def of(cls, folder: Path) -> Suggester:
        """The suggester of a folder that holds a lexicon and a model.

        Raises:
            BadInput: one of their files cannot be read.
        """
        return cls(read_lexicon(folder), read_model(folder / FILE_NAME))

    def suggest(
        self,
        text: str,
        *,
        language: str | None = None,
        threshold: float | None = None,
        limit: int | None = None,
    ) -> tuple[Suggestion, ...]:
        """What a text is suggested to be about, the surest first.

        Args:
            text: any text; spans are characters of it.
            language: en or es; as it is seen from its words if None.
            threshold: the least score; that of the model if None.
            limit: so many suggestions at most.
        """
        evidence = self._reader.read(text, language)
        thresholds = self.model.thresholds
        least_goal = thresholds.suggested if threshold is None else threshold
        least_target = thresholds.target if threshold is None else threshold
        made: list[Suggestion] = []
        for goal in GOALS:
            score = self._score(evidence, goal)
            if not score or score < least_goal:
                continue
            targets = [
                self._suggestion(evidence, code, _of_target(evidence, code, score))
                for code in evidence.codes
                if code.startswith(goal + ".")
            ]
            likely = [one for one in targets if one.score and one.score >= least_target]
            made += likely or [self._suggestion(evidence, goal, score)]
        made.sort(key=lambda one: (-one.score, Code.parse(one.code)))
        return tuple(made[:limit])

    def scores(self, text: str, language: str | None = None) -> dict[str, float]:
        """The score of every goal, and of the targets that any match speaks for."""
        evidence = self._reader.read(text, language)
        goals = {goal: self._score(evidence, goal) for goal in GOALS}
        targets = {
            code: _of_target(evidence, code, goals[code.partition(".")[0]])
            for code in evidence.codes
            if "." in code
        }
        return goals | targets

    def _score(self, evidence: Evidence, code: str) -> float:
        """That of a goal; 0 where nothing speaks for it."""
        if not weight_of(evidence.codes.get(code, ())):
            return 0.0
        return round(self.model.score(features_of(evidence, code)), PLACES)

    @staticmethod
    def _suggestion(evidence: Evidence, code: str, score: float) -> Suggestion:
        spans = tuple(match.span for match in evidence.codes[code])
        goal, mark, _ = code.partition(".")
        return Suggestion(int(goal), code if mark else None, score, spans)


def _of_target(evidence: Evidence, code: str, goal: float) -> float:
    """That of its goal, less where little of it speaks for the target: times 1 - 1 / w.

    `w` is the weight of the target's own matches: one term that settles the matter gives 3/4, and
    one that is faint says nothing by itself.
    """
    weight = weight_of(evidence.codes[code])
    return round(goal * max(0.0, 1 - 1 / weight), PLACES) if weight else 0.0

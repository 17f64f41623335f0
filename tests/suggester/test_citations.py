"""A text that names a goal or target by its code is about that one, and not about goals in general."""

from __future__ import annotations

import pytest

from ogpgraph.sdg import VOCABULARY
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.suggest import Suggester

GOALS = [str(code) for code in VOCABULARY.codes("goal")]
TARGETS = [str(code) for code in VOCABULARY.codes("target")]
_OF_GOALS = (
    ("en", "It contributes to SDG {}."),
    ("en", "It contributes to Sustainable Development Goal {}."),
    ("es", "Contribuye al ODS {}."),
    ("es", "Contribuye al Objetivo de Desarrollo Sostenible {}."),
)
_OF_TARGETS = (
    ("en", "It contributes to SDG {}."),
    ("en", "It contributes to target {}."),
    ("es", "Contribuye al ODS {}."),
    ("es", "Contribuye a la meta {}."),
)


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester.of(Shipped.find().lexicon)


@pytest.mark.parametrize(("language", "text"), _OF_GOALS)
def test_a_goal_is_cited_by_its_number(suggester: Suggester, language: str, text: str) -> None:
    for goal in GOALS:
        found = suggester.suggest(text.format(goal), language=language)
        assert [one.code for one in found] == [goal], text.format(goal)


@pytest.mark.parametrize(("language", "text"), _OF_TARGETS)
def test_a_target_is_cited_by_its_code(suggester: Suggester, language: str, text: str) -> None:
    for target in TARGETS:
        if language == "en" and target.endswith(".a"):
            continue  # "a" is an article there, and counts for nothing
        found = suggester.suggest(text.format(target), language=language)
        assert [one.code for one in found] == [target], text.format(target)


def test_the_goals_as_a_whole_are_the_seventeenth(suggester: Suggester) -> None:
    for text in ("The SDGs concern us all.", "Los ODS nos conciernen."):
        assert [one.code for one in suggester.suggest(text)] == ["17"]


def test_a_goal_and_a_target_are_cited_together(suggester: Suggester) -> None:
    said = "El compromiso contribuye al ODS 5 y a la meta 16.6."
    assert {one.code for one in suggester.suggest(said)} == {"5", "16.6"}

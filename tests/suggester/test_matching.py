"""What rows match in a text, and what does not count."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpgraph.suggester.evidence import Reader
from tests.suggester.lexicons import lexicon


def matched(folder: Path, rows: list[str], text: str, cues: list[str] | None = None) -> list[str]:
    """What was matched in a text for the code of the first row."""
    evidence = Reader(lexicon(folder, rows, cues)).read(text)
    code = rows[0].split("  ")[0]
    return [text[m.span.start : m.span.end] for m in evidence.codes.get(code, ())]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("corruption", "Corruption and CORRUPTIONS.", ["Corruption", "CORRUPTIONS"]),
        ("access to justice", "access to the justice", ["access to the justice"]),
        ("access to justice", "justice to access", []),
        ("bribe|kickback", "a bribe, a kickback, a gift", ["bribe", "kickback"]),
        ("public offici*", "public officials", ["public officials"]),
        ("corrupt*", "incorruptible", []),
        ("AIDS", "AIDS aids Aids", ["AIDS"]),
        ("NGO", "an NGO and NGOs, ngo", ["NGO", "NGOs"]),
        ("access ~ drinking water", "drinking water and its access", ["drinking water and its access"]),
        ("access ~ drinking water", "access one two three four five drinking water", ["access one two three four five drinking water"]),
        ("access ~ drinking water", "access one two three four five six drinking water", []),
        ("access ~ water", "Access. Water", []),
        ("access ~ water", "Access\nto water", ["Access\nto water"]),
        ("access ~ water", "Access to 3.5 waters", ["Access to 3.5 waters"]),
        ("women ~ land ~ right*", "rights of women to land", ["rights of women to land"]),
        ("women ~ land ~ right*", "rights of women", []),
        ("e-government|egovernment", "e-government, egovernment, e government", ["e-government", "egovernment", "e government"]),
        ("labor rights", "labour right", ["labour right"]),
        ("organisation", "organizations", ["organizations"]),
        ("naïve", "naive", ["naive"]),
        ("cafe", "cafe\u0301", ["cafe\u0301"]),
        ("hepatitis A", "hepatitis A; hepatitis a", ["hepatitis A"]),
    ],
)  # fmt: skip
def test_a_term_matches(term: str, text: str, found: list[str], tmp_path: Path) -> None:
    assert matched(tmp_path, [f"16  en  2  {term}"], text) == found


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("acceso a justicia", "Acceso a la Justicia", ["Acceso a la Justicia"]),
        ("contratacion publica", "contrataciones públicas", ["contrataciones públicas"]),
        ("uso de agua", "el uso del agua", ["uso del agua"]),
        ("niñez", "la ninez y la NIÑEZ", ["ninez", "NIÑEZ"]),
    ],
)
def test_a_spanish_term_matches(term: str, text: str, found: list[str], tmp_path: Path) -> None:
    assert matched(tmp_path, [f"16  es  2  {term}"], text) == found


def test_the_longest_match_of_a_code_wins(tmp_path: Path) -> None:
    rows = ["16  en  1  rights", "16  en  3  human rights", "16  en  4  human rights law"]
    assert matched(tmp_path, rows, "human rights law, human rights, rights") == [
        "human rights law",
        "human rights",
        "rights",
    ]


def test_codes_match_the_same_words_each(tmp_path: Path) -> None:
    rows = ["5.5  en  3  women in parliament", "16.7  en  2  parliament"]
    evidence = Reader(lexicon(tmp_path, rows)).read("Women in parliament.")
    assert {code: len(found) for code, found in evidence.codes.items()} == {
        "5": 1, "5.5": 1, "16": 1, "16.7": 1,
    }  # fmt: skip


def test_a_match_against_a_target_says_nothing_of_the_goal(tmp_path: Path) -> None:
    evidence = Reader(lexicon(tmp_path, ["16.1  en  -2  war"])).read("The war.")
    assert list(evidence.codes) == ["16.1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The water of the river basin.", ["water"]),
        ("The water.", []),
        ("The water" + " is" * 23 + " of the river basin.", ["water"]),
        ("The water" + " is" * 24 + " of the river basin.", []),
        ("The water colour of the river basin.", []),
        ("The river basin in colour, for this water.", []),
        ("The river basin in colour, drawn by someone there who once saw water.", ["water"]),
    ],
)
def test_guards(text: str, found: list[str], tmp_path: Path) -> None:
    assert matched(tmp_path, ["6  en  2  water  basin; aquifer  colour; polo"], text) == found


def test_what_a_cue_of_negation_takes_out(tmp_path: Path) -> None:
    cues = ["en  not about  6  not about only"]
    assert matched(tmp_path, ["6  en  2  water"], "This is not about water.", cues) == []
    text = "This is not about only water. Not about it. Water!"
    assert matched(tmp_path, ["6  en  2  water"], text, cues) == ["water", "Water"]


def test_the_language_is_seen_or_given(tmp_path: Path) -> None:
    reader = Reader(lexicon(tmp_path, ["6  en  2  red", "9  es  2  red"]))
    assert list(reader.read("The red one and the other of them").codes) == ["6"]
    assert list(reader.read("La red de los pueblos y de la costa").codes) == ["9"]
    assert list(reader.read("red").codes) == ["6", "9"]
    assert list(reader.read("red", "es").codes) == ["9"]

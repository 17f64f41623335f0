"""Every spelling of a code is understood, and what is none says what would be right."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpgraph.errors import BadRequest
from ogpgraph.iris import Names
from ogpgraph.sdg import VOCABULARY, Code, Level, resolve, roll_up

NAMES = Names("https://data.example.org/og/")
CODES = VOCABULARY.codes()
SPELLINGS = {
    "16": (
        *("16", "016", " 16 ", "16.", "SDG16", "sdg16", "SDG 16", "SDG-16", "SDG_16", "SDGs 16"),
        *("Goal 16", "goal16", "GOAL  16", "ODS 16", "ods16", "Objetivo 16", "objetivo16", "#16"),
        *("Objetivo de Desarrollo Sostenible 16", "Sustainable Development Goal 16"),
        *("Objetivo N.º 16", "ODS n° 16", "sdg:16", "sdg:16.", "１６", "“16”"),
        *("http://metadata.un.org/sdg/16", "https://metadata.un.org/sdg/16"),
        *("<http://metadata.un.org/sdg/16>", "HTTP://METADATA.UN.ORG/SDG/16"),
        *("http://metadata.un.org/sdg/16?lang=es", "https://sdgs.un.org/goals/goal16"),
        "https://sdgs.un.org/es/goals/goal16",
        *("Q53581248", "q53581248", "wd:Q53581248", "http://www.wikidata.org/entity/Q53581248"),
        *("https://www.wikidata.org/wiki/Q53581248", "SDGIO_00000050", "SDGIO:00000050"),
        *("sdgio:SDGIO_00000050", "http://purl.unep.org/sdg/SDGIO_00000050"),
    ),
    "16.6": (
        *("16.6", "16.06", "016.06", "meta 16.6", "Meta 16.6", "target 16.6", "Target16.06"),
        *("SDG target 16.6", "SDG 16.6", "ODS 16.6", "Meta n.º 16.6", "sdg:16.6", "sdg:16.6."),
        *("http://metadata.un.org/sdg/16.6", "https://metadata.un.org/sdg/16.06"),
        *("http://purl.unep.org/sdg/SDGIO_00000215", "16.6;", "16.6,"),
    ),
    "16.10": ("16.10", "16.010", "meta 16.10", "http://metadata.un.org/sdg/16.10"),
    "16.a": ("16.a", "16.A", "16.0a", "016.0A", "meta 16.A", "sdg:16.a"),
    "16.6.2": (
        *("16.6.2", "16.06.02", "16.6.02", "indicator 16.6.2", "Indicador 16.06.02", "C160602"),
        *("c160602", "SDG indicator 16.6.2", "sdg:C160602", "indicator C160602"),
        *("http://metadata.un.org/sdg/C160602", "https://metadata.un.org/sdg/C160602"),
        "https://unstats.un.org/sdgs/metadata/files/Metadata-16-06-02.pdf",
    ),
    "16.a.1": ("16.a.1", "16.0a.01", "C160a01", "C160A01"),
    "10.4.2": ("10.4.2", "https://w3id.org/ogpgraph/scheme/sdg-indicator/10.4.2"),
    "1.5.1": ("1.5.1", "C200303", "http://metadata.un.org/sdg/C200303"),
    "13.1.1": ("13.1.1",),
}
WRONG = {
    "": "no code",
    "sixteen": "no code",
    "16,6": "no code",
    "16..6": "no code",
    "-16": "no code",
    "1e1": "no code",
    "16.6.2.1": "no code",
    "16.6a": "no code",
    "١٦": "no code",
    "http://metadata.un.org/sdg/": "no code",
    "http://metadata.un.org/sdg/ontology#Goal": "no code",
    "https://example.org/sdg/16": "no code",
    "metal 16": "no code",
    "x" * 301: "no code",
    "0": "There is no goal 0; the goals are 1 to 17",
    "18": "There is no goal 18; the goals are 1 to 17",
    "16.15": "There is no target 16.15; the targets of goal 16 are 16.1 to 16.b",
    "16.c": "There is no target 16.c",
    "16.0": "There is no target 16.0",
    "16.6.0": "There is no indicator 16.6.0; target 16.6 has 2",
    "16.6.9": "There is no indicator 16.6.9; target 16.6 has 2",
    "goal 16.6": "16.6 is a target, not a goal",
    "meta 16": "16 is a goal, not a target",
    "indicador 16.6": "16.6 is a target, not an indicator",
    "C010501": "permanent code C010501. 1.5.1 is an indicator, and its permanent code is C200303",
    "C100402": "permanent code C100402. 10.4.2 is an indicator, and it has none",
    "C999999": "No indicator has the permanent code C999999",
    "Q42": "Q42 is no Wikidata item",
    "SDGIO_99999999": "SDGIO_99999999 is no term of SDGIO",
}


@pytest.mark.parametrize(
    ("text", "code"), [(text, code) for code, texts in SPELLINGS.items() for text in texts]
)
def test_a_spelling_is_understood(text: str, code: str) -> None:
    assert resolve(text).text == code


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_what_is_none_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        resolve(text)
    assert message in caught.value.message
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("18", [str(n) for n in range(1, 18)]),
        ("16.15", [f"16.{n}" for n in range(1, 11)] + ["16.a", "16.b"]),
        ("16.6.9", ["16.6.1", "16.6.2"]),
        ("meta 3", [f"3.{n}" for n in range(1, 10)] + ["3.a", "3.b", "3.c", "3.d"]),
        ("goal 16.6", ["16"]),
        ("C010501", ["1.5.1"]),
    ],
)
def test_what_would_be_right_is_named_in_order(text: str, known: list[str]) -> None:
    with pytest.raises(BadRequest) as caught:
        resolve(text)
    assert caught.value.known == known


@pytest.mark.parametrize(
    ("text", "levels", "known"),
    [
        ("16.6", ("goal",), ["16"]),
        ("16.6.2", ("goal", "target"), ["16", "16.6"]),
        ("16", ("indicator",), []),
        ("16.6", ("indicator",), ["16.6.1", "16.6.2"]),
    ],
)
def test_another_level_than_wanted_is_refused(
    text: str, levels: tuple[Level, ...], known: list[str]
) -> None:
    with pytest.raises(BadRequest) as caught:
        resolve(text, levels)
    assert (caught.value.known or []) == known


@pytest.mark.parametrize("code", CODES, ids=str)
def test_every_code_comes_back_from_each_of_its_names(code: Code) -> None:
    entry = VOCABULARY.entries[code]
    assert resolve(code.text) == resolve(code.padded) == Code.parse(code.text) == code
    assert resolve(f"ODS {code}") == resolve(f"{code.level} {code}") == code
    assert VOCABULARY.of_iri(entry.iri(NAMES), NAMES) == entry.first
    assert resolve(entry.iri(NAMES)) == resolve(entry.iri(NAMES).upper()) == entry.first
    for name in filter(None, (entry.permanent, entry.wikidata, entry.sdgio)):
        assert resolve(name) == resolve(name.lower()) == entry.first


@given(
    code=st.sampled_from(CODES),
    word=st.sampled_from(["", "SDG", "ods ", "sdg: ", "#", "Goal-", "Meta ", "Indicador n.º "]),
    capitals=st.booleans(),
    space=st.sampled_from(["", " ", "\t", "\u00a0"]),
    dot=st.sampled_from(["", "."]),
)
def test_words_case_spaces_and_a_final_dot_do_not_matter(
    code: Code, word: str, capitals: bool, space: str, dot: str
) -> None:
    levels = {"Goal-": "goal", "Meta ": "target", "Indicador n.º ": "indicator"}
    text = f"{space}{word}{space}{code}{dot}{space}"
    text = text.upper() if capitals else text
    if levels.get(word, code.level) != code.level:
        with pytest.raises(BadRequest):
            resolve(text)
    else:
        assert resolve(text) == code


@given(st.text(max_size=40) | st.from_regex(r"[a-zA-Z ]{0,8}[0-9.]{0,8}[a-d]?", fullmatch=True))
def test_any_text_is_a_code_that_exists_or_a_refusal(text: str) -> None:
    try:
        code = resolve(text)
    except BadRequest:
        return
    assert code in VOCABULARY.entries


def test_codes_sort_as_codes_and_not_as_decimals() -> None:
    mixed = list(CODES)
    random.Random(6).shuffle(mixed)
    ordered = [str(code) for code in sorted(mixed)]
    assert ordered == [str(code) for code in CODES]
    start = ordered.index("16.9")
    assert ordered[start : start + 6] == ["16.9", "16.9.1", "16.10", "16.10.1", "16.10.2", "16.a"]
    assert sorted(mixed)[:2] == [Code(1), Code(1, "1")]
    assert sorted([Code(17), Code(2), Code(10)]) == [Code(2), Code(10), Code(17)]


def test_a_code_knows_what_it_belongs_to() -> None:
    code = resolve("16.6.2")
    assert (code.at("indicator"), code.at("target"), code.at("goal")) == (
        code,
        Code(16, "6"),
        Code(16),
    )
    assert Code(16).at("target") is None
    assert code.within(Code(16, "6"))
    assert code.within(Code(16))
    assert not Code(16).within(code)
    assert not Code(1).within(Code(16))
    assert not resolve("16.10").within(Code(16, "1"))


def test_targets_roll_up_to_goals_and_each_thing_counts_once() -> None:
    aligned = {
        "CRI-4-9": [resolve("16.7"), resolve("16.10")],
        "CRI-4-1": [resolve("16.6"), resolve("5.c")],
        "MEX-4-2": [resolve("5")],
    }
    assert roll_up(aligned) == {Code(5): ["CRI-4-1", "MEX-4-2"], Code(16): ["CRI-4-9", "CRI-4-1"]}
    assert list(roll_up(aligned)) == [Code(5), Code(16)]
    by_target = roll_up(aligned, "target")
    assert [str(code) for code in by_target] == ["5.c", "16.6", "16.7", "16.10"]
    assert roll_up({}) == {}


@pytest.mark.parametrize("text", ["", "x", "16.06", "016", "16.6.2.1", "16.6.0", "16."])
def test_the_plain_form_is_one(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Code.parse(text)

"""Every spelling of a code of the SDGs: what people type, IRIs, and the ids of others.

16  SDG16  ODS 16  Goal 16  Objetivo 16  meta 16.6  16.06  16.A  16.6.2  C160602
http://metadata.un.org/sdg/16.6  sdg:16.6  https://sdgs.un.org/goals/goal16
http://www.wikidata.org/entity/Q53581248  Q53581248  http://purl.unep.org/sdg/SDGIO_00000050
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from types import MappingProxyType

from ogpgraph.errors import BadRequest
from ogpgraph.sdg.codes import Code, Level
from ogpgraph.sdg.vocabulary import VOCABULARY

_LONGEST = 300
_ANY: tuple[Level, ...] = ("goal", "target", "indicator")
_SPACE = re.compile(r"\s+")
_CODE = re.compile(r"0?([0-9]{1,2})(?:\.(?:0?([0-9]{1,2})|0?([a-z]))(?:\.0?([0-9]{1,2}))?)?")
_PERMANENT = re.compile(r"c(?:[0-9]{6}|[0-9]{3}[a-z][0-9]{2})")
_IRIS = (
    re.compile(r"https?://metadata\.un\.org/sdg/([^/?#]+)/?(?:\?lang=\w+)?"),
    re.compile(r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(q[0-9]+)"),
    re.compile(r"https?://purl\.unep\.org/sdg/(sdgio_[0-9]+)"),
    re.compile(
        r"https?://(?:www\.)?sdgs\.un\.org/(?:[a-z]{2}/)?goals/(goal[0-9]{1,2})/?(?:#[\w-]*)?"
    ),
    re.compile(r"https?://[^?#]*/scheme/sdg-indicator/([^/?#]+)"),
)
"""Whole IRIs and addresses, with the part that says which."""
_METADATA = re.compile(
    r"https?://unstats\.un\.org/sdgs/metadata/files/metadata-([0-9a-z]{2})-([0-9a-z]{2})-([0-9]{2})"
    r"(?:\.pdf)?"
)
"""The UN's pages about how an indicator is measured."""
_CURIE = re.compile(r"(?:sdg|ods|wd|wikidata|sdgio|obo) ?: ?(.+)")
_WORDS: tuple[tuple[str, Level | None], ...] = (
    (r"sustainable development goals?", None),
    (r"objetivos? de desarrollo sostenible", None),
    (r"sdgs?|ods", None),
    (r"goals?|objetivos?|objective", "goal"),
    (r"targets?|metas?", "target"),
    (r"indicators?|indicador(?:es)?", "indicator"),
    (r"number|numero|num\.?|no\.|nr\.?|n[.º°]{1,2}|#", None),
)
"""What people put before a code, and the level that it says."""
_WORD = re.compile("|".join(f"({words})" for words, _ in _WORDS))
_BETWEEN = " -_:"
_LEVEL_NAMES = MappingProxyType(
    {"goal": "a goal", "target": "a target", "indicator": "an indicator"}
)


def resolve(text: str, levels: Sequence[Level] = _ANY) -> Code:
    """The code that a text means, in any spelling; there is a goal, target or indicator of it.

    Args:
        text: at most 300 characters; upper and lower case and spaces do not matter.
        levels: what is wanted.

    Returns:
        The code as it was written; of an IRI or permanent code, the first code of what it names.

    Raises:
        BadRequest: it is no code, there is nothing of that code, or it is of another level;
            `known` lists what would be right.
    """
    said, level = _unworded(_plain(text))
    code = _code(said, text)
    if level is not None and code.level != level:
        raise BadRequest(
            f"“{_shown(text)}”: {code} is {_LEVEL_NAMES[code.level]}, not {_LEVEL_NAMES[level]}.",
            known=[str(each) for each in _instead(code, (level,))],
        )
    if code.level not in levels:
        wanted = " or ".join(_LEVEL_NAMES[one] for one in levels)
        raise BadRequest(
            f"“{_shown(text)}” is {_LEVEL_NAMES[code.level]}; here it must be {wanted}.",
            known=[str(each) for each in _instead(code, levels)],
        )
    return code


def _plain(text: str) -> str:
    """The text in small letters without accents, odd forms of characters, and what encloses it."""
    if len(text) > _LONGEST:
        raise _unreadable(text)
    folded = unicodedata.normalize("NFKD", text.replace("º", ".").replace("°", ".")).lower()
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    said = _SPACE.sub(" ", bare).strip().strip("<>\"'“”()[] ")
    return said if said.startswith("http") else said.rstrip(".;, ")


def _unworded(said: str) -> tuple[str, Level | None]:
    """What stands behind the words before a code, and the level that they say; IRIs unpacked."""
    for pattern in _IRIS:
        if found := pattern.fullmatch(said.rstrip(".")):
            said = found[1]
            break
    if found := _METADATA.fullmatch(said):
        return ".".join(found.groups()), "indicator"
    if found := _CURIE.fullmatch(said):
        said = found[1].strip()
    level: Level | None = None
    while (word := _WORD.match(said)) and word.end() < len(said):
        rest = said[word.end() :].lstrip(_BETWEEN)
        if rest == said[word.end() :] and rest[0].isalpha():
            break  # the beginning of another word
        said, level = rest, _WORDS[(word.lastindex or 1) - 1][1] or level
    return said, level


def _code(said: str, text: str) -> Code:
    """The code of what is left of a text."""
    if _PERMANENT.fullmatch(said):
        return _of_permanent(said.upper())
    if re.fullmatch(r"q[0-9]+", said):
        return _elsewhere(VOCABULARY.by_wikidata.get(said.upper()), said.upper(), "Wikidata item")
    if found := re.fullmatch(r"(?:sdgio[_: ])?([0-9]{8})", said):
        name = f"SDGIO_{found[1]}"
        return _elsewhere(VOCABULARY.by_sdgio.get(name), name, "term of SDGIO")
    found = _CODE.fullmatch(said)
    if not found:
        raise _unreadable(text)
    goal, number, letter, indicator = found.groups()
    target = str(int(number)) if number else letter or ""
    code = Code(int(goal), target, int(indicator or 0))
    if code not in VOCABULARY.entries or (indicator and not code.indicator):  # 16.6.0
        raise _unknown(code, said)
    return code


def _unknown(code: Code, said: str) -> BadRequest:
    """That there is nothing of a code, and what there is instead."""
    goal, target = Code(code.goal), Code(code.goal, code.target)
    if goal not in VOCABULARY.entries:
        goals = VOCABULARY.codes("goal")
        return BadRequest(
            f"There is no goal {code.goal}; the goals are {goals[0]} to {goals[-1]}.",
            known=[str(each) for each in goals],
        )
    there = VOCABULARY.below[goal]
    if target not in there:
        return BadRequest(
            f"There is no target {target}; the targets of goal {goal} are {there[0]} to "
            f"{there[-1]}.",
            known=[str(each) for each in there],
        )
    measured = VOCABULARY.below.get(target, ())
    return BadRequest(
        f"There is no indicator {said}; target {target} has {len(measured)}.",
        known=[str(each) for each in measured],
    )


def _of_permanent(permanent: str) -> Code:
    """The first code of an indicator by its permanent code."""
    if found := VOCABULARY.by_permanent.get(permanent):
        return found
    goal, target, indicator = permanent[1:3], permanent[3:5], permanent[5:]
    number = target.lower().lstrip("0")
    code = Code(int(goal), number, int(indicator)) if number else None
    entry = VOCABULARY.entries.get(code) if code else None
    hint = ""
    if entry is not None:
        called = f"its permanent code is {entry.permanent}" if entry.permanent else "it has none"
        hint = f" {entry.code} is an indicator, and {called}."
    raise BadRequest(
        f"No indicator has the permanent code {permanent}.{hint}",
        known=[str(entry.code)] if entry else None,
    )


def _elsewhere(code: Code | None, name: str, what: str) -> Code:
    if code is None:
        raise BadRequest(f"{name} is no {what} that is matched with a goal, target or indicator.")
    return code


def _instead(code: Code, levels: Sequence[Level]) -> list[Code]:
    """What of a wanted level lies above a code, else what lies below it."""
    above = [found for one in levels if (found := code.at(one)) is not None]
    return above or [each for each in VOCABULARY.below.get(code, ()) if each.level in levels]


def _unreadable(text: str) -> BadRequest:
    return BadRequest(
        f"“{_shown(text)}” is no code of the SDGs. Write a goal (16), a target (16.6, 16.a) or an "
        "indicator (16.6.2, C160602), or the IRI of one.",
        known=[str(goal) for goal in VOCABULARY.codes("goal")],
    )


def _shown(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"  # noqa: PLR2004

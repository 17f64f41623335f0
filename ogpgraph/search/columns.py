"""The columns of the index: what a word stands in, in which language, and what that weighs."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

LANGUAGES = ("es", "en", "other")
"""Those that are told apart; every other one, and none, is “other”."""
WEIGHTS = MappingProxyType(
    {"title": 10.0, "alternative": 6.0, "summary": 3.0, "related": 2.0, "quote": 1.0}
)
"""What a word weighs by where it stands. “related” has the names of what a thing is linked with."""
STEM_WEIGHTS = MappingProxyType({"title": 4.0, "text": 1.2, "quote": 0.4})
"""The same for its stem: a form that is exact adds to it."""
STEM_OF = MappingProxyType(
    {
        "title": "title",
        "alternative": "title",
        "summary": "text",
        "related": "text",
        "quote": "quote",
    }
)
CODE, CODE_WEIGHT = "code", 8.0
"""Numbers and identifiers, which are of no language."""

WHOLE, WHOLE_WEIGHT = "whole", 20.0
"""A whole title as one word: what is called just so comes first."""

FORMS = MappingProxyType(
    {
        **{f"{name}_{at}": weight for at in LANGUAGES for name, weight in WEIGHTS.items()},
        CODE: CODE_WEIGHT,
    }
)
STEMS = MappingProxyType(
    {f"stem_{name}_{at}": w for at in LANGUAGES[:2] for name, w in STEM_WEIGHTS.items()}
)
WHOLES = MappingProxyType({f"{WHOLE}_{at}": WHOLE_WEIGHT for at in LANGUAGES})
COLUMNS = (*FORMS, *STEMS, *WHOLES)
"""In their order in the index."""
ALL_WEIGHTS = (*FORMS.values(), *STEMS.values(), *WHOLES.values())


def known(language: str) -> str:
    """The one of `LANGUAGES` that a language tag falls under."""
    primary = language.partition("-")[0].lower()
    return primary if primary in LANGUAGES[:2] else LANGUAGES[2]


def form_columns(language: str | None) -> str:
    """The columns of forms in a language, or in all, as a filter of FTS5."""
    return _filter(c for c in FORMS if language is None or c == CODE or c.endswith(f"_{language}"))


def stem_columns(language: str) -> str:
    """The columns of stems of a language, as a filter of FTS5."""
    return _filter(column for column in STEMS if column.endswith(f"_{language}"))


def whole_columns(language: str | None) -> str:
    """The columns of whole titles in a language, or in all, as a filter of FTS5."""
    return _filter(c for c in WHOLES if language is None or c.endswith(f"_{language}"))


def _filter(columns: Iterable[str]) -> str:
    return "{" + " ".join(columns) + "}"

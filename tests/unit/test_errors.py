"""What messages make of an engine's reasons."""

from __future__ import annotations

import pytest

from ogpgraph.errors import MalformedQuery
from ogpgraph.store.scratch import evaluate

ELSE = "something else is expected here"
REASONS = {
    "error at 1:9: expected one of DESCRIBE, [_]": (1, 9, ELSE),
    "error at 1:1: expected [_]": (1, 1, ELSE),
    "error at 2:35: expected one of HAVING, OFFSET, ['0'..='9']": (2, 35, ELSE),
    "error at 1:23: expected ['0' ..= '9' | 'A' ..= 'F' |\n'a' ..= 'f']": (1, 23, ELSE),
    "error at 1:7: expected one of \"$\", ['\\u{00B7}' | '\\u{0300}'], ['_']": (1, 7, ELSE),
    "error at 1:7: no such prefix; expected [_]": (1, 7, f"no such prefix; {ELSE}"),
    "error at 1:30: expected one of Duplicated variable name in SELECT, [_]": (
        1,
        30,
        "Duplicated variable name in SELECT",
    ),
    "error at 1:35: expected one of IF, SELECT * is not authorized with GROUP BY, TZ, [_]": (
        1,
        35,
        "SELECT * is not authorized with GROUP BY",
    ),
    'error at 1:15: expected one of "[", "]", OPTIONAL': (
        1,
        15,
        'expected one of "[", "]", OPTIONAL',
    ),
    "error at 3:4: Prefix not found": (3, 4, "Prefix not found"),
    f"error at 3:4: {'long ' * 50}": (3, 4, ("long " * 40).strip() + " "),
}
TEXTS = {
    "SELECT {": (1, 9),
    "": (1, 1),
    "SELECT *\nWHERE { ?s ?p": (2, 14),
    "SELECT * WHERE { ?s ?p ?o } LIMIT x": (1, 35),
    "SELECT * { ?s ?p '\\u00' }": (1, 23),
}


@pytest.mark.parametrize("reason", REASONS)
def test_lists_in_the_engines_notation_are_not_repeated(reason: str) -> None:
    line, column, rest = REASONS[reason]
    error = MalformedQuery.at(reason)
    place = f"at line {line}, column {column}"
    assert error.message == f"The query does not parse {place}: {rest}."
    assert error.members == {"line": line, "column": column}


def test_a_reason_without_a_place_is_told_as_it_is() -> None:
    error = MalformedQuery.at("the text is odd", what="update")
    assert error.message == "The update does not parse: the text is odd."
    assert not error.members


@pytest.mark.parametrize("text", TEXTS)
def test_a_query_that_breaks_off_is_told_where(text: str) -> None:
    """Of the engine itself: its notation is still the one that is known here."""
    line, column = TEXTS[text]
    with pytest.raises(MalformedQuery) as caught:
        evaluate({}, [text])
    place = f"at line {line}, column {column}"
    assert caught.value.message == f"The query does not parse {place}: {ELSE}."


def test_what_can_be_read_and_means_nothing_is_told_as_the_engine_has_it() -> None:
    with pytest.raises(MalformedQuery, match=r"column 30: Duplicated variable name in SELECT\.$"):
        evaluate({}, ["SELECT (1 AS ?x) (2 AS ?x) {}"])

"""What people type is words, phrases and exclusions, and never the syntax of the engine."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpgraph.errors import BadRequest
from ogpgraph.search.columns import COLUMNS
from ogpgraph.search.question import MAX_LENGTH, MAX_WORDS, Question
from ogpgraph.search.words import Stems, words


def forms(text: str) -> list[str]:
    return [" ".join(one.forms) for one in Question.read(text).wanted]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("datos abiertos", ["datos", "abiertos"]),
        ("  Datos\u00a0\tABIERTOS ", ["datos", "abiertos"]),
        ('"rendición de cuentas" salud', ["rendicion de cuentas", "salud"]),
        ("“rendición de cuentas”", ["rendicion de cuentas"]),
        ("«rendición de cuentas»", ["rendicion de cuentas"]),
        ('"rendición de cuentas', ["rendicion de cuentas"]),  # never closed
        ("CRI-4-9", ["cri 4 9"]),
        ("16.6", ["16 6"]),
        ("co-creación", ["co creacion"]),
        ("agua/saneamiento", ["agua", "saneamiento"]),
        ("¿quién lidera la política?", ["lidera", "politica"]),
        ("the who", ["the", "who"]),  # nothing else is left
        ("datos OR 1=1; DROP TABLE words --", ["datos", "1 1", "drop", "table", "words"]),
        ("title_es:datos NEAR(a b)", ["title es", "datos", "near", "b"]),
        ("dato*", ["dato"]),
        ("^datos + abiertos", ["datos", "abiertos"]),
    ],
)
def test_a_text_is_read_as_words_and_phrases(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("datos -abiertos", ["abiertos"]),
        ('datos -"gobierno abierto"', ["gobierno abierto"]),
        ("datos −abiertos", ["abiertos"]),
        ("co-creación", []),
        ("datos - abiertos", []),
    ],
)
def test_a_minus_before_a_word_excludes_it(text: str, without: list[str]) -> None:
    assert [" ".join(one.forms) for one in Question.read(text).excluded] == without


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no word"),
        ("   ", "no word"),
        ("?!… “”", "no word"),
        ("-datos", "only says what must not be there"),
        ("a" * (MAX_LENGTH + 1), f"{MAX_LENGTH} at most"),
        (" ".join("abcdefghijklmnopqrstuvwxyz"), f"{MAX_WORDS} at most"),
        ("\u0301" * MAX_LENGTH, "no word"),
    ],
)
def test_what_cannot_be_looked_for_is_told(text: str, message: str) -> None:
    with pytest.raises(BadRequest, match=message) as caught:
        Question.read(text)
    assert caught.value.members["parameter"] == "q"


def test_the_last_word_may_go_on_and_quoted_words_may_not() -> None:
    *first, last = Question.read("datos abier").wanted
    assert last.prefix
    assert not any(one.prefix for one in first)
    assert not any(one.prefix for one in Question.read('datos "abier"').wanted[1:])
    assert not Question.read("plan 16").wanted[-1].prefix
    assert not Question.read("ab").wanted[-1].prefix


def test_a_corrected_text_keeps_the_rest_as_it_was_typed() -> None:
    question = Question.read('¿Trasparencia en "Costa Rica" -fiscal?')
    assert (
        question.corrected({"trasparencia": "transparencia"})
        == '¿transparencia en "Costa Rica" -fiscal?'
    )


@pytest.fixture(scope="module")
def engine() -> Iterator[sqlite3.Connection]:
    """An empty index that reads expressions as the true one does."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, content='', tokenize='ascii')"
        )
        yield connection


SYNTAX = ("AND", "OR", "NOT", "NEAR", "NEAR/3", "(", ")", '"', '""', "'", "*", "^", "+", "-", ":")
SYNTAX += ("{title_es}", "rowid", "words", "\x00", "\\", "%", ";", "--", "/*", "\ufeff", "\u202e")


@given(
    st.one_of(
        st.text(max_size=MAX_LENGTH),
        st.lists(st.one_of(st.sampled_from(SYNTAX), st.text(max_size=8)), max_size=14).map(
            " ".join
        ),
        st.lists(st.sampled_from((*SYNTAX, "datos", "el", "x")), max_size=30).map("".join),
    )
)
def test_no_text_is_read_as_syntax_of_the_engine(engine: sqlite3.Connection, text: str) -> None:
    stems = Stems()
    try:
        question = Question.read(text)
    except BadRequest:
        return
    for language in (None, "es", "en", "other"):
        for need in question.needs:
            asks = question.expression(stems, language=language, need=need)
            engine.execute("SELECT rowid FROM words WHERE words MATCH ?", (asks,)).fetchall()


@given(st.text(max_size=100), st.text(max_size=100))
def test_a_text_is_found_by_each_of_its_own_words(text: str, other: str) -> None:
    """One index of two texts: what is asked finds the text that has it, and no mark of it is lost."""
    found = list(dict.fromkeys(word.form for word in words(text)))
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            f"CREATE VIRTUAL TABLE words USING fts5({', '.join(COLUMNS)}, content='', tokenize='ascii')"
        )
        for number, one in enumerate((text, other), start=1):
            joined = " ".join(word.form for word in words(one))
            connection.execute(
                "INSERT INTO words (rowid, title_other) VALUES (?, ?)", (number, joined)
            )
        for form in found[:10]:
            asks = Question.read(form).expression(Stems())
            rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (asks,))
            assert (1,) in rows.fetchall()

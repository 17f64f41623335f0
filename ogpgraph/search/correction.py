"""Words that were meant: of the words of an index, those nearest to one that it has not."""

from __future__ import annotations

import json

from ogpgraph.search.columns import LANGUAGES, stem_columns
from ogpgraph.search.connections import Connection
from ogpgraph.search.index import pairs
from ogpgraph.search.question import Question
from ogpgraph.search.words import Stems

_SHORTEST = 4
"""Letters of a word that may be a slip of another."""
_LONG = 8
"""Letters from which a word may have two slips, and not one."""
_CANDIDATES = 60
"""Words that are compared letter by letter: those with most pairs of letters in common."""
_KNOWN = "SELECT 1 FROM vocabulary WHERE form = ?"
_HAS = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
_NEAR = (
    "SELECT form, written, language, count FROM (SELECT word, COUNT(*) AS common FROM pair "
    "WHERE letters IN (SELECT value FROM json_each(?)) GROUP BY word "
    "ORDER BY common DESC, word LIMIT 2000) JOIN vocabulary ON vocabulary.id = word "
    "WHERE LENGTH(form) BETWEEN ? AND ? ORDER BY common - ABS(LENGTH(form) - ?) DESC, count DESC, "
    "form LIMIT ?"
)


def corrected(
    connection: Connection, stems: Stems, question: Question, preferred: str
) -> dict[str, str]:
    """What the words that an index has not were meant to be, by their folded forms.

    Args:
        connection: of the index.
        stems: of this thread.
        question: whose words are looked at.
        preferred: the language whose words go before others that are as near.
    """
    forms = dict.fromkeys(form for one in question.wanted for form in one.forms)
    found = {}
    for form in forms:
        if len(form) < _SHORTEST or not form.isalpha() or _is_there(connection, stems, form):
            continue
        if near := _nearest(connection, form, preferred):
            found[form] = near
    return found


def distance(one: str, other: str, most: int) -> int:
    """Letters to put in, take out, replace or swap with a neighbour, from one word to another.

    Args:
        one: a word.
        other: another.
        most: from here on the number does not matter: more than it is `most` + 1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            swapped = (
                row > 1
                and column > 1
                and (letter, one[row - 2])
                == (
                    other[column - 2],
                    against,
                )
            )
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]


def _is_there(connection: Connection, stems: Stems, form: str) -> bool:
    """Whether the index has a word, or one of the same stem."""
    if connection.execute(_KNOWN, (form,)).fetchone():
        return True
    asks = " OR ".join(f'{stem_columns(at)} : "{stems.of(form, at)}"' for at in LANGUAGES[:2])
    return connection.execute(_HAS, (asks,)).fetchone() is not None


def _nearest(connection: Connection, form: str, preferred: str) -> str | None:
    """The nearest word as it is written; of several those of the preferred language first."""
    most = 1 if len(form) < _LONG else 2
    size = len(form)
    values = (json.dumps(sorted(pairs(form))), size - most, size + most, size, _CANDIDATES)
    best: tuple[int, bool, int, str] | None = None
    for near, written, language, count in connection.execute(_NEAR, values):
        steps = distance(form, near, most)
        rank = (steps, language != preferred, -count, written)
        if steps <= most and (best is None or rank < best):
            best = rank
    return best[-1] if best else None

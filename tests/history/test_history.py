"""The past: what was published when, and differences as exact sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogpgraph.errors import BadRequest, Unavailable
from ogpgraph.files import Graph
from ogpgraph.history import History, shortened
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger

NAMES = Names()
A, B = NAMES.graph("plan/A"), NAMES.graph("plan/B")
WHO = Activity("tester", "a file", "ogpgraph test", "0" * 64)


def graph(*names: str) -> Graph:
    return Graph.of(f'<urn:{name}> <urn:p> "x" .' for name in names)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """1: A = x y; 2: B = z; 3: A = y w; 4: B withdrawn; 5: B = z again."""
    with closing(Ledger(tmp_path / "ledger.sqlite")) as opened:
        opened.claim(NAMES.base)
        opened.append({A: graph("x", "y"), B: graph("z")}, WHO)
        opened.append({A: graph("y", "w")}, WHO)
        opened.append({B: Graph()}, WHO)
        opened.append({B: graph("z")}, WHO)
        yield opened


def test_entries_say_what_each_version_changed(ledger: Ledger) -> None:
    past = History(ledger)
    found = [(e.version.sequence, e.added, e.removed) for e in past.entries(limit=10)]
    assert found == [(5, 1, 0), (4, 0, 1), (3, 1, 1), (2, 1, 0), (1, 2, 0)]
    assert [e.version.sequence for e in past.entries(A, limit=10)] == [3, 1]
    assert [e.version.sequence for e in past.entries(limit=2, before=4)] == [3, 2]


def test_the_state_at_every_moment(ledger: Ledger) -> None:
    past = History(ledger)
    expected: list[dict[str, Graph]] = [
        {},
        {A: graph("x", "y")},
        {A: graph("x", "y"), B: graph("z")},
        {A: graph("y", "w"), B: graph("z")},
        {A: graph("y", "w")},
        {A: graph("y", "w"), B: graph("z")},
    ]
    for at, graphs in enumerate(expected):
        assert past.graphs(at) == graphs
        for iri in (A, B):
            assert past.graph(iri, at) == graphs.get(iri, Graph())


def test_every_difference_turns_one_state_into_the_other(ledger: Ledger) -> None:
    past = History(ledger)
    for start in range(6):
        for end in range(6):
            old, new = past.graphs(start), past.graphs(end)
            found = {d.graph: d for d in past.differences(start, end)}
            assert all(d.added or d.removed for d in found.values())
            for iri in (A, B):
                lines = set(old.get(iri, Graph()).lines)
                if difference := found.get(iri):
                    assert lines >= set(difference.removed)
                    assert not lines & set(difference.added)
                    lines = lines - set(difference.removed) | set(difference.added)
                assert Graph.of(lines) == new.get(iri, Graph())
            assert past.differences(start, end, A) == ((found[A],) if A in found else ())


def test_a_graph_is_named_whole_or_by_its_end(ledger: Ledger) -> None:
    past = History(ledger)
    assert past.graph_iri("plan/A") == past.graph_iri(A) == A
    with pytest.raises(BadRequest, match="plan/C") as caught:
        past.graph_iri("plan/C")
    assert caught.value.known == [A, B]


def test_a_moment_is_one_of_the_ledger(ledger: Ledger) -> None:
    past = History(ledger)
    assert [past.moment(at) for at in range(6)] == list(range(6))
    for absent in (-1, 6):
        with pytest.raises(BadRequest, match="from 0 to 5"):
            past.moment(absent)


def test_a_home_without_versions_says_so(tmp_path: Path) -> None:
    with (
        closing(Ledger(tmp_path / "ledger.sqlite")) as empty,
        pytest.raises(Unavailable, match="Nothing was ever published"),
    ):
        _ = History(empty).names


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            f'<{NAMES.thing("plan", "CRI-4")}> <{NAMES.term("number")}> "<{NAMES.term("x")}>" .',
            f'plan:CRI-4 ogp:number "<{NAMES.term("x")}>" .',
        ),
        (
            f'<urn:x> <{NAMES.term("a")}> "\\"<{NAMES.base}ns#b>"^^<{NAMES.term("c")}> .',
            f'<urn:x> ogp:a "\\"<{NAMES.base}ns#b>"^^ogp:c .',
        ),
        (
            f"<{NAMES.thing('plan', 'a/b')}> <{NAMES.term('a')}> <{NAMES.term('')}> .",
            f"<{NAMES.thing('plan', 'a/b')}> ogp:a <{NAMES.term('')}> .",
        ),
    ],
)
def test_prefixes_shorten_iris_and_never_texts(statement: str, expected: str) -> None:
    assert shortened(statement, NAMES.prefixes) == expected


@given(st.text(alphabet=st.sampled_from('"\\<>: a#' + NAMES.base)))
def test_shortening_can_be_undone(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    literal = f'"{escaped}"'
    short = shortened(
        f"<{NAMES.thing('plan', 'A')}> <{NAMES.term('p')}> {literal} .", NAMES.prefixes
    )
    assert short == f"plan:A ogp:p {literal} ."
    assert re.sub("^plan:A ", f"<{NAMES.thing('plan', 'A')}> ", short).endswith(f" {literal} .")

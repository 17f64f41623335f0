"""What lists are made of: keys to sort by, cursors, and links that are walked by paths."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph import relations
from ogpgraph.collation import sort_key
from ogpgraph.cursors import Cursor, Key
from ogpgraph.errors import BadRequest, Unavailable
from ogpgraph.files import Graph, parse
from ogpgraph.formats import plain, tsv_rows
from ogpgraph.iris import Names
from ogpgraph.relations import Relations
from ogpgraph.store.base import Result
from ogpgraph.store.embedded import EmbeddedStore

NAMES = Names()

# --- keys -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ordered",
    [
        ["Ácido", "agua", "Árbol", "barro"],
        ["CRI-4-9", "CRI-4-10", "CRI-10-1"],
        ["16.2", "16.10", "16.a"],
        ["3.2.5", "3.10.1", "SC2", "SC17"],
        ["2019", "2019-06", "2020"],
    ],
)
def test_texts_are_sorted_as_people_do(ordered: list[str]) -> None:
    shuffled = ordered[1:] + ordered[:1]
    assert sorted(shuffled, key=sort_key) == ordered


@given(st.text(max_size=3000))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_key_is_short_whatever_the_text(text: str) -> None:
    key = sort_key(text)
    assert len(key) < 3000
    assert not re.search("[A-Z]", key)


# --- cursors ----------------------------------------------------------------------------------

KEYS = st.one_of(st.none(), st.text(max_size=20), st.floats(allow_nan=False))


@given(KEYS, st.lists(KEYS, max_size=3), st.text(max_size=40))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_cursor_is_read_back(key: Key, place: list[Key], item: str) -> None:
    cursor = Cursor("plans", "-start", key, tuple(place), item)
    assert Cursor.read(str(cursor), "plans", "-start") == cursor
    assert re.fullmatch("[A-Za-z0-9_-]+", str(cursor))


@given(
    st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda b: base64.urlsafe_b64encode(b).decode()),
    )
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        Cursor.read(text, "plans", "")
    assert caught.value.members["parameter"] == "cursor"


def test_a_number_without_a_place_is_no_key() -> None:
    text = base64.urlsafe_b64encode(b'["plans", "", null, [NaN], "e:1"]').decode()
    with pytest.raises(BadRequest):
        Cursor.read(text, "plans", "")


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda some: (
        st.lists(some, max_size=5) | st.dictionaries(st.text(max_size=3), some, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(JSONS, min_size=3, max_size=3))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_no_cursor_of_another_shape_does_harm(parts: list[object]) -> None:
    """Either it is refused, or it is a place in the list."""
    text = base64.urlsafe_b64encode(json.dumps(["plans", "", *parts]).encode()).decode()
    listed = [Cursor("plans", "", None, (f"{n}", float(n)), f"e:{n}") for n in range(5)]
    try:
        cursor = Cursor.read(text, "plans", "")
        at = cursor.position(len(listed), listed.__getitem__, descending=False)
    except BadRequest:
        return
    assert 0 <= at <= len(listed)


@pytest.mark.parametrize("descending", [False, True])
def test_a_place_is_found_between_those_that_are_there(descending: bool) -> None:
    keys: list[Key] = [1.0, 2.0, 2.0, 4.0, None]
    if descending:
        keys = [4.0, 2.0, 2.0, 1.0, None]
    order = "-n" if descending else "n"
    listed = [Cursor("plans", order, key, (), f"e:{at}") for at, key in enumerate(keys)]

    def position(key: Key, item: str) -> int:
        asked = Cursor("plans", order, key, (), item)
        return asked.position(len(listed), listed.__getitem__, descending=descending)

    for at, cursor in enumerate(listed):
        assert position(cursor.key, cursor.item) == at + 1
    assert position(3.0, "e:x") == (1 if descending else 3)
    assert position(2.0, "e:1x") == 2
    assert position(None, "e:") == 4


# --- relations --------------------------------------------------------------------------------

TURTLE = """@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:p> a ogp:ActionPlan ; ogp:hasCommitment <urn:a> , <urn:b> ; ogp:country <urn:C> ; ogp:number "1" .
<urn:q> a ogp:ActionPlan ; ogp:hasCommitment <urn:b> ; ogp:country <urn:C> .
<urn:a> skos:prefLabel "tab\\tand \\"quotes\\" \\\\ñ"@es , "plain" .
"""


class Asked(EmbeddedStore):
    """A store that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def query(self, text: str, **more: object) -> Result:  # type: ignore[override]
        self.texts.append(text)
        more["default_graphs"] = ()
        return super().query(text, **more)  # type: ignore[arg-type]


@pytest.fixture
def store() -> Asked:
    found = Asked()
    graph = parse(TURTLE.encode(), "text/turtle", name="f", base="http://b/").graph
    found.replace({NAMES.graph("x"): graph})
    return found


@pytest.mark.parametrize(
    ("start", "path", "ends"),
    [
        ("urn:p", "ogp:hasCommitment", ["urn:a", "urn:b"]),
        ("urn:b", "^ogp:hasCommitment", ["urn:p", "urn:q"]),
        ("urn:b", "^ogp:hasCommitment/ogp:country", ["urn:C"]),
        ("urn:C", "^ogp:country/ogp:hasCommitment", ["urn:a", "urn:b"]),
        ("urn:p", "ogp:country|ogp:number", ["1", "urn:C"]),
        ("urn:p", "", ["urn:p"]),
        ("urn:x", "ogp:country", []),
        ("urn:p", "ogp:country/ogp:country", []),
    ],
)
def test_a_path_leads_where_the_engine_says(
    store: Asked, start: str, path: str, ends: Sequence[str]
) -> None:
    found = Relations(store, NAMES).walk(path)(start)
    assert sorted(found) == ends
    assert len(set(found)) == len(found)
    if path:
        text = f"{NAMES.sparql_prologue}SELECT DISTINCT ?o WHERE {{ <{start}> {path} ?o }}"
        asked = tsv_rows(store.query(text).write("text/tab-separated-values"), 1)
        assert sorted(one for (one,) in asked) == ends


def test_a_property_is_read_once_in_both_directions(store: Asked) -> None:
    found = Relations(store, NAMES)
    for path in ("ogp:hasCommitment", "^ogp:hasCommitment", "^ogp:hasCommitment/ogp:hasCommitment"):
        found.walk(path)
    assert len(store.texts) == 1


def test_labels_are_by_language_with_every_character(store: Asked) -> None:
    labels = Relations(store, NAMES).labels()
    assert labels["urn:a"] == {"es": 'tab\tand "quotes" \\ñ', "": "plain"}


def test_more_than_one_query_gives_is_read_in_several(
    store: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations, "_SCANNED", 2)
    lines = [f'<urn:{n}> <{NAMES.term("number")}> "{n}" .' for n in range(7)]
    store.replace({NAMES.graph("y"): Graph.of(lines)})
    store.texts.clear()
    walk = Relations(store, NAMES).walk("ogp:number")
    assert [walk(f"urn:{n}") for n in range(7)] == [[str(n)] for n in range(7)]
    assert walk("urn:p") == ["1"]
    assert len(store.texts) == 6  # five parts of 8, and the count


def test_what_an_engine_leaves_out_between_two_queries_is_found_out(
    store: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations, "_SCANNED", 1)
    monkeypatch.setattr(Relations, "_count", lambda *_: 99)
    with pytest.raises(Unavailable):
        Relations(store, NAMES).walk("ogp:hasCommitment")


def test_a_path_that_is_none_is_an_error(store: Asked) -> None:
    with pytest.raises(ValueError, match="no step"):
        Relations(store, NAMES).walk("ogp:number*")


@pytest.mark.parametrize(
    ("term", "text"),
    [("<urn:a>", "urn:a"), ('"a"@es', "a"), ('"a\\tb"', "a\tb"), ("7", "7")],
)
def test_a_term_of_tsv_without_its_marks(term: str, text: str) -> None:
    assert plain(term) == text

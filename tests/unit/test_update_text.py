"""What is read off an update before it is run: its operations, and the graphs that they write."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.errors import BadRequest, Forbidden, MalformedQuery, TooComplex
from ogpgraph.update_text import MAX_OPERATIONS, Using, operations

G = "http://e/g"


def graphs(text: str) -> list[tuple[tuple[str, ...], bool]]:
    return [(part.graphs, part.any_graph) for part in operations(text)]


WRITES = {
    "INSERT DATA { GRAPH <http://e/g> { <a:a> <a:b> 'GRAPH <x:x> {' } }": ((G,), False),
    "INSERT DATA { GRAPH <http://e/g> {} GRAPH <http://e/h> {} . }": ((G, "http://e/h"), False),
    "insert data { graph <http://e/g> { <a:a> a <a:b> . # } GRAPH <x:x> {\n} }": ((G,), False),
    "DELETE DATA{GRAPH<http://e/g>{<a:a><a:b>'''}'''}}": ((G,), False),
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } GRAPH <http://e/g> { ?s ?p ?o } }": ((G,), True),
    "DELETE WHERE { GRAPH $g { ?s ?p ?o } }": ((), True),
    "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }": ((G,), False),
    "WITH <http://e/g> DELETE {} INSERT { GRAPH <http://e/h> { ?s ?p ?o } } WHERE {}": (
        ("http://e/h",),
        False,
    ),
    "DELETE { GRAPH <http://e/g> { ?s ?p ?o } } USING <a:a> USING NAMED <a:b> WHERE {{}}": (
        (G,),
        False,
    ),
    "PREFIX e: <http://e/> DROP GRAPH e:g": ((G,), False),
    "PREFIX e: <http://e> DROP GRAPH e:\\/g": ((G,), False),
    "PREFIX : <http://e/g> CLEAR SILENT GRAPH :": ((G,), False),
    "BASE <http://e/x> DROP GRAPH <http://e/g>": ((G,), False),
    "DROP GRAPH <http://e/\\u0067>": ((G,), False),
    "DROP GRAPH <http://e/g> ;": ((G,), False),
    "CREATE GRAPH <http://e/new>": (("http://e/new",), False),
    "COPY <http://e/g> TO <http://e/h>": (("http://e/h",), False),
    "ADD SILENT GRAPH <http://e/g> TO GRAPH <http://e/h>": (("http://e/h",), False),
    "MOVE <http://e/g> TO <http://e/h>": (("http://e/h", G), False),
}


@pytest.mark.parametrize("text", WRITES)
def test_what_an_operation_writes_is_read_off(text: str) -> None:
    assert graphs(text) == [WRITES[text]]


@pytest.mark.parametrize("text", WRITES)
def test_the_engine_writes_nothing_else(text: str) -> None:
    """What is planted in graphs that are not named stays as it is."""
    store = ox.Store()
    planted = [G, "http://e/h", "http://e/y/g", "x:x"]
    triple = (ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.NamedNode("a:o"))
    store.extend([ox.Quad(*triple, ox.NamedNode(name)) for name in planted])
    (operation,) = operations(text)
    before = {name: _content(store, name) for name in planted}
    store.update(operation.text)
    changed = {name for name in planted if _content(store, name) != before[name]}
    assert operation.any_graph or changed <= set(operation.graphs)


def _content(store: ox.Store, name: str) -> set[str]:
    return {str(quad) for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(name))}


def test_each_operation_stands_alone_where_it_stood() -> None:
    """Its prologues, its line and its column."""
    text = "PREFIX e: <http://e/>\nDROP GRAPH e:a ; PREFIX f: <http://f/>\n  DROP GRAPH f:b ;\nDROP GRAPH e:c"
    parts = operations(text)
    assert [part.graphs for part in parts] == [("http://e/a",), ("http://f/b",), ("http://e/c",)]
    lines = text.split("\n")
    second = parts[1].text.split("\n")
    assert second[0] == lines[0]
    assert second[1] == " " * len("DROP GRAPH e:a ; ") + "PREFIX f: <http://f/>"
    assert second[2] == "  DROP SILENT GRAPH f:b"
    assert parts[2].text.split("\n")[3] == "DROP SILENT GRAPH e:c"


def test_graphs_of_the_request_become_using() -> None:
    using = Using((G,), ("http://e/n",))
    clause = "USING <http://e/g> USING NAMED <http://e/n>"
    (modify,) = operations("INSERT { GRAPH <a:g> { ?s ?p ?o } } WHERE { ?s ?p ?o }", using)
    assert modify.text == f"INSERT {{ GRAPH <a:g> {{ ?s ?p ?o }} }} {clause} WHERE {{ ?s ?p ?o }}"
    (delete,) = operations("DELETE WHERE { GRAPH <a:g> { ?s ?p ?o } }", using)
    block = "{ GRAPH <a:g> { ?s ?p ?o } }"
    assert delete.text == f"DELETE {block} {clause} WHERE {block}"
    (data,) = operations("INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }", using)
    assert "USING" not in data.text
    for own in (
        "WITH <a:g> DELETE { ?s ?p ?o }",
        "DELETE { GRAPH <a:g> { ?s ?p ?o } } USING <a:h>",
    ):
        with pytest.raises(BadRequest, match="using-graph-uri"):
            operations(f"{own} WHERE {{ ?s ?p ?o }}", using)


FORBIDDEN = [
    "LOAD <a:a>",
    "COPY DEFAULT TO <a:b>",
    "move <a:a> to default",
    "DROP ALL",
    "CLEAR DEFAULT",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_operations_on_more_than_named_graphs_are_refused(text: str) -> None:
    with pytest.raises(Forbidden) as caught:
        operations(text)
    assert caught.value.slug == "operation-not-allowed"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("# nothing", 1, 10),
        ("ASK {}", 1, 1),
        ("DROP GRAPH x:y", 1, 12),
        ("DROP GRAPH <relative>", 1, 12),
        ("BASE <http://e/x> DROP GRAPH <g>", 1, 30),
        ("BASE <HTTP://e/x> PREFIX p: <y/> DROP GRAPH p:g", 1, 45),
        ("DROP GRAPH 'x'", 1, 12),
        ("DROP <a:a>", 1, 6),
        ("DROP GRAPH <a:a> DROP GRAPH <a:b>", 1, 18),
        ("INSERT DATA\n{ GRAPH <a:a> { { } } }", 2, 17),
        ("INSERT DATA { GRAPH <a:a> ", 1, 27),
        ("DELETE { } WHERE", 1, 17),
        ("WITH <a:a> WHERE { }", 1, 12),
        ("PREFIX x <a:a> DROP GRAPH x:y", 1, 8),
        ("INSERT { GRAPH <a:a> { } } { }", 1, 28),
    ],
)
def test_what_is_no_update_is_told_where_it_stops_being_one(
    text: str, line: int, column: int
) -> None:
    with pytest.raises(MalformedQuery) as caught:
        operations(text)
    assert (caught.value.members["line"], caught.value.members["column"]) == (line, column)


def test_operations_are_counted() -> None:
    one = "DROP SILENT GRAPH <a:a>"
    assert len(operations(";".join([one] * MAX_OPERATIONS))) == MAX_OPERATIONS
    with pytest.raises(TooComplex):
        operations(";".join([one] * (MAX_OPERATIONS + 1)))


PIECES = [
    "INSERT", "DELETE", "COPY", "MOVE", "TO", "DATA", "WHERE", "WITH", "USING", "NAMED", "GRAPH", "DROP", "CLEAR", "SILENT",
    "{", "}", ";", ".", "<http://e/g>", "<http://e/h>", "?g", "?s ?p ?o", "<a:a> <a:b> 1", "'}'", "# }\n",
    "PREFIX e: <http://e/>", "e:g", "FILTER(1 < 2)", "'''", '"', "<", ">",
]  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=24))
def test_no_text_lets_the_engine_write_what_was_not_read_off(pieces: list[str]) -> None:
    """Whatever the engine takes: graphs that are not named as written are as they were."""
    text = " ".join(pieces)
    try:
        parts = operations(text)
    except (MalformedQuery, Forbidden):
        return
    names = [G, "http://e/h", "x:x"]
    triple = (ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.NamedNode("a:o"))
    for part in parts:
        store = ox.Store()
        store.extend([ox.Quad(*triple, ox.NamedNode(name)) for name in names])
        try:
            store.update(part.text)
        except (SyntaxError, ValueError, RuntimeError):
            continue
        now = {name.value for name in store.named_graphs() if isinstance(name, ox.NamedNode)}
        changed = {
            name
            for name in (*now, *names)
            if _content(store, name) != {f"<a:s> <a:p> <a:o> <{name}>"}
        }
        assert part.any_graph or changed <= set(part.graphs)
        assert not list(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))

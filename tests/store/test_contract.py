"""What every store must do: one contract, held by memory, by disk and by a remote engine."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib.query import Result as RdflibResult

from ogpgraph.errors import Locked, MalformedQuery, NotAcceptable, Unavailable
from ogpgraph.files import Graph, answered
from ogpgraph.store.base import Store, boolean, rows, statements
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.remote import RemoteStore

A, B, C = (f"https://example.org/graph/{name}" for name in "abc")
BOTH = "ASK { GRAPH ?g { ?s ?p ?o } }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def line(name: str, value: str = '"v"') -> str:
    return f"<https://example.org/{name}> <https://example.org/p> {value} ."


def graph(*names: str) -> Graph:
    return Graph.of(line(name) for name in names)


def merge(store: Store) -> tuple[str, ...]:
    """The default graph, as it is counted: a triple twice would stand here twice."""
    found = rows(store.query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }"))
    return tuple(sorted(f"{row['s']} {row['p']} {row['o']} ." for row in found))


def count(store: Store) -> int:
    (row,) = rows(store.query(COUNT))
    return int(row["n"].value)


def test_an_empty_store_has_no_graphs_and_no_triples(store: Store) -> None:
    assert store.graphs() == ()
    assert merge(store) == ()
    assert not boolean(store.query(BOTH))


def test_the_default_graph_is_the_merge(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("y", "z")})
    assert merge(store) == graph("x", "y", "z").lines


def test_a_triple_in_two_graphs_is_counted_once(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("x")})
    assert count(store) == 1
    (row,) = rows(store.query("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"))
    assert row["n"].value == "2"


def test_a_triple_in_two_graphs_published_apart_is_counted_once(store: Store) -> None:
    store.replace({A: graph("x")})
    store.replace({B: graph("x")})
    assert count(store) == 1


@pytest.mark.parametrize("others", [(), ("y",)])
def test_replacing_one_keeps_the_triple_of_the_other(store: Store, others: tuple[str]) -> None:
    store.replace({A: graph("x"), B: graph("x")})
    store.replace({A: graph(*others)})
    assert merge(store) == graph("x", *others).lines
    assert store.graph(B) == graph("x")


def test_dropping_one_keeps_the_triple_of_the_other(store: Store) -> None:
    store.replace({A: graph("x", "y"), B: graph("x")})
    store.drop(A)
    assert merge(store) == graph("x").lines
    assert store.graphs() == (B,)


def test_dropping_both_removes_the_triple(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("x")})
    store.replace({A: Graph(), B: Graph()})
    assert merge(store) == ()


def test_a_triple_that_moves_from_one_graph_to_another_stays_in_the_merge(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("y")})
    store.replace({A: graph("y"), B: graph("x")})
    assert merge(store) == graph("x", "y").lines
    assert (store.graph(A), store.graph(B)) == (graph("y"), graph("x"))


def test_replacing_is_idempotent(store: Store) -> None:
    wanted = {A: graph("x", "y"), B: graph("y")}
    store.replace(wanted)
    before = merge(store)
    store.replace(wanted)
    assert merge(store) == before
    assert {iri: store.graph(iri) for iri in store.graphs()} == wanted


def test_replacing_nothing_changes_nothing(store: Store) -> None:
    store.replace({A: graph("x")})
    store.replace({})
    assert store.graphs() == (A,)


def test_a_replacement_that_fails_changes_nothing(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("y")})
    broken = Graph(("this is no statement .",))
    with pytest.raises((Unavailable, MalformedQuery, SyntaxError)):
        store.replace({A: graph("z"), B: broken})
    assert (store.graph(A), store.graph(B)) == (graph("x"), graph("y"))
    assert merge(store) == graph("x", "y").lines


def test_a_reader_sees_the_state_before_or_after(store: Store) -> None:
    even = {A: graph("x1", "x2"), B: graph("y1", "y2")}
    odd = {A: graph("x3"), B: graph("y3", "y4", "y5")}
    store.replace(even)
    stop, seen = threading.Event(), set[tuple[str, ...]]()
    failed: list[BaseException] = []

    def look() -> None:
        try:
            while not stop.is_set():
                seen.add(merge(store))
        except BaseException as error:  # noqa: BLE001  # shown by the test
            failed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for turn in range(30):
        store.replace(odd if turn % 2 == 0 else even)
    stop.set()
    reader.join(20)
    assert not reader.is_alive()
    assert failed == []
    allowed = {(even[A] | even[B]).lines, (odd[A] | odd[B]).lines}
    assert seen
    assert seen <= allowed


def test_an_unknown_graph_is_empty(store: Store) -> None:
    store.replace({A: graph("x")})
    assert store.graph("https://example.org/graph/unknown") == Graph()


def test_dropping_an_unknown_graph_changes_nothing(store: Store) -> None:
    store.replace({A: graph("x")})
    store.drop("https://example.org/graph/unknown")
    assert merge(store) == graph("x").lines


def test_the_graphs_are_sorted_and_none_is_empty(store: Store) -> None:
    store.replace({C: graph("x"), A: graph("y"), B: graph("z")})
    assert store.graphs() == (A, B, C)
    store.replace({B: Graph()})
    assert store.graphs() == (A, C)


def test_a_replacement_of_three_thousand_triples_is_kept(store: Store) -> None:
    many = graph(*(f"n{number}" for number in range(3_000)))
    store.replace({A: many, B: graph("n1", "other")})
    assert store.graph(A) == many
    store.replace({A: graph("n2")})
    assert merge(store) == graph("n1", "n2", "other").lines


ReadRdf = Callable[[bytes, str], rdflib.Graph]

KINDS = {
    "SELECT ?s WHERE { ?s ?p ?o }": "solutions",
    "PREFIX select: <urn:select:> # SELECT\nask { ?s ?p ?o }": "boolean",
    "CONSTRUCT WHERE { ?s ?p ?o }": "graph",
    "DESCRIBE <https://example.org/x>": "graph",
}


@pytest.mark.parametrize(("text", "kind"), KINDS.items(), ids=KINDS.values())
def test_the_kind_of_an_answer_is_known(store: Store, text: str, kind: str) -> None:
    store.replace({A: graph("x")})
    assert store.query(text).kind == kind


SOLUTIONS = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
}


@pytest.mark.parametrize("media_type", SOLUTIONS)
def test_solutions_parse_back(store: Store, media_type: str) -> None:
    store.replace({A: Graph.of([line("x", '"añ\\"o"@es'), line("y", "<https://example.org/z>")])})
    content = store.query("SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s").write(media_type)
    if media_type == "text/tab-separated-values":
        assert content.decode().splitlines() == [
            "?s\t?o",
            '<https://example.org/x>\t"añ\\"o"@es',
            "<https://example.org/y>\t<https://example.org/z>",
        ]
        return
    result = RdflibResult.parse(io.BytesIO(content), format=SOLUTIONS[media_type])
    found = [tuple(str(term) for term in row) for row in result if not isinstance(row, bool)]
    assert found == [
        ("https://example.org/x", 'añ"o'),
        ("https://example.org/y", "https://example.org/z"),
    ]


@pytest.mark.parametrize("media_type", list(SOLUTIONS)[:2])
@pytest.mark.parametrize("answer", [True, False])
def test_a_boolean_parses_back(store: Store, media_type: str, answer: bool) -> None:
    store.replace({A: graph("x")})
    text = f"ASK {{ <https://example.org/{'x' if answer else 'y'}> ?p ?o }}"
    content = store.query(text).write(media_type)
    result = RdflibResult.parse(io.BytesIO(content), format=SOLUTIONS[media_type])
    assert result.askAnswer is answer


@pytest.mark.parametrize(
    "media_type",
    ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"],
)
@pytest.mark.parametrize("text", list(KINDS)[2:], ids=["construct", "describe"])
def test_a_graph_parses_back(store: Store, read_rdf: ReadRdf, media_type: str, text: str) -> None:
    store.replace(
        {A: Graph.of([line("x", '"añ\\"o"@es')]), B: Graph.of([line("x", '"añ\\"o"@es')])}
    )
    subject, predicate = (rdflib.URIRef(f"https://example.org/{name}") for name in "xp")
    parsed = read_rdf(store.query(text).write(media_type), media_type)
    assert set(parsed) == {(subject, predicate, rdflib.Literal('añ"o', lang="es"))}


def test_a_construct_gives_each_triple_once(store: Store) -> None:
    store.replace({A: graph("x", "y")})
    text = "CONSTRUCT { <urn:a:s> <urn:a:p> ?o } WHERE { ?s ?p ?o }"
    content = store.query(text).write("application/n-triples").decode()
    assert content.splitlines() == ['<urn:a:s> <urn:a:p> "v" .']


def test_a_media_type_of_another_kind_is_refused(store: Store) -> None:
    with pytest.raises((NotAcceptable, Unavailable)):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }").write("text/csv")


def test_default_graphs_narrow_the_default_graph(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("x", "y"), C: graph("z")})
    (row,) = rows(store.query(COUNT, default_graphs=[A]))
    assert row["n"].value == "1"
    found = statements(store.query("CONSTRUCT WHERE { ?s ?p ?o }", default_graphs=[A, B]))
    assert found == graph("x", "y")


def test_default_graphs_alone_leave_no_named_graphs(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("y")})
    assert not boolean(store.query(BOTH, default_graphs=[A]))


def test_named_graphs_narrow_what_graph_reaches(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("y"), C: graph("z")})
    text = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    found = [row["g"].value for row in rows(store.query(text, named_graphs=[A, C]))]
    assert found == [A, C]


def test_named_graphs_alone_leave_an_empty_default_graph(store: Store) -> None:
    store.replace({A: graph("x")})
    (row,) = rows(store.query(COUNT, named_graphs=[A]))
    assert row["n"].value == "0"


def test_an_unknown_default_graph_is_empty(store: Store) -> None:
    store.replace({A: graph("x")})
    (row,) = rows(store.query(COUNT, default_graphs=["https://example.org/graph/unknown"]))
    assert row["n"].value == "0"


def test_from_and_from_named_are_honoured(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("y")})
    text = f"SELECT ?s ?g FROM <{A}> FROM NAMED <{B}> WHERE {{ ?s ?p ?o GRAPH ?g {{ ?t ?q ?o }} }}"
    (row,) = rows(store.query(text))
    assert (row["s"].value, row["g"].value) == ("https://example.org/x", B)


PREFIX = "PREFIX g: <https://example.org/graph/> "
DATASETS = {
    "two graphs": (f"FROM <{A}> FROM <{B}>", 2),
    "three graphs": (f"FROM <{A}> FROM <{B}> FROM <{C}>", 3),
    "one graph twice": (f"FROM <{A}> FROM <{A}>", 1),
    "one graph twice and another": (f"FROM <{A}> FROM <{B}> FROM <{A}>", 2),
    "an unknown one": (f"FROM <{A}> FROM <{A}/unknown> FROM <{B}>", 2),
    "by prefix": ("FROM g:a FROM g:b", 2),
    "by prefix and not": (f"FROM g:a FROM <{A}>", 1),
    "a named one beside them": (f"FROM <{A}> FROM NAMED <{C}> FROM <{B}>", 2),
    "one of them is named, too": (f"FROM <{A}> FROM <{B}> FROM NAMED <{A}>", 2),
}


@pytest.mark.parametrize(("clauses", "size"), DATASETS.values(), ids=DATASETS)
def test_graphs_of_a_text_are_merged_to_a_set(
    merging: Callable[[], Store], clauses: str, size: int
) -> None:
    store = merging()
    store.replace({A: graph("x"), B: graph("x", "y"), C: graph("x", "z")})
    (row,) = rows(store.query(f"{PREFIX} SELECT (COUNT(*) AS ?n) {clauses} {{ ?s ?p ?o }}"))
    assert row["n"].value == str(size)
    content = f"{PREFIX} SELECT ?s {clauses} {{ ?s ?p ?o . FILTER EXISTS {{ ?s ?p 'v' }} }}"
    assert len(list(rows(store.query(content)))) == size
    found = statements(store.query(f"{PREFIX} CONSTRUCT {clauses} WHERE {{ ?s ?p ?o }}"))
    assert len(found.lines) == size


@pytest.mark.parametrize(("given", "size"), [([A, B], 2), ([A, A], 1), ([B, C, A, B], 3)])
def test_default_graphs_are_merged_to_a_set(
    merging: Callable[[], Store], given: list[str], size: int
) -> None:
    store = merging()
    store.replace({A: graph("x"), B: graph("x", "y"), C: graph("x", "z")})
    for _ in range(2):  # also where the merge was kept
        (row,) = rows(store.query(COUNT, default_graphs=given))
        assert row["n"].value == str(size)
    store.replace({A: graph("w"), B: Graph(), C: Graph()})
    (row,) = rows(store.query(COUNT, default_graphs=given))
    assert row["n"].value == str(int(A in given))


def test_named_graphs_beside_a_merge_stay_as_they_are(merging: Callable[[], Store]) -> None:
    store = merging()
    store.replace({A: graph("x"), B: graph("x", "y"), C: graph("x", "z")})
    text = "SELECT ?g ?s {} {{ ?s ?p ?o . GRAPH ?g {{ ?s ?q ?r }} }} ORDER BY ?g ?s"
    in_text = text.format(
        f"FROM <{A}> FROM <{B}> FROM NAMED <{B}> FROM NAMED <{C}> FROM NAMED <{C}>"
    )
    beside = store.query(text.format(""), default_graphs=[A, B], named_graphs=[B, C])
    for result in (store.query(in_text), beside):
        found = [(row["g"].value, row["s"].value[-1]) for row in rows(result)]
        assert found == [(B, "x"), (B, "y"), (C, "x")]


def test_a_graph_named_twice_is_one_named_graph(merging: Callable[[], Store]) -> None:
    store = merging()
    store.replace({A: graph("x")})
    text = (
        f"SELECT (COUNT(*) AS ?n) FROM NAMED <{A}> FROM NAMED <{A}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    )
    (row,) = rows(store.query(text))
    assert row["n"].value == "1"


def test_graphs_given_stand_over_those_of_the_text(store: Store) -> None:
    store.replace({A: graph("x"), B: graph("x", "y"), C: graph("z")})
    text = f"SELECT (COUNT(*) AS ?n) FROM <{A}> FROM <{B}> {{ ?s ?p ?o }}"
    (row,) = rows(store.query(text, default_graphs=[C]))
    assert row["n"].value == "1"


def test_blank_nodes_are_the_same_in_a_merge(store: Store) -> None:
    blank = Graph.of(["_:b <https://example.org/p> _:b ."])
    store.replace({A: blank, B: graph("x")})
    text = f"ASK FROM <{A}> FROM <{B}> FROM NAMED <{A}> {{ ?s ?p ?s . GRAPH ?g {{ ?s ?p ?s }} }}"
    assert boolean(store.query(text))


def test_an_error_of_a_query_on_a_merge_is_told_as_without(store: Store) -> None:
    with pytest.raises(MalformedQuery):
        store.query(f"SELECT ?s FROM <{A}> FROM <{B}> {{ ?s ?p }}").write("text/csv")


@pytest.mark.parametrize(
    "text",
    ["SELECT", "SELECT * WHERE { ?s ?p }", "", "not sparql", "SELECT ?x WHERE { unknown:x ?p ?x }"],
)
def test_a_query_that_does_not_parse_is_malformed(store: Store, text: str) -> None:
    with pytest.raises(MalformedQuery):
        store.query(text).write("application/sparql-results+json")


@pytest.mark.parametrize("text", ["DROP ALL", "INSERT DATA { <urn:a:s> <urn:a:p> 1 }", "CLEAR ALL"])
def test_an_update_is_no_query_and_changes_nothing(store: Store, text: str) -> None:
    store.replace({A: graph("x")})
    with pytest.raises(MalformedQuery):
        store.query(text).write("application/sparql-results+json")
    assert merge(store) == graph("x").lines


TERMS = [
    '"plain"',
    '"año"@es',
    '"regional"@es-CR',
    '"7"^^xsd:integer',
    '"007"^^xsd:integer',
    '"7.50"^^xsd:decimal',
    '"true"^^xsd:boolean',
    '"1"^^xsd:boolean',
    '"2026-11-21T00:00:00Z"^^xsd:dateTime',
    '"2026-11-21T00:00:00.000+00:00"^^xsd:dateTime',
    '"2022-08"^^xsd:gYearMonth',
    '"2022"^^xsd:gYear',
    '"1.0E2"^^xsd:double',
    '"not a number"^^xsd:integer',
    '"own"^^<https://example.org/datatype>',
    '"a \\"quote\\" and a \\\\ backslash"',
    '"line\\nbreak\\r\\ttab"',
    '"\\u0000\\u0001\\u0008\\u000B\\u000C\\u001F\\u007F"',
    '"\\u0085\\u00A0\\u2028\\uFEFF\\uFFFD"',
    '"\\uFFFE\\uFFFF"',
    '"\U0001f600 \\U0001F600 \\U0010FFFF"',
    '"e\\u0301 is not \\u00e9"',
    '"<b>&amp;</b> ]]> {?x} $y"',
    '""',
    '""@en',
    "<https://example.org/ñ/\U0001f600?q=a%20b#c>",
    "<urn:isbn:0451450523>",
]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_survives(store: Store, term: str) -> None:
    text = re.sub(r"\^\^xsd:(\w+)", r"^^<http://www.w3.org/2001/XMLSchema#\1>", line("x", term))
    wanted = answered(f"{text}\n".encode())  # also of what no document may hold
    store.replace({A: wanted, B: wanted})
    assert store.graph(A) == wanted
    assert merge(store) == wanted.lines
    store.drop(B)
    assert merge(store) == wanted.lines
    store.drop(A)
    assert merge(store) == ()


NAMES = st.sampled_from(["w", "x", "y", "z"])
STATES = st.dictionaries(st.sampled_from([A, B, C]), st.sets(NAMES), max_size=3)


def _agrees(store: Store, model: Mapping[str, set[str]]) -> None:
    held = {iri: graph(*names) for iri, names in model.items() if names}
    assert {iri: store.graph(iri) for iri in store.graphs()} == held
    assert merge(store) == graph(*set().union(*model.values())).lines


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STATES, max_size=6))
def test_any_sequence_of_replacements_equals_a_dict_of_sets(
    make_store: Callable[[], Store], steps: list[dict[str, set[str]]]
) -> None:
    store = make_store()
    model: dict[str, set[str]] = {}
    for step in steps:
        if len(step) == 1 and not next(iter(step.values())):
            store.drop(next(iter(step)))
        else:
            store.replace({iri: graph(*names) for iri, names in step.items()})
        model.update(step)
        _agrees(store, model)


def test_content_on_disk_is_there_after_reopening(tmp_path: Path) -> None:
    first = EmbeddedStore(tmp_path)
    first.replace({A: graph("x"), B: graph("x", "y")})
    first.close()
    second = EmbeddedStore(tmp_path)
    assert second.graphs() == (A, B)
    assert merge(second) == graph("x", "y").lines
    second.close()


def test_a_second_opener_is_locked_out_until_the_first_closes(tmp_path: Path) -> None:
    first = EmbeddedStore(tmp_path)
    with pytest.raises(Locked):
        EmbeddedStore(tmp_path)
    first.close()
    EmbeddedStore(tmp_path).close()


def test_a_folder_that_cannot_be_used_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable):
        EmbeddedStore(tmp_path / "file" / "store")


def test_a_remote_store_without_an_update_url_is_read_only(oxigraph_url: str) -> None:
    store = RemoteStore(f"{oxigraph_url}/query")
    with pytest.raises(Unavailable, match="read-only"):
        store.replace({A: graph("never-written")})


def test_a_remote_engine_that_is_not_there_is_unavailable(free_port: Callable[[], int]) -> None:
    store = RemoteStore(f"http://127.0.0.1:{free_port()}/query", timeout=2)
    with pytest.raises(Unavailable):
        store.graphs()

"""What is read of FROM and FROM NAMED is what the engine reads, or nothing."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.dataset_clause import DatasetClause, dataset_clause

G = "http://e/g/"
A, B = G + "a", G + "b"

READ = {
    f"ASK FROM <{A}> {{}}": ([A], []),
    f"ask from <{A}> From <{B}> where {{}}": ([A, B], []),
    f"ASK FROM <{A}> FROM <{A}> {{}}": ([A, A], []),
    f"SELECT * FROM NAMED <{A}> FROM <{B}> {{}}": ([B], [A]),
    f"SELECT*FROM<{A}>FROM NAMED<{B}>{{}}": ([A], [B]),
    f"SELECT ?x FROMNAMED<{A}>{{}}": ([], [A]),
    f"ASKFROM<{A}>{{}}": ([A], []),
    f"PREFIX g: <{G}> ASK FROM g:a FROM NAMED g:b {{}}": ([A], [B]),
    f"PREFIXg:<{G}> ASK FROMg:a FROMNAMEDg:b FROM NAMEDg:c {{}}": ([A], [B, G + "c"]),
    f"PREFIX NAMEDg: <{G}> PREFIX g: <http://e/> ASK FROM NAMEDg:a {{}}": ([A], []),
    f"PREFIX : <{G}> CONSTRUCT {{ ?s ?p ?o }} FROM :a WHERE {{ ?s ?p ?o }}": ([A], []),
    f"PREFIX : <{G}> CONSTRUCT FROM :a FROM :b WHERE {{ ?s ?p ?o }}": ([A, B], []),
    f"PREFIX FROM: <{G}> DESCRIBE FROM:a FROM FROM:b {{}}": ([B], []),
    f"PREFIX g: <http://e/> PREFIX g: <{G}> ASK FROM g:a {{}}": ([A], []),
    f"PREFIX g: <{G}> ASK FROM g:a\\,b FROM g:%41 {{}}": ([G + "a,b", G + "%41"], []),
    f"ASK FROM <{G}\\u0061> {{}}": ([A], []),
    f"ASK # FROM <{B}>\nFROM <{A}> {{}}": ([A], []),
    f"SELECT (EXISTS {{ ?s ?p 'FROM <{B}>' }} AS ?x) FROM <{A}> {{}}": ([A], []),
    f"SELECT (1<2 AS ?x) FROM <{A}> FROM <{B}> {{}}": ([A, B], []),
    f"BASE <{G}> ASK FROM <a> FROM <{B}> {{}}": ([A, B], []),
    f"BASE <{G}x> PREFIX g: <c/> ASK FROM </g/a> FROM g:d {{}}": ([A, G + "c/d"], []),
    "BASE <http://e/x> BASE <g/> ASK FROM <a> {}": ([A], []),
}  # fmt: skip

NOT_READ = [
    "ASK {}",
    "",
    "FROM",
    f"ASK FROM <{A}>",
    "ASK FROM <a> {}",
    "ASK FROM g:a {}",
    f"BASE <{G}> ASK FROM <a;b> {{}}",
    f"BASE <{G}/x> ASK FROM <a> {{}}",
    f"BASE <{G}> ASK FROM <#> FROM <{A}> {{}}",
    "BASE <urn:x:> ASK FROM <a> {}",
    f"ASK {{ ?s ?p 'FROM' }} # FROM <{A}>",
    f"SELECT ?from {{ ?from ?p <{A}> }}",
    f"ASK FROM NAMED {{ <{A}> }}",
    f"ASK FROM '{A}' {{}}",
    f"\\u0041SK FROM <{A}> {{}}",
    f"INSERT {{}} WHERE {{}} FROM <{A}>",
    "PREFIX : <http://e/> SELECT((?a<?b)AS?x)FROM:a#>\nFROM:b FROM:c {}",
]


@pytest.mark.parametrize("text", READ)
def test_the_clauses_are_read(text: str) -> None:
    default, named = READ[text]
    assert dataset_clause(text) == DatasetClause(tuple(default), tuple(named))


@pytest.mark.parametrize("text", NOT_READ)
def test_where_there_is_a_doubt_nothing_is_read(text: str) -> None:
    assert dataset_clause(text) is None


def test_a_relative_name_is_one_under_the_base_of_the_service() -> None:
    assert dataset_clause("ASK FROM <a> {}", "http://e/g/x") == DatasetClause((A,), ())
    assert dataset_clause("BASE <g/> ASK FROM <a> {}", "http://e/x") == DatasetClause((A,), ())


_PARTS = st.lists(
    st.sampled_from(["a", "b", ".", "..", "/", "/", "?", "#", "ñ", ":", ";"]), max_size=7
)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(base=_PARTS, reference=_PARTS)
def test_a_relative_name_is_resolved_as_the_engine_does(
    base: list[str], reference: list[str]
) -> None:
    under, name = "http://e" + "".join(["/", *base] if base else []), "".join(reference)
    clause = dataset_clause(f"ASK FROM <{name}> {{}}", under)
    try:
        (row,) = ox.Store().query(f"SELECT (<{name}> AS ?name) {{}}", base_iri=under)  # type: ignore[misc, union-attr]
    except (SyntaxError, ValueError):  # it is no IRI, or the base is none
        return
    if clause is not None:
        assert row["name"] == ox.NamedNode(clause.default_graphs[0])


_NAMES = ("a", "b", "a.b", "x/y", "ñ")
_SPACES = st.sampled_from([" ", "\n", " # FROM <http://e/g/b> {\n", ""])
_REFERENCES = st.sampled_from(
    [f"<{G}{name}>" for name in _NAMES]
    + [f"<{name}>" for name in (*_NAMES, "/g/a", "../g/a", "./a", "", "#a", "?a", "//e/g/a", "a:b")]
    + ["g:a", "g:b", "g:a.b", "g:x\\/y", "g:ñ", ":a", "from:a", "named:b", "G:a", "g:", "_:a"]
)
_CLAUSES = st.tuples(
    st.sampled_from(["FROM", "from", "FROM NAMED", "FROMNAMED"]), _SPACES, _REFERENCES
)
_HEADS = st.sampled_from(
    [
        "BASE <http://e/g/> ",
        "BASE <http://e/g/z?q#f> ",
        "BASE <http://e> ",
        f"PREFIX g:<{G}> ",
        f"PREFIX :<{G}> ",
        "PREFIX from:<g/> ",
        f"PREFIXnamed: <{G}>",
        "prefix g: <> ",
    ]
)
_FORMS = st.sampled_from(
    [
        "SELECT ?g ?s ",
        "SELECT*",
        "SELECT DISTINCT ?s ?g",
        "SELECT (EXISTS { ?from ?p 'FROM <x>' } AS ?x) ?g ?s",
        "SELECT (1<2 AS ?x) ?g ?s ",
        "CONSTRUCT { ?s <urn:in> ?g } ",
        "CONSTRUCT { <urn:a:s> <urn:a:in> ?g , [] } ",
        "ASK",
        "DESCRIBE ?s ",
        "DESCRIBE from:a ",
    ]
)
_PATTERN = "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_BASE = "http://e/g/sparql"


def _store() -> ox.Store:
    store = ox.Store()
    for number, name in enumerate([*(G + name for name in _NAMES), "http://e/a", "http://e/x/y"]):
        subject = ox.NamedNode(f"urn:s:{number}")
        store.add(ox.Quad(subject, ox.NamedNode("urn:p"), ox.Literal(name), ox.NamedNode(name)))
    return store


def _answer(store: ox.Store, text: str, clause: DatasetClause | None = None) -> list[str] | None:
    graphs = {}
    if clause:
        graphs["default_graph"] = [ox.NamedNode(name) for name in clause.default_graphs]
        graphs["named_graphs"] = [ox.NamedNode(name) for name in clause.named_graphs]
    try:
        result = store.query(text, base_iri=_BASE, **graphs)  # type: ignore[arg-type]
    except SyntaxError:
        return None
    if isinstance(result, ox.QueryBoolean):
        return [str(bool(result))]
    return sorted(str(one) for one in result if "_:" not in str(one))


@settings(max_examples=600, deadline=None, derandomize=True)
@given(heads=st.lists(_HEADS, max_size=3), form=_FORMS, clauses=st.lists(_CLAUSES, max_size=4))
def test_what_is_read_is_what_the_engine_reads(
    heads: list[str], form: str, clauses: list[tuple[str, str, str]]
) -> None:
    store = _store()
    text = "".join(heads) + form + "".join("".join(clause) for clause in clauses) + _PATTERN
    clause = dataset_clause(text, _BASE)
    answer = _answer(store, text)
    if clause is not None and answer is not None:
        assert _answer(store, text, clause) == answer

"""Binding: a value becomes one RDF term in its VALUES block, or is refused; never text."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from ogpgraph.errors import BadRequest
from ogpgraph.queries import (
    MAX_VALUE,
    Parameter,
    StoredQueries,
    StoredQuery,
    iri_prefixes,
    load_stored_query,
)

BASE = "https://w3id.org/ogpgraph/"
INJECTIONS = [
    '" } #',
    '"}\n} ; DROP ALL #',
    "> } SERVICE <http://evil.example/> { ?s ?p ?o",
    "x\\",
    "\\",
    '\\"',
    "\\u0022 } #",
    "\\\\u0022 } #",
    "\\U00000022 }",
    "UNDEF",
    "#= country",
    "}  #= lang",
    "CRI }\n VALUES ?x { 1",
    "a\tb",
    "a\u2028b",
    "a\u0085b",
    "'''",
    '"""',
    "@en",
    '"^^<http://x/>',
    "?s",
    "💥",
    "%22",
    "{?value}",
]


def parameter(kind: str, resource: str | None = None) -> Parameter:
    texts = {"es": "x", "en": "y"}
    return Parameter(
        "value",
        kind,
        resource,
        required=False,
        default=None,
        example=None,
        descriptions=texts,
        prefixes=iri_prefixes(),
    )


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> StoredQuery:
    """A query with one parameter of free text, in two blocks."""
    text = """\
#+ title@en: Probe
#+ title@es: Sonda
#+ description@en: Returns what it is given.
#+ description@es: Devuelve lo que recibe.
#+ param value: string optional
#+ param value@en: Anything.
#+ param value@es: Lo que sea.
SELECT ?value ?again WHERE {
  VALUES ?value { UNDEF }  #= value
  { SELECT (?value AS ?again) WHERE {
    VALUES ?value { UNDEF }  #= value
  } }
}
"""
    path: Path = tmp_path_factory.mktemp("probe") / "probe.rq"
    path.write_text(text, encoding="utf-8")
    return load_stored_query(path)


def answer(text: str) -> list[tuple[object, ...]]:
    result = ox.Store().query(text)
    assert isinstance(result, ox.QuerySolutions)
    assert [v.value for v in result.variables] == ["value", "again"]
    return [tuple(row) for row in result]


@pytest.mark.parametrize("value", INJECTIONS)
def test_injections_stay_text(probe: StoredQuery, value: str) -> None:
    assert answer(probe.bind({"value": value})) == [(ox.Literal(value), ox.Literal(value))]


@pytest.mark.parametrize("value", INJECTIONS)
def test_injections_stay_text_for_a_reader_that_expands_escapes_first(value: str) -> None:
    """rdflib replaces \\uXXXX in the whole text before it reads strings."""
    query = prepareQuery("SELECT (" + parameter("string").term(value) + " AS ?x) WHERE {}")
    text = str(query.algebra.p.p.expr)
    assert text == value


@pytest.mark.parametrize("value", INJECTIONS)
def test_injections_are_no_iri_number_or_language(value: str) -> None:
    for kind in ("integer", "decimal", "language"):
        if (kind, value) != ("language", "UNDEF"):
            with pytest.raises(BadRequest):
                parameter(kind).term(value)
    if value != "UNDEF":
        with pytest.raises(BadRequest):
            parameter("iri", "country").term(value)
    with pytest.raises(BadRequest):
        parameter("iri", "country").term(f"http://e.example/{value} ")


def structure(text: str) -> str:
    """A query without its string literals."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)


PLAIN = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff").filter(
        lambda c: c in "\t\n\r" or (c >= " " and c != "\x7f")
    ),
    min_size=1,
    max_size=200,
)


@settings(max_examples=400, deadline=None)
@given(value=PLAIN | st.text("\\uU\"'0012{}<>#=\n ?", min_size=1))
def test_a_bound_text_comes_back_the_same(probe: StoredQuery, value: str) -> None:
    term = parameter("string").term(value)
    assert "\n" not in term
    assert "\r" not in term
    (quad,) = ox.parse(
        f"<http://e/s> <http://e/p> {term} .".encode(), format=ox.RdfFormat.N_TRIPLES
    )
    assert quad.object == ox.Literal(value)
    text = probe.bind({"value": value})
    assert answer(text) == [(ox.Literal(value), ox.Literal(value))]
    assert structure(text) == structure(probe.bind({"value": "x"}))
    assert text.count("\n") == probe.text.count("\n")


@settings(max_examples=300, deadline=None)
@given(value=st.text(max_size=60) | st.from_regex(r"https?://[ -~]{1,30}", fullmatch=True))
def test_an_iri_is_one_iri_or_is_refused(value: str) -> None:
    try:
        term = parameter("iri", "country").term(value)
    except BadRequest as error:
        assert error.parameter == "value"  # noqa: PT017 — most values are refused, not all
        return
    (quad,) = ox.parse(f"{term} <http://e/p> 1 .".encode(), format=ox.RdfFormat.TURTLE)
    full = value.startswith(("http://", "https://", "urn:"))
    assert quad.subject == ox.NamedNode(value if full else f"{BASE}id/country/{value}")
    result = ox.Store().query(
        f"SELECT ?value ?again {{ VALUES (?value ?again) {{ ({term} {term}) }} }}"
    )
    assert len(list(result)) == 1


@pytest.mark.parametrize(
    ("resource", "value", "wanted"),
    [
        ("country", "HND", f"{BASE}id/country/HND"),
        ("plan", "CRI-4", f"{BASE}id/plan/CRI-4"),
        ("commitment", "CRI-4-9", f"{BASE}id/commitment/CRI-4-9"),
        ("branch", "judicial", f"{BASE}scheme/branch/judicial"),
        ("goal", "16", "http://metadata.un.org/sdg/16"),
        ("target", "16.6", "http://metadata.un.org/sdg/16.6"),
        ("target", "16.a", "http://metadata.un.org/sdg/16.a"),
        ("resource", "commitment/CRI-4-9", f"{BASE}id/commitment/CRI-4-9"),
        ("property", "number", f"{BASE}ns#number"),
        ("property", "http://purl.org/dc/terms/title", "http://purl.org/dc/terms/title"),
        ("country", "http://e.example:8080/país?a=%20#f", "http://e.example:8080/país?a=%20#f"),
        ("country", "urn:iso:HND", "urn:iso:HND"),
    ],
)
def test_short_and_full_iris(resource: str, value: str, wanted: str) -> None:
    assert parameter("iri", resource).term(value) == f"<{wanted}>"


@pytest.mark.parametrize(
    "value",
    ["a b", "16.", ".a", "-", "/x", "x/", "a:b", "sdg:16", "javascript:alert(1)", "file:///x",
     "http://", "http://e.example/<x>", "http://e.example/a b", "http://e.example/{x}",
     "http://[::1]/", "http://e.example/%zz", "http://e.example/\\u0020", "http://e/a#b#c",
     "http://user@e.example/", "a\n", "HND\u200b"],
)  # fmt: skip
def test_bad_iris_are_refused(value: str) -> None:
    with pytest.raises(BadRequest, match="value"):
        parameter("iri", "country").term(value)


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        ("integer", "16", '"16"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "-3", '"-3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "0.5", '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "1", '"1"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("language", "es-MX", '"es-mx"'),
        ("string", 'a "b"\n', '"a \\"b\\"\\n"'),
        ("string", "\\u0041", '"\\\\\\U000000750041"'),
    ],
)
def test_terms(kind: str, value: str, wanted: str) -> None:
    assert parameter(kind).term(value) == wanted


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", "1.0"), ("integer", "१"), ("integer", " 1"), ("integer", "9" * 19),
     ("decimal", "1e3"), ("decimal", "."), ("decimal", "NaN"), ("decimal", "0,5"),
     ("language", "español"), ("language", "e_s"), ("language", "-"), ("string", "a\x00"),
     ("string", "\x1b"), ("string", "\ud800"), ("string", "x" * (MAX_VALUE + 1))],
)  # fmt: skip
def test_values_of_another_type_are_refused(kind: str, value: str) -> None:
    with pytest.raises(BadRequest):
        parameter(kind).term(value)


def test_unknown_and_missing_parameters(queries: StoredQueries) -> None:
    query = queries["commitments-of-a-country"]
    with pytest.raises(BadRequest) as raised:
        query.bind({"country": "HND", "contry": "HND"})
    assert (raised.value.parameter, raised.value.known) == ("contry", ["country", "lang"])
    for values in ({}, {"country": ""}):
        with pytest.raises(BadRequest, match="HND") as raised:
            query.bind(values)
        assert raised.value.parameter == "country"


def test_an_optional_parameter_without_value_is_undef(queries: StoredQueries) -> None:
    query = queries["declared-and-listed"]
    assert query.bind({}) == query.bind({"country": "", "lang": ""}) == query.text
    assert "VALUES ?country { UNDEF }  #= country" in query.text
    bound = query.bind({"country": "CRI"})
    assert bound == query.text.replace("{ UNDEF }", f"{{ <{BASE}id/country/CRI> }}")

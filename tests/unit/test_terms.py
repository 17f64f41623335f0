"""Terms: their text form is what pyoxigraph reads back, and nothing else gets in."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ogpgraph.errors import BadRequest
from ogpgraph.terms import XSD, XSD_STRING, Term, Triple, iri, literal

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
TAGS = st.from_regex(r"[a-z]{2,3}(-[a-z]{2})?", fullmatch=True)
IRI_TAILS = st.text(st.characters(exclude_characters="[]#"), max_size=8)


def back(term: Term) -> object:
    """The term as pyoxigraph reads it in N-Triples, and the same in SPARQL."""
    (quad,) = ox.parse(f"<urn:x:s> <urn:x:p> {term} .", format=ox.RdfFormat.N_TRIPLES)
    result = ox.Store().query(f"SELECT ?o WHERE {{ VALUES ?o {{ {term} }} }}")
    assert isinstance(result, ox.QuerySolutions)
    (solution,) = result
    assert solution["o"] == quad.object
    return quad.object


@given(TEXTS)
@example('"\\\n\r\t\b\f\x00\x1f\x7f\x85\u2028\ufeff\ufffe\uffff\U0010ffff')
@example("\\u0041")
@example("'''\"\"\"")
def test_a_literal_parses_back(text: str) -> None:
    assert back(literal(text)) == ox.Literal(text)


@given(TEXTS, TAGS)
def test_a_tagged_literal_parses_back(text: str, tag: str) -> None:
    assert back(literal(text, language=tag)) == ox.Literal(text, language=tag)


@given(TEXTS)
def test_a_typed_literal_parses_back(text: str) -> None:
    datatype = "https://example.org/datatype"
    assert back(literal(text, datatype=datatype)) == ox.Literal(
        text, datatype=ox.NamedNode(datatype)
    )


@given(IRI_TAILS)
@example("ñ😀")
@example("")
@example("%zz")
@example("%")
@example("\x85")
@example("\ue000")
@example("\ufdd0")
@example("\U000e0001")
def test_an_iri_is_refused_or_parses_back(tail: str) -> None:
    value = "https://example.org/" + tail
    try:
        term = iri(value)
    except BadRequest:
        assert not all(c.isalnum() and c.isascii() for c in tail)
    else:
        assert back(term) == ox.NamedNode(value)


@given(st.text(st.characters(categories=["L", "N"], max_codepoint=0xD7FF)))
def test_an_iri_of_letters_and_digits_parses_back(tail: str) -> None:
    value = "https://example.org/" + tail
    assert back(iri(value)) == ox.NamedNode(value)


@given(TEXTS)
@example("\ufffe\uffff")
def test_the_text_form_is_the_one_that_the_engine_writes(text: str) -> None:
    assert str(literal(text)) == str(ox.Literal(text))


def test_a_triple_is_a_line_of_n_triples() -> None:
    triple = Triple(iri("urn:x:s"), iri("urn:x:p"), literal("ñ\n", language="es"))
    assert str(triple) == '<urn:x:s> <urn:x:p> "ñ\\n"@es .'


def test_xsd_string_is_written_without_its_datatype() -> None:
    assert literal("a", datatype=XSD_STRING) == literal("a")
    assert str(literal("1", datatype=XSD + "integer")) == f'"1"^^<{XSD}integer>'


def test_a_blank_node_is_written_with_its_label() -> None:
    assert str(Term("blank", "c14n0")) == "_:c14n0"


NO_IRIS = [
    "", "relative", "/path", "//host/path", "#x", "?q", ":x", "1a:x", "http//x", "http://a b", "http://a>",
    'http://a"', "http://a<", "http://{a}", "http://a|b", "http://a^b", "http://a`b", "http://a\\b",
    "http://a\n", "http://a\x00", "http://a\t", "http://a> . <http://b",
]  # fmt: skip


@pytest.mark.parametrize("value", NO_IRIS)
def test_what_is_no_absolute_iri_is_refused(value: str) -> None:
    with pytest.raises(BadRequest):
        iri(value)


@pytest.mark.parametrize(
    "tag", ["", "-", "es_MX", "toolongatag", "es-", "e s", "1", "es\n", "ñ", "es>"]
)
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(BadRequest, match="language tag"):
        literal("a", language=tag)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc00b"])
def test_half_of_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="surrogate"):
        literal(text)

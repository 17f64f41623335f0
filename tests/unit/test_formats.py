"""Negotiation: one table of what is asked, of which offers, and what is sent."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.errors import BadRequest, NotAcceptable
from ogpgraph.formats import (
    BOOLEAN_OFFERS,
    GRAPH_OFFERS,
    MAX_ACCEPT,
    RESOURCE_OFFERS,
    SOLUTION_OFFERS,
    Offer,
    by_suffix,
    negotiate,
)

OFFERS = {
    "solutions": SOLUTION_OFFERS,
    "boolean": BOOLEAN_OFFERS,
    "graph": GRAPH_OFFERS,
    "resource": RESOURCE_OFFERS,
}
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
RDFLIB_SELECT = "application/sparql-results+xml, application/rdf+xml"
RDFLIB_ALL = (
    "application/rdf+xml,application/sparql-results+xml,text/turtle,application/sparql-results+json"
)
WRAPPER_JSON = (
    "application/sparql-results+json,application/json,text/javascript,application/javascript"
)
WRAPPER_RDF = "application/rdf+xml"
WRAPPER_TURTLE = "application/turtle,text/turtle"
WRAPPER_ANY = "*/*"
JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)

CASES = [
    # nothing said, or everything
    ("solutions", None, "application/sparql-results+json"),
    ("solutions", "", "application/sparql-results+json"),
    ("solutions", "   ", "application/sparql-results+json"),
    ("solutions", "*/*", "application/sparql-results+json"),
    ("graph", "*/*", "text/turtle"),
    ("resource", "*/*", "application/json"),
    ("resource", None, "application/json"),
    # names and other names
    ("solutions", "application/json", "application/sparql-results+json"),
    ("solutions", "application/xml", "application/sparql-results+xml"),
    ("solutions", "text/xml", "application/sparql-results+xml"),
    ("solutions", "text/csv", "text/csv"),
    ("solutions", "text/tab-separated-values", "text/tab-separated-values"),
    ("graph", "application/turtle", "text/turtle"),
    ("graph", "application/x-turtle", "text/turtle"),
    ("graph", "text/plain", "application/n-triples"),
    ("graph", "application/json", "application/ld+json"),
    ("resource", "application/json", "application/json"),
    ("resource", "application/ld+json", "application/ld+json"),
    ("resource", "application/xhtml+xml", "text/html"),
    # case, spaces, parameters
    ("graph", "TEXT/Turtle", "text/turtle"),
    ("graph", " text/turtle ; charset=utf-8 ", "text/turtle"),
    (
        "graph",
        "application/n-triples;charset=utf-8;q=0.5,text/turtle;q=0.4",
        "application/n-triples",
    ),
    (
        "resource",
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#framed"',
        "application/ld+json",
    ),
    # quality
    ("graph", "text/turtle;q=0.5, application/n-triples", "application/n-triples"),
    ("graph", "text/turtle;q=0.5, application/n-triples;q=0.50", "text/turtle"),
    ("graph", "text/turtle;q=0.001, application/rdf+xml;q=0.002", "application/rdf+xml"),
    ("graph", "application/rdf+xml, text/turtle", "text/turtle"),
    ("graph", "text/turtle;q=0, */*", "application/n-triples"),
    ("graph", "*/*, text/turtle;q=0", "application/n-triples"),
    ("graph", "text/turtle; q = 0.2, application/n-triples;Q=0.9", "application/n-triples"),
    ("graph", "text/turtle;q=.2, application/n-triples;q=.3", "application/n-triples"),
    # wildcards, and the more exact range first
    ("solutions", "text/*", "text/csv"),
    ("solutions", "application/*", "application/sparql-results+json"),
    ("graph", "application/*", "application/n-triples"),
    ("graph", "text/*;q=0.4, text/turtle;q=0.1, application/rdf+xml;q=0.5", "application/rdf+xml"),
    ("graph", "text/*;q=0.9, text/turtle;q=0.1, application/rdf+xml;q=0.5", "text/n3"),
    ("graph", "text/turtle;q=0.1, text/*", "text/n3"),
    ("graph", "text/n3, text/turtle", "text/turtle"),
    ("graph", "text/rdf+n3", "text/n3"),
    ("graph", "application/trig;q=0.9, application/n-quads", "application/n-quads"),
    ("graph", "application/trig, text/turtle;q=0.9", "application/trig"),
    ("graph", "*/*;q=0.9, application/*;q=0.1", "text/turtle"),
    ("graph", "text/html, application/ld+json;q=0.9, */*;q=0.1", "application/ld+json"),
    # types that do not fit the kind of answer are passed over
    ("solutions", RDFLIB_SELECT, "application/sparql-results+xml"),
    ("graph", RDFLIB_SELECT, "application/rdf+xml"),
    ("solutions", RDFLIB_ALL, "application/sparql-results+json"),
    ("graph", RDFLIB_ALL, "text/turtle"),
    ("boolean", RDFLIB_ALL, "application/sparql-results+json"),
    ("solutions", WRAPPER_JSON, "application/sparql-results+json"),
    ("graph", WRAPPER_JSON, "application/ld+json"),
    ("graph", WRAPPER_RDF, "application/rdf+xml"),
    ("graph", WRAPPER_TURTLE, "text/turtle"),
    ("boolean", WRAPPER_ANY, "application/sparql-results+json"),
    ("solutions", JENA, "application/sparql-results+json"),
    ("resource", CHROME, "text/html"),
    ("resource", FIREFOX, "text/html"),
    ("graph", CHROME, "application/rdf+xml"),
    ("resource", JAVA, "text/html"),
    # nonsense beside something useful is passed over
    ("graph", ",,,text/turtle,,", "text/turtle"),
    ("graph", "nonsense, text/turtle", "text/turtle"),
    ("graph", ";q=1, /, text/turtle;q=0.1", "text/turtle"),
    ("graph", "application/rdf+xml;q=nan, text/turtle;q=0.1", "text/turtle"),
    ("graph", "application/rdf+xml;q=high, text/turtle;q=0.1", "text/turtle"),
    ("graph", "application/rdf+xml;q=2, text/turtle;q=0.1", "text/turtle"),
    ("graph", "application/rdf+xml;q=-1, text/turtle;q=0.1", "text/turtle"),
    ("graph", "application/rdf+xml;q=inf, text/turtle;q=0.1", "text/turtle"),
    ("graph", "application/rdf+xml;q=, text/turtle;q=0.1", "text/turtle"),
]

REFUSED = [
    ("solutions", "text/turtle"),
    ("solutions", "text/html"),
    ("solutions", "image/*"),
    ("boolean", "text/csv"),
    ("boolean", "text/tab-separated-values"),
    ("boolean", "text/*"),
    ("graph", "text/csv"),
    ("graph", "application/sparql-results+json"),
    ("graph", "text/turtle;q=0"),
    ("graph", "text/turtle;q=nan"),
    ("graph", "*/*;q=0"),
    ("graph", "*"),
    ("graph", "nonsense"),
    ("graph", ",;,"),
    ("resource", "text/csv, image/png"),
]


def test_the_table_has_at_least_forty_cases() -> None:
    assert len(CASES) + len(REFUSED) >= 40
    assert len({case[:2] for case in CASES}) == len(CASES)


@pytest.mark.parametrize(("kind", "accept", "wanted"), CASES)
def test_negotiation(kind: str, accept: str | None, wanted: str) -> None:
    assert negotiate(accept, OFFERS[kind]).media_type == wanted


@pytest.mark.parametrize(("kind", "accept"), REFUSED)
def test_what_nothing_fits_is_refused_with_the_offers(kind: str, accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiate(accept, OFFERS[kind])
    names = [offer.media_type for offer in OFFERS[kind]]
    assert caught.value.members["offers"] == names
    assert all(name in caught.value.message for name in names)


def test_a_header_of_ten_thousand_entries_is_answered_at_once() -> None:
    accept = ",".join(f"text/x-{number};q=0.9" for number in range(10_000)) + ",text/turtle;q=0.1"
    before = time.perf_counter()
    with pytest.raises(BadRequest, match="4096"):
        negotiate(accept, GRAPH_OFFERS)
    assert time.perf_counter() - before < 1


@settings(max_examples=10_000, deadline=None, database=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "text/turtle",
                "*/*",
                "text/*",
                "application/json",
                "application/ld+json",
                "*/turtle",
                "text/html",
                ";",
                ",",
                "q=",
                "q=1",
                "q=0",
                "q=nan",
                "q=inf",
                "q=-1",
                "q=1e9",
                "q=0.5.5",
                "=q",
                "level=1",
                ";;",
                "/",
                "//",
                "*",
                "\x00",
                "ÿ",
                "é",
                "charset=x",
            ]
        ),
        max_size=40,
    ),
    st.sampled_from(["", ",", ";", " ", ";q="]),
)
def test_q12_ten_thousand_headers_give_an_offer_or_a_refusal(
    pieces: list[str], between: str
) -> None:
    with suppress(NotAcceptable, BadRequest):
        assert negotiate(between.join(pieces), SOLUTION_OFFERS) in SOLUTION_OFFERS


@pytest.mark.parametrize(
    "piece",
    ["a/b,", "*/*;q=nan,", ",", ";", "a/b;q=0.1;", "text/turtle;q=0,", "/", "x" * 100 + ","],
)
def test_q12_the_largest_header_is_read_in_ten_milliseconds(piece: str) -> None:
    accept, times = piece * (MAX_ACCEPT // len(piece)), []
    for _ in range(11):
        before = time.process_time()
        with suppress(NotAcceptable):
            negotiate(accept, RESOURCE_OFFERS)
        times.append(time.process_time() - before)
    assert sorted(times)[5] < 0.010


@given(st.text())
def test_any_header_gives_an_offer_or_is_refused(accept: str) -> None:
    with suppress(NotAcceptable):
        assert negotiate(accept, GRAPH_OFFERS) in GRAPH_OFFERS


@given(
    st.lists(st.sampled_from(["text/turtle", "*/*", "text/*", "q=1", ";", ",", "q=0", "=", "\0"]))
)
def test_any_mixture_of_its_pieces_gives_an_offer_or_is_refused(pieces: list[str]) -> None:
    with suppress(NotAcceptable):
        assert negotiate("".join(pieces), GRAPH_OFFERS) in GRAPH_OFFERS


def test_without_offers_nothing_is_acceptable() -> None:
    with pytest.raises(NotAcceptable):
        negotiate("*/*", ())


@pytest.mark.parametrize("kind", OFFERS)
def test_each_offer_is_found_by_its_suffix_and_by_each_of_its_names(kind: str) -> None:
    offers = OFFERS[kind]
    assert len({offer.suffix for offer in offers}) == len(offers)
    for offer in offers:
        assert by_suffix(offer.suffix, offers) is offer
        for name in (offer.media_type, *offer.aliases):
            assert negotiate(name, offers) is offer


def test_an_unknown_suffix_is_of_no_offer() -> None:
    assert by_suffix("exe", RESOURCE_OFFERS) is None


def test_how_exactly_a_range_names_an_offer() -> None:
    offer = Offer("text/turtle", ("application/turtle",))
    ranges = ["text/turtle", "application/turtle", "text/*", "*/*", "application/*", "text/html"]
    assert [offer.answers_to(name) for name in ranges] == [3, 3, 2, 1, 0, 0]

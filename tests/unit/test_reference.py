"""Of the reference, a graph gets what checking it and deriving from it takes, and no more."""

from __future__ import annotations

import pytest

from ogpgraph.files import Graph, parse
from ogpgraph.reference import Reference

BASE = "https://example.org/"
PREFIXES = f"""
@prefix : <{BASE}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
INSTITUTION = ':office a :Office ; :label "Office" ; :branch :executive . '
TRANSLATION = ':t a :Translation ; :of :office ; :text "Oficina" ; :by :curator . '
CLASSES = """
:Office rdfs:subClassOf :Organization ; rdfs:label "Office" .
:Organization rdfs:subClassOf :Agent . :Agent rdfs:subClassOf :Thing . :Agent :note :x .
"""


def graph(turtle: str) -> Graph:
    content = (PREFIXES + turtle).encode()
    return parse(content, "text/turtle", name="test.ttl", base=BASE).graph


def around(content: str, *reference: str, supplemented: str | None = None) -> Graph:
    of = None if supplemented is None else graph(supplemented)
    return Reference(map(graph, reference)).around(graph(content), of)


def test_of_a_named_thing_only_links_are_kept():
    found = around(":c a :Commitment ; :led :office .", INSTITUTION, TRANSLATION)
    assert found == graph(":office a :Office ; :branch :executive .")


def test_of_a_thing_described_with_its_class_nothing_but_links_is_kept():
    """It is not supplemented: the graph says itself what it is."""
    found = around(':office a :Office ; :label "Bureau" .', INSTITUTION, TRANSLATION)
    assert found == graph(":office a :Office ; :branch :executive .")


def test_of_a_supplemented_thing_everything_is_kept_and_of_what_points_at_it():
    found = around(":office :seat :city .", INSTITUTION, TRANSLATION)
    assert found == graph(INSTITUTION + TRANSLATION)


def test_of_what_points_at_what_points_nothing_is_kept():
    found = around(":office :seat :city .", TRANSLATION, ':u :about :t ; :text "…" .')
    assert found == graph(TRANSLATION)


def test_of_what_a_kept_description_names_links_are_kept():
    more = ':executive a :Branch ; :label "Executive" . :curator a :Agent ; :label "Curation" .'
    found = around(":office :seat :city .", INSTITUTION, TRANSLATION, more)
    kept = ":executive a :Branch . :curator a :Agent ."
    assert found == graph(INSTITUTION + TRANSLATION + kept)


def test_the_graph_that_is_supplemented_is_looked_through_as_well():
    plan = ':plan a :Plan ; :title "Plan" ; :has :c . :c a :Commitment . :d a :Commitment .'
    said = ":c :id 61 ."
    assert around(said, INSTITUTION) == Graph()
    found = around(said, INSTITUTION, supplemented=plan)
    assert found == graph(':plan a :Plan ; :title "Plan" ; :has :c . :c a :Commitment .')


def test_class_axioms_are_kept_to_the_top():
    found = around(":c a :Commitment ; :led :office .", INSTITUTION, CLASSES)
    assert found == graph(
        """:office a :Office ; :branch :executive .
        :Office rdfs:subClassOf :Organization . :Organization rdfs:subClassOf :Agent .
        :Agent rdfs:subClassOf :Thing ."""
    )


def test_class_axioms_may_go_in_circles():
    circle = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :A ."
    assert around(":x a :A .", circle) == graph(circle)


def test_declarations_of_the_properties_used_are_kept():
    declared = ':led a owl:ObjectProperty ; rdfs:label "led by" . :other a owl:ObjectProperty .'
    found = around(":c a :Commitment ; :led :office .", declared)
    assert found == graph(":led a owl:ObjectProperty .")


@pytest.mark.parametrize(
    "content", [":c a :Commitment ; :led :office .", ":office :seat :city ."], ids=["named", "open"]
)
def test_unrelated_data_adds_nothing(content: str):
    lines = (f':x{n} a :Stranger ; :near :x{n + 1} ; :label "{n}" . ' for n in range(500))
    strangers = "".join(lines) + ":Stranger rdfs:subClassOf :Thing ."
    shared = (INSTITUTION, TRANSLATION, CLASSES)
    assert around(content, *shared, strangers) == around(content, *shared)


def test_nothing_is_kept_for_an_empty_graph():
    assert around("", INSTITUTION, CLASSES) == Graph()

"""JSON-LD: pleasant to read, and the same triples when an independent parser reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from ogpgraph.browse import Asked, Browser
from ogpgraph.errors import BadInput
from ogpgraph.files import Graph, parse
from ogpgraph.jsonld import Framer
from ogpgraph.kinds import KINDS
from ogpgraph.lists import read_lists
from ogpgraph.service import Service
from ogpgraph.store.base import rows, statements
from ogpgraph.terms import XSD, Term

ReadRdf = Callable[[bytes, str], rdflib.Graph]
CONTEXT = {
    "id": "@id",
    "type": "@type",
    "e": "http://e/",
    "xsd": XSD,
    "label": {"@id": "e:label", "@container": "@language"},
    "alt": {"@id": "e:alt", "@container": ["@language", "@set"]},
    "link": {"@id": "e:link", "@type": "@id"},
    "day": {"@id": "e:day", "@type": "xsd:date"},
    "name": {"@id": "e:name"},
    "tel": {"@id": "e:tel", "@container": "@language"},
    "urn": {"@id": "e:urn", "@type": "@id"},
    "Thing": {"@id": "e:Thing"},
}
FRAMER = Framer(CONTEXT, "http://localhost/context.jsonld")
PREF = "http://www.w3.org/2004/02/skos/core#prefLabel"
CALLED = {"@id": PREF, "@container": "@language"}
PREFIX = "@prefix e: <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def graph(text: str) -> Graph:
    return parse((PREFIX + text).encode(), "text/turtle", name="f", base="http://b/").graph


def read_back(context: object, trees: object) -> Graph:
    """The triples of trees, as PyLD reads them, which shares no code with what wrote them."""
    document = {"@context": context, "@graph": trees}
    text = jsonld.to_rdf(document, {"format": "application/n-quads"})
    return parse(str(text).encode(), "application/n-triples", name="f", base="http://b/").graph


CASES = {
    "texts by language": 'e:s e:label "a"@es , "b"@en .',
    "several texts of a language": 'e:s e:alt "a"@es , "b"@es , "c"@en .',
    "one text where several may stand": 'e:s e:alt "a"@es .',
    "two labels of a language": 'e:s e:label "a"@es , "b"@es .',
    "a text without language": 'e:s e:label "a" .',
    "a link": "e:s e:link e:o .",
    "several links": "e:s e:link e:o , e:p .",
    "a text where a link is expected": 'e:s e:link "a" .',
    "a link where a text is expected": "e:s e:name e:o .",
    "a date": 'e:s e:day "2026-11-21"^^xsd:date .',
    "a date of another type": 'e:s e:day "2026-11"^^xsd:gYearMonth .',
    "a number": "e:s e:name 7 .",
    "a number too large for JSON": "e:s e:name 12345678901234567890 .",
    "a negative number": "e:s e:name -7 .",
    "a decimal": "e:s e:name 7.25 .",
    "a double": "e:s e:name 1.5e300 .",
    "booleans": "e:s e:name true , false .",
    "a text that looks like a number": 'e:s e:name "7" .',
    "a text and a tagged text": 'e:s e:name "a" , "a"@es .',
    "a property outside the context": "e:s <http://other/p> 1 , e:o , 'x'@es .",
    "a type outside the context": "e:s a e:Thing , <http://other/C> .",
    "nested things": "e:s e:link e:o . e:o e:link e:p ; e:name 'o' . e:p e:name 'p' .",
    "a circle": "e:s e:link e:o . e:o e:link e:s ; e:name 'o' .",
    "a thing named twice": "e:s e:link e:o ; <http://other/p> e:o . e:o e:name 'o' .",
    "text with quotes and lines": 'e:s e:name "\\"\\\\\\n\\u0009\U0001f600" .',
    "an IRI with a colon": "e:s e:link <urn:x:y> , <mailto:a@b.example> .",
    "an IRI that looks like a key": "e:s e:link <tel:x> , <urn:x> .",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_is_read_back(case: str, read_rdf: ReadRdf) -> None:
    wanted = graph(CASES[case])
    trees = FRAMER.frame(wanted, ["http://e/s"])
    assert read_back(CONTEXT, trees) == wanted
    inline = json.dumps({"@context": CONTEXT, "@graph": trees}).encode()
    assert len(set(read_rdf(inline, "application/ld+json"))) == len(wanted)


def test_the_plain_reading_is_pleasant() -> None:
    text = 'e:s a e:Thing ; e:label "a"@es , "b"@en ; e:link e:o ; e:day "2026-11-21"^^xsd:date ; e:name 7 . e:o e:name "o" .'
    assert FRAMER.frame(graph(text), ["http://e/s"]) == [
        {
            "id": "http://e/s",
            "type": "Thing",
            "label": {"es": "a", "en": "b"},
            "day": "2026-11-21",
            "link": {"id": "http://e/o", "name": "o"},
            "name": 7,
        }
    ]


def test_the_trees_stand_in_the_order_asked_for() -> None:
    found = FRAMER.frame(
        graph("e:a e:name 1 . e:b e:name 2 ."), ["http://e/b", "http://e/a", "http://e/c"]
    )
    assert [tree["id"] for tree in found] == ["http://e/b", "http://e/a", "http://e/c"]
    assert found[2] == {"id": "http://e/c"}


def test_an_item_within_another_is_its_id_and_label() -> None:
    """Else a goal stands whole, with all that is aligned with it, in each of its targets."""
    text = (
        "@prefix k: <http://www.w3.org/2004/02/skos/core#> . "
        'e:goal k:prefLabel "G"@en ; e:name "n" ; e:link e:one , e:x . e:x e:name "x" . '
        'e:one e:link e:goal ; e:name "1" . e:two e:link e:goal , e:one .'
    )
    framer = Framer({**CONTEXT, "k": PREF.removesuffix("prefLabel"), "called": CALLED}, "")
    read = graph(text)
    one, two, goal = framer.frame(read, ["http://e/one", "http://e/two", "http://e/goal"])
    brief = {"id": "http://e/goal", "called": {"en": "G"}}
    assert one["link"] == brief
    assert two["link"] == [brief, "http://e/one"]
    assert goal["link"] == ["http://e/one", {"id": "http://e/x", "name": "x"}]
    assert (goal["name"], goal["called"]) == ("n", {"en": "G"})
    assert read_back({**CONTEXT, "called": CALLED}, [one, two, goal]) == read


def test_nothing_asked_is_nothing_given() -> None:
    assert FRAMER.frame(graph("e:a e:name 1 ."), []) == []


def test_a_key_has_always_the_same_form() -> None:
    one, two = (
        FRAMER.frame(graph(f"e:s e:alt {text} ."), ["http://e/s"])[0]["alt"]
        for text in ("'a'@es", "'a'@es , 'b'@es")
    )
    assert (one, two) == ({"es": ["a"]}, {"es": ["a", "b"]})


def test_a_long_chain_is_cut_into_ids_and_a_circle_has_an_end() -> None:
    chain = "".join(f"e:n{at} e:link e:n{at + 1} ." for at in range(50))
    text = json.dumps(FRAMER.frame(graph(chain + "e:n50 e:link e:n0 ."), ["http://e/n0"]))
    assert text.count('"id"') < 10


TEXTS = ["", "a", "7", "true", "2026-11-21", 'ñ\n"', "http://e/o"]
TERMS = (
    st.sampled_from(["http://e/o", "http://e/s", "urn:x:y"]).map(lambda iri: Term("iri", iri))
    | st.tuples(st.sampled_from(TEXTS), st.sampled_from([None, "es", "en"])).map(
        lambda pair: Term("literal", *pair)
    )
    | st.tuples(
        st.sampled_from(["7", "-1", "0"]), st.sampled_from(["integer", "decimal", "own"])
    ).map(lambda pair: Term("literal", pair[0], None, XSD + pair[1]))
)
NAMES = st.sampled_from(["label", "alt", "link", "day", "name", "other"])


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.sets(st.tuples(NAMES, TERMS), min_size=1, max_size=8))
def test_any_statements_of_a_thing_are_read_back(pairs: set[tuple[str, Term]]) -> None:
    text = "".join(f"e:s e:{name} {term} .\n" for name, term in pairs)
    wanted = graph(text)
    assert read_back(CONTEXT, FRAMER.frame(wanted, ["http://e/s"])) == wanted


@pytest.mark.parametrize("kind", ["plans", "commitments", "institutions", "sdgs", "milestones"])
def test_the_shipped_things_are_read_back_whole(service: Service, kind: str) -> None:
    index = read_lists(service.store, service.names)[kind]
    page = Browser(service.store, service.names).page(index, Asked(size=3))
    framer = service.library.framer
    context = framer.document["@context"]
    for iri in page.items:
        resource = Browser(service.store, service.names).describe(iri, KINDS[kind])
        trees = framer.frame(resource.graph, [iri])
        assert read_back(context, trees) == resource.graph
        assert len(resource.graph) >= 5


def test_a_whole_plan_graph_is_read_back_when_every_subject_is_a_root(service: Service) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <https://w3id.org/ogpgraph/graph/plan/ECU-1> { ?s ?p ?o } }"
    whole = statements(service.store.query(text))
    ask = "SELECT DISTINCT ?s WHERE { GRAPH <https://w3id.org/ogpgraph/graph/plan/ECU-1> { ?s ?p ?o } }"
    subjects = [row["s"].value for row in rows(service.store.query(ask))]
    framer = service.library.framer
    trees = framer.frame(whole, subjects)
    assert len(subjects) > 100
    assert read_back(framer.document["@context"], trees) == whole


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"@context": 1}', '{"@context": {"a": {}}}', "\xff"]
)
def test_what_is_no_context_is_bad_input(text: str, tmp_path: Path) -> None:
    path = tmp_path / "context.jsonld"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BadInput, match=r"context\.jsonld"):
        Framer.read(path, ("a", "b"), "http://localhost/")


def test_numbered_things_stand_in_the_order_of_their_numbers() -> None:
    context = {
        "ordinal": {"@id": "https://x.example/ordinal"},
        "has": {"@id": "https://x.example/has", "@type": "@id", "@container": "@set"},
    }
    integer = "<http://www.w3.org/2001/XMLSchema#integer>"
    lines = [f"<urn:x:p> <https://x.example/has> <urn:x:{n}> ." for n in (1, 2, 10)]
    lines += [f'<urn:x:{n}> <https://x.example/ordinal> "{n}"^^{integer} .' for n in (1, 2, 10)]
    (tree,) = Framer(context, "urn:x:context").frame(Graph.of(lines), ["urn:x:p"])
    assert [part["ordinal"] for part in tree["has"]] == [1, 2, 10]

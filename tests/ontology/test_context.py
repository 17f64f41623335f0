"""The JSON-LD context names every term, and a document keeps its meaning through it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, SKOS
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

# rdflib's own JSON-LD plug-in still uses the class that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

ROOT = Path(__file__).resolve().parents[2]
OGP = "https://w3id.org/ogpgraph/ns#"
ID = "https://w3id.org/ogpgraph/id/"
CONTEXT: dict[str, Any] = json.loads(
    (ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8")
)["@context"]
CORE = Graph().parse(ROOT / "ontology" / "ogp.ttl", format="turtle")
TERMS = sorted(
    str(term) for term in CORE.subjects(RDFS.isDefinedBy, None) if str(term).startswith(OGP)
)
MANY_PER_LANGUAGE = {"roadmapAction"}
RULES = sorted((ROOT / "queries" / "rules").glob("*.rq"))
DATA_FILES = sorted((ROOT / "data" / "ttl").glob("**/*.ttl"))

DOCUMENT = {
    "@context": CONTEXT,
    "id": ID + "commitment/XXX-1-10",
    "type": "Commitment",
    "number": "10",
    "ordinal": 10,
    "title": {"en": "A title"},
    "label": {"en": "A title", "es": "Un título"},
    "summary": {"en": "What it says.", "es": "Lo que dice."},
    "commitmentOf": ID + "plan/XXX-1",
    "hasEvidence": {
        "id": ID + "evidence/XXX-1-10/text",
        "type": "Evidence",
        "firstLine": 3,
        "quote": {"en": "A title"},
    },
    "roadmapAction": {"es": ["Primera", "Segunda"], "en": ["First", "Second"]},
    "alignsWithTarget": "sdg:16.6",
    "generatedAtTime": "2026-11-21T00:00:00Z",
}
EXPECTED = f"""
@prefix ogp: <{OGP}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{ID}commitment/XXX-1-10> a ogp:Commitment ;
    ogp:number "10" ; ogp:ordinal 10 ;
    dcterms:title "A title"@en ; skos:prefLabel "A title"@en , "Un título"@es ;
    ogp:summary "What it says."@en , "Lo que dice."@es ;
    ogp:commitmentOf <{ID}plan/XXX-1> ; ogp:hasEvidence <{ID}evidence/XXX-1-10/text> ;
    ogp:roadmapAction "Primera"@es , "Segunda"@es , "First"@en , "Second"@en ;
    ogp:alignsWithTarget <http://metadata.un.org/sdg/16.6> ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime .
<{ID}evidence/XXX-1-10/text> a ogp:Evidence ; ogp:firstLine 3 ; ogp:quote "A title"@en .
"""


def expand(value: str) -> str:
    """A compact IRI written out with the context's own prefixes."""
    prefix, _, rest = value.partition(":")
    base = CONTEXT.get(prefix)
    return base + rest if isinstance(base, str) and not rest.startswith("//") else value


def entry(name: str) -> dict[str, Any]:
    """The definition of a term of the context."""
    found = CONTEXT[name]
    assert isinstance(found, dict), name
    return found


NAMED = {expand(entry["@id"]) for entry in CONTEXT.values() if isinstance(entry, dict)}


@pytest.mark.parametrize("iri", TERMS)
def test_term_has_an_entry(iri: str) -> None:
    """The key is the local name, and the value is coerced as the ontology's range says.

    Strings and integers are not coerced: JSON has them, and they are to be written as they are.
    """
    name, term = iri.removeprefix(OGP), URIRef(iri)
    definition = entry(name)
    assert expand(definition["@id"]) == iri
    reach = CORE.value(term, RDFS.range)
    if (term, RDF.type, OWL.ObjectProperty) in CORE:
        assert definition["@type"] == "@id"
    elif reach == RDF.langString:
        container = ["@language", "@set"] if name in MANY_PER_LANGUAGE else "@language"
        assert definition["@container"] == container
    elif reach in {XSD.string, XSD.integer, RDFS.Literal}:
        assert "@type" not in definition
    elif reach is not None and str(reach).startswith(str(XSD)):
        assert expand(definition["@type"]) == str(reach)


def test_no_entry_names_a_term_that_does_not_exist() -> None:
    """A term that leaves the ontology leaves the context too."""
    assert {iri for iri in NAMED if iri.startswith(OGP)} == set(TERMS)


def test_missing_terms_are_not_hidden() -> None:
    """Neither @vocab nor @base: an unknown key is dropped, and so is seen to be missing."""
    assert CONTEXT["@version"] == 1.1
    assert not {"@vocab", "@base", "@import"} & set(CONTEXT)
    assert CONTEXT["id"] == "@id"
    assert CONTEXT["type"] == "@type"


def test_names_for_display() -> None:
    """`title` and `label` are the names of Dublin Core and SKOS."""
    assert expand(entry("title")["@id"]) == str(DCTERMS.title)
    assert expand(entry("label")["@id"]) == str(SKOS.prefLabel)


def read(document: dict[str, Any]) -> Graph:
    """The triples of a JSON-LD document."""
    return Graph().parse(data=json.dumps(document), format="json-ld")


def test_document_means_what_it_says() -> None:
    """A document through the context gives exactly the triples it should."""
    assert isomorphic(read(DOCUMENT), Graph().parse(data=EXPECTED, format="turtle"))


def test_round_trip() -> None:
    """Out to JSON-LD with the context and back: the same triples."""
    graph = Graph().parse(data=EXPECTED, format="turtle")
    written = graph.serialize(format="json-ld", context=CONTEXT, auto_compact=False)
    assert isomorphic(Graph().parse(data=written, format="json-ld"), graph)


def text_in_both(graph: Graph, subject: Node, predicate: URIRef) -> set[str | None]:
    """The languages in which a subject has a text."""
    found = graph.objects(subject, predicate)
    return {text.language for text in found if isinstance(text, Literal)}


def test_language_maps_keep_both_languages() -> None:
    """A language map yields one text per language, in the right language."""
    subject = URIRef(ID + "commitment/XXX-1-10")
    assert text_in_both(read(DOCUMENT), subject, SKOS.prefLabel) == {"es", "en"}


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.stem)
def test_data_needs_no_other_term(path: Path) -> None:
    """Every property and class that a data file uses has a name in the context."""
    graph = Graph().parse(path, format="turtle")
    used = {str(p) for p in graph.predicates()} | {str(t) for t in graph.objects(None, RDF.type)}
    assert not sorted(used - NAMED - {str(RDF.type)})


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_derived_statements_need_no_other_term(path: Path) -> None:
    """What the rules add to the data has names in the context too."""
    used: set[str] = set()
    for _, predicate, value in prepareQuery(path.read_text(encoding="utf-8")).algebra.template:
        names = (predicate, value if predicate == RDF.type else None)
        used |= {str(name) for name in names if isinstance(name, URIRef)}
    assert not sorted(used - NAMED - {str(RDF.type)})


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.stem)
def test_language_maps_lose_nothing(path: Path) -> None:
    """Where the context holds one text per language, no subject of the data has two."""
    graph = Graph().parse(path, format="turtle")
    single = {
        expand(definition["@id"])
        for definition in CONTEXT.values()
        if isinstance(definition, dict) and definition.get("@container") == "@language"
    }
    seen: set[tuple[Node, Node, str | None]] = set()
    for subject, predicate, value in graph:
        if str(predicate) in single and isinstance(value, Literal):
            key = (subject, predicate, value.language)
            assert key not in seen, key
            seen.add(key)

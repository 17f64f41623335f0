"""Every term and every concept says what it is, in Spanish and in English, and is declared."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import BNode, Node

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
OGP = "https://w3id.org/ogpgraph/ns#"
SCHEME = "https://w3id.org/ogpgraph/scheme/"
GRAPH = "https://w3id.org/ogpgraph/graph/"
ONTOLOGY_IRI = URIRef("https://w3id.org/ogpgraph/ns")
REFERENCE_GRAPH = URIRef(OGP + "ReferenceGraph")
CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
LANGUAGES = {"es", "en"}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, RDFS.Datatype)
# Those of the SDGs have other names, taken from the United Nations, and tests of their own.
SCHEME_NAMES = {
    "alignment-method", "basis", "branch", "claim-field", "claim-value", "completion-level",
    "country", "figure-measure", "focus", "involvement-role", "ogp-value", "policy-area",
    "qualifier", "rating-indicator", "rating-value", "report-type", "review-state",
    "translation-method",
}  # fmt: skip
SCHEME_FILES = [ONTOLOGY / "schemes" / f"{name}.ttl" for name in sorted(SCHEME_NAMES)]
USING_FILES = sorted(
    path
    for folder in ("data/ttl", "ontology/schemes", "shapes")
    for path in (ROOT / folder).glob("**/*.ttl")
)


def read(path: Path) -> Graph:
    """The triples of a Turtle file."""
    return Graph().parse(path, format="turtle")


CORE = read(ONTOLOGY / "ogp.ttl")
DECLARED = {s for kind in (*KINDS, OWL.AnnotationProperty) for s in CORE.subjects(RDF.type, kind)}
CONCEPTS = {s for file in (ONTOLOGY / "schemes").glob("*.ttl") for s in read(file).subjects()}
TERMS = sorted({str(t) for t in DECLARED if str(t).startswith(OGP)})


def languages(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    """The language tags of the texts of a property, sorted; "" for a text without one."""
    texts = [o for o in graph.objects(subject, predicate) if isinstance(o, Literal) and o.strip()]
    return sorted(text.language or "" for text in texts)


def texts(graph: Graph, predicate: URIRef) -> list[str]:
    """All the texts of a property."""
    return [str(o) for o in graph.objects(None, predicate)]


def test_there_are_terms() -> None:
    """An empty list would let every parametrised test below pass."""
    assert len(TERMS) > 150
    assert len({t for t in TERMS if (URIRef(t), RDF.type, OWL.Class) in CORE}) >= 50


@pytest.mark.parametrize("iri", TERMS)
def test_term_is_documented(iri: str) -> None:
    """One label and one definition in each language, and the ontology that defines it."""
    term = URIRef(iri)
    assert languages(CORE, term, RDFS.label) == ["en", "es"]
    assert languages(CORE, term, SKOS.definition) == ["en", "es"]
    assert list(CORE.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY_IRI]


@pytest.mark.parametrize("iri", TERMS)
def test_definition_is_a_sentence(iri: str) -> None:
    """A definition begins with a capital, ends with a full stop and says more than a label."""
    for text in CORE.objects(URIRef(iri), SKOS.definition):
        assert str(text)[0].isupper(), text
        assert str(text).endswith("."), text
        assert len(str(text)) > 25, text


def test_ontology_header() -> None:
    """The header names the version, the licence and both languages, and imports nothing."""
    assert (ONTOLOGY_IRI, RDF.type, OWL.Ontology) in CORE
    assert CORE.value(ONTOLOGY_IRI, OWL.versionIRI) == URIRef(f"{ONTOLOGY_IRI}/1.0.0")
    assert CORE.value(ONTOLOGY_IRI, OWL.versionInfo) == Literal("1.0.0")
    assert CORE.value(ONTOLOGY_IRI, DCTERMS.license) == CC_BY
    assert languages(CORE, ONTOLOGY_IRI, DCTERMS.title) == ["en", "es"]
    assert languages(CORE, ONTOLOGY_IRI, DCTERMS.description) == ["en", "es"]
    assert not list(CORE.objects(None, OWL.imports))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (ONTOLOGY / "ogp.ttl", "ontology"),
        (ONTOLOGY / "alignments.ttl", "alignments"),
        *((path, f"scheme/{path.stem}") for path in SCHEME_FILES),
    ],
    ids=lambda value: value if isinstance(value, str) else value.stem,
)
def test_file_names_its_graph(path: Path, name: str) -> None:
    """Each file is one reference graph with a title in both languages and a licence."""
    graph, node = read(path), URIRef(GRAPH + name)
    assert list(graph.subjects(RDF.type, REFERENCE_GRAPH)) == [node]
    assert languages(graph, node, DCTERMS.title) == ["en", "es"]
    assert graph.value(node, DCTERMS.license) == CC_BY


def test_all_schemes_are_there() -> None:
    """The files are the schemes of the contract, no more and no fewer."""
    found = {path.stem for path in (ONTOLOGY / "schemes").glob("*.ttl")}
    found -= {"sdg", "sdg-indicator", "sdg-subject"}
    assert found == SCHEME_NAMES


@pytest.mark.parametrize("path", SCHEME_FILES, ids=lambda path: path.stem)
def test_scheme_and_its_concepts(path: Path) -> None:
    """Labels and definitions in both languages, one scheme, one place in it, a class of ours."""
    graph, scheme = read(path), URIRef(SCHEME + path.stem)
    assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [scheme]
    assert languages(graph, scheme, DCTERMS.title) == ["en", "es"]
    assert languages(graph, scheme, DCTERMS.description) == ["en", "es"]
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) >= 3
    for concept in concepts:
        assert languages(graph, concept, SKOS.prefLabel) == ["en", "es"], concept
        assert languages(graph, concept, SKOS.definition) == ["en", "es"], concept
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme], concept
        own = [t for t in graph.objects(concept, RDF.type) if str(t).startswith(OGP)]
        assert len(own) == 1, concept
        top = (concept, SKOS.topConceptOf, scheme) in graph
        assert top != bool(set(graph.objects(concept, SKOS.broader)) & concepts), concept


@pytest.mark.parametrize("path", SCHEME_FILES, ids=lambda path: path.stem)
def test_labels_are_unique_in_a_scheme(path: Path) -> None:
    """Two concepts of a scheme never share a label in one language (SKOS, S13 in spirit)."""
    graph = read(path)
    labels = [
        o for s, o in graph.subject_objects(SKOS.prefLabel) if (s, RDF.type, SKOS.Concept) in graph
    ]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("path", SCHEME_FILES, ids=lambda path: path.stem)
def test_broader_has_no_cycle(path: Path) -> None:
    """Going up from any concept ends."""
    graph = read(path)
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        above: set[Node] = set()
        step: Node | None = graph.value(concept, SKOS.broader)
        while step is not None:
            assert step not in above, concept
            above.add(step)
            step = graph.value(step, SKOS.broader)


def test_every_rating_value_belongs_to_one_indicator() -> None:
    """No flat scale: a value names its indicator, and each indicator has values."""
    values = read(ONTOLOGY / "schemes" / "rating-value.ttl")
    indicators = read(ONTOLOGY / "schemes" / "rating-indicator.ttl")
    belongs = URIRef(OGP + "valueOfIndicator")
    for value in values.subjects(RDF.type, SKOS.Concept):
        assert len(list(values.objects(value, belongs))) == 1, value
        name, indicator = str(value).rsplit("/", 1)[1], values.value(value, belongs)
        assert name.startswith(str(indicator).rsplit("/", 1)[1])
    assert set(values.objects(None, belongs)) == set(indicators.subjects(RDF.type, SKOS.Concept))


def test_every_measure_has_a_unit() -> None:
    """A figure's unit is said once, at its measure, in both languages."""
    graph = read(ONTOLOGY / "schemes" / "figure-measure.ttl")
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert languages(graph, concept, URIRef(OGP + "unit")) == ["en", "es"], concept


def test_countries_have_three_codes_and_two_matches() -> None:
    """ISO alpha-2 and alpha-3, UN M49, Wikidata and the EU authority list."""
    graph = read(ONTOLOGY / "schemes" / "country.ttl")
    countries = set(graph.subjects(RDF.type, URIRef(OGP + "Country")))
    assert len(countries) == 5
    datatypes = {URIRef(OGP + name) for name in ("iso3166Alpha2", "iso3166Alpha3", "unM49")}
    for country in countries:
        codes = [o for o in graph.objects(country, SKOS.notation) if isinstance(o, Literal)]
        assert {code.datatype for code in codes} == datatypes
        assert len(codes) == 3
        assert str(country).rsplit("/", 1)[1] in {str(code) for code in codes}
        assert len(list(graph.objects(country, SKOS.exactMatch))) == 2


@pytest.mark.parametrize("path", USING_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_terms_used_are_declared(path: Path) -> None:
    """A file uses no ogp: term that the ontology lacks, and no property it does not declare."""
    graph = read(path)
    used = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    used |= {o.datatype for o in graph.objects() if isinstance(o, Literal) and o.datatype}
    ours = {str(term) for term in used if str(term).startswith(OGP)}
    assert not sorted(ours - set(TERMS))
    if "shapes" in path.parts:
        return
    builtin = (str(RDF), str(RDFS), str(OWL), str(XSD))
    foreign = {p for p in graph.predicates() if not str(p).startswith(builtin)}
    foreign |= set(graph.objects(None, RDF.type))
    assert not sorted(str(term) for term in foreign - DECLARED if not str(term).startswith(builtin))


@pytest.mark.parametrize("path", USING_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_concepts_used_exist(path: Path) -> None:
    """A file names no concept of our schemes that its scheme does not have."""
    used = {term for triple in read(path) for term in triple if isinstance(term, URIRef)}
    missing = {str(term) for term in used - CONCEPTS if str(term).startswith(SCHEME)}
    assert not sorted(missing)


@pytest.mark.parametrize(
    "path", [p for p in USING_FILES if "shapes" not in p.parts], ids=lambda p: p.stem
)
def test_data_and_schemes_have_no_blank_nodes(path: Path) -> None:
    """Every node has an IRI, so that every triple can be addressed, compared and deleted."""
    assert not [t for triple in read(path) for t in triple if isinstance(t, BNode)]


@pytest.mark.parametrize(
    "path",
    [ONTOLOGY / "ogp.ttl", ONTOLOGY / "alignments.ttl", *SCHEME_FILES],
    ids=lambda path: path.stem,
)
def test_language_tags(path: Path) -> None:
    """Tags are exactly es and en: never es-CR, never missing where there is prose."""
    graph = read(path)
    tags = {o.language for o in graph.objects() if isinstance(o, Literal) and o.language}
    assert tags <= LANGUAGES
    for predicate in (RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.scopeNote):
        for subject in set(graph.subjects(predicate, None)):
            assert languages(graph, subject, predicate) == ["en", "es"], subject


def test_text_has_no_stray_space() -> None:
    """No doubled, leading or trailing blanks in labels and definitions."""
    for path in (ONTOLOGY / "ogp.ttl", *SCHEME_FILES):
        graph = read(path)
        for predicate in (RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.scopeNote):
            for text in texts(graph, predicate):
                assert text == " ".join(text.split()), text

"""The ontology stays inside OWL 2 RL, and inside the narrower rules of this house.

The checker walks the triples. The profile is that of https://www.w3.org/TR/owl2-profiles/#OWL_2_RL;
the global restrictions of OWL 2 DL that a small ontology can break are checked as well. The house
allows less: named classes only, and no construct that makes RL infer owl:sameAs from sources that
disagree. Each rule has a case below that breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import BNode, Node

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGIES = [ROOT / "ontology" / name for name in ("ogp.ttl", "alignments.ttl")]
OGP = "https://w3id.org/ogpgraph/ns#"
OWN_DATATYPES = {URIRef(OGP + n) for n in ("iso3166Alpha2", "iso3166Alpha3", "unM49", "ogpCode")}

# Section 4.2 of the profile. rdf:langString is what RDF 1.1 calls the tagged half of
# rdf:PlainLiteral, which the profile of 2012 lists; reasoners read the one as the other.
RL_DATATYPES = {
    RDF.PlainLiteral, RDF.langString, RDF.XMLLiteral, RDFS.Literal, XSD.decimal, XSD.integer,
    XSD.nonNegativeInteger, XSD.nonPositiveInteger, XSD.positiveInteger, XSD.negativeInteger,
    XSD.long, XSD.int, XSD.short, XSD.byte, XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort,
    XSD.unsignedByte, XSD.string, XSD.normalizedString, XSD.token, XSD.language, XSD.Name,
    XSD.NCName, XSD.NMTOKEN, XSD.boolean, XSD.hexBinary, XSD.base64Binary, XSD.anyURI,
    XSD.dateTime, XSD.dateTimeStamp,
}  # fmt: skip
NEVER_IN_RL = {
    OWL.ReflexiveProperty, OWL.hasSelf, OWL.disjointUnionOf, OWL.minCardinality, OWL.cardinality,
    OWL.minQualifiedCardinality, OWL.qualifiedCardinality, OWL.onDatatype, OWL.withRestrictions,
    OWL.datatypeComplementOf, OWL.onDataRange, OWL.topObjectProperty, OWL.bottomObjectProperty,
    OWL.topDataProperty, OWL.bottomDataProperty,
}  # fmt: skip
NEVER_IN_THIS_HOUSE = {
    OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.hasKey, OWL.maxCardinality,
    OWL.maxQualifiedCardinality, OWL.imports, OWL.sameAs,
}  # fmt: skip
PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
NEEDS_SIMPLE = (
    OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.FunctionalProperty,
    OWL.InverseFunctionalProperty,
)  # fmt: skip


def members(graph: Graph, head: Node | None) -> list[Node]:
    """The members of an RDF list."""
    return list(Collection(graph, head)) if head is not None else []


def is_subclass_expression(graph: Graph, node: Node) -> bool:
    """Whether a class may stand on the left of rdfs:subClassOf."""
    if isinstance(node, URIRef):
        return node != OWL.Thing
    for operator in (OWL.intersectionOf, OWL.unionOf):
        if (node, operator, None) in graph:
            parts = members(graph, graph.value(node, operator))
            return all(is_subclass_expression(graph, part) for part in parts)
    if (node, OWL.someValuesFrom, None) in graph:
        filler = graph.value(node, OWL.someValuesFrom)
        return filler == OWL.Thing or (filler is not None and is_subclass_expression(graph, filler))
    return (node, OWL.oneOf, None) in graph or (node, OWL.hasValue, None) in graph


def is_superclass_expression(graph: Graph, node: Node) -> bool:
    """Whether a class may stand on the right of rdfs:subClassOf, or be a domain or a range."""
    if isinstance(node, URIRef):
        return node != OWL.Thing
    if (node, OWL.intersectionOf, None) in graph:
        parts = members(graph, graph.value(node, OWL.intersectionOf))
        return all(is_superclass_expression(graph, part) for part in parts)
    for operator, allowed in (
        (OWL.complementOf, is_subclass_expression),
        (OWL.allValuesFrom, is_superclass_expression),
    ):
        part = graph.value(node, operator)
        if part is not None:
            return allowed(graph, part)
    for operator in (OWL.maxCardinality, OWL.maxQualifiedCardinality):
        if (node, operator, None) in graph:
            return str(graph.value(node, operator)) in {"0", "1"}
    return (node, OWL.hasValue, None) in graph


def is_equivalent_expression(graph: Graph, node: Node) -> bool:
    """Whether a class may stand on either side of owl:equivalentClass."""
    if isinstance(node, URIRef):
        return node != OWL.Thing
    if (node, OWL.intersectionOf, None) in graph:
        parts = members(graph, graph.value(node, OWL.intersectionOf))
        return all(is_equivalent_expression(graph, part) for part in parts)
    return (node, OWL.hasValue, None) in graph


def misplaced(
    graph: Graph,
    nodes: Iterable[Node],
    allowed: Callable[[Graph, Node], bool],
    place: str,
) -> Iterator[str]:
    """What stands in a place where the profile does not allow it."""
    for node in nodes:
        if not allowed(graph, node):
            yield f"{node} is not allowed {place}"


def is_class_range(graph: Graph, prop: Node) -> bool:
    """Whether the range of a property is a class and not a datatype."""
    return (prop, RDF.type, OWL.DatatypeProperty) not in graph


def class_places(graph: Graph) -> Iterator[str]:
    """Class expressions on the side of an axiom where the profile does not allow them."""
    sub, sup = is_subclass_expression, is_superclass_expression
    yield from misplaced(graph, graph.subjects(RDFS.subClassOf), sub, "as a subclass")
    yield from misplaced(graph, graph.objects(None, RDFS.subClassOf), sup, "as a superclass")
    for pair in graph.subject_objects(OWL.equivalentClass):
        yield from misplaced(graph, pair, is_equivalent_expression, "in an equivalence")
    for pair in graph.subject_objects(OWL.disjointWith):
        yield from misplaced(graph, pair, sub, "in a disjointness")
    for node in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        parts = members(graph, graph.value(node, OWL.members))
        yield from misplaced(graph, parts, sub, "in a disjointness")
    yield from misplaced(graph, graph.objects(None, RDFS.domain), sup, "as a domain")
    for prop, reach in graph.subject_objects(RDFS.range):
        if is_class_range(graph, prop):
            yield from misplaced(graph, [reach], sup, "as a range")


def datatypes(graph: Graph) -> Iterator[str]:
    """Ranges of data properties that are not datatypes of the profile."""
    for prop in graph.subjects(RDF.type, OWL.DatatypeProperty):
        for reach in graph.objects(prop, RDFS.range):
            if reach not in RL_DATATYPES | OWN_DATATYPES:
                yield f"{reach} is not a datatype of OWL 2 RL (range of {prop})"


def forbidden(graph: Graph) -> Iterator[str]:
    """Terms that may not occur anywhere: of the profile, and of this house."""
    used = set(chain.from_iterable(graph))
    for term in sorted(used & NEVER_IN_RL, key=str):
        yield f"{term} is outside OWL 2 RL"
    for term in sorted(used & NEVER_IN_THIS_HOUSE, key=str):
        yield f"{term} is against the rules of this house"


def list_cells(graph: Graph) -> set[Node]:
    """The nodes of the lists of property chains."""
    cells: set[Node] = set()
    for cell in graph.objects(None, OWL.propertyChainAxiom):
        node: Node | None = cell
        while node not in (None, RDF.nil):
            assert node is not None
            cells.add(node)
            node = graph.value(node, RDF.rest)
    return cells


def blank_nodes(graph: Graph) -> Iterator[str]:
    """Blank nodes other than the lists of property chains: anonymous classes, above all."""
    blank = {n for n in chain.from_iterable(graph) if isinstance(n, BNode)}
    for node in sorted(blank - list_cells(graph), key=str):
        yield f"{node} is a blank node that is not part of a property chain"


def declarations(graph: Graph) -> Iterator[str]:
    """Properties of two kinds, and classes or properties that axioms use without declaring."""
    kinds = {kind: set(graph.subjects(RDF.type, kind)) for kind in PROPERTY_KINDS}
    for prop in sorted(set[Node]().union(*kinds.values()), key=str):
        if sum(prop in found for found in kinds.values()) > 1:
            yield f"{prop} is declared as a property of two kinds"
    classes = set(graph.subjects(RDF.type, OWL.Class)) | {OWL.Thing, OWL.Nothing}
    named = chain(
        *graph.subject_objects(RDFS.subClassOf),
        *graph.subject_objects(OWL.disjointWith),
        graph.objects(None, RDFS.domain),
        (r for p, r in graph.subject_objects(RDFS.range) if is_class_range(graph, p)),
    )
    for node in sorted(set(named) - classes, key=str):
        if isinstance(node, URIRef):
            yield f"{node} is used as a class and not declared as one"
    properties = set[Node]().union(*kinds.values())
    axioms = (RDFS.subPropertyOf, OWL.inverseOf)
    used = chain(*(chain(*graph.subject_objects(axiom)) for axiom in axioms))
    for node in sorted(set(used), key=str):
        if node not in properties:
            yield f"{node} is used as a property and not declared as one"


def simple_properties(graph: Graph) -> Iterator[str]:
    """Properties with a chain below them must not be asymmetric, irreflexive and the like."""
    composite: set[Node] = set(graph.subjects(OWL.propertyChainAxiom))
    composite |= set(graph.subjects(RDF.type, OWL.TransitiveProperty))
    for prop in composite.copy():
        composite |= {p for p in graph.transitive_objects(prop, RDFS.subPropertyOf) if p}
    for prop in sorted(composite, key=str):
        for kind in NEEDS_SIMPLE:
            if (prop, RDF.type, kind) in graph:
                yield f"{prop} has a chain and is {kind}"


RULES = (class_places, datatypes, forbidden, blank_nodes, declarations, simple_properties)


def violations(graph: Graph) -> list[str]:
    """All that is outside the profile or against the rules of the house."""
    return [finding for rule in RULES for finding in rule(graph)]


@pytest.mark.parametrize("path", ONTOLOGIES, ids=lambda path: path.stem)
def test_ontology_is_in_the_profile(path: Path) -> None:
    """Each file, together with the core's declarations."""
    graph = Graph()
    for file in {ONTOLOGIES[0], path}:
        graph.parse(file, format="turtle")
    assert violations(graph) == []


def test_chains_are_lists_of_properties() -> None:
    """The blank nodes that are allowed are whole lists of at least two declared properties."""
    graph = Graph().parse(ONTOLOGIES[0], format="turtle")
    heads = list(graph.objects(None, OWL.propertyChainAxiom))
    assert heads
    for head in heads:
        steps = members(graph, head)
        assert len(steps) >= 2
        assert all((step, RDF.type, OWL.ObjectProperty) in graph for step in steps)


PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:A a owl:Class . :B a owl:Class . :C a owl:Class .
:p a owl:ObjectProperty . :q a owl:ObjectProperty . :d a owl:DatatypeProperty .
"""


def written(turtle: str) -> Graph:
    """A small ontology with some declarations and the axioms of a case."""
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def test_good_axioms_are_accepted() -> None:
    """The checker does not simply reject everything."""
    good = """
    :A rdfs:subClassOf :B ; owl:disjointWith :C .
    :p rdfs:domain :A ; rdfs:range :B ; owl:inverseOf :q .
    :q a owl:AsymmetricProperty , owl:IrreflexiveProperty .
    :r a owl:ObjectProperty ; owl:propertyChainAxiom ( :p :q ) .
    :d rdfs:range xsd:integer .
    """
    assert violations(written(good)) == []


BAD = {
    "existential as superclass": (
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
        "as a superclass",
    ),
    "union as superclass": (
        ":A rdfs:subClassOf [ a owl:Class ; owl:unionOf ( :B :C ) ] .",
        "as a superclass",
    ),
    "union inside an intersection": (
        ":A rdfs:subClassOf [ owl:intersectionOf ( :B [ owl:unionOf ( :B :C ) ] ) ] .",
        "as a superclass",
    ),
    "universal as subclass": (
        "[ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] rdfs:subClassOf :A .",
        "as a subclass",
    ),
    "complement as subclass": ("[ owl:complementOf :B ] rdfs:subClassOf :A .", "as a subclass"),
    "everything as subclass": ("owl:Thing rdfs:subClassOf :A .", "as a subclass"),
    "union as domain": (":p rdfs:domain [ owl:unionOf ( :A :B ) ] .", "as a domain"),
    "union as range": (":p rdfs:range [ owl:unionOf ( :A :B ) ] .", "as a range"),
    "enumeration as range": (":p rdfs:range [ owl:oneOf ( :a :b ) ] .", "as a range"),
    "union in an equivalence": (
        ":A owl:equivalentClass [ owl:unionOf ( :B :C ) ] .",
        "in an equivalence",
    ),
    "universal in a disjointness": (
        ":A owl:disjointWith [ owl:onProperty :p ; owl:allValuesFrom :B ] .",
        "in a disjointness",
    ),
    "two at most": (
        ':A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality "2" ] .',
        "as a superclass",
    ),
    "one at least": (
        ':A rdfs:subClassOf [ owl:onProperty :p ; owl:minCardinality "1" ] .',
        "minCardinality is outside OWL 2 RL",
    ),
    "disjoint union": (":A owl:disjointUnionOf ( :B :C ) .", "disjointUnionOf is outside"),
    "reflexive property": (":p a owl:ReflexiveProperty .", "ReflexiveProperty is outside"),
    "restricted datatype": (
        ":d rdfs:range [ owl:onDatatype xsd:integer ; owl:withRestrictions ( ) ] .",
        "onDatatype is outside OWL 2 RL",
    ),
    "datatype outside the profile": (":d rdfs:range xsd:gYearMonth .", "gYearMonth is not a"),
    "functional property": (":p a owl:FunctionalProperty .", "FunctionalProperty is against"),
    "functional data property": (":d a owl:FunctionalProperty .", "FunctionalProperty is against"),
    "inverse functional": (
        ":p a owl:InverseFunctionalProperty .",
        "InverseFunctionalProperty is against",
    ),
    "key": (":A owl:hasKey ( :d ) .", "hasKey is against"),
    "one at most": (
        ':A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality "1" ] .',
        "maxCardinality is against",
    ),
    "import": (":o a owl:Ontology ; owl:imports <https://example.com/> .", "imports is against"),
    "identity": (":a owl:sameAs :b .", "sameAs is against"),
    "anonymous subclass allowed by RL": (
        "[ owl:unionOf ( :A :B ) ] rdfs:subClassOf :C .",
        "is a blank node",
    ),
    "property of two kinds": (":p a owl:DatatypeProperty .", "two kinds"),
    "undeclared class": (":A rdfs:subClassOf :Unknown .", "Unknown is used as a class"),
    "undeclared range": (":p rdfs:range :Unknown .", "Unknown is used as a class"),
    "undeclared property": (":p rdfs:subPropertyOf :u .", "u is used as a property"),
    "asymmetric above a chain": (
        ":p owl:propertyChainAxiom ( :p :q ) ; rdfs:subPropertyOf :q . :q a owl:AsymmetricProperty .",
        "has a chain and is",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_axioms_are_rejected(case: str) -> None:
    """Each rule is broken by a case, and the finding says which rule."""
    turtle, expected = BAD[case]
    found = violations(written(turtle))
    assert any(expected in finding for finding in found), found

"""The RDF Data Cube is well-formed: the integrity constraints of the recommendation, section 11.

Each constraint is an ASK that is true where something is wrong, put together from its text
(https://www.w3.org/TR/vocab-data-cube/#wf-rules). IC-20 and IC-21 are of hierarchical code lists
and are made from qb:HierarchicalCodeList's own properties, of which ours has none.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
import rdflib

from ogpgraph.statistics.definitions import DEFINITIONS

PREFIXES = """PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""
BAD = "<urn:bad>"
"""Where a planted fault stands."""
SET = "<http://localhost:8000/stats/goals-by-country>"
STRUCTURE = "<http://localhost:8000/stats/goals-by-country#structure>"
COUNTRY = "<http://localhost:8000/stats#dimension/country>"
GOAL = "<http://localhost:8000/stats#dimension/goal>"
MEASURE = "<http://localhost:8000/stats/goals-by-country#measure/commitments>"
CRI = "<https://w3id.org/ogpgraph/id/country/CRI>"
OBSERVED = "<http://localhost:8000/stats/goals-by-country#observation/CRI/16>"
SLICE = f"{SET} qb:slice {BAD} . {BAD} a qb:Slice ; qb:sliceStructure <urn:key>"
MEASURED = f"""{SET} qb:structure {STRUCTURE} . {STRUCTURE} qb:component <urn:spec> .
    <urn:spec> qb:dimension qb:measureType . qb:measureType a qb:DimensionProperty ;
    rdfs:range qb:MeasureProperty"""

CONSTRAINTS = {
    "IC-1 an observation has one data set": (
        """{ ?obs a qb:Observation FILTER NOT EXISTS { ?obs qb:dataSet ?set } } UNION
        { ?obs a qb:Observation ; qb:dataSet ?one , ?two FILTER (?one != ?two) }""",
        f"{OBSERVED} qb:dataSet {BAD}",
    ),
    "IC-2 a data set has one structure": (
        """{ ?set a qb:DataSet FILTER NOT EXISTS { ?set qb:structure ?dsd } } UNION
        { ?set a qb:DataSet ; qb:structure ?one , ?two FILTER (?one != ?two) }""",
        f"{BAD} a qb:DataSet",
    ),
    "IC-3 a structure has a measure": (
        """?dsd a qb:DataStructureDefinition
        FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty ?m . ?m a qb:MeasureProperty }""",
        f"{BAD} a qb:DataStructureDefinition",
    ),
    "IC-4 a dimension has a range": (
        "?dim a qb:DimensionProperty FILTER NOT EXISTS { ?dim rdfs:range [] }",
        f"{BAD} a qb:DimensionProperty",
    ),
    "IC-5 a dimension of concepts has a code list": (
        """?dim a qb:DimensionProperty ; rdfs:range skos:Concept
        FILTER NOT EXISTS { ?dim qb:codeList [] }""",
        f"{BAD} a qb:DimensionProperty ; rdfs:range skos:Concept",
    ),
    "IC-6 only attributes may be left out": (
        """?dsd qb:component ?spec . ?spec qb:componentRequired false ; qb:componentProperty ?part
        FILTER NOT EXISTS { ?part a qb:AttributeProperty }""",
        f"{STRUCTURE} qb:component {BAD} . {BAD} qb:componentRequired false ; "
        f"qb:componentProperty {COUNTRY}",
    ),
    "IC-7 a slice key belongs to a structure": (
        "?key a qb:SliceKey FILTER NOT EXISTS { [a qb:DataStructureDefinition] qb:sliceKey ?key }",
        f"{BAD} a qb:SliceKey",
    ),
    "IC-8 a slice key has parts of its structure": (
        """?key a qb:SliceKey ; qb:componentProperty ?p . ?dsd qb:sliceKey ?key
        FILTER NOT EXISTS { ?dsd qb:component [qb:componentProperty ?p] }""",
        f"{STRUCTURE} qb:sliceKey {BAD} . {BAD} a qb:SliceKey ; qb:componentProperty {BAD}",
    ),
    "IC-9 a slice has one structure": (
        """{ ?slice a qb:Slice FILTER NOT EXISTS { ?slice qb:sliceStructure ?key } } UNION
        { ?slice a qb:Slice ; qb:sliceStructure ?one , ?two FILTER (?one != ?two) }""",
        f"{BAD} a qb:Slice",
    ),
    "IC-10 a slice has a value of each part of its key": (
        """?slice qb:sliceStructure [qb:componentProperty ?dim]
        FILTER NOT EXISTS { ?slice ?dim [] }""",
        f"{SLICE} . <urn:key> qb:componentProperty {COUNTRY}",
    ),
    "IC-11 an observation has every dimension": (
        """?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dim .
        ?dim a qb:DimensionProperty FILTER NOT EXISTS { ?obs ?dim [] }""",
        f"{BAD} a qb:Observation ; qb:dataSet {SET} ; {COUNTRY} {CRI}",
    ),
    "IC-13 an observation has every attribute that is needed": (
        """?obs qb:dataSet/qb:structure/qb:component ?part .
        ?part qb:componentRequired true ; qb:componentProperty ?attribute
        FILTER NOT EXISTS { ?obs ?attribute [] }""",
        f"{STRUCTURE} qb:component {BAD} . {BAD} qb:componentRequired true ; "
        "qb:componentProperty <urn:attribute>",
    ),
    "IC-14 an observation has every measure": (
        """?obs qb:dataSet/qb:structure ?dsd
        FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty qb:measureType }
        ?dsd qb:component/qb:componentProperty ?measure . ?measure a qb:MeasureProperty
        FILTER NOT EXISTS { ?obs ?measure [] }""",
        f"{BAD} a qb:Observation ; qb:dataSet {SET}",
    ),
    "IC-15 an observation has the measure that it names": (
        """?obs qb:dataSet/qb:structure ?dsd ; qb:measureType ?measure .
        ?dsd qb:component/qb:componentProperty qb:measureType
        FILTER NOT EXISTS { ?obs ?measure [] }""",
        f"{MEASURED} ; qb:order 9 . <urn:spec> qb:componentProperty qb:measureType . "
        f"{BAD} qb:dataSet {SET} ; qb:measureType {MEASURE}",
    ),
    "IC-16 an observation has only the measure that it names": (
        """?obs qb:dataSet/qb:structure ?dsd ; qb:measureType ?measure ; ?other [] .
        ?dsd qb:component/qb:componentProperty qb:measureType , ?other .
        ?other a qb:MeasureProperty FILTER (?other != ?measure)""",
        f"{MEASURED} . <urn:spec> qb:componentProperty qb:measureType . "
        f"{OBSERVED} qb:measureType <urn:measure>",
    ),
    "IC-17 there is an observation for each measure": (
        """{ SELECT ?set (COUNT(DISTINCT ?measure) AS ?measures) WHERE {
            ?set qb:structure ?dsd . ?dsd qb:component/qb:componentProperty ?measure ,
            qb:measureType . ?measure a qb:MeasureProperty } GROUP BY ?set }
        { SELECT ?obs ?set (COUNT(DISTINCT ?same) AS ?others) WHERE {
            ?obs qb:dataSet ?set ; qb:measureType ?of . ?same qb:dataSet ?set ; qb:measureType ?as
            FILTER NOT EXISTS { ?set qb:structure/qb:component/qb:componentProperty ?dim .
              ?dim a qb:DimensionProperty FILTER (?dim != qb:measureType)
              ?obs ?dim ?v . ?same ?dim ?w FILTER (?v != ?w) } } GROUP BY ?obs ?set }
        FILTER (?measures != ?others)""",
        f"{MEASURED} . <urn:spec> qb:componentProperty qb:measureType . "
        f"{STRUCTURE} qb:component [ qb:componentProperty <urn:measure> ] . "
        f"<urn:measure> a qb:MeasureProperty . {OBSERVED} qb:measureType {MEASURE}",
    ),
    "IC-18 what is in a slice is in its data set": (
        """?set qb:slice ?slice . ?slice qb:observation ?obs
        FILTER NOT EXISTS { ?obs qb:dataSet ?set }""",
        f"{SLICE} ; qb:observation <urn:elsewhere>",
    ),
    "IC-19 a value is in the code list": (
        """?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dim .
        ?dim a qb:DimensionProperty ; qb:codeList ?list . ?list a skos:ConceptScheme .
        ?obs ?dim ?value
        FILTER NOT EXISTS { ?value a skos:Concept ; skos:inScheme ?list }""",
        f"{BAD} a qb:Observation ; qb:dataSet {SET} ; {GOAL} <urn:goal>",
    ),
    "IC-20 and IC-21 a value is in the hierarchy": (
        """?dim a qb:DimensionProperty ; qb:codeList ?list .
        ?list a qb:HierarchicalCodeList ; qb:parentChildProperty ?p ; qb:hierarchyRoot ?root .
        ?obs a qb:Observation ; ?dim ?value FILTER (?value != ?root)
        FILTER NOT EXISTS { ?root ?p ?value }""",
        f"{GOAL} qb:codeList <urn:tree> . <urn:tree> a qb:HierarchicalCodeList ; "
        "qb:parentChildProperty skos:narrower ; qb:hierarchyRoot <urn:root>",
    ),
}


@pytest.fixture(scope="module")
def cubes(
    aligned_client: httpx.Client, read_rdf: Callable[[bytes, str], rdflib.Graph]
) -> rdflib.Graph:
    answer = aligned_client.get("/stats", headers={"Accept": "text/turtle"})
    return read_rdf(answer.content, "text/turtle")


@pytest.fixture(scope="module")
def one(
    aligned_client: httpx.Client, read_rdf: Callable[[bytes, str], rdflib.Graph]
) -> rdflib.Graph:
    return read_rdf(aligned_client.get("/stats/goals-by-country.ttl").content, "text/turtle")


def broken(graph: rdflib.Graph, constraint: str) -> bool:
    found = graph.query(f"{PREFIXES} ASK {{ {constraint} }}")
    assert found.askAnswer is not None
    return found.askAnswer


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_no_constraint_is_broken(cubes: rdflib.Graph, name: str) -> None:
    assert not broken(cubes, CONSTRAINTS[name][0])


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_a_planted_fault_breaks_the_constraint(one: rdflib.Graph, name: str) -> None:
    constraint, fault = CONSTRAINTS[name]
    graph = rdflib.Graph()
    for triple in one:
        graph.add(triple)
    assert not broken(graph, constraint)
    graph.update(f"{PREFIXES} INSERT DATA {{ {fault} }}")
    assert broken(graph, constraint)


QB = rdflib.Namespace("http://purl.org/linked-data/cube#")


def keys_of(graph: rdflib.Graph) -> list[tuple[object, ...]]:
    """Data set and values of all dimensions, of each observation."""
    found = []
    for observation, _, data_set in graph.triples((None, QB.dataSet, None)):
        structure = graph.value(data_set, QB.structure)
        parts = [graph.value(c, QB.dimension) for c in graph.objects(structure, QB.component)]
        values = [str(graph.value(observation, part)) for part in parts if part]
        found.append((str(data_set), *sorted(values)))
    return found


def test_ic_12_no_two_observations_have_the_same_dimensions(cubes: rdflib.Graph) -> None:
    keys = keys_of(cubes)
    assert len(keys) == len(set(keys)) > 800


def test_ic_12_is_broken_by_a_second_observation(one: rdflib.Graph) -> None:
    graph = rdflib.Graph()
    for triple in one:
        graph.add(triple)
    copied = rdflib.URIRef(OBSERVED[1:-1])
    for predicate, value in one.predicate_objects(copied):
        graph.add((rdflib.URIRef("urn:copy"), predicate, value))
    keys = keys_of(graph)
    assert len(keys) == len(set(keys)) + 1


def test_a_row_is_an_observation_with_its_values(
    aligned_client: httpx.Client, cubes: rdflib.Graph
) -> None:
    tables = aligned_client.get("/stats").json()["tables"]
    assert [table["id"] for table in tables] == [
        name for name, one in DEFINITIONS.items() if not one.apart
    ]
    for table in tables:
        data_set = rdflib.URIRef(table["url"])
        observed = set(cubes.subjects(QB.dataSet, data_set))
        assert len(observed) == len(table["rows"])
        for measure in table["measures"]:
            part = rdflib.URIRef(f"{table['url']}#measure/{measure['id']}")
            values = sorted(float(cubes.value(one, part)) for one in observed)
            assert values == sorted(row[measure["id"]]["value"] for row in table["rows"])
            assert {str(one) for one in cubes.objects(part, rdflib.RDFS.comment)} == set(
                measure["definition"].values()
            )


@pytest.mark.parametrize("suffix", ["nt", "rdf", "jsonld"])
def test_every_form_of_rdf_says_the_same(
    aligned_client: httpx.Client,
    read_rdf: Callable[[bytes, str], rdflib.Graph],
    one: rdflib.Graph,
    suffix: str,
) -> None:
    answer = aligned_client.get(f"/stats/goals-by-country.{suffix}")
    media_type = answer.headers["content-type"].partition(";")[0]
    assert set(read_rdf(answer.content, media_type)) == set(one)

"""The validator: what it hands to pyshacl, what it makes of the answer, and what cannot fool it."""

from __future__ import annotations

import json
from typing import Any

import pyshacl
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from ogpgraph import validation
from ogpgraph.errors import ValidationFailed
from ogpgraph.files import Document, Graph, parse
from ogpgraph.reference import Reference
from ogpgraph.report import Finding, Places, Report, Severity
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.validation import Validator

BASE = DEFAULT_BASE_IRI
PREFIXES = f"""
@prefix ogp: <{BASE}ns#> .
@prefix plan: <{BASE}id/plan/> .
@prefix commitment: <{BASE}id/commitment/> .
@prefix ogpsh: <{BASE}shapes#> .
@prefix ex: <https://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def turtle(text: str) -> Document:
    content = (PREFIXES + text).encode()
    return parse(content, "text/turtle", name="test.ttl", base=BASE)


SMALL_SHAPES = """
ogpsh:Thing a sh:NodeShape ;
    sh:targetClass ogp:Thing ;
    sh:message "Mire esta cosa."@es , "Look at this thing."@en ;
    sh:property ogpsh:Thing-name , ogpsh:Thing-quiet .
ogpsh:Thing-name sh:path ogp:name ;
    sh:message "Dele un nombre: «{?value}» no sirve."@es , "Name it: “{?value}” will not do."@en ;
    sh:datatype xsd:string ; sh:maxLength 5 .
ogpsh:Thing-quiet sh:path ogp:quiet ; sh:maxCount 0 ; sh:severity sh:Warning .
"""


def found(shapes: str, data: str, reference: str = "") -> Report:
    document = turtle(data)
    validator = Validator(turtle(shapes).graph)
    around = Reference([turtle(reference).graph]).around(document.graph)
    places = Places(document.graph, document.line_of)
    return Report.placed(validator.validate(document.graph, around), places, "test.ttl")


def checked(validator: Validator, data: str, reference: Graph) -> Report:
    graph = turtle(data).graph
    return Report(validator.validate(graph, Reference([reference]).around(graph)))


# --- what data may not do ------------------------------------------------------------------

INTRUSIONS = {
    "a shape of its own": """
        ex:Shape a sh:NodeShape ; sh:targetClass ogp:Commitment ; sh:property [
            sh:path ogp:number ; sh:maxCount 0 ] .""",
    "switching a shape off": "ogpsh:Commitment sh:deactivated true .",
    "switching a property shape off": "ogpsh:Commitment-number sh:deactivated true .",
    "an import": f"<{BASE}ns> a owl:Ontology ; owl:imports <https://example.invalid/x.ttl> .",
    "naming a shapes graph": "ex:data sh:shapesGraph <https://example.invalid/shapes.ttl> .",
    "a rule": """
        ogpsh:Commitment sh:rule [ a sh:TripleRule ;
            sh:subject sh:this ; sh:predicate ogp:number ; sh:object "1" ] .""",
    "a script": """
        ogpsh:Commitment sh:js [ a sh:JSConstraint ; sh:jsFunctionName "f" ;
            sh:jsLibrary [ sh:jsLibraryURL "https://example.invalid/x.js" ] ] .""",
    "another severity": "ogpsh:Commitment-number sh:severity sh:Info .",
}
BROKEN = "commitment:X-1 a ogp:Commitment ."


@pytest.fixture(scope="module")
def without(validator: Validator, reference: Graph) -> Report:
    return checked(validator, BROKEN, reference)


@pytest.mark.parametrize("intrusion", INTRUSIONS.values(), ids=list(INTRUSIONS))
def test_statements_about_shapes_in_the_data_have_no_effect(
    intrusion: str, validator: Validator, reference: Graph, without: Report
):
    report = checked(validator, BROKEN + intrusion, reference)
    assert len(without.violations) == 10
    assert report.to_dict() == without.to_dict()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The arguments of the call of pyshacl, which goes through."""
    seen: dict[str, Any] = {}
    real = pyshacl.validate

    def spy(*args: object, **kwargs: object) -> object:
        seen.update(kwargs, positional=args)
        return real(*args, **kwargs)

    monkeypatch.setattr(validation.pyshacl, "validate", spy)
    return seen


def test_pyshacl_is_called_with_everything_switched_off(call: dict[str, Any]):
    found(SMALL_SHAPES, 'ex:a a ogp:Thing ; ogp:name "a" .')
    shapes, (data,) = call.pop("shacl_graph"), call.pop("positional")
    assert isinstance(shapes, rdflib.Graph)
    assert len(shapes) > 0
    assert isinstance(data, rdflib.Graph)
    assert call == {
        "advanced": False,
        "js": False,
        "do_owl_imports": False,
        "inplace": False,
        "inference": "none",
        "meta_shacl": False,
    }


def test_a_shapes_graph_is_given_even_when_it_is_empty(call: dict[str, Any]):
    assert found("", "ex:a a sh:NodeShape ; sh:targetNode ex:b ; sh:class ex:C .").findings == ()
    assert isinstance(call["shacl_graph"], rdflib.Graph)


# --- failures ------------------------------------------------------------------------------


def test_a_chain_of_two_thousand_subclasses_is_a_failure_and_not_conformance():
    chain = " ".join(f"ex:c{n} rdfs:subClassOf ex:c{n + 1} ." for n in range(2000))
    shapes = "ogpsh:S a sh:NodeShape ; sh:targetClass ex:c2000 ; sh:nodeKind sh:Literal ."
    with pytest.raises(ValidationFailed, match="RecursionError"):
        found(shapes, chain + " ex:x a ex:c0 .")


def test_shapes_that_pyshacl_refuses_are_a_failure():
    shapes = "ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ; sh:minLength 1 , 2 ."
    with pytest.raises(ValidationFailed, match="ConstraintLoadError"):
        found(shapes, "ex:a a ogp:Thing .")


def test_a_failure_that_pyshacl_returns_instead_of_a_report_is_a_failure():
    shapes = """ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ;
        sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <https://example.invalid/> { } }" ] ."""
    with pytest.raises(ValidationFailed, match="SERVICE"):
        found(shapes, "ex:a a ogp:Thing .")


def test_a_list_that_bites_its_tail_is_a_failure():
    shapes = """ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ; sh:in ex:list .
        ex:list rdf:first ex:a ; rdf:rest ex:list ."""
    with pytest.raises(ValidationFailed):
        found(shapes, "ex:a a ogp:Thing .")


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), ValueError("a\nb"), KeyError("x"), TypeError()]
)
def test_any_exception_of_pyshacl_is_a_failure_with_one_line(
    error: Exception, monkeypatch: pytest.MonkeyPatch
):
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(validation.pyshacl, "validate", fail)
    with pytest.raises(ValidationFailed) as caught:
        found(SMALL_SHAPES, "ex:a a ogp:Thing .")
    assert type(error).__name__ in caught.value.message
    assert "\n" not in caught.value.message


# --- findings ------------------------------------------------------------------------------


def test_a_finding_says_all_that_shacl_says_and_where():
    report = found(SMALL_SHAPES, '\n\nex:a a ogp:Thing ;\n  ogp:name "short" ,\n    "too long" .')
    first = len(PREFIXES.splitlines()) + 1
    assert report.findings == (
        Finding(
            severity=Severity.VIOLATION,
            focus="https://example.org/a",
            path=f"{BASE}ns#name",
            value='"too long"',
            shape=f"{BASE}shapes#Thing-name",
            component=str(SH.MaxLengthConstraintComponent),
            messages={
                "es": "Dele un nombre: «too long» no sirve.",
                "en": "Name it: “too long” will not do.",
            },
            file="test.ttl",
            line=first + 4,
        ),
    )


def test_a_property_shape_without_messages_has_those_of_its_node_shape():
    (finding,) = found(SMALL_SHAPES, "ex:a a ogp:Thing ; ogp:quiet 1 .").findings
    assert finding.severity is Severity.WARNING
    assert finding.messages == {"es": "Mire esta cosa.", "en": "Look at this thing."}


@pytest.mark.parametrize(
    "value",
    [
        '"a b c d"@es',
        '"0000123"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        '"not a number"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"line\\nbreak \\"q\\" \\\\"',
        "<https://example.org/thing>",
    ],
)
def test_values_keep_their_form(value: str):
    shapes = """ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ;
        sh:property [ sh:path ogp:x ; sh:in ( "no" ) ] ."""
    line = f"<https://example.org/a> <{BASE}ns#x> {value} ."
    graph = turtle("ex:a a ogp:Thing .").graph | Graph.of([line])
    (found,) = Validator(turtle(shapes).graph).validate(graph, Graph())
    finding = Places(graph, {line: 7}).place(found, None)
    assert (finding.value, finding.line) == (value, 7)


def test_plain_literals_are_strings():
    shapes = "ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ; sh:property [ sh:path ogp:x ; sh:datatype xsd:string ] ."
    assert found(shapes, 'ex:a a ogp:Thing ; ogp:x "plain" , "typed"^^xsd:string .').conforms


PATHS = {
    "[ sh:inversePath ogp:p ]": f"^<{BASE}ns#p>",
    "( ogp:p ogp:q )": f"<{BASE}ns#p>/<{BASE}ns#q>",
    "[ sh:alternativePath ( ogp:p [ sh:inversePath ogp:q ] ) ]": f"<{BASE}ns#p>|^<{BASE}ns#q>",
}


@pytest.mark.parametrize(("written", "text"), PATHS.items(), ids=list(PATHS))
def test_paths_other_than_a_property_are_in_the_syntax_of_sparql(written: str, text: str):
    shapes = f"""ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ; sh:property ogpsh:P .
        ogpsh:P a sh:PropertyShape ; sh:path {written} ; sh:minCount 1 ."""
    (finding,) = found(shapes, "ex:a a ogp:Thing .").findings
    assert finding.path == text
    graph = rdflib.Graph().parse(data=Report((finding,)).to_turtle())
    query = f"ASK {{ ?r <{SH.resultPath}> ?p . FILTER isBlank(?p) }}"
    assert graph.query(query).askAnswer


def test_only_the_graph_s_own_subjects_are_reported():
    shapes = "ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ; sh:property [ sh:path ogp:x ; sh:minCount 1 ] ."
    report = found(shapes, "ex:a a ogp:Thing ; ex:knows ex:b .", "ex:b a ogp:Thing .")
    assert [finding.focus for finding in report.findings] == ["https://example.org/a"]


def test_a_description_may_be_supplemented_from_another_graph():
    """A graph that adds to a plan need not repeat what the plan's own graph says."""
    shapes = """ogpsh:S a sh:NodeShape ; sh:targetClass ogp:Thing ;
        sh:property [ sh:path ogp:title ; sh:minCount 1 ] , [ sh:path ogp:n ; sh:datatype xsd:integer ] ,
        [ sh:path [ sh:inversePath ogp:has ] ; sh:minCount 1 ] ."""
    base = 'ex:p ogp:has ex:a . ex:a a ogp:Thing ; ogp:title "T" ; ogp:n "already wrong" .'
    assert found(shapes, "ex:a ogp:n 3 .", base).findings == ()
    (finding,) = found(shapes, 'ex:a ogp:n "three" .', base).findings
    assert (finding.value, finding.line) == ('"three"', len(PREFIXES.splitlines()) + 1)


def test_the_slice_of_the_reference_has_what_is_named_and_no_more():
    graph = turtle("ex:a a ogp:Thing ; ogp:in ex:b .").graph
    reference = turtle("""
        ex:b a ogp:Body ; skos:prefLabel "B"@en ; ogp:branch ex:c .
        ex:c a ogp:Branch .
        ogp:Body rdfs:subClassOf ogp:Org . ogp:Org rdfs:subClassOf ogp:Agent .
        ogp:in a owl:ObjectProperty .
        ex:unrelated a ogp:Body .""").graph
    lines = "\n".join(Reference([reference]).around(graph).lines)
    for kept in ("ns#branch>", "ns#Org> .", "ns#Agent> .", "ObjectProperty> ."):
        assert kept in lines
    for left in ("prefLabel", "unrelated", "ns#Branch>"):
        assert left not in lines


def test_unrelated_reference_data_adds_nothing_to_what_is_looked_through(
    ok_plan: Document, reference: Graph
):
    more = (f"<{BASE}id/x/{n}> <{RDF.type}> <{BASE}ns#Commitment> ." for n in range(100_000))
    large = Reference([reference, Graph.of(more)])
    assert large.around(ok_plan.graph) == Reference([reference]).around(ok_plan.graph)


# --- the report ----------------------------------------------------------------------------


def finding(**changes: object) -> Finding:
    base: dict[str, Any] = {
        "severity": Severity.VIOLATION,
        "focus": "https://example.org/a",
        "path": "https://example.org/p",
        "value": '"x"',
        "shape": "https://example.org/S",
        "component": str(SH.MinCountConstraintComponent),
        "messages": {"es": "Haga esto.", "en": "Do this."},
        "file": "a.ttl",
        "line": 3,
    }
    return Finding(**(base | changes))


IN_ORDER = (
    finding(file=None, line=None),
    finding(file="a.ttl", line=2, severity=Severity.WARNING),
    finding(line=3),
    finding(line=3, focus="https://example.org/b"),
    finding(line=3, focus="https://example.org/b", path="https://example.org/q"),
    finding(line=3, severity=Severity.WARNING),
    finding(line=3, severity=Severity.INFO),
    finding(line=10),
    finding(file="b.ttl", line=1),
)


def test_a_report_is_in_order_whatever_order_it_is_given():
    assert Report(tuple(reversed(IN_ORDER))).findings == IN_ORDER
    merged = Report.merged([Report(IN_ORDER[5:]), Report(IN_ORDER[:5])])
    assert merged.findings == IN_ORDER


def test_only_violations_keep_a_report_from_conforming():
    assert Report().conforms
    assert Report((finding(severity=Severity.WARNING), finding(severity=Severity.INFO))).conforms
    assert not Report((finding(),)).conforms


def test_counts_have_zeros():
    assert Report((finding(), finding(line=4))).counts == {
        Severity.VIOLATION: 2,
        Severity.WARNING: 0,
        Severity.INFO: 0,
    }


def test_the_report_as_json():
    told = Report((finding(value=None),)).to_dict()
    assert json.loads(json.dumps(told)) == {
        "conforms": False,
        "counts": {"violation": 1, "warning": 0, "info": 0},
        "findings": [
            {
                "severity": "violation",
                "focus": "https://example.org/a",
                "path": "https://example.org/p",
                "shape": "https://example.org/S",
                "component": str(SH.MinCountConstraintComponent),
                "messages": {"es": "Haga esto.", "en": "Do this."},
                "file": "a.ttl",
                "line": 3,
            }
        ],
    }


def test_the_report_as_rdf_reads_back():
    tricky = finding(
        severity=Severity.WARNING,
        value='"a \\"b\\" \\\\ \\n"@es',
        messages={"es": "Diga «sí».\n", "en": 'Say "yes" \\ .'},
        file='C:\\data\\"x".ttl',
    )
    graph = rdflib.Graph().parse(data=Report((*IN_ORDER, tricky)).to_turtle())
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    results = list(graph.objects(report, SH.result))
    assert graph.value(report, SH.conforms) == rdflib.Literal(False)
    assert len(results) == len(IN_ORDER) + 1
    (node,) = (
        r for r in results if graph.value(r, SH.value) == rdflib.Literal('a "b" \\ \n', lang="es")
    )
    messages = {text.language: str(text) for text in graph.objects(node, SH.resultMessage)}
    assert messages == dict(tricky.messages)
    assert graph.value(node, SH.resultSeverity) == SH.Warning
    place = rdflib.URIRef("http://purl.org/dc/terms/source")
    assert str(graph.value(node, place)) == 'C:\\data\\"x".ttl:3'


def test_an_empty_report_as_rdf():
    graph = rdflib.Graph().parse(data=Report().to_turtle())
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms) == rdflib.Literal(True)
    assert list(graph.objects(report, SH.result)) == []


def test_a_report_of_the_shapes_reads_back(validator: Validator, reference: Graph):
    report = checked(validator, BROKEN, reference)
    graph = rdflib.Graph().parse(data=report.to_turtle())
    assert len(list(graph.subjects(RDF.type, SH.ValidationResult))) == len(report.findings)


def test_the_digest_is_that_of_the_shapes(shapes: Graph):
    assert Validator(shapes).digest == shapes.digest
    assert Validator(Graph()).digest != shapes.digest

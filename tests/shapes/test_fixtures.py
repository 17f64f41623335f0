"""Every shape has a file that it passes and a file that it finds fault with, exactly as expected.

A `bad-*.ttl` begins with the findings it must give, all of them and no others:

    # expect: shape=<local name> path=<property path or -> severity=<Severity> line=<number>

`# beside: <file>` names another fixture that is taken as published.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF, SH

from ogpgraph.files import Document, Graph, read
from ogpgraph.reference import Reference
from ogpgraph.report import Finding, Places, Report
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.validation import Validator
from ogpgraph.vocab import EXTERNAL_PREFIXES

FIXTURES = Path(__file__).parent / "fixtures"
OK = sorted(FIXTURES.glob("ok-*.ttl"))
BAD = sorted(FIXTURES.glob("bad-*.ttl"))
SHAPES = f"{DEFAULT_BASE_IRI}shapes#"
PREFIXES = {**EXTERNAL_PREFIXES, "ogp": f"{DEFAULT_BASE_IRI}ns#"}
EXPECT = re.compile(r"# expect: (shape=\S+ path=\S+ severity=(?:Violation|Warning) line=\d+)")
CONSTRAINTS = (SH["or"], SH["not"], SH["xone"], SH["and"], SH.sparql, SH.node)


def load(path: Path) -> Document:
    return read(path, base=DEFAULT_BASE_IRI)


def beside(path: Path, reference: Graph) -> Graph:
    """The reference data of a fixture."""
    named = re.findall(r"^# beside: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    for name in named:
        reference = reference | load(FIXTURES / name).graph
    return reference


def expected(path: Path) -> Counter[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return Counter(match[1] for line in lines if (match := EXPECT.fullmatch(line)))


def shortened(path: str | None) -> str:
    """A path as the expectations write it: prefixes instead of `<…>`."""
    if path is None:
        return "-"
    text = path if "<" in path else f"<{path}>"
    for prefix, iri in PREFIXES.items():
        text = re.sub(rf"<{re.escape(iri)}([^>]*)>", rf"{prefix}:\1", text)
    return text


def checked(validator: Validator, path: Path, reference: Graph) -> Report:
    document = load(path)
    around = Reference([beside(path, reference)]).around(document.graph)
    places = Places(document.graph, document.line_of)
    return Report.placed(validator.validate(document.graph, around), places)


def told(finding: Finding) -> str:
    shape = finding.shape.removeprefix(SHAPES)
    severity = finding.severity.capitalize()
    path = shortened(finding.path)
    return f"shape={shape} path={path} severity={severity} line={finding.line}"


def reportable(shapes: Graph) -> set[str]:
    """The local names of the shapes that can be the source of a finding: those with a target

    that have a constraint of their own, and the property shapes of those with a target.
    """
    graph = rdflib.Graph().parse(data=shapes.to_bytes(), format="nt")
    targets = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
    targeted = {shape for target in targets for shape in graph.subjects(target)}
    found = {part for shape in targeted for part in graph.objects(shape, SH.property)}
    found |= {s for s in targeted if any((s, c, None) in graph for c in CONSTRAINTS)}
    return {str(shape).removeprefix(SHAPES) for shape in found}


def test_all_fixtures_are_collected():
    assert (len(OK), len(BAD)) == (33, 116)
    assert {path.name for path in FIXTURES.iterdir()} == {
        "reference.ttl",
        *(path.name for path in (*OK, *BAD)),
    }


@pytest.mark.parametrize("path", OK, ids=lambda path: path.stem)
def test_nothing_is_found_in_an_ok_fixture(path: Path, validator: Validator, reference: Graph):
    report = checked(validator, path, reference)
    assert [told(finding) for finding in report.findings] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_exactly_what_is_expected_is_found_in_a_bad_fixture(
    path: Path, validator: Validator, reference: Graph
):
    report = checked(validator, path, reference)
    wanted = expected(path)
    assert wanted
    assert Counter(told(finding) for finding in report.findings) == wanted
    assert all(set(finding.messages) == {"es", "en"} for finding in report.findings)


def test_the_lines_are_those_of_the_statements():
    """The expectations were not merely copied from the report: read the lines themselves."""
    text = (FIXTURES / "bad-commitment-misspelt.ttl").read_text(encoding="utf-8").splitlines()
    wanted = " ".join(expected(FIXTURES / "bad-commitment-misspelt.ttl"))
    property_line, class_line = (int(number) for number in re.findall(r"line=(\d+)", wanted))
    assert "ogp:sumary" in text[property_line - 1]
    assert "ogp:Mileston " in text[class_line - 1]


def test_every_shape_that_can_find_fault_does_so_in_a_bad_fixture(shapes: Graph):
    names = reportable(shapes)
    shown = {line.split()[0].removeprefix("shape=") for path in BAD for line in expected(path)}
    assert len(names) == 309
    assert names - shown == set()
    assert shown - names == set()


def test_every_targeted_class_and_property_occurs_in_an_ok_fixture(shapes: Graph):
    graph = rdflib.Graph().parse(data=shapes.to_bytes(), format="nt")
    data = [rdflib.Graph().parse(data=load(path).graph.to_bytes(), format="nt") for path in OK]
    used = {node for part in data for node in (*part.predicates(), *part.objects(None, RDF.type))}
    by_rule = {node for node in graph.objects(None, SH.targetClass) if not abstract(node)}
    paths = {path for path in graph.objects(None, SH.path) if isinstance(path, rdflib.URIRef)}
    unused = {
        str(node) for node in (by_rule | paths) - used if str(node).startswith(PREFIXES["ogp"])
    }
    assert {iri.removeprefix(PREFIXES["ogp"]) for iri in unused} == CODES


CODES = {
    *("Country", "BranchOfState", "PolicyArea", "OGPValue", "AlignmentMethod", "ReviewState"),
    *("CompletionLevel", "InvolvementRole", "RatingIndicator", "RatingValue", "ClaimField"),
    *("ClaimValue", "ReportType", "FigureMeasure", "Qualifier", "TranslationMethod", "Focus"),
}
"""Classes of code lists, all under one shape, of which ok-code-list.ttl shows ogp:Basis."""


def abstract(node: rdflib.term.Node) -> bool:
    """A class that things are members of only through its subclasses."""
    return str(node) == f"{PREFIXES['ogp']}PublishedGraph"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_without_shapes_nothing_is_found(path: Path, reference: Graph):
    """Negative control: the findings come from the shapes."""
    assert checked(Validator(Graph()), path, reference).findings == ()

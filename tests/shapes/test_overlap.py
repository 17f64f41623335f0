"""A mistake is told once: by a shape, or by a check where it takes several graphs to see it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ogpgraph.drafts import graph_of
from ogpgraph.files import Document, parse, read
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Library
from ogpgraph.loading import Documents
from ogpgraph.memo import Memo
from ogpgraph.publish import Publisher
from ogpgraph.report import Finding, Report
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.store.embedded import EmbeddedStore

FIXTURES = Path(__file__).parent / "fixtures"
FILES = sorted(path for path in FIXTURES.glob("*.ttl") if path.stem != "reference")
CHECKS = f"{DEFAULT_BASE_IRI}checks#"
TOLD_BY_CHECKS = {
    "bad-source-claim-blank": {"declared-branch-missing"},
    "bad-commitment-two-plans": {"graph-of-another-plan"},
}
"""Of a claim “yes” with a blank text: also, that nothing listed bears the claim out.

Of a commitment of two plans: also, that the second plan is not the one of its graph.
"""

OTHER_PLAN = """
@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix commitment: <https://w3id.org/ogpgraph/id/commitment/> .
@prefix plan: <https://w3id.org/ogpgraph/id/plan/> .
@prefix source: <https://w3id.org/ogpgraph/id/source/> .
<https://w3id.org/ogpgraph/graph/plan/TST-2> a ogp:SourceGraph ; prov:hadPrimarySource source:TST-1 .
"""


def load(path: Path) -> Document:
    return read(path, base=DEFAULT_BASE_IRI)


def beside(path: Path) -> list[Document]:
    """The fixtures that this one is checked with."""
    named = re.findall(r"^# beside: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [load(FIXTURES / name) for name in named]


@pytest.fixture(scope="module")
def publisher(library: Library, judge: Documents) -> Publisher:
    """What checks files, with the ontology and the reference of the fixtures as published."""
    ledger = Ledger(Path(":memory:"))
    published = [*library.reference_documents, load(FIXTURES / "reference.ttl")]
    graphs = {graph_of(known, library.names): known.graph for known in published}
    ledger.append(graphs, Activity("tester", "test", "test", ""))
    mirror = library.mirror(EmbeddedStore(), ledger, judge)
    return library.publisher(mirror, ledger, judge, Memo())


@pytest.fixture(scope="module")
def reports(publisher: Publisher) -> dict[str, Report]:
    return {path.stem: publisher.check([*beside(path), load(path)]) for path in FILES}


def is_check(finding: Finding) -> bool:
    return finding.shape.startswith(CHECKS)


def checks_told(report: Report) -> set[str]:
    return {f.shape.removeprefix(CHECKS) for f in report.findings if is_check(f)}


def test_no_shape_and_check_tell_the_same(reports: dict[str, Report]):
    assert sum(name.startswith("bad-") for name in reports) > 100
    twice = {}
    for name, report in reports.items():
        told = {(f.focus, f.path, f.value) for f in report.findings if is_check(f)}
        both = [f for f in report.findings if not is_check(f)]
        if again := [f.shape for f in both if (f.focus, f.path, f.value) in told]:
            twice[name] = again
    assert twice == {}


def test_checks_are_silent_on_what_shapes_tell(reports: dict[str, Report]):
    """The same mistake may be told of another node or property: nothing else may be told at all."""
    told = {name: checks_told(report) for name, report in reports.items()}
    assert {name: checks for name, checks in told.items() if checks} == TOLD_BY_CHECKS


def test_an_ok_file_draws_no_finding_of_any_kind(reports: dict[str, Report]):
    found = {name: r.findings for name, r in reports.items() if name.startswith("ok-")}
    assert len(found) > 20
    assert {name: findings for name, findings in found.items() if findings} == {}


ACROSS = {
    "commitment-in-two-plans": "plan:TST-2 ogp:hasCommitment commitment:TST-1-1 .",
    "shared-part": """commitment:TST-2-1 ogp:hasMilestone
        <https://w3id.org/ogpgraph/id/milestone/TST-1-1-1> .""",
    "lines-outside-document": """<https://w3id.org/ogpgraph/id/evidence/TST-2-1/text> a ogp:Evidence ;
        oa:hasSource source:TST-1 ; ogp:quote "Uno"@es ;
        ogp:firstLine 41 ; ogp:lastLine 41 ; ogp:startOffset 1 ; ogp:endOffset 4 .""",
}
"""Check -> what a second graph says that only both graphs together show to be wrong."""


@pytest.mark.parametrize("check", ACROSS)
def test_checks_see_what_takes_two_graphs(check: str, publisher: Publisher):
    first = load(FIXTURES / "ok-milestone.ttl")
    content = (OTHER_PLAN + ACROSS[check]).encode()
    second = parse(content, "text/turtle", name="second.ttl", base=DEFAULT_BASE_IRI)
    alone = publisher.check([first]), publisher.check([second])
    assert [checks_told(report) for report in alone] == [set(), set()]
    together = publisher.check([first, second])
    assert checks_told(together) == {check}
    shapes = [Counter(f.shape for f in r.findings if not is_check(f)) for r in (*alone, together)]
    assert shapes[0] + shapes[1] == shapes[2]

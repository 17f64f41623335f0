"""What is shipped breaks no shape and draws no warning: the ontology, the code lists, the plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.drafts import drafts_of, graph_of
from ogpgraph.files import Document, Graph, read
from ogpgraph.holdings import Holdings
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Library
from ogpgraph.loading import Documents, validate
from ogpgraph.memo import Memo
from ogpgraph.reference import Reference
from ogpgraph.report import Report
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.shipped import Shipped
from ogpgraph.validation import Validator

SHIPPED = Shipped.find()
PATHS = (*SHIPPED.ontology, *SHIPPED.data)
TERM = f"{DEFAULT_BASE_IRI}ns#"


@pytest.fixture(scope="module")
def documents() -> dict[Path, Document]:
    return {path: read(path, base=DEFAULT_BASE_IRI) for path in PATHS}


@pytest.fixture(scope="module")
def shared(documents: Mapping[Path, Document]) -> Reference:
    """The reference graphs: the ontology, the code lists, institutions and agents."""
    marked = f" <{TERM}ReferenceGraph> ."
    graphs = [document.graph for document in documents.values()]
    return Reference(g for g in graphs if any(line.endswith(marked) for line in g.lines))


def supplemented(document: Document, documents: Mapping[Path, Document]) -> Graph:
    """The graphs that this one says it supplements."""
    named = {line.split(" ")[2] for line in document.graph.lines if f"<{TERM}supplements>" in line}
    found = Graph()
    for other in documents.values():
        if any(
            line.split(" ")[0] in named and "SourceGraph>" in line for line in other.graph.lines
        ):
            found = found | other.graph
    return found


def test_there_is_something_to_check():
    folders = {path.parent.name for path in SHIPPED.data}
    assert folders >= {"CRI", "ECU", "GTM", "HND", "MEX", "shared"}
    assert len(SHIPPED.ontology) >= 20


def told(report: Report) -> list[str]:
    return [
        f"{f.file}:{f.line}: {f.focus} {f.value or ''} {f.messages['en']}" for f in report.findings
    ]


@pytest.mark.parametrize("path", SHIPPED.ontology, ids=lambda path: path.stem)
def test_a_file_of_the_ontology_draws_no_finding(
    path: Path, documents: Mapping[Path, Document], shared: Reference, validator: Validator
):
    document = documents[path]
    around = shared.around(document.graph)
    assert validator.validate(document.graph, around) == ()


@pytest.fixture(scope="module")
def ledger(library: Library) -> Iterator[Ledger]:
    """One that has all that is shipped, as `ogpgraph validate` makes it."""
    shipped = [*library.reference_documents, *library.sample_documents()]
    known = {graph_of(document, library.names): document.graph for document in shipped}
    with closing(Ledger(Path(":memory:"))) as opened:
        opened.append(known, Activity("tester", "", "", ""))
        yield opened


@pytest.mark.parametrize("path", SHIPPED.data, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_of_data_alone_draws_no_finding(
    path: Path,
    documents: Mapping[Path, Document],
    library: Library,
    judge: Documents,
    ledger: Ledger,
):
    """Shapes and checks, for this file by itself, beside what else is shipped."""
    holdings = Holdings(ledger, library.names)
    with closing(Memo()) as memo:
        examiner = library.examiner(judge, holdings, memo)
        assert told(examiner.examine(drafts_of([documents[path]], library.names))) == []


def test_the_command_finds_the_same(library: Library):
    """`ogpgraph validate` of the largest file, in workers."""
    path = max(SHIPPED.data, key=lambda path: path.stat().st_size)
    assert told(validate(library, [path])) == []


def test_a_supplement_is_checked_with_what_it_supplements(
    documents: Mapping[Path, Document], shared: Reference, validator: Validator
):
    """Negative control: without the plan, the supplement's sources have nothing to refer to."""
    path = next(path for path in PATHS if path.stem == "CRI-4-ogp")
    broken = documents[path].graph | Graph.of(
        [f'<{DEFAULT_BASE_IRI}id/plan/CRI-4> <{TERM}planNumber> "four" .']
    )
    around = shared.around(broken, supplemented(documents[path], documents))
    report = Report(validator.validate(broken, around))
    assert {finding.value for finding in report.violations} == {None, '"four"'}

"""What was validated is not validated again; the rest is validated at once, and told one by one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.checks import Checks
from ogpgraph.drafts import drafts_of
from ogpgraph.errors import ValidationFailed
from ogpgraph.examination import Examiner
from ogpgraph.files import Document, Graph, read
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.memo import Memo, key_of
from ogpgraph.report import Finding, Severity

NAMES = Names()
FINDING = Finding(
    Severity.WARNING,
    "http://e/x",
    "http://e/p",
    '"a"@en',
    "http://e/s",
    "http://e/c",
    {"en": "No."},
)
GraphFile = Callable[..., Path]


class Counting:
    """Shapes that count what they are asked, and find what they are told to."""

    digest = "0" * 64

    def __init__(self, size: int = 2) -> None:
        self.size = size
        self.asked: list[Graph] = []
        self.found: tuple[Finding, ...] = ()
        self.together = threading.Barrier(size)
        self.broken: Graph | None = None

    def validate(self, graph: Graph, around: Graph) -> tuple[Finding, ...]:
        self.asked.append(graph)
        if graph == self.broken:
            raise ValidationFailed("The validator could not finish.")
        self.together.wait(20)  # broken, and so raises, unless `size` graphs are here at once
        return self.found


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(Ledger(Path(":memory:"))) as opened:
        yield opened


@pytest.fixture
def memo(tmp_path: Path) -> Iterator[Memo]:
    with closing(Memo(tmp_path / "memo.sqlite")) as opened:
        yield opened


def examiner(shapes: Counting, ledger: Ledger, memo: Memo) -> Examiner:
    checks = Checks((), "http://e/checks#")
    return Examiner(shapes=shapes, checks=checks, holdings=Holdings(ledger, NAMES), memo=memo)


@pytest.fixture
def documents(graph_file: GraphFile) -> list[Document]:
    """Four small graphs."""
    paths = [graph_file(f"{at}.ttl", graph=f"shared/{at}") for at in range(4)]
    return [read(path, base=NAMES.base) for path in paths]


def test_as_many_graphs_are_validated_at_once_as_there_are_workers(
    ledger: Ledger, memo: Memo, documents: list[Document]
) -> None:
    shapes, told = Counting(size=2), list[str]()
    report = examiner(shapes, ledger, memo).examine(drafts_of(documents, NAMES), told.append)
    assert report.findings == ()
    assert len(shapes.asked) == 4
    assert sorted(told) == sorted(document.name for document in documents)


def test_what_was_found_is_known_the_next_time(
    ledger: Ledger, memo: Memo, documents: list[Document]
) -> None:
    shapes, told = Counting(), list[str]()
    shapes.found = (FINDING,)
    first = examiner(shapes, ledger, memo).examine(drafts_of(documents, NAMES))
    second = examiner(shapes, ledger, memo).examine(drafts_of(documents, NAMES), told.append)
    assert first.findings == second.findings
    assert len(first.findings) == len(shapes.asked) == len(told) == 4
    assert {finding.file for finding in second.findings} == {d.name for d in documents}


@pytest.mark.parametrize("what", ["graph", "shapes", "reference"])
def test_a_change_of_anything_it_depends_on_is_validated_anew(
    ledger: Ledger, memo: Memo, graph_file: GraphFile, what: str
) -> None:
    shapes = Counting(size=1)
    document = read(graph_file("a.ttl"), base=NAMES.base)
    examiner(shapes, ledger, memo).examine(drafts_of([document], NAMES))
    if what == "graph":
        document = read(graph_file("a.ttl", title="Another"), base=NAMES.base)
    elif what == "shapes":
        shapes.digest = "1" * 64
    else:
        line = f"<{NAMES.thing('agent', 'ogpgraphCuration')}> <http://e/p> <http://e/o> ."
        text = graph_file("r.ttl", graph="shared/r", more=f"\n{line}\n")
        graph = read(text, base=NAMES.base).graph
        ledger.append({NAMES.graph("shared/r"): graph}, Activity("t", "t", "t", "t"))
    examiner(shapes, ledger, memo).examine(drafts_of([document], NAMES))
    assert len(shapes.asked) == 2


def test_a_validator_that_fails_fails_the_whole_and_is_asked_again(
    ledger: Ledger, memo: Memo, documents: list[Document]
) -> None:
    shapes = Counting(size=1)
    shapes.broken = documents[2].graph
    drafts = drafts_of(documents, NAMES)
    with pytest.raises(ValidationFailed):
        examiner(shapes, ledger, memo).examine(drafts)
    shapes.asked.clear()
    shapes.broken = None
    examiner(shapes, ledger, memo).examine(drafts)
    assert documents[2].graph in shapes.asked
    assert documents[0].graph not in shapes.asked  # that one had been found good


# --- the memory -------------------------------------------------------------------------------


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    whole = Finding(
        Severity.VIOLATION, "http://e/x", None, None, "s", "c", {"es": "No.", "en": "No."}
    )
    with closing(Memo(tmp_path / "memo.sqlite")) as memo:
        memo.put({"a": [FINDING, whole], "b": []})
        assert memo.get("a") == (FINDING, whole)
        assert memo.get("b") == ()
        assert memo.get("c") is None
    with closing(Memo(tmp_path / "memo.sqlite")) as memo:
        assert memo.get("a") == (FINDING, whole)


def test_digests_do_not_run_into_one_another() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough for a header" * 20, b""]
)
def test_a_memory_that_cannot_be_read_is_only_forgotten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "memo.sqlite"
    path.write_bytes(content)
    with closing(Memo(path)) as memo:
        assert memo.get("a") is None
        memo.put({"a": [FINDING]})
        assert memo.get("a") == (FINDING,)
    with closing(Memo(path)) as memo:  # the next one begins anew, or goes on
        memo.put({"b": []})
        assert memo.get("b") == ()


def test_a_memory_in_a_folder_that_is_not_there_is_only_forgotten(tmp_path: Path) -> None:
    with closing(Memo(tmp_path / "no" / "memo.sqlite")) as memo:
        memo.put({"a": []})
        assert memo.get("a") == ()

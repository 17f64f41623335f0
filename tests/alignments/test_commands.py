"""`ogpgraph export --format sssom` and `ogpgraph import sssom`."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpgraph.alignments.records import AlignmentSet, records, statements
from ogpgraph.alignments.selection import Selection
from ogpgraph.alignments.sssom import as_tsv, mapping_set
from ogpgraph.cli import main
from ogpgraph.files import read, triples
from ogpgraph.iris import Names

NAMES = Names()


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


@pytest.fixture
def table(aligned: AlignmentSet, tmp_path: Path) -> Path:
    made = mapping_set(
        aligned, NAMES, url="https://a.example", version=1, selection=Selection(every=True)
    )
    path = tmp_path / "in.sssom.tsv"
    path.write_text(as_tsv(made), encoding="utf-8", newline="")
    return path


def test_a_home_is_exported_as_its_ledger_has_it(
    home_copy: Path,
    shipped: AlignmentSet,
    tmp_path: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    out = tmp_path / "out.sssom.tsv"
    assert run("export", "--home", str(home_copy), "--state", "all", "-o", str(out)) == 0
    text = out.read_text(encoding="utf-8")
    wanted = len(shipped.alignments) + len(shipped.unaligned)
    table = [line for line in text.splitlines() if not line.startswith("#")]
    assert table[0].startswith("record_id\t")
    assert len(table) == wanted + 1
    assert run("export", "--home", str(home_copy), "--state", "all", "--format", "sssom") == 0
    assert capsysbinary.readouterr().out.decode() == text
    assert run("export", "--home", str(home_copy), "-o", str(tmp_path / "out.sssom.ttl")) == 0
    assert b"MappingSet" in (tmp_path / "out.sssom.ttl").read_bytes()
    assert run("export", "--home", str(home_copy), "--format", "sssom", "--state", "x") == 2


def test_a_file_becomes_a_draft_that_says_the_same(
    table: Path, aligned: AlignmentSet, tmp_path: Path
) -> None:
    out = tmp_path / "draft.ttl"
    assert run("import", "sssom", str(table), "--graph", "sdg/test", "-o", str(out)) == 0
    graph = read(out, base=NAMES.base).graph
    assert statements(records(triples(graph), NAMES), NAMES) == statements(aligned, NAMES)
    assert f"<{NAMES.graph('sdg/test')}>" in graph.to_bytes().decode()


def test_what_is_wrong_ends_with_3_and_its_place(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = table.read_text(encoding="utf-8").replace("\tsdg:16.7\t", "\tsdg:99\t")
    table.write_text(text, encoding="utf-8", newline="")
    assert run("import", "sssom", str(table)) == 3
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "\tsdg:99\t" in one)
    assert f"{table}:{line}:" in capsys.readouterr().err
    assert run("import", "sssom", str(table.with_name("none.tsv"))) == 3


def test_a_graph_has_to_be_one_of_ours(table: Path) -> None:
    assert run("import", "sssom", str(table), "--graph", "derived/x") == 2
    assert run("import", "sssom", str(table), "--graph", "https://example.org/x") == 2

"""`ogpgraph history`, `diff` and `export --at`, alone and beside a running service."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.files import Graph, parse
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

GraphFile = Callable[..., Path]
Process = Callable[..., subprocess.CompletedProcess[str]]
Run = Callable[..., Any]
TEST = "https://w3id.org/ogpgraph/graph/shared/test"


@pytest.fixture(scope="module")
def changed_home(bare_home: Path, plan_text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a small graph has had two contents: copy it, do not open it."""
    folder = tmp_path_factory.mktemp("past")
    home, file = shutil.copytree(bare_home, folder / "home"), folder / "a.ttl"
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        for title in ("One", "Two\u202e\u009b"):
            file.write_text(plan_text.format(graph="shared/test", title=title), encoding="utf-8")
            service.load([file], agent="tester")
    return home


@pytest.fixture
def past(run: Run, changed_home: Path, tmp_path: Path) -> tuple[Path, int]:
    """Such a home, and the number of the first version."""
    home = shutil.copytree(changed_home, tmp_path / "home")
    found = json.loads(run("history", "shared/test", "--json", "--home", home).out)
    assert [entry["graph"] for entry in found] == [TEST, TEST]
    return home, int(found[1]["version"])


def test_history_lists_the_versions_of_a_graph(run: Run, past: tuple[Path, int]) -> None:
    home, first = past
    new, old = json.loads(run("history", TEST, "--json", "--home", home).out)
    assert (new["version"], old["version"]) == (first + 1, first)
    assert (old["added"], old["removed"]) == (old["triples"], 0)
    assert (new["added"], new["removed"]) == (2, 2)
    assert new["source"] == "a.ttl"
    assert new["tool"].startswith("ogpgraph ")
    table = run("history", "shared/test", "--home", home)
    assert table.code == 0
    rows = [line.split() for line in table.out.splitlines()]
    assert rows[0][:3] == ["version", "time", "graph"]
    assert [row[0] for row in rows[1:]] == [str(first + 1), str(first)]
    assert rows[1][-2:] == ["+2", "-2"]
    assert rows[1][-4] == new["shapes"][:12]


def test_history_comes_in_pages(run: Run, past: tuple[Path, int]) -> None:
    home, first = past
    found = json.loads(run("history", "--json", "--home", home).out)
    assert len(found) == 20
    assert found[0]["version"] == first + 1
    page = ["history", "--json", "--limit", "3", "--before", str(first), "--home", home]
    assert [e["version"] for e in json.loads(run(*page).out)] == [first - 1, first - 2, first - 3]


def test_diff_is_like_diff(run: Run, past: tuple[Path, int]) -> None:
    home, first = past
    found = run("diff", "shared/test", "--home", home)
    assert found.code == 1
    lines = found.out.splitlines()
    assert lines[:2] == [f"--- {TEST} (version {first})", f"+++ {TEST} (version {first + 1})"]
    assert len(lines) == 6
    assert f'-<{TEST}> dcterms:title "One"@en .' in lines
    assert f'+<{TEST}> dcterms:title "Two\\U0000202E\\U0000009B"@en .' in lines
    same = run("diff", "--from", first, "--to", first, "--home", home)
    assert (same.code, same.out) == (0, "")
    whole = run("diff", "--from", first, "--to", first + 1, "--home", home)
    assert (whole.code, whole.out) == (1, found.out)
    back = run("diff", "--from", first + 1, "--to", first, "--home", home)
    assert sorted(line[0] for line in back.out.splitlines()[2:]) == ["+", "+", "-", "-"]


def test_diff_as_n_quads_and_json_rebuilds_the_other_version(
    run: Run, past: tuple[Path, int]
) -> None:
    home, first = past
    export = ["export", "--graph", TEST, "--format", "nt", "--home", home]
    old, new = (run(*export, "--at", at).out for at in (first, first + 1))
    body = json.loads(run("diff", "shared/test", "--format", "json", "--home", home).out)
    assert (body["from"], body["to"]) == (first, first + 1)
    (graph,) = body["graphs"]
    lines = set(old.splitlines()) - set(graph["removed"]) | set(graph["added"])
    assert lines == set(new.splitlines())
    quads = run("diff", "shared/test", "--format", "nq", "--home", home).out.splitlines()
    added = [q[2:].replace(f" <{TEST}> .", " .") for q in quads if q[0] == "+"]
    content = "\n".join(added).encode()
    parsed = parse(content, "application/n-triples", name="added", base="urn:b:").graph
    assert parsed == Graph.of(graph["added"])


def test_export_of_a_moment(run: Run, past: tuple[Path, int]) -> None:
    home, first = past
    now, before = (run("export", *at, "--home", home).out for at in ([], ["--at", first - 1]))
    assert TEST in now
    assert TEST not in before
    assert run("export", "--home", home, "--at", 0).out == ""
    gone = run("export", "--graph", "shared/test", "--at", first - 1, "--home", home)
    assert gone.code == 2
    assert run("export", "--derived", "--at", first, "--home", home).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["history", "plan/none"],
        ["diff", "plan/none"],
        ["diff", "--to", "100000"],
        ["diff", "--from", "-1"],
        ["diff", "--format", "exe"],
        ["diff", "--to", "newest"],
        ["history", "--limit", "0"],
        ["export", "--at", "100000"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_exit_2(run: Run, home: Path, arguments: list[str]) -> None:
    found = run(*arguments, "--home", home)
    assert (found.code, found.out) == (2, "")
    assert found.err


def test_the_past_is_read_beside_a_running_service(server: Any, process: Process) -> None:
    commands = (
        ["status"],
        ["history"],
        ["diff", "--from", "0", "--to", "1"],
        ["export", "--graph", "plan/CRI-4"],
    )
    for command in commands:
        found = process(*command, "--home", str(server.home))
        assert found.returncode == (1 if command[0] == "diff" else 0), found.stderr
        assert found.stdout


@pytest.mark.skipif(not os.environ.get("OGPGRAPH_SOAK"), reason="a minute: OGPGRAPH_SOAK=1")
def test_history_of_a_thousand_versions(tmp_path: Path, run: Run) -> None:
    (tmp_path / "home").mkdir()
    with closing(Ledger(tmp_path / "home" / "ledger.sqlite")) as ledger:
        ledger.claim("https://w3id.org/ogpgraph/")
        who = Activity("tester", "soak", "ogpgraph test", "0" * 64)
        for at in range(1000):
            lines = (f'<urn:s{n}> <urn:p> "{at if n % 50 == 0 else 0}" .' for n in range(2000))
            ledger.append({f"https://w3id.org/ogpgraph/graph/plan/{at % 10}": Graph.of(lines)}, who)
    before = time.monotonic()
    found = run("history", "--limit", "1000", "--json", "--home", tmp_path / "home")
    assert len(json.loads(found.out)) == 1000
    print(f"{time.monotonic() - before:.2f} s")

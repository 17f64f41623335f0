"""Going back: the old content as a new version, through the one write path."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.cli import main
from ogpgraph.errors import BadRequest, Forbidden
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.report import NotConforming
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

GraphFile = Callable[..., Path]
NAMES = Names()
TEST = NAMES.graph("shared/test")


@pytest.fixture
def opened(bare_home: Path, tmp_path: Path, graph_file: GraphFile) -> Iterator[Service]:
    """A home in which a small graph was one thing, another, and withdrawn."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        for title in ("One", "Two"):
            service.load([graph_file("a.ttl", title=title)], agent="tester")
        service._publisher.withdraw(TEST, agent="tester", source="test")
        yield service


def versions(service: Service) -> Any:
    return service._ledger.versions(TEST, limit=9)


def test_going_back_is_a_new_version(opened: Service) -> None:
    third, second, first = versions(opened)
    for old in (first, second, third):
        published = opened.rollback("shared/test", old.sequence, agent="somebody")
        (version,) = published.versions
        assert version.digest == old.digest
        assert version.activity.agent == "somebody"
        assert version.activity.source == f"rollback to version {old.sequence}"
        assert opened.store.graph(TEST).digest == old.digest
    assert versions(opened)[-3:] == (third, second, first)
    assert len(versions(opened)) == 6
    assert TEST not in opened.store.graphs()


def test_going_back_to_what_is_there_changes_nothing(opened: Service) -> None:
    before = versions(opened)
    assert opened.rollback(TEST, before[0].sequence, agent="tester").versions == ()
    assert opened.rollback(TEST, 0, agent="tester").versions == ()  # it was not there yet
    assert versions(opened) == before


def test_a_dry_run_changes_nothing(opened: Service) -> None:
    before = versions(opened)
    found = opened.rollback(TEST, before[1].sequence, agent="tester", dry_run=True)
    assert found.versions == ()
    assert found.report.conforms
    assert versions(opened) == before
    assert TEST not in opened.store.graphs()


def test_what_does_not_conform_today_is_refused(opened: Service) -> None:
    """A version of other days: the ledger has it, the shapes of today do not allow it."""
    two = versions(opened)[1]
    lines = opened._ledger.content(two.digest).lines
    broken = Graph(tuple(line for line in lines if "title" not in line))
    activity = Activity("tester", "of old", "ogpgraph 0", "0" * 64)
    (old,) = opened._ledger.append({TEST: broken}, activity)
    opened._publisher.withdraw(TEST, agent="tester", source="test")
    before = versions(opened)
    for dry_run in (False, True):
        with pytest.raises(NotConforming) as caught:
            opened.rollback(TEST, old.sequence, agent="tester", dry_run=dry_run)
        assert caught.value.report.violations
    assert versions(opened) == before


def test_what_is_not_there_or_not_ours_to_change(opened: Service) -> None:
    with pytest.raises(BadRequest, match="plan/none"):
        opened.rollback("plan/none", 1, agent="tester")
    with pytest.raises(BadRequest, match="from 0 to"):
        opened.rollback(TEST, 10_000, agent="tester")
    with pytest.raises(Forbidden, match="comes with ogpgraph"):
        opened.rollback("scheme/branch", 0, agent="tester")


def test_the_command(
    bare_home: Path, tmp_path: Path, graph_file: GraphFile, capsys: pytest.CaptureFixture[str]
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        for title in ("One", "Two"):
            service.load([graph_file("a.ttl", title=title)], agent="tester")
        first = versions(service)[-1]
    command = ["rollback", "shared/test", "--to", str(first.sequence), "--home", str(home)]
    for options, told in (
        (["--dry-run"], "can be published; nothing was changed"),
        ([], f"version {first.sequence + 2}: {TEST} ("),
        ([], "Nothing changed"),
    ):
        with pytest.raises(SystemExit) as ended:
            main([*command, *options])
        assert not ended.value.code
        assert told in capsys.readouterr().out
    with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
        assert ledger.versions(TEST, limit=1)[0].digest == first.digest

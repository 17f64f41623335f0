"""A ledger that is older than what was published is told, and never taken for a new home."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.backup import back_up, restore
from ogpgraph.cli import main
from ogpgraph.errors import Unavailable
from ogpgraph.ledger import FILE_NAME, Ledger
from ogpgraph.mark import FILE_NAME as MARK
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings

GraphFile = Callable[..., Path]


@pytest.fixture
def kept(bare_copy: Path) -> Settings:
    with closing(Service.open(load_settings({"home": bare_copy}, {}))):
        pass
    return load_settings({"home": bare_copy}, {})


def emptied(home: Path) -> None:
    for file in home.glob(f"{FILE_NAME}*"):
        file.unlink()
    (home / FILE_NAME).touch()


def removed(home: Path) -> None:
    for file in home.glob(f"{FILE_NAME}*"):
        file.unlink()


def shortened(home: Path) -> None:
    with closing(sqlite3.connect(home / FILE_NAME)) as database, database:
        database.execute("DELETE FROM version WHERE sequence > 5")


@pytest.mark.parametrize("damage", [emptied, removed, shortened])
def test_a_ledger_that_lost_its_end_is_refused(
    kept: Settings, damage: Callable[[Path], None]
) -> None:
    damage(kept.home)
    with pytest.raises(Unavailable, match=r"lacks version .*ogpgraph restore"):
        Service.open(kept)
    assert not list(kept.home.glob("store.damaged-*"))  # the only other copy
    (kept.home / MARK).unlink()  # as the message says
    with closing(Service.open(kept)) as opened:
        assert opened.equal


def test_an_older_copy_is_refused(
    kept: Settings, graph_file: GraphFile, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(kept.home / FILE_NAME, kept.home / "older")
    with closing(Service.open(kept)) as opened:
        opened.load([graph_file("a.ttl")], agent="tester")
    removed(kept.home)
    shutil.copy(kept.home / "older", kept.home / FILE_NAME)
    for command in ("status", "history", "export"):
        with pytest.raises(SystemExit) as ended:
            main([command, "--home", str(kept.home)])
        assert ended.value.code == 4
        assert "older copy" in capsys.readouterr().err


def test_what_is_restored_on_purpose_is_opened_and_has_tags_of_its_own(
    kept: Settings, graph_file: GraphFile, tmp_path: Path
) -> None:
    """Another history may have another version of the same number."""
    with closing(Ledger(kept.home / FILE_NAME, reading=True)) as ledger:
        back_up(ledger, tmp_path / "backup", force=False)
    editions = []
    for title in ("One", "Another"):
        with closing(Service.open(kept)) as opened:
            opened.load([graph_file("a.ttl", title=title)], agent="tester")
            editions.append((opened.sequence, opened.edition))
        restore(tmp_path / "backup", kept.home, force=True)
    (first, one), (second, another) = editions
    assert first == second
    assert one != another
    with closing(Service.open(kept)) as opened:
        assert opened.sequence == first - 1


def test_a_mark_that_cannot_be_read_marks_nothing(kept: Settings) -> None:
    (kept.home / MARK).write_text("no JSON")
    with closing(Service.open(kept)) as opened:
        assert opened.equal

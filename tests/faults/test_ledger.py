"""O3: the ledger is what everything is built from; a damaged one is told, never built upon."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.errors import Unavailable
from ogpgraph.service import Service

Open = Callable[..., Service]
Damage = Callable[[Path], None]


def nonsense(ledger: Path) -> None:
    ledger.write_bytes(b"no ledger" * 1000)


def header_flipped(ledger: Path) -> None:
    content = bytearray(ledger.read_bytes())
    content[3] ^= 0xFF
    ledger.write_bytes(content)


def cut_in_half(ledger: Path) -> None:
    os.truncate(ledger, ledger.stat().st_size // 2)


def pages_zeroed(ledger: Path) -> None:
    content = bytearray(ledger.read_bytes())
    content[8192 : len(content) - 4096] = bytes(len(content) - 12288)
    ledger.write_bytes(content)


def content_swapped(ledger: Path) -> None:
    """Well formed, but not what its digest says."""
    with closing(sqlite3.connect(ledger)) as database:
        (packed,) = database.execute("SELECT packed FROM content LIMIT 1").fetchone()
        database.execute("UPDATE content SET packed = ?", (packed,))
        database.commit()


def content_flipped(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as database:
        for digest, packed in database.execute("SELECT digest, packed FROM content").fetchall():
            broken = bytearray(packed)
            broken[len(broken) // 2] ^= 0x40
            database.execute(
                "UPDATE content SET packed = ? WHERE digest = ?", (bytes(broken), digest)
            )
        database.commit()


def content_gone(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("DELETE FROM content")
        database.commit()


DAMAGES = (
    nonsense,
    header_flipped,
    cut_in_half,
    pages_zeroed,
    content_swapped,
    content_flipped,
    content_gone,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_ledger_is_told_and_nothing_is_built_from_it(
    bare_home: Path, tmp_path: Path, open_home: Open, damage: Damage
) -> None:
    """The store must be built again, so that every content is read."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    damage(home / "ledger.sqlite")
    shutil.rmtree(home / "store")
    with pytest.raises(Unavailable, match=r"ledger") as caught:
        open_home(home)
    assert "restore" in caught.value.message


def test_the_command_line_says_so_with_exit_4(bare_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    nonsense(home / "ledger.sqlite")
    done = subprocess.run(
        [sys.executable, "-m", "ogpgraph", "export", "--home", str(home)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "ledger" in done.stderr
    assert "restore" in done.stderr
    assert "Traceback" not in done.stderr
    assert (home / "store").exists()  # what is there stays there

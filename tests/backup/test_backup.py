"""Backups and homes from them: consistent, verified to the last byte, all or nothing (O4)."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogpgraph.backup import back_up, last_backup, record, restore, verify
from ogpgraph.errors import BadInput, Locked, Unavailable
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

NAMES = Names()
A, B = NAMES.graph("plan/A"), NAMES.graph("plan/B")
WHO = Activity("tester", "a file", "ogpgraph test", "0" * 64)
FILES = ("SHA256SUMS", "heads.nq", "ledger.sqlite", "manifest.json")
KILLS = 100 if os.environ.get("OGPGRAPH_SOAK") else 6


def graph(*names: str) -> Graph:
    return Graph.of(f'<urn:{name}> <urn:p> "ñ\\n\U0001f600"@es .' for name in names)


def digests(path: Path) -> dict[str, str]:
    with closing(Ledger(path, reading=True)) as ledger:
        ledger.verify()
        return {head.graph: head.digest for head in ledger.heads()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a small ledger only: 1, 2: A and B; 3: A again; 4: B withdrawn."""
    folder = tmp_path / "home"
    folder.mkdir()
    with closing(Ledger(folder / "ledger.sqlite")) as ledger:
        ledger.claim(NAMES.base)
        ledger.append({A: graph("x"), B: graph("y")}, WHO)
        ledger.append({A: graph("x", "z")}, WHO)
        ledger.append({B: Graph()}, WHO)
    return folder


@pytest.fixture
def source(home: Path) -> Iterator[Ledger]:
    with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
        yield ledger


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
        back_up(ledger, tmp_path / "backup", force=False)
    return tmp_path / "backup"


# --- what a backup holds ---------------------------------------------------------------------


def test_a_backup_is_four_files_that_other_tools_read(backup: Path) -> None:
    assert sorted(path.name for path in backup.iterdir()) == sorted(FILES)
    assert backup.stat().st_mode & 0o777 == 0o700
    if tool := shutil.which("sha256sum"):
        subprocess.run([tool, "-c", "SHA256SUMS"], cwd=backup, check=True, capture_output=True)
    quads = list(ox.parse((backup / "heads.nq").read_bytes(), format=ox.RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in quads} == {A}
    assert len(quads) == 2
    manifest = json.loads((backup / "manifest.json").read_text())
    assert manifest["base_iri"] == NAMES.base
    assert manifest["version"] == 4
    assert manifest["graphs"] == [
        {"graph": A, "version": 3, "triples": 2, "sha256": graph("x", "z").digest}
    ]


def test_the_quads_of_a_backup_are_canonical(backup: Path) -> None:
    content = (backup / "heads.nq").read_bytes()
    dataset = ox.Dataset(ox.parse(content, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    assert b"".join(sorted(written.splitlines(keepends=True))) == content


def test_a_backup_is_verified_and_says_what_it_is(backup: Path) -> None:
    made = verify(backup)
    assert (made.base_iri, made.sequence, made.graphs) == (NAMES.base, 4, 1)


def test_a_backup_of_another_version_of_the_tool_is_one_too(backup: Path) -> None:
    path = backup / "manifest.json"
    path.write_text(path.read_text().replace('"tool": "ogpgraph ', '"tool": "ogpgraph 9.'))
    rewrite_sums(backup)
    assert verify(backup).sequence == 4


def test_an_empty_home_has_no_backup(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger, pytest.raises(Unavailable):
        back_up(ledger, tmp_path / "backup", force=False)
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


# --- what is replaced ------------------------------------------------------------------------


def test_a_backup_is_replaced_only_with_force(source: Ledger, backup: Path) -> None:
    before = verify(backup)
    with pytest.raises(BadInput, match="--force"):
        back_up(source, backup, force=False)
    assert verify(backup) == before
    time.sleep(0.002)
    assert back_up(source, backup, force=True) == verify(backup) != before
    assert [path.name for path in backup.parent.glob(".*")] == []


def test_what_is_no_backup_is_left_alone(source: Ledger, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "precious").write_text("x")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    for name in ("folder", "file", "link"):
        for force in (False, True):
            with pytest.raises(BadInput, match=name):
                back_up(source, tmp_path / name, force=force)
    assert (tmp_path / "folder" / "precious").read_text() == "x"
    with pytest.raises(BadInput, match="no folder"):
        back_up(source, tmp_path / "none" / "backup", force=True)


# --- damage ----------------------------------------------------------------------------------


def rewrite_sums(backup: Path) -> None:
    names = ["ledger.sqlite", "heads.nq", "manifest.json"]
    done = subprocess.run(["sha256sum", *names], cwd=backup, check=True, capture_output=True)
    (backup / "SHA256SUMS").write_bytes(done.stdout)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_in_any_file_is_found(backup: Path, home: Path, name: str) -> None:
    path = backup / name
    content = path.read_bytes()
    chosen = random.Random(name)
    places = range(len(content)) if len(content) < 300 else chosen.sample(range(len(content)), 200)
    for place in places:
        broken = bytearray(content)
        broken[place] ^= 1 << chosen.randrange(8)
        path.write_bytes(broken)
        with pytest.raises(BadInput, match="is damaged"):
            verify(backup)
    before = digests(home / "ledger.sqlite")
    with pytest.raises(BadInput, match="is damaged" if name == "SHA256SUMS" else re.escape(name)):
        restore(backup, home, force=True)
    assert digests(home / "ledger.sqlite") == before
    path.write_bytes(content[:-1])
    with pytest.raises(BadInput, match="is damaged"):
        verify(backup)
    path.unlink()
    with pytest.raises(BadInput):
        verify(backup)


def test_files_that_do_not_belong_together_are_found(backup: Path) -> None:
    path = backup / "heads.nq"
    path.write_bytes(path.read_bytes() + b"<urn:s> <urn:p> <urn:o> <urn:g> .\n")
    rewrite_sums(backup)
    with pytest.raises(BadInput, match=r"manifest\.json does not describe"):
        verify(backup)


# --- restoring -------------------------------------------------------------------------------


def test_a_restored_home_is_equal(backup: Path, home: Path, tmp_path: Path) -> None:
    assert restore(backup, tmp_path / "a" / "new", force=False) == verify(backup)
    found, expected = (p / "ledger.sqlite" for p in (tmp_path / "a" / "new", home))
    assert digests(found) == digests(expected)
    with closing(Ledger(found)) as one, closing(Ledger(expected)) as other:
        assert one.versions(limit=10) == other.versions(limit=10)
        assert one.append({A: graph("later")}, WHO)[0].sequence == 5


def test_a_home_that_is_not_empty_is_replaced_only_with_force(backup: Path, home: Path) -> None:
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        ledger.append({A: graph("later")}, WHO)
    with pytest.raises(BadInput, match="--force"):
        restore(backup, home, force=False)
    restore(backup, home, force=True)
    assert digests(home / "ledger.sqlite")[A] == graph("x", "z").digest
    assert digests(home / "ledger.before-restore.sqlite")[A] == graph("later").digest
    assert list(home.glob(".*")) == []


@pytest.mark.parametrize("content", [b"no database", b""])
def test_a_damaged_home_is_mended(backup: Path, home: Path, content: bytes) -> None:
    """O3: what a message sends people to."""
    expected = digests(home / "ledger.sqlite")
    (home / "ledger.sqlite").write_bytes(content)
    (home / "ledger.sqlite-wal").write_bytes(b"whatever it was")
    restore(backup, home, force=True)
    assert digests(home / "ledger.sqlite") == expected


def test_a_home_in_use_is_not_touched(backup: Path, home: Path) -> None:
    settings = load_settings({"home": home}, {})
    with closing(Service.open(settings)):
        before = digests(home / "ledger.sqlite")
        with pytest.raises(Locked, match=str(os.getpid())):
            restore(backup, home, force=True)
        assert digests(home / "ledger.sqlite") == before
    restore(backup, home, force=True)


def test_a_ledger_in_use_without_a_store_here_is_not_touched(backup: Path, home: Path) -> None:
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        ledger.append({A: graph("later")}, WHO)
        with pytest.raises(Locked, match="open in another process"):
            restore(backup, home, force=True)
        assert ledger.sequence() == 5


def test_the_drill(home_copy: Path, tmp_path: Path) -> None:
    """O4: the shipped home, backed up, changed, restored, opened: every graph is equal."""
    settings = load_settings({"home": home_copy}, {})
    with closing(Ledger(home_copy / "ledger.sqlite", reading=True)) as ledger:
        back_up(ledger, tmp_path / "backup", force=False)
        expected = {v.graph: v.digest for v in ledger.heads()}
    with closing(Service.open(settings)) as service:
        iri = NAMES.graph("plan/CRI-4")
        service._publisher.withdraw(iri, agent="tester", source="drill")
        assert iri not in service.store.graphs()
    restore(tmp_path / "backup", home_copy, force=True)
    with closing(Service.open(settings)) as service:
        assert {i: service.store.graph(i).digest for i in expected} == expected
        assert service.sequence == len(expected)


# --- under load, and killed ------------------------------------------------------------------


def test_backups_under_write_load_are_consistent(home: Path, tmp_path: Path) -> None:
    """O4: each is one moment of the ledger, in which A and B were written together."""
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        with closing(Ledger(home / "ledger.sqlite")) as ledger:
            while not stop.is_set():
                both = graph(*(f"{written}-{at}" for at in range(200)))
                ledger.append({A: both, B: both}, WHO)
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    sequences = []
    try:
        with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
            deadline = time.monotonic() + 60
            while written < 2 and time.monotonic() < deadline:
                time.sleep(0.01)
            for _ in range(5):
                back_up(ledger, tmp_path / "backup", force=True)
                sequences.append(verify(tmp_path / "backup").sequence)
                found = digests(tmp_path / "backup" / "ledger.sqlite")
                assert found[A] == found[B]
    finally:
        stop.set()
        writer.join()
    assert sequences == sorted(sequences)
    restore(tmp_path / "backup", tmp_path / "other", force=False)
    assert digests(tmp_path / "other" / "ledger.sqlite") == found


LOOP = """
import sys
from contextlib import closing
from pathlib import Path
from ogpgraph.backup import back_up, restore
from ogpgraph.ledger import Ledger
what, home, one, other = sys.argv[1], *map(Path, sys.argv[2:])
print("ready", flush=True)
for _ in range(100_000):
    if what == "backup":
        with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
            back_up(ledger, one, force=True)
    else:
        restore(one, home, force=True)
        restore(other, home, force=True)
"""


def killed(repository: Path, *arguments: object) -> None:
    """Run the loop above and kill it somewhere."""
    command = [sys.executable, "-c", LOOP, *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(repository)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0.02, 0.4))
        child.kill()
        assert child.wait() == -signal.SIGKILL


def test_a_killed_backup_leaves_a_whole_one(
    repository: Path, source: Ledger, home: Path, backup: Path
) -> None:
    for _ in range(KILLS):
        killed(repository, "backup", home, backup, backup)
        assert verify(backup).sequence == 4
    back_up(source, backup, force=True)
    assert list(backup.parent.glob(".*")) == []


def test_a_killed_restore_leaves_one_home_or_the_other(
    repository: Path, home: Path, backup: Path, tmp_path: Path
) -> None:
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        ledger.append({B: graph("later")}, WHO)
        back_up(ledger, tmp_path / "later", force=False)
    states = [digests(place / "ledger.sqlite") for place in (backup, tmp_path / "later")]
    for _ in range(KILLS):
        killed(repository, "restore", home, backup, tmp_path / "later")
        assert digests(home / "ledger.sqlite") in states
    restore(backup, home, force=True)
    assert digests(home / "ledger.sqlite") == states[0]
    assert list(home.glob(".*")) == []


# --- the note --------------------------------------------------------------------------------


def test_a_home_knows_when_it_was_backed_up(source: Ledger, home: Path, tmp_path: Path) -> None:
    assert last_backup(home) is None
    made = back_up(source, tmp_path / "backup", force=False)
    record(home, made)
    found = last_backup(home)
    assert found is not None
    assert found.isoformat(timespec="milliseconds").replace("+00:00", "Z") == made.time
    (home / "last-backup.json").write_text("{}")
    assert last_backup(home) is None

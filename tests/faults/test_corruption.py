"""O3: a store that is damaged while nobody has it open is found out at start and built again.

Each case damages files of a home that was closed properly, says why it was found out, and leaves a
store whose dump, derived graphs included, is that of before, byte for byte.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.service import Service

SOAK = os.environ.get("OGPGRAPH_SOAK") == "1"
_WRITES = """
import os, sys
import pyoxigraph
engine = pyoxigraph.Store(sys.argv[1])
engine.update("INSERT DATA { GRAPH <urn:x:g> { <urn:x:s> <urn:x:p> 1 , 2 , 3 } }")
os._exit(0)
"""
Damage = Callable[[Path], None]
Open = Callable[..., Service]
Dump = Callable[[Service], bytes]


def only(store: Path, pattern: str) -> Path:
    """The largest file of a pattern."""
    return max(store.glob(pattern), key=lambda path: path.stat().st_size)


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0x40
    path.write_bytes(content)


def unflushed(store: Path) -> None:
    """Leave a log with writes in it: a process writes, and ends without warning.

    (A copy of a store that is open may lack what the engine removes meanwhile.)
    """
    subprocess.run([sys.executable, "-c", _WRITES, str(store)], check=True)


def manifest_flipped(store: Path) -> None:
    flip(only(store, "MANIFEST-*"), 0.5)


def manifest_shortened(store: Path) -> None:
    path = only(store, "MANIFEST-*")
    os.truncate(path, path.stat().st_size // 2)


def current_gone(store: Path) -> None:
    (store / "CURRENT").unlink()


def current_empty(store: Path) -> None:
    (store / "CURRENT").write_bytes(b"")


def current_wrong(store: Path) -> None:
    (store / "CURRENT").write_text("MANIFEST-999999\n")


def table_gone(store: Path) -> None:
    only(store, "*.sst").unlink()


def table_empty(store: Path) -> None:
    only(store, "*.sst").write_bytes(b"")


def table_flipped(store: Path) -> None:
    flip(only(store, "*.sst"), 0.3)


def every_table_flipped(store: Path) -> None:
    for path in store.glob("*.sst"):
        flip(path, 0.3)


def table_shortened(store: Path) -> None:
    path = only(store, "*.sst")
    os.truncate(path, path.stat().st_size - 4096)


def log_shortened(store: Path) -> None:
    unflushed(store)
    path = only(store, "*.log")
    assert path.stat().st_size > 10
    os.truncate(path, path.stat().st_size // 2)


def log_flipped(store: Path) -> None:
    unflushed(store)
    flip(only(store, "*.log"), 0.5)


def log_with_more(store: Path) -> None:
    unflushed(store)


def folder_for_a_file(store: Path) -> None:
    path = only(store, "*.sst")
    path.unlink()
    path.mkdir()


def lock_a_folder(store: Path) -> None:
    (store / "LOCK").unlink()
    (store / "LOCK").mkdir()


def file_for_the_folder(store: Path) -> None:
    shutil.rmtree(store)
    store.write_text("no store")


def everything_empty(store: Path) -> None:
    for path in store.iterdir():
        path.write_bytes(b"")


def seal_nonsense(store: Path) -> None:
    store.with_name("store.seal").write_text("[1, 2")


def seal_gone(store: Path) -> None:
    store.with_name("store.seal").unlink()


DAMAGES: tuple[Damage, ...] = (
    manifest_flipped,
    manifest_shortened,
    current_gone,
    current_empty,
    current_wrong,
    table_gone,
    table_empty,
    table_flipped,
    every_table_flipped,
    table_shortened,
    log_shortened,
    log_flipped,
    log_with_more,
    folder_for_a_file,
    lock_a_folder,
    file_for_the_folder,
    everything_empty,
    seal_nonsense,
    seal_gone,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_store_is_found_out_and_built_again(
    bare_copy: Path,
    bare_dump: bytes,
    caplog: pytest.LogCaptureFixture,
    damage: Damage,
    open_home: Open,
    dump: Dump,
) -> None:
    damage(bare_copy / "store")
    with caplog.at_level(logging.WARNING), closing(open_home(bare_copy)) as service:
        assert service.recovery_reason
        assert f"is not trusted: {service.recovery_reason}" in caplog.text
        assert service.recovered
        assert service.equal
        assert dump(service) == bare_dump


def test_every_byte_counts(bare_copy: Path, bare_dump: bytes, open_home: Open, dump: Dump) -> None:
    """Wherever a file of the engine is flipped, indexes that no comparison reads included."""
    chance, store = random.Random(3), bare_copy / "store"
    for _ in range(30 if SOAK else 3):
        files = sorted(p.name for p in store.iterdir() if p.stat().st_size and p.name != "LOG")
        assert len(files) >= 12
        name = chance.choice(files)
        flip(store / name, chance.random())
        with closing(open_home(bare_copy)) as service:
            assert service.recovery_reason == f"{name} is not as it was when the store was closed"
            assert dump(service) == bare_dump


def test_a_store_that_is_whole_is_left_as_it_is(
    bare_copy: Path,
    bare_dump: bytes,
    caplog: pytest.LogCaptureFixture,
    open_home: Open,
    dump: Dump,
) -> None:
    with caplog.at_level(logging.WARNING), closing(open_home(bare_copy)) as service:
        assert (service.recovery_reason, service.recovered) == (None, ())
        assert dump(service) == bare_dump
    assert caplog.text == ""
    assert not list(bare_copy.glob("store.damaged-*"))


def test_only_the_last_damaged_store_is_kept(bare_copy: Path, open_home: Open) -> None:
    for _ in range(3):
        flip(only(bare_copy / "store", "*.sst"), 0.5)
        with closing(open_home(bare_copy)) as service:
            assert service.recovery_reason
    with closing(open_home(bare_copy)) as service:  # once it is built again, it is whole
        assert (service.recovery_reason, service.recovered) == (None, ())
    assert len(list(bare_copy.glob("store.damaged-*"))) == 1


def test_a_store_that_was_not_closed_is_not_kept(bare_copy: Path, open_home: Open) -> None:
    """There is nothing to look into, and the disk may be small."""
    seal_gone(bare_copy / "store")
    with closing(open_home(bare_copy)) as service:
        assert service.recovery_reason == "it was not closed properly"
    assert not list(bare_copy.glob("store.damaged-*"))


def test_a_deleted_store_is_rebuilt(
    home_copy: Path, whole_dump: bytes, open_home: Open, dump: Dump
) -> None:
    """Deliver 1: byte-identical, what the rules derive included."""
    shutil.rmtree(home_copy / "store")
    with closing(open_home(home_copy)) as service:
        assert len(service.recovered) > 50
        assert dump(service) == whole_dump


def test_a_merge_that_is_not_the_merge_is_found_out(
    bare_copy: Path, bare_dump: bytes, open_home: Open, dump: Dump
) -> None:
    """The default graph is part of what must be equal, even in a store that is sealed."""
    for update in (
        "DELETE WHERE { ?s a <http://www.w3.org/2004/02/skos/core#Concept> }",
        "INSERT DATA { <urn:x:s> <urn:x:p> 1 }",
    ):
        with closing(open_home(bare_copy)) as service:
            service.store._store.update(update)  # type: ignore[attr-defined]
            service.store._store.flush()  # type: ignore[attr-defined]
        with closing(open_home(bare_copy)) as service:
            assert service.recovery_reason == (
                "its default graph is not the merge of its named graphs"
            )
            assert dump(service) == bare_dump


def test_nothing_is_left_open_by_a_home_that_cannot_be_opened(
    bare_copy: Path, children: Callable[[], set[int]], open_home: Open
) -> None:
    """No lock and no worker: the next one opens it."""
    ledger = bare_copy / "ledger.sqlite"
    good = ledger.read_bytes()
    ledger.write_bytes(b"x" * len(good))
    with pytest.raises(Exception, match="ledger"):
        open_home(bare_copy, serving=True)
    ledger.write_bytes(good)
    assert children() == set()
    open_home(bare_copy, serving=True).close()

"""Homes to damage, what they hold as one document, and small disks that can be full."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogpgraph.files import write_dataset
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.base import rows

_QUIET = 10
"""Looks in a row, a tenth of a second apart, that must find no room for a disk to be full."""


@pytest.fixture(scope="session")
def open_home() -> Callable[..., Service]:
    """Opens a home: `open_home(path, serving=True)`; who opens it closes it."""

    def run(home: Path, *, serving: bool = False) -> Service:
        return Service.open(load_settings({"home": home}, {}), serving=serving)

    return run


@pytest.fixture(scope="session")
def dump() -> Callable[[Service], bytes]:
    """Every named graph, derived ones too, as the export writes them; then the merge's size."""
    return _dump


def _dump(service: Service) -> bytes:
    graphs = {iri: service.store.graph(iri) for iri in service.store.graphs()}
    content = write_dataset(graphs, "application/n-quads", prefixes={})
    (row,) = rows(service.store.query("SELECT (COUNT(*) AS ?n) {?s ?p ?o}"))
    return content + row["n"].value.encode()


@pytest.fixture(scope="session")
def whole_dump(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the filled home holds."""
    return _dump_of_copy(filled_home, tmp_path_factory.mktemp("dump"))


@pytest.fixture(scope="session")
def bare_dump(bare_home: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the bare home holds."""
    return _dump_of_copy(bare_home, tmp_path_factory.mktemp("dump"))


def _dump_of_copy(home: Path, folder: Path) -> bytes:
    copy = shutil.copytree(home, folder / "home")
    with closing(Service.open(load_settings({"home": copy}, {}))) as service:
        return _dump(service)


@pytest.fixture
def bare_copy(bare_home: Path, tmp_path: Path) -> Path:
    """A small home that a test may damage."""
    return shutil.copytree(bare_home, tmp_path / "home")


@pytest.fixture
def children() -> Callable[[], set[int]]:
    """Tells which processes were started since."""
    others = _children()
    return lambda: _children() - others


def _children() -> set[int]:
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended while we looked
            found |= {int(pid) for pid in (task / "children").read_text().split()}
    return found


@dataclass
class Disk:
    """A small file system of its own."""

    path: Path

    def resize(self, mib: int) -> None:
        self._remount(mib * 1024)

    def leave(self, size: int) -> None:
        """Make it so small that so many bytes are free, and some for what is rounded up."""
        found = os.statvfs(self.path)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        self._remount((used + size) // 1024 + 4)

    def _remount(self, kib: int) -> None:
        command = ["mount", "-o", f"remount,size={kib}k", str(self.path)]
        subprocess.run(command, check=True)

    def fill(self) -> None:
        """Leave no byte free, also when an engine still removes files that it has replaced."""
        quiet = 0
        while quiet < _QUIET:
            quiet = 0 if self._write() else quiet + 1
            time.sleep(0.1)

    def _write(self) -> int:
        """Bytes that there was room for."""
        written = 0
        with (self.path / "ballast").open("ab", buffering=0) as stream:
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while (count := stream.write(bytes(size))) == size:
                        written += count
                    written += count
        return written

    def free(self) -> None:
        (self.path / "ballast").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Disk]]:
    """Mounts small disks; skips where that is not permitted."""
    mounted: list[Path] = []

    def mount(mib: int) -> Disk:
        path = tmp_path / f"disk{len(mounted)}"
        path.mkdir()
        if os.geteuid() != 0 or shutil.which("mount") is None:
            pytest.skip("mounting a small disk needs root and mount(8)")
        command = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
        mounted.append(path)
        return Disk(path)

    yield mount
    for path in mounted:
        subprocess.run(["umount", "-l", str(path)], check=True)

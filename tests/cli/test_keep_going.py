"""C4: a folder of files, all or none of them; with `--keep-going` those that conform."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
NO_LANGUAGE = '\nagent:x a <http://www.w3.org/ns/prov#Agent> ; dcterms:title "no language" .\n'


@pytest.fixture
def folder(tmp_path: Path, graph_file: Callable[..., Path]) -> Path:
    """Four files: two conform, one of them packed; one breaks a shape, and one does not parse."""
    (tmp_path / "many").mkdir()
    graph_file("many/good.ttl", graph="shared/good")
    packed = graph_file("many/packed.ttl", graph="shared/packed")
    packed.with_suffix(".ttl.gz").write_bytes(gzip.compress(packed.read_bytes()))
    packed.unlink()
    graph_file("many/broken.ttl", graph="shared/broken", more=NO_LANGUAGE)
    graph_file("many/torn.ttl", graph="shared/torn", more="\nagent:x agent:y .\n")
    return tmp_path / "many"


@pytest.fixture
def home(bare_home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(bare_home, tmp_path / "home")


def test_all_or_none(process: Run, home: Path, folder: Path) -> None:
    before = process("status", "--home", str(home)).stdout
    assert process("load", "--home", str(home), str(folder)).returncode == 3
    (folder / "torn.ttl").unlink()
    assert process("load", "--home", str(home), str(folder)).returncode == 1
    assert process("status", "--home", str(home)).stdout == before


@pytest.mark.parametrize(
    ("language", "refused", "conforming"),
    [("en", "not published.", "2/4 files conform."), ("es", "no se publicó.", "2/4 archivos")],
)
def test_those_that_conform(
    process: Run, home: Path, folder: Path, language: str, refused: str, conforming: str
) -> None:
    done = process("load", "--keep-going", "--lang", language, "--home", str(home), str(folder))
    assert done.returncode == 1
    assert f"broken.ttl: {refused}" in done.stderr
    assert "torn.ttl:13" in done.stderr
    assert conforming in done.stdout
    published = process("status", "--home", str(home)).stdout
    assert "graph/shared/good" in published
    assert "graph/shared/packed" in published
    assert "graph/shared/broken" not in published


def test_every_file_that_cannot_be_read_is_named_at_once(
    process: Run, home: Path, folder: Path
) -> None:
    (folder / "also.ttl").write_text("no turtle", encoding="utf-8")
    done = process("load", "--home", str(home), str(folder))
    assert done.returncode == 3
    assert "torn.ttl:13" in done.stderr
    assert "also.ttl:1" in done.stderr

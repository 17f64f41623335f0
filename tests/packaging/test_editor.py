"""The query editor as it is built and packaged: the same bytes, nobody else called, all licences told."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
FILES = ["THIRD-PARTY.txt", "editor.css", "editor.js", "packages.tsv"]
CALLS = re.compile(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b")
ADDRESS = re.compile(r"(?:https?|wss?):?//[^\s\"'`<>\\)]+|[\"'`]//[a-z0-9-]+\.[^\s\"'`]*")
OURS = sorted((WEB / "editor").glob("*.js"))
NAMES_ONLY = (
    "http://www.w3.org/",  # namespaces of XML and RDF
    "http://rdfs.org/ns/void#",
    "https://datatables.net/",  # in its messages to developers
)
"""What may begin an address in the script: names and texts, never asked."""
BUILD_S = 300


def unavailable(why: str) -> None:
    """Skip, but fail in CI, which has what is needed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI cannot build the editor: {why}")
    pytest.skip(f"the editor cannot be built: {why}")


@pytest.fixture(scope="module")
def tree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new checkout of what `make web` needs, after it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        unavailable("there is no Node.js with npm on this machine")
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(WEB, folder / "web", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copy(repository / "Makefile", folder)
    done = subprocess.run(
        ["make", "web"], cwd=folder, capture_output=True, text=True, timeout=BUILD_S, check=False
    )
    if done.returncode != 0 and "npm error" in done.stderr:
        unavailable(done.stderr[-500:])
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def sources(tree: Path) -> Path:
    """The sources, with the packages of the lock file."""
    return tree / "web"


def build(sources: Path, into: Path) -> Path:
    done = subprocess.run(
        ["node", str(sources / "build.mjs"), str(into)],
        capture_output=True,
        text=True,
        timeout=BUILD_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return into


@pytest.fixture(scope="module")
def built(tree: Path) -> Path:
    """What `make web` made of them."""
    return tree / "ogpgraph" / "web" / "static" / "editor"


@pytest.fixture(scope="module")
def script(built: Path) -> str:
    return (built / "editor.js").read_text(encoding="utf-8")


def test_the_same_sources_give_the_same_bytes(sources: Path, built: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(sources, tmp_path / "another" / "web", symlinks=True)
    again = build(elsewhere, tmp_path / "again")
    assert sorted(path.name for path in built.iterdir()) == FILES
    assert sorted(path.name for path in again.iterdir()) == FILES
    for name in FILES:
        assert (built / name).read_bytes() == (again / name).read_bytes(), name


def test_the_bundle_knows_no_path_of_the_machine(built: Path, sources: Path) -> None:
    for name in FILES:
        text = (built / name).read_text(encoding="utf-8")
        assert str(sources.parent) not in text
        assert str(Path.home()) + "/" not in text or str(Path.home()) == "/"


def test_no_address_of_anybody_else_is_in_the_script(script: str) -> None:
    found = {address for address in ADDRESS.findall(script) if "${" not in address}
    assert {one for one in found if not one.startswith(NAMES_ONLY)} == set()
    assert "linkeddata.es" not in script
    assert "prefix.cc" not in script


def test_the_script_has_no_other_way_to_ask_and_its_style_loads_nothing(
    script: str, built: Path
) -> None:
    assert set(CALLS.findall(script)) == {"fetch", "XMLHttpRequest"}  # the latter is for `ajax`
    assert not re.search(r"\bajax\s*:", "".join(p.read_text("utf-8") for p in OURS))  # of tables
    style = (built / "editor.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import", style)


def test_a_planted_call_is_found() -> None:
    assert CALLS.search("new WebSocket(x)")
    for text in ('fetch("https://a.example/x")', "x='//a.example/y'", "`wss://a.example`"):
        assert [one for one in ADDRESS.findall(text) if not one.startswith(NAMES_ONLY)]


def test_a_library_that_looks_otherwise_stops_the_build(sources: Path, tmp_path: Path) -> None:
    """A newer editor with another call in it does not get through by itself."""
    changed = shutil.copytree(sources, tmp_path / "web", symlinks=True)
    library = changed / "node_modules/@zazuko/yasqe/build/yasqe.esm.js"
    library.write_text(
        library.read_text(encoding="utf-8").replace("lov.linkeddata.es", "b.example")
    )
    command = ["node", str(changed / "build.mjs"), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_S, check=False)
    assert done.returncode != 0
    assert "times, not once" in done.stderr
    assert not (tmp_path / "out").exists()


def test_every_bundled_package_is_told_with_its_licence(built: Path) -> None:
    rows = [
        line.split("\t")
        for line in (built / "packages.tsv").read_text(encoding="utf-8").splitlines()
    ]
    names = {name for name, _, _ in rows}
    assert names >= {"@zazuko/yasqe", "codemirror", "datatables.net", "dompurify", "lodash-es"}
    assert "esbuild" not in names
    texts = (built / "THIRD-PARTY.txt").read_text(encoding="utf-8")
    for name, version, licence in rows:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert "GPL" not in licence
        assert f"{name} {version} ({licence})" in texts
    assert texts.count("Permission is hereby granted") >= 8
    assert "Apache License" in texts


def test_the_lock_file_names_no_registry_and_has_every_digest() -> None:
    lock = (WEB / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    hosts = set(re.findall(r"https?://([^/\"?]+)", lock))
    assert not {host for host in hosts if "npm" in host or "registry" in host}
    packages = json.loads(lock)["packages"]
    assert all("integrity" in one for name, one in packages.items() if name)
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert pinned
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())


def test_the_wheel_carries_the_editor(built: Path, repository: Path, tmp_path: Path) -> None:
    """Built of what is in the tree, and of the editor beside it, which is in no commit."""
    kept = ("ogpgraph", "ontology", "shapes", "queries", "lexicon", "data")
    tree = tmp_path / "tree"
    for name in kept:
        ignored = shutil.ignore_patterns("__pycache__", "editor") if name == "ogpgraph" else None
        shutil.copytree(repository / name, tree / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(repository / name, tree / name)
    assert not [name for name in wheel(tree) if "/static/editor/" in name]
    shutil.copytree(built, tree / "ogpgraph/web/static/editor")
    found = [name for name in wheel(tree) if "/static/editor/" in name]
    assert sorted(found) == [f"ogpgraph/web/static/editor/{name}" for name in FILES]


def wheel(tree: Path) -> list[str]:
    """The names of what is in the wheel of a tree."""
    shutil.rmtree(tree / "dist", ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel"]
    done = subprocess.run(
        command, cwd=tree, capture_output=True, text=True, timeout=BUILD_S, check=False
    )
    assert done.returncode == 0, done.stderr
    (path,) = (tree / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        return opened.namelist()

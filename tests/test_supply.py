"""S1, S3: what is installed is what was locked, and pages load nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
WEB = REPOSITORY / "ogpgraph" / "web"
LOCKS = ("serve.txt", "test.txt")
BOUNDED = ("pyoxigraph", "pyshacl", "rdflib")
"""Packages whose minor versions have changed what they take: each is tried before the bound moves."""
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
REMOTE = re.compile(
    r"(?:\b(?:src|srcset|poster|data|action|formaction|xlink:href)\s*=\s*|<link\b[^>]*\bhref\s*=\s*|url\(\s*|@import\s+)"
    r"[\"']?\s*(?:[a-z][a-z0-9+.-]*:)?//",
    re.IGNORECASE,
)


def requirements(name: str) -> list[str]:
    text = (REPOSITORY / "requirements" / name).read_text(encoding="utf-8")
    return [part for part in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()) if part]


def dependencies() -> list[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return list(project["dependencies"])


@pytest.mark.parametrize("name", [*LOCKS, "sssom.txt"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    found = requirements(name)
    assert len(found) >= 20
    for entry in found:
        assert ENTRY.match(entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
        assert "://" not in entry, entry[:80]


def test_both_locks_agree_and_hold_every_dependency() -> None:
    serve, test = (
        dict(m.groups() for e in requirements(n) if (m := ENTRY.match(e))) for n in LOCKS
    )
    assert serve.items() <= test.items()
    names = {re.split(r"[\[<>=]", wanted)[0].lower() for wanted in dependencies()}
    assert names <= {name.lower() for name in serve}


def test_make_installs_with_hashes_only() -> None:
    lines = (REPOSITORY / "Makefile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert len(installs) >= 3
    for line in installs:
        assert "--require-hashes" in line or ("--no-deps" in line and "--no-index" in line), line


@pytest.mark.parametrize("name", BOUNDED)
def test_minor_versions_are_bounded(name: str) -> None:
    wanted = next(one for one in dependencies() if re.match(rf"{name}\b", one))
    found = re.fullmatch(rf"{name}>=(\d+)\.(\d+)(?:\.\d+)?,<(\d+)\.(\d+)", wanted)
    assert found, wanted
    major, minor, next_major, next_minor = map(int, found.groups())
    assert (next_major, next_minor) == (major, minor + 1)
    for lock in LOCKS:
        pinned = next(
            m[2] for e in requirements(lock) if (m := ENTRY.match(e)) and m[1].lower() == name
        )
        assert tuple(map(int, pinned.split(".")[:2])) == (major, minor)


EDITOR = WEB / "static" / "editor"
SCRIPT = '<script type="module" src="{{ editor.script }}"></script>'
"""The one script of all pages: the query editor, where it was built. tests/packaging looks into it."""


def assets() -> list[Path]:
    kinds = {".html", ".css", ".svg", ".js", ".txt"}
    found = (path for path in WEB.rglob("*") if path.suffix in kinds)
    return sorted(path for path in found if EDITOR not in path.parents)


def test_no_page_or_style_loads_anything_from_elsewhere() -> None:
    assert len(assets()) >= 18
    for path in assets():
        text = path.read_text(encoding="utf-8")
        if path.name == "sparql.html":
            assert text.count(SCRIPT) == 1
            text = text.replace(SCRIPT, "")
        assert not REMOTE.search(text), path.name
        assert not re.search(
            r"<script|\bon[a-z]+\s*=\s*[\"']|\bstyle\s*=\s*[\"']", text, re.IGNORECASE
        ), path.name
        assert path.suffix != ".js"


DRAWING = "{{ section.svg|safe }}"
"""What web/charts.py draws, whose elements and texts tests/statistics/test_charts.py goes through."""


def test_nothing_of_data_is_marked_as_safe() -> None:
    """H1: no template turns escaping off, and no code makes markup of data, but one of drawings."""
    drawings = 0
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        drawings += text.count(DRAWING)
        text = text.replace(DRAWING, "")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|autoescape=False|\bMarkup\b", text), (
            path.name
        )
    assert drawings == 1


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://e.example/x">',
        "<img src='//e.example/x'>",
        '<link rel="stylesheet" href="https://e.example/x.css">',
        "a { background: url(https://e.example/x) }",
        "@import '//e.example/x.css'",
        '<script src="http://e.example/x.js">',
    ],
)
def test_a_planted_remote_asset_is_found(text: str) -> None:
    assert REMOTE.search(text)


def test_every_dependency_says_its_licence() -> None:
    """S4: the list of `make licenses` has every runtime dependency, and none is under the GPL."""
    printed = subprocess.run(
        [sys.executable, str(REPOSITORY / "docs" / "licenses.py")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"PYTHONPATH": "", "PYTHONUTF8": "1"},
    ).stdout
    found = {}
    for line in printed.splitlines():
        name, _, licence = line.split("\t")
        found[re.sub(r"[-_.]+", "-", name).lower()] = licence
    for wanted in dependencies():
        name = re.sub(r"[-_.]+", "-", re.split(r"[\[<>=]", wanted)[0]).lower()
        assert found[name] != "?", name
        assert not re.search(r"\bA?GPL|GNU (?:Affero )?General", found[name]), (name, found[name])

"""Documentation that cannot lag: links, settings, routes, kinds and the version are those of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ogpgraph
from ogpgraph.errors import OgpGraphError
from ogpgraph.kinds import KINDS
from ogpgraph.service import Service
from ogpgraph.settings import SETTINGS, defaults
from ogpgraph.web import problems
from ogpgraph.web.app import create_app

REPO = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", ".git", "node_modules", "dist", "build"}
PAGES = sorted(
    path
    for path in REPO.rglob("*.md")
    if not any(part in SKIPPED or part.startswith(".") for part in path.relative_to(REPO).parts)
)
LINK = re.compile(
    r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\""
)
FILE_NAME = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|ttl|rq|md|svg|jsonld|toml|txt|html))`")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def without_fences(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def test_there_are_pages() -> None:
    assert len(PAGES) >= 18


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(REPO)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    for groups in LINK.findall(without_fences(path)):
        target = next(group for group in groups if group)
        if re.match(r"[a-z]+:", target):
            continue
        file, _, fragment = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), f"{path.name} links to {target}, which does not exist"
        if fragment and found.suffix == ".md":
            anchors = {anchor(h) for h in HEADING.findall(without_fences(found))}
            assert fragment in anchors, f"{path.name} links to {target}: no such heading"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(REPO)))
def test_named_files_exist(path: Path) -> None:
    """A file named in backquotes stands at the top, in the package, beside the page or in tests."""
    roots = (REPO, REPO / "ogpgraph", REPO / "queries", path.parent)
    for name in FILE_NAME.findall(without_fences(path)):
        if name in {"bad.ttl", "everything.nq", "hnd.ttl"} or (
            name.endswith(".txt") and "/" not in name
        ):
            continue
        assert any((root / name).exists() for root in roots), f"{path.name} names {name}"


def rows(text: str, first: str) -> dict[str, list[str]]:
    """The rows of every table whose first cell is a name in backquotes, by that name."""
    cells = [
        re.split(r"(?<!\\) \| ", line.strip("| "))
        for line in text.splitlines()
        if line.startswith("| `")
    ]
    return {row[0].strip("`" + first): row for row in cells}


def test_settings_page_is_the_settings_table() -> None:
    table = rows((REPO / "docs" / "settings.md").read_text(encoding="utf-8"), "")
    assert list(table) == [setting.name for setting in SETTINGS]
    shown = defaults()
    for setting in SETTINGS:
        _, variable, _, default, description = table[setting.name]
        assert variable == f"`{setting.variable}`"
        known = shown[setting.name]
        assert default.strip("`") == ("–" if known is None else str(known))
        assert description.removesuffix(" **No effect yet.**") == setting.description


def test_settings_page_says_which_have_no_effect() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (REPO / "ogpgraph").rglob("*.py")
        if path.name != "settings.py"
    )
    own = (REPO / "ogpgraph" / "settings.py").read_text(encoding="utf-8")
    for name, row in rows((REPO / "docs" / "settings.md").read_text(encoding="utf-8"), "").items():
        used = re.search(rf"settings\.{name}\b", code) or f"self.{name}" in own
        assert bool(used) != row[-1].endswith("**No effect yet.**"), name


HTTP = (REPO / "docs" / "http.md").read_text(encoding="utf-8")


SUFFIXED = re.compile(r"^/(.+)\.(json|jsonld|html|ttl|nt|rdf|csv|tsv)$")


def test_http_page_has_every_route(service: Service) -> None:
    routes = {route.path for route in create_app(service).routes}  # type: ignore[attr-defined]
    own = {"/context.jsonld", "/openapi.json"}
    for path in sorted(routes):
        found = SUFFIXED.match(path)
        if found and path not in own:
            assert found[1] in KINDS or f"`/{found[1]}.{{suffix}}`" in HTTP
            assert f".{found[2]}" in HTTP
        elif (
            path.strip("/").split("/")[0] in KINDS and f"`{path.replace(':path', '')}`" not in HTTP
        ):
            assert path.removesuffix("/{identifier:path}").strip("/") in KINDS
        else:
            assert f"`{path.replace(':path', '').replace('/static', '/static/…')}`" in HTTP, path


def test_http_page_names_no_other_route(service: Service) -> None:
    routes = {route.path for route in create_app(service).routes}  # type: ignore[attr-defined]
    known = {path.replace(":path", "") for path in routes} | {
        "/{kind}",
        "/{kind}.{suffix}",
        "/{kind}/{identifier}",
    }
    known |= {SUFFIXED.sub(r"/\1.{suffix}", path) for path in known}
    section = HTTP.split("## Routes")[1].split("\n## ")[0]
    for line in section.splitlines():
        if line.startswith("| `"):
            for path in re.findall(r"`(/[^`]*)`", line.split(" | ")[0]):
                assert path.replace("/static/…", "/static") in known, path


def test_http_page_has_every_kind_and_filter() -> None:
    table = rows(HTTP.split("## Kinds")[1].split("\n## ")[0], "/")
    assert list(table) == list(KINDS)
    for name, kind in KINDS.items():
        assert re.findall(r"`(\w+)`", table[name][2]) == [row.name for row in kind.filters], name


def test_http_page_knows_the_error_statuses() -> None:
    table = set(re.findall(r"^\| (\d{3}) \| `([\w-]+)`", HTTP, re.MULTILINE))
    for _, status, slug in problems._TABLE:
        assert (str(status), slug) in table or slug in UNREACHED, (status, slug)


# Errors that no route can answer with.
UNREACHED = {
    "locked",
    "unprocessable",  # answered under names of their own: limit, iri-scheme …
}


def test_changelog_begins_with_this_version() -> None:
    text = (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", text, re.MULTILINE)
    assert newest
    assert newest[1] == ogpgraph.__version__


def test_contributing_names_every_runtime_dependency() -> None:
    project = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    listed = ast.literal_eval(
        re.search(r"^dependencies = (\[.*?^\])", project, re.MULTILINE | re.DOTALL)[1]
    )  # type: ignore[index]
    names = {re.split(r"[<>=]", requirement)[0] for requirement in listed}
    text = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## Runtime dependencies")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)) == names


def test_contributing_says_where_a_change_goes() -> None:
    text = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## Where is the change?")[1].split("\n## ")[0]
    assert len([line for line in section.splitlines() if line.startswith("| ")]) >= 20 + 1


def test_threat_model_fits_a_page_and_names_tests_that_are_there() -> None:
    """S5: every row of the table says what holds it and which tests show it."""
    text = (REPO / "THREAT_MODEL.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 100
    section = text.split("## What could go wrong")[1].split("\n## ")[0]
    table = [line.split(" | ") for line in section.splitlines() if line.startswith("| ")]
    threats = [cells for cells in table if cells[0] != "| "]
    kinds = {cells[0].strip("| ") for cells in threats} - {""}
    assert kinds == {"spoofing", "tampering", "repudiation", "disclosure", "denial", "elevation"}
    for cells in threats:
        if cells[0].strip("| ") in kinds:
            named = FILE_NAME.findall(cells[3])
            assert named, cells
            assert all(name.startswith("tests/") and (REPO / name).exists() for name in named), (
                cells
            )


def test_decisions_are_numbered_without_gaps() -> None:
    names = sorted(path.name for path in (REPO / "docs" / "decisions").glob("[0-9]*.md"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    assert len(names) > 10
    for name in names:
        text = (REPO / "docs" / "decisions" / name).read_text(encoding="utf-8")
        for heading in (
            "## Context",
            "## Decision",
            "## Consequences",
            "## What would change our mind",
        ):
            assert heading in text, (name, heading)


def test_every_error_has_a_status() -> None:
    """docs/http.md promises that no error of ours is answered as anything but a problem."""
    table = tuple(cls for cls, _, _ in problems._TABLE)

    def leaves(cls: type[OgpGraphError]) -> list[type[OgpGraphError]]:
        return [leaf for sub in cls.__subclasses__() for leaf in leaves(sub)] or [cls]

    assert all(issubclass(leaf, table) for leaf in leaves(OgpGraphError))

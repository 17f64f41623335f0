"""The floors, doors and sizes of the package, held by reading its source.

Every rule is a function from a folder to the list of its offences, so that the same functions
are shown, on planted trees, to find what they look for.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "ogpgraph"

FLOORS = {
    "": (1, 0),  # the package itself: the version
    "errors": (1, 0),
    "vocab": (1, 0),
    "terms": (1, 1),
    "settings": (2, 0),
    "formats": (2, 0),
    "gate": (2, 0),
    "update_text": (2, 1),
    "dataset_clause": (2, 1),
    "query_header": (2, 0),
    "shipped": (2, 0),
    "iris": (2, 1),
    "sdg": (2, 4),
    "sdg.codes": (1, 0),
    "sdg.vocabulary": (2, 2),
    "sdg.spellings": (2, 3),
    "sdg.rollup": (2, 1),
    "sdg.kinds": (2, 6),
    "sdg.labels": (4, 1),
    "sdg.official": (4, 1),
    "fields": (2, 4),
    "kind_fields": (2, 5),
    "kinds": (2, 7),
    "collation": (1, 0),
    "cursors": (2, 0),
    "intake": (2, 1),
    "intake.limits": (2, 1),
    "intake.scan": (2, 1),
    "intake.source": (2, 1),
    "files": (3, 0),
    "queries": (3, 0),
    "jsonld": (3, 1),
    "database": (3, 0),
    "ledger_tables": (3, 0),
    "ledger": (3, 1),
    "reference": (3, 1),
    "mark": (3, 2),
    "memo": (3, 2),
    "report": (3, 1),
    "store": (3, 1),
    "store.base": (3, 2),
    "store.faults": (3, 1),
    "store.folder": (3, 1),
    "store.groups": (3, 1),
    "store.copies": (3, 4),
    "store.embedded": (3, 3),
    "store.remote": (3, 3),
    "store.answer": (3, 3),
    "store.isolated": (3, 4),
    "store.merge": (3, 4),
    "store.scratch": (3, 4),
    "workers": (3, 0),
    "workers.cancel": (3, 0),
    "workers.confine": (3, 0),
    "workers.dataset": (3, 0),
    "workers.frames": (3, 0),
    "workers.pace": (3, 0),
    "workers.serve": (3, 1),
    "workers.child": (3, 2),
    "workers.reviser": (3, 2),
    "workers.process": (3, 1),
    "workers.pool": (3, 2),
    "alignments": (5, 0),
    "alignments.slots": (5, 0),
    "alignments.records": (5, 0),
    "alignments.curies": (5, 1),
    "alignments.selection": (5, 1),
    "alignments.sssom": (5, 2),
    "alignments.sssom_text": (5, 0),
    "alignments.sssom_reading": (5, 3),
    "alignments.reading": (5, 2),
    "ontology": (4, 0),
    "shapes": (4, 0),
    "rules": (4, 0),
    "executables": (4, 0),
    "choices": (4, 0),
    "checks": (4, 0),
    "describing": (4, 0),
    "describing.statistics": (4, 0),
    "statements": (4, 0),
    "describing.formats": (4, 0),
    "describing.kept": (4, 1),
    "describing.partitions": (4, 1),
    "describing.site": (4, 1),
    "describing.usage": (4, 2),
    "describing.prefixes": (4, 2),
    "describing.service": (4, 2),
    "describing.void": (4, 2),
    "describing.catalogue": (4, 3),
    "describing.describer": (4, 4),
    "json_schema": (4, 3),
    "drafts": (4, 0),
    "entailments": (4, 1),
    "holdings": (4, 1),
    "inference": (4, 2),
    "dependants": (4, 2),
    "examination": (4, 2),
    "mirror": (4, 5),
    "validation": (4, 1),
    "intake.wire": (4, 1),
    "intake.parsing": (4, 2),
    "intake.validating": (4, 2),
    "intake.evaluating": (4, 2),
    "intake.documents": (4, 2),
    "trial": (4, 3),
    "relations": (4, 0),
    "list_index": (4, 0),
    "tables": (4, 0),
    "browse": (5, 0),
    "backup": (5, 0),
    "dumps": (5, 2),
    "history": (5, 0),
    "provenance": (5, 1),
    "reading": (5, 1),
    "lists": (5, 2),
    "materialised": (5, 2),
    "neighbours": (5, 2),
    "search": (3, 0),
    "search.columns": (3, 0),
    "search.connections": (3, 0),
    "search.words": (3, 0),
    "search.question": (3, 1),
    "search.staging": (3, 3),
    "search.index": (3, 2),
    "search.correction": (3, 3),
    "search.found": (3, 4),
    "search.indexing": (3, 4),
    "search.marks": (3, 5),
    "search.gathering": (5, 2),
    "search.making": (5, 3),
    "suggester": (3, 1),
    "suggester.wording": (3, 1),
    "suggester.term": (3, 2),
    "suggester.language": (3, 2),
    "suggester.lexicon": (3, 3),
    "suggester.trie": (3, 3),
    "suggester.occurrences": (3, 4),
    "suggester.matcher": (3, 5),
    "suggester.evidence": (3, 6),
    "suggester.features": (3, 7),
    "suggester.model": (3, 8),
    "suggester.suggest": (3, 9),
    "suggester.records": (3, 10),
    "commitment_texts": (5, 2),
    "reviewing": (5, 0),
    "reviewing.naming": (5, 0),
    "reviewing.tool": (5, 1),
    "reviewing.sheets": (5, 1),
    "reviewing.surroundings": (5, 2),
    "reviewing.passages": (5, 3),
    "reviewing.reviewers": (5, 3),
    "reviewing.proposing": (5, 4),
    "reviewing.deciding": (5, 4),
    "reviewing.listing": (5, 5),
    "reviewing.reviews": (5, 5),
    "statistics": (5, 0),
    "statistics.counting": (5, 4),
    "statistics.coverage": (5, 2),
    "statistics.cube": (5, 1),
    "statistics.definitions": (5, 3),
    "statistics.dimensions": (5, 1),
    "statistics.facts": (5, 2),
    "statistics.quality": (5, 2),
    "statistics.reports": (5, 4),
    "statistics.tables": (5, 0),
    "tally": (4, 0),
    "publish": (5, 0),
    "rollback": (5, 1),
    "updating": (5, 1),
    "library": (6, 0),
    "loading": (6, 1),
    "assembly": (6, 1),
    "service": (6, 2),
    "web": (7, 0),
    "web.alignments": (7, 0),
    "web.answers": (7, 0),
    "web.app": (7, 0),
    "web.bodies": (7, 0),
    "web.bundle": (7, 0),
    "web.cache": (7, 0),
    "web.charts": (7, 0),
    "web.changes": (7, 0),
    "web.compared": (7, 0),
    "web.differences": (7, 0),
    "web.feed": (7, 0),
    "web.mementos": (7, 0),
    "web.past": (7, 0),
    "web.versions": (7, 0),
    "web.form_data": (7, 0),
    "web.validation_page": (7, 0),
    "web.ontology": (7, 0),
    "web.schemes": (7, 0),
    "web.shapes": (7, 0),
    "web.client": (7, 0),
    "web.connections": (7, 0),
    "web.conditions": (7, 0),
    "web.context": (7, 0),
    "web.contract": (7, 0),
    "web.cors": (7, 0),
    "web.declaring": (7, 0),
    "web.denied": (7, 0),
    "web.describing": (7, 0),
    "web.discovery": (7, 0),
    "web.dumps": (7, 0),
    "web.entities": (7, 0),
    "web.figures": (7, 0),
    "web.documents": (7, 0),
    "web.envelope": (7, 0),
    "web.graphs": (7, 0),
    "web.guard": (7, 0),
    "web.heads": (7, 0),
    "web.health": (7, 0),
    "web.home": (7, 0),
    "web.json_body": (7, 0),
    "web.lane": (7, 0),
    "web.list_pages": (7, 0),
    "web.list_contract": (7, 0),
    "web.lists": (7, 0),
    "web.list_links": (7, 0),
    "web.logs": (7, 0),
    "web.meter": (7, 0),
    "web.metrics": (7, 0),
    "web.observe": (7, 0),
    "web.operations": (7, 0),
    "web.pages": (7, 0),
    "web.problem_page": (7, 0),
    "web.problems": (7, 0),
    "web.excerpts": (7, 0),
    "web.texts.problems": (7, 0),
    "web.past_schemas": (7, 0),
    "web.problem_types": (7, 0),
    "web.query_operations": (7, 0),
    "web.query_page": (7, 0),
    "web.questions": (7, 0),
    "web.operations_page": (7, 0),
    "web.resources": (7, 0),
    "web.samples": (7, 0),
    "web.schemas": (7, 0),
    "web.respond": (7, 0),
    "web.run": (7, 0),
    "web.search": (7, 0),
    "web.search_answer": (7, 0),
    "web.search_page": (7, 0),
    "web.search_request": (7, 0),
    "web.search_schema": (7, 0),
    "web.sdg_pages": (7, 0),
    "web.sparql": (7, 0),
    "web.sparql_request": (7, 0),
    "web.statistics": (7, 0),
    "web.review_page": (7, 0),
    "web.reviewing": (7, 0),
    "web.reviewing_request": (7, 0),
    "web.reviewing_schema": (7, 0),
    "web.texts.reviewing": (7, 0),
    "web.suggesting": (7, 0),
    "web.suggestion_page": (7, 0),
    "web.suggestion_request": (7, 0),
    "web.suggestion_schema": (7, 0),
    "web.texts.suggestions": (7, 0),
    "web.stored": (7, 0),
    "web.templating": (7, 0),
    "web.titles": (7, 0),
    "web.texts": (7, 0),
    "web.texts.common": (7, 0),
    "web.texts.home": (7, 0),
    "web.texts.reference": (7, 0),
    "web.texts.operations": (7, 0),
    "web.texts.lists": (7, 0),
    "web.texts.versions": (7, 0),
    "web.texts.validation": (7, 0),
    "web.texts.names": (7, 0),
    "web.texts.things": (7, 0),
    "web.things": (7, 0),
    "web.texts.sdg": (7, 0),
    "web.texts.search": (7, 0),
    "web.texts.statistics": (7, 0),
    "web.texts.sparql": (7, 0),
    "web.tokens": (7, 0),
    "web.update": (7, 0),
    "web.validation": (7, 0),
    "web.views": (7, 0),
    "cli": (7, 4),
    "cli.asking": (7, 2),
    "cli.backup": (7, 2),
    "cli.contents": (7, 2),
    "cli.entry": (7, 3),
    "cli.exits": (7, 1),
    "cli.history": (7, 2),
    "cli.importing": (7, 2),
    "cli.opening": (7, 1),
    "cli.options": (7, 1),
    "cli.output": (7, 1),
    "cli.words": (7, 0),
    "cli.publishing": (7, 2),
    "cli.reviewing": (7, 2),
    "cli.serving": (7, 2),
    "cli.searching": (7, 2),
    "cli.sdg": (7, 2),
    "cli.suggesting": (7, 2),
    "__main__": (7, 5),
}
"""Module -> its floor in architecture.md, and its step on that floor."""

TYPING_ONLY: frozenset[tuple[str, str]] = frozenset()
"""Imports under TYPE_CHECKING that may go upwards, as (module, target): none."""

DOORS = {
    "pyoxigraph": (
        "files",
        "store.embedded",
        "workers.child",
        "workers.dataset",
        "workers.reviser",
    ),
    "SPARQLWrapper": ("store.remote",),
    "pyshacl": ("validation",),
    "rdflib": ("validation",),
    "anyio": ("web.documents", "web.health", "web.lane", "web.suggesting"),
    "fastapi": ("web.",),
    "starlette": ("web.",),
    "httptools": ("web.connections", "web.heads"),
    "uvicorn": ("web.connections", "web.run"),
    "jinja2": ("web.templating",),
    "python_multipart": ("web.form_data",),
    "prometheus_client": ("web.metrics",),
    "pygal": ("web.charts",),
    "snowballstemmer": ("search.words",),
    "sqlite3": ("database", "ledger", "memo", "search.connections"),
    "typer": ("cli.",),
    "yaml": ("alignments.sssom_text",),
    "rich": (
        "cli.asking",
        "cli.contents",
        "cli.history",
        "cli.output",
        "cli.reviewing",
        "cli.sdg",
        "cli.searching",
        "cli.suggesting",
    ),
}
"""Dependency -> the modules that may import it; a name with a final dot is a whole package."""

IMMUTABLE_CALLS = {
    "frozenset", "tuple", "MappingProxyType", "re.compile", "logging.getLogger", "typer.Typer",
    "struct.Struct", "Path", "Setting", "Offer", "TypeVar", "str", "int", "float", "len", "Operation",
}  # fmt: skip
MAX_FILE, MAX_FUNCTION = 400, 50
UNNAMED = {"services", "utils", "helpers", "common"}
SKIPPED = {".git", ".venv", "node_modules", "__pycache__", "build", "dist"}


@dataclass(frozen=True)
class Module:
    """A source file: its dotted name below the package, and its tree."""

    name: str
    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)


@dataclass(frozen=True)
class Import:
    """An import of `target`, an absolute dotted name."""

    line: int
    target: str
    typing_only: bool


def modules(package: Path) -> list[Module]:
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name, path, path.read_text(encoding="utf-8")))
    return found


def imports(module: Module) -> Iterator[Import]:
    """Every import of a module, wherever it stands."""
    yield from _imports(module.tree, typing_only=False)


def _imports(node: ast.AST, *, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(child.lineno, alias.name, typing_only)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: a relative import"
            for alias in child.names:
                yield Import(child.lineno, f"{child.module}.{alias.name}", typing_only)
        else:
            inside = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            yield from _imports(child, typing_only=typing_only or inside)


def own(target: str, known: set[str]) -> str | None:
    """The module of the package that an import names, None for anybody else's."""
    if target.partition(".")[0] != "ogpgraph":
        return None
    name = target.removeprefix("ogpgraph").removeprefix(".")
    return name if name in known else name.rpartition(".")[0]


def without_a_floor(package: Path) -> list[str]:
    return [f"{m.name}: no floor" for m in modules(package) if m.name not in FLOORS]


def climbing(package: Path) -> list[str]:
    """Imports that do not go to a lower floor; web modules may import one another."""
    known = {module.name for module in modules(package)}
    offences = []
    for module in modules(package):
        for found in imports(module):
            target = own(found.target, known)
            allowed = found.typing_only and (module.name, target) in TYPING_ONLY
            if target is None or allowed:
                continue
            here, there = FLOORS.get(module.name, (0, 0)), FLOORS.get(target, (99, 0))
            siblings = module.name.startswith("web.") and target.partition(".")[0] == "web"
            if there >= here and not siblings:
                offences.append(f"{module.name}:{found.line}: imports {target}")
    return offences


def cycles(package: Path) -> list[str]:
    known = {module.name for module in modules(package)}
    graph: dict[str, set[str]] = {}
    for module in modules(package):
        targets = {own(i.target, known) for i in imports(module) if not i.typing_only}
        graph[module.name] = {t for t in targets if t is not None and t != ""}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


def late_imports(package: Path) -> list[str]:
    return [
        f"{module.name}:{inner.lineno}: imports inside {node.name}"
        for module in modules(package)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def wrong_doors(package: Path) -> list[str]:
    """Third-party imports elsewhere than at their door, or that have none."""
    offences = []
    for module in modules(package):
        for found in imports(module):
            name = found.target.partition(".")[0]
            if name == "ogpgraph" or (name in sys.stdlib_module_names and name not in DOORS):
                continue
            doors = DOORS.get(name, ())
            if not any(_through(module.name, door) for door in doors):
                offences.append(f"{module.name}:{found.line}: imports {name}")
    return offences


def _through(module: str, door: str) -> bool:
    return module.startswith(door) if door.endswith(".") else module == door


def environment_readers(package: Path) -> list[str]:
    names = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
    offences = []
    for module in modules(package):
        if module.name == "settings":
            continue
        used = {i.line: i.target for i in imports(module) if i.target in names}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in names:
                used[node.lineno] = ast.unparse(node)
        offences += [f"{module.name}:{line}: {name}" for line, name in sorted(used.items())]
    return offences


def too_long(package: Path) -> list[str]:
    offences = []
    for module in modules(package):
        lines = len(module.text.splitlines())
        if lines > MAX_FILE:
            offences.append(f"{module.name}: {lines} lines")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION:
                    offences.append(f"{module.name}:{node.lineno}: {node.name}, {length} lines")
    return offences


def mutable_state(package: Path) -> list[str]:
    """Module-level names bound to something that can change."""
    offences = []
    for module in modules(package):
        for node in _module_level(module.tree):
            value = getattr(node, "value", None)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [ast.unparse(target) for target in targets]
            if names == ["__all__"] or value is None:
                continue
            if any("." in name or "[" in name for name in names) or _mutable(value):
                offences.append(f"{module.name}:{node.lineno}: {', '.join(names)}")
    return offences


def _module_level(tree: ast.Module) -> Iterator[ast.Assign | ast.AnnAssign | ast.AugAssign]:
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            yield node
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.For | ast.While):
            waiting += [n for n in ast.walk(node) if isinstance(n, ast.stmt) and n is not node]


def _mutable(value: ast.expr) -> bool:
    displays = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    if isinstance(value, (*displays, ast.GeneratorExp)):
        return True
    if isinstance(value, ast.Tuple):
        return any(_mutable(item) for item in value.elts)
    if isinstance(value, ast.BinOp):
        return _mutable(value.left) or _mutable(value.right)
    if isinstance(value, ast.Call):
        name = ast.unparse(value.func)
        return name not in IMMUTABLE_CALLS and not name[:1].isupper() and not _of_text(value.func)
    return False


def _of_text(function: ast.expr) -> bool:
    """A method of a text, such as "a b".split: only join and the like give what cannot change."""
    return isinstance(function, ast.Attribute) and function.attr in {"join", "removesuffix"}


def unnamed_folders(root: Path) -> list[str]:
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_dir() and path.name in UNNAMED
        if not SKIPPED.intersection(path.relative_to(root).parts)
    ]


RULES = (
    without_a_floor,
    climbing,
    cycles,
    late_imports,
    wrong_doors,
    environment_readers,
    too_long,
    mutable_state,
)


def test_the_package_is_read_whole() -> None:
    assert len(modules(PACKAGE)) >= 36
    assert sum(len(list(imports(module))) for module in modules(PACKAGE)) > 200


def test_every_floor_of_the_architecture_has_a_module() -> None:
    assert {floor for floor, _ in FLOORS.values()} == set(range(1, 8))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rule(rule: object) -> None:
    assert callable(rule)
    assert rule(PACKAGE) == []


def test_no_folder_is_called_services_utils_helpers_or_common() -> None:
    assert unnamed_folders(REPOSITORY) == []


def test_every_door_is_used() -> None:
    used = {i.target.partition(".")[0] for module in modules(PACKAGE) for i in imports(module)}
    assert DOORS.keys() - used == set()


PLANTED: Mapping[str, tuple[str, str, str]] = {
    "a module without a row": ("without_a_floor", "novel.py", ""),
    "an import upwards": ("climbing", "errors.py", "import ogpgraph.service\n"),
    "an import from the same step": ("climbing", "publish.py", "from ogpgraph import browse\n"),
    "a typing import upwards": (
        "climbing",
        "vocab.py",
        "if TYPE_CHECKING:\n    from ogpgraph.web import app\n",
    ),
    "an import inside a function": ("late_imports", "iris.py", "def f():\n    import json\n"),
    "an import inside a method": (
        "late_imports",
        "iris.py",
        "class A:\n    async def f(self):\n        from os import path\n",
    ),
    "pyoxigraph elsewhere": ("wrong_doors", "browse.py", "import pyoxigraph as ox\n"),
    "a part of rdflib elsewhere": ("wrong_doors", "cli.py", "from rdflib.term import URIRef\n"),
    "sqlite3 elsewhere": ("wrong_doors", "files.py", "import sqlite3\n"),
    "starlette under the web": ("wrong_doors", "service.py", "from starlette import types\n"),
    "a dependency without a door": ("wrong_doors", "web/app.py", "import requests\n"),
    "os.environ elsewhere": ("environment_readers", "cli.py", "import os\nA = os.environ['A']\n"),
    "getenv elsewhere": ("environment_readers", "cli.py", "from os import getenv\n"),
    "a file too long": ("too_long", "cli.py", "A = 1\n" * 401),
    "a function too long": ("too_long", "cli.py", "def f():\n" + "    pass\n" * 50),
    "a dict": ("mutable_state", "cli.py", "A = {'a': 1}\n"),
    "an annotated list": ("mutable_state", "cli.py", "A: list[int] = []\n"),
    "a set inside a tuple": ("mutable_state", "cli.py", "A = (1, {2})\n"),
    "a call": ("mutable_state", "cli.py", "A = defaultdict(list)\n"),
    "a later change": ("mutable_state", "cli.py", "A['x'] = 1\n"),
    "a dict in a branch": ("mutable_state", "cli.py", "if True:\n    A = dict()\n"),
}


@pytest.mark.parametrize("case", PLANTED, ids=str)
def test_a_planted_offence_is_found(case: str, tmp_path: Path) -> None:
    rule_name, name, text = PLANTED[case]
    (tmp_path / "web").mkdir()
    for known in ("service", "browse", "web/app"):
        (tmp_path / f"{known}.py").write_text("")
    (tmp_path / name).write_text(text)
    found = {rule.__name__: rule(tmp_path) for rule in RULES}
    assert len(found[rule_name]) == 1
    assert [other for other, offences in found.items() if offences] == [rule_name]


def test_a_planted_cycle_is_found(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "app.py").write_text("from ogpgraph.web import pages\n")
    (tmp_path / "web" / "pages.py").write_text("from ogpgraph.web.app import create_app\n")
    assert climbing(tmp_path) == []
    assert len(cycles(tmp_path)) == 1


def test_a_planted_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "a" / "utils").mkdir(parents=True)
    (tmp_path / ".venv" / "utils").mkdir(parents=True)
    assert unnamed_folders(tmp_path) == ["a/utils"]


@pytest.mark.parametrize(
    "text",
    [
        "A = 1\n",
        "A = (1, 'b')\n",
        "A = frozenset({1})\n",
        "A = MappingProxyType({'a': 1})\n",
        "A = re.compile('a')\n",
        "A = logging.getLogger('a')\n",
        "Text = tuple[str, str]\n",
        "A = B | C\n",
        "def f():\n    a = {}\n",
        "class A:\n    b: int = 1\n",
    ],
)
def test_what_cannot_change_is_allowed(text: str, tmp_path: Path) -> None:
    (tmp_path / "cli.py").write_text(text)
    assert mutable_state(tmp_path) == []

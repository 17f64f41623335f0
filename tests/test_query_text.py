"""Q16: text of queries is built of constants and terms only, held by reading the source.

A text is looked at where it is put together (f-string, `+`, `%`, `format`, `join`) and a constant
part of it looks like SPARQL or SQL. Each part that is not constant must then be

- a call of `terms.iri`, `terms.literal`, `int` or `len`, or `str` of such,
- a name, parameter or function that is declared to be a `Term` (or several) or an `int`: mypy holds that,
- data that the source states: constants of a module, and what rows of KINDS say,
- or a name or a function of the same module for which the same is true of all that it may be.

What fits none of this is an offence. `EXCEPTIONS` has what is right for a reason of its own.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ogpgraph"
QUERY = re.compile(
    r"\b(SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE|VALUES|FILTER|GRAPH|WHERE|UNION|OPTIONAL|MINUS|BIND|LOAD|DROP|CLEAR|SERVICE)"
    r"(?=\s*[({?<*$:]|\s+(?:DATA|DISTINCT|INTO|FROM|ALL|SILENT)\b)"
)
MAKERS = {"ogpgraph.terms.iri", "ogpgraph.terms.literal", "int", "len"}
TYPED = re.compile(
    r"(?:(?:list|tuple|set|frozenset|Sequence|Iterable|Iterator)\[)?(?:Term|int)\b[^\[]*"
)
ROWS = {"Kind", "Filter", "Kind | None"}
"""Types whose attributes are constants of kinds.py."""
CONSTANT_ATTRIBUTES = {"sparql_prologue"}
"""Attributes that the deployment's own base goes into, and nothing of a request."""
EXCEPTIONS = {
    ("store.base", "self.deleted"): "canonical N-Triples statements of a Graph",
    ("store.base", "self.inserted"): "canonical N-Triples statements of a Graph",
    ("store.base", "values"): "canonical N-Triples statements of a Graph",
    ("store.remote", "values"): "canonical N-Triples statements of a Graph",
    ("dependants", "values"): "terms of statements that a Graph holds",
    ("update_text", "block"): "a part of the very text that is to be run",
    ("update_text", "self._using"): "USING with IRIs that `terms.iri` made",
    ("store.groups", "variable"): "a variable of the query itself, as the gate's tokens read it",
}  # fmt: skip
"""Module and expression -> why it may stand in a query."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Source:
    """A module, and what its names stand for."""

    name: str
    tree: ast.Module
    used: set[str] = field(default_factory=set)
    """The exceptions that were needed."""
    open: set[int] = field(default_factory=set)
    """The nodes that are being looked at: what refers to itself adds nothing."""

    def __post_init__(self) -> None:
        self.imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        self.functions = {n.name: n for n in ast.walk(self.tree) if isinstance(n, Function)}
        self.parents = {c: n for n in ast.walk(self.tree) for c in ast.iter_child_nodes(n)}

    def scope(self, node: ast.AST) -> Function | ast.Module:
        while not isinstance(node, (*Function.__args__, ast.Module)):
            node = self.parents[node]
        return node


def offences(package: Path, used: set[tuple[str, str]] | None = None) -> list[str]:
    """Parts of query texts that are neither constants nor terms."""
    found = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        source = Source(name, ast.parse(path.read_text(encoding="utf-8")))
        for node in ast.walk(source.tree):
            if _is_query(node):
                wrong = [part for part in _parts(node) if not _safe(source, part)]
                found += [f"{name}:{part.lineno}: {ast.unparse(part)}" for part in wrong]
        if used is not None:
            used |= {(name, expression) for expression in source.used}
    return sorted(set(found))


def _is_query(node: ast.AST) -> bool:
    """Whether a text is put together here, of which a constant part looks like a query."""
    if isinstance(node, ast.JoinedStr):
        texts = ["".join(_text(value) for value in node.values)]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        texts = [_text(node.left) + _text(node.right)]
    elif _method(node) in {"format", "format_map", "replace"}:
        value = node.func.value  # type: ignore[attr-defined]
        texts = [value.value] if isinstance(value, ast.Constant) else []
    else:
        return False
    return any(isinstance(text, str) and QUERY.search(text) for text in texts)


def _text(node: ast.AST) -> str:
    """A part that is constant; a variable of SPARQL where it is not."""
    return str(node.value) if isinstance(node, ast.Constant) else " ?x "


def _method(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return None


def _parts(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.JoinedStr):
        return [v.value for v in node.values if isinstance(v, ast.FormattedValue)]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    assert isinstance(node, ast.Call)
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _safe(source: Source, node: ast.expr | None) -> bool:
    if node is None or isinstance(node, ast.Constant) or id(node) in source.open:
        return True
    if (source.name, ast.unparse(node)) in EXCEPTIONS:
        source.used.add(ast.unparse(node))
        return True
    source.open.add(id(node))
    try:
        return _is_safe(source, node)
    finally:
        source.open.discard(id(node))


def _is_safe(source: Source, node: ast.expr) -> bool:  # noqa: PLR0911  # a table of forms
    match node:
        case ast.JoinedStr() | ast.BinOp():
            return all(_safe(source, part) for part in _parts(node))
        case ast.BoolOp():
            return all(_safe(source, value) for value in node.values)
        case ast.IfExp():
            return _safe(source, node.body) and _safe(source, node.orelse)
        case ast.Starred():
            return _safe(source, node.value)
        case ast.List() | ast.Tuple() | ast.Set():
            return all(_safe(source, item) for item in node.elts)
        case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
            return _safe(source, node.elt)
        case ast.Name():
            return _safe_name(source, node)
        case ast.Attribute():
            rows = isinstance(node.value, ast.Name) and _annotation(source, node.value) in ROWS
            return rows or node.attr in CONSTANT_ATTRIBUTES
        case ast.Call():
            return _safe_call(source, node)
    return False


def _safe_call(source: Source, node: ast.Call) -> bool:
    called = ast.unparse(node.func)
    if source.imported.get(called, called) in MAKERS:
        return True
    if called == "str" or (_method(node) == "join" and _safe(source, node.func.value)):  # type: ignore[attr-defined]
        return all(_safe(source, one) for one in node.args)
    if called == "map" and ast.unparse(node.args[0]) == "str":
        return _safe(source, node.args[1])
    function = source.functions.get(called.removeprefix("self."))
    if function is None:
        return False
    if function.returns is not None and TYPED.fullmatch(ast.unparse(function.returns)):
        return True
    returned = [n for n in ast.walk(function) if isinstance(n, ast.Return)]
    return bool(returned) and all(_safe(source, one.value) for one in returned)


def _annotation(source: Source, name: ast.Name) -> str | None:
    """The type that a name is declared to have where it stands."""
    scope = source.scope(name)
    if isinstance(scope, Function):
        for argument in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs):
            if argument.arg == name.id and argument.annotation:
                return ast.unparse(argument.annotation)
    for node in ast.walk(scope):
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name.id:
            return ast.unparse(node.annotation)
    return None


def _safe_name(source: Source, name: ast.Name) -> bool:
    if name.id.strip("_").isupper():  # a constant of a module
        return True
    annotation = _annotation(source, name)
    if annotation and TYPED.fullmatch(annotation):
        return True
    scope = source.scope(name)
    if annotation and isinstance(scope, Function) and scope.name.startswith("_"):
        given = _given(source, scope, name.id)
        if given:
            return all(_safe(source, one) for one in given)
    bound = _bound(scope, name.id)
    return bool(bound) and all(_safe(source, one) for one in bound)


def _given(source: Source, function: Function, parameter: str) -> list[ast.expr]:
    """What the calls of a private function of the module give for a parameter."""
    names = [argument.arg for argument in function.args.args]
    if parameter not in names:
        return []
    found: list[ast.expr] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            function.name,
            f"self.{function.name}",
        }:
            at = names.index(parameter) - ("self" in names)
            found += node.args[at : at + 1]
            found += [k.value for k in node.keywords if k.arg == parameter]
    return found


def _bound(scope: ast.AST, name: str) -> list[ast.expr]:
    """Everything that a name is bound to, or that is added to it."""
    return [one for node in ast.walk(scope) for one in _binding(node, name)]


def _binding(node: ast.AST, name: str) -> list[ast.expr]:
    match node:
        case ast.Assign():
            return [one for t in node.targets for one in _matched(t, node.value, name)]
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            return [node.value] if ast.unparse(node.target) == name and node.value else []
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return [node.iter] if _holds(node.target, name) else []
        case ast.withitem(optional_vars=ast.Name(id=known)) if known == name:
            return [node.context_expr]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=known), attr=method)) if known == name:
            return node.args if method in {"append", "extend", "add", "update", "insert"} else []
    return []


def _holds(target: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(target))


def _matched(target: ast.expr, value: ast.expr, name: str) -> list[ast.expr]:
    if ast.unparse(target) == name:
        return [value]
    if isinstance(target, ast.Tuple):
        if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
            pairs = zip(target.elts, value.elts, strict=True)
            return [one for t, v in pairs for one in _matched(t, v, name)]
        return [value] if _holds(target, name) else []
    return []


def test_no_text_of_a_query_has_anything_but_constants_and_terms() -> None:
    assert offences(PACKAGE) == []


def test_every_exception_is_needed() -> None:
    used: set[tuple[str, str]] = set()
    offences(PACKAGE, used)
    assert used == set(EXCEPTIONS)


def test_the_queries_of_the_package_are_seen() -> None:
    found: dict[str, int] = {}
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found[path.stem] = sum(_is_query(node) for node in ast.walk(tree))
    assert found["browse"] >= 8
    assert all(found[name] >= 1 for name in ("base", "remote", "pages", "entities"))


HEAD = "from ogpgraph.terms import Term, iri, literal\nfrom ogpgraph.kinds import absolute\n"
PLANTED = {
    "a parameter": "def f(x: str):\n    return f'SELECT * {{ ?s ?p <{x}> }}'",
    "a percent": "def f(x):\n    return 'SELECT * { ?s ?p <%s> }' % x",
    "a format": "def f(x):\n    return 'ASK {{ ?s ?p {} }}'.format(x)",
    "a format by name": "def f(x):\n    return 'ASK {{ ?s ?p {y} }}'.format(y=x)",
    "a replacement": "def f(x):\n    return 'ASK { ?s ?p $x }'.replace('$x', x)",
    "a sum": "def f(x):\n    return 'DELETE WHERE { ' + x + ' }'",
    "a sum of three": "def f(x):\n    return x + 'VALUES ?x { '",
    "a quoted value": "def f(x):\n    return f'FILTER (?x = \"{x}\")'",
    "a name bound to it": "def f(x):\n    y = x.strip()\n    return f'ASK {{ {y} }}'",
    "a name bound twice": "def f(x):\n    y = iri(x)\n    if x:\n        y = x\n    return f'ASK {{ {y} }}'",
    "a join": "def f(xs):\n    return f'VALUES ?x {{ {\" \".join(xs)} }}'",
    "a join of texts": "def f(xs):\n    y = ' '.join(f'<{x}>' for x in xs)\n    return f'VALUES ?x {{ {y} }}'",
    "a list that grew": "def f(x):\n    y = ['a']\n    y.append(x)\n    return f'ASK {{ {\" \".join(y)} }}'",
    "another iri": "def f(x):\n    return f'ASK {{ {absolute(x)} ?p ?o }}'",
    "a method": "class A:\n    def f(self, x):\n        return f'ASK {{ {self._g(x)} }}'\n    def _g(self, x):\n        return x + '.'",
    "a private parameter": "def _f(x: str):\n    return f'ASK {{ {x} }}'\ndef g(x: str):\n    return _f(x)",
    "an attribute": "class A:\n    def f(self):\n        return f'GRAPH <{self.x}> {{'",
    "a subscript": "def f(x):\n    return f'ASK {{ {x[0]} }}'",
    "a loop": "def f(xs):\n    for x in xs:\n        yield f'INSERT DATA {{ {x} }}'",
    "a tuple": "def f(xs):\n    a, b = xs\n    return f'GRAPH {a} {{ }}'",
    "a string of a term's value": "def f(x: Term):\n    return f'ASK {{ <{x.value}> ?p ?o }}'",
    "a walrus": "def f(x):\n    if y := x:\n        return f'ASK {{ {y} }}'",
    "sql": "def f(x):\n    return f'SELECT * FROM {x}'",
    "a service": "def f(x):\n    return f'SERVICE <{x}> {{ }}'",
}
RIGHT = {
    "a term": "def f(x):\n    return f'ASK {{ {iri(x)} ?p {literal(x)} }}'",
    "a name": "def f(x):\n    y = iri(x)\n    return f'ASK {{ {y} ?p ?o }}'",
    "a declared term": "def f(x: Term, n: int):\n    return f'ASK {{ {x} ?p ?o }} LIMIT {n + 1}'",
    "a join": "def f(xs):\n    y = ' '.join(str(iri(x)) for x in xs)\n    return f'VALUES ?x {{ {y} }}'",
    "terms": "def f(xs: list[Term]):\n    return f'VALUES ?x {{ {\" \".join(map(str, xs))} }}'",
    "a constant": "_PATTERN = '?s ?p ?o'\ndef f():\n    return f'ASK {{ {_PATTERN} }}'",
    "a method": "class A:\n    def f(self, x):\n        return f'ASK {{ {self._g(x)} }}'\n    def _g(self, x):\n        return f'{iri(x)} ?p ?o'",
    "a message": "def f(x):\n    return f'{x} is not a query: SELECT or ASK'",
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_offence_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "planted.py").write_text(HEAD + PLANTED[name] + "\n")
    assert offences(tmp_path), name


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(tmp_path: Path, name: str) -> None:
    (tmp_path / "planted.py").write_text(HEAD + RIGHT[name] + "\n")
    assert offences(tmp_path) == [], name

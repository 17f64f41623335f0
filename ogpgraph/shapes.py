"""What the shapes demand, read from their own graph: for pages that explain it in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ogpgraph.files import Graph, triples
from ogpgraph.terms import Term
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

_SH, _RDF = EXTERNAL_PREFIXES["sh"], EXTERNAL_PREFIXES["rdf"]
_GENID = "/.well-known/genid/"
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_LISTS = ("in", "languageIn", "or", "and", "xone")
_NO_DEMANDS = frozenset(
    {
        *("name", "description", "message", "severity", "path", "property", "prefixes", "declare"),
        *("order", "group", "flags", "deactivated", *_TARGETS),
    }
)
"""What stands at a shape and demands nothing of data."""
_DEPTH = 4
"""How far shapes without a name are followed into each other."""
_PATHS = MappingProxyType({"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+"})
Said = Mapping[str, Mapping[str, list[Term]]]


@dataclass(frozen=True, slots=True)
class Demand:
    """A constraint: the local name of its parameter, its values, the shapes that it refers to."""

    name: str
    values: tuple[Term, ...] = ()
    shapes: tuple[ShapeInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapeInfo:
    """A shape: texts by language, where it applies, what it demands.

    `severity` is violation, warning or info; `targets` are pairs of a way (`targetClass` …) and an
    IRI; `path` is in the syntax of SPARQL, with `<…>` where it is not one property; `parts` are its
    property shapes. `named` says whether it has an IRI of its own.
    """

    iri: str
    names: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    severity: str = "violation"
    targets: tuple[tuple[str, str], ...] = ()
    path: str = ""
    demands: tuple[Demand, ...] = ()
    parts: tuple[ShapeInfo, ...] = ()

    @property
    def local(self) -> str:
        """The end of its IRI, by which reports and pages name it."""
        return self.iri.rpartition("#")[2]

    @property
    def named(self) -> bool:
        """Whether it has a name of its own; others stand within those that have."""
        return _GENID not in self.iri


@dataclass(frozen=True, slots=True)
class ShapeIndex:
    """The named shapes by the file that they stand in, each of them once: parts within wholes."""

    groups: Mapping[str, tuple[ShapeInfo, ...]]

    @classmethod
    def of(cls, files: Mapping[str, Graph]) -> ShapeIndex:
        """Read the shapes of some files, given by name."""
        said = _said(files.values())
        groups = {}
        for name, graph in files.items():
            own = _named(_said([graph]))
            within = {one for iri in own for one in _parts(said, iri)}
            tops = [_shape(said, iri) for iri in own if iri not in within]
            groups[name] = tuple(tops)
        return cls(MappingProxyType(groups))

    def all(self) -> Iterable[ShapeInfo]:
        """Every named shape, those within others after these."""
        for group in self.groups.values():
            for shape in group:
                yield shape
                yield from (part for part in shape.parts if part.named)

    def on_class(self, iri: str) -> list[ShapeInfo]:
        """The shapes that apply to the things of a class."""
        return [one for one in self.all() if ("targetClass", iri) in one.targets]

    def on_property(self, iri: str) -> list[ShapeInfo]:
        """The shapes that look at a property, alone or on a path."""
        return [one for one in self.all() if one.path == iri or f"<{iri}>" in one.path]


def _said(graphs: Iterable[Graph]) -> dict[str, dict[str, list[Term]]]:
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for graph in graphs:
        for subject, predicate, value in triples(graph):
            said[subject.value][predicate.value].append(value)
    return said


def _named(said: Said) -> list[str]:
    """The shapes of a file that have a name, by their IRIs."""
    kinds = {f"{_SH}NodeShape", f"{_SH}PropertyShape"}
    found = (
        iri
        for iri, known in said.items()
        if kinds & {term.value for term in known.get(RDF_TYPE, ())} and _GENID not in iri
    )
    return sorted(found)


def _parts(said: Said, iri: str) -> list[str]:
    return sorted(term.value for term in said.get(iri, {}).get(f"{_SH}property", ()))


def _shape(said: Said, iri: str, depth: int = _DEPTH) -> ShapeInfo:
    known = said.get(iri, {})
    severity = next((term.value for term in known.get(f"{_SH}severity", ())), f"{_SH}Violation")
    targets = [(way, term.value) for way in _TARGETS for term in known.get(_SH + way, ())]
    paths = known.get(f"{_SH}path", ())
    parts = _parts(said, iri) if depth else []
    return ShapeInfo(
        iri,
        _texts(known, "name"),
        _texts(known, "description"),
        _texts(known, "message"),
        severity.removeprefix(_SH).lower(),
        tuple(sorted(targets)),
        _path(said, paths[0].value) if paths else "",
        tuple(_demands(said, known, depth)),
        tuple(_shape(said, part, depth - 1) for part in parts),
    )


def _texts(known: Mapping[str, list[Term]], name: str) -> dict[str, str]:
    return {term.language or "": term.value for term in known.get(_SH + name, ())}


def _demands(said: Said, known: Mapping[str, list[Term]], depth: int) -> Iterable[Demand]:
    for predicate, terms in sorted(known.items()):
        name = predicate.removeprefix(_SH)
        if name == predicate or name in _NO_DEMANDS:
            continue
        values = [one for term in terms for one in _members(said, name, term)]
        if name == "sparql":
            values = [one for term in values for one in said[term.value].get(f"{_SH}select", ())]
        inner = [one.value for one in values if one.kind == "iri" and _is_shape(said, one.value)]
        if inner and name != "class":
            shapes = tuple(_shape(said, one, depth - 1) for one in inner) if depth else ()
            yield Demand(name, (), shapes)
        else:
            yield Demand(name, tuple(values))


def _members(said: Said, name: str, term: Term) -> list[Term]:
    return _listed(said, term.value) if name in _LISTS else [term]


def _listed(said: Said, node: str) -> list[Term]:
    """The members of an RDF list."""
    found: list[Term] = []
    while node != f"{_RDF}nil":
        found += said[node][f"{_RDF}first"]
        node = next((term.value for term in said[node][f"{_RDF}rest"]), f"{_RDF}nil")
    return found


def _is_shape(said: Said, iri: str) -> bool:
    known = said.get(iri, {})
    return any(predicate.startswith(_SH) for predicate in known)


def _path(said: Said, iri: str, *, inner: bool = False) -> str:
    """A path in the syntax of SPARQL; a single property as its IRI alone."""
    known = said.get(iri, {})
    for name, form in _PATHS.items():
        for term in known.get(_SH + name, ()):
            return form.format(_path(said, term.value, inner=True))
    for term in known.get(f"{_SH}alternativePath", ()):
        return "|".join(_path(said, one.value, inner=True) for one in _listed(said, term.value))
    if known.get(f"{_RDF}first"):
        return "/".join(_path(said, one.value, inner=True) for one in _listed(said, iri))
    return f"<{iri}>" if inner else iri

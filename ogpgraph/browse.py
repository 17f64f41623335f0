"""THE read path: a page of a list, and one thing with what belongs to it.

A list is exactly two queries, however long: the IRIs of the page, then one CONSTRUCT for
them with labels. Values enter queries only as terms.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS, PART_LINKS, Filter, Kind, absolute
from ogpgraph.store.base import Engine, Result, Row, boolean, rows, statements
from ogpgraph.terms import Term, iri, literal

PAGE_SIZE = 20
MAX_PAGE_SIZE = 1000
_MAX_CURSOR = 2000
"""Characters of a cursor at most; ours are far shorter."""

_LABELS = "?o skos:prefLabel ?label"
_STEPS = 4
"""How far parts of parts are followed: plan, process, stage, figure, evidence."""
_SOURCE = "dcterms:identifier ogp:retrievedFrom"
"""What is told of the document that a piece of evidence stands in."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: the IRIs in order, what is said of them, and where it goes on.

    `next` is the cursor of the following page, None on the last; `total` only where asked for.
    """

    kind: Kind
    items: tuple[str, ...]
    graph: Graph
    next: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing: its IRI, and the statements about it and its parts."""

    iri: str
    graph: Graph
    kind: Kind | None = None


class Browser:
    """Lists and descriptions from a store."""

    def __init__(self, store: Engine, names: Names, *, timeout: float | None = None) -> None:
        self._store = store
        self._names = names
        self._timeout = timeout

    def page(
        self,
        kind: Kind,
        filters: Mapping[str, str] | None = None,
        *,
        size: int = PAGE_SIZE,
        cursor: str | None = None,
        total: bool = False,
    ) -> Page:
        """A page of a list.

        Raises:
            BadRequest: an unknown filter, a value that no thing has, a bad size or cursor.
        """
        if not 1 <= size <= MAX_PAGE_SIZE:
            raise BadRequest(
                f"page_size is {size}; it must lie between 1 and {MAX_PAGE_SIZE}.",
                parameter="page_size",
            )
        patterns = self._patterns(kind, filters or {})
        after = _keyset(cursor) if cursor is not None else ""
        order = "ORDER BY ?key1 ?key2 ?item"
        found = self._rows(
            f"SELECT DISTINCT ?item ?key1 ?key2 WHERE {{ {patterns} {after} }} "
            f"{order} LIMIT {size + 1}"
        )
        if not found and not cursor:
            self._check_values(kind, filters or {})
        shown = found[:size]
        items = tuple(row["item"].value for row in shown)
        count = self._count(patterns) if total else None
        more = _cursor(shown[-1]) if len(found) > size else None
        return Page(kind, items, self._described(items, kind), more, count)

    def describe(self, subject: str, kind: Kind | None = None) -> Resource:
        """One thing with its parts and their parts, and the labels of what they name.

        Raises:
            NotFound: nothing is said of it.
            BadRequest: it is not an IRI.
        """
        root = iri(subject)
        things = " ".join(map(str, self._with_parts(root)))
        graph = self._construct(
            f"{{ VALUES ?s {{ {things} }} ?s ?p ?o "
            f"FILTER (?p != ogp:evidenceFor || ?s = {root}) }} "
            f"UNION {{ VALUES ?part {{ {things} }} VALUES ?p {{ {_SOURCE} }} "
            f"?part oa:hasSource ?s . ?s ?p ?o }} "
            f"{_context(kind, [root])}"
        )
        if not len(graph):
            raise NotFound(f"Nothing is said here of {subject}.")
        return Resource(subject, graph, kind)

    def _with_parts(self, root: Term) -> list[Term]:
        """A thing and what belongs to it, by one query a step."""
        links = " ".join(f"ogp:{name}" for name in PART_LINKS)
        found: dict[Term, None] = {root: None}
        step: list[Term] = [root]
        for _ in range(_STEPS):
            things = " ".join(map(str, step))
            parts = self._rows(
                f"SELECT DISTINCT ?part WHERE {{ VALUES ?thing {{ {things} }} "
                f"VALUES ?link {{ {links} }} ?thing ?link ?part FILTER (isIRI(?part)) }}"
            )
            step = [row["part"] for row in parts if row["part"] not in found]
            if not step:
                break
            found |= dict.fromkeys(step)
        return list(found)

    def _described(self, items: Sequence[str], kind: Kind) -> Graph:
        if not items:
            return Graph()
        roots = [iri(item) for item in items]
        listed = " ".join(map(str, roots))
        return self._construct(f"{{ VALUES ?s {{ {listed} }} ?s ?p ?o }} {_context(kind, roots)}")

    def _construct(self, pattern: str) -> Graph:
        text = (
            f"{self._names.sparql_prologue}CONSTRUCT {{ ?s ?p ?o . {_LABELS} }} "
            f"WHERE {{ {pattern} OPTIONAL {{ {_LABELS} }} }}"
        )
        return statements(self._asked(text))

    def _rows(self, text: str) -> list[Row]:
        whole = self._names.sparql_prologue + text
        return list(rows(self._asked(whole)))

    def _asked(self, text: str) -> Result:
        graphs = self._names.shown_graphs
        return self._store.query(text, timeout=self._timeout, default_graphs=graphs)

    def _count(self, patterns: str) -> int:
        text = f"SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{ {patterns} }}"
        return int(self._rows(text)[0]["n"].value)

    def _patterns(self, kind: Kind, filters: Mapping[str, str]) -> str:
        known = {one.name: one for one in kind.filters}
        members = kind.members or f"?item a {iri(kind.class_iri(self._names))} ."
        parts = [members]
        for name, value in filters.items():
            if name not in known:
                raise BadRequest(
                    f"{kind.name} has no filter “{name}”.", known=sorted(known), parameter=name
                )
            row: Filter = known[name]
            parts.append(f"VALUES ?{row.name} {{ {self._value(row, value)} }}")
            parts.append(row.pattern)
        return " ".join([*parts, kind.order])

    def _value(self, row: Filter, value: str) -> Term:
        """The term that a filter's value names: an id, or a whole IRI under the prefix."""
        if not value:
            raise BadRequest(f"{row.name} has no value.", parameter=row.name)
        if row.literal:
            return literal(value)
        prefix = absolute(self._names, row.prefix)
        try:
            return iri(value if value.startswith(prefix) else prefix + value)
        except BadRequest as error:
            raise BadRequest(f"{row.name}: {error.message}", parameter=row.name) from error

    def _check_values(self, kind: Kind, filters: Mapping[str, str]) -> None:
        """After an empty list: tell an id that nothing has from a filter that fits nothing."""
        for row in kind.filters:
            if row.literal or row.name not in filters:
                continue
            value = self._value(row, filters[row.name])
            ask = f"ASK {{ {value} ?p ?o }}"
            if not boolean(self._asked(ask)):
                raise BadRequest(
                    f"{row.name}: nothing here has the id “{filters[row.name]}”.",
                    known=self._known_values(row),
                    parameter=row.name,
                )

    def _known_values(self, row: Filter) -> list[str]:
        kind: Kind | None = next((k for k in KINDS.values() if k.prefix == row.prefix), None)
        if kind is None:
            prefix = absolute(self._names, row.prefix)
            scheme = iri(prefix.rstrip("/"))
            found = self._rows(f"SELECT ?item WHERE {{ ?item skos:inScheme {scheme} }} LIMIT 100")
            return sorted(r["item"].value.removeprefix(prefix) for r in found)
        members = kind.members or f"?item a {iri(kind.class_iri(self._names))} ."
        found = self._rows(f"SELECT DISTINCT ?item WHERE {{ {members} }} LIMIT 200")
        return sorted(kind.identifier(self._names, r["item"].value) or "" for r in found)


def _context(kind: Kind | None, roots: Sequence[Term]) -> str:
    """The pattern of what a kind shows of the things around its own."""
    if kind is None or not kind.context:
        return ""
    return f"UNION {{ VALUES ?root {{ {' '.join(map(str, roots))} }} {kind.context} }}"


def _cursor(row: Row) -> str:
    key2 = int(float(row["key2"].value))
    values = [row["key1"].value, key2, row["item"].value]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _keyset(cursor: str) -> str:
    """The condition “after this row” of a cursor that we gave out."""
    try:
        if len(cursor) > _MAX_CURSOR:
            raise ValueError(cursor)
        padded = cursor + "=" * (-len(cursor) % 4)
        values: Any = json.loads(base64.urlsafe_b64decode(padded))
        first, second, item = values
        one, two, three = literal(str(first)), int(second), literal(str(item))
    except (ValueError, TypeError, OverflowError, RecursionError, BadRequest) as error:
        raise BadRequest(
            "cursor is not one that this service gave out.", parameter="cursor"
        ) from error
    return (
        f"FILTER (?key1 > {one} || (?key1 = {one} && "
        f"(?key2 > {two} || (?key2 = {two} && STR(?item) > {three}))))"
    )

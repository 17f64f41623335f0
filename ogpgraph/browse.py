"""THE read path: a page of a list, and one thing with what belongs to it.

A list is one query, however long: what is said of the items of the page, which the index of the
version names. Values enter queries only as terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ogpgraph.collation import sort_key
from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS, PART_LINKS, Filter, Kind, absolute
from ogpgraph.list_index import PAGE_SIZE, Asked, Excerpt, Facet, ListIndex
from ogpgraph.store.base import Engine, Result, Row, boolean, rows, statements
from ogpgraph.terms import Term, iri, literal

MAX_PAGE_SIZE = 1000
_MOST_KNOWN = 300
"""Ids that would be right, of those that an error names: there are 169 targets and 17 goals."""
_LABELS = "?o skos:prefLabel ?label"
_STEPS = 4
"""How far parts of parts are followed: plan, process, stage, figure, evidence."""
_SOURCE = "dcterms:identifier ogp:retrievedFrom"
"""What is told of the document that a piece of evidence stands in."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: the IRIs in order, what is said of them, and where it goes on.

    `next`, `previous` and `last` are cursors of other pages: empty for the first one, None
    where there is none. `total` counts the whole list.
    """

    kind: Kind
    items: tuple[str, ...]
    graph: Graph
    next: str | None
    total: int
    previous: str | None = None
    last: str = ""
    facets: tuple[Facet, ...] = ()
    sort: str = ""
    """As it was asked for; empty for the list's own order."""


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

    def page(self, index: ListIndex, asked: Asked) -> Page:
        """A page of a list; see `find`."""
        return self.show(index.kind, self.find(index, asked), asked.sort)

    def find(self, index: ListIndex, asked: Asked) -> Excerpt:
        """Which things are on a page of a list. The store is asked of values nothing has at most.

        Args:
            index: of the version that the store is of.
            asked: filters by the ids or IRIs of their values.

        Raises:
            BadRequest: an unknown filter or order, a value that no thing has, a bad size or cursor.
        """
        if not 1 <= asked.size <= MAX_PAGE_SIZE:
            raise BadRequest(
                f"page_size is {asked.size}; it must lie between 1 and {MAX_PAGE_SIZE}.",
                parameter="page_size",
            )
        return index.page(replace(asked, filters=self._values(index, asked.filters)))

    def show(self, kind: Kind, found: Excerpt, sort: str, *, table: bool = False) -> Page:
        """What is said of the things on a page of a list: one query.

        Args:
            kind: of the list.
            found: what is on the page.
            sort: as it was asked for.
            table: whether it is described as a table needs it.
        """
        return Page(
            kind,
            found.items,
            self._described(found.items, kind, table=table),
            found.next,
            found.total,
            found.previous,
            found.last,
            found.facets,
            sort,
        )

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
            f"{_context(kind.context if kind else '', [root])}"
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

    def _described(self, items: Sequence[str], kind: Kind, *, table: bool) -> Graph:
        if not items:
            return Graph()
        roots = [iri(item) for item in items]
        listed = " ".join(map(str, roots))
        around = _context(kind.context, roots)
        if table:
            around += _context(kind.table_context, roots)
        return self._construct(f"{{ VALUES ?s {{ {listed} }} ?s ?p ?o }} {around}")

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

    def _values(self, index: ListIndex, given: Mapping[str, str]) -> dict[str, str]:
        """The IRIs and texts that the values of filters name."""
        known = {row.name: row for row in index.kind.filters}
        found = {}
        for name, value in given.items():
            if name not in known:
                raise BadRequest(
                    f"{index.kind.name} has no filter “{name}”.",
                    known=sorted(known),
                    parameter=name,
                )
            term = self._value(known[name], value)
            if not index.has(name, term.value):
                self._check_there(index, known[name], term, value)
            found[name] = term.value
        return found

    def _value(self, row: Filter, value: str) -> Term:
        """The term that a filter's value names: an id, or a whole IRI under the prefix."""
        if not value:
            raise BadRequest(f"{row.name} has no value.", parameter=row.name)
        if row.literal:
            return literal(value)
        prefix = absolute(self._names, row.prefix)
        try:
            value = row.normal(value)
            return iri(value if value.startswith(prefix) else prefix + value)
        except BadRequest as error:
            raise BadRequest(
                f"{row.name}: {error.message}", known=error.known, parameter=row.name
            ) from error

    def _check_there(self, index: ListIndex, row: Filter, term: Term, value: str) -> None:
        """Tell a value that nothing here has from one that fits nothing: a filter may do that.

        A text that nothing has fits nothing, but for one that cannot be what is asked for.
        """
        if row.literal:
            if row.numbered and not any(character.isdigit() for character in value):
                raise BadRequest(
                    f"{row.name} is “{value[:80]}”, which has no digit.",
                    known=self._known_values(index, row),
                    parameter=row.name,
                )
            return
        if not boolean(self._asked(f"ASK {{ {term} ?p ?o }}")):
            raise BadRequest(
                f"{row.name}: nothing here has the id “{value}”.",
                known=self._known_values(index, row),
                parameter=row.name,
            )

    def _known_values(self, index: ListIndex, row: Filter) -> list[str]:
        """Ids that a filter takes: of the things of its kind or scheme, and of what items name.

        So an organisation that takes part is among the institutions, of which it is none.
        """
        named = index.values(row.name)
        if row.literal:
            return sorted(named, key=sort_key)[:_MOST_KNOWN]
        prefix = absolute(self._names, row.prefix)
        found = {one.removeprefix(prefix) for one in named if one.startswith(prefix)}
        found.update(self._ids(row))
        return sorted(found - {""}, key=sort_key)[:_MOST_KNOWN]

    def _ids(self, row: Filter) -> list[str]:
        """The ids of the things of a filter's kind, or of its scheme."""
        kind: Kind | None = next((k for k in KINDS.values() if k.prefix == row.prefix), None)
        prefix = absolute(self._names, row.prefix)
        if kind is None:
            scheme = iri(prefix.rstrip("/"))
            found = self._rows(f"SELECT ?item WHERE {{ ?item skos:inScheme {scheme} }} LIMIT 100")
            return [r["item"].value.removeprefix(prefix) for r in found]
        classes = " ".join(str(iri(one)) for one in kind.class_iris(self._names))
        found = self._rows(
            f"SELECT DISTINCT ?item WHERE {{ VALUES ?class {{ {classes} }} ?item a ?class }} "
            "LIMIT 200"
        )
        return [kind.identifier(self._names, r["item"].value) or "" for r in found]


def _context(pattern: str, roots: Sequence[Term]) -> str:
    """A pattern of what a kind shows of the things around its own, about some of them."""
    if not pattern:
        return ""
    return f"UNION {{ VALUES ?root {{ {' '.join(map(str, roots))} }} {pattern} }} "


__all__ = ["MAX_PAGE_SIZE", "PAGE_SIZE", "Asked", "Browser", "Page", "Resource"]

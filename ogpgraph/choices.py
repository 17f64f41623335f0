"""What a parameter of a stored query can be, of what is published: for forms, OpenAPI, messages.

Kinds of things that are few enough to choose from are listed, with their labels; those of which
there are more than `MAX_CHOICES`, and those that anything can be, are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.errors import BadRequest
from ogpgraph.iris import Names
from ogpgraph.queries import Parameter, StoredQuery, iri_prefixes
from ogpgraph.store.base import Engine, Row, rows
from ogpgraph.terms import Term, iri
from ogpgraph.vocab import EXTERNAL_PREFIXES, LANGUAGES, PREF_LABEL, RDF_TYPE

MAX_CHOICES = 200
_OPEN = frozenset({"resource", "property"})
"""Kinds of IRI parameters that anything can be."""
_CLASSES = MappingProxyType(
    {
        "country": "Country",
        "plan": "ActionPlan",
        "commitment": "Commitment",
        "institution": "PublicInstitution",
    }
)
_SDG_CLASSES = MappingProxyType({"goal": "Goal", "target": "Target"})
_IN_SCHEME = EXTERNAL_PREFIXES["skos"] + "inScheme"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a parameter can be: what a caller writes for it, and its labels."""

    identifier: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """Its label in a language, else in another, else its id."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.identifier)


class Choices:
    """The choices of one edition of the data: the newest that was asked for. Any thread may ask."""

    def __init__(self, names: Names, *, timeout: float | None = None) -> None:
        self._names = names
        self._timeout = timeout
        self._known: tuple[str, dict[str, tuple[Choice, ...]]] = ("", {})

    def of(self, kind: str | None, store: Engine, edition: str) -> tuple[Choice, ...]:
        """The choices of a kind of IRI parameter, in the order of their ids; () for no list.

        Args:
            kind: the `resource` of a parameter.
            store: what to ask, if this edition has not been asked yet.
            edition: of the data in that store.
        """
        if kind is None or kind in _OPEN:
            return ()
        known = self._known
        if known[0] != edition:
            self._known = known = (edition, {})
        if kind not in known[1]:
            known[1][kind] = choices(store, self._names, kind, timeout=self._timeout)
        return known[1][kind]


def choices(
    store: Engine, names: Names, kind: str, *, timeout: float | None = None
) -> tuple[Choice, ...]:
    """What an IRI parameter of this kind can be; () where that is no list, or too long a one."""
    if kind in _OPEN:
        return ()
    predicate, value = _membership(names, kind)
    text = (
        f"SELECT ?item ?label WHERE {{ "
        f"{{ SELECT DISTINCT ?item WHERE {{ ?item {predicate} {value} }} "
        f"ORDER BY ?item LIMIT {MAX_CHOICES + 1} }} "
        f"OPTIONAL {{ ?item {iri(PREF_LABEL)} ?label }} }}"
    )
    labels: dict[str, dict[str, str]] = {}
    prefix = iri_prefixes(names)[kind]
    for row in rows(store.query(text, timeout=timeout)):
        item, label = row["item"].value, row.get("label")
        said = labels.setdefault(item.removeprefix(prefix), {})
        if label is not None and label.language in LANGUAGES:
            said[label.language] = label.value
    if len(labels) > MAX_CHOICES:
        return ()
    ordered = sorted((i for i in labels if ":" not in i), key=_natural)  # none of elsewhere
    return tuple(Choice(i, MappingProxyType(labels[i])) for i in ordered)


def check(
    store: Engine,
    query: StoredQuery,
    values: Mapping[str, str],
    names: Names,
    *,
    timeout: float | None = None,
) -> None:
    """Refuse an IRI that is of another kind than its parameter, or of which nothing is said.

    Args:
        store: what is published.
        query: whose parameters they are.
        values: as a caller wrote them, each of its parameter's type (`StoredQuery.bind`).
        names: of the deployment.
        timeout: seconds.

    Raises:
        BadRequest: naming what there is instead, where that can be listed.
    """
    given = [
        (parameter, Term("iri", parameter.term(values[parameter.name])[1:-1]))
        for parameter in query.parameters
        if parameter.kind == "iri" and values.get(parameter.name)
    ]
    there = _there(store, [term for _, term in given], timeout)
    for parameter, term in given:
        if term in there and _is_of_kind(parameter, term):
            continue
        kind = parameter.resource or ""
        known = choices(store, names, kind, timeout=timeout)
        article = "an" if kind.startswith(tuple("aeiou")) else "a"
        raise BadRequest(
            f"The parameter {parameter.name}: nothing here is {article} {kind} with the id or IRI "
            f"“{values[parameter.name][:80]}”.",
            known=[choice.identifier for choice in known],
            parameter=parameter.name,
        )


def _there(store: Engine, terms: Iterable[Term], timeout: float | None) -> set[Term]:
    """Of some IRIs those of which something is said, or by which."""
    asked: list[Term] = list(dict.fromkeys(terms))
    if not asked:
        return set()
    text = (
        f"SELECT ?value WHERE {{ VALUES ?value {{ {' '.join(map(str, asked))} }} "
        f"FILTER (EXISTS {{ ?value ?p ?o }} || EXISTS {{ ?s ?value ?o }}) }}"
    )
    found: list[Row] = list(rows(store.query(text, timeout=timeout)))
    return {row["value"] for row in found}


def _is_of_kind(parameter: Parameter, term: Term) -> bool:
    kind = parameter.resource or ""
    return kind in _OPEN or term.value.startswith(parameter.prefixes[kind])


def _membership(names: Names, kind: str) -> tuple[Term, Term]:
    """By which property, and of what value, the things of a kind are known."""
    if kind in _CLASSES:
        return iri(RDF_TYPE), iri(names.term(_CLASSES[kind]))
    if kind in _SDG_CLASSES:
        return iri(RDF_TYPE), iri(EXTERNAL_PREFIXES["sdgo"] + _SDG_CLASSES[kind])
    return iri(_IN_SCHEME), iri(names.concept(kind, "").rstrip("/"))


def _natural(identifier: str) -> list[tuple[int, int, str]]:
    """16.2 stands before 16.10, and both before 16.a."""
    pieces = re.split(r"(\d+)", identifier)
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in pieces if p]

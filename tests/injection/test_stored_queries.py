"""Q16: no value of a stored query's parameter is taken for SPARQL, whatever it is.

Every string is given to every parameter of every stored query. What is bound is evaluated for
every parameter with some strings of each family; for all that are taken under `OGPGRAPH_SOAK=1`.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from ogpgraph.errors import BadRequest
from ogpgraph.gate import inspect
from ogpgraph.library import Library
from ogpgraph.queries import Parameter, StoredQuery
from ogpgraph.service import Service
from ogpgraph.store.base import rows

SOAK = bool(os.environ.get("OGPGRAPH_SOAK"))
EVALUATED = 10_000 if SOAK else 1
"""Strings of a family that are evaluated for a parameter, of those that it takes."""


def example(query: StoredQuery) -> dict[str, str]:
    return {p.name: p.example or p.default or "" for p in query.parameters if p.required}


def around(query: StoredQuery) -> tuple[list[str], list[str]]:
    """The text between the slots, and the name of the parameter of each slot."""
    pieces, position = [], 0
    for slot in query.slots:
        pieces.append(query.text[position : slot.start])
        position = slot.end
    return [*pieces, query.text[position:]], [slot.parameter for slot in query.slots]


def filled(query: StoredQuery, terms: dict[str, str]) -> str:
    pieces, names = around(query)
    between = [terms[name] for name in names] + [""]
    return "".join(piece + term for piece, term in zip(pieces, between, strict=True))


def the_only_term(text: str) -> ox.NamedNode | ox.Literal:
    """The term that a text is, in the reading of another grammar than SPARQL's."""
    assert "\n" not in text
    assert "\r" not in text
    document = f"<http://e/s> <http://e/p> {text} ."
    (quad,) = ox.parse(document.encode(), format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.NamedNode | ox.Literal)
    return quad.object


def meant(parameter: Parameter, value: str) -> Callable[[object], bool]:
    """What the term must be, for a value that was taken."""
    if parameter.kind == "iri":
        ends = parameter.prefixes[parameter.resource or ""] + value
        return lambda term: isinstance(term, ox.NamedNode) and term.value in {value, ends}
    if parameter.kind == "language":
        return lambda term: term == ox.Literal(value.lower())
    if parameter.kind == "string":
        return lambda term: term == ox.Literal(value)
    return lambda term: isinstance(term, ox.Literal) and term.value == value


def test_every_string_stays_one_term_in_every_parameter(library: Library, families) -> None:
    """The text around the braces is that of the file, and between them stands the value."""
    strings = [string for some in families.values() for string in some]
    taken = refused = 0
    for query in library.queries.values():
        base = {p.name: p.unbound() for p in query.parameters if not p.required}
        base |= {p.name: p.term(p.example or "") for p in query.parameters if p.required}
        for parameter in query.parameters:
            for value in strings:
                try:
                    text = query.bind({**example(query), parameter.name: value})
                except BadRequest:
                    refused += 1
                    continue
                term = parameter.term(value)
                assert meant(parameter, value)(the_only_term(term)), (query.name, value)
                assert text == filled(query, {**base, parameter.name: term}), (query.name, value)
                taken += 1
    assert taken > 500
    assert refused > 10_000


Rows = set[tuple[tuple[str, str], ...]]


def answer(service: Service, text: str) -> Rows:
    inspect(text)  # what we bind may also be sent by somebody else
    return {
        tuple(sorted((name, str(term)) for name, term in row.items()))
        for row in rows(service.store.query(text))
    }


def iris(found: Rows) -> set[str]:
    return {term for row in found for _, term in row if term.startswith("<")}


def known_iris(service: Service) -> set[str]:
    text = "SELECT DISTINCT ?t {{?t ?p ?o} UNION {?s ?t ?o} UNION {?s ?p ?t FILTER(isIRI(?t))}}"
    return {str(row["t"]) for row in rows(service.store.query(text))}


def evaluated(query: StoredQuery, parameter: Parameter, families) -> list[tuple[str, str]]:
    """The values and bound texts to evaluate: of those taken, some of each family."""
    found = []
    for some in families.values():
        left = EVALUATED
        for value in some:
            if not left:
                break
            try:
                text = query.bind({**example(query), parameter.name: value})
            except BadRequest:
                continue
            found.append((value, text))
            left -= 1
    return found


def test_what_is_bound_gives_no_row_beyond_the_resource(
    service: Service, families, unchanged
) -> None:
    """A parameter without a default narrows the answer; any has things that are there."""
    count, known = 0, known_iris(service)
    for query in service.library.queries.values():
        for parameter in query.parameters:
            narrows = not parameter.required and parameter.default is None
            whole = answer(service, query.bind(example(query))) if narrows else set()
            for value, text in evaluated(query, parameter, families):
                found = answer(service, text)
                count += 1
                assert not narrows or found <= whole, (query.name, parameter.name, value)
                there = known | {parameter.term(value)}
                assert iris(found) <= there, (query.name, parameter.name, value)
    assert count > 100


def test_an_unknown_parameter_is_refused_by_every_query(library: Library, families) -> None:
    for query in library.queries.values():
        known = {p.name for p in query.parameters}
        for some in families.values():
            for value in some[:20]:
                if value not in known:
                    with pytest.raises(BadRequest):
                        query.bind({**example(query), value: "x"})

"""The page of a stored query: the form that asks it, and what it answers as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request

from ogpgraph import formats
from ogpgraph.choices import Choice, Choices
from ogpgraph.formats import RESULTS_JSON, Offer
from ogpgraph.queries import MAX_VALUE, Parameter, StoredQuery, without_header
from ogpgraph.store.base import Result, boolean
from ogpgraph.store.base import solutions as solved
from ogpgraph.terms import Term
from ogpgraph.web import pages
from ogpgraph.web.context import language, reading_of, service_of
from ogpgraph.web.pages import SPARQL_PAGE_ROWS
from ogpgraph.web.texts import COLUMNS
from ogpgraph.web.views import Value, Viewer


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form. `options` are value and text of a select box; none: it is written."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    options: tuple[tuple[str, str], ...]
    number: str | None = None
    """For numbers, the step between them as HTML has it."""
    longest: int = MAX_VALUE


def choices_of(request: Request, parameter: Parameter) -> tuple[Choice, ...]:
    """What a parameter can be, of the data that this request reads; () where that is no list."""
    reading = reading_of(request)
    return _choices(request.app, request).of(parameter.resource, reading.store, reading.edition)


def _choices(app: FastAPI, request: Request) -> Choices:
    """Those of the application, made when they are first asked for."""
    if not hasattr(app.state, "choices"):
        service = service_of(request)
        app.state.choices = Choices(service.names, timeout=service.settings.query_timeout)
    found = app.state.choices
    assert isinstance(found, Choices)
    return found


def page(
    request: Request,
    query: StoredQuery,
    values: Mapping[str, str],
    text: str,
    result: Result,
    offers: Sequence[Offer],
) -> str:
    """The page.

    Args:
        request: as it came.
        query: the one that it names.
        values: what its parameters were given, or stand at.
        text: the query with these values.
        result: what it answers.
        offers: the other forms of the answer.
    """
    at = language(request)
    tail = urlencode({**values, "lang": at})
    forms = [
        (offer.suffix, f"/queries/{query.name}.{offer.suffix}?{tail}")
        for offer in offers
        if offer.media_type != formats.HTML
    ]
    return pages.page(
        request,
        "stored.html",
        title=query.titles[at],
        description=query.descriptions[at],
        name=query.name,
        fields=fields(request, query, values),
        query=without_header(text).strip(),
        answer=_answer(request, result),
        answer_forms=forms,
    )


def fields(request: Request, query: StoredQuery, values: Mapping[str, str]) -> list[Field]:
    """The inputs of a query's form: the language is the page's own, and none of them."""
    at = pages.index(request)
    return [
        Field(
            parameter.name,
            COLUMNS.get(parameter.name, (parameter.name, parameter.name))[at],
            parameter.descriptions[language(request)],
            _short(parameter, values.get(parameter.name, "")),
            parameter.required,
            _options(request, parameter),
            {"integer": "1", "decimal": "any"}.get(parameter.kind),
        )
        for parameter in query.parameters
        if parameter.kind != "language"
    ]


def _short(parameter: Parameter, value: str) -> str:
    """A value as the choices have it: an id where it was a whole IRI."""
    prefix = parameter.prefixes.get(parameter.resource or "", "")
    return value.removeprefix(prefix) if prefix else value


def _options(request: Request, parameter: Parameter) -> tuple[tuple[str, str], ...]:
    found = choices_of(request, parameter)
    if not found:
        return ()
    open_ = not parameter.required and parameter.default is None
    any_of_them = [("", pages.words(request)["any"])] if open_ else []
    named = [(choice.identifier, _named(choice, language(request))) for choice in found]
    return (*any_of_them, *named)


def _named(choice: Choice, at: str) -> str:
    """Its label, behind the id where that is a number or has one."""
    label = choice.label(at)
    numbered = any(character.isdigit() for character in choice.identifier)
    return f"{choice.identifier} – {label}" if numbered and label != choice.identifier else label


def _answer(request: Request, result: Result) -> dict[str, Any]:
    """What the template shows: a table, a text, or yes or no."""
    if result.kind == "graph":
        return {"text": result.write(formats.TURTLE).decode()}
    if result.kind == "boolean":
        return {"boolean": boolean(result)}
    columns, found = solved(result.write(RESULTS_JSON))
    shown = found[:SPARQL_PAGE_ROWS]
    terms = (row[name] for row in shown for name in columns if name in row)
    viewer = pages.labelled(request, (term.value for term in terms if term.kind == "iri"))
    table = {name: [_cell(request, viewer, row.get(name)) for row in shown] for name in columns}
    for name in [name for name in columns if name.lower().endswith("label")]:
        others = list(zip(*(cells for key, cells in table.items() if key != name), strict=True))
        pairs = zip(table[name], others, strict=True)
        if others and all(cell.text in {"", *(o.text for o in row)} for cell, row in pairs):
            del table[name]  # what the link beside it is called already
    at = pages.index(request)
    return {
        "columns": [COLUMNS.get(name, (name, name))[at] for name in table],
        "rows": list(zip(*table.values(), strict=True)),
        "count": len(found),
    }


def _cell(request: Request, viewer: Viewer, term: Term | None) -> Value:
    """A value of a table: ours by what it is called, others as they stand."""
    service, shown = service_of(request), viewer.reference(term)
    if term is None or term.kind != "iri":
        return shown
    if term.value.startswith(service.names.term("")):
        shown.text = service.library.ontology.label(term.value, language(request))
        return shown
    return viewer.label(term.value) if not shown.external else shown

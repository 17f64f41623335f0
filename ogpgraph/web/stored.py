"""Stored queries over HTTP: their catalogue, and each as an operation with typed parameters.

They are ours and bounded, and run where lists and things do; only values come from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request, Response

from ogpgraph import choices, formats
from ogpgraph.errors import NotFound
from ogpgraph.executables import address, executables
from ogpgraph.files import Graph
from ogpgraph.formats import BOOLEAN_OFFERS, GRAPH_OFFERS, RESOURCE_OFFERS, SOLUTION_OFFERS, Offer
from ogpgraph.json_schema import reference
from ogpgraph.queries import Parameter, StoredQuery
from ogpgraph.web import operations, pages, questions, respond
from ogpgraph.web.context import language, parameters, reading_of, service_of

ANSWER_OFFERS = MappingProxyType(
    {
        "SELECT": (*SOLUTION_OFFERS, formats.PAGE),
        "ASK": (*BOOLEAN_OFFERS, formats.PAGE),
        "CONSTRUCT": (*GRAPH_OFFERS, formats.PAGE),
        "DESCRIBE": (*GRAPH_OFFERS, formats.PAGE),
    }
)
"""The forms of a query's answer, by its own form."""
"""Characters that stand as they are when an IRI becomes a URI for a header."""


def description_offers(query: StoredQuery) -> tuple[Offer, ...]:
    """The forms in which a query is described where it is answered: where RDF is no answer."""
    return () if query.form in {"CONSTRUCT", "DESCRIBE"} else GRAPH_OFFERS


def install(app: FastAPI) -> None:
    """Add the routes; `contract.py` describes each query as an operation of its own."""
    app.get(
        "/queries",
        summary=operations.both("Las consultas guardadas", "The stored queries"),
        description=operations.both(
            "Lo que se puede preguntar por su nombre, con los parámetros de cada consulta.",
            "What can be asked by name, with the parameters of each.",
        ),
        tags=["queries"],
        operation_id="list_queries",
        response_class=Response,
        openapi_extra={
            "parameters": [operations.lang()],
            **operations.read(RESOURCE_OFFERS, 400, 406, json=reference("QueryCatalogue")),
        },
    )(_catalogue)
    app.get("/queries.{suffix}", include_in_schema=False)(_catalogue_as)
    app.get("/queries/{name}", include_in_schema=False)(_query)


def _catalogue(request: Request) -> Response:
    return _listed(request, None)


def _catalogue_as(request: Request, suffix: str) -> Response:
    return _listed(request, suffix)


def _listed(request: Request, suffix: str | None) -> Response:
    offer = respond.choose(request, suffix, RESOURCE_OFFERS)
    parameters(request, ())
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    service = service_of(request)
    queries = list(service.library.queries.values())
    links = respond.alternates("/queries", RESOURCE_OFFERS)
    if offer.media_type == formats.HTML:
        content: str | bytes = pages.page(
            request, "queries.html", title=pages.words(request)["queries"], queries=queries
        )
    elif offer.media_type == formats.JSON:
        items = [_item(request, query) for query in queries]
        content = respond.json_text({"items": items, "version": reading_of(request).sequence})
    else:
        content = respond.rdf(request, offer, _described(request, queries))
    return respond.send(request, offer, content, links=links)


def _query(request: Request, name: str) -> Response:
    name, dot, suffix = name.partition(".")
    queries = service_of(request).library.queries
    if name not in queries:
        raise NotFound(f"There is no stored query “{name[:80]}”.", known=queries.near(name))
    query = queries[name]
    offered, described = ANSWER_OFFERS[query.form], description_offers(query)
    offer = respond.choose(request, suffix if dot else None, (*offered, *described))
    given = parameters(request, [parameter.name for parameter in query.parameters])
    path, tail = f"/queries/{name}", respond.query_of(request)
    links = respond.alternates(path, offered, tail)
    if described:
        links.append(f'<{path}.ttl>; rel="describedby"; type="{formats.TURTLE}"')
    if offer in described:
        if (same := respond.unchanged(request, offer)) is not None:
            return same
        content: str | bytes = respond.rdf(request, offer, _described(request, [query]))
        return respond.send(request, offer, content, links=links)
    return _answered(request, query, offer, given, links)


def _answered(
    request: Request, query: StoredQuery, offer: Offer, given: Mapping[str, str], links: list[str]
) -> Response:
    values = _values(request, query, given, example=offer is formats.PAGE)
    text = query.bind(values)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    reading = reading_of(request)
    store, timeout = reading.store, reading.timeout
    choices.check(store, query, given, reading.names, timeout=timeout)
    result = store.query(text, timeout=timeout)
    if offer is formats.PAGE:
        offered = ANSWER_OFFERS[query.form]
        content: str | bytes = questions.page(request, query, values, text, result, offered)
    else:
        content = result.write(offer.media_type)
    response = respond.send(request, offer, content, links=links)
    if any(is_of_page(parameter) for parameter in query.parameters):
        response.headers["Content-Language"] = language(request)
    return response


def _values(
    request: Request, query: StoredQuery, given: Mapping[str, str], *, example: bool
) -> dict[str, str]:
    """What a query's parameters are given.

    The language is the request's, as that of a page is. A page also shows what it is about before
    anything was chosen: `example` lets the examples stand for what is required and missing.
    """
    values = {}
    for parameter in query.parameters:
        value = given.get(parameter.name, "")
        if is_of_page(parameter):
            value = language(request)
        elif not value and example:
            value = (parameter.example if parameter.required else parameter.default) or ""
        if value:
            values[parameter.name] = value
    return values


def is_of_page(parameter: Parameter) -> bool:
    """Whether it is the language that a page is in, and not one that is asked for."""
    return parameter.kind == "language" and parameter.name == "lang"


def _described(request: Request, queries: list[StoredQuery]) -> Graph:
    base = service_of(request).settings.base_url()
    return executables(queries, base_url=base, endpoint=f"{base}/sparql")


def _item(request: Request, query: StoredQuery) -> dict[str, Any]:
    """A query as the catalogue in JSON has it."""
    url = address(service_of(request).settings.base_url(), query.name)
    return {
        "id": url,
        "name": query.name,
        "title": dict(query.titles),
        "description": dict(query.descriptions),
        "form": query.form,
        "parameters": [_parameter(parameter) for parameter in query.parameters],
        "links": {offer.suffix: f"{url}.{offer.suffix}" for offer in ANSWER_OFFERS[query.form]},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    found = {
        "name": parameter.name,
        "type": parameter.kind,
        "kind": parameter.resource,
        "required": parameter.required,
        "default": parameter.default,
        "example": parameter.example,
        "description": dict(parameter.descriptions),
    }
    return {name: value for name, value in found.items() if value is not None}

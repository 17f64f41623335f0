"""Each stored query as an operation of the description, with what its parameters can be now."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from ogpgraph import formats
from ogpgraph.formats import Offer
from ogpgraph.json_schema import reference
from ogpgraph.queries import MAX_VALUE, Parameter, StoredQuery
from ogpgraph.web import operations, schemas
from ogpgraph.web.questions import choices_of
from ogpgraph.web.stored import ANSWER_OFFERS, description_offers, is_of_page

Json = dict[str, Any]


def operation(request: Request, query: StoredQuery, found: Json) -> Json:
    """A stored query as an operation.

    Args:
        request: whose version of the data says what a parameter can be.
        query: the one.
        found: schemas by name; lists of what parameters can be are added.
    """
    declared = [_parameter(request, one, found) for one in query.parameters if not is_of_page(one)]
    titles, descriptions = query.titles, query.descriptions
    return {
        "tags": ["queries"],
        "summary": operations.both(titles["es"], titles["en"]),
        "description": operations.both(descriptions["es"], descriptions["en"]),
        "operationId": f"query_{query.name.replace('-', '_')}",
        "parameters": [*declared, operations.lang()],
        "responses": _responses(query),
    }


def _parameter(request: Request, parameter: Parameter, found: Json) -> Json:
    words = parameter.descriptions
    declared: Json = {
        "name": parameter.name,
        "in": "query",
        "description": operations.both(words["es"], words["en"]),
        "required": parameter.required,
        "schema": _schema(request, parameter, found),
    }
    if parameter.example is not None:
        declared["example"] = _value(parameter, parameter.example)
    return declared


def _schema(request: Request, parameter: Parameter, found: Json) -> Json:
    kinds = {"integer": {"type": "integer"}, "decimal": {"type": "number"}}
    schema: Json = kinds.get(parameter.kind, schemas.text(maxLength=MAX_VALUE))
    identifiers = [choice.identifier for choice in choices_of(request, parameter)]
    if identifiers:
        words = (parameter.resource or "").split("-")
        name = "".join(word.capitalize() for word in words) + "Id"
        found[name] = {"type": "string", "enum": identifiers}
        schema = reference(name)
    if parameter.default is not None:
        schema["default"] = _value(parameter, parameter.default)
    return schema


def _value(parameter: Parameter, text: str) -> str | int | float:
    """A value of a parameter as JSON has it."""
    if parameter.kind == "integer":
        return int(text)
    return float(text) if parameter.kind == "decimal" else text


def _responses(query: StoredQuery) -> Json:
    content: Json = {
        offer.media_type: {"schema": _content(query, offer)} for offer in ANSWER_OFFERS[query.form]
    }
    for offer in description_offers(query):
        words = ("La propia consulta, descrita en RDF.", "The query itself, described as RDF.")
        content[offer.media_type] = {"schema": _media(offer, words)}
    found = operations.sent()
    whole = operations.both("La respuesta entera.", "The whole answer.")
    return {
        "200": {**found, "description": whole, "content": content},
        **operations.unchanged(),
        **operations.problems(400, 406, 422, 503, 504),
        **operations.any_problem(),
    }


def _content(query: StoredQuery, offer: Offer) -> Json:
    if offer.media_type == formats.RESULTS_JSON:
        return reference("SparqlSolutions" if query.form == "SELECT" else "SparqlBoolean")
    if offer.media_type == formats.HTML:
        return _media(offer, ("Una página con el formulario.", "A page with the form."))
    return _media(offer, ("La respuesta.", "The answer."))


def _media(offer: Offer, words: tuple[str, str]) -> Json:
    if offer.media_type == formats.JSON_LD:
        return reference("JsonLd")
    return schemas.text(description=operations.both(*words))

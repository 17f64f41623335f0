"""`/openapi.json`: the routes as FastAPI describes them, and each stored query as an operation.

What a parameter can be is read from what is published, so the document is a function of the
edition of the data. The newest one is kept.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.formats import Offer
from ogpgraph.queries import MAX_VALUE, Parameter, StoredQuery
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web import operations, respond
from ogpgraph.web.context import reading_of, service_of
from ogpgraph.web.questions import choices_of
from ogpgraph.web.stored import ANSWER_OFFERS, description_offers

Json = dict[str, Any]
_OFFER = Offer(formats.JSON, (), "json")
_LANGUAGE_TEXT = (
    "Language of labels and pages: without it that of Accept-Language, else en. / "
    "Idioma de las etiquetas y las páginas: si falta, el de Accept-Language, y si no, en."
)


def install(app: FastAPI) -> None:
    """Add `/openapi.json`, which is also what `/docs` shows."""
    app.get("/openapi.json", include_in_schema=False)(_openapi)


def document(request: Request) -> Json:
    """The OpenAPI document of the data that this request reads. It is shared: do not change it."""
    state, edition = request.app.state, reading_of(request).edition
    known: tuple[str, Json] | None = getattr(state, "contract", None)
    if known is None or known[0] != edition:
        state.contract = known = (edition, _document(request))
    return known[1]


def _openapi(request: Request) -> Response:
    if (same := respond.unchanged(request, _OFFER)) is not None:
        return same
    return respond.send(request, _OFFER, respond.json_text(document(request)))


def _document(request: Request) -> Json:
    routes: Json = request.app.openapi()
    components: Json = routes.get("components", {})
    schemas = {**components.get("schemas", {}), **_result(), **_problem()}
    paths = dict(routes["paths"])
    for query in service_of(request).library.queries.values():
        paths[f"/queries/{query.name}"] = {"get": _operation(request, query, schemas)}
    components = {**components, "schemas": schemas, "securitySchemes": _tokens()}
    return {**routes, "paths": paths, "components": components}


def _tokens() -> Json:
    """What the routes that write ask for, by the name that they give it."""
    words = "A token of OGPGRAPH_TOKEN. / Un token de OGPGRAPH_TOKEN."
    return {"token": {"type": "http", "scheme": "bearer", "description": words}}


def _operation(request: Request, query: StoredQuery, schemas: Json) -> Json:
    """A stored query as an operation; lists of what its parameters can be go to the schemas."""
    declared = [_parameter(request, one, schemas) for one in query.parameters if not _language(one)]
    language = {"type": "string", "enum": list(LANGUAGES)}
    declared.append(
        {"name": "lang", "in": "query", "description": _LANGUAGE_TEXT, "schema": language}
    )
    titles, descriptions = query.titles, query.descriptions
    return {
        "tags": ["queries"],
        "summary": titles["en"],
        "description": f"{descriptions['en']}\n\n{titles['es']}. {descriptions['es']}",
        "operationId": f"query_{query.name.replace('-', '_')}",
        "parameters": declared,
        "responses": _responses(query),
    }


def _language(parameter: Parameter) -> bool:
    return parameter.kind == "language" and parameter.name == "lang"


def _parameter(request: Request, parameter: Parameter, schemas: Json) -> Json:
    found: Json = {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.descriptions['en']} / {parameter.descriptions['es']}",
        "required": parameter.required,
        "schema": _schema(request, parameter, schemas),
    }
    if parameter.example is not None:
        found["example"] = _value(parameter, parameter.example)
    return found


def _schema(request: Request, parameter: Parameter, schemas: Json) -> Json:
    kinds = {"integer": {"type": "integer"}, "decimal": {"type": "number"}}
    schema: Json = kinds.get(parameter.kind, {"type": "string", "maxLength": MAX_VALUE})
    identifiers = [choice.identifier for choice in choices_of(request, parameter)]
    if identifiers:
        words = (parameter.resource or "").split("-")
        name = "".join(word.capitalize() for word in words) + "Id"
        schemas[name] = {"type": "string", "enum": identifiers}
        schema = {"$ref": f"#/components/schemas/{name}"}
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
        content[offer.media_type] = {"schema": _media(offer, "The query itself, described as RDF.")}
    wrong = operations.problems(400)["400"] | {
        "description": "A parameter is missing, unknown or not of its type. / "
        "Falta un parámetro, no existe o no es de su tipo."
    }
    tag = {"description": "Of this answer on this edition of the data.", "schema": _text()}
    return {
        "200": {
            "description": "The whole answer. / La respuesta entera.",
            "headers": {"ETag": tag},
            "content": content,
        },
        **operations.unchanged(),
        "400": wrong,
        "default": operations.any_problem()["default"],
    }


def _content(query: StoredQuery, offer: Offer) -> Json:
    if offer.media_type == formats.RESULTS_JSON:
        return {"$ref": "#/components/schemas/SparqlResults"}
    if offer.media_type == formats.HTML:
        return _text() | {"description": "A page with the form and the answer."}
    about = "The answer as RDF." if query.form in {"CONSTRUCT", "DESCRIBE"} else "The answer."
    return _media(offer, about)


def _media(offer: Offer, about: str) -> Json:
    json = offer.media_type == formats.JSON_LD
    return ({"type": ["object", "array"]} if json else _text()) | {"description": about}


def _text() -> Json:
    return {"type": "string"}


def _result() -> Json:
    """The schemas of a SPARQL result in JSON."""
    term = {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"type": "string", "enum": ["uri", "literal", "bnode"]},
            "value": _text(),
            "datatype": _text(),
            "xml:lang": _text(),
        },
    }
    reference = {"$ref": "#/components/schemas/SparqlTerm"}
    solution = {"type": "object", "additionalProperties": reference}
    bindings = {"type": "array", "items": solution}
    results = {"type": "object", "required": ["bindings"], "properties": {"bindings": bindings}}
    variables = {"type": "array", "items": _text()}
    whole = {
        "type": "object",
        "description": "SPARQL 1.1 Query Results JSON Format.",
        "required": ["head"],
        "properties": {
            "head": {"type": "object", "properties": {"vars": variables}},
            "results": results,
            "boolean": {"type": "boolean"},
        },
    }
    return {"SparqlTerm": term, "SparqlResults": whole}


def _problem() -> Json:
    """The schema of an error."""
    texts = {name: _text() for name in ("type", "title", "detail", "instance", "parameter")}
    known = {"type": "array", "items": _text()}
    return {
        "Problem": {
            "type": "object",
            "description": "RFC 9457.",
            "required": ["type", "title", "status", "detail", "instance"],
            "properties": {**texts, "status": {"type": "integer"}, "known": known, "offers": known},
        }
    }

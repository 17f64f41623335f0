"""`/openapi.json`: the routes as FastAPI describes them, and each stored query as an operation.

What a parameter can be, what a thing looks like and what the examples show is read from what is
published, so the document is a function of the edition of the data, made when it is asked for.
"""

from __future__ import annotations

import json
from functools import partial
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.describing.usage import Usage
from ogpgraph.formats import Offer
from ogpgraph.json_schema import ClassSchemas, any_of
from ogpgraph.kinds import KINDS, UNLISTED
from ogpgraph.materialised import MaterialisedView
from ogpgraph.reading import Reading
from ogpgraph.service import Service
from ogpgraph.web import list_contract, operations, query_operations, respond, samples, schemas
from ogpgraph.web.context import reading_of, service_of

Json = dict[str, Any]
_OFFER = Offer(formats.JSON, (), "json")
_INFO = (
    "Planes de acción de gobierno abierto, sus compromisos, las instituciones que los cumplen y su "
    "relación con los Objetivos de Desarrollo Sostenible, como grafo de conocimiento.",
    "Action plans of open government, their commitments, the institutions behind them and their "
    "relation to the Sustainable Development Goals, as a knowledge graph.",
)
_TAGS = (
    ("about", "De qué trata el servicio y qué contiene.", "What the service is and holds."),
    ("queries", "Consultas guardadas, con parámetros.", "Stored queries, with parameters."),
    ("sparql", "El protocolo de SPARQL 1.1.", "The SPARQL 1.1 protocol."),
    ("graphs", "Grafos enteros: leer y escribir.", "Whole graphs: reading and writing."),
    ("statistics", "Cifras de lo publicado.", "Figures of what is published."),
    ("versions", "Qué se publicó y qué cambió.", "What was published, and what changed."),
    ("search", "Buscar por palabras.", "Searching by words."),
    ("shacl", "Comprobar documentos.", "Checking documents."),
    ("things", "Todo lo que no tiene lista propia.", "What has no list of its own."),
    ("health", "Para quien vigila el servicio.", "For those who watch over the service."),
)

_COMMITMENTS = "commitments"
"""The kind whose list can also be of the numbers that are not listed."""
_PARTS = MappingProxyType(
    {
        "identifier": ("La última parte del IRI de la cosa.", "The last part of the thing's IRI."),
        "name": ("El nombre.", "The name."),
        "sequence": ("El número de una versión.", "The number of a version."),
        "table": ("El nombre de una tabla.", "The name of a table."),
        "path": ("El IRI sin la base.", "The IRI without the base."),
        "plan": ("El id corto de un plan.", "The short id of a plan."),
    }
)
"""Words for the parts of addresses."""


def install(app: FastAPI) -> None:
    """Add `/openapi.json`, which is also what `/docs` shows."""
    app.get("/openapi.json", include_in_schema=False)(_openapi)
    name = "description of the operations"
    app.state.contract = MaterialisedView(name, partial(_document, app))


def document(request: Request) -> Json:
    """The OpenAPI document of the data that this request reads. It is shared: do not change it."""
    view: MaterialisedView[Json] = request.app.state.contract
    return view.of(reading_of(request))


def _openapi(request: Request) -> Response:
    if (same := respond.unchanged(request, _OFFER)) is not None:
        return same
    return respond.send(request, _OFFER, json.dumps(document(request), ensure_ascii=False))


def _document(app: FastAPI, reading: Reading) -> Json:
    request = samples.request_for(app, reading, "/openapi.json")
    service, routes = service_of(request), app.openapi()
    found = {**schemas.components(), **_things(service, reading)}
    paths: Json = {path: _described(methods) for path, methods in routes["paths"].items()}
    for query in service.library.queries.values():
        paths[f"/queries/{query.name}"] = {"get": query_operations.operation(request, query, found)}
    samples.add(app, reading, paths)
    components = {
        "schemas": dict(sorted(found.items())),
        "responses": operations.responses(),
        "securitySchemes": _tokens(),
    }
    return {
        "openapi": routes["openapi"],
        "info": {**routes["info"], "description": operations.both(*_INFO)},
        "servers": [{"url": service.settings.base_url()}],
        "externalDocs": {"url": f"{service.settings.base_url()}/docs"},
        "tags": _tags(),
        "paths": paths,
        "components": components,
    }


def _described(methods: Json) -> Json:
    """Operations with each parameter once: as its room describes it, else as FastAPI does."""
    return {
        method: {
            **operation,
            "parameters": _once(operation.get("parameters", ())),
            "responses": {**operation["responses"], **operations.any_problem()},
        }
        for method, operation in methods.items()
    }


def _once(parameters: list[Json]) -> list[Json]:
    found = {(one["in"], one["name"]): one for one in parameters}
    return [_worded(one) if where == "path" else one for (where, _), one in found.items()]


def _worded(parameter: Json) -> Json:
    """A part of the address, with words where its room has none."""
    words = _PARTS.get(parameter["name"])
    if "description" in parameter or words is None:
        return parameter
    schema = {"type": "string", "minLength": 1}
    return {**parameter, "description": operations.both(*words), "schema": schema}


def _tags() -> list[Json]:
    kinds = [(kind.name, *kind.description) for kind in KINDS.values()]
    return [
        {"name": name, "description": operations.both(*words)} for name, *words in (*kinds, *_TAGS)
    ]


def _things(service: Service, reading: Reading) -> Json:
    """The schemas of what is drawn from the ontology: of classes, and of lists and things."""
    library = service.library
    usage = Usage.read(reading.store, service.site, timeout=reading.timeout)
    made = ClassSchemas(library.framer, library.ontology, library.shapes, usage)
    found: Json = {"ThingDocument": made.document(None, library.framer.url)}
    for kind in KINDS.values():
        classes = kind.class_iris(service.names)
        others = UNLISTED.class_iris(service.names) if kind.name == _COMMITMENTS else ()
        name = operations.schema_name(kind)
        item = any_of([made.item(one) for one in (*classes, *others)])
        found[f"{name}List"] = list_contract.schema(item, library.framer.url)
        documents = [made.document(one, library.framer.url) for one in classes]
        found[f"{name}Document"] = documents[0] if len(documents) == 1 else {"anyOf": documents}
    return {**made.made, **found}


def _tokens() -> Json:
    """What the routes that write ask for, by the name that they give it."""
    words = operations.both("Un token de OGPGRAPH_TOKEN.", "A token of OGPGRAPH_TOKEN.")
    return {"token": {"type": "http", "scheme": "bearer", "description": words}}

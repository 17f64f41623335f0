"""Parts of operations for OpenAPI: what a route takes and sends, from tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from ogpgraph import formats
from ogpgraph.formats import Offer
from ogpgraph.web.documents import ACCEPTED
from ogpgraph.web.sparql_request import FORM, Operation

Json = dict[str, Any]
_PROBLEM = "application/problem+json"
_FIELDS = frozenset({"If-Match", "If-None-Match", "Accept-Datetime"})
_PARAMETERS = MappingProxyType(
    {
        "query": ("text", "SPARQL 1.1 Query. / Consulta SPARQL 1.1."),
        "update": ("text", "SPARQL 1.1 Update. / Actualización SPARQL 1.1."),
        "default-graph-uri": (
            "iris",
            "Graphs to merge as the default graph. / Grafos que, unidos, son el grafo por defecto.",
        ),
        "named-graph-uri": ("iris", "Graphs that GRAPH may reach. / Grafos que GRAPH alcanza."),
        "using-graph-uri": (
            "iris",
            "Graphs to merge as the default graph of WHERE. / "
            "Grafos que, unidos, son el grafo por defecto de WHERE.",
        ),
        "using-named-graph-uri": (
            "iris",
            "Graphs that GRAPH may reach in WHERE. / Grafos que GRAPH alcanza en WHERE.",
        ),
        "timeout": ("seconds", "Seconds at most. / Segundos como máximo."),
        "accept": (
            "text",
            "Media types, in place of the Accept header: for links and forms. / "
            "Tipos de medio, en lugar de la cabecera Accept: para enlaces y formularios.",
        ),
        "graph": ("iri", "The IRI of a named graph. / El IRI de un grafo con nombre."),
        "default": (
            "empty",
            "The default graph, the merge of all: only read. / "
            "El grafo por defecto, que une todos: solo se lee.",
        ),
        "version": (
            "integer",
            "Of the graph as it was then; the newest without it. / "
            "Del grafo como era entonces; si no se indica, del último.",
        ),
        "Accept-Datetime": (
            "text",
            "When, as HTTP writes dates. / Cuándo, como escribe HTTP las fechas.",
        ),
        "If-Match": (
            "text",
            "ETags, or *: what is there must have one of them. / "
            "ETags o *: lo que hay debe tener una de ellas.",
        ),
        "If-None-Match": (
            "text",
            "ETags, or *: what is there must have none of them. / "
            "ETags o *: lo que hay no debe tener ninguna de ellas.",
        ),
    }
)
"""What a parameter is, and what it means in English and Spanish."""
_HEADERS = MappingProxyType(
    {
        "ETag": "Of what is sent, or is there now. / De lo que se envía, o lo que hay ahora.",
        "Location": "Where the new graph is. / Dónde está el grafo nuevo.",
    }
)


def parameters(*names: str, required: bool = False) -> list[Json]:
    """Parameters of the address and fields of the header; whether the first one is needed."""
    return [
        {
            "name": name,
            "in": "header" if name in _FIELDS else "query",
            "description": _PARAMETERS[name][1],
            "required": required and name == names[0],
            "schema": _schema(_PARAMETERS[name][0]),
        }
        for name in names
    ]


def asked(*rows: tuple[str, str, str]) -> list[Json]:
    """Parameters of the address from rows: name, kind of value as in `_schema`, meaning."""
    return [
        {"name": name, "in": "query", "description": text, "schema": _schema(kind)}
        for name, kind, text in rows
    ]


def paging(size: int, most: int) -> list[Json]:
    """The parameters of a list in pages of some size: which page, how large, in which language."""
    sized = {"type": "integer", "minimum": 1, "maximum": most, "default": size}
    return [
        *asked(
            ("cursor", "text", "Where to go on: `next` of the page before. / Dónde continuar."),
            ("lang", "text", "es or en. / es o en."),
        ),
        {"name": "page_size", "in": "query", "schema": sized},
    ]


def form_or_text(operation: Operation) -> Json:
    """The body of an operation of the SPARQL protocol: a form, or its text itself."""
    properties = {
        name: _schema(_PARAMETERS[name][0]) | {"description": _PARAMETERS[name][1]}
        for name in operation.parameters
    }
    form = {"type": "object", "required": [operation.name], "properties": properties}
    content = {FORM: {"schema": form}, operation.media_type: {"schema": _schema("text")}}
    return {"required": True, "content": content}


def document() -> Json:
    """The body that is a document."""
    binary = {"type": "string", "format": "binary"}
    return {"required": True, "content": {one: {"schema": binary} for one in ACCEPTED}}


def sent(
    *media_types: str, tagged: bool = True, located: bool = False, json: Json | None = None
) -> Json:
    """A response that is no error.

    Args:
        media_types: that it may be in; none for a response without content.
        tagged: whether it has an ETag.
        located: whether it has a Location.
        json: the schema of it in JSON.
    """
    named = [name for name, there in (("ETag", tagged), ("Location", located)) if there]
    headers = {name: {"description": _HEADERS[name], "schema": _schema("text")} for name in named}
    about: Json = {"description": "As asked for. / Lo que se pidió."}
    content = {one: {"schema": _content(one, json)} for one in media_types}
    return about | {
        name: value for name, value in (("headers", headers), ("content", content)) if value
    }


def read(offers: Iterable[Offer], *statuses: int, json: Json | None = None) -> Json:
    """The responses of a route that reads: in one of some forms, 304, and errors by status."""
    found = sent(*(offer.media_type for offer in offers), json=json)
    return {"responses": {"200": found, **unchanged(), **problems(*statuses)}}


def unchanged() -> Json:
    """The caller has it already."""
    return {"304": {"description": "As If-None-Match has it. / Como lo tiene If-None-Match."}}


def problems(*statuses: int) -> Json:
    """Errors by status, each a problem document."""
    return {
        str(status): {"description": HTTPStatus(status).phrase, "content": _problem()}
        for status in statuses
    }


def any_problem() -> dict[int | str, Json]:
    """What every operation may answer, and what FastAPI takes for an answer to bad parameters."""
    return {"default": {"description": "An error. / Un error.", "content": _problem()}}


def json_object(properties: Mapping[str, str]) -> Json:
    """The schema of an object that has all of some members, by their JSON types.

    “array” is one of objects; “integer?” is null, too.
    """
    return {
        "type": "object",
        "required": list(properties),
        "properties": {name: _member(kind) for name, kind in properties.items()},
    }


def _member(kind: str) -> Json:
    if kind == "array":
        return {"type": "array", "items": {"type": "object"}}
    return {"type": [kind[:-1], "null"] if kind.endswith("?") else kind}


def _problem() -> Json:
    return {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _schema(kind: str) -> Json:
    if kind == "iris":
        return {"type": "array", "items": _schema("iri")}
    if kind == "seconds":
        return {"type": "number", "exclusiveMinimum": 0}
    if kind == "boolean":
        return {"type": "boolean"}
    if kind == "integer":
        return {"type": "integer", "minimum": 0}
    more: Json = {"iri": {"format": "iri"}, "empty": {"enum": [""]}}
    return {"type": "string", **more.get(kind, {})}


def _content(media_type: str, json: Json | None) -> Json:
    """The schema of a form of an answer."""
    if media_type == formats.RESULTS_JSON:
        return {"$ref": "#/components/schemas/SparqlResults"}
    if media_type == formats.JSON_LD:
        return {"type": ["object", "array"]}
    return (json or {"type": "object"}) if media_type == formats.JSON else _schema("text")

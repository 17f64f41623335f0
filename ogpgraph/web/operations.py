"""Parts of operations for OpenAPI: what a route takes and sends, from tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from ogpgraph import formats
from ogpgraph.formats import Offer
from ogpgraph.json_schema import reference
from ogpgraph.kinds import Kind
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web import schemas
from ogpgraph.web.documents import ACCEPTED
from ogpgraph.web.problem_types import PROBLEM_TYPES
from ogpgraph.web.sparql_request import FORM, Operation

Json = dict[str, Any]
Schema = Mapping[str, Any]
_RESPONSES = "#/components/responses/"
STATUSES = tuple(sorted({kind.status for kind in PROBLEM_TYPES.values()}))
"""Those of errors."""
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
        "ETag": ("Of what is sent, or is there now. / De lo que se envía, o lo que hay.", True),
        "Location": ("Where the graph is. / Dónde está el grafo.", True),
        "Retry-After": ("Seconds after which to try again. / Segundos que esperar.", False),
        "WWW-Authenticate": ("The way to say who you are. / Cómo decir quién es.", True),
        "Accept": ("The types that are read. / Los tipos que se leen.", False),
    }
)
"""What a field of an answer says, and whether it always stands there."""
_ERROR_HEADERS = MappingProxyType(
    {
        401: ("WWW-Authenticate",),
        415: ("Accept",),
        429: ("Retry-After",),
        503: ("Retry-After",),
    }
)
"""The fields of answers with a status of an error."""


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
        ),
        lang(),
        {
            "name": "page_size",
            "in": "query",
            "description": "How many at a time. / Cuántos a la vez.",
            "schema": sized,
        },
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


def both(spanish: str, english: str) -> str:
    """A text of the description in both languages, as pages can take it apart again."""
    return f"{english} / {spanish}"


def lang() -> Json:
    """The parameter that every route which reads has."""
    words = (
        "Idioma de las páginas y las etiquetas: si falta, el de Accept-Language, y si no, en.",
        "Language of pages and labels: without it that of Accept-Language, else en.",
    )
    schema = {"type": "string", "enum": list(LANGUAGES)}
    return {"name": "lang", "in": "query", "description": both(*words), "schema": schema}


def page_of(kind: Kind) -> Json:
    """The schema of a page of a list; `contract` makes it of what is published."""
    return reference(schema_name(kind) + "List")


def one_of(kind: Kind) -> Json:
    """The schema of a thing of a kind; see `page_of`."""
    return reference(schema_name(kind) + "Document")


def schema_name(kind: Kind) -> str:
    """What the names of a kind's schemas begin with."""
    return "".join(word.capitalize() for word in kind.name.split("-"))


def sent(
    *media_types: str,
    tagged: bool = True,
    located: bool = False,
    json: Schema | None = None,
    json_ld: Schema | None = None,
) -> Json:
    """A response that is no error.

    Args:
        media_types: that it may be in; none for a response without content.
        tagged: whether it has an ETag.
        located: whether it has a Location.
        json: the schema of it in JSON.
        json_ld: the schema of it in JSON-LD where the engine does not write it.
    """
    named = [name for name, there in (("ETag", tagged), ("Location", located)) if there]
    headers = {name: _header(name) for name in named}
    about: Json = {"description": "As asked for. / Lo que se pidió."}
    content = {one: {"schema": _content(one, json, json_ld)} for one in media_types}
    return about | {
        name: value for name, value in (("headers", headers), ("content", content)) if value
    }


def read(
    offers: Iterable[Offer],
    *statuses: int,
    json: Schema | None = None,
    json_ld: Schema | None = None,
    tagged: bool = True,
) -> Json:
    """The responses of a route that reads: in one of some forms, 304, and errors by status."""
    media_types = [offer.media_type for offer in offers]
    found = sent(*media_types, json=json, json_ld=json_ld, tagged=tagged)
    same = unchanged() if tagged else {}
    return {"responses": {"200": found, **same, **problems(*statuses)}}


def moved() -> Json:
    """It has one address, and this is another way to write it."""
    words = both("Está en otra dirección.", "It is at another address.")
    return {"308": {**sent(tagged=False, located=True), "description": words}}


def unchanged() -> Json:
    """The caller has it already."""
    return {"304": {"$ref": f"{_RESPONSES}Unchanged"}}


def problems(*statuses: int) -> Json:
    """Errors by status, each a problem document of one of the types of that status."""
    return {
        str(status): {"$ref": f"{_RESPONSES}{schemas.problem_name(status)}"} for status in statuses
    }


def any_problem() -> Json:
    """What every operation may answer besides what it says itself."""
    return {"default": {"$ref": f"{_RESPONSES}Problem"}}


def responses() -> Json:
    """The answers that operations share, by name."""
    same = both("Es lo que If-None-Match nombra.", "This is what If-None-Match names.")
    words = both(
        "Un error que no depende de la operación: la petición está mal formada o es demasiado "
        "grande, o el servicio no puede responder ahora.",
        "An error that does not depend on the operation: the request is malformed or too large, "
        "or the service cannot answer now.",
    )
    return {
        "Unchanged": {"description": same, "headers": {"ETag": _header("ETag")}},
        "Problem": {"description": words, "content": _problem("Problem")},
        **{schemas.problem_name(status): _refused(status) for status in STATUSES},
    }


def _refused(status: int) -> Json:
    types = [kind.words for kind in PROBLEM_TYPES.values() if kind.status == status]
    words = both(*(" ".join(texts) for texts in zip(*types, strict=True)))
    found: Json = {"description": words}
    names = _ERROR_HEADERS.get(status, ())
    if names:
        found["headers"] = {name: _header(name) for name in names}
    return {**found, "content": _problem(schemas.problem_name(status))}


def _problem(name: str) -> Json:
    return {
        formats.PROBLEM: {"schema": reference(name)},
        formats.HTML: {"schema": _content(formats.HTML, None, None)},
    }


def _header(name: str) -> Json:
    words, required = _HEADERS[name]
    return {"description": words, "required": required, "schema": _schema("text")}


def _schema(kind: str) -> Json:
    if kind == "iris":
        return {"type": "array", "items": _schema("iri")}
    if kind == "seconds":
        return {"type": "number", "exclusiveMinimum": 0}
    if kind == "boolean":
        return {"type": "boolean"}
    more: Json = {"iri": {"format": "iri"}, "empty": {"enum": [""], "minLength": 0}}
    if kind == "integer":
        return {"type": "integer", "minimum": 0}
    return {"type": "string", "minLength": 1, **more.get(kind, {})}


def _content(media_type: str, json: Schema | None, json_ld: Schema | None) -> Json:
    """The schema of a form of an answer."""
    if media_type == formats.RESULTS_JSON:
        return reference("SparqlResults")
    if media_type == formats.JSON_LD:
        return dict(json_ld or reference("JsonLd"))
    return dict(json or {"type": "object"}) if media_type == formats.JSON else schemas.text()

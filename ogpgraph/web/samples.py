"""Examples of parameters and of answers for the description, made of what is published.

Answers are those that the routes give to requests which nobody sent: they read the version that
is described, and none of them is logged or counted.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.routing import Match

from ogpgraph.dumps import file_name
from ogpgraph.errors import OgpGraphError
from ogpgraph.formats import JSON, RESULTS_JSON, TURTLE
from ogpgraph.kinds import KINDS
from ogpgraph.list_index import Asked
from ogpgraph.queries import without_header
from ogpgraph.reading import Reading
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.terms import iri
from ogpgraph.vocab import EXTERNAL_PREFIXES, LANGUAGES, LICENSE
from ogpgraph.web import graphs, operations
from ogpgraph.web.context import read_as, service_of
from ogpgraph.web.sparql_request import FORM, QUERY, UPDATE

Json = dict[str, Any]
_TERMS = EXTERNAL_PREFIXES["dcterms"]
_SPARQL = "/sparql"
_CHANGING = ("/health/", "/dumps/")
"""What is not a function of the version: shown by its address."""
_OTHER_KINDS = MappingProxyType(
    {"/sdgs/proposals/{plan}": "plans", "/alignments/{identifier}/review": ""}
)
"""Paths below those of a kind whose part is the id of another; empty for one not to be shown.

Of suggestions there may be none, and no other alignment has a review.
"""
_LONGEST = 4_000
"""Characters of an example that stands in the description itself; others by their address."""


def request_for(
    app: FastAPI,
    reading: Reading,
    path: str,
    query: Mapping[str, object] | None = None,
    accept: str = "*/*",
) -> Request:
    """A GET that nobody sent, of the version that is read."""
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "server": ("localhost", 80),
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": urlencode(query or {}).encode(),
        "headers": [(b"accept", accept.encode())],
        "app": app,
    }
    read_as(scope, reading)
    return Request(scope)


def answer_to(request: Request) -> Response | None:
    """What the route of a request says; None where there is none that answers at once."""
    for route in request.app.routes:
        match, more = route.matches(request.scope)
        if match is Match.FULL and isinstance(route, APIRoute):
            if inspect.iscoroutinefunction(route.endpoint):
                return None
            request.scope.update(more)
            answer = _called(route, request)
            return answer if answer and answer.status_code == 200 else None  # noqa: PLR2004
    return None


def _called(route: APIRoute, request: Request) -> Response | None:
    named = request.path_params
    wanted = inspect.signature(route.endpoint).parameters
    arguments = {"request": request, **named}
    try:
        found = route.endpoint(**{name: arguments[name] for name in wanted})
    except OgpGraphError:
        return None
    return found if isinstance(found, Response) else None


def add(app: FastAPI, reading: Reading, paths: Json) -> None:
    """Give every operation examples of its parameters and its body, and of what it answers."""
    found = _Samples(app, reading)
    for path, methods in paths.items():
        for method, operation in methods.items():
            writes = "security" in operation
            operation["parameters"] = [
                found.parameter(path, one, writes=writes) for one in operation["parameters"]
            ]
            if "requestBody" in operation:
                operation["requestBody"] = found.body(operation["requestBody"])
            if method == "get":
                found.answers(path, operation)


class _Samples:
    """What is published, as far as examples need it."""

    def __init__(self, app: FastAPI, reading: Reading) -> None:
        self._app = app
        self._reading = reading
        self._service = service_of(request_for(app, reading, "/"))
        self._first: dict[str, str | None] = {}
        names, version = self._service.names, max(reading.sequence, 1)
        graph = names.graph("ontology")
        self._written = names.graph("shared/example")
        self._query = self._stored_query()
        self._plain: Mapping[str, object] = MappingProxyType(
            {
                "lang": LANGUAGES[0],
                "from": max(version - 1, 1),
                "to": version,
                "version": version,
                "query": self._query,
                "timeout": 5,
                "graph": graph,
                "default-graph-uri": [graph],
                "named-graph-uri": [graph],
                "using-graph-uri": [graph],
                "using-named-graph-uri": [graph],
            }
        )
        self._of_path: Mapping[str, object] = MappingProxyType(
            {
                "/schemes/{name}": "branch",
                "/versions/{sequence}": version,
                "/versions/{sequence}/graph": version,
                "/stats/{table}": next(iter(DEFINITIONS)),
                "/dumps/{name}": file_name(version, "nq"),
                "/things/{path}": "graph/ontology",
            }
        )

    def parameter(self, path: str, declared: Json, *, writes: bool) -> Json:
        """A parameter with an example, where there is something to show."""
        if "example" in declared or "examples" in declared:
            return declared
        value = self._value(path, declared)
        if writes and declared["name"] == "graph":
            value = self._written
        return declared if value is None else {**declared, "example": value}

    def body(self, declared: Json) -> Json:
        """A body with examples of what can be sent."""
        document, update = self._document(), self._update()
        texts = {TURTLE: document, QUERY: self._query, UPDATE: update}
        content = {}
        for media_type, one in declared["content"].items():
            named = one.get("schema", {}).get("properties", {})
            value: object = texts.get(media_type)
            if media_type == FORM and "query" in named:
                value = {"query": self._query}
            elif media_type == FORM and "update" in named:
                value = {"update": update}
            shown = "example" in one or "examples" in one or value is None
            content[media_type] = one if shown else {**one, "example": value}
        return {**declared, "content": content}

    def answers(self, path: str, operation: Json) -> None:
        """Examples of the first form of an answer: in each language where that matters."""
        content = operation["responses"].get("200", {}).get("content", {})
        media_type = JSON if JSON in content else next(iter(content), None)
        declared = {one["name"]: one for one in operation["parameters"]}
        needed = [name for name, one in declared.items() if one.get("required")]
        if media_type is None or any("example" not in declared[name] for name in needed):
            return
        asked = {name: declared[name]["example"] for name in needed}
        address = path
        for name in needed:
            if declared[name]["in"] == "path":
                address = address.replace(f"{{{name}}}", quote(str(asked.pop(name))))
        if "page_size" in declared:
            asked["page_size"] = 1
        if path == _SPARQL:
            asked["query"] = self._query
        told = path.startswith("/queries/")  # labels in these answers are of one language
        examples = {}
        for language in LANGUAGES if told else (None,):
            query = {**asked, **({"lang": language} if language else {})}
            if found := self._answer(address, query, media_type):
                examples[language or "answer"] = found
        if examples:
            content[media_type] = {**content[media_type], "examples": examples}

    def _answer(self, path: str, query: Mapping[str, object], media_type: str) -> Json | None:
        request = request_for(self._app, self._reading, path, query, media_type)
        address = f"{path}?{urlencode(query)}" if query else path
        summary = operations.both(f"Respuesta a GET {address}", f"Answer to GET {address}")
        elsewhere = {"externalValue": f"{self._service.settings.base_url()}{address}"}
        if not media_type.endswith("json") or path.startswith(_CHANGING):
            return {"summary": summary, **elsewhere}
        if path == _SPARQL:
            text = self._asked(self._query)
        else:
            answer = graphs.index(request) if path in graphs.PATHS else answer_to(request)
            if answer is None:
                return {"summary": summary, **elsewhere}
            text = bytes(answer.body).decode()
        shown = elsewhere if len(text) > _LONGEST else {"value": json.loads(text)}
        return {"summary": summary, **shown}

    def _asked(self, query: str) -> str:
        found = self._reading.store.query(query, timeout=self._reading.timeout)
        return found.write(RESULTS_JSON).decode()

    def _stored_query(self) -> str:
        """The text of the first question that the stored queries answer, as it can be sent."""
        queries = self._service.library.queries.values()
        tables = [query for query in queries if query.form == "SELECT"]
        if not tables:
            return "ASK {}"
        first = min(tables, key=lambda query: (query.question or 999, query.name))
        return without_header(first.bind({one.name: one.example or "" for one in first.parameters}))

    def _document(self) -> str:
        """A document that can be published: a graph that says what it is, and nothing else."""
        kind = self._service.names.term("ReferenceGraph")
        return (
            f"<{self._written}> a <{kind}> ;\n"
            f'  <{_TERMS}title> "Ejemplo"@es , "Example"@en ;\n  <{_TERMS}license> <{LICENSE}> .\n'
        )

    def _update(self) -> str:
        graph, kind = iri(self._written), iri(self._service.names.term("ReferenceGraph"))
        title, licence, ours = iri(f"{_TERMS}title"), iri(f"{_TERMS}license"), iri(LICENSE)
        return (
            f"INSERT DATA {{ GRAPH {graph} {{\n  {graph} a {kind} ;\n"
            f'  {title} "Ejemplo"@es , "Example"@en ;\n  {licence} {ours} .\n}} }}'
        )

    def _value(self, path: str, declared: Json) -> object | None:
        schema, name = declared["schema"], declared["name"]
        if declared["in"] == "path" and path in self._of_path:
            return self._of_path[path]
        found: object = schema.get("default", self._plain.get(name))
        if found is not None or schema.get("type") == "boolean":
            return True if found is None else found
        if declared["in"] == "path" and path in _OTHER_KINDS:
            return self._of_kind(_OTHER_KINDS[path]) if _OTHER_KINDS[path] else None
        kind = KINDS.get(path.split("/")[1])
        if kind is None:
            return None
        if declared["in"] == "path":
            return self._of_kind(kind.name)
        return None

    def _of_kind(self, name: str) -> str | None:
        """The id of the first thing of a kind."""
        if name not in self._first:
            index = self._service.lists.of(self._reading)[name]
            items = index.page(Asked({}, size=1)).items
            names = self._service.names
            self._first[name] = index.kind.identifier(names, items[0]) if items else None
        return self._first[name]

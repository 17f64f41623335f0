"""`/docs`: the operations of `/openapi.json` for people, without a script."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.web import contract, pages, respond
from ogpgraph.web.context import language, service_of
from ogpgraph.web.sparql_request import FORM

Json = dict[str, Any]
_METHODS = ("get", "post", "put", "delete")
_TOKEN = "Authorization: Bearer $OGPGRAPH_TOKEN"  # noqa: S105
_CHOICES = 12
"""Values of an enumeration that stand on the page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A parameter: its words, what it can be, and an example where there is one."""

    name: str
    words: str
    choices: str
    required: bool
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by its status: its words, and the forms it is sent in."""

    status: str
    words: str
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """An operation in one language: `sample` is an answer as sent, `elsewhere` its address."""

    anchor: str
    method: str
    path: str
    title: str
    words: str
    command: str
    parameters: tuple[Shown, ...]
    answers: tuple[Answer, ...]
    sample: str
    elsewhere: str
    writes: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The operations of a tag."""

    name: str
    words: str
    operations: tuple[Described, ...]


def install(app: FastAPI) -> None:
    """Add `/docs`."""
    app.get("/docs", include_in_schema=False)(_docs)


def _docs(request: Request) -> Response:
    offer = respond.choose(request, None, (formats.PAGE,))
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    sections = _sections(contract.document(request), language(request))
    title = pages.word(request, "api")
    content = pages.page(
        request,
        "operations.html",
        title=title,
        sections=sections,
        base=service_of(request).settings.base_url(),
    )
    return respond.send(request, offer, content)


def _sections(document: Json, chosen: str) -> list[Section]:
    by_tag: dict[str, list[Described]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                found = _described(document, path, method, chosen)
                by_tag[methods[method]["tags"][0]].append(found)
    words = {tag["name"]: _in(chosen, tag["description"]) for tag in document["tags"]}
    return [
        Section(name, words[name], tuple(operations))
        for name, operations in by_tag.items()
        if operations
    ]


def _described(document: Json, path: str, method: str, chosen: str) -> Described:
    operation = document["paths"][path][method]
    answers = operation["responses"]
    sample, elsewhere = _sample(answers)
    return Described(
        operation["operationId"],
        method.upper(),
        path,
        _in(chosen, operation["summary"]),
        _in(chosen, operation.get("description", "")),
        command(document["servers"][0]["url"], path, method, operation),
        tuple(_shown(document, one, chosen) for one in operation["parameters"]),
        tuple(_answer(document, status, one, chosen) for status, one in answers.items()),
        sample,
        elsewhere,
        "security" in operation,
    )


def _in(chosen: str, text: str) -> str:
    """A text of the description in one of its two languages."""
    english, _, spanish = text.partition(" / ")
    return spanish if chosen == "es" and spanish else english


def _shown(document: Json, parameter: Json, chosen: str) -> Shown:
    schema = _resolved(document, parameter["schema"])
    choices = [str(one) for one in schema.get("enum", ()) if one != ""]
    more = " …" if len(choices) > _CHOICES else ""
    bounds = [f"{schema[name]}" for name in ("minimum", "maximum") if name in schema]
    told = ", ".join(choices[:_CHOICES]) + more
    return Shown(
        parameter["name"],
        _in(chosen, parameter.get("description", "")),
        told or "–".join(bounds),
        bool(parameter.get("required")),
        _text(parameter.get("example", "")),
    )


def _answer(document: Json, status: str, answer: Json, chosen: str) -> Answer:
    found = _resolved(document, answer)
    return Answer(status, _in(chosen, found["description"]), tuple(found.get("content", ())))


def _resolved(document: Json, found: Json) -> Json:
    """What a reference leads to."""
    while "$ref" in found:
        _, _, kind, name = found["$ref"].split("/")
        found = document["components"][kind][name]
    return found


def _sample(answers: Json) -> tuple[str, str]:
    for content in answers.get("200", {}).get("content", {}).values():
        for example in content.get("examples", {}).values():
            if "value" in example:
                return json.dumps(example["value"], ensure_ascii=False, indent=2), ""
            return "", example["externalValue"]
    return "", ""


def command(base: str, path: str, method: str, operation: Json) -> str:
    """A line for a shell that asks for an operation with its examples.

    Only what is needed is given, and one thing more, where there are filters to show.
    """
    given = {one["name"]: one for one in operation["parameters"] if "example" in one}
    address, optional = path, []
    query: list[tuple[str, str]] = []
    for name, one in given.items():
        if one["in"] == "path":
            address = address.replace(f"{{{name}}}", quote(_text(one["example"])))
        elif one["in"] == "query" and one.get("required"):
            query.append((name, _text(one["example"])))
        elif one["in"] == "query" and name != "lang":
            optional.append((name, _text(one["example"])))
    if not query and address == path and method == "get" and optional:
        query = [optional[0]]
    url = f"{base}{address}" + (f"?{urlencode(query)}" if query else "")
    words = ["curl", *(() if method == "get" else ("-X", method.upper()))]
    line = shlex.join([*words, url, *_body(operation)])
    return f'{line} -H "{_TOKEN}"' if "security" in operation else line


def _body(operation: Json) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    if FORM in content and "example" in content[FORM]:
        found = content[FORM]["example"].items()
        return [word for name, text in found for word in ("--data-urlencode", f"{name}={text}")]
    shown = next((name for name, one in content.items() if "example" in one), None)
    if shown is None:
        return []
    return ["-H", f"Content-Type: {shown}", "--data-binary", content[shown]["example"]]


def _text(value: object) -> str:
    """A value as it stands in an address."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value[0]) if isinstance(value, list) else str(value)

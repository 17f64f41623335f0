"""JSON Schemas of what is sent that is not drawn from the ontology. All objects are closed."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ogpgraph.json_schema import reference
from ogpgraph.report import Severity
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web.problem_types import PROBLEM_TYPES, ProblemType

Json = dict[str, Any]
_SHA256 = "^[0-9a-f]{64}$"


def text(**more: Any) -> Json:
    """A text; `more` are keywords of JSON Schema."""
    return {"type": "string", **more}


def number(**more: Any) -> Json:
    """A whole number that is not negative."""
    return {"type": "integer", "minimum": 0, **more}


def digest() -> Json:
    """A SHA-256 in hexadecimal."""
    return text(pattern=_SHA256)


def many(items: Json, **more: Any) -> Json:
    """An array of these."""
    return {"type": "array", "items": items, **more}


def record(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """An object that has all the first members, may have the second, and has no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def both() -> Json:
    """A text in Spanish and one in English."""
    return record({language: text() for language in LANGUAGES})


def by_name(values: Json) -> Json:
    """An object whose members have any name."""
    return {"type": "object", "additionalProperties": values}


def closed(schema: Json) -> Json:
    """The same with no other members than those that are named, in every object inside."""
    found = {name: _closed(value) for name, value in schema.items()}
    named = found.get("type") == "object" and "properties" in found
    named = named and "additionalProperties" not in found
    return found | ({"additionalProperties": False} if named else {})


def _closed(value: Any) -> Any:
    if isinstance(value, dict):
        return closed(value)
    return [_closed(one) for one in value] if isinstance(value, list) else value


def components() -> Json:
    """All of them by name."""
    named = {"Finding": _finding(), "Report": _report(), "QueryCatalogue": _catalogue()}
    documents = {"JsonLd": _json_ld(), "Context": record({"@context": {"type": "object"}})}
    return {**named, **documents, **_results(), **_problems()}


def problem_name(status: int) -> str:
    """The name of the schema of the problems of a status."""
    return f"Problem{status}"


def _problems() -> Json:
    """A schema for each type of problem, for the types of each status, and for all."""
    types = {_schema_name(slug): _problem(slug, kind) for slug, kind in PROBLEM_TYPES.items()}
    by_status: dict[int, list[Json]] = {}
    for slug, kind in PROBLEM_TYPES.items():
        by_status.setdefault(kind.status, []).append(reference(_schema_name(slug)))
    statuses = {
        problem_name(status): found[0] if len(found) == 1 else {"oneOf": found}
        for status, found in by_status.items()
    }
    every = {"oneOf": [reference(name) for name in types], "description": "RFC 9457."}
    return {**types, **statuses, "Problem": every}


def _schema_name(slug: str) -> str:
    return "".join(word.capitalize() for word in slug.split("-")) + "Problem"


def _problem(slug: str, kind: ProblemType) -> Json:
    members = _members()
    found = record(
        {
            "type": {"const": f"{DEFAULT_BASE_IRI}problems/{slug}"},
            "title": {"const": HTTPStatus(kind.status).phrase},
            "status": {"const": kind.status},
            "detail": text(minLength=1),
            "instance": text(pattern="^urn:request:[0-9a-f]{16}$"),
            **{name: members[name] for name in kind.always},
        },
        {name: members[name] for name in kind.members},
    )
    spanish, english = kind.words
    return {"description": f"{english} / {spanish}", **found}


def _members() -> dict[str, Json]:
    """What problems can have besides the members of RFC 9457."""
    place, texts = number(minimum=1), many(text())
    limits = {"limit": number(), "limit_s": {"type": "number"}, "limit_mb": number()}
    counts = {"count": number(), "found": number(), "retry_after_s": number()}
    return {
        **limits,
        **counts,
        "accepted": texts,
        "budget": text(),
        "checks": by_name(record({"ok": {"type": "boolean"}, "value": _found()})),
        "column": place,
        "conforms": {"const": False},
        "known": many(text(), minItems=1),
        "line": place,
        "measure": text(),
        "offers": texts,
        "parameter": text(),
        "report": reference("Report"),
        "scheme": text(),
        "version": number(),
        "which": text(),
    }


def _found() -> Json:
    return {"type": ["number", "string", "boolean", "null"]}


def health() -> Json:
    """What `/health/ready` sends."""
    checks = _members()["checks"]
    return record({"status": {"const": "ready"}, "version": number(), "checks": checks})


def _finding() -> Json:
    texts = {"severity": {"enum": [str(one) for one in Severity]}, "focus": text()}
    always = {**texts, "shape": text(), "component": text(), "messages": by_name(text())}
    return record(
        always, {"path": text(), "value": text(), "file": text(), "line": number(minimum=1)}
    )


def _report() -> Json:
    counts = record({str(one): number() for one in Severity})
    findings = many(reference("Finding"))
    return record({"conforms": {"type": "boolean"}, "counts": counts, "findings": findings})


def _catalogue() -> Json:
    """What `/queries` sends."""
    parameter = record(
        {
            "name": text(),
            "type": {"enum": ["iri", "string", "integer", "decimal", "language"]},
            "required": {"type": "boolean"},
            "description": both(),
        },
        {"kind": text(), "default": text(), "example": text()},
    )
    query = record(
        {
            "id": text(format="uri"),
            "name": text(),
            "title": both(),
            "description": both(),
            "form": {"enum": ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]},
            "parameters": many(parameter),
            "links": by_name(text(format="uri")),
        }
    )
    return record({"items": many(query), "version": number()})


def _json_ld() -> Json:
    """A graph in expanded JSON-LD, as the engine writes it."""
    value = record({}, {"@id": text(), "@value": text(), "@type": text(), "@language": text()})
    types = {"@id": text(), "@type": many(text(), minItems=1)}
    node = {
        "type": "object",
        "required": ["@id"],
        "properties": types,
        "additionalProperties": many(value, minItems=1),
    }
    return many(node)


def _results() -> Json:
    """SPARQL 1.1 Query Results JSON Format: of a SELECT and of an ASK."""
    solution = by_name(reference("SparqlTerm"))
    head = record({"vars": many(text(), uniqueItems=True)}, {"link": many(text())})
    solutions = record({"head": head, "results": record({"bindings": many(solution)})})
    boolean = record({"head": record({}, {"link": many(text())}), "boolean": {"type": "boolean"}})
    term = {
        "oneOf": [
            record({"type": {"const": "uri"}, "value": text()}),
            record({"type": {"const": "bnode"}, "value": text()}),
            record(
                {"type": {"const": "literal"}, "value": text()},
                {"datatype": text(), "xml:lang": text()},
            ),
        ]
    }
    either = {"anyOf": [reference("SparqlSolutions"), reference("SparqlBoolean")]}
    named = {"SparqlTerm": term, "SparqlSolutions": solutions, "SparqlBoolean": boolean}
    return {**named, "SparqlResults": either}

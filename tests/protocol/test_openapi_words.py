"""`/openapi.json` for people: in both languages, with examples that are what is sent."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ogpgraph.web.problem_types import PROBLEM_TYPES

Json = dict[str, Any]
ADDRESS = re.compile(r"Answer to GET (\S+) / Respuesta a GET (\S+)")


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Json:
    found: Json = client.get("/openapi.json").json()
    return found


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def is_in_both(text: str) -> bool:
    english, _, spanish = text.partition(" / ")
    return bool(english.strip() and spanish.strip()) and " / " not in spanish


def test_every_operation_and_parameter_is_described_in_both_languages(document: Json) -> None:
    single = []
    for method, path, operation in operations(document):
        told = [operation["summary"], operation.get("description", "a / b")]
        told += [one.get("description", "") for one in operation["parameters"]]
        single += [(method, path, text) for text in told if not is_in_both(text)]
    assert single == []


def test_answers_headers_and_tags_are_described_in_both_languages(document: Json) -> None:
    told = [one["description"] for one in document["components"]["responses"].values()]
    told += [tag["description"] for tag in document["tags"]]
    told.append(document["info"]["description"])
    for _, _, operation in operations(document):
        for answer in operation["responses"].values():
            if "$ref" not in answer:
                told.append(answer["description"])
                told += [one["description"] for one in answer.get("headers", {}).values()]
    assert [text for text in told if not is_in_both(text)] == []


def test_names_of_operations_are_unique_and_their_tags_described(document: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_-]+", name)] == []
    described = [tag["name"] for tag in document["tags"]]
    assert len(described) == len(set(described))
    used = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    assert used <= set(described)


def test_the_server_and_its_documentation_are_named(document: Json, client: httpx.Client) -> None:
    assert document["servers"] == [{"url": "http://localhost:8000"}]
    address = document["externalDocs"]["url"].removeprefix("http://localhost:8000")
    assert client.get(address).status_code == 200


def examples(document: Json) -> Iterator[tuple[str, Json, str]]:
    for _, path, operation in operations(document):
        for answer in operation["responses"].values():
            for media_type, content in answer.get("content", {}).items():
                for example in content.get("examples", {}).values():
                    yield path, example, media_type


def test_examples_of_answers_are_what_is_sent(document: Json, client: httpx.Client) -> None:
    found = list(examples(document))
    assert len(found) > 70
    for path, example, media_type in found:
        english, spanish = ADDRESS.fullmatch(example["summary"]).groups()
        assert english == spanish
        answer = client.get(english, headers={"Accept": media_type})
        assert answer.status_code == 200, english
        if "value" in example:
            assert answer.json() == example["value"], english
        else:
            assert example["externalValue"] == f"http://localhost:8000{english}"
        assert path.partition("{")[0] in english


def test_every_operation_that_reads_shows_an_answer(document: Json) -> None:
    without = {
        path
        for method, path, operation in operations(document)
        if method == "get"
        for content in [operation["responses"].get("200", {}).get("content", {}).values()]
        if content
        if not any("examples" in one for one in content)
    }
    assert without == {
        "/alignments/{identifier}/review"
    }  # nothing of the shipped data is suggested


def test_every_body_shows_what_can_be_sent(document: Json) -> None:
    shown = 0
    for _, path, operation in operations(document):
        if "requestBody" in operation:
            content = operation["requestBody"]["content"].values()
            assert any("example" in one or "examples" in one for one in content), path
            shown += 1
    assert shown >= 5


def test_examples_of_parameters_are_accepted_one_by_one(
    document: Json, client: httpx.Client
) -> None:
    asked = 0
    for method, path, operation in operations(document):
        if method != "get" or path == "/alignments/{identifier}/review":
            continue  # nothing of the shipped data is suggested
        parameters = operation["parameters"]
        needed = [one for one in parameters if one.get("required")]
        address = path
        for one in needed:
            address = address.replace(f"{{{one['name']}}}", str(one["example"]))
        given = {one["name"]: one["example"] for one in needed if one["in"] == "query"}
        for one in parameters:
            if one["in"] != "query" or "example" not in one:
                continue
            value = one["example"]
            text = str(value).lower() if isinstance(value, bool) else value
            if (path, one["name"]) == ("/graphs", "version"):  # of a graph, as its words say
                given["graph"] = "https://w3id.org/ogpgraph/graph/ontology"
            answer = client.get(address, params={**given, one["name"]: text})
            assert answer.status_code in {200, 302}, (path, one["name"], answer.text)
            asked += 1
    assert asked > 60


def slugs_in(source: Path) -> set[str]:
    """What the code calls its problems: texts with that name, and those of the table."""
    found: set[str] = set()
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= {k.value.value for k in node.keywords if _is_slug(k)}
                name = ast.unparse(node.func)
                if name == "Refusal":
                    found.add(node.args[1].value)
                elif name.split(".")[-1] == "problem" and len(node.args) > 2:
                    found |= {a.value for a in node.args[2:3] if isinstance(a, ast.Constant)}
    table = re.findall(r'\(errors\.\w+, \d+, "([a-z-]+)"\)', _problems(source))
    return found | set(table)


def _is_slug(keyword: ast.keyword) -> bool:
    return keyword.arg == "slug" and isinstance(keyword.value, ast.Constant)


def _problems(source: Path) -> str:
    return (source / "web" / "problems.py").read_text(encoding="utf-8")


def test_every_type_of_problem_that_the_code_names_is_described(repository: Path) -> None:
    found = slugs_in(repository / "ogpgraph")
    assert len(found) > 40
    assert found - PROBLEM_TYPES.keys() == set()


def test_the_documentation_lists_the_same_types_of_problem(repository: Path) -> None:
    text = (repository / "docs" / "http.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d{3}) \| `([a-z0-9-]+)` \|", text, re.MULTILINE)
    assert {slug: int(status) for status, slug in rows} == {
        slug: kind.status for slug, kind in PROBLEM_TYPES.items()
    }

"""What is sent is what `/openapi.json` says: of every resource, with no member too many."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from ogpgraph.kinds import KINDS, document_path
from ogpgraph.service import Service

Json = dict[str, Any]
Offences = Callable[..., list[str]]
LD = "application/ld+json"


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> Json:
    found: Json = client.get("/openapi.json").json()
    return found


def schema(document: Json, path: str, media_type: str = "application/json") -> Json:
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    found: Json = content[media_type]["schema"]
    return found


def pages(client: httpx.Client, kind: str, size: int) -> Iterator[Json]:
    """Every page of a list."""
    address: str | None = f"/{kind}?page_size={size}&total=true"
    while address:
        found = client.get(address).raise_for_status().json()
        yield found
        address = found.get("next")


def single_path(document: Json, kind: str) -> str:
    folder = KINDS[kind].documents or kind if kind in KINDS else kind
    (found,) = (
        path for path in document["paths"] if re.fullmatch(rf"/{re.escape(folder)}/{{\w+}}", path)
    )
    return str(found)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_page_and_every_resource_of_a_kind_is_as_described(
    kind: str, client: httpx.Client, document: Json, service: Service, offences: Offences
) -> None:
    listed, shown = schema(document, f"/{kind}"), schema(document, single_path(document, kind))
    items = []
    for page in pages(client, kind, 50):
        assert offences(document, listed, page) == []
        items += page["items"]
    assert items
    for item in items:
        identifier = KINDS[kind].identifier(service.names, item["id"])
        address = document_path(KINDS[kind], str(identifier))
        assert offences(document, shown, client.get(address).json()) == [], address


def test_suggestions_too_are_as_described(
    full_client: httpx.Client, full_service: Service, offences: Offences
) -> None:
    kind = "alignments"
    document: Json = full_client.get("/openapi.json").json()
    (page,) = pages(full_client, kind, 500)

    def wrong(form: Json, answer: Json) -> list[str]:
        """These alignments were never published: they lack what the shapes demand of all."""
        found = offences(document, form, answer)
        return [one for one in found if not one.endswith("is a required property")]

    assert wrong(schema(document, f"/{kind}"), page) == []
    seen = 0
    for item in page["items"]:
        identifier = KINDS[kind].identifier(full_service.names, item["id"])
        answer = full_client.get(document_path(KINDS[kind], str(identifier))).json()
        shown = schema(document, single_path(document, kind))
        assert wrong(shown, answer) == []
        seen += "alignmentMethod" in str(answer)
    assert seen > 1


def test_json_ld_of_lists_and_things_is_the_same_and_described_so(
    client: httpx.Client, document: Json
) -> None:
    for kind in KINDS:
        for path in (f"/{kind}", single_path(document, kind)):
            assert schema(document, path) == schema(document, path, LD)
    headers = {"Accept": LD}
    assert client.get("/plans", headers=headers).json() == client.get("/plans").json()


THINGS = (
    "id/evidence/CRI-4-9/text",
    "id/process/CRI-4",
    "scheme/branch/judicial",
    "scheme/branch",
    "graph/plan/CRI-4",
    "ns#Commitment",
    "id/agent/ogpgraphCuration",
)


@pytest.mark.parametrize("thing", THINGS)
def test_anything_else_is_as_described(
    thing: str, client: httpx.Client, document: Json, offences: Offences
) -> None:
    answer = client.get(f"/things/{quote(thing)}")
    assert answer.status_code == 200
    shown = schema(document, single_path(document, "things"))
    assert offences(document, shown, answer.json()) == []


def test_every_stored_query_answers_its_examples_as_described(
    client: httpx.Client, document: Json, offences: Offences
) -> None:
    asked = 0
    for path, methods in document["paths"].items():
        if not path.startswith("/queries/"):
            continue
        named = {one["name"]: one for one in methods["get"]["parameters"]}
        given = {name: one["example"] for name, one in named.items() if one.get("required")}
        for media_type in methods["get"]["responses"]["200"]["content"]:
            answer = client.get(path, params=given, headers={"Accept": media_type})
            assert answer.status_code == 200, (path, answer.text)
            assert answer.headers["content-type"].partition(";")[0] == media_type
            if media_type.endswith("json"):
                form = schema(document, path, media_type)
                assert offences(document, form, answer.json()) == [], (path, media_type)
                asked += 1
    assert asked > 40


def plant(value: Any, at: list[Any], name: str, member: object) -> Any:
    """A copy of an answer with one more member in the object at a place."""
    found = copy.deepcopy(value)
    place = found
    for step in at:
        place = place[step]
    place[name] = member
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_planted_member_is_found_wherever_it_is(
    kind: str, client: httpx.Client, document: Json, service: Service, offences: Offences
) -> None:
    listed, shown = schema(document, f"/{kind}"), schema(document, single_path(document, kind))
    page = client.get(f"/{kind}?page_size=1").json()
    identifier = KINDS[kind].identifier(service.names, page["items"][0]["id"])
    single = client.get(document_path(KINDS[kind], str(identifier))).json()
    named = [["items", 0, "label"]] if kind != "alignments" else []  # those have no label
    for at in ([], ["items", 0], *named):
        assert offences(document, listed, plant(page, at, "planted one", "x")), at
    assert offences(document, listed, plant(page, ["items", 0], "planNumberr", 1))
    for at in ([], *(one[2:] for one in named)):
        assert offences(document, shown, plant(single, at, "planted one", "x")), at
    nested = [
        [name, index]
        for name, value in single.items()
        if isinstance(value, list)
        for index, one in enumerate(value)
        if isinstance(one, dict) and "id" in one
    ]
    for place in nested[:5]:
        assert offences(document, shown, plant(single, place, "planted", "x")), place


@pytest.mark.parametrize("member", ["title", "label", "country", "type", "id", "@context"])
def test_a_missing_member_is_found(
    member: str, client: httpx.Client, document: Json, offences: Offences
) -> None:
    shown = schema(document, single_path(document, "plans"))
    whole = client.get("/plans/CRI-4").json()
    assert offences(document, shown, whole) == []
    assert offences(document, shown, {k: v for k, v in whole.items() if k != member})


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("declaredCommitmentTotal", "nine"),
        ("title", "a title without its language"),
        ("hasCommitment", "https://w3id.org/ogpgraph/id/commitment/CRI-4-1"),
        ("startDate", "2019"),
        ("type", "Commitment"),
        ("number", "4"),
    ],
)
def test_a_member_of_another_form_or_another_class_is_found(
    member: str, wrong: object, client: httpx.Client, document: Json, offences: Offences
) -> None:
    whole = client.get("/plans/CRI-4").json()
    shown = schema(document, single_path(document, "plans"))
    assert offences(document, shown, {**whole, member: wrong})


def test_the_schemas_are_closed_where_it_is_known_what_is_used(document: Json) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["ActionPlan"]["additionalProperties"] is False
    assert "patternProperties" not in schemas["ActionPlan"]
    assert "patternProperties" in schemas["Thing"]
    assert "planNumber" not in schemas["Commitment"]["properties"]

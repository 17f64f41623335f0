"""The Graph Store Protocol, a rule a test: SPARQL 1.1 Graph Store HTTP Protocol, sections 4 and 5."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import rdflib
from rdflib.compare import isomorphic

GRAPH = "https://w3id.org/ogpgraph/graph/"
TYPES = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}


def problem(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"].endswith(f"/problems/{slug}"), body
    assert body["status"] == status
    return body


# 5.3 PUT


def test_put_makes_a_graph_that_was_not_there(writing: Any, doc: Any) -> None:
    answer = writing.put("put/new", doc("put/new"))
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(f"/graphs?graph={quote(GRAPH, safe='')}put%2Fnew")
    assert answer.json()["graph"] == f"{GRAPH}put/new"
    assert writing.get("put/new").status_code == 200


def test_put_replaces_the_whole_graph(writing: Any, doc: Any) -> None:
    writing.put("put/over", doc("put/over", "Before"))
    assert writing.put("put/over", doc("put/over", "After")).status_code == 204
    text = writing.get("put/over").text
    assert "After" in text
    assert "Before" not in text


def test_put_of_the_same_again_publishes_nothing(writing: Any, doc: Any) -> None:
    """V11."""
    first = writing.put("put/same", doc("put/same"))
    before = writing.state()
    second = writing.put("put/same", doc("put/same"))
    assert second.status_code == 204
    assert second.headers["etag"] == first.headers["etag"]
    assert writing.state() == before


@pytest.mark.parametrize("media_type", TYPES)
def test_put_takes_every_form_that_is_read(writing: Any, doc: Any, media_type: str) -> None:
    name = f"put/form-{TYPES[media_type]}"
    content = rdflib.Graph().parse(data=doc(name), format="turtle")
    text = content.serialize(format=TYPES[media_type])
    assert writing.put(name, text, Content_Type=media_type).status_code == 201
    got = writing.get(name, Accept="application/n-triples")
    assert isomorphic(content, rdflib.Graph().parse(data=got.text, format="nt"))


def test_put_without_a_graph_is_400(writing: Any, doc: Any) -> None:
    problem(writing.put("", doc("x")), 400, "bad-request")


def test_put_to_the_default_graph_is_403(writing: Any, doc: Any) -> None:
    answer = writing.client.put(
        "/graphs?default",
        content=doc("x"),
        headers={"Authorization": "Bearer a-token-of-the-tests", "Content-Type": "text/turtle"},
    )
    problem(answer, 403, "operation-not-allowed")


def test_put_of_nothing_is_422(writing: Any) -> None:
    problem(writing.put("put/empty", "# nothing"), 422, "empty-graph")


def test_put_of_another_graph_is_400(writing: Any, doc: Any) -> None:
    body = problem(writing.put("put/other", doc("put/one")), 400, "bad-request")
    assert "put/one" in body["detail"]


def test_put_that_does_not_parse_is_400_with_its_place(writing: Any, doc: Any) -> None:
    before = writing.state()
    body = problem(writing.put("put/bad", doc("put/bad") + "\n<a"), 400, "malformed-rdf")
    assert body["line"] > 10
    assert writing.state() == before


def test_put_that_breaks_the_shapes_is_422_with_the_report(writing: Any, doc: Any) -> None:
    """V1."""
    before = writing.state()
    bad = "<https://w3id.org/ogpgraph/id/plan/CRI-9> a ogp:ActionPlan ."
    body = problem(writing.put("put/broken", doc("put/broken", more=bad)), 422, "shacl-violation")
    assert body["conforms"] is False
    assert body["count"] == body["report"]["counts"]["violation"] > 0
    assert body["report"]["findings"][0]["messages"].keys() == {"es", "en"}
    assert writing.state() == before
    problem(writing.get("put/broken"), 404, "not-found")


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/plain", "x"),
        ("application/trig", "<urn:g> { <urn:a> <urn:b> <urn:c> }"),
        ("application/sparql-update", "INSERT DATA {}"),
        ("text/turtle; charset=latin-1", "<urn:a> <urn:b> <urn:c> ."),
        ("multipart/form-data; boundary=x", "--x--"),
    ],
)
def test_put_in_a_form_that_is_not_read_is_415(writing: Any, media_type: str, text: str) -> None:
    body = problem(
        writing.put("put/form", text, Content_Type=media_type), 415, "unsupported-media-type"
    )
    assert "text/turtle" in body["accepted"]


def test_named_graphs_inside_a_document_are_400(writing: Any) -> None:
    """P13."""
    text = '{"@graph": [{"@id": "http://e/a", "http://e/b": "c"}], "@id": "http://e/g"}'
    answer = writing.put("put/named", text, Content_Type="application/ld+json")
    problem(answer, 400, "malformed-rdf")


NAMES = {
    "derived/plan/CRI-4": "reserved-graph",
    "Derived/x": "reserved-graph",
    "shapes/x": "reserved-graph",
    "provenance/x": "reserved-graph",
    "metadata/x": "reserved-graph",
    "ledger/x": "reserved-graph",
    "ontology": "reserved-graph",
    "scheme/branch": "reserved-graph",
    "": "graph-name",
    "plan/": "graph-name",
    "/plan": "graph-name",
    "plan//x": "graph-name",
    "plan/../x": "graph-name",
    "plan/%2e%2e/x": "graph-name",
    "plan/x?y": "graph-name",
    "plan/x#y": "graph-name",
    "plan/ñ": "graph-name",
    "plan/СRI-4": "graph-name",
    "plan/x.": "graph-name",
    "x" * 300: "graph-name",
}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("name", NAMES)
def test_a_graph_that_is_not_to_be_written_is_403(
    writing: Any, doc: Any, method: str, name: str
) -> None:
    """V14."""
    before = writing.state()
    answer = writing.client.request(
        method,
        "/graphs",
        params={"graph": GRAPH + name},
        content=b"" if method == "DELETE" else doc("x").encode(),
        headers={"Authorization": "Bearer a-token-of-the-tests", "Content-Type": "text/turtle"},
    )
    problem(answer, 403, NAMES[name])
    assert writing.state() == before


@pytest.mark.parametrize("name", ["http://example.org/g", "https://w3id.org/other", "urn:x:y"])
def test_a_graph_of_somebody_else_is_403(writing: Any, doc: Any, name: str) -> None:
    answer = writing.client.put(
        "/graphs",
        params={"graph": name},
        content=doc("x"),
        headers={"Authorization": "Bearer a-token-of-the-tests", "Content-Type": "text/turtle"},
    )
    problem(answer, 403, "graph-name")


# 5.5 POST


def test_post_adds_to_a_graph(writing: Any, doc: Any) -> None:
    writing.put("post/add", doc("post/add"))
    more = "<http://e/a> <http://e/b> <http://e/c> ."
    assert writing.send("POST", "post/add", more).status_code == 204
    text = writing.get("post/add", Accept="application/n-triples").text
    assert "<http://e/a> <http://e/b> <http://e/c> ." in text
    assert "ReferenceGraph" in text


def test_post_of_what_is_there_publishes_nothing(writing: Any, doc: Any) -> None:
    first = writing.put("post/same", doc("post/same"))
    before = writing.state()
    assert (
        writing.send("POST", "post/same", doc("post/same")).headers["etag"] == first.headers["etag"]
    )
    assert writing.state() == before


def test_post_to_a_graph_that_is_not_there_makes_it(writing: Any, doc: Any) -> None:
    assert writing.send("POST", "post/new", doc("post/new")).status_code == 201


def test_post_is_validated_as_a_whole(writing: Any, doc: Any) -> None:
    writing.put("post/whole", doc("post/whole"))
    before = writing.state()
    second = f"<{GRAPH}post/whole> <http://purl.org/dc/terms/title> 'Otro'@es ."
    problem(writing.send("POST", "post/whole", second), 422, "shacl-violation")
    assert writing.state() == before


def test_post_without_a_graph_makes_the_one_that_the_document_says(writing: Any, doc: Any) -> None:
    answer = writing.send("POST", "", doc("post/said"))
    assert answer.status_code == 201
    assert answer.headers["location"].endswith("post%2Fsaid")
    problem(writing.send("POST", "", doc("post/said", "Other")), 409, "conflict")
    expected = writing.send("POST", "", doc("post/expected"), If_Match='"nonsense"')
    problem(expected, 412, "precondition-failed")


def test_post_without_any_name_gives_one(writing: Any) -> None:
    answer = writing.send("POST", "", "<http://e/x> <http://e/y> 'z' .")
    assert answer.status_code == 201
    made = answer.json()["graph"]
    assert made.startswith(f"{GRAPH}posted/")
    location = answer.headers["location"].removeprefix("http://localhost:8000")
    assert "http://e/x" in writing.client.get(location, headers={"Accept": "text/turtle"}).text


def test_blank_nodes_of_two_documents_do_not_merge(writing: Any) -> None:
    """P13."""
    for number in (1, 2):
        text = f"_:a <http://e/n> {number} ."
        assert writing.send("POST", "", text).status_code == 201
    assert not writing.ask("ASK { ?s <http://e/n> 1 , 2 }")
    assert writing.ask("ASK { ?s <http://e/n> 1 . ?t <http://e/n> 2 . FILTER (isIRI(?s)) }")


# 5.4 DELETE


def test_delete_withdraws_a_graph(writing: Any, doc: Any) -> None:
    """V13."""
    writing.put("delete/one", doc("delete/one", "Gone soon"))
    assert writing.ask('ASK { ?s ?p "Gone soon"@en }')
    assert writing.send("DELETE", "delete/one").status_code == 204
    assert not writing.ask('ASK { ?s ?p "Gone soon"@en }')
    problem(writing.get("delete/one"), 410, "withdrawn")
    problem(writing.send("DELETE", "delete/one"), 410, "withdrawn")
    again = writing.put("delete/one", doc("delete/one", "Back"))
    assert again.status_code == 201
    assert writing.get("delete/one").status_code == 200


def test_delete_of_what_never_was_is_404(writing: Any) -> None:
    problem(writing.send("DELETE", "delete/never"), 404, "not-found")


def test_delete_without_a_graph_is_400(writing: Any) -> None:
    problem(writing.send("DELETE", ""), 400, "bad-request")


# 5.2 GET and HEAD


@pytest.mark.parametrize("media_type", TYPES)
def test_get_gives_the_graph_in_every_form(
    writing: Any, doc: Any, read_rdf: Any, media_type: str
) -> None:
    writing.put("get/form", doc("get/form"))
    answer = writing.get("get/form", Accept=media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    found = read_rdf(answer.content, TYPES[media_type])
    assert isomorphic(found, rdflib.Graph().parse(data=doc("get/form"), format="turtle"))


def test_get_of_what_never_was_is_404(writing: Any) -> None:
    problem(writing.get("get/never"), 404, "not-found")


def test_get_without_a_graph_lists_them(writing: Any, doc: Any) -> None:
    writing.put("get/listed", doc("get/listed"))
    body = writing.client.get("/graphs").json()
    listed = {item["graph"]: item for item in body["items"]}
    digest = hashlib.sha256(
        b"".join(
            sorted(
                writing.get("get/listed", Accept="application/n-triples").content.splitlines(True)
            )
        )
    ).hexdigest()
    assert listed[f"{GRAPH}get/listed"]["sha256"] == digest
    assert body["version"] >= listed[f"{GRAPH}get/listed"]["version"]


def test_get_of_the_default_graph_is_the_merge(writing: Any, doc: Any) -> None:
    writing.put("get/merge", doc("get/merge"))
    answer = writing.client.get("/graphs?default", headers={"Accept": "application/n-triples"})
    count = writing.client.post(
        "/sparql",
        data={"query": "SELECT (COUNT(*) AS ?n) {?s ?p ?o}"},
        headers={"Accept": "text/csv"},
    )
    assert len(answer.text.splitlines()) == int(count.text.split()[1])


@pytest.mark.parametrize(
    "query",
    [
        "graph=x&default",
        "graph=http://e/a&graph=http://e/b",
        "graph=",
        "default=1",
        "graf=x",
        "graph=rel",
    ],
)
def test_an_address_that_names_no_one_graph_is_400(writing: Any, query: str) -> None:
    problem(writing.client.get(f"/graphs?{query}"), 400, "bad-request")


def test_head_is_get_without_its_body(writing: Any, doc: Any) -> None:
    writing.put("get/head", doc("get/head"))
    address = {"graph": f"{GRAPH}get/head"}
    got, head = (writing.client.request(m, "/graphs", params=address) for m in ("GET", "HEAD"))
    assert head.status_code == 200
    assert head.content == b""
    assert {k: v for k, v in head.headers.items() if k != "x-request-id"} == {
        k: v for k, v in got.headers.items() if k != "x-request-id"
    }


def test_a_form_that_is_not_offered_is_406(writing: Any, doc: Any) -> None:
    writing.put("get/none", doc("get/none"))
    problem(writing.get("get/none", Accept="image/png"), 406, "not-acceptable")


@pytest.mark.parametrize("method", ["PATCH", "QUERY"])
def test_a_method_of_no_use_here_is_405(writing: Any, method: str) -> None:
    answer = writing.send(method, "x")
    problem(answer, 405, "method-not-allowed")
    assert {"GET", "PUT", "POST", "DELETE"} <= set(answer.headers["allow"].split(", "))


# What a caller expects (V10).


def test_a_tag_says_what_is_there_and_304_saves_sending_it(writing: Any, doc: Any) -> None:
    put = writing.put("tag/get", doc("tag/get"))
    got = writing.get("tag/get", Accept="text/turtle")
    assert put.headers["etag"].strip('"') == got.headers["etag"].strip('"').partition("-")[0]
    same = writing.get("tag/get", Accept="text/turtle", If_None_Match=got.headers["etag"])
    assert same.status_code == 304
    assert (
        writing.get("tag/get", Accept="application/n-triples").headers["etag"]
        != got.headers["etag"]
    )


def test_if_match_lets_by_who_has_seen_what_is_there(writing: Any, doc: Any) -> None:
    tag = writing.put("tag/match", doc("tag/match")).headers["etag"]
    seen = writing.get("tag/match", Accept="application/rdf+xml").headers["etag"]
    changed = writing.put("tag/match", doc("tag/match", "Two"), If_Match=seen)
    assert changed.status_code == 204
    before = writing.state()
    problem(
        writing.put("tag/match", doc("tag/match", "Three"), If_Match=tag),
        412,
        "precondition-failed",
    )
    weak = f"W/{changed.headers['etag']}"
    problem(
        writing.put("tag/match", doc("tag/match", "Three"), If_Match=weak),
        412,
        "precondition-failed",
    )
    problem(writing.send("DELETE", "tag/match", If_Match=tag), 412, "precondition-failed")
    problem(
        writing.send("POST", "tag/match", "<http://e/a> <http://e/b> 1 .", If_Match=tag),
        412,
        "precondition-failed",
    )
    assert writing.state() == before
    both = f'"other", {changed.headers["etag"]}'
    assert writing.put("tag/match", doc("tag/match", "Three"), If_Match=both).status_code == 204


@pytest.mark.parametrize("field", ["If_Match", "If_None_Match"])
@pytest.mark.parametrize("value", ["", " , "])
def test_a_condition_that_names_nothing_is_refused(
    field: str, value: str, writing: Any, doc: Any
) -> None:
    """Whoever sends it means to name what they have seen: it must not be as good as none."""
    writing.put("tag/empty", doc("tag/empty"))
    before = writing.state()
    for answer in (
        writing.put("tag/empty", doc("tag/empty", "Two"), **{field: value}),
        writing.send("DELETE", "tag/empty", **{field: value}),
    ):
        problem(answer, 400, "bad-request")
        assert answer.json()["parameter"] == field.replace("_", "-")
    assert writing.state() == before


def test_a_condition_in_several_lines_is_one_list(writing: Any, doc: Any) -> None:
    writing.put("tag/lines", doc("tag/lines"))
    fields = [
        ("Authorization", "Bearer a-token-of-the-tests"),
        ("Content-Type", "text/turtle"),
        ("If-None-Match", '"x"'),
        ("If-None-Match", "*"),
    ]
    address = {"graph": f"{GRAPH}tag/lines"}
    text = doc("tag/lines", "Two")
    answer = writing.client.put("/graphs", params=address, content=text, headers=fields)
    problem(answer, 412, "precondition-failed")
    tag = writing.get("tag/lines", Accept="text/turtle").headers["etag"]
    fields = [("Accept", "text/turtle"), ("If-None-Match", '"x"'), ("If-None-Match", tag)]
    assert writing.client.get("/graphs", params=address, headers=fields).status_code == 304


def test_if_match_any_asks_for_some_graph_and_if_none_match_any_for_none(
    writing: Any, doc: Any
) -> None:
    problem(writing.put("tag/any", doc("tag/any"), If_Match="*"), 412, "precondition-failed")
    assert writing.put("tag/any", doc("tag/any"), If_None_Match="*").status_code == 201
    problem(writing.put("tag/any", doc("tag/any"), If_None_Match="*"), 412, "precondition-failed")
    assert writing.put("tag/any", doc("tag/any"), If_Match="*").status_code == 204


# Where it came from (V16).


def test_who_wrote_what_is_in_the_ledger(writing: Any, doc: Any) -> None:
    text = doc("who/x")
    writing.put("who/x", text)
    version = writing.service.version_of(f"{GRAPH}who/x", 10**9)
    assert version.activity.agent == "token"
    assert version.activity.source == "PUT from 127.0.0.1"
    assert version.activity.shapes == writing.service.library.shapes.digest
    assert version.document_digest == hashlib.sha256(text.encode()).hexdigest()


# The official texts of the SDGs (docs/decisions/0032)

KOS = Path(__file__).parents[1] / "sdg" / "fixtures" / "kos.ttl"
TRAP = KOS.with_name("kos-ontology.ttl")


def test_the_kos_file_of_the_un_becomes_the_graph_of_official_texts(writing: Any) -> None:
    text = KOS.read_text(encoding="utf-8")
    answer = writing.put("scheme/sdg-official", text)
    assert answer.status_code == 201, answer.text
    held = writing.get("scheme/sdg-official").text
    assert "La meta oficial, inventada" in held
    assert "prefLabel" not in held


def test_it_is_no_other_graph_and_its_ontology_is_none(writing: Any) -> None:
    before = writing.state()
    other = problem(writing.put("test/kos", KOS.read_text(encoding="utf-8")), 400, "bad-request")
    assert "scheme/sdg-official" in other["detail"]
    trap = problem(writing.put("test/trap", TRAP.read_text(encoding="utf-8")), 400, "bad-input")
    assert "dcterms:subject" in trap["detail"]
    assert writing.state() == before

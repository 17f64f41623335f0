"""The update operation of the SPARQL 1.1 Protocol, and what an update may do here (U of the design)."""

from __future__ import annotations

from typing import Any

import pytest

GRAPH = "https://w3id.org/ogpgraph/graph/"
AUTHORIZED = {"Authorization": "Bearer a-token-of-the-tests"}
PROLOGUE = f"""PREFIX g: <{GRAPH}update/>
PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX e: <http://e/>
"""


def problem(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"].endswith(f"/problems/{slug}"), body
    return body


def insert(name: str, number: int = 1) -> str:
    return f"{PROLOGUE}INSERT DATA {{ GRAPH g:{name} {{ e:{name} e:n {number} }} }}"


# SPARQL 1.1 Protocol, 2.2


def test_update_via_post_with_url_encoded_parameters(writing: Any) -> None:
    answer = writing.client.post("/update", data={"update": insert("form")}, headers=AUTHORIZED)
    assert answer.status_code == 200
    assert answer.json()["graphs"][0]["graph"] == f"{GRAPH}update/form"
    assert writing.ask("ASK { <http://e/form> <http://e/n> 1 }")


@pytest.mark.parametrize("path", ["/update", "/update/"])
def test_update_via_post_directly(writing: Any, path: str) -> None:
    name = "direct" + "slash" * path.endswith("/")
    answer = writing.client.post(
        path,
        content=insert(name),
        headers={**AUTHORIZED, "Content-Type": "application/sparql-update; charset=utf-8"},
    )
    assert answer.status_code == 200
    assert writing.ask(f"ASK {{ <http://e/{name}> <http://e/n> 1 }}")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "QUERY"])
def test_an_update_by_another_method_is_405(writing: Any, method: str) -> None:
    before = writing.state()
    answer = writing.client.request(
        method, "/update", params={"update": insert("get")}, headers=AUTHORIZED
    )
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) <= {"POST", "OPTIONS"}
    assert writing.state() == before


BAD = {
    "two updates": ({"update": ["CLEAR GRAPH <urn:x>", "CLEAR GRAPH <urn:x>"]}, 400, "bad-request"),
    "no update": ({"updat": "x"}, 400, "bad-request"),
    "an empty one": ({"update": ""}, 400, "malformed-query"),
    "a query parameter": ({"query": "ASK {}"}, 400, "bad-request"),
    "a query beside it": ({"update": insert("a"), "query": "ASK {}"}, 400, "bad-request"),
    "a query for an update": ({"update": "ASK {}"}, 400, "malformed-query"),
    "what does not parse": ({"update": "INSERT DATA { GRAPH <urn:g> { x } }"}, 403, "graph-name"),
    "a graph that is no IRI": (
        {"update": insert("a"), "using-graph-uri": "not an iri"},
        400,
        "bad-request",
    ),
    "a time that is none": ({"update": insert("a"), "timeout": "soon"}, 400, "bad-request"),
    "USING and using-graph-uri": (
        {
            "update": f"DELETE {{ GRAPH <{GRAPH}a> {{ ?s ?p ?o }} }} USING <{GRAPH}a> WHERE {{ ?s ?p ?o }}",
            "using-graph-uri": f"{GRAPH}a",
        },
        400,
        "bad-request",
    ),
    "WITH and using-named-graph-uri": (
        {
            "update": f"WITH <{GRAPH}a> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
            "using-named-graph-uri": f"{GRAPH}a",
        },
        400,
        "bad-request",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_request_that_is_no_update_is_refused(writing: Any, case: str) -> None:
    parameters, status, slug = BAD[case]
    before = writing.state()
    problem(writing.client.post("/update", data=parameters, headers=AUTHORIZED), status, slug)
    assert writing.state() == before


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/sparql-query", "application/sparql-update; charset=latin-1"],
)
def test_an_update_in_another_media_type_is_415(writing: Any, media_type: str) -> None:
    fields = {**AUTHORIZED, "Content-Type": media_type} if media_type else AUTHORIZED
    answer = writing.client.post("/update", content=insert("a"), headers=fields)
    problem(answer, 415, "unsupported-media-type")


def test_an_update_that_is_not_utf_8_is_400(writing: Any) -> None:
    fields = {**AUTHORIZED, "Content-Type": "application/sparql-update"}
    problem(writing.client.post("/update", content=b"\xff", headers=fields), 400, "bad-request")


def test_an_update_on_the_query_operation_is_400(writing: Any) -> None:
    problem(writing.client.post("/sparql", data={"update": insert("a")}), 400, "bad-request")
    problem(writing.client.post("/sparql", data={"query": insert("a")}), 400, "malformed-query")


def test_a_syntax_error_is_told_where_it_stands_in_the_text(writing: Any) -> None:
    text = f"{insert('place')} ;\n\nINSERT {{ GRAPH g:place {{ ?s e:p ?o }} }}\nWHERE {{ ?s e:n }}"
    body = problem(writing.update(text), 400, "malformed-query")
    assert (body["line"], body["column"]) == (8, 17)  # as far as the engine got


def test_using_graphs_are_what_where_sees(writing: Any) -> None:
    for name, number in (("one", 1), ("two", 2)):
        assert writing.update(insert(name, number)).status_code == 200
    copy = f"{PROLOGUE}INSERT {{ GRAPH g:seen {{ ?s e:seen ?n }} }} WHERE {{ ?s e:n ?n }}"
    assert writing.update(copy, **{"using-graph-uri": f"{GRAPH}update/two"}).status_code == 200
    assert writing.ask("ASK { <http://e/two> <http://e/seen> 2 }")
    assert not writing.ask("ASK { <http://e/one> <http://e/seen> 1 }")
    named = f"{PROLOGUE}INSERT {{ GRAPH g:seen {{ ?s e:seen ?n }} }} WHERE {{ GRAPH ?g {{ ?s e:n ?n }} }}"
    answer = writing.update(named, **{"using-named-graph-uri": f"{GRAPH}update/one"})
    assert answer.status_code == 200
    assert writing.ask("ASK { <http://e/one> <http://e/seen> 1 }")


# Operations, SPARQL 1.1 Update, 3


def test_insert_delete_clear_and_drop(writing: Any) -> None:
    assert writing.update(insert("life")).status_code == 200
    change = f"""{PROLOGUE}WITH g:life DELETE {{ ?s e:n ?old }} INSERT {{ ?s e:n ?new }}
        WHERE {{ ?s e:n ?old BIND (?old + 1 AS ?new) }}"""
    assert writing.update(change).status_code == 200
    assert writing.ask("ASK { <http://e/life> <http://e/n> 2 }")
    data = f"{PROLOGUE}DELETE DATA {{ GRAPH g:life {{ e:life e:n 2 }} }} ; {insert('life', 3)}"
    assert writing.update(data).status_code == 200
    assert writing.ask("ASK { <http://e/life> <http://e/n> 3 }")
    where = f"{PROLOGUE}DELETE WHERE {{ GRAPH g:life {{ ?s e:n ?n }} }}"
    assert writing.update(where).status_code == 200
    assert writing.get("update/life").status_code == 410
    for word in ("CLEAR", "DROP SILENT"):
        assert writing.update(insert("life")).status_code == 200
        assert writing.update(f"{PROLOGUE}{word} GRAPH g:life").status_code == 200
        assert writing.get("update/life").status_code == 410


def test_create_copy_move_and_add_between_named_graphs(writing: Any) -> None:
    """A graph that is empty is not there: making one is no change, and none is in the way."""
    before = writing.state()
    assert writing.update(f"{PROLOGUE}CREATE GRAPH g:made").status_code == 200
    assert writing.update(f"{PROLOGUE}DROP GRAPH g:never ; CLEAR GRAPH g:never").status_code == 200
    assert writing.state() == before
    assert writing.update(insert("origin")).status_code == 200
    assert writing.update(f"{PROLOGUE}COPY g:origin TO GRAPH g:copied").status_code == 200
    assert writing.ask(f"ASK {{ GRAPH <{GRAPH}update/copied> {{ ?s <http://e/n> 1 }} }}")
    more = f"{PROLOGUE}ADD GRAPH g:life2 TO g:copied"
    assert (
        writing.update(f"{insert('life2', 7)} ; {more.removeprefix(PROLOGUE)}").status_code == 200
    )
    assert (
        writing.ask(f"ASK {{ GRAPH <{GRAPH}update/copied> {{ ?s <http://e/n> 1 , 7 }} }}") is False
    )
    assert writing.ask(f"ASK {{ GRAPH <{GRAPH}update/copied> {{ ?t <http://e/n> 7 }} }}")
    assert writing.update(f"{PROLOGUE}MOVE SILENT g:copied TO g:moved").status_code == 200
    assert writing.get("update/copied").status_code == 410
    assert writing.ask(f"ASK {{ GRAPH <{GRAPH}update/moved> {{ ?s <http://e/n> 1 }} }}")
    reserved = f"{PROLOGUE}COPY g:moved TO <{GRAPH}derived/plan/x>"
    problem(writing.update(reserved), 403, "reserved-graph")
    problem(writing.update(f"{PROLOGUE}MOVE <{GRAPH}ontology> TO g:moved"), 403, "reserved-graph")
    again = f"{PROLOGUE}CREATE GRAPH g:moved"
    problem(writing.update(again), 400, "bad-request")
    assert writing.update(again.replace("CREATE", "CREATE SILENT")).status_code == 200


def test_an_update_that_changes_nothing_publishes_nothing(writing: Any) -> None:
    writing.update(insert("still"))
    before = writing.state()
    answer = writing.update(insert("still"))
    assert answer.status_code == 200
    assert answer.json()["version"] is None
    assert writing.state() == before


def test_a_later_operation_sees_what_an_earlier_one_did(writing: Any) -> None:
    """In its graph, and in the merge."""
    text = f"""{insert("early")} ;
        INSERT {{ GRAPH g:late {{ ?s e:late ?n }} }} WHERE {{ ?s e:n ?n FILTER (?s = e:early) }} ;
        DELETE WHERE {{ GRAPH g:early {{ ?s ?p ?o }} }} ;
        INSERT {{ GRAPH g:late {{ e:left e:in e:merge }} }} WHERE {{ e:early e:n ?n }}"""
    answer = writing.update(text)
    assert answer.status_code == 200
    assert [one["graph"] for one in answer.json()["graphs"]] == [f"{GRAPH}update/late"]
    assert writing.ask("ASK { <http://e/early> <http://e/late> 1 }")
    assert not writing.ask("ASK { <http://e/left> ?p ?o }")


def test_a_graph_may_be_named_by_a_variable(writing: Any) -> None:
    writing.update(insert("variable"))
    text = f"{PROLOGUE}INSERT {{ GRAPH ?g {{ ?s e:too 'yes' }} }} WHERE {{ GRAPH ?g {{ ?s e:n 1 }} FILTER (?s = e:variable) }}"
    assert writing.update(text).status_code == 200
    assert writing.ask("ASK { GRAPH <" + GRAPH + "update/variable> { ?s <http://e/too> 'yes' } }")


def test_a_graph_named_by_a_variable_that_is_not_to_be_written_is_403(writing: Any) -> None:
    """U4."""
    before = writing.state()
    text = f"{PROLOGUE}DELETE WHERE {{ GRAPH ?g {{ ?s a <http://www.w3.org/2004/02/skos/core#Concept> }} }}"
    problem(writing.update(text), 403, "reserved-graph")
    assert writing.state() == before


def test_a_variable_for_a_graph_reaches_no_group_in_where(writing: Any) -> None:
    """Groups stand for many graphs, and are not there for who asks for all."""
    writing.update(insert("grouped"))
    text = f"{PROLOGUE}INSERT {{ GRAPH g:seen {{ e:grouped e:in ?g }} }} WHERE {{ GRAPH ?g {{ e:grouped e:n 1 }} }}"
    assert writing.update(text).status_code == 200
    found = (
        "ASK { <http://e/grouped> <http://e/in> ?g FILTER (?g {} <" + GRAPH + "update/grouped>) }"
    )
    assert writing.ask(found.replace("{}", "=", 1))
    assert not writing.ask(found.replace("{}", "!=", 1))


def test_blank_nodes_get_iris(writing: Any) -> None:
    text = f"{PROLOGUE}INSERT DATA {{ GRAPH g:blank {{ _:b e:blank 1 . e:x e:to _:b }} }}"
    assert writing.update(text).status_code == 200
    assert writing.ask(
        "ASK { <http://e/x> <http://e/to> ?b . ?b <http://e/blank> 1 FILTER (isIRI(?b)) }"
    )


def test_what_an_update_inserts_is_taken_in_as_any_document(writing: Any) -> None:
    """P9 and P10 hold for it too."""
    before = writing.state()
    scheme = f"{PROLOGUE}INSERT DATA {{ GRAPH g:bad {{ e:x e:y <javascript:alert(1)> }} }}"
    problem(writing.update(scheme), 422, "iri-scheme")
    long = f"{PROLOGUE}INSERT {{ GRAPH g:bad {{ e:x e:y ?long }} }} WHERE {{ {_doubled()} }}"
    problem(writing.update(long), 422, "limit")
    assert writing.state() == before


def _doubled() -> str:
    """A pattern that binds ?long to a text of 2 MiB."""
    steps = "".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(21))
    return f"BIND ('a' AS ?v0) {steps} BIND (?v21 AS ?long)"


NOT_ALLOWED = [
    "LOAD <http://127.0.0.1:1/x>",
    f"load silent <http://127.0.0.1:1/x> into graph <{GRAPH}x>",
    "COPY DEFAULT TO <urn:x>",
    "MOVE <urn:y> TO DEFAULT",
    "DROP ALL",
    "drop silent all",
    "DROP DEFAULT",
    "DROP NAMED",
    "CLEAR ALL",
    "Clear Default",
    "CLEAR SILENT NAMED",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    f"INSERT {{ GRAPH <{GRAPH}x> {{ ?s ?p ?o }} ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
]


@pytest.mark.parametrize("after", ["", "harmless"])
@pytest.mark.parametrize("operation", NOT_ALLOWED)
def test_an_operation_on_more_than_named_graphs_is_403(
    writing: Any, operation: str, after: str
) -> None:
    """U2: also behind one that is harmless."""
    before = writing.state()
    text = f"{insert('harmless', 9)} ; {operation}" if after else operation
    problem(writing.update(text), 403, "operation-not-allowed")
    assert writing.state() == before


@pytest.mark.parametrize(
    "service",
    [
        "SERVICE <http://127.0.0.1:1/> { ?s ?p ?o }",
        "service silent <http://127.0.0.1:1/> { ?s ?p ?o }",
    ],
)
def test_service_in_an_update_is_403(writing: Any, service: str) -> None:
    text = f"{PROLOGUE}INSERT {{ GRAPH g:s {{ ?s ?p ?o }} }} WHERE {{ {service} }}"
    problem(writing.update(text), 403, "federation-disabled")


def test_a_text_that_can_be_read_in_two_ways_is_refused(writing: Any) -> None:
    """What is a string to one reader may be an operation to the other."""
    before = writing.state()
    hidden = f"INSERT DATA {{ GRAPH <{GRAPH}hidden> {{ <urn:x:a> <urn:x:b> 1 }} }}"
    text = f"""{PROLOGUE}INSERT {{ GRAPH g:two {{ e:a e:b 1 }} }}
        WHERE {{ BIND (1 AS ?x) FILTER (?x<'>') }} ; {hidden} #') }}"""
    body = problem(writing.update(text), 400, "malformed-query")
    assert "less-than" in body["detail"]
    assert writing.state() == before


def test_a_relative_name_of_a_graph_is_400(writing: Any) -> None:
    before = writing.state()
    text = f"BASE <{GRAPH}update/> INSERT DATA {{ GRAPH <relative> {{ <urn:x:a> <urn:x:b> 1 }} }}"
    problem(writing.update(text), 400, "malformed-query")
    assert writing.state() == before


RESERVED = ["derived/plan/x", "shapes/x", "provenance/x", "metadata/x", "ontology", "scheme/branch"]


@pytest.mark.parametrize("name", [*RESERVED, "../x", "a b", "plan/ñ"])
@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA {{ GRAPH <{}> {{ <urn:a> <urn:b> 1 }} }}",
        "WITH <{}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        "DROP SILENT GRAPH <{}>",
        "PREFIX x: <{}> DELETE {{ GRAPH x: {{ ?s ?p ?o }} }} USING <urn:x> WHERE {{ ?s ?p ?o }}",
    ],
)
def test_a_graph_that_is_not_to_be_written_is_403(writing: Any, text: str, name: str) -> None:
    """U4."""
    before = writing.state()
    answer = writing.update(text.format(GRAPH + name))
    assert answer.status_code in ({400, 403} if name == "a b" else {403}), answer.text
    assert writing.state() == before


# What is too much (U3)


def test_an_update_over_a_mebibyte_is_413(writing: Any) -> None:
    text = insert("large") + " #" + "x" * 1024 * 1024
    body = problem(writing.update(text), 413, "payload-too-large")
    assert body["limit"] == 1024 * 1024


def test_more_than_100_operations_are_422(writing: Any) -> None:
    one = f"DROP SILENT GRAPH <{GRAPH}update/many>"
    before = writing.state()
    body = problem(writing.update(" ;\n".join([one] * 101)), 422, "query-too-complex")
    assert (body["measure"], body["limit"]) == ("operations", 100)
    assert writing.state() == before
    assert writing.update(" ;\n".join([one] * 100)).status_code == 200


def test_an_update_that_takes_too_long_is_504_and_changes_nothing(writing: Any) -> None:
    before = writing.state()
    text = f"""{insert("slow")} ;
        INSERT {{ GRAPH g:slow {{ e:x e:count ?n }} }}
        WHERE {{ SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} }}"""
    body = problem(writing.update(text, timeout="0.5"), 504, "query-timeout")
    assert body["limit_s"] == 0.5
    assert writing.state() == before
    assert writing.update(insert("quick")).status_code == 200


def test_an_update_nested_too_deep_is_422(writing: Any) -> None:
    nested = "{" * 70 + "}" * 70
    text = f"{PROLOGUE}INSERT {{ GRAPH g:deep {{ ?s ?p ?o }} }} WHERE {nested}"
    problem(writing.update(text), 422, "query-too-complex")


# What the caller expects


def test_a_condition_is_held_to_every_graph_that_is_changed(writing: Any) -> None:
    writing.update(insert("held"))
    tag = writing.get("update/held", Accept="text/turtle").headers["etag"]
    writing.update(insert("heldtoo"))
    before = writing.state()

    def change(number: int, **fields: str) -> Any:
        text = f"{insert('held', number)} ; {insert('heldtoo', number).removeprefix(PROLOGUE)}"
        headers = AUTHORIZED | {name.replace("_", "-"): value for name, value in fields.items()}
        return writing.client.post("/update", data={"update": text}, headers=headers)

    for wrong in ('"nonsense"', tag):
        problem(change(2, If_Match=wrong), 412, "precondition-failed")
    problem(change(2, If_None_Match="*"), 412, "precondition-failed")
    assert writing.state() == before
    other = writing.get("update/heldtoo", Accept="text/turtle").headers["etag"]
    assert change(2, If_Match=f"{tag}, {other}").status_code == 200
    problem(change(3, If_Match=f"{tag}, {other}"), 412, "precondition-failed")
    assert change(3, If_Match="*").status_code == 200


# Validated at its end (U5)


def test_an_update_may_break_a_shape_midway_if_it_mends_it(filled: Any) -> None:
    commitment = "<https://w3id.org/ogpgraph/id/commitment/CRI-4-9>"
    plan = f"WITH <{GRAPH}plan/CRI-4>"

    def renumber(old: str, new: str) -> str:
        return (
            f'{plan} DELETE {{ {commitment} ogp:number "{old}" }} '
            f'INSERT {{ {commitment} ogp:number "{new}" }} WHERE {{}}'
        )

    before = filled.state()
    broken = f"{PROLOGUE}{renumber('9', '1')}"
    body = problem(filled.update(broken), 422, "shacl-violation")
    assert any("CRI-4-9" in str(finding) for finding in body["report"]["findings"])
    assert filled.state() == before
    short = f'{plan} INSERT {{ {commitment} ogp:shortTitle "Participación"@es }} WHERE {{}}'
    mended = f"{PROLOGUE}{renumber('9', '1')} ; {renumber('1', '9')} ; {short}"
    answer = filled.update(mended)
    assert answer.status_code == 200, answer.text
    assert [one["graph"] for one in answer.json()["graphs"]] == [f"{GRAPH}plan/CRI-4"]
    assert answer.json()["version"] == before[0] + 1
    assert filled.ask(f'ASK {{ {commitment} ?p "Participación"@es }}')


AGENT = "<https://w3id.org/ogpgraph/id/agent/ogpgraphCuration>"
LEANING = {
    "an update that takes away what others name": lambda filled: filled.update(
        f"DELETE WHERE {{ GRAPH <{GRAPH}shared/agents> {{ {AGENT} ?p ?o }} }}"
    ),
    "a graph that others name is dropped": lambda filled: filled.update(
        f"DROP GRAPH <{GRAPH}institutions/ECU>"
    ),
    "a graph that others name is deleted": lambda filled: filled.send("DELETE", "institutions/ECU"),
    "a graph that others name is replaced by less": lambda filled: filled.put(
        "institutions/ECU", STUB, Content_Type="text/turtle"
    ),
}
STUB = f"""@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
<{GRAPH}institutions/ECU> a ogp:ReferenceGraph ; dcterms:title "Nada"@es , "Nothing"@en ;
    prov:wasAttributedTo {AGENT} ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ."""


@pytest.mark.parametrize("case", LEANING)
def test_what_leans_on_a_graph_must_still_conform(filled: Any, case: str) -> None:
    """Each plan is valid beside what it names: taking that away breaks the plan."""
    before = filled.state()
    body = problem(LEANING[case](filled), 422, "shacl-violation")
    files = {finding["file"] for finding in body["report"]["findings"]}
    assert any("ECU-1" in file for file in files), files
    assert filled.state() == before


def test_what_nobody_leans_on_may_go(filled: Any) -> None:
    assert filled.send("DELETE", "ogp/MEX-4").status_code == 204


def test_two_graphs_are_published_as_one_or_not_at_all(writing: Any) -> None:
    bad = "<https://w3id.org/ogpgraph/id/plan/CRI-9> a ogp:ActionPlan"
    before = writing.state()
    text = f"{insert('pair')} ; INSERT DATA {{ GRAPH g:pairtwo {{ {bad} }} }}"
    problem(writing.update(text), 422, "shacl-violation")
    assert writing.state() == before
    assert not writing.ask("ASK { <http://e/pair> ?p ?o }")


def test_derived_statements_follow_an_update(filled: Any) -> None:
    commitment = "<https://w3id.org/ogpgraph/id/commitment/ECU-1-1>"
    leads = f"{commitment} <https://w3id.org/ogpgraph/ns#leadInstitution> ?who"
    led = f"ASK {{ GRAPH <{GRAPH}derived/plan/ECU-1> {{ {leads} }} }}"  # another source has it too
    assert filled.ask(led)
    text = f"""{PROLOGUE}WITH <{GRAPH}plan/ECU-1>
        DELETE {{ {commitment} ogp:hasInvolvement ?i . ?i ?p ?o }}
        WHERE {{ {commitment} ogp:hasInvolvement ?i . ?i ?p ?o }}"""
    answer = filled.update(text)
    assert answer.status_code == 200, answer.text
    assert not filled.ask(led)

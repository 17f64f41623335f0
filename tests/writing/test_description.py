"""Where graphs can be written, the service says so; and what it says follows what is written."""

from __future__ import annotations

from typing import Any

from rdflib import Namespace, URIRef
from rdflib.namespace import RDF

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
UPDATE = URIRef("http://localhost:8000/update")


def test_the_update_service_is_described_and_answers(writing: Any, read_rdf: Any) -> None:
    answer = writing.client.get("/sparql", headers={"Accept": "text/turtle;q=0.9, */*;q=0.1"})
    said = read_rdf(answer.content, "text/turtle")
    assert (UPDATE, RDF.type, SD.Service) in said
    assert set(said.objects(UPDATE, SD.supportedLanguage)) == {SD.SPARQL11Update}
    assert not list(said.objects(UPDATE, SD.inputFormat))  # LOAD is not answered
    endpoint = next(said.objects(UPDATE, SD.endpoint))
    text = "INSERT DATA { GRAPH <https://w3id.org/ogpgraph/graph/described/x> { <urn:x:a> <urn:x:b> 1 } }"
    answer = writing.client.post(
        str(endpoint),
        content=text,
        headers={
            "Authorization": "Bearer a-token-of-the-tests",
            "Content-Type": "application/sparql-update",
        },
    )
    assert answer.status_code == 200


def test_what_is_written_is_counted_at_once(writing: Any, doc: Any, read_rdf: Any) -> None:
    writing.put("described/y", doc("described/y"))
    graph = URIRef("https://w3id.org/ogpgraph/graph/described/y")
    said = read_rdf(
        writing.client.get("/sparql", headers={"Accept": "text/turtle"}).content, "turtle"
    )
    named = next(said.subjects(SD.name, graph))
    size = next(
        said.objects(next(said.objects(named, SD.graph)), URIRef("http://rdfs.org/ns/void#triples"))
    )
    assert int(size) == len(
        writing.get("described/y", Accept="application/n-triples").text.splitlines()
    )
    writing.send("DELETE", "described/y")
    said = read_rdf(
        writing.client.get("/sparql", headers={"Accept": "text/turtle"}).content, "turtle"
    )
    assert (None, SD.name, graph) not in said


def test_the_description_cannot_be_written(writing: Any) -> None:
    before = writing.state()
    for path in ("/.well-known/void", "/catalog", "/prefixes"):
        answer = writing.client.put(
            "/graphs",
            params={"graph": f"http://localhost:8000{path}"},
            content="<urn:x:a> <urn:x:b> 1 .",
            headers={"Authorization": "Bearer a-token-of-the-tests", "Content-Type": "text/turtle"},
        )
        assert answer.status_code == 403
        assert writing.client.get(path, headers={"Accept": "text/turtle"}).status_code == 200
    assert writing.state() == before


def test_groups_cannot_be_written(writing: Any) -> None:
    before = writing.state()
    for name in ("asserted", "derived", "entailed", "entailed/plan/x", "Asserted/x"):
        answer = writing.put(name, "<urn:x:a> <urn:x:b> 1 .")
        assert answer.status_code == 403, name
    assert writing.state() == before

"""`/alignments.sssom`: its forms, what narrows it, what caches and clients need."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ogpgraph.alignments.reading import QUERIES
from ogpgraph.alignments.records import AlignmentSet
from ogpgraph.alignments.sssom_reading import read_sssom
from ogpgraph.service import Service

TSV = "text/tab-separated-values"


def rows(response: httpx.Response, service: Service) -> int:
    found = read_sssom(response.content, "sent", service.names).alignments
    return len(found.alignments) + len(found.unaligned)


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("", "*/*", TSV),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", TSV),
        ("", "text/turtle", "text/turtle"),
        ("", "application/json", "application/ld+json"),
        ("", "application/rdf+xml", "application/rdf+xml"),
        (".tsv", "text/html", TSV),
        (".ttl", "*/*", "text/turtle"),
        (".nt", "*/*", "application/n-triples"),
        (".jsonld", "*/*", "application/ld+json"),
        (".rdf", "*/*", "application/rdf+xml"),
    ],
)
def test_its_forms(aligned_client: httpx.Client, path: str, accept: str, media_type: str) -> None:
    response = aligned_client.get(f"/alignments.sssom{path}", headers={"Accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    assert response.headers["Vary"] == "Accept, Accept-Language"
    assert (
        '</alignments.sssom.ttl>; rel="alternate"; type="text/turtle"' in response.headers["Link"]
    )
    assert '<https://w3id.org/sssom/>; rel="profile"' in response.headers["Link"]
    tag = {"If-None-Match": response.headers["ETag"], "Accept": accept}
    assert aligned_client.get(f"/alignments.sssom{path}", headers=tag).status_code == 304


def test_every_rdf_form_says_the_same(aligned_client: httpx.Client, read_rdf: Any) -> None:
    from rdflib.compare import isomorphic  # noqa: PLC0415

    graphs = [
        read_rdf(answer.content, answer.headers["Content-Type"].partition(";")[0])
        for suffix in ("ttl", "nt", "jsonld", "rdf")
        if (answer := aligned_client.get(f"/alignments.sssom.{suffix}?state=all"))
    ]
    assert len(graphs[0]) > 100
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


def test_what_narrows_it(
    aligned_client: httpx.Client, aligned_service: Service, aligned: AlignmentSet
) -> None:
    def count(**asked: str) -> int:
        response = aligned_client.get("/alignments.sssom", params=asked)
        assert response.status_code == 200, response.text
        return rows(response, aligned_service)

    def wanted(prefix: str, *, every: bool) -> int:
        names = [one.aligned for one in aligned.alignments if every or one.counts]
        names += [one.commitment for one in aligned.unaligned]
        return sum(one.rsplit("/", 1)[-1].startswith(prefix) for one in names)

    assert count() == wanted("", every=False)
    assert count(state="accepted") == count()
    assert count(state="all") == wanted("", every=True) > count()
    assert count(plan="HND-4") == wanted("HND-4", every=False) > 0
    assert count(country="HND", state="all") == wanted("HND-4", every=True) > count(country="HND")
    assert count(country="MEX", plan="HND-4") == 0


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"state": "rejected"}, "state"),
        ({"plan": "ZZZ-9"}, "plan"),
        ({"country": "Honduras"}, "country"),
        ({"goal": "16"}, "goal"),
    ],
)
def test_what_is_unknown_is_refused(
    aligned_client: httpx.Client, asked: dict[str, str], parameter: str
) -> None:
    response = aligned_client.get("/alignments.sssom", params=asked)
    assert response.status_code == 400
    problem = response.json()
    assert problem["parameter"] == parameter
    assert problem["known"]


def test_other_forms_are_not_there(aligned_client: httpx.Client) -> None:
    assert aligned_client.get("/alignments.sssom.csv").status_code == 404
    refused = aligned_client.get("/alignments.sssom", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert TSV in refused.json()["offers"]


def test_the_list_stays_what_it_is_and_leads_there(aligned_client: httpx.Client) -> None:
    listed = aligned_client.get("/alignments.ttl")
    assert listed.status_code == 200
    assert b"sssom" not in listed.content
    page = aligned_client.get("/alignments?plan=HND-4", headers={"Accept": "text/html"}).text
    assert 'href="/alignments.sssom.tsv?plan=HND-4"' in page


def test_the_operation_is_described(aligned_client: httpx.Client) -> None:
    operation = aligned_client.get("/openapi.json").json()["paths"]["/alignments.sssom"]["get"]
    names = {one["name"]: one for one in operation["parameters"]}
    assert names.keys() == {"country", "plan", "state", "lang"}
    assert names["state"]["schema"]["enum"] == ["accepted", "all"]
    content = operation["responses"]["200"]["content"]
    assert TSV in content
    assert "text/turtle" in content


def test_reading_them_asks_as_many_queries_whatever_there_is(aligned_service: Service) -> None:
    asked = []
    with aligned_service.reading() as reading:
        store = reading.store

        class Counting:
            def query(self, text: str, **more: Any) -> Any:
                asked.append(text)
                return store.query(text, **more)

        object.__setattr__(reading, "store", Counting())
        aligned_service.alignments.make(reading)
    assert len(asked) == len(QUERIES) == 6

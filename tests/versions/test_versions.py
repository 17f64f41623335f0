"""`/versions`, `/versions/{n}` and `/changes`: what was published, told the same in every form."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import rdflib
from fastapi import FastAPI

from ogpgraph.database import Database
from ogpgraph.errors import Busy
from ogpgraph.history import Allowance, History
from ogpgraph.service import Service
from ogpgraph.web import past
from ogpgraph.web.app import create_app

CRI = "https://w3id.org/ogpgraph/graph/plan/CRI-4"
GONE = "https://w3id.org/ogpgraph/graph/test/gone"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
HTML = {"Accept": "text/html"}
PAGES = ["/versions", "/versions/48", "/versions/46", "/versions/50", "/changes", "/diff"]
PAGES += ["/changes?plan=CRI-4", "/diff?from=46&to=48&graph=plan/CRI-4", "/diff?from=3&to=3"]
ROUNDS = 4
"""Publications beside readers."""
Clients = Callable[[FastAPI], httpx.Client]


def items(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text[:300]
    found = answer.json()["items"]
    assert isinstance(found, list)
    return found


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert isinstance(found, dict)
    return found


def links(answer: httpx.Response) -> dict[str, str]:
    """The Link header by relation; of several of one the first."""
    found = re.findall(r'<([^>]+)>; rel="([^"]+)"', answer.headers["link"])
    return {rel: target for target, rel in reversed(found)}


def test_publications_newest_first_with_what_they_changed(visitor: httpx.Client) -> None:
    found = items(visitor.get("/versions"))
    assert [one["version"] for one in found] == [50, 49, 48, 47, 46]
    assert [one["previous"] for one in found] == [49, 48, 47, 46, 0]
    assert [one["graphCount"] for one in found] == [1, 1, 1, 1, 46]
    assert [(one["added"], one["removed"]) for one in found[:4]] == [(0, 6), (6, 0), (1, 1), (1, 1)]
    assert found[2]["agent"] == "tester"
    assert found[2]["source"] == "revision-2.ttl"
    assert found[2]["graphs"] == [CRI]
    whole = visitor.get("/graphs").json()["items"]
    before = sum(one["triples"] for one in whole)
    assert found[4]["added"] == before  # the revisions change one statement each


def test_csv_has_the_rows_of_json(visitor: httpx.Client) -> None:
    answer = visitor.get("/versions.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.count("\r\n") == answer.text.count("\n") == 6
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = items(visitor.get("/versions"))
    assert [{name: str(one[name]) for name in rows[0]} for one in found] == rows


def test_pages_of_a_list_are_stable_and_end(visitor: httpx.Client) -> None:
    for path, size in (("/versions", 2), ("/changes", 7)):
        seen: list[int] = []
        address: str | None = f"{path}?page_size={size}"
        while address:
            answer = visitor.get(address)
            part = [one["version"] for one in items(answer)]
            assert 1 <= len(part) <= size
            seen += part
            address = answer.json().get("next")
            assert ('rel="next"' in answer.headers["link"]) is bool(address)
            assert f'<{path}?page_size={size}>; rel="first"' in answer.headers["link"]
        everything = [one["version"] for one in items(visitor.get(f"{path}?page_size=1000"))]
        assert seen == everything == sorted(everything, reverse=True)


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/versions?page_size=0", "page_size"),
        ("/versions?page_size=1001", "page_size"),
        ("/versions?page_size=x", "page_size"),
        ("/versions?cursor=0", "cursor"),
        ("/versions?cursor=99", "cursor"),
        ("/versions?cursor=-1", "cursor"),
        ("/versions?x=1", "x"),
        ("/versions?cursor=2&cursor=3", "cursor"),
        ("/changes?graph=none", "graph"),
        ("/changes?graph=", "graph"),
        ("/changes?country=ZZZ", "country"),
        ("/changes?plan=CRI", "plan"),
        ("/changes?plan=zzz&country=GTM", "plan"),
        ("/graphs?graph=%22%3E", "graph"),
        ("/graphs?graph=none", "graph"),
        ("/graphs?graph=http://x/%00", "graph"),
        ("/changes?plan=' OR 1=1 --", "plan"),
        ("/diff?from=-1", "from"),
        ("/diff?to=51", "to"),
        ("/diff?to=1e3", "to"),
        ("/diff?to=٣", "to"),
        ("/diff?graph=none", "graph"),
        ("/diff?version=1", "version"),
        ("/versions/48/graph", "graph"),
        ("/versions/48/graph?graph=none", "graph"),
        ("/versions/48?page_size=0", "page_size"),
        ("/timemap", "graph"),
        ("/timegate", "graph"),
        ("/timegate?graph=none", "graph"),
        (f"/graphs?graph={CRI}&version=x", "version"),
        (f"/graphs?graph={CRI}&version=99", "version"),
        ("/graphs?default&version=1", "default"),
    ],
)
def test_a_wrong_parameter_is_named(visitor: httpx.Client, address: str, parameter: str) -> None:
    found = problem(visitor.get(address), 400)
    assert found["parameter"] == parameter


def test_unknown_graphs_countries_and_plans_come_with_the_known(visitor: httpx.Client) -> None:
    assert "CRI" in problem(visitor.get("/changes?country=ZZZ"), 400)["known"]
    assert "CRI-4" in problem(visitor.get("/changes?plan=x"), 400)["known"]
    assert CRI in problem(visitor.get("/changes?graph=x"), 400)["known"]


@pytest.mark.parametrize("number", ["0", "51", "x", "-1", "1.5", "999999999999999999999999"])
def test_a_version_that_is_not_there_is_404(visitor: httpx.Client, number: str) -> None:
    assert problem(visitor.get(f"/versions/{number}"), 404)
    assert problem(visitor.get(f"/versions/{number}/graph?graph=plan/CRI-4"), 404)


def test_what_a_publication_made_of_each_graph(visitor: httpx.Client) -> None:
    found = visitor.get("/versions/48").json()
    assert (found["version"], found["previous"], found["graphCount"]) == (48, 47, 1)
    (one,) = found["graphs"]
    assert one["graph"] == CRI
    assert one["document"] == "revision-2.ttl"  # and no folder of the machine
    assert (one["added"], one["removed"], one["previous"]) == (1, 1, 47)
    held = next(g for g in visitor.get("/graphs").json()["items"] if g["graph"] == CRI)
    assert one["sha256"] == held["sha256"]
    for name in ("content", "diff", "publication"):
        assert visitor.get(one[name]).status_code == 200
    first = visitor.get("/versions/46").json()
    assert len(first["graphs"]) == 46
    assert all(len(one["shapes"]) == 64 for one in first["graphs"])


def test_a_version_within_a_publication_is_told_as_that_publication(visitor: httpx.Client) -> None:
    answer = visitor.get("/versions/7")
    assert answer.json()["version"] == 46
    assert '</versions/46>; rel="canonical"' in answer.headers["link"]


def test_the_graphs_of_a_large_publication_come_in_pages(visitor: httpx.Client) -> None:
    seen: list[str] = []
    address: str | None = "/versions/46?page_size=10"
    while address:
        body = visitor.get(address).json()
        assert body["graphCount"] == 46
        seen += [one["graph"] for one in body["graphs"]]
        address = body.get("next")
    assert len(seen) == len(set(seen)) == 46


@pytest.mark.parametrize("suffix", ["", ".json", ".csv", ".html", ".ttl"])
def test_the_pages_of_a_publication_are_linked_in_every_form(
    visitor: httpx.Client, suffix: str
) -> None:
    """And told from the publications before and after it, which are others (RFC 5829)."""
    path = f"/versions/46{suffix}"
    whole = [one["graph"] for one in visitor.get("/versions/46").json()["graphs"]]
    forward: list[str] = []
    address, addresses = f"{path}?page_size=10", []
    while address:
        answer = visitor.get(address)
        assert answer.status_code == 200
        found = links(answer)
        assert found["first"] == f"{path}?page_size=10"
        assert found.get("prev") == (addresses[-1] if addresses else None)
        assert found["successor-version"] == "/versions/47"
        assert "predecessor-version" not in found
        if suffix == ".csv":
            rows = csv.DictReader(io.StringIO(answer.text))
            forward += [row["graph"] for row in rows]
        elif suffix in {"", ".json"}:
            body = answer.json()
            forward += [one["graph"] for one in body["graphs"]]
            for rel in ("prev", "next"):
                told = body.get(rel)
                assert (httpx.URL(told).raw_path.decode() if told else None) == found.get(rel)
        addresses.append(address)
        address = found.get("next", "")
    assert len(addresses) == 5
    assert sorted(forward) == (sorted(whole) if suffix in {"", ".json", ".csv"} else [])


def test_the_publications_around_one_are_linked(visitor: httpx.Client) -> None:
    found = links(visitor.get("/versions/48"))
    assert found["predecessor-version"] == "/versions/47"
    assert found["successor-version"] == "/versions/49"
    assert "next" not in found
    assert "prev" not in found
    newest = links(visitor.get("/versions/50"))
    assert newest["predecessor-version"] == "/versions/49"
    assert "successor-version" not in newest


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_a_publication_in_prov(
    visitor: httpx.Client, read_rdf: Callable[[bytes, str], rdflib.Graph], suffix: str
) -> None:
    answer = visitor.get(f"/versions/48.{suffix}")
    graph = read_rdf(answer.content, answer.headers["content-type"].partition(";")[0])
    activity = rdflib.URIRef("http://localhost:8000/versions/48")
    (made,) = graph.objects(activity, PROV.generated)
    assert graph.value(made, PROV.specializationOf) == rdflib.URIRef(CRI)
    before = graph.value(made, PROV.wasRevisionOf)
    assert str(before).startswith("http://localhost:8000/versions/47/graph?")
    assert len(list(graph.subjects(PROV.wasGeneratedBy, activity))) == 1


def test_the_provenance_of_a_withdrawal_says_what_ended(
    visitor: httpx.Client, read_rdf: Callable[[bytes, str], rdflib.Graph]
) -> None:
    graph = read_rdf(visitor.get("/versions/50.nt").content, "application/n-triples")
    ((ended, by),) = graph.subject_objects(PROV.wasInvalidatedBy)
    assert "/versions/49/graph?" in str(ended)
    assert str(by).endswith("/versions/50")


def test_changes_of_a_country_a_plan_and_a_graph(visitor: httpx.Client) -> None:
    country = items(visitor.get("/changes?country=CRI"))
    graphs = {one["graph"].removeprefix("https://w3id.org/ogpgraph/graph/") for one in country}
    assert graphs == {"plan/CRI-4", "ogp/CRI-4", "sdg/CRI-4", "institutions/CRI"}
    plan = items(visitor.get("/changes?plan=CRI-4"))
    assert {one["graph"].rpartition("/")[2] for one in plan} == {"CRI-4"}
    assert len(plan) == 5
    one = items(visitor.get(f"/changes?graph={CRI}"))
    assert [(o["version"], o["added"], o["removed"], o["previous"]) for o in one][:2] == [
        (48, 1, 1, 47),
        (47, 1, 1, one[2]["version"]),
    ]
    assert one[2]["previous"] is None
    assert items(visitor.get("/changes?graph=plan/CRI-4")) == one
    whole = items(visitor.get("/changes?country=CRI&graph=plan/CRI-4"))
    assert whole == one
    assert items(visitor.get("/changes?country=ECU&graph=plan/CRI-4")) == []
    for apart in (
        "plan=HND-4&country=GTM",
        "plan=HND-4&graph=plan/CRI-4",
        "country=CRI&plan=HND-4",
    ):
        assert items(visitor.get(f"/changes?{apart}")) == []
        assert visitor.get(f"/changes.atom?{apart}").status_code == 200
        assert visitor.get(f"/changes.html?{apart}").status_code == 200
    gone = items(visitor.get(f"/changes?graph={GONE}"))
    assert [(o["withdrawn"], o["added"], o["removed"]) for o in gone] == [
        (True, 0, 6),
        (False, 6, 0),
    ]
    assert "content" not in gone[0]


@pytest.mark.parametrize("address", ["/changes.atom", "/changes.atom?plan=CRI-4&lang=es"])
def test_the_feed_keeps_rfc_4287(visitor: httpx.Client, address: str) -> None:
    answer = visitor.get(address)
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = ET.fromstring(answer.content)
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"
    language = feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    assert language == ("es" if "lang=es" in address else "en")
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
    entries = feed.findall("a:entry", ATOM)
    assert entries
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):  # exactly one each
            assert len(element.findall(f"a:{name}", ATOM)) == 1, name
        assert re.match(r"https?://", element.findtext("a:id", "", ATOM))
        assert stamp.fullmatch(element.findtext("a:updated", "", ATOM))
        assert element.findtext("a:author/a:name", "", ATOM)
        links = element.findall("a:link", ATOM)
        assert [link.get("rel") for link in links].count("alternate") == 1
        assert all(re.match(r"https?://", link.get("href", "")) for link in links)
    (own,) = [one for one in feed.findall("a:link", ATOM) if one.get("rel") == "self"]
    assert own.get("href") == f"http://localhost:8000{address}"
    ids = [entry.findtext("a:id", "", ATOM) for entry in entries]
    assert len(set(ids)) == len(ids)
    times = [entry.findtext("a:updated", "", ATOM) for entry in entries]
    assert times == sorted(times, reverse=True)
    assert feed.findtext("a:updated", "", ATOM) == times[0]
    for entry in entries[:3]:
        for link in entry.findall("a:link", ATOM):
            assert visitor.get(link.get("href", "")).status_code == 200


def test_a_feed_goes_on_in_pages(visitor: httpx.Client) -> None:
    feed = ET.fromstring(visitor.get("/changes.atom?page_size=2").content)
    (forward,) = [one for one in feed.findall("a:link", ATOM) if one.get("rel") == "next"]
    again = ET.fromstring(visitor.get(forward.get("href", "")).content)
    first = feed.findall("a:entry/a:id", ATOM)
    second = again.findall("a:entry/a:id", ATOM)
    assert len(first) == len(second) == 2
    assert {one.text for one in first}.isdisjoint({one.text for one in second})


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    "path",
    PAGES,
)
def test_a_page_is_whole_and_its_links_lead_somewhere(
    visitor: httpx.Client, path: str, language: str
) -> None:
    joint = "&" if "?" in path else "?"
    answer = visitor.get(f"{path}{joint}lang={language}", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    assert answer.text.count("<h1") == 1
    assert re.findall(r">\s*None\s*<", answer.text) == []
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    names = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(names) == len(set(names))
    inner = set(re.findall(r'(?:href|src)="(/[^"]*)"', answer.text))
    for href in sorted(inner)[::3][:20]:
        address = href.partition("#")[0].replace("&amp;", "&")
        status = visitor.get(address, headers={"Accept": "text/html, */*;q=0.1"}).status_code
        assert status in {200, 303}, href


def test_a_reader_has_it_already(visitor: httpx.Client) -> None:
    for path in (
        "/versions",
        "/versions/48",
        "/changes.atom",
        "/diff",
        "/timemap?graph=plan/CRI-4",
    ):
        first = visitor.get(path)
        again = visitor.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path


def test_network_addresses_of_writers_are_not_told(
    own_service: Service, client_of: Clients, plan_text: str
) -> None:
    client = client_of(create_app(own_service))
    graph = "https://w3id.org/ogpgraph/graph/test/sent"
    content = plan_text.format(graph="test/sent", title="Sent").encode()
    headers = {"Authorization": "Bearer a-token", "Content-Type": "text/turtle"}
    assert client.put("/graphs", params={"graph": graph}, content=content, headers=headers)
    (entry,) = own_service.history.entries(graph, limit=5)
    assert re.match(r"PUT from .", entry.version.activity.source)  # the operator's
    for path in ("/versions", "/changes", "/changes.atom", f"/versions/{entry.version.sequence}"):
        for accept in ("*/*", "text/html", "text/csv", "text/turtle"):
            answer = client.get(path, headers={"Accept": accept})
            assert "PUT from" not in answer.text, (path, accept)
    assert items(client.get("/versions"))[0]["source"] == "PUT"


def test_a_publication_is_seen_at_once_and_whole(
    own_service: Service, client_of: Clients, plan_text: str
) -> None:
    """Readers go on while others publish; each answer is of one version."""
    client = client_of(create_app(own_service))
    stop = threading.Event()
    wrong: list[str] = []

    def publish() -> None:
        writer = client_of(create_app(own_service))
        headers = {"Authorization": "Bearer a-token", "Content-Type": "text/turtle"}
        for number in range(ROUNDS):
            name = f"test/many-{number}"
            content = plan_text.format(graph=name, title="Many").encode()
            graph = f"https://w3id.org/ogpgraph/graph/{name}"
            answer = writer.put(
                "/graphs", params={"graph": graph}, content=content, headers=headers
            )
            if answer.status_code != 201:
                wrong.append(answer.text)
        stop.set()

    thread = threading.Thread(target=publish)
    thread.start()
    seen = set()
    while not stop.wait(0.02):
        body = client.get("/versions").json()
        seen.add(body["version"])
        if body["items"][0]["version"] != body["version"]:
            wrong.append(str(body["items"][0]))
        diff = client.get("/diff").json()
        if (diff["added"], diff["removed"], len(diff["graphs"])) not in {(6, 0, 1), (0, 6, 1)}:
            wrong.append(str(diff)[:300])
    thread.join()
    assert wrong == []
    assert client.get("/versions").json()["version"] == 50 + ROUNDS
    assert len(seen) > 1


def test_reading_the_past_does_not_wait_for_who_publishes(own_service: Service) -> None:
    """Nor the other way round: the past has a connection of its own."""
    ledger: Database = own_service._ledger._database
    with ledger.transaction() as connection:  # somebody publishes, and takes long
        connection.execute("DELETE FROM described")
        found = own_service.history.entries(limit=100)
        assert len(found) == 50
        assert own_service.history.differences(46, 48)
    other: Database = own_service.history._ledger._database
    with other.reading(), ledger.transaction() as connection:
        connection.execute("DELETE FROM described")


def test_counting_is_bounded_for_one_caller_and_ends(own_service: Service) -> None:
    """What is too much for one request is refused whole, and done when it is asked for again."""
    history = History(own_service.history._ledger)
    with pytest.raises(Busy) as caught:
        history.entries(limit=100, allowance=Allowance(1))
    assert caught.value.retry_after == 1
    found = history.entries(limit=100, allowance=Allowance(1))  # one revision is counted each time
    assert found == own_service.history.entries(limit=100)


def test_what_a_source_is_shown_as() -> None:
    assert past.shown_source("PUT from 203.0.113.9") == "PUT"
    assert past.shown_source("update from 2001:db8::1") == "update"
    assert past.shown_source("rollback to version 3") == "rollback to version 3"
    assert past.shown_source("POST from Madrid to Rome.ttl") == "POST from Madrid to Rome.ttl"
    assert past.shown_document("/home/somebody/plan.ttl") == "plan.ttl"
    assert past.shown_document("data/ttl/CRI/CRI-4.ttl") == "data/ttl/CRI/CRI-4.ttl"


@pytest.mark.parametrize("path", ["/versions", "/versions/46", "/changes?plan=CRI-4"])
def test_who_published_is_in_the_language_that_it_is_recorded_in(
    visitor: httpx.Client, path: str
) -> None:
    shipped = "ogpgraph (shipped with the package)"
    joint = "&" if "?" in path else "?"
    spanish = visitor.get(f"{path}{joint}lang=es", headers=HTML).text
    assert f'<bdi lang="en">{shipped}</bdi>' in spanish
    assert f"<bdi>{shipped}</bdi>" not in spanish
    english = visitor.get(f"{path}{joint}lang=en", headers=HTML).text
    assert f"<bdi>{shipped}</bdi>" in english
    if path == "/versions":
        assert "<bdi>tester</bdi>" in spanish

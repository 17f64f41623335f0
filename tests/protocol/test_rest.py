"""Lists and single things: every kind, every form, every filter, paging and caching."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
import rdflib
from fastapi import FastAPI

from ogpgraph.files import Graph
from ogpgraph.formats import TABLE_OFFERS
from ogpgraph.kinds import KINDS, absolute
from ogpgraph.library import Library
from ogpgraph.service import Service
from ogpgraph.store.base import Result, Store, rows
from ogpgraph.web.app import create_app

ReadRdf = Callable[[bytes, str], rdflib.Graph]
FORMS = {offer.suffix: offer.media_type for offer in TABLE_OFFERS}
SIZES = {
    "plans": 5,
    "commitments": 70,
    "unlisted-numbers": 6,
    "institutions": 25,
    "branches": 10,
    "policy-areas": 80,
    "sdgs": 186,
    "sdg-indicators": 240,
    "countries": 5,
    "milestones": 5,
    "alignments": 147,
}
"""How many of each kind there are at least, exactly where the issue says how many."""


def body(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


def items(answer: httpx.Response) -> list[dict[str, object]]:
    found = body(answer)["items"]
    assert isinstance(found, list)
    return found


def ids(answer: httpx.Response) -> list[str]:
    return [str(item["id"]) for item in items(answer)]


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert isinstance(found, dict)
    return found


def links(answer: httpx.Response) -> dict[tuple[str, str], str]:
    """(relation, type) -> target of the Link header."""
    found = {}
    for target, parameters in re.findall(r"<([^>]*)>((?:; ?[^,<]*)*)", answer.headers["link"]):
        values = dict(re.findall(r'(\w+)="([^"]*)"', parameters))
        found[values["rel"], values.get("type", "")] = target
    return found


@pytest.fixture(scope="session")
def first(full_client: httpx.Client, full_service: Service) -> Mapping[str, str]:
    """The path of the first thing of every kind."""
    found = {}
    for kind in KINDS.values():
        iri = ids(full_client.get(f"/{kind.name}?page_size=1"))[0]
        path = kind.documents or kind.name
        found[kind.name] = f"/{path}/{kind.identifier(full_service.names, iri)}"
    return found


# --- every kind in every form ----------------------------------------------------------------


def test_every_kind_is_tested() -> None:
    assert KINDS.keys() == SIZES.keys()


@pytest.mark.parametrize("kind", SIZES)
def test_a_list_has_its_total(full_client: httpx.Client, kind: str) -> None:
    found = body(full_client.get(f"/{kind}?total=true&page_size=1000"))
    assert isinstance(found["items"], list)
    assert found["total"] == len(found["items"]) >= SIZES[kind]


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("kind", SIZES)
def test_a_list_is_given_in_every_form(full_client: httpx.Client, kind: str, suffix: str) -> None:
    by_suffix = full_client.get(f"/{kind}.{suffix}?page_size=3")
    by_accept = full_client.get(f"/{kind}?page_size=3", headers={"Accept": FORMS[suffix]})
    for answer in (by_suffix, by_accept):
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == FORMS[suffix]
        assert len(answer.content) > 100
    if suffix != "html":  # a page names its own address
        assert re.sub(r"\.\w+\?", "?", by_suffix.text) == by_accept.text


@pytest.mark.parametrize("suffix", FORMS)
@pytest.mark.parametrize("kind", SIZES)
def test_one_thing_is_given_in_every_form(
    full_client: httpx.Client, first: Mapping[str, str], kind: str, suffix: str
) -> None:
    by_suffix = full_client.get(f"{first[kind]}.{suffix}")
    by_accept = full_client.get(first[kind], headers={"Accept": FORMS[suffix]})
    for answer in (by_suffix, by_accept):
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == FORMS[suffix]
        assert len(answer.content) > 100


@pytest.mark.parametrize("kind", SIZES)
def test_every_form_of_one_thing_holds_the_same_triples(
    full_client: httpx.Client, first: Mapping[str, str], read_rdf: ReadRdf, kind: str
) -> None:
    context = full_client.get("/context.jsonld").json()["@context"]
    turtle = full_client.get(f"{first[kind]}.ttl")
    wanted = set(read_rdf(turtle.content, "text/turtle"))
    assert len(wanted) >= 5
    for suffix in ("nt", "rdf"):
        answer = full_client.get(f"{first[kind]}.{suffix}")
        assert set(read_rdf(answer.content, FORMS[suffix])) == wanted
    for suffix in ("json", "jsonld"):
        document = body(full_client.get(f"{first[kind]}.{suffix}"))
        assert document["@context"] == "http://localhost:8000/context.jsonld"
        inline = json.dumps(document | {"@context": context}).encode()
        assert set(read_rdf(inline, "application/ld+json")) == wanted


@pytest.mark.parametrize("kind", SIZES)
def test_a_list_in_json_holds_the_triples_of_the_list_in_turtle(
    full_client: httpx.Client, read_rdf: ReadRdf, kind: str
) -> None:
    context = full_client.get("/context.jsonld").json()["@context"]
    turtle = full_client.get(f"/{kind}.ttl?page_size=5")
    wanted = set(read_rdf(turtle.content, "text/turtle"))
    found = items(full_client.get(f"/{kind}.jsonld?page_size=5"))
    inline = json.dumps({"@context": context, "@graph": found}).encode()
    assert set(read_rdf(inline, "application/ld+json")) == wanted
    assert len(wanted) >= 5


def test_one_commitment_reads_well(client: httpx.Client) -> None:
    found = body(client.get("/commitments/CRI-4-9"))
    assert found["id"] == "https://w3id.org/ogpgraph/id/commitment/CRI-4-9"
    assert (found["type"], found["number"]) == ("Commitment", "9")
    labels, evidence = found["label"], found["hasEvidence"]
    assert isinstance(labels, dict)
    assert labels.keys() == {"en", "es"}
    assert "Evidence" in json.dumps(evidence)
    assert "inverseOf" not in found


def test_a_thing_of_no_kind_has_a_page_of_its_own(client: httpx.Client) -> None:
    found = body(client.get("/things/id/evidence/CRI-4-9/text"))
    assert found["type"] == "Evidence"
    assert client.get("/things/id/evidence/CRI-4-9/text.ttl").status_code == 200


# --- filters ---------------------------------------------------------------------------------

FILTERS = [
    ("plans", "country", "HND", "?item a ogp:ActionPlan ; ogp:country country:HND"),
    ("commitments", "country", "HND", "?p ogp:hasCommitment ?item ; ogp:country country:HND"),
    ("commitments", "plan", "CRI-4", "plan:CRI-4 ogp:hasCommitment ?item"),
    ("commitments", "branch", "legislative", "?item a ogp:Commitment ; ogp:involvesBranch branch:legislative"),
    (
        "commitments",
        "institution",
        "ECU-presidencia-de-la-republica-del-ecuador",
        "?item ogp:hasInvolvement/ogp:involvedAgent institution:ECU-presidencia-de-la-republica-del-ecuador",
    ),
    ("commitments", "role", "lead", "?item ogp:hasInvolvement/ogp:involvementRole role:lead"),
    ("commitments", "policy_area", "openData", "?item ogp:hasClassification/ogp:classifiedAs policyArea:openData"),
    ("commitments", "ogp_value", "civicParticipation", "?item ogp:hasClassification/ogp:classifiedAs ogpValue:civicParticipation"),
    ("commitments", "sdg", "16", "VALUES ?m { method:curated method:statedInSource } ?item ogp:commitmentAlignment ?a . ?a ogp:alignmentMethod ?m ; ogp:alignedGoal sdg:16 ; ogp:reviewState <https://w3id.org/ogpgraph/scheme/review-state/accepted>"),
    ("commitments", "status", "limited", "VALUES ?item { commitment:MEX-4-1 }"),
    ("commitments", "milestone_status", "complete", "?item ogp:hasMilestone ?m . ?o ogp:statusOf ?m ; ogp:completionLevel completion:complete"),
    ("commitments", "number", "9", '?item a ogp:Commitment ; ogp:number "9"'),
    ("unlisted-numbers", "country", "GTM", "?p ogp:hasUnlistedNumber ?item ; ogp:country country:GTM"),
    ("unlisted-numbers", "plan", "CRI-4", "plan:CRI-4 ogp:hasUnlistedNumber ?item"),
    ("unlisted-numbers", "number", "14", '?item a ogp:UnlistedNumber ; ogp:number "14"'),
    ("institutions", "country", "ECU", "?item a ogp:PublicInstitution ; dcterms:spatial country:ECU"),
    ("institutions", "branch", "executive", "?item a ogp:PublicInstitution ; ogp:branchOfState branch:executive"),
    ("institutions", "role", "lead", "?i ogp:involvedAgent ?item ; ogp:involvementRole role:lead . ?item a ogp:PublicInstitution"),
    ("institutions", "plan", "ECU-1", "plan:ECU-1 ogp:hasCommitment/ogp:hasInvolvement/ogp:involvedAgent ?item . ?item a ogp:PublicInstitution"),
    ("branches", "broader", "classicPowers", "?item a ogp:BranchOfState ; skos:broader branch:classicPowers"),
    ("policy-areas", "broader", "antiCorruptionAndIntegrity", "?item a ogp:PolicyArea ; skos:broader policyArea:antiCorruptionAndIntegrity"),
    ("sdgs", "goal", "16", "?item a sdgo:Target . sdg:16 sdgo:hasTarget ?item"),
    ("milestones", "commitment", "ECU-1-2", "commitment:ECU-1-2 ogp:hasMilestone ?item"),
    ("milestones", "plan", "ECU-1", "plan:ECU-1 ogp:hasCommitment/ogp:hasMilestone ?item"),
    ("milestones", "country", "ECU", "?p ogp:country country:ECU ; ogp:hasCommitment/ogp:hasMilestone ?item"),
    ("milestones", "status", "complete", "?o ogp:statusOf ?item ; ogp:completionLevel completion:complete . ?item a ogp:Milestone"),
    ("alignments", "commitment", "CRI-4-9", "commitment:CRI-4-9 ogp:commitmentAlignment ?item"),
    ("alignments", "plan", "CRI-4", "plan:CRI-4 ogp:hasCommitment/ogp:commitmentAlignment ?item"),
    ("alignments", "country", "CRI", "?p ogp:country country:CRI ; ogp:hasCommitment/ogp:commitmentAlignment ?item"),
    ("sdg-indicators", "goal", "16", "?item sdgo:isIndicatorOf ?target . ?target sdgo:isTargetOf sdg:16"),
    ("sdg-indicators", "target", "16.6", "?item sdgo:isIndicatorOf sdg:16.6"),
    ("alignments", "goal", "16", "?item a ogp:SDGAlignment ; ogp:alignedGoal sdg:16"),
    ("alignments", "target", "16.7", "?item a ogp:SDGAlignment ; ogp:alignedTarget sdg:16.7"),
    ("alignments", "method", "curated", "?item a ogp:SDGAlignment ; ogp:alignmentMethod method:curated"),
    ("alignments", "review_state", "accepted", "?item a ogp:SDGAlignment ; ogp:reviewState <https://w3id.org/ogpgraph/scheme/review-state/accepted>"),
]  # fmt: skip


def direct(service: Service, pattern: str) -> set[str]:
    """The IRIs that a pattern of our own finds, asked of the store."""
    text = f"{service.names.sparql_prologue}SELECT DISTINCT ?item WHERE {{ {pattern} }}"
    return {row["item"].value for row in rows(service.store.query(text))}


def test_every_filter_is_tested() -> None:
    known = {(kind.name, row.name) for kind in KINDS.values() for row in kind.filters}
    assert {(kind, name) for kind, name, _, _ in FILTERS} == known


@pytest.mark.parametrize(("kind", "name", "value", "pattern"), FILTERS)
def test_a_filter_narrows_as_a_direct_query_does(
    full_client: httpx.Client, full_service: Service, kind: str, name: str, value: str, pattern: str
) -> None:
    answer = full_client.get(f"/{kind}", params={name: value, "page_size": 1000, "total": "true"})
    found = ids(answer)
    wanted = direct(full_service, pattern)
    whole = len(ids(full_client.get(f"/{kind}?page_size=1000")))
    assert 0 < len(wanted) < whole or (kind == "milestones" and len(wanted) == whole)  # ECU's all
    assert set(found) == wanted
    assert body(answer)["total"] == len(found) == len(wanted)


@pytest.mark.parametrize(
    ("kind", "name", "value"), [row[:3] for row in FILTERS if row[1] != "number"]
)
def test_a_filter_takes_a_whole_iri_too(
    full_client: httpx.Client, full_service: Service, kind: str, name: str, value: str
) -> None:
    row = next(row for row in KINDS[kind].filters if row.name == name)
    iri = absolute(full_service.names, row.prefix) + value
    by_id, by_iri = (ids(full_client.get(f"/{kind}", params={name: text})) for text in (value, iri))
    assert by_id == by_iri != []


def test_two_filters_narrow_together(full_client: httpx.Client, full_service: Service) -> None:
    values = {
        "country": "ECU",
        "role": "lead",
        "institution": "ECU-presidencia-de-la-republica-del-ecuador",
    }
    found = ids(full_client.get("/commitments", params=values))
    pattern = (
        "?item ogp:hasInvolvement ?i . ?i ogp:involvementRole role:lead ; ogp:involvedAgent "
        "institution:ECU-presidencia-de-la-republica-del-ecuador"
    )
    assert set(found) == direct(full_service, pattern)
    assert found


def test_a_commitment_without_milestones_has_an_empty_list(client: httpx.Client) -> None:
    assert ids(client.get("/milestones?commitment=CRI-4-1")) == []


def test_role_and_institution_speak_of_the_same_involvement(
    full_client: httpx.Client, full_service: Service
) -> None:
    text = (
        "SELECT ?item ?who ?role WHERE { ?item ogp:hasInvolvement ?i , ?j . "
        "?i ogp:involvedAgent ?who . ?j ogp:involvementRole ?role . "
        "FILTER NOT EXISTS { ?item ogp:hasInvolvement [ ogp:involvedAgent ?who ; "
        "ogp:involvementRole ?role ] } }"
    )
    found = list(rows(full_service.store.query(full_service.names.sparql_prologue + text)))
    assert found
    for row in found:
        values = {"institution": row["who"].value, "role": row["role"].value}
        answer = full_client.get("/commitments", params=values)
        assert row["item"].value not in ids(answer)


def test_the_commitments_of_honduras_are_19_in_order(client: httpx.Client) -> None:
    found = items(client.get("/commitments?country=HND"))
    assert [item["number"] for item in found] == [str(n) for n in (*range(1, 11), *range(12, 21))]


def test_a_filter_that_fits_nothing_gives_an_empty_list(client: httpx.Client) -> None:
    found = body(client.get("/commitments?country=CRI&branch=electoral&total=true"))
    assert (found["items"], found["total"]) == ([], 0)


# --- what is refused -------------------------------------------------------------------------

BAD = [
    ("/commitments?colour=red", "colour"),
    ("/plans?branch=executive", "branch"),
    ("/commitments?country=ATL", "country"),
    ("/commitments?country=", "country"),
    ("/commitments?branch=judicial%00", "branch"),
    ("/commitments?branch=a%20b", "branch"),
    ("/commitments?branch=%25zz", "branch"),
    ("/commitments?branch=%3E%20.%20%3Cx", "branch"),
    ("/commitments?country=CRI&country=HND", "country"),
    ("/commitments?page_size=0", "page_size"),
    ("/commitments?page_size=1001", "page_size"),
    ("/commitments?page_size=-1", "page_size"),
    ("/commitments?page_size=ten", "page_size"),
    ("/commitments?page_size=", "page_size"),
    ("/commitments?page_size=%D9%A3", "page_size"),
    ("/commitments?page_size=99999999999999999999", "page_size"),
    ("/commitments?cursor=nonsense", "cursor"),
    ("/commitments?cursor=", "cursor"),
    ("/commitments?cursor=W10", "cursor"),
    ("/commitments?cursor=%F0%9F%98%80", "cursor"),
    ("/commitments?cursor=WyJhIiwiYiIsImMiXQ", "cursor"),
    ("/commitments?cursor=", "cursor"),
    ("/commitments?total=maybe", "total"),
    ("/commitments?listed=maybe", "listed"),
    ("/commitments?listed=false&branch=judicial", "branch"),
    ("/commitments?sort=colour", "sort"),
    ("/commitments?sort=", "sort"),
    ("/commitments?sort=-", "sort"),
    ("/commitments?sort=--number", "sort"),
    ("/commitments?sort=relevance", "sort"),
    ("/commitments?number=abc", "number"),
    ("/unlisted-numbers?number=ninth", "number"),
    ("/commitments?facets=colour", "facets"),
    ("/commitments?facets=branch,,plan", "facets"),
    ("/commitments?facets=", "facets"),
    ("/commitments?for=fun", "for"),
    ("/commitments.json?for=spreadsheet", "for"),
    ("/commitments/CRI-4-9?for=fun", "for"),
    ("/commitments/CRI-4-9.ttl?for=spreadsheet", "for"),
    ("/commitments?lang=xx", "lang"),
    ("/commitments?lang=", "lang"),
    ("/commitments/CRI-4-9?country=CRI", "country"),
    ("/commitments/CRI-4-9?lang=fr", "lang"),
]


@pytest.mark.parametrize(("address", "parameter"), BAD)
def test_a_bad_parameter_is_400_and_named(
    client: httpx.Client, address: str, parameter: str
) -> None:
    found = problem(client.get(address), 400)
    assert found["parameter"] == parameter


@pytest.mark.parametrize("kind", SIZES)
def test_an_unknown_parameter_is_400_naming_the_known(client: httpx.Client, kind: str) -> None:
    known = problem(client.get(f"/{kind}?colour=red"), 400)["known"]
    names = {row.name for row in KINDS[kind].filters}
    paging = {"cursor", "facets", "for", "lang", "page_size", "q", "sort", "total"}
    listed = {"listed"} if kind == "commitments" else set()
    assert known == sorted(names | paging | listed)


def test_an_unknown_value_is_400_naming_the_known(client: httpx.Client) -> None:
    found = problem(client.get("/commitments?country=ATL"), 400)
    assert found["known"] == ["CRI", "ECU", "GTM", "HND", "MEX"]


def test_the_known_values_are_all_that_are_taken(full_client: httpx.Client) -> None:
    """Organisations that take part are none of the institutions, and values of the filter."""
    known = problem(full_client.get("/commitments?institution=none"), 400)["known"]
    counted = full_client.get("/commitments?facets=institution&page_size=1").json()["facets"]
    found = {one["value"] for one in counted["institution"]["values"]}
    assert "ECU-fundacion-de-ayuda-por-internet" in found
    assert found <= set(known)
    institutions = full_client.get("/institutions?page_size=1000").json()["items"]
    assert {one["id"].rpartition("/")[2] for one in institutions} <= set(known)
    for value in known:
        assert full_client.get(f"/commitments?institution={value}&page_size=1").status_code == 200


def test_known_numbers_are_in_their_order(full_client: httpx.Client) -> None:
    known = problem(full_client.get("/milestones?commitment=none"), 400)["known"]
    assert known.index("HND-4-9") < known.index("HND-4-10") < known.index("MEX-4-1")


@pytest.mark.parametrize("raw", ["/commitments?country=%ff", "/commitments?number=%ED%A0%80"])
def test_an_address_that_is_not_utf_8_is_400(client: httpx.Client, raw: str) -> None:
    problem(client.get(raw), 400)


INJECTIONS = ['"', "\\", "'", "}", "?x", "> } #", '" . ?s ?p ?o . "', "\\u0022", "$x", "\n", "ñ😀"]


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_value_stays_a_value(client: httpx.Client, text: str) -> None:
    assert ids(client.get("/commitments", params={"number": f"9{text}"})) == []
    none = client.get("/commitments", params={"number": text.replace("0022", "")})
    assert problem(none, 400)["parameter"] == "number"
    answer = client.get("/commitments", params={"plan": text})
    assert problem(answer, 400)["parameter"] == "plan"


@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize(
    "identifier", ["none", "none.ttl", "none.json", "a b", "%3E", "..%2F..", "%00", "ñ"]
)
def test_an_unknown_thing_is_404_or_400(client: httpx.Client, kind: str, identifier: str) -> None:
    answer = client.get(f"/{kind}/{identifier}")
    coded = bool(KINDS[kind].levels) and identifier != "%00"
    missing = coded or identifier.startswith(("none", "ñ", ".."))
    problem(answer, 404 if missing else 400)


def test_what_nothing_fits_is_406_with_the_offers(client: httpx.Client) -> None:
    found = problem(client.get("/plans", headers={"Accept": "image/png"}), 406)
    assert found["offers"] == list(FORMS.values())


# --- paging ----------------------------------------------------------------------------------


def pages(client: httpx.Client, address: str) -> Iterator[httpx.Response]:
    following: str | None = address
    for _ in range(200):
        if following is None:
            return
        answer = client.get(following)
        yield answer
        following = body(answer).get("next")  # type: ignore[assignment]
    pytest.fail("the pages have no end")


@pytest.mark.parametrize("size", [1, 7, 19, 69, 70, 71])
def test_the_pages_hold_every_commitment_once_and_in_order(client: httpx.Client, size: int) -> None:
    whole = ids(client.get("/commitments?page_size=1000"))
    found = list(pages(client, f"/commitments?page_size={size}"))
    assert [iri for answer in found for iri in ids(answer)] == whole
    assert len(whole) == len(set(whole)) == 70
    assert [len(items(answer)) for answer in found[:-1]] == [size] * (len(found) - 1)
    assert len(found) == -(-70 // size)


@pytest.mark.parametrize("kind", SIZES)
def test_the_pages_of_every_kind_hold_all(full_client: httpx.Client, kind: str) -> None:
    whole = ids(full_client.get(f"/{kind}?page_size=1000"))
    size = max(1, len(whole) // 3)
    found = [iri for page in pages(full_client, f"/{kind}?page_size={size}") for iri in ids(page)]
    assert found == whole
    assert len(set(whole)) == len(whole)


def test_pages_keep_their_filters(client: httpx.Client) -> None:
    found = list(pages(client, "/commitments?country=HND&page_size=5&lang=es"))
    assert [len(items(answer)) for answer in found] == [5, 5, 5, 4]
    assert all("/HND-4-" in iri for answer in found for iri in ids(answer))


def test_the_goals_stand_in_the_order_of_their_codes(client: httpx.Client) -> None:
    found = ids(client.get("/sdgs?page_size=1000"))
    codes = [iri.rpartition("/")[2] for iri in found]
    goals = [code for code in codes if "." not in code]
    assert goals == [str(number) for number in range(1, 18)]
    targets = [code for code in codes if code.startswith("16.")]
    numbers = [code for code in targets if code[3:].isdigit()]
    assert numbers == [f"16.{number}" for number in range(1, 11)]


def test_the_next_page_stands_in_the_link_header_too(client: httpx.Client) -> None:
    answer = client.get("/commitments?page_size=5")
    assert str(body(answer)["next"]).endswith(links(answer)["next", ""])
    assert ("next", "") not in links(client.get("/plans"))
    turtle = client.get("/commitments.ttl?page_size=5")
    assert client.get(links(turtle)["next", ""]).headers["content-type"].startswith("text/turtle")


# --- two queries -----------------------------------------------------------------------------


class CountingStore:
    """A store that passes everything on and remembers the queries."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.asked: list[str] = []
        self.edition = "1-counted"

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Result:
        self.asked.append(text)
        graphs = {"default_graphs": default_graphs, "named_graphs": named_graphs}
        return self._inner.query(text, timeout=timeout, **graphs)

    def graph(self, iri: str) -> Graph:
        self.asked.append(iri)
        return self._inner.graph(iri)

    def graphs(self) -> tuple[str, ...]:
        self.asked.append("graphs")
        return self._inner.graphs()

    def replace(self, graphs: Mapping[str, Graph]) -> None:
        raise AssertionError(f"reading wrote {list(graphs)}")

    def drop(self, iri: str) -> None:
        raise AssertionError(f"reading dropped {iri}")

    def close(self) -> None:
        raise AssertionError("reading closed the store")


def scans(library: Library) -> int:
    """What making the index of a version asks: the classes, the labels, a scan of each property."""
    classes = [one for kind in KINDS.values() for one in kind.class_iris(library.names)]
    filters = [row for kind in KINDS.values() for row in kind.filters]
    paths = [sort.path for kind in KINDS.values() for sort in kind.sorts]
    paths += [part for row in filters for part in (row.via, row.node, row.path, row.latest)]
    steps = {step.lstrip("^") for path in paths for step in re.split("[/|]", path) if step}
    return len(classes) + 1 + len(steps)


@pytest.fixture(scope="module")
def counted(
    service: Service, library: Library, client_of: Callable[[FastAPI], httpx.Client]
) -> tuple[httpx.Client, CountingStore]:
    store = CountingStore(service.store)
    mirror = library.mirror(store, service._ledger, service.intake)
    settings = replace(service.settings, cache=0)
    counting = Service(settings, library, mirror, service._ledger, service.intake)
    return client_of(create_app(counting)), store


def test_the_index_is_a_scan_of_each_property_once_a_version(
    counted: tuple[httpx.Client, CountingStore], library: Library
) -> None:
    client, store = counted
    assert client.get("/plans").status_code == 200
    assert len(store.asked) == scans(library) + 1
    store.asked.clear()
    for kind in KINDS:
        assert client.get(f"/{kind}").status_code == 200
    assert len(store.asked) == len(KINDS)


@pytest.mark.parametrize("size", [1, 20, 70])
@pytest.mark.parametrize("suffix", FORMS)
def test_a_list_makes_one_query_with_total_and_facets_too(
    counted: tuple[httpx.Client, CountingStore], size: int, suffix: str
) -> None:
    client, store = counted
    assert client.get("/plans").status_code == 200
    for more in ("", "&total=true", "&facets=true&total=true", "&sort=-title&facets=branch"):
        store.asked.clear()
        assert client.get(f"/commitments.{suffix}?page_size={size}{more}").status_code == 200
        assert len(store.asked) == 1
    store.asked.clear()
    assert len(ids(client.get(f"/commitments?page_size={size}&country=HND"))) == min(size, 19)
    assert len(store.asked) == 1


@pytest.mark.parametrize("path", ["/plans/HND-4", "/commitments/ECU-1-2", "/countries/CRI"])
def test_a_thing_makes_a_query_a_step_and_none_a_part(
    counted: tuple[httpx.Client, CountingStore], path: str
) -> None:
    client, store = counted
    store.asked.clear()
    assert client.get(path).status_code == 200
    assert 1 <= len(store.asked) <= 6


@pytest.mark.parametrize(
    "address",
    [
        *("/plans", "/plans/CRI-4", "/commitments.ttl?page_size=70"),
        "/commitments?country=HND&branch=judicial&facets=true&sort=-title",
    ],
)
def test_a_304_does_not_ask_the_store(
    counted: tuple[httpx.Client, CountingStore], address: str
) -> None:
    client, store = counted
    tag = client.get(address).headers["etag"]
    store.asked.clear()
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert store.asked == []


# --- headers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/plans", "/commitments?country=HND", "/commitments/CRI-4-9.ttl", "/plans/CRI-4.html"],
)
def test_an_etag_that_is_sent_back_gives_304(client: httpx.Client, address: str) -> None:
    first_time = client.get(address)
    again = client.get(address, headers={"If-None-Match": first_time.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first_time.headers["etag"]
    assert client.get(address, headers={"If-None-Match": '"x"'}).content == first_time.content


def test_each_form_and_language_has_its_own_etag(client: httpx.Client) -> None:
    tags = [client.get(f"/plans.{suffix}").headers["etag"] for suffix in FORMS]
    tags.append(client.get("/plans.html?lang=es").headers["etag"])
    assert len(set(tags)) == len(tags)


def test_the_same_form_is_the_same_bytes(client: httpx.Client) -> None:
    for suffix in FORMS:
        one, other = (client.get(f"/commitments/CRI-4-9.{suffix}") for _ in range(2))
        assert one.content == other.content
        assert one.headers["etag"] == other.headers["etag"]


def test_a_thing_links_to_its_other_forms_and_to_what_it_describes(client: httpx.Client) -> None:
    found = links(client.get("/commitments/CRI-4-9"))
    assert found["describes", ""] == "https://w3id.org/ogpgraph/id/commitment/CRI-4-9"
    assert found["canonical", ""] == "/commitments/CRI-4-9"
    assert found["license", ""] == "https://creativecommons.org/licenses/by/4.0/"
    for media_type in FORMS.values():
        answer = client.get(found["alternate", media_type])
        assert answer.headers["content-type"].partition(";")[0] == media_type


def test_a_list_links_to_its_other_forms_with_its_filters(client: httpx.Client) -> None:
    found = links(client.get("/commitments?country=HND&page_size=2"))
    for media_type in FORMS.values():
        answer = client.get(found["alternate", media_type])
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "HND-4-1" in answer.text
        assert "CRI-4-1" not in answer.text


@pytest.mark.parametrize(
    ("accept_language", "wanted"),
    [
        ("es-MX", "es"),
        ("es", "es"),
        ("en-GB, es;q=0.9", "en"),
        ("fr, es;q=0.5, en;q=0.4", "es"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
        ("es;q=0", "en"),
        ("ES-419,es;q=0.8", "es"),
        ("q=;;,", "en"),
    ],
)
def test_a_page_is_in_the_language_asked_for(
    client: httpx.Client, accept_language: str, wanted: str
) -> None:
    headers = {"Accept": "text/html", "Accept-Language": accept_language}
    answer = client.get("/plans", headers=headers)
    assert answer.headers["content-language"] == wanted
    assert f'<html lang="{wanted}"' in answer.text
    assert ("Planes de acción" in answer.text) is (wanted == "es")
    assert {"accept", "accept-language"} <= set(answer.headers["vary"].lower().split(", "))


def test_lang_stands_over_accept_language(client: httpx.Client) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    assert client.get("/plans?lang=es", headers=headers).headers["content-language"] == "es"


def test_json_carries_every_language_whatever_is_asked(client: httpx.Client) -> None:
    one, other = (client.get(f"/commitments/CRI-4-9.json?lang={lang}") for lang in ("es", "en"))
    assert one.content == other.content


@pytest.mark.parametrize("address", ["/plans", "/plans/CRI-4", "/plans.html", "/plans/none"])
def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client, address: str) -> None:
    get, head = client.get(address), client.head(address)
    assert head.content == b""
    assert head.status_code == get.status_code
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers.get(name) == get.headers.get(name)


def test_the_version_stands_in_a_list(client: httpx.Client, service: Service) -> None:
    assert body(client.get("/plans"))["version"] == service.sequence > 30


def test_an_id_with_other_characters_is_read_once(full_client: httpx.Client) -> None:
    path = quote("CRI-4-9/16.7/curated", safe="")
    assert body(full_client.get(f"/alignments/{path}"))["type"] == "SDGAlignment"

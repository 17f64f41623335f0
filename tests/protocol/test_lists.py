"""Lists: filters against the engine, facets against lists, orders, pages, and what is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import jsonschema_rs
import pytest
from pyld import jsonld

from ogpgraph.collation import sort_key
from ogpgraph.fields import Filter, absolute
from ogpgraph.files import parse
from ogpgraph.kinds import KINDS
from ogpgraph.list_index import Asked, ListIndex
from ogpgraph.service import Service
from ogpgraph.store.base import rows
from ogpgraph.terms import iri

ROWS = [(kind.name, row.name) for kind in KINDS.values() for row in kind.filters]
ORDERS = [
    (kind.name, sign + sort.name) for kind in KINDS.values() for sort in kind.orders for sign in ("", "-")
]  # fmt: skip


def body(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


def ids(answer: httpx.Response) -> list[str]:
    return [item["id"] for item in body(answer)["items"]]


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 400, answer.text
    found = answer.json()
    assert isinstance(found, dict)
    return found


def row_of(kind: str, name: str) -> Filter:
    (found,) = (row for row in KINDS[kind].filters if row.name == name)
    return found


def link_targets(answer: httpx.Response) -> dict[str, str]:
    found = {}
    for part in answer.headers["link"].split(", "):
        target, _, rest = part.partition(">; ")
        relation = rest.split('"')[1]
        if relation in {"first", "prev", "next", "last"}:
            found[relation] = target.removeprefix("<")
    return found


# --- filters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "name"), ROWS)
def test_every_value_of_a_filter_finds_what_the_engine_finds_by_its_path(
    full_client: httpx.Client, full_service: Service, kind: str, name: str
) -> None:
    """The paths of KINDS are walked by us and by the engine: both find the same."""
    row, names = row_of(kind, name), full_service.names
    classes = " ".join(str(iri(one)) for one in KINDS[kind].class_iris(names))
    text = (
        f"{names.sparql_prologue}SELECT DISTINCT ?item ?value WHERE {{ VALUES ?c {{ {classes} }} "
        f"?item a ?c . ?item {row.whole} ?value }}"
    )
    wanted: dict[str, set[str]] = {}
    for found in rows(full_service.store.query(text, default_graphs=names.shown_graphs)):
        wanted.setdefault(found["value"].value, set()).add(found["item"].value)
    if row.latest:  # what was observed before counts no more: made up for one commitment
        wanted.pop(names.concept("completion-level", "notStarted"), None)
    facet = body(full_client.get(f"/{kind}?facets={name}&page_size=1"))["facets"][name]
    assert len(wanted) >= 1
    assert facet["distinct"] == len(wanted)
    prefix = absolute(names, row.prefix)
    told = {one["value"]: one["count"] for one in facet["values"]}
    largest = sorted(wanted, key=lambda value: (-len(wanted[value]), sort_key(value), value))
    assert list(told.items()) == [
        (value.removeprefix(prefix), len(wanted[value])) for value in largest[:100]
    ]
    for value in largest[:5]:
        params = {name: value.removeprefix(prefix), "page_size": "1000"}
        assert set(ids(full_client.get(f"/{kind}", params=params))) == wanted[value]


def test_the_status_of_a_commitment_is_its_own_and_the_latest(full_client: httpx.Client) -> None:
    assert ids(full_client.get("/commitments?status=notStarted")) == []  # a later one says limited
    (found,) = ids(full_client.get("/commitments?status=limited"))
    assert found.endswith("/MEX-4-1")
    assert ids(full_client.get("/commitments?status=complete")) == []  # said of milestones only
    (found,) = ids(full_client.get("/commitments?milestone_status=complete"))
    assert found.endswith("/ECU-1-2")


def test_an_unknown_status_names_the_known(full_client: httpx.Client) -> None:
    known = problem(full_client.get("/commitments?status=done"))["known"]
    assert {"notStarted", "limited", "substantial", "complete"} <= set(known)


@pytest.mark.parametrize(
    "code",
    [
        *("16.7", "16.07", "http://metadata.un.org/sdg/16.7", "https://metadata.un.org/sdg/16.07"),
        *("meta 16.7", "SDG target 16.7", "sdg:16.7.", "SDGIO_00000216"),
    ],
)  # fmt: skip
def test_a_code_of_the_sdgs_is_understood_in_every_spelling(
    full_client: httpx.Client, code: str
) -> None:
    found = ids(full_client.get("/commitments", params={"sdg": code, "page_size": "100"}))
    assert any(one.endswith("/CRI-4-9") for one in found)
    assert found == ids(full_client.get("/commitments?sdg=16.7&page_size=100"))
    assert ids(full_client.get("/alignments", params={"target": code}))
    assert ids(full_client.get("/commitments", params={"sdg": "16"}))


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/sdgs/16.06", "/sdgs/16.6"),
        ("/sdgs/16.A", "/sdgs/16.a"),
        ("/sdgs/06.ttl", "/sdgs/6.ttl"),
        ("/sdgs/16.06.csv?lang=es", "/sdgs/16.6.csv?lang=es"),
        ("/sdgs/http://metadata.un.org/sdg/16.06", "/sdgs/16.6"),
        ("/sdgs/ODS%2016", "/sdgs/16"),
        ("/sdgs/Q53581248.json", "/sdgs/16.json"),
        ("/sdgs/16.06.02", "/sdgs/16.6.2"),
        ("/sdgs/C160602.ttl", "/sdgs/16.6.2.ttl"),
        ("/sdgs/http://metadata.un.org/sdg/C160602", "/sdgs/16.6.2"),
        ("/sdgs/13.1.1", "/sdgs/1.5.1"),
        ("/sdg-indicators/16.6.2", "/sdgs/16.6.2"),
    ],
)
def test_a_goal_has_one_address(client: httpx.Client, asked: str, target: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["location"]) == (308, target)
    assert client.get(target).status_code == 200


@pytest.mark.parametrize("code", ["18", "16.99", "16.z", "C160602", "16.6.2", "x"])
def test_a_code_that_is_none_is_400(full_client: httpx.Client, code: str) -> None:
    assert problem(full_client.get("/commitments", params={"sdg": code}))["parameter"] == "sdg"


@pytest.mark.parametrize(
    ("path", "detail", "known"),
    [
        ("/sdgs/18", "There is no goal 18", "17"),
        ("/sdgs/16.15", "There is no target 16.15", "16.10"),
        ("/sdgs/16.6.9", "There is no indicator 16.6.9", "16.6.2"),
        ("/sdg-indicators/16.6", "here it must be an indicator", "16.6.1"),
    ],
)
def test_a_path_of_no_code_is_404_and_names_what_there_is(
    client: httpx.Client, path: str, detail: str, known: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert detail in str(found["detail"])
    assert known in found["known"]


def test_codes_that_would_be_right_are_in_their_order(full_client: httpx.Client) -> None:
    known = problem(full_client.get("/commitments?sdg=17.99"))["known"]
    assert known == [f"17.{number}" for number in range(1, 20)]
    goals = problem(full_client.get("/alignments?goal=x"))["known"]
    assert goals == [str(number) for number in range(1, 18)]


@pytest.mark.parametrize(
    ("query", "known"),
    [("goal=16.6", ["16"]), ("target=16", [f"16.{n}" for n in range(1, 11)] + ["16.a", "16.b"])],
)
def test_a_filter_by_goal_takes_no_target_and_one_by_target_no_goal(
    full_client: httpx.Client, query: str, known: list[str]
) -> None:
    assert problem(full_client.get(f"/alignments?{query}"))["known"] == known


def test_a_list_says_the_canonical_spelling(full_client: httpx.Client) -> None:
    answer = full_client.get(
        "/alignments", params={"target": "meta 16.07", "page_size": "1", "sort": "goal"}
    )
    assert (
        '</alignments?target=16.7&page_size=1&sort=goal>; rel="canonical"' in answer.headers["link"]
    )
    assert "target=16.7&" in answer.json()["first"]
    page = full_client.get("/commitments?sdg=ODS+16", headers={"Accept": "text/html"})
    assert page.status_code == 200


def test_an_indicator_tells_its_target_and_what_serves_it(full_client: httpx.Client) -> None:
    found = full_client.get("/sdgs/16.7.2.json").json()
    assert found["id"] == "http://metadata.un.org/sdg/C160702"
    assert [one["id"] for one in found["isIndicatorOf"]] == ["http://metadata.un.org/sdg/16.7"]
    page = full_client.get("/sdgs/16.7.2?lang=en", headers={"Accept": "text/html"}).text
    served = page[page.index('id="served"') :].split("</section>")[0]
    assert "/commitments/CRI-4-9" in served
    assert "never with indicators" in page
    alone = full_client.get("/sdgs/10.4.2?lang=en", headers={"Accept": "text/html"}).text
    assert "No permanent code of the United Nations is known for it" in alone


def test_a_goal_shows_some_of_what_serves_it_and_a_target_all(full_client: httpx.Client) -> None:
    """A hundred alignments with their words are no page for a phone."""
    served = {}
    for code in ("16", "16.6"):
        page = full_client.get(f"/sdgs/{code}?lang=en", headers={"Accept": "text/html"}).text
        served[code] = page[page.index('id="served"') :].split("</section>")[0]
    groups = [int(count) for count in re.findall(r'<span class="count">(\d+)<', served["16"])]
    shown = sum(min(count, 20) for count in groups)
    assert len(groups) > 1  # a large group hides no small one
    assert served["16"].count('class="part"') == shown < sum(groups)
    said = f"Alignments shown here: {shown} of {sum(groups)}."
    assert f"{said} The page of each target has all of its own" in served["16"]
    assert "/alignments?goal=16" in served["16"]
    total = full_client.get("/alignments?target=16.6&total=true").json()["total"]
    assert served["16.6"].count('class="part"') == total > 20
    assert "shown here" not in served["16.6"]


def test_what_is_to_be_seen_also_has_one_link_of_a_name(full_client: httpx.Client) -> None:
    for path, wanted in (
        ("/sdgs/16", {"/commitments?sdg=16", "/alignments?goal=16", "/sdgs?goal=16"}),
        ("/sdgs/16.6", {"/commitments?sdg=16.6", "/alignments?target=16.6"}),
    ):
        page = full_client.get(f"{path}?lang=en", headers={"Accept": "text/html"}).text
        found = re.findall(
            r'<a href="(/[a-z-]+\?(?:sdg|goal|target)=[0-9.]+)[^"]*">([^<]*)</a>', page
        )
        assert wanted <= {href for href, _ in found}
        lists = [(href, text) for href, text in found if text == "SDG alignments"]
        assert len(lists) <= 1, lists


def test_a_goal_has_what_serves_its_targets(full_client: httpx.Client) -> None:
    goal = set(ids(full_client.get("/commitments?sdg=16&page_size=100")))
    for target in ("16.7", "16.10"):
        served = set(ids(full_client.get(f"/commitments?sdg={target}&page_size=100")))
        assert served
        assert served <= goal


def test_what_guatemala_promised_and_did_not_list(client: httpx.Client) -> None:
    found = body(client.get("/unlisted-numbers?country=GTM&total=true"))
    assert [item["number"] for item in found["items"]] == ["14", "16", "20"]
    assert found["total"] == 3
    assert all(item["explanation"].keys() == {"es", "en"} for item in found["items"])
    other = body(client.get("/commitments?listed=false&country=GTM&total=true"))
    assert other["items"] == found["items"]
    assert {item["type"] for item in other["items"]} == {"UnlistedNumber"}
    listed = body(client.get("/commitments?listed=true&country=GTM&total=true"))
    assert listed["total"] == 21
    assert client.get("/unlisted-numbers/GTM-4-14").status_code == 200


def test_the_pages_of_what_is_not_listed_go_on_where_they_began(client: httpx.Client) -> None:
    whole = ids(client.get("/commitments?listed=false"))
    found = [
        one for page in forward(client, "/commitments?listed=false&page_size=2") for one in page
    ]
    assert found == whole
    assert len(whole) == 6


def test_role_and_plan_of_an_institution_speak_of_the_same_involvement(
    full_client: httpx.Client, full_service: Service
) -> None:
    text = (
        "SELECT DISTINCT ?item WHERE { plan:ECU-1 ogp:hasCommitment/ogp:hasInvolvement ?i . "
        "?i ogp:involvedAgent ?item ; ogp:involvementRole role:supporting . "
        "?item a ogp:PublicInstitution }"
    )
    names = full_service.names
    wanted = {r["item"].value for r in rows(full_service.store.query(names.sparql_prologue + text))}
    found = ids(full_client.get("/institutions?plan=ECU-1&role=supporting&page_size=100"))
    assert set(found) == wanted
    assert found


# --- facets -----------------------------------------------------------------------------------

NARROWED = [
    ("commitments", {}),
    ("commitments", {"country": "ECU"}),
    ("commitments", {"country": "ECU", "role": "lead"}),
    ("commitments", {"institution": "ECU-presidencia-de-la-republica-del-ecuador"}),
    ("commitments", {"institution": "ECU-presidencia-de-la-republica-del-ecuador", "role": "lead"}),
    ("commitments", {"branch": "executive", "policy_area": "openData", "country": "ECU"}),
    ("commitments", {"q": "datos"}),
    ("institutions", {"plan": "ECU-1", "role": "supporting"}),
    ("alignments", {"method": "suggested"}),
    ("milestones", {"status": "complete"}),
    ("unlisted-numbers", {"country": "GTM"}),
]


@pytest.mark.parametrize(("kind", "filters"), NARROWED)
def test_a_facet_counts_the_list_that_each_value_would_give(
    full_client: httpx.Client, kind: str, filters: dict[str, str]
) -> None:
    facets = body(full_client.get(f"/{kind}", params={**filters, "facets": "true"}))["facets"]
    assert list(facets) == [row.name for row in KINDS[kind].filters]
    counted = 0
    for name, facet in facets.items():
        counts = [one["count"] for one in facet["values"]]
        assert counts == sorted(counts, reverse=True)
        assert all(counts)
        for one in facet["values"][:4]:
            params = {**filters, name: one["value"], "total": "true", "page_size": "1"}
            assert body(full_client.get(f"/{kind}", params=params))["total"] == one["count"]
            counted += 1
    assert counted >= 2


def test_facets_can_be_chosen_and_have_labels_in_both_languages(client: httpx.Client) -> None:
    facets = body(client.get("/commitments?facets=branch,country&country=HND"))["facets"]
    assert list(facets) == ["branch", "country"]
    (judicial,) = [one for one in facets["branch"]["values"] if one["value"] == "judicial"]
    assert judicial["label"] == {"es": "Poder Judicial", "en": "Judicial branch"}
    assert judicial["id"].endswith("scheme/branch/judicial")
    assert {one["value"] for one in facets["country"]["values"]} == {
        "CRI", "ECU", "GTM", "HND", "MEX",
    }  # fmt: skip  # the facet of a filter in force shows what else there is
    numbers = body(client.get("/commitments?facets=number"))["facets"]["number"]["values"]
    assert all(set(one) == {"value", "count"} for one in numbers)
    assert "facets" not in body(client.get("/commitments?facets=false"))
    assert problem(client.get("/commitments?facets=branch,colour"))["parameter"] == "facets"


# --- orders -----------------------------------------------------------------------------------


def forward(client: httpx.Client, address: str) -> Iterator[list[str]]:
    following: str | None = address
    while following is not None:
        answer = client.get(following)
        yield ids(answer)
        following = body(answer).get("next")


@pytest.mark.parametrize(("kind", "sort"), ORDERS)
def test_the_pages_of_every_order_hold_all_once_forward_and_back(
    full_client: httpx.Client, kind: str, sort: str
) -> None:
    whole = ids(full_client.get(f"/{kind}?sort={sort}&page_size=1000"))
    assert sorted(whole) == sorted(ids(full_client.get(f"/{kind}?page_size=1000")))
    size = max(1, len(whole) // 4)
    address = f"/{kind}?sort={sort}&page_size={size}"
    pages = list(forward(full_client, address))
    assert [one for page in pages for one in page] == whole
    last = body(full_client.get(address))["last"]
    back, at = [], last
    while at:
        answer = full_client.get(at)
        back.append(ids(answer))
        at = body(answer).get("prev")
    assert back[::-1] == pages


@pytest.mark.parametrize(("kind", "sort"), [row for row in ORDERS if "title" not in row[1]])
def test_every_order_is_that_of_what_the_engine_finds_by_its_path(
    full_client: httpx.Client, full_service: Service, kind: str, sort: str
) -> None:
    names, name = full_service.names, sort.removeprefix("-")
    (row,) = (one for one in KINDS[kind].orders if one.name == name)
    whole = ids(full_client.get(f"/{kind}?sort={sort}&page_size=1000"))
    if not row.path:
        keys: list[Any] = [sort_key(names.local(one) or one) for one in whole]
    else:
        values: dict[str, set[str]] = {}
        text = f"{names.sparql_prologue}SELECT ?item ?value WHERE {{ ?item {row.path} ?value }}"
        for found in rows(full_service.store.query(text, default_graphs=names.shown_graphs)):
            values.setdefault(found["item"].value, set()).add(found["value"].value)
        make: dict[str, Any] = {
            "number": lambda some: min(map(float, some)),
            "text": lambda some: min(sort_key(names.local(one) or one) for one in some),
            "count": len,
        }
        empty = 0 if row.by == "count" else None
        keys = [make[row.by](values[one]) if one in values else empty for one in whole]
    there = [key for key in keys if key is not None]
    assert keys == there + [None] * (len(keys) - len(there))  # what has none comes last
    assert there == sorted(there, reverse=sort.startswith("-"))


def test_titles_are_in_the_order_of_the_language_whatever_their_accents(
    client: httpx.Client,
) -> None:
    for language in ("es", "en"):
        answer = client.get(f"/commitments?sort=title&lang={language}&page_size=1000")
        labels = [item["label"] for item in body(answer)["items"]]
        shown = [sort_key(label.get(language) or next(iter(label.values()))) for label in labels]
        assert shown == sorted(shown)
        by_header = client.get(
            "/commitments?sort=title&page_size=1000", headers={"Accept-Language": language}
        )
        assert ids(by_header) == ids(answer)
    keys = [
        sort_key(text) for text in ("Ácido", "agua", "Árbol", "Ética 9", "ética 10", "ñu", "oro")
    ]
    assert keys == sorted(keys)


def test_an_unknown_order_names_the_known(client: httpx.Client) -> None:
    found = problem(client.get("/commitments?sort=colour"))
    assert found["parameter"] == "sort"
    assert {"plan", "-plan", "title", "-number", "id"} <= set(found["known"])
    assert "relevance" not in found["known"]
    assert "relevance" in problem(client.get("/commitments?q=agua&sort=colour"))["known"]


@pytest.mark.parametrize("sort", ["relevance", "-relevance"])
def test_an_order_by_words_needs_words(client: httpx.Client, sort: str) -> None:
    found = problem(client.get(f"/commitments?sort={sort}"))
    assert found["parameter"] == "sort"
    assert "needs q" in found["detail"]
    assert client.get(f"/commitments?sort={sort}&q=agua").status_code == 200


@pytest.mark.parametrize("kind", ["commitments", "unlisted-numbers"])
def test_a_number_has_a_digit_and_need_not_be_there(client: httpx.Client, kind: str) -> None:
    found = problem(client.get(f"/{kind}?number=abc"))
    assert found["parameter"] == "number"
    assert "digit" in found["detail"]
    numbers = [item["number"] for item in body(client.get(f"/{kind}?page_size=1000"))["items"]]
    assert found["known"] == sorted(set(numbers), key=sort_key)
    for number in ("999", "3.2.5", "SC17"):  # of the form that sources print, and none here
        assert ids(client.get(f"/{kind}", params={"number": number})) == []


def test_counts_are_of_json_and_pages(client: httpx.Client) -> None:
    """An address of a page gives its table too, whatever it counts."""
    counted = "/commitments{}?country=HND&total=true&facets=branch"
    plain = "/commitments{}?country=HND"
    for suffix in (".csv", ".ttl", ".nt", ".rdf"):
        one, other = (client.get(address.format(suffix)) for address in (counted, plain))
        assert one.status_code == 200
        assert one.content == other.content, suffix
    assert {"total", "facets"} <= set(body(client.get(counted.format(".json"))))
    assert client.get("/commitments.csv?facets=colour").status_code == 400
    assert client.get("/commitments.csv?total=maybe").status_code == 400
    operation = client.get("/openapi.json").json()["paths"]["/commitments"]["get"]
    told = {one["name"]: one["description"] for one in operation["parameters"]}
    for name in ("total", "facets"):
        assert "JSON" in told[name]
        assert "CSV" in told[name]


def test_draws_are_settled_by_the_lists_own_order(client: httpx.Client) -> None:
    plain = ids(client.get("/commitments?country=HND&page_size=100"))
    for sort in ("country", "-country", "-milestones"):
        assert ids(client.get(f"/commitments?country=HND&page_size=100&sort={sort}")) == plain


# --- pages ------------------------------------------------------------------------------------


def test_a_cursor_is_of_one_list_and_one_order(client: httpx.Client) -> None:
    cursor = httpx.URL(body(client.get("/commitments?page_size=5&sort=title&lang=es"))["next"])
    text = cursor.params["cursor"]
    good = {"sort": "title", "lang": "es", "cursor": text}
    assert client.get("/commitments", params=good).status_code == 200
    for other in (
        {"sort": "-title"},
        {"sort": "number"},
        {"lang": "en"},
        {"sort": "id"},
    ):
        found = problem(client.get("/commitments", params={**good, **other}))
        assert found["parameter"] == "cursor"
        assert "order" in found["detail"]
    found = problem(client.get("/institutions", params=good))
    assert "another list" in found["detail"]
    without = {"cursor": text}
    assert problem(client.get("/commitments", params=without))["parameter"] == "cursor"


@pytest.mark.parametrize("kind", KINDS)
def test_the_links_of_pages_are_the_same_in_header_and_body(
    full_client: httpx.Client, kind: str
) -> None:
    size = 2
    answer = full_client.get(f"/{kind}?page_size={size}&total=true")
    seen = 0
    while True:
        found, links = body(answer), link_targets(answer)
        told = {name: found[name] for name in ("first", "prev", "next", "last") if name in found}
        assert {name: f"http://localhost:8000{target}" for name, target in links.items()} == told
        assert ids(full_client.get(links["first"])) == ids(
            full_client.get(f"/{kind}?page_size={size}")
        )
        seen += len(found["items"])
        if seen >= 6 or "next" not in links:
            break
        answer = full_client.get(links["next"])
    last = body(full_client.get(links["last"]))
    rest = found["total"] % size or min(size, found["total"])
    assert len(last["items"]) == rest
    assert "next" not in last


def test_a_page_of_another_form_goes_on_in_that_form(client: httpx.Client) -> None:
    for suffix, kind in (("ttl", "text/turtle"), ("csv", "text/csv"), ("html", "text/html")):
        answer = client.get(f"/commitments.{suffix}?page_size=5")
        following = client.get(link_targets(answer)["next"])
        assert following.headers["content-type"].startswith(kind)
        before = client.get(link_targets(following)["prev"])
        assert before.content == answer.content or suffix == "html"


def index_of(items: Mapping[str, str]) -> ListIndex:
    """A list of plans, each with a country."""
    keys = {name: [items[one] for one in items] for name in ("country", "id", "start")}
    keys |= {f"title@{language}": list(items.values()) for language in ("es", "en")}
    keys |= {name: [0.0 for _ in items] for name in ("declared", "listed", "unlisted")}  # type: ignore[misc]
    return ListIndex(KINDS["plans"], list(items), keys)  # type: ignore[arg-type]


def test_a_cursor_goes_on_at_the_right_place_when_things_came_and_went() -> None:
    before = {f"e:{name}": name for name in "bdfhj"}
    asked = Asked(size=2)
    page = index_of(before).page(asked)
    assert page.items == ("e:b", "e:d")
    after = {f"e:{name}": name for name in "abcfghj"}  # d, where the page ended, is gone
    following = index_of(after).page(Asked(size=2, cursor=page.next))
    assert following.items == ("e:f", "e:g")
    assert following.total == 7
    descending = index_of(before).page(Asked(size=2, sort="-start"))
    assert descending.items == ("e:j", "e:h")
    following = index_of(after).page(Asked(size=9, sort="-start", cursor=descending.next))
    assert following.items == ("e:g", "e:f", "e:c", "e:b", "e:a")


# --- text -------------------------------------------------------------------------------------


def test_a_text_leaves_what_search_finds_the_best_first(
    client: httpx.Client, service: Service
) -> None:
    with service.reading() as reading:
        wanted = service.search.of(reading).matching("datos abiertos", "commitments")
    assert len(wanted) >= 3
    assert ids(client.get("/commitments?q=datos%20abiertos&page_size=100")) == list(wanted)
    relevance = "/commitments?q=datos%20abiertos&sort=relevance&page_size=1"
    assert [one for page in forward(client, relevance) for one in page] == list(wanted)
    by_id = ids(client.get("/commitments?q=datos%20abiertos&sort=id&page_size=100"))
    assert sorted(by_id) == sorted(wanted)
    ecuador = ids(client.get("/commitments?q=datos%20abiertos&country=ECU&page_size=100"))
    assert ecuador == [one for one in wanted if "/ECU-" in one] != []
    nothing = body(client.get("/commitments?q=xyzzyqwerty&total=true&facets=true"))
    assert (nothing["items"], nothing["total"]) == ([], 0)


# --- what is sent -----------------------------------------------------------------------------


PUBLISHED = [kind for kind in KINDS if kind != "alignments"]
"""Those of `full_client` are not published, and lack what the shapes demand."""


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_is_sent_is_of_the_schema_in_openapi(full_client: httpx.Client, kind: str) -> None:
    document = full_client.get("/openapi.json").json()
    operation = document["paths"][f"/{kind}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {"components": document["components"], **schema}
    validator = jsonschema_rs.Draft202012Validator(whole)
    for more in ("", "&facets=true&total=true", "&page_size=2", "&q=agua"):
        validator.validate(body(full_client.get(f"/{kind}?lang=es{more}")))
    assert not validator.is_valid({"items": []})


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_filters_find_something_or_nothing_but_are_known(
    full_client: httpx.Client, kind: str
) -> None:
    operation = full_client.get("/openapi.json").json()["paths"][f"/{kind}"]["get"]
    for parameter in operation["parameters"]:
        assert " / " in parameter["description"], parameter
        if "example" in parameter:
            params = {parameter["name"]: parameter["example"]}
            assert full_client.get(f"/{kind}", params=params).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_in_json_ld_is_the_triples_of_its_turtle(
    full_client: httpx.Client, kind: str
) -> None:
    """With PyLD, and the whole document as it is sent, facets and links of pages too."""
    context = full_client.get("/context.jsonld").json()["@context"]
    document = body(full_client.get(f"/{kind}.jsonld?page_size=7&facets=true&total=true"))
    text = jsonld.to_rdf(document | {"@context": context}, {"format": "application/n-quads"})
    found = parse(str(text).encode(), "application/n-triples", name="f", base="http://b/").graph
    turtle = full_client.get(f"/{kind}.ttl?page_size=7")
    wanted = parse(turtle.content, "text/turtle", name="f", base="http://b/").graph
    assert found == wanted
    assert len(found) >= 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_in_json_ld_is_the_triples_of_its_turtle(
    full_client: httpx.Client, full_service: Service, kind: str
) -> None:
    context = full_client.get("/context.jsonld").json()["@context"]
    for one in ids(full_client.get(f"/{kind}?page_size=2")):
        folder = KINDS[kind].documents or kind
        path = f"/{folder}/{KINDS[kind].identifier(full_service.names, one)}"
        document = body(full_client.get(f"{path}.jsonld"))
        text = jsonld.to_rdf(document | {"@context": context}, {"format": "application/n-quads"})
        found = parse(str(text).encode(), "application/n-triples", name="f", base="http://b/").graph
        turtle = full_client.get(f"{path}.ttl")
        wanted = parse(turtle.content, "text/turtle", name="f", base="http://b/").graph
        assert found == wanted
        assert len(found) >= 5


def test_the_same_list_is_the_same_bytes(client: httpx.Client) -> None:
    address = "/commitments?facets=true&total=true&sort=-title"
    one, other = (client.get(address, headers={"Authorization": "Bearer x"}) for _ in range(2))
    assert one.content == other.content
    assert json.loads(one.content)["items"]


def test_a_page_of_a_list_offers_facets_orders_and_pages_without_a_script(
    client: httpx.Client,
) -> None:
    answer = client.get("/commitments.html?country=HND&page_size=5&lang=es")
    assert "Poder Judicial" in answer.text
    assert "branch=judicial" in answer.text
    assert '<select id="f-sort" name="sort">' in answer.text
    assert '<option value="title"' in answer.text
    assert '<option value="-title"' in answer.text
    assert "Página siguiente" in answer.text
    assert "/commitments.csv?country=HND" in answer.text
    assert "for=spreadsheet-semicolon" in answer.text
    assert "Página anterior" not in answer.text
    following = client.get(link_targets(answer)["next"])
    assert "Página anterior" in following.text


@pytest.mark.parametrize("kind", ["institutions", "milestones"])
def test_the_form_of_an_empty_list_names_what_it_is_narrowed_to(
    client: httpx.Client, kind: str
) -> None:
    for language, name in (("es", "México"), ("en", "Mexico")):
        page = client.get(f"/{kind}.html?country=MEX&lang={language}").text
        assert '<p class="found" role="status"><strong>0</strong>' in page
        assert f'<option value="MEX" dir="auto" selected>{name}</option>' in page
        assert f"<bdi>{name}</bdi>" in page

"""The cache before the routes: what it gives is what the routes give, of what is published now."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import random
import re
import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.formats import RESOURCE_OFFERS
from ogpgraph.kinds import KINDS
from ogpgraph.library import Library
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.answers import Answers, Kept, Key
from ogpgraph.web.app import create_app

Clients = Callable[[FastAPI], httpx.Client]
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?c a <https://w3id.org/ogpgraph/ns#Commitment> }"
PLANS = "?s a <https://w3id.org/ogpgraph/ns#ActionPlan> ; ?p ?o"
LABELS = f"SELECT ?s ?p ?o WHERE {{ {PLANS} }} ORDER BY ?s ?p ?o LIMIT 20"
TRIPLES = (
    f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {PLANS} . FILTER(isIRI(?o)) }} ORDER BY ?s ?p ?o LIMIT 9"
)
PAGES = ["/", "/ontology", "/shapes", "/schemes/branch", "/docs", "/sparql", "/sparql/"]
PAGES += ["/plans/CRI-4", "/commitments/CRI-4-9", "/countries/CRI", "/branches/judicial"]
PAGES += ["/things/id/evidence/CRI-4-9/text", "/sdgs/16.6", "/commitments?country=HND&total=true"]
PAGES += ["/commitments?page_size=3&lang=es", *(f"/{name}" for name in KINDS)]
PAGES += [f"/commitments.{offer.suffix}" for offer in RESOURCE_OFFERS]
PAGES += [f"/commitments/CRI-4-9.{offer.suffix}" for offer in RESOURCE_OFFERS]
QUERIES = [f"/sparql?query={quote(text)}" for text in (COUNT, LABELS, TRIPLES, "ASK {}")]
READ = [*PAGES, *QUERIES]
ACCEPTS = ("*/*", "application/json", "text/html", "text/turtle", "text/csv")
ONE_EACH = {"x-request-id", "date"}


def address_of(text: str) -> str:
    return f"/sparql?query={quote(text)}"


def forget(answers: Answers) -> None:
    """Let all leave, as when something is published."""
    answers.get("another", ("", b"", None, None))
    assert len(answers) == answers.bytes == 0


def as_sent(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """All of an answer but what only this request is told."""
    fields = [one for one in answer.headers.multi_items() if one[0] not in ONE_EACH]
    return answer.status_code, fields, answer.content


@pytest.fixture
def make(service: Service, library: Library, client_of: Clients) -> Callable[..., httpx.Client]:
    """Makes clients of applications of their own over the shipped data, with other settings."""

    def client(**given: Any) -> httpx.Client:
        mirror = library.mirror(service.store, service._ledger, service.intake)
        settings = replace(service.settings, **given)
        return client_of(
            create_app(Service(settings, library, mirror, service._ledger, service.intake))
        )

    return client


@pytest.fixture
def fresh(service: Service, client_of: Clients) -> tuple[httpx.Client, Answers]:
    """An application whose cache is empty."""
    app = create_app(service)
    return client_of(app), app.state.cache


# --- equal to what the routes give -----------------------------------------------------------------


@pytest.mark.parametrize("accept", ACCEPTS)
def test_a_kept_answer_is_the_one_of_the_route(
    fresh: tuple[httpx.Client, Answers], make: Callable[..., httpx.Client], accept: str
) -> None:
    """Status, fields, their order, and bytes, of every read route in every form."""
    client, answers = fresh
    plain = make(cache=0)
    kinds: Counter[int] = Counter()
    for path in READ:
        given = {"Accept": accept, "Accept-Language": "es"}
        hits, misses = answers.hits, answers.misses
        first, again = (client.get(path, headers=given) for _ in range(2))
        kinds[first.status_code] += 1
        if first.status_code == 200:
            assert as_sent(again) == as_sent(first), path
            assert first.headers["x-request-id"] != again.headers["x-request-id"]
            assert as_sent(plain.get(path, headers=given)) == as_sent(first), path
            assert (answers.hits - hits, answers.misses - misses) == (1, 1), path
        else:
            assert first.status_code == again.status_code == 406
            assert (answers.hits - hits, answers.misses - misses) == (0, 0), path
    assert kinds[200] >= 2


SOME = ["/", "/plans", "/plans/CRI-4", "/docs", "/ontology", "/schemes/branch", "/sparql", *QUERIES]


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_304_is_the_same_from_the_cache_and_from_the_route(
    fresh: tuple[httpx.Client, Answers], accept: str
) -> None:
    """Also for “*”, of which a route cannot tell before it has the answer."""
    client, answers = fresh
    for path in SOME:
        given = {"Accept": accept}
        whole = client.get(path, headers=given)
        if whole.status_code != 200:
            continue
        tag = whole.headers["etag"]
        for condition in (tag, f'"other", {tag}', "*"):
            asked = given | {"If-None-Match": condition}
            hits = answers.hits
            warm = client.get(path, headers=asked)
            assert answers.hits == hits + 1
            forget(answers)
            cold = client.get(path, headers=asked)
            assert (answers.hits, cold.status_code) == (hits + 1, 304), (path, condition)
            assert as_sent(warm) == as_sent(cold), (path, condition)
            assert warm.content == b""
            assert warm.headers["etag"] == tag
            client.get(path, headers=given)
        other = client.get(path, headers=given | {"If-None-Match": '"other"'})
        assert as_sent(other) == as_sent(whole)


def test_head_is_answered_from_it_and_fills_it(fresh: tuple[httpx.Client, Answers]) -> None:
    client, answers = fresh
    for path in READ:
        head, get, again = (client.request(m, path) for m in ("HEAD", "GET", "HEAD"))
        assert (head.content, again.content) == (b"", b"")
        assert as_sent(head) == as_sent(again)
        assert as_sent(get)[:2] == as_sent(head)[:2]
        assert int(head.headers["content-length"]) == len(get.content) > 0
    assert (answers.hits, answers.misses) == (2 * len(READ), len(READ))


def test_forms_languages_and_queries_have_answers_of_their_own(
    fresh: tuple[httpx.Client, Answers],
) -> None:
    client, answers = fresh
    asked = [
        ("/plans/CRI-4", {"Accept": accept, "Accept-Language": at})
        for accept in ("text/html", "text/turtle", "application/json")
        for at in ("es", "en")
    ]
    asked += [("/plans", {}), ("/plans?page_size=2", {}), ("/plans?page_size=3", {})]
    found = [client.get(path, headers=given) for path, given in asked]
    assert len({one.headers["etag"] for one in found}) == len(answers) == len(asked)
    again = [client.get(path, headers=given) for path, given in asked]
    assert [as_sent(one) for one in again] == [as_sent(one) for one in found]
    assert answers.hits == len(asked)


# --- what is not kept ------------------------------------------------------------------------------

NEVER = ["/health/live", "/health/ready", "/metrics", "/static/style.css", "/none", "/plans/none"]
NEVER += ["/plans?x=1", "/id/plan/CRI-4", "/ns", "/sparql?query=x", "/robots.txt"]
NEVER += [address_of(f"SELECT ({what} AS ?x) {{}}") for what in ("NOW()", "RAND()", "UUID()")]


@pytest.mark.parametrize("path", NEVER)
def test_what_changes_by_itself_or_is_an_error_is_not_kept(
    fresh: tuple[httpx.Client, Answers], path: str
) -> None:
    client, answers = fresh
    for _ in range(2):
        client.get(path)
        client.get(path, headers={"If-None-Match": "*"})
    assert (len(answers), answers.bytes, answers.hits, answers.misses) == (0, 0, 0, 0)


def test_a_caller_with_credentials_is_not_answered_from_it(
    fresh: tuple[httpx.Client, Answers],
) -> None:
    client, answers = fresh
    for _ in range(2):
        assert client.get("/plans", headers={"Authorization": "Bearer x"}).status_code == 200
    assert (len(answers), answers.hits) == (0, 0)


@pytest.mark.parametrize("condition", [{}, {"If-None-Match": "*"}])
def test_a_kept_answer_opens_nothing_to_another_host_or_a_bad_address(
    fresh: tuple[httpx.Client, Answers], condition: dict[str, str]
) -> None:
    """R10, R4: what holds for every request holds before the cache."""
    client, answers = fresh
    for path in READ:
        client.get(path)
    kept = len(answers)
    for path in READ:
        assert client.get(path, headers={"Host": "evil.example"} | condition).status_code == 421
        two = [("Host", "localhost"), ("Host", "localhost"), *condition.items()]
        assert client.get(path, headers=two).status_code == 400
        mark = "&" if "?" in path else "?"
        assert client.get(f"{path}{mark}lang=%ff", headers=condition).status_code == 400
    assert (answers.hits, len(answers)) == (0, kept)


# --- the meter and the deny list -------------------------------------------------------------------


def test_a_kept_query_is_charged_as_little_as_any(make: Callable[..., httpx.Client]) -> None:
    """Q15: every query is metered; two seconds are forty of those that cost least."""
    client = make(client_seconds=1.0)
    found = [client.get(QUERIES[0]) for _ in range(45)]
    statuses = [one.status_code for one in found]
    (refused,) = {statuses.index(429)}
    assert 38 <= refused <= 43
    assert set(statuses[:refused]) == {200}
    left = [int(re.findall(r"r=(\d+)", one.headers["ratelimit"])[0]) for one in found[:refused]]
    assert left == sorted(left, reverse=True)
    assert (left[0], left[-1]) == (1, 0)  # never the one that was told with the first answer
    assert found[refused].json()["budget"] == "seconds"
    assert found[refused].headers["ratelimit"].startswith('"seconds";r=0')
    same = client.get(QUERIES[0], headers={"If-None-Match": found[0].headers["etag"]})
    assert same.status_code == 429
    assert client.get("/plans").status_code == 200  # and nothing else is metered


def test_a_304_of_a_kept_query_tells_what_is_left(make: Callable[..., httpx.Client]) -> None:
    client = make(client_seconds=1.0)
    tag = client.get(QUERIES[0]).headers["etag"]
    found = [client.get(QUERIES[0], headers={"If-None-Match": tag}) for _ in range(30)]
    assert {one.status_code for one in found} == {304}
    assert found[-1].headers["ratelimit"].startswith('"seconds";r=0')
    for one in found:
        assert len(one.headers.get_list("ratelimit")) == 1


def test_q18_a_query_that_is_denied_is_denied_though_its_answer_is_kept(
    service: Service, client_of: Clients
) -> None:
    app = create_app(service)
    client = client_of(app)
    tag = client.get(QUERIES[0]).headers["etag"]
    app.state.lane._denied.add(json.dumps([COUNT, (), ()]))
    for given in ({}, {"If-None-Match": tag}, {"If-None-Match": "*"}):
        answer = client.get(QUERIES[0], headers=given)
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("/query-denied")
    assert client.get(QUERIES[1]).status_code == 200


# --- metrics ---------------------------------------------------------------------------------------


def told(client: httpx.Client) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_hits_and_misses_are_counted(fresh: tuple[httpx.Client, Answers]) -> None:
    client, answers = fresh
    before = told(client)
    steps = [("/plans", 0, 1), ("/plans", 1, 0), (QUERIES[0], 0, 1), (QUERIES[0], 1, 0)]
    for path, hits, misses in [*steps, ("/none", 0, 0), ("/health/live", 0, 0)]:
        client.get(path)
        after = told(client)
        assert after["ogpgraph_cache_hits_total"] - before["ogpgraph_cache_hits_total"] == hits
        assert (
            after["ogpgraph_cache_misses_total"] - before["ogpgraph_cache_misses_total"] == misses
        )
        before = after
    assert before["ogpgraph_cache_entries"] == len(answers) == 2
    assert before["ogpgraph_cache_bytes"] == answers.bytes > 0
    assert before["ogpgraph_cache_evictions_total"] == 0
    assert before['ogpgraph_queries_total{outcome="answered"}'] == 2
    requests = 'ogpgraph_http_requests_total{{method="GET",route="{}",status="200"}}'
    assert before[requests.format("/plans")] == 2  # under the route, whoever answered
    assert before[requests.format("/sparql")] == 2


def test_a_small_cache_stays_small(make: Callable[..., httpx.Client]) -> None:
    client = make(cache=1)
    text = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 150"
    for number in range(40):
        path = address_of(f"{text} # {number}")
        assert as_sent(client.get(path)) == as_sent(client.get(path))
    found = told(client)
    assert 0 < found["ogpgraph_cache_bytes"] <= 1024 * 1024
    assert found["ogpgraph_cache_evictions_total"] > 0


# --- across publications ---------------------------------------------------------------------------

ROUNDS, SEEN = 5, 40
"""Publications, and how many answers of each are waited for before the next."""


def _document() -> Callable[..., Any]:
    place = Path(__file__).parents[1] / "faults" / "publisher.py"
    spec = importlib.util.spec_from_file_location("publisher", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.document  # type: ignore[no-any-return]


document = _document()


@pytest.fixture
def published(bare_home: Path, tmp_path: Path) -> Iterator[Service]:
    """A service with workers and snapshots, as `ogpgraph serve` opens it, that may be changed."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    given = {"home": home, "client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    with closing(Service.open(load_settings(given, {}), serving=True)) as opened:
        yield opened


@dataclass
class Watch:
    """A publisher and many readers: what was acknowledged, and what the readers were told."""

    service: Service
    acknowledged: int = 0
    editions: dict[int, str] = field(default_factory=dict)
    """Round -> the edition that readers got once it was acknowledged."""
    pairs: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Address and round that a body tells -> the tags that it came with."""
    bodies: dict[tuple[str, str], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    """Address and tag -> the bodies that came with it."""
    stale: list[str] = field(default_factory=list)
    seen: Counter[int] = field(default_factory=Counter)
    same: int = 0
    done: bool = False

    def publish(self) -> None:
        """Publish round after round, each once the one before was read often enough."""
        try:
            for number in range(1, ROUNDS + 1):
                pair = [document(self.service, name, number) for name in ("left", "right")]
                self.service._publisher.publish(pair, agent="tester", source="test")
                self.editions[number] = self.service.edition
                self.acknowledged = number
                for _ in range(1_000):
                    if self.seen[number] >= SEEN or self.stale:
                        break
                    threading.Event().wait(0.01)
        finally:
            self.done = True

    async def read(self, app: FastAPI, addresses: list[str], seed: int) -> None:
        """Ask for the same addresses again and again, at times with the tag of the answer before."""
        chance = random.Random(seed)
        tags: dict[str, tuple[str, int]] = {}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            while not self.done:
                address, before = chance.choice(addresses), self.acknowledged
                given = {"Accept": chance.choice(("application/json", "text/html"))}
                known = tags.get(address + given["Accept"])
                if known and chance.random() < 0.3:
                    given["If-None-Match"] = known[0]
                answer = await client.get(address, headers=given)
                self._note(address + given["Accept"], before, known, answer)
                await asyncio.sleep(0)  # an answer that is kept needs no turn of the loop
                if answer.status_code == 200:
                    found = int(re.findall(rb"Round (\d+)", answer.content)[0])
                    tags[address + given["Accept"]] = (answer.headers["etag"], found)

    def _note(
        self, what: str, before: int, known: tuple[str, int] | None, answer: httpx.Response
    ) -> None:
        if answer.status_code >= 500:  # a busy machine
            return
        tag = answer.headers["etag"]
        if answer.status_code == 304:
            assert known is not None
            assert tag == known[0]
            number = known[1]
            self.same += 1
        else:
            assert answer.status_code == 200
            rounds = set(re.findall(rb"Round (\d+)", answer.content))
            assert len(rounds) == 1, (what, rounds)
            number = int(rounds.pop())
            self.pairs[what, number].add(tag)
            self.bodies[what, tag].add(answer.content)
        if number < before:
            self.stale.append(f"{what}: round {number} when {before} was acknowledged")
        self.seen[number] += 1


def watch(service: Service, app: FastAPI) -> Watch:
    """Let many read while somebody publishes."""
    prefix = service.names.graph("shared/")
    query = (
        f"SELECT ?title {{ GRAPH ?g {{ ?g <http://purl.org/dc/terms/title> ?title }} "
        f'FILTER(STRSTARTS(STR(?g), "{prefix}") && STRSTARTS(?title, "Round ")) }}'
    )
    addresses = [f"/things/graph/shared/{name}" for name in ("left", "right")]
    addresses += [address_of(query), address_of(query + "#")]
    seen = Watch(service)

    async def readers() -> None:
        async with asyncio.TaskGroup() as tasks:
            for seed in range(12):
                tasks.create_task(seen.read(app, addresses, seed))

    first = [document(service, name, 0) for name in ("left", "right")]
    service._publisher.publish(first, agent="tester", source="test")
    seen.editions[0] = service.edition
    publisher = threading.Thread(target=seen.publish)
    publisher.start()
    try:
        asyncio.run(readers())
    finally:
        seen.done = True
        publisher.join()
    return seen


def wrong(seen: Watch) -> list[str]:
    """What was told that is not so."""
    found = list(seen.stale)
    for (what, number), tags in seen.pairs.items():
        found += [
            f"{what}: round {number} under {t}" for t in tags if seen.editions[number] not in t
        ]
        if len(tags) > 1:
            found.append(f"{what}: round {number} under {len(tags)} tags")
    found += [
        f"{key}: {len(bodies)} bodies" for key, bodies in seen.bodies.items() if len(bodies) > 1
    ]
    return found


def test_what_is_kept_is_right_across_publications_under_load(published: Service) -> None:
    """Every body comes under its own tag, and none that is older than what was acknowledged."""
    app = create_app(published)
    seen = watch(published, app)
    answers = app.state.cache
    print(
        f"{seen.seen.total()} answers, {seen.same} of them 304; {answers.hits} from the cache, "
        f"{answers.misses} not; by round {dict(sorted(seen.seen.items()))}"
    )
    assert wrong(seen) == []
    assert set(seen.seen) >= set(range(1, ROUNDS + 1))
    assert answers.hits > answers.misses > 8 * ROUNDS
    assert seen.same > 0


class OfNoEdition(Answers):
    """A cache that takes no notice of the edition: a broken one, to be found out."""

    def get(self, edition: str, key: Key) -> Kept | None:
        return super().get("0", key)

    def put(self, edition: str, key: Key, answer: Kept) -> bool:
        return super().put("0", key, answer)


def test_a_cache_that_forgets_the_edition_is_found_out(published: Service) -> None:
    app = create_app(published)
    app.state.cache = OfNoEdition(1024 * 1024)
    seen = watch(published, app)
    assert any("was acknowledged" in what for what in wrong(seen))

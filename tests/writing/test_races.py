"""V10 and V7 over HTTP: writers that race, and readers that ask meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

GRAPH = "https://w3id.org/ogpgraph/graph/race/x"
TOKEN = {"Authorization": "Bearer t", "Content-Type": "text/turtle"}
WRITERS, PUTS = 2, 12


def _open(bare_home: Path, tmp_path: Path, *, serving: bool) -> Service:
    home = shutil.copytree(bare_home, tmp_path / "home")
    given = {
        "home": home,
        "token": "t",
        "client_seconds": 0,
        "client_errors": 0,
        "client_parallel": 0,
    }
    return Service.open(load_settings(given, {}), serving=serving)


def test_of_writers_that_expect_the_same_one_wins(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client], doc: Any
) -> None:
    """Wins and refusals are all there is, and the last version is the last winner's."""
    with closing(_open(bare_home, tmp_path, serving=False)) as service:
        clients = [client_of(create_app(service)) for _ in range(WRITERS)]

        def race(number: int) -> list[tuple[int, str]]:
            found = []
            for turn in range(PUTS):
                seen = clients[number].get("/graphs", params={"graph": GRAPH})
                tag = seen.headers.get("etag")
                expected = {"If-Match": tag} if tag else {"If-None-Match": "*"}
                text = doc("race/x", f"Writer {number}, turn {turn}")
                answer = clients[number].put(
                    "/graphs", params={"graph": GRAPH}, content=text, headers=TOKEN | expected
                )
                found.append((answer.status_code, answer.headers.get("etag", "")))
            return found

        with ThreadPoolExecutor(WRITERS) as threads:
            outcomes = [one for part in threads.map(race, range(WRITERS)) for one in part]
        won = [tag for status, tag in outcomes if status in {201, 204}]
        lost = [status for status, _ in outcomes if status == 412]
        assert len(won) + len(lost) == WRITERS * PUTS
        versions = service._ledger.versions(GRAPH, limit=1000)
        assert len(versions) == len(set(won)) == len(won)
        assert f'"{versions[0].digest}"' in won


def test_a_list_never_mixes_two_versions(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client], doc: Any
) -> None:
    """A list takes two queries; its version, tag and content are those of one moment."""
    more = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix id: <https://w3id.org/ogpgraph/id/> .
        id:institution\\/race a ogp:PublicInstitution ; dcterms:title "{0}"@es ;
            skos:prefLabel "{0}"@es , "{0}"@en ; dcterms:spatial id:country\\/GTM ;
            ogp:hasBranchAssessment id:branch-assessment\\/race .
        id:branch-assessment\\/race a ogp:BranchAssessment ;
            ogp:basis <https://w3id.org/ogpgraph/scheme/basis/notDeterminable> ;
            ogp:rationale "Una prueba."@es , "A test."@en ."""
    with closing(_open(bare_home, tmp_path, serving=True)) as service:
        writer, reader = client_of(create_app(service)), client_of(create_app(service))
        ended, pairs = threading.Event(), set[tuple[str, int, str]]()

        def read() -> None:
            while not ended.wait(0.01):
                answer = reader.get("/institutions.json")
                assert answer.status_code == 200
                body = answer.json()
                pairs.add((answer.headers["etag"], body["version"], str(body["items"])))

        thread = threading.Thread(target=read)
        thread.start()
        true: dict[int, str] = {}
        try:
            for number in range(5):
                text = doc("race/x", "Race", more.format(f"Name {number}"))
                answer = writer.put("/graphs", params={"graph": GRAPH}, content=text, headers=TOKEN)
                assert answer.status_code in {201, 204}, answer.text
                now = writer.get("/institutions.json").json()
                assert f"Name {number}" in str(now["items"])  # seen when it is acknowledged
                true[now["version"]] = str(now["items"])
        finally:
            ended.set()
            thread.join()
        assert len({tag for tag, _, _ in pairs}) == len(pairs)
        assert all(true.get(version, items) == items for _, version, items in pairs)


def test_who_must_say_what_is_expected_is_told_so(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client], doc: Any
) -> None:
    """V10: 428 where the configuration asks for it."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    given = {"home": home, "token": "t", "require_match": "true"}
    with closing(Service.open(load_settings(given, {}))) as service:
        client, address = client_of(create_app(service)), {"graph": GRAPH}
        text = doc("race/x")
        refused = client.put("/graphs", params=address, content=text, headers=TOKEN)
        assert refused.status_code == 428
        assert refused.json()["type"].endswith("/precondition-required")
        made = client.put(
            "/graphs", params=address, content=text, headers=TOKEN | {"If-None-Match": "*"}
        )
        assert made.status_code == 201
        assert client.delete("/graphs", params=address, headers=TOKEN).status_code == 428
        drop = {"update": f"DROP GRAPH <{GRAPH}>"}
        authorized = {"Authorization": "Bearer t"}
        assert client.post("/update", data=drop, headers=authorized).status_code == 428
        tag = {"If-Match": made.headers["etag"]}
        assert client.delete("/graphs", params=address, headers=TOKEN | tag).status_code == 204

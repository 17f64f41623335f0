"""Whole graphs, read by many: metered, few at once, and none that keeps pages or writers waiting."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from ogpgraph.intake.documents import Intake
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app
from ogpgraph.web.lane import Lane


def test_reading_graphs_is_metered_as_queries_are(
    home_copy: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> None:
    given = {"home": home_copy, "client_seconds": "1", "cache": 0}
    with closing(Service.open(load_settings(given, {}))) as service:
        client = client_of(create_app(service))
        answers = [client.get("/graphs?default") for _ in range(45)]
    assert answers[0].status_code == 200
    assert "ratelimit" in answers[0].headers
    assert answers[-1].status_code == 429
    assert answers[-1].json()["budget"] == "seconds"


def test_the_list_of_graphs_costs_nobody_anything(filled: Any) -> None:
    assert "ratelimit" not in filled.client.get("/graphs").headers


def test_few_read_whole_graphs_at_once(filled: Any) -> None:
    """One more than there is room for is told to come back; pages have threads of their own."""
    filled.client.get("/graphs?default")
    lane = filled.client._transport._inner.app.state.lane
    assert isinstance(lane, Lane)
    taken = [object() for _ in range(int(lane.graphs.total_tokens))]
    for one in taken:
        lane.graphs.acquire_on_behalf_of_nowait(one)
    try:
        answer = filled.client.get(
            "/graphs", params={"graph": "https://w3id.org/ogpgraph/graph/ontology"}
        )
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("/busy")
        assert filled.client.get("/plans/CRI-4.json").status_code == 200
    finally:
        for one in taken:
            lane.graphs.release_on_behalf_of(one)


def test_writers_have_workers_and_room_that_strangers_have_not(
    bare_home: Path, tmp_path: Path, client_of: Callable[[FastAPI], httpx.Client], doc: Any
) -> None:
    """With all room for documents to be checked taken, and its validators at work."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    given = {"home": home, "token": "t", "client_parallel": 0}
    with closing(Service.open(load_settings(given, {}))) as service:
        assert isinstance(service.visiting, Intake)
        assert service.visiting is not service.intake
        app = create_app(service)
        client, places = client_of(app), app.state.documents
        places._taken = 8
        text, headers = doc("test/x"), {"Content-Type": "text/turtle"}
        refused = client.post("/shacl/validate", content=text, headers=headers)
        assert refused.status_code == 503
        held, free = threading.Event(), threading.Event()

        def hold() -> None:
            with service.visiting._lock:  # as somebody has who waits for a worker
                held.set()
                free.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(30)
        try:
            address = {"graph": "https://w3id.org/ogpgraph/graph/test/x"}
            headers["Authorization"] = "Bearer t"
            written = client.put("/graphs", params=address, content=text, headers=headers)
            assert written.status_code == 201, written.text
        finally:
            free.set()
            thread.join()

"""`/diff`: applied to the older version it gives the newer one, in every form of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.errors import ResultTooLarge
from ogpgraph.files import Graph
from ogpgraph.history import History
from ogpgraph.iris import Names
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.service import Service
from ogpgraph.web import differences
from ogpgraph.web.app import create_app

Quads = set[tuple[str, str]]
NAMES = Names()
WHO = Activity("tester", "a file", "ogpgraph test", "0" * 64)
GRAPHS = [NAMES.graph(f"plan/TST-{number}") for number in range(4)]
LINES = [f'<urn:s{i}> <urn:p> "é\\n{i}"@es .' for i in range(6)] + ["<urn:a> <urn:b> <urn:c> ."]


def state(history: History, at: int) -> Quads:
    return {(graph, line) for graph, held in history.graphs(at).items() for line in held.lines}


def from_json(answer: httpx.Response) -> tuple[Quads, Quads]:
    found = answer.json()["graphs"]
    removed = {(one["graph"], line) for one in found for line in one["removed"]}
    return removed, {(one["graph"], line) for one in found for line in one["added"]}


def from_patch(answer: httpx.Response) -> tuple[Quads, Quads]:
    sides: dict[str, Quads] = {"D": set(), "A": set()}
    head, begin, *rows, end = answer.text.splitlines()
    assert (head[:4], begin, end) == ("H id", "TX .", "TC .")
    for row in rows:
        for quad in ox.parse(row[2:], format=ox.RdfFormat.N_QUADS):
            sides[row[0]].add((quad.graph_name.value, f"{quad.triple} ."))
    return sides["D"], sides["A"]


def from_rdf(answer: httpx.Response) -> tuple[Quads, Quads]:
    media_type = answer.headers["content-type"].partition(";")[0]
    quads = list(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(media_type)))
    source = ox.NamedNode("http://purl.org/dc/terms/source")
    of = {quad.subject.value: quad.object.value for quad in quads if quad.predicate == source}
    sides: dict[str, Quads] = {"removed": set(), "added": set()}
    for quad in quads:
        name = quad.graph_name.value
        if name in of:
            sides[name.rpartition("#")[2]].add((of[name], f"{quad.triple} ."))
    return sides["removed"], sides["added"]


FORMS = {"json": from_json, "rdfp": from_patch, "trig": from_rdf, "nq": from_rdf}


@pytest.mark.parametrize("suffix", FORMS)
def test_the_diff_of_any_two_versions_leads_from_one_to_the_other(
    past_service: Service, visitor: httpx.Client, suffix: str
) -> None:
    chosen = random.Random(suffix)
    moments = [0, 5, 45, 46, 47, 48, 49, 50]
    pairs = [(46, 48), (50, 0), (0, 50), (48, 48)]
    pairs += [tuple(chosen.sample(moments, 2)) for _ in range(6)]
    for start, end in pairs:
        answer = visitor.get(f"/diff.{suffix}?from={start}&to={end}")
        removed, added = FORMS[suffix](answer)
        old, new = (state(past_service.history, at) for at in (start, end))
        assert removed <= old, (start, end)
        assert not added & old, (start, end)
        assert (old - removed) | added == new, (start, end)


def test_one_graph_of_them(past_service: Service, visitor: httpx.Client) -> None:
    answer = visitor.get("/diff?from=0&to=48&graph=plan/CRI-4")
    removed, added = from_json(answer)
    assert removed == set()
    graph = NAMES.graph("plan/CRI-4")
    assert added == {pair for pair in state(past_service.history, 48) if pair[0] == graph}


def test_without_numbers_it_is_the_newest_publication(visitor: httpx.Client) -> None:
    assert visitor.get("/diff").json() == visitor.get("/diff?from=49&to=50").json()
    assert visitor.get("/diff?to=46").json() == visitor.get("/diff?from=0&to=46").json()
    one = visitor.get("/diff?graph=plan/CRI-4").json()
    assert (one["from"], one["to"]) == (47, 50)
    assert one == visitor.get("/diff?from=47&to=50&graph=plan/CRI-4").json()
    assert visitor.get("/diff?to=0").json()["graphs"] == []


def test_the_page_shows_both_sides_by_their_labels(visitor: httpx.Client) -> None:
    answer = visitor.get("/diff?from=47&to=48&lang=en", headers={"Accept": "text/html"})
    assert "<del>" in answer.text
    assert "<ins>" in answer.text
    assert "plan 1 of Costa Rica" in answer.text
    assert "plan 2 of Costa Rica" in answer.text
    gone = visitor.get("/diff?from=49&to=50&lang=en", headers={"Accept": "text/html"})
    assert "Gone" in gone.text  # it has its label from what was removed


def test_the_page_calls_types_and_properties_by_their_labels(visitor: httpx.Client) -> None:
    answer = visitor.get("/diff?from=0&to=39&lang=es", headers={"Accept": "text/html"})
    assert ">Tipo</abbr>" in answer.text
    assert ">type</abbr>" not in answer.text
    assert "ns#" not in re.sub(r"<[^>]*>", "", answer.text)


def test_a_large_page_says_that_it_is_not_the_whole(visitor: httpx.Client) -> None:
    answer = visitor.get("/diff?from=0&to=46&lang=en", headers={"Accept": "text/html"})
    assert "At most:" in answer.text
    assert answer.text.count("<ins>") == 400
    assert "/diff.json?from=0&amp;to=46" in answer.text


def test_what_is_too_large_is_refused_whole_with_the_limit(
    past_service: Service,
    client_of: Callable[[FastAPI], httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(differences, "_MOST", 5_000)
    client = client_of(create_app(past_service))
    answer = client.get("/diff?from=0&to=46")
    assert answer.status_code == 422
    found = answer.json()
    assert found["type"].endswith("/result-too-large")
    assert found["limit"] == 5_000
    assert "Compare one graph" in found["detail"]
    assert client.get("/diff?from=0&to=46&graph=plan/CRI-4").status_code == 200


# --- over ledgers of any content ----------------------------------------------------------------

Step = st.dictionaries(st.sampled_from(GRAPHS), st.sets(st.sampled_from(LINES)), min_size=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ledgers")


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(Step, min_size=1, max_size=6), data=st.data())
def test_any_past_can_be_walked_by_its_differences(
    folder: Path, steps: list[dict[str, set[str]]], data: st.DataObject
) -> None:
    path = folder / f"{random.Random().getrandbits(64):x}.sqlite"
    with closing(Ledger(path)) as ledger:
        ledger.claim(NAMES.base)
        for step in steps:
            ledger.append({graph: Graph.of(lines) for graph, lines in step.items()}, WHO)
        history = History(ledger)
        moments = st.integers(0, history.newest)
        start, end = data.draw(moments), data.draw(moments)
        found = history.differences(start, end)
        old, new = state(history, start), state(history, end)
        removed = {(one.graph, line) for one in found for line in one.removed}
        added = {(one.graph, line) for one in found for line in one.added}
        assert removed <= old
        assert not added & old
        assert (old - removed) | added == new
        size = len(old) + len(new)
        assert history.differences(start, end, most=size) == found
        for entry in history.entries(limit=100):
            graph, at = entry.version.graph, entry.version.sequence
            before, after = (set(history.graph(graph, n).lines) for n in (at - 1, at))
            assert (entry.added, entry.removed) == (len(after - before), len(before - after))
        assert sum(len(batch) for batch in history.batches(limit=100)) == history.newest


def test_a_limit_counts_only_what_differs(folder: Path) -> None:
    with closing(Ledger(folder / "limit.sqlite")) as ledger:
        ledger.claim(NAMES.base)
        ledger.append({GRAPHS[0]: Graph.of(LINES), GRAPHS[1]: Graph.of(LINES[:1])}, WHO)
        ledger.append({GRAPHS[1]: Graph.of(LINES[:3])}, WHO)
        history = History(ledger)
        assert history.differences(2, 3, most=4)
        with pytest.raises(ResultTooLarge, match="hold 4 statements") as caught:
            history.differences(2, 3, most=3)
        assert caught.value.members["limit"] == 3

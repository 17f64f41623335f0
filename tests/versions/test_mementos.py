"""Graphs as they were, by version and by date (RFC 7089)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx
import pytest

from ogpgraph.files import Graph
from ogpgraph.service import Service

CRI = "https://w3id.org/ogpgraph/graph/plan/CRI-4"
GONE = "https://w3id.org/ogpgraph/graph/test/gone"
N_TRIPLES = {"Accept": "application/n-triples"}


def lines(answer: httpx.Response) -> tuple[str, ...]:
    assert answer.status_code == 200, answer.text[:300]
    return Graph.of(answer.text.splitlines()).lines


@pytest.mark.parametrize("at", [15, 46, 47, 48, 50])
def test_a_graph_at_a_version_is_what_the_ledger_has(
    past_service: Service, visitor: httpx.Client, at: int
) -> None:
    expected = past_service.history.graph(CRI, at).lines
    assert expected
    address = f"/versions/{at}/graph?graph={CRI}"
    assert lines(visitor.get(address, headers=N_TRIPLES)) == expected
    same = visitor.get(f"/graphs?graph={CRI}&version={at}", headers=N_TRIPLES)
    assert lines(same) == expected
    assert same.headers["content-location"].endswith(
        f"?graph={CRI.replace(':', '%3A').replace('/', '%2F')}"
    )


def test_the_newest_version_is_the_graph_itself(visitor: httpx.Client) -> None:
    now = visitor.get(f"/graphs?graph={CRI}", headers=N_TRIPLES)
    then = visitor.get(f"/versions/50/graph?graph={CRI}", headers=N_TRIPLES)
    assert lines(now) == lines(then)
    assert now.headers["etag"] == then.headers["etag"]
    assert 'rel="timegate"' in now.headers["link"]
    assert 'rel="timemap"' in now.headers["link"]


@pytest.mark.parametrize(
    ("media_type", "suffix"),
    [("text/turtle", "ttl"), ("application/ld+json", ""), ("application/rdf+xml", "")],
)
def test_it_comes_in_the_forms_of_graphs(
    visitor: httpx.Client, media_type: str, suffix: str
) -> None:
    answer = visitor.get(f"/versions/47/graph?graph={CRI}", headers={"Accept": media_type})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    again = visitor.get(
        f"/versions/47/graph?graph={CRI}",
        headers={"Accept": media_type, "If-None-Match": answer.headers["etag"]},
    )
    assert again.status_code == 304


def test_before_it_was_made_it_is_404_and_after_it_went_410(visitor: httpx.Client) -> None:
    for at, status in ((48, 404), (49, 200), (50, 410)):
        assert visitor.get(f"/versions/{at}/graph?graph={GONE}").status_code == status


def test_the_time_map_lists_every_memento(visitor: httpx.Client) -> None:
    answer = visitor.get(f"/timemap?graph={CRI}")
    assert answer.headers["content-type"] == "application/link-format"
    found = re.findall(r'<([^>]*)>; rel="memento"; datetime="([^"]*)"', answer.text)
    assert len(found) == 3
    assert found == sorted(found, key=lambda one: parsedate_to_datetime(one[1]))
    for address, date in found:
        memento = visitor.get(address)
        assert memento.status_code == 200
        assert memento.headers["memento-datetime"] == date
        assert "<http://localhost:8000/graphs?graph=" in memento.headers["link"]
        for relation in ("original", "timegate", "timemap", "memento"):
            assert f'rel="{relation}"' in memento.headers["link"]
    assert answer.text.count('rel="original"') == 1
    as_json = visitor.get(f"/timemap?graph={CRI}", headers={"Accept": "application/json"}).json()
    assert sorted(one["url"] for one in as_json["items"]) == sorted(one[0] for one in found)


def test_a_time_map_goes_on_in_pages(visitor: httpx.Client) -> None:
    first = visitor.get(f"/timemap?graph={CRI}&page_size=2")
    assert first.text.count('rel="memento"') == 2
    (forward,) = re.findall(r'<([^>]*)>; rel="timemap"', first.text)
    assert visitor.get(forward).text.count('rel="memento"') == 1


def test_a_date_leads_to_the_version_of_then(past_service: Service, visitor: httpx.Client) -> None:
    versions = past_service.history.versions(CRI, limit=10)
    newest, _, oldest = versions
    early = format_datetime(datetime(1990, 1, 1, tzinfo=UTC), usegmt=True)
    made = datetime.fromisoformat(oldest.time)
    cases = [
        (None, newest.sequence),
        (early, oldest.sequence),
        (format_datetime(made, usegmt=True), oldest.sequence),
        (format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True), newest.sequence),
    ]
    for date, expected in cases:
        headers = {"Accept-Datetime": date} if date else {}
        answer = visitor.get(f"/timegate?graph={CRI}", headers=headers)
        assert answer.status_code == 302
        assert answer.headers["vary"].lower() == "accept-datetime"
        assert f"/versions/{expected}/graph?" in answer.headers["location"], date
        assert 'rel="original"' in answer.headers["link"]
        assert "memento-datetime" not in answer.headers
        assert visitor.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "date",
    ["yesterday", "", "2026-11-29", "x" * 5000, "0 0 0 0 0 0", "Mon, 99 Foo 2026 00:00:00 GMT"],
)
def test_a_date_that_is_none_is_told(visitor: httpx.Client, date: str) -> None:
    answer = visitor.get(f"/timegate?graph={CRI}", headers={"Accept-Datetime": date})
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "Accept-Datetime"

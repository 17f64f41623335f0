"""What those who run the service see while others are hostile: health, metrics, logs."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

HEAVY = "SELECT (COUNT(*) AS ?n) {" + " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(4)) + "}"
DOUBLING = (
    "SELECT (STRLEN(?x40) AS ?n) {BIND('ab' AS ?x0) "
    + "".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1}) " for n in range(40))
    + "}"
)


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any]) -> Any:
    return start_server(query_timeout="20", query_memory="512", client_parallel="4")


def metrics(server: Any) -> dict[str, float]:
    """Every sample by its name and labels, as written."""
    answer = httpx.get(f"{server.url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def ask(server: Any, text: str, **more: Any) -> httpx.Response:
    limit = {"timeout": "1.5"} if text == HEAVY else {}
    url = f"{server.url}/sparql"
    return httpx.post(url, data={"query": text}, params=limit, timeout=60, **more)


# --- O8 ------------------------------------------------------------------------------------------


def outcome(slug: str) -> str:
    return f'ogpgraph_queries_total{{outcome="{slug}"}}'


def gate(slug: str) -> str:
    return f'ogpgraph_gate_refusals_total{{slug="{slug}"}}'


def ended(reason: str) -> str:
    return f'ogpgraph_workers_ended_total{{lane="public",reason="{reason}"}}'


CASES = {
    "good": ("ASK {}", 200, [outcome("answered"), "ogpgraph_query_seconds_count"]),
    "malformed": ("ASK {", 400, [outcome("malformed-query")]),
    "open string": ("ASK {'", 400, [outcome("malformed-query"), gate("malformed-query")]),
    "an update": ("DROP ALL", 400, [outcome("malformed-query")]),
    "service": (
        "ASK {SERVICE <http://127.0.0.1:1/> {}}",
        403,
        [outcome("federation-disabled"), gate("federation-disabled")],
    ),
    "nesting": (
        "ASK " + "{" * 100 + "}" * 100,
        422,
        [outcome("query-too-complex"), gate("query-too-complex")],
    ),
    "too large": ("ASK {} #" + "x" * 70_000, 413, [outcome("payload-too-large")]),
    "rows": (
        "SELECT * {?s ?p ?o . ?a ?b ?c} LIMIT 20000",
        422,
        [outcome("result-too-large"), "ogpgraph_query_seconds_count"],
    ),
    "time": (HEAVY, 504, [outcome("query-timeout"), ended("timeout")]),
    "memory": (DOUBLING, 503, [outcome("query-memory"), ended("memory")]),
    "denied": (DOUBLING, 422, [outcome("query-denied"), "ogpgraph_queries_denied_total"]),
}


@pytest.mark.parametrize("case", CASES)
def test_o8_after_each_hostile_case_its_counter_has_moved_by_one(server: Any, case: str) -> None:
    text, status, names = CASES[case]
    before = metrics(server)
    assert ask(server, text).status_code == status
    after = metrics(server)
    route = f'ogpgraph_http_requests_total{{method="POST",route="/sparql",status="{status}"}}'
    moved = {name: after[name] - before.get(name, 0.0) for name in [*names, route]}
    assert set(moved.values()) == {1.0}, moved
    others = {name for name in after if name.startswith("ogpgraph_queries_total")} - set(names)
    assert all(after[name] == before[name] for name in others)


def test_o8_a_throttled_query_and_one_that_was_given_up(server: Any) -> None:
    before = metrics(server)
    throttled = 'ogpgraph_queries_throttled_total{budget="parallel"}'
    with ThreadPoolExecutor(5) as threads:
        statuses = list(threads.map(lambda _: ask(server, HEAVY).status_code, range(5)))
    after = metrics(server)
    assert statuses.count(429) == after[throttled] - before.get(throttled, 0.0) == 1
    deadline = time.monotonic() + 30
    while server.busy_workers() or ask(server, "ASK {}").status_code != 200:  # they start anew
        assert time.monotonic() < deadline
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        query = HEAVY.replace(" ", "%20").replace("?", "%3F").encode()
        connection.sendall(b"GET /sparql?query=" + query + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not server.busy_workers():
            assert time.monotonic() < deadline
    deadline = time.monotonic() + 10
    while metrics(server).get(ended("cancelled"), 0) < 1 + before.get(ended("cancelled"), 0):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert metrics(server)[outcome("cancelled")] == before.get(outcome("cancelled"), 0.0) + 1


def test_o8_the_state_is_told(server: Any) -> None:
    found = metrics(server)
    for lane in ("facade", "public"):
        assert found[f'ogpgraph_workers{{lane="{lane}",state="alive"}}'] >= 1
        assert found[f'ogpgraph_workers_resident_bytes{{lane="{lane}"}}'] > 10e6
        assert found[f'ogpgraph_queue_length{{lane="{lane}"}}'] == 0
    assert found["ogpgraph_snapshot_age_seconds"] > 0
    assert found["ogpgraph_snapshot_owed"] == 0
    for name in ("published", "refused", "failed"):
        assert f'ogpgraph_publications_total{{outcome="{name}"}}' in found
    assert "ogpgraph_publication_seconds_sum" in found
    assert "ogpgraph_last_backup_age_seconds" not in found
    assert "ogpgraph_shacl_violations_total" in found
    assert found["process_resident_memory_bytes"] > 10e6


def test_o8_the_age_of_the_last_backup_is_told(server: Any, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ogpgraph", "backup", str(tmp_path / "backup")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    subprocess.run([*command, "--home", str(server.home)], check=True, env=environment)
    assert 0 <= metrics(server)["ogpgraph_last_backup_age_seconds"] < 60


def test_o8_labels_are_bounded_whatever_is_asked_for(server: Any) -> None:
    for number in range(30):
        httpx.request("PROPFIND", f"{server.url}/no/such/{number}")
        httpx.get(f"{server.url}/plans/none-{number}")
        httpx.get(f"{server.url}/static/none-{number}")
    names = [name for name in metrics(server) if name.startswith("ogpgraph_http_requests_total")]
    assert not [name for name in names if "PROPFIND" in name or "none-" in name or "such" in name]
    assert any('method="other"' in name for name in names)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_o8_metrics_are_not_told_through_a_proxy(server: Any, header: str) -> None:
    answer = httpx.get(f"{server.url}/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 403
    assert "ogpgraph_" not in answer.text


# --- O1 ------------------------------------------------------------------------------------------


def test_o1_ready_tells_by_name_what_holds_and_no_path(server: Any) -> None:
    answer = httpx.get(f"{server.url}/health/ready")
    assert answer.status_code == 200
    found = answer.json()["checks"]
    assert {name: check["ok"] for name, check in found.items()} == dict.fromkeys(
        (
            "dataset",
            "ledger",
            "writer",
            "disk",
            "snapshot",
            "workers-facade",
            "workers-public",
            "isolation",
        ),
        True,
    )
    assert all(check.keys() == {"ok", "value"} for check in found.values())
    assert "/" not in json.dumps(found)


def test_o1_without_workers_it_is_not_ready_and_soon_it_is_again(server: Any) -> None:
    answers: list[httpx.Response] = []
    for _ in range(5):  # on a busy machine they may be back before the first look
        killed = server.workers()
        assert len(killed) >= 4
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        began, answers = time.monotonic(), []
        while not answers or answers[-1].status_code != 200:
            answers.append(httpx.get(f"{server.url}/health/ready"))
            assert time.monotonic() - began < 60
        print(f"ready again after {time.monotonic() - began:.1f} s")
        if answers[0].status_code == 503:
            break
    assert answers[0].status_code == 503
    found = answers[0].json()
    assert found["type"].endswith("/not-ready")
    assert found["detail"] == "Not ready: workers-facade, workers-public."
    assert found["checks"]["workers-public"] == {"ok": False, "value": 0}
    assert ask(server, "ASK {}").status_code == 200
    assert not killed & server.workers()


# --- O7 ------------------------------------------------------------------------------------------


def lines(log: Path, since: int) -> list[dict[str, Any]]:
    """What was logged behind a place: every line but the first few of the start is JSON."""
    content = log.read_bytes()[since:].decode("ascii")
    assert all(character.isprintable() or character == "\n" for character in content)
    return [json.loads(line) for line in content.splitlines()]


def test_o7_a_request_is_one_line_whatever_is_in_it(server: Any) -> None:
    time.sleep(0.2)  # a line is written when its answer has been sent
    since = server.log.stat().st_size
    text = "ASK { ?s ?p 'a\\r\\nb' } #\r\n\x1b[31m\u2028 secret-text"
    head = b"GET /sparql?query=ASK%7B%7D%23%0d%0a%1b%5b31m%00secret-text HTTP/1.1\r\nHost: localhost\r\n"
    tail = (
        b"Authorization: Bearer secret-token\r\nCookie: secret-cookie\r\nConnection: close\r\n\r\n"
    )
    for agent in (b"a\x1b[31mb", b"a\xe9\x85\tb"):  # the first is no header field, and refused
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head + b"User-Agent: " + agent + b"\r\n" + tail)
            while connection.recv(65_536):
                pass
    answer = ask(server, text, headers={"User-Agent": "plain"})
    path = httpx.get(f"{server.url}/plans/%0d%0a%1b[31m")
    time.sleep(0.2)
    found = [line for line in lines(server.log, since) if line["logger"] == "ogpgraph.access"]
    assert [line["message"] for line in found] == ["refused", "request", "request", "request"]
    _, strange, query, plan = found
    assert (strange["status"], strange["agent"]) == (400, "aé\x85\tb")
    assert query["query"] == hashlib.sha256(text.encode()).hexdigest()
    assert query["request"] == answer.headers["x-request-id"]
    assert (query["path"], query["method"], query["agent"]) == ("/sparql", "POST", "plain")
    assert plan["path"] == "/plans/\r\n\x1b[31m"
    assert path.json()["instance"] == f"urn:request:{plan['request']}"
    assert plan["problem"] == path.json()["type"].rpartition("/")[2]
    assert b"secret" not in server.log.read_bytes()


def test_o7_the_text_of_a_query_is_told_at_debug_only(start_server: Callable[..., Any]) -> None:
    server = start_server(log_level="debug", log_format="text")
    ask(server, "ASK {}#\r\n\x1bwhole text")
    content = server.log.read_text()
    assert '"ASK {}#\\r\\n\\u001bwhole text"' in content
    assert "\x1b" not in content


def test_o7_every_answer_carries_its_id(server: Any) -> None:
    found = {
        httpx.get(server.url + path).headers["x-request-id"]
        for path in ("/plans", "/none", "/health/live", "/sparql?query=x", "/static/style.css")
    }
    assert len(found) == 5

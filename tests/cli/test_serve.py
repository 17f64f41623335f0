"""`ogpgraph serve` as a real process: first run, second run, stopping, and what is in its way."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import ResultRow
from SPARQLWrapper import CSV, JSON, TURTLE, XML, SPARQLWrapper

P = "PREFIX ogp: <https://w3id.org/ogpgraph/ns#> "
LISTED = P + "SELECT (COUNT(?c) AS ?n) WHERE { ?p a ogp:ActionPlan ; ogp:hasCommitment ?c }"
DECLARED = P + "SELECT (SUM(?d) AS ?n) WHERE { ?p ogp:declaredCommitmentTotal ?d }"


def number(server: Any, query: str) -> str:
    answer = httpx.get(f"{server.url}/sparql", params={"query": query})
    (row,) = answer.json()["results"]["bindings"]
    return str(row["n"]["value"])


def test_the_urls_are_printed_when_ready(server: Any) -> None:
    text = server.log.read_text()
    port = server.url.rpartition(":")[2]
    assert f"ogpgraph is ready: http://localhost:{port}/" in text
    for part in (
        f"http://localhost:{port}/sparql",
        f"http://localhost:{port}/commitments",
        str(server.home),
    ):
        assert part in text
    assert "Warning" not in text
    assert "Traceback" not in text


def test_an_empty_home_is_filled_and_the_two_questions_are_answered(server: Any) -> None:
    assert number(server, LISTED) == "70"
    assert number(server, DECLARED) == "76"


def test_the_commitments_of_honduras_are_19_in_order(server: Any) -> None:
    found = httpx.get(f"{server.url}/commitments?country=HND").json()["items"]
    assert [item["number"] for item in found] == [str(n) for n in (*range(1, 11), *range(12, 21))]


@pytest.mark.parametrize("form", [JSON, XML, CSV])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_gets_its_answers(server: Any, form: str, method: str) -> None:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setMethod(method)
    client.setQuery(LISTED)
    client.setReturnFormat(form)
    assert "70" in str(client.query().response.read())


def test_sparqlwrapper_gets_a_graph(server: Any) -> None:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery("CONSTRUCT WHERE { ?s ?p <https://w3id.org/ogpgraph/ns#ActionPlan> }")
    client.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(client.query().response.read(), format="turtle")) >= 5


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_s_store_gets_its_answers(server: Any, method: Any) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server.url}/sparql", method=method))
    found = [row for row in graph.query(LISTED) if isinstance(row, ResultRow)]
    assert [str(row[0]) for row in found] == ["70"]
    assert graph.query(P + "ASK { ?p a ogp:ActionPlan }").askAnswer is True
    plan = rdflib.URIRef("https://w3id.org/ogpgraph/id/plan/CRI-4")
    assert len(list(graph.triples((plan, None, None)))) > 5


def test_a_chunked_body_over_the_limit_is_413(server: Any) -> None:
    headers = {"Content-Type": "application/sparql-query"}
    pieces = (b"#" * 10_000 for _ in range(100))
    answer = httpx.post(f"{server.url}/sparql", content=pieces, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def raw(server: Any, request: bytes) -> bytes:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        pieces = []
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def test_head_sends_no_body_on_the_wire(server: Any) -> None:
    answer = raw(server, b"HEAD /plans HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: " in head.lower()
    assert body == b""


def test_a_request_that_is_no_http_does_not_stop_the_server(server: Any) -> None:
    assert b"400" in raw(server, b"nonsense\r\n\r\n")[:20]
    assert httpx.get(f"{server.url}/health/live").status_code == 200


def test_a_running_home_is_locked_for_others(
    server: Any, process: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    found = process("query", "ASK {}", "--home", str(server.home))
    assert found.returncode == 4
    assert "open in another process" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_busy_port_is_exit_4_with_a_message(
    process: Callable[..., subprocess.CompletedProcess[str]], bare_home: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = process("serve", "--home", str(home), "--port", port)
    assert found.returncode == 4
    assert f"127.0.0.1:{port} cannot be listened on" in found.stderr
    assert "is ready" not in found.stdout


def test_sigterm_ends_it_with_0_and_a_second_start_does_not_load_again(
    start: Callable[[Path], Any], home_copy: Path
) -> None:
    versions = []
    for _ in range(2):
        running = start(home_copy)
        versions.append(httpx.get(f"{running.url}/plans").json()["version"])
        assert running.stop() == 0
        assert "Traceback" not in running.log.read_text()
    assert versions[0] == versions[1] > 30


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_exit_2(
    process: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, port: str
) -> None:
    found = process("serve", "--home", str(tmp_path / "home"), "--port", port)
    assert found.returncode == 2
    assert "--port" in found.stderr
    assert not (tmp_path / "home").exists()

"""Hostile queries over HTTP against a real server, with others asking for their pages meanwhile.

The short form sends every shape of `shapes.tsv` at several depths and every row of the table of
heavy queries; `OGPGRAPH_SOAK=1` sends them at more depths, several times.
"""

from __future__ import annotations

import hashlib
import os
import queue
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

CAP = 64 * 1024
SOAK = bool(os.environ.get("OGPGRAPH_SOAK"))
DEPTHS = (8, 63, 64, 65, 250, 1_000, CAP, 100_000) if SOAK else (8, 63, 65, 250, 1_000, CAP)
"""How often a shape is repeated; `CAP`: as often as the limit of bytes lets it be."""
ROUNDS = 5 if SOAK else 1
STATUSES = {200, 400, 403, 413, 414, 422, 503, 504}
TIMEOUT_S, MEMORY_MIB = 1.0, 512
COUNT = "SELECT (COUNT(*) AS ?n) {?s ?p ?o}"
EXPORT = "CONSTRUCT {?s ?p ?o} {GRAPH <https://w3id.org/ogpgraph/graph/plan/CRI-4> {?s ?p ?o}}"
JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
PAGES = ("/health/live", "/commitments/CRI-4-9")


# --- what is sent ------------------------------------------------------------------------------


def shapes() -> list[tuple[str, str]]:
    """Every shape at every depth, by name."""
    table = Path(__file__).with_name("shapes.tsv").read_text(encoding="utf-8")
    found = []
    for line in table.splitlines()[1:]:
        name, before, opening, middle, close, after = line.split("\t")
        for depth in DEPTHS:
            count = depth if depth != CAP else _fitting(line)
            openings = (
                "".join(opening.replace("§", str(n)) for n in range(count))
                if "§" in opening
                else opening * count
            )
            text = before + openings + middle + close * count + after
            found.append((f"{name} x {count}", text))
    return found


def _fitting(line: str) -> int:
    """How often a shape fits into the limit of bytes; `§` is a number of five digits at most."""
    _, before, opening, middle, close, after = line.split("\t")
    each = len((opening.replace("§", "00000") + close).encode())
    return (CAP - len((before + middle + after).encode())) // each


def _product(patterns: int) -> str:
    return " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(patterns))


def _doubling(times: int) -> str:
    steps = "".join(f"BIND(CONCAT(?x{n},?x{n}) AS ?x{n + 1}) " for n in range(times))
    return f"SELECT (STRLEN(?x{times}) AS ?n) {{BIND('ab' AS ?x0) {steps}}}"


def _replacing(replacement: str) -> str:
    steps = "".join(f"BIND(REPLACE(?x{n},'x','{replacement}') AS ?x{n + 1}) " for n in range(8))
    return f"SELECT (STRLEN(?x8) AS ?n) {{BIND('x' AS ?x0) {steps}}}"


def _values(names: int, rows: int) -> str:
    lists = " ".join(
        f"VALUES ?v{n} {{{' '.join(str(row) for row in range(rows))}}}" for n in range(names)
    )
    total = " + ".join(f"?v{n}" for n in range(names))
    return f"SELECT (COUNT(*) AS ?n) {{{lists} FILTER({total} < 0)}}"


HEAVY = {
    "count of a product": f"SELECT (COUNT(*) AS ?n) {{{_product(4)}}}",
    "impossible filter": f"ASK {{{_product(4)} FILTER(?o0 = 'no' && ?o1 = 'such')}}",
    "impossible filter of rows": f"SELECT * {{{_product(3)} FILTER(STR(?o0) = STRUUID())}} LIMIT 1",
    "order of a product": f"SELECT * {{{_product(2)}}} ORDER BY ?o1 ?s0 LIMIT 10",
    "groups without end": f"SELECT ?u (COUNT(*) AS ?n) {{{_product(2)} BIND(STRUUID() AS ?u)}} GROUP BY ?u",
    "distinct count": f"SELECT (COUNT(DISTINCT *) AS ?n) {{{_product(2)}}}",
    "concatenation of everything": f"SELECT (GROUP_CONCAT(?o0) AS ?c) {{{_product(2)}}}",
    "distinct random numbers": f"SELECT DISTINCT (RAND() AS ?r) {{{_product(3)}}}",
    "distinct identifiers": f"SELECT DISTINCT (STRUUID() AS ?r) {{{_product(3)}}}",
    "doubling to 2^31": _doubling(30),
    "doubling to 2^61": _doubling(60),
    "replacing by 16": _replacing("x" * 16),
    "replacing by groups": _replacing("$0" * 16),
    "correlated NOT EXISTS": f"SELECT * {{{_product(2)} FILTER NOT EXISTS {{?a ?b ?c . ?c ?d ?o0 . ?o1 ?e ?a}}}} LIMIT 1",
    "VALUES 100^6": _values(6, 100),
    "pattern of each row": f"SELECT (COUNT(*) AS ?n) {{{_product(2)} FILTER(REGEX(STR(?o0), STR(?o1)))}}",
    "long pattern": "ASK {FILTER(REGEX('a', '" + "(a|b|c)*d?" * 6_000 + "'))}",
    "catastrophe of backtracking": "ASK {FILTER(REGEX('" + "a" * 30_000 + "!', '(a+)+$'))}",
    "catastrophe of choices": "ASK {FILTER(REGEX('" + "a" * 30_000 + "', '(a|aa|a?)*b'))}",
    "counted repetition": "ASK {FILTER(REGEX('a', 'a{1000}{1000}'))}",
    "all pairs": "SELECT (COUNT(*) AS ?n) {?a (!<x:no>)* ?b . ?c (!<x:no>)* ?d}",
    "closures of both ways": "SELECT (COUNT(*) AS ?n) {?a (!<x:a>|^!<x:b>)* ?b . ?b (!<x:a>|^!<x:b>)* ?c}",
    "closure of closures": "SELECT (COUNT(*) AS ?n) {?a (((!<x:a>)*)*)* ?b . ?b (((!<x:a>)*)*)* ?c}",
    "chain of closures": "SELECT (COUNT(*) AS ?n) {?a (!<x:a>)*/(!<x:a>)*/(!<x:a>)* ?b . ?b !<x:a>* ?c}",
    "far offset": f"SELECT * {{{_product(4)}}} OFFSET 99999999999999",
    "rows without end": f"SELECT * {{{_product(4)}}}",
    "triples without end": f"CONSTRUCT {{?s0 ?p1 ?o2}} {{{_product(3)}}}",
    "limit over 64 bits": "SELECT * {?s ?p ?o} LIMIT 99999999999999999999999",
    "patterns of 200": "ASK {" + "".join(f"?v{n} ?p{n} ?v{n + 1} ." for n in range(200)) + "}",
    "path of 180": "ASK {?s " + "/".join(["!<x:a>"] * 180) + " ?o}",
    "collection of 300": "ASK {?s ?p (" + "?x " * 300 + ")}",
    "optionals of a product": f"SELECT * {{{_product(1)} " + "OPTIONAL {?s0 ?p ?x} " * 20 + "}",
    "unions of products": "SELECT (COUNT(*) AS ?n) {" + " UNION ".join([f"{{{_product(3)}}}"] * 20) + "}",
    "minus of a product": f"SELECT * {{{_product(2)} MINUS {{{_product(3)}}}}} LIMIT 1",
    "sub-selects of products": f"SELECT * {{{{SELECT DISTINCT ?o1 {{{_product(3)}}}}} {{SELECT DISTINCT ?o0 {{{_product(3)}}}}}}}",
    "description of everything": "DESCRIBE ?s {?s ?p ?o}",
    "digits by the thousand": "SELECT (" + "9" * 50_000 + " + 1 AS ?n) {}",
    "hashes of a product": f"SELECT (MAX(SHA512(CONCAT(STR(?o0),STR(?o1)))) AS ?h) {{{_product(2)}}}",
    "service": "ASK {SERVICE <http://127.0.0.1:1/> {}}",
    "service, glued": "PREFIX e:<http://127.0.0.1:1/> ASK {SERVICEe:x{}}",
    "service behind less-than": "ASK {FILTER(1<2)SERVICE#>\n<http://127.0.0.1:1/>{}}",
    "a graph from elsewhere": "SELECT * FROM <http://127.0.0.1:1/> {?s ?p ?o}",
    "an update": "DROP ALL",
    "an update behind a query": "ASK {} ; DROP ALL",
    "an insertion": "INSERT DATA {<http://e/a> <http://e/b> 1}",
    "nothing": "",
    "nul": "ASK {?s ?p '\0'}",
    "open string": "ASK {?s ?p '",
    "too large": "ASK {} #" + "x" * CAP,
}  # fmt: skip
"""The rows of the table of evaluation blow-ups (design, hardening 2.2), and other ill will."""


def hostile_queries() -> list[tuple[str, str]]:
    queries = [*shapes(), *HEAVY.items()]
    random.Random(0).shuffle(queries)  # the few that run to the limit are not all at one time
    return queries * ROUNDS


def test_there_are_at_least_300() -> None:
    assert len({text for _, text in hostile_queries()}) >= 300


# --- the server ---------------------------------------------------------------------------------


@dataclass
class Server:
    """`python -m ogpgraph serve`, started for the test."""

    process: subprocess.Popen[str]
    url: str

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def alive(self) -> bool:
        return self.process.poll() is None


@pytest.fixture
def server(filled_home: Path, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Server]:
    home = shutil.copytree(filled_home, tmp_path / "home")
    port = free_port()
    environment = {
        "OGPGRAPH_HOME": str(home),
        "OGPGRAPH_PORT": str(port),
        "OGPGRAPH_QUERY_TIMEOUT": str(TIMEOUT_S),
        "OGPGRAPH_QUERY_MEMORY": str(MEMORY_MIB),
        "OGPGRAPH_QUERY_WORKERS": "2",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    with (
        (tmp_path / "errors").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "ogpgraph", "serve"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        ) as process,
    ):
        found = Server(process, f"http://127.0.0.1:{port}")
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "ready" in line, (line, (tmp_path / "errors").read_text())
            _until_it_answers(found)
            yield found
        finally:
            process.terminate()
            try:
                assert process.wait(30) == 0
            finally:
                process.kill()
    assert "Traceback" not in (tmp_path / "errors").read_text()


def _until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.alive()
        try:
            with server.client() as client:
                client.get("/health/live").raise_for_status()
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the server does not answer")


# --- those who ask ------------------------------------------------------------------------------


@dataclass
class Record:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    slugs: Counter[str] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=dict)


def attack(server: Server, texts: queue.SimpleQueue[tuple[int, str, str]], record: Record) -> None:
    """Send queries until there are none, and a good one after each that was killed."""
    with server.client() as client:
        while True:
            try:
                number, name, text = texts.get_nowait()
            except queue.Empty:
                return
            before = time.monotonic()
            answer = _send(client, number, text)
            seconds = time.monotonic() - before
            record.statuses[answer.status_code] += 1
            if problem := _wrong(answer):
                record.wrong.append(f"{name}: {problem}")
            elif answer.status_code >= 400:
                record.slugs[answer.json()["type"].rpartition("/")[2]] += 1
            if seconds > TIMEOUT_S + 1.0:
                record.late.append(f"{name}: {answer.status_code} after {seconds:.2f} s")
            if answer.status_code in {503, 504}:
                _good_query(client, name, record)


def _send(client: httpx.Client, number: int, text: str) -> httpx.Response:
    """By each of the three forms of the protocol in turn, as far as their limits go."""
    kind = number % 3 if len(text) < 2_000 else 2 - number % 2
    if kind == 0:
        return client.get("/sparql", params={"query": text})
    if kind == 1:
        return client.post("/sparql", data={"query": text})
    headers = {"Content-Type": "application/sparql-query"}
    return client.post("/sparql", content=text.encode(), headers=headers)


def _wrong(answer: httpx.Response) -> str | None:
    """What is wrong with an answer, if anything is."""
    status, media_type = answer.status_code, answer.headers.get("content-type", "")
    if status not in STATUSES:
        return f"status {status}"
    if status == 200:
        if media_type == JSON:
            answer.json()  # whole, never cut
        return None
    if media_type != "application/problem+json":
        return f"{status} as {media_type}"
    body = answer.json()
    needed = {"type", "title", "status", "detail", "instance"}
    return None if needed <= body.keys() and body["status"] == status else f"{status}: {body}"


def _good_query(client: httpx.Client, name: str, record: Record) -> None:
    """It may have to wait for other clients' queries, no longer."""
    for _ in range(10):
        answer = client.get("/sparql", params={"query": "ASK {}"})
        if answer.status_code == 200:
            return
        if answer.status_code not in {503, 504}:
            break
    record.wrong.append(f"{name}: a good query then got {answer.status_code}")


def visit(server: Server, over: threading.Event, record: Record) -> None:
    """Ask for pages all along, as somebody else."""
    with server.client() as client:
        while not over.is_set():
            for page in PAGES:
                before = time.monotonic()
                answer = client.get(page)
                seconds = time.monotonic() - before
                record.latencies.setdefault(page, []).append(seconds)
                if answer.status_code != 200:
                    record.wrong.append(f"{page}: {answer.status_code} {answer.text[:200]}")
            over.wait(0.02)


def digest(server: Server) -> tuple[str, str]:
    """The number of statements, and what one graph holds."""
    with server.client() as client:
        count = client.get("/sparql", params={"query": COUNT}, headers={"Accept": JSON})
        graph = client.get("/sparql", params={"query": EXPORT}, headers={"Accept": N_TRIPLES})
    assert (count.status_code, graph.status_code) == (200, 200)
    number = count.json()["results"]["bindings"][0]["n"]["value"]
    lines = sorted(graph.text.splitlines())
    assert len(lines) > 100
    return number, hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _milliseconds(latencies: list[float]) -> str:
    ordered = sorted(latencies)
    p50, p99 = (1000 * ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    return f"{len(ordered)} visits, p50 {p50:.1f}, p99 {p99:.1f}, max {1000 * ordered[-1]:.1f} ms"


def test_hostile_queries_hurt_nobody_else(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digest(server)
    record, over = Record(), threading.Event()
    texts: queue.SimpleQueue[tuple[int, str, str]] = queue.SimpleQueue()
    queries = hostile_queries()
    for number, (name, text) in enumerate(queries):
        texts.put((number, name, text))
    began = time.monotonic()
    with ThreadPoolExecutor(5) as threads:
        visitor = threads.submit(visit, server, over, record)
        try:
            attackers = [threads.submit(attack, server, texts, record) for _ in range(4)]
            for attacker in attackers:
                attacker.result()
        finally:
            over.set()
        visitor.result()
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{len(queries)} hostile queries in {seconds:.1f} s: {dict(record.statuses)}")
        print(f"  {dict(record.slugs)}")
        for page, latencies in record.latencies.items():
            print(f"  {page}: {_milliseconds(latencies)}")
        for line in record.late:
            print(f"  late: {line}")
    assert server.alive()
    assert record.wrong == []
    assert record.statuses.total() == len(queries)
    assert digest(server) == before
    live = sorted(record.latencies[PAGES[0]])
    assert live[int(len(live) * 0.99)] < 1.0
    assert max(record.latencies[PAGES[1]]) < 5.0
    assert len(record.late) <= len(queries) // 50

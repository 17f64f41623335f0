"""Hostile queries over HTTP against a real server, with others asking for their pages meanwhile.

The short form sends every shape of `shapes.tsv` at several depths and every row of the table of
heavy queries; `OGPGRAPH_SOAK=1` sends them at more depths, several times.
"""

from __future__ import annotations

import os
import queue
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

CAP = 64 * 1024
SOAK = bool(os.environ.get("OGPGRAPH_SOAK"))
DEPTHS = (8, 63, 64, 65, 250, 1_000, CAP, 100_000) if SOAK else (8, 63, 65, 250, 1_000, CAP)
"""How often a shape is repeated; `CAP`: as often as the limit of bytes lets it be."""
ROUNDS = 5 if SOAK else 1
STATUSES = {200, 400, 403, 413, 414, 422, 503, 504}
TIMEOUT_S, MEMORY_MIB = 1.0 if SOAK else 0.5, 512
ENDLESS_S = 40.0
"""Many of these would take for ever: a busy machine makes their end late, but an end it is."""
JSON = "application/sparql-results+json"
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


@pytest.fixture
def server(start_server: Callable[..., Any]) -> Iterator[Any]:
    found = start_server(query_timeout=str(TIMEOUT_S), query_memory=str(MEMORY_MIB))
    yield found
    assert found.stop() == 0
    assert "Traceback" not in found.log.read_text()


# --- those who ask ------------------------------------------------------------------------------


@dataclass
class Record:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter)
    slugs: Counter[str] = field(default_factory=Counter)
    late: list[str] = field(default_factory=list)
    longest: float = 0.0
    wrong: list[str] = field(default_factory=list)


def attack(server: Any, texts: queue.SimpleQueue[tuple[int, str, str]], record: Record) -> None:
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
            record.longest = max(record.longest, seconds)
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


def test_hostile_queries_hurt_nobody_else(server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = server.digest()
    record = Record()
    texts: queue.SimpleQueue[tuple[int, str, str]] = queue.SimpleQueue()
    queries = hostile_queries()
    for number, (name, text) in enumerate(queries):
        texts.put((number, name, text))
    began = time.monotonic()
    with server.visited(PAGES) as visits, ThreadPoolExecutor(4) as threads:
        attackers = [threads.submit(attack, server, texts, record) for _ in range(4)]
        for attacker in attackers:
            attacker.result()
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{len(queries)} hostile queries in {seconds:.1f} s: {dict(record.statuses)}")
        print(f"  {dict(record.slugs)}")
        print("\n".join(visits.lines()))
        for line in record.late:
            print(f"  late: {line}")
    assert server.alive()
    assert record.wrong + visits.wrong == []
    assert record.statuses.total() == len(queries)
    assert server.digest() == before
    assert visits.steady()
    assert record.longest < ENDLESS_S

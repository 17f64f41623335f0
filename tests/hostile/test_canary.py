"""Q8, Q9, P5, P6: nothing that comes from outside makes this service call anybody.

A canary on the loopback network counts whoever comes. It is shown to count; then every spelling
is sent to a server, to a worker behind the gate, and in files to the commands that read files.
"""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from ogpgraph.errors import OgpGraphError
from ogpgraph.files import Graph
from ogpgraph.loading import validate
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import IsolatedStore, Snapshots
from ogpgraph.workers.pool import Limits, Pool

SOAK = bool(os.environ.get("OGPGRAPH_SOAK"))
JSON = "application/sparql-results+json"
RESULT = b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'


class Canary(ThreadingHTTPServer):
    """A server that remembers every connection, whatever is said on it."""

    daemon_threads = True

    def __init__(self) -> None:
        self.hits: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: object, client_address: object) -> None:
        self.hits.append("a connection")
        super().process_request(request, client_address)  # type: ignore[arg-type]


class _Answer(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        self.server.hits.append(f"{self.command} {self.path}")  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(RESULT)))
        self.end_headers()
        self.wfile.write(RESULT)

    do_GET = do_POST = do_HEAD = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with Canary() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


@pytest.fixture
def quiet(canary: Canary) -> Iterator[Canary]:
    """Holds that nobody comes during a test."""
    canary.hits.clear()
    yield canary
    assert canary.hits == []


GATE_TESTS = Path(__file__).parents[1] / "unit" / "test_gate.py"


def queries(place: str) -> list[str]:
    """Spellings of SERVICE that the engine takes, and of other ways to name a place."""
    spellings = runpy.run_path(str(GATE_TESTS))["SPELLINGS"]
    found = [text.replace("127.0.0.1:1/", f"{place}/") for text in spellings]
    here = f"<http://{place}/x>"
    found += [
        f"SELECT * FROM {here} {{?s ?p ?o}}",
        f"SELECT * FROM NAMED {here} {{GRAPH ?g {{?s ?p ?o}}}}",
        f"SELECT * FROM NAMED {here} {{GRAPH {here} {{?s ?p ?o}}}}",
        f"ASK FROM {here} FROM NAMED {here} {{}}",
        f"DESCRIBE {here}",
        f"CONSTRUCT FROM {here} WHERE {{?s ?p ?o}}",
        f"LOAD {here}",
        f"LOAD SILENT {here} INTO GRAPH <x:g>",
        f"ASK {{}} ; LOAD {here}",
        f"INSERT {{?s ?p ?o}} WHERE {{SERVICE {here} {{?s ?p ?o}}}}",
        f"WITH {here} DELETE {{?s ?p ?o}} WHERE {{SERVICE {here} {{?s ?p ?o}}}}",
        f"COPY {here} TO DEFAULT",
        f"ADD {here} TO <x:g>",
        f"ASK {{?x <http://www.w3.org/2002/07/owl#imports> {here}}}",
        f"ASK {{BIND({here}('a') AS ?x)}}",
        f"BASE {here} ASK {{GRAPH <y> {{?s ?p ?o}}}}",
    ]
    return found


def test_the_spellings_are_50_at_least() -> None:
    assert len(set(queries("127.0.0.1:2"))) >= 90


def test_the_canary_counts(canary: Canary) -> None:
    """A control: in a process that is not confined, most of these do call it."""
    reached = 0
    for text in queries(canary.place):
        canary.hits.clear()
        try:
            result = ox.Store().query(text)
            if isinstance(result, ox.QuerySolutions | ox.QueryTriples):
                list(result)
        except (SyntaxError, ValueError, OSError, RuntimeError):
            pass
        reached += bool(canary.hits)
    assert reached >= 50
    canary.hits.clear()
    with pytest.raises((SyntaxError, OSError, RuntimeError)):
        ox.Store().update(f"LOAD <http://{canary.place}/x>")
    assert any(hit.startswith("GET") for hit in canary.hits)


# --- queries ---------------------------------------------------------------------------------


def test_no_query_over_http_calls_anybody(
    start_server: Callable[..., object], quiet: Canary
) -> None:
    server = start_server(query_timeout="5")
    here = f"http://{quiet.place}/x"
    statuses: dict[int, int] = {}
    with server.client() as client:  # type: ignore[attr-defined]
        for number, text in enumerate(queries(quiet.place)):
            answer = _sent(client, number, text)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            assert answer.status_code in {200, 400, 403, 422}, (text, answer.text)
        for name in ("default-graph-uri", "named-graph-uri", "using-graph-uri", "update", "uri"):
            client.get("/sparql", params={"query": "SELECT * {?s ?p ?o}", name: here})
            client.post("/sparql", data={"query": "SELECT * {?s ?p ?o} LIMIT 1", name: here})
        for path in (f"/things/{here}", f"/id/{here}", f"/commitments?plan={here}", f"/{here}"):
            client.get(path, headers={"Host": quiet.place, "X-Forwarded-Host": quiet.place})
    server.stop()  # type: ignore[attr-defined]
    assert statuses[403] >= 50


def _sent(client: httpx.Client, number: int, text: str) -> httpx.Response:
    if number % 3 == 0:
        return client.get("/sparql", params={"query": text})
    if number % 3 == 1:
        return client.post("/sparql", data={"query": text})
    headers = {"Content-Type": "application/sparql-query"}
    return client.post("/sparql", content=text.encode(), headers=headers)


def test_no_query_in_a_worker_calls_anybody(tmp_path: Path, quiet: Canary) -> None:
    """Past the gate: a worker has no network of its own to call by."""
    embedded = EmbeddedStore(tmp_path / "store")
    embedded.replace({"http://e/g": Graph.of(["<http://e/s> <http://e/p> <http://e/o> ."])})
    snapshots = Snapshots(embedded, tmp_path / "snapshots")
    pool = Pool(1, Limits(memory_mib=512))
    failed = 0
    with closing(IsolatedStore(embedded, snapshots, pool, prefixes={})) as store:
        for text in queries(quiet.place):
            try:
                store.query(text, timeout=20.0).write(JSON)
            except OgpGraphError:
                failed += 1
        assert b"true" in store.query("ASK {}").write(JSON)
    assert failed >= 40  # those with SILENT and some in EXISTS fail without a word


# --- files -----------------------------------------------------------------------------------

PLAN = """<https://w3id.org/ogpgraph/graph/shared/test> a <https://w3id.org/ogpgraph/ns#ReferenceGraph> .
"""
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'


def files(place: str) -> dict[str, str]:
    """Name -> content that names a place to fetch from."""
    url = f"http://{place}/x"
    owl, sh = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/ns/shacl#"
    doctypes = {
        "external": f'<!DOCTYPE rdf:RDF SYSTEM "{url}">',
        "public": f'<!DOCTYPE rdf:RDF PUBLIC "-//X//Y" "{url}">',
        "entity": f'<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]>',
        "parameter": f'<!DOCTYPE r [<!ENTITY % x SYSTEM "{url}"> %x;]>',
        "comment": f'<!-- a --><?a b?>\n<!DOCTYPE r [<!ENTITY x SYSTEM "{url}">]>',
    }
    contexts = {
        "string": f'"{url}"',
        "list": f'["{url}"]',
        "relative-protocol": f'"//{place}/x"',
        "import": f'{{"@version": 1.1, "@import": "{url}"}}',
        "scoped": f'{{"p": {{"@id": "http://e/p", "@context": "{url}"}}}}',
        "typed": f'{{"T": {{"@id": "http://e/T", "@context": "{url}"}}}}',
        "propagated": f'{{"@propagate": false, "@import": "{url}"}}',
        "upper": f'"HTTP://{place}/x"',
        "file": '"file:///etc/passwd"',
        "data": '"data:application/json,{}"',
    }
    found = {
        f"context-{name}.jsonld": f'{{"@context": {text}, "@id": "http://e/s", "@type": "T", "p": {{"p": 1}}}}'
        for name, text in contexts.items()
    }
    found |= {
        f"doctype-{name}.rdf": f'<?xml version="1.0"?>\n{text}\n<rdf:RDF {RDF}><e:A rdf:about="http://e/s"><e:p>&x;</e:p></e:A></rdf:RDF>'
        for name, text in doctypes.items()
    }
    statements = {
        "imports": f"<http://e/o> a <{owl}Ontology> ; <{owl}imports> <{url}> .",
        "imports-own": f"<https://w3id.org/ogpgraph/ns> <{owl}imports> <{url}> .",
        "imports-graph": f"<https://w3id.org/ogpgraph/graph/shared/test> <{owl}imports> <{url}> .",
        "shapes-graph": f"<https://w3id.org/ogpgraph/graph/shared/test> <{sh}shapesGraph> <{url}> .",
        "see-also": f"<http://e/o> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <{url}> ; <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <{url}> .",
        "sparql": f'<http://e/s> a <{sh}NodeShape> ; <{sh}targetNode> <http://e/s> ; <{sh}sparql> [ <{sh}select> "SELECT $this {{SERVICE <{url}> {{$this ?p ?o}}}}" ] .',
        "rule": f'<http://e/s> a <{sh}NodeShape> ; <{sh}rule> [ a <{sh}SPARQLRule> ; <{sh}construct> "CONSTRUCT {{$this ?p ?o}} FROM <{url}> {{$this ?p ?o}}" ] .',
        "script": f'<http://e/s> a <{sh}NodeShape> ; <{sh}js> [ <{sh}jsLibrary> [ <{sh}jsLibraryURL> "{url}" ] ] .',
        "target": f'<http://e/s> a <{sh}NodeShape> ; <{sh}target> [ a <{sh}SPARQLTarget> ; <{sh}select> "SELECT ?this {{SERVICE <{url}> {{?this ?p ?o}}}}" ] .',
        "supplements": f"<https://w3id.org/ogpgraph/graph/shared/test> <https://w3id.org/ogpgraph/ns#supplements> <{url}> .",
        "base": f"@base <{url}> . <> <http://e/p> <y> .",
        "prefix": f"@prefix x: <{url}#> . x:a x:b x:c .",
        "service": f'<http://e/s> <http://e/p> "LOAD <{url}>", "SERVICE <{url}> {{}}", "FROM <{url}>" .',
        "load": f"LOAD <{url}>",
        "n3": f"{{<{url}> log:semantics ?x}} => {{?x a ?y}} .",
    }
    return found | {f"{name}.ttl": PLAN + text + "\n" for name, text in statements.items()}


def test_no_file_makes_the_library_call_anybody(
    tmp_path: Path, bare_home: Path, quiet: Canary
) -> None:
    """`validate` and `Service.load`, file by file, in this process."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    named = files(quiet.place)
    assert len(named) >= 30
    with closing(Service.open(load_settings({"home": home}, {}))) as service:
        for name, content in named.items():
            path = tmp_path / name
            path.write_text(content, encoding="utf-8")
            with suppress(OgpGraphError):
                service.load([path], agent="test")
            if SOAK or path.suffix != ".ttl":  # the command, below, validates the others
                with suppress(OgpGraphError):
                    validate(service.library, [path])


@pytest.mark.parametrize("command", ["validate", "load"])
def test_no_file_makes_a_command_call_anybody(
    tmp_path: Path, bare_home: Path, quiet: Canary, command: str
) -> None:
    """As a curator runs them, all at once and some alone, with arguments that are addresses."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    environment = {
        "PATH": os.environ["PATH"],
        "OGPGRAPH_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONUTF8": "1",
    }
    url = f"http://{quiet.place}/x.ttl"
    paths = []
    for name, content in files(quiet.place).items():
        paths.append(tmp_path / name)
        paths[-1].write_text(content, encoding="utf-8")
    for given in ([str(p) for p in paths if p.suffix == ".ttl"], [url], [f"//{quiet.place}/x.ttl"]):
        done = subprocess.run(
            [sys.executable, "-m", "ogpgraph", command, *given],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120,
            check=False,
        )
        assert done.returncode in {1, 2, 3}, done.stderr
        assert "Traceback" not in done.stderr

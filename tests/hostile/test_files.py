"""Hostile documents over HTTP against a real server, and by the command line.

P1-P15, V2, V4. Somebody asks for the health of the process meanwhile, and a canary on loopback
waits for a request that must not come.
"""

from __future__ import annotations

import contextlib
import gzip
import importlib.util
import io
import os
import socket
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from ogpgraph.formats import N_QUADS, TRIG

LIVE = "/health/live"


def _generated() -> Any:
    path = Path(__file__).with_name("files.py")
    spec = importlib.util.spec_from_file_location("hostile_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


FILES = _generated()


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any]) -> Any:
    return start_server(document_memory="768", document_workers="2")


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, by its URL, and what it was asked for: nothing, if all is well."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.server_port}/", asked
        listener.shutdown()
        thread.join()


def send(client: httpx.Client, content: bytes, media_type: str, **more: str) -> httpx.Response:
    headers = {"Content-Type": media_type, **more}
    for _ in range(60):
        answer = client.post("/shacl/validate", content=content, headers=headers)
        if answer.status_code != 503 or "busy" not in answer.text:
            break
    return answer


def told(answer: httpx.Response) -> tuple[int, str]:
    """Status and slug; no slug for a report."""
    if answer.status_code == 200:
        assert isinstance(answer.json()["conforms"], bool)
        return 200, ""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert "Traceback" not in answer.text
    return answer.status_code, problem["type"].rpartition("/")[2]


def test_hostile_documents_hurt_nobody(server: Any, canary: tuple[str, list[str]]) -> None:
    """P3-P13, V2, V4: each answered as it should be, with nothing changed and nobody waiting."""
    url, asked = canary
    cases = FILES.all_cases(url)
    assert len({case.name for case in cases}) == len(cases) >= 100
    before = server.digest()
    wrong = []
    with server.visited([LIVE]) as visits, server.client() as client:

        def one(case: Any) -> None:
            answer = send(client, case.content, case.media_type)
            found, line = told(answer), answer.json().get("line")
            if found not in case.expected or (case.line and line != case.line):
                wrong.append(f"{case.name}: {found} line {line}, {answer.text[:200]}")

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(one, cases))
    print(f"\n{len(cases)} documents", *visits.lines(), sep="\n")
    assert wrong == []
    assert asked == []
    assert visits.wrong == []
    assert visits.steady()
    assert server.alive()
    assert server.digest() == before


def test_p2_other_media_types_are_refused(server: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.ttl", "")
    with server.client() as client:
        types = ["text/plain", "application/zip", "application/gzip", "application/x-tar", N_QUADS,
                 TRIG, "application/octet-stream", "text/turtle; charset=latin-1", "x", ""]  # fmt: skip
        for media_type in types:
            answer = send(client, archive.getvalue(), media_type)
            assert told(answer) == (415, "unsupported-media-type"), media_type
            assert "text/turtle" in answer.json()["accepted"]
        assert told(client.post("/shacl/validate")) == (415, "unsupported-media-type")
        for coding in ("gzip", "deflate", "br", "identity, gzip"):
            answer = send(client, gzip.compress(b""), FILES.TURTLE, **{"Content-Encoding": coding})
            assert told(answer) == (415, "unsupported-media-type"), coding


def test_p1_a_body_over_the_limit_is_refused_before_it_is_read(server: Any) -> None:
    limit = 32 * 1024 * 1024

    def resident() -> int:
        return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * 4096

    def chunks() -> Iterator[bytes]:
        for _ in range(400):
            yield b"#" * 1024 * 1024

    before = resident()
    # the server may hang up while we still send: then nothing is left to read
    gone = contextlib.suppress(httpx.WriteError, httpx.ReadError)
    with server.client() as client, gone:
        answer = send(client, chunks(), FILES.TURTLE)  # type: ignore[arg-type]
        assert told(answer) == (413, "payload-too-large")
        assert answer.json()["limit"] == limit
    assert resident() - before < limit + 64 * 1024 * 1024
    head = f"POST /shacl/validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FILES.TURTLE}\r\n"
    with server.connect() as wire:
        wire.sendall(f"{head}Content-Length: {limit + 1}\r\n\r\n".encode())
        assert b" 413 " in wire.recv(65536).partition(b"\r\n")[0]
    with server.connect() as wire:  # it says less than it sends, and hangs up
        wire.sendall(f"{head}Content-Length: 10\r\n\r\n{'#' * 5}".encode())
        wire.shutdown(socket.SHUT_WR)
    with server.client() as client:
        assert told(send(client, b"", FILES.TURTLE)) == (400, "bad-input")


def test_a_good_document_gets_a_report_in_every_form(server: Any) -> None:
    forms = ["application/json", *FILES.FORMATS.values()]
    good, bad = (
        FILES.PLAN.encode(),
        FILES.PLAN.replace('dcterms:title "A"@en , "A"@es ;', "").encode(),
    )
    with server.client() as client:
        for media_type in forms:
            for content in (good, bad):
                answer = send(client, content, FILES.TURTLE, Accept=media_type)
                assert answer.status_code == 200
                assert answer.headers["content-type"].partition(";")[0] == media_type
                assert answer.headers["cache-control"] == "no-store"
        assert send(client, good, FILES.TURTLE).json()["conforms"] is True
        report = send(client, bad, FILES.TURTLE).json()
        assert report["conforms"] is False
        assert report["findings"][0]["line"] == 10
        page = send(client, good, FILES.TURTLE, Accept="text/html")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert told(send(client, good, FILES.TURTLE, Accept="image/png")) == (406, "not-acceptable")


# --- the command line --------------------------------------------------------------------------


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [sys.executable, "-m", "ogpgraph", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**known, "PYTHONUTF8": "1", **environment},
    )


PICKED = (
    ("P7 objects 100000", "jsonld"),
    ("P5 laughs 8", "rdf"),
    ("P6 0", "jsonld"),
    ("P9 javascript:alert(1)", "ttl"),
)


def test_the_command_line_refuses_the_same(
    tmp_path: Path, canary: tuple[str, list[str]], filled_home: Path
) -> None:
    """P4, P12: exit code 3, a message with the place of each, and the home as it was."""
    url, asked = canary
    home = tmp_path / "home"
    assert subprocess.run(["cp", "-r", filled_home, home], check=True)
    before = run("export", "--home", home).stdout
    cases = {case.name: case for case in FILES.all_cases(url)}
    paths = [tmp_path / f"hostile{at}.{suffix}" for at, (_, suffix) in enumerate(PICKED)]
    for path, (name, _) in zip(paths, PICKED, strict=True):
        path.write_bytes(cases[name].content)
    for given in (paths[:1], paths):
        for command in (["validate", *given], ["load", *given, "--home", home]):
            found = run(*command)
            assert found.returncode == 3, found.stderr
            assert [path for path in paths if str(path) in found.stderr] == given
            assert "Traceback" not in found.stderr
    assert len(before) > 1_000
    assert run("export", "--home", home).stdout == before
    assert asked == []


def test_p14_packed_files(tmp_path: Path) -> None:
    """A bomb, an archive, half a file: exit code 3. A gzip file that is one: read."""
    bomb = tmp_path / "bomb.ttl.gz"
    bomb.write_bytes(gzip.compress(b"#" * 16 * 1024 * 1024) * 64)  # one file, of 64 members
    assert bomb.stat().st_size < 2 * 1024 * 1024
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w") as packed:
        packed.add(__file__)
    whole = gzip.compress(FILES.PLAN.encode())
    (tmp_path / "half.ttl.gz").write_bytes(whole[:-20])
    (tmp_path / "good.ttl.gz").write_bytes(whole)
    measured = (
        "import sys; from ogpgraph.cli.entry import main\n"
        "try: main(['validate', sys.argv[1]])\n"
        "finally: print(*(l for l in open('/proc/self/status') if 'VmHWM' in l), flush=True)"
    )
    found = subprocess.run(
        [sys.executable, "-c", measured, str(bomb)],
        check=False,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
    )
    assert found.returncode == 3, found.stderr
    assert "100 times" in found.stderr
    assert int(found.stdout.split()[1]) < 300 * 1024  # KiB
    for name in ("a.tar", "half.ttl.gz"):
        assert run("validate", tmp_path / name).returncode == 3
    assert run("validate", tmp_path / "good.ttl.gz").returncode == 0

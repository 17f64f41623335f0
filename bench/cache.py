"""What an answer from the cache costs, beside a bare ASGI application that sends the same bytes.

    python bench/cache.py [--rounds N] [--seconds S] [--home DIR]

Prints min - median - max of requests a second and of microseconds of the server's CPU for each
request, and the ratios of the medians to those of the bare application with the same answer.
See README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.run import options

THING = "/commitments/CRI-4-9.json"
QUERY = "SELECT ?p ?o WHERE { <https://w3id.org/ogpgraph/id/commitment/CRI-4-9> ?p ?o }"
CONNECTIONS = 8
"""Kept alive, each with one request at a time."""
UNMETERED = {
    "OGPGRAPH_CLIENT_SECONDS": "0",
    "OGPGRAPH_CLIENT_ERRORS": "0",
    "OGPGRAPH_CLIENT_PARALLEL": "0",
}
OF_EACH = (b"date", b"content-length")
"""What the server adds to an answer, or is given otherwise."""


@dataclass
class Contender:
    """A request, and who answers it; what was measured, a number a round."""

    port: int
    process: int
    request: bytes
    status: int = 200
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)


class Asking(asyncio.Protocol):
    """One connection that asks again as soon as it has an answer of the size that is known."""

    def __init__(self, request: bytes, size: int, load: Load) -> None:
        self._request, self._size, self._load, self._left = request, size, load, size

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count."""
        self._left -= len(data)
        if self._left > 0:
            return
        assert self._left == 0, "an answer of another size"
        self._left = self._size
        self._load.answers += 1
        if self._load.on:
            self._transport.write(self._request)
        else:
            self._transport.close()
            self._load.open -= 1
            if not self._load.open:
                self._load.closed.set()


@dataclass
class Load:
    """What all connections share."""

    open: int = CONNECTIONS
    answers: int = 0
    on: bool = True
    closed: asyncio.Event = field(default_factory=asyncio.Event)


def cpu(process: int) -> float:
    """Seconds of CPU that a process has used (Linux: the clock of another process)."""
    return time.clock_gettime((~process << 3) | 2)


async def ask(port: int, request: bytes) -> tuple[bytes, bytes]:
    """One answer: its head and its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    writer.close()
    return head, body


async def measure(contender: Contender, seconds: float) -> None:
    """One round of one contender."""
    await ask(contender.port, contender.request)
    head, body = await ask(contender.port, contender.request)
    assert int(head.split()[1]) == contender.status, head
    load, loop = Load(), asyncio.get_running_loop()
    before, began = cpu(contender.process), loop.time()
    for _ in range(CONNECTIONS):
        await loop.create_connection(
            lambda: Asking(contender.request, len(head) + len(body), load),
            "127.0.0.1",
            contender.port,
        )
    await asyncio.sleep(seconds)
    count, took = load.answers, loop.time() - began
    contender.costs.append((cpu(contender.process) - before) / count * 1e6)
    contender.rates.append(count / took)
    load.on = False
    await load.closed.wait()


def request(path: str, **fields: str) -> bytes:
    """A GET as a client of a program's sends it."""
    lines = {"Host": "localhost", "Accept": "*/*", "User-Agent": "bench/1", **fields}
    head = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())]
    return "\r\n".join([*head, "", ""]).encode()


@contextmanager
def running(*command: str, port: int, **more: str) -> Iterator[int]:
    """A server in a process of its own, once it listens: its number."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env=dict(os.environ) | more,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _listens(port):
            if process.poll() is not None:
                raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def serve(port: int, answer: Path) -> None:
    """A bare ASGI application under the options of the service, which says one thing always."""
    told = json.loads(answer.read_text(encoding="utf-8"))
    fields = [(name.encode(), value.encode()) for name, value in told["fields"]]
    body, status = told["body"].encode(), told["status"]

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": status, "headers": fields})
            await send({"type": "http.response.body", "body": body})

    config = options(app, load_settings({"home": answer.parent}, {}))
    config.lifespan, config.port = "off", port
    uvicorn.Server(config).run()


def free_port() -> int:
    """One that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bare(folder: Path, name: str, port: int, asked: bytes, stack: ExitStack) -> Contender:
    """The bare application that sends what the service answers."""
    head, body = asyncio.run(ask(port, asked))
    status, *lines = head.decode("latin-1").strip().split("\r\n")
    fields = [line.split(": ", 1) for line in lines if line.split(":")[0].encode() not in OF_EACH]
    number = int(status.split()[1])
    if body:
        fields.append(["content-length", str(len(body))])
    told = {"status": number, "fields": fields, "body": body.decode()}
    answer = folder / f"{name}.json"
    answer.write_text(json.dumps(told), encoding="utf-8")
    own = free_port()
    command = (__file__, "--bare", str(own), str(answer))
    return Contender(own, stack.enter_context(running(*command, port=own)), asked, number)


def contenders(folder: Path, home: Path, stack: ExitStack) -> dict[str, Contender]:
    """All of them, served: the service twice, as it logs by default and without."""
    found: dict[str, Contender] = {}
    query = f"/sparql?query={quote(QUERY, safe='')}"
    for level, about in (("warning", ", without a log"), ("info", "")):
        own, port = folder / level, free_port()
        shutil.copytree(home, own)  # a home is open once
        given = {**UNMETERED, "OGPGRAPH_LOG_LEVEL": level}
        command = ("-m", "ogpgraph", "serve", "--port", str(port), "--home", str(own))
        at = port, stack.enter_context(running(*command, port=port, **given))
        head, _ = asyncio.run(ask(port, request(THING)))
        (tag,) = re.findall(r"(?i)\r\netag: ([^\r]+)", head.decode("latin-1"))
        same = {"If-None-Match": tag}
        if not found:
            found["bare ASGI, a thing"] = bare(folder, "thing", port, request(THING), stack)
            found["bare ASGI, a query"] = bare(folder, "query", port, request(query), stack)
            found["bare ASGI, 304"] = bare(folder, "same", port, request(THING, **same), stack)
        found[f"a thing, kept{about}"] = Contender(*at, request(THING))
        found[f"a query, kept{about}"] = Contender(*at, request(query))
        found[f"304, kept{about}"] = Contender(*at, request(THING, **same), 304)
    past = {"Authorization": "Bearer none"}  # such a request goes by the cache
    found["a thing, not kept"] = Contender(*at, request(THING, **past))
    found["a query, not kept"] = Contender(*at, request(query, **past))
    found["304, not kept"] = Contender(*at, request(THING, **past, **same), 304)
    return found


def show(found: dict[str, Contender], rounds: int) -> None:
    """A row for each, with the ratios to the bare application that sends the same."""
    print(f"\nGET over {CONNECTIONS} connections ({rounds} rounds)")
    print(f"  {'':<28} {'requests a second':>27}  ratio {'µs of CPU a request':>27}  ratio")
    for name, one in found.items():
        cells = [
            " - ".join(f"{value:7.0f}" for value in (min(v), statistics.median(v), max(v)))
            for v in (one.rates, one.costs)
        ]
        peer = found.get(f"bare ASGI, {name.split(', ')[0]}", one)
        rate = statistics.median(one.rates) / statistics.median(peer.rates)
        cost = statistics.median(peer.costs) / statistics.median(one.costs)
        print(f"  {name:<28} {cells[0]} x {rate:.2f} {cells[1]} x {cost:.2f}")


def main() -> None:
    """Serve a home with the shipped data twice, and ask."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=0.25)
    arguments.add_argument("--home", type=Path, help="a filled home, to be copied")
    arguments.add_argument("--bare", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.bare:
        serve(int(given.bare[0]), Path(given.bare[1]))
        return
    with tempfile.TemporaryDirectory(prefix="ogpgraph-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        home = given.home or folder / "home"
        if not given.home:
            with closing(Service.open(load_settings({"home": home}, {}))) as service:
                service.fill()
        found = contenders(folder, home, stack)
        for _ in range(given.rounds):
            for one in found.values():
                asyncio.run(measure(one, given.seconds))
        show(found, given.rounds)


if __name__ == "__main__":
    main()

"""A connection whose body comes in, looked at by the guard at moments of the test's choice (R6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from uvicorn.config import Config
from uvicorn.server import ServerState

from ogpgraph.web.connections import BODY_S, RATE, Connection
from ogpgraph.web.guard import Guard

MIB = 1024 * 1024


class Upload:
    """One connection to an application that reads a body when it is let, and counts it."""

    def __init__(self) -> None:
        self.made: list[Connection] = []
        self.read = 0
        self.reading = asyncio.Event()
        self.app = FastAPI()
        self.app.post("/")(self.answer)
        self.app.state.metrics = self

    async def answer(self, request: Request) -> dict[str, int]:
        with suppress(ClientDisconnect):
            async for chunk in request.stream():
                self.read += len(chunk)
                await self.reading.wait()
        return {"read": self.read}

    def request(self, *_: object) -> None:
        """What is counted of a refusal, in the place of the metrics."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        loop = asyncio.get_running_loop()
        config = Config(self.app, log_config=None)
        config.load()
        guard = Guard(per_client=10, total=10)

        def make() -> Connection:
            self.made.append(Connection(config, ServerState(), {}, loop, guard=guard))
            return self.made[-1]

        async with await loop.create_server(make, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                async with asyncio.timeout(60):
                    yield reader, writer
            finally:
                writer.close()
                await writer.wait_closed()
                for connection in self.made:
                    connection.transport.abort()
                await asyncio.sleep(0)

    async def until(self, condition: Callable[[], object]) -> None:
        while not condition():  # noqa: ASYNC110  # of the connection, which tells nobody
            await asyncio.sleep(0.01)


def head(size: int) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % size


@pytest.mark.filterwarnings("ignore:websockets")
def test_an_upload_is_not_refused_for_what_the_service_did_not_read() -> None:
    """While we do not read, nothing is held against its caller: neither its pace nor its size."""

    async def run() -> bytes:
        upload, size = Upload(), 8 * MIB
        async with upload.open() as (reader, writer):
            upload.reading.set()
            writer.write(head(size) + b"#" * (4 * MIB))
            await writer.drain()
            await upload.until(lambda: upload.read == 4 * MIB)
            (connection,) = upload.made
            upload.reading.clear()
            writer.write(b"#" * (4 * MIB))
            await upload.until(lambda: connection.flow.read_paused)
            connection.check(connection.loop.time() + 3_600)
            upload.reading.set()
            await writer.drain()
            return await reader.readuntil(b"}")

    assert asyncio.run(run()).endswith(b'{"read":%d}' % (8 * MIB))


@pytest.mark.filterwarnings("ignore:websockets")
def test_what_came_fast_at_first_gives_no_credit_for_later() -> None:
    """R6: a body that stalls is refused ten seconds later, however much of it is there."""

    async def run() -> bytes:
        upload = Upload()
        upload.reading.set()
        async with upload.open() as (reader, writer):
            writer.write(head(9 * MIB) + b"#" * (8 * MIB))
            await writer.drain()
            await upload.until(lambda: upload.read == 8 * MIB)
            (connection,) = upload.made
            now = connection.loop.time()
            for second in range(int(BODY_S)):
                connection.check(now + second)
            assert connection._refusal is None
            connection.check(now + BODY_S + 2)
            return await reader.readuntil(b"\r\n\r\n")

    assert asyncio.run(run()).startswith(b"HTTP/1.1 408 ")


@pytest.mark.filterwarnings("ignore:websockets")
@pytest.mark.parametrize(("pace", "refused"), [(RATE + 24, False), (RATE - 24, True)])
def test_a_body_keeps_its_pace_or_is_refused(pace: int, refused: bool) -> None:
    """R6: to two in a hundred, over ten minutes."""

    async def run() -> Any:
        upload = Upload()
        upload.reading.set()
        async with upload.open() as (_, writer):
            writer.write(head(9 * MIB))
            await upload.until(lambda: upload.made and not upload.made[0]._in_head)
            (connection,) = upload.made
            now = connection._since
            for second in range(1, 601):
                connection._body += pace
                connection.check(now + second)
            return connection._refusal

    found = asyncio.run(run())
    assert (found is not None) == refused
    assert not refused or found.status == 408

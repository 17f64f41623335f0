"""The supervisor: worker processes, a deadline on each request, a kill when it passes.

A request is answered whole or ends in an error; a worker that was killed or died is replaced
before the next request needs it. Nothing here parses or evaluates what came from outside.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from ogpgraph.errors import (
    Busy,
    MalformedQuery,
    QueryCrashed,
    QueryTimeout,
    ResultTooLarge,
    Unavailable,
)
from ogpgraph.workers.frames import Head, read_frame, write_frame

_START = 10.0
"""Seconds that a worker gets to be ready."""
_RECYCLE = 500
"""Requests after which a worker is replaced."""
_WAITING = 64
"""Requests that may wait for a worker; one more is told to come back."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker may take: MiB of memory, rows of an answer; whether it has the network."""

    memory_mib: int = 1024
    rows: int = 10_000
    network: bool = False


@dataclass(slots=True)
class _Worker:
    """One process and how often it was used."""

    process: subprocess.Popen[bytes]
    isolated: bool
    used: int = 0

    @property
    def requests(self) -> BinaryIO:
        return cast("BinaryIO", self.process.stdin)

    @property
    def replies(self) -> BinaryIO:
        return cast("BinaryIO", self.process.stdout)

    def kill(self) -> None:
        """End it at once and reap it."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.requests, self.replies):
            with suppress(OSError):
                stream.close()


@dataclass
class Pool:
    """A lane: a fixed number of workers for one class of requests."""

    size: int
    limits: Limits
    kills: Counter[str] = field(default_factory=Counter)
    """How many workers ended, by reason: timeout, crash, recycled."""

    def __post_init__(self) -> None:
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._waiting = threading.Semaphore(self.size + _WAITING)
        self._closed = False
        for _ in range(self.size):
            self._idle.put(None)

    def run(self, head: Head, body: bytes, *, timeout: float) -> bytes:
        """Have a worker answer one request.

        Args:
            head: the request, see `child`.
            body: its text.
            timeout: seconds from now, waiting for a worker included.

        Raises:
            QueryTimeout, QueryCrashed, ResultTooLarge, MalformedQuery, Unavailable, Busy.
        """
        deadline = time.monotonic() + timeout
        if not self._waiting.acquire(blocking=False):
            raise Busy("Too many queries are waiting; try again in a moment.", retry_after=2)
        try:
            with self._leased(deadline, timeout) as worker:
                reply = self._ask(worker, head, body, deadline, timeout)
        finally:
            self._waiting.release()
        return _answer(reply)

    def isolated(self) -> bool:
        """Whether workers are without network: one is started if none is there."""
        with self._leased(time.monotonic() + _START, _START) as worker:
            return worker.isolated

    def close(self) -> None:
        """End every worker that is idle; those in use end when they are given back."""
        self._closed = True
        with suppress(queue.Empty):
            while True:
                worker = self._idle.get_nowait()
                if worker is not None:
                    worker.kill()

    @contextmanager
    def _leased(self, deadline: float, timeout: float) -> Iterator[_Worker]:
        """A worker for one request; it goes back unless it ended."""
        try:
            worker = self._idle.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty as error:
            raise Busy(f"No query worker was free within {timeout:g} s.", retry_after=2) from error
        try:
            worker = worker or self._start()
            worker.used += 1
            yield worker
        except BaseException:
            self._idle.put(None)
            if worker is not None:
                worker.kill()
            raise
        if self._closed or worker.used >= _RECYCLE:
            worker.kill()
            self.kills["recycled"] += 1
            worker = None
        self._idle.put(worker)

    def _start(self) -> _Worker:
        limits = self.limits
        network = "network" if limits.network else "isolated"
        command = [sys.executable, "-m", "ogpgraph.workers.child", str(limits.memory_mib)]
        process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            [*command, network, str(limits.rows)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"MALLOC_ARENA_MAX": "2", "PYTHONPATH": ":".join(filter(None, sys.path))},
        )
        worker = _Worker(process, isolated=False)
        frame = self._within(worker, time.monotonic() + _START, lambda: None)
        if frame is None:
            worker.kill()
            raise Unavailable("A query worker could not be started.")
        worker.isolated = bool(frame[0].get("isolated"))
        return worker

    def _ask(
        self, worker: _Worker, head: Head, body: bytes, deadline: float, timeout: float
    ) -> tuple[Head, bytes]:
        """One exchange; a worker that is late is killed, and so is one that broke off."""
        frame = self._within(worker, deadline, lambda: write_frame(worker.requests, head, body))
        if frame is not None:
            return frame
        if time.monotonic() >= deadline:
            self.kills["timeout"] += 1
            raise QueryTimeout(f"The query took longer than {timeout:g} s.", limit_s=timeout)
        self.kills["crash"] += 1
        raise QueryCrashed(
            "The query ended its worker: it is nested too deep or needs more than "
            f"{self.limits.memory_mib} MiB of memory."
        )

    @staticmethod
    def _within(
        worker: _Worker, deadline: float, send: Callable[[], None]
    ) -> tuple[Head, bytes] | None:
        """Send and read the reply; None if the worker ended or had to be killed first."""
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), worker.process.kill)
        timer.daemon = True
        timer.start()
        try:
            send()
            return read_frame(worker.replies)
        except OSError:  # a pipe that broke: the worker has gone
            return None
        finally:
            timer.cancel()


def _answer(reply: tuple[Head, bytes]) -> bytes:
    head, body = reply
    error = head.get("error")
    if error is None:
        return body
    if error == "syntax":
        raise MalformedQuery.at(str(head["reason"]))
    if error == "large":
        limit, unit = int(head["limit"]), head["unit"]
        raise ResultTooLarge(
            f"The answer has more than {limit} {unit}; add a LIMIT or ask for less.", limit=limit
        )
    raise Unavailable("The query could not be evaluated.")


def counts(lanes: Mapping[str, Pool]) -> dict[str, dict[str, int]]:
    """How many workers ended in each lane, by reason."""
    return {name: dict(pool.kills) for name, pool in lanes.items()}

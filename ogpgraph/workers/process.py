"""One worker process, seen from outside: start it, ask it, kill it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from ogpgraph.workers.frames import LENGTHS, MAX_BODY, MAX_HEAD, Head, packed


@dataclass(frozen=True, slots=True)
class Limits:
    """What one worker may take.

    MiB of memory, rows of an answer, whether it has the network, how far it steps back behind
    other processes (0 to 19), and MiB of a file that it writes.
    """

    memory_mib: int = 1024
    rows: int = 10_000
    network: bool = False
    niceness: int = 5
    file_mib: int = 1


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker runs.

    Its module, started as `python -m`; what it is told first, before any request; how many
    seconds it gets until it is ready; and how many bytes of body a reply may have.
    """

    module: str
    first: tuple[Head, bytes] | None = None
    start: float = 10.0
    body: int = MAX_BODY


QUERIES = Program("ogpgraph.workers.child")
"""Evaluates queries."""


class Worker:
    """A process that one thread at a time speaks to, and any may kill.

    Time limits are held by the thread that waits for the answer, so nothing can come to kill
    the process once it has answered.
    """

    def __init__(self, limits: Limits, program: Program = QUERIES) -> None:
        """Start it, without waiting until it is ready.

        It dies with the *thread* that starts it (Linux means the thread by “parent” here).

        Raises:
            OSError: there is no process or descriptor to be had.
        """
        ours, theirs = socket.socketpair()
        self._channel = ours
        self._program = program
        told = json.dumps({**asdict(limits), "parent": os.getpid()})
        paths = (str(Path(path).absolute()) for path in sys.path if path)
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                # -P: no module is taken from the folder that the service happens to run in
                [sys.executable, "-P", "-m", program.module, told],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                env={"MALLOC_ARENA_MAX": "2", "PYTHONPATH": os.pathsep.join(paths)},
                process_group=0,  # Ctrl-C is for the service, which lets it finish
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self.isolated = False
        self.used = 0

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def begin(self) -> bool:
        """Wait until it is ready, told what it is to be told first; whether it is, in time."""
        deadline = time.monotonic() + self._program.start
        try:
            head, _ = self._receive(deadline)
            if self._program.first is not None:
                self._send(*self._program.first, deadline)
                self._receive(deadline)
        except (OSError, EOFError, ValueError):
            return False
        self.isolated = bool(head.get("isolated"))
        return True

    def ask(self, head: Head, body: bytes, deadline: float) -> tuple[Head, bytes]:
        """One exchange. After any exception the process is of no more use.

        Args:
            head: the request, see its program.
            body: its text.
            deadline: monotonic time by which the whole reply must be here.

        Raises:
            TimeoutError: it is not.
            EOFError, OSError, ValueError: the process ended, or made no sense.
        """
        self.used += 1
        self._send(head, body, deadline)
        return self._receive(deadline)

    def alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once. A thread that waits for its answer gets an EOFError."""
        with suppress(OSError):
            self._process.kill()

    def hang_up(self) -> None:
        """Close our end; to be called by the thread that has the worker, and no other."""
        self._channel.close()

    def returncode(self, within: float) -> int | None:
        """How it ended; None if it has not within so many seconds. This also reaps it."""
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            return None

    def _send(self, head: Head, body: bytes, deadline: float) -> None:
        self._channel.settimeout(_left(deadline))
        self._channel.sendall(packed(head, body))

    def _receive(self, deadline: float) -> tuple[Head, bytes]:
        head_size, body_size = LENGTHS.unpack(self._exactly(LENGTHS.size, deadline))
        if head_size > MAX_HEAD or body_size > self._program.body:
            raise ValueError("a reply over every limit")
        content = self._exactly(head_size + body_size, deadline)
        return json.loads(bytes(content[:head_size])), bytes(content[head_size:])

    def _exactly(self, size: int, deadline: float) -> memoryview:
        content = memoryview(bytearray(size))
        done = 0
        while done < size:
            self._channel.settimeout(_left(deadline))
            count = self._channel.recv_into(content[done:])
            if not count:
                raise EOFError
            done += count
        return content


def _left(deadline: float) -> float:
    """Seconds until a monotonic time.

    Raises:
        TimeoutError: there are none.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

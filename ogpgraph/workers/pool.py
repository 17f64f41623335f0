"""The supervisor: worker processes, a deadline on each request, a kill when it passes.

A request is answered whole or ends in an error; a worker that was killed or died is replaced in
the background. Nothing here parses or evaluates what came from outside.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass, field

from ogpgraph.errors import Busy, Unavailable
from ogpgraph.workers.cancel import Cancel, Cancelled
from ogpgraph.workers.frames import Head
from ogpgraph.workers.pace import Pace
from ogpgraph.workers.process import QUERIES, Limits, Program, Worker

__all__ = ["Crashed", "Late", "Limits", "OutOfMemory", "Pool", "Program", "State", "counts"]

_RECYCLE = 5_000
"""Requests after which a worker is replaced."""
_RESIDENT = 300 * 1024 * 1024
"""Bytes of memory in use after a request over which a worker is replaced."""
_LOOK = 1.0
"""Seconds between looks at whether idle workers are alive."""
_REAP = 0.02
"""Seconds between looks at whether killed workers have ended."""
_END = 2.0
"""Seconds that a worker which broke off gets to end, so that its reason is known."""

_GONE = "Nobody waits for the answer any more."
_STOPPING = "The service is stopping."
_NO_START = "A worker could not be started; try again in a moment."


class Late(Exception):
    """The whole answer was not there within `limit_s` seconds; its worker was killed."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"not within {limit_s:g} s")
        self.limit_s = limit_s


class OutOfMemory(Exception):
    """The worker could not have the memory that it asked for: more than `limit_mb` MiB."""

    def __init__(self, limit_mb: int) -> None:
        super().__init__(f"more than {limit_mb} MiB")
        self.limit_mb = limit_mb


class Crashed(Exception):
    """The worker ended in the middle of the request, e.g. by an overflow of its stack."""


@dataclass(frozen=True, slots=True)
class State:
    """What a pool is at: processes that live, those that are idle, requests that wait."""

    size: int
    alive: int
    idle: int
    waiting: int
    isolated: bool
    """Whether every worker is without network."""
    processes: tuple[int, ...]
    """The ids of those that live."""
    ended: Mapping[str, int]
    """How many workers ended, by reason."""


@dataclass
class Pool:
    """A lane: a fixed number of workers for one class of requests.

    The workers are started and reaped by a thread of the pool, which lives as long: a worker
    dies with the thread that started it, and threads that requests run on come and go.
    """

    size: int
    limits: Limits
    waiting: int = 64
    """Requests that may wait for a worker; one more is told to come back."""
    kills: Counter[str] = field(default_factory=Counter)
    """How many workers ended, by reason: timeout, memory, crash, cancelled, recycled, start."""
    program: Program = QUERIES
    """What the workers are."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._workers: set[Worker] = set()
        self._ready: set[Worker] = set()
        self._idle: list[Worker] = []
        self._queue: deque[Future[Worker]] = deque()
        self._ended: list[Worker] = []
        self._pace = Pace(self.size)
        self._closed = False
        self._keeper = threading.Thread(target=self._keep, name="ogpgraph-workers", daemon=True)
        self._keeper.start()

    def run(
        self,
        head: Head,
        body: bytes,
        *,
        timeout: float,
        since: float | None = None,
        cancel: Cancel | None = None,
        patience: float | None = None,
    ) -> tuple[Head, bytes]:
        """Have a worker answer one request: head and body of its reply, which may tell of an error.

        Args:
            head: the request, see the program of the workers.
            body: its text.
            timeout: seconds, waiting for a worker included unless `patience` is given.
            since: monotonic time from which they count; now without it.
            cancel: set by another thread when the answer is no longer wanted.
            patience: seconds to wait for a worker; `timeout` then counts from having it.

        Raises:
            Late, OutOfMemory, Crashed, Busy, Unavailable: this request; the pool.
        """
        began = time.monotonic() if since is None else since
        cancel = cancel or Cancel()
        wait = timeout if patience is None else patience
        worker = self._lease(began + wait, wait, cancel)
        deadline = (began if patience is None else time.monotonic()) + timeout
        if time.monotonic() >= deadline:  # before it was asked: it is as good as it was
            self._give_back(worker, None)
            raise Late(timeout)
        try:
            with cancel.stopping(worker.kill), cancel.working():
                reply, content = worker.ask(head, body, deadline)
        except Cancelled as error:  # before it was asked
            self._give_back(worker, None)
            raise Unavailable(_GONE) from error
        except TimeoutError as error:
            self._discard(worker, "timeout")
            raise Late(timeout) from error
        except (EOFError, OSError, ValueError) as error:
            raise self._broken_off(worker, cancel) from error
        except BaseException:
            self._discard(worker, "crash")
            raise
        self._give_back(worker, _worn(worker, reply, cancel))
        return reply, content

    def isolated(self) -> bool:
        """Whether workers are without network; waits for one if none is ready yet."""
        deadline = time.monotonic() + self.program.start
        with self._changed:
            while not (self._ready or self._closed) and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            return bool(self._ready) and all(worker.isolated for worker in self._ready)

    def state(self) -> State:
        """What the pool is at now: a worker that has just died is not counted as alive."""
        with self._lock:
            alive = {worker for worker in self._ready if worker.alive()}
            return State(
                size=self.size,
                alive=len(alive),
                idle=len(alive.intersection(self._idle)),
                waiting=len(self._queue),
                isolated=bool(alive) and all(worker.isolated for worker in alive),
                processes=tuple(sorted(worker.pid for worker in alive)),
                ended=dict(self.kills),
            )

    def close(self) -> None:
        """End every worker, those in use too: their requests are told that the service stops."""
        with self._changed:
            self._closed = True
            workers, idle = [*self._workers, *self._ended], list(self._idle)
            self._idle.clear()
            self._refuse_waiting(_STOPPING)
            self._changed.notify_all()
        for worker in workers:
            worker.kill()
        self._keeper.join()
        for worker in workers:
            worker.returncode(_END)
        for worker in idle:
            worker.hang_up()

    def _lease(self, deadline: float, timeout: float, cancel: Cancel) -> Worker:
        """A worker for one request, in the order of arrival."""
        with self._lock:
            worker = self._take()
            if worker is not None:
                return worker
            if len(self._queue) >= self.waiting:
                raise Busy("Too much is waiting; try again in a moment.", retry_after=2)
            place: Future[Worker] = Future()
            self._queue.append(place)
        try:
            with cancel.stopping(place.cancel):
                return place.result(max(0.0, deadline - time.monotonic()))
        except (TimeoutError, Cancelled, CancelledError) as error:
            if not place.cancel():  # a worker came at the same moment
                self._give_back(place.result(), None)
            if cancel.done:
                raise Unavailable(_GONE) from error
            raise Busy(f"No worker was free within {timeout:g} s.", retry_after=2) from error
        finally:
            with self._lock, suppress(ValueError):
                self._queue.remove(place)

    def _take(self) -> Worker | None:
        """The idle worker that was used last, if there is one. The lock is held."""
        if self._closed:
            raise Unavailable(_STOPPING)
        while self._idle:
            worker = self._idle.pop()
            if worker.alive():
                return worker
            self._lose(worker, "crash")
        if not self._ready and self._pace.failures:
            raise Unavailable(_NO_START)
        return None

    def _give_back(self, worker: Worker, worn: str | None) -> None:
        """Let the next request have a worker, unless it is worn: then it ends, for that reason."""
        if worn is None:
            with self._lock:
                if not self._closed:
                    self._offer(worker)
                    return
        self._discard(worker, worn or "closed")

    def _offer(self, worker: Worker) -> None:
        """To the request that has waited longest, else it is idle. The lock is held."""
        while self._queue:
            place = self._queue.popleft()
            if place.set_running_or_notify_cancel():
                place.set_result(worker)
                return
        self._idle.append(worker)

    def _refuse_waiting(self, message: str) -> None:
        while self._queue:
            place = self._queue.popleft()
            if place.set_running_or_notify_cancel():
                place.set_exception(Unavailable(message))

    def _discard(self, worker: Worker, reason: str) -> None:
        """End a worker that this thread has."""
        worker.kill()
        with self._lock:
            self._lose(worker, reason)

    def _lose(self, worker: Worker, reason: str) -> None:
        """Count a worker that has ended or will at once. The lock is held."""
        worker.hang_up()
        self._workers.discard(worker)
        self._ready.discard(worker)
        if not self._closed:
            self.kills[reason] += 1
            self._ended.append(worker)
            self._changed.notify_all()

    def _broken_off(self, worker: Worker, cancel: Cancel) -> Exception:
        """Why a worker ended in the middle of a request, by how it ended."""
        worker.kill()  # one that made no sense; how one ended that has is not changed by it
        code = worker.returncode(_END)
        if cancel.done or self._closed:
            self._discard(worker, "cancelled")
            return Unavailable(_GONE if cancel.done else _STOPPING)
        if code == -signal.SIGABRT:  # the engine's allocator gives up
            self._discard(worker, "memory")
            return OutOfMemory(self.limits.memory_mib)
        self._discard(worker, "crash")
        return Crashed("it ended")

    def _keep(self) -> None:
        """The pool's own thread: start what is missing, reap what has ended."""
        while self._sleep():
            self._reap()
            self._refill()

    def _sleep(self) -> bool:
        """Until there may be something to do; whether the pool is still open."""
        with self._changed:
            pause = _REAP if self._ended else _LOOK
            if len(self._workers) < self.size:
                pause = min(pause, self._pace.pause(time.monotonic()))
            if pause > 0 and not self._closed:
                self._changed.wait(pause)
            return not self._closed

    def _reap(self) -> None:
        with self._lock:
            for worker in [one for one in self._idle if not one.alive()]:
                self._idle.remove(worker)
                self._lose(worker, "crash")
            self._ended = [worker for worker in self._ended if worker.alive()]

    def _refill(self) -> None:
        """Start what is missing, as far as the pace allows."""
        begun = []
        while len(self._workers) < self.size and not self._pace.pause(time.monotonic()):
            self._pace.started(time.monotonic())
            try:
                worker = Worker(self.limits, self.program)
            except OSError:  # no process, no descriptor
                self._pace.failed(time.monotonic())
                break
            begun.append(worker)
            with self._lock:
                self._workers.add(worker)
                if self._closed:
                    worker.kill()
        for worker in begun:
            self._welcome(worker)
        with self._lock:
            if self._pace.failures and not self._ready:
                self._refuse_waiting(_NO_START)

    def _welcome(self, worker: Worker) -> None:
        good = worker.begin()
        with self._lock:
            if good and not self._closed:
                self._ready.add(worker)
                self._pace.worked()
                self._offer(worker)
                self._changed.notify_all()
                return
            if not self._closed:
                self._pace.failed(time.monotonic())
        self._discard(worker, "start")
        worker.returncode(_END)


def _worn(worker: Worker, reply: Head, cancel: Cancel) -> str | None:
    """Why a worker that has answered should not answer again; None if it may."""
    if cancel.done:  # it may have been killed
        return "cancelled"
    resident = int(reply.get("rss", 0))
    return "recycled" if worker.used >= _RECYCLE or resident > _RESIDENT else None


def counts(lanes: Mapping[str, Pool]) -> dict[str, dict[str, int]]:
    """How many workers ended in each lane, by reason."""
    return {name: dict(pool.state().ended) for name, pool in lanes.items()}

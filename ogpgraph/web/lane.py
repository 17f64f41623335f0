"""The public lane: the way of a query from outside through meter, gate and worker.

Its queries wait on threads of their own, none of those that REST and pages use, and a caller
that hangs up takes its query along.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable
from traceback import clear_frames

from anyio import CapacityLimiter, create_task_group, to_thread
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from ogpgraph.errors import (
    Busy,
    NotAcceptable,
    NotFound,
    OgpGraphError,
    QueryCrashed,
    QueryDenied,
    QueryMemory,
    QueryTimeout,
    TooManyRequests,
    Unavailable,
    UnsupportedMediaType,
)
from ogpgraph.gate import inspect
from ogpgraph.service import Service
from ogpgraph.web.client import client_of
from ogpgraph.web.context import service_of
from ogpgraph.web.denied import Denied
from ogpgraph.web.meter import Budget, Meter, Ticket
from ogpgraph.web.metrics import Metrics
from ogpgraph.web.problems import slug_of
from ogpgraph.workers.cancel import Cancel

_GRAPHS = 4
"""Whole graphs that are read at once; one more is told to come back."""
_THREADS = 24
"""Queries that are evaluated or wait for a worker at most; one more is told to come back."""


class Lane:
    """What the queries from outside share in one application."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        settings = service.settings
        self._metrics = metrics
        self._threads = CapacityLimiter(_THREADS)
        self.graphs = CapacityLimiter(_GRAPHS)
        """Threads for whole graphs: fewer than there are for pages."""
        self._reading = threading.Lock()
        self._allowed = settings.service_allow
        self._trusted = settings.trusted_proxies
        self._denied = Denied()
        self._meter = Meter(
            Budget(settings.client_seconds, settings.client_errors, settings.client_parallel)
        )

    async def metered(
        self, request: Request, answer: Callable[[Request, Ticket], Awaitable[Response]]
    ) -> Response:
        """Answer one request within its client's budget, and charge it.

        Raises:
            TooManyRequests: there is nothing left.
        """
        client = client_of(request, self._trusted)
        try:
            ticket = self._meter.admit(client)
        except TooManyRequests as error:
            request.state.fields = self._meter.fields(client)
            self._metrics.throttled(error.budget)
            self._metrics.query(slug_of(error), None)
            raise
        outcome = "cancelled"
        try:
            response = await answer(request, ticket)
        except OgpGraphError as error:
            ticket.failed, outcome = _is_fault_of_caller(error), slug_of(error)
            raise
        except ClientDisconnect:
            raise
        except Exception:
            outcome = "internal"
            raise
        else:
            outcome = "answered"
        finally:
            self._metrics.query(outcome, ticket.spent)
            request.state.fields = fields = self._meter.settle(ticket)
        response.headers.update(fields)
        return response

    async def run(
        self,
        request: Request,
        ticket: Ticket,
        work: Callable[[Cancel], Response],
        threads: CapacityLimiter | None = None,
    ) -> Response:
        """Do work on a thread of the lane, or of others, for as long as the caller waits for it.

        Raises:
            Busy: all threads are taken.
            ClientDisconnect: the caller has gone; its query has been stopped.
        """
        threads = threads or self._threads
        if threads.borrowed_tokens >= threads.total_tokens:
            raise Busy("Too much is waiting here; try again in a moment.", retry_after=2)
        cancel = Cancel()
        async with create_task_group() as tasks:
            tasks.start_soon(_watch, request, cancel)
            outcome = await to_thread.run_sync(_outcome, work, cancel, limiter=threads)
            tasks.cancel_scope.cancel()
        ticket.spent = cancel.spent
        if cancel.began is not None:
            ticket.spent = time.monotonic() - cancel.began
        if isinstance(outcome, Response):
            return outcome
        if cancel.done:
            raise ClientDisconnect
        raise outcome

    def replayed(self, request: Request, asked: str) -> dict[str, str] | None:
        """Charge a query whose answer is at hand as little as any costs.

        Args:
            request: of the query.
            asked: the digest of what it is known by.

        Returns:
            The header fields that tell the client what is left; None if it is to be refused.
        """
        if self._denied.has(asked):
            return None
        try:
            ticket = self._meter.admit(client_of(request, self._trusted))
        except TooManyRequests:
            return None
        self._metrics.query("answered", None)
        return self._meter.settle(ticket)

    def inspect(self, text: str, whole: str) -> None:
        """Look through a query; one at a time, so that many large ones leave time for others.

        Args:
            text: SPARQL.
            whole: what it is known by: with the graphs that it is asked of.

        Raises:
            OgpGraphError: see `gate.inspect` and `Denied.check`.
        """
        with self._reading:
            try:
                self._denied.check(whole)
                inspect(text, service_allow=self._allowed)
            except QueryDenied:
                self._metrics.denied()
                raise
            except OgpGraphError as error:
                self._metrics.refused(slug_of(error))
                raise

    def deny(self, whole: str, error: OgpGraphError) -> None:
        """Remember a query that ended its worker, if that is what the error says."""
        if isinstance(error, QueryCrashed | QueryMemory):
            self._denied.add(whole)


def lane_of(request: Request) -> Lane:
    """The lane of the application, made with the first query; called on the event loop only."""
    state = _app(request).state
    if not hasattr(state, "lane"):
        state.lane = Lane(service_of(request), state.metrics)
    lane = state.lane
    assert isinstance(lane, Lane)
    return lane


def _app(request: Request) -> FastAPI:
    app = request.app
    assert isinstance(app, FastAPI)
    return app


async def _watch(request: Request, cancel: Cancel) -> None:
    """Stop the query when its caller hangs up; what else the caller sends is dropped."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    cancel.set()


def _outcome(work: Callable[[Cancel], Response], cancel: Cancel) -> Response | Exception:
    """The response, or the error as a value: a task group would wrap it."""
    try:
        return work(cancel)
    except OgpGraphError as error:  # the engine's answers may only be dropped on this thread
        for one in (error, error.__cause__):
            clear_frames(one.__traceback__ if one else None)
        return error
    except Exception as error:  # noqa: BLE001  # raised again by the one who waits
        return error


def _is_fault_of_caller(error: OgpGraphError) -> bool:
    """Whether an error counts as a failed query of the caller.

    Not those of a service with its hands full, nor of a media type that is not spoken here or a
    graph that is not there: a client that tries what there is, as conformance suites do, does no
    harm by it.
    """
    own = QueryTimeout | QueryMemory | QueryCrashed
    others = Unavailable | NotAcceptable | NotFound | UnsupportedMediaType
    return isinstance(error, own) or not isinstance(error, others)

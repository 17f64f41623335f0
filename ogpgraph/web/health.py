"""Whether the process lives, and whether it is fit to be asked: for those who watch over it."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from ogpgraph.errors import OgpGraphError
from ogpgraph.formats import JSON
from ogpgraph.service import Service
from ogpgraph.store.base import boolean
from ogpgraph.store.remote import RemoteStore
from ogpgraph.web import operations, schemas
from ogpgraph.web.context import service_of
from ogpgraph.web.problems import problem

_FREE_SHARE, _FREE_BYTES = 0.10, 1024**3
"""Of the file system of the home: so much, or so many bytes, must be free."""
_REMOTE_S = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as it must be, and what was found."""

    ok: bool
    value: float | str | bool | None


def install(app: FastAPI) -> None:
    """Add the routes."""
    live, ready = schemas.record({"status": {"const": "live"}}), schemas.health()
    for path, answer, schema, statuses, *words in (
        ("/health/live", _live, live, (), "El proceso responde", "The process answers"),
        ("/health/ready", _ready, ready, (503,), "Responde consultas", "Queries are answered"),
    ):
        found = operations.sent(JSON, tagged=False, json=schema)
        app.get(
            path,
            summary=operations.both(*words),
            tags=["health"],
            response_class=Response,
            openapi_extra={"responses": {"200": found, **operations.problems(*statuses)}},
        )(answer)
    app.state.health_threads = CapacityLimiter(2)


async def _live() -> Response:
    return JSONResponse({"status": "live"}, headers={"Cache-Control": "no-store"})


async def _ready(request: Request) -> Response:
    service = service_of(request)
    threads = request.app.state.health_threads  # those of other requests may all be taken
    found = await to_thread.run_sync(checks, service, limiter=threads)
    body = {
        "version": found["dataset"].value,
        "checks": {name: asdict(check) for name, check in found.items()},
    }
    failed = [name for name, check in found.items() if not check.ok]
    if failed:
        detail = f"Not ready: {', '.join(failed)}."
        return problem(request, 503, "not-ready", detail, members=body)
    return JSONResponse({"status": "ready", **body}, headers={"Cache-Control": "no-store"})


def checks(service: Service) -> dict[str, Check]:
    """Everything that must hold, by name; nothing here waits for a query worker."""
    found = {
        "dataset": Check(service.sequence > 0, service.sequence),
        "ledger": _ledger(service),
        "writer": _writer(service),
        "disk": _disk(service.settings.home),
    }
    if state := service.snapshots():
        age = "owed" if state.owed else round(state.age, 1)
        found["snapshot"] = Check(not state.owed, age)
    for name, pool in service.lanes().items():
        lane = pool.state()
        found[f"workers-{name}"] = Check(lane.alive > 0, lane.alive)
        if name == "public":  # told, not asked for: some machines have no such means
            found["isolation"] = Check(True, lane.isolated)
    return found


def _ledger(service: Service) -> Check:
    """Whether the store holds what the ledger says."""
    return Check(service.equal, "equal" if service.equal else "differs")


def _writer(service: Service) -> Check:
    """Whether this process is the one that may write; of another engine, whether it answers."""
    if not isinstance(service.store, RemoteStore):
        return Check(True, "held")  # a home cannot be open without the lock of its store
    try:
        boolean(service.store.query("ASK {}", timeout=_REMOTE_S))
    except OgpGraphError:
        return Check(False, "remote, no answer")
    return Check(True, "remote")


def _disk(home: Path) -> Check:
    """The share of the home's file system that is free."""
    try:
        found = os.statvfs(home)
    except OSError:
        return Check(False, None)
    free, size = found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
    share = free / size if size else 0.0
    return Check(share > _FREE_SHARE or free > _FREE_BYTES, round(share, 3))

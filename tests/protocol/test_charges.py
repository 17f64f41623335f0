"""Q15: what the validation of a document costs its client: the time that workers were at it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.errors import Busy, OgpGraphError, ValidationTimeout
from ogpgraph.report import Report
from ogpgraph.service import Service
from ogpgraph.web.app import create_app
from ogpgraph.web.meter import COST
from ogpgraph.workers.cancel import Cancel

WORK_S, WAIT_S = 0.2, 0.7
BURST = 120.0


@dataclass
class Trial:
    """Is at work twice, and waits in between: for a worker that somebody else has."""

    end: OgpGraphError | None

    def check(self, content: bytes, media_type: str, *, name: str, cancel: Cancel) -> Report:
        with cancel.working():
            time.sleep(WORK_S)
        time.sleep(WAIT_S)
        with cancel.working():
            time.sleep(WORK_S)
            if self.end:
                raise self.end
        return Report(())


@dataclass
class Waiting:
    """Waits for a worker in vain."""

    def check(self, content: bytes, media_type: str, *, name: str, cancel: Cancel) -> Report:
        time.sleep(WAIT_S)
        raise Busy("No worker was free.", retry_after=2)


Charged = Callable[[object], tuple[int, float, float]]


@pytest.fixture
def charged(
    empty_service: Service,
    monkeypatch: pytest.MonkeyPatch,
    client_of: Callable[[FastAPI], httpx.Client],
) -> Charged:
    """Posts a document to a trial: the status, seconds that it took, and seconds charged."""
    service = empty_service
    settings = replace(service.settings, client_seconds=BURST / 2)
    monkeypatch.setattr(service, "settings", settings)
    app = create_app(service)
    client = client_of(app)

    def post(trial: object) -> tuple[int, float, float]:
        monkeypatch.setattr(service, "trial", trial)
        before = time.monotonic()
        headers = {"Content-Type": "text/turtle"}
        answer = client.post("/shacl/validate", content=b"", headers=headers)
        took = time.monotonic() - before
        (account,) = app.state.lane._meter._accounts.values()
        return answer.status_code, took, BURST - account.seconds.level + COST

    return post


@pytest.mark.parametrize(
    ("end", "status"), [(None, 200), (ValidationTimeout("Too long.", limit_s=60.0), 503)]
)
def test_the_time_at_work_is_charged_and_not_the_wait_between(
    charged: Charged, end: OgpGraphError | None, status: int
) -> None:
    found, took, cost = charged(Trial(end))
    assert found == status
    assert 2 * WORK_S <= cost <= took - WAIT_S + COST


def test_who_waited_in_vain_is_charged_the_least(charged: Charged) -> None:
    status, _, cost = charged(Waiting())
    assert status == 503
    assert cost <= 2 * COST


MALFORMED, NOT_ACCEPTABLE = (
    {"params": {"query": "ASK"}},
    {"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}},
)
UNSUPPORTED = {"content": b"ASK {}", "headers": {"Content-Type": "text/plain"}}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "failed"),
    [
        ("GET", "/sparql", MALFORMED, 400, 1),
        ("GET", "/sparql", NOT_ACCEPTABLE, 406, 0),
        ("POST", "/sparql", UNSUPPORTED, 415, 0),
        ("QUERY", "/sparql", UNSUPPORTED, 415, 0),
        ("POST", "/shacl/validate", UNSUPPORTED, 415, 0),
        ("POST", "/shacl/validate", {"headers": {"Accept": "image/png"}}, 406, 0),
    ],
)
def test_a_media_type_that_is_not_spoken_is_no_failed_query(
    empty_service: Service,
    client_of: Callable[[FastAPI], httpx.Client],
    method: str,
    path: str,
    sent: dict[str, Any],
    status: int,
    failed: int,
) -> None:
    app = create_app(empty_service)
    answer = client_of(app).request(method, path, **sent)
    assert answer.status_code == status
    (account,) = app.state.lane._meter._accounts.values()
    most = 2 * empty_service.settings.client_errors
    assert round(most - account.errors.level) == failed

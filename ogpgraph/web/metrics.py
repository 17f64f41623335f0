"""What is counted, for Prometheus: the only user of its client, with a registry of our own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import SummaryMetricFamily
from prometheus_client.registry import Collector

from ogpgraph.backup import last_backup
from ogpgraph.errors import Forbidden, NotFound
from ogpgraph.intake.documents import Intake
from ogpgraph.service import Service
from ogpgraph.web.answers import Answers
from ogpgraph.web.client import is_local
from ogpgraph.web.context import service_of
from ogpgraph.workers.pool import Pool

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_REASONS = ("timeout", "memory", "crash", "cancelled", "recycled", "start")


class Metrics:
    """The counters of one application. Any thread may count."""

    def __init__(self, service: Service | None, answers: Answers | None = None) -> None:
        """Make them; the state of the service and of what is kept is read when somebody asks."""
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "ogpgraph_http_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._request_seconds = Histogram(
            "ogpgraph_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._queries = Counter(
            "ogpgraph_queries",
            "Queries from outside, by what came of them: answered, or the slug of the problem.",
            ["outcome"],
            registry=registry,
        )
        self._query_seconds = Histogram(
            "ogpgraph_query_seconds",
            "Seconds that queries from outside were evaluated.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._refusals = Counter(
            "ogpgraph_gate_refusals",
            "Queries that the gate refused, by the slug of the problem.",
            ["slug"],
            registry=registry,
        )
        self._denied = Counter(
            "ogpgraph_queries_denied",
            "Queries refused since the same text had ended a worker.",
            registry=registry,
        )
        self._throttled = Counter(
            "ogpgraph_queries_throttled",
            "Queries refused since their client had used up a budget.",
            ["budget"],
            registry=registry,
        )
        ProcessCollector(registry=registry)
        self._register(service, answers)

    def _register(self, service: Service | None, answers: Answers | None) -> None:
        if service is not None:
            self._registry.register(_State(service))
        if answers is not None:
            self._registry.register(_Cache(answers))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by its method, the template of its route, and its status."""
        key = (method, route, status)
        both = self._children.get(key)
        if both is None:
            known = method if method in _METHODS else "other"
            both = self._requests.labels(known, route, status), self._request_seconds.labels(route)
            if known == method:
                self._children[key] = both
        both[0].inc()
        both[1].observe(seconds)

    def query(self, outcome: str, seconds: float | None) -> None:
        """Count a query from outside, and how long it was evaluated if it was."""
        self._queries.labels(outcome).inc()
        if seconds is not None:
            self._query_seconds.observe(seconds)

    def refused(self, slug: str) -> None:
        """Count a query that the gate refused."""
        self._refusals.labels(slug).inc()

    def denied(self) -> None:
        """Count a query whose text had ended a worker before."""
        self._denied.inc()

    def throttled(self, budget: str) -> None:
        """Count a query of a client that has used up a budget."""
        self._throttled.labels(budget).inc()

    def text(self) -> bytes:
        """All of it, in the text format of Prometheus."""
        return generate_latest(self._registry)


def install(app: FastAPI) -> None:
    """Add `/metrics`."""
    app.get("/metrics", include_in_schema=False)(_metrics)


async def _metrics(request: Request) -> Response:
    allowed = service_of(request).settings.metrics
    if allowed == "off":
        raise NotFound("There are no metrics here.")
    if allowed != "open" and not is_local(request):
        raise Forbidden("Metrics are told to this machine only, and not through a proxy.")
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    return Response(metrics.text(), headers=headers)


class _State(Collector):
    """What the parts of a service are at, read when it is asked."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """The state as metrics."""
        lanes, intake = self._service.lanes(), self._service.intake
        if isinstance(intake, Intake):
            lanes |= intake.lanes()
        visiting = self._service.visiting
        if isinstance(visiting, Intake) and visiting is not intake:
            lanes |= {f"visiting-{name}": pool for name, pool in visiting.lanes().items()}
        if lanes:
            yield from _of_lanes(lanes)
        if snapshots := self._service.snapshots():
            yield _gauge("snapshot_age_seconds", "Seconds since the newest one.", snapshots.age)
            yield _gauge("snapshot_owed", "Whether one could not be made.", snapshots.owed)
        if backup := last_backup(self._service.settings.home):
            age = (datetime.now(UTC) - backup).total_seconds()
            yield _gauge("last_backup_age_seconds", "Seconds since the last backup.", max(0.0, age))
        tally = self._service.tally
        publications = CounterMetricFamily(
            "ogpgraph_publications", "Publications, by what came of them.", labels=["outcome"]
        )
        for outcome, count in tally.outcomes().items():
            publications.add_metric([outcome], count)
        yield publications
        yield SummaryMetricFamily(
            "ogpgraph_publication_seconds",
            "Seconds that publications took.",
            count_value=sum(tally.outcomes().values()),
            sum_value=tally.seconds,
        )
        yield CounterMetricFamily(
            "ogpgraph_shacl_violations",
            "Violations of the shapes in publications that were refused for them.",
            value=tally.violations,
        )


class _Cache(Collector):
    """What came of the cache, read when it is asked."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def collect(self) -> Iterator[Metric]:
        """The state as metrics."""
        kept = self._answers
        for name, about, count in (
            ("hits", "Answers given from the cache, whole or as 304.", kept.hits),
            ("misses", "Answers of read routes that the cache had not.", kept.misses),
            ("evictions", "Answers that had to leave for others of the edition.", kept.evictions),
        ):
            yield CounterMetricFamily(f"ogpgraph_cache_{name}", about, value=count)
        yield _gauge("cache_bytes", "Bytes that the cache holds.", kept.bytes)
        yield _gauge("cache_entries", "Answers that the cache holds.", len(kept))


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"ogpgraph_{name}", about, value=float(value))


def _of_lanes(lanes: dict[str, Pool]) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "ogpgraph_workers_ended", "Workers that ended, by reason.", labels=["lane", "reason"]
    )
    workers = GaugeMetricFamily(
        "ogpgraph_workers", "Worker processes, by state.", labels=["lane", "state"]
    )
    resident = GaugeMetricFamily(
        "ogpgraph_workers_resident_bytes", "Memory that workers have in use.", labels=["lane"]
    )
    waiting = GaugeMetricFamily(
        "ogpgraph_queue_length", "Requests that wait for a worker.", labels=["lane"]
    )
    for lane, pool in lanes.items():
        state = pool.state()
        for reason in sorted({*_REASONS, *state.ended}):
            ended.add_metric([lane, reason], state.ended.get(reason, 0))
        workers.add_metric([lane, "alive"], state.alive)
        workers.add_metric([lane, "idle"], state.idle)
        resident.add_metric([lane], sum(_resident(pid) for pid in state.processes))
        waiting.add_metric([lane], state.waiting)
    yield from (ended, workers, resident, waiting)


def _resident(pid: int) -> int:
    """Bytes of memory that a process has in use; 0 where that cannot be known."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    for line in lines.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0

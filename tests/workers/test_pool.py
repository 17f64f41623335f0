"""The pool, with real worker processes: time, memory, crashes, order, ends and beginnings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.errors import (
    Busy,
    MalformedQuery,
    NotAcceptable,
    QueryCrashed,
    QueryMemory,
    QueryTimeout,
    Unavailable,
)
from ogpgraph.workers import process
from ogpgraph.workers.cancel import Cancel, Cancelled
from ogpgraph.workers.pace import Pace
from ogpgraph.workers.pool import Limits, OutOfMemory, Pool, counts

OpenLane = Callable[..., Any]
Children = Callable[[], set[int]]
JSON = "application/sparql-results+json"

CROSS = "SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l}"
"""Runs for ever, in little memory."""
HOARD = "SELECT * {?a ?b ?c . ?d ?e ?f . ?g ?h ?i} ORDER BY ?i ?f LIMIT 1"
"""Takes memory without end."""
OVERFLOW = "ASK {BIND(" + "CONCAT(" * 70_000 + "'a'" + ")" * 70_000 + " AS ?x)}"
"""Ten times over the cap of bytes: no gate would pass it, no stack hold it."""


def timed(action: Callable[[], object], error: type[Exception] | None = None) -> float:
    """Seconds that something takes, which raises an error if one is given."""
    before = time.monotonic()
    if error is None:
        action()
    else:
        with pytest.raises(error):
            action()
    return time.monotonic() - before


def wait_until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


def test_the_wait_for_a_worker_is_no_time_at_work(open_lane: OpenLane) -> None:
    """Q15: of two requests, or of the steps of one, each is charged what a worker was at it."""
    lane, cancel = open_lane(), Cancel()
    assert cancel.spent is None

    def ask() -> bytes:
        return lane.store.query("ASK {}", timeout=60, cancel=cancel).write(JSON)  # type: ignore[no-any-return]

    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        other = threads.submit(timed, lambda: lane.ask(CROSS, timeout=1.0), QueryTimeout)
        wait_until(lambda: not lane.pool.state().idle)
        ask()  # not before the other one is killed
        assert other.result() >= 1.0
    first = cancel.spent
    assert first is not None
    assert 0 < first <= time.monotonic() - began - 1.0
    time.sleep(0.3)
    ask()
    assert first < cancel.spent <= time.monotonic() - began - 1.3


# --- kills -----------------------------------------------------------------------------------


def test_a_query_past_its_time_is_killed_and_a_good_one_follows(open_lane: OpenLane) -> None:
    lane = open_lane()
    (pid,) = lane.pids()
    with pytest.raises(QueryTimeout) as caught:
        lane.ask(CROSS, timeout=0.5)
    assert caught.value.members == {"limit_s": 0.5}
    wait_until(lambda: not running(pid))
    lane.good()
    assert lane.pool.state().ended == {"timeout": 1}


def test_the_time_is_held(open_lane: OpenLane) -> None:
    """To a quarter of a second, on a machine that has nothing else to do."""
    lane, took = open_lane(), []
    for _ in range(3):
        wait_until(lambda: lane.pool.state().idle)
        took.append(timed(lambda: lane.ask(CROSS, timeout=0.3), QueryTimeout))
    print("asked for 0.3 s:", *(f"{seconds:.3f}" for seconds in took))
    assert min(took) >= 0.3


def test_a_query_without_memory_left_is_told_so(open_lane: OpenLane) -> None:
    lane = open_lane(limits=Limits(memory_mib=256))
    with pytest.raises(QueryMemory) as caught:
        lane.ask(HOARD, timeout=60)
    assert caught.value.members == {"limit_mb": 256}
    lane.good()
    assert lane.pool.state().ended == {"memory": 1}


def test_what_python_cannot_allocate_is_told_so_too(open_lane: OpenLane) -> None:
    lane = open_lane(limits=Limits(memory_mib=256))
    head = {"snapshot": "", "dataset": None, "media_type": JSON}
    with pytest.raises(OutOfMemory):
        lane.pool.run(head, b"ASK {} #" + b"x" * (400 * 1024 * 1024), timeout=20)
    lane.good()


def test_a_query_that_ends_its_worker_is_told_so(open_lane: OpenLane) -> None:
    lane = open_lane()
    with pytest.raises(QueryCrashed):
        lane.ask(OVERFLOW)
    lane.good()
    assert lane.pool.state().ended == {"crash": 1}


@pytest.mark.parametrize(
    ("number", "error", "reason"),
    [
        (signal.SIGABRT, QueryMemory, "memory"),
        (signal.SIGSEGV, QueryCrashed, "crash"),
        (signal.SIGKILL, QueryCrashed, "crash"),
    ],
)
def test_the_reason_is_read_from_how_it_ended(
    open_lane: OpenLane, number: signal.Signals, error: type[Exception], reason: str
) -> None:
    lane = open_lane()
    (pid,) = lane.pids()
    timer = threading.Timer(0.2, os.kill, (pid, number))
    timer.start()
    with pytest.raises(error):
        lane.ask(CROSS, timeout=10)
    timer.join()
    lane.good()
    assert lane.pool.state().ended == {reason: 1}


def test_each_of_20_kills_is_followed_by_a_good_query(
    open_lane: OpenLane, children: Children
) -> None:
    lane = open_lane(2)
    for _ in range(20):
        with pytest.raises(QueryTimeout):
            lane.ask(CROSS, timeout=0.05)
        lane.good()
    assert lane.pool.state().ended["timeout"] == 20
    assert len(children()) <= 2 + 1  # the last one may not be reaped yet


def test_an_idle_worker_that_dies_is_no_ones_fault(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    workers = list(lane.pool._workers)
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
    wait_until(lambda: not [worker for worker in workers if worker.alive()])  # all its threads
    lane.good()
    wait_until(lambda: lane.pool.state().alive == 2, 3.0)


def test_all_workers_killed_are_back_within_two_seconds(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    old = lane.pids()
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: lane.pool.state().alive == 2 and not lane.pids() & old, 3.0)


def test_an_answer_at_the_last_moment_never_costs_the_next_request(open_lane: OpenLane) -> None:
    """Time limits about as long as a query takes: whatever comes out, the next one is good."""
    lane = open_lane()
    found: Counter[str] = Counter()
    for n in range(60):
        wait_until(lambda: lane.pool.state().idle, 5.0)
        try:
            lane.ask("ASK {?s <http://e/p> <http://e/o1>}", timeout=0.0001 * (1 + n % 12))
            found["answered"] += 1
        except QueryTimeout:
            found["late"] += 1
        except Busy:
            found["busy"] += 1
        lane.good()
    assert set(lane.pool.state().ended) <= {"timeout"}
    assert lane.pool.state().ended.get("timeout", 0) <= found["late"]


# --- waiting -----------------------------------------------------------------------------------


def test_waiting_counts_towards_the_time(open_lane: OpenLane) -> None:
    lane = open_lane()
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(lane.ask, CROSS, timeout=2.5)
        wait_until(lambda: not lane.pool.state().idle)
        assert timed(lambda: lane.ask("ASK {}", timeout=0.4), Busy) >= 0.4
        assert not first.done()
        assert isinstance(first.exception(30), QueryTimeout)


def test_time_counts_from_when_the_query_arrived(open_lane: OpenLane) -> None:
    lane = open_lane()
    pending = lane.store.query(CROSS, timeout=2.0)
    time.sleep(1.8)
    assert timed(lambda: pending.write(JSON), QueryTimeout) < 2.0


def test_a_time_that_is_over_costs_no_worker(open_lane: OpenLane) -> None:
    lane = open_lane()
    pending = lane.store.query("ASK {}", timeout=0.01)
    time.sleep(0.05)
    with pytest.raises(QueryTimeout):
        pending.write(JSON)
    assert lane.pool.state().ended == {}


def test_no_more_wait_than_may(open_lane: OpenLane) -> None:
    lane = open_lane(1, waiting=2)
    with ThreadPoolExecutor(3) as threads:
        tasks = [threads.submit(lane.ask, CROSS, timeout=2.0) for _ in range(3)]
        wait_until(lambda: lane.pool.state().waiting == 2)
        with pytest.raises(Busy):
            lane.ask("ASK {}")
        assert not any(task.done() for task in tasks)  # at once, that is
        assert all(task.exception(30) for task in tasks)
    assert lane.pool.state().waiting == 0
    lane.good()


def test_a_refusal_says_when_to_come_back(open_lane: OpenLane) -> None:
    lane = open_lane(1, waiting=0)
    with ThreadPoolExecutor(1) as threads:
        task = threads.submit(lane.ask, CROSS, timeout=0.5)
        wait_until(lambda: not lane.pool.state().idle)
        with pytest.raises(Busy) as caught:
            lane.ask("ASK {}")
        assert caught.value.retry_after == 2
        assert task.exception(5)


def test_40_callers_on_2_workers_are_all_answered(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    gate = threading.Barrier(40)

    def ask(number: int) -> list[int]:
        gate.wait()
        found = []
        for n in range(10):
            body = lane.ask(f"SELECT ({number}*100+{n} AS ?x) {{}}", timeout=60)
            found.append(int(json.loads(body)["results"]["bindings"][0]["x"]["value"]))
        return found

    with ThreadPoolExecutor(40) as threads:
        answers = list(threads.map(ask, range(40)))
    assert answers == [[number * 100 + n for n in range(10)] for number in range(40)]
    assert lane.pool.state().ended == {}


def test_those_who_wait_are_served_in_turn(open_lane: OpenLane) -> None:
    lane = open_lane()
    order: list[int] = []
    with ThreadPoolExecutor(9) as threads:
        threads.submit(lane.ask, CROSS, timeout=0.5)
        wait_until(lambda: not lane.pool.state().idle)
        for n in range(8):
            threads.submit(lambda n=n: (lane.ask("ASK {}"), order.append(n)))
            wait_until(lambda n=n: lane.pool.state().waiting == n + 1)
    assert sorted(order) == list(range(8))
    assert order[0] in {0, 1}  # appended after the lane has gone on to the next


# --- giving up ---------------------------------------------------------------------------------


def test_a_query_nobody_waits_for_is_killed_at_once(open_lane: OpenLane) -> None:
    lane = open_lane()
    (pid,) = lane.pids()
    cancel = Cancel()
    pending = lane.store.query(CROSS, timeout=30, cancel=cancel)
    with ThreadPoolExecutor(1) as threads:
        task = threads.submit(pending.write, JSON)
        wait_until(lambda: not lane.pool.state().idle)
        time.sleep(0.1)
        cancel.set()
        assert isinstance(task.exception(0.25), Unavailable)
    wait_until(lambda: not running(pid))
    lane.good()
    assert lane.pool.state().ended == {"cancelled": 1}


def test_who_waits_in_the_queue_can_leave_it(open_lane: OpenLane) -> None:
    lane = open_lane()
    cancel = Cancel()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lane.ask, CROSS, timeout=0.8)
        wait_until(lambda: not lane.pool.state().idle)
        second = threads.submit(lane.store.query("ASK {}", cancel=cancel).write, JSON)
        wait_until(lambda: lane.pool.state().waiting == 1)
        cancel.set()
        assert isinstance(second.exception(0.25), Unavailable)
        assert lane.pool.state().waiting == 0
        assert first.exception(5)
    lane.good()


def test_what_was_given_up_before_is_not_begun(open_lane: OpenLane) -> None:
    lane = open_lane()
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Unavailable):
        lane.store.query("ASK {}", cancel=cancel).write(JSON)
    assert lane.pool.state().ended == {}
    assert lane.pool.state().idle == 1


def test_giving_up_at_any_moment_never_costs_the_next_request(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    for n in range(40):
        cancel = Cancel()
        timer = threading.Timer(0.0001 * (n % 20), cancel.set)
        timer.start()
        try:
            lane.store.query("ASK {}", cancel=cancel).write(JSON)
        except Unavailable as error:
            assert type(error) is Unavailable  # noqa: PT017
        timer.join()
        lane.good()
    assert set(lane.pool.state().ended) <= {"cancelled"}


def test_a_way_out_is_only_used_while_it_is_one() -> None:
    calls: list[str] = []
    cancel = Cancel()
    with cancel.stopping(lambda: calls.append("first")):
        pass
    cancel.set()
    assert calls == []
    with pytest.raises(Cancelled), cancel.stopping(lambda: calls.append("second")):
        pass
    assert calls == []


# --- life --------------------------------------------------------------------------------------


def test_workers_are_ready_before_the_first_query(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    state = lane.pool.state()
    assert (state.size, state.alive, state.idle, state.waiting) == (2, 2, 2, 0)
    assert counts({"public": lane.pool}) == {"public": {}}


def test_a_worker_outlives_the_thread_that_used_it_first(open_lane: OpenLane) -> None:
    """Linux kills a child when the *thread* that started it ends; request threads come and go."""
    lane = open_lane()
    before = lane.pids()
    for _ in range(3):
        thread = threading.Thread(target=lane.good)
        thread.start()
        thread.join()
        time.sleep(0.1)
    assert lane.pids() == before
    assert all(running(pid) for pid in before)


def test_a_worker_started_because_of_a_thread_outlives_it_too(open_lane: OpenLane) -> None:
    lane = open_lane()

    def kill_one() -> None:
        with pytest.raises(QueryTimeout):
            lane.ask(CROSS, timeout=0.1)
        lane.good()

    thread = threading.Thread(target=kill_one)
    thread.start()
    thread.join()
    before = lane.pids()
    time.sleep(0.5)
    assert lane.pids() == before
    assert all(running(pid) for pid in before)


def test_a_worker_is_replaced_after_its_share_of_requests(
    open_lane: OpenLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ogpgraph.workers.pool._RECYCLE", 5)
    lane = open_lane()
    before = lane.pids()
    for _ in range(5):
        lane.good()
    assert lane.pool.state().ended == {"recycled": 1}
    lane.good()
    assert not lane.pids() & before


def test_a_worker_that_keeps_memory_is_replaced(
    open_lane: OpenLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = open_lane()
    lane.good()
    assert lane.pool.state().ended == {}
    monkeypatch.setattr("ogpgraph.workers.pool._RESIDENT", 1024)
    lane.good()
    assert lane.pool.state().ended == {"recycled": 1}


def test_workers_inherit_nothing(open_lane: OpenLane, tmp_path: Path) -> None:
    secret = (tmp_path / "secret").open("w")
    os.set_inheritable(secret.fileno(), True)
    with secret:
        lane = open_lane(2)
        lane.good()
        for pid in lane.pids():
            links = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()]
            assert not [link for link in links if "secret" in link]
            assert len({link for link in links if link.startswith("socket:")}) == 1
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            names = {entry.partition(b"=")[0] for entry in environment if entry}
            assert names == {b"MALLOC_ARENA_MAX", b"PYTHONPATH"}


def test_a_worker_takes_no_module_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    pool = Pool(1, Limits())
    try:
        assert pool.isolated()
    finally:
        pool.close()


def test_closing_ends_everything(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    pids = lane.pids()
    lane.pool.close()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    with pytest.raises(Unavailable, match="stopping"):
        lane.ask("ASK {}")
    lane.pool.close()


def test_closing_while_in_use_tells_everyone(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    pids = lane.pids()
    with ThreadPoolExecutor(6) as threads:
        tasks = [threads.submit(lane.ask, CROSS, timeout=30) for _ in range(6)]
        wait_until(lambda: lane.pool.state().waiting == 4)
        assert timed(lane.pool.close) < 20.0  # they would take thirty
        for task in tasks:
            assert isinstance(task.exception(30), Unavailable)
            assert "stopping" in str(task.exception())
    assert not [pid for pid in pids if running(pid)]


def test_closing_right_after_opening_leaves_nothing(children: Children) -> None:
    for _ in range(3):
        Pool(2, Limits()).close()
    assert not [pid for pid in children() if running(pid)]


PARENT = """
import sys, time
from ogpgraph.workers.pool import Limits, Pool
pool = Pool(2, Limits())
while pool.state().alive < 2: time.sleep(0.01)
print(*(worker.pid for worker in pool._workers), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_end_with_their_service(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        parent.send_signal(number)
        parent.wait(5)
    wait_until(lambda: not [pid for pid in pids if running(pid)], 2.0)


def test_ctrl_c_is_for_the_service_alone(open_lane: OpenLane) -> None:
    """Workers are not in the group of processes that a terminal interrupts."""
    lane = open_lane(2)
    assert all(os.getpgid(pid) == pid for pid in lane.pids())


# --- starts that fail ----------------------------------------------------------------------------


def test_a_pool_that_cannot_start_workers_says_so_and_does_not_hammer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starts: list[float] = []
    start = subprocess.Popen

    def failing(command: list[str], **more: object) -> object:
        starts.append(time.monotonic())
        return start([sys.executable, "-c", "raise SystemExit(1)"], **more)  # type: ignore[call-overload]

    monkeypatch.setattr(process.subprocess, "Popen", failing)
    pool = Pool(2, Limits())
    try:
        with pytest.raises(Unavailable):
            pool.run({}, b"", timeout=3)
        wait_until(lambda: pool.state().ended.get("start", 0) >= 2)
        assert timed(lambda: pool.run({}, b"", timeout=30), Unavailable) < 30
        time.sleep(2.0)
        assert max(sum(at <= s < at + 1 for s in starts[2:]) for at in starts) <= 3
        assert len(starts) <= 2 + 6
        monkeypatch.undo()
        wait_until(lambda: pool.state().alive == 2, 12.0)
    finally:
        pool.close()


def test_no_process_to_be_had_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> object:
        raise BlockingIOError(11, "no process")

    monkeypatch.setattr(process.subprocess, "Popen", failing)
    pool = Pool(1, Limits())
    try:
        with pytest.raises(Unavailable):
            pool.run({}, b"", timeout=3)
        assert not pool.state().isolated
        monkeypatch.undo()
        wait_until(lambda: pool.state().alive == 1, 6.0)
    finally:
        pool.close()


def test_the_pace() -> None:
    pace = Pace(2)
    now = 100.0
    for _ in range(5):  # two at the opening, then three
        assert pace.pause(now) == 0
        pace.started(now)
    assert pace.pause(now) == 1.0
    assert pace.pause(now + 0.75) == 0.25
    assert pace.pause(now + 1) == 0
    pauses = []
    for _ in range(8):
        now += 60
        pace.failed(now)
        pauses.append(round(pace.pause(now), 3))
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    pace.worked()
    pace.failed(now)
    assert round(pace.pause(now), 3) == 0.1


def test_crash_after_crash_starts_three_workers_a_second_at_most(open_lane: OpenLane) -> None:
    lane = open_lane(2)
    before = time.monotonic()
    crashes = 0
    while time.monotonic() - before < 3.0:
        try:
            lane.ask(OVERFLOW, timeout=5)
        except QueryCrashed:
            crashes += 1
    assert crashes <= 2 + 3 * 4
    lane.good()


# --- errors of the query itself -------------------------------------------------------------------


def test_a_syntax_error_has_its_place_and_costs_nothing(open_lane: OpenLane) -> None:
    lane = open_lane()
    with pytest.raises(MalformedQuery) as caught:
        lane.ask("ASK {\n ?s }")
    assert caught.value.members == {"line": 2, "column": 6}
    assert lane.pool.state().ended == {}


@pytest.mark.parametrize("text", ["ASK {?s ?p 'a\ud800'}", "ASK {} #\udfff"])
def test_half_a_surrogate_is_a_syntax_error(open_lane: OpenLane, text: str) -> None:
    with pytest.raises(MalformedQuery):
        open_lane().ask(text)


@pytest.mark.parametrize("iri", ["no iri", "http://e/ a", "", "http://e/<"])
def test_a_graph_that_is_no_iri_is_told(open_lane: OpenLane, iri: str) -> None:
    lane = open_lane()
    with pytest.raises(MalformedQuery):
        lane.store.query("ASK {}", default_graphs=[iri]).write(JSON)
    lane.good()


def test_an_engine_error_is_told_without_its_words(open_lane: OpenLane) -> None:
    with pytest.raises(Unavailable, match=r"^The query could not be evaluated\.$"):
        open_lane().ask("SELECT * {SERVICE ?unbound {}}")


def test_a_function_that_the_engine_does_not_have_is_the_callers_matter(
    open_lane: OpenLane,
) -> None:
    with pytest.raises(MalformedQuery, match=r"function <http://e/f> is not supported"):
        open_lane().ask("ASK {BIND(<http://e/f>(1) AS ?x)}")


@pytest.mark.parametrize(
    ("text", "media_type"),
    [("ASK {}", "text/turtle"), ("SELECT * {}", "x/y"), ("DESCRIBE <http://e/s1>", JSON)],
)
def test_a_form_of_another_kind_is_refused(open_lane: OpenLane, text: str, media_type: str) -> None:
    with pytest.raises(NotAcceptable):
        open_lane().ask(text, media_type)

"""V8: what was acknowledged survives kill -9, and the loss of what the system had not yet written."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.errors import NotFound
from ogpgraph.service import Service

SOAK = os.environ.get("OGPGRAPH_SOAK") == "1"
KILLS = 200 if SOAK else 6
PUBLISHER = Path(__file__).with_name("publisher.py")
ROUND = re.compile(r'"(?:Round|Vuelta) (\d+)"')
Open = Callable[..., Service]
Dump = Callable[[Service], bytes]


def publish_until_killed(home: Path, repository: Path, chance: random.Random) -> list[list[str]]:
    """Kill a publishing process at a random moment; returns what it had acknowledged."""
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    serving = ["serving"] if chance.random() < 0.3 else []
    child = subprocess.Popen(
        [sys.executable, str(PUBLISHER), str(home), *serving],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert child.stdout is not None
    first = b""
    if chance.random() < 0.9:  # else perhaps while it opens the home
        first = child.stdout.readline()
        assert first, child.communicate()
    time.sleep(chance.random() * 1.2)
    child.send_signal(signal.SIGKILL)
    told, _ = child.communicate()
    lines = (first + told).decode().splitlines(keepends=True)
    return [line.split() for line in lines if line.endswith("\n")]


def assert_nothing_lost(service: Service, acknowledged: list[list[str]]) -> None:
    """Each acknowledged version is in the ledger; what the store shows is the last of each graph."""
    ledger = service._ledger
    heads = {head.graph: head for head in ledger.heads()}
    for sequence, graph, digest in acknowledged:
        assert ledger.content(digest).digest == digest
        assert heads[graph].sequence >= int(sequence)
        if heads[graph].sequence == int(sequence):
            assert heads[graph].digest == digest
    for iri, head in heads.items():
        assert service.store.graph(iri).digest == head.digest
    pair = [service.store.graph(service.names.graph(f"shared/{n}")) for n in ("left", "right")]
    rounds = {number for graph in pair for line in graph.lines for number in ROUND.findall(line)}
    assert len(rounds) <= 1, "half of a publication is visible"
    assert len(pair[0]) == len(pair[1])


def test_nothing_acknowledged_is_lost_by_kills(
    bare_home: Path, tmp_path: Path, repository: Path, open_home: Open
) -> None:
    """V8: kills at random moments; nobody repairs anything by hand."""
    chance = random.Random(8)
    home = shutil.copytree(bare_home, tmp_path / "home")
    acknowledged: list[list[str]] = []
    seconds = []
    for _ in range(KILLS):
        acknowledged += publish_until_killed(home, repository, chance)
        before = time.monotonic()
        with closing(open_home(home)) as service:
            seconds.append(time.monotonic() - before)
            assert service.equal
            assert_nothing_lost(service, acknowledged[-400:])
    print(
        f"{KILLS} kills, {len(acknowledged)} acknowledged versions, 0 lost; reopening s: "
        f"{min(seconds):.2f} - {statistics.median(seconds):.2f} - {max(seconds):.2f}"
    )
    assert len(acknowledged) >= KILLS // 2


def test_a_killed_home_answers_the_command_line(
    bare_home: Path, tmp_path: Path, repository: Path
) -> None:
    home = shutil.copytree(bare_home, tmp_path / "home")
    assert publish_until_killed(home, repository, random.Random(1))
    done = subprocess.run(
        [sys.executable, "-m", "ogpgraph", "status", "--home", str(home)],
        env={**os.environ, "PYTHONPATH": str(repository), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "shared/left" in done.stdout


def test_a_store_that_lost_its_last_writes_is_caught_up(
    bare_home: Path, tmp_path: Path, repository: Path, open_home: Open, dump: Dump
) -> None:
    """V8, power loss: the engine does not wait for the disk, the ledger does.

    The folder of the store is put back to how it was some publications ago, sealed or not.
    """
    home = shutil.copytree(bare_home, tmp_path / "home")
    store, seal = home / "store", home / "store.seal"
    old = shutil.copytree(store, tmp_path / "old")
    old_seal = shutil.copy(seal, tmp_path / "seal")
    acknowledged = publish_until_killed(home, repository, random.Random(4))
    with closing(open_home(home)) as service:
        wanted = dump(service)
    for sealed in (True, False):
        shutil.rmtree(store)
        shutil.copytree(old, store)
        shutil.copy(old_seal, seal)
        if not sealed:
            seal.unlink()
        with closing(open_home(home)) as service:
            assert bool(service.recovery_reason) is not sealed
            assert {graph for _, graph, _ in acknowledged} <= set(service.recovered)
            assert_nothing_lost(service, acknowledged)
            assert dump(service) == wanted


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_withdrawn_graph_is_gone_after_a_restart(
    bare_home: Path, tmp_path: Path, open_home: Open, end: signal.Signals
) -> None:
    """V13, with a store that is sealed and with one that is not; and it is not there to withdraw."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(open_home(home)) as service:
        graph = service.names.graph("scheme/branch")
        assert len(service.store.graph(graph))
        service._publisher.withdraw(graph, agent="tester", source="test")
    if end is signal.SIGKILL:
        (home / "store.seal").unlink()
    with closing(open_home(home)) as service:
        assert graph not in service.store.graphs()
        assert service.names.derived_graph(graph) not in service.store.graphs()
        with pytest.raises(NotFound):
            service._publisher.withdraw(graph, agent="tester", source="test")

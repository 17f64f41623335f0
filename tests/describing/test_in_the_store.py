"""The description stands in the store with the version that it describes, and nowhere else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.cli.contents import _stored
from ogpgraph.describing.statistics import whole
from ogpgraph.errors import StorageFailed
from ogpgraph.files import Graph
from ogpgraph.ledger import Ledger
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.store.merge import StoreMerge

ONE = Graph(("<https://w3id.org/ogpgraph/id/a> <https://w3id.org/ogpgraph/ns#p> <urn:b> .",))
TWO = Graph(("<https://w3id.org/ogpgraph/id/a> <https://w3id.org/ogpgraph/ns#p> <urn:c> .",))


def test_it_is_written_in_the_same_step_as_the_version(
    described: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[set[str]] = []
    replace = described.store.replace

    def watching(graphs: Any, **more: Any) -> None:
        written.append(set(graphs))
        replace(graphs, **more)

    monkeypatch.setattr(described.store, "replace", watching)
    described.publish({"plan/A-1": ONE})
    assert len(written) == 1
    assert written[0] >= {described.library.names.graph("plan/A-1"), *described.site.graphs}


def test_a_start_finds_it_as_it_was_and_writes_nothing(
    described: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    described.publish({"plan/A-1": ONE})
    before = described.description()
    changed: list[str] = []
    engine = described.store._store

    class Engine:
        def __getattr__(self, name: str) -> Any:
            if name == "update":
                changed.append(name)
            return getattr(engine, name)

    described.store._store = Engine()
    described.open()
    described.store._store = engine
    assert changed == []
    assert described.mirror.reason is None
    assert described.mirror.recovered == ()
    assert described.description() == before


def test_under_another_address_the_old_graphs_go(described: Any) -> None:
    described.publish({"plan/A-1": ONE})
    old = set(described.site.graphs)
    described.base = "http://localhost:8137"
    described.open()
    graphs = set(described.store.graphs())
    assert not graphs & old
    assert described.site.void in graphs
    assert described.mirror.reason is None
    everything = "\n".join(described.store.merge())
    assert "http://localhost:8000" not in everything
    assert set(described.ledger.described()) == set(described.site.graphs)
    assert described.describer._shown.counts == described.counts()


def test_what_somebody_wrote_into_it_is_made_good_at_the_next_start(described: Any) -> None:
    described.publish({"plan/A-1": ONE})
    before = described.description()
    void = described.site.void
    lines = (*before[void].lines[1:], *ONE.lines)
    described.store.replace({void: Graph.of(lines)})
    described.open()
    assert described.description() == before
    assert described.mirror.reason is None


def test_a_store_begun_anew_gets_it_too(described: Any) -> None:
    described.publish({"plan/A-1": ONE})
    before = described.description()
    described.store.replace({"urn:stray": TWO})
    described.open()
    assert "never had" in described.mirror.reason
    assert described.description() == before


def test_after_a_write_that_failed_it_is_right_again(
    described: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    described.publish({"plan/A-1": ONE})
    replace = described.store.replace

    def failing(graphs: Any, **more: Any) -> None:
        raise StorageFailed("no")

    with monkeypatch.context() as patched:
        patched.setattr(described.store, "replace", failing)
        with pytest.raises(StorageFailed):
            described.publish({"plan/B-1": TWO})
    assert described.store.replace == replace
    described.mirror.catch_up()
    assert described.mirror.sequence == 2
    assert described.describer._shown.counts == described.counts()
    described.publish({"plan/A-1": TWO})
    assert described.describer._shown.counts == described.counts()


def test_the_ledger_has_no_version_of_it_and_exports_leave_it_out(home_copy: Path) -> None:
    settings = load_settings({"home": home_copy}, {})
    with closing(Service.open(settings)) as service:
        described = set(service.site.graphs)
        names = service.names
        stored = set(service.store.graphs())
        count = service.status().statements
    assert stored > described - {service.site.executables}
    with closing(Ledger(home_copy / "ledger.sqlite", reading=True)) as ledger:
        heads = ledger.heads()
    assert not {head.graph for head in heads} & described
    assert count == sum(head.statements for head in heads)
    _, graphs = _stored(settings, None)
    assert not graphs.keys() & described
    assert {iri for iri in stored if iri.startswith(names.base)} == set(graphs)


def test_no_blank_node_is_in_it(service: Service) -> None:
    for iri in service.site.graphs:
        assert "_:" not in "".join(line.split('"')[0] for line in service.store.graph(iri).lines)


def test_a_home_opened_at_another_port_describes_that(
    home_copy: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    with closing(Service.open(load_settings({"home": home_copy, "port": port}, {}))) as service:
        assert service.recovered == ()
        graph = service.store.graph(f"http://localhost:{port}/.well-known/void")
        assert len(graph) > 1_000
        assert not [iri for iri in service.store.graphs() if ":8000/" in iri]


def test_what_was_counted_is_believed_of_the_same_content_only(
    home_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings({"home": home_copy}, {})
    passes: list[int] = []

    def counting(*arguments: Any) -> Any:
        passes.append(1)
        return whole(*arguments)

    monkeypatch.setattr("ogpgraph.describing.describer.whole", counting)

    def start() -> int:
        before = len(passes)
        with closing(Service.open(settings)) as service:
            shown = service._mirror.describer._shown
            assert shown.counts == whole(
                StoreMerge(service.store), service._mirror.describer.watched
            )
        return len(passes) - before

    start()
    assert start() == 0
    kept = home_copy / "statistics.json"
    kept.write_text(kept.read_text().replace('"of": "', '"of": "0'))
    assert start() == 1
    assert start() == 0
    kept.write_text("{")
    assert start() == 1
    shutil.rmtree(home_copy / "store")
    assert start() == 1

"""V12: a full disk and one that cannot be written, met by a running service, on a real small disk."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.errors import StorageFailed, StorageFull, Unavailable
from ogpgraph.files import Graph
from ogpgraph.service import Service
from ogpgraph.store.base import boolean
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import Snapshots
from ogpgraph.web.app import create_app

Open = Callable[..., Service]
QUERY = 'ASK {{ ?s ?p "Round {}"@en }}'


def _document() -> Callable[..., Any]:
    place = Path(__file__).with_name("publisher.py")
    spec = importlib.util.spec_from_file_location("publisher", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.document  # type: ignore[no-any-return]


document = _document()


def publish(service: Service, number: int) -> Any:
    pair = [document(service, name, number) for name in ("left", "right")]
    return service._publisher.publish(pair, agent="tester", source="test")


def visible(service: Service, number: int) -> bool:
    """Asked of a worker, on the newest snapshot."""
    return boolean(service.public.query(QUERY.format(number), timeout=60.0))


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


def test_a_full_disk_is_told_survived_and_caught_up_with(
    bare_home: Path,
    disk: Callable[[int], Any],
    open_home: Open,
    client_of: Callable[[FastAPI], httpx.Client],
) -> None:
    """V12: 24 MB; earlier data stay readable; the first write after space returns succeeds."""
    small = disk(72)
    home = shutil.copytree(bare_home, small.path / "home")
    with closing(open_home(home, serving=True)) as service:
        client = client_of(create_app(service))
        publish(service, 1)
        before = service.sequence
        small.fill()
        for number in (2, 3, 2):  # also the same again
            with pytest.raises(StorageFull, match="full"):
                publish(service, number)
            assert visible(service, 1)
            assert not visible(service, number)
            assert service.sequence == before
            assert client.get("/plans").status_code == 200
        small.resize(256)
        publication = publish(service, 4)  # without a restart
        assert publication.heads
        assert visible(service, 4)
        assert not visible(service, 1)
        assert service.equal
        assert service.sequence > before
    with closing(open_home(home)) as service:
        assert service.equal
        assert boolean(service.store.query(QUERY.format(4)))


def test_a_version_that_the_store_cannot_take_is_accepted_and_shown_later(
    bare_home: Path,
    disk: Callable[[int], Any],
    tmp_path: Path,
    open_home: Open,
    client_of: Callable[[FastAPI], httpx.Client],
) -> None:
    """The ledger has room, the store has none: 507 with the version, not ready, then by itself."""
    small = disk(72)
    home = shutil.copytree(bare_home, tmp_path / "home")
    shutil.move(home / "store", small.path / "store")
    (home / "store").symlink_to(small.path / "store")
    with closing(open_home(tmp_path / "home")) as service:
        assert service.recovery_reason is None
        publish(service, 1)
        before = service.sequence
        small.fill()
        with pytest.raises(StorageFull) as caught:
            publish(service, 2)
        version = caught.value.members["version"]
        assert version == service._ledger.sequence() == before + 2
        assert f"Accepted as version {version}" in caught.value.message
        assert (service.equal, service.sequence) == (False, before)
        assert client_of(create_app(service)).get("/health/ready").status_code == 503
        with pytest.raises(StorageFull) as caught:  # the same again, and another: nothing new
            publish(service, 2)
        assert "version" not in caught.value.members
        with pytest.raises(StorageFull):
            publish(service, 3)
        assert service._ledger.sequence() == version
        assert len(service.store.graph(service.names.graph("shared/left"))) == 6  # still readable
        small.free()
        again = publish(service, 2)
        assert again.versions == ()
        assert {head.sequence for head in again.heads} == {version - 1, version}
        assert (service.equal, service.sequence) == (True, version)
        assert boolean(service.store.query(QUERY.format(2)))
        assert publish(service, 3).versions


def test_a_service_catches_up_without_being_asked(
    bare_home: Path, tmp_path: Path, open_home: Open
) -> None:
    """Snapshots cannot be made for a while (their folder is in the way); nobody writes again."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(open_home(home, serving=True)) as service:
        publish(service, 1)
        folder = home / "snapshots"
        folder.rename(home / "elsewhere")
        folder.write_text("in the way")
        with pytest.raises(StorageFailed, match="Accepted as version"):
            publish(service, 2)
        assert not service.equal
        folder.unlink()
        (home / "elsewhere").rename(folder)
        wait_until(lambda: service.equal)
        assert visible(service, 2)


def test_a_home_on_a_disk_that_cannot_be_written_is_told(
    bare_home: Path, disk: Callable[[int], Any], open_home: Open
) -> None:
    """V12: read-only: a clear error, nothing damaged, and it opens when it can be written again."""
    small = disk(96)
    home = shutil.copytree(bare_home, small.path / "home")
    subprocess.run(["mount", "-o", "remount,ro", str(small.path)], check=True)
    with pytest.raises(Unavailable, match=r"[Rr]ead-only"):
        open_home(home)
    subprocess.run(["mount", "-o", "remount,rw", str(small.path)], check=True)
    with closing(open_home(home)) as service:
        assert service.recovery_reason is None


def test_the_engine_is_opened_again_once_there_is_space(disk: Callable[[int], Any]) -> None:
    small = disk(24)
    graphs = {"urn:x:a": Graph.of(f"<urn:x:{n}> <urn:x:p> <urn:x:o> ." for n in range(2_000))}
    with closing(EmbeddedStore(small.path / "store")) as store:
        store.replace(graphs)
        snapshots = Snapshots(store, small.path / "snapshots")
        small.fill()
        other = Graph.of(f"<urn:x:{n}> <urn:x:q> <urn:x:o> ." for n in range(2_000))
        for _ in range(2):
            with pytest.raises(StorageFull, match="the disk is full"):
                store.replace({"urn:x:b": other})
            assert store.graph("urn:x:a") == graphs["urn:x:a"]
            with snapshots.reading() as snapshot:
                assert any(snapshot.path.iterdir())
        small.free()
        store.replace({"urn:x:b": other})
        assert store.graph("urn:x:b") == other
        snapshots.renew()
    with closing(EmbeddedStore(small.path / "store")) as store:
        assert store.lost is None
        assert store.survey().merged


def test_files_that_go_bad_under_a_running_store_are_replaced(
    bare_home: Path, tmp_path: Path, open_home: Open
) -> None:
    """A publication that meets damage ends well: the store is built again beside its readers."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(open_home(home)) as service:
        publish(service, 1)
    with closing(open_home(home)) as service:
        for path in (home / "store").glob("*.sst"):
            content = bytearray(path.read_bytes())
            for at in range(0, len(content) - 100, 2_000):
                content[at] ^= 0x40
            path.write_bytes(content)
        accepted = 0
        try:
            publish(service, 2)
        except StorageFailed as error:
            accepted = int(str(error.members["version"]))
        publish(service, 2)
        assert service.equal
        assert service.sequence >= accepted
        assert boolean(service.store.query(QUERY.format(2)))
        assert accepted == 0 or service.recovery_reason
    with closing(open_home(home)) as service:
        assert service.equal
        assert boolean(service.store.query(QUERY.format(2)))


def test_a_store_is_begun_anew_once_there_is_space(disk: Callable[[int], Any]) -> None:
    """Where even the new folder cannot be made, what is asked meanwhile is told, not lost."""
    small = disk(24)
    graphs = {"urn:x:a": Graph.of(f"<urn:x:{n}> <urn:x:p> <urn:x:o> ." for n in range(20))}
    with closing(EmbeddedStore(small.path / "store")) as store:
        store.replace(graphs)
        small.fill()
        with pytest.raises(StorageFull):
            store.begin_anew("a test")
        assert store.graphs() == ()
        with pytest.raises(StorageFull):
            store.fill(graphs)
        small.free()
        store.fill(graphs)
        assert store.graph("urn:x:a") == graphs["urn:x:a"]
        assert store.survey().merged
    with closing(EmbeddedStore(small.path / "store")) as store:
        assert store.lost is None
        assert store.graph("urn:x:a") == graphs["urn:x:a"]


def test_what_is_put_aside_makes_room_for_what_takes_its_place(disk: Callable[[int], Any]) -> None:
    """A full disk holds the damaged store and nothing else that could go: no call fails for it."""
    small = disk(24)
    graphs = {"urn:x:a": Graph.of(f"<urn:x:{n}> <urn:x:p> <urn:x:o> ." for n in range(2_000))}
    with closing(EmbeddedStore(small.path / "store")) as store:
        store.replace(graphs)
        small.fill()
        store.begin_anew("a test")
        store.fill(graphs)
        assert store.graph("urn:x:a") == graphs["urn:x:a"]
        assert store.survey().merged
    assert not list(small.path.glob("store.damaged-*"))


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_a_damaged_store_is_built_again_where_there_is_no_room_for_two(
    bare_home: Path, disk: Callable[[int], Any], open_home: Open, share: float
) -> None:
    """The one that was put aside is kept where it is in nobody's way only."""
    small = disk(160)
    home = shutil.copytree(bare_home, small.path / "home")
    tables = sorted((home / "store").glob("*.sst"), key=lambda path: path.stat().st_size)
    content = bytearray(tables[-1].read_bytes())
    content[len(content) // 2] ^= 0x40
    tables[-1].write_bytes(content)
    small.leave(int(share * sum(path.stat().st_size for path in tables)))
    with closing(open_home(home)) as service:
        assert (
            service.recovery_reason
            == f"{tables[-1].name} is not as it was when the store was closed"
        )
        assert service.equal
    assert not list(home.glob("store.damaged-*"))
    with closing(open_home(home)) as service:
        assert service.recovery_reason is None

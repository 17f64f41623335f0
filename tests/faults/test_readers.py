"""V7, O5, V15: readers see whole versions while others are published, and the disk stays small."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from ogpgraph.service import Service

SOAK = os.environ.get("OGPGRAPH_SOAK") == "1"
PUBLICATIONS = 1_000 if SOAK else 24
JSON = "application/sparql-results+json"
ROUNDS = """SELECT ?title WHERE {{
  GRAPH ?g {{ ?g <http://purl.org/dc/terms/title> ?title }}
  FILTER (STRSTARTS(STR(?g), "{prefix}") && LANG(?title) = "en" && STRSTARTS(?title, "Round "))
}}"""
Open = Callable[..., Service]


def _document() -> Callable[..., Any]:
    place = Path(__file__).with_name("publisher.py")
    spec = importlib.util.spec_from_file_location("publisher", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.document  # type: ignore[no-any-return]


document = _document()


def size_of(folder: Path) -> int:
    """Bytes on disk; a file with several names counts once."""
    found = {}
    for path in folder.rglob("*"):
        try:
            entry = path.stat()
        except FileNotFoundError:  # a snapshot that goes while we look
            continue
        found[entry.st_ino] = entry.st_size
    return sum(found.values())


def test_every_read_sees_one_whole_version(
    bare_home: Path, tmp_path: Path, open_home: Open
) -> None:
    """V7: two graphs are published together; no read sees one without the other, or none."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    seen: Counter[str] = Counter()
    wrong: list[object] = []
    most_snapshots, tables, sizes = 0, 0, []
    with closing(open_home(home, serving=True)) as service:
        query = ROUNDS.format(prefix=service.names.graph("shared/"))
        done = threading.Event()

        def publish(number: int) -> None:
            pair = [document(service, name, number) for name in ("left", "right")]
            versions = service._publisher.publish(pair, agent="tester", source="test").versions
            assert len(versions) == 2

        def read() -> None:
            while not done.is_set():
                answer = service.public.query(query, timeout=60.0).write(JSON)
                rows = json.loads(answer)["results"]["bindings"]
                titles = [row["title"]["value"] for row in rows]
                if len(titles) == 2 and titles[0] == titles[1]:
                    seen[titles[0]] += 1
                else:
                    wrong.append(titles)

        publish(0)
        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            for number in range(1, PUBLICATIONS + 1):
                publish(number)
                most_snapshots = max(most_snapshots, len(list((home / "snapshots").iterdir())))
                tables = max(tables, len(list((home / "store").glob("*.sst"))))
                if number % (PUBLICATIONS // 4) == 0:
                    sizes.append(size_of(home / "store") + size_of(home / "snapshots"))
        finally:
            done.set()
            for reader in readers:
                reader.join()
        assert service.equal
    print(
        f"{PUBLICATIONS} publications, {seen.total()} reads of {len(seen)} versions, "
        f"{len(wrong)} wrong; at most {most_snapshots} snapshots and {tables} tables; "
        f"store and snapshots MiB {[round(size / 2**20, 1) for size in sizes]}"
    )
    assert wrong == []
    assert len(seen) > 3
    assert most_snapshots <= 3 + len(readers) + 1  # one may be on its way in
    assert tables < 200  # V15
    assert sizes[-1] < 3 * sizes[0] + 16 * 2**20  # O5


def test_what_a_version_was_made_by_is_on_record(
    bare_home: Path, tmp_path: Path, open_home: Open
) -> None:
    """V16: who, when, source digest, tool and shapes, of every commit."""
    home = shutil.copytree(bare_home, tmp_path / "home")
    with closing(open_home(home)) as service:
        given = document(service, "left", 1)
        (version,) = service._publisher.publish([given], agent="ana", source="a.ttl").versions
        shapes = service.library.shapes.digest
    with closing(open_home(home)) as service:
        (found,) = [head for head in service._ledger.heads() if head.graph == version.graph]
    assert found == version
    assert found.digest == given.graph.digest
    assert (found.activity.agent, found.activity.source) == ("ana", "a.ttl")
    assert found.activity.tool.startswith("ogpgraph ")
    assert found.activity.shapes == shapes
    assert found.time.endswith("Z")

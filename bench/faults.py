"""What publishing, starting again and killing a query cost, each beside a peer of the same run.

    python bench/faults.py [--rounds N] [--sections publish,start,query,kill]

Prints min - median - max in milliseconds, and the ratio of the medians to the first row of each
section. See README.md.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import httpx
import pyoxigraph as ox
import rdflib

from ogpgraph.errors import QueryTimeout
from ogpgraph.files import Document, Graph, parse, write_dataset
from ogpgraph.formats import TURTLE
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.reference import Reference
from ogpgraph.service import Library, Service
from ogpgraph.settings import load_settings
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.isolated import Snapshots
from ogpgraph.validation import Validator

PLAN = "data/ttl/CRI/CRI-4.ttl"
LOOKUP = "SELECT ?p ?o WHERE { <https://w3id.org/ogpgraph/id/commitment/CRI-4-9> ?p ?o }"
HEAVY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIMIT = 1.0
"""Seconds that the heavy query gets."""
JSON = "application/sparql-results+json"


def measure(title: str, contenders: Mapping[str, Callable[[], object]], rounds: int) -> None:
    """Run the contenders by turns, and print what each took."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            before = time.perf_counter()
            run()
            taken[name].append((time.perf_counter() - before) * 1000)
    first = statistics.median(next(iter(taken.values())))
    print(f"\n{title} ({rounds} rounds)")
    for name, found in taken.items():
        middle = statistics.median(found)
        print(
            f"  {name:<44} {min(found):9.2f} - {middle:9.2f} - {max(found):9.2f} ms"
            f"   x {middle / first:.2f}"
        )


def publish(home: Path, rounds: int) -> None:
    """The whole of publishing one changed plan, and its parts."""
    content = Path(PLAN).read_bytes()
    settings = load_settings({"home": home}, {})
    with ExitStack() as stack:
        service = stack.enter_context(closing(Service.open(settings, serving=True)))
        library, base = service.library, service.names.base
        validator = Validator(library.shapes)
        plan = parse(content, TURTLE, name=PLAN, base=base).graph
        count = iter(range(1_000_000))

        def changed() -> Graph:
            """The plan with one title that it never had."""
            line = next(line for line in plan.lines if line.endswith('"@es .'))
            other = line.replace('"@es .', f' {next(count)} {time.monotonic_ns()}"@es .')
            return Graph.of([other, *(kept for kept in plan.lines if kept != line)])

        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ledger = stack.enter_context(closing(Ledger(folder / "ledger.sqlite")))
        store = stack.enter_context(closing(EmbeddedStore(folder / "store")))
        graphs = {iri: service.store.graph(iri) for iri in service.store.graphs()}
        store.replace(graphs)
        snapshots = Snapshots(store, folder / "snapshots")
        around = Reference([g for iri, g in graphs.items() if "/scheme/" in iri]).around(plan)
        activity = Activity("bench", "bench", "bench", "0")
        iri = service.names.graph("plan/CRI-4")
        measure(
            f"Publishing one plan of {len(plan)} triples",
            {
                "whole, until it is visible": lambda: service._publisher.publish(
                    [Document(PLAN, changed())], agent="bench", source="bench"
                ),
                "  parse": lambda: parse(content, TURTLE, name=PLAN, base=base),
                "  validate (SHACL)": lambda: validator.validate(plan, around),
                "  ledger, with fsync": lambda: ledger.append({iri: changed()}, activity),
                "  store, with flush": lambda: store.replace({iri: changed()}),
                "  snapshot": snapshots.renew,
                "peer: rdflib parses it": lambda: rdflib.Graph().parse(content, format="turtle"),
            },
            rounds,
        )


def start(home: Path, rounds: int) -> None:
    """Opening a home that was closed, one that was killed, and one without its store."""
    settings = load_settings({"home": home}, {})
    with closing(Service.open(settings)) as service:
        graphs = {iri: service.store.graph(iri) for iri in service.store.graphs()}
    content = write_dataset(graphs, "application/n-quads", prefixes={})

    def opened() -> None:
        Service.open(settings).close()

    def killed() -> None:
        (home / "store.seal").unlink()
        opened()

    def deleted() -> None:
        shutil.rmtree(home / "store")
        opened()

    measure(
        f"Opening and closing a home of {sum(map(len, graphs.values()))} triples",
        {
            "closed properly": opened,
            "killed: built again from the ledger": killed,
            "store deleted: built again from the ledger": deleted,
            "  of these: reading the package's own files": lambda: Library.load(settings),
            "peer: rdflib reads the export": lambda: rdflib.Dataset().parse(
                data=content, format="nquads"
            ),
        },
        rounds,
    )


def query(home: Path, rounds: int) -> None:
    """One lookup, through a worker and beside it."""
    settings = load_settings({"home": home}, {})
    with ExitStack() as stack:
        service = stack.enter_context(closing(Service.open(settings, serving=True)))
        graphs = {iri: service.store.graph(iri) for iri in service.store.graphs()}
        content = write_dataset(graphs, "application/n-quads", prefixes={})
        plain = rdflib.Graph()
        for graph in graphs.values():
            plain.parse(data=graph.to_bytes(), format="nt")
        memory = ox.Store()
        memory.bulk_load(content, format=ox.RdfFormat.N_QUADS)
        contenders: dict[str, Callable[[], object]] = {
            "a worker on a snapshot": lambda: service.public.query(LOOKUP).write(JSON),
            "the engine in process": lambda: memory.query(
                LOOKUP, use_default_graph_as_union=True
            ).serialize(format=ox.QueryResultsFormat.JSON),
            "peer: rdflib in process": lambda: plain.query(LOOKUP).serialize(format="json"),
        }
        program = Path(sys.executable).with_name("oxigraph")
        if program.exists():
            url = stack.enter_context(closing(_Oxigraph(program, content))).url
            client = stack.enter_context(httpx.Client())
            contenders["peer: oxigraph serve, over HTTP"] = lambda: client.get(
                f"{url}/query", params={"query": LOOKUP, "union-default-graph": ""}
            ).read()
        else:
            print("skipped: the oxigraph server (PyPI: oxigraph) is not installed")
        measure("One lookup", contenders, rounds * 20)


class _Oxigraph:
    """The oxigraph server over the same data."""

    def __init__(self, program: Path, content: bytes) -> None:
        self.url = "http://127.0.0.1:7979"
        self._folder = tempfile.TemporaryDirectory()
        command = [str(program), "serve", "--location", self._folder.name, "--bind"]
        self._process = subprocess.Popen(
            [*command, "127.0.0.1:7979"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                headers = {"Content-Type": "application/n-quads"}
                httpx.post(f"{self.url}/store", content=content, headers=headers, timeout=60)
                return
            time.sleep(0.1)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def kill(home: Path, rounds: int) -> None:
    """A query that never ends: how long past its limit it is gone, and the next good one."""
    settings = load_settings({"home": home, "query_workers": "1"}, {})
    with closing(Service.open(settings, serving=True)) as service:

        def good() -> None:
            service.public.query(LOOKUP, timeout=30.0).write(JSON)

        def heavy() -> None:
            with suppress(QueryTimeout):
                service.public.query(HEAVY, timeout=LIMIT).write(JSON)

        good()
        measure(
            f"One worker, a limit of {LIMIT:g} s",
            {"the heavy query, told": heavy, "the good query straight after": good},
            rounds,
        )


SECTIONS = {"publish": publish, "start": start, "query": query, "kill": kill}


def main() -> None:
    """Fill a home with the shipped data and run the sections on it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--sections", default=",".join(SECTIONS))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogpgraph-bench-") as folder:
        home = Path(folder) / "home"
        with closing(Service.open(load_settings({"home": home}, {}))) as service:
            service.fill()
        for name in given.sections.split(","):
            SECTIONS[name](home, given.rounds)


if __name__ == "__main__":
    main()

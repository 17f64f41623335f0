"""What it takes to make the statistics of a version, of few and of many statements.

    python bench/tables.py [--rounds N] [--statements N N …]

Copies of the five shipped plans, with what the rules derive from them, stand in a store on disk
until it holds so many statements. Prints min - median - max in milliseconds, of all and of each
query. See README.md.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.reading import Reading
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.statistics.counting import statistics_of
from ogpgraph.statistics.facts import QUERIES
from ogpgraph.store.base import rows
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.groups import Groups

SIZES = (10_000, 1_000_000)
PLANS = ("CRI-4", "ECU-1", "GTM-4", "HND-4", "MEX-4")
TIMEOUT = 600.0


def measured(run: Callable[[], object], rounds: int) -> str:
    """Min - median - max of some rounds."""
    taken = []
    for _ in range(rounds):
        before = time.perf_counter()
        run()
        taken.append((time.perf_counter() - before) * 1000)
    return f"{min(taken):9.1f} - {statistics.median(taken):9.1f} - {max(taken):9.1f} ms"


def shipped(folder: Path) -> tuple[Names, dict[str, Graph]]:
    """The graphs of a filled home, with what follows from them."""
    with closing(Service.open(load_settings({"home": folder}, {}))) as service:
        service.fill()
        store, names = service.store, service.names
        wanted = [iri for iri in store.graphs() if names.group_of(iri) in names.shown_graphs]
        return names, {iri: store.graph(iri) for iri in wanted}


def copies(names: Names, found: dict[str, Graph]) -> Iterator[dict[str, Graph]]:
    """The graphs of the plans, again and again under other numbers; ten share institutions."""
    prefixes = tuple(names.graph(f"{kind}plan/") for kind in ("", "derived/"))
    plans = {iri: graph for iri, graph in found.items() if iri.startswith(prefixes)}
    plan, institution = re.compile(r"\b(CRI|ECU|GTM|HND|MEX)-(\d)\b"), re.compile(r"/institution/")
    number = 0
    while True:
        number += 1
        group = f"/institution/g{number // 10}-"
        changed = {}
        for iri, graph in plans.items():
            lines = (
                institution.sub(group, plan.sub(rf"\1-{number}0\2", line)) for line in graph.lines
            )
            changed[plan.sub(rf"\1-{number}0\2", iri)] = Graph.of(lines)
        yield changed


def filled(folder: Path, names: Names, found: dict[str, Graph], size: int) -> EmbeddedStore:
    """A store on disk with so many statements at least."""
    store = EmbeddedStore(folder, groups=Groups(names.graph_groups, names.group_of))
    graphs, held, more = dict(found), sum(map(len, found.values())), copies(names, found)
    while held < size:
        made = next(more)
        graphs |= made
        held += sum(map(len, made.values()))
    store.fill(graphs)
    print(f"\n{held} statements in {len(graphs)} graphs", flush=True)
    return store


def section(store: EmbeddedStore, names: Names, rounds: int) -> None:
    """All queries together, then each by itself."""
    reading = Reading(store, store, "1-bench", names, TIMEOUT)
    made = statistics_of(reading)
    total = made.tables["countries"].totals["commitments"]
    figures = sum(len(t.rows) * len(t.definition.measures) for t in made.tables.values())
    print(f"  {total} commitments, {figures} figures")
    print(f"  {'all':<16} {measured(lambda: statistics_of(reading), rounds)}")
    for name, query in QUERIES.items():
        text = names.sparql_prologue + query

        def ask(text: str = text) -> object:
            found = store.query(text, timeout=TIMEOUT, default_graphs=names.shown_graphs)
            return list(rows(found))

        print(f"  {name:<16} {measured(ask, rounds)}")


def main() -> None:
    """Fill a store of each size, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--statements", type=int, nargs="*", default=SIZES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        names, found = shipped(Path(root) / "home")
        for size in given.statements:
            with closing(filled(Path(root) / str(size), names, found, size)) as store:
                section(store, names, given.rounds)


if __name__ == "__main__":
    main()

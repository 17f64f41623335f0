"""What the self-description adds to a publish, on the shipped data and on generated plans.

    python bench/description.py [--rounds N] [--plans N]

Prints min - median - max in milliseconds, and the ratio of the medians to the first row of each
section. Each contender has a home of its own, on disk, and they take turns. See README.md.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from ogpgraph.describing.statistics import whole
from ogpgraph.drafts import graph_of
from ogpgraph.entailments import Entailments
from ogpgraph.files import Document, Graph
from ogpgraph.holdings import Holdings
from ogpgraph.inference import Inference
from ogpgraph.ledger import Activity, Ledger
from ogpgraph.library import Library
from ogpgraph.mirror import Mirror
from ogpgraph.rules import Rules
from ogpgraph.service import Service
from ogpgraph.settings import Settings, load_settings
from ogpgraph.store.embedded import EmbeddedStore
from ogpgraph.store.merge import StoreMerge

PLAN = "plan/CRI-4"
ACTIVITY = Activity("bench", "bench", "bench", "0")


class Home:
    """A ledger and a store on disk; what is published is not validated, and nothing derived."""

    def __init__(
        self, folder: Path, settings: Settings, library: Library, *, describe: bool
    ) -> None:
        folder.mkdir()
        self.ledger = Ledger(folder / "ledger.sqlite")
        self.store = EmbeddedStore(folder / "store")
        holdings = Holdings(self.ledger, library.names)
        inference = Inference(Rules(()), Entailments(()), holdings, library.names)
        self.mirror = Mirror(
            self.store, self.ledger, holdings=holdings, inference=inference, names=library.names
        )
        if describe:
            self.mirror.describer = library.describer(settings, self.ledger)
        self.mirror.restore()

    def publish(self, graphs: Mapping[str, Graph]) -> None:
        """As the write path does, from the ledger on."""
        versions = self.ledger.append(graphs, ACTIVITY)
        self.mirror.show(graphs, versions[-1].sequence)

    def close(self) -> None:
        """Let go of both files."""
        self.store.close()
        self.ledger.close()


def measure(title: str, contenders: Mapping[str, Callable[[int], object]], rounds: int) -> None:
    """Run the contenders by turns, and print what each took."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds):
        for name, run in contenders.items():
            before = time.perf_counter()
            run(turn)
            taken[name].append((time.perf_counter() - before) * 1000)
    first = statistics.median(next(iter(taken.values())))
    print(f"\n{title} ({rounds} rounds)")
    for name, found in taken.items():
        middle = statistics.median(found)
        print(
            f"  {name:<44} {min(found):9.2f} - {middle:9.2f} - {max(found):9.2f} ms"
            f"   x {middle / first:.2f}"
        )


def changed(graph: Graph, turn: int) -> Graph:
    """The same plan with another word in its summary."""
    return Graph.of(line.replace("of the pandemic", f"of pandemic {turn}") for line in graph.lines)


def section(
    title: str, data: Mapping[str, Graph], folder: Path, settings: Settings, rounds: int
) -> None:
    """Publish one changed plan of some data, with and without a description."""
    library = Library.load(settings)
    name = library.names.graph(PLAN)
    with ExitStack() as opened:
        homes = {
            label: opened.enter_context(
                closing(Home(folder / label, settings, library, describe=describe))
            )
            for label, describe in (("without", False), ("with", True))
        }
        for home in homes.values():
            home.publish(data)
        statements = sum(len(graph) for graph in data.values())

        def publishing(home: Home) -> Callable[[int], object]:
            return lambda turn: home.publish({name: changed(data[name], turn)})

        measure(
            f"{title}: {len(data)} graphs, {statements} statements; ledger and store of one plan",
            {f"{label} description": publishing(home) for label, home in homes.items()},
            rounds,
        )
        described = homes["with"]
        merge = StoreMerge(described.store)
        measure(
            f"{title}: counting everything anew, as at a start",
            {"one pass over all": lambda _: whole(merge)},
            min(rounds, 3),
        )


def validated(documents: list[Document], settings: Settings, rounds: int) -> None:
    """The whole of a publish, SHACL included, as `ogpgraph load` does it."""
    with closing(Service.open(settings)) as service:
        service.fill()
        (plan,) = (d for d in documents if d.name.endswith("CRI-4.ttl") and "/ogp" not in d.name)

        def publish(turn: int) -> object:
            document = replace(plan, graph=changed(plan.graph, turn))
            return service._publisher.publish([document], agent="bench", source="bench")

        measure("shipped data: the whole publish", {"with description": publish}, rounds)


def main() -> None:
    """Run the sections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--plans", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        settings = load_settings({"home": folder / "home"}, {})
        library = Library.load(settings)
        documents = [*library.reference_documents(), *library.sample_documents()]
        names = library.names
        shipped = {graph_of(document, names): document.graph for document in documents}
        (folder / "a").mkdir()
        section("shipped data", shipped, folder / "a", settings, given.rounds)
        plan = shipped[names.graph(PLAN)].to_bytes()
        many = dict(shipped)
        for number in range(given.plans):
            code = f"CRI-{1000 + number}".encode()
            content = plan.replace(b"CRI-4", code)
            many[names.graph(f"plan/{code.decode()}")] = Graph.from_bytes(content)
        (folder / "b").mkdir()
        section(f"{given.plans} plans more", many, folder / "b", settings, given.rounds)
        validated(documents, settings, given.rounds)


if __name__ == "__main__":
    main()

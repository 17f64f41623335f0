"""One pair of lanes with the shipped shapes, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ogpgraph.files import Graph, read
from ogpgraph.intake.documents import Intake
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.shipped import Shipped


def union(paths: tuple) -> Graph:
    return Graph.of(
        line for path in paths for line in read(path, base=DEFAULT_BASE_IRI).graph.lines
    )


@pytest.fixture(scope="session")
def shapes() -> Graph:
    return union(Shipped.find().shapes)


@pytest.fixture(scope="session")
def intake(shapes: Graph) -> Iterator[Intake]:
    made = Intake(shapes, size=2, memory_mib=768, parse_timeout=30, validate_timeout=60)
    yield made
    made.close()

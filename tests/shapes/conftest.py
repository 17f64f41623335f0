"""The shapes, and the shared data beside which graphs are checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogpgraph.files import Document, Graph, read
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.shipped import Shipped
from ogpgraph.validation import Validator

FIXTURES = Path(__file__).parent / "fixtures"


def document(path: Path) -> Document:
    return read(path, base=DEFAULT_BASE_IRI)


def union(paths: tuple[Path, ...]) -> Graph:
    return Graph.of(line for path in paths for line in document(path).graph.lines)


@pytest.fixture(scope="session")
def shapes() -> Graph:
    return union(Shipped.find().shapes)


@pytest.fixture(scope="session")
def validator(shapes: Graph) -> Validator:
    return Validator(shapes)


@pytest.fixture(scope="session")
def ontology() -> Graph:
    return union(Shipped.find().ontology)


@pytest.fixture(scope="session")
def reference(ontology: Graph) -> Graph:
    return ontology | document(FIXTURES / "reference.ttl").graph


@pytest.fixture
def ok_plan() -> Document:
    return document(FIXTURES / "ok-plan.ttl")

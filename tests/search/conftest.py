"""Small documents that are published while others search, and who asks meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def areas_file(tmp_path: Path, plan_text: str) -> Callable[..., Path]:
    """Writes a file of one graph with policy areas of these names: `areas_file(es, en=…)`."""

    def write(*names: str, graph: str = "scheme/areas", summary: str = "") -> Path:
        text = plan_text.format(graph=graph, title="Areas")
        text += "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        for number, name in enumerate(names):
            area = f"<https://w3id.org/ogpgraph/scheme/policy-area/made{number}>"
            scheme = "<https://w3id.org/ogpgraph/scheme/policy-area>"
            text += (
                f"{area} a ogp:PolicyArea , skos:Concept ; skos:inScheme {scheme} ;\n"
                f'  skos:prefLabel "{name}"@es , "{name}"@en ;\n'
                f'  skos:definition "{summary or name}"@es , "{summary or name}"@en .\n'
            )
        path = tmp_path / f"{graph.replace('/', '-')}.ttl"
        path.write_text(text, encoding="utf-8")
        return path

    return write

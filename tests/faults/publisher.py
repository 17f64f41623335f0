"""A process that publishes for ever: `python publisher.py HOME [serving]`, to be killed.

After each publication it writes a line: the version and the digest that were acknowledged.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

from ogpgraph.files import Document, Graph
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

TEXT = """<{graph}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ns}ReferenceGraph> .
<{graph}> <http://purl.org/dc/terms/title> "Round {round}"@en .
<{graph}> <http://purl.org/dc/terms/title> "Vuelta {round}"@es .
<{graph}> <http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/4.0/> .
<{graph}> <http://www.w3.org/ns/prov#wasAttributedTo> <{base}id/agent/ogpgraphCuration> .
<{graph}> <http://www.w3.org/ns/prov#generatedAtTime> "2026-11-21T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
"""


def document(service: Service, name: str, number: int) -> Document:
    """A graph of which two statements tell the round."""
    names = service.names
    graph = names.graph(f"shared/{name}")
    text = TEXT.format(graph=graph, ns=names.term(""), base=names.base, round=number)
    return Document(name, Graph.of(text.splitlines()))


def main() -> None:
    """Publish two graphs at a time, which belong together."""
    home, serving = Path(sys.argv[1]), "serving" in sys.argv[2:]
    service = Service.open(load_settings({"home": home}, {}), serving=serving)
    for number in itertools.count(service.sequence + 1):
        pair = [document(service, name, number) for name in ("left", "right")]
        publication = service._publisher.publish(pair, agent="publisher", source="loop")
        for version in publication.versions:
            line = f"{version.sequence} {version.graph} {version.digest}\n"
            os.write(1, line.encode())


if __name__ == "__main__":
    main()

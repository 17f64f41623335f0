"""A full OWL 2 DL reasoner (HermiT) agrees: no contradiction, no class that can have no member."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import Graph

ROOT = Path(__file__).resolve().parents[2]
ONTOLOGY = ROOT / "ontology"
owlready2 = pytest.importorskip("owlready2", reason="owlready2, which carries HermiT, is absent")
pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs java, which is absent"),
    pytest.mark.filterwarnings("ignore"),  # owlready2 leaves files of its own unclosed
]


def reason(folder: Path, *paths: Path) -> list[str]:
    """Load the files, run HermiT and return the classes that can have no member.

    Raises:
        owlready2.OwlReadyInconsistentOntologyError: the files contradict each other.
    """
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    file = folder / "all.nt"
    graph.serialize(file, format="nt", encoding="utf-8")
    world = owlready2.World()
    world.get_ontology(file.as_uri()).load()
    # Dates of lesser precision (xsd:gYearMonth) are outside OWL 2's datatypes: passed over.
    owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    return sorted(cls.iri for cls in world.inconsistent_classes())


def test_ontology_is_coherent(tmp_path: Path) -> None:
    """The core and its links to other ontologies: every class can have members."""
    assert reason(tmp_path, ONTOLOGY / "ogp.ttl", ONTOLOGY / "alignments.ttl") == []


def test_data_is_consistent(tmp_path: Path) -> None:
    """Everything shipped, as one: about five seconds."""
    files = {*ONTOLOGY.glob("**/*.ttl"), *(ROOT / "data" / "ttl").glob("**/*.ttl")}
    assert reason(tmp_path, *sorted(files)) == []


def test_contradiction_is_found(tmp_path: Path) -> None:
    """The deliberately wrong file is found wrong, so that the test above means something."""
    wrong = Path(__file__).with_name("inconsistent.ttl")
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(tmp_path, ONTOLOGY / "ogp.ttl", wrong)

"""Statistics are of the version that is read, also while others are published."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ogpgraph.iris import Names
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

NAMES = Names()


@pytest.fixture
def serving(filled_home: Path, tmp_path: Path) -> Iterator[Service]:
    """A service with workers on snapshots, as it is in production."""
    home = shutil.copytree(filled_home, tmp_path / "home")
    with closing(Service.open(load_settings({"home": home}, {}), serving=True)) as service:
        yield service


def branches(service: Service) -> tuple[int, dict[str, int]]:
    """The version, and public institutions by branch."""
    with service.reading() as reading:
        found = service.statistics.of(reading)
        rows = found.tables["countries"].rows
        return reading.sequence, {row.keys[0][-3:]: int(row.values[2]) for row in rows}


def institution(folder: Path, number: int) -> Path:
    """A file with so many more institutions of Mexico."""
    path = folder / f"more-{number}.ttl"
    assessment = "<https://w3id.org/ogpgraph/id/branch-assessment/institution/MEX-more-{at}>"
    things = "".join(
        f"""institution:MEX-more-{at} a ogp:PublicInstitution ; dcterms:spatial country:MEX ;
    dcterms:title "{at}"@es ; skos:prefLabel "{at}"@es , "{at}"@en ;
    ogp:branchOfState branch:executive ; ogp:hasBranchAssessment {assessment.format(at=at)} .
{assessment.format(at=at)} a ogp:BranchAssessment ; ogp:assessedBranch branch:executive ;
    ogp:basis <https://w3id.org/ogpgraph/scheme/basis/curated> ;
    ogp:rationale "Prueba."@es , "Test."@en ; prov:wasAttributedTo agent:ogpgraphCuration .
"""
        for at in range(number)
    )
    path.write_text(
        f"""@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
@prefix agent: <https://w3id.org/ogpgraph/id/agent/> .
@prefix branch: <https://w3id.org/ogpgraph/scheme/branch/> .
@prefix country: <https://w3id.org/ogpgraph/id/country/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix institution: <https://w3id.org/ogpgraph/id/institution/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://w3id.org/ogpgraph/graph/institutions/MEX-more> a ogp:ReferenceGraph ;
    dcterms:title "Test"@en , "Prueba"@es ; prov:wasAttributedTo agent:ogpgraphCuration ;
    prov:generatedAtTime "2026-11-21T00:00:00Z"^^xsd:dateTime ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
{things}""",
        encoding="utf-8",
    )
    return path


def test_each_reader_has_the_figures_of_one_version(serving: Service, tmp_path: Path) -> None:
    first, before = branches(serving)
    expected = {first: before["MEX"]}
    seen: list[tuple[int, int]] = []
    failed: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.02):
            try:
                sequence, found = branches(serving)
            except Exception as error:  # noqa: BLE001
                failed.append(error)
                return
            seen.append((sequence, found["MEX"]))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for one in readers:
        one.start()
    try:
        for number in (2, 5, 3):
            serving.load([institution(tmp_path, number)], agent="test")
            expected[serving.sequence] = before["MEX"] + number
            assert branches(serving) == (serving.sequence, before | {"MEX": before["MEX"] + number})
    finally:
        done.set()
        for one in readers:
            one.join()
    assert failed == []
    assert all(expected[sequence] == count for sequence, count in seen)
    assert len(set(seen)) >= 2


def test_they_are_made_without_being_asked_for(serving: Service, tmp_path: Path) -> None:
    serving.load([institution(tmp_path, 2)], agent="test")
    until = time.monotonic() + 30
    while not serving.statistics.has(serving.edition):
        assert time.monotonic() < until, "nobody has made the statistics"
        time.sleep(0.1)

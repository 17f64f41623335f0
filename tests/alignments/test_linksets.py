"""VoID: links to the UN's goals, apart by how an alignment was made, each number that of a COUNT."""

from __future__ import annotations

from typing import Any

import pytest

from ogpgraph.describing.describer import Describer
from ogpgraph.describing.statistics import whole
from ogpgraph.describing.void import void
from ogpgraph.files import triples
from ogpgraph.service import Service
from ogpgraph.store.base import rows
from ogpgraph.store.merge import StoreMerge
from ogpgraph.vocab import EXTERNAL_PREFIXES

VOID = EXTERNAL_PREFIXES["void"]
QUERY = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
SELECT ?p ?method ?state (COUNT(*) AS ?n) WHERE {
  ?s ogp:alignmentMethod ?method ; ogp:reviewState ?state ; ?p ?o .
  FILTER (isIRI(?o) && STRSTARTS(STR(?o), "http://metadata.un.org/sdg/"))
} GROUP BY ?p ?method ?state"""


@pytest.fixture(scope="module")
def said(aligned_service: Service) -> dict[tuple[str, str], set[str]]:
    """What VoID says of a store with alignments of every method and state."""
    service = aligned_service
    describer: Describer = service.library.describer(service.settings, service._ledger)
    counts = whole(StoreMerge(service.store), describer.watched)
    moment = describer._moment(1, counts, {})
    found: dict[tuple[str, str], set[str]] = {}
    for subject, predicate, value in triples(
        void(service.site, moment, describer._short, describer._most)
    ):
        found.setdefault((subject.value, predicate.value), set()).add(value.value)
    return found


def test_there_is_one_for_each_method_and_state(
    said: dict[tuple[str, str], set[str]], aligned_service: Service
) -> None:
    kind = EXTERNAL_PREFIXES["dcterms"] + "type"
    described: dict[tuple[str, frozenset[str]], int] = {}
    for node, name in list(said):
        if name == f"{VOID}subset" and "#un-sdg." in node:
            for part in said[node, name]:
                (predicate,) = said[part, f"{VOID}linkPredicate"]
                (count,) = said[part, f"{VOID}triples"]
                assert said[node, f"{VOID}linkPredicate"] == {predicate}
                assert said[part, f"{VOID}objectsTarget"] == {f"{aligned_service.site.void}#un-sdg"}
                described[predicate, frozenset(said[part, kind])] = int(count)
    found: Any = rows(aligned_service.store.query(QUERY))
    expected = {
        (row["p"].value, frozenset({row["method"].value, row["state"].value})): int(row["n"].value)
        for row in found
    }
    assert described == expected
    names = {tuple(sorted(one.rsplit("/", 1)[-1] for one in kinds)) for _, kinds in described}
    assert {
        ("accepted", "curated"),
        ("accepted", "statedInSource"),
        ("accepted", "suggested"),
        ("curated", "proposed"),
        ("curated", "rejected"),
        ("proposed", "suggested"),
        ("rejected", "suggested"),
    } <= names


def test_commitments_are_linked_to_the_goals_and_targets(
    said: dict[tuple[str, str], set[str]], aligned_service: Service
) -> None:
    """What follows from accepted alignments: the linksets that most will want."""
    for name in ("alignsWithGoal", "alignsWithTarget"):
        node = f"{aligned_service.site.void}#un-sdg.ogp-{name}"
        (number,) = said[node, f"{VOID}triples"]
        query = f"SELECT (COUNT(*) AS ?n) {{ ?s <{aligned_service.names.term(name)}> ?o }}"
        (row,) = rows(aligned_service.store.query(query))
        assert int(number) == int(row["n"].value) > 0

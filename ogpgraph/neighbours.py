"""What stands around a thing: who takes part, what serves a goal, what comes before and after.

Each function is a fixed number of queries of one version, of a bounded size. What is said of the
thing itself is told by `browse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.files import Graph
from ogpgraph.reading import Reading
from ogpgraph.store.base import Row, rows, statements
from ogpgraph.terms import Term, iri

MOST_ALIGNMENTS = 200
"""Alignments that are told of at once; their list has the rest."""
MOST_INVOLVEMENTS = 500
"""Involvements of an institution that are told of at once."""
_NAMED = "skos:prefLabel rdf:type ogp:number ogp:ordinal ogp:commitmentOf ogp:country"
"""What is told of a commitment or plan that stands around another thing."""


@dataclass(frozen=True, slots=True)
class Around:
    """Things around another: their IRIs in order, what is said of them, whether there are more."""

    items: tuple[str, ...]
    graph: Graph
    more: bool = False


@dataclass(frozen=True, slots=True)
class Involved:
    """Commitments that an institution takes part in, by the IRI of its role."""

    by_role: Mapping[str, tuple[str, ...]]
    graph: Graph
    more: bool = False


def alignments(reading: Reading, *codes: str) -> Around:
    """The alignments with goals or targets, of any method and state, with their words.

    Args:
        reading: the version.
        codes: IRIs of goals, whose targets' alignments count too, or of targets.

    Raises:
        BadRequest: it is no IRI.
    """
    found = _rows(
        reading,
        f"SELECT DISTINCT ?item WHERE {{ VALUES ?code {{ {_listed(list(map(iri, codes)))} }} "
        f"?item ogp:alignedGoal|ogp:alignedTarget ?code }} "
        f"ORDER BY STR(?item) LIMIT {MOST_ALIGNMENTS + 1}",
    )
    items = [row["item"] for row in found[:MOST_ALIGNMENTS]]
    if not items:
        return Around((), Graph())
    things = _listed(items)
    graph = _construct(
        reading,
        f"{{ VALUES ?s {{ {things} }} ?s ?p ?o }} "
        f"UNION {{ VALUES ?item {{ {things} }} ?item ogp:hasEvidence ?s . ?s ?p ?o }} "
        f"UNION {{ VALUES ?item {{ {things} }} VALUES ?p {{ {_NAMED} }} "
        f"?s ogp:commitmentAlignment|ogp:planAlignment ?item . ?s ?p ?o }}",
    )
    return Around(tuple(item.value for item in items), graph, len(found) > MOST_ALIGNMENTS)


def involvements(reading: Reading, institution: str) -> Involved:
    """The commitments that an institution takes part in, by its role in each.

    Raises:
        BadRequest: it is no IRI.
    """
    found = _rows(
        reading,
        f"SELECT DISTINCT ?item ?role ?plan ?at WHERE {{ "
        f"VALUES ?institution {{ {iri(institution)} }} "
        f"?involvement ogp:involvedAgent ?institution . ?item ogp:hasInvolvement ?involvement . "
        f"OPTIONAL {{ ?involvement ogp:involvementRole ?role }} "
        f"OPTIONAL {{ ?item ogp:commitmentOf ?plan }} OPTIONAL {{ ?item ogp:ordinal ?at }} }} "
        f"ORDER BY STR(?plan) ?at STR(?item) LIMIT {MOST_INVOLVEMENTS + 1}",
    )
    shown = found[:MOST_INVOLVEMENTS]
    by_role: dict[str, dict[str, None]] = {}
    for row in shown:
        role = row["role"].value if "role" in row else ""
        by_role.setdefault(role, {})[row["item"].value] = None
    items = list(dict.fromkeys(row["item"] for row in shown))
    roles = list(dict.fromkeys(row["role"] for row in shown if "role" in row))
    graph = _named(reading, [*items, *roles]) if items else Graph()
    told = MappingProxyType({role: tuple(those) for role, those in by_role.items()})
    return Involved(told, graph, len(found) > MOST_INVOLVEMENTS)


def beside(reading: Reading, commitment: str) -> Around:
    """The commitments before and after one in its plan; `items` has "" where there is none.

    Raises:
        BadRequest: it is no IRI.
    """
    one = iri(commitment)
    plan = f"{one} ogp:commitmentOf ?plan ; ogp:ordinal ?here . ?plan ogp:hasCommitment ?item ."
    found = _rows(
        reading,
        f"SELECT ?item ?side WHERE {{ "
        f'{{ SELECT ?item ("before" AS ?side) WHERE {{ {plan} ?item ogp:ordinal ?at '
        f"FILTER (?at < ?here) }} ORDER BY DESC(?at) LIMIT 1 }} UNION "
        f'{{ SELECT ?item ("after" AS ?side) WHERE {{ {plan} ?item ogp:ordinal ?at '
        f"FILTER (?at > ?here) }} ORDER BY ?at LIMIT 1 }} }}",
    )
    side = {row["side"].value: row["item"] for row in found}
    graph = _named(reading, list(side.values())) if side else Graph()
    order = tuple(side[name].value if name in side else "" for name in ("before", "after"))
    return Around(order, graph)


def _named(reading: Reading, things: list[Term]) -> Graph:
    listed = _listed(things)
    return _construct(reading, f"VALUES ?s {{ {listed} }} VALUES ?p {{ {_NAMED} }} ?s ?p ?o")


def _listed(things: list[Term]) -> str:
    return " ".join(map(str, things))


def _rows(reading: Reading, text: str) -> list[Row]:
    return list(rows(reading.find(text)))


def _construct(reading: Reading, pattern: str) -> Graph:
    label = "?o skos:prefLabel ?label"
    text = f"CONSTRUCT {{ ?s ?p ?o . {label} }} WHERE {{ {pattern} OPTIONAL {{ {label} }} }}"
    return statements(reading.find(text))

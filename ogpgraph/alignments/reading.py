"""The alignments of a version, read once."""

from __future__ import annotations

from collections.abc import Iterator

from ogpgraph.alignments.records import AlignmentSet, records
from ogpgraph.reading import Reading
from ogpgraph.store.base import rows
from ogpgraph.terms import Triple

_PAGE = 100_000
"""Rows of one query: fewer than our own lane of queries lets through."""
_ALIGNMENTS = """SELECT ?s ?p ?o WHERE {
  ?s a ogp:SDGAlignment ; ?p ?o .
}"""
_OWNERS = """SELECT ?s ?p ?o WHERE {
  VALUES ?p { ogp:commitmentAlignment ogp:planAlignment } ?s ?p ?o .
}"""
_EVIDENCE = """SELECT ?s ?p ?o WHERE {
  { SELECT DISTINCT ?s WHERE { ?alignment a ogp:SDGAlignment ; ogp:hasEvidence ?s } } ?s ?p ?o .
}"""
_UNALIGNED = """SELECT ?s ?p ?o WHERE {
  VALUES ?p { ogp:noSdgTarget } ?s ?p ?o .
}"""
_PLACES = """SELECT ?s ?p ?o WHERE {
  VALUES ?p { ogp:hasCommitment ogp:country } ?s a ogp:ActionPlan ; ?p ?o .
}"""
_LABELS = """SELECT ?s ?p ?o WHERE {
  { SELECT DISTINCT ?s WHERE {
    { ?s ogp:commitmentAlignment ?alignment } UNION { ?s ogp:planAlignment ?alignment }
    UNION { ?s ogp:noSdgTarget ?why }
    UNION { ?alignment a ogp:SDGAlignment . { ?alignment ogp:alignedGoal ?s }
            UNION { ?alignment ogp:alignedTarget ?s } UNION { ?alignment prov:wasAttributedTo ?s } }
  } }
  VALUES ?p { skos:prefLabel schema:softwareVersion } ?s ?p ?o .
}"""
QUERIES = (_ALIGNMENTS, _OWNERS, _EVIDENCE, _UNALIGNED, _PLACES, _LABELS)
"""All that is asked of the store."""


def alignments_of(reading: Reading) -> AlignmentSet:
    """The alignments of what a request reads, by a fixed number of queries for each 100,000 rows.

    Raises:
        QueryTimeout, Unavailable: the store cannot answer.
    """
    found = (triple for query in QUERIES for triple in _scan(reading, query))
    return records(found, reading.names)


def _scan(reading: Reading, query: str) -> Iterator[Triple]:
    """All statements that a query finds: what is asserted, since the rest follows from it."""
    seen = 0
    while True:
        text = query + f" LIMIT {_PAGE} OFFSET {int(seen)}"
        before = seen
        for row in rows(reading.find(text, asserted=True, ahead=True)):
            seen += 1
            yield Triple(row["s"], row["p"], row["o"])
        if seen - before < _PAGE:
            return

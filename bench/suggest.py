"""What it takes to suggest goals and targets for commitments, and that the same is said twice.

    python bench/suggest.py [--commitments N]

The texts are the summaries of the shipped commitments in Spanish and English, over and over.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import time

import pyoxigraph as ox
from sdg_benchmark import LEXICON, REPOSITORY

from ogpgraph.suggester.records import written
from ogpgraph.suggester.suggest import Suggester

_TEXTS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT (STR(?label) AS ?title) (STR(?said) AS ?summary) WHERE {
  ?commitment a ogp:Commitment ; skos:prefLabel ?label ; ogp:summary ?said
  FILTER (LANG(?label) = LANG(?said))
} ORDER BY ?commitment ?said
"""


def main() -> None:
    """Time it twice, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commitments", type=int, default=1000)
    given = parser.parse_args()
    texts = list(itertools.islice(itertools.cycle(shipped()), given.commitments))
    digests = []
    for number in range(2):
        began = time.perf_counter()
        suggester = Suggester.of(LEXICON)
        ready = time.perf_counter()
        lines = [written(str(at), suggester.suggest(text)) for at, text in enumerate(texts)]
        took = time.perf_counter() - ready
        digests.append(hashlib.sha256(b"".join(lines)).hexdigest())
        print(
            f"round {number + 1}: lexicon read in {ready - began:.2f} s; {len(texts)} commitments "
            f"({sum(map(len, texts))} characters) in {took:.2f} s, {len(texts) / took:.0f} a second"
        )
    print("the same, byte for byte" if len(set(digests)) == 1 else "NOT the same")
    if len(set(digests)) != 1:
        raise SystemExit(1)


def shipped() -> list[str]:
    """The texts of the shipped commitments."""
    store = ox.Store()
    for path in sorted((REPOSITORY / "data" / "ttl").rglob("*.ttl")):
        store.load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=ox.DefaultGraph())
    return [f"{row['title'].value}. {row['summary'].value}" for row in store.query(_TEXTS)]


main()

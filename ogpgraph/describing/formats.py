"""The names that W3C has for the formats that are sent and read."""

from __future__ import annotations

from types import MappingProxyType

from ogpgraph import formats
from ogpgraph.formats import BOOLEAN_OFFERS, GRAPH_OFFERS, SOLUTION_OFFERS

_NAMES = MappingProxyType(
    {
        formats.TURTLE: "Turtle",
        formats.N_TRIPLES: "N-Triples",
        formats.JSON_LD: "JSON-LD",
        formats.RDF_XML: "RDF_XML",
        formats.N_QUADS: "N-Quads",
        formats.TRIG: "TriG",
        "text/n3": "N3",
        formats.RESULTS_JSON: "SPARQL_Results_JSON",
        formats.RESULTS_XML: "SPARQL_Results_XML",
        formats.CSV: "SPARQL_Results_CSV",
        formats.TSV: "SPARQL_Results_TSV",
    }
)
DUMPS = MappingProxyType(
    {
        "nq": formats.N_QUADS,
        "trig": formats.TRIG,
        "ttl": formats.TURTLE,
        "jsonld": formats.JSON_LD,
    }
)
"""The forms of a dump: suffix before `.gz` -> media type. Turtle holds the merge."""


def format_iri(media_type: str) -> str | None:
    """The IRI of a format; None for one that is none of W3C's, such as pages."""
    name = _NAMES.get(media_type)
    return f"http://www.w3.org/ns/formats/{name}" if name else None


def sent(*, rdf: bool = False) -> tuple[str, ...]:
    """The formats in which `/sparql` answers; with `rdf` those of graphs only."""
    offers = GRAPH_OFFERS if rdf else (*SOLUTION_OFFERS, *BOOLEAN_OFFERS, *GRAPH_OFFERS)
    found = (format_iri(offer.media_type) for offer in offers)
    return tuple(sorted({name for name in found if name}))

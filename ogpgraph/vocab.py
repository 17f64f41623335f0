"""Prefixes of the vocabularies that we use, and the few external terms that code names.

Our own terms are not here: they live under the base IRI of a deployment (`iris.Names`).
"""

from __future__ import annotations

from types import MappingProxyType

EXTERNAL_PREFIXES = MappingProxyType(
    {
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "eli": "http://data.europa.eu/eli/ontology#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "m8g": "http://data.europa.eu/m8g/",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "qb": "http://purl.org/linked-data/cube#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sd": "http://www.w3.org/ns/sparql-service-description#",
        "sdg": "http://metadata.un.org/sdg/",
        "sdgo": "http://metadata.un.org/sdg/ontology#",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spdx": "http://spdx.org/rdf/terms#",
        "time": "http://www.w3.org/2006/time#",
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
        "void-ext": "http://ldf.fi/void-ext#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

RDF_TYPE = EXTERNAL_PREFIXES["rdf"] + "type"
PREF_LABEL = EXTERNAL_PREFIXES["skos"] + "prefLabel"
DEFINITION = EXTERNAL_PREFIXES["skos"] + "definition"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
"""Of the data and the ontology."""
SDG = EXTERNAL_PREFIXES["sdg"]
SDG_SCHEME = SDG.rstrip("/")
"""The concept scheme of the goals and targets."""
LANGUAGES = ("es", "en")

ROLES = ("lead", "coResponsible", "supporting", "counterpart", "funder", "named")
"""The roles of institutions in a commitment, in the order in which they are told."""


def expanded(name: str) -> str:
    """The IRI of a name with one of these prefixes: `skos:prefLabel`."""
    prefix, _, local = name.partition(":")
    return EXTERNAL_PREFIXES[prefix] + local

"""The slots of SSSOM 1.1 that our mapping sets have: standard ones, and extensions. Data.

https://mapping-commons.github.io/sssom/spec-model/ has what the standard ones mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from ogpgraph.iris import Names
from ogpgraph.terms import XSD
from ogpgraph.vocab import EXTERNAL_PREFIXES

SSSOM, SEMAPV = "https://w3id.org/sssom/", "https://w3id.org/semapv/vocab/"
PAV, LINKML = "http://purl.org/pav/", "https://w3id.org/linkml/"
NO_TERM_FOUND = f"{SSSOM}NoTermFound"
VERSION = "1.1"
"""Of SSSOM: the first that has `record_id`."""
_DCTERMS, _OWL = EXTERNAL_PREFIXES["dcterms"], EXTERNAL_PREFIXES["owl"]
_PROV, _RDFS = EXTERNAL_PREFIXES["prov"], EXTERNAL_PREFIXES["rdfs"]
BUILT_IN = MappingProxyType(
    {
        **{name: EXTERNAL_PREFIXES[name] for name in ("owl", "rdf", "rdfs", "skos", "xsd")},
        "linkml": LINKML,
        "semapv": SEMAPV,
        "sssom": SSSOM,
    }
)
"""Prefixes that every file knows."""
MEANINGS = MappingProxyType(
    {
        VERSION: f"{SSSOM}version{VERSION}",
        "owl named individual": f"{_OWL}NamedIndividual",
        "owl object property": f"{_OWL}ObjectProperty",
        "skos concept": f"{EXTERNAL_PREFIXES['skos']}Concept",
        "Not": f"{SSSOM}NegatedPredicate",
    }
)
"""What the values of enumerations that we write are in RDF."""


class Type(Enum):
    """What the values of a slot are, by the type hint of an extension."""

    STRING = f"{XSD}string"
    ENTITY = f"{LINKML}Uriorcurie"
    URI = f"{XSD}anyURI"
    ENUM = ""
    DATE = f"{XSD}date"
    MOMENT = f"{XSD}dateTime"
    INTEGER = f"{XSD}integer"
    DOUBLE = f"{XSD}double"
    DECIMAL = f"{XSD}decimal"


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot: its name, its property in RDF, the type of its values, and whether it has several."""

    name: str
    property: str
    type: Type = Type.STRING
    multiple: bool = False

    @classmethod
    def standard(
        cls, name: str, kind: Type = Type.STRING, *, iri: str = "", multiple: bool = False
    ) -> Slot:
        """One of SSSOM's own: most have a property of that name."""
        return cls(name, iri or SSSOM + name, kind, multiple)


_SHARED = (
    Slot.standard("subject_type", Type.ENUM),
    Slot.standard("subject_source", Type.ENTITY),
    Slot.standard("object_type", Type.ENUM),
    Slot.standard("object_source", Type.ENTITY),
    Slot.standard("predicate_type", Type.ENUM),
    Slot.standard("mapping_provider", Type.URI),
    Slot.standard("mapping_tool"),
    Slot.standard("mapping_tool_version"),
    Slot.standard("mapping_date", Type.DATE, iri=f"{_DCTERMS}created"),
)
"""Those that a set may have in place of all its mappings: “propagatable” ones."""
PROPAGATED = tuple(slot.name for slot in _SHARED)
SET_SLOTS = (
    Slot.standard("sssom_version", Type.ENUM),
    Slot.standard("mapping_set_id", Type.URI),
    Slot.standard("mapping_set_version", iri=f"{_OWL}versionInfo"),
    Slot.standard("mapping_set_title", iri=f"{_DCTERMS}title"),
    Slot.standard("mapping_set_description", iri=f"{_DCTERMS}description"),
    Slot.standard("creator_label", multiple=True),
    Slot.standard("license", Type.URI, iri=f"{_DCTERMS}license"),
    *_SHARED,
)
"""Of a set, in the order of the canonical format."""
MAPPING_SLOTS = (
    Slot.standard("record_id", Type.ENTITY),
    Slot.standard("subject_id", Type.ENTITY, iri=f"{_OWL}annotatedSource"),
    Slot.standard("subject_label"),
    Slot.standard("predicate_id", Type.ENTITY, iri=f"{_OWL}annotatedProperty"),
    Slot.standard("predicate_modifier", Type.ENUM),
    Slot.standard("object_id", Type.ENTITY, iri=f"{_OWL}annotatedTarget"),
    Slot.standard("object_label"),
    Slot.standard("mapping_justification", Type.ENTITY),
    Slot.standard("author_id", Type.ENTITY, iri=f"{PAV}authoredBy", multiple=True),
    Slot.standard("reviewer_id", Type.ENTITY, multiple=True),
    Slot.standard("creator_id", Type.ENTITY, iri=f"{_DCTERMS}creator", multiple=True),
    *_SHARED,
    Slot.standard("confidence", Type.DOUBLE),
    Slot.standard("comment", iri=f"{_RDFS}comment"),
)
"""Of a mapping, in that order."""


def extensions(names: Names) -> tuple[Slot, ...]:
    """The slots that SSSOM does not have, in the order of their properties.

    What is said of the alignment itself has the property of our ontology. What is said of its
    evidence has one of its own: ogp:firstLine on an alignment would make it a passage of a text.
    """
    term, own = names.term, f"{names.base}sssom#"
    found = (
        Slot("ext_method", term("alignmentMethod"), Type.ENTITY),
        Slot("ext_review_state", term("reviewState"), Type.ENTITY),
        Slot("ext_evidence", term("hasEvidence"), Type.ENTITY),
        Slot("ext_confidence", term("confidence"), Type.DECIMAL),
        Slot("ext_generated_at", f"{_PROV}generatedAtTime", Type.MOMENT),
        Slot("ext_generated_by", f"{_PROV}wasGeneratedBy", Type.ENTITY),
        Slot("ext_source", f"{own}source", Type.ENTITY),
        Slot("ext_quote", f"{own}quote"),
        Slot("ext_quote_language", f"{own}quoteLanguage"),
        Slot("ext_first_line", f"{own}firstLine", Type.INTEGER),
        Slot("ext_last_line", f"{own}lastLine", Type.INTEGER),
        Slot("ext_start_offset", f"{own}startOffset", Type.INTEGER),
        Slot("ext_end_offset", f"{own}endOffset", Type.INTEGER),
        Slot("ext_comment_es", f"{own}commentInSpanish"),
        Slot("ext_subject_label_es", f"{own}subjectLabelInSpanish"),
        Slot("ext_object_label_es", f"{own}objectLabelInSpanish"),
        Slot("ext_statements", f"{own}statements"),
    )
    return tuple(sorted(found, key=lambda slot: slot.property))

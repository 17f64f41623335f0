"""KINDS: the kinds of things that have lists and pages, one row each. Data, not a language.

Lists, pages, dereferencing, OpenAPI and docs are all drawn from these rows. Patterns are
SPARQL with `?item` for the thing; a filter's value is bound to the variable of its own name,
and filters that name the same other variable (`?involvement`) speak of the same node.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from ogpgraph.iris import Names
from ogpgraph.vocab import SDG

Text = tuple[str, str]
"""The same in Spanish and English."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter of a list. Its value is the id of a thing under `prefix`."""

    name: str
    prefix: str
    pattern: str
    description: Text
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its path, its class, where its IRIs lie, how its list sorts and filters."""

    name: str
    class_name: str
    prefix: str
    title: Text
    description: Text
    filters: tuple[Filter, ...] = ()
    order: str = "BIND (STR(?item) AS ?key1) BIND (0 AS ?key2)"
    context: str = ""
    members: str = ""
    id_pattern: str = r"[^/#?]+"

    def iri(self, names: Names, identifier: str) -> str:
        """The IRI of the thing with this id."""
        return absolute(names, self.prefix) + identifier

    def identifier(self, names: Names, iri: str) -> str | None:
        """The id of a thing of this kind, None for an IRI of another kind."""
        prefix = absolute(names, self.prefix)
        if not iri.startswith(prefix):
            return None
        identifier = iri.removeprefix(prefix)
        return identifier if re.fullmatch(self.id_pattern, identifier) else None

    def class_iri(self, names: Names) -> str:
        """The IRI of its class."""
        if self.class_name.startswith("http"):
            return self.class_name
        return names.term(self.class_name)


def absolute(names: Names, prefix: str) -> str:
    """A prefix of a row as an IRI: those of others stand whole, ours below the base."""
    return prefix if prefix.startswith("http") else names.base + prefix


_COUNTRY = "id/country/"
_PLAN = "id/plan/"
_COMMITMENT = "id/commitment/"
_INSTITUTION = "id/institution/"
_BRANCH = "scheme/branch/"
_POLICY_AREA = "scheme/policy-area/"
_BY_ORDINAL = "OPTIONAL { ?item ogp:ordinal ?o } BIND (COALESCE(?o, 999999) AS ?key2)"

_COMMITMENT_FILTERS = (
    Filter(
        "country",
        _COUNTRY,
        "?plan ogp:hasCommitment ?item ; ogp:country ?country .",
        ("País, p. ej. HND", "Country, e.g. HND"),
    ),
    Filter("plan", _PLAN, "?plan ogp:hasCommitment ?item .", ("Plan de acción", "Action plan")),
    Filter(
        "branch",
        _BRANCH,
        "?item ogp:involvesBranch ?branch .",
        ("Poder u órgano del Estado que interviene", "Branch of state involved"),
    ),
    Filter(
        "institution",
        _INSTITUTION,
        "?item ogp:hasInvolvement ?involvement . ?involvement ogp:involvedAgent ?institution .",
        ("Institución que interviene", "Institution involved"),
    ),
    Filter(
        "role",
        "scheme/involvement-role/",
        "?item ogp:hasInvolvement ?involvement . ?involvement ogp:involvementRole ?role .",
        ("Papel de la institución, p. ej. lead", "Role of the institution, e.g. lead"),
    ),
    Filter(
        "policy_area",
        _POLICY_AREA,
        "?item ogp:policyArea ?policy_area .",
        ("Área de política", "Policy area"),
    ),
    Filter(
        "ogp_value",
        "scheme/ogp-value/",
        "?item ogp:ogpValue ?ogp_value .",
        ("Valor de la AGA", "OGP value"),
    ),
    Filter(
        "sdg",
        SDG,
        "?item ogp:alignsWithGoal|ogp:alignsWithTarget ?sdg .",
        ("ODS o meta alineados, p. ej. 16 o 16.6", "SDG or target aligned, e.g. 16 or 16.6"),
    ),
    Filter(
        "number",
        "",
        "?item ogp:number ?number .",
        ("Número en el plan", "Number in the plan"),
        literal=True,
    ),
)

_ROWS = (
    Kind(
        "plans",
        "ActionPlan",
        _PLAN,
        ("Planes de acción", "Action plans"),
        (
            "Planes que los países presentan a la Alianza para el Gobierno Abierto.",
            "Plans that countries submit to the Open Government Partnership.",
        ),
        (
            Filter(
                "country", _COUNTRY, "?item ogp:country ?country .", ("País", "Country, e.g. HND")
            ),
        ),
        context="{ VALUES ?p { ogp:number ogp:ordinal } ?root ogp:hasCommitment ?s . ?s ?p ?o }",
    ),
    Kind(
        "commitments",
        "Commitment",
        _COMMITMENT,
        ("Compromisos", "Commitments"),
        (
            "Los compromisos que los planes enumeran, en el orden de cada plan.",
            "The commitments that the plans list, in the order of each plan.",
        ),
        _COMMITMENT_FILTERS,
        order=f"?in_plan ogp:hasCommitment ?item . BIND (STR(?in_plan) AS ?key1) {_BY_ORDINAL}",
        context="{ ?root ogp:commitmentOf ?s } { ?s ogp:country ?o BIND (ogp:country AS ?p) }",
    ),
    Kind(
        "institutions",
        "PublicInstitution",
        _INSTITUTION,
        ("Instituciones", "Institutions"),
        (
            "Instituciones públicas que los planes o las listas de la AGA nombran.",
            "Public institutions that the plans or OGP's lists name.",
        ),
        (
            Filter(
                "country",
                _COUNTRY,
                "?item dcterms:spatial ?country .",
                ("País", "Country, e.g. ECU"),
            ),
            Filter(
                "branch",
                _BRANCH,
                "?item ogp:branchOfState ?branch .",
                ("Poder u órgano del Estado", "Branch of state"),
            ),
            Filter(
                "role",
                "scheme/involvement-role/",
                "?involvement ogp:involvedAgent ?item ; ogp:involvementRole ?role .",
                ("Papel en algún compromiso", "Role in some commitment, e.g. lead"),
            ),
        ),
    ),
    Kind(
        "branches",
        "BranchOfState",
        _BRANCH,
        ("Poderes y órganos del Estado", "Branches of state"),
        (
            "Los poderes clásicos y los demás órganos del Estado.",
            "The classic powers and the other organs of the state.",
        ),
    ),
    Kind(
        "policy-areas",
        "PolicyArea",
        _POLICY_AREA,
        ("Áreas de política", "Policy areas"),
        ("Las áreas de política de la AGA.", "OGP's policy areas."),
    ),
    Kind(
        "sdgs",
        "",
        SDG,
        ("Objetivos de Desarrollo Sostenible", "Sustainable Development Goals"),
        (
            "Los 17 objetivos y las 169 metas, con los IRI de las Naciones Unidas.",
            "The 17 goals and 169 targets, under the United Nations' IRIs.",
        ),
        (
            Filter(
                "goal",
                SDG,
                "?item sdgo:isTargetOf ?goal .",
                ("Metas de un objetivo, p. ej. 16", "Targets of a goal, e.g. 16"),
            ),
        ),
        order=f'BIND ("" AS ?key1) {_BY_ORDINAL}',
        members="{ ?item a sdgo:Goal } UNION { ?item a sdgo:Target }",
        id_pattern=r"\d{1,2}(\.(\d{1,2}|[a-z]))?",
    ),
    Kind(
        "countries",
        "Country",
        _COUNTRY,
        ("Países", "Countries"),
        ("Países cuyos planes están en el grafo.", "Countries whose plans are in the graph."),
    ),
    Kind(
        "milestones",
        "Milestone",
        "id/milestone/",
        ("Hitos", "Milestones"),
        ("Hitos de los compromisos.", "Milestones of commitments."),
        (
            Filter(
                "commitment",
                _COMMITMENT,
                "?commitment ogp:hasMilestone ?item .",
                ("Compromiso", "Commitment, e.g. ECU-1-2"),
            ),
        ),
        order=f"?in_plan ogp:hasMilestone ?item . BIND (STR(?in_plan) AS ?key1) {_BY_ORDINAL}",
    ),
    Kind(
        "alignments",
        "SDGAlignment",
        "id/alignment/",
        ("Alineaciones con los ODS", "SDG alignments"),
        (
            "Quién dice que un compromiso sirve a un objetivo, por qué y con qué certeza.",
            "Who says that a commitment serves a goal, why, and how sure.",
        ),
        (
            Filter(
                "commitment",
                _COMMITMENT,
                "?commitment ogp:commitmentAlignment ?item .",
                ("Compromiso", "Commitment, e.g. CRI-4-9"),
            ),
            Filter("goal", SDG, "?item ogp:alignedGoal ?goal .", ("Objetivo", "Goal, e.g. 16")),
            Filter(
                "method",
                "scheme/alignment-method/",
                "?item ogp:alignmentMethod ?method .",
                ("Método, p. ej. curated", "Method, e.g. curated"),
            ),
        ),
        id_pattern=r"[^#?]+",
    ),
)

KINDS = MappingProxyType({kind.name: kind for kind in _ROWS})

PART_LINKS = (
    "coCreatedThrough",
    "commitmentAlignment",
    "followUpPlatform",
    "hasAchievement",
    "hasBranchAssessment",
    "hasClaim",
    "hasClassification",
    "hasEvidence",
    "hasFigure",
    "hasInvolvement",
    "hasMilestone",
    "hasPillar",
    "hasPrinciple",
    "hasRating",
    "hasReport",
    "hasRoadmapItem",
    "hasStage",
    "hasStatus",
    "hasUnlistedNumber",
    "planAlignment",
)
"""Properties whose objects belong to the thing and are shown with it, and their parts too."""


def kind_of(names: Names, iri: str) -> tuple[Kind, str] | None:
    """The kind and id of an IRI, None where it is of no kind that has pages."""
    for kind in KINDS.values():
        identifier = kind.identifier(names, iri)
        if identifier:
            return kind, identifier
    return None


def document_path(kind: Kind, identifier: str) -> str:
    """The path of the document about a thing."""
    return f"/{kind.name}/{quote(identifier)}"

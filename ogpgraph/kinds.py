"""KINDS: the kinds of things that have lists and pages, one row each. Data, not a language.

Lists, pages, dereferencing, CSV, OpenAPI and docs are all drawn from these rows.
"""

from __future__ import annotations

from types import MappingProxyType
from urllib.parse import quote

from ogpgraph.fields import Column, Filter, Kind, Sort, absolute
from ogpgraph.iris import Names
from ogpgraph.kind_fields import (
    BRANCH_PREFIX,
    COMMITMENT_COLUMNS,
    COMMITMENT_CONTEXT,
    COMMITMENT_PREFIX,
    COMMITMENT_SORTS,
    COMMITMENT_TABLE_CONTEXT,
    COUNTRY_PREFIX,
    INSTITUTION_PREFIX,
    PLAN_PREFIX,
    POLICY_AREA_PREFIX,
    alignment_filters,
    commitment_filters,
    country,
    milestone_filters,
    number,
    plan,
    role,
)
from ogpgraph.sdg.kinds import SDG_KINDS

_ROWS = (
    Kind(
        "plans",
        ("ActionPlan",),
        PLAN_PREFIX,
        ("Planes de acción", "Action plans"),
        (
            "Planes que los países presentan a la Alianza para el Gobierno Abierto.",
            "Plans that countries submit to the Open Government Partnership.",
        ),
        (country("ogp:country"),),
        (
            Sort("country", "ogp:country", ("País", "Country")),
            Sort("start", "ogp:startDate", ("Fecha de inicio", "Start date")),
            Sort(
                "declared",
                "ogp:declaredCommitmentTotal",
                ("Compromisos que declara", "Commitments that it declares"),
                "number",
            ),
            Sort(
                "listed",
                "ogp:hasCommitment",
                ("Compromisos que lista", "Commitments that it lists"),
                "count",
            ),
            Sort(
                "unlisted",
                "ogp:hasUnlistedNumber",
                ("Números no listados", "Unlisted numbers"),
                "count",
            ),
        ),
        columns=(
            Column("title", "dcterms:title", verbatim=True),
            Column("ogp_id", "ogp:ogpPlanId"),
            Column("number", "ogp:planNumber"),
            Column("country", "ogp:country", things=True),
            Column("start", "ogp:startDate"),
            Column("end", "ogp:endDate"),
            Column("extended_to", "ogp:extendedTo"),
            Column("declared", "ogp:declaredCommitmentTotal"),
            Column("commitment", "ogp:hasCommitment", things=True),
            Column("unlisted_number", "ogp:hasUnlistedNumber", things=True),
            Column("summary", "ogp:summary"),
        ),
        context="{ VALUES ?p { ogp:number ogp:ordinal } ?root ogp:hasCommitment ?s . ?s ?p ?o }",
    ),
    Kind(
        "commitments",
        ("Commitment",),
        COMMITMENT_PREFIX,
        ("Compromisos", "Commitments"),
        (
            "Los compromisos que los planes listan, en el orden de cada plan.",
            "The commitments that the plans list, in the order of each plan.",
        ),
        commitment_filters(),
        COMMITMENT_SORTS,
        ("plan", "number"),
        COMMITMENT_COLUMNS,
        COMMITMENT_CONTEXT,
        table_context=COMMITMENT_TABLE_CONTEXT,
    ),
    Kind(
        "unlisted-numbers",
        ("UnlistedNumber",),
        "id/unlisted-number/",
        ("Números no listados", "Unlisted numbers"),
        (
            "Números de compromiso que un plan cuenta en su total y no lista: lo prometido "
            "cuyo texto la fuente no muestra.",
            "Commitment numbers that a plan counts in its total and does not list: what was "
            "promised and whose text the source does not show.",
        ),
        (
            country("^ogp:hasUnlistedNumber/ogp:country"),
            plan("^ogp:hasUnlistedNumber"),
            number(),
        ),
        (
            Sort("plan", "^ogp:hasUnlistedNumber", ("Plan", "Plan, then number in it")),
            Sort("number", "ogp:ordinal", ("Lugar en el plan", "Place in the plan"), "number"),
            Sort("country", "^ogp:hasUnlistedNumber/ogp:country", ("País", "Country")),
        ),
        ("plan", "number"),
        (
            Column("number", "ogp:number"),
            Column("plan", "ogp:unlistedNumberOf", things=True),
            Column("country", "ogp:unlistedNumberOf/ogp:country", things=True),
            Column("explanation", "ogp:explanation"),
            Column("ogp_id", "ogp:ogpId"),
            Column("title", "dcterms:title", verbatim=True),
        ),
        "{ ?root ogp:unlistedNumberOf ?s } { ?s ogp:country ?o BIND (ogp:country AS ?p) }",
    ),
    Kind(
        "institutions",
        ("PublicInstitution",),
        INSTITUTION_PREFIX,
        ("Instituciones", "Institutions"),
        (
            "Instituciones públicas que los planes o las listas de la AGA nombran.",
            "Public institutions that the plans or OGP's lists name.",
        ),
        (
            country("dcterms:spatial"),
            Filter(
                "branch",
                BRANCH_PREFIX,
                "ogp:branchOfState",
                ("Poder u órgano del Estado", "Branch of state"),
                "executive",
            ),
            role("^ogp:involvedAgent", ("Papel en algún compromiso", "Role in some commitment")),
            plan("^ogp:hasInvolvement/^ogp:hasCommitment", "^ogp:involvedAgent"),
        ),
        (
            Sort("country", "dcterms:spatial", ("País", "Country")),
            Sort(
                "commitments",
                "^ogp:involvedParty",
                ("Compromisos en que interviene", "Commitments that involve it"),
                "count",
            ),
        ),
        columns=(
            Column("title", "dcterms:title", verbatim=True),
            Column("country", "dcterms:spatial", things=True),
            Column("branch", "ogp:branchOfState", things=True),
            Column("responsible_for", "ogp:responsibleFor", things=True),
            Column("homepage", "foaf:homepage"),
            Column("summary", "ogp:summary"),
        ),
    ),
    Kind(
        "branches",
        ("BranchOfState",),
        BRANCH_PREFIX,
        ("Poderes y órganos del Estado", "Branches of state"),
        (
            "Los poderes clásicos y los demás órganos del Estado.",
            "The classic powers and the other organs of the state.",
        ),
        (
            Filter(
                "broader",
                BRANCH_PREFIX,
                "skos:broader",
                ("Grupo al que pertenece", "Group that it belongs to"),
                "classicPowers",
            ),
        ),
        (
            Sort(
                "commitments",
                "^ogp:involvesBranch",
                ("Compromisos en que interviene", "Commitments that involve it"),
                "count",
            ),
        ),
        columns=(
            Column("broader", "skos:broader", things=True),
            Column("definition", "skos:definition"),
        ),
    ),
    Kind(
        "policy-areas",
        ("PolicyArea",),
        POLICY_AREA_PREFIX,
        ("Áreas de política", "Policy areas"),
        ("Las áreas de política de la AGA.", "OGP's policy areas."),
        (
            Filter(
                "broader",
                POLICY_AREA_PREFIX,
                "skos:broader",
                ("Área más amplia", "Broader area"),
                "inclusion",
            ),
        ),
        (
            Sort(
                "commitments",
                "^ogp:policyArea",
                ("Compromisos de esta área", "Commitments in this area"),
                "count",
            ),
        ),
        columns=(
            Column("broader", "skos:broader", things=True),
            Column("definition", "skos:definition"),
        ),
    ),
    *SDG_KINDS,
    Kind(
        "countries",
        ("Country",),
        COUNTRY_PREFIX,
        ("Países", "Countries"),
        ("Países cuyos planes están en el grafo.", "Countries whose plans are in the graph."),
        sorts=(
            Sort("plans", "^ogp:country", ("Planes en el grafo", "Plans in the graph"), "count"),
            Sort(
                "commitments",
                "^ogp:country/ogp:hasCommitment",
                ("Compromisos que sus planes listan", "Commitments that its plans list"),
                "count",
            ),
        ),
        columns=(Column("exact_match", "skos:exactMatch"),),
    ),
    Kind(
        "milestones",
        ("Milestone",),
        "id/milestone/",
        ("Hitos", "Milestones"),
        ("Hitos de los compromisos.", "Milestones of commitments."),
        milestone_filters(),
        (
            Sort(
                "commitment",
                "^ogp:hasMilestone",
                ("Compromiso, y en él por número", "Commitment, then number in it"),
            ),
            Sort(
                "number",
                "ogp:ordinal",
                ("Lugar en el compromiso", "Place in the commitment"),
                "number",
            ),
            Sort("end", "ogp:plannedEnd", ("Fin previsto", "Planned end")),
        ),
        ("commitment", "number"),
        (
            Column("number", "ogp:number"),
            Column("title", "dcterms:title", verbatim=True),
            Column("commitment", "ogp:milestoneOf", things=True),
            Column("planned_start", "ogp:plannedStart"),
            Column("planned_end", "ogp:plannedEnd"),
            Column("status", "ogp:hasStatus/ogp:completionLevel", things=True),
            Column("percent", "ogp:hasStatus/ogp:percent"),
            Column("observed_on", "ogp:hasStatus/ogp:observedOn"),
        ),
        "{ VALUES ?p { ogp:completionLevel ogp:percent ogp:observedOn } "
        "?root ogp:hasStatus ?s . ?s ?p ?o }",
    ),
    Kind(
        "alignments",
        ("SDGAlignment",),
        "id/alignment/",
        ("Alineaciones con los ODS", "SDG alignments"),
        (
            "Quién dice que un compromiso sirve a un objetivo, por qué y con qué certeza.",
            "Who says that a commitment serves a goal, why, and how sure.",
        ),
        alignment_filters(),
        (
            Sort("commitment", "^ogp:commitmentAlignment", ("Compromiso", "Commitment")),
            Sort("goal", "ogp:alignedGoal", ("Objetivo", "Goal")),
            Sort("confidence", "ogp:confidence", ("Certeza", "Confidence"), "number"),
        ),
        columns=(
            Column("aligned", "ogp:alignmentOf", things=True),
            Column("goal", "ogp:alignedGoal", things=True),
            Column("target", "ogp:alignedTarget", things=True),
            Column("method", "ogp:alignmentMethod", things=True),
            Column("review_state", "ogp:reviewState", things=True),
            Column("confidence", "ogp:confidence"),
            Column("attributed_to", "prov:wasAttributedTo", things=True),
            Column("rationale", "ogp:rationale"),
            Column("evidence", "ogp:hasEvidence", things=True),
        ),
        id_pattern=r"[^#?]+",
    ),
)

KINDS = MappingProxyType({kind.name: kind for kind in _ROWS})
UNLISTED = KINDS["unlisted-numbers"]
"""What `/commitments?listed=false` gives."""

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
    return f"/{kind.documents or kind.name}/{quote(identifier)}"


__all__ = [
    "KINDS",
    "PART_LINKS",
    "UNLISTED",
    "Filter",
    "Kind",
    "absolute",
    "document_path",
    "kind_of",
]

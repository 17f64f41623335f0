"""Filters, orders and columns that rows of KINDS have, those of commitments at length."""

from __future__ import annotations

from ogpgraph.fields import Column, Filter, Sort
from ogpgraph.vocab import SDG

COUNTRY_PREFIX = "id/country/"
PLAN_PREFIX = "id/plan/"
COMMITMENT_PREFIX = "id/commitment/"
INSTITUTION_PREFIX = "id/institution/"
BRANCH_PREFIX = "scheme/branch/"
POLICY_AREA_PREFIX = "scheme/policy-area/"
_COMPLETION_PREFIX = "scheme/completion-level/"
_ROLE_PREFIX = "scheme/involvement-role/"
_OWN_STATUS = (
    "Nivel de cumplimiento que la última observación dice del compromiso entero",
    "Completion level that the latest observation states of the whole commitment",
)
_MILESTONE_STATUS = (
    "Nivel de cumplimiento que la última observación dice de alguno de sus hitos",
    "Completion level that the latest observation states of one of its milestones",
)


def country(path: str) -> Filter:
    """The filter by the country at the end of a path."""
    return Filter("country", COUNTRY_PREFIX, path, ("País", "Country"), "HND")


def plan(path: str, node: str = "") -> Filter:
    """The filter by the action plan at the end of a path."""
    return Filter("plan", PLAN_PREFIX, path, ("Plan de acción", "Action plan"), "CRI-4", node)


def commitment(path: str) -> Filter:
    """The filter by the commitment at the end of a path."""
    return Filter("commitment", COMMITMENT_PREFIX, path, ("Compromiso", "Commitment"), "ECU-1-2")


def role(node: str, text: tuple[str, str]) -> Filter:
    """The filter by the role in an involvement."""
    return Filter("role", _ROLE_PREFIX, "ogp:involvementRole", text, "lead", node)


def status(name: str, text: tuple[str, str], via: str = "") -> Filter:
    """The filter by the completion level that the latest observation states."""
    return Filter(
        name,
        _COMPLETION_PREFIX,
        "ogp:completionLevel",
        text,
        "complete",
        "ogp:hasStatus",
        via,
        latest="ogp:observedOn",
    )


def goal(path: str, text: tuple[str, str]) -> Filter:
    """The filter by the goal at the end of a path, in any spelling of its code."""
    return Filter("goal", SDG, path, text, "16", levels=("goal",))


def target(path: str, text: tuple[str, str]) -> Filter:
    """The filter by the target at the end of a path, in any spelling of its code."""
    return Filter("target", SDG, path, text, "16.6", levels=("target",))


def number() -> Filter:
    """The filter by the number in the plan, which is a text."""
    text = ("Número en el plan", "Number in the plan")
    return Filter("number", "", "ogp:number", text, "9", literal=True, numbered=True)


def commitment_filters() -> tuple[Filter, ...]:
    """What lists of commitments are narrowed by."""
    return (
        country("^ogp:hasCommitment/ogp:country"),
        plan("^ogp:hasCommitment"),
        Filter(
            "branch",
            BRANCH_PREFIX,
            "ogp:involvesBranch",
            ("Poder u órgano del Estado que interviene", "Branch of state involved"),
            "judicial",
        ),
        Filter(
            "institution",
            INSTITUTION_PREFIX,
            "ogp:involvedAgent",
            ("Institución que interviene", "Institution involved"),
            "ECU-defensoria-del-pueblo",
            "ogp:hasInvolvement",
        ),
        role("ogp:hasInvolvement", ("Papel de la institución", "Role of the institution")),
        Filter(
            "policy_area",
            POLICY_AREA_PREFIX,
            "ogp:policyArea",
            ("Área de política", "Policy area"),
            "openData",
        ),
        Filter(
            "ogp_value",
            "scheme/ogp-value/",
            "ogp:ogpValue",
            ("Valor de la AGA", "OGP value"),
            "civicParticipation",
        ),
        Filter(
            "sdg",
            SDG,
            "ogp:alignsWithGoal|ogp:alignsWithTarget",
            ("ODS o meta con alineación aceptada", "SDG or target with an accepted alignment"),
            "16.6",
            levels=("goal", "target"),
        ),
        status("status", _OWN_STATUS),
        status("milestone_status", _MILESTONE_STATUS, via="ogp:hasMilestone"),
        number(),
    )


COMMITMENT_SORTS = (
    Sort("plan", "^ogp:hasCommitment", ("Plan, y en él por número", "Plan, then number in it")),
    Sort("number", "ogp:ordinal", ("Lugar en el plan", "Place in the plan"), "number"),
    Sort("country", "^ogp:hasCommitment/ogp:country", ("País", "Country")),
    Sort("milestones", "ogp:hasMilestone", ("Cuántos hitos tiene", "How many milestones"), "count"),
)


def _role_columns() -> tuple[Column, ...]:
    """The institutions of a commitment, in a column for each role of the scheme."""
    roles = {
        "lead": "lead",
        "co_responsible": "coResponsible",
        "supporting": "supporting",
        "counterpart": "counterpart",
        "funder": "funder",
        "named": "named",
    }
    return tuple(
        Column(
            name,
            "ogp:hasInvolvement/ogp:involvedAgent",
            things=True,
            having=("ogp:involvementRole", _ROLE_PREFIX + role),
        )
        for name, role in roles.items()
    )


COMMITMENT_COLUMNS = (
    Column("number", "ogp:number"),
    Column("ogp_id", "ogp:ogpId"),
    Column("title", "dcterms:title", verbatim=True),
    Column("summary", "ogp:summary"),
    Column("plan", "ogp:commitmentOf", things=True),
    Column("country", "ogp:commitmentOf/ogp:country", things=True),
    *_role_columns(),
    Column("branch", "ogp:involvesBranch", things=True),
    Column("policy_area", "ogp:policyArea", things=True),
    Column("ogp_value", "ogp:ogpValue", things=True),
    Column("sdg_goal", "ogp:alignsWithGoal", things=True),
    Column("sdg_target", "ogp:alignsWithTarget", things=True),
    Column("suggested_goal", "ogp:suggestedGoal", things=True),
    Column("milestone", "ogp:hasMilestone", things=True),
)
COMMITMENT_CONTEXT = "{ ?root ogp:commitmentOf ?s } { ?s ogp:country ?o BIND (ogp:country AS ?p) }"
COMMITMENT_TABLE_CONTEXT = (
    "{ ?root ogp:hasInvolvement ?s } "
    "{ VALUES ?p { ogp:involvedAgent ogp:involvementRole } ?s ?p ?o }"
)


def alignment_filters() -> tuple[Filter, ...]:
    """What lists of alignments are narrowed by."""
    return (
        commitment("^ogp:commitmentAlignment"),
        plan("^ogp:planAlignment|^ogp:commitmentAlignment/^ogp:hasCommitment"),
        country(
            "^ogp:planAlignment/ogp:country|^ogp:commitmentAlignment/^ogp:hasCommitment/ogp:country"
        ),
        goal("ogp:alignedGoal", ("Objetivo", "Goal")),
        target("ogp:alignedTarget", ("Meta", "Target")),
        Filter(
            "method",
            "scheme/alignment-method/",
            "ogp:alignmentMethod",
            ("Método", "Method"),
            "curated",
        ),
        Filter(
            "review_state",
            "scheme/review-state/",
            "ogp:reviewState",
            ("Estado de revisión", "State of review"),
            "accepted",
        ),
    )


def milestone_filters() -> tuple[Filter, ...]:
    """What lists of milestones are narrowed by."""
    return (
        commitment("^ogp:hasMilestone"),
        plan("^ogp:hasMilestone/^ogp:hasCommitment"),
        country("^ogp:hasMilestone/^ogp:hasCommitment/ogp:country"),
        status(
            "status",
            (
                "Nivel de cumplimiento de la última observación",
                "Completion level of the latest observation",
            ),
        ),
    )

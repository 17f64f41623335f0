"""What is asked of the store for statistics: a fixed number of queries, however much it holds.

Each one counts in the engine, so that what comes back grows with code lists, plans and
institutions and not with commitments. `?scope` is a plan, or the country that a commitment's plan
is of; a row without it counts over all of them, each commitment once. Patterns are in the order
and form that the engine evaluates fastest: see `bench/tables.py` before you change one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ogpgraph.reading import Reading
from ogpgraph.store.base import Row, rows

_MEMBERS = """SELECT ?class ?item ?label WHERE {
  { VALUES ?class { ogp:Country ogp:ActionPlan ogp:BranchOfState ogp:PolicyArea ogp:OGPValue
                    ogp:CompletionLevel sdgo:Goal sdgo:Target }
    ?item a ?class }
  UNION
  { { SELECT DISTINCT ?item WHERE { ?involvement ogp:involvedAgent ?item } }
    BIND (org:Organization AS ?class) }
  OPTIONAL { ?item skos:prefLabel ?label }
}"""
_GROUPS = """SELECT DISTINCT ?item WHERE {
  ?item a ogp:BranchOfState . ?narrower skos:broader ?item ; a ogp:BranchOfState
}"""
_PLANS = """SELECT ?plan ?country ?declared ?goals WHERE {
  ?plan a ogp:ActionPlan ; ogp:country ?country .
  OPTIONAL { ?plan ogp:declaredCommitmentTotal ?declared }
  OPTIONAL { ?plan ogp:declaredSDGCount ?goals }
}"""
_COMMITMENTS = """SELECT ?scope (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  { ?scope ogp:hasCommitment ?commitment . ?commitment a ogp:Commitment }
  UNION
  { ?plan ogp:country ?scope ; ogp:hasCommitment ?commitment . ?commitment a ogp:Commitment }
  UNION
  { ?commitment a ogp:Commitment }
} GROUP BY ?scope"""
_UNLISTED = """SELECT ?plan (COUNT(DISTINCT ?number) AS ?n) WHERE {
  ?plan a ogp:ActionPlan ; ogp:hasUnlistedNumber ?number
} GROUP BY ?plan"""
_COUNTRY_FACETS = """SELECT ?facet ?scope ?value (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  ?plan ogp:country ?scope ; ogp:hasCommitment ?commitment .
  ?commitment a ogp:Commitment .
  { ?commitment ogp:involvesBranch ?value BIND (ogp:involvesBranch AS ?facet) }
  UNION { ?commitment ogp:policyArea ?value BIND (ogp:policyArea AS ?facet) }
  UNION { ?commitment ogp:ogpValue ?value BIND (ogp:ogpValue AS ?facet) }
  UNION { ?commitment ogp:alignsWithGoal ?value BIND (ogp:alignsWithGoal AS ?facet) }
  UNION { ?commitment ogp:alignsWithTarget ?value BIND (ogp:alignsWithTarget AS ?facet) }
  UNION { ?commitment ogp:suggestedGoal ?value BIND (ogp:suggestedGoal AS ?facet) }
} GROUP BY ?facet ?scope ?value"""
_FACETS = """SELECT ?facet ?value (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  VALUES ?facet { ogp:involvesBranch ogp:policyArea ogp:ogpValue ogp:alignsWithGoal
                  ogp:alignsWithTarget ogp:suggestedGoal }
  ?commitment ?facet ?value ; a ogp:Commitment .
} GROUP BY ?facet ?value"""
_FACET_TOTALS = """SELECT ?facet (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  VALUES ?facet { ogp:involvesBranch ogp:policyArea ogp:ogpValue ogp:alignsWithGoal
                  ogp:alignsWithTarget ogp:suggestedGoal }
  ?commitment ?facet ?value ; a ogp:Commitment .
} GROUP BY ?facet"""
_INVOLVEMENTS = """SELECT ?agent ?role (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  ?commitment a ogp:Commitment ; ogp:hasInvolvement ?involvement .
  ?involvement ogp:involvedAgent ?agent .
  { ?involvement ogp:involvementRole ?role } UNION { }
} GROUP BY ?agent ?role"""
_ROLES = """SELECT ?role (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  ?commitment a ogp:Commitment ; ogp:hasInvolvement ?involvement .
  { ?involvement ogp:involvementRole ?role } UNION { }
} GROUP BY ?role"""
_INSTITUTIONS = """SELECT ?value (COUNT(DISTINCT ?institution) AS ?n) WHERE {
  ?institution a ogp:PublicInstitution .
  { ?institution dcterms:spatial ?value } UNION { ?institution ogp:branchOfState ?value } UNION { }
} GROUP BY ?value"""
_MILESTONES = """SELECT ?plan ?level (COUNT(DISTINCT ?milestone) AS ?n) WHERE {
  ?plan a ogp:ActionPlan ; ogp:hasCommitment ?commitment .
  ?commitment ogp:hasMilestone ?milestone .
  OPTIONAL {
    ?status ogp:statusOf ?milestone ; ogp:completionLevel ?level .
    OPTIONAL { ?status ogp:observedOn ?on }
    OPTIONAL {
      SELECT ?milestone (MAX(?any) AS ?latest)
      WHERE { ?observation ogp:statusOf ?milestone ; ogp:observedOn ?any }
      GROUP BY ?milestone
    }
    FILTER (!BOUND(?latest) || ?on = ?latest)
  }
} GROUP BY ?plan ?level"""
_LANGUAGES = """SELECT ?plan ?language (COUNT(DISTINCT ?commitment) AS ?n) WHERE {
  ?plan a ogp:ActionPlan ; ogp:hasCommitment ?commitment .
  ?commitment a ogp:Commitment ; dcterms:title ?title .
  BIND (LCASE(LANG(?title)) AS ?language)
} GROUP BY ?plan ?language"""
_EVIDENCE = """SELECT ?plan (COUNT(?commitment) AS ?commitments)
       (SUM(IF(?grounded = ?made, 1, 0)) AS ?groundedCommitments)
       (SUM(?made) AS ?statements) (SUM(?grounded) AS ?groundedStatements) WHERE {
  SELECT ?plan ?commitment (COUNT(DISTINCT ?statement) AS ?made)
         (COUNT(DISTINCT ?quoted) AS ?grounded) WHERE {
    ?plan a ogp:ActionPlan ; ogp:hasCommitment ?commitment .
    ?commitment a ogp:Commitment .
    { ?commitment ogp:hasInvolvement ?statement }
    UNION { ?commitment ogp:hasBranchAssessment ?statement }
    UNION { ?commitment ogp:hasClassification ?statement }
    UNION { ?commitment ogp:hasMilestone ?statement }
    UNION {
      ?commitment ogp:commitmentAlignment ?statement
      FILTER NOT EXISTS { ?statement ogp:alignmentMethod method:suggested }
    }
    UNION { ?commitment a ogp:Commitment BIND (?commitment AS ?statement) }
    OPTIONAL {
      ?statement ogp:hasEvidence ?evidence .
      ?evidence ogp:quote ?quote ; ogp:firstLine ?line .
      BIND (?statement AS ?quoted)
    }
  } GROUP BY ?plan ?commitment
} GROUP BY ?plan"""
_PLAN_GOALS = """SELECT ?plan (COUNT(DISTINCT ?goal) AS ?n) WHERE {
  VALUES ?method { method:statedInSource method:curated }
  ?plan a ogp:ActionPlan ; ogp:planAlignment ?alignment .
  ?alignment ogp:alignedGoal ?goal ; ogp:alignmentMethod ?method ; ogp:reviewState ?state .
  FILTER (STRENDS(STR(?state), "/review-state/accepted"))
} GROUP BY ?plan"""

_COVERAGE = """SELECT ?scope (SUM(IF(?isStated + ?isCurated > 0, 1, 0)) AS ?aligned)
       (SUM(?isStated) AS ?stated) (SUM(?isCurated) AS ?curated) (SUM(?isTarget) AS ?with_target)
       (SUM(?isWaiting) AS ?waiting) (SUM(?isRejected) AS ?rejected) (SUM(?isWithout) AS ?no_target)
       (SUM(IF(?isStated + ?isCurated + ?isWaiting + ?isWithout > 0, 1, 0)) AS ?known) WHERE {
  {
    SELECT ?commitment (MAX(?s) AS ?isStated) (MAX(?c) AS ?isCurated) (MAX(?t) AS ?isTarget)
           (MAX(?w) AS ?isWaiting) (MAX(?r) AS ?isRejected) (MAX(?n) AS ?isWithout) WHERE {
      { ?commitment ogp:commitmentAlignment ?alignment .
        ?alignment ogp:alignmentMethod ?method ; ogp:reviewState ?state .
        OPTIONAL { ?alignment ogp:alignedTarget ?target }
        BIND (STRENDS(STR(?state), "/review-state/accepted") AS ?isAccepted)
        BIND (IF(?isAccepted && ?method = method:statedInSource, 1, 0) AS ?s)
        BIND (IF(?isAccepted && ?method = method:curated, 1, 0) AS ?c)
        BIND (IF(BOUND(?target), ?s + ?c, 0) AS ?t)
        BIND (IF(?method = method:suggested && STRENDS(STR(?state), "/review-state/proposed"),
                 1, 0) AS ?w)
        BIND (IF(STRENDS(STR(?state), "/review-state/rejected"), 1, 0) AS ?r)
        BIND (0 AS ?n) }
      UNION
      { ?commitment ogp:noSdgTarget ?why
        BIND (0 AS ?s) BIND (0 AS ?c) BIND (0 AS ?t) BIND (0 AS ?w) BIND (0 AS ?r) BIND (1 AS ?n) }
    } GROUP BY ?commitment
  }
  ?commitment a ogp:Commitment .
  { ?scope ogp:hasCommitment ?commitment }
  UNION { ?plan ogp:country ?scope ; ogp:hasCommitment ?commitment }
  UNION { }
} GROUP BY ?scope"""
QUERIES = MappingProxyType(
    {
        "members": _MEMBERS,
        "groups": _GROUPS,
        "plans": _PLANS,
        "commitments": _COMMITMENTS,
        "unlisted": _UNLISTED,
        "country_facets": _COUNTRY_FACETS,
        "facets": _FACETS,
        "facet_totals": _FACET_TOTALS,
        "involvements": _INVOLVEMENTS,
        "roles": _ROLES,
        "institutions": _INSTITUTIONS,
        "milestones": _MILESTONES,
        "languages": _LANGUAGES,
        "evidence": _EVIDENCE,
        "coverage": _COVERAGE,
        "plan_goals": _PLAN_GOALS,
    }
)
"""All that is asked, by name."""


class Facts:
    """The answers, as numbers by IRI. What is not in them is zero."""

    def __init__(self, answers: Mapping[str, Sequence[Row]]) -> None:
        self._answers = answers

    @classmethod
    def of(cls, reading: Reading) -> Facts:
        """Ask them of a version.

        Raises:
            QueryTimeout, Unavailable: the store cannot answer one of them.
        """
        return cls(
            {name: tuple(rows(reading.find(query, ahead=True))) for name, query in QUERIES.items()}
        )

    def rows(self, query: str) -> Sequence[Row]:
        """The solutions of one of the queries."""
        return self._answers[query]

    def numbers(self, query: str, *names: str, of: str = "n") -> dict[tuple[str, ...], int]:
        """A number of each solution by the values of some variables, empty where unbound."""
        return {
            tuple(row[name].value if name in row else "" for name in names): int(row[of].value)
            for row in self._answers[query]
            if of in row
        }

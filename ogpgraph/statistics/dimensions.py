"""By what statistics count, and what most of them count: commitments."""

from __future__ import annotations

from types import MappingProxyType

from ogpgraph.statistics.tables import Dimension, Listing, Measure, Text
from ogpgraph.vocab import EXTERNAL_PREFIXES, SDG, SDG_SCHEME

COUNTRY = Dimension(
    "country", ("País", "Country"), "id/country/", "Country", "scheme/country", "countries"
)
PLAN = Dimension("plan", ("Plan de acción", "Action plan"), "id/plan/", "ActionPlan", "", "plans")
BRANCH = Dimension(
    "branch",
    ("Poder u órgano del Estado", "Branch of state"),
    "scheme/branch/",
    "BranchOfState",
    "scheme/branch",
    "branches",
)
INSTITUTION = Dimension(
    "institution",
    ("Institución u organización", "Institution or organisation"),
    "id/institution/",
    EXTERNAL_PREFIXES["org"] + "Organization",
    kind="institutions",
)
POLICY_AREA = Dimension(
    "policy_area",
    ("Área de política", "Policy area"),
    "scheme/policy-area/",
    "PolicyArea",
    "scheme/policy-area",
    "policy-areas",
)
OGP_VALUE = Dimension(
    "ogp_value",
    ("Valor de la AGA", "OGP value"),
    "scheme/ogp-value/",
    "OGPValue",
    "scheme/ogp-value",
)
GOAL = Dimension(
    "goal",
    ("Objetivo de Desarrollo Sostenible", "Sustainable Development Goal"),
    SDG,
    EXTERNAL_PREFIXES["sdgo"] + "Goal",
    SDG_SCHEME,
    "sdgs",
)
TARGET = Dimension(
    "target",
    ("Meta de los ODS", "SDG target"),
    SDG,
    EXTERNAL_PREFIXES["sdgo"] + "Target",
    SDG_SCHEME,
    "sdgs",
)
LEVEL = Dimension(
    "completion_level",
    ("Nivel de cumplimiento", "Completion level"),
    "scheme/completion-level/",
    "CompletionLevel",
    "scheme/completion-level",
)
LANGUAGE = Dimension("language", ("Lengua", "Language"))
COMMITMENTS: Text = ("Compromisos", "Commitments")
LISTED: Text = (
    "Compromisos que los planes listan; los que solo se declaran no están.",
    "Commitments that the plans list; those that are only declared are not among them.",
)


def commitments(
    label: Text, definition: Text, filters: dict[str, str], name: str = "commitments"
) -> Measure:
    """A count of commitments, of which the list is narrowed by dimensions: name by filter."""
    listing = Listing("commitments", MappingProxyType(filters))
    return Measure(name, label, definition, listing=listing)

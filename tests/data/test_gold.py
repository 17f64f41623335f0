"""Facts of the sources, read by eye and written here as literals: they need no other folder."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "data" / "ttl"

BASE = "https://w3id.org/ogpgraph/"
OGP = Namespace(BASE + "ns#")
ID = Namespace(BASE + "id/")
SCHEME = Namespace(BASE + "scheme/")
DCTERMS = Namespace("http://purl.org/dc/terms/")

DECLARED = {"CRI-4": 9, "GTM-4": 24, "MEX-4": 13, "ECU-1": 10, "HND-4": 20}
UNLISTED = {"CRI-4": [7, 8], "GTM-4": [14, 16, 20], "MEX-4": [], "ECU-1": [], "HND-4": [11]}
LISTED = {
    "CRI-4": [1, 2, 3, 4, 5, 6, 9],
    "GTM-4": [*range(1, 14), 15, 17, 18, 19, 21, 22, 23, 24],
    "MEX-4": [*range(1, 14)],
    "ECU-1": [*range(1, 11)],
    "HND-4": [*range(1, 11), *range(12, 21)],
}
PLANS = sorted(DECLARED)

# field -> value and text as printed; a flag that the source does not print is not here
CLAIMS = {
    "CRI-4": {
        "total": ("stated", "9"),
        "subnational": ("no", "No"),
        "parliament": ("yes", "Sí"),
        "justice": ("yes", "Sí"),
        "focus": (
            "stated",
            "transparencia; rendición de cuentas; innovación; participación ciudadana",
        ),
        "platform": ("linkGiven", "Ver"),
        "irmReport": ("linkGiven", "Ver"),
    },
    "GTM-4": {
        "total": ("stated", "24"),
        "subnational": ("no", "No"),
        "platform": ("linkGiven", "Ver"),
    },
    "MEX-4": {
        "total": ("stated", "13"),
        "subnational": ("no", "No"),
        "parliament": ("no", "No"),
        "justice": ("no", "No"),
        "focus": ("stated", "género"),
        "platform": ("linkGiven", "Ver"),
        "irmReport": ("linkGiven", "Ver"),
    },
    "ECU-1": {
        "total": ("stated", "10 COMPROMISOS"),
        "platform": ("stated", "www.gobiernoabierto.ec"),
    },
    "HND-4": {
        "total": ("stated", "20"),
        "subnational": ("no", "No"),
        "parliament": ("blank", ""),
        "justice": ("blank", ""),
        "focus": ("stated", "datos abiertos, transparencia fiscal, acceso a la información"),
        "platform": ("noInformation", "sin información"),
        "irmReport": ("linkGiven", "Ver"),
    },
}
FOCUS = {
    "CRI-4": {"transparency", "accountability", "innovation", "citizenParticipation"},
    "GTM-4": set(),
    "MEX-4": {"gender"},
    "ECU-1": set(),
    "HND-4": {"openData", "fiscalTransparency", "accessToInformation"},
}
CITED_REPORT = {
    "CRI-4": {"design"},
    "GTM-4": set(),
    "MEX-4": {"results"},
    "ECU-1": set(),
    "HND-4": {"design"},
}
FIGURES = {
    ("CRI-4", "principlesEstablished"): (9, "exact"),
    ("CRI-4", "territorialCouncils"): (29, "exact"),
    ("CRI-4", "pilotTerritorialCouncils"): (6, "exact"),
    ("GTM-4", "consultationForums"): (6, "exact"),
    ("GTM-4", "departmentsCovered"): (6, "exact"),
    ("GTM-4", "healthPosts"): (425, "exact"),
    ("MEX-4", "coCreationMonths"): (8, "exact"),
    ("MEX-4", "virtualParticipants"): (1100, "atLeast"),
    ("MEX-4", "inPersonParticipants"): (400, "exact"),
    ("MEX-4", "coCreatedCommitments"): (6, "exact"),
    ("MEX-4", "proactiveCommitments"): (7, "exact"),
    ("HND-4", "sectorsCovered"): (9, "exact"),
    ("HND-4", "municipalCatalogues"): (4, "exact"),
    ("ECU-1", "citizenProposals"): (335, "exact"),
    ("ECU-1", "openGovernmentProposals"): (181, "exact"),
    ("ECU-1", "integratedProposals"): (43, "exact"),
    ("ECU-1", "selectedCommitments"): (10, "exact"),
    ("ECU-1", "plannedMilestones"): (5, "exact"),
    ("ECU-1", "publishedDatasets"): (896, "exact"),
    ("ECU-1", "publishingInstitutions"): (95, "exact"),
    ("ECU-1", "workMeetings"): (89, "exact"),
    ("ECU-1", "virtualTables"): (58, "exact"),
    ("ECU-1", "tableParticipants"): (1541, "exact"),
    ("ECU-1", "platformContributions"): (300, "exact"),
    ("ECU-1", "participatoryWorkshops"): (4, "exact"),
    ("ECU-1", "nationalPlanAxes"): (5, "exact"),
    ("ECU-1", "nationalPlanObjectives"): (16, "exact"),
    ("ECU-1", "nationalPlanPolicies"): (55, "exact"),
    ("ECU-1", "nationalPlanTargets"): (130, "exact"),
}
STAGES = [
    ("2018-11", "2018-12", "Recepción de problemas y soluciones"),
    ("2019-01", "2019-05", "Agrupación e integración de propuestas"),
    ("2019-06", "2019-08", "Evaluación propuestas"),
    ("2019-09", "2019-10", "Selección propuestas"),
    ("2019-11", "2019-12", "Confirmación con responsables y contrapartes"),
    ("2020-01", "2020-01", "Rendición de cuentas"),
    ("2019-12", "2020-12", "Formalización del Plan de Acción"),
]
ROADMAP = [
    ("2022-04", "2022-05", "Abril a mayo 2022"),
    ("2022-05", "2022-08", "Mayo a Agosto 2022"),
    ("2022-08", "2022-10", "Agosto a Octubre 2022"),
    ("2022-10", "2022-11", "Octubre a Noviembre 2022"),
    ("2023-01", "2023-01", "Enero 2023"),
]
ROADMAP_ACTIONS = [
    ["Estrategia de plataforma digital.", "Estrategia de comunicación"],
    ["Acciones de Sensibilización", "Mesas territoriales", "Mesas temáticas", "Sistematización"],
    [
        "Formulación Compromisos",
        "Evaluación de compromisos",
        "Consulta Pública",
        "Actas de Compromiso",
    ],
    ["Redacción PAGA", "Diagramación", "Traducción", "Formalización PAGA II a OGP"],
    ["Lanzamiento del PAGA II", "Rendición de cuentas"],
]
NO_OGP_VALUE = {
    *["GTM-4-5", "GTM-4-7", "GTM-4-15", "GTM-4-18"],
    *["HND-4-6", "HND-4-20", "MEX-4-8", "MEX-4-13"],
}
ECU_LEADS = {
    1: ["ministerio-de-telecomunicaciones-y-de-la-sociedad-de-la-informacion"],
    2: ["secretaria-nacional-de-planificacion"],
    3: ["servicio-nacional-de-contratacion-publica"],
    4: ["ministerio-del-ambiente-y-agua-y-transicion-ecologica"],
    5: ["ministerio-de-energia-y-minas"],
    6: ["defensoria-del-pueblo"],
    7: ["secretaria-de-derechos-humanos"],
    8: ["presidencia-de-la-republica-del-ecuador"],
    9: [
        "presidencia-de-la-republica-del-ecuador",
        "ministerio-de-telecomunicaciones-y-de-la-sociedad-de-la-informacion",
    ],
    10: ["ministerio-del-trabajo"],
}


def read(*paths: Path) -> Graph:
    merged = Graph()
    for path in paths:
        merged.parse(path, format="turtle")
    return merged


@cache
def data() -> Graph:
    """Everything: plans, institutions, OGP's lists."""
    return read(*sorted(DATA.glob("*/*.ttl")))


@cache
def page(plan: str) -> Graph:
    """What the plan's own source says, without OGP's lists."""
    return read(DATA / plan[:3] / f"{plan}.ttl")


def last(node: Node | None) -> str:
    return str(node).rstrip("/").rsplit("/", 1)[1]


def commitment(plan: str, number: int) -> URIRef:
    return ID[f"commitment/{plan}-{number}"]


def all_commitments() -> list[URIRef]:
    return [commitment(plan, n) for plan in PLANS for n in LISTED[plan]]


def branches(node: Node) -> set[str]:
    found = {
        last(branch)
        for assessment in data().objects(node, OGP.hasBranchAssessment)
        for branch in data().objects(assessment, OGP.assessedBranch)
    }
    for involvement in data().objects(node, OGP.hasInvolvement):
        if last(data().value(involvement, OGP.involvementRole)) in ("lead", "coResponsible"):
            body = data().value(involvement, OGP.involvedAgent)
            found |= {last(branch) for branch in data().objects(body, OGP.branchOfState)}
    return found


def test_76_declared_and_70_listed() -> None:
    assert sum(DECLARED.values()) == 76
    assert sum(len(numbers) for numbers in LISTED.values()) == 70
    assert sum(1 for _ in data().subjects(RDF.type, OGP.Commitment)) == 70
    assert sum(1 for _ in data().subjects(RDF.type, OGP.UnlistedNumber)) == 6
    totals = [int(str(o)) for o in data().objects(None, OGP.declaredCommitmentTotal)]
    assert sum(totals) == 76


@pytest.mark.parametrize("plan", PLANS)
def test_declared_listed_and_unlisted_numbers(plan: str) -> None:
    node, graph = ID[f"plan/{plan}"], page(plan)
    assert int(str(graph.value(node, OGP.declaredCommitmentTotal))) == DECLARED[plan]
    listed = set(graph.objects(node, OGP.hasCommitment))
    assert listed == {commitment(plan, n) for n in LISTED[plan]}
    unlisted = set(graph.objects(node, OGP.hasUnlistedNumber))
    assert unlisted == {ID[f"unlisted-number/{plan}-{n}"] for n in UNLISTED[plan]}
    for thing in listed | unlisted:
        number = last(thing).rsplit("-", 1)[1]
        assert str(graph.value(thing, OGP.number)) == number, thing
        assert int(str(graph.value(thing, OGP.ordinal))) == int(number), thing


@pytest.mark.parametrize("plan", PLANS)
def test_claims_are_the_printed_flags_and_no_others(plan: str) -> None:
    graph = page(plan)
    found = {
        last(graph.value(claim, OGP.claimField)): (
            last(graph.value(claim, OGP.claimValue)),
            str(graph.value(claim, OGP.claimText)),
        )
        for claim in graph.objects(ID[f"plan/{plan}"], OGP.hasClaim)
    }
    assert found == CLAIMS[plan]


@pytest.mark.parametrize("plan", PLANS)
def test_focus_and_cited_report(plan: str) -> None:
    graph = page(plan)
    focus = {last(o) for o in graph.objects(ID[f"plan/{plan}"], OGP.transversalFocus)}
    assert focus == FOCUS[plan]
    cited = {
        last(graph.value(report, OGP.reportType))
        for report in graph.objects(ID[f"source/{plan}"], OGP.citesReport)
    }
    assert cited == CITED_REPORT[plan]


@pytest.mark.parametrize(("plan", "measure"), sorted(FIGURES))
def test_figures(plan: str, measure: str) -> None:
    graph = page(plan)
    values = {
        (float(str(graph.value(f, OGP.value))), last(graph.value(f, OGP.qualifier)))
        for f in graph.subjects(OGP.measure, SCHEME[f"figure-measure/{measure}"])
    }
    assert values == {FIGURES[plan, measure]}


def test_titles_with_traps() -> None:
    def title(plan: str, number: int) -> Node | None:
        return page(plan).value(commitment(plan, number), DCTERMS.title)

    lab = "Cocreación e implementación ciudadana de proyectos de innovación, laboratorio de"
    assert title("HND-4", 13) == Literal(f"{lab} innovación ciudadana", lang="es")
    assert title("MEX-4", 8) == Literal("Strengthen public care services", lang="en")
    assert title("CRI-4", 4) == Literal("Inclusive and participatory rural development", lang="en")
    assert title("GTM-4", 9) == Literal("Agenda de Servicios Públicos en Línea", lang="es")
    spaced = "Primer laboratorio de innovación ciudadana de Ecuador ."
    assert title("ECU-1", 8) == Literal(spaced, lang="es")
    assert "\u2019" in str(title("CRI-4", 6))


def test_title_languages() -> None:
    expected = {"CRI-4": "en", "MEX-4": "en", "GTM-4": "es", "ECU-1": "es", "HND-4": "es"}
    for node in all_commitments():
        titles = list(data().objects(node, DCTERMS.title))
        assert len(titles) == 1, node
        assert isinstance(titles[0], Literal), node
        plan = last(node).rsplit("-", 1)[0]
        assert titles[0].language == expected[plan], node
        assert titles[0] in set(data().objects(node, SKOS.prefLabel)), node


def test_costa_rica_was_extended_to_august_2022_and_has_9_principles() -> None:
    assert str(page("CRI-4").value(ID["plan/CRI-4"], OGP.extendedTo)) == "2022-08"
    assert sum(1 for _ in page("CRI-4").objects(ID["plan/CRI-4"], OGP.hasPrinciple)) == 9


def test_ecuador_seven_stages_in_order() -> None:
    graph = page("ECU-1")
    stages = sorted(
        graph.objects(ID["process/ECU-1"], OGP.hasStage),
        key=lambda stage: int(str(graph.value(stage, OGP.stageNumber))),
    )
    keys = (OGP.periodStart, OGP.periodEnd, DCTERMS.title)
    assert [tuple(str(graph.value(s, k)) for k in keys) for s in stages] == STAGES
    for before, after in pairwise(stages):
        assert (before, OGP.precedes, after) in graph


def test_ecuador_leads_nine_institutions_one_joint() -> None:
    graph, found = page("ECU-1"), {}
    for number in LISTED["ECU-1"]:
        rows = sorted(
            (int(str(graph.value(i, OGP.involvementOrder) or 1)), i)
            for i in graph.objects(commitment("ECU-1", number), OGP.hasInvolvement)
            if last(graph.value(i, OGP.involvementRole)) in ("lead", "coResponsible")
        )
        found[number] = [
            last(graph.value(i, OGP.involvedAgent)).removeprefix("ECU-") for _, i in rows
        ]
    assert found == ECU_LEADS
    assert len({body for bodies in found.values() for body in bodies}) == 9
    assert [number for number, bodies in found.items() if len(bodies) > 1] == [9]


def actions_in_order(graph: Graph, item: Node) -> list[str]:
    """The printed order: that of the evidence which quotes each action."""
    actions = {
        o
        for o in graph.objects(item, OGP.roadmapAction)
        if isinstance(o, Literal) and o.language == "es"
    }
    starts = {
        str(graph.value(evidence, OGP.quote)): int(str(graph.value(evidence, OGP.startOffset)))
        for evidence in graph.objects(item, OGP.hasEvidence)
        if graph.value(evidence, OGP.quote) in actions
    }
    assert len(starts) == len(actions), item
    return sorted(starts, key=lambda quote: starts[quote])


def test_ecuador_milestones_achievements_roadmap_and_sdg_count() -> None:
    graph, plan = page("ECU-1"), ID["plan/ECU-1"]
    portal = commitment("ECU-1", 2)
    milestones = set(graph.objects(portal, OGP.hasMilestone))
    assert len(milestones) == 5
    for milestone in milestones:
        observations = list(graph.subjects(OGP.statusOf, milestone))
        assert [float(str(graph.value(o, OGP.percent))) for o in observations] == [100.0]
    assert not list(graph.subjects(OGP.statusOf, portal)), "the slide says it of the milestones"
    assert sum(1 for _ in graph.objects(plan, OGP.hasAchievement)) == 10
    assert sum(1 for _ in graph.objects(plan, OGP.hasPillar)) == 4
    items = sorted(
        graph.objects(plan, OGP.hasRoadmapItem),
        key=lambda item: int(str(graph.value(item, OGP.ordinal))),
    )
    keys = (OGP.periodStart, OGP.periodEnd, OGP.periodText)
    assert [tuple(str(graph.value(i, k)) for k in keys) for i in items] == ROADMAP
    assert [actions_in_order(graph, item) for item in items] == ROADMAP_ACTIONS
    assert int(str(graph.value(plan, OGP.declaredSDGCount))) == 15
    stated = SCHEME["alignment-method/statedInSource"]
    assert not list(graph.subjects(OGP.alignmentMethod, stated))


def test_branches_of_state() -> None:
    of = {last(node): branches(node) for node in all_commitments()}
    assert {c for c, found in of.items() if "legislative" in found} == {"CRI-4-9", "HND-4-8"}
    assert {c for c, found in of.items() if "judicial" in found} == {"HND-4-15"}
    outside = {c for c, found in of.items() if c.startswith("ECU") and found - {"executive"}}
    assert outside == {"ECU-1-6"}
    assert of["ECU-1-6"] == {"transparencyAndSocialControl"}
    assert of["HND-4-6"] == {"autonomousConstitutional"}


def test_on_what_ground_branches_are_known() -> None:
    found: dict[str, set[str]] = {}
    for node in all_commitments():
        for assessment in data().objects(node, OGP.hasBranchAssessment):
            found.setdefault(last(data().value(assessment, OGP.basis)), set()).add(last(node))
    assert found["statedInSource"] == {"CRI-4-9", "HND-4-8"}
    assert {f"ECU-1-{number}" for number in LISTED["ECU-1"]} <= found["readFromText"]
    counts = {basis: len(commitments) for basis, commitments in found.items()}
    assert counts == {"statedInSource": 2, "readFromText": 22, "curated": 3, "notDeterminable": 43}


def test_every_commitment_is_complete() -> None:
    for node in all_commitments():
        for predicate in (SKOS.prefLabel, OGP.summary):
            tags = Counter(
                o.language for o in data().objects(node, predicate) if isinstance(o, Literal)
            )
            assert tags == {"es": 1, "en": 1}, (node, predicate, tags)
        assert (node, OGP.hasEvidence, ID[f"evidence/{last(node)}/text"]) in data(), node
        assert (node, OGP.hasBranchAssessment, None) in data(), node
        classified = " ".join(
            str(data().value(c, OGP.classifiedAs))
            for c in data().objects(node, OGP.hasClassification)
        )
        assert "/scheme/policy-area/" in classified, node
        why = Counter(
            o.language for o in data().objects(node, OGP.noOgpValue) if isinstance(o, Literal)
        )
        if last(node) in NO_OGP_VALUE:
            assert "/scheme/ogp-value/" not in classified, node
            assert why == {"es": 1, "en": 1}, (node, why)
        else:
            assert "/scheme/ogp-value/" in classified, node
            assert not why, node


def test_derived_terms_and_blank_nodes_are_never_written() -> None:
    derived = [
        *["leadInstitution", "coResponsible", "responsibleParty", "involvedParty"],
        *["supportingActor", "involvesBranch", "policyArea", "ogpValue"],
        *["alignsWithTarget", "alignsWithGoal", "suggestedGoal"],
    ]
    for name in derived:
        assert (None, OGP[name], None) not in data(), name
    assert (None, DCTERMS.subject, None) not in data()
    assert not [t for t in data() if any(isinstance(term, BNode) for term in t)]

"""The 25 competency questions, each with the sources' own answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest

from ogpgraph.iris import Names
from ogpgraph.queries import StoredQueries

NAMES = Names()
OGP = NAMES.term("")
LISTED = {
    "CRI-4": [1, 2, 3, 4, 5, 6, 9],
    "ECU-1": list(range(1, 11)),
    "GTM-4": [*range(1, 14), 15, 17, 18, 19, 21, 22, 23, 24],
    "HND-4": [*range(1, 11), *range(12, 21)],
    "MEX-4": list(range(1, 14)),
}
MINTEL = "ECU-ministerio-de-telecomunicaciones-y-de-la-sociedad-de-la-informacion"
PRESIDENCY = "ECU-presidencia-de-la-republica-del-ecuador"


Ask = Callable[..., list[tuple[str | None, ...]]]


@pytest.fixture(scope="module")
def ask(kit: Any, queries: StoredQueries, answers_store: ox.Store) -> Ask:
    return kit.Ask(queries, answers_store)


@pytest.fixture(scope="module")
def unaligned(kit: Any, queries: StoredQueries, unaligned_store: ox.Store) -> Ask:
    return kit.Ask(queries, unaligned_store)


@pytest.fixture(scope="module")
def aligned(kit: Any, queries: StoredQueries, aligned_store: ox.Store) -> Ask:
    return kit.Ask(queries, aligned_store)


def test_q1_declared_and_listed(ask: Ask) -> None:
    assert ask("declared-and-listed", "plan", "declared", "listed", "unlisted") == [
        ("CRI-4", "9", "7", "2"),
        ("ECU-1", "10", "10", "0"),
        ("GTM-4", "24", "21", "3"),
        ("HND-4", "20", "19", "1"),
        ("MEX-4", "13", "13", "0"),
    ]


def test_q1_of_one_country_in_spanish(ask: Ask) -> None:
    answer = ask("declared-and-listed", "plan", "planLabel", country="MEX", lang="es")
    assert answer == [("MEX-4", "México: cuarto plan de acción")]


def test_q2_unlisted_numbers(ask: Ask) -> None:
    assert ask("unlisted-numbers", "plan", "number") == [
        ("CRI-4", "7"),
        ("CRI-4", "8"),
        ("GTM-4", "14"),
        ("GTM-4", "16"),
        ("GTM-4", "20"),
        ("HND-4", "11"),
    ]
    assert all(text for (text,) in ask("unlisted-numbers", "explanation", lang="es"))
    assert [row for row in ask("unlisted-numbers", "number", "ogpId") if row[1]] == [
        ("7", "CR0065"),
        ("8", "CR0066"),
        ("11", "HN0070"),
    ]


@pytest.mark.parametrize("plan", LISTED)
def test_q3_commitments_of_a_country_in_order(ask: Ask, plan: str) -> None:
    answer = ask("commitments-of-a-country", "plan", "number", country=plan[:3])
    assert answer == [(plan, str(number)) for number in LISTED[plan]]


def test_q3_of_no_such_country_is_empty(ask: Ask) -> None:
    assert ask("commitments-of-a-country", "number", country="XXX") == []


def test_q4_one_commitment(ask: Ask) -> None:
    title = (
        "Co-creation of a comprehensive, innovative, and multichannel citizen participation "
        "strategy for the Legislative Assembly on the basis of opening collaborative spaces "
        "and processes"
    )
    columns = ("number", "title", "titleLanguage", "document", "firstLine", "lastLine", "quote")
    answer = ask("one-commitment", *columns, commitment="CRI-4-9")
    assert answer[0] == ("9", title, "en", "CRI-4.txt", "49", "51", title)
    name, commitment = "one-commitment", "CRI-4-9"
    spanish = ask(name, "summary", commitment=commitment, lang="es")[0]
    english = ask(name, "summary", commitment=commitment, lang="en")[0]
    assert None not in {*spanish, *english}
    assert spanish != english


def test_q4_every_commitment_has_title_summary_and_lines(ask: Ask) -> None:
    columns = ("title", "label", "summary", "document", "firstLine", "quote")
    for plan, numbers in LISTED.items():
        for number in numbers:
            first = ask("one-commitment", *columns, commitment=f"{plan}-{number}")[0]
            assert all(first), f"{plan}-{number}"


def test_q5_commitments_led_by_an_institution(ask: Ask) -> None:
    name = "commitments-led-by-an-institution"
    assert ask(name, "commitment", institution=MINTEL) == [("ECU-1-1",)]
    assert ask(name, "commitment", institution=PRESIDENCY) == [("ECU-1-8",), ("ECU-1-9",)]
    label = ask(name, "label", institution=MINTEL, lang="es")
    assert label == [
        (("Elaboración colaborativa de la política de datos abiertos y la guía para su "
         "implementación."),)
    ]  # fmt: skip


def test_q6_jointly_responsible(ask: Ask) -> None:
    columns = ("commitment", "institutions", "order", "role", "institution")
    assert ask("jointly-responsible", *columns) == [
        ("ECU-1-9", "2", "1", "lead", PRESIDENCY),
        ("ECU-1-9", "2", "2", "coResponsible", MINTEL),
    ]


def test_q7_responsible_institutions(ask: Ask) -> None:
    name = "responsible-institutions-of-plans"
    assert ask(name, "plan", "institutions", plan="ECU-1") == [("ECU-1", "9")]
    assert [plan for (plan,) in ask(name, "plan")] == sorted(LISTED)


def test_q8_legislature(ask: Ask) -> None:
    name = "commitments-involving-the-legislature"
    assert ask(name, "plan", "declared", "commitment") == [
        ("CRI-4", "yes", "CRI-4-9"),
        ("HND-4", "blank", "HND-4-8"),
    ]
    labels = [label for (label,) in ask(name, "label", lang="es")]
    assert labels[1] == "Hacia un Congreso Abierto, mayor apertura en la rendición de cuentas"


def test_q9_judiciary(ask: Ask) -> None:
    name = "commitments-involving-the-judiciary"
    assert ask(name, "plan", "declared", "commitment", "unlistedNumbers") == [
        ("CRI-4", "yes", None, "7, 8"),
        ("HND-4", "blank", "HND-4-15", "11"),
    ]
    assert ask(name, "commitment", country="HND") == [("HND-4-15",)]


def test_q10_led_outside_the_executive(ask: Ask) -> None:
    columns = ("commitment", "institution", "branch")
    assert ask("led-outside-the-executive", *columns, country="ECU") == [
        ("ECU-1-6", "ECU-defensoria-del-pueblo", "transparencyAndSocialControl")
    ]


def test_q11_declared_open_parliament(ask: Ask) -> None:
    assert ask("declared-open-parliament", "plan", "answer", "claimText") == [
        ("CRI-4", "yes", "Sí"),
        ("ECU-1", "noClaim", None),
        ("GTM-4", "noClaim", None),
        ("HND-4", "blank", ""),
        ("MEX-4", "no", "No"),
    ]


@pytest.mark.parametrize(
    ("field", "answers"),
    [
        ("justice", ["yes", "noClaim", "noClaim", "blank", "no"]),
        ("subnational", ["no", "noClaim", "no", "no", "no"]),
        ("platform", ["linkGiven", "stated", "linkGiven", "noInformation", "linkGiven"]),
        ("irmReport", ["linkGiven", "noClaim", "noClaim", "linkGiven", "linkGiven"]),
        ("focus", ["stated", "noClaim", "noClaim", "stated", "stated"]),
    ],
)
def test_q11_of_the_other_lines(ask: Ask, field: str, answers: list[str]) -> None:
    assert [
        answer for (answer,) in ask("declared-open-parliament", "answer", field=field)
    ] == answers


def test_q12_claims_differ_only_with_another_source(
    ask: Ask, kit: Any, queries: StoredQueries, answers_store: ox.Store
) -> None:
    assert ask("claims-that-differ", "plan") == []
    base = NAMES.base
    english = ox.Store()
    merge = answers_store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    english.extend(merge)
    claim = ox.NamedNode(f"{base}id/claim/HND-4/parliament/HND-4-en")
    for subject, name, value in (
        (ox.NamedNode(f"{base}id/plan/HND-4"), "hasClaim", claim),
        (claim, "claimField", ox.NamedNode(f"{base}scheme/claim-field/parliament")),
        (claim, "claimValue", ox.NamedNode(f"{base}scheme/claim-value/yes")),
        (claim, "claimSource", ox.NamedNode(f"{base}id/source/HND-4-en")),
    ):
        english.add(ox.Quad(subject, ox.NamedNode(OGP + name), value))
    answer = kit.Ask(queries, english)("claims-that-differ", "plan", "field", "value", "otherValue")
    assert answer == [("HND-4", "parliament", "blank", "yes")]


GOAL_16 = "http://metadata.un.org/sdg/16"


def test_q13_without_alignments(unaligned: Ask) -> None:
    for goal in range(1, 18):
        assert unaligned("aligned-with-a-goal", "alignment", goal=str(goal)) == []


def test_q13_aligned_with_a_goal_by_method(aligned: Ask) -> None:
    assert aligned("aligned-with-a-goal", "method", "commitment", "target", goal="16") == [
        ("curated", "CRI-4-9", f"{GOAL_16}.10"),
        ("curated", "CRI-4-9", f"{GOAL_16}.7"),
        ("curated", "MEX-4-11", f"{GOAL_16}.5"),
        ("statedInSource", "HND-4-3", None),
    ]
    assert aligned("aligned-with-a-goal", "plan", "commitment", goal="5") == [("MEX-4", None)]
    assert aligned("aligned-with-a-goal", "commitment", goal="1") == []


def test_q13_a_declared_count_is_not_expanded(ask: Ask) -> None:
    assert ask("declared-goals-of-plans", "plan", "declared", "named") == [("ECU-1", "15", "0")]


def test_q14_alignments_with_a_target(unaligned: Ask, aligned: Ask) -> None:
    columns = ("aligned", "method", "reviewState", "quote", "agent")
    assert unaligned("alignments-with-a-target", *columns, target="16.10") == []
    assert aligned("alignments-with-a-target", *columns, target="16.10") == [
        ("CRI-4-9", "curated", "accepted", "quote for CRI-4-9 16.10", "ogpgraphCuration"),
        ("ECU-1-6", "suggested", "accepted", "quote for ECU-1-6 16.10", "ogpgraphCuration"),
    ]
    assert aligned("alignments-with-a-target", "aligned", "reviewState", target="16.5") == [
        ("HND-4-6", "proposed"),
        ("MEX-4-11", "accepted"),
    ]
    assert aligned("alignments-with-a-target", "aligned", target="16.1") == []  # rejected


def test_q15_matrix_has_zeros(unaligned: Ask) -> None:
    answer = unaligned("country-goal-matrix", "country", "goalCode", "commitments")
    assert answer == [
        (country, str(goal), "0")
        for country in ("CRI", "ECU", "GTM", "HND", "MEX")
        for goal in range(1, 18)
    ]


def test_q15_matrix_counts_accepted_only(aligned: Ask) -> None:
    answer = aligned("country-goal-matrix", "country", "goalCode", "commitments")
    assert len(answer) == 85
    assert [row for row in answer if row[2] != "0"] == [
        ("CRI", "16", "1"),
        ("GTM", "13", "1"),
        ("HND", "16", "1"),
        ("MEX", "16", "1"),
    ]


def test_q16_suggestions_awaiting_review(unaligned: Ask, aligned: Ask) -> None:
    name = "suggestions-awaiting-review"
    assert unaligned(name, "commitment", minimumConfidence="0") == []
    assert aligned(name, "commitment", "confidence") == [("HND-4-6", "0.82")]
    assert aligned(name, "commitment", minimumConfidence="0.31") == [("HND-4-6",), ("GTM-4-15",)]
    assert aligned(name, "commitment", minimumConfidence="0.83") == []


def test_q17_commitments_without_alignment(unaligned: Ask, aligned: Ask) -> None:
    every = [f"{plan}-{number}" for plan, numbers in LISTED.items() for number in numbers]
    assert [c for (c,) in unaligned("commitments-without-alignment", "commitment")] == every
    some = [c for (c,) in aligned("commitments-without-alignment", "commitment")]
    assert some == [c for c in every if c not in {"CRI-4-9", "MEX-4-11", "HND-4-3", "GTM-4-1"}]


STATED = [("CRI-4-3", "13"), ("CRI-4-3", "15"), ("CRI-4-9", "16"), ("HND-4-8", "16")]


def test_q13_what_is_shipped_is_curated_or_stated(ask: Ask) -> None:
    stated = []
    for goal in range(1, 18):
        rows = ask("aligned-with-a-goal", "method", "commitment", "target", goal=str(goal))
        assert {method for method, _, _ in rows} <= {"curated", "statedInSource"}
        stated += [(c, str(goal)) for method, c, _ in rows if method == "statedInSource"]
        assert all(target is None for method, _, target in rows if method == "statedInSource")
        assert bool(rows) == (goal not in {7, 9})
    assert stated == STATED


def test_q13_a_goal_with_and_without_targets(ask: Ask) -> None:
    un = "http://metadata.un.org/sdg/"
    assert ask(
        "aligned-with-a-goal", "method", "commitment", "target", goal="4", country="MEX"
    ) == [("curated", "MEX-4-3", None)]
    assert ask("aligned-with-a-goal", "method", "commitment", "target", goal="13") == [
        ("curated", "CRI-4-3", f"{un}13.2"),
        ("curated", "GTM-4-1", f"{un}13.3"),
        ("curated", "GTM-4-2", f"{un}13.1"),
        ("curated", "GTM-4-2", f"{un}13.2"),
        ("statedInSource", "CRI-4-3", None),
    ]


def test_q14_quotes_of_what_is_shipped(ask: Ask) -> None:
    columns = ("aligned", "method", "reviewState", "quote", "document", "firstLine", "agent")
    assert ask("alignments-with-a-target", *columns, target="10.3") == [
        ("MEX-4-5", "curated", "accepted", "avoid acts of discrimination", "MEX-4.txt", "24", "ogpgraphCuration")
    ]  # fmt: skip
    assert len(ask("alignments-with-a-target", "aligned", target="16.10")) == 32
    assert len(ask("alignments-with-a-target", "aligned", target="16.5")) == 7


def test_q15_the_matrix_of_what_is_shipped(ask: Ask) -> None:
    rows = ask("country-goal-matrix", "country", "goalCode", "commitments")
    assert len(rows) == 85
    found = {(country, goal): int(count) for country, goal, count in rows if count != "0"}
    assert [found["CRI", g] for g in ("4", "8", "11", "13", "15", "16", "17")] == [
        1,
        1,
        1,
        1,
        1,
        7,
        1,
    ]
    assert {goal for country, goal in found if country == "ECU"} == {"5", "16"}
    assert found["ECU", "16"] == 9  # all but the laboratory
    by_goal = {goal for _, goal in found}
    assert {str(goal) for goal in range(1, 18)} - by_goal == {"7", "9"}


def test_q16_nothing_shipped_awaits_review(ask: Ask) -> None:
    assert ask("suggestions-awaiting-review", "commitment", minimumConfidence="0") == []


def test_q17_of_what_is_shipped_one_is_not_aligned_and_says_why(ask: Ask) -> None:
    for lang, start in (
        ("es", "Las diapositivas dan el nombre"),
        ("en", "The slides give the name"),
    ):
        [row] = ask("commitments-without-alignment", "commitment", "explanation", lang=lang)
        assert row[0] == "ECU-1-8"
        assert str(row[1]).startswith(start)


def test_q18_equivalents_of_goal_16(ask: Ask) -> None:
    assert ask("equivalents-of-a-goal", "equivalent", goal="16") == [
        ("http://purl.unep.org/sdg/SDGIO_00000050",),
        ("http://www.wikidata.org/entity/Q53581248",),
    ]


def test_q19_funnel(ask: Ask) -> None:
    answer = ask("co-creation-funnel", "measure", "value", "stageNumber", plan="ECU-1")
    assert answer == [
        ("citizenProposals", "335", "1"),
        ("openGovernmentProposals", "181", "2"),
        ("integratedProposals", "43", "2"),
        ("selectedCommitments", "10", "4"),
    ]


def test_q20_stages_in_order(ask: Ask) -> None:
    columns = ("stageNumber", "label", "periodText", "periodStart", "periodEnd")
    answer = ask("co-creation-stages", *columns, plan="ECU-1", lang="es")
    assert [(row[0], row[1], row[3], row[4]) for row in answer] == [
        ("1", "Recepción de problemas y soluciones", "2018-11", "2018-12"),
        ("2", "Agrupación e integración de propuestas", "2019-01", "2019-05"),
        ("3", "Evaluación propuestas", "2019-06", "2019-08"),
        ("4", "Selección propuestas", "2019-09", "2019-10"),
        ("5", "Confirmación con responsables y contrapartes", "2019-11", "2019-12"),
        ("6", "Rendición de cuentas", "2020-01", "2020-01"),
        ("7", "Formalización del Plan de Acción", "2019-12", "2020-12"),
    ]
    assert answer[0][2] == "NOV-DIC 2018"


def test_q21_participants_by_mode(ask: Ask) -> None:
    assert ask("participants-by-mode", "measure", "value", "qualifier", plan="MEX-4") == [
        ("virtualParticipants", "1100", "atLeast"),
        ("inPersonParticipants", "400", "exact"),
    ]


def test_q22_co_created_and_proactive(ask: Ask) -> None:
    assert ask("co-created-and-proactive", "measure", "value", plan="MEX-4") == [
        ("coCreatedCommitments", "6"),
        ("proactiveCommitments", "7"),
    ]


def test_q23_milestones_and_status(ask: Ask) -> None:
    columns = ("number", "label", "completionLevel", "percent")
    answer = ask("milestones-and-status", *columns, commitment="ECU-1-2", lang="es")
    assert [(number, level, percent) for number, _, level, percent in answer] == [
        (str(number), "complete", "100") for number in range(1, 6)
    ]
    assert answer[1][1] == "Rediseño y actualización del Portal de Datos Abiertos."


def test_q23_shows_the_latest_status_and_else_the_whole_commitments(
    kit: Any, queries: StoredQueries
) -> None:
    store = ox.Store()
    turtle = """
    @prefix o: <https://w3id.org/ogpgraph/ns#> . @prefix c: <https://w3id.org/ogpgraph/id/> .
    c:c o:hasMilestone c:m1 , c:m2 . c:m1 o:number "1" . c:m2 o:number "2" .
    c:s1 o:statusOf c:m1 ; o:percent 10.0 ; o:observedOn "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
    c:s2 o:statusOf c:m1 ; o:percent 60.0 ; o:observedOn "2021-01-01"^^<http://www.w3.org/2001/XMLSchema#date> .
    c:s3 o:statusOf c:c ; o:percent 50.0 .
    """
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    commitment = f"{NAMES.base}id/c"
    answer = kit.Ask(queries, store)(
        "milestones-and-status", "number", "percent", "statusOf", commitment=commitment
    )
    assert answer == [("1", "60", "m1"), ("2", "50", "c")]


def test_q24_transversal_focus(ask: Ask) -> None:
    assert ask("transversal-focus", "plan", "focus", "plans") == [
        ("CRI-4", "accountability", "1"),
        ("CRI-4", "citizenParticipation", "1"),
        ("CRI-4", "innovation", "1"),
        ("CRI-4", "transparency", "1"),
        ("HND-4", "accessToInformation", "1"),
        ("HND-4", "fiscalTransparency", "1"),
        ("HND-4", "openData", "1"),
        ("MEX-4", "gender", "1"),
    ]


def test_q25_provenance_of_a_statement(queries: StoredQueries, answers_store: ox.Store) -> None:
    text = queries["provenance-of-a-statement"].bind(
        {"subject": "commitment/CRI-4-9", "property": "number"}
    )
    result = answers_store.query(text)
    assert isinstance(result, ox.QuerySolutions)
    (row,) = list(result)
    assert row["graph"] == ox.NamedNode(NAMES.graph("plan/CRI-4"))
    assert row["generatedAt"].value == "2026-11-21T00:00:00Z"
    assert [row[column].value for column in ("document", "firstLine", "lastLine")] == [
        "CRI-4.txt",
        "49",
        "51",
    ]


def test_q25_keeps_sources_apart(ask: Ask) -> None:
    columns = ("value", "document", "firstLine")
    identifier = ask(
        "provenance-of-a-statement", *columns, subject="commitment/CRI-4-9", property="ogpId"
    )
    assert [(value, line) for value, _, line in identifier] == [("CR0067", None)]
    assert identifier[0][1] not in (None, "CRI-4.txt")


def test_q25_which_report_each_page_cites(ask: Ask) -> None:
    assert ask("cited-evaluation-reports", "plan", "document", "reportType") == [
        ("CRI-4", "CRI-4.txt", "design"),
        ("ECU-1", "ECU-1-slides.txt", None),
        ("GTM-4", "GTM-4.txt", None),
        ("HND-4", "HND-4.txt", "design"),
        ("MEX-4", "MEX-4.txt", "results"),
    ]

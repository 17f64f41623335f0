"""Tables on how much is known, and how well."""

from __future__ import annotations

from types import MappingProxyType

from ogpgraph.statistics.dimensions import (
    COMMITMENTS,
    LANGUAGE,
    LEVEL,
    LISTED,
    PLAN,
    commitments,
)
from ogpgraph.statistics.tables import Definition, Listing, Measure, Unit

QUALITY = (
    Definition(
        "evidence",
        ("Evidencia", "Evidence"),
        ("Un plan de acción con compromisos.", "An action plan with commitments."),
        (
            "Afirmaciones sobre los compromisos: cada compromiso mismo, y sus participaciones, "
            "apreciaciones de órgano, clasificaciones, hitos y alineaciones, salvo las que solo "
            "sugirió una herramienta. Tienen base las que dan una cita y sus líneas en un "
            "documento; las listas y páginas de la AGA dan citas sin líneas.",
            "Statements about commitments: each commitment itself, and its involvements, branch "
            "assessments, classifications, milestones and alignments, except those that a tool "
            "merely suggested. Those have a ground that give a quotation and its lines in a "
            "document; OGP's lists and pages give quotations without lines.",
        ),
        (PLAN,),
        (
            commitments(COMMITMENTS, LISTED, {"plan": "plan"}),
            Measure(
                "grounded",
                ("Compromisos con base", "Grounded commitments"),
                (
                    "Compromisos cuyas afirmaciones dan todas una cita y líneas.",
                    "Commitments whose statements all give a quotation and lines.",
                ),
            ),
            Measure(
                "coverage",
                ("Cobertura", "Coverage"),
                (
                    "Parte de los compromisos cuyas afirmaciones dan todas una cita y líneas.",
                    "Share of the commitments whose statements all give a quotation and lines.",
                ),
                Unit.SHARE,
            ),
            Measure("statements", ("Afirmaciones", "Statements"), ("Todas.", "All of them.")),
            Measure(
                "grounded_statements",
                ("Afirmaciones con base", "Grounded statements"),
                ("Las que dan una cita y líneas.", "Those with a quotation and lines."),
            ),
        ),
        chart=("commitments", "grounded"),
    ),
    Definition(
        "milestones",
        ("Hitos y su estado", "Milestones and their status"),
        (
            "Un plan con hitos y un nivel de cumplimiento, o ninguno conocido.",
            "A plan with milestones and a completion level, or none known.",
        ),
        (
            "Hitos por el último nivel observado del propio hito; el de un compromiso entero no se "
            "atribuye a sus hitos. Solo hay filas de lo que se da.",
            "Milestones by the latest level observed of the milestone itself; that of a whole "
            "commitment is not ascribed to its milestones. There are rows only of what occurs.",
        ),
        (PLAN, LEVEL),
        (
            Measure(
                "milestones",
                ("Hitos", "Milestones"),
                (
                    "Hitos de los compromisos del plan.",
                    "Milestones of the commitments of the plan.",
                ),
                listing=Listing(
                    "milestones", MappingProxyType({"plan": "plan", "status": "completion_level"})
                ),
            ),
        ),
        chart=("milestones",),
    ),
    Definition(
        "title-languages",
        ("Lenguas de los títulos", "Languages of titles"),
        (
            "Un plan y una lengua en que hay títulos de compromisos.",
            "A plan and a language that titles of commitments are in.",
        ),
        (
            "Compromisos con un título oficial en la lengua; uno con títulos en dos cuenta en las "
            "dos. Las traducciones del proyecto no son títulos. Solo hay filas de lo que se da.",
            "Commitments with an official title in the language; one with titles in two counts in "
            "both. The project's translations are no titles. There are rows only of what occurs.",
        ),
        (PLAN, LANGUAGE),
        (Measure("commitments", COMMITMENTS, LISTED),),
        chart=("commitments",),
    ),
)

"""Tables on how far the alignments with the SDGs reach, by how they were reached."""

from __future__ import annotations

from ogpgraph.statistics.dimensions import COMMITMENTS, COUNTRY, LISTED, PLAN, commitments
from ogpgraph.statistics.tables import Definition, Measure, Text

_COUNTED: Text = (
    "Compromisos según lo que se sabe de su alineación con los ODS. Uno puede contar en varias "
    "columnas, pues puede tener varias alineaciones; las que una herramienta sugirió nunca cuentan "
    "como aceptadas.",
    "Commitments by what is known of their alignment with the SDGs. One may count in several "
    "columns, as it may have several alignments; those that a tool suggested never count as "
    "accepted.",
)
MEASURES = (
    Measure(
        "aligned",
        ("Con alineación aceptada", "With an accepted alignment"),
        (
            "Compromisos con al menos una alineación aceptada, dicha en la fuente o curada.",
            "Commitments with at least one accepted alignment, stated in the source or curated.",
        ),
    ),
    Measure(
        "stated",
        ("Dicha en la fuente", "Stated in the source"),
        (
            "Compromisos con al menos una alineación aceptada que la fuente dice.",
            "Commitments with at least one accepted alignment that the source states.",
        ),
    ),
    Measure(
        "curated",
        ("Curada", "Curated"),
        (
            "Compromisos con al menos una alineación aceptada que la curaduría hizo.",
            "Commitments with at least one accepted alignment that curation made.",
        ),
    ),
    Measure(
        "with_target",
        ("Con una meta", "With a target"),
        (
            "Compromisos con al menos una alineación aceptada, dicha o curada, que da una meta y "
            "no solo el Objetivo.",
            "Commitments with at least one accepted alignment, stated or curated, that gives a "
            "target and not only the goal.",
        ),
    ),
    Measure(
        "waiting",
        ("Con sugerencias por revisar", "With suggestions to review"),
        (
            "Compromisos con al menos una alineación sugerida que espera revisión.",
            "Commitments with at least one suggested alignment that awaits review.",
        ),
    ),
    Measure(
        "rejected",
        ("Con alineaciones rechazadas", "With rejected alignments"),
        (
            "Compromisos con al menos una alineación que una persona descartó.",
            "Commitments with at least one alignment that a person discarded.",
        ),
    ),
    Measure(
        "no_target",
        ("Sin meta defendible", "No target defensible"),
        (
            "Compromisos de los que la curaduría dice que su texto no sustenta ninguna meta, y por "
            "qué; un Objetivo puede estar alineado aun así.",
            "Commitments of which curation says that their text supports no target, and why; a "
            "goal may be aligned all the same.",
        ),
    ),
    Measure(
        "nothing",
        ("Sin nada de esto", "With none of this"),
        (
            "Compromisos sin alineación aceptada, sin sugerencia por revisar y sin que se diga que "
            "no tienen meta.",
            "Commitments without an accepted alignment, without a suggestion to review, and of "
            "which it is not said that they have no target.",
        ),
    ),
)
"""After the commitments themselves; the last one follows from what the others leave."""


_CHART = ("aligned", "no_target", "nothing")
COVERAGE = (
    Definition(
        "alignment-coverage",
        ("Cobertura de las alineaciones por plan", "Coverage of alignments by plan"),
        ("Un plan de acción.", "An action plan."),
        _COUNTED,
        (PLAN,),
        (commitments(COMMITMENTS, LISTED, {"plan": "plan"}), *MEASURES),
        chart=_CHART,
    ),
    Definition(
        "alignment-coverage-by-country",
        ("Cobertura de las alineaciones por país", "Coverage of alignments by country"),
        ("Un país que tiene planes en el grafo.", "A country that has plans in the graph."),
        _COUNTED,
        (COUNTRY,),
        (commitments(COMMITMENTS, LISTED, {"country": "country"}), *MEASURES),
        chart=_CHART,
    ),
)

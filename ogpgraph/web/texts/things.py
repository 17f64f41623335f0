"""Words of the pages of single things and of what stands around them, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

THINGS = MappingProxyType(
    {
        "about_page": ("Datos de esta página", "About this page"),
        "after": ("Siguiente en el plan", "Next in the plan"),
        "alignment": ("la alineación", "the alignment"),
        "before": ("Anterior en el plan", "Previous in the plan"),
        "by_area": ("Compromisos por área de política", "Commitments by policy area"),
        "by_branch": (
            "Compromisos por poder u órgano del Estado",
            "Commitments by branch of state",
        ),
        "characters": ("caracteres en total", "characters in all"),
        "commitment_unit": ("compromiso", "commitment"),
        "commitments_unit": ("compromisos", "commitments"),
        "declared_goals": ("Lo que los planes declaran", "What the plans declare"),
        "declared_goals_note": (
            "Un número declarado no se reparte entre Objetivos por conjetura.",
            "A number that is declared is not shared out among goals by guesswork.",
        ),
        "declares": ("Objetivos que declara:", "goals it declares:"),
        "equivalents": ("Equivalencias", "Equivalents"),
        "goals_none": (
            "Nadie ha dicho aún, con palabras de la fuente, a qué Objetivo sirve este compromiso.",
            "Nobody has said yet, with words of the source, which goal this commitment serves.",
        ),
        "in_en": ("en inglés", "in English"),
        "in_es": ("en español", "in Spanish"),
        "in_the_plan": ("Otros compromisos del plan", "Other commitments of the plan"),
        "institutions": ("Instituciones", "Institutions"),
        "method_curated": ("Por curaduría de este proyecto", "Curated by this project"),
        "method_rejected": ("Rechazadas en la revisión", "Rejected on review"),
        "method_statedInSource": ("Dichas en la fuente", "Stated in the source"),
        "method_suggested": (
            "Sugeridas por un programa, con lo que la revisión dice de cada una",
            "Suggested by a program, with what the review says of each",
        ),
        "names": ("que nombra:", "that it names:"),
        "no_target": (
            "Se leyó el texto y no se halló ninguna meta que sustente.",
            "The text was read, and no target was found that it supports.",
        ),
        "official_title_is": ("Título oficial,", "Official title,"),
        "ratings": ("Evaluación de la Alianza", "Ratings by OGP"),
        "reports": ("Informes de evaluación", "Evaluation reports"),
        "role_coResponsible": (
            "Compromisos de los que es corresponsable",
            "Commitments it is co-responsible for",
        ),
        "role_counterpart": (
            "Compromisos en los que es contraparte",
            "Commitments it is a counterpart of",
        ),
        "role_funder": ("Compromisos que financia", "Commitments it funds"),
        "role_lead": ("Compromisos que lidera", "Commitments it leads"),
        "role_named": ("Compromisos que la nombran", "Commitments that name it"),
        "role_supporting": ("Compromisos que apoya", "Commitments it supports"),
        "roles_none": (
            "Ningún compromiso de los planes nombra a esta institución.",
            "No commitment of the plans names this institution.",
        ),
        "see_list": ("Ver la lista, con filtros", "See the list, with filters"),
        "serves_accepted": (
            "Compromisos con una alineación aceptada",
            "Commitments with an accepted alignment",
        ),
        "serves_goal": ("Lo que sirve a este Objetivo", "What serves this goal"),
        "serves_none": (
            "Nadie ha alineado aún un compromiso con esto: no hay ninguna alineación dicha en una "
            "fuente, ni por curaduría, ni sugerida.",
            "Nobody has aligned a commitment with this yet: there is no alignment stated in a "
            "source, none curated and none suggested.",
        ),
        "serves_target": ("Lo que sirve a esta meta", "What serves this target"),
        "shortened": (
            "Hay textos demasiado largos para esta página; se muestran sus comienzos.",
            "Some texts are too long for this page; their beginnings are shown.",
        ),
        "shortened_whole": ("Todo, en Turtle", "All of it, in Turtle"),
        "status": ("Avance", "Status"),
        "targets": ("Metas", "Targets"),
        "versions_of_graph": ("Versiones de estos datos", "Versions of this data"),
        "who_none": (
            "La fuente no nombra ninguna institución.",
            "The source names no institution.",
        ),
    }
)

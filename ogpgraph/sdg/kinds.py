"""The rows of KINDS for goals and targets, and for indicators."""

from __future__ import annotations

from ogpgraph.fields import Column, Kind, Sort
from ogpgraph.kind_fields import goal, target
from ogpgraph.vocab import SDG

SDG_KINDS = (
    Kind(
        "sdgs",
        ("http://metadata.un.org/sdg/ontology#Goal", "http://metadata.un.org/sdg/ontology#Target"),
        SDG,
        ("Objetivos de Desarrollo Sostenible", "Sustainable Development Goals"),
        (
            "Los 17 objetivos y las 169 metas, con los IRI de las Naciones Unidas.",
            "The 17 goals and 169 targets, under the United Nations' IRIs.",
        ),
        (goal("sdgo:isTargetOf", ("Metas de un objetivo", "Targets of a goal")),),
        (
            Sort("code", "ogp:ordinal", ("Código", "Code"), "number"),
            Sort(
                "commitments",
                "^ogp:alignsWithGoal|^ogp:alignsWithTarget",
                (
                    "Compromisos con alineación aceptada",
                    "Commitments with an accepted alignment",
                ),
                "count",
            ),
        ),
        ("code",),
        (
            Column("goal", "sdgo:isTargetOf", things=True),
            Column("exact_match", "skos:exactMatch"),
        ),
        levels=("goal", "target"),
    ),
    Kind(
        "sdg-indicators",
        ("http://metadata.un.org/sdg/ontology#Indicator",),
        SDG,
        ("Indicadores de los ODS", "SDG indicators"),
        (
            "Los 240 indicadores, con los 252 códigos de las metas que miden. Los compromisos se "
            "alinean con metas, nunca con indicadores.",
            "The 240 indicators, with the 252 codes of the targets that they measure. Commitments "
            "are aligned with targets, never with indicators.",
        ),
        (
            goal(
                "sdgo:isIndicatorOf/sdgo:isTargetOf",
                ("Indicadores de las metas de un objetivo", "Indicators of a goal's targets"),
            ),
            target("sdgo:isIndicatorOf", ("Indicadores de una meta", "Indicators of a target")),
        ),
        (Sort("code", "ogp:ordinal", ("Código", "Code"), "number"),),
        ("code",),
        (
            Column("target", "sdgo:isIndicatorOf", things=True),
            Column("notation", "skos:notation"),
            Column("exact_match", "skos:exactMatch"),
        ),
        levels=("indicator",),
        documents="sdgs",
    ),
)

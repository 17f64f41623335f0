"""Words of the pages of goals, targets and indicators, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

SDG_PAGES = MappingProxyType(
    {
        "sdg_codes": ("Códigos", "Codes"),
        "sdg_goal": ("Objetivo de Desarrollo Sostenible", "Sustainable Development Goal"),
        "sdg_indicator": ("Indicador de los ODS", "SDG indicator"),
        "sdg_indicator_never": (
            "Un indicador mide; los compromisos se alinean con metas, nunca con indicadores.",
            "An indicator measures; commitments are aligned with targets, never with indicators.",
        ),
        "sdg_indicators": ("Indicadores", "Indicators"),
        "sdg_its_targets": ("Metas que mide", "Targets that it measures"),
        "sdg_label_ours": (
            "La etiqueta breve es de este proyecto; no es el texto oficial.",
            "The short label is this project's; it is not the official text.",
        ),
        "sdg_match_closeMatch": ("casi equivale a", "close to"),
        "sdg_match_exactMatch": ("equivale a", "same as"),
        "sdg_match_relatedMatch": ("trata de", "about"),
        "sdg_matches": ("En otros vocabularios", "In other vocabularies"),
        "sdg_no_permanent": (
            "No se le conoce código permanente de las Naciones Unidas: es posterior al archivo KOS "
            "de 2020, y su IRI es de este proyecto.",
            "No permanent code of the United Nations is known for it: it came after the KOS file "
            "of 2020, and its IRI is this project's.",
        ),
        "sdg_official": ("Texto oficial", "Official text"),
        "sdg_official_none": (
            "El texto oficial no está cargado aquí. Se lee en",
            "The official text is not loaded here. Read it at",
        ),
        "sdg_official_source": ("Fuente: Naciones Unidas,", "Source: United Nations,"),
        "sdg_permanent": ("Código permanente", "Permanent code"),
        "sdg_serves_its_targets": (
            "Lo que sirve a las metas que mide",
            "What serves the targets that it measures",
        ),
        "sdg_rest_on_targets": (
            "La página de cada meta tiene todas las suyas, con sus palabras.",
            "The page of each target has all of its own, with their words.",
        ),
        "sdg_shown_here": ("Alineaciones que se muestran aquí", "Alignments shown here"),
        "sdg_sum_note": (
            "Un compromiso cuenta una vez en el Objetivo, y en cada meta a la que sirve.",
            "A commitment counts once for the goal, and once for each target that it serves.",
        ),
        "sdg_target": ("Meta de los ODS", "SDG target"),
    }
)

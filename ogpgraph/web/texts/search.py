"""Words of the search: the same in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

SEARCH = MappingProxyType(
    {
        "search": ("Buscar", "Search"),
        "search_bad": (
            "No se puede buscar eso. Escriba al menos una letra o cifra, y como máximo 200 "
            "caracteres y 16 palabras.",
            "That cannot be looked for. Write at least one letter or digit, and at most 200 "
            "characters and 16 words.",
        ),
        "search_branch": ("Poder u órgano del Estado", "Branch of state"),
        "search_country": ("País", "Country"),
        "search_field_alternative": ("Otro nombre", "Another name"),
        "search_field_definition": ("Definición", "Definition"),
        "search_field_label": ("Nombre", "Name"),
        "search_field_note": ("Nota de ogpgraph", "Note by ogpgraph"),
        "search_field_quote": ("Cita de la fuente", "Quotation of the source"),
        "search_field_summary": ("Resumen de ogpgraph", "Summary by ogpgraph"),
        "search_field_title": ("Título en la fuente", "Title in the source"),
        "search_help": (
            "Entre comillas, una frase exacta; con un guion delante, lo que no debe aparecer. Los "
            "acentos y las mayúsculas no importan.",
            "In quotation marks, an exact phrase; with a minus before it, what must not appear. "
            "Accents and capitals do not matter.",
        ),
        "search_kind": ("Tipo", "Kind"),
        "search_label": ("Palabras que buscar", "Words to look for"),
        "search_language": ("Idioma del texto", "Language of the text"),
        "search_lead": (
            "Busca en los nombres, los títulos, los resúmenes y las citas de las fuentes, en "
            "español y en inglés.",
            "Looks in the names, titles, summaries and quotations of the sources, in Spanish and "
            "English.",
        ),
        "search_line": ("línea", "line"),
        "search_match_most": (
            "Nada tiene todas las palabras; esto las tiene todas menos una.",
            "Nothing has all of the words; these have all but one.",
        ),
        "search_match_some": (
            "Nada tiene todas las palabras; esto tiene alguna.",
            "Nothing has all of the words; these have some.",
        ),
        "search_meant": ("¿Quiso decir", "Did you mean"),
        "search_narrow": ("Limitar lo encontrado", "Narrow what was found"),
        "search_next": ("Siguientes", "Next"),
        "search_none": ("No se encontró nada.", "Nothing was found."),
        "search_one": ("resultado", "result"),
        "search_many": ("resultados", "results"),
        "search_only_excluded": (
            "Eso solo dice lo que no debe aparecer. Escriba también al menos una palabra sin guion "
            "delante.",
            "That only says what must not appear. Write at least one word without a minus before "
            "it, too.",
        ),
        "search_pages": ("Páginas de resultados", "Pages of results"),
        "search_previous": ("Anteriores", "Previous"),
        "search_results": ("Resultados", "Results"),
        "search_shown": ("Se muestran", "Shown"),
        "search_language_en": ("inglés", "English"),
        "search_language_es": ("español", "Spanish"),
        "search_language_other": ("otro o sin indicar", "other or not stated"),
    }
)

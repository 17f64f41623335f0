"""Words of the page that suggests goals and targets, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

SUGGESTIONS = MappingProxyType(
    {
        "suggest_button": ("Sugerir", "Suggest"),
        "suggest_error": ("No se pudo leer", "It could not be read"),
        "suggest_how": ("Cómo se hace y cuánto acierta", "How it is done, and how well"),
        "suggest_language": ("Idioma del texto", "Language of the text"),
        "suggest_language_seen": ("Según sus palabras", "As its words tell"),
        "suggest_lead": (
            "Pegue un texto, por ejemplo un compromiso, y vea qué Objetivos de Desarrollo "
            "Sostenible y qué metas le sugiere el léxico, y por qué palabras. No se guarda nada.",
            "Paste a text, such as a commitment, and see which Sustainable Development Goals and "
            "targets the lexicon suggests for it, and for which words. Nothing is stored.",
        ),
        "suggest_left_out": (
            "El texto es demasiado largo para mostrarlo otra vez.",
            "The text is too long to be shown again.",
        ),
        "suggest_marked": ("El texto, con lo que contó", "The text, with what counted"),
        "suggest_more": ("Otros términos:", "Other terms:"),
        "suggest_most": ("MiB como máximo", "MiB at most"),
        "suggest_none": (
            "Nada de lo que dice basta para sugerir un objetivo.",
            "Nothing it says is enough to suggest a goal.",
        ),
        "suggest_note": (
            "Son sugerencias de un programa: nadie las ha revisado ni aceptado.",
            "These are suggestions of a program: nobody has reviewed or accepted them.",
        ),
        "suggest_page": ("Sugerir ODS", "Suggest SDGs"),
        "suggest_programs": (
            "Los programas envían el texto a esta dirección:",
            "Programs post the text to this address:",
        ),
        "suggest_reasons": ("Palabras que contaron", "Words that counted"),
        "suggest_results": ("Sugerencias", "Suggestions"),
        "suggest_score": ("Puntuación", "Score"),
        "suggest_term": ("Término", "Term"),
        "suggest_text": ("Texto", "Text"),
        "suggest_title": ("Sugerir ODS para un texto", "Suggest SDGs for a text"),
        "suggest_weight": ("peso", "weight"),
    }
)

"""Words of the page that checks documents, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

VALIDATION = MappingProxyType(
    {
        "validate_bad": (
            "No cumple las reglas: así no se podría publicar.",
            "It breaks the rules: it could not be published as it is.",
        ),
        "validate_both": (
            "Hay un texto y un archivo. Envíe uno de los dos: deje vacío el texto, o no elija "
            "ningún archivo.",
            "There are a text and a file. Send one of them: leave the text empty, or choose no "
            "file.",
        ),
        "validate_button": ("Validar", "Check"),
        "validate_error": ("No se pudo validar", "It could not be checked"),
        "validate_example": ("Cargar un ejemplo", "Load an example"),
        "validate_file": (
            "O elija un archivo y deje vacío el texto",
            "Or choose a file, and leave the text empty",
        ),
        "validate_first": ("Se muestran los primeros", "Shown are the first"),
        "validate_focus": ("Sobre", "About"),
        "validate_format": ("Formato", "Format"),
        "validate_format_auto": (
            "Según el nombre del archivo; si no, Turtle",
            "By the name of the file, else Turtle",
        ),
        "validate_good": (
            "Cumple las reglas: se podría publicar.",
            "It keeps the rules: it could be published.",
        ),
        "validate_info": ("Avisos", "Notes"),
        "validate_lead": (
            "Pegue un grafo o elija un archivo, y vea qué reglas no cumple y en qué línea. Se "
            "valida junto a lo publicado. No se guarda nada.",
            "Paste a graph or choose a file, and see which rules it breaks and on which line. It "
            "is checked beside what is published. Nothing is stored.",
        ),
        "validate_left_out": (
            "El texto es demasiado largo para mostrarlo otra vez en el formulario.",
            "The text is too long to be shown in the form again.",
        ),
        "validate_line": ("Línea", "Line"),
        "validate_most": ("MiB como máximo", "MiB at most"),
        "validate_none": ("No hay hallazgos.", "There are no findings."),
        "validate_nothing": (
            "Pegue un texto o elija un archivo.",
            "Paste a text or choose a file.",
        ),
        "validate_path": ("Propiedad", "Property"),
        "validate_programs": (
            "Los programas envían el documento mismo a esta dirección:",
            "Programs post the document itself to this address:",
        ),
        "validate_shape": ("Regla", "Rule"),
        "validate_text": ("Texto", "Text"),
        "validate_title": ("Validar un documento", "Check a document"),
        "validate_value": ("Valor", "Value"),
        "validate_violation": ("Impiden publicar", "Block publishing"),
        "validate_warning": ("Conviene revisar", "Should be looked at"),
    }
)

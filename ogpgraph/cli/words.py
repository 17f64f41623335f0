"""What the command line says to people, in Spanish and in English."""

from __future__ import annotations

from types import MappingProxyType

COMMAND_WORDS = MappingProxyType(
    {
        "violation": ("violación", "violaciones", "violation", "violations"),
        "warning": ("advertencia", "advertencias", "warning", "warnings"),
        "info": ("nota", "notas", "info", "infos"),
        "file": ("archivo", "archivos", "file", "files"),
        "text": ("texto", "textos", "text", "texts"),
        "proposed": ("propuesta", "propuestas", "proposed", "proposed"),
        "waiting": (
            "ya esperaba revisión",
            "ya esperaban revisión",
            "waiting already",
            "waiting already",
        ),
        "rejected": (
            "rechazada antes, no se propone",
            "rechazadas antes, no se proponen",
            "rejected before, not proposed",
            "rejected before, not proposed",
        ),
        "settled": (
            "ya alineada, no se propone",
            "ya alineadas, no se proponen",
            "aligned already, not proposed",
            "aligned already, not proposed",
        ),
        "withdrawn": (
            "retirada: ya no se sugiere",
            "retiradas: ya no se sugieren",
            "withdrawn: no longer suggested",
            "withdrawn: no longer suggested",
        ),
        "accepted": ("aceptada", "aceptadas", "accepted", "accepted"),
        "turned_down": ("rechazada", "rechazadas", "rejected", "rejected"),
        "as_before": (
            "ya estaba decidida así",
            "ya estaban decididas así",
            "decided so already",
            "decided so already",
        ),
        "unchanged": (
            "de las reglas SHACL; no se cambió nada.",
            "",
            "of the shapes; nothing was changed.",
            "",
        ),
        "allowed": (
            "Se puede publicar; no se cambió nada.",
            "",
            "It can be published; nothing was changed.",
            "",
        ),
        "conforming": ("archivos conformes.", "", "files conform.", ""),
        "refused": ("no se publicó.", "", "not published.", ""),
        "required": ("obligatorio, p. ej.", "", "required, e.g.", ""),
        "optional": ("opcional", "", "optional", ""),
        "otherwise": ("si no se da,", "", "if not given,", ""),
        "published": (
            "Nada cambió: cada grafo ya está publicado con este contenido.",
            "",
            "Nothing changed: every graph is already published with this content.",
            "",
        ),
    }
)
"""Words of the command line: one and several, in Spanish and in English."""

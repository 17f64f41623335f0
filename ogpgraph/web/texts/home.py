"""Words of the home page, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

HOME = MappingProxyType(
    {
        "doors_all": ("Todas las listas", "All lists"),
        "doors_branches": ("Por poder u órgano del Estado", "By branch of state"),
        "doors_countries": ("Por país", "By country"),
        "doors_goals": (
            "Por Objetivo de Desarrollo Sostenible",
            "By Sustainable Development Goal",
        ),
        "goals_not_aligned": (
            "Ningún compromiso tiene aún una alineación aceptada. Cada Objetivo y meta tiene su "
            "página.",
            "No commitment has an accepted alignment yet. Each goal and target has its page.",
        ),
        "headline": (
            "Compromisos de gobierno abierto, con la línea que los respalda",
            "Open-government commitments, with the line that backs them",
        ),
        "lead": (
            "Los planes de acción como grafo de conocimiento: quién responde por cada compromiso, "
            "qué poder del Estado interviene, y qué línea de la fuente lo dice.",
            "Action plans as a knowledge graph: who answers for each commitment, which branch of "
            "state takes part, and which line of the source says so.",
        ),
        "plans_caption": (
            "Compromisos que cada plan declara, los que su fuente lista, y números no listados",
            "Commitments that each plan declares, those that its source lists, unlisted numbers",
        ),
        "state": ("El grafo en cifras", "The graph in figures"),
        "state_commitments": ("compromisos listados", "commitments listed"),
        "state_countries": ("países", "countries"),
        "state_declared": ("declarados por las fuentes", "declared by the sources"),
        "state_grounded": (
            "afirmaciones con cita y líneas de la fuente",
            "statements with a quotation and lines of the source",
        ),
        "state_institutions": ("instituciones públicas", "public institutions"),
        "state_plans": ("planes de acción", "action plans"),
    }
)

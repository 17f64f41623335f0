"""Words of the pages on which suggestions are looked through, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

REVIEWING = MappingProxyType(
    {
        "review_all": ("Todas", "All"),
        "review_by": ("Decidió", "Decided by"),
        "review_commands": (
            "Aceptar o rechazar exige un token o el acceso al servidor. Al aceptar se dan razones "
            "en español y en inglés:",
            "To accept or reject takes a token, or access to the server. Accepting needs reasons "
            "in Spanish and in English:",
        ),
        "review_goal": ("Objetivo o meta", "Goal or target"),
        "review_how": ("Cómo se decide", "How to decide"),
        "review_lead": (
            "Lo que una herramienta sugirió para los compromisos de un plan, y lo que se decidió "
            "al revisarlo. Una sugerencia no cuenta en ninguna cifra hasta que alguien la acepta.",
            "What a tool suggested for the commitments of a plan, and what whoever reviewed it "
            "decided. A suggestion counts in no figure until somebody accepts it.",
        ),
        "review_none": (
            "Ningún plan tiene sugerencias que revisar.",
            "No plan has suggestions to review.",
        ),
        "review_none_here": ("Ninguna sugerencia en este estado.", "No suggestion in this state."),
        "review_note": ("Razón", "Reason"),
        "review_of_plan": ("Sugerencias de ODS para el plan", "SDG suggestions for plan"),
        "review_page": ("Revisar sugerencias", "Review suggestions"),
        "review_plan": ("Plan", "Plan"),
        "review_quoted": ("Dónde lo dice", "Where it says so"),
        "review_states": ("Estado de revisión", "State of review"),
        "review_summary": ("del resumen, que es nuestro", "from the summary, which is ours"),
        "review_label": ("de la etiqueta", "from the label"),
        "review_title": ("del título", "from the title"),
        "review_why": ("Por qué", "Why"),
        "reviewed_accepted": ("Aceptada", "Accepted"),
        "reviewed_proposed": ("Espera revisión", "Awaiting review"),
        "reviewed_rejected": ("Rechazada", "Rejected"),
        "state_accepted": ("Aceptadas", "Accepted"),
        "state_proposed": ("Esperan revisión", "Awaiting review"),
        "state_rejected": ("Rechazadas", "Rejected"),
    }
)

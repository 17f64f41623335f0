"""Words of the pages that tell people of errors, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

PROBLEMS = MappingProxyType(
    {
        "problem_gone": ("Aquí no hay nada", "There is nothing here"),
        "problem_known": ("Lo que sí hay", "What there is"),
        "problem_later": ("Ahora no se puede", "Not possible right now"),
        "problem_ours": ("Algo falló aquí", "Something failed here"),
        "problem_query": ("La consulta no se pudo responder", "The query could not be answered"),
        "problem_request": ("Petición", "Request"),
        "problem_status": ("Estado", "Status"),
        "problem_without": ("La misma página sin", "The same page without"),
        "problem_wrong": ("Así no se puede", "It cannot be done like this"),
    }
)

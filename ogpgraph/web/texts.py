"""The words of the pages: the same in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

TEXTS = MappingProxyType(
    {
        "about": ("Acerca de este grafo", "About this graph"),
        "answer": ("Respuesta", "Answer"),
        "also_as": ("También como", "Also as"),
        "browse": ("Explorar", "Browse"),
        "commitments": ("compromisos", "commitments"),
        "declared": ("declarados", "declared"),
        "empty": ("Nada coincide con estos filtros.", "Nothing matches these filters."),
        "evidence": ("Fuente", "Source"),
        "filters": ("Filtros", "Filters"),
        "home": ("Inicio", "Home"),
        "language": ("English", "Español"),
        "lead": (
            "Compromisos de gobierno abierto como datos: quién responde por cada uno, qué poder "
            "del Estado, y la línea de la fuente que lo dice.",
            "Open-government commitments as data: who answers for each, which branch of state, "
            "and the line of the source that says so.",
        ),
        "licence": (
            "Datos y ontología: CC BY 4.0. Programa: Apache-2.0.",
            "Data and ontology: CC BY 4.0. Software: Apache-2.0.",
        ),
        "line": ("línea", "line"),
        "lines": ("líneas", "lines"),
        "listed": ("enumerados", "listed"),
        "more": ("Siguiente página", "Next page"),
        "none": ("sin valores", "no values"),
        "question": ("Pregunta", "Question"),
        "questions": ("Preguntas para empezar", "Questions to start with"),
        "related": ("Ver también", "See also"),
        "remove": ("quitar", "remove"),
        "results": ("filas", "rows"),
        "run": ("Consultar", "Run"),
        "see_all": ("Ver todo", "See all"),
        "skip": ("Saltar al contenido", "Skip to content"),
        "sparql_help": (
            "Escriba una consulta SPARQL 1.1, o elija una de las preguntas.",
            "Write a SPARQL 1.1 query, or choose one of the questions.",
        ),
        "terms": ("Términos", "Terms"),
        "classes": ("Clases", "Classes"),
        "properties": ("Propiedades", "Properties"),
        "shown_first": ("Se muestran las primeras", "Shown are the first"),
        "total": ("en total", "in total"),
        "translated_note": (
            "Los títulos están en su idioma original; las traducciones y los resúmenes son de "
            "este proyecto.",
            "Titles are in their original language; translations and summaries are this "
            "project's.",
        ),
        "of": ("de", "of"),
        "plans": ("Planes", "Plans"),
        "not_listed": ("sin enumerar", "not listed"),
    }
)

"""Words of the pages about versions, changes and differences, in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

VERSIONS = MappingProxyType(
    {
        "change_added": ("Añadidas", "Added"),
        "change_first": ("primera versión", "first version"),
        "change_made": ("cambió", "changed"),
        "change_removed": ("Quitadas", "Removed"),
        "change_withdrawn": ("se retiró", "withdrawn"),
        "changes": ("Cambios", "Changes"),
        "changes_lead": (
            "Cada versión de cada grafo con nombre, de la más reciente a la más antigua.",
            "Each version of each named graph, the newest first.",
        ),
        "changes_none": ("No hay cambios que mostrar.", "There are no changes to show."),
        "changes_of": ("Cambios de", "Changes of"),
        "content_then": ("Contenido", "Content"),
        "counted_statements": (
            "Se cuentan sentencias (tripletas) de los grafos que se publican; lo que se deduce de "
            "ellas no se cuenta.",
            "What is counted are statements (triples) of the graphs that are published; what is "
            "derived from them is not counted.",
        ),
        "diff": ("Diferencia", "Difference"),
        "diff_all": ("Todas las diferencias como", "All differences as"),
        "diff_change": ("Comparar otras versiones", "Compare other versions"),
        "diff_compare": ("Comparar", "Compare"),
        "diff_from": ("Versión anterior", "Earlier version"),
        "diff_graph": ("Grafo (vacío: todos)", "Graph (empty: all)"),
        "diff_lead": (
            "Lo que se decía antes, al lado de lo que se dice después.",
            "What was said before, beside what is said after.",
        ),
        "diff_none": (
            "No hay diferencias: los grafos son iguales en las dos versiones.",
            "There is no difference: the graphs are the same in both versions.",
        ),
        "diff_nothing": ("nada", "nothing"),
        "diff_property": ("Propiedad", "Property"),
        "diff_shown": (
            "La página muestra las primeras sentencias; las otras formas las tienen todas. Máximo:",
            "The page shows the first statements; the other forms have all of them. At most:",
        ),
        "diff_title": ("Qué cambió", "What changed"),
        "diff_to": ("Versión posterior", "Later version"),
        "digest": ("Resumen SHA-256", "SHA-256 digest"),
        "document": ("Documento", "Document"),
        "every_graph": ("Todos los grafos", "All graphs"),
        "feed": ("Canal Atom", "Atom feed"),
        "graph": ("Grafo", "Graph"),
        "graphs_changed": ("Grafos", "Graphs"),
        "later": ("Versión siguiente", "Next version"),
        "older": ("Más antiguas", "Older"),
        "earlier": ("Versión anterior", "Previous version"),
        "provenance_as": ("Procedencia (PROV-O) como", "Provenance (PROV-O) as"),
        "show": ("Mostrar", "Show"),
        "shapes_digest": ("Reglas de validación (SHA-256)", "Validation rules (SHA-256)"),
        "source": ("Origen", "Source"),
        "statements_now": ("Sentencias", "Statements"),
        "tool": ("Programa", "Tool"),
        "version": ("Versión", "Version"),
        "versions": ("Versiones", "Versions"),
        "versions_lead": (
            "Cada publicación: cuándo, por quién, de qué, y cuánto cambió. Nada se borra del "
            "registro: toda versión se puede leer y comparar.",
            "Each publication: when, by whom, from what, and how much it changed. Nothing leaves "
            "the record: every version can be read and compared.",
        ),
        "when": ("Cuándo", "When"),
        "published_by": ("Quién", "Who"),
    }
)

"""Words of the page at /sparql, and of the editor on it."""

from __future__ import annotations

from types import MappingProxyType

SPARQL = MappingProxyType(
    {
        "ask_as": ("Forma de la respuesta", "Form of the answer"),
        "ask_page": ("tabla en esta página", "table on this page"),
        "ask_rows": ("Filas (SELECT, ASK)", "Rows (SELECT, ASK)"),
        "ask_triples": ("Tripletas (CONSTRUCT, DESCRIBE)", "Triples (CONSTRUCT, DESCRIBE)"),
        "ask_timeout": ("Segundos como máximo", "Seconds at most"),
        "ask_graphs": ("Solo estos grafos", "These graphs only"),
        "ask_graphs_named": ("GRAPH alcanza", "GRAPH reaches"),
        "answer_download": ("Descargar", "Download"),
        "answer_raw": ("Respuesta en bruto", "Raw answer"),
        "answer_rows_none": ("Ninguna fila.", "No rows."),
        "answer_triples": ("tripletas", "triples"),
        "answer_triple": ("tripleta", "triple"),
        "answer_cut": ("sigue en la respuesta en bruto", "goes on in the raw answer"),
        "answer_subject": ("sujeto", "subject"),
        "answer_predicate": ("predicado", "predicate"),
        "answer_object": ("objeto", "object"),
        "editor_absent": (
            "Este es el formulario sencillo. Quien mantiene el servicio puede añadir el editor, "
            "con autocompletado, si instala Node.js y ejecuta",
            "This is the plain form. Whoever runs the service can add the editor, with completion, "
            "by installing Node.js and running",
        ),
        "editor_keys": (
            "Ctrl+Intro consulta, Ctrl+Espacio completa, Tab sale del editor.",
            "Ctrl+Enter runs, Ctrl+Space completes, Tab leaves the editor.",
        ),
        "example_groups": ("Ejemplos", "Examples"),
        "example_page": ("con formulario", "with a form"),
        "examples_plans": ("Planes y compromisos", "Plans and commitments"),
        "examples_who": ("Instituciones y poderes", "Institutions and branches"),
        "examples_goals": (
            "Objetivos de Desarrollo Sostenible",
            "Sustainable Development Goals",
        ),
        "examples_making": ("Cocreación", "Co-creation"),
        "examples_sources": ("Fuentes", "Sources"),
        "examples_others": ("Otras", "Others"),
        "share": ("Compartir", "Share"),
        "share_command": ("Como orden de la terminal", "As a command"),
        "share_copy": ("Copiar", "Copy"),
        "share_link": ("Enlace a esta consulta", "Link to this query"),
    }
)
"""Of the page, in Spanish and English."""

EDITOR = MappingProxyType(
    {
        "completion": ("Cómo puede seguir", "What can follow"),
        "copied": ("Copiado", "Copied"),
        "copy": ("Copiar", "Copy"),
        "copy_yourself": ("Copie lo marcado", "Copy what is selected"),
        "done": ("Hecho.", "Done."),
        "empty": ("La consulta está vacía.", "The query is empty."),
        "expected": ("Podría seguir:", "What could follow:"),
        "problem": ("La consulta no se pudo responder", "The query could not be answered"),
        "query": ("Consulta", "Query"),
        "run": ("Consultar", "Run"),
        "running": ("Consultando…", "Running…"),
        "stop": ("Detener", "Stop"),
        "stopped": ("Detenida.", "Stopped."),
        "syntax": (
            "La línea {line} no es todavía SPARQL.",
            "Line {line} is not SPARQL yet.",
        ),
        "unreachable": ("El servicio no responde.", "The service does not answer."),
        "wait": (
            "Puede intentarlo otra vez en {seconds} s.",
            "You can try again in {seconds} s.",
        ),
    }
)
"""Of the editor's script, in Spanish and English; `{…}` are filled in by it."""

EDITOR_TABLE = MappingProxyType(
    {
        "emptyTable": ("Ninguna fila", "No rows"),
        "next": ("Siguientes", "Next"),
        "previous": ("Anteriores", "Previous"),
        "search": ("Buscar en estas filas", "Search these rows"),
        "sort": (": ordenar", ": sort"),
        "sort_back": (": orden inverso", ": sort in reverse"),
        "sort_no": (": orden de la consulta", ": order of the query"),
        "zeroRecords": ("Ninguna fila coincide", "No row matches"),
    }
)
"""Of a table that can be sorted and searched."""

EDITOR_PROBLEMS = MappingProxyType(
    {
        "bad-request": ("La consulta no se puede hacer así", "This cannot be asked so"),
        "busy": ("El servicio está ocupado", "The service is busy"),
        "federation-disabled": (
            "SERVICE no está permitido aquí",
            "SERVICE is not allowed here",
        ),
        "malformed-query": ("La consulta no es SPARQL", "The query is not SPARQL"),
        "payload-too-large": ("La consulta es demasiado larga", "The query is too long"),
        "query-crashed": (
            "La consulta detuvo a quien la respondía",
            "The query ended what was to answer it",
        ),
        "query-denied": (
            "Esta consulta se rechaza por un tiempo",
            "This query is refused for a while",
        ),
        "query-memory": ("La consulta pide demasiada memoria", "The query takes too much memory"),
        "query-timeout": ("La consulta tarda demasiado", "The query takes too long"),
        "query-too-complex": ("La consulta es demasiado compleja", "The query is too complex"),
        "result-too-large": (
            "La respuesta es demasiado grande",
            "The answer is too large",
        ),
        "too-many-requests": ("Demasiadas consultas seguidas", "Too many queries in a row"),
    }
)
"""Headings of problem documents, by the last part of their type."""

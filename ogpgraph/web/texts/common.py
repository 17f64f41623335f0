"""Words that most pages use, and the command line: the same in Spanish and English."""

from __future__ import annotations

from types import MappingProxyType

COMMON = MappingProxyType(
    {
        "about_catalogue": ("Catálogo de datos", "Data catalogue"),
        "about_catalogue_lead": (
            "El conjunto de datos, sus versiones, sus descargas y sus servicios, en DCAT 3.",
            "The dataset, its versions, its dumps and its services, in DCAT 3.",
        ),
        "about_examples": ("Consultas de ejemplo", "Example queries"),
        "about_examples_lead": (
            "Las consultas guardadas, tal como las leen los editores de SPARQL.",
            "The stored queries, as editors of SPARQL read them.",
        ),
        "about_prefixes": ("Prefijos", "Prefixes"),
        "about_prefixes_lead": (
            "Los prefijos de las consultas y los documentos de este servicio.",
            "The prefixes of the queries and documents of this service.",
        ),
        "about_service": ("Descripción del servicio SPARQL", "Description of the SPARQL service"),
        "about_service_lead": (
            "Qué lenguaje y formatos ofrece, sus límites y sus grafos con nombre.",
            "Which language and formats it offers, its limits and its named graphs.",
        ),
        "about_void": ("Estadísticas del conjunto de datos", "Statistics of the dataset"),
        "about_void_lead": (
            "Cuántas cosas hay de cada clase. En RDF (VoID) están también las propiedades, los "
            "tipos de datos y los enlaces a otros conjuntos.",
            "How many things there are of each class. As RDF (VoID) there are also properties, "
            "datatypes and links to other datasets.",
        ),
        "achievements": ("Logros", "Achievements"),
        "all_data": ("Más datos", "More data"),
        "also_as": ("También como", "Also as"),
        "answer_none": (
            "Los datos no tienen nada que responda a esta pregunta.",
            "The data holds nothing that answers this question.",
        ),
        "any": ("– todos –", "– all –"),
        "api": ("Interfaz REST", "REST interface"),
        "api_lead": (
            "Las operaciones de este servicio. La descripción para programas está en",
            "The operations of this service. The description for programs is at",
        ),
        "approximately": ("unos", "about"),
        "area_of": ("Áreas de política", "Policy areas"),
        "at_least": ("al menos", "at least"),
        "branch": ("Poder u órgano del Estado", "Branch of state"),
        "branches_none": (
            "La fuente no permite determinarlo.",
            "The source does not allow it to be determined.",
        ),
        "browse": ("Explorar", "Browse"),
        "claims": ("Lo que la fuente declara", "What the source declares"),
        "classes": ("Clases", "Classes"),
        "cocreation": ("Cómo se hizo el plan", "How the plan was made"),
        "commitments": ("Compromisos", "Commitments"),
        "contents": ("En esta página", "On this page"),
        "country": ("País", "Country"),
        "declared": ("Declarados", "Declared"),
        "declaring_judicial": (
            "Planes que declaran compromisos de justicia abierta",
            "Plans that declare open-justice commitments",
        ),
        "declaring_legislative": (
            "Planes que declaran compromisos de Parlamento abierto",
            "Plans that declare open-parliament commitments",
        ),
        "declaring_none": (
            "Su fuente no lista ninguno en que intervenga este poder.",
            "Its source lists none that involves this branch.",
        ),
        "declaring_listed": ("Listados con este poder", "Listed with this branch"),
        "declaring_unlisted": (
            "Números no listados del plan",
            "Unlisted numbers of the plan",
        ),
        "domain": ("Se dice de", "Said of"),
        "dumps": ("Descargas", "Dumps"),
        "dumps_file": ("Archivo", "File"),
        "dumps_lead": (
            "Todos los datos de esta versión. Los archivos grandes se preparan cuando se piden por "
            "primera vez; después se conocen su tamaño y su suma.",
            "All data of this version. Large files are made when they are first asked for; after "
            "that their size and digest are known.",
        ),
        "dumps_type": ("Formato", "Format"),
        "empty": ("Nada coincide con estos filtros.", "Nothing matches these filters."),
        "evidence": ("Fuente", "Source"),
        "figures": ("Cifras", "Figures"),
        "filters": ("Filtros en vigor", "Filters in force"),
        "glance": ("En breve", "At a glance"),
        "home": ("Inicio", "Home"),
        "in_source": ("En la fuente", "In the source"),
        "inverse": ("Inversa de", "Inverse of"),
        "kind_of": ("Subclase de", "Subclass of"),
        "kind_of_property": ("Subpropiedad de", "Subproperty of"),
        "language": ("English", "Español"),
        "licence": (
            "Datos y ontología: CC BY 4.0. Programa: Apache-2.0.",
            "Data and ontology: CC BY 4.0. Software: Apache-2.0.",
        ),
        "line": ("línea", "line"),
        "lines": ("líneas", "lines"),
        "listed": ("Listados", "Listed"),
        "goals": ("Objetivos de Desarrollo Sostenible", "Sustainable Development Goals"),
        "main_menu": ("Principal", "Main"),
        "milestones": ("Hitos", "Milestones"),
        "meaning": ("Significado", "Meaning"),
        "parameter": ("Parámetro", "Parameter"),
        "parameters": ("Parámetros", "Parameters"),
        "nav_branches": ("Poderes del Estado", "Branches"),
        "nav_plans": ("Planes", "Plans"),
        "nav_questions": ("Preguntas", "Questions"),
        "nav_sdgs": ("ODS", "SDGs"),
        "nav_search": ("Buscar en el grafo", "Search the graph"),
        "nav_search_do": ("Buscar", "Search"),
        "nav_stats": ("Estadísticas", "Statistics"),
        "no": ("No", "No"),
        "not_listed": ("No listados", "Unlisted"),
        "of": ("de", "of"),
        "official_title": ("Título oficial", "Official title"),
        "ontology": ("Ontología", "Ontology"),
        "ontology_lead": (
            "Las clases y propiedades con que se dicen los datos. Cada término tiene una "
            "dirección propia, que acaba en su nombre.",
            "The classes and properties that the data is said with. Each term has an address "
            "of its own, which ends in its name.",
        ),
        "pillars": ("Pilares", "Pillars"),
        "plan": ("Plan", "Plan"),
        "plans": ("Planes", "Plans"),
        "platform": ("Plataforma de seguimiento", "Follow-up platform"),
        "principles": ("Principios de la cocreación", "Principles of co-creation"),
        "properties": ("Propiedades", "Properties"),
        "queries": ("Preguntas", "Questions"),
        "queries_lead": (
            "Lo que los datos responden sin escribir SPARQL: elija una pregunta y sus valores.",
            "What the data answers without writing SPARQL: choose a question and its values.",
        ),
        "query": ("Consulta", "Query"),
        "query_text": (
            "La consulta en SPARQL, para cambiarla",
            "The query in SPARQL, to change it",
        ),
        "questions": ("Preguntas para empezar", "Questions to start with"),
        "range": ("Valores", "Values"),
        "related": ("Ver también", "See also"),
        "remove": ("quitar", "remove"),
        "results": ("filas", "rows"),
        "results_table": ("Contenido del resultado", "Content of the result"),
        "results_title": ("Resultado", "Result"),
        "roadmap": ("Hoja de ruta", "Roadmap"),
        "row": ("fila", "row"),
        "run": ("Consultar", "Run"),
        "sdg": ("ODS", "SDG"),
        "see_all": ("Ver todas", "See all"),
        "shown_first": ("Se muestran las primeras", "Shown are the first"),
        "skip": ("Saltar al contenido", "Skip to content"),
        "sparql_help": (
            "Escriba una consulta SPARQL 1.1, o elija una de las preguntas.",
            "Write a SPARQL 1.1 query, or choose one of the questions.",
        ),
        "sparql_text": (
            "Para máquinas y para quien quiera preguntar otra cosa.",
            "For machines, and for those who want to ask something else.",
        ),
        "summary_note": ("Resumen de este proyecto.", "Summary by this project."),
        "total": ("Total", "Total"),
        "in_total": ("en total", "in total"),
        "translated_note": (
            "Los títulos oficiales están en su idioma original; las traducciones y los resúmenes "
            "son de este proyecto.",
            "Official titles are in their original language; translations and summaries are this "
            "project's.",
        ),
        "translation_note": (
            "El título de arriba es una traducción de este proyecto.",
            "The title above is a translation by this project.",
        ),
        "unlisted": ("Números no listados", "Unlisted numbers"),
        "value_of": ("Valores de la AGA", "OGP values"),
        "where": ("Dónde", "Where"),
        "who": ("Quién", "Who"),
        "yes": ("Sí", "Yes"),
    }
)

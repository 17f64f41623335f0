"""The SPARQL 1.1 service description: what the endpoint is, can send, and will not do."""

from __future__ import annotations

from ogpgraph.describing.formats import sent
from ogpgraph.describing.site import Moment, Site
from ogpgraph.describing.statistics import TRIPLES
from ogpgraph.files import Graph
from ogpgraph.statements import Statements, Text

_SIMPLE = "http://www.w3.org/ns/entailment/Simple"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_DEFAULT_GRAPH = (
    "La fusión de todos los grafos con nombre; cada tripleta está una vez. Lo que las reglas "
    "derivan está ya escrito en ella, en grafos propios; al preguntar no se infiere nada.",
    "The merge of all named graphs; each triple stands in it once. What the rules derive is "
    "written in it already, in graphs of its own; nothing is inferred when a query is asked.",
)

_LIMITS: tuple[tuple[str, str, str, Text], ...] = (
    (
        "query-time",
        "seconds",
        "SEC",
        ("Segundos de una consulta, desde que llega", "Seconds of a query, from its arrival"),
    ),
    (
        "query-memory",
        "memory_mib",
        "E63",
        ("Mebibytes de memoria de una consulta", "Mebibytes of memory of a query"),
    ),
    (
        "query-size",
        "query_bytes",
        "AD",
        ("Bytes del texto de una consulta", "Bytes of the text of a query"),
    ),
    (
        "result-rows",
        "rows",
        "C62",
        ("Filas o tripletas de una respuesta", "Rows or triples of an answer"),
    ),
    (
        "client-query-time",
        "client_seconds",
        "SEC",
        ("Segundos de consulta por minuto y cliente", "Seconds of queries a minute and client"),
    ),
    (
        "client-errors",
        "client_errors",
        "C62",
        ("Consultas fallidas por minuto y cliente", "Failed queries a minute and client"),
    ),
    (
        "client-parallel",
        "client_parallel",
        "C62",
        ("Consultas simultáneas de un cliente", "Queries of a client at once"),
    ),
)
"""Each limit: its name, its field of `Limits`, its unit (UN/CEFACT code), and what it is."""


def service_description(site: Site, moment: Moment) -> Graph:
    """The description of a version."""
    said = Statements()
    _service(said, site)
    _limits(said, site)
    dataset = f"{site.service}#default-dataset"
    said.link(site.endpoint, "sd:defaultDataset", dataset)
    said.is_a(dataset, "sd:Dataset")
    said.link(dataset, "sd:defaultGraph", site.dataset)
    said.is_a(site.dataset, "sd:Graph", "void:Dataset")
    said.text(site.dataset, "dcterms:description", _DEFAULT_GRAPH)
    said.number(site.dataset, "void:triples", moment.counts[TRIPLES])
    for iri, size in moment.sizes.items():
        name = iri.removeprefix(site.names.graph("")).removeprefix(f"{site.base}/")
        named, graph = f"{site.service}#named/{name}", f"{site.service}#graph/{name}"
        said.link(dataset, "sd:namedGraph", named)
        said.is_a(named, "sd:NamedGraph")
        said.link(named, "sd:name", iri)
        said.link(named, "sd:graph", graph)
        said.is_a(graph, "sd:Graph", "void:Dataset")
        said.number(graph, "void:triples", size)
    if site.writes:
        update = f"{site.base}/update"
        said.is_a(update, "sd:Service")
        said.link(update, "sd:endpoint", update)
        said.link(update, "sd:supportedLanguage", f"{_SD}SPARQL11Update")
        said.link(update, "sd:defaultDataset", dataset)
    return said.graph()


def _service(said: Statements, site: Site) -> None:
    endpoint = site.endpoint
    said.is_a(endpoint, "sd:Service")
    said.text(endpoint, "dcterms:title", ("Consultas SPARQL de ogpgraph", "SPARQL of ogpgraph"))
    said.link(endpoint, "sd:endpoint", endpoint)
    said.link(endpoint, "sd:supportedLanguage", f"{_SD}SPARQL11Query")
    said.link(endpoint, "sd:resultFormat", *sent())
    said.link(endpoint, "sd:feature", f"{_SD}UnionDefaultGraph")
    if site.federation:
        said.link(endpoint, "sd:feature", f"{_SD}BasicFederatedQuery")
    said.link(endpoint, "sd:defaultEntailmentRegime", _SIMPLE)
    said.is_a(_SIMPLE, "sd:EntailmentRegime")


def _limits(said: Statements, site: Site) -> None:
    """Each limit in force, as a value that may not be exceeded, in terms of schema.org."""
    for name, field, unit, texts in _LIMITS:
        value = getattr(site.limits, field)
        if not value:
            continue
        node = f"{site.service}#limit.{name}"
        said.link(site.endpoint, "schema:additionalProperty", node)
        said.is_a(node, "schema:PropertyValue")
        said.value(node, "schema:propertyID", name)
        said.text(node, "schema:name", texts)
        said.value(node, "schema:maxValue", f"{value:g}", "decimal")
        said.value(node, "schema:unitCode", unit)

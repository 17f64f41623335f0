"""VoID of the default graph: how much there is of what. Each number equals a COUNT query."""

from __future__ import annotations

from collections import defaultdict

from ogpgraph.describing.formats import DUMPS, sent
from ogpgraph.describing.site import Moment, Short, Site
from ogpgraph.describing.statements import Statements
from ogpgraph.describing.statistics import (
    CLASS,
    DATATYPE,
    ENTITIES,
    LINK,
    OBJECT_CLASS,
    OF_CLASS,
    PROPERTY,
    SUBJECTS,
    TARGETS,
    TRIPLES,
    Counts,
)
from ogpgraph.files import Graph
from ogpgraph.vocab import LICENSE

TITLE = (
    "ogpgraph: planes de acción de gobierno abierto",
    "ogpgraph: action plans of open government",
)
DESCRIPTION = (
    "Compromisos de los planes de acción de gobierno abierto, las instituciones y los poderes del "
    "Estado que intervienen en ellos, su clasificación y su relación con los Objetivos de "
    "Desarrollo Sostenible, con la evidencia de cada afirmación.",
    "Commitments of action plans of open government, the institutions and branches of the State "
    "that take part in them, their classification and their relation to the Sustainable "
    "Development Goals, with the evidence of each statement.",
)
_INNER = (
    (DATATYPE, "datatype", "void-ext:datatypePartition", "void-ext:datatype"),
    (OBJECT_CLASS, "class", "void:classPartition", "void:class"),
)
"""What the statements of a partition lead to: kind of count, name, properties."""


def void(site: Site, moment: Moment, short: Short) -> Graph:
    """The description of a version.

    Its structure depends on which terms are used, never on how often.
    """
    said = Statements()
    _dataset(said, site, moment)
    counts = moment.counts
    vocabulary = {short.space(key[-1]) for key in counts if key[0] in {CLASS, PROPERTY}}
    said.link(site.dataset, "void:vocabulary", *sorted(vocabulary - {""}))
    for key, number in counts.items():
        if key[0] == PROPERTY:
            node = f"{site.void}#property.{short(key[1])}"
            said.link(site.dataset, "void:propertyPartition", node)
            said.named(node, "void:property", key[1])
            said.number(node, "void:triples", number)
    _classes(said, site, counts, short)
    _linksets(said, site, counts, short)
    return said.graph()


def _dataset(said: Statements, site: Site, moment: Moment) -> None:
    counts, dataset = moment.counts, site.dataset
    said.is_a(site.void, "void:DatasetDescription")
    said.text(site.void, "dcterms:title", ("VoID del conjunto de datos", "VoID of the dataset"))
    said.link(site.void, "foaf:primaryTopic", dataset)
    said.is_a(dataset, "void:Dataset")
    said.text(dataset, "dcterms:title", TITLE)
    said.text(dataset, "dcterms:description", DESCRIPTION)
    said.link(dataset, "dcterms:license", LICENSE)
    said.link(dataset, "void:sparqlEndpoint", site.endpoint)
    said.value(dataset, "void:uriSpace", site.names.base)
    said.link(dataset, "void:feature", *sent(rdf=True))
    for suffix in DUMPS:
        said.link(dataset, "void:dataDump", site.dump(moment.version, suffix))
    plans = site.names.graph("plan/")
    if example := next((iri for iri in sorted(moment.sizes) if iri.startswith(plans)), None):
        plan = site.names.thing("plan", example.removeprefix(plans))
        said.link(dataset, "void:exampleResource", plan)
    said.number(dataset, "void:triples", counts[TRIPLES])
    said.number(dataset, "void:entities", counts[ENTITIES])
    said.number(dataset, "void:distinctSubjects", counts[SUBJECTS])
    for name, kind in (("void:classes", CLASS), ("void:properties", PROPERTY)):
        said.number(dataset, name, sum(1 for key in counts if key[0] == kind))


def _classes(said: Statements, site: Site, counts: Counts, short: Short) -> None:
    """Of each class how many things; by property how many statements; by what these lead to."""
    by_kind: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
    for (kind, *terms), number in counts.items():
        by_kind[kind].append((tuple(terms), number))
    nodes: dict[tuple[str, ...], str] = {}
    for key, number in by_kind[CLASS]:
        node = nodes[key] = f"{site.void}#class.{short(key[0])}"
        said.link(site.dataset, "void:classPartition", node)
        said.named(node, "void:class", key[0])
        said.number(node, "void:entities", number)
    for key, number in by_kind[OF_CLASS]:
        node = nodes[key] = f"{nodes[key[:1]]}.{short(key[1])}"
        said.link(nodes[key[:1]], "void:propertyPartition", node)
        said.named(node, "void:property", key[1])
        said.number(node, "void:triples", number)
    for kind, name, partition, of in _INNER:
        for key, number in by_kind[kind]:
            node = f"{nodes[key[:2]]}.{name}.{short(key[2])}"
            said.link(nodes[key[:2]], partition, node)
            said.named(node, of, key[2])
            said.number(node, "void:triples", number)


def _linksets(said: Statements, site: Site, counts: Counts, short: Short) -> None:
    """The statements that lead to things of others."""
    for (kind, *terms), number in counts.items():
        if kind != LINK:
            continue
        target = TARGETS[terms[1]]
        other, node = f"{site.void}#{target.name}", f"{site.void}#{target.name}.{short(terms[0])}"
        said.is_a(other, "void:Dataset")
        said.text(other, "dcterms:title", target.titles)
        said.value(other, "void:uriSpace", target.space)
        said.is_a(node, "void:Linkset")
        said.link(site.dataset, "void:subset", node)
        said.link(node, "void:subjectsTarget", site.dataset)
        said.link(node, "void:objectsTarget", other)
        said.named(node, "void:linkPredicate", terms[0])
        said.number(node, "void:triples", number)

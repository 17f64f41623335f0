"""VoID of the default graph: how much there is of what. Each number equals a COUNT query."""

from __future__ import annotations

from collections.abc import Mapping

from ogpgraph.describing.formats import DUMPS, sent
from ogpgraph.describing.partitions import Key, Most, Partitions, partitions
from ogpgraph.describing.site import Moment, Short, Site
from ogpgraph.describing.statistics import (
    CLASS,
    ENTITIES,
    LINKED_DATASETS,
    PROPERTY,
    SUBJECTS,
    TRIPLES,
)
from ogpgraph.files import Graph
from ogpgraph.statements import Statements, Text
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
_WHOLE = (
    "Están todas las particiones y todos los conjuntos de enlaces.",
    "All partitions and linksets are listed.",
)
_LEFT_OUT = (
    "Por ser demasiadas no están las particiones {}. Los números del conjunto, y los de las "
    "particiones que están, son exactos.",
    "Left out, since there are too many, are the partitions {}. The numbers of the dataset, and "
    "those of the partitions that are listed, are exact.",
)
_LEVELS = (
    ("por propiedad", "by property"),
    ("por clase", "by class"),
    ("por propiedad dentro de cada clase", "by property within each class"),
    (
        "por tipo de datos y clase del valor dentro de estas",
        "by datatype and class of the value within these",
    ),
    ("que son conjuntos de enlaces", "that are linksets"),
)


def void(site: Site, moment: Moment, short: Short, most: Most) -> Graph:
    """The description of a version.

    Its structure depends on which terms are used together, never on how often.

    Args:
        site: what is described.
        moment: the version.
        short: names of terms.
        most: how many partitions are listed.
    """
    said = Statements()
    _dataset(said, site, moment)
    counts = moment.counts
    found = partitions(counts, most)
    said.text(site.void, "dcterms:description", _told(found))
    vocabulary = {short.space(key[-1]) for key in counts if key[0] in {CLASS, PROPERTY}}
    said.link(site.dataset, "void:vocabulary", *sorted(vocabulary - {""}))
    for key, number in (found.properties or {}).items():
        node = f"{site.void}#property.{short(key[0])}"
        said.link(site.dataset, "void:propertyPartition", node)
        said.named(node, "void:property", key[0])
        said.number(node, "void:triples", number)
    _classes(said, site, found, short)
    _linksets(said, site, found.linksets or {}, short)
    _linksets_of(said, site, found.linksets_of or {}, short)
    return said.graph()


def _told(found: Partitions) -> Text:
    """Whether something is left out, and what."""
    levels = (found.properties, found.classes, found.of_class, found.datatypes, found.linksets)
    missing = [name for name, level in zip(_LEVELS, levels, strict=True) if level is None]
    if not missing:
        return _WHOLE
    spanish, english = (", ".join(names) for names in zip(*missing, strict=True))
    return _LEFT_OUT[0].format(spanish), _LEFT_OUT[1].format(english)


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


def _classes(said: Statements, site: Site, found: Partitions, short: Short) -> None:
    """Of each class how many things; by property how many statements; by what these lead to."""
    nodes: dict[Key, str] = {}
    for key, number in (found.classes or {}).items():
        node = nodes[key] = f"{site.void}#class.{short(key[0])}"
        said.link(site.dataset, "void:classPartition", node)
        said.named(node, "void:class", key[0])
        said.number(node, "void:entities", number)
    for key, number in (found.of_class or {}).items():
        node = nodes[key] = f"{nodes[key[:1]]}.{short(key[1])}"
        said.link(nodes[key[:1]], "void:propertyPartition", node)
        said.named(node, "void:property", key[1])
        said.number(node, "void:triples", number)
    for inner, name, partition, of in (
        (found.datatypes, "datatype", "void-ext:datatypePartition", "void-ext:datatype"),
        (found.object_classes, "class", "void:classPartition", "void:class"),
    ):
        for key, number in (inner or {}).items():
            node = f"{nodes[key[:2]]}.{name}.{short(key[2])}"
            said.link(nodes[key[:2]], partition, node)
            said.named(node, of, key[2])
            said.number(node, "void:triples", number)


def _linksets(said: Statements, site: Site, found: Mapping[Key, int], short: Short) -> None:
    """The statements that lead to things of others."""
    for terms, number in found.items():
        linked = LINKED_DATASETS[terms[1]]
        other, node = f"{site.void}#{linked.name}", f"{site.void}#{linked.name}.{short(terms[0])}"
        said.is_a(other, "void:Dataset")
        said.text(other, "dcterms:title", linked.titles)
        said.value(other, "void:uriSpace", linked.space)
        said.is_a(node, "void:Linkset")
        said.link(site.dataset, "void:subset", node)
        said.link(node, "void:subjectsTarget", site.dataset)
        said.link(node, "void:objectsTarget", other)
        said.named(node, "void:linkPredicate", terms[0])
        said.number(node, "void:triples", number)


def _linksets_of(said: Statements, site: Site, found: Mapping[Key, int], short: Short) -> None:
    """The parts of those whose subjects say how they were made: alignments, by method and state."""
    for (predicate, name, *kinds), number in found.items():
        other, whole = f"{site.void}#{name}", f"{site.void}#{name}.{short(predicate)}"
        node = ".".join((whole, *map(short, kinds)))
        said.is_a(node, "void:Linkset")
        said.link(whole, "void:subset", node)
        said.link(node, "void:subjectsTarget", site.dataset)
        said.link(node, "void:objectsTarget", other)
        said.named(node, "void:linkPredicate", predicate)
        said.named(node, "dcterms:type", *kinds)
        said.number(node, "void:triples", number)

"""The catalogue (DCAT 3): the dataset, its versions, its dumps and the services over it.

Properties that DCAT-AP 3 asks for are there. What a dump weighs and its digest are added by
`weighed` where the dump has been made: making it is not part of publishing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.describing.formats import DUMPS, format_iri, sent
from ogpgraph.describing.site import Moment, Site
from ogpgraph.describing.statistics import VALUE
from ogpgraph.describing.void import DESCRIPTION, TITLE
from ogpgraph.files import Graph
from ogpgraph.statements import Statements, Text, moment_of
from ogpgraph.vocab import LICENSE

_IANA = "https://www.iana.org/assignments/media-types/"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = (f"{_AUTHORITY}/language/SPA", f"{_AUTHORITY}/language/ENG")
_THEME = f"{_AUTHORITY}/data-theme/GOVE"
_PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"
_OPENAPI = "https://spec.openapis.org/oas/v3.1.0"
_KEYWORDS: tuple[Text, ...] = (
    ("gobierno abierto", "open government"),
    ("planes de acción", "action plans"),
    ("compromisos", "commitments"),
    ("Estado abierto", "open state"),
    ("Objetivos de Desarrollo Sostenible", "Sustainable Development Goals"),
)
BEGINS, ENDS = "startDate", ("endDate", "extendedTo")
"""Terms of ours whose values say from when to when."""
_DUMP_TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "nq": ("Todos los grafos con nombre, en N-Quads", "All named graphs, as N-Quads"),
        "trig": ("Todos los grafos con nombre, en TriG", "All named graphs, as TriG"),
        "ttl": ("La fusión de todos los grafos, en Turtle", "The merge of all graphs, as Turtle"),
        "jsonld": ("Todos los grafos con nombre, en JSON-LD", "All named graphs, as JSON-LD"),
    }
)


_ALIGNMENTS = (
    "Las alineaciones con los ODS, en SSSOM/TSV",
    "The alignments with the SDGs, as SSSOM/TSV",
)


@dataclass(frozen=True, slots=True)
class Weight:
    """A file: its bytes and their SHA-256 (hex)."""

    size: int
    sha256: str


def catalogue(site: Site, moment: Moment) -> Graph:
    """The catalogue of a version."""
    said = Statements()
    publisher = f"{site.catalogue}#publisher"
    said.is_a(publisher, "foaf:Agent")
    said.text(publisher, "foaf:name", ("Proyecto ogpgraph", "The ogpgraph project"))
    said.is_a(site.catalogue, "dcat:Catalog")
    said.text(site.catalogue, "dcterms:title", ("Catálogo de ogpgraph", "Catalogue of ogpgraph"))
    said.text(site.catalogue, "dcterms:description", DESCRIPTION)
    said.link(site.catalogue, "foaf:homepage", f"{site.base}/")
    said.link(site.catalogue, "dcat:dataset", site.dataset)
    _dataset(said, site, moment)
    _versions(said, site, moment)
    _services(said, site)
    for one in (site.catalogue, site.dataset):
        said.link(one, "dcterms:publisher", publisher)
        said.link(one, "dcterms:license", LICENSE)
        said.link(one, "dcterms:language", *_LANGUAGES)
        if moment.time:
            said.value(one, "dcterms:modified", moment_of(moment.time), "dateTime")
    for suffix in DUMPS:
        _distribution(said, site, moment, suffix)
    _alignments(said, site)
    return said.graph()


def weighed(site: Site, version: int, weights: Mapping[str, Weight]) -> Graph:
    """What is known of dumps that have been made, by their suffix."""
    said = Statements()
    for suffix, weight in weights.items():
        node = _dump(site, suffix)
        checksum = f"{node}.sha256"
        said.value(node, "dcat:byteSize", str(weight.size), "nonNegativeInteger")
        said.link(node, "spdx:checksum", checksum)
        said.is_a(checksum, "spdx:Checksum")
        said.link(checksum, "spdx:algorithm", "http://spdx.org/rdf/terms#checksumAlgorithm_sha256")
        said.value(checksum, "spdx:checksumValue", weight.sha256, "hexBinary")
        said.link(node, "dcat:downloadURL", site.dump(version, suffix))
    return said.graph()


def _dataset(said: Statements, site: Site, moment: Moment) -> None:
    dataset = site.dataset
    said.is_a(dataset, "dcat:Dataset", "void:Dataset")
    said.text(dataset, "dcterms:title", TITLE)
    said.text(dataset, "dcterms:description", DESCRIPTION)
    said.text(dataset, "dcat:keyword", *_KEYWORDS)
    said.link(dataset, "dcat:theme", _THEME)
    said.link(dataset, "dcat:landingPage", f"{site.base}/")
    said.link(dataset, "dcterms:conformsTo", site.names.base + "ns")
    country = f"<{site.names.term('country')}>"
    said.named(dataset, "dcterms:spatial", *sorted(_values(moment, country)))
    _period(said, site, moment)
    if moment.first:
        said.value(dataset, "dcterms:issued", moment_of(moment.first), "dateTime")


def _period(said: Statements, site: Site, moment: Moment) -> None:
    """From the first beginning to the last end that is stated of anything."""
    begins = _values(moment, f"<{site.names.term(BEGINS)}>")
    ends = {v for name in ENDS for v in _values(moment, f"<{site.names.term(name)}>")}
    if not begins and not ends:
        return
    period = f"{site.catalogue}#period"
    said.link(site.dataset, "dcterms:temporal", period)
    said.is_a(period, "dcterms:PeriodOfTime")
    said.named(period, "dcat:startDate", *sorted(begins)[:1])
    said.named(period, "dcat:endDate", *sorted(ends)[-1:])


def _values(moment: Moment, predicate: str) -> set[str]:
    return {key[2] for key in moment.counts if key[0] == VALUE and key[1] == predicate}


def _versions(said: Statements, site: Site, moment: Moment) -> None:
    said.value(site.dataset, "dcat:version", str(moment.version))
    now = f"{site.catalogue}#version-{moment.version}"
    said.link(site.dataset, "dcat:hasVersion", now)
    said.link(site.dataset, "dcat:hasCurrentVersion", now)
    said.is_a(now, "dcat:Dataset")
    said.link(now, "dcat:isVersionOf", site.dataset)
    said.value(now, "dcat:version", str(moment.version))
    said.text(now, "dcterms:title", TITLE)
    said.text(now, "dcterms:description", DESCRIPTION)
    if moment.time:
        said.value(now, "dcterms:issued", moment_of(moment.time), "dateTime")
    if moment.previous:
        before = f"{site.catalogue}#version-{moment.previous}"
        said.link(now, "dcat:previousVersion", before)
        said.link(site.dataset, "dcat:hasVersion", before)
        said.is_a(before, "dcat:Dataset")
        said.link(before, "dcat:isVersionOf", site.dataset)
        said.value(before, "dcat:version", str(moment.previous))
        said.text(before, "dcterms:title", TITLE)
        said.text(before, "dcterms:description", DESCRIPTION)


def _services(said: Statements, site: Site) -> None:
    sparql, rest = site.endpoint, f"{site.catalogue}#rest"
    for node, title, url, description, standard in (
        (sparql, ("Consultas SPARQL", "SPARQL queries"), sparql, site.service, _PROTOCOL),
        (rest, ("API REST", "REST API"), f"{site.base}/", f"{site.base}/openapi.json", _OPENAPI),
    ):
        said.link(site.catalogue, "dcat:service", node)
        said.is_a(node, "dcat:DataService")
        said.text(node, "dcterms:title", title)
        said.link(node, "dcat:endpointURL", url)
        said.link(node, "dcat:endpointDescription", description)
        said.link(node, "dcat:servesDataset", site.dataset)
        said.link(node, "dcterms:conformsTo", standard)
        said.link(node, "dcterms:license", LICENSE)
    said.link(sparql, "dcterms:format", *sent())
    access = f"{site.catalogue}#sparql"
    said.link(site.dataset, "dcat:distribution", access)
    said.is_a(access, "dcat:Distribution")
    said.text(access, "dcterms:title", ("Por consultas SPARQL", "By SPARQL queries"))
    said.link(access, "dcat:accessURL", sparql)
    said.link(access, "dcat:accessService", sparql)
    said.link(access, "dcterms:license", LICENSE)


def _distribution(said: Statements, site: Site, moment: Moment, suffix: str) -> None:
    node, media_type = _dump(site, suffix), DUMPS[suffix]
    said.link(site.dataset, "dcat:distribution", node)
    said.is_a(node, "dcat:Distribution")
    said.text(node, "dcterms:title", _DUMP_TITLES[suffix])
    said.link(node, "dcat:accessURL", f"{site.base}/dumps/")
    said.link(node, "dcat:downloadURL", site.dump(moment.version, suffix))
    said.link(node, "dcat:mediaType", _IANA + media_type)
    said.link(node, "dcat:compressFormat", f"{_IANA}application/gzip")
    if form := format_iri(media_type):
        said.link(node, "dcterms:format", form)
    said.link(node, "dcterms:license", LICENSE)


def _alignments(said: Statements, site: Site) -> None:
    """The alignments with the SDGs by themselves, as a set of mappings."""
    node = f"{site.catalogue}#alignments.sssom.tsv"
    said.link(site.dataset, "dcat:distribution", node)
    said.is_a(node, "dcat:Distribution")
    said.text(node, "dcterms:title", _ALIGNMENTS)
    said.link(node, "dcat:accessURL", f"{site.base}/alignments")
    said.link(node, "dcat:downloadURL", f"{site.base}/alignments.sssom.tsv")
    said.link(node, "dcat:mediaType", f"{_IANA}text/tab-separated-values")
    said.link(node, "dcterms:conformsTo", "https://w3id.org/sssom/")
    said.link(node, "dcterms:license", LICENSE)


def _dump(site: Site, suffix: str) -> str:
    return f"{site.catalogue}#dump.{suffix}"

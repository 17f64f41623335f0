"""Tables of statistics as an RDF Data Cube (https://www.w3.org/TR/vocab-data-cube/).

A data set and its structure are below the address of the table; dimensions are shared by all
tables. What the vocabulary leaves to be inferred is written out.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import quote

from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.kinds import absolute
from ogpgraph.statistics.tables import NOT_STATED, Dimension, Statistics, Table, Text, Unit
from ogpgraph.terms import XSD, Term, Triple, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, LICENSE, expanded

_SDMX = "http://purl.org/linked-data/sdmx/2009/"
_AREA, _VALUE = f"{_SDMX}dimension#refArea", f"{_SDMX}measure#obsValue"
_NOT_STATED: Text = ("Sin nivel conocido", "No level known")
_DATATYPES = MappingProxyType({Unit.COUNT: "integer", Unit.SHARE: "decimal"})


def cube(
    statistics: Statistics,
    tables: Iterable[Table],
    *,
    names: Names,
    url: str,
    version: int,
) -> Graph:
    """Some tables as data sets.

    Args:
        statistics: with the labels of what is counted by.
        tables: whole or in part.
        names: of the deployment.
        url: of the service, without a final slash.
        version: the sequence number of what was counted.
    """
    made = _Cube(statistics, names, url, version)
    for table in tables:
        made.add(table)
    return made.graph()


class _Cube:
    """Collects statements."""

    def __init__(self, statistics: Statistics, names: Names, url: str, version: int) -> None:
        self._statistics, self._names = statistics, names
        self._url, self._version = url, version
        self._lines: list[str] = []
        self._named: set[str] = set()

    def graph(self) -> Graph:
        """What was said."""
        return Graph.of(self._lines)

    def add(self, table: Table) -> None:
        """A data set, its structure and its observations."""
        definition = table.definition
        address = f"{self._url}/stats/{definition.name}"
        structure = f"{address}#structure"
        self._is_a(address, "qb:DataSet")
        self._link(address, "qb:structure", structure)
        self._texts(address, "dcterms:title", definition.title)
        self._texts(address, "dcterms:description", definition.counted)
        self._link(address, "dcterms:license", LICENSE)
        self._say(address, "dcat:version", literal(str(self._version)))
        self._is_a(structure, "qb:DataStructureDefinition")
        self._texts(structure, "dcterms:description", definition.row)
        components = [(self._dimension(one), "qb:dimension") for one in definition.dimensions]
        for measure in definition.measures:
            subject = f"{address}#measure/{measure.name}"
            self._is_a(subject, "rdf:Property", "qb:ComponentProperty", "qb:MeasureProperty")
            self._texts(subject, "rdfs:label", measure.label)
            self._texts(subject, "rdfs:comment", measure.definition)
            self._link(subject, "rdfs:range", f"{XSD}{_DATATYPES[measure.unit]}")
            self._link(subject, "rdfs:subPropertyOf", _VALUE)
            components.append((subject, "qb:measure"))
        for at, (component, role) in enumerate(components, 1):
            specification = f"{structure}/{at}"
            self._link(structure, "qb:component", specification)
            self._is_a(specification, "qb:ComponentSpecification")
            self._link(specification, role, component)
            self._link(specification, "qb:componentProperty", component)
            self._say(specification, "qb:order", literal(str(at), datatype=f"{XSD}integer"))
        self._observations(table, address, [component for component, _ in components])

    def _observations(self, table: Table, address: str, components: list[str]) -> None:
        dimensions, measures = table.definition.dimensions, table.definition.measures
        kinds = [f"{XSD}{_DATATYPES[one.unit]}" for one in measures]
        for row in table.rows:
            keys = zip(dimensions, row.keys, strict=True)
            terms = [self._key(dimension, key) for dimension, key in keys]
            pieces = (quote(term.value.rsplit("/", 1)[-1], safe="") for term in terms)
            subject = f"{address}#observation/{'/'.join(pieces)}"
            self._is_a(subject, "qb:Observation")
            self._link(subject, "qb:dataSet", address)
            terms += [
                literal(_written(value), datatype=kind)
                for value, kind in zip(row.values, kinds, strict=True)
            ]
            for component, term in zip(components, terms, strict=True):
                self._add(iri(subject), iri(component), term)

    def _dimension(self, dimension: Dimension) -> str:
        """The IRI of a dimension, which is described where that has not been done."""
        subject = f"{self._url}/stats#dimension/{dimension.name}"
        if subject in self._named:
            return subject
        self._named.add(subject)
        self._is_a(subject, "rdf:Property", "qb:ComponentProperty", "qb:DimensionProperty")
        self._texts(subject, "rdfs:label", dimension.label)
        if dimension.scheme:
            self._is_a(subject, "qb:CodedProperty")
            self._link(subject, "rdfs:range", f"{EXTERNAL_PREFIXES['skos']}Concept")
            self._link(subject, "qb:codeList", self._scheme(dimension))
        elif dimension.prefix:
            range_ = dimension.class_name
            ours = not range_.startswith("http")
            self._link(subject, "rdfs:range", self._names.term(range_) if ours else range_)
        else:
            self._link(subject, "rdfs:range", f"{XSD}language")
        if dimension.name == "country":
            self._link(subject, "rdfs:subPropertyOf", _AREA)
        return subject

    def _scheme(self, dimension: Dimension) -> str:
        """The IRI of a code list."""
        scheme = absolute(self._names, dimension.scheme)
        self._is_a(scheme, "skos:ConceptScheme")
        self._texts(scheme, "skos:prefLabel", dimension.label)
        return scheme

    def _key(self, dimension: Dimension, key: str) -> Term:
        """A value of a dimension; what it is called is said once."""
        if not dimension.prefix:
            return literal(key, datatype=f"{XSD}language")
        value = key if key != NOT_STATED else f"{self._url}/stats#notStated"
        if value in self._named:
            return iri(value)
        self._named.add(value)
        if dimension.scheme:
            self._is_a(value, "skos:Concept")
            self._link(value, "skos:inScheme", absolute(self._names, dimension.scheme))
        if key == NOT_STATED:
            self._texts(value, "skos:prefLabel", _NOT_STATED)
        for language, text in self._statistics.labels.get(key, {}).items():
            tag = language if language != "und" else None
            self._say(value, "skos:prefLabel", literal(text, language=tag))
        return iri(value)

    def _is_a(self, subject: str, *classes: str) -> None:
        for name in classes:
            self._link(subject, "rdf:type", expanded(name))

    def _link(self, subject: str, predicate: str, target: str) -> None:
        self._say(subject, predicate, iri(target))

    def _texts(self, subject: str, predicate: str, text: Text) -> None:
        for language, one in zip(("es", "en"), text, strict=True):
            self._say(subject, predicate, literal(one, language=language))

    def _say(self, subject: str, predicate: str, value: Term) -> None:
        self._add(iri(subject), iri(expanded(predicate)), value)

    def _add(self, subject: Term, predicate: Term, value: Term) -> None:
        self._lines.append(str(Triple(subject, predicate, value)))


def _written(number: int | Decimal) -> str:
    return format(number.normalize(), "f") if isinstance(number, Decimal) else str(number)

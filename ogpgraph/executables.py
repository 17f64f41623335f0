"""Stored queries as RDF: each a `sh:SPARQLExecutable`, as editors of SPARQL look for examples.

They ask for `rdfs:comment` and for one of `sh:select`, `sh:ask`, `sh:construct` and
`sh:describe`. Parameters are those of SHACL's advanced features: `sh:path` is an IRI whose last
part is the variable's name, and a term of that type stands for it in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from ogpgraph.files import Graph, parse
from ogpgraph.formats import N_TRIPLES
from ogpgraph.queries import Parameter, StoredQuery, without_header
from ogpgraph.query_header import Texts
from ogpgraph.terms import XSD, XSD_STRING, Term, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

_SH, _RDFS = EXTERNAL_PREFIXES["sh"], EXTERNAL_PREFIXES["rdfs"]
_DCTERMS, _SKOS = EXTERNAL_PREFIXES["dcterms"], EXTERNAL_PREFIXES["skos"]
_TARGET = "https://schema.org/target"
_LANGUAGE_PATTERN = "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"
_CLASSES = MappingProxyType(
    {
        "SELECT": "SPARQLSelectExecutable",
        "ASK": "SPARQLAskExecutable",
        "CONSTRUCT": "SPARQLConstructExecutable",
    }
)
"""Form -> its class in SHACL, which has none for DESCRIBE."""


def address(base_url: str, name: str) -> str:
    """The IRI of a stored query, which is also where it is answered."""
    return f"{base_url}/queries/{name}"


def executables(queries: Iterable[StoredQuery], *, base_url: str, endpoint: str) -> Graph:
    """The catalogue of stored queries.

    Args:
        queries: those to tell of.
        base_url: of the service, without a slash at its end: they lie below `/queries/`.
        endpoint: the URL of the SPARQL endpoint that answers them.

    Returns:
        A graph without blank nodes. A parameter is its query's IRI with its name as fragment.
    """
    lines = [
        f"{subject} {iri(predicate)} {value} ."
        for query in queries
        for subject, predicate, value in _query(query, base_url, endpoint)
    ]
    content = "\n".join(lines).encode()
    return parse(content, N_TRIPLES, name="stored queries", base=f"{base_url}/").graph


def _query(query: StoredQuery, base_url: str, endpoint: str) -> Iterator[tuple[Term, str, str]]:
    """Subject, predicate, and the N-Triples form of the object."""
    subject = iri(address(base_url, query.name))
    yield subject, RDF_TYPE, str(iri(f"{_SH}SPARQLExecutable"))
    if query.form in _CLASSES:
        yield subject, RDF_TYPE, str(iri(_SH + _CLASSES[query.form]))
    yield subject, f"{_DCTERMS}identifier", str(literal(query.name))
    for text in _tagged(query.titles):
        yield subject, f"{_RDFS}label", text
        yield subject, f"{_DCTERMS}title", text
    for text in _tagged(query.descriptions):
        yield subject, f"{_RDFS}comment", text
        yield subject, f"{_DCTERMS}description", text
    yield subject, _SH + query.form.lower(), str(literal(without_header(query.text).strip()))
    yield subject, _TARGET, str(iri(endpoint))
    if query.parameters:
        yield subject, RDF_TYPE, str(iri(f"{_SH}Parameterizable"))
    for order, parameter in enumerate(query.parameters):
        node = iri(f"{subject.value}#{parameter.name}")
        yield subject, f"{_SH}parameter", str(node)
        path = iri(f"{base_url}/queries#{parameter.name}")
        order_term = literal(str(order), datatype=f"{XSD}integer")
        for predicate, value in (
            (f"{_SH}path", str(path)),
            (f"{_SH}order", str(order_term)),
            *_parameter(parameter),
        ):
            yield node, predicate, value


def _parameter(parameter: Parameter) -> Iterator[tuple[str, str]]:
    """Predicate and object, in their N-Triples form."""
    yield RDF_TYPE, str(iri(f"{_SH}Parameter"))
    yield f"{_SH}name", str(literal(parameter.name))
    for text in _tagged(parameter.descriptions):
        yield f"{_SH}description", text
    optional = literal(str(not parameter.required).lower(), datatype=f"{XSD}boolean")
    yield f"{_SH}optional", str(optional)
    if parameter.kind == "iri":
        yield f"{_SH}nodeKind", str(iri(f"{_SH}IRI"))
    elif parameter.kind in {"integer", "decimal"}:
        yield f"{_SH}datatype", str(iri(XSD + parameter.kind))
    else:
        yield f"{_SH}datatype", str(iri(XSD_STRING))
    if parameter.kind == "language":
        yield f"{_SH}pattern", str(literal(_LANGUAGE_PATTERN))
    if parameter.default is not None:
        yield f"{_SH}defaultValue", parameter.term(parameter.default)
    if parameter.example is not None:
        yield f"{_SKOS}example", parameter.term(parameter.example)


def _tagged(texts: Texts) -> list[str]:
    return [str(literal(text, language=language)) for language, text in texts.items()]

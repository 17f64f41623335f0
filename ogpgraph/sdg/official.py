"""The United Nations' own texts of the SDGs, taken in beside our short labels.

Its file (the “KOS”) labels goals, targets and indicators by skos:prefLabel, as ours do: loaded as
it is, each would have two labels in one language. So the texts in Spanish and English become
`ogp:officialText` in a graph of their own; the rest, which we ship, is left out: see
docs/decisions/0032.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.drafts import declared_graphs
from ogpgraph.errors import BadInput
from ogpgraph.files import Document, Graph, triples
from ogpgraph.iris import Names
from ogpgraph.report import Finding, Severity
from ogpgraph.sdg.vocabulary import VOCABULARY
from ogpgraph.terms import Triple, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, LANGUAGES, PREF_LABEL, RDF_TYPE, SDG, SDG_SCHEME

GRAPH = "scheme/sdg-official"
"""The path of the named graph of the texts."""
_ONTOLOGY = f"{SDG}ontology"
_DCTERMS = EXTERNAL_PREFIXES["dcterms"]
_IN_SCHEME = EXTERNAL_PREFIXES["skos"] + "inScheme"
_CITATION = (
    "Joshi, A.; Gonzalez Morales, L.; Klarman, S.; Helton, A. (2019). http://metadata.un.org/sdg"
)
_TITLES = (
    ("es", "Textos oficiales de los Objetivos de Desarrollo Sostenible"),
    ("en", "Official texts of the Sustainable Development Goals"),
)
_RIGHTS = (
    (
        "es",
        "Textos de las Naciones Unidas, cargados de su archivo KOS por quien administra este "
        "servicio. Las Naciones Unidas permiten copiarlos y difundirlos con la cita.",
    ),
    (
        "en",
        "Texts of the United Nations, loaded from its KOS file by whoever runs this service. The "
        "United Nations let them be copied and distributed with the citation.",
    ),
)


@dataclass(frozen=True)
class OfficialTexts(Document):
    """A KOS file as it is taken in, and what is to be told of it."""

    notes: tuple[Finding, ...] = ()


def adopted(document: Document, names: Names) -> Document:
    """A KOS file as the graph of the official texts; any other document as it is.

    Raises:
        BadInput: it is the UN's ontology, which says things of other people's terms.
    """
    if declared_graphs(document.graph, names):
        return document
    if _has(document.graph, _IN_SCHEME, SDG_SCHEME):
        return _official(document, names)
    if _is_about(document.graph, _ONTOLOGY):
        raise BadInput(
            f"{document.name}: this is the ontology of the UN's KOS, and it is not loaded. It says "
            "of dcterms:subject that whatever has one is a skos:Concept, and the like of other "
            "people's terms: a reasoner would find contradictions in the plans. What is needed of "
            "it comes with ogpgraph; load the file of goals and targets for the official texts "
            "(docs/decisions/0032).",
            file=document.name,
        )
    return document


def notes_of(documents: Iterable[Document]) -> tuple[Finding, ...]:
    """What is to be told of the official texts among some documents."""
    found = (each.notes for each in documents if isinstance(each, OfficialTexts))
    return tuple(note for notes in found for note in notes)


def _official(document: Document, names: Names) -> OfficialTexts:
    texts: dict[tuple[str, str], list[tuple[Triple, int | None]]] = defaultdict(list)
    for statement in triples(document.graph):
        subject, predicate, value = statement
        if predicate.value != PREF_LABEL or value.language not in LANGUAGES:
            continue
        if VOCABULARY.of_iri(subject.value, names) is not None:
            line = document.line_of.get(str(statement))
            texts[subject.value, value.language].append((statement, line))
    official = iri(names.term("officialText"))
    taken = {
        str(found[0][0]._replace(predicate=official)): found[0][1]
        for found in texts.values()
        if len(found) == 1
    }
    doubled = sorted(key for key, found in texts.items() if len(found) > 1)
    notes = [_told(document, names, len(taken)), *(_doubled(document, names, k) for k in doubled)]
    lines = {line: at for line, at in taken.items() if at is not None}
    graph = Graph.of([*taken, *_description(names)])
    return OfficialTexts(document.name, graph, MappingProxyType(lines), document.digest, (*notes,))


def _description(names: Names) -> list[str]:
    """What the graph says of itself."""
    graph = iri(names.graph(GRAPH))
    said = [
        (RDF_TYPE, iri(names.term("ReferenceGraph"))),
        (f"{_DCTERMS}source", iri(SDG_SCHEME)),
        (f"{_DCTERMS}license", iri(SDG_SCHEME)),  # its terms stand there
        (f"{_DCTERMS}bibliographicCitation", literal(_CITATION)),
        *((f"{_DCTERMS}title", literal(text, language=tag)) for tag, text in _TITLES),
        *((f"{_DCTERMS}rights", literal(text, language=tag)) for tag, text in _RIGHTS),
    ]
    return [str(Triple(graph, iri(predicate), value)) for predicate, value in said]


def _told(document: Document, names: Names, taken: int) -> Finding:
    left = len(document.graph) - taken
    return _note(
        document,
        names.graph(GRAPH),
        Severity.INFO,
        f"Se tomaron {taken} textos oficiales, como ogp:officialText. Lo demás del archivo, {left} "
        "afirmaciones, no se carga: códigos, jerarquía y correspondencias vienen con ogpgraph.",
        f"{taken} official texts were taken, as ogp:officialText. The rest of the file, {left} "
        "statements, is not loaded: codes, hierarchy and matches come with ogpgraph.",
    )


def _doubled(document: Document, names: Names, key: tuple[str, str]) -> Finding:
    subject, language = key
    code = VOCABULARY.of_iri(subject, names)
    return _note(
        document,
        subject,
        Severity.WARNING,
        f"{code} tiene en este archivo varios textos en “{language}”; no se tomó ninguno.",
        f"{code} has several texts in “{language}” in this file; none was taken.",
    )


def _note(document: Document, focus: str, severity: Severity, es: str, en: str) -> Finding:
    messages = MappingProxyType({"es": es, "en": en})
    return Finding(severity, focus, None, None, "OfficialTexts", "", messages, document.name)


def _has(graph: Graph, predicate: str, value: str) -> bool:
    suffix = f" <{predicate}> <{value}> ."
    return any(line.endswith(suffix) for line in graph.lines)


def _is_about(graph: Graph, subject: str) -> bool:
    return any(line.startswith(f"<{subject}> ") for line in graph.lines)

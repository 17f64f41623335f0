"""The page at `/sparql`: a form that works as it stands, examples, and the answer of a query.

Where the editor was built (`make web`) its script takes the place of the text box, and asks for
this same page to put the answer into the one that is open. So there is one drawing of an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from ogpgraph import formats
from ogpgraph.files import Graph, triples
from ogpgraph.formats import BOOLEAN_OFFERS, GRAPH_OFFERS, RESULTS_JSON, SOLUTION_OFFERS, Offer
from ogpgraph.queries import StoredQuery, without_header
from ogpgraph.store.base import Result, boolean, statements
from ogpgraph.store.base import solutions as solved
from ogpgraph.terms import XSD, Term, iri
from ogpgraph.web import pages
from ogpgraph.web.bundle import Bundle
from ogpgraph.web.context import language, query_pairs, service_of
from ogpgraph.web.excerpts import Place
from ogpgraph.web.problem_page import Document, told
from ogpgraph.web.sparql_request import Asked
from ogpgraph.web.texts.sparql import EDITOR, EDITOR_PROBLEMS, EDITOR_TABLE
from ogpgraph.web.views import Value, Viewer

_FIRST_QUERY = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?plan (COUNT(?commitment) AS ?listed) WHERE {
  ?plan a ogp:ActionPlan ; ogp:hasCommitment ?commitment .
}
GROUP BY ?plan
ORDER BY ?plan
"""
_LONGEST = 2_000
"""Characters of a value that the table shows."""
_MOST_ADDRESS = 60_000
"""Characters of an address that the service reads: what is longer is posted."""
_PLAIN = frozenset(f"{XSD}{name}" for name in ("string", "integer", "decimal", "boolean"))
"""Datatypes that a value shows by itself."""
_GROUPS = MappingProxyType(
    {
        "examples_plans": (
            "declared-and-listed",
            "commitments-of-a-country",
            "one-commitment",
            "unlisted-numbers",
            "milestones-and-status",
            "transversal-focus",
        ),
        "examples_who": (
            "commitments-led-by-an-institution",
            "jointly-responsible",
            "responsible-institutions-of-plans",
            "commitments-involving-the-judiciary",
            "commitments-involving-the-legislature",
            "led-outside-the-executive",
            "declared-open-parliament",
        ),
        "examples_goals": (
            "aligned-with-a-goal",
            "alignments-with-a-target",
            "commitments-without-alignment",
            "suggestions-awaiting-review",
            "country-goal-matrix",
            "equivalents-of-a-goal",
            "declared-goals-of-plans",
        ),
        "examples_making": (
            "co-creation-funnel",
            "co-creation-stages",
            "participants-by-mode",
            "co-created-and-proactive",
        ),
        "examples_sources": (
            "provenance-of-a-statement",
            "claims-that-differ",
            "cited-evaluation-reports",
        ),
    }
)
"""Heading -> the stored queries under it; others come last, under a heading of their own."""
_OFFERED = MappingProxyType(
    {"solutions": SOLUTION_OFFERS, "boolean": BOOLEAN_OFFERS, "graph": GRAPH_OFFERS}
)
"""Kind of an answer -> the forms that it has."""
_NAMES = MappingProxyType(
    {
        formats.CSV: "CSV",
        formats.TSV: "TSV",
        formats.RESULTS_JSON: "JSON",
        formats.RESULTS_XML: "XML",
        formats.TURTLE: "Turtle",
        formats.N_TRIPLES: "N-Triples",
        formats.JSON_LD: "JSON-LD",
        formats.RDF_XML: "RDF/XML",
    }
)
"""The forms that people are offered, by media type: in the order that they are told."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of the table, and what else the term says: its language or datatype.

    `cut`: the text is longer than what stands here.
    """

    value: Value
    note: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an answer: what it is called, its media type, and how a file of it ends."""

    name: str
    media_type: str
    suffix: str
    href: str = ""


def entry(request: Request) -> str:
    """The page without a query: with an example where the address names one."""
    library = service_of(request).library
    chosen = library.queries.get(request.query_params.get("example", ""))
    text = library.names.rebase(_FIRST_QUERY)
    if chosen:
        text = without_header(in_language(request, chosen))
    return _render(request, text, {"kind": ""})


def answered(request: Request, asked: Asked, result: Result) -> str:
    """The page with what a query answers: at most `SPARQL_PAGE_ROWS` rows of it."""
    shown = _shown(request, result)
    forms = _forms(_OFFERED[result.kind])
    pairs = [("query", asked.text), *_graphs(asked)]
    address = urlencode(pairs)
    if len(address) <= _MOST_ADDRESS:
        forms = [
            Form(f.name, f.media_type, f.suffix, f"/sparql?{address}&{_accept(f)}") for f in forms
        ]
    return _render(request, asked.text, {**shown, "forms": forms}, _graphs(asked))


def refused(request: Request, document: Document, *, asked: Asked) -> str:
    """The page with the query again, and why it was not answered: on which line, where known."""
    line, column = document.get("line"), document.get("column")
    lines = asked.text.split("\n")
    place = None
    if isinstance(line, int) and isinstance(column, int) and 0 < line <= len(lines):
        place = Place.of(lines[line - 1].rstrip("\r"), line, column)
    problem = {"kind": "problem", "place": place, **told(request, document)}
    return _render(request, asked.text, problem, _graphs(asked))


def bundle_of(request: Request) -> Bundle | None:
    """The editor that the application serves, if any."""
    found = request.app.state.editor
    assert found is None or isinstance(found, Bundle)
    return found


def variant(request: Request) -> str:
    """What the page depends on beside the data, the address and the language."""
    bundle = bundle_of(request)
    return bundle.digest if bundle else "plain"


def in_language(request: Request, query: StoredQuery) -> str:
    """A stored query with its examples for values, and labels in the page's language."""
    values = {p.name: p.example or "" for p in query.parameters}
    values |= {p.name: language(request) for p in query.parameters if p.kind == "language"}
    return query.bind(values)


def _render(
    request: Request,
    text: str,
    answer: Mapping[str, Any],
    graphs: Sequence[tuple[str, str]] = (),
) -> str:
    bundle = bundle_of(request)
    given = dict(query_pairs(request.scope["query_string"]))
    return pages.page(
        request,
        "sparql.html",
        title="SPARQL",
        query=text,
        answer=answer,
        graphs=graphs,
        asked_language=given.get("lang", ""),
        timeout=given.get("timeout", ""),
        limit=service_of(request).settings.query_timeout,
        rows_forms=_forms(SOLUTION_OFFERS),
        triples_forms=_forms(GRAPH_OFFERS),
        groups=_groups(request),
        editor=bundle,
        settings=_settings(request) if bundle else "",
    )


def _settings(request: Request) -> str:
    """What the editor's script is told, as JSON: prefixes, and words in the page's language."""
    at = pages.index(request)
    tables = {"table": EDITOR_TABLE, "problems": EDITOR_PROBLEMS}
    words: dict[str, Any] = {name: text[at] for name, text in EDITOR.items()}
    for name, table in tables.items():
        words[name] = {key: text[at] for key, text in table.items()}
    prefixes = dict(service_of(request).names.prefixes)
    return json.dumps({"prefixes": prefixes, "words": words}, ensure_ascii=False)


def _groups(request: Request) -> list[tuple[str, list[tuple[str, str]]]]:
    """The stored queries by what they are about: heading, then name and title of each."""
    queries = service_of(request).library.queries
    left = dict(queries)
    found = []
    for heading, names in _GROUPS.items():
        group = [left.pop(name) for name in names if name in left]
        found.append((heading, group))
    found.append(("examples_others", list(left.values())))
    at = language(request)
    return [
        (pages.word(request, heading), [(query.name, query.titles[at]) for query in group])
        for heading, group in found
        if group
    ]


def _shown(request: Request, result: Result) -> dict[str, Any]:
    """What the template draws of an answer."""
    if result.kind == "boolean":
        return {"kind": "boolean", "boolean": boolean(result)}
    most = pages.SPARQL_PAGE_ROWS
    viewer = pages.viewer_of(request, Graph())
    here = service_of(request).settings.base_url()
    if result.kind == "solutions":
        columns, found = solved(result.write(RESULTS_JSON))
        rows = [[_cell(viewer, row.get(name), here) for name in columns] for row in found[:most]]
        return {"kind": "solutions", "columns": columns, "rows": rows, "count": len(found)}
    graph = statements(result)
    heads = ("answer_subject", "answer_predicate", "answer_object")
    return {
        "kind": "graph",
        "columns": [pages.word(request, head) for head in heads],
        "rows": [
            [_cell(viewer, term, here) for term in triple]
            for triple in triples(_first(graph, most))
        ],
        "count": len(graph),
    }


def _first(graph: Graph, most: int) -> Graph:
    return Graph(graph.lines[:most])


def _cell(viewer: Viewer, term: Term | None, here: str) -> Cell:
    """A term of an answer: IRIs by prefixed name, literals with what they say of themselves.

    `here` is the service's own URL: what is at it is not elsewhere.
    """
    value = viewer.reference(term)
    if value.iri.startswith(f"{here}/"):
        value.external = False
    if term is None:
        return Cell(value)
    if term.kind == "blank":
        return Cell(Value(f"_:{term.value}"))
    note = ""
    if term.language:
        note = f"@{term.language}"
    elif term.datatype and term.datatype not in _PLAIN:
        note = viewer.reference(iri(term.datatype)).text
    cut = len(value.text) > _LONGEST
    if cut:
        value.text = value.text[:_LONGEST]
    return Cell(value, note, cut)


def _forms(offers: Sequence[Offer]) -> list[Form]:
    """The forms among these that people are offered."""
    suffixes = {offer.media_type: offer.suffix for offer in offers}
    return [Form(name, kind, suffixes[kind]) for kind, name in _NAMES.items() if kind in suffixes]


def _accept(form: Form) -> str:
    return urlencode({"accept": form.media_type})


def _graphs(asked: Asked) -> list[tuple[str, str]]:
    """The graphs that a query is asked of, as parameters."""
    return [
        *(("default-graph-uri", name) for name in asked.default_graphs),
        *(("named-graph-uri", name) for name in asked.named_graphs),
    ]

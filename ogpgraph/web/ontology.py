"""`/ontology`: classes and properties, with what the data and the shapes have of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.formats import GRAPH_OFFERS
from ogpgraph.ontology import TermInfo
from ogpgraph.shapes import ShapeInfo
from ogpgraph.store.base import rows
from ogpgraph.terms import Term, iri
from ogpgraph.vocab import EXTERNAL_PREFIXES
from ogpgraph.web import operations, pages, respond
from ogpgraph.web.context import reading_of, service_of
from ogpgraph.web.views import Value, Viewer

_OFFERS = (*GRAPH_OFFERS, formats.PAGE)
_VOID = EXTERNAL_PREFIXES["void"]
_MOST_SHAPES = 20
"""Shapes that are linked from one term."""


@dataclass(frozen=True, slots=True)
class Documented:
    """A term with all that its article shows.

    `count` is the number of things of a class or of statements with a property, None where the
    description of the data does not have it; `below` are its subclasses or subproperties.
    """

    info: TermInfo
    below: tuple[str, ...]
    count: int | None
    example: Value | None
    value: Value | None
    shapes: tuple[ShapeInfo, ...]

    @property
    def local(self) -> str:
        """Its local name, which is its anchor."""
        return self.info.iri.rpartition("#")[2]


def install(app: FastAPI) -> None:
    """Add `/ontology`."""
    app.get(
        "/ontology",
        summary=operations.both("La ontología", "The ontology"),
        tags=["about"],
        response_class=Response,
        openapi_extra={"parameters": [operations.lang()], **operations.read(_OFFERS, 400, 406)},
    )(_ontology)


def _ontology(request: Request) -> Response:
    offer = respond.choose(request, None, _OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    service = service_of(request)
    if offer.media_type == formats.HTML:
        return respond.send(request, offer, _page(request))
    graph = reading_of(request).graph(service.names.graph("ontology"))
    return respond.send(request, offer, respond.rdf(request, offer, graph))


def _page(request: Request) -> str:
    """Five queries, however large the data: two of counts, two of examples, one of labels."""
    ontology = service_of(request).library.ontology
    classes, properties = list(ontology.classes()), list(ontology.properties())
    counts = {
        **_counts(request, "classPartition", "class", "entities"),
        **_counts(request, "propertyPartition", "property", "triples"),
    }
    things = _examples_of_classes(request, [iri(term.iri) for term in classes])
    pairs = _examples_of_properties(request, [iri(term.iri) for term in properties])
    found = [*things.values(), *(term for pair in pairs.values() for term in pair)]
    viewer = pages.labelled(request, (term.value for term in found if term.kind == "iri"))
    return pages.page(
        request,
        "ontology.html",
        title=pages.word(request, "ontology"),
        ontology=ontology,
        classes=[
            _documented(request, one, classes, counts, _shown(viewer, things.get(one.iri)), None)
            for one in classes
        ],
        properties=[
            _documented(
                request,
                one,
                properties,
                counts,
                *(_shown(viewer, term) for term in pairs.get(one.iri, (None, None))),
            )
            for one in properties
        ],
    )


def _documented(
    request: Request,
    info: TermInfo,
    terms: Sequence[TermInfo],
    counts: dict[str, int],
    example: Value | None,
    value: Value | None,
) -> Documented:
    shapes = service_of(request).library.shape_index
    found = [*shapes.on_class(info.iri), *shapes.on_property(info.iri)]
    below = tuple(one.iri for one in terms if info.iri in one.parents)
    return Documented(
        info, below, counts.get(info.iri), example, value, tuple(found[:_MOST_SHAPES])
    )


def _shown(viewer: Viewer, term: Term | None) -> Value | None:
    if term is None:
        return None
    if term.kind != "iri":
        return Value(term.value, language=term.language)
    value = viewer.label(term.value)
    value.external = value.href == term.value
    return value


def _counts(request: Request, link: str, name: str, number: str) -> dict[str, int]:
    """How much there is of each term, as the description of the dataset (VoID) has it."""
    reading, dataset = reading_of(request), service_of(request).site.dataset
    text = (
        f"SELECT ?term ?n WHERE {{ {iri(dataset)} {iri(_VOID + link)} ?part . "
        f"?part {iri(_VOID + name)} ?term ; {iri(_VOID + number)} ?n }}"
    )
    found = rows(reading.store.query(text, timeout=reading.timeout))
    return {row["term"].value: int(row["n"].value) for row in found}


def _examples_of_classes(request: Request, classes: Iterable[Term]) -> dict[str, Term]:
    """A thing of each class that has any: one query, each part of which ends at its first row."""
    parts = " UNION ".join(
        f"{{ SELECT ({one} AS ?term) ?thing WHERE {{ ?thing a {one} }} LIMIT 1 }}"
        for one in classes
    )
    reading = reading_of(request)
    text = f"SELECT ?term ?thing WHERE {{ {parts} }}"
    found = rows(reading.store.query(text, timeout=reading.timeout))
    return {row["term"].value: row["thing"] for row in found}


def _examples_of_properties(
    request: Request, properties: Iterable[Term]
) -> dict[str, tuple[Term, Term]]:
    """A thing and a value of each property that is used: one query, as for classes."""
    parts = " UNION ".join(
        f"{{ SELECT ({one} AS ?term) ?thing ?value WHERE {{ ?thing {one} ?value }} LIMIT 1 }}"
        for one in properties
    )
    reading = reading_of(request)
    text = f"SELECT ?term ?thing ?value WHERE {{ {parts} }}"
    found = rows(reading.store.query(text, timeout=reading.timeout))
    return {row["term"].value: (row["thing"], row["value"]) for row in found}

"""`/shapes`: what is checked of every document, as RDF and in words."""

from __future__ import annotations

from types import MappingProxyType

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.files import Graph
from ogpgraph.formats import GRAPH_OFFERS
from ogpgraph.shapes import Demand, ShapeInfo
from ogpgraph.terms import Term
from ogpgraph.web import operations, pages, respond
from ogpgraph.web.context import language, service_of
from ogpgraph.web.texts import CONSTRAINTS
from ogpgraph.web.views import Value, Viewer

_OFFERS = (*GRAPH_OFFERS, formats.PAGE)
_GROUPS = ("must", "should", "codelists", "references")
_MOST_VALUES = 40
"""Values of a constraint that are named."""
_CODE = frozenset({"pattern", "sparql"})
_UNVALUED = frozenset({*_CODE, "uniqueLang"})
"""Those whose value is no term to be shown: a text of its own, or only “true”."""
_NODE_KINDS = MappingProxyType(
    {
        "IRI": ("un IRI", "an IRI"),
        "Literal": ("un literal", "a literal"),
        "BlankNode": ("un nodo anónimo", "a blank node"),
        "IRIOrLiteral": ("un IRI o un literal", "an IRI or a literal"),
        "BlankNodeOrIRI": ("un IRI o un nodo anónimo", "an IRI or a blank node"),
    }
)


class Words:
    """Says what shapes demand, in the language of a request."""

    def __init__(self, request: Request) -> None:
        self._viewer: Viewer = pages.viewer_of(request, Graph())
        self._at = pages.index(request)
        self._language = language(request)
        self._service = service_of(request)

    def text(self, texts: dict[str, str]) -> Value:
        """A text in this language, else in another."""
        chosen = self._language if self._language in texts else next(iter(texts), "")
        return Value(texts.get(chosen, ""), language=chosen or None)

    def term(self, iri: str) -> Value:
        """A class or property by its prefixed name, with a link."""
        return self._viewer.reference(Term("iri", iri))

    def demand(self, demand: Demand) -> str:
        """What a constraint demands, but for its values and shapes."""
        known = CONSTRAINTS.get(demand.name)
        return known[self._at] if known else f"sh:{demand.name}"

    def values(self, demand: Demand) -> list[Value]:
        """The values of a constraint that are no code."""
        shown = [] if demand.name in _UNVALUED else demand.values[:_MOST_VALUES]
        return [self._value(demand.name, term) for term in shown]

    def code(self, demand: Demand) -> str:
        """The text of a constraint that is a pattern or a query."""
        return demand.values[0].value if demand.name in _CODE and demand.values else ""

    def _value(self, name: str, term: Term) -> Value:
        if name == "nodeKind":
            known = _NODE_KINDS.get(term.value.rpartition("#")[2])
            return Value(known[self._at] if known else term.value)
        return self._viewer.reference(term)

    def path(self, shape: ShapeInfo) -> Value:
        """The path of a property shape."""
        if "<" in shape.path:
            return Value(_shortened(shape.path, self._service.names.prefixes))
        return self.term(shape.path)


def install(app: FastAPI) -> None:
    """Add `/shapes`."""
    app.get(
        "/shapes",
        summary=operations.both("Las formas SHACL", "The SHACL shapes"),
        tags=["about"],
        response_class=Response,
        openapi_extra={"parameters": [operations.lang()], **operations.read(_OFFERS, 400, 406)},
    )(_shapes)


def _shapes(request: Request) -> Response:
    offer = respond.choose(request, None, _OFFERS)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    library = service_of(request).library
    if offer.media_type != formats.HTML:
        return respond.send(request, offer, respond.rdf(request, offer, library.shapes))
    groups = library.shape_index.groups
    content = pages.page(
        request,
        "shapes.html",
        title=pages.word(request, "shapes"),
        groups=[(name, groups[name]) for name in _GROUPS if name in groups],
        checks=library.checks,
        words=Words(request),
    )
    return respond.send(request, offer, content)


def _shortened(path: str, prefixes: dict[str, str]) -> str:
    for name, namespace in prefixes.items():
        path = path.replace(f"<{namespace}", f"{name}:<")
    return path.replace(":<", ":").replace(">", "")

"""Which named graph a document is to become: what it says itself, held to our own names."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from ogpgraph.errors import BadInput, Forbidden, NoGraphNamed
from ogpgraph.files import Document, Graph
from ogpgraph.iris import Names
from ogpgraph.terms import Term
from ogpgraph.vocab import RDF_TYPE


@dataclass(frozen=True, slots=True)
class Draft:
    """A document and the named graph that it is to become."""

    graph: str
    document: Document


def drafts_of(documents: Iterable[Document], names: Names) -> tuple[Draft, ...]:
    """A draft for each document, in the same order.

    Raises:
        NoGraphNamed: a document does not say which graph it is.
        BadInput: a graph cannot be published, or two documents are the same one.
    """
    drafts: dict[str, Draft] = {}
    for document in documents:
        draft = Draft(graph_of(document, names), document)
        if other := drafts.get(draft.graph):
            raise BadInput(
                f"{document.name} and {other.document.name} are both <{draft.graph}>.",
                file=document.name,
            )
        drafts[draft.graph] = draft
    return tuple(drafts.values())


def graph_of(document: Document, names: Names) -> str:
    """The named graph that a document says it is, or that its only action plan implies.

    Raises:
        NoGraphNamed: it says none, or two.
        BadInput: the graph lies outside the base, or its name has another form than ours.
        Forbidden: the graph is kept for what the service writes itself.
    """
    declared = declared_graphs(document.graph, names) or implied_graphs(document.graph, names)
    if len(declared) != 1:
        found = "none" if not declared else ", ".join(f"<{iri}>" for iri in declared)
        raise NoGraphNamed(
            f"{document.name}: says of {found} that it is the named graph of this file. Say it of "
            f"exactly one: <{names.graph('plan/…')}> a ogp:SourceGraph .",
            file=document.name,
        )
    graph = declared[0]
    if names.is_reserved(graph):
        raise Forbidden(
            f"{document.name}: <{graph}> cannot be published; named graphs under derived/ "
            "and entailed/ are written by the rules, and asserted/, shapes/, provenance/, "
            "metadata/ and ledger/ are kept.",
            slug="reserved-graph",
        )
    if not names.is_publishable(graph):
        raise BadInput(
            f"{document.name}: <{graph}> cannot be published; named graphs begin with "
            f"<{names.graph('')}>, and go on with letters of ASCII, digits, and . _ - / between "
            "them, such as plan/CRI-4.",
            file=document.name,
        )
    return graph


def declared_graphs(graph: Graph, names: Names) -> list[str]:
    """The named graphs that a graph says it is: one, if it is right."""
    found = [subjects_of(graph, names.term(name)) for name in ("SourceGraph", "ReferenceGraph")]
    return sorted(set().union(*found))


def implied_graphs(graph: Graph, names: Names) -> list[str]:
    """The named graphs that the action plans in a graph would have of their own."""
    prefix = names.thing("plan", "")
    plans = sorted(subjects_of(graph, names.term("ActionPlan")))
    return [names.graph("plan/" + iri.removeprefix(prefix)) for iri in plans]


def check_writable(graph: str, packaged: Container[str], names: Names) -> None:
    """Whether a named graph may be written at all, whatever is to stand in it.

    Args:
        graph: its IRI.
        packaged: the graphs that come with the package.
        names: of the deployment.

    Raises:
        Forbidden: it is kept, comes with the package, or its name has another form than ours.
    """
    if names.is_reserved(graph):
        raise Forbidden(
            f"<{graph}> is not written from outside: the service keeps it itself.",
            slug="reserved-graph",
        )
    if graph in packaged:
        raise Forbidden(
            f"<{graph}> comes with ogpgraph and is only changed in the package.",
            slug="reserved-graph",
        )
    if not names.is_publishable(graph):
        raise Forbidden(
            f"<{graph}> is no name for a graph here: they begin with <{names.graph('')}>, and go "
            "on with letters of ASCII, digits, and . _ - / between them, such as plan/CRI-4.",
            slug="graph-name",
        )


def check_packaged(given: Iterable[Document], packaged: Iterable[Document], names: Names) -> None:
    """Refuse files that are a graph of the package, such as the ontology, with another content.

    The next start would put the package's own in their place, and validation follows that one.

    Raises:
        Forbidden: one is; the same content is no change, and is let by.
        NoGraphNamed, BadInput: one does not say which graph it is.
    """
    own = {graph_of(document, names): document.graph for document in packaged}
    for document in given:
        graph = graph_of(document, names)
        if graph in own and own[graph] != document.graph:
            raise Forbidden(
                f"{document.name}: <{graph}> comes with ogpgraph and is not replaced by a file; "
                "change it in the package.",
                slug="reserved-graph",
            )


def subjects_of(graph: Graph, class_iri: str) -> set[str]:
    """The subjects of a graph that are stated to be of a class."""
    suffix = f" {Term('iri', RDF_TYPE)} {Term('iri', class_iri)} ."
    return {line[1 : -len(suffix) - 1] for line in graph.lines if line.endswith(suffix)}

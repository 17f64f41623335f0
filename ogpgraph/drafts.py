"""Which named graph a document is to become: what it says itself, held to our own names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ogpgraph.errors import BadInput, NoGraphNamed
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
        BadInput: the graph lies outside the base, or is one that the rules write.
    """
    declared = sorted(
        {
            *subjects_of(document.graph, names.term("SourceGraph")),
            *subjects_of(document.graph, names.term("ReferenceGraph")),
        }
    )
    if not declared:
        prefix = names.thing("plan", "")
        plans = subjects_of(document.graph, names.term("ActionPlan"))
        declared = [names.graph("plan/" + iri.removeprefix(prefix)) for iri in sorted(plans)]
    if len(declared) != 1:
        found = "none" if not declared else ", ".join(f"<{iri}>" for iri in declared)
        raise NoGraphNamed(
            f"{document.name}: says of {found} that it is the named graph of this file. Say it of "
            f"exactly one: <{names.graph('plan/…')}> a ogp:SourceGraph .",
            file=document.name,
        )
    if names.derived_graph(declared[0]) is None:
        raise BadInput(
            f"{document.name}: <{declared[0]}> cannot be published; named graphs begin with "
            f"<{names.graph('')}>, and those under derived/ are written by the rules.",
            file=document.name,
        )
    return declared[0]


def subjects_of(graph: Graph, class_iri: str) -> set[str]:
    """The subjects of a graph that are stated to be of a class."""
    suffix = f" {Term('iri', RDF_TYPE)} {Term('iri', class_iri)} ."
    return {line[1 : -len(suffix) - 1] for line in graph.lines if line.endswith(suffix)}

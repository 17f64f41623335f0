"""Accepted suggestions and the curated alignments that they became: no publication parts them.

They stand in two graphs, of which either may be replaced by somebody who thinks of it alone: see
docs/decisions/0036.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ogpgraph.alignments.records import ACCEPTED, CURATED, SUGGESTED, Alignment, records
from ogpgraph.drafts import Draft
from ogpgraph.errors import BadRequest
from ogpgraph.files import Graph, triples
from ogpgraph.holdings import Holdings
from ogpgraph.iris import Names
from ogpgraph.report import Finding, Places, Report, Severity
from ogpgraph.reviewing.naming import (
    curated_graph,
    place_of,
    plan_of,
    short_id,
    suggestions_graph,
)
from ogpgraph.vocab import EXTERNAL_PREFIXES

DERIVED = EXTERNAL_PREFIXES["prov"] + "wasDerivedFrom"
"""What links a curated alignment to the suggestion that it came of."""
_NAME = "accepted-suggestion-parted"
_COMPONENT = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"
_TOLD = MappingProxyType(
    {
        "es": "La sugerencia {suggestion} está aceptada, y la alineación curada en que se "
        "convirtió, {curated}, no estaría en {graph}: lo aceptado no contaría en ninguna parte. "
        "Publique el grafo con ella (`ogpgraph export --graph {short}` lo da como está, para "
        "unirlo), o junto con {suggestions} de modo que coincidan, o rechace antes la sugerencia: "
        "`ogpgraph review reject {suggestion} --again`.",
        "en": "The suggestion {suggestion} is accepted, and the curated alignment that it became, "
        "{curated}, would not stand in {graph}: what was accepted would count nowhere. Publish "
        "the graph with it (`ogpgraph export --graph {short}` gives it as it is, to be merged), or "
        "together with {suggestions} so that they agree, or reject the suggestion first: "
        "`ogpgraph review reject {suggestion} --again`.",
    }
)


def came_of(held: Alignment | None, one: Alignment) -> bool:
    """Whether an alignment came of a suggestion."""
    return held is not None and one.iri in {value.value for value in held.values(DERIVED)}


def became(one: Alignment, curated: Mapping[str, Alignment], names: Names) -> str:
    """The IRI of the curated alignment that came of a suggestion; empty where none is there.

    Args:
        one: the suggestion.
        curated: the alignments of the graph that it would stand in, by IRI.
        names: of the deployment.
    """
    held = curated.get(place_of(one.aligned, one.goal, one.target).curated(names))
    if held is None or (held.method, held.state) != (CURATED, ACCEPTED):
        return ""
    return held.iri if came_of(held, one) else ""


def alignments_in(graph: Graph, names: Names) -> Mapping[str, Alignment]:
    """The alignments of a graph, by IRI."""
    return {one.iri: one for one in records(triples(graph), names).alignments}


def partings(drafts: Sequence[Draft], holdings: Holdings, names: Names) -> Report:
    """What drafts would newly part: suggestions that are accepted, from what they became.

    A suggestion that is new here may have been accepted elsewhere: nothing is lost by it.

    Args:
        drafts: what is to be published; with an empty graph, what is to be withdrawn.
        holdings: what is published.
        names: of the deployment.
    """
    given = {draft.graph: draft for draft in drafts}
    plans = sorted({plan for graph in given if (plan := plan_of(names, graph))})
    return Report.merged(_looked_at(plan, given, holdings, names) for plan in plans)


def _looked_at(plan: str, given: Mapping[str, Draft], holdings: Holdings, names: Names) -> Report:
    try:
        return _parted(plan, given, holdings, names)
    except BadRequest:  # a literal for a reviewer: it breaks its shape, which says so
        return Report()


def _parted(plan: str, given: Mapping[str, Draft], holdings: Holdings, names: Names) -> Report:
    """What drafts newly part of a plan."""

    def after(graph: str) -> Graph:
        return given[graph].document.graph if graph in given else holdings.graph(graph)

    suggestions, curated = suggestions_graph(names, plan), curated_graph(names, plan)
    accepted = [
        one
        for one in alignments_in(after(suggestions), names).values()
        if (one.method, one.state) == (SUGGESTED, ACCEPTED)
    ]
    if not accepted:
        return Report()
    found = alignments_in(after(curated), names)
    lacking = [one for one in accepted if not became(one, found, names)]
    if not lacking:
        return Report()
    known = alignments_in(holdings.graph(suggestions), names)
    stood = alignments_in(holdings.graph(curated), names)
    new = [
        one
        for one in lacking
        if became(one, stood, names)
        or (one.iri in known and known[one.iri].state != ACCEPTED)  # it was decided otherwise
    ]
    changed = curated in given and after(curated) != holdings.graph(curated)
    draft = given[curated if changed else suggestions]
    places = Places(draft.document.graph, draft.document.line_of)
    name = draft.document.name or names.local(draft.graph) or draft.graph
    return Report.placed((_finding(one, plan, names) for one in new), places, name)


def _finding(one: Alignment, plan: str, names: Names) -> Finding:
    """That a suggestion is accepted, and what it became is not there."""
    iri = place_of(one.aligned, one.goal, one.target).curated(names)
    suggestions, curated = suggestions_graph(names, plan), curated_graph(names, plan)
    said = {
        "suggestion": short_id(names, one.iri),
        "curated": short_id(names, iri),
        "graph": names.local(curated),
        "suggestions": names.local(suggestions),
        "short": curated.removeprefix(names.graph("")),
    }
    return Finding(
        severity=Severity.VIOLATION,
        focus=iri,
        path=DERIVED,
        value=f"<{one.iri}>",
        shape=f"{names.base}checks#{_NAME}",
        component=_COMPONENT,
        messages=MappingProxyType({tag: text.format(**said) for tag, text in _TOLD.items()}),
    )

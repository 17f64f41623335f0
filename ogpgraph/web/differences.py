"""`/diff`: the statements that graphs gained and lost between two versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.files import Graph, write_dataset
from ogpgraph.formats import Offer
from ogpgraph.history import Difference
from ogpgraph.statements import Statements
from ogpgraph.web import compared, operations, past, past_schemas, respond
from ogpgraph.web.context import parameters, reading_of, service_of
from ogpgraph.web.denied import digest
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket

_OFFERS = (
    Offer(formats.JSON, (), "json"),
    formats.PAGE,
    Offer(formats.RDF_PATCH, (), "rdfp"),
    Offer(formats.TRIG, ("application/x-trig",), "trig"),
    Offer(formats.N_QUADS, ("text/x-nquads",), "nq"),
)
_MOST = 400_000
"""Statements of the graphs that are compared for one request, on both sides."""


def install(app: FastAPI) -> None:
    """Add `/diff` and its suffixes."""
    asked = operations.asked(
        ("from", "integer", "A version; the one before `to` without it. / Si falta, la anterior."),
        ("to", "integer", "A version; the newest without it. / Una versión; si falta, la última."),
        ("graph", "text", "One graph: its IRI, or the end of it. / Un grafo: su IRI o su final."),
    )
    found = past_schemas.difference()
    app.get(
        "/diff",
        summary="What differs between two versions / Qué difiere entre dos versiones",
        description="The statements that each graph gained and lost from one version to the other: "
        "JSON, an RDF Patch, or as RDF in a named graph for each side. / Las sentencias que cada "
        "grafo ganó y perdió de una versión a la otra.",
        operation_id="get_diff",
        tags=["versions"],
        response_class=Response,
        openapi_extra={
            "parameters": [*asked, operations.lang()],
            **operations.read(_OFFERS, 400, 406, 422, 429, 503, json=found),
        },
    )(_diff)
    app.get("/diff.{suffix}", include_in_schema=False)(_diff)


async def _diff(request: Request) -> Response:
    """Metered as reading a whole graph is: it reads several."""
    return await lane_of(request).metered(request, _metered)


async def _metered(request: Request, ticket: Ticket) -> Response:
    lane = lane_of(request)
    request.state.asked = digest(request.scope["query_string"].decode("latin-1"))
    return await lane.run(request, ticket, lambda _: _answer(request), threads=lane.graphs)


def _answer(request: Request) -> Response:
    offer = respond.choose(request, request.path_params.get("suffix"), _OFFERS)
    values = parameters(request, ("from", "to", "graph"))
    start, end, graph = _asked(request, values)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    found = past.history_of(request).differences(start, end, graph, most=_MOST)
    tail = respond.query_of(request)
    links = respond.alternates("/diff", _OFFERS, tail)
    content = _written(request, offer, found, (start, end, graph))
    return respond.send(request, offer, content, links=links)


def _asked(request: Request, values: dict[str, str]) -> tuple[int, int, str | None]:
    """The two moments and the graph, if one is named.

    Raises:
        BadRequest: one of them is not there.
    """
    newest, history = reading_of(request).sequence, past.history_of(request)
    graph = past.graph_named(request, values["graph"]) if "graph" in values else None
    end = past.moment(values, "to", newest)
    end = newest if end is None else end
    start = past.moment(values, "from", newest)
    if start is None and graph is not None:
        versions = history.versions(graph, limit=2, before=end + 1)
        start = versions[1].sequence if len(versions) > 1 else 0
    elif start is None:
        start = history.batch_of(end).previous if end else 0
    return start, end, graph


def _written(
    request: Request,
    offer: Offer,
    found: Sequence[Difference],
    asked: tuple[int, int, str | None],
) -> str | bytes:
    start, end, graph = asked
    base = service_of(request).settings.base_url()
    own = base + past.difference_address(start, end, graph)
    if offer.media_type == formats.HTML:
        return compared.page(request, found, start, end, graph)
    if offer.media_type == formats.RDF_PATCH:
        return _patch(found, own)
    if offer.media_type == formats.JSON:
        return respond.json_text(_json(found, start, end))
    prefixes = service_of(request).names.prefixes
    return write_dataset(
        _sides(found, own, base, (start, end)), offer.media_type, prefixes=prefixes
    )


def _json(found: Sequence[Difference], start: int, end: int) -> dict[str, Any]:
    graphs = [
        {"graph": one.graph, "added": list(one.added), "removed": list(one.removed)}
        for one in found
    ]
    counts = _counts(found)
    return {
        "from": start,
        "to": end,
        "added": counts["added"],
        "removed": counts["removed"],
        "graphs": graphs,
    }


def _counts(found: Sequence[Difference]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one in found:
        counts["added"] += len(one.added)
        counts["removed"] += len(one.removed)
    return counts


def _patch(found: Sequence[Difference], own: str) -> str:
    """An RDF Patch: rows that delete and add quads, in one transaction."""
    rows = [f"H id <{own}> .", "TX ."]
    for sign, side in (("D", "removed"), ("A", "added")):
        for one in found:
            statements = getattr(one, side)
            rows += [f"{sign} {text.removesuffix(' .')} <{one.graph}> ." for text in statements]
    return "\n".join([*rows, "TC ."]) + "\n"


def _sides(
    found: Sequence[Difference], own: str, base: str, moments: tuple[int, int]
) -> dict[str, Graph]:
    """Named graphs for what each graph gained and lost, and one that tells of them."""
    graphs: dict[str, Graph] = {}
    said = Statements()
    start, end = (f"{base}{past.version_address(moment)}" for moment in moments)
    said.is_a(own, "prov:Entity")
    said.link(own, "prov:wasDerivedFrom", start, end)
    for one in found:
        name = base + past.difference_address(*moments, one.graph)
        for side, statements, title in (
            ("added", one.added, ("Sentencias añadidas", "Statements added")),
            ("removed", one.removed, ("Sentencias quitadas", "Statements removed")),
        ):
            node = f"{name}#{side}"
            graphs[node] = Graph(statements)
            said.link(own, "dcterms:hasPart", node)
            said.link(node, "dcterms:source", one.graph)
            said.text(node, "dcterms:title", title)
            said.number(node, "void:triples", len(statements))
    graphs[own] = said.graph()
    return graphs

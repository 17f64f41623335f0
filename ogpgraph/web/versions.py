"""`/versions`: what was published, when, by whom and from what, and what each changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.formats import GRAPH_OFFERS, Offer
from ogpgraph.history import Batch, Entry
from ogpgraph.provenance import provenance
from ogpgraph.web import operations, pages, past, past_schemas, respond
from ogpgraph.web.context import parameters, reading_of, service_of

_LIST_OFFERS = (Offer(formats.JSON, (), "json"), formats.PAGE, Offer(formats.CSV, (), "csv"))
_RDF = tuple(one for one in GRAPH_OFFERS if formats.JSON not in one.aliases)
_JSON_LD = Offer(formats.JSON_LD, (), "jsonld")
_OFFERS = (*_LIST_OFFERS, *_RDF, _JSON_LD)
_RDF_TYPES = frozenset(offer.media_type for offer in (*_RDF, _JSON_LD))
_SUFFIX = re.compile(r"\.(json|html|csv|ttl|nt|jsonld|rdf|n3|trig|nq)\Z")
_PAGE_SIZE, _GRAPHS_SHOWN = 20, 1000
_MOST_VERSIONS = 5_000
"""Versions of graphs that a page of publications tells of; it ends before, with at least one."""
_COLUMNS = (
    *("version", "time", "agent", "source", "tool", "graphCount", "added", "removed"),
    "previous",
)
_GRAPH_COLUMNS = (
    *("version", "graph", "time", "agent", "source", "tool", "shapes", "document"),
    *("documentSha256", "triples", "added", "removed", "sha256", "previous", "withdrawn"),
)


@dataclass(frozen=True, slots=True)
class Published:
    """A publication and what it changed in each graph, in the order of the graphs."""

    batch: Batch
    entries: tuple[Entry, ...]

    @property
    def added(self) -> int:
        """Statements that graphs gained."""
        return sum(entry.added for entry in self.entries)

    @property
    def removed(self) -> int:
        """Statements that graphs lost."""
        return sum(entry.removed for entry in self.entries)


def install(app: FastAPI) -> None:
    """Add the routes."""
    about: dict[str, Any] = {"tags": ["versions"], "response_class": Response}
    items = past_schemas.publications()
    app.get(
        "/versions",
        summary="What was published, newest first / Lo publicado, lo más reciente antes",
        description="Each publication: when, by whom, from what, the graphs that it changed, and "
        "how many statements they gained and lost. / Cada publicación: cuándo, por quién, de qué, "
        "los grafos que cambió y cuántas sentencias ganaron y perdieron.",
        operation_id="list_versions",
        openapi_extra={
            "parameters": operations.paging(_PAGE_SIZE, past.MAX_PAGE_SIZE),
            **operations.read(_LIST_OFFERS, 400, 406, 503, json=items),
        },
        **about,
    )(_list)
    app.get("/versions.{suffix}", include_in_schema=False)(_list_as)
    one = past_schemas.publication()
    app.get(
        "/versions/{sequence}",
        summary="One publication: the graphs that it changed / "
        "Una publicación: los grafos que cambió",
        description="Of each graph its digest, its counts, its document, and links to its content "
        "and to what changed; as RDF in PROV-O. / De cada grafo su resumen criptográfico, sus "
        "cuentas, su documento, y enlaces a su contenido y a lo que cambió; en RDF, con PROV-O.",
        operation_id="get_version",
        openapi_extra={
            "parameters": operations.paging(_GRAPHS_SHOWN, past.MAX_PAGE_SIZE),
            **operations.read(_OFFERS, 400, 404, 406, 503, json=one),
        },
        **about,
    )(_one)


def _list(request: Request) -> Response:
    return _answered(request, None)


def _list_as(request: Request, suffix: str) -> Response:
    return _answered(request, suffix)


def _answered(request: Request, suffix: str | None) -> Response:
    offer = respond.choose(request, suffix, _LIST_OFFERS)
    values = parameters(request, ("page_size", "cursor"))
    newest = reading_of(request).sequence
    size, below = past.page_size(values, _PAGE_SIZE), past.before(values, newest)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    found, following = _published(request, size, below)
    links = [
        *respond.alternates("/versions", _LIST_OFFERS),
        '</changes.atom>; rel="alternate"; type="application/atom+xml"',
        *past.Paging.of(request, following).links(),
    ]
    return respond.send(request, offer, _listed(request, offer, found, following), links=links)


def _published(request: Request, size: int, below: int) -> tuple[list[Published], int | None]:
    """A page of publications, and the number below which the next one begins."""
    history, allowance = past.history_of(request), past.allowance()
    batches = history.batches(limit=size, before=below)
    found: list[Published] = []
    versions = 0
    for batch in batches:
        versions += len(batch)
        if found and versions > _MOST_VERSIONS:
            break
        found.append(Published(batch, _entries(request, batch, allowance=allowance)))
    following = found[-1].batch.first if found and found[-1].batch.first > 1 else None
    return found, following


def _entries(request: Request, batch: Batch, **more: Any) -> tuple[Entry, ...]:
    history = past.history_of(request)
    found = history.entries(limit=len(batch), before=batch.sequence + 1, **more)
    return tuple(sorted(found, key=lambda entry: entry.version.graph))


def _listed(
    request: Request, offer: Offer, found: list[Published], following: int | None
) -> str | bytes:
    base = service_of(request).settings.base_url()
    if offer.media_type == formats.HTML:
        return pages.page(
            request,
            "versions.html",
            title=pages.word(request, "versions"),
            published=found,
            past=past,
            following=past.turned(request, following) if following else None,
            local=service_of(request).names.graph(""),
        )
    items = [_summary(one, base) for one in found]
    if offer.media_type == formats.CSV:
        return past.csv_text(_COLUMNS, items)
    body: dict[str, Any] = {"items": items, "version": reading_of(request).sequence}
    if following:
        body["next"] = base + past.turned(request, following)
    return respond.json_text(body)


def _summary(one: Published, base: str) -> dict[str, Any]:
    version = one.entries[-1].version
    batch = one.batch
    return {
        "version": batch.sequence,
        "previous": batch.previous,
        "time": version.time,
        "agent": version.activity.agent,
        "source": past.shown_source(version.activity.source),
        "tool": version.activity.tool,
        "graphCount": len(batch),
        "graphs": [entry.version.graph for entry in one.entries],
        "added": one.added,
        "removed": one.removed,
        "url": f"{base}{past.version_address(batch.sequence)}",
        "diff": f"{base}{past.difference_address(batch.previous, batch.sequence)}",
    }


def _one(request: Request, sequence: str) -> Response:
    suffix = _SUFFIX.search(sequence)
    number = sequence[: suffix.start()] if suffix else sequence
    offer = respond.choose(request, suffix.group(1) if suffix else None, _OFFERS)
    values = parameters(request, ("page_size", "cursor"))
    newest = reading_of(request).sequence
    batch = past.history_of(request).batch_of(past.existing(number, newest))
    size, below = past.page_size(values, _GRAPHS_SHOWN), past.before(values, newest)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    last = min(below - 1, batch.sequence)
    part = Batch(max(batch.first, last - size + 1), last)
    entries = _entries(request, part, allowance=past.allowance()) if len(part) > 0 else ()
    following = part.first if part.first > batch.first else None
    paging = past.Paging.of(request, following, _preceding(batch, below, size))
    path = past.version_address(batch.sequence)
    links = [f'<{path}>; rel="canonical"', *respond.alternates(path, _OFFERS)]
    links += [*paging.links(), *_around(batch, newest)]
    content = _told(request, offer, batch, entries, paging)
    return respond.send(request, offer, content, links=links)


def _preceding(batch: Batch, below: int, size: int) -> int | None:
    """Where the page before begins: below which number; 0 for the first page, None for none."""
    if below > batch.sequence:
        return None
    return below + size if below + size <= batch.sequence else 0


def _around(batch: Batch, newest: int) -> list[str]:
    """Link header values to the publications before and after, by the relations of RFC 5829."""
    around = {
        "predecessor-version": batch.previous,
        "successor-version": batch.sequence + 1 if batch.sequence < newest else 0,
    }
    return [
        f'<{past.version_address(number)}>; rel="{name}"'
        for name, number in around.items()
        if number
    ]


def _told(
    request: Request,
    offer: Offer,
    batch: Batch,
    entries: tuple[Entry, ...],
    paging: past.Paging,
) -> str | bytes:
    base = service_of(request).settings.base_url()
    if offer.media_type in _RDF_TYPES:
        return respond.rdf(request, offer, provenance(batch, entries, base))
    if offer.media_type == formats.HTML:
        return _page(request, batch, entries, paging)
    graphs = [past.told(entry, base) for entry in entries]
    if offer.media_type == formats.CSV:
        return past.csv_text(_GRAPH_COLUMNS, graphs)
    version = past.history_of(request).version_numbered(batch.sequence)
    body: dict[str, Any] = {
        "version": batch.sequence,
        "first": batch.first,
        "previous": batch.previous,
        "time": version.time,
        "agent": version.activity.agent,
        "source": past.shown_source(version.activity.source),
        "tool": version.activity.tool,
        "shapes": version.activity.shapes,
        "graphCount": len(batch),
        "graphs": graphs,
        "diff": f"{base}{past.difference_address(batch.previous, batch.sequence)}",
    }
    if paging.previous:
        body["prev"] = base + paging.previous
    if paging.next:
        body["next"] = base + paging.next
    return respond.json_text(body)


def _page(request: Request, batch: Batch, entries: tuple[Entry, ...], paging: past.Paging) -> str:
    version = past.history_of(request).version_numbered(batch.sequence)
    return pages.page(
        request,
        "version.html",
        title=f"{pages.word(request, 'version')} {batch.sequence}",
        batch=batch,
        one=Published(batch, entries),
        said=version,
        newest=reading_of(request).sequence,
        past=past,
        following=paging.next,
        local=service_of(request).names.graph(""),
    )

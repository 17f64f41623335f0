"""`/changes`: the versions of graphs one by one, newest first, also as a feed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.formats import Offer
from ogpgraph.history import Entry
from ogpgraph.web import feed, operations, pages, past, past_schemas, respond
from ogpgraph.web.context import language, parameters, reading_of, service_of

_OFFERS = (
    Offer(formats.JSON, (), "json"),
    formats.PAGE,
    Offer(formats.CSV, (), "csv"),
    Offer(formats.ATOM, ("application/xml", "text/xml"), "atom"),
)
_FILTERS = ("graph", "country", "plan")
_PAGE_SIZE = 50
_COLUMNS = (
    *("version", "graph", "time", "agent", "source", "tool", "shapes", "document"),
    *("documentSha256", "triples", "added", "removed", "sha256", "previous", "withdrawn"),
)


def install(app: FastAPI) -> None:
    """Add `/changes` and its suffixes, `/changes.atom` among them."""
    asked = operations.asked(
        ("graph", "text", "A graph: its IRI, or the end of it. / Un grafo: su IRI, o el final."),
        ("country", "text", "A country, e.g. CRI. / Un país, p. ej. CRI."),
        ("plan", "text", "A plan, e.g. CRI-4. / Un plan, p. ej. CRI-4."),
    )
    items = past_schemas.versions()
    app.get(
        "/changes",
        summary="The versions of each graph, newest first / "
        "Las versiones de cada grafo, la última antes",
        description="What each version of a graph added and removed, for all graphs, one, or those "
        "of a country or plan; also as an Atom feed. / Qué añadió y quitó cada versión de un "
        "grafo, de todos, de uno o de los de un país o plan; también como canal Atom.",
        operation_id="list_changes",
        tags=["versions"],
        response_class=Response,
        openapi_extra={
            "parameters": [*asked, *operations.paging(_PAGE_SIZE, past.MAX_PAGE_SIZE)],
            **operations.read(_OFFERS, 400, 406, 503, json=items),
        },
    )(_changes)
    app.get("/changes.{suffix}", include_in_schema=False)(_changes_as)


def _changes(request: Request) -> Response:
    return _answered(request, None)


def _changes_as(request: Request, suffix: str) -> Response:
    return _answered(request, suffix)


def _answered(request: Request, suffix: str | None) -> Response:
    offer = respond.choose(request, suffix, _OFFERS)
    values = parameters(request, (*_FILTERS, "page_size", "cursor"))
    newest = reading_of(request).sequence
    size, below = past.page_size(values, _PAGE_SIZE), past.before(values, newest)
    graphs = past.graphs_wanted(request, values)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    entries = past.history_of(request).entries(
        graphs, limit=size + 1, before=below, allowance=past.allowance()
    )
    shown = entries[:size]
    following = shown[-1].version.sequence if len(entries) > size else None
    tail = respond.query_of(request)
    links = [
        *respond.alternates("/changes", _OFFERS, tail),
        *past.Paging.of(request, following).links(),
    ]
    content = _written(request, offer, shown, following, values)
    return respond.send(request, offer, content, links=links)


def _written(
    request: Request,
    offer: Offer,
    entries: tuple[Entry, ...],
    following: int | None,
    values: dict[str, str],
) -> str | bytes:
    base = service_of(request).settings.base_url()
    forward = past.turned(request, following) if following else None
    if offer.media_type == formats.HTML:
        return _page(request, entries, forward, values)
    if offer.media_type == formats.ATOM:
        return _feed(request, entries, forward)
    items = [past.told(entry, base) for entry in entries]
    if offer.media_type == formats.CSV:
        return past.csv_text(_COLUMNS, items)
    body: dict[str, Any] = {"items": items, "version": reading_of(request).sequence}
    if forward:
        body["next"] = base + forward
    return respond.json_text(body)


def _page(
    request: Request, entries: tuple[Entry, ...], forward: str | None, values: dict[str, str]
) -> str:
    service = service_of(request)
    local = service.names.graph("")
    known = past.history_of(request).known(reading_of(request).sequence)
    return pages.page(
        request,
        "changes.html",
        title=pages.word(request, "changes"),
        entries=entries,
        chosen={name: values[name] for name in _FILTERS if name in values},
        graph=values.get("graph", "").removeprefix(local),
        graphs=[name.removeprefix(local) for name in known[: past.MAX_PAGE_SIZE]],
        past=past,
        following=forward,
        feed=past.turned(request, None).replace(request.scope["path"], "/changes.atom", 1),
        local=local,
    )


def _feed(request: Request, entries: tuple[Entry, ...], forward: str | None) -> bytes:
    service = service_of(request)
    base, local = service.settings.base_url(), service.names.graph("")
    words = pages.words(request)
    own = past.turned(request, None)
    page = own.replace(request.scope["path"], "/changes.html", 1)
    about = feed.Feed(
        identifier=base + "/changes.atom" + own.removeprefix(request.scope["path"]),
        title=f"ogpgraph: {words['changes']}",
        language=language(request),
        updated=entries[0].version.time if entries else feed.NEVER,
        author="ogpgraph",
        links=(("self", base + own, formats.ATOM), ("alternate", base + page, formats.HTML))
        + ((("next", base + forward, formats.ATOM),) if forward else ()),
    )
    items = [_item(entry, base, local, words) for entry in entries]
    return feed.atom(about, items)


def _item(entry: Entry, base: str, local: str, words: dict[str, str]) -> feed.Item:
    version = entry.version
    name = version.graph.removeprefix(local)
    what = words["change_withdrawn"] if not version.statements else words["change_made"]
    if entry.previous is None:
        what = words["change_first"]
    difference = past.difference_address(entry.previous or 0, version.sequence, version.graph)
    publication = base + past.version_address(version.sequence)
    return feed.Item(
        identifier=f"{publication}#{quote(name, safe='/')}",
        title=f"{name}: {what} (+{entry.added} −{entry.removed})",
        updated=version.time,
        author=version.activity.agent,
        summary=f"{words['change_added']}: {entry.added}. {words['change_removed']}: "
        f"{entry.removed}. {words['statements_now']}: {version.statements}. "
        f"{words['source']}: {past.shown_source(version.activity.source)}.",
        links=(
            ("alternate", publication, formats.HTML),
            ("related", base + difference, formats.HTML),
        ),
    )

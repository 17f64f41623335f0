"""What a search found, as JSON and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict
from io import StringIO
from typing import Any

from fastapi import Request

from ogpgraph.search.found import Found, Hit
from ogpgraph.search.marks import Excerpt, Marker
from ogpgraph.web.context import reading_of, service_of
from ogpgraph.web.search_request import Asked, around, counted, path, short, title

_COLUMNS = (
    "position",
    "id",
    "url",
    "kind",
    "title",
    "label",
    "labelLanguage",
    "snippet",
    "snippetField",
    "snippetLanguage",
    "source",
    "line",
    "countries",
    "branches",
    "score",
)


def body(request: Request, asked: Asked, found: Found, marker: Marker) -> dict[str, Any]:
    """The answer as JSON has it, see `search_schema`."""
    base = service_of(request).settings.base_url()
    told: dict[str, Any] = {
        "query": asked.question.text,
        "version": reading_of(request).sequence,
        "total": found.total,
        "matched": found.need,
        "page": asked.page,
        "items": [_item(request, hit, found, marker) for hit in found.hits],
        "facets": {
            name: [counted(request, name, value, count, found) for value, count in counts.items()]
            for name, counts in found.facets.items()
        },
        "suggestion": None,
    }
    if found.suggestion:
        text, count = found.suggestion
        url = base + asked.address(q=text, page=None)
        told["suggestion"] = {"query": text, "total": count, "url": url}
    told |= {name: base + asked.address(page=number) for name, number in around(asked, found)}
    return told


def _item(request: Request, hit: Hit, found: Found, marker: Marker) -> dict[str, Any]:
    label = marker.label(hit)
    item: dict[str, Any] = {
        "id": hit.iri,
        "kind": hit.kind,
        "url": service_of(request).settings.base_url() + path(request, hit.iri),
        "title": title(request, hit, label),
        "label": _excerpt(label),
        "snippet": _excerpt(marker.snippet(hit)),
        "score": hit.score,
    }
    for name, role in (("owners", "owner"), ("countries", "country"), ("branches", "branch")):
        item[name] = [_thing(target, found) for each, target in hit.links if each == role]
    return item


def _excerpt(found: Excerpt | None) -> dict[str, Any] | None:
    if found is None:
        return None
    told: dict[str, Any] = {"field": found.field, "language": found.language or None}
    told["parts"] = [asdict(part) for part in found.parts]
    if found.field == "quote":
        told |= {"source": found.source or None, "line": found.line}
    return told


def _thing(iri: str, found: Found) -> dict[str, Any]:
    return {"id": iri, "label": dict(found.names.get(iri, {}))}


def table(request: Request, asked: Asked, found: Found, marker: Marker) -> str:
    """The page of results as RFC 4180 has it, a row each."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for position, hit in enumerate(found.hits, start=asked.offset + 1):
        label, snippet = marker.label(hit), marker.snippet(hit)
        writer.writerow(
            (
                position,
                hit.iri,
                service_of(request).settings.base_url() + path(request, hit.iri),
                hit.kind,
                title(request, hit, label),
                label.text if label else "",
                label.language if label else "",
                *_cells(snippet),
                *(_ids(request, hit, role) for role in ("country", "branch")),
                hit.score,
            )
        )
    return stream.getvalue()


def _cells(snippet: Excerpt | None) -> Iterable[object]:
    if snippet is None:
        return ("",) * 5
    line = "" if snippet.line is None else snippet.line
    return snippet.text, snippet.field, snippet.language, snippet.source, line


def _ids(request: Request, hit: Hit, role: str) -> str:
    return " ".join(short(request, target) for each, target in hit.links if each == role)

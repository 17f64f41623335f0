"""JSON Schemas of what was published: publications, versions of graphs, and what differs."""

from __future__ import annotations

from typing import Any

from ogpgraph.web import schemas
from ogpgraph.web.schemas import digest, many, number, record, text

Json = dict[str, Any]


def publications() -> Json:
    """What `/versions` sends."""
    one = {"version": number(minimum=1), "previous": number(), **_origin(), "graphCount": number()}
    one |= {"graphs": many(text(format="iri")), **_counts()}
    one |= {"url": text(format="uri"), "diff": text(format="uri")}
    return _list(record(one))


def publication() -> Json:
    """What `/versions/{sequence}` sends."""
    one = {"version": number(minimum=1), "first": number(minimum=1), "previous": number()}
    one |= {**_origin(), "shapes": text(), "graphCount": number(), "graphs": many(_version())}
    pages = {"prev": text(format="uri"), "next": text(format="uri")}
    return record({**one, "diff": text(format="uri")}, pages)


def versions() -> Json:
    """What `/changes` sends."""
    return _list(_version())


def difference() -> Json:
    """What `/diff` sends: statements in the syntax of N-Triples."""
    graph = {"graph": text(format="iri"), "added": many(text()), "removed": many(text())}
    moments = {"from": number(), "to": number()}
    return record(
        {**moments, "added": number(), "removed": number(), "graphs": many(record(graph))}
    )


def timemap() -> Json:
    """What `/timemap` sends."""
    one = {"version": number(minimum=1), "time": _time(), "triples": number(), "sha256": digest()}
    addresses = {"graph": text(format="iri"), "original": text(format="uri")}
    items = many(record({**one, "url": text(format="uri")}))
    return record({**addresses, "version": number(), "items": items}, {"next": text(format="uri")})


def _version() -> Json:
    """A version of a graph."""
    always = {"version": number(minimum=1), "graph": text(format="iri"), **_origin()}
    always |= {"shapes": text(), "document": text(), "documentSha256": text()}
    always |= {"triples": number(), **_counts(), "sha256": digest()}
    always |= {"previous": _or_none(), "withdrawn": {"type": "boolean"}}
    always |= {"publication": text(format="uri"), "diff": text(format="uri")}
    return record(always, {"content": text(format="uri")})


def _origin() -> Json:
    return {"time": _time(), "agent": text(), "source": text(), "tool": text()}


def _counts() -> Json:
    """Statements that came and went; null where counting them would take too long."""
    return {"added": _or_none(), "removed": _or_none()}


def _or_none() -> Json:
    return {"type": ["integer", "null"], "minimum": 0}


def _time() -> Json:
    return text(format="date-time")


def _list(item: Json) -> Json:
    always = {"items": schemas.many(item), "version": number()}
    return record(always, {"next": text(format="uri")})

"""What the routes about the past share: parameters, addresses, what is told of a version."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request

from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.history import Allowance, Entry, History
from ogpgraph.iris import Names
from ogpgraph.loading import SHIPPED_AGENT
from ogpgraph.web.context import query_pairs, reading_of, service_of

MAX_PAGE_SIZE = 1000
READ_AT_ONCE = 500_000
"""Statements that are read to count changes for one request, about a second's work."""
_MOST_KNOWN = 100
"""Graphs that an error names."""
_OF_A_PROTOCOL = re.compile(r"(PUT|POST|DELETE|update) from \S+\Z")
_PLACE = re.compile(r"([A-Z]{3})(?:-\d+)?")
"""The last piece of the name of a graph of a country, or of a plan of it."""


def history_of(request: Request) -> History:
    """The past that a request reads; it must not look beyond `reading_of(request).sequence`."""
    return service_of(request).history


def allowance() -> Allowance:
    """What one request may have counted."""
    return Allowance(READ_AT_ONCE)


def moment(values: Mapping[str, str], name: str, newest: int) -> int | None:
    """The moment that a parameter names; None where it is not given.

    Raises:
        BadRequest: it is none of those that readers can see.
    """
    text = values.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"0|[1-9][0-9]{0,17}", text) or int(text) > newest:
        raise BadRequest(
            f"{name} is “{text[:80]}”; versions have the numbers from 0 to {newest}.",
            parameter=name,
        )
    return int(text)


def existing(text: str, newest: int) -> int:
    """The version that an address names.

    Raises:
        NotFound: there is none.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text) or int(text) > newest:
        detail = f"There is no version {text[:80]}"
        raise NotFound(f"{detail}: they have the numbers from 1 to {newest}." if newest else detail)
    return int(text)


def page_size(values: Mapping[str, str], default: int) -> int:
    """How many things a page has.

    Raises:
        BadRequest: `page_size` is no number, or not one that is possible.
    """
    text = values.get("page_size", str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= MAX_PAGE_SIZE:
        raise BadRequest(
            f"page_size is “{text[:80]}”; it must be a number between 1 and {MAX_PAGE_SIZE}.",
            parameter="page_size",
        )
    return int(text)


def before(values: Mapping[str, str], newest: int) -> int:
    """The number below which a page begins: of `cursor`, else above the newest that is seen.

    Raises:
        BadRequest: `cursor` is none that was given out.
    """
    text = values.get("cursor", str(newest + 1))
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text) or int(text) > newest + 1:
        raise BadRequest("cursor is not one that this service gave out.", parameter="cursor")
    return int(text)


def graph_named(request: Request, text: str) -> str:
    """The IRI of a graph that has versions, given whole or by its end (`plan/CRI-4`).

    Raises:
        BadRequest: there is none of that name.
    """
    newest, names = reading_of(request).sequence, service_of(request).names
    known = history_of(request).known(newest)
    for name in (text, names.graph(text)):
        if name in known:
            return name
    raise BadRequest(
        f"No graph “{text[:200]}” was ever published.",
        known=known[:_MOST_KNOWN],
        parameter="graph",
    )


def graphs_wanted(request: Request, values: Mapping[str, str]) -> frozenset[str] | None:
    """The graphs that `graph`, `country` and `plan` leave; None where none of them is given.

    Raises:
        BadRequest: one names nothing that was ever published.
    """
    service = service_of(request)
    if not values.keys() & {"graph", "country", "plan"}:
        return None
    known = frozenset(history_of(request).known(reading_of(request).sequence))
    found = set(known)
    for name in ("country", "plan"):
        if name in values:  # each is looked for in all: two that do not meet leave nothing
            found &= _of_place(known, service.names, name, values[name])
    if "graph" in values:
        found &= {graph_named(request, values["graph"])}
    return frozenset(found)


def _of_place(graphs: Iterable[str], names: Names, parameter: str, text: str) -> set[str]:
    """The graphs of a country, or of a plan, whose id may be given as an IRI."""
    wanted = text.removeprefix(names.thing(parameter, ""))
    places: dict[str, set[str]] = {}
    for graph in graphs:
        last = graph.rpartition("/")[2]
        if match := _PLACE.fullmatch(last):
            place = match[1] if parameter == "country" else last
            if parameter == "country" or "-" in last:
                places.setdefault(place, set()).add(graph)
    if wanted not in places:
        raise BadRequest(
            f"{parameter}: no graph was ever published of “{text[:200]}”.",
            known=sorted(places)[:_MOST_KNOWN],
            parameter=parameter,
        )
    return places[wanted]


def version_address(sequence: int) -> str:
    """Of what was published with a version."""
    return f"/versions/{sequence}"


def content_address(graph: str, sequence: int) -> str:
    """Of the content of a graph at a version."""
    return f"/versions/{sequence}/graph?{urlencode({'graph': graph})}"


def difference_address(start: int, end: int, graph: str | None = None) -> str:
    """Of what differs between two versions, in all graphs or in one."""
    named = {"graph": graph} if graph else {}
    return f"/diff?{urlencode({'from': start, 'to': end, **named})}"


def versions_of(graph: str) -> str:
    """The address of the versions of a graph, for pages of things that stand in it."""
    return f"/changes?{urlencode({'graph': graph})}"


def current_address(graph: str) -> str:
    """Of a graph as it is now."""
    return f"/graphs?graph={quote(graph, safe='')}"


def shown_source(source: str) -> str:
    """Where a version came from, without the network address of whoever sent it.

    The ledger keeps that for the operator; it is nobody else's business.
    """
    found = _OF_A_PROTOCOL.fullmatch(source)
    return found[1] if found else source


def language_of(agent: str) -> str:
    """The language of who published, as it is recorded: empty for a name, which is of none."""
    return "en" if agent == SHIPPED_AGENT else ""


def shown_document(name: str) -> str:
    """The name of a document without the folders of the machine that it was read on."""
    return PurePath(name).name if PurePath(name).is_absolute() else name


def told(entry: Entry, base: str) -> dict[str, Any]:
    """A version of a graph for JSON; `base` is the URL of the service."""
    version = entry.version
    previous = entry.previous or 0
    body: dict[str, Any] = {
        "version": version.sequence,
        "graph": version.graph,
        "time": version.time,
        "agent": version.activity.agent,
        "source": shown_source(version.activity.source),
        "tool": version.activity.tool,
        "shapes": version.activity.shapes,
        "document": shown_document(version.document),
        "documentSha256": version.document_digest,
        "triples": version.statements,
        "added": entry.added,
        "removed": entry.removed,
        "sha256": version.digest,
        "previous": entry.previous,
        "withdrawn": not version.statements,
        "publication": f"{base}{version_address(version.sequence)}",
        "diff": f"{base}{difference_address(previous, version.sequence, version.graph)}",
    }
    if version.statements:
        body["content"] = f"{base}{content_address(version.graph, version.sequence)}"
    return body


def csv_text(columns: Sequence[str], items: Iterable[Mapping[str, Any]]) -> str:
    """Some members of objects as CSV (RFC 4180); a truth is `true` or `false`, nothing is empty."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(columns)
    for item in items:
        writer.writerow([_cell(item.get(name)) for name in columns])
    return content.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def turned(request: Request, cursor: int | None) -> str:
    """The address of another page of what is asked for: the first without a cursor."""
    kept = [pair for pair in query_pairs(request.scope["query_string"]) if pair[0] != "cursor"]
    if cursor is not None:
        kept.append(("cursor", str(cursor)))
    tail = f"?{urlencode(kept)}" if kept else ""
    return f"{quote(request.scope['path'])}{tail}"


@dataclass(frozen=True, slots=True)
class Paging:
    """The addresses of other pages of what is asked for; None where there is none."""

    first: str
    previous: str | None
    next: str | None

    @classmethod
    def of(cls, request: Request, following: int | None, preceding: int | None = None) -> Paging:
        """From where they begin: below which number.

        Args:
            request: as it came.
            following: the next page.
            preceding: the one before; 0 if that is the first page.
        """
        first = turned(request, None)
        return cls(
            first,
            turned(request, preceding) if preceding else first if preceding == 0 else None,
            turned(request, following) if following is not None else None,
        )

    def links(self) -> list[str]:
        """Link header values to them."""
        found = {"first": self.first, "prev": self.previous, "next": self.next}
        return [f'<{address}>; rel="{name}"' for name, address in found.items() if address]

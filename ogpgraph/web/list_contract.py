"""What lists take and send, for OpenAPI and for refusing what they do not take."""

from __future__ import annotations

from typing import Any

from ogpgraph.browse import MAX_PAGE_SIZE, PAGE_SIZE
from ogpgraph.fields import Filter, Kind
from ogpgraph.list_index import RELEVANCE
from ogpgraph.tables import SPREADSHEETS
from ogpgraph.vocab import LANGUAGES
from ogpgraph.web.schemas import closed

Json = dict[str, Any]
_ALL = ("cursor", "facets", "for", "page_size", "q", "sort", "total")
_LISTED = (
    "false: the numbers that plans declare and do not list, as /unlisted-numbers gives them. / "
    "false: los números que los planes declaran y no listan, como los da /unlisted-numbers."
)


def names(kind: Kind) -> list[str]:
    """The parameters of the list of a kind, besides `lang`."""
    listed = ["listed"] if kind.name == "commitments" else []
    return [*(row.name for row in kind.filters), *listed, *_ALL]


def parameters(kind: Kind) -> list[Json]:
    """The same for OpenAPI, with examples."""
    found = [_filter(row) for row in kind.filters]
    if kind.name == "commitments":
        found.append(_parameter("listed", _LISTED, {"type": "boolean", "default": True}))
    return [*found, *_ordering(kind), *_shared()]


def purpose() -> Json:
    """What a table is for, which lists and single things take."""
    return _parameter(
        "for",
        "A table for a spreadsheet: with a byte order mark, and formulas guarded. / Una tabla "
        "para una hoja de cálculo: con marca de orden de bytes y sin fórmulas que se ejecuten.",
        {"type": "string", "enum": list(SPREADSHEETS)},
    )


def schema(item: Json, context: str) -> Json:
    """The schema of a list in JSON, of that of an item and the address of the context."""
    address = {"type": "string", "format": "uri"}
    text = {"type": "string"}
    count = {"type": "integer", "minimum": 0}
    label = {"type": "object", "additionalProperties": text}
    value = {
        "type": "object",
        "required": ["value", "count"],
        "properties": {"value": text, "id": text, "label": label, "count": count},
    }
    facet = {
        "type": "object",
        "required": ["values", "distinct"],
        "properties": {"values": {"type": "array", "items": value}, "distinct": count},
    }
    return closed(
        {
            "type": "object",
            "required": ["@context", "items", "version", "first", "last"],
            "properties": {
                "@context": {"const": context},
                "items": {"type": "array", "items": item},
                "version": count,
                "total": count,
                "facets": {"type": "object", "additionalProperties": facet},
                "first": address,
                "prev": address,
                "next": address,
                "last": address,
            },
        }
    )


def _filter(row: Filter) -> Json:
    text = f"{row.description[1]} / {row.description[0]}"
    return _parameter(row.name, text, {"type": "string", "minLength": 1}) | {"example": row.example}


def _ordering(kind: Kind) -> list[Json]:
    """What is told of a kind's own orders and filters."""
    orders = [*(sort.name for sort in kind.orders), RELEVANCE]
    listed = "; ".join(f"{one.name}: {one.description[1]}" for one in kind.orders)
    spanish = "; ".join(f"{one.name}: {one.description[0]}" for one in kind.orders)
    facets = [row.name for row in kind.filters]
    return [
        _parameter(
            "q",
            "Words that all are in it, as /search finds them; then the best come first, which "
            f"`sort={RELEVANCE}` says, an order that needs `q`. / Palabras que estén todas, como "
            f"las encuentra /search; van primero las mejores, que es `sort={RELEVANCE}`, un orden "
            "que exige `q`.",
            {"type": "string", "minLength": 1},
        )
        | {"example": "transparencia"},
        _parameter(
            "sort",
            f"{listed}. With - before it in the other direction. / {spanish}. Con - delante, en "
            "el otro sentido.",
            {"type": "string", "enum": [sign + name for name in orders for sign in ("", "-")]},
        ),
        _parameter(
            "facets",
            "How many there are of each value of these filters, under the other filters in force: "
            f"true for all, or some of {', '.join(facets) or 'none'} with commas. In JSON and on "
            "pages; CSV and RDF are the same with it. / Cuántos hay "
            "de cada valor de estos filtros, con los demás filtros puestos: true para todos, o "
            "algunos con comas. En JSON y en las páginas; CSV y RDF son iguales con él.",
            {"type": "string", "minLength": 1},
        ),
    ]


def _shared() -> list[Json]:
    """What every list takes."""
    size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
    return [
        _parameter("page_size", "Items of a page. / Elementos de una página.", size),
        _parameter(
            "cursor",
            "Where to go on: of `next`, `prev` or `last`. / Dónde seguir: de `next`, `prev` o "
            "`last`.",
            {"type": "string", "minLength": 1},
        ),
        _parameter(
            "total",
            "Tell how many there are, in JSON; pages always do. CSV and RDF are the same with it. "
            "/ Decir cuántos hay, en JSON; las páginas siempre lo dicen. CSV y RDF son iguales con "
            "él.",
            {"type": "boolean", "default": False},
        ),
        purpose(),
        _parameter(
            "lang",
            "Of pages, labels in tables, and the order by title. / De las páginas, las etiquetas "
            "de las tablas y el orden por título.",
            {"type": "string", "enum": list(LANGUAGES)},
        ),
    ]


def _parameter(name: str, text: str, shape: Json) -> Json:
    return {"name": name, "in": "query", "description": text, "schema": shape}

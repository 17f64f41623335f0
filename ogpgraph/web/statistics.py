"""`/stats`: tables of counts, made once a version, as JSON, text, RDF Data Cube and pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.formats import Offer
from ogpgraph.kinds import absolute
from ogpgraph.statistics import reports
from ogpgraph.statistics.cube import cube
from ogpgraph.statistics.definitions import DEFINITIONS
from ogpgraph.statistics.dimensions import COUNTRY, PLAN
from ogpgraph.statistics.tables import Definition, Statistics, Table
from ogpgraph.web import charts, figures, operations, pages, respond, schemas
from ogpgraph.web.context import language, parameters, reading_of, service_of

_SVG = "image/svg+xml"
_OFFERS = (
    Offer(formats.JSON, (), "json"),
    formats.PAGE,
    Offer(formats.CSV, (), "csv"),
    Offer(formats.TURTLE, ("application/turtle", "application/x-turtle"), "ttl"),
    Offer(formats.N_TRIPLES, ("text/plain",), "nt"),
    Offer(formats.JSON_LD, (), "jsonld"),
    Offer(formats.RDF_XML, (), "rdf"),
)
_CHART_OFFERS = (*_OFFERS, Offer(_SVG, (), "svg"))
"""Those of a table that has a chart."""
_APART = tuple(one for one in DEFINITIONS.values() if one.apart)
_SUFFIX = re.compile(r"\.([a-z]{2,6})\Z")
_FILTERS = (COUNTRY, PLAN)
_LAYOUT, _MATRIX = "layout", "matrix"
"""The parameter for how CSV is laid out, and its one value."""


def install(app: FastAPI) -> None:
    """Add the routes."""
    all_tables = operations.read(_OFFERS, 400, 406, json=schemas.closed(_all_schema()))
    one_table = operations.read(_CHART_OFFERS, 400, 404, 406, json=schemas.closed(_table_schema()))
    details: dict[str, Any] = {"tags": ["statistics"], "response_class": Response}
    app.get(
        "/stats",
        summary="Statistics / Estadísticas",
        description="Every table but the longest, which are given by their names; with a country "
        "or plan those that count by it. / Todas las tablas salvo las más largas, que se dan por "
        "su nombre; con un país o plan, las que cuentan por él.",
        operation_id="list_statistics",
        openapi_extra={"parameters": _parameters(), **all_tables},
        **details,
    )(_all)
    for offer in _OFFERS:
        app.get(f"/stats.{offer.suffix}", include_in_schema=False)(_all)
    app.get(
        "/stats/{table}",
        summary="Statistics: one table / Estadísticas: una tabla",
        description="With a country or plan its rows of it. / Con un país o plan, sus filas.",
        operation_id="get_statistics",
        openapi_extra={"parameters": [*_parameters(), _layout()], **one_table},
        **details,
    )(_one)


def _all(request: Request) -> Response:
    """Every table; with a country or plan those that count by it, and its rows of them."""
    suffix = _SUFFIX.search(request.scope["path"])
    offer = respond.choose(request, suffix[1] if suffix else None, _OFFERS)
    given = parameters(request, [one.name for one in _FILTERS])
    statistics = _statistics(request)
    chosen = _chosen(request, statistics, given)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    tables = [
        reports.selected(statistics, table, chosen)
        for table in statistics.tables.values()
        if not table.definition.apart and all(_counts_by(table.definition, name) for name in chosen)
    ]
    return _send(request, offer, _OFFERS, statistics, tables, path="/stats")


def _one(request: Request, table: str) -> Response:
    """One table; with a country or plan its rows of it."""
    suffix = _SUFFIX.search(table)
    name = table.removesuffix(suffix[0]) if suffix else table
    if name not in DEFINITIONS:
        raise NotFound(f"There is no table “{name}”; there are {', '.join(DEFINITIONS)}.")
    definition = DEFINITIONS[name]
    offers = _CHART_OFFERS if definition.chart else _OFFERS
    given = parameters(request, [*(one.name for one in _FILTERS), _LAYOUT])
    offer = _offer(request, suffix[1] if suffix else None, offers, definition, given.get(_LAYOUT))
    for asked in given.keys() - {"lang", _LAYOUT}:
        if not _counts_by(definition, asked):
            known = [one.name for one in DEFINITIONS.values() if _counts_by(one, asked)]
            raise BadRequest(
                f"{name} does not count by {asked}; tables that do are {', '.join(known)}.",
                known=known,
                parameter=asked,
            )
    statistics = _statistics(request)
    chosen = _chosen(request, statistics, given)
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    kept = reports.selected(statistics, statistics.tables[name], chosen)
    return _send(request, offer, offers, statistics, [kept], path=f"/stats/{name}")


def _offer(
    request: Request,
    suffix: str | None,
    offers: Sequence[Offer],
    definition: Definition,
    layout: str | None,
) -> Offer:
    """The form of the answer; a layout is of CSV.

    Raises:
        BadRequest: there is no such layout, or not of this table or form.
    """
    if layout is None:
        return respond.choose(request, suffix, offers)
    if layout != _MATRIX or suffix not in {None, "csv"}:
        raise BadRequest(
            f"{_LAYOUT} is “{layout}”: CSV can be laid out as these, other forms are not.",
            known=[_MATRIX],
            parameter=_LAYOUT,
        )
    if not definition.crosses:
        known = [one.name for one in DEFINITIONS.values() if one.crosses]
        raise BadRequest(
            f"{definition.name} is no matrix; tables that are: {', '.join(known)}.",
            known=known,
            parameter=_LAYOUT,
        )
    return respond.choose(request, "csv", offers)


def _send(
    request: Request,
    offer: Offer,
    offers: Sequence[Offer],
    statistics: Statistics,
    tables: Sequence[Table],
    *,
    path: str,
) -> Response:
    query = quote(request.scope["query_string"].decode(), safe="=&%+")
    whole = path == "/stats"
    content = _body(request, offer, statistics, tables, whole=whole)
    links = respond.alternates(path, offers, query)
    response = respond.send(request, offer, content, links=links)
    if offer.media_type in {formats.CSV, _SVG}:
        response.headers["Content-Language"] = language(request)
    return response


def _body(
    request: Request, offer: Offer, statistics: Statistics, tables: Sequence[Table], *, whole: bool
) -> bytes | str:
    service, version = service_of(request), reading_of(request).sequence
    names, url = service.names, service.settings.base_url()
    match offer.media_type:
        case formats.JSON:
            found = [reports.as_json(statistics, one, names=names, url=url) for one in tables]
            shown = {"tables": found} if whole else found[0]
            return respond.json_text({**shown, "version": version})
        case formats.CSV:
            if whole:
                return reports.as_long_csv(tables, names=names)
            written = reports.as_matrix if _LAYOUT in request.query_params else reports.as_csv
            return written(statistics, tables[0], names=names, language=language(request))
        case formats.HTML:
            return _page(request, statistics, tables, whole=whole)
    if offer.media_type == _SVG:
        chart = figures.chart_of(statistics, tables[0], names, language(request))
        return charts.drawn(chart, alone=True)
    graph = cube(statistics, tables, names=names, url=url, version=version)
    return respond.rdf(request, offer, graph)


def _page(request: Request, statistics: Statistics, tables: Sequence[Table], *, whole: bool) -> str:
    names, chosen = service_of(request).names, language(request)
    shown = [figures.section(statistics, one, names, chosen, whole=not whole) for one in tables]
    asked = request.query_params
    pairs = [(one.name, asked[one.name]) for one in _FILTERS if one.name in asked]
    labels = {one.name: one.label[pages.index(request)] for one in _FILTERS}
    return pages.page(
        request,
        "statistics.html",
        title=pages.word(request, "stats") if whole else shown[0].title,
        sections=shown,
        whole=whole,
        apart=[(one.name, one.title[pages.index(request)]) for one in _APART] if whole else [],
        filters=[(labels[name], value) for name, value in pairs],
        glance=figures.glance(statistics, names, chosen) if whole and not pairs else None,
        sequence=reading_of(request).sequence,
        asked=f"?{urlencode(pairs)}" if pairs else "",
        types={one.suffix: one.media_type for one in _CHART_OFFERS},
    )


def _statistics(request: Request) -> Statistics:
    return service_of(request).statistics.of(reading_of(request))


def _counts_by(definition: Definition, name: str) -> bool:
    """Whether rows of a table are of one country, or one plan; that of a plan is known."""
    return definition.has(name) or (name == COUNTRY.name and definition.has(PLAN.name))


def _chosen(request: Request, statistics: Statistics, given: dict[str, str]) -> dict[str, str]:
    """The IRIs of the country and plan that are asked for.

    Raises:
        BadRequest: there is none of that id.
    """
    names = service_of(request).names
    there = {COUNTRY.name: set(statistics.countries.values()), PLAN.name: {*statistics.countries}}
    chosen = {}
    for dimension in _FILTERS:
        if (value := given.get(dimension.name)) is None:
            continue
        prefix = absolute(names, dimension.prefix)
        iri = value if value.startswith(prefix) else prefix + value
        if iri not in there[dimension.name]:
            known = sorted(one.removeprefix(prefix) for one in there[dimension.name])
            raise BadRequest(
                f"There is no {dimension.label[1].lower()} “{value}” here.",
                known=known,
                parameter=dimension.name,
            )
        chosen[dimension.name] = iri
    return chosen


def _parameters() -> list[operations.Json]:
    texts = {
        COUNTRY.name: "Only its rows, in tables that count by country or plan, e.g. HND. / "
        "Solo sus filas, en las tablas que cuentan por país o plan.",
        PLAN.name: "Only its rows, in tables that count by plan, e.g. HND-4. / "
        "Solo sus filas, en las tablas que cuentan por plan.",
    }
    narrowing: list[operations.Json] = [
        {"name": name, "in": "query", "description": text, "schema": schemas.text(minLength=1)}
        for name, text in texts.items()
    ]
    return [*narrowing, operations.lang()]


def _layout() -> operations.Json:
    words = (
        "De CSV: una línea por país y una columna por cada otro valor, en las tablas que los "
        "cruzan.",
        "Of CSV: a line a country and a column each other value, in tables that cross them.",
    )
    return {
        "name": _LAYOUT,
        "in": "query",
        "description": operations.both(*words),
        "schema": {"type": "string", "enum": [_MATRIX]},
    }


def _table_schema() -> operations.Json:
    """A table, with the version that it is of."""
    schema = _bare_table_schema()
    schema["required"].append("version")
    schema["properties"]["version"] = {"type": "integer"}
    return schema


def _all_schema() -> operations.Json:
    return {
        "type": "object",
        "required": ["tables", "version"],
        "properties": {
            "tables": {"type": "array", "items": _bare_table_schema()},
            "version": {"type": "integer"},
        },
    }


def _bare_table_schema() -> operations.Json:
    named = {"id": {"type": "string"}, "label": schemas.both()}
    measure = {
        **named,
        "definition": schemas.both(),
        "unit": {"type": "string", "enum": ["count", "share"]},
    }
    key = {
        "type": "object",
        "description": "A value of a dimension. / Un valor de una dimensión.",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "iri": {"type": "string", "format": "iri"},
            "label": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    figure = {
        "type": "object",
        "description": "A figure, and the list that it counts. / Una cifra y la lista que cuenta.",
        "required": ["value"],
        "properties": {
            "value": {"type": "number", "minimum": 0},
            "list": {"type": "string", "format": "uri"},
        },
    }
    properties = {
        "id": {"type": "string", "enum": list(DEFINITIONS)},
        "url": {"type": "string", "format": "uri"},
        "title": schemas.both(),
        "row": schemas.both(),
        "counted": schemas.both(),
        "dimensions": _array(named),
        "measures": _array(measure),
        "rows": {
            "type": "array",
            "items": {"type": "object", "additionalProperties": {"anyOf": [key, figure]}},
        },
    }
    totals = {"type": "object", "additionalProperties": {"type": "number"}}
    required = list(properties)
    return {
        "type": "object",
        "required": required,
        "properties": {**properties, "totals": totals},
    }


def _array(properties: operations.Json) -> operations.Json:
    item = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "items": item}

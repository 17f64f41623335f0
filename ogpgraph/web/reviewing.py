"""`/sdgs/proposals` and `/alignments/{id}/review`: suggestions wait, and are decided on.

Reading is open; proposing and deciding need a token. The ETag of a review is that of the suggestion
alone, so that a decision on one does not stand in the way of the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import FastAPI, Request, Response

from ogpgraph import formats
from ogpgraph.alignments.records import PROPOSED, STATES
from ogpgraph.errors import BadRequest, NotFound
from ogpgraph.files import Graph
from ogpgraph.formats import JSON, Offer
from ogpgraph.publish import Publication
from ogpgraph.reviewing.listing import ALL, Shown, shown_in, shown_of
from ogpgraph.reviewing.naming import suggestion_iri
from ogpgraph.reviewing.reviews import found_suggestion
from ogpgraph.reviewing.surroundings import counted, plan_graph
from ogpgraph.reviewing.tool import Tool
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.suggest import Suggestion
from ogpgraph.web import operations, respond, review_page, reviewing_schema
from ogpgraph.web.client import client_of
from ogpgraph.web.conditions import condition_of
from ogpgraph.web.context import not_modified, parameters, reading_of, service_of
from ogpgraph.web.documents import places_of
from ogpgraph.web.lane import lane_of
from ogpgraph.web.meter import Ticket
from ogpgraph.web.reviewing_request import body_of, decision_of, wishes_of
from ogpgraph.web.suggesting import Desk, desk_of
from ogpgraph.web.tokens import writers_of

PROPOSALS = "/sdgs/proposals"
REVIEW = "/alignments/{identifier:path}/review"
_OFFERS = (Offer(JSON, (), "json"), formats.PAGE)
_WRITING = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503, 507)


def install(app: FastAPI) -> None:
    """Add the routes; before those of kinds, whose ids may have any path."""
    for row in (*_proposing(), *_reviewing()):
        app.add_api_route(
            row.path,
            row.answer,
            methods=[row.method],
            summary=operations.both(*row.summary),
            description=operations.both(*row.description),
            tags=["alignments" if row.path == REVIEW else "sdgs"],
            operation_id=row.name,
            response_class=Response,
            openapi_extra=row.described,
        )


@dataclass(frozen=True, slots=True)
class _Route:
    """An operation, and what the description of the service says of it."""

    method: str
    path: str
    answer: Callable[..., Any]
    name: str
    summary: tuple[str, str]
    description: tuple[str, str]
    described: dict[str, Any]


def _proposing() -> tuple[_Route, ...]:
    return (
        _Route(
            "GET",
            PROPOSALS,
            _plans,
            "list_proposals",
            ("Planes con sugerencias de ODS", "Plans with SDG suggestions"),
            (
                "Cuántas esperan, se aceptaron y se rechazaron.",
                "How many wait, were accepted, were rejected.",
            ),
            {
                "parameters": [operations.lang()],
                **operations.read(_OFFERS, 400, 406, json=reviewing_schema.plans()),
            },
        ),
        _Route(
            "GET",
            PROPOSALS + "/{plan}",
            _suggestions,
            "get_proposals",
            ("Sugerencias de ODS para un plan", "SDG suggestions for a plan"),
            ("Con sus razones y lo decidido.", "With reasons, and what was decided."),
            {
                "parameters": [reviewing_schema.state_parameter(), operations.lang()],
                **operations.read(_OFFERS, 400, 404, 406, json=reviewing_schema.suggestions()),
            },
        ),
        _Route(
            "POST",
            PROPOSALS + "/{plan}",
            _propose,
            "propose",
            ("Sugerir ODS para un plan, a revisar", "Suggest SDGs for a plan, for review"),
            (
                "Lo ya rechazado no se propone otra vez; lo afirmado o curado, tampoco.",
                "What was rejected is not proposed again, nor what is stated or curated.",
            ),
            _writes(reviewing_schema.proposal_body(), reviewing_schema.proposed(), tagged=False),
        ),
    )


def _reviewing() -> tuple[_Route, ...]:
    return (
        _Route(
            "GET",
            REVIEW,
            _review,
            "get_review",
            ("Una sugerencia y lo decidido", "A suggestion and what was decided"),
            ("El ETag es de la sugerencia sola.", "The ETag is that of the suggestion alone."),
            {
                "parameters": [operations.lang()],
                **operations.read(
                    _OFFERS[:1], 400, 404, 406, 409, json=reviewing_schema.suggestion()
                ),
            },
        ),
        _Route(
            "POST",
            REVIEW,
            _decide,
            "review",
            ("Aceptar o rechazar una sugerencia", "Accept or reject a suggestion"),
            (
                "Aceptada, da lugar a una alineación curada, en la misma publicación. Decidir otra "
                "vez exige If-Match con el ETag de la revisión.",
                "Accepted, it becomes a curated alignment, in the same publication. To decide "
                "again takes If-Match with the ETag of the review.",
            ),
            _writes(reviewing_schema.decision_body(), reviewing_schema.reviewed(), tagged=True),
        ),
    )


def _writes(body: dict[str, Any], schema: dict[str, Any], *, tagged: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "requestBody": body,
        "responses": {
            "200": operations.sent(JSON, tagged=tagged, json=schema),
            **operations.problems(*_WRITING),
        },
        "security": [{"token": []}],
    }
    if tagged:
        found["parameters"] = operations.parameters("If-Match", "If-None-Match")
    return found


def _plans(request: Request) -> Response:
    offer = respond.choose(request, None, _OFFERS)
    parameters(request, ())
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    reading = reading_of(request)
    items = [
        {"plan": plan, **{state: counts.get(state, 0) for state in STATES}}
        for plan, counts in counted(reading).items()
    ]
    if offer is formats.PAGE:
        return respond.send(request, offer, review_page.plans(request, items))
    body = {"items": items, "version": reading.sequence}
    return respond.send(request, offer, respond.json_text(body))


def _suggestions(request: Request, plan: str) -> Response:
    offer = respond.choose(request, None, _OFFERS)
    state = parameters(request, ("state",)).get("state", PROPOSED)
    known = (*STATES, ALL)
    if state not in known:
        raise BadRequest(f"state is “{state[:40]}”.", known=known, parameter="state")
    if (same := respond.unchanged(request, offer)) is not None:
        return same
    reading = reading_of(request)
    plan_graph(reading, plan)  # or there is no such plan
    wanted = None if state == ALL else state
    found = shown_of([plan], _contents(request), service_of(request).names, state=wanted)
    if offer is formats.PAGE:
        return respond.send(request, offer, review_page.suggestions(request, plan, state, found))
    items = [one.as_json() for one in found]
    body = {"plan": plan, "state": state, "items": items, "version": reading.sequence}
    return respond.send(request, offer, respond.json_text(body))


def _review(request: Request, identifier: str) -> Response:
    respond.choose(request, None, _OFFERS[:1])
    parameters(request, ())
    one = _one(request, identifier)
    tag = f'"{one.digest}"'
    headers = {"ETag": tag, "Vary": "Accept", "Cache-Control": "no-cache"}
    if not_modified(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(respond.json_text(one.as_json()), headers=headers, media_type=JSON)


def _one(request: Request, identifier: str) -> Shown:
    """A suggestion as it stands in the version that is read."""
    names = service_of(request).names
    alignment = suggestion_iri(names, identifier)
    where = found_suggestion(reading_of(request), alignment)
    for one in shown_in(where.graph, _contents(request), names):
        if one.suggestion.iri == alignment:
            return one
    raise NotFound(f"There is no suggestion “{identifier[:120]}”.")


def _contents(request: Request) -> Callable[[str], Graph]:
    """What graphs hold in the version that is read."""
    service, sequence = service_of(request), reading_of(request).sequence

    def content(graph: str) -> Graph:
        head = service.version_of(graph, sequence)
        return service.history.content(head) if head and head.statements else Graph()

    return content


async def _propose(request: Request, plan: str) -> Response:
    agent = writers_of(request).admit(request)
    parameters(request, ())
    wishes = wishes_of(await body_of(request, needed=False))
    tool = Tool.of(_Lent(desk_of(request)), Shipped.find().lexicon)

    def propose() -> Response:
        service = service_of(request)
        done = service.reviews.propose(
            plan,
            tool,
            language=wishes.text_language or service.settings.language,
            threshold=wishes.threshold,
            agent=agent,
            source=f"proposal from {_client(request)}",
        )
        told: dict[str, Any] = {"plan": plan, "graph": done.graph, **asdict(done.outcome)}
        return _json({**told, **_published(done.publication)})

    return await _written(request, agent, propose)


class _Lent:
    """The suggester of the application, taken for one text at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def suggest(self, text: str, *, threshold: float | None = None) -> Sequence[Suggestion]:
        """See `Suggester.suggest`.

        Raises:
            Busy: it is not free in time.
        """
        with self._desk.lent() as suggester:
            return suggester.suggest(text, threshold=threshold)


async def _decide(request: Request, identifier: str) -> Response:
    agent = writers_of(request).admit(request)
    parameters(request, ())
    condition = condition_of(request, needed=True)
    asked = decision_of(await body_of(request, needed=True))

    def decide() -> Response:
        service = service_of(request)
        done = service.reviews.decide(
            [identifier],
            asked.decision,
            reviewer=agent if asked.agent is None else asked.agent,
            agent=agent,
            source=f"review from {_client(request)}",
            condition=condition,
            again=condition.match is not None,
        )
        (reviewed,) = done.reviewed
        one = Shown(reviewed.suggestion, reviewed.labels, service.names)
        body = {"changed": reviewed.changed, "suggestion": one.as_json()}
        return _json({**body, **_published(done.publication)}, tag=f'"{reviewed.digest}"')

    return await _written(request, agent, decide)


async def _written(request: Request, agent: str, work: Callable[[], Response]) -> Response:
    places = places_of(request, writing=True)
    with places.one():
        return await lane_of(request).run(
            request, Ticket(agent), lambda _: work(), threads=places.threads
        )


def _published(publication: Publication) -> dict[str, Any]:
    return {
        "version": max((one.sequence for one in publication.versions), default=None),
        "graphs": [{"graph": one.graph, "version": one.sequence} for one in publication.versions],
        "warnings": [finding.to_dict() for finding in publication.report.warnings],
    }


def _json(body: dict[str, Any], tag: str = "") -> Response:
    headers = {"ETag": tag} if tag else {}
    return Response(respond.json_text(body), headers=headers, media_type=JSON)


def _client(request: Request) -> str:
    return client_of(request, service_of(request).settings.trusted_proxies)

"""What a request of the SPARQL 1.1 Protocol asks: the query or update, its graphs, its time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from fastapi import Request

from ogpgraph.errors import BadRequest, TooComplex, TooLarge, UnsupportedMediaType
from ogpgraph.gate import MAX_GRAPHS, MAX_QUERY_BYTES, MAX_UPDATE_BYTES
from ogpgraph.terms import iri
from ogpgraph.update_text import Using
from ogpgraph.web.bodies import content_of
from ogpgraph.web.context import query_pairs, service_of
from ogpgraph.web.denied import digest

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
BODIES = (FORM, QUERY)
"""The media types in which a query is sent in a body."""
UPDATE = "application/sparql-update"
_CHARSET = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"|[^;\s]*)", re.IGNORECASE)
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})
_SHOWN = 100
"""Characters of a header that a message repeats."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the protocol: its parameters, media type, and bytes of its text at most."""

    name: str
    parameters: tuple[str, ...]
    media_type: str
    limit: int


QUERY_OPERATION = Operation(
    "query",
    ("query", "default-graph-uri", "named-graph-uri", "timeout", "accept"),
    QUERY,
    MAX_QUERY_BYTES,
)
UPDATE_OPERATION = Operation(
    "update",
    ("update", "using-graph-uri", "using-named-graph-uri", "timeout"),
    UPDATE,
    MAX_UPDATE_BYTES,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it arrived. `deadline` is monotonic time, in seconds.

    `accept` stands in place of the Accept header: links and forms have no other way to say it.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    deadline: float
    accept: str = ""

    def digest(self) -> str:
        """Of what was asked, short. An ETag with it is given only with an answer to this very text.

        So whoever has it knows that the text is a query: 304 is sent without asking the engine.
        """
        return digest(self.whole())[:20]

    def whole(self) -> str:
        """The text and the graphs that it is asked of, as one text."""
        return json.dumps([self.text, self.default_graphs, self.named_graphs])


@dataclass(frozen=True, slots=True)
class Changing:
    """An update as it arrived; `seconds` is what running it may take."""

    text: str
    using: Using | None
    seconds: float


def pairs(request: Request) -> Pairs:
    """The parameters in the address."""
    return query_pairs(request.scope["query_string"])


def in_address(request: Request, arrived: float) -> Asked:
    """The query of a GET.

    Args:
        request: with `query` in its address.
        arrived: monotonic time, in seconds.

    Raises:
        OgpGraphError: see `_asked`.
    """
    return _asked(request, pairs(request), arrived)


async def in_body(request: Request, arrived: float) -> Asked:
    """The query of a POST or of a QUERY: a form, or the body itself.

    The protocol puts no parameter beside a form; one that stands in the address only is taken
    all the same, as clients send them and nothing can be meant but one thing.

    Raises:
        UnsupportedMediaType: the body is neither, or not in UTF-8.
        BadRequest: a parameter stands in the address and in the form.
        OgpGraphError: see `_asked`.
    """
    found = await _sent(request, QUERY_OPERATION)
    return _asked(request, found, arrived)


async def update_in_body(request: Request) -> Changing:
    """The update of a POST: a form, or the body itself.

    Raises:
        UnsupportedMediaType: the body is neither, or not in UTF-8.
        BadRequest: there is a query, not exactly one update, a name that is no IRI, or a time
            that is none.
        TooLarge: the update is over its limit.
        TooComplex: it is asked of too many graphs.
    """
    found = await _sent(request, UPDATE_OPERATION)
    if any(name == "query" for name, _ in found):
        message = "Only updates are taken here; a query is sent to /sparql."
        raise BadRequest(message, parameter="query")
    text = _one_text(found, "update", MAX_UPDATE_BYTES)
    using = Using(_graphs(found, "using-graph-uri"), _graphs(found, "using-named-graph-uri"))
    seconds = _seconds(found, service_of(request).settings.query_timeout)
    return Changing(text, using if using.clause() else None, seconds)


async def _sent(request: Request, operation: Operation) -> Pairs:
    """The parameters of an operation that came in a body, and of its address."""
    media_type = _media_type(request, operation)
    body = await content_of(request, 3 * operation.limit)  # percent-encoding triples a text at most
    found = pairs(request)
    if media_type != FORM:
        try:
            text = body.decode("utf-8-sig")  # editors put a byte order mark into files
        except UnicodeDecodeError as error:
            raise BadRequest(f"The {operation.name} is not UTF-8 text.") from error
        return [*found, (operation.name, text)]
    form = query_pairs(body, what="The form")
    for name in operation.parameters:
        if all(any(given == name for given, _ in where) for where in (found, form)):
            raise BadRequest(
                f"{name} stands in the address and in the form; send it in the form only.",
                parameter=name,
            )
    return found + form


def _media_type(request: Request, operation: Operation) -> str:
    """The media type of the body, a form or that of the operation."""
    given, accepted = request.headers.get("content-type", ""), (FORM, operation.media_type)
    media_type = given.partition(";")[0].strip().lower()
    an = "An" if operation.name[0] in "aeiou" else "A"
    if media_type not in accepted:
        said = f"not as “{given[:_SHOWN]}”" if given else "and Content-Type says which"
        raise UnsupportedMediaType(
            f"{an} {operation.name} is sent as {' or '.join(accepted)}, {said}.",
            accepted=accepted,
        )
    charset = _CHARSET.search(given)
    if charset and charset[1].strip('"').lower() not in _UTF_8:
        raise UnsupportedMediaType(
            f"{an} {operation.name} is sent in UTF-8, not in “{charset[1][:_SHOWN]}”.",
            accepted=accepted,
        )
    return media_type


def _asked(request: Request, found: Pairs, arrived: float) -> Asked:
    """The query among the parameters; those that other clients add are ignored.

    Raises:
        BadRequest: there is an update, not exactly one query, a name that is no IRI, or a time
            that is none.
        TooLarge: the query is over its limit.
        TooComplex: it is asked of too many graphs.
    """
    if any(name == "update" for name, _ in found):
        message = "Only queries are answered here; an update is posted to /update."
        raise BadRequest(message, parameter="update")
    return Asked(
        _one_text(found, "query", MAX_QUERY_BYTES),
        _graphs(found, "default-graph-uri"),
        _graphs(found, "named-graph-uri"),
        arrived + _seconds(found, service_of(request).settings.query_timeout),
        _once(found, "accept"),
    )


def _one_text(found: Pairs, parameter: str, limit: int) -> str:
    texts = [value for name, value in found if name == parameter]
    if len(texts) != 1:
        number = "none" if not texts else str(len(texts))
        raise BadRequest(f"Exactly one {parameter} is needed, {number} came.", parameter=parameter)
    if len(texts[0].encode("utf-8", "replace")) > limit:
        raise TooLarge(f"The {parameter} is over {limit} bytes.", limit=limit)
    return texts[0]


def _graphs(found: Pairs, parameter: str) -> tuple[str, ...]:
    """The graphs that a parameter names. They are only looked up, never fetched."""
    names = tuple(dict.fromkeys(value for name, value in found if name == parameter))
    if len(names) > MAX_GRAPHS:
        raise TooComplex(parameter, limit=MAX_GRAPHS, found=len(names))
    for value in names:
        try:
            iri(value)
        except BadRequest as error:
            raise BadRequest(f"{parameter}: {error.message}", parameter=parameter) from error
    return names


def _seconds(found: Pairs, limit: float) -> float:
    """The time that the query gets: the server's limit, or less where the caller says so."""
    given = _once(found, "timeout")
    if not given:
        return limit
    try:
        value = float(given)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise BadRequest(f"timeout is “{given}”; it must be seconds over 0.", parameter="timeout")
    return min(limit, value)


def _once(found: Pairs, parameter: str) -> str:
    """The value of a parameter that may be left out; a form sends it empty then."""
    given = [value for name, value in found if name == parameter]
    if len(given) > 1:
        raise BadRequest(f"The parameter {parameter} is given twice.", parameter=parameter)
    return given[0] if given else ""

"""What a request that writes expects to be there: If-Match and If-None-Match."""

from __future__ import annotations

from fastapi import Request

from ogpgraph.errors import BadRequest, PreconditionRequired
from ogpgraph.updating import ANY, Condition
from ogpgraph.web.context import service_of, tags


def condition_of(request: Request, *, needed: bool) -> Condition:
    """If-Match and If-None-Match.

    Raises:
        BadRequest: one of them is there and names nothing.
        PreconditionRequired: there is neither, and the service asks for one.
    """
    match, none_match = (_digests(request, name) for name in ("if-match", "if-none-match"))
    asked = service_of(request).settings.require_match
    if needed and asked and match is None and none_match is None:
        raise PreconditionRequired(
            "Say what you expect to be there: If-Match with the ETag of the graph as you have "
            "it, or “If-None-Match: *” for a new one."
        )
    return Condition(match, none_match)


def _digests(request: Request, field: str) -> tuple[str, ...] | None:
    """The digests of a list of ETags; of a representation's, what stands before the hyphen."""
    given = tags(request, field)
    if given is None:
        return None
    if not given:  # it would let by whoever meant to name what they have seen, and had it not
        raise BadRequest(f"{field.title()} names no ETag.", parameter=field.title())
    if ANY in given:
        return (ANY,)
    if field == "if-match":  # a weak one never matches (RFC 9110, 13.1.1)
        given = tuple(tag for tag in given if not tag.startswith("W/"))
    return tuple(tag.removeprefix("W/").strip('"').partition("-")[0] for tag in given)

"""What every route needs of a request: its parameters, its language, its version."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from contextlib import ExitStack
from operator import itemgetter
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from ogpgraph import __version__
from ogpgraph.errors import BadRequest
from ogpgraph.reading import Reading
from ogpgraph.service import Service
from ogpgraph.vocab import LANGUAGES

_MAX_LANGUAGES = 1_000
"""Characters of Accept-Language that are read; it is a wish, so the rest is not an error."""
_READING, _HELD = "reading", "held"
"""What a request is known to read, and what lets go of it."""


def service_of(request: Request) -> Service:
    """The service that the application serves."""
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def reading_of(request: Request) -> Reading:
    """The version that a request reads: the newest when it is first asked for, then that one."""
    state: dict[str, Any] = request.scope.setdefault("state", {})
    if _READING not in state:
        held = ExitStack()
        state[_READING] = held.enter_context(service_of(request).reading())
        state[_HELD] = held
    reading = state[_READING]
    assert isinstance(reading, Reading)
    return reading


def read_as(scope: MutableMapping[str, Any], reading: Reading) -> None:
    """Let a request of ours read what another one reads, which holds it."""
    scope.setdefault("state", {})[_READING] = reading


def release(scope: MutableMapping[str, Any]) -> None:
    """Let go of the version that a request has read."""
    held = scope.get("state", {}).pop(_HELD, None)
    if held is not None:
        held.close()


def query_pairs(text: bytes, *, what: str = "The query string") -> list[tuple[str, str]]:
    """Name-value pairs of a query string or form, decoded once, strictly as UTF-8.

    Raises:
        BadRequest: they are not UTF-8, or there are too many.
    """
    try:
        return parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=1000,
        )
    except UnicodeDecodeError as error:
        raise BadRequest(f"{what} is not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise BadRequest(f"{what} has too many parameters.") from error


def parameters(request: Request, known: Iterable[str]) -> dict[str, str]:
    """The parameters of a REST request, each known and given once.

    Raises:
        BadRequest: one is unknown (the known are named) or given twice.
    """
    allowed = sorted({*known, "lang"})
    values: dict[str, str] = {}
    for name, value in query_pairs(request.scope["query_string"]):
        if name not in allowed:
            raise BadRequest(f"There is no parameter “{name}” here.", known=allowed, parameter=name)
        if name in values:
            raise BadRequest(f"The parameter {name} is given twice.", parameter=name)
        values[name] = value
    return values


def language(request: Request) -> str:
    """Es or en: `lang=`, else by Accept-Language (RFC 4647 lookup), else English.

    Raises:
        BadRequest: `lang` is neither.
    """
    asked = request.query_params.get("lang")
    if asked is not None:
        if asked not in LANGUAGES:
            raise BadRequest(
                f"lang is “{asked}”; pages are in es and en.", known=LANGUAGES, parameter="lang"
            )
        return asked
    ranges = _language_ranges(request.headers.get("accept-language", "")[:_MAX_LANGUAGES])
    for _, tag in sorted(ranges, key=itemgetter(0)):  # of equals the one named first
        if tag.split("-", 1)[0] in LANGUAGES:
            return tag.split("-", 1)[0]
    return "en"


def entity_tag(request: Request, variant: str) -> str:
    """The ETag of a representation: package, edition of the data, and which form it is.

    The edition is that of the version which the request reads: whatever is published meanwhile,
    one tag is of one content.
    """
    request.state.edition = reading_of(request).edition
    return f'"{__version__}-{request.state.edition}-{variant}"'


def not_modified(request: Request, tag: str) -> bool:
    """Whether If-None-Match names this representation by its tag.

    Of “*”, which names any that there is, only `Cached` tells: it is around the routes and sees
    that there is one. A route would have to know it before it has made it.
    """
    names = {name.removeprefix("W/") for name in tags(request, "if-none-match") or ()}
    return tag.removeprefix("W/") in names


def tags(request: Request, field: str) -> tuple[str, ...] | None:
    """The entity tags of If-Match or If-None-Match, in however many lines; None without any."""
    lines = request.headers.getlist(field)
    if not lines:
        return None
    return tuple(tag.strip() for tag in ",".join(lines).split(",") if tag.strip())


def _language_ranges(header: str) -> list[tuple[float, str]]:
    ranges = []
    for part in header.split(","):
        tag, _, rest = part.strip().lower().partition(";")
        name, _, value = rest.strip().partition("=")
        try:
            quality = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            continue
        if tag and quality > 0:
            ranges.append((-quality, tag))
    return ranges

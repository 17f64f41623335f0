"""Bodies of JSON, read strictly: in UTF-8, no member twice, none that nobody reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ogpgraph.errors import BadRequest


def text_of(content: bytes) -> str:
    """The text of a body; a byte order mark is passed over.

    Raises:
        BadRequest: it is not UTF-8.
    """
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: byte {error.start + 1}.") from error


def parsed(text: str) -> object:
    """What a text of JSON says.

    Raises:
        BadRequest: it is none, or more than can be read.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise BadRequest(
            f"The body is no JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError as error:
        raise BadRequest("The body is nested too deep.") from error
    except ValueError as error:  # digits without end
        raise BadRequest("The body has a number that is too long.") from error


def _object(members: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose members all count: the last of two of a name would silently win."""
    found: dict[str, object] = {}
    for name, value in members:
        if name in found:
            raise BadRequest(f"The body has the member “{name[:80]}” twice.", parameter=name[:80])
        found[name] = value
    return found


def _no_number(name: str) -> object:
    raise BadRequest(f"The body has {name}, which JSON does not have.")


def check_members(body: Mapping[str, object], known: Sequence[str], prefix: str = "") -> None:
    """Hold the members of an object to those that are read; `prefix` leads to the object.

    Raises:
        BadRequest: there is another one.
    """
    for name in body:
        if name not in known:
            raise BadRequest(
                f"The body has a member “{prefix}{name[:80]}”.",
                known=known,
                parameter=prefix + name[:80],
            )


def check_given(body: Mapping[str, object], names: Sequence[str]) -> None:
    """Hold members that may be left out to be more than null where they are there.

    Raises:
        BadRequest: one is null.
    """
    for name in names:
        if name in body and body[name] is None:
            raise BadRequest(f"{name} is null; leave it out.", parameter=name)

"""What is asked of `/sdgs/suggest`: texts, and what of the suggestions is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Never, TypeVar

from fastapi import Request

from ogpgraph import formats
from ogpgraph.errors import BadRequest, TooLarge, UnsupportedMediaType
from ogpgraph.suggester.records import Record, record_of
from ogpgraph.suggester.suggest import MOST_SUGGESTIONS
from ogpgraph.suggester.wording import TEXT_LANGUAGES
from ogpgraph.web import form_data
from ogpgraph.web.context import language, parameters
from ogpgraph.web.json_body import check_given, check_members, parsed, text_of

TEXT = "text/plain"
ACCEPTED = (formats.JSON, TEXT, form_data.MEDIA_TYPE)
"""The media types of a body; the form is that of the page."""
PARAMETERS = ("threshold", "limit", "text_lang")
MAX_BYTES = 1024 * 1024
"""Of a body: some 150 000 words."""
MAX_TEXTS = 1_000
"""Of a list."""
_MEMBERS = ("text", "id", "lang", "threshold", "limit")
_Wish = TypeVar("_Wish", str, int, float)
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What of the suggestions is wanted, and the language of the texts; None where nobody says."""

    language: str | None = None
    threshold: float | None = None
    limit: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, object], language: str) -> Wishes:
        """The wishes that are said, their language under this name.

        Raises:
            BadRequest: one is wrong; it is named as it was said.
        """
        return cls(
            _language(said.get(language), language),
            threshold_of(said.get("threshold")),
            _limit(said.get("limit")),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Texts and wishes; `several` where a list was sent, which is answered by a list."""

    records: tuple[Record, ...]
    several: bool = False
    wishes: Wishes = Wishes()


def media_type_of(request: Request) -> str:
    """The media type of a request's body.

    Raises:
        UnsupportedMediaType: it is none that is read here, or not in UTF-8.
    """
    given = request.headers.get("content-type", "")
    media_type, _, rest = given.partition(";")
    media_type = media_type.strip().lower()
    charset = rest.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if media_type not in ACCEPTED or charset not in _CHARSETS:
        known = ", ".join(ACCEPTED)
        raise UnsupportedMediaType(
            f"A text is sent in UTF-8 as one of {known}; not as “{given[:100]}”.", accepted=ACCEPTED
        )
    return media_type


def asked(request: Request, content: bytes, media_type: str) -> Asked:
    """What is asked, from a body of JSON or plain text and from the address.

    Raises:
        BadRequest: something of it cannot be read.
    """
    wishes = wishes_of(request)
    text = text_of(content)
    if media_type == TEXT:
        return Asked((Record("", text),), wishes=wishes)
    told = parsed(text)
    if isinstance(told, list):
        return Asked(_listed(told), several=True, wishes=wishes)
    if not isinstance(told, dict):
        raise BadRequest('The body is neither {"text": …} nor a list of {"id": …, "text": …}.')
    check_members(told, _MEMBERS)
    check_given(told, ("lang", "threshold", "limit"))
    record = record_of(told, _wrong, needed=("text",))
    return Asked((record,), wishes=_together(wishes, Wishes.of(told, "lang")))


def of_form(request: Request, fields: Mapping[str, str]) -> Asked:
    """What is asked by the form of the page, and by the address.

    Raises:
        BadRequest: there is no text, or something cannot be read.
    """
    wishes = wishes_of(request)
    text = fields.get("text", "")
    if not text.strip():
        raise BadRequest("Write or paste a text.", parameter="text")
    chosen = Wishes(_language(fields.get("text_lang") or None, "text_lang"))
    return Asked((Record("", text),), wishes=_together(wishes, chosen))


def wishes_of(request: Request) -> Wishes:
    """What the address says is wanted.

    Raises:
        BadRequest: a parameter is unknown, or its value is wrong; also where the body says another.
    """
    given = parameters(request, PARAMETERS)
    language(request)  # of the page, which is an error where it is none
    said: dict[str, object] = dict(given)
    said |= {name: _number(given[name]) for name in ("threshold", "limit") if name in given}
    return Wishes.of(said, "text_lang")


def _together(address: Wishes, body: Wishes) -> Wishes:
    """What the address and the body say, which is one thing where both say it.

    Raises:
        BadRequest: they say two.
    """
    return Wishes(
        _said_once(address.language, body.language, "text_lang"),
        _said_once(address.threshold, body.threshold, "threshold"),
        _said_once(address.limit, body.limit, "limit"),
    )


def _said_once(address: _Wish | None, body: _Wish | None, parameter: str) -> _Wish | None:
    if address is None or body is None or address == body:
        return body if address is None else address
    raise BadRequest(
        f"{parameter} is “{address}” in the address, and the body says “{body}”; say it once.",
        parameter=parameter,
    )


def _language(value: object, parameter: str) -> str | None:
    if value is None or (isinstance(value, str) and value in TEXT_LANGUAGES):
        return value
    raise BadRequest(
        f"The language of the text is “{str(value)[:40]}”.",
        known=TEXT_LANGUAGES,
        parameter=parameter,
    )


def threshold_of(value: object) -> float | None:
    """A least score that was sent, from 0 to 1; None where none was.

    Raises:
        BadRequest: it is no such number.
    """
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise BadRequest(
        f"threshold is “{str(value)[:40]}”; a number from 0 to 1 is right.", parameter="threshold"
    )


def _limit(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_SUGGESTIONS:
        return value
    raise BadRequest(
        f"limit is “{str(value)[:40]}”; a whole number from 1 to {MOST_SUGGESTIONS} is right.",
        parameter="limit",
    )


def _number(text: str) -> object:
    """A number of the address; the text itself where it is none, to be told of."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _listed(told: list[object]) -> tuple[Record, ...]:
    if len(told) > MAX_TEXTS:
        raise TooLarge(f"{len(told)} texts are over {MAX_TEXTS}.", limit=MAX_TEXTS)
    return tuple(
        record_of(one, partial(_wrong, place=f"text {at}: "))
        for at, one in enumerate(told, start=1)
    )


def _wrong(message: str, member: str | None, place: str = "") -> Never:
    message = place + message
    raise BadRequest(f"{message[:1].upper()}{message[1:]}.", parameter=member)

"""What the head of a request may be, beyond what its parser refuses."""

from __future__ import annotations

import re
from collections.abc import Sequence

import httptools

from ogpgraph.web.envelope import Field, Refusal

MAX_HEADERS = 32 * 1024
MAX_URL, MAX_QUERY_URL = 8 * 1024, 64 * 1024 - 1
"""Bytes of an address, and of one with a SPARQL query in it: as many as the parser can tell."""
_QUERY_URL = re.compile(rb"(https?://[^/?#]{0,300})?/sparql/?\?")
_VISIBLE = re.compile(rb"[\x21-\x7e]+")


def check_head(version: str, url: bytes, fields: Sequence[Field]) -> None:
    """Look at a whole head: version, sizes, address, coding of the body.

    Raises:
        Refusal: it is not to be answered by a route.
    """
    if version not in {"1.0", "1.1"}:
        detail = "HTTP/1.1 and HTTP/1.0 are spoken here, no other version."
        raise Refusal(505, "http-version-not-supported", detail)
    check_url(url)
    if sum(len(name) + len(value) + 4 for name, value in fields) > MAX_HEADERS:
        raise headers_too_large()
    codings = [value.strip().lower() for name, value in fields if name == b"transfer-encoding"]
    if codings and (codings != [b"chunked"] or version == "1.0"):
        detail = "A body comes with Content-Length, or chunked by HTTP/1.1; no other way is read."
        if version == "1.0":
            raise Refusal(400, "malformed-request", detail)
        raise Refusal(501, "not-implemented", detail)
    if not url.startswith((b"/", b"*")):
        _check_authority(url, fields)


def check_url(url: bytes) -> None:
    """Look at an address, or as much of it as has arrived.

    Raises:
        Refusal: it is too long, or has something in it that no address has.
    """
    most = MAX_QUERY_URL if _QUERY_URL.match(url) else MAX_URL
    if len(url) > most:
        more = " Long queries can be posted." if most == MAX_QUERY_URL else ""
        detail = f"The address is over {most} bytes.{more}"
        raise Refusal(414, "uri-too-long", detail, members={"limit": most})
    if url and (b"#" in url or not _VISIBLE.fullmatch(url)):
        raise malformed()


def _check_authority(url: bytes, fields: Sequence[Field]) -> None:
    target = httptools.parse_url(url)
    authority = (target.host or b"") + (b":%d" % target.port if target.port else b"")
    hosts = [value.strip().lower() for name, value in fields if name == b"host"]
    if target.userinfo or hosts != [authority.lower()]:
        raise Refusal(400, "bad-host", "The host in the address is not the one in Host.")


def malformed() -> Refusal:
    """What is no request at all."""
    detail = "What came is not a well-formed request of HTTP/1.1."
    return Refusal(400, "malformed-request", detail)


def headers_too_large() -> Refusal:
    """Of a head that goes on and on."""
    detail = f"The headers are over {MAX_HEADERS} bytes."
    return Refusal(431, "headers-too-large", detail, members={"limit": MAX_HEADERS})

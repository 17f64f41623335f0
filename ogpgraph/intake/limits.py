"""What a term of a document may be: its size, its characters, its scheme."""

from __future__ import annotations

import re

from ogpgraph.errors import Unprocessable
from ogpgraph.terms import XSD

MAX_TRIPLES = 100_000
"""Statements of one document."""
MAX_LITERAL = 1024 * 1024
"""Bytes of a literal in UTF-8."""
MAX_IRI = 2 * 1024
"""Bytes of an IRI in UTF-8."""
MAX_NUMBER = 400
"""Characters of a number, date or other value of XML Schema that is no text."""
MAX_LANGUAGE = 255
"""Characters of a language tag."""
SCHEMES = ("http", "https", "mailto", "urn", "tel")
"""What an IRI may begin with: those that name things, and those that a page may link."""

_USUAL = ("https://", "http://", "urn:", "mailto:", "tel:")
_TEXTS = frozenset(
    XSD + name
    for name in ("string", "normalizedString", "token", "anyURI", "base64Binary", "hexBinary")
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no XML document can hold, and so not every form of our answers."""


def check_iri(value: str) -> None:
    """Whether an IRI may stand in a document.

    Raises:
        Unprocessable: it is too long, or of a scheme that is not taken.
    """
    _check_size("IRI", value, MAX_IRI)
    if not value.startswith(_USUAL):
        scheme = value.partition(":")[0]
        if scheme.lower() not in SCHEMES:
            raise Unprocessable(
                f"the scheme of <{value[:80]}> is not taken; taken are {', '.join(SCHEMES)}.",
                slug="iri-scheme",
                scheme=scheme[:80],
                known=list(SCHEMES),
            )


def check_literal(value: str, datatype: str | None, language: str | None) -> None:
    """Whether a literal may stand in a document; `datatype` is None for a plain one.

    Raises:
        Unprocessable: it is too long, or holds a control character.
    """
    _check_size("literal", value, MAX_LITERAL)
    if found := _CONTROL.search(value):
        raise Unprocessable(
            f"a literal holds U+{ord(found.group()):04X}, which XML cannot hold.",
            slug="control-character",
        )
    if language is not None:
        _check_size("language tag", language, MAX_LANGUAGE)
    elif datatype is not None:
        check_iri(datatype)
        if len(value) > MAX_NUMBER and datatype.startswith(XSD) and datatype not in _TEXTS:
            raise _over("number", MAX_NUMBER, "characters")


def check_count(statements: int) -> None:
    """Whether a document may have so many statements.

    Raises:
        Unprocessable: it may not.
    """
    if statements > MAX_TRIPLES:
        raise _over("triples", MAX_TRIPLES, "statements")


def _check_size(which: str, value: str, limit: int) -> None:
    # no character has more than 4 bytes: short texts need not be encoded
    if len(value) * 4 > limit and len(value.encode()) > limit:
        raise _over(which, limit, "bytes")


def _over(which: str, limit: int, unit: str) -> Unprocessable:
    shown = "the document" if which == "triples" else f"this {which}"
    return Unprocessable(
        f"{shown} is over the limit of {limit} {unit}.", slug="limit", which=which, limit=limit
    )

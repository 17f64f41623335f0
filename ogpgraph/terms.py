"""RDF terms as plain values, and their one text form: canonical N-Triples."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Literal as OneOf
from typing import NamedTuple

from ogpgraph.errors import BadRequest

XSD = "http://www.w3.org/2001/XMLSchema#"
XSD_STRING = XSD + "string"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

_NOT_IN_IRI = re.compile(
    r"[\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff]"
    r"|[\U000e0000-\U000e0fff\U000f0000-\U0010ffff]|%(?![0-9A-Fa-f]{2})"
)
_HAS_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_ESCAPES = MappingProxyType(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_TO_ESCAPE = re.compile(r'[\\"\x00-\x1f\x7f\ufffe\uffff]')


class Term(NamedTuple):
    """An RDF term. `datatype` is an IRI for typed literals, None for plain and tagged ones."""

    kind: OneOf["iri", "literal", "blank"]
    value: str
    language: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        """The canonical N-Triples form, which is also valid SPARQL and Turtle."""
        if self.kind == "iri":
            return f"<{self.value}>"
        if self.kind == "blank":
            return f"_:{self.value}"
        text = f'"{_TO_ESCAPE.sub(_escape, self.value)}"'
        if self.language:
            return f"{text}@{self.language}"
        return f"{text}^^<{self.datatype}>" if self.datatype else text


class Triple(NamedTuple):
    """A statement of three terms."""

    subject: Term
    predicate: Term
    object: Term

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate} {self.object} ."


def iri(value: str) -> Term:
    """An absolute IRI as a term.

    Raises:
        BadRequest: it has no scheme, or a character that no IRI may hold.
    """
    if not _HAS_SCHEME.match(value):
        raise BadRequest(f"“{value}” is not an absolute IRI: it has no scheme such as https:.")
    if found := _NOT_IN_IRI.search(value):
        raise BadRequest(f"“{value}” is not an IRI: it holds the character {found.group()!r}.")
    return Term("iri", value)


def literal(value: str, *, language: str | None = None, datatype: str | None = None) -> Term:
    """A literal as a term; xsd:string is written without its datatype, as in N-Triples.

    Raises:
        BadRequest: the language tag is not well formed, or the text holds a lone surrogate.
    """
    if language is not None and not _LANGUAGE_TAG.fullmatch(language):
        raise BadRequest(f"“{language}” is not a language tag such as es or en.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadRequest("The text holds half of a surrogate pair, which is not Unicode text.")
    return Term("literal", value, language, None if datatype == XSD_STRING else datatype)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"

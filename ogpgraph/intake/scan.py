"""A look over the bytes of a document before any parser sees them: linear, without recursion.

It refuses what a parser would be hurt by, or would fetch, and says where. It is no parser: what
is merely wrong is left for one to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import MappingProxyType

from ogpgraph.errors import BadSyntax
from ogpgraph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE

MAX_JSON_DEPTH = 64
"""Objects and arrays inside one another."""
MAX_XML_DEPTH = 64
"""Elements inside one another."""
MAX_TURTLE_DEPTH = 256
"""Blank nodes and lists inside one another."""

_BOM = b"\xef\xbb\xbf"
_PROLOGUE = re.compile(rb"(?:\s|<\?(?s:.*?)(?:\?>|\Z)|<!--(?s:.*?)(?:-->|\Z))*+")
_DOCTYPE = b"<!DOCTYPE"
_TURTLE_TOKEN = re.compile(
    rb"#[^\n\r]*+"
    rb'|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    rb"|'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?"
    rb'|"(?:[^"\\\n\r]|\\.)*+"?'
    rb"|'(?:[^'\\\n\r]|\\.)*+'?"
    rb"|<<|<[^<>\n]*+>?|\{\||\\.|[\[\](){}~]",
    re.DOTALL,
)
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{},]|null', re.DOTALL)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_IRI_KEYS = frozenset({"@id", "@type", "@vocab", "@base"})
_IRI = re.compile(r"(?:https?|urn|mailto|tel):", re.IGNORECASE)

_Refusal = tuple[str, str, int]
"""Slug, reason and the offset in bytes."""


def check(content: bytes, media_type: str, name: str) -> bytes:
    """Look a document over.

    Args:
        content: its bytes.
        media_type: Turtle, N-Triples, RDF/XML or JSON-LD.
        name: what it is called in messages.

    Returns:
        The bytes without a byte order mark.

    Raises:
        BadSyntax: it is not UTF-8, nested too deep, has a document type declaration or a remote
            context, or is of RDF 1.2; line and column are given.
    """
    content = content.removeprefix(_BOM)
    refusal = _not_utf8(content) or _LOOKS[media_type](content)
    if refusal is not None:
        slug, reason, at = refusal
        line, column = place(content, at)
        raise BadSyntax(
            f"{name}:{line}:{column}: {reason}", file=name, line=line, column=column, slug=slug
        )
    return content


def place(content: bytes, at: int) -> tuple[int, int]:
    """Line and column (of bytes), both from 1, of an offset."""
    return content.count(b"\n", 0, at) + 1, at - content.rfind(b"\n", 0, at)


def too_deep(what: str, limit: int) -> str:
    """The words for nesting over the limit."""
    return f"{what} are nested more than {limit} deep."


def _not_utf8(content: bytes) -> _Refusal | None:
    try:
        content.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        at = error.start
        return "malformed-rdf", f"not UTF-8 text (byte 0x{content[at]:02x}).", at
    return None


def _xml(content: bytes) -> _Refusal | None:
    """A document type declaration; how deep elements are is seen by the check that follows."""
    prologue = _PROLOGUE.match(content)
    at = prologue.end() if prologue else 0
    if content[at : at + len(_DOCTYPE)].upper() != _DOCTYPE:
        return None
    return "dtd-not-allowed", "a document type declaration is not read here.", at


def _turtle(content: bytes) -> _Refusal | None:
    openings = content.count(b"[") + content.count(b"(")
    if openings <= MAX_TURTLE_DEPTH and not any(sign in content for sign in (b"<<", b"{|", b"~")):
        return None
    depth = 0
    for token in _TURTLE_TOKEN.finditer(content):
        text = token.group()
        if text in {b"[", b"("}:
            depth += 1
            if depth > MAX_TURTLE_DEPTH:
                reason = too_deep("Blank nodes and lists", MAX_TURTLE_DEPTH)
                return "too-deep", reason, token.start()
        elif text in {b"]", b")"}:
            depth -= 1
        elif text in {b"<<", b"{|", b"~"}:
            return "rdf12-not-supported", _RDF_12.format(text.decode()), token.start()
    return None


_RDF_12 = "“{}” is of RDF 1.2, and RDF 1.1 is read here."


def _json(content: bytes) -> _Refusal | None:
    """Depth, contexts to be fetched, and IRIs that a reader of JSON-LD would drop in silence."""
    walk = _JsonWalk()
    for token in _JSON_TOKEN.finditer(content):
        if (refusal := walk.step(token.group())) is not None:
            return *refusal, token.start()
    return None


class _JsonWalk:
    """Where in a document of JSON one is: inside which objects and arrays, under which key."""

    def __init__(self) -> None:
        self._stack: list[tuple[bool, str | None]] = []
        self._key: str | None = None

    def step(self, token: bytes) -> tuple[str, str] | None:
        """Go on by one token; what is wrong with it, as slug and reason."""
        if token[:1] == b'"':
            return self._string(_text(token))
        if token in {b"{", b"["}:
            self._stack.append((token == b"{", self._key))
            if token == b"{":
                self._key = None
            if len(self._stack) > MAX_JSON_DEPTH:
                return "too-deep", too_deep("Objects and arrays", MAX_JSON_DEPTH)
        elif token == b"null":
            if self._key == "@base":
                return "malformed-rdf", "without a base, relative IRIs get lost."
        else:
            if token != b"," and self._stack:
                self._stack.pop()
            in_array = self._stack and not self._stack[-1][0]
            self._key = self._stack[-1][1] if in_array else None
        return None

    def _string(self, text: str) -> tuple[str, str] | None:
        is_key = self._stack and self._stack[-1][0] and self._key is None
        if not is_key:
            return _wrong_value(self._key, text)
        self._key = text
        return _wrong_iri(text) if _IRI.match(text) else None


def _wrong_value(key: str | None, value: str) -> tuple[str, str] | None:
    """What is wrong with a text of JSON, by the key under which it stands."""
    if key in {"@context", "@import"}:
        shown = value[:80]
        reason = f"the context “{shown}” would be fetched; give it here, as an object."
        return "remote-context", reason
    return _wrong_iri(value) if key in _IRI_KEYS else None


def _wrong_iri(value: str) -> tuple[str, str] | None:
    found = _NOT_IN_IRI.search(value)
    if found is None:
        return None
    return "malformed-rdf", f"the IRI “{value[:80]}” holds the character {found.group()!r}."


def _text(token: bytes) -> str:
    """A string of JSON without its quotes; as it stands where it cannot be read."""
    if b"\\" not in token:
        return token[1:].removesuffix(b'"').decode()
    try:
        return str(json.loads(token)).encode("utf-8", "replace").decode()
    except ValueError:
        return token.decode()


_LOOKS: MappingProxyType[str, Callable[[bytes], _Refusal | None]] = MappingProxyType(
    {TURTLE: _turtle, N_TRIPLES: _turtle, RDF_XML: _xml, JSON_LD: _json}
)

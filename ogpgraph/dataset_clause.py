"""The graphs that the text of a query names in FROM and FROM NAMED.

They are read off the tokens before the query is parsed, as the engine would read them. Where that
cannot be said for sure, nothing is: the engine then goes by the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from ogpgraph.errors import BadRequest
from ogpgraph.gate import Token, tokens
from ogpgraph.terms import iri

_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BEHIND_BACKSLASH = re.compile(r"\\(.)")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_JOINABLE = re.compile(r"https?://(?!.*/\.)[^/?#;]+(?:/[^/?#;]+)*+/?(?:\?[^#]+)?(?:#[^#]+)?")
"""An IRI against which the library resolves a relative one as the engine does: none with steps."""
_RELATIVE = re.compile(r"(?://[^/?#;:]+)?/?(?:[^/?#;:]+/)*+[^/?#;:]*(?:\?[^#]+)?(?:#[^#]+)?")
"""A relative IRI of which the same is true: none with `;` or with empty parts."""
_FORM = re.compile(r"(SELECT|ASK|CONSTRUCT|DESCRIBE)(.*)", re.IGNORECASE | re.DOTALL)
_OPENING, _CLOSING = frozenset("({["), frozenset(")}]")


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """IRIs as they are named, in order and repeated where the text repeats them."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


class _Doubt(Exception):
    """The engine may read it in another way."""


def dataset_clause(text: str, base: str | None = None) -> DatasetClause | None:
    """What a query says its dataset is; None where it says nothing, or not for sure.

    Args:
        text: SPARQL, well formed or not.
        base: what the engine resolves relative IRIs against where the text has no BASE.
    """
    if "from" not in text.lower():
        return None
    reader = _Reader(text, base)
    try:
        reader.read()
    except _Doubt:
        return None
    if not (reader.default_graphs or reader.named_graphs):
        return None
    return DatasetClause(tuple(reader.default_graphs), tuple(reader.named_graphs))


@dataclass
class _Reader:
    """Reads the tokens of a query up to its pattern."""

    text: str
    base: str | None
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._tokens: Iterator[Token] = tokens(self.text)
        self._prefixes: dict[str, str | None] = {}

    def read(self) -> None:
        """Find the clauses.

        Raises:
            _Doubt: they cannot be told, or the text ends before its pattern.
        """
        form, rest = self._prologue()
        begun = bool(rest) and self._clause(Token("name", rest, 0))
        template, depth = form == "CONSTRUCT" and not begun, 0
        while True:
            token = self._next()
            if depth == 0 and token.part == "{" and not template:
                return
            if token.kind == "mark":
                depth += (token.part in _OPENING) - (token.part in _CLOSING)
                template = template and (depth > 0 or token.part != "}")
            elif depth == 0 and token.kind == "name" and self._clause(token):
                template = False
            elif depth and token.kind == "iri" and any(mark in token.part for mark in "()'#"):
                raise _Doubt  # it may be less-than

    def _prologue(self) -> tuple[str, str]:
        """Read BASE and PREFIX; the form of the query, and what is written to it without space."""
        while True:
            token = self._next()
            word = token.part.upper()
            if word == "BASE":
                self.base = self._iri(self._next())
            elif word == "PREFIX" or (word.startswith("PREFIX") and word.endswith(":")):
                name = self._next().part if word == "PREFIX" else token.part[len("PREFIX") :]
                self._declare(name, self._next())
            elif token.kind == "name" and (form := _FORM.fullmatch(token.part)):
                return form[1].upper(), form[2]
            else:
                raise _Doubt

    def _declare(self, name: str, token: Token) -> None:
        if not name.endswith(":") or token.kind != "iri":
            raise _Doubt
        try:
            self._prefixes[name[:-1]] = self._iri(token)
        except _Doubt:  # perhaps it is not used
            self._prefixes[name[:-1]] = None

    def _clause(self, token: Token) -> bool:
        """Read a clause if one begins with this token."""
        word, name = token.part[:4].upper(), token.part[4:]
        prefix, colon, _ = token.part.partition(":")
        if word != "FROM" or (colon and prefix in self._prefixes):  # a thing to DESCRIBE
            return False
        graphs = self.default_graphs
        following = Token("name", name, token.start) if name else self._next()
        if self._is_named(following):
            graphs, name = self.named_graphs, following.part[len("NAMED") :]
            following = Token("name", name, following.start) if name else self._next()
        graphs.append(self._iri(following))
        return True

    def _is_named(self, token: Token) -> bool:
        """Whether it is NAMED, perhaps with a prefixed name behind it and no space between."""
        prefix, _, _ = token.part.partition(":")
        named = token.kind == "name" and prefix.upper().startswith("NAMED")
        return named and (":" not in token.part or prefix not in self._prefixes)

    def _iri(self, token: Token) -> str:
        """The absolute IRI that a token stands for.

        Raises:
            _Doubt: it is none, or only the engine can tell which.
        """
        if token.kind == "iri":
            return self._absolute(_CODE.sub(_character, token.part[1:-1]))
        prefix, colon, local = token.part.partition(":")
        namespace = self._prefixes.get(prefix)
        if token.kind != "name" or not colon or namespace is None:
            raise _Doubt
        return _checked(namespace + _BEHIND_BACKSLASH.sub(r"\1", local))

    def _absolute(self, reference: str) -> str:
        if _ABSOLUTE.match(reference):
            return _checked(reference)
        base = self.base or ""
        if not (_RELATIVE.fullmatch(reference) and _JOINABLE.fullmatch(base)):
            raise _Doubt
        return _checked(urljoin(base, reference) if reference else base.partition("#")[0])

    def _next(self) -> Token:
        token = next(self._tokens, None)
        if token is None or token.part in {"\\", '"', "'"}:
            raise _Doubt
        return token


def _checked(name: str) -> str:
    try:
        return iri(name).value
    except BadRequest as error:
        raise _Doubt from error


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004  # the last one of Unicode

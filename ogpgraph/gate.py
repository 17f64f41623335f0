"""What can be said of a query before it is parsed: its form, its size, what is not allowed.

One pass over the tokens, linear in the text, without recursion. It gives clear messages early;
what keeps the service safe is that queries run in killable workers without network.

The engine's parser has no tokens: it takes `1SERVICE<x>{}`, `trueSERVICE…` and `SERVICEex:x{}`,
and tries another reading where one fails. So SERVICE is looked for in every word, and wherever
two readings are possible the one with SERVICE in it is assumed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.errors import Forbidden, MalformedQuery, TooComplex, TooLarge

MAX_QUERY_BYTES = 64 * 1024
MAX_UPDATE_BYTES = 1024 * 1024
MAX_DEPTH = 64
MAX_GRAPHS = 100
"""Graphs that a query may name in FROM, or a request beside it."""

# The classes of characters of SPARQL 1.1, section 19.8 (PN_CHARS_BASE and what is built on it).
_BASE = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_IN_VARIABLE = _BASE + r"_0-9\u00b7\u0300-\u036f\u203f\u2040"
_IN_NAME = _IN_VARIABLE + r"\-"
_HEX = "[0-9A-Fa-f]"
_CODE = rf"\\u{_HEX}{{4}}|\\U{_HEX}{{8}}"
_ESCAPE = rf"\\[tbnrf\\\"']|{_CODE}"
_QUOTED = rf"%{_HEX}{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%]"

# Possessive (`++`): nothing is tried twice, so each character is read a bounded number of times.
# A local name has one dot, or dots beside one another, where the engine's parser ends it: at the
# second in `ex:a.b.c`.
_PREFIX = rf"[{_BASE}][{_IN_NAME}]*+(?:\.++[{_IN_NAME}]++)*+"
_LOCAL = (
    rf"(?:(?:[{_BASE}_0-9:]|{_QUOTED})(?:[{_IN_NAME}:]|{_QUOTED})*+"
    rf"(?:\.++(?:[{_IN_NAME}:]|{_QUOTED})++)?+)?+"
)
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:[\x20\t\r\n]++|\#[^\n\r]*+)++)
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_CODE})*+>)
  | (?P<string>\"{{3}}(?:\"{{0,2}}(?:[^"\\]|{_ESCAPE}))*+\"{{3}}
      | '{{3}}(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+'{{3}}
      | \"(?!\"\")(?:[^"\\\n\r]|{_ESCAPE})*+\" | '(?!'')(?:[^'\\\n\r]|{_ESCAPE})*+')
  | (?P<variable>[?$][{_IN_VARIABLE}]++)
  | (?P<blank>_:[{_IN_NAME}.]++)
  | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
  | (?P<name>{_PREFIX}(?::{_LOCAL})?+|:{_LOCAL})
  | (?P<number>[0-9]++(?:\.[0-9]*+)?+(?:[eE][+-]?[0-9]++)?+|\.[0-9]++(?:[eE][+-]?[0-9]++)?+)
  | (?P<mark><<(?![A-Za-z][A-Za-z0-9+.\-]*+://[^<>"{{}}|^`\\\x00-\x20]*+>)|&&|\|\||\^\^|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NO_CHARACTER = re.compile(r"\\u[dD][89A-Fa-f]|\\U0000[dD][89A-Fa-f]|\\U(?!000|0010)")
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_WITH_PATH = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:(?://[^/?#\\]*[/?#]|[^/\\])[^\\]*>")
"""An IRI to which a name can be added: `http://x:80` is none, as `http://x:80SERVICE` is no IRI."""
_CLIMBS = re.compile(r"\\|/\.\.?(?:[/?#]|$)|%2[ef]|%5c", re.IGNORECASE)
"""What may lead out of a path: steps upwards, and escapes of them."""
_CHANGING = ("NOW", "RAND", "UUID", "BNODE")  # and so STRUUID

_FORMS = MappingProxyType(
    {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
)
_UPDATES = frozenset(
    "INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split()  # noqa: SIM905
)
_SEPARATORS, _STEPS = "statement separators (. ; ,)", "path steps and divisions (/)"
_LIMITS = MappingProxyType(
    {
        "FILTER": 200,
        "OPTIONAL": 100,
        "UNION": 100,
        "MINUS": 100,
        "BIND": 200,
        "EXISTS": 50,
        "SELECT": 50,
        "GRAPH": 100,
        "FROM": MAX_GRAPHS,
        _SEPARATORS: 400,
        _STEPS: 200,
        "operators": 2_000,
        "terms and words": 12_000,
    }
)
_UPDATE_LIMITS = MappingProxyType(
    _LIMITS
    | {
        "GRAPH": 1_000,
        _SEPARATORS: 200_000,
        _STEPS: 10_000,
        "operators": 50_000,
        "terms and words": 500_000,
    }
)
"""An update names its data one by one; what makes the engine nest is limited as in a query."""
_CLOSES = MappingProxyType({")": "(", "]": "[", "}": "{"})
_UNARY = frozenset("!^+-")
_OPERATORS = frozenset({"+", "-", "*", "|", "^", "!", "=", "||", "&&", "<", ">"})
_SERVICE = "service"


def answer_kind(text: str) -> str:
    """The kind of a query's answer: “solutions”, “boolean” or “graph”.

    Raises:
        MalformedQuery: the text is no query: an update, or nothing known.
    """
    return _FORMS[query_form(text)]


def query_form(text: str) -> str:
    """The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE.

    Raises:
        MalformedQuery: the text is no query: an update, or nothing known.
    """
    for match in _TOKEN.finditer(text):
        word = match.group().upper() if match.lastgroup == "name" else ""
        if word in _FORMS:
            return word
        if word in _UPDATES:
            raise _malformed("The text is an update, not a query.", text, match.start())
    message = "The text is not a query: none of SELECT, ASK, CONSTRUCT, DESCRIBE."
    raise _malformed(message, text, len(text))


def changes_each_time(text: str) -> bool:
    """Whether a query may have another answer on the same data: it calls NOW, RAND or the like.

    It says so too often rather than too seldom: also of a query with a SERVICE, of a string with
    such a word, and where `<…>` may have been less-than.
    """
    words = (*_CHANGING, _SERVICE.upper())
    if not any(word in text.upper() for word in words):
        return False
    called = False
    for match in _TOKEN.finditer(text):
        kind, part = match.lastgroup, match.group()
        if kind == "space":
            continue
        if called and part == "(":
            return True
        called = kind != "variable" and part.upper().endswith(_CHANGING)
        hidden = kind == "iri" and not _ABSOLUTE.match(part) and any(c in part for c in "'#()")
        hidden = hidden or (kind == "string" and any(word in part.upper() for word in words))
        if hidden or part.upper() == words[-1]:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text, its kind (a group of the pattern above) and where it begins."""

    kind: str
    part: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends (exclusive)."""
        return self.start + len(self.part)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without space and comments."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match.group(), match.start())


def inspect(text: str, *, service_allow: Sequence[str] = (), update: bool = False) -> None:
    """Look through a query or an update from outside.

    Args:
        text: SPARQL text.
        service_allow: beginnings of the IRIs that SERVICE may name, each to its last `/`; none
            by default.
        update: whether it is an update, which may be longer.

    Raises:
        TooLarge: it is over `MAX_QUERY_BYTES`, or `MAX_UPDATE_BYTES`.
        MalformedQuery: it is not Unicode, has a string without end, or RDF 1.2 triple terms.
        Forbidden: it asks for SERVICE where that is not allowed, or may do so.
        TooComplex: it is nested too deep, or has too much of something.
    """
    if update:
        _check_text(text, MAX_UPDATE_BYTES, "update")
    else:
        _check_text(text, MAX_QUERY_BYTES, "query")
    reading = _Reading(text, tuple(service_allow), _UPDATE_LIMITS if update else _LIMITS)
    for match in _TOKEN.finditer(text):
        reading.take(str(match.lastgroup), match.group(), match.start())
        if update and reading.doubt:
            message = "“<…>” may be an IRI or less-than here; put a space behind “<” if it is that."
            raise _malformed(message, text, match.start())


def _check_text(text: str, limit: int, what: str) -> None:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise MalformedQuery(f"The {what} holds half of a surrogate pair.") from error
    if size > limit:
        raise TooLarge(f"The {what} is over {limit} bytes.", limit=limit)
    if "\0" in text:
        raise MalformedQuery(f"The {what} holds a NUL character.")


def _malformed(message: str, text: str, position: int) -> MalformedQuery:
    line = text.count("\n", 0, position) + 1
    return MalformedQuery(message, line=line, column=position - text.rfind("\n", 0, position))


class _Reading:
    """What has been seen of a text, token by token."""

    def __init__(self, text: str, allowed: tuple[str, ...], limits: Mapping[str, int]) -> None:
        self._counts: Counter[str] = Counter()
        self._limits = limits
        self._text = text
        self._allowed = allowed
        self._open: list[str] = []
        self._unary = 0
        self._before = ("mark", "")
        self._short: set[str] = set()
        """Prefixes to whose IRI not every name can be added: the engine then ends it there."""
        self.doubt = False
        """Whether some `<…>` may have been less-than and not an IRI: then strings and comments
        behind it may be none."""
        self._service = False
        """Whether the name of an allowed service is still to come."""
        self._suspect = False
        """Whether a `{` would show that the word before it was SERVICE and a name in one."""

    def take(self, kind: str, part: str, position: int) -> None:
        """Go on by one token."""
        if kind == "iri":
            self.doubt = self.doubt or self._may_be_less_than(part)
        if kind != "space":
            self._follow(kind, part)
        if _SERVICE in part.lower():
            self._look_at_service(kind, part)
        if kind == "space":  # and comments
            return
        if kind == "mark":
            self._mark(part, position)
        else:
            self._unary = 0
            self._count(kind, part)
        if kind == "string" and _NO_CHARACTER.search(part.replace("\\\\", "")):
            raise _malformed("An escape in a string is no character.", self._text, position)
        if kind == "iri" and self._before[0] == "name" and self._before[1].endswith(":"):
            self._declare(self._before[1][:-1], part)
        self._before = (kind, part)

    def _may_be_less_than(self, part: str) -> bool:
        """Whether `<…>` behind an operand may hold a quote, a comment or brackets.

        With `//` in it it does not parse as anything but an IRI, and without brackets, quotes
        and `#` both readings go on in the same way.
        """
        kind, before = self._before
        operand = kind != "mark" or before in _CLOSES
        inside = bool(self._open) and self._open[-1] == "("
        return (
            inside
            and operand
            and not _ABSOLUTE.match(part)
            and any(mark in part for mark in "'#()[]")
        )

    def _declare(self, prefix: str, part: str) -> None:
        if not _WITH_PATH.fullmatch(part):
            self._short.add(prefix)
            if prefix.lower().startswith("prefix"):  # PREFIXex:<…> is taken, too
                self._short.add(prefix[len("prefix") :])

    def _follow(self, kind: str, part: str) -> None:
        """What the token says of a SERVICE before it."""
        if self._suspect and part == "{":
            raise self._forbidden()
        self._suspect = False
        if not self._service or (kind == "name" and part.upper() == "SILENT"):
            return
        if kind != "iri" or not part[1:].startswith(self._allowed) or _CLIMBS.search(part[1:-1]):
            raise self._forbidden()
        self._service = False

    def _look_at_service(self, kind: str, part: str) -> None:
        """Tell data with these letters from what the engine takes for the keyword."""
        if self.doubt:
            raise self._forbidden()
        if kind != "name":
            return
        prefix, colon, local = part.partition(":")
        if not colon:
            if part.lower() != _SERVICE or not self._allowed:
                raise self._forbidden()
            self._service = True
        elif "{" in self._open:
            short = any(prefix.endswith(one) for one in self._short)
            plain = local.isascii() and "\\" not in local and "%" not in local
            if _SERVICE in local.lower() and (short or not plain):
                raise self._forbidden()
            names_a_graph = self._before[1].upper() in {"GRAPH", "NAMED", "FROM"}
            self._suspect = _SERVICE in prefix.lower() and not names_a_graph

    def _forbidden(self) -> Forbidden:
        known = ", ".join(self._allowed) or "none"
        return Forbidden(
            f"SERVICE is not evaluated here (allowed: {known}). Ask the other endpoint yourself, "
            "or name this one in a SERVICE of a query that you run.",
            slug="federation-disabled",
        )

    def _mark(self, part: str, position: int) -> None:
        if part == "<<":
            raise _malformed(
                "Triple terms (<<) of RDF 1.2 are not supported.", self._text, position
            )
        if part in "\"'\\":
            raise _malformed("A string does not end, or has a wrong escape.", self._text, position)
        self._nest(part)
        if part in ".;" or (part == "," and self._open[-1:] != ["("]):
            self._add(_SEPARATORS)
        elif part == "/":
            self._add(_STEPS)
        elif part in _OPERATORS:
            self._add("operators")

    def _nest(self, part: str) -> None:
        opener = _CLOSES.get(part)
        if part in _CLOSES.values():
            self._open.append(part)
        elif opener == "{" and opener in self._open:  # what was left open inside ends with it
            while self._open.pop() != opener:
                pass
        elif opener and self._open[-1:] == [opener]:
            self._open.pop()
        self._unary = self._unary + len(part) if part[0] in _UNARY else 0  # ^^ is two
        if (depth := max(len(self._open), self._unary)) > MAX_DEPTH:
            raise TooComplex("nesting", limit=MAX_DEPTH, found=depth)

    def _count(self, kind: str, part: str) -> None:
        self._add("terms and words")
        if kind == "name" and ":" not in part:
            for word in part.upper().split("."):  # a statement may end without a space
                if word in self._limits:
                    self._add(word)

    def _add(self, what: str) -> None:
        self._counts[what] += 1
        if self._counts[what] > self._limits[what]:
            raise TooComplex(what, limit=self._limits[what], found=self._counts[what])

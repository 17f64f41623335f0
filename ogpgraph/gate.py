"""What can be said of a query before it is parsed: its form, its size, what is not allowed.

One pass over the tokens, linear in the text, without recursion. It gives clear messages early;
what keeps the service safe is that queries run in killable workers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType

from ogpgraph.errors import Forbidden, MalformedQuery, TooComplex, TooLarge

MAX_QUERY_BYTES = 64 * 1024
MAX_DEPTH = 64

_TOKEN = re.compile(
    r"""
    (?P<space>[\x20\t\r\n]+|\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"{3}(?:[^"\\]|\\.|\"(?!\"\"))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
      | \"(?:[^"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<word>@?[^\W\d_][\w.-]*(?<!\.)(?P<colon>:)?[\w.:%\\~-]*|:[\w.:%\\~-]*|_:[\w.-]*)
  | (?P<number>\d[\w.]*)
  | (?P<mark><<|&&|\|\||\^\^|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = MappingProxyType(
    {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "graph", "DESCRIBE": "graph"}
)
_UPDATES = frozenset(
    "INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split()  # noqa: SIM905
)
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
        "FROM": 200,
        "statement separators (. ;)": 400,
        "operators": 2_000,
        "terms": 12_000,
    }
)
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
_OPERATORS = frozenset({"+", "-", "*", "/", "|", "^", "!", "=", "||", "&&", "<", ">"})


def answer_kind(text: str) -> str:
    """The kind of a query's answer: “solutions”, “boolean” or “graph”.

    Raises:
        MalformedQuery: the text is no query: an update, or nothing known.
    """
    for match in _TOKEN.finditer(text):
        word = match.group().upper()
        if match.lastgroup in {"word", "colon"} and word in _FORMS:
            return _FORMS[word]
        if match.lastgroup in {"word", "colon"} and word in _UPDATES:
            raise MalformedQuery("The text is an update, not a query.")
    raise MalformedQuery("The text is not a query: none of SELECT, ASK, CONSTRUCT, DESCRIBE.")


def inspect(text: str, *, service_allow: Sequence[str] = ()) -> None:
    """Look through a query from outside.

    Args:
        text: SPARQL text.
        service_allow: IRI prefixes that SERVICE may name; none by default.

    Raises:
        TooLarge: it is over `MAX_QUERY_BYTES`.
        MalformedQuery: it is not Unicode, or has RDF 1.2 triple terms.
        Forbidden: it asks for SERVICE where that is not allowed.
        TooComplex: it is nested too deep, or has too much of something.
    """
    _check_text(text)
    depth, service = 0, False
    counts: Counter[str] = Counter()
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "colon":
            kind = "word"
        if kind == "space":
            continue
        if service:
            service = _check_service(kind, token, service_allow)
        if kind == "mark":
            depth = _nest(token, depth, text, match.start())
            _count_mark(token, counts)
        elif kind == "word" and ":" not in token:
            word = token.upper()
            service = word == "SERVICE"
            if word in _LIMITS:
                counts[word] += 1
        else:
            counts["terms"] += 1
    for what, count in counts.items():
        if count > _LIMITS[what]:
            raise TooComplex(what, limit=_LIMITS[what], found=count)


def _check_text(text: str) -> None:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise MalformedQuery("The query holds half of a surrogate pair.") from error
    if size > MAX_QUERY_BYTES:
        raise TooLarge(f"The query is over {MAX_QUERY_BYTES} bytes.", limit=MAX_QUERY_BYTES)
    if "\0" in text:
        raise MalformedQuery("The query holds a NUL character.")


def _check_service(kind: str | None, token: str, allowed: Sequence[str]) -> bool:
    """Whether the name of the service is still to come (after SILENT)."""
    if kind == "word" and token.upper() == "SILENT":
        return True
    if kind == "iri" and any(token[1:].startswith(prefix) for prefix in allowed):
        return False
    known = ", ".join(allowed) or "none"
    raise Forbidden(
        f"SERVICE is not evaluated here (allowed: {known}). Ask the other endpoint yourself, "
        "or name this one in a SERVICE of a query that you run.",
        slug="federation-disabled",
    )


def _nest(mark: str, depth: int, text: str, position: int) -> int:
    if mark == "<<":
        line = text.count("\n", 0, position) + 1
        raise MalformedQuery("Triple terms (<<) of RDF 1.2 are not supported.", line=line)
    depth += (mark in _OPEN) - (mark in _CLOSE)
    if depth > MAX_DEPTH:
        raise TooComplex("nesting", limit=MAX_DEPTH, found=depth)
    return depth


def _count_mark(token: str, counts: Counter[str]) -> None:
    if token in {".", ";"}:
        counts["statement separators (. ;)"] += 1
    elif token in _OPERATORS:
        counts["operators"] += 1

"""Stored queries: SPARQL files that say what they answer, and take typed parameters.

A file begins with a header of `#+` lines; the rest is the query, runnable as it stands.

    #+ question: 3                                         a competency question's number
    #+ title@en: Commitments of a country, in order        title and description: es and en
    #+ description@es: Todos los compromisos de un país,
    #+   en el orden de sus números.                       two spaces more: the line goes on
    #+ param country: iri(country) required example HND    or: optional, or: default TEXT
    #+ param country@en: The country, by its code or IRI.  each parameter too: es and en
    …
      VALUES ?country { <https://…/id/country/HND> }  #= country

Types are iri(KIND), string, integer, decimal and language. A parameter is bound by putting one
RDF term between the braces of every line marked `#= name`, and nowhere else; as the file
stands, they hold the default, the example, or UNDEF for an optional parameter.
Files of `checks/` have the header keys severity and message, those of `rules/` title and
description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from ogpgraph.errors import BadRequest, BadStoredQuery, MalformedQuery
from ogpgraph.gate import query_form
from ogpgraph.iris import Names
from ogpgraph.query_header import Header, Rewrite, Texts
from ogpgraph.terms import XSD, iri, literal
from ogpgraph.vocab import SDG

MAX_VALUE = 2000
"""Characters of a parameter's value at most."""

_TYPES = ("iri", "string", "integer", "decimal", "language")
_DECLARATION = re.compile(
    r"(?P<type>[a-z]+)(?:\((?P<kind>[a-z-]+)\))?"
    r" (?:(?P<optional>optional)|default (?P<default>\S+)|required example (?P<example>\S+))"
)
_SLOT = re.compile(r"^ *VALUES \?(\w+) \{ (.*) \}  #= (\w+)$", re.MULTILINE)
_SHORT_IRI = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~/-]*[A-Za-z0-9])?")
_IRI_TEXT = (
    r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef]|%[0-9A-Fa-f]{2})*"
)
_FULL_IRI = re.compile(
    rf"(?:https?://[A-Za-z0-9.-]+(?::[0-9]{{1,5}})?(?=[/?#]|$)|urn:[a-z0-9][a-z0-9-]+:)"
    rf"{_IRI_TEXT}(?:\?{_IRI_TEXT})?(?:#{_IRI_TEXT})?"
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{1,18})?|\.[0-9]{1,18})")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_HEADER = re.compile(r"\A(?:#\+.*\n)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def iri_prefixes(names: Names | None = None) -> dict[str, str]:
    """Kind of an iri parameter -> what a short id is put behind, under a deployment's base."""
    names = names or Names()
    things = ("country", "plan", "commitment", "institution")
    schemes = ("branch", "policy-area", "ogp-value", "claim-field", "focus")
    table = {kind: names.thing(kind, "") for kind in things}
    table |= {kind: names.concept(kind, "") for kind in schemes}
    table |= {"goal": SDG, "target": SDG}
    return table | {"resource": f"{names.base}id/", "property": names.term("")}


@dataclass(frozen=True)
class Parameter:
    """One typed parameter of a stored query.

    `kind` is one of iri, string, integer, decimal, language; `resource` says, for an iri, of
    what kind the thing is, and is a key of `prefixes`. `default` and `example` are values as a
    caller would write them; a parameter that is not required and has no default may be unbound.
    """

    name: str
    kind: str
    resource: str | None
    required: bool
    default: str | None
    example: str | None
    descriptions: Texts
    prefixes: Mapping[str, str] = field(repr=False)

    def term(self, text: str) -> str:
        """The N-Triples form of the term that a value stands for: one line of valid SPARQL.

        Raises:
            BadRequest: the value is not of the parameter's type; the message says what is.
        """
        if len(text) > MAX_VALUE:
            raise self._refuse(f"longer than {MAX_VALUE} characters")
        if self.kind == "iri":
            return self._iri(text)
        if self.kind == "string":
            return self._string(text)
        pattern, wanted = {
            "integer": (_INTEGER, "an integer such as 16"),
            "decimal": (_DECIMAL, "a decimal number such as 0.5"),
            "language": (_LANGUAGE, "a language tag such as es or en"),
        }[self.kind]
        if not pattern.fullmatch(text):
            raise self._refuse(f"not {wanted}", text)
        if self.kind == "language":
            return str(literal(text.lower()))
        return str(literal(text, datatype=XSD + self.kind))

    def unbound(self) -> str:
        """What stands in the query when no value is given: the default's term, or UNDEF.

        Raises:
            BadRequest: the parameter is required.
        """
        if self.required:
            example = f", for example {self.name}={self.example}" if self.example else ""
            raise BadRequest(
                f"The parameter {self.name} is required{example}.", parameter=self.name
            )
        return "UNDEF" if self.default is None else self.term(self.default)

    def as_written(self) -> str:
        """What the file's own text must hold: the term of the example or default, or UNDEF."""
        value = self.example if self.required else self.default
        return "UNDEF" if value is None else self.term(value)

    def _iri(self, text: str) -> str:
        if _FULL_IRI.fullmatch(text):
            return str(iri(text))
        if not _SHORT_IRI.fullmatch(text):
            raise self._refuse(f"neither an IRI nor the id of a {self.resource}", text)
        return str(iri(self.prefixes[self.resource or ""] + text))

    def _string(self, text: str) -> str:
        if found := _CONTROL.search(text):
            raise self._refuse(f"a text with the control character {found.group()!r}")
        # Some engines replace \uXXXX before they read strings, so none may arise from a value:
        # the u after a backslash is itself written as an escape.
        return re.sub(r"\\\\(u|U)", _escape_u, str(literal(text)))

    def _refuse(self, what: str, text: str | None = None) -> BadRequest:
        value = f" “{text[:80]}”" if text is not None else ""
        return BadRequest(f"The parameter {self.name}{value} is {what}.", parameter=self.name)


def _escape_u(match: re.Match[str]) -> str:
    return f"\\\\\\U{ord(match.group(1)):08X}"


@dataclass(frozen=True)
class _Slot:
    """Where a parameter's term stands in the text: characters start (inclusive) to end."""

    parameter: str
    start: int
    end: int


@dataclass(frozen=True)
class StoredQuery:
    """A query with its question's number (None: not one of the 25), texts and parameters."""

    name: str
    question: int | None
    titles: Texts
    descriptions: Texts
    parameters: tuple[Parameter, ...]
    text: str = field(repr=False)
    slots: tuple[_Slot, ...] = field(repr=False)

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE."""
        return query_form(self.text)

    def bind(self, values: Mapping[str, str]) -> str:
        """The query with these values as RDF terms in its VALUES blocks.

        An empty value is as good as none.

        Raises:
            BadRequest: a parameter is unknown, is missing, or its value is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise BadRequest(
                    f"{self.name} has no parameter “{name[:80]}”.",
                    known=sorted(known),
                    parameter=name,
                )
        terms = {
            name: parameter.term(values[name]) if values.get(name) else parameter.unbound()
            for name, parameter in known.items()
        }
        parts, position = [], 0
        for slot in self.slots:
            parts += [self.text[position : slot.start], terms[slot.parameter]]
            position = slot.end
        return "".join((*parts, self.text[position:]))


@dataclass(frozen=True)
class Check:
    """A query whose every row is a finding: ?focus ?path ?value.

    `severity` is "violation" or "warning"; messages hold `{?value}` where the value belongs.
    """

    name: str
    severity: str
    messages: Texts
    text: str = field(repr=False)

    def message(self, language: str, value: str) -> str:
        """The message of one finding, in es or en."""
        return self.messages[language].replace("{?value}", value)


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT query that does not read what others give, so one pass suffices."""

    name: str
    titles: Texts
    descriptions: Texts
    text: str = field(repr=False)


class StoredQueries(Mapping[str, StoredQuery]):
    """The stored queries of a directory by name: the numbered ones first, in their order.

    Raises:
        BadStoredQuery: a file is malformed, or two answer the same question.
    """

    def __init__(
        self,
        directory: Path,
        *,
        prefixes: Mapping[str, str] | None = None,
        rewrite: Rewrite = str,
    ) -> None:
        queries = [
            load_stored_query(path, prefixes=prefixes, rewrite=rewrite)
            for path in sorted(directory.glob("*.rq"))
        ]
        queries.sort(key=lambda query: (query.question is None, query.question or 0, query.name))
        for query, following in pairwise(queries):
            if query.question is not None and query.question == following.question:
                raise BadStoredQuery(
                    f"{query.name} and {following.name} both answer question {query.question}.",
                    file=str(directory / f"{following.name}.rq"),
                )
        self._queries = MappingProxyType({query.name: query for query in queries})

    def __getitem__(self, name: str) -> StoredQuery:
        return self._queries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def near(self, name: str) -> list[str]:
        """The names most like one that is not there; all of them where none is like it."""
        return get_close_matches(name[:100], self, n=5) or list(self)


def without_header(text: str) -> str:
    """A stored query's text, bound or as it stands, from the line after its header."""
    return _HEADER.sub("", text, count=1)


def load_stored_query(
    path: Path, *, prefixes: Mapping[str, str] | None = None, rewrite: Rewrite = str
) -> StoredQuery:
    """Read one stored query; `prefixes` defaults to those of the default base.

    Raises:
        BadStoredQuery: with the file and line of what is wrong.
    """
    header = Header(path, rewrite)
    table = MappingProxyType(dict(iri_prefixes() if prefixes is None else prefixes))
    question = header.take("question", required=False)
    if question is not None and not re.fullmatch(r"[1-9][0-9]?", question):
        raise header.error(f"question “{question}” is not a number", "question")
    titles, descriptions = header.texts("title"), header.texts("description")
    parameters = tuple(_parameter(header, name, table) for name in header.parameters())
    header.finish()
    try:
        query_form(header.text)
    except MalformedQuery as error:
        raise header.error(error.message.rstrip(".")) from error
    return StoredQuery(
        path.stem,
        int(question) if question else None,
        titles,
        descriptions,
        parameters,
        header.text,
        _slots(header, parameters),
    )


def load_checks(directory: Path, *, rewrite: Rewrite = str) -> tuple[Check, ...]:
    """The checks of a directory (`*-violation.rq`), by name.

    Raises:
        BadStoredQuery: with the file and line of what is wrong.
    """
    return tuple(_check(path, rewrite) for path in sorted(directory.glob("*-violation.rq")))


def load_rules(directory: Path, *, rewrite: Rewrite = str) -> tuple[Rule, ...]:
    """The rules of a directory, in the order of their names.

    Raises:
        BadStoredQuery: with the file and line of what is wrong.
    """
    return tuple(_rule(path, rewrite) for path in sorted(directory.glob("*.rq")))


def _check(path: Path, rewrite: Rewrite) -> Check:
    header = Header(path, rewrite)
    severity = header.take("severity") or ""
    if severity not in ("violation", "warning"):
        raise header.error(f"severity “{severity}” is not violation or warning", "severity")
    messages = header.texts("message")
    header.finish()
    return Check(path.stem.removesuffix("-violation"), severity, messages, header.text)


def _rule(path: Path, rewrite: Rewrite) -> Rule:
    header = Header(path, rewrite)
    titles, descriptions = header.texts("title"), header.texts("description")
    header.finish()
    return Rule(path.stem, titles, descriptions, header.text)


def _parameter(header: Header, name: str, prefixes: Mapping[str, str]) -> Parameter:
    key = f"param {name}"
    match = _DECLARATION.fullmatch(header.take(key) or "")
    if not match or match["type"] not in _TYPES or (match["type"] == "iri") != bool(match["kind"]):
        raise header.error("a parameter is “TYPE optional|default X|required example X”", key)
    if match["kind"] and match["kind"] not in prefixes:
        raise header.error(f"unknown kind of IRI “{match['kind']}”", key)
    parameter = Parameter(
        name,
        match["type"],
        match["kind"],
        match["example"] is not None,
        match["default"],
        match["example"],
        header.texts(key),
        prefixes,
    )
    try:
        parameter.as_written()
    except BadRequest as error:
        raise header.error(error.message.rstrip("."), key) from error
    return parameter


def _slots(header: Header, parameters: tuple[Parameter, ...]) -> tuple[_Slot, ...]:
    known = {parameter.name: parameter for parameter in parameters}
    slots = []
    for match in _SLOT.finditer(header.text):
        variable, written, name = match.groups()
        line = header.text.count("\n", 0, match.start()) + 1
        if name not in known or variable != name:
            raise header.error(f"the block of ?{variable} is marked “{name}”", line=line)
        if written != known[name].as_written():
            wanted = known[name].as_written()
            raise header.error(f"the block of ?{name} should hold {wanted}", line=line)
        slots.append(_Slot(name, *match.span(2)))
    if header.text.count("#= ") != len(slots):
        raise header.error("a “#= ” mark stands on a line that is not a VALUES block")
    for name in known.keys() - {slot.parameter for slot in slots}:
        raise header.error(f"no VALUES block is marked “#= {name}”", f"param {name}")
    return tuple(slots)

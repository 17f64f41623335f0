"""What can be said of a SPARQL update before it is run: its operations, and what they write.

An update is a sequence of operations with prologues between them. Each is cut out of the text
together with the prologues before it, at the same lines and columns, so that it can be run alone.
Templates and data have no nested braces but those of GRAPH: what is written is read off exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ogpgraph.errors import BadRequest, Forbidden, MalformedQuery, TooComplex
from ogpgraph.gate import Token, tokens
from ogpgraph.terms import iri

MAX_OPERATIONS = 100
_BETWEEN = frozenset({"ADD", "MOVE", "COPY"})
_MANY = frozenset({"ALL", "NAMED", "DEFAULT"})
_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_BEHIND_BACKSLASH = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its text, and the graphs that it may write.

    `graphs` are IRIs; with `any_graph` a variable names one, which only running it tells.
    `where` is where its pattern begins in the text, if it has one over all graphs.
    """

    text: str
    graphs: tuple[str, ...]
    any_graph: bool
    where: int | None = None


@dataclass(frozen=True, slots=True)
class Using:
    """The graphs of a request, as USING and USING NAMED would give them to every operation."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def clause(self) -> str:
        """The same as SPARQL text.

        Raises:
            BadRequest: one is not an absolute IRI.
        """
        plain = [f"USING {iri(one)}" for one in self.default_graphs]
        return " ".join([*plain, *(f"USING NAMED {iri(one)}" for one in self.named_graphs)])


def operations(text: str, using: Using | None = None) -> tuple[Operation, ...]:
    """The operations of an update, in order.

    Raises:
        MalformedQuery: it is no sequence of operations; line and column are given.
        Forbidden: an operation is not allowed here, or writes the default graph.
        BadRequest: the request names graphs, and the update does so too.
        TooComplex: there are more than `MAX_OPERATIONS`.
    """
    return tuple(_Reader(text, using.clause() if using else "").all())


@dataclass
class _Targets:
    """What one operation writes, as far as it has been read."""

    graphs: dict[str, None] = field(default_factory=dict)
    any_graph: bool = False

    def add(self, graph: str | None) -> None:
        if graph is None:
            self.any_graph = True
        else:
            self.graphs[graph] = None


class _Reader:
    """Reads the tokens of an update from left to right."""

    def __init__(self, text: str, using: str) -> None:
        self._text = text
        self._using = using
        self._tokens = list(tokens(text))
        self._at = 0
        self._prefixes: dict[str, str] = {}
        self._prologue: list[tuple[int, int]] = []

    def all(self) -> list[Operation]:
        found: list[Operation] = []
        while True:
            self._read_prologue()
            if self._peek() is None:
                break
            if len(found) == MAX_OPERATIONS:
                raise TooComplex("operations", limit=MAX_OPERATIONS, found=len(found) + 1)
            found.append(self._operation())
            if self._peek() is None:
                break
            self._mark(";")
        if not found:
            raise self._wrong("The text holds no operation of SPARQL Update")
        return found

    def _operation(self) -> Operation:
        begin = self._next("an operation of SPARQL Update")
        word = begin.part.upper() if begin.kind == "name" else ""
        if word == "LOAD":
            raise _not_allowed(word)
        if word in {"CLEAR", "DROP", "CREATE"}:
            return self._whole(begin, word)
        if word in _BETWEEN:
            return self._between(begin, word)
        if word in {"INSERT", "DELETE"} and self._word("DATA"):
            return self._cut(begin, self._quads(None))
        if word == "DELETE" and self._word("WHERE"):
            return self._deletion(begin)
        if word in {"INSERT", "DELETE", "WITH"}:
            return self._modification(begin, word)
        self._at -= 1
        raise self._wrong("An operation of SPARQL Update is expected (INSERT, DELETE, …)")

    def _whole(self, begin: Token, word: str) -> Operation:
        """CLEAR, DROP and CREATE: a graph that is empty is not there, and so never in the way."""
        silent = self._word("SILENT")
        token = self._next("GRAPH and the IRI of a graph")
        if token.part.upper() in _MANY:
            raise _not_allowed(f"{word} {token.part.upper()}")
        if token.part.upper() != "GRAPH":
            self._at -= 1
            raise self._wrong("GRAPH and the IRI of a graph are expected")
        targets = _Targets()
        targets.add(self._iri())
        cut = self._cut(begin, targets)
        if silent or word == "CREATE":
            return cut
        text = self._text[begin.end : self._tokens[self._at - 1].end]
        return replace(cut, text=self._placed(begin, f"{word} SILENT{text}"))

    def _between(self, begin: Token, word: str) -> Operation:
        """COPY, MOVE and ADD of one graph to another; what is moved is written, too."""
        self._word("SILENT")
        source = self._graph_or_default(word)
        if not self._word("TO"):
            raise self._wrong("TO is expected")
        targets = _Targets()
        targets.add(self._graph_or_default(word))
        if word == "MOVE":
            targets.add(source)
        return self._cut(begin, targets)

    def _graph_or_default(self, word: str) -> str:
        if self._word("DEFAULT"):
            raise _not_allowed(f"{word} of DEFAULT")
        self._word("GRAPH")
        return self._iri()

    def _deletion(self, begin: Token) -> Operation:
        """DELETE WHERE: the pattern is the template. USING needs the longer form of it."""
        opened = self._at
        targets = self._quads(None)
        if not self._using:
            return self._cut(begin, targets)
        first, last = self._tokens[opened], self._tokens[self._at - 1]
        block = self._text[first.start : last.end]
        text = f"DELETE {block} {self._using} WHERE {block}"
        return Operation(self._placed(begin, text), tuple(targets.graphs), targets.any_graph)

    def _modification(self, begin: Token, word: str) -> Operation:
        default = None
        if word == "WITH":
            self._refuse_both()
            default = self._iri()
            word = self._next("DELETE or INSERT").part.upper()
        targets, read = _Targets(), False
        for wanted in ("DELETE", "INSERT"):
            if word == wanted:
                _join(targets, self._quads(default))
                read, word = True, self._next("INSERT, USING or WHERE").part.upper()
        using = word == "USING" or bool(self._using)
        while word == "USING":
            self._refuse_both()
            self._word("NAMED")
            self._iri()
            word = self._next("USING or WHERE").part.upper()
        if not read or word != "WHERE":
            self._at -= 1
            raise self._wrong("DELETE {…} INSERT {…} WHERE {…} is expected")
        where = self._tokens[self._at - 1].start
        self._group()
        cut = self._cut(begin, targets, where)
        if using:
            return cut
        return replace(cut, where=len(cut.text) - (self._tokens[self._at - 1].end - where))

    def _quads(self, default: str | None) -> _Targets:
        """A block of triples and GRAPH blocks; those outside GRAPH go to `default`.

        Raises:
            Forbidden: there are some outside, and there is no `default`.
        """
        targets = _Targets()
        self._mark("{")
        while True:
            token = self._next("}")
            if token.part == "}":
                return targets
            if token.kind == "name" and token.part.upper() == "GRAPH":
                targets.add(self._graph_name())
                self._mark("{")
                while (inside := self._next("}")).part != "}":
                    self._refuse_brace(inside)
            elif token.part != ".":
                self._refuse_brace(token)
                if default is None:
                    raise _default_graph()
                targets.add(default)

    def _group(self) -> None:
        """A group of graph patterns, to its end."""
        self._mark("{")
        depth = 1
        while depth:
            part = self._next("}").part
            depth += (part == "{") - (part == "}")

    def _graph_name(self) -> str | None:
        """The IRI of a graph; None for a variable."""
        token = self._peek()
        if token is not None and token.kind == "variable":
            self._at += 1
            return None
        return self._iri()

    def _iri(self) -> str:
        token = self._next("an IRI")
        if token.kind == "iri":
            return self._absolute(_CODE.sub(_character, token.part[1:-1]))
        prefix, colon, local = token.part.partition(":")
        if token.kind == "name" and colon and prefix in self._prefixes:
            return self._absolute(self._prefixes[prefix] + _BEHIND_BACKSLASH.sub(r"\1", local))
        self._at -= 1
        if token.kind == "name" and colon:
            raise self._wrong(f"The prefix “{prefix}:” is not declared")
        raise self._wrong("The IRI of a graph is expected")

    def _namespace(self) -> str:
        """What a prefix stands for; relative, it makes no whole IRI of a graph."""
        token = self._next("an IRI")
        if token.kind != "iri":
            self._at -= 1
            raise self._wrong("An IRI is expected")
        return _CODE.sub(_character, token.part[1:-1])

    def _absolute(self, text: str) -> str:
        """A graph by its whole IRI: what a relative one means is for the engine to say."""
        try:
            return iri(text).value
        except BadRequest as error:
            self._at -= 1
            raise self._wrong(f"{error.message.rstrip('.')}; give it whole") from error

    def _read_prologue(self) -> None:
        while (token := self._peek()) is not None and token.kind == "name":
            word = token.part.upper()
            if word == "BASE":
                self._at += 1
                self._next("an IRI")
            elif word == "PREFIX":
                self._at += 1
                name = self._next("a prefix such as ogp:")
                if name.kind != "name" or not name.part.endswith(":"):
                    self._at -= 1
                    raise self._wrong("A prefix such as ogp: is expected")
                self._prefixes[name.part[:-1]] = self._namespace()
            else:
                return
            self._prologue.append((token.start, self._tokens[self._at - 1].end))

    def _cut(self, begin: Token, targets: _Targets, where: int | None = None) -> Operation:
        """The operation that ends here; USING of the request comes before `where`."""
        end = self._tokens[self._at - 1].end
        text = self._text[begin.start : end]
        if where is not None and self._using:
            at = where - begin.start
            text = f"{text[:at]}{self._using} {text[at:]}"
        return Operation(self._placed(begin, text), tuple(targets.graphs), targets.any_graph)

    def _placed(self, begin: Token, text: str) -> str:
        """The text of an operation behind all prologues, each part where it stood."""
        parts, at = [], 0
        for start, end in [*self._prologue, (begin.start, begin.start)]:
            parts += [_blank(self._text[at:start]), self._text[start:end]]
            at = end
        return "".join([*parts, text])

    def _refuse_both(self) -> None:
        if self._using:
            raise BadRequest(
                "using-graph-uri and using-named-graph-uri cannot be given for an update that has "
                "USING or WITH.",
                parameter="using-graph-uri",
            )

    def _refuse_brace(self, token: Token) -> None:
        if token.part == "{":
            self._at -= 1
            raise self._wrong("Only GRAPH <…> {…} may stand here")

    def _word(self, word: str) -> bool:
        """Whether the next token is this word; it is then read."""
        token = self._peek()
        found = token is not None and token.kind == "name" and token.part.upper() == word
        self._at += found
        return found

    def _mark(self, mark: str) -> None:
        if self._next(mark).part != mark:
            self._at -= 1
            raise self._wrong(f"“{mark}” is expected")

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self, wanted: str) -> Token:
        token = self._peek()
        if token is None:
            raise self._wrong(f"The update ends where {wanted} is expected")
        self._at += 1
        return token

    def _wrong(self, reason: str) -> MalformedQuery:
        token = self._peek()
        at = len(self._text) if token is None else token.start
        line = self._text.count("\n", 0, at) + 1
        column = at - self._text.rfind("\n", 0, at)
        message = f"The update does not parse at line {line}, column {column}: {reason}."
        return MalformedQuery(message, line=line, column=column)


def _join(targets: _Targets, more: _Targets) -> None:
    targets.graphs |= more.graphs
    targets.any_graph = targets.any_graph or more.any_graph


def _blank(text: str) -> str:
    """White space of the same lines, and of the same width on the last one."""
    lines = text.split("\n")
    return "\n" * (len(lines) - 1) + " " * len(lines[-1])


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004  # the last one of Unicode


def _not_allowed(what: str) -> Forbidden:
    return Forbidden(
        f"{what} is not possible here: name the graphs that are to be written, or send them whole "
        "to /graphs.",
        slug="operation-not-allowed",
    )


def _default_graph() -> Forbidden:
    return Forbidden(
        "The default graph is the merge of all named graphs and is not written: put the triples "
        "into GRAPH <…> {…}, or name their graph by WITH <…>.",
        slug="operation-not-allowed",
    )

"""Everything that can go wrong, as exceptions without HTTP or exit codes in them.

    OgpGraphError
    ├── BadInput                 a file or document that cannot be read
    │   ├── BadSyntax            … at a line and column
    │   ├── BadStoredQuery       a stored query whose header or text is wrong
    │   ├── NoGraphNamed         a document that does not say which named graph it is
    │   └── Unprocessable        a document that parses, with something in it that is not taken
    │       └── ParseResources   … or that took more time or memory than a document gets
    ├── BadRequest               a parameter or text that a caller sent and can mend
    │   ├── MalformedQuery       SPARQL that does not parse, with line and column
    │   └── BadSetting           a setting whose value cannot be used
    ├── NotFound                 nothing has that name
    │   └── Withdrawn            … any more
    ├── NotAcceptable            no offered media type satisfies the caller
    ├── UnsupportedMediaType     the body is in a type that is not read here
    ├── Unauthorized             nobody who may write here
    ├── Forbidden                something that is not allowed here, e.g. SERVICE
    ├── TooComplex               a query nested too deep, or with too much of something
    ├── QueryDenied              a query that ended a worker a while ago
    ├── TooManyRequests          a client that has had its share
    ├── TooLarge                 a body or a query over its limit of bytes
    ├── ResultTooLarge           an answer over its limit of rows or bytes
    ├── NotConforming            content that breaks the shapes (in report.py: it carries one)
    ├── ValidationFailed         the validator itself could not finish
    ├── PreconditionFailed       what is published is not what the caller expects
    ├── PreconditionRequired     the caller has to say what it expects
    ├── Conflict                 what the caller wants to make is there
    ├── Locked                   another process writes to this home
    └── Unavailable              the store cannot answer now
        ├── StoreDamaged         … because its files are not as they were written
        ├── StorageFailed        … because the disk cannot be written
        │   └── StorageFull      … because it is full
        ├── Busy                 … because too much is being asked
        ├── QueryTimeout         … within the time limit
        ├── QueryMemory          … within the memory limit
        ├── QueryCrashed         … because this query ended its worker
        └── ValidationTimeout    … whether a document keeps the shapes, within the time limit

`web/problems.py` maps each class to a status, `cli/exits.py` to an exit code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_FULL = ("no space left", "disk is full", "quota exceeded")
_STORAGE = (
    *((words, "the disk is full") for words in _FULL),
    ("read-only", "it is read-only"),
    ("readonly", "it is read-only"),
    ("file too large", "a file would be larger than is allowed"),
    ("input/output error", "the device reports an error"),
    ("i/o error", "the device reports an error"),
    ("not permitted", "this user may not write there"),
    ("permission denied", "this user may not write there"),
)
"""What the words of the system or of an engine mean, without the paths that they name."""
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_NOTATION = re.compile(r"\['?_'?\]|' ?\.\.= ?'|\\u\{")
"""What an engine's lists of what it expected call characters by: “[_]”, “['0'..='9']”."""


class OgpGraphError(Exception):
    """Root of the tree. `message` is one sentence for a person; `members` are machine-readable."""

    def __init__(self, message: str, **members: object) -> None:
        super().__init__(message)
        self.message = message
        self.members = {name: value for name, value in members.items() if value is not None}


class BadInput(OgpGraphError):
    """A file or document that cannot be read; `file` names it."""

    def __init__(self, message: str, *, file: str | None = None) -> None:
        super().__init__(message, file=file)
        self.file = file


class BadSyntax(BadInput):
    """A document that does not parse. `line` and `column` count from 1; `slug` names what it is."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        slug: str = "malformed-rdf",
    ) -> None:
        super().__init__(message, file=file)
        self.line, self.column, self.slug = line, column, slug
        self.members.update({k: v for k, v in (("line", line), ("column", column)) if v})


class BadStoredQuery(BadSyntax):
    """A stored query whose `#+` header or text is wrong."""


class NoGraphNamed(BadInput):
    """A document that does not say which named graph it is, or says two."""


class Unprocessable(BadInput):
    """A document that parses, with something in it that is not taken; `slug` names what."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        slug: str,
        **members: object,
    ) -> None:
        super().__init__(message, file=file)
        self.line, self.slug = line, slug
        self.members.update({k: v for k, v in {"line": line, **members}.items() if v is not None})

    def at(self, name: str, line: int) -> Unprocessable:
        """The same, said of a line of a document."""
        reason = self.message[:1].upper() + self.message[1:]
        placed = Unprocessable(f"{name}:{line}: {reason}", file=name, line=line, slug=self.slug)
        placed.members = self.members | placed.members
        return placed


class ParseResources(Unprocessable):
    """A document that took more time or memory than a document gets, or ended its worker."""

    def __init__(self, message: str, *, file: str | None = None, **members: float) -> None:
        super().__init__(message, file=file, slug="parse-resources")
        self.members.update(members)


class BadRequest(OgpGraphError):
    """Something a caller sent and can mend. `known` lists what would be right."""

    def __init__(
        self,
        message: str,
        *,
        known: Sequence[str] | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(message, known=list(known) if known else None, parameter=parameter)
        self.known, self.parameter = known, parameter


class MalformedQuery(BadRequest):
    """SPARQL text that does not parse. `line` and `column` count from 1 where known."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.members.update({k: v for k, v in (("line", line), ("column", column)) if v})

    @classmethod
    def at(cls, reason: str, *, what: str = "query") -> MalformedQuery:
        """From an engine's reason, which may begin with “error at LINE:COLUMN: ”."""
        place = _PLACE.match(reason)
        if place is None:
            return cls(f"The {what} does not parse: {reason}.")
        line, column, rest = int(place[1]), int(place[2]), _readable(" ".join(place[3].split()))
        message = f"The {what} does not parse at line {line}, column {column}: {rest}."
        return cls(message, line=line, column=column)


def _readable(reason: str) -> str:
    """An engine's reason for people: without a list of what it expected in its own notation."""
    before, _, expected = reason.rpartition("expected ")
    if not _NOTATION.search(expected):
        return reason[:200]
    told = filter(_is_sentence, expected.removeprefix("one of ").split(", "))
    return (before + next(told, "something else is expected here"))[:200]


def _is_sentence(entry: str) -> bool:
    """What such a list has in between where a text can be read and means nothing."""
    words = entry.split()
    return len(words) > 1 and words[0][0].isupper() and any(map(str.islower, words))


class BadSetting(BadRequest):
    """A setting whose value cannot be used; `parameter` is its name."""


class NotFound(OgpGraphError):
    """Nothing has that name."""


class Withdrawn(NotFound):
    """Something had that name, and is no more."""


class NotAcceptable(OgpGraphError):
    """No offered media type satisfies the caller; `offers` lists what is there."""

    def __init__(self, message: str, *, offers: Sequence[str]) -> None:
        super().__init__(message, offers=list(offers))


class UnsupportedMediaType(OgpGraphError):
    """The body is in a type that is not read here; `accepted` lists those that are."""

    def __init__(self, message: str, *, accepted: Sequence[str]) -> None:
        super().__init__(message, accepted=list(accepted))
        self.accepted = tuple(accepted)


class Unauthorized(OgpGraphError):
    """Nobody who may write here; `wrong` tells a token that is none of ours from none at all."""

    def __init__(self, message: str, *, wrong: bool) -> None:
        super().__init__(message)
        self.wrong = wrong


class Forbidden(OgpGraphError):
    """Something that is not allowed here; `slug` names which."""

    def __init__(self, message: str, *, slug: str = "forbidden") -> None:
        super().__init__(message)
        self.slug = slug


class TooComplex(OgpGraphError):
    """A query with more of something than `limit`; `measure` says of what."""

    def __init__(self, measure: str, *, limit: int, found: int) -> None:
        super().__init__(
            f"The query is too complex: {measure} {found}, the limit is {limit}.",
            measure=measure,
            limit=limit,
            found=found,
        )


class QueryDenied(OgpGraphError):
    """A query that ended a worker a while ago; it stays refused for `retry_after_s` seconds."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message, retry_after_s=retry_after_s)


class TooManyRequests(OgpGraphError):
    """A client has had its share of what `budget` says; again after `retry_after` seconds."""

    def __init__(self, message: str, *, budget: str, retry_after: int) -> None:
        super().__init__(message, budget=budget)
        self.budget, self.retry_after = budget, retry_after


class TooLarge(OgpGraphError):
    """A body or text over `limit` bytes."""

    def __init__(self, message: str, *, limit: int) -> None:
        super().__init__(message, limit=limit)


class ResultTooLarge(OgpGraphError):
    """An answer over `limit` rows or bytes: refused whole, never cut."""

    def __init__(self, message: str, *, limit: int) -> None:
        super().__init__(message, limit=limit)


class ValidationFailed(OgpGraphError):
    """The validator itself could not finish, so nothing is known about the content."""


class PreconditionFailed(OgpGraphError):
    """What is published is not what the caller expects; nothing was changed."""


class PreconditionRequired(OgpGraphError):
    """The caller has to say what it expects to be published; nothing was changed."""


class Conflict(OgpGraphError):
    """What the caller wants does not go with what is there, as `slug` says; nothing was changed."""

    def __init__(self, message: str, *, slug: str = "conflict", **members: object) -> None:
        super().__init__(message, **members)
        self.slug = slug


class Locked(OgpGraphError):
    """Another process writes to this home."""


class Unavailable(OgpGraphError):
    """The store cannot answer now."""


class StoreDamaged(Unavailable):
    """The files of the store are not as they were written; the ledger has what they held."""


class StorageFailed(Unavailable):
    """The disk cannot be written.

    `version` is there where a version was accepted before: it becomes visible later.
    """

    @classmethod
    def of(cls, error: Exception) -> StorageFailed:
        """From an error of the system or of an engine."""
        told = str(error).lower()
        reason = next((why for words, why in _STORAGE if words in told), "see the log")
        full = any(words in told for words in _FULL)
        return (StorageFull if full else StorageFailed)(f"The storage cannot be written: {reason}.")

    def accepted(self, version: int) -> StorageFailed:
        """The same, for a change that the ledger has already recorded."""
        return type(self)(
            f"Accepted as version {version}, which becomes visible when the storage can be written "
            f"again. {self.message}",
            version=version,
        )


class StorageFull(StorageFailed):
    """The disk is full."""


class Busy(Unavailable):
    """Too much is being asked; try again after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueryTimeout(Unavailable):
    """The query did not finish within `limit_s` seconds."""

    def __init__(self, message: str, *, limit_s: float) -> None:
        super().__init__(message, limit_s=limit_s)


class QueryMemory(Unavailable):
    """The query needs more than `limit_mb` MiB of memory."""

    def __init__(self, message: str, *, limit_mb: int) -> None:
        super().__init__(message, limit_mb=limit_mb)


class QueryCrashed(Unavailable):
    """The query ended its worker, e.g. because it is nested too deep."""


class ValidationTimeout(Unavailable):
    """The validator did not finish within `limit_s` seconds."""

    def __init__(self, message: str, *, limit_s: float) -> None:
        super().__init__(message, limit_s=limit_s)

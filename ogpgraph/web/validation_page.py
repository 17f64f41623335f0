"""The page of `/shacl/validate`: the form, the report beside the lines it speaks of, errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import PurePath
from types import MappingProxyType

from fastapi import Request

from ogpgraph.errors import BadRequest, BadSyntax, OgpGraphError
from ogpgraph.files import Graph
from ogpgraph.formats import TURTLE
from ogpgraph.intake.source import MAX_BYTES, SUFFIXES
from ogpgraph.report import Finding, Report, Severity
from ogpgraph.terms import Term
from ogpgraph.web import form_data, pages
from ogpgraph.web.context import language, service_of
from ogpgraph.web.documents import ACCEPTED
from ogpgraph.web.excerpts import Place, visible
from ogpgraph.web.problem_types import PROBLEM_TYPES
from ogpgraph.web.problems import slug_of
from ogpgraph.web.views import Value

NAME = "document"
"""What a document is called in messages and findings where it has no name of its own."""
_NOTHING = "Paste a text or choose a file."
_BOTH = "There are a text and a file; send one or the other, and leave the other empty."
_SAID = MappingProxyType({_NOTHING: "validate_nothing", _BOTH: "validate_both"})
"""Message -> the words that say the same on the page."""
_FIELDS = ("text", "file", "format")
_AUTOMATIC = "auto"
_MOST_SHOWN = 200_000
"""Characters of a text that stand in the form again."""
_MOST_FINDINGS = 200
"""Findings of each severity on a page; the other forms have all of them."""
_MOST_LINE = 300
"""Characters of a line that are shown."""


@dataclass(frozen=True)
class Sent:
    """A document to be checked: its bytes, media type and name.

    `text` is what was pasted, `chosen` its format; `file` is whether the document is a file.
    """

    content: bytes
    media_type: str
    name: str
    text: str = ""
    chosen: str = _AUTOMATIC
    file: bool = False

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, as parsers count them."""
        return self.content.decode("utf-8", errors="replace").split("\n")

    def line(self, number: int | None) -> str:
        """A line by its number from 1; empty where there is none."""
        known = number is not None and 0 < number <= len(self.lines)
        return self.lines[number - 1].rstrip("\r") if known and number else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as it is shown. `line` is what stands on its line, `shape` where that is told."""

    finding: Finding
    message: str
    line: str
    focus: Value
    path: Value | None
    value: str
    shape: str
    shape_name: str


def sent(content: bytes, content_type: str) -> Sent:
    """The document in a form: the file that was chosen, or the text that was pasted.

    Where both are there it is the file; see `check_one`.

    Raises:
        BadRequest: the form cannot be read, holds neither, or names a format that is not read.
    """
    fields = form_data.fields_of(content, content_type, _FIELDS)
    none = form_data.FormField()
    file, text = fields.get("file", none), fields.get("text", none)
    chosen = fields.get("format", none).content.decode("utf-8", errors="replace") or _AUTOMATIC
    if chosen not in {_AUTOMATIC, *ACCEPTED}:
        known = [_AUTOMATIC, *ACCEPTED]
        raise BadRequest(
            f"The format “{chosen[:80]}” is not read.", known=known, parameter="format"
        )
    if not file.content and not text.content.strip():
        raise BadRequest(_NOTHING, parameter="text")
    pasted = text.content.decode("utf-8", errors="replace")
    if not file.content:
        media_type = TURTLE if chosen == _AUTOMATIC else chosen
        return Sent(bytes(text.content), media_type, NAME, pasted, chosen)
    name = PurePath(file.filename.replace("\\", "/")).name or NAME
    guessed = SUFFIXES.get(PurePath(name).suffix.lower(), TURTLE)
    media_type = guessed if chosen == _AUTOMATIC else chosen
    return Sent(bytes(file.content), media_type, visible(name), pasted, chosen, file=True)


def check_one(sent: Sent) -> None:
    """Hold a form to one document: of two, one would be passed over without a word.

    Raises:
        BadRequest: there are a text and a file.
    """
    if sent.file and sent.text.strip():
        raise BadRequest(_BOTH, parameter="file")


def form(request: Request, *, example: bool) -> str:
    """The form, empty or with an example."""
    text = ""
    if example:
        given = files("ogpgraph.web").joinpath("example.ttl").read_text(encoding="utf-8")
        text = service_of(request).names.rebase(given)
    return _page(request, text=text)


def report(request: Request, found: Report, sent: Sent) -> str:
    """What was found, by severity, and the form again."""
    groups = [
        (severity, count, [_shown(request, one, sent) for one in part])
        for severity in Severity
        if (count := found.counts[severity])
        for part in [[f for f in found.findings if f.severity is severity][:_MOST_FINDINGS]]
    ]
    return _page(request, text=sent.text, chosen=sent.chosen, found=found, groups=groups, sent=sent)


def refusal(request: Request, error: OgpGraphError, sent: Sent | None) -> str:
    """The form again, with an error and the place of it where it has one."""
    line = error.members.get("line")
    column = error.column if isinstance(error, BadSyntax) else None
    place = None
    if sent and isinstance(line, int) and 0 < line <= len(sent.lines):
        place = Place.of(sent.line(line), line, column)
    text, chosen = (sent.text, sent.chosen) if sent else ("", _AUTOMATIC)
    return _page(
        request,
        text=text,
        chosen=chosen,
        error=visible(error.message) if error.message not in _SAID else "",
        meaning=_meaning(request, error),
        place=place,
    )


def _meaning(request: Request, error: OgpGraphError) -> str:
    """What an error means, in the language of the page: what it says itself is in English."""
    if error.message in _SAID:
        return pages.word(request, _SAID[error.message])
    kind = PROBLEM_TYPES.get(slug_of(error))
    return kind.words[pages.index(request)] if kind else ""


def _page(request: Request, *, text: str, chosen: str = _AUTOMATIC, **more: object) -> str:
    values: dict[str, object] = {"found": None, "groups": (), "sent": None, "error": None}
    values |= {"meaning": "", "place": None, **more}
    return pages.page(
        request,
        "validate.html",
        typed="question" if request.method == "POST" and 0 < len(text) <= _MOST_SHOWN else "",
        title=pages.word(request, "validate_title"),
        text=text if len(text) <= _MOST_SHOWN else "",
        left_out=len(text) > _MOST_SHOWN,
        chosen=chosen,
        accepted=ACCEPTED,
        suffixes=",".join(SUFFIXES),
        address=f"{service_of(request).settings.base_url()}/shacl/validate",
        most=MAX_BYTES // (1024 * 1024),
        most_findings=_MOST_FINDINGS,
        **values,
    )


def _shown(request: Request, finding: Finding, sent: Sent) -> Shown:
    viewer = pages.viewer_of(request, Graph())
    texts = finding.messages
    message = texts.get(language(request)) or next(iter(texts.values()), "")
    path = None
    if finding.path is not None:
        plain = "<" not in finding.path
        path = viewer.reference(Term("iri", finding.path)) if plain else Value(finding.path)
    name = finding.shape.rpartition("#")[2] or finding.shape
    return Shown(
        finding,
        visible(message),
        visible(sent.line(finding.line)[:_MOST_LINE]),
        replace(viewer.reference(Term("iri", finding.focus)), href=None),  # it is not published
        path,
        visible((finding.value or "")[:_MOST_LINE]),
        _shape_address(request, finding.shape),
        name,
    )


def _shape_address(request: Request, shape: str) -> str:
    """Where a shape or a check is told; empty for one without a name."""
    base = service_of(request).names.base
    for family in ("shapes#", "checks#"):
        if shape.startswith(base + family):
            prefix = "check-" if family == "checks#" else ""
            return f"/shapes#{prefix}{shape.removeprefix(base + family)}"
    return ""

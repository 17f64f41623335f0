"""Media types, and the one function that chooses among them (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.errors import BadRequest, NotAcceptable

JSON = "application/json"
HTML = "text/html"
TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
N_QUADS = "application/n-quads"
TRIG = "application/trig"
N3 = "text/n3"
ATOM = "application/atom+xml"
LINK_FORMAT = "application/link-format"
RDF_PATCH = "application/rdf-patch"
PROBLEM = "application/problem+json"
_XML = frozenset({RESULTS_XML, RDF_XML})
_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = MappingProxyType({"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"})
_QUOTED = re.compile('[",\r\n]')
_EXACTLY = 3
"""What `Offer.answers_to` gives for a media range that names no other."""
MAX_ACCEPT = 4_096
"""Characters of an Accept header; browsers send some 200."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A form that can be sent: its media type, other names it is asked by, its file suffix.

    `written` is the media type that it is written in where that is another one: every Turtle
    document of ours is N3, and TriG with no graph but the default one.
    """

    media_type: str
    aliases: tuple[str, ...] = ()
    suffix: str = ""
    written: str = ""

    @property
    def syntax(self) -> str:
        """The media type to write it in."""
        return self.written or self.media_type

    def answers_to(self, media_range: str) -> int:
        """How exactly a media range of an Accept header names this offer: 0 not at all to 3."""
        if media_range == self.media_type or media_range in self.aliases:
            return _EXACTLY
        kind, _, sub = media_range.partition("/")
        if sub == "*" and kind == self.media_type.partition("/")[0]:
            return 2
        return 1 if media_range == "*/*" else 0


PAGE = Offer(HTML, ("application/xhtml+xml",), "html")
"""For people."""
SOLUTION_OFFERS = (
    Offer(RESULTS_JSON, (JSON,), "json"),
    Offer(RESULTS_XML, ("application/xml", "text/xml"), "xml"),
    Offer(CSV, (), "csv"),
    Offer(TSV, (), "tsv"),
)
BOOLEAN_OFFERS = SOLUTION_OFFERS[:2]
GRAPH_OFFERS = (
    Offer(TURTLE, ("application/turtle", "application/x-turtle"), "ttl"),
    Offer(N_TRIPLES, ("text/plain",), "nt"),
    Offer(JSON_LD, (JSON,), "jsonld"),
    Offer(RDF_XML, ("application/xml", "text/xml"), "rdf"),
    Offer(N3, ("text/rdf+n3", "application/n3"), "n3", TURTLE),
    Offer(TRIG, ("application/x-trig",), "trig", TURTLE),
    Offer(N_QUADS, ("text/x-nquads",), "nq", N_TRIPLES),
)
RESOURCE_OFFERS = (
    Offer(JSON, (), "json"),
    Offer(JSON_LD, (), "jsonld"),
    PAGE,
    Offer(TURTLE, ("application/turtle", "application/x-turtle"), "ttl"),
    Offer(N_TRIPLES, ("text/plain",), "nt"),
    Offer(RDF_XML, (), "rdf"),
)
TABLE_OFFERS = (*RESOURCE_OFFERS, Offer(CSV, (), "csv"))
"""Of lists and of things that lists have: a table too."""


def negotiate(accept: str | None, offers: Sequence[Offer]) -> Offer:
    """The offer that an Accept header prefers; the first one where it has no preference.

    The most exact range that names an offer gives its quality; a higher quality wins, and of
    equals the one listed first in `offers`. Ranges that name none of the offers are ignored.

    Raises:
        NotAcceptable: the header names none of the offers (or all with q=0).
        BadRequest: it is over `MAX_ACCEPT` characters.
    """
    if accept and len(accept) > MAX_ACCEPT:
        raise BadRequest(f"The Accept header is over {MAX_ACCEPT} characters.", parameter="Accept")
    if not offers:
        raise NotAcceptable("Nothing is offered here.", offers=())
    ranges = _ranges(accept) if accept and accept.strip() else [("*/*", 1.0)]
    best: tuple[float, Offer] | None = None
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, offer)
    if best is None:
        names = [offer.media_type for offer in offers]
        raise NotAcceptable(
            f"None of the media types asked for can be sent; ask for one of: {', '.join(names)}.",
            offers=names,
        )
    return best[1]


def prefers_page(accept: str | None) -> bool:
    """Whether an Accept header names a page before all else, as a browser's does: of an error.

    Whoever wants JSON as much, or anything more than a page, is a program.
    """
    ranges = _ranges(accept) if accept and len(accept) <= MAX_ACCEPT else []
    page = max((q for name, q in ranges if PAGE.answers_to(name) == _EXACTLY), default=0.0)
    others = (q for name, q in ranges if name in {PROBLEM, JSON, JSON_LD})
    return page > max(others, default=0.0) and page >= max((q for _, q in ranges), default=0.0)


def by_suffix(suffix: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer with that file suffix, as in `/plans/CRI-4.ttl`."""
    return next((offer for offer in offers if offer.suffix == suffix), None)


def _quality(offer: Offer, ranges: list[tuple[str, float]]) -> float:
    named = [(offer.answers_to(name), quality) for name, quality in ranges]
    return max((pair for pair in named if pair[0]), default=(0, 0.0))[1]


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in name:
            ranges.append((name, _q(parameters)))
    return ranges


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 0.0
            return quality if 0 <= quality <= 1 else 0.0
    return 1.0


def engine_type(media_type: str) -> str:
    """The media type of solutions to ask an engine for where one is wanted: see `completed`."""
    return TSV if media_type == CSV else media_type


def completed(content: bytes, media_type: str) -> bytes:
    """A document that the engine wrote in `engine_type`, as it is to be sent.

    In XML a carriage return that stands as it is would be read as a line feed; there are none
    but in texts. CSV is made from TSV, for the engine forgets to quote IRIs with a comma.
    """
    if media_type == CSV:
        return _csv(content)
    return content.replace(b"\r", b"&#xD;") if media_type in _XML else content


def fits_xml(content: bytes) -> bool:
    """Whether a document has no character that XML 1.0 cannot hold, as U+0001."""
    return not _NO_XML.search(content)


def tsv_rows(content: bytes, width: int, *, raw: bool = False) -> Iterator[list[str]]:
    """The solutions of SPARQL 1.1 TSV results, one after the other.

    Args:
        content: the document.
        width: how many variables it has.
        raw: whether terms keep their marks; without, see `plain`.
    """
    lines = io.BytesIO(content)  # one line at a time, so that other threads can run
    next(lines)
    for line in lines:
        terms = line.decode().rstrip("\n").split("\t")
        if len(terms) == width:
            yield terms if raw else [plain(term) for term in terms]


def csv_document(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """Rows as CSV (RFC 4180): each ends in CR LF, and fields are quoted where they need it."""
    return "".join(delimiter.join(_field(cell, delimiter) for cell in row) + "\r\n" for row in rows)


def _csv(tsv: bytes) -> bytes:
    """SPARQL 1.1 TSV results as CSV results."""
    head, *lines = tsv.decode().split("\n")[:-1]
    names = [name.removeprefix("?") for name in head.split("\t")]
    rows = [names, *([plain(term) for term in line.split("\t")] for line in lines)]
    return csv_document(rows).encode()


def plain(term: str) -> str:
    """A term of TSV without its marks: IRIs, texts and numbers alike."""
    if term[:1] == "<":
        return term[1:-1]
    if term[:1] != '"':
        return term
    text = term[1 : term.rindex('"')]
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def _field(text: str, delimiter: str) -> str:
    if delimiter not in text and not _QUOTED.search(text):
        return text
    return f'"{text.replace(chr(34), chr(34) * 2)}"'

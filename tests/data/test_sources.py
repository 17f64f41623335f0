"""Every plan file against the source it was read from: titles, lines, quotes, offsets, flags.

Nothing here knows a plan by name: the tests find the plan files in data/ttl and their sources by
dcterms:identifier in the shared folder, and say which file and which line is wrong.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

REPO = Path(__file__).resolve().parents[2]
DATA = REPO / "data" / "ttl"
SOURCES = REPO.parent / "shared" / "sources"

BASE = "https://w3id.org/ogpgraph/"
OGP = Namespace(BASE + "ns#")
OA = Namespace("http://www.w3.org/ns/oa#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FIELD = Namespace(BASE + "scheme/claim-field/")
VALUE = Namespace(BASE + "scheme/claim-value/")
BASIS = Namespace(BASE + "scheme/basis/")

FILES = sorted(DATA.glob("*/*.ttl"))
PLAN_FILES = [f for f in FILES if re.fullmatch(r"[A-Z]{3}-\d+", f.stem)]
SDG_FILES = [f for f in FILES if f.stem.endswith("-sdg")]

NUMBERED = re.compile(r"^\s*(\d+)\.\s*(.+?)\s*$")
FLAGS = {
    FIELD.total: re.compile(r"^Total de compromisos:(.*)$"),
    FIELD.subnational: re.compile(r"^Compromisos subnacionales:(.*)$"),
    FIELD.parliament: re.compile(r"^Compromisos de Parlamento abierto:(.*)$"),
    FIELD.justice: re.compile(r"^Compromisos de Justicia abierta:(.*)$"),
    FIELD.focus: re.compile(r"^Enfoques? (?:transversal|principales):(.*)$"),
    FIELD.platform: re.compile(r"^Plataforma nacional de seguimiento.*\((.*)\)\s*$"),
    FIELD.irmReport: re.compile(
        r"^Informe\s+de\s.*Mecanismo de Revisión Independiente.*\((.*)\)\s*$"
    ),
}
VALUES = {
    "Sí": VALUE.yes,
    "No": VALUE.no,
    "": VALUE.blank,
    "Ver": VALUE.linkGiven,
    "sin información": VALUE.noInformation,
}
SLIDE_TOTAL = re.compile(r"^(\d+) COMPROMISOS$")


@dataclass(frozen=True)
class Source:
    """A source file: its bytes and its NFC text, in lines counted from 1."""

    name: str
    raw: bytes
    text: str
    lines: tuple[str, ...]

    def starts(self, line: int) -> int:
        return sum(len(x) + 1 for x in self.lines[: line - 1])

    def find(self, pattern: re.Pattern[str]) -> list[tuple[int, re.Match[str]]]:
        hits = ((n, pattern.match(text)) for n, text in enumerate(self.lines, 1))
        return [(n, hit) for n, hit in hits if hit]


@cache
def source(name: str) -> Source:
    raw = (SOURCES / name).read_bytes()
    text = unicodedata.normalize("NFC", raw.decode("utf-8"))
    lines = text.split("\n")
    return Source(name, raw, text, tuple(lines[:-1] if lines[-1] == "" else lines))


@cache
def graph(path: Path) -> Graph:
    return Graph().parse(path, format="turtle")


@cache
def everything() -> Graph:
    whole = Graph()
    for path in FILES:
        whole.parse(path, format="turtle")
    return whole


@cache
def places(path: Path) -> dict[str, int]:
    """The line of the Turtle file where each subject is written."""
    found: dict[str, int] = {}
    prefixes: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if declared := re.match(r"@prefix\s+([\w-]*):\s*<([^>]*)>", line):
            prefixes[declared[1]] = declared[2]
        elif full := re.match(r"<([^>]*)>\s", line + " "):
            found.setdefault(full[1], number)
        elif short := re.match(r"([\w-]+):([^\s;,]+)", line):
            found.setdefault(prefixes.get(short[1], "") + short[2], number)
    return found


def at(path: Path, node: Node) -> str:
    return f"{path.relative_to(REPO)}:{places(path).get(str(node), '?')} <{node}>"


def number(g: Graph, node: Node, predicate: URIRef) -> int:
    return int(str(g.value(node, predicate)))


def document_of(g: Graph) -> tuple[Node, Source]:
    """The one source document of a plan file that is a file of the shared folder."""
    if not SOURCES.is_dir():
        pytest.skip(f"shared folder absent: {SOURCES}")
    found = [
        (node, source(str(name)))
        for node, name in g.subject_objects(DCTERMS.identifier)
        if (node, RDF.type, OGP.SourceDocument) in g and (SOURCES / str(name)).is_file()
    ]
    assert len(found) == 1, f"one source document with a file expected, found {found}"
    return found[0]


def commitments(g: Graph) -> list[Node]:
    return sorted(g.subjects(RDF.type, OGP.Commitment), key=lambda c: number(g, c, OGP.ordinal))


def whole_entry(g: Graph, commitment: Node) -> Node:
    """The evidence of a commitment that quotes its title: its whole entry."""
    slug = str(commitment).rsplit("/", 1)[1]
    entry = URIRef(f"{BASE}id/evidence/{slug}/text")
    assert (commitment, OGP.hasEvidence, entry) in g, f"{commitment} lacks evidence {entry}"
    return entry


def in_table(g: Graph, commitment: Node) -> bool:
    return (commitment, OGP.numberBasis, BASIS.assignedFromOrder) in g


def printed_entries(src: Source) -> dict[int, tuple[str, int, int]]:
    """number -> title, first line, last line, as the page prints them after the total."""
    total = max((n for n, _ in src.find(FLAGS[FIELD.total])), default=len(src.lines))
    heads = [(n, int(m[1]), m[2]) for n, m in src.find(NUMBERED) if n > total]
    entries: dict[int, tuple[str, int, int]] = {}
    for position, (line, count, title) in enumerate(heads):
        end = heads[position + 1][0] - 1 if position + 1 < len(heads) else len(src.lines)
        while not src.lines[end - 1].strip():
            end -= 1
        entries[count] = (title, line, end)
    return entries


Problems = Iterator[str]
Check = Callable[[Path], Problems]


def source_document_is_the_file(path: Path) -> Problems:
    g = graph(path)
    node, src = document_of(g)
    if str(g.value(node, OGP.sha256)) != hashlib.sha256(src.raw).hexdigest():
        yield f"{at(path, node)}: sha256 is not that of {src.name}"
    if number(g, node, OGP.lineCount) != len(src.lines):
        yield f"{at(path, node)}: lineCount is not {len(src.lines)}"


def plan_file(path: Path) -> Path:
    """The file of the plan that a file is about: CRI-4.ttl of CRI-4-sdg.ttl, and of itself."""
    return path.with_stem(path.stem.removesuffix("-sdg"))


def quotes_stand_where_they_say(path: Path) -> Problems:
    g = graph(path)
    document, src = document_of(graph(plan_file(path)))
    for node in g.subjects(OA.hasSource, document):
        values = [g.value(node, OGP[p]) for p in ("firstLine", "lastLine", "quote")]
        if None in values:
            yield f"{at(path, node)}: firstLine, lastLine or quote is missing"
            continue
        first, last, quote = int(str(values[0])), int(str(values[1])), str(values[2])
        where = f"{at(path, node)} ({src.name}:{first}-{last})"
        if not 1 <= first <= last <= len(src.lines):
            yield f"{where}: no such lines"
            continue
        if quote not in "\n".join(src.lines[first - 1 : last]):
            yield f"{where}: the lines do not hold {quote!r}"
            continue
        start, end = number(g, node, OGP.startOffset), number(g, node, OGP.endOffset)
        if src.text[start:end] != quote:
            yield f"{where}: offsets {start}-{end} hold {src.text[start:end]!r}, not {quote!r}"
        if start < src.starts(first) or end > src.starts(last) + len(src.lines[last - 1]):
            yield f"{where}: offsets {start}-{end} lie outside the lines"


def quotes_are_short(path: Path) -> Problems:
    g = graph(path)
    for node, quote in g.subject_objects(OGP.quote):
        titles = {
            str(title)
            for thing in g.subjects(OGP.hasEvidence, node)
            for kind in (DCTERMS.title, SKOS.altLabel)
            for title in everything().objects(thing, kind)
        }
        if len(str(quote).split()) > 10 and str(quote) not in titles:
            yield f"{at(path, node)}: {len(str(quote).split())} words: {str(quote)!r}"


def evidence_is_used_and_has_a_source(path: Path) -> Problems:
    g = graph(path)
    for node in g.subjects(RDF.type, OGP.Evidence):
        if g.value(node, OA.hasSource) is None:
            yield f"{at(path, node)}: no source"
        if (None, OGP.hasEvidence, node) not in g:
            yield f"{at(path, node)}: nothing points at this evidence"
    for thing, node in g.subject_objects(OGP.hasEvidence):
        if (node, RDF.type, OGP.Evidence) not in g:
            yield f"{at(path, thing)}: evidence {node} is not in this file"


def numbered_titles_are_verbatim(path: Path) -> Problems:
    g = graph(path)
    _, src = document_of(g)
    printed = printed_entries(src)
    seen = set()
    for node in commitments(g):
        if in_table(g, node):
            continue
        ordinal, title = number(g, node, OGP.ordinal), str(g.value(node, DCTERMS.title))
        seen.add(ordinal)
        if str(g.value(node, OGP.number)) != str(ordinal):
            yield f"{at(path, node)}: number and ordinal differ"
        if ordinal not in printed:
            yield f"{at(path, node)}: {src.name} prints no number {ordinal}"
        elif title != printed[ordinal][0]:
            wanted, line, _ = printed[ordinal]
            yield f"{at(path, node)}: {src.name}:{line} prints {wanted!r}, not {title!r}"
    if seen or not any(in_table(g, c) for c in commitments(g)):
        for missing in sorted(set(printed) - seen):
            line = printed[missing][1]
            yield f"{path.relative_to(REPO)}: {src.name}:{line} number {missing} is missing"


def entries_reach_from_title_to_last_line(path: Path) -> Problems:
    g = graph(path)
    _, src = document_of(g)
    printed = printed_entries(src)
    for node in commitments(g):
        entry = whole_entry(g, node)
        lines = number(g, entry, OGP.firstLine), number(g, entry, OGP.lastLine)
        if in_table(g, node):
            if lines[0] != lines[1] or "\t" not in src.lines[lines[0] - 1]:
                yield f"{at(path, entry)}: {src.name}:{lines} is not one row of a table"
        elif (wanted := printed[number(g, node, OGP.ordinal)][1:]) != lines:
            yield f"{at(path, entry)}: {src.name} has lines {wanted}, not {lines}"
        if str(g.value(entry, OGP.quote)) != str(g.value(node, DCTERMS.title)):
            yield f"{at(path, entry)}: the quote is not the title"


def total_is_the_printed_one(path: Path) -> Problems:
    g = graph(path)
    _, src = document_of(g)
    hits = src.find(FLAGS[FIELD.total]) or src.find(SLIDE_TOTAL)
    line, printed = hits[0][0], int(hits[0][1][1].strip())
    [plan] = g.subjects(RDF.type, OGP.ActionPlan)
    unlisted = list(g.objects(plan, OGP.hasUnlistedNumber))
    listed = list(g.objects(plan, OGP.hasCommitment))
    if number(g, plan, OGP.declaredCommitmentTotal) != printed:
        yield f"{at(path, plan)}: {src.name}:{line} declares {printed}"
    if len(listed) + len(unlisted) != printed:
        yield f"{at(path, plan)}: {len(listed)} listed + {len(unlisted)} unlisted, not {printed}"
    if set(listed) != set(g.subjects(RDF.type, OGP.Commitment)):
        yield f"{at(path, plan)}: hasCommitment and the commitments of the file differ"
    numbers = sorted(number(g, n, OGP.ordinal) for n in [*listed, *unlisted])
    if numbers != list(range(1, printed + 1)):
        yield f"{at(path, plan)}: listed and unlisted numbers are {numbers}"
    claims = list(g.subjects(OGP.claimField, FIELD.total))
    for node in [*unlisted, *claims]:
        lines = {number(g, e, OGP.firstLine) for e in g.objects(node, OGP.hasEvidence)}
        if line not in lines:
            yield f"{at(path, node)}: the total is at {src.name}:{line}, evidence at {lines}"


def flags_are_the_printed_ones(path: Path) -> Problems:
    g = graph(path)
    document, src = document_of(g)
    for field, pattern in FLAGS.items():
        hits = src.find(pattern)
        nodes = [
            c for c in g.subjects(OGP.claimField, field) if (c, OGP.claimSource, document) in g
        ]
        if hits and len(nodes) != 1:
            line = hits[0][0]
            yield f"{path.relative_to(REPO)}: {src.name}:{line} prints {field}, {len(nodes)} claims"
        for node in nodes:
            evidence = [number(g, e, OGP.firstLine) for e in g.objects(node, OGP.hasEvidence)]
            text = str(g.value(node, OGP.claimText))
            if not hits:
                if not any(text and text in src.lines[line - 1] for line in line_span(g, node)):
                    yield f"{at(path, node)}: {src.name} prints no such flag"
                continue
            line, printed = hits[0][0], hits[0][1][1].strip()
            if text != printed:
                yield f"{at(path, node)}: {src.name}:{line} prints {printed!r}, not {text!r}"
            if line not in evidence:
                yield f"{at(path, node)}: the flag is at {src.name}:{line}, evidence at {evidence}"
            if (node, OGP.claimValue, VALUES.get(printed, VALUE.stated)) not in g:
                yield f"{at(path, node)}: wrong claimValue for {printed!r}"


def line_span(g: Graph, node: Node) -> Iterator[int]:
    for evidence in g.objects(node, OGP.hasEvidence):
        first = number(g, evidence, OGP.firstLine)
        yield from range(first, number(g, evidence, OGP.lastLine) + 1)


def table_rows_are_institution_and_title(path: Path) -> Problems:
    g = graph(path)
    _, src = document_of(g)
    rows = [
        (n, line.partition("\t")[0].strip(), line.partition("\t")[2].strip())
        for n, line in enumerate(src.lines, 1)
        if "\t" in line and not line.startswith("Institución responsable\t")
    ]
    tabled = [c for c in commitments(g) if in_table(g, c)]
    if len(rows) != len(tabled):
        yield f"{path.relative_to(REPO)}: {len(rows)} rows in {src.name}, {len(tabled)} commitments"
    for node, (line, printed, title) in zip(tabled, rows, strict=False):
        if str(g.value(node, DCTERMS.title)) != title:
            yield f"{at(path, node)}: {src.name}:{line} prints {title!r}"
        if number(g, whole_entry(g, node), OGP.firstLine) != line:
            yield f"{at(path, node)}: the row is at {src.name}:{line}"
        involved = sorted(
            (number(g, i, OGP.involvementOrder) if (i, OGP.involvementOrder, None) in g else 1, i)
            for i in g.objects(node, OGP.hasInvolvement)
            if str(g.value(i, OGP.involvementRole)).endswith(("/lead", "/coResponsible"))
        )
        names = [
            str(everything().value(g.value(i, OGP.involvedAgent), DCTERMS.title))
            for _, i in involved
        ]
        if " y ".join(names) != printed:
            yield f"{at(path, node)}: {src.name}:{line} prints {printed!r}, not {names}"


def literals_are_nfc_and_tagged(path: Path) -> Problems:
    for subject, _, value in graph(path):
        if isinstance(value, Literal):
            if unicodedata.normalize("NFC", str(value)) != str(value):
                yield f"{at(path, subject)}: not NFC: {value!r}"
            if value.language not in (None, "es", "en"):
                yield f"{at(path, subject)}: language tag {value.language}"


def alignments_quote_their_own_commitment(path: Path) -> Problems:
    """A quote may stand elsewhere in the document: it must be of the commitment that is aligned."""
    g, plan = graph(path), graph(plan_file(path))
    document, _ = document_of(plan)
    for node, alignment in g.subject_objects(OGP.commitmentAlignment):
        entry = whole_entry(plan, node)
        first, last = number(plan, entry, OGP.firstLine), number(plan, entry, OGP.lastLine)
        for evidence in g.objects(alignment, OGP.hasEvidence):
            lines = number(g, evidence, OGP.firstLine), number(g, evidence, OGP.lastLine)
            if (evidence, OA.hasSource, document) not in g:
                yield f"{at(path, evidence)}: not of the plan's own document"
            if not first <= lines[0] <= lines[1] <= last:
                yield f"{at(path, evidence)}: lines {lines}, the commitment has {first}-{last}"


PLAN_CHECKS: list[Check] = [
    source_document_is_the_file,
    quotes_stand_where_they_say,
    numbered_titles_are_verbatim,
    entries_reach_from_title_to_last_line,
    total_is_the_printed_one,
    flags_are_the_printed_ones,
    table_rows_are_institution_and_title,
]
SDG_CHECKS: list[Check] = [quotes_stand_where_they_say, alignments_quote_their_own_commitment]
FILE_CHECKS: list[Check] = [
    quotes_are_short,
    evidence_is_used_and_has_a_source,
    literals_are_nfc_and_tagged,
]


def test_there_are_plan_files() -> None:
    assert PLAN_FILES, f"no plan file in {DATA}"
    assert [plan_file(f) for f in SDG_FILES] == PLAN_FILES


@pytest.mark.parametrize("check", PLAN_CHECKS, ids=lambda c: str(c.__name__))
@pytest.mark.parametrize("path", PLAN_FILES, ids=lambda p: str(p.stem))
def test_plan_file(path: Path, check: Check) -> None:
    problems = list(check(path))
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("check", SDG_CHECKS, ids=lambda c: str(c.__name__))
@pytest.mark.parametrize("path", SDG_FILES, ids=lambda p: str(p.stem))
def test_file_of_alignments(path: Path, check: Check) -> None:
    problems = list(check(path))
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("check", FILE_CHECKS, ids=lambda c: str(c.__name__))
@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_data_file(path: Path, check: Check) -> None:
    problems = list(check(path))
    assert not problems, "\n" + "\n".join(problems)

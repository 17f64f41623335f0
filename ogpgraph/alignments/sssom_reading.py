"""SSSOM/TSV as alignments: a draft in our model, and what could not be read. Nothing is published.

Files of others are read too: what they do not say in our extension slots is taken from the
standard ones, and then nothing is taken for accepted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from ogpgraph.alignments.records import (
    CURATED,
    METHODS,
    PROPOSED,
    REJECTED,
    STATES,
    SUGGESTED,
    Alignment,
    AlignmentSet,
    Evidence,
    Unaligned,
    plain,
)
from ogpgraph.alignments.slots import BUILT_IN, MAPPING_SLOTS, NO_TERM_FOUND, PROPAGATED, extensions
from ogpgraph.alignments.sssom import JUSTIFICATIONS, SEE_ALSO, predicate
from ogpgraph.alignments.sssom_text import Cell, Parsed, parse
from ogpgraph.errors import BadInput, BadRequest
from ogpgraph.files import parse as parse_rdf
from ogpgraph.formats import N_TRIPLES
from ogpgraph.iris import Names
from ogpgraph.sdg import Code, resolve
from ogpgraph.terms import iri
from ogpgraph.vocab import EXTERNAL_PREFIXES, SDG

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
_NUMBER = re.compile(r"0|[1-9]\d{0,8}")
_CONFIDENCE = re.compile(r"(0(\.\d{1,12})?|1(\.0{1,12})?)")
_TOKEN = re.compile(r"\\[\\|]|\||[^\\|]+|\\")
_ESCAPED = re.compile(r"\\([\\|])")
_REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_REQUIRED_OF_SET = ("mapping_set_id", "license")
_RELATED = EXTERNAL_PREFIXES["skos"] + "relatedMatch"
_METHOD_OF = MappingProxyType({JUSTIFICATIONS[CURATED]: CURATED})
"""The method of a mapping that does not say it: whatever no person made is a suggestion."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that was not read, or that a draft still needs, and its line."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Draft:
    """Alignments that a file describes, its license, and what is to be said of it."""

    alignments: AlignmentSet
    license: str
    issues: tuple[Issue, ...]


def read_sssom(content: bytes, name: str, names: Names) -> Draft:
    """Read a mapping set in SSSOM/TSV with its metadata in the same file.

    Args:
        content: the bytes of the file.
        name: of it, for errors.
        names: of the deployment: subjects are its commitments and plans.

    Raises:
        BadSyntax: it is no SSSOM/TSV, or a value cannot be an alignment of ours; line and column
            are given.
    """
    return _Reader(parse(content, name), names).read()


class _Reader:
    """One file."""

    def __init__(self, parsed: Parsed, names: Names) -> None:
        self._parsed, self._names = parsed, names
        self._issues: list[Issue] = []
        spaces = {prefix: cell.text for prefix, cell in parsed.prefixes.items()}
        for prefix, space in BUILT_IN.items():
            if spaces.get(prefix, space) != space:
                reason = f"the prefix “{prefix}” is built in, and stands for <{space}>"
                raise parsed.wrong(reason, parsed.prefixes[prefix])
        self._spaces = {**spaces, **BUILT_IN}

    def read(self) -> Draft:
        parsed = self._parsed
        top = Cell("", 1, 1)
        for name in _REQUIRED_OF_SET:
            if not any(cell.text for cell in parsed.values.get(name, ())):
                raise parsed.wrong(f"the metadata block lacks {name}", top)
        columns = {cell.text for cell in parsed.header}
        for name in _REQUIRED:
            if name not in columns:
                raise parsed.wrong(f"the table lacks the column {name}", parsed.header[0])
        renamed = self._renamed()
        found: dict[str, Alignment] = {}
        unaligned: list[Unaligned] = []
        for row in parsed.rows:
            cells = {renamed[name]: cell for name, cell in row.items() if name in renamed}
            reader = _Row(self, self._parsed, cells, self._shared(), self._names)
            if reader.expanded("object_id") == NO_TERM_FOUND:
                unaligned.append(reader.unaligned())
                continue
            one = reader.alignment()
            if one.iri in found:
                raise parsed.wrong(f"<{one.iri}> is there twice", reader.place)
            found[one.iri] = one
            self._needs(one, reader.place)
        alignments = tuple(found[key] for key in sorted(found))
        unaligned.sort(key=lambda one: one.commitment)
        license_ = parsed.values["license"][0].text
        return Draft(AlignmentSet(alignments, tuple(unaligned)), license_, tuple(self._issues))

    def expanded(self, cell: Cell) -> str:
        """The IRI that a CURIE of the file names."""
        prefix, colon, local = cell.text.partition(":")
        if not colon or prefix not in self._spaces:
            known = ", ".join(sorted(self._spaces))
            reason = f"“{cell.text}” is no CURIE with a declared prefix; there are {known}"
            raise self._parsed.wrong(reason, cell)
        try:
            return iri(self._spaces[prefix] + local).value
        except BadRequest as error:
            raise self._parsed.wrong(error.message.rstrip("."), cell) from error

    def _renamed(self) -> dict[str, str]:
        """The slot that each column has, by its name; extensions by their property."""
        ours = {slot.property: slot.name for slot in extensions(self._names)}
        found = {slot.name: slot.name for slot in MAPPING_SLOTS}
        for definition in self._parsed.definitions:
            if "slot_name" in definition and "property" in definition:
                slot = ours.get(self.expanded(definition["property"]))
                if slot:
                    found[definition["slot_name"].text] = slot
        for cell in self._parsed.header:
            if cell.text not in found:
                self._issues.append(Issue(cell.line, f"The column {cell.text} is not read."))
        return found

    def _shared(self) -> Mapping[str, Cell]:
        """What the set says of all its mappings: only where no mapping says it itself."""
        said = {name for row in self._parsed.rows for name, cell in row.items() if cell.text}
        return {
            name: self._parsed.values[name][0]
            for name in PROPAGATED
            if name in self._parsed.values and name not in said
        }

    def _needs(self, one: Alignment, place: Cell) -> None:
        """What has to be added before it can be published."""
        missing = {
            "evidence": one.evidence is not None,
            "a rationale in es and en": {*one.rationale} == {"es", "en"},
            "an author": bool(one.authors),
            "a date": bool(one.generated),
            "a confidence": one.confidence is not None or one.method != SUGGESTED,
        }
        lacking = [what for what, there in missing.items() if not there]
        if lacking:
            message = f"<{one.iri}> still needs {', '.join(lacking)}."
            self._issues.append(Issue(place.line, message))


class _Row:
    """One mapping."""

    def __init__(
        self,
        reader: _Reader,
        parsed: Parsed,
        cells: Mapping[str, Cell],
        shared: Mapping[str, Cell],
        names: Names,
    ) -> None:
        self._reader, self._parsed, self._names = reader, parsed, names
        self._cells = {**shared, **{name: cell for name, cell in cells.items() if cell.text}}
        self.place = next(iter(cells.values()))
        for name in _REQUIRED:
            if name not in self._cells:
                at = cells.get(name, self.place)
                raise parsed.wrong(f"this mapping has no {name}", at)

    def alignment(self) -> Alignment:
        """The alignment that it is."""
        code = self._code()
        method = self._concept("ext_method", "alignment-method", METHODS)
        method = method or _METHOD_OF.get(self.expanded("mapping_justification"), SUGGESTED)
        local = self._subject().rsplit("/", 1)[-1]
        minted = self._names.thing("alignment", f"{local}/{code}/{method}")
        one = Alignment(
            self.expanded("record_id") or minted,
            self._subject(),
            f"{SDG}{code.goal}",
            f"{SDG}{code}" if code.target else "",
            method,
            self._state(),
            confidence=self._confidence(),
            rationale=self._texts(),
            authors=self._several("author_id") or self._several("creator_id"),
            reviewers=self._several("reviewer_id"),
            generated=self._generated(),
            generated_by=self.expanded("ext_generated_by"),
            evidence=self._evidence(f"{local}/sdg-{code}"),
            rest=self._rest(),
        )
        self._check_predicate(one)
        return one

    def unaligned(self) -> Unaligned:
        """The commitment without a target that it is."""
        return Unaligned(self._subject(), self._texts())

    def expanded(self, name: str) -> str:
        """The IRI in a cell; empty where there is none."""
        cell = self._cells.get(name)
        return self._reader.expanded(cell) if cell else ""

    def _text(self, name: str) -> str:
        cell = self._cells.get(name)
        return cell.text if cell else ""

    def _wrong(self, name: str, reason: str) -> BadInput:
        return self._parsed.wrong(f"{name} is “{self._text(name)}”: {reason}", self._cells[name])

    def _matching(self, name: str, pattern: re.Pattern[str], what: str) -> str:
        text = self._text(name)
        if text and not pattern.fullmatch(text):
            raise self._wrong(name, what)
        return text

    def _subject(self) -> str:
        subject = self.expanded("subject_id")
        spaces = [self._names.thing(kind, "") for kind in ("commitment", "plan")]
        if not subject.startswith(tuple(spaces)) or subject in spaces:
            reason = f"a commitment or plan here has an IRI below {' or '.join(spaces)}"
            raise self._wrong("subject_id", reason)
        return subject

    def _code(self) -> Code:
        """The goal or target, by its IRI of the UN, of Wikidata or of SDGIO."""
        try:
            return resolve(self.expanded("object_id"), ("goal", "target"))
        except BadRequest as error:
            raise self._wrong("object_id", error.message.rstrip(".")) from error

    def _concept(self, name: str, scheme: str, known: tuple[str, ...]) -> str:
        value, prefix = self.expanded(name), self._names.concept(scheme, "")
        if value and value.removeprefix(prefix) not in known:
            raise self._wrong(name, f"known are {', '.join(known)} below {prefix}")
        return value.removeprefix(prefix)

    def _state(self) -> str:
        modifier = self._text("predicate_modifier")
        if modifier not in {"", "Not"}:
            raise self._wrong("predicate_modifier", "the only one is Not")
        found = self._concept("ext_review_state", "review-state", STATES)
        return found or (REJECTED if modifier else PROPOSED)

    def _check_predicate(self, one: Alignment) -> None:
        """A predicate that says something else than method and state would be read wrongly."""
        given = self.expanded("predicate_id")
        modifier = self._text("predicate_modifier")
        if "ext_review_state" in self._cells:
            wanted, negated = predicate(one, self._names)
            if (given, modifier) != (wanted, negated):
                wanted += " with predicate_modifier Not" if negated else ""
                reason = f"of a mapping that is {one.method} and {one.state} it is <{wanted}>"
                raise self._wrong("predicate_id", reason)
            return
        ours = [self._names.term(name) for name in ("alignsWithTarget", "alignsWithGoal")]
        if given not in {*ours, SEE_ALSO, _RELATED}:
            known = ", ".join((*ours, SEE_ALSO, _RELATED))
            raise self._wrong("predicate_id", f"an alignment is no such thing; known are {known}")

    def _confidence(self) -> Decimal | None:
        what = "a confidence is a number from 0 to 1, such as 0.82"
        name = "ext_confidence" if "ext_confidence" in self._cells else "confidence"
        text = self._matching(name, _CONFIDENCE, what)
        return Decimal(plain(Decimal(text))) if text else None

    def _texts(self) -> dict[str, str]:
        texts = {"en": self._text("comment"), "es": self._text("ext_comment_es")}
        return {language: text for language, text in texts.items() if text}

    def _several(self, name: str) -> tuple[str, ...]:
        cell = self._cells.get(name)
        if cell is None:
            return ()
        values = [""]
        for piece in _TOKEN.findall(cell.text):
            if piece == "|":
                values.append("")
            else:
                values[-1] += _ESCAPED.sub(r"\1", piece)
        found = {self._reader.expanded(replace(cell, text=value)) for value in values}
        return tuple(sorted(found))

    def _generated(self) -> str:
        what = "a moment is written as in 2026-11-29T00:00:00Z"
        if moment := self._matching("ext_generated_at", _MOMENT, what):
            return moment
        date = self._matching("mapping_date", _DATE, "a date is written as in 2026-11-29")
        return f"{date}T00:00:00Z" if date else ""

    def _number(self, name: str) -> int | None:
        text = self._matching(name, _NUMBER, "a whole number is expected")
        return int(text) if text else None

    def _evidence(self, local: str) -> Evidence | None:
        found = Evidence(
            self.expanded("ext_evidence"),
            source=self.expanded("ext_source"),
            quote=self._text("ext_quote"),
            language=self._text("ext_quote_language"),
            first_line=self._number("ext_first_line"),
            last_line=self._number("ext_last_line"),
            start_offset=self._number("ext_start_offset"),
            end_offset=self._number("ext_end_offset"),
        )
        if found == Evidence(""):
            return None
        return found if found.iri else replace(found, iri=self._names.thing("evidence", local))

    def _rest(self) -> tuple[str, ...]:
        text = self._text("ext_statements")
        if not text:
            return ()
        base = self._names.base
        try:
            document = parse_rdf(f"{text}\n".encode(), N_TRIPLES, name="ext_statements", base=base)
        except BadInput as error:
            raise self._wrong("ext_statements", error.message.rstrip(".")) from error
        return document.graph.lines

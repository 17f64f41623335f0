"""Alignments as a set of mappings in the sense of SSSOM, in TSV and in RDF.

The decisions behind the predicates and justifications are in docs/decisions/0033.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.alignments.curies import NO_TARGET, PATH, Prefixes, known_prefixes
from ogpgraph.alignments.records import (
    CURATED,
    REJECTED,
    STATED,
    SUGGESTED,
    Alignment,
    AlignmentSet,
    Evidence,
    Unaligned,
    plain,
)
from ogpgraph.alignments.selection import Selection
from ogpgraph.alignments.slots import (
    MAPPING_SLOTS,
    MEANINGS,
    NO_TERM_FOUND,
    PROPAGATED,
    SEMAPV,
    SET_SLOTS,
    SSSOM,
    VERSION,
    Slot,
    Type,
    extensions,
)
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.terms import Term, Triple, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, LICENSE, RDF_TYPE, SDG_SCHEME

Values = Mapping[str, tuple[str, ...]]
"""The values of a mapping or a set by the name of the slot; IRIs whole, not as CURIEs."""
JUSTIFICATIONS = MappingProxyType(
    {
        CURATED: f"{SEMAPV}ManualMappingCuration",
        STATED: f"{SEMAPV}UnspecifiedMatching",
        SUGGESTED: f"{SEMAPV}LexicalMatching",
    }
)
"""How each method is called there. A source that states an alignment does not say how it came to
it."""
_REVIEW = f"{SEMAPV}MappingReview"
"""What justifies the negation of a suggestion: not the tool, which said the contrary."""
SEE_ALSO = EXTERNAL_PREFIXES["rdfs"] + "seeAlso"
_TARGETS = EXTERNAL_PREFIXES["sdgo"] + "Target"
"""Where no term was found: among the targets, for a goal may be aligned all the same."""
_TITLE = "SDG alignments of open government commitments"
_PLAIN = re.compile(r"[^\W\d_](?:[^\n\t:#]|:(?=\S)|(?<!\s)#)*(?<!\s)")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_TO_QUOTE = re.compile('[\t\n\r"]')
_TO_ESCAPE = re.compile(r"([\\|])")


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A set of mappings: its own values, its mappings, the extension slots that they use."""

    values: Values
    mappings: tuple[Values, ...]
    extensions: tuple[Slot, ...]
    known: Mapping[str, str]
    """The prefixes that we have for what it may name."""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """Those to write it in RDF with: of all that it names, as in the table, and more."""
        return {**self.known, **_prefixes(self, self.values, self.mappings).map}


def mapping_set(
    found: AlignmentSet,
    names: Names,
    *,
    url: str,
    version: int,
    selection: Selection | None = None,
) -> MappingSet:
    """Alignments as mappings.

    Args:
        found: the alignments.
        names: of the deployment.
        url: of the service, without a final slash.
        version: the sequence number of what they were read from.
        selection: which of them are wanted; without it those that count.
    """
    selection = selection or Selection()
    query, chosen = selection.query(names), selection.of_set(found)
    address = f"{url}{PATH}" + (f"?{query}" if query else "")
    mappings = [
        *(_mapping(one, found, names) for one in chosen.alignments),
        *(_no_mapping(one, found, url, names) for one in chosen.unaligned),
    ]
    used = {name for one in mappings for name in one}
    counting = "accepted, and stated in a source or curated"
    states = "in all states of review" if selection.every else counting
    values: dict[str, tuple[str, ...]] = {
        "sssom_version": (VERSION,),
        "mapping_set_id": (address,),
        "mapping_set_version": (str(version),),
        "mapping_set_title": (_TITLE,),
        "mapping_set_description": (
            "Commitments of action plans of open government and the goals and targets of the "
            f"Sustainable Development Goals with which they are aligned: {states}. A commitment "
            "without a target that its text would support is mapped to sssom:NoTermFound.",
        ),
        "creator_label": ("The ogpgraph project",),
        "license": (LICENSE,),
        "subject_type": ("owl named individual",),
        "subject_source": (f"{url}/.well-known/void#dataset",),
        "object_type": ("skos concept",),
        "predicate_type": ("owl object property",),
        "mapping_provider": (f"{url}/",),
    }
    slots = tuple(slot for slot in extensions(names) if slot.name in used)
    return MappingSet(values, tuple(mappings), slots, known_prefixes(names, url))


def predicate(one: Alignment, names: Names) -> tuple[str, str]:
    """The predicate of an alignment, and its modifier.

    One that counts has the property that pages and queries count by; one that was rejected has
    that, negated; one that awaits review, or was suggested, has one that claims nothing.
    """
    if one.state == REJECTED or one.counts:
        name = names.term("alignsWithTarget" if one.target else "alignsWithGoal")
        return name, "Not" if one.state == REJECTED else ""
    return SEE_ALSO, ""


def _mapping(one: Alignment, found: AlignmentSet, names: Names) -> Values:
    name, modifier = predicate(one, names)
    overruled = one.state == REJECTED and one.method == SUGGESTED
    justification = JUSTIFICATIONS.get(one.method, f"{SEMAPV}UnspecifiedMatching")
    values = {
        "record_id": one.iri,
        "subject_id": one.aligned,
        "subject_label": found.label(one.aligned, "en"),
        "predicate_id": name,
        "predicate_modifier": modifier,
        "object_id": one.object,
        "object_label": found.label(one.object, "en"),
        "object_source": SDG_SCHEME,
        "mapping_justification": _REVIEW if overruled else justification,
        "mapping_date": one.generated[:10],
        # The tool was so sure of the alignment; nobody is so sure of its negation.
        "ext_confidence" if overruled else "confidence": (
            "" if one.confidence is None else plain(one.confidence)
        ),
        "comment": one.rationale.get("en", ""),
        "ext_comment_es": one.rationale.get("es", ""),
        "ext_subject_label_es": found.label(one.aligned, "es"),
        "ext_object_label_es": found.label(one.object, "es"),
        "ext_method": names.concept("alignment-method", one.method),
        "ext_review_state": names.concept("review-state", one.state),
        "ext_generated_at": one.generated,
        "ext_generated_by": one.generated_by,
        "ext_statements": "\n".join(one.rest),
        **(_evidence(one.evidence) if one.evidence else {}),
    }
    if one.method == SUGGESTED and one.authors:
        tool = next((author for author in one.authors if author in found.versions), one.authors[0])
        values["mapping_tool"] = found.label(tool, "en") or tool
        values["mapping_tool_version"] = found.versions.get(tool, "")
    # What a source states is the source's: the agent in the graph only put it down.
    agent = "creator_id" if one.method == STATED else "author_id"
    several = {agent: one.authors, "reviewer_id": one.reviewers}
    single = {name: (value,) for name, value in values.items() if value}
    return {**single, **{name: agents for name, agents in several.items() if agents}}


def _evidence(one: Evidence) -> dict[str, str]:
    numbers = {
        "ext_first_line": one.first_line,
        "ext_last_line": one.last_line,
        "ext_start_offset": one.start_offset,
        "ext_end_offset": one.end_offset,
    }
    return {
        "ext_evidence": one.iri,
        "ext_source": one.source,
        "ext_quote": one.quote,
        "ext_quote_language": one.language,
        **{name: str(number) for name, number in numbers.items() if number is not None},
    }


def _no_mapping(one: Unaligned, found: AlignmentSet, url: str, names: Names) -> Values:
    local = names.local(one.commitment) or one.commitment
    values = {
        "record_id": f"{url}{PATH}{NO_TARGET}{local.rsplit('/', 1)[-1]}",
        "subject_id": one.commitment,
        "subject_label": found.label(one.commitment, "en"),
        "predicate_id": names.term("alignsWithTarget"),
        "object_id": NO_TERM_FOUND,
        "object_source": _TARGETS,
        "mapping_justification": JUSTIFICATIONS[CURATED],
        "comment": one.reasons.get("en", ""),
        "ext_comment_es": one.reasons.get("es", ""),
        "ext_subject_label_es": found.label(one.commitment, "es"),
    }
    return {name: (value,) for name, value in values.items() if value}


def as_tsv(found: MappingSet) -> str:
    """A set in the canonical form of SSSOM/TSV, except that numbers are not rounded."""
    condensed, mappings = _condensed(found)
    slots = (*MAPPING_SLOTS, *found.extensions)
    used = [slot for slot in slots if any(slot.name in one for one in mappings)] or slots[:8]
    prefixes = _prefixes(found, condensed, mappings)
    lines = _head(condensed, found.extensions, prefixes)
    rows = sorted([_cell(slot, one, prefixes) for slot in used] for one in mappings)
    lines += ["\t".join(slot.name for slot in used), *("\t".join(row) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _condensed(found: MappingSet) -> tuple[Values, tuple[Values, ...]]:
    """With what all mappings have in common said once, of the set."""
    common = {}
    for name in PROPAGATED:
        values = {one.get(name) for one in found.mappings}
        if len(values) == 1 and (value := values.pop()):
            common[name] = value
    mappings = tuple(
        {name: value for name, value in one.items() if name not in common} for one in found.mappings
    )
    return {**found.values, **common}, mappings


def _prefixes(found: MappingSet, values: Values, mappings: Iterable[Values]) -> Prefixes:
    return Prefixes(found.known, _entities(values, mappings, found.extensions))


def _entities(values: Values, mappings: Iterable[Values], used: Iterable[Slot]) -> Iterable[str]:
    slots = [slot for slot in (*SET_SLOTS, *MAPPING_SLOTS, *used) if slot.type is Type.ENTITY]
    for one in (values, *mappings):
        for slot in slots:
            yield from one.get(slot.name, ())
    for slot in used:
        yield from (slot.property, slot.type.value)


def _head(values: Values, used: Sequence[Slot], prefixes: Prefixes) -> list[str]:
    lines = [f"#sssom_version: {_yaml(VERSION)}", "#curie_map:"]
    lines += [f"#  {name}: {_yaml(space)}" for name, space in prefixes.map.items()]
    for slot in SET_SLOTS[1:]:
        written = [
            _yaml(prefixes.curie(one) if slot.type is Type.ENTITY else one)
            for one in values.get(slot.name, ())
        ]
        if slot.multiple and written:
            lines += [f"#{slot.name}:", *(f"#  - {one}" for one in written)]
        else:
            lines += [f"#{slot.name}: {one}" for one in written]
    if used:
        lines.append("#extension_definitions:")
    for slot in used:
        lines.append(f"#  - slot_name: {slot.name}")
        lines.append(f"#    property: {prefixes.curie(slot.property)}")
        lines.append(f"#    type_hint: {prefixes.curie(slot.type.value)}")
    return lines


def _cell(slot: Slot, values: Values, prefixes: Prefixes) -> str:
    """The values of a slot, quoted where they need it."""
    given = values.get(slot.name, ())
    if slot.type is Type.ENTITY:
        given = tuple(prefixes.curie(one) for one in given)
    text = "|".join(_TO_ESCAPE.sub(r"\\\1", one) if slot.multiple else one for one in given)
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text


def _yaml(text: str) -> str:
    """A text as YAML: as it is where that is the same text, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.isprintable() and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def as_rdf(found: MappingSet) -> Graph:
    """A set as SSSOM/RDF: each mapping says all that is said of it, by itself."""
    (address,) = found.values["mapping_set_id"]
    shared = {name: found.values[name] for name in PROPAGATED if name in found.values}
    own = {n: v for n, v in found.values.items() if n not in {*shared, "mapping_set_id"}}
    lines = [_line(iri(address), RDF_TYPE, iri(f"{SSSOM}MappingSet"))]
    lines += _said(iri(address), SET_SLOTS, own)
    slots = (*MAPPING_SLOTS[1:], *found.extensions)
    for mapping in found.mappings:
        record = iri(mapping["record_id"][0])
        lines.append(_line(iri(address), f"{SSSOM}mappings", record))
        lines.append(_line(record, RDF_TYPE, iri(EXTERNAL_PREFIXES["owl"] + "Axiom")))
        lines += _said(record, slots, {**shared, **mapping})
    for at, slot in enumerate(found.extensions, 1):
        node = Term("blank", f"extension{at}")
        lines.append(_line(iri(address), f"{SSSOM}extension_definitions", node))
        lines.append(_line(node, RDF_TYPE, iri(f"{SSSOM}ExtensionDefinition")))
        lines.append(_line(node, f"{SSSOM}slot_name", literal(slot.name)))
        lines.append(_line(node, f"{SSSOM}property", iri(slot.property)))
        lines.append(_line(node, f"{SSSOM}type_hint", iri(slot.type.value)))
    return Graph.of(lines)


def _said(subject: Term, slots: Iterable[Slot], values: Values) -> list[str]:
    return [
        _line(subject, slot.property, _term(slot.type, one))
        for slot in slots
        for one in values.get(slot.name, ())
    ]


def _term(kind: Type, value: str) -> Term:
    match kind:
        case Type.ENTITY | Type.URI:
            return iri(value)
        case Type.ENUM:
            return iri(MEANINGS[value])
    return literal(value, datatype=kind.value)


def _line(subject: Term, name: str, value: Term) -> str:
    return str(Triple(subject, iri(name), value))

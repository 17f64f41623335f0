"""Reads from a version what its index is made of: by pages, so that each query stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from ogpgraph.errors import ResultTooLarge
from ogpgraph.formats import RESULTS_JSON
from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS, Kind
from ogpgraph.reading import Reading
from ogpgraph.search.staging import ITEMS, LINKS, TEXTS
from ogpgraph.store.base import Row, solutions
from ogpgraph.terms import Term, iri, literal

Batch = tuple[str, str, bytes]
"""What it has, the kind of its items, and the answer that has it: see `staging.stage`."""
_PAGE = 100_000
"""Items of one query for items: the engine sorts all that are left for each page."""
_TOGETHER = 1_000
"""Items whose texts one query asks for."""
_LONGEST = 20_000
"""Characters of a text that are read."""
_PARTS = (
    "(ogp:hasInvolvement|ogp:hasClassification|ogp:hasBranchAssessment|ogp:hasFigure|"
    "ogp:hasStatus|ogp:hasClaim)"
)
"""What belongs to a thing and has evidence of its own."""
_TEXTS = MappingProxyType(
    {
        "skos:prefLabel": "label",
        "dcterms:title": "title",
        "skos:altLabel": "alternative",
        "ogp:summary": "summary",
        "skos:definition": "definition",
        "dcterms:description": "definition",
        "ogp:rationale": "note",
        "ogp:explanation": "note",
        "skos:scopeNote": "note",
        "ogp:noOgpValue": "note",
        "ogp:noSdgTarget": "note",
        "ogp:reviewNote": "note",
        "ogp:quote": "quote",
        "ogp:number": "code",
        "ogp:ogpId": "code",
        "ogp:ogpPlanId": "code",
        "skos:notation": "code",
    }
)
"""A property -> what its text is of a thing."""
_QUOTE = (
    "?evidence ogp:quote ?said . OPTIONAL { ?evidence ogp:firstLine ?line } "
    "OPTIONAL { ?evidence oa:hasSource ?document . ?document dcterms:identifier ?source }"
)
"""A quotation, and where it stands."""
_LINKS = MappingProxyType(
    {
        "ogp:commitmentOf": "owner",
        "ogp:milestoneOf": "owner",
        "ogp:alignmentOf": "owner",
        "ogp:unlistedNumberOf": "owner",
        "sdgo:isTargetOf": "owner",
        "ogp:country": "country",
        "dcterms:spatial": "country",
        "ogp:involvesBranch": "branch",
        "ogp:branchOfState": "branch",
        "ogp:involvedParty": "party",
        "ogp:policyArea": "area",
        "ogp:ogpValue": "value",
        "ogp:alignsWithGoal": "goal",
        "ogp:alignsWithTarget": "goal",
        "ogp:alignedGoal": "goal",
        "ogp:alignedTarget": "goal",
        "ogp:transversalFocus": "focus",
        "skos:broader": "broader",
        "ogp:alignmentMethod": "method",
        "ogp:reviewState": "state",
    }
)
"""A property -> what the thing that it names is to another."""
_TEXT_PROPERTIES = ", ".join(_TEXTS)
_LINK_PROPERTIES = ", ".join(_LINKS)
_NAME_PROPERTY = "skos:prefLabel"
_NAMED = (
    "{ ?item a skos:Concept } UNION { ?item a org:Organization } "
    "UNION { ?item a ogp:NonStateActor } UNION { ?item a ogp:MultiStakeholderForum }"
)
"""Things that others are linked with, and that have names: not only those with pages."""
_CODED = MappingProxyType(
    {"sdgs": ("ODS {}", "SDG {}"), "sdg-indicators": ("Indicador {}", "Indicator {}")}
)
"""How the things of a kind are called by their ids, besides."""


def batches(reading: Reading) -> Iterator[Batch]:
    """All that the index of a version is made of.

    Raises:
        OgpGraphError: it cannot be read.
    """
    for kind in KINDS.values():
        yield from _gathered(reading, kind)
    yield from _gathered(reading, None)


def roles(names: Names) -> dict[str, str]:
    """What the text of a property, or what it names, is to a thing: by its IRI."""
    found = {}
    for prefixed, role in (*_TEXTS.items(), *_LINKS.items()):
        prefix, _, local = prefixed.partition(":")
        found[names.prefixes[prefix] + local] = role
    return found


def called() -> dict[str, list[tuple[str, str]]]:
    """What the things of each kind are called, as language and text: they seldom say it."""
    return {kind.name: [("es", kind.title[0]), ("en", kind.title[1])] for kind in KINDS.values()}


def _gathered(reading: Reading, kind: Kind | None) -> Iterator[Batch]:
    """The things of a kind with their texts and links; without one, names of what has no page."""
    name = kind.name if kind else ""
    for page in _pages(reading, _members(kind, reading.names)):
        items = page
        if kind:
            codes = {one: _codes(kind, reading.names, one) for one in page}
            items = [one for one in page if codes[one]]
            yield ITEMS, name, _results([{"item": one} for one in items])
            yield TEXTS, name, _results([row for one in items for row in codes[one]])
        for at in range(0, len(items), _TOGETHER):
            yield from _batches(reading, items[at : at + _TOGETHER], name)


def _members(kind: Kind | None, names: Names) -> str:
    """The pattern that a kind's things fit."""
    if kind is None:
        return _NAMED
    classes = " ".join(str(iri(one)) for one in kind.class_iris(names))
    return f"VALUES ?class {{ {classes} }} ?item a ?class ."


def _pages(reading: Reading, members: str) -> Iterator[list[Term]]:
    """The items of a pattern, in the order of their IRIs."""
    last = ""
    while True:
        text = (
            f"SELECT DISTINCT ?item WHERE {{ {members} "
            f"FILTER (isIRI(?item) && STR(?item) > {literal(last)}) }} "
            f"ORDER BY STR(?item) LIMIT {int(_PAGE)}"
        )
        found = [row["item"] for row in solutions(_asked(reading, text))[1]]
        if found:
            yield found
            last = found[-1].value
        if len(found) < _PAGE:
            return


def _batches(reading: Reading, items: Sequence[Term], kind: str) -> Iterator[Batch]:
    """What is said of some items; of fewer at once where that is too much for one answer."""
    try:
        found = list(_said(reading, items, kind))
    except ResultTooLarge:
        if len(items) == 1:
            raise
        middle = len(items) // 2
        for some in (items[:middle], items[middle:]):
            yield from _batches(reading, some, kind)
    else:
        yield from found


def _said(reading: Reading, items: Sequence[Term], kind: str) -> Iterator[Batch]:
    things = f"VALUES ?item {{ {' '.join(map(str, items))} }}"
    most = int(_LONGEST)
    cut = (
        f"BIND (COALESCE(SUBSTR(?said, 1, {most}), SUBSTR(STR(?said), 1, {most})) AS ?text) "
        f"FILTER (BOUND(?text))"
    )
    properties = _TEXT_PROPERTIES if kind else _NAME_PROPERTY
    own = (
        f"SELECT ?item ?property ?text WHERE {{ {things} ?item ?property ?said "
        f"FILTER (?property IN ({properties})) {cut} }}"
    )
    yield TEXTS, kind, _asked(reading, own)
    if not kind:
        return
    # The items stand in each branch: outside of them, each is evaluated for all there is.
    quoted = (
        f"SELECT DISTINCT ?item ?property ?text ?source ?line WHERE {{ "
        f"{{ {things} ?item ogp:hasEvidence ?evidence . {_QUOTE} }} UNION "
        f"{{ {things} ?item {_PARTS} ?part . ?part ogp:hasEvidence ?evidence . {_QUOTE} }} "
        f"BIND (ogp:quote AS ?property) {cut} }}"
    )
    yield TEXTS, kind, _asked(reading, quoted)
    linked = (
        f"SELECT DISTINCT ?item ?property ?target WHERE {{ {things} ?item ?property ?target "
        f"FILTER (?property IN ({_LINK_PROPERTIES}) && isIRI(?target)) }}"
    )
    yield LINKS, kind, _asked(reading, linked)


def _asked(reading: Reading, text: str) -> bytes:
    return reading.find(text, ahead=True).write(RESULTS_JSON)


def _codes(kind: Kind, names: Names, item: Term) -> list[Row]:
    """What is written for the id of a thing, as texts of its; none where it has no page."""
    identifier = kind.identifier(names, item.value)
    if identifier is None:
        return []
    forms = _CODED.get(kind.name, ("{}",))
    number = iri(names.term("number"))
    return [
        {"item": item, "property": number, "text": literal(form.format(identifier))}
        for form in forms
    ]


def _results(found: Sequence[Row]) -> bytes:
    """Rows of ours in the form of an answer."""
    types = {"iri": "uri", "literal": "literal"}
    bindings = [
        {name: {"type": types[term.kind], "value": term.value} for name, term in row.items()}
        for row in found
    ]
    return json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode()

"""RDF to records, to SSSOM, and back: every alignment is there again, with every field."""

from __future__ import annotations

import string
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogpgraph.alignments.records import (
    METHODS,
    STATES,
    Alignment,
    AlignmentSet,
    Evidence,
    Unaligned,
    plain,
    records,
    statements,
)
from ogpgraph.alignments.selection import Selection
from ogpgraph.alignments.sssom import as_tsv, mapping_set
from ogpgraph.alignments.sssom_reading import read_sssom
from ogpgraph.files import Graph, parse, read, triples
from ogpgraph.iris import Names
from ogpgraph.sdg import VOCABULARY
from ogpgraph.terms import Triple, iri, literal
from ogpgraph.vocab import SDG

NAMES = Names()
URL = "https://ogp.example.org"
ALL = Selection(every=True)

CHARACTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r"
)
"""Those that a published text can hold."""
TEXTS = st.text(CHARACTERS, min_size=1, max_size=40)
LOCALS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=6)
CODES = st.sampled_from([code for code in VOCABULARY.entries if code.level != "indicator"])
NUMBERS = st.one_of(st.none(), st.integers(0, 10**6))
CONFIDENCES = st.one_of(
    st.none(),
    st.integers(0, 10**6).map(lambda n: Decimal(plain(Decimal(n) / 10**6))),
)
DATES = st.datetimes().map(lambda moment: moment.strftime("%4Y-%m-%dT%H:%M:%SZ").zfill(20))
AGENTS = st.one_of(
    LOCALS.map(lambda one: NAMES.thing("agent", one)),
    LOCALS.map(lambda one: f"https://example.org/people/{one}?x=1#me"),
    LOCALS.map(lambda one: f"urn:example:{one}"),
)


@st.composite
def evidences(draw: st.DrawFn, at: str) -> Evidence:
    quote = draw(st.one_of(st.just(""), TEXTS))
    return Evidence(
        NAMES.thing("evidence", at),
        source=draw(st.one_of(st.just(""), LOCALS.map(lambda one: NAMES.thing("source", one)))),
        quote=quote,
        language=draw(st.sampled_from(["", "es", "en", "es-cr"])) if quote else "",
        first_line=draw(NUMBERS),
        last_line=draw(NUMBERS),
        start_offset=draw(NUMBERS),
        end_offset=draw(NUMBERS),
    )


@st.composite
def alignments(draw: st.DrawFn, at: str) -> Alignment:
    code = draw(CODES)
    kind = draw(st.sampled_from(["commitment", "plan"]))
    name = NAMES.thing("alignment", f"{at}/{code}/x")
    rest = [
        str(Triple(iri(name), iri("http://purl.org/dc/terms/relation"), value))
        for value in draw(
            st.lists(
                st.one_of(
                    AGENTS.map(iri), TEXTS.map(literal), st.just(literal("a", language="es"))
                ),
                max_size=2,
            )
        )
    ]
    return Alignment(
        name,
        NAMES.thing(kind, at),
        f"{SDG}{code.goal}",
        f"{SDG}{code}" if code.target else "",
        draw(st.sampled_from(METHODS)),
        draw(st.sampled_from(STATES)),
        confidence=draw(CONFIDENCES),
        rationale=draw(st.dictionaries(st.sampled_from(["es", "en"]), TEXTS)),
        authors=tuple(sorted(draw(st.sets(AGENTS, max_size=3)))),
        reviewers=tuple(sorted(draw(st.sets(AGENTS, max_size=2)))),
        generated=draw(st.one_of(st.just(""), DATES)),
        generated_by=draw(st.one_of(st.just(""), AGENTS)),
        evidence=draw(st.one_of(st.none(), evidences(at))),
        rest=tuple(sorted(set(rest))),
    )


@st.composite
def sets(draw: st.DrawFn) -> AlignmentSet:
    found = [draw(alignments(f"P-{n}")) for n in range(draw(st.integers(0, 4)))]
    without = [
        Unaligned(
            NAMES.thing("commitment", f"Q-{n}"),
            draw(st.dictionaries(st.sampled_from(["es", "en"]), TEXTS, min_size=1)),
        )
        for n in range(draw(st.integers(0, 2)))
    ]
    found.sort(key=lambda one: one.iri)
    return AlignmentSet(tuple(found), tuple(without))


def through(found: AlignmentSet) -> AlignmentSet:
    made = mapping_set(found, NAMES, url=URL, version=7, selection=ALL)
    return read_sssom(as_tsv(made).encode(), "made.sssom.tsv", NAMES).alignments


@settings(max_examples=200, deadline=None)
@given(sets())
def test_records_are_the_same_after_sssom(found: AlignmentSet) -> None:
    again = through(found)
    assert again.alignments == found.alignments
    assert again.unaligned == found.unaligned


@settings(max_examples=100, deadline=None)
@given(sets())
def test_records_are_the_same_after_rdf(found: AlignmentSet) -> None:
    graph = statements(found, NAMES)
    again = records(triples(graph), NAMES)
    assert again.alignments == found.alignments
    assert again.unaligned == found.unaligned
    parsed = parse(graph.to_bytes(), "application/n-triples", name="x", base=NAMES.base).graph
    assert statements(records(triples(parsed), NAMES), NAMES) == parsed


def test_made_up_alignments_keep_every_statement(repository: Path) -> None:
    said = Graph.of(
        line
        for name in ("queries/fixtures/alignments.ttl", "alignments/rich.ttl")
        for line in read(repository / "tests" / name, base=NAMES.base).graph.lines
    )
    found = records(triples(said), NAMES)
    assert len(found.alignments) == 13
    again = statements(through(found), NAMES)
    assert again == statements(found, NAMES)
    left = set(said.lines) - set(again.lines)
    assert not [
        one
        for one in left
        if not one.startswith((f"<{NAMES.base}id/agent/", f"<{NAMES.base}graph/"))
    ]
    assert not set(again.lines) - set(said.lines)


def test_shipped_alignments_keep_every_statement(repository: Path, shipped: AlignmentSet) -> None:
    """All that the data says of alignments and their evidence, also of each by itself."""
    again = statements(through(shipped), NAMES)
    said = {
        line
        for path in (repository / "data" / "ttl").rglob("*.ttl")
        for line in read(path, base=NAMES.base).graph.lines
    }
    things = {one.iri for one in shipped.alignments}
    things |= {one.evidence.iri for one in shipped.alignments if one.evidence}
    links = ("commitmentAlignment", "planAlignment", "noSdgTarget")
    wanted = {line for line in said if line.split(" ", 1)[0][1:-1] in things}
    wanted |= {line for line in said if any(f"<{NAMES.term(name)}>" in line for name in links)}
    assert set(again.lines) == wanted


def test_a_second_value_of_a_field_is_kept_too() -> None:
    name = NAMES.thing("alignment", "P-1/16/curated")
    lines = [
        *statements(
            AlignmentSet(
                (
                    Alignment(
                        name, NAMES.thing("commitment", "P-1"), f"{SDG}16", "", "curated", "accepted",
                        rationale={"en": "one"}, generated="2026-11-29T00:00:00Z",
                    ),
                )
            ),
            NAMES,
        ).lines,
        str(Triple(iri(name), iri(NAMES.term("rationale")), literal("another", language="en"))),
        str(Triple(iri(name), iri(NAMES.term("rationale")), literal("um texto", language="pt"))),
    ]  # fmt: skip
    found = records(triples(Graph.of(lines)), NAMES)
    assert statements(through(found), NAMES) == Graph.of(lines)


@pytest.mark.parametrize(
    "missing", ["alignedGoal", "alignmentMethod", "reviewState", "commitmentAlignment"]
)
def test_what_is_no_alignment_is_left_out(missing: str) -> None:
    one = Alignment(
        NAMES.thing("alignment", "P-1/16/curated"), NAMES.thing("commitment", "P-1"), f"{SDG}16", "",
        "curated", "accepted",
    )  # fmt: skip
    lines = statements(AlignmentSet((one,)), NAMES).lines
    kept = [line for line in lines if NAMES.term(missing) not in line]
    assert len(kept) == len(lines) - 1
    assert not records(triples(Graph.of(kept)), NAMES).alignments

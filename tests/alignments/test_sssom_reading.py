"""SSSOM/TSV of others and of ours becomes a draft; what is wrong has a line and a column."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ogpgraph.alignments.sssom_reading import Draft, read_sssom
from ogpgraph.errors import BadSyntax
from ogpgraph.iris import Names
from ogpgraph.vocab import SDG

NAMES = Names()
HEAD = """#curie_map:
#  commitment: https://w3id.org/ogpgraph/id/commitment/
#  evidence: https://w3id.org/ogpgraph/id/evidence/
#  method: https://w3id.org/ogpgraph/scheme/alignment-method/
#  ogp: "https://w3id.org/ogpgraph/ns#"
#  orcid: https://orcid.org/
#  review: https://w3id.org/ogpgraph/scheme/review-state/
#  sdg: http://metadata.un.org/sdg/
#  slot: "https://w3id.org/ogpgraph/sssom#"
#  wd: http://www.wikidata.org/entity/
#mapping_set_id: https://example.org/set
#license: https://creativecommons.org/licenses/by/4.0/
#extension_definitions:
#  - slot_name: ext_review_state
#    property: ogp:reviewState
#    type_hint: linkml:Uriorcurie
#  - slot_name: state_lines
#    property: slot:firstLine
#    type_hint: xsd:integer
#  - slot_name: ext_statements
#    property: slot:statements
"""
COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
ROW = ("commitment:CRI-4-9", "ogp:alignsWithTarget", "sdg:16.7", "semapv:ManualMappingCuration")
LINE = HEAD.count("\n") + 2


def file(*more: tuple[str, str], head: str = HEAD, **changed: str) -> bytes:
    cells = dict(zip(COLUMNS, ROW, strict=True)) | changed | dict(more)
    return (head + "\t".join(cells) + "\n" + "\t".join(cells.values()) + "\n").encode()


def draft(content: bytes) -> Draft:
    return read_sssom(content, "a.sssom.tsv", NAMES)


def test_a_file_of_others_gives_proposals_with_minted_names() -> None:
    found = draft(
        file(
            ("confidence", "0.950"),
            ("author_id", "orcid:0000-0001|orcid:0000-0002"),
            ("mapping_date", "2026-11-20"),
            ("comment", "Why."),
            ("state_lines", "12"),
        )
    )
    (one,) = found.alignments.alignments
    assert one.iri == NAMES.thing("alignment", "CRI-4-9/16.7/curated")
    assert (one.goal, one.target) == (f"{SDG}16", f"{SDG}16.7")
    assert (one.method, one.state) == ("curated", "proposed")
    assert one.confidence == Decimal("0.95")
    assert one.authors == ("https://orcid.org/0000-0001", "https://orcid.org/0000-0002")
    assert one.generated == "2026-11-20T00:00:00Z"
    assert one.rationale == {"en": "Why."}
    assert one.evidence is not None
    assert one.evidence.iri == NAMES.thing("evidence", "CRI-4-9/sdg-16.7")
    assert one.evidence.first_line == 12
    assert found.license == "https://creativecommons.org/licenses/by/4.0/"
    (issue,) = found.issues
    assert issue.line == LINE
    assert "a rationale in es and en" in issue.message


@pytest.mark.parametrize(
    ("changed", "method", "state"),
    [
        ({"mapping_justification": "semapv:LexicalMatching"}, "suggested", "proposed"),
        ({"mapping_justification": "semapv:UnspecifiedMatching"}, "suggested", "proposed"),
        ({"predicate_id": "skos:relatedMatch"}, "curated", "proposed"),
        ({"predicate_modifier": "Not"}, "curated", "rejected"),
        ({"object_id": "sdg:16", "predicate_id": "ogp:alignsWithGoal"}, "curated", "proposed"),
        ({"object_id": "wd:Q53581248"}, "curated", "proposed"),
    ],
)
def test_nothing_that_others_say_is_taken_for_accepted(
    changed: dict[str, str], method: str, state: str
) -> None:
    (one,) = draft(file(**changed)).alignments.alignments
    assert (one.method, one.state) == (method, state)
    assert one.goal == f"{SDG}16"


def test_what_the_set_says_holds_for_mappings_that_do_not() -> None:
    head = HEAD + "#mapping_date: 2026-11-01\n"
    (one,) = draft(file(head=head)).alignments.alignments
    assert one.generated == "2026-11-01T00:00:00Z"
    two = file(("mapping_date", "2026-11-02"), head=head)
    (one,) = draft(two).alignments.alignments
    assert one.generated == "2026-11-02T00:00:00Z"


def test_an_unknown_column_is_told_and_left_out() -> None:
    found = draft(file(("ext_foo", "x"), ("similarity_score", "0.5")))
    told = " ".join(issue.message for issue in found.issues)
    assert "ext_foo" in told
    assert "similarity_score" in told


def test_line_ends_of_windows_and_empty_lines_are_read() -> None:
    content = file().replace(b"\n", b"\r\n") + b"\r\n\r\n"
    assert len(draft(content).alignments.alignments) == 1


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"\xef\xbb\xbf" + file(), 1, 1, "byte order mark"),
        (file().replace(b"CRI", b"CR\xff"), LINE, 14, "not UTF-8"),
        (b"subject_id\tobject_id\n", 1, 1, "no metadata block"),
        (HEAD.encode(), LINE - 1, 1, "no table"),
        (file(head=HEAD + "#a: &x 1\n"), LINE - 1, 5, "anchors"),
        (file(head=HEAD + "#a: *x\n"), LINE - 1, 5, "anchors"),
        (file(head=HEAD + "#a: !!python/object:os.system x\n"), LINE - 1, 5, "tags"),
        (file(head="#%YAML 1.2\n#---\n" + HEAD), 1, 2, "directives"),
        (file(head=HEAD + "#a: [[[[[[1]]]]]]\n"), LINE - 1, 8, "nested"),
        (file(head=HEAD + "#a: 'x\n"), LINE, 2, "not YAML"),
        (file(head=HEAD + "#a: {b: c}\n"), LINE - 1, 5, "text is expected"),
        (file(head=HEAD + "#license: x\n"), LINE - 1, 2, "twice"),
        (file(head=HEAD.replace("#license", "#licence")), 1, 1, "lacks license"),
        (file().replace(b"object_id\t", b"object\t"), LINE - 1, 1, "lacks the column object_id"),
        (file().replace(b"object_id\t", b"subject_id\t"), LINE - 1, 25, "twice"),
        (file().rstrip(b"\n") + b"\tx\n", LINE, 79, "5 cells"),
        (file(("comment", '"a" b')), LINE, 79, "quotation mark"),
        (file(("comment", 'a "b')), LINE, 81, "quotation mark"),
        (file(("comment", '"a')), LINE, 79, "quotation mark"),
        (file(subject_id="CRI-4-9"), LINE, 1, "no CURIE"),
        (file(subject_id="nope:CRI-4-9"), LINE, 1, "declared prefix"),
        (file(subject_id="commitment:a b"), LINE, 1, "not an IRI"),
        (file(subject_id="sdg:1"), LINE, 1, "commitment or plan"),
        (file(object_id="sdg:18"), LINE, 41, "Object_id is"),
        (file(object_id="sdg:16.6.2"), LINE, 41, "Object_id is"),
        (file(object_id=""), LINE, 41, "no object_id"),
        (file(predicate_id="owl:sameAs"), LINE, 20, "known are"),
        (file(predicate_modifier="not"), LINE, 79, "the only one is Not"),
        (file(("confidence", "1.5")), LINE, 79, "from 0 to 1"),
        (file(("confidence", "high")), LINE, 79, "from 0 to 1"),
        (file(("mapping_date", "20 November")), LINE, 79, "2026-11-29"),
        (file(("state_lines", "-1")), LINE, 79, "whole number"),
        (file(("ext_review_state", "review:done")), LINE, 79, "known are proposed"),
        (file(("ext_review_state", "review:rejected")), LINE, 20, "Not"),
        (file(("ext_statements", "<a> <b> <c> .")), LINE, 79, "ext_statements"),
        (file() + file().split(b"\n")[-2] + b"\n", LINE + 1, 1, "twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(content: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(BadSyntax) as caught:
        draft(content)
    assert words in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.message.startswith(f"a.sssom.tsv:{line}:{column}: ")


def test_lines_within_cells_count() -> None:
    content = file(("comment", '"one\ntwo\nthree"'), ("confidence", "x"))
    with pytest.raises(BadSyntax) as caught:
        draft(content)
    assert (caught.value.line, caught.value.column) == (LINE + 2, 8)


def test_a_built_in_prefix_stands_for_what_it_is() -> None:
    head = HEAD.replace("#curie_map:\n", "#curie_map:\n#  skos: https://example.org/\n")
    with pytest.raises(BadSyntax, match="built in") as caught:
        draft(file(head=head))
    assert (caught.value.line, caught.value.column) == (2, 10)

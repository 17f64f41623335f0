"""What is written as SSSOM: its form by the specification, and by sssom-py."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from ogpgraph.alignments.records import (
    ACCEPTED,
    REJECTED,
    SUGGESTED,
    Alignment,
    AlignmentSet,
)
from ogpgraph.alignments.selection import Selection
from ogpgraph.alignments.sssom import MappingSet, as_rdf, as_tsv, mapping_set
from ogpgraph.errors import BadRequest
from ogpgraph.files import triples, write
from ogpgraph.iris import Names
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE, SDG

NAMES = Names()
URL = "https://ogp.example.org"
SSSOM, OWL = "https://w3id.org/sssom/", EXTERNAL_PREFIXES["owl"]


def written(found: AlignmentSet, **asked: str) -> MappingSet:
    selection = Selection.of(asked, found, NAMES)
    return mapping_set(found, NAMES, url=URL, version=12, selection=selection)


def taken_apart(text: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    lines = text.splitlines(keepends=True)
    head = "".join(line[1:] for line in lines if line.startswith("#"))
    table = "".join(lines[head.count("\n") :])
    metadata = yaml.safe_load(head)
    return metadata, list(csv.DictReader(io.StringIO(table), delimiter="\t", strict=True))


@pytest.fixture(scope="module")
def every(aligned: AlignmentSet) -> tuple[dict[str, Any], list[dict[str, str]]]:
    return taken_apart(as_tsv(written(aligned, state="all")))


def row_of(rows: list[dict[str, str]], record: str) -> dict[str, str]:
    (found,) = [row for row in rows if row["record_id"] == f"alignment:{record}"]
    return found


def test_without_being_asked_only_what_counts_is_there(aligned: AlignmentSet) -> None:
    _, rows = taken_apart(as_tsv(written(aligned)))
    real = [row for row in rows if row["object_id"] != "sssom:NoTermFound"]
    assert {row["ext_review_state"] for row in real} == {"review:accepted"}
    assert {row["ext_method"] for row in real} == {"method:curated", "method:statedInSource"}
    assert len(real) == sum(one.counts for one in aligned.alignments)
    _, all_rows = taken_apart(as_tsv(written(aligned, state="all")))
    assert len(all_rows) == len(aligned.alignments) + len(aligned.unaligned)


@pytest.mark.parametrize(
    ("record", "predicate", "modifier", "justification"),
    [
        ("CRI-4-9/16.10/curated", "ogp:alignsWithTarget", "", "semapv:ManualMappingCuration"),
        ("HND-4-3/16/statedInSource", "ogp:alignsWithGoal", "", "semapv:UnspecifiedMatching"),
        ("HND-4-6/16.5/suggested", "rdfs:seeAlso", "", "semapv:LexicalMatching"),
        ("ECU-1-6/16.10/suggested", "rdfs:seeAlso", "", "semapv:LexicalMatching"),
        ("MEX-4-1/1/curated", "rdfs:seeAlso", "", "semapv:ManualMappingCuration"),
        ("MEX-4-6/16.1/curated", "ogp:alignsWithTarget", "Not", "semapv:ManualMappingCuration"),
        ("HND-4-20/8.8/suggested", "ogp:alignsWithTarget", "Not", "semapv:MappingReview"),
        ("MEX-4/5/curated", "ogp:alignsWithGoal", "", "semapv:ManualMappingCuration"),
    ],
)
def test_what_is_proposed_or_rejected_is_never_written_as_an_alignment(
    every: Any, record: str, predicate: str, modifier: str, justification: str
) -> None:
    row = row_of(every[1], record)
    assert (row["predicate_id"], row["predicate_modifier"]) == (predicate, modifier)
    assert row["mapping_justification"] == justification


def test_a_row_has_all_that_is_said(every: Any) -> None:
    row = row_of(every[1], "ECU-1-2/17.18/suggested")
    assert (row["subject_id"], row["object_id"]) == ("commitment:ECU-1-2", "sdg:17.18")
    assert row["subject_label"]
    assert row["ext_subject_label_es"]
    assert row["object_label"] == "Capacity for timely, reliable, disaggregated data"
    assert sorted(row["author_id"].split("|")) == ["agent:tester", "ns1:1"]
    assert row["mapping_tool"] == "A made-up matcher"
    assert row["mapping_tool_version"] == "2.1"
    assert row["mapping_date"] == "2026-11-29"
    assert row["ext_generated_at"] == "2026-11-29T12:34:56.7Z"
    assert row["confidence"] == "0.8234"
    assert row["comment"] == 'It says "open data": a policy, not its use.'
    assert row["ext_comment_es"] == "Dice «datos | abiertos»:\tuna política,\nno su uso."
    assert row["ext_quote"] == 'política de "datos"'
    assert [row[f"ext_{name}"] for name in ("first_line", "last_line", "start_offset", "end_offset")] == ["10", "12", "100", "118"]  # fmt: skip
    assert row["ext_source"] == "source:ECU-1-slides"
    assert row["ext_quote_language"] == "es"
    assert row["ext_statements"].count("\n") == 4


def test_what_a_source_states_has_who_put_it_down_and_no_author_of_ours(every: Any) -> None:
    stated = row_of(every[1], "HND-4-3/16/statedInSource")
    assert (stated["author_id"], stated["creator_id"]) == ("", "agent:ogpgraphCuration")
    curated = next(row for row in every[1] if row["ext_method"] == "method:curated")
    assert (curated["author_id"], curated["creator_id"]) == ("agent:ogpgraphCuration", "")


def test_a_rejection_is_that_of_who_reviewed_and_not_of_the_tool() -> None:
    reviewer = NAMES.thing("agent", "ana-mora")
    rejected = Alignment(
        NAMES.thing("alignment", "CRI-4-4/16.6/suggested"),
        NAMES.thing("commitment", "CRI-4-4"),
        f"{SDG}16",
        f"{SDG}16.6",
        SUGGESTED,
        REJECTED,
        confidence=Decimal("0.741"),
        authors=(NAMES.thing("agent", "matcher"),),
        reviewers=(reviewer,),
    )
    made = written(AlignmentSet((rejected,)), state="all")
    ((row,), turtle) = taken_apart(as_tsv(made))[1], set(triples(as_rdf(made)))
    assert (row["predicate_modifier"], row["mapping_justification"]) == (
        "Not",
        "semapv:MappingReview",
    )
    assert row["reviewer_id"] == "agent:ana-mora"
    assert "confidence" not in row, "nobody is 0.741 sure that it does not align"
    assert row["ext_confidence"] == "0.741"
    assert any(
        (one.predicate.value, one.object.value) == (f"{SSSOM}reviewer_id", reviewer)
        for one in turtle
    )


def test_a_commitment_without_target_says_so(every: Any, aligned: AlignmentSet) -> None:
    without = [row for row in every[1] if row["object_id"] == "sssom:NoTermFound"]
    (row,) = [row for row in without if row["subject_id"] == "commitment:ECU-1-3"]
    assert len(without) == len(aligned.unaligned)
    assert row["comment"] == "No target is about this."
    assert row["ext_comment_es"] == "Ninguna meta trata de esto."
    assert row["object_source"] == "sdgo:Target"
    assert "object_source" not in every[0]
    assert row_of(every[1], "CRI-4-9/16.7/curated")["object_source"] == "un:sdg"
    assert "commitment/ECU-1-3" in {one.commitment.partition("id/")[2] for one in aligned.unaligned}


def test_only_what_has_a_confidence_says_one(every: Any) -> None:
    for row in every[1]:
        suggested = row["ext_method"] == "method:suggested"
        rejected = row["ext_review_state"] == "review:rejected"
        assert bool(row["confidence"]) == (suggested and not rejected)
        assert bool(row["ext_confidence"]) == (suggested and rejected)


def test_the_head_says_what_the_set_is(aligned: AlignmentSet) -> None:
    text = as_tsv(written(aligned, state="all", country="HND"))
    metadata, rows = taken_apart(text)
    assert metadata["mapping_set_id"] == f"{URL}/alignments.sssom?country=HND&state=all"
    assert metadata["mapping_set_version"] == "12"
    assert metadata["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert metadata["sssom_version"] == "1.1"
    assert {row["subject_id"].partition(":")[2][:5] for row in rows} == {"HND-4"}
    spaces = metadata["curie_map"]
    assert spaces["sdg"] == "http://metadata.un.org/sdg/"
    assert list(spaces) == sorted(spaces)
    used = set(re.findall(r"(?:^|[\t|: ])([A-Za-z][\w]*):(?=[A-Za-z0-9.])", text, re.MULTILINE))
    assert spaces.keys() <= used
    assert not spaces.keys() & {"owl", "rdf", "rdfs", "skos", "sssom", "semapv", "xsd", "linkml"}


def test_it_is_in_the_canonical_form(aligned: AlignmentSet) -> None:
    text = as_tsv(written(aligned, state="all"))
    metadata, rows = taken_apart(text)
    assert "\r" not in text
    assert text.endswith("\n")
    assert [row["record_id"] for row in rows] == sorted(row["record_id"] for row in rows)
    columns = list(rows[0])
    standard = [name for name in columns if not name.startswith("ext_")]
    assert columns[: len(standard)] == standard
    assert all(any(row[name] for row in rows) for name in columns)
    defined = [one["slot_name"] for one in metadata["extension_definitions"]]
    assert [name for name in columns if name.startswith("ext_")] == defined
    spaces = {**metadata["curie_map"], "ogp": f"{NAMES.base}ns#"}
    properties = [
        spaces[one["property"].partition(":")[0]] + one["property"].partition(":")[2]
        for one in metadata["extension_definitions"]
    ]
    assert properties == sorted(properties)


def test_what_all_have_in_common_is_said_once(shipped: AlignmentSet) -> None:
    one = next((one for one in shipped.alignments if one.generated), None)
    if one is None:
        pytest.skip("the shipped data has no alignment yet")
    same = AlignmentSet((one,))
    metadata, rows = taken_apart(as_tsv(written(same, state="all")))
    assert str(metadata["mapping_date"]) == one.generated[:10]
    assert "mapping_date" not in rows[0]


def test_a_set_of_nothing_is_a_set(sssom_py: Path, tmp_path: Path) -> None:
    text = as_tsv(written(AlignmentSet(())))
    assert taken_apart(text)[1] == []
    assert text.splitlines()[-1].startswith("record_id\tsubject_id\t")


@pytest.mark.parametrize("given", [{"state": "x"}, {"plan": "ZZZ-1"}, {"country": "ZZZ"}])
def test_what_is_not_there_is_named(aligned: AlignmentSet, given: dict[str, str]) -> None:
    with pytest.raises(BadRequest) as caught:
        Selection.of(given, aligned, NAMES)
    assert caught.value.parameter == next(iter(given))
    assert {"x": ACCEPTED}.get(given.get("state", ""), "ECU") in " ".join(caught.value.known or ())


def test_the_rdf_is_that_of_the_specification(aligned: AlignmentSet) -> None:
    made = written(aligned, state="all")
    said: dict[tuple[str, str], set[str]] = {}
    for subject, predicate, value in triples(as_rdf(made)):
        said.setdefault((subject.value, predicate.value), set()).add(str(value))
    address = f"{URL}/alignments.sssom?state=all"
    assert said[address, RDF_TYPE] == {f"<{SSSOM}MappingSet>"}
    assert len(said[address, f"{SSSOM}mappings"]) == len(made.mappings)
    assert said[address, f"{SSSOM}sssom_version"] == {f"<{SSSOM}version1.1>"}
    record = NAMES.thing("alignment", "MEX-4-6/16.1/curated")
    assert said[record, RDF_TYPE] == {f"<{OWL}Axiom>"}
    assert said[record, f"{OWL}annotatedSource"] == {f"<{NAMES.thing('commitment', 'MEX-4-6')}>"}
    assert said[record, f"{OWL}annotatedTarget"] == {"<http://metadata.un.org/sdg/16.1>"}
    assert said[record, f"{SSSOM}predicate_modifier"] == {f"<{SSSOM}NegatedPredicate>"}
    assert said[record, f"{SSSOM}subject_type"] == {f"<{OWL}NamedIndividual>"}
    assert (record, f"{SSSOM}record_id") not in said
    assert (address, f"{SSSOM}curie_map") not in said
    assert (address, f"{SSSOM}subject_type") not in said
    direct = NAMES.term("alignsWithTarget")
    assert not [key for key in said if key[1] == direct], "mappings are no statements of ours"


COMPARE = """
import json, sys
from sssom.parsers import parse_sssom_rdf, parse_sssom_table
from sssom.validators import validate
def text(value):
    return "|".join(sorted(str(value).split("|")))
def rows(found):
    keep = [name for name in found.df.columns if not name.startswith("ext_")]
    return sorted([[name, text(one[name])] for name in sorted(keep) if str(one[name]) not in {"", "nan", "None"}]
                  for one in found.df.to_dict("records"))
table, graph = parse_sssom_table(sys.argv[1]), parse_sssom_rdf(sys.argv[2])
for one in (table, graph):
    validate(one)
print(json.dumps([rows(table), rows(graph), table.metadata["mapping_set_id"], graph.metadata["mapping_set_id"]], default=str))
"""


@pytest.mark.parametrize("state", ["accepted", "all"])
def test_sssom_py_accepts_it_and_reads_the_same_in_both_forms(
    aligned: AlignmentSet, sssom_py: Path, tmp_path: Path, state: str
) -> None:
    made = written(aligned, state=state)
    table, graph = tmp_path / "set.sssom.tsv", tmp_path / "set.ttl"
    table.write_text(as_tsv(made), encoding="utf-8", newline="")
    graph.write_bytes(write(as_rdf(made), "text/turtle", prefixes=made.prefixes))
    done = subprocess.run(
        [sssom_py / "sssom", "validate", table], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    command = [sssom_py / "python", "-c", COMPARE, table, graph]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    first, second, *ids = json.loads(read.stdout)
    assert len(first) == len(made.mappings)
    assert first == second
    assert len(set(ids)) == 1


def test_sssom_py_finds_what_is_wrong(
    aligned: AlignmentSet, sssom_py: Path, tmp_path: Path
) -> None:
    table = tmp_path / "wrong.sssom.tsv"
    text = as_tsv(written(aligned)).replace("semapv:ManualMappingCuration", "semapv:NoSuchThing")
    table.write_text(text, encoding="utf-8", newline="")
    done = subprocess.run(
        [sssom_py / "sssom", "validate", table], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0

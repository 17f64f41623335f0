"""Suggestions for a plan wait for review, with what speaks for them; what was decided is left alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.commitment_texts import CommitmentText, Part
from ogpgraph.errors import NotFound
from ogpgraph.reviewing.deciding import Decision
from ogpgraph.reviewing.passages import matched, passage_of
from ogpgraph.reviewing.tool import Tool
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.matcher import Span
from ogpgraph.terms import Term
from tests.reviewing.conftest import plan_text

GRAPH = "sdg-suggestions/TST-1"
NO = Decision.of("rejected", {"en": "It is about something else."})
YES = Decision.of("accepted", {"es": "Así es.", "en": "So it is."})


def test_what_is_suggested_waits_with_score_evidence_tool_and_reasons(reviewing: Any) -> None:
    done = reviewing.propose()
    assert "TST-1-1/16.5/suggested" in done.outcome.proposed
    assert [v.graph for v in done.publication.versions] == [reviewing.service.names.graph(GRAPH)]
    found = {
        one["id"]: one for one in reviewing.client.get("/sdgs/proposals/TST-1").json()["items"]
    }
    assert list(found) == list(done.outcome.proposed)
    one = found["TST-1-1/16.5/suggested"]
    assert (one["goal"], one["target"], one["state"]) == ("16", "16.5", "proposed")
    assert 0 < one["confidence"] <= 1
    assert one["tool"] == f"sdgSuggester-{reviewing.tool.version.replace('+', '-')}"
    assert "«soborno»" in one["rationale"]["es"]
    assert "“soborno”" in one["rationale"]["en"]
    assert one["review"] is None


def test_every_quote_stands_verbatim_in_the_text_it_names(proposed: Any) -> None:
    parts = {"title": "dcterms:title", "label": "skos:prefLabel", "summary": "ogp:summary"}
    items = proposed.client.get("/sdgs/proposals/TST-1").json()["items"]
    assert {one["evidence"]["text"] for one in items} <= parts.keys()
    for one in items:
        evidence = one["evidence"]
        assert 1 <= len(evidence["quote"].split()) <= 10
        quote = Term("literal", evidence["quote"])
        held = proposed.count(
            f"SELECT ?text WHERE {{ commitment:{one['aligned']} {parts[evidence['text']]} ?text "
            f'FILTER(CONTAINS(?text, {quote}) && LANG(?text) = "{evidence["language"]}") }}'
        )
        assert held == 1
    shown = proposed.graph(GRAPH)
    assert "firstLine" not in shown  # it is no line of a document


def test_they_count_nowhere(proposed: Any) -> None:
    assert proposed.count("SELECT ?c WHERE { ?c ogp:alignsWithGoal ?goal }") == 0
    assert proposed.count("SELECT DISTINCT ?c WHERE { ?c ogp:suggestedGoal ?goal }") == 2
    sdg = {"sdg": "16"}
    assert proposed.client.get("/commitments", params=sdg).json()["items"] == []
    assert "TST-1-1" not in proposed.client.get("/alignments.sssom.tsv").text
    waiting = proposed.client.get("/alignments", params={"review_state": "proposed"}).json()
    told = proposed.client.get("/sdgs/proposals/TST-1").json()["items"]
    assert {one["alignment"].rpartition("/id/")[2] for one in told} == {
        one["id"].rpartition("/id/")[2] for one in waiting["items"]
    }


def test_the_same_again_is_no_new_version(proposed: Any) -> None:
    before = proposed.state()
    done = proposed.propose()
    assert done.outcome.proposed == ()
    assert done.outcome.waiting
    assert done.publication.versions == ()
    assert proposed.state() == before


def test_what_was_rejected_is_not_proposed_again_nor_what_was_accepted(proposed: Any) -> None:
    for name, decision in (("TST-1-1/16.5", NO), ("TST-1-1/16.10", YES)):
        proposed.service.reviews.decide(
            [f"{name}/suggested"], decision, reviewer="Ana", agent="t", source="t"
        )
    before = proposed.graph(GRAPH)
    done = proposed.propose()
    assert done.outcome.rejected == ("TST-1-1/16.5/suggested",)
    assert done.outcome.settled == ("TST-1-1/16.10/suggested",)
    assert done.publication.versions == ()
    assert proposed.graph(GRAPH) == before


def test_what_is_curated_otherwise_is_not_proposed(reviewing: Any, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "shapes/fixtures/ok-sdg-graph.ttl").read_text("utf-8")
    file = tmp_path / "sdg.ttl"
    file.write_text(text, encoding="utf-8")
    reviewing.service.load([file], agent="t")
    done = reviewing.propose()
    assert done.outcome.settled == ("TST-1-1/16.10/suggested",)
    assert "TST-1-1/16.10/suggested" not in done.outcome.proposed


def test_what_waited_and_is_suggested_no_more_is_withdrawn(proposed: Any) -> None:
    done = proposed.propose(threshold=1.0)
    assert done.outcome.proposed == done.outcome.waiting == ()
    assert len(done.outcome.withdrawn) >= 2
    assert proposed.graph(GRAPH) == ""
    assert proposed.client.get("/sdgs/proposals").json()["items"] == []


def test_in_english_the_english_texts_are_quoted(reviewing: Any) -> None:
    reviewing.propose(language="en")
    items = reviewing.client.get("/sdgs/proposals/TST-1").json()["items"]
    assert {one["evidence"]["language"] for one in items} == {"en"}


def _waiting(reviewing: Any) -> dict[str, Any]:
    items = reviewing.client.get("/sdgs/proposals/TST-1").json()["items"]
    return {one["id"]: one for one in items}


ORDERS = pytest.mark.parametrize(("first", "then"), [("es", "en"), ("en", "es")])


@ORDERS
def test_the_other_language_adds_and_takes_nothing_away(
    first: str, then: str, reviewing: Any
) -> None:
    """What was proposed from the Spanish texts stays when somebody has the English ones read."""
    reviewing.propose(language=first)
    before = _waiting(reviewing)
    assert {one["evidence"]["language"] for one in before.values()} == {first}
    done = reviewing.propose(language=then)
    after = _waiting(reviewing)
    assert done.outcome.withdrawn == ()
    assert done.outcome.proposed, "the texts do not say the same"
    assert {name: after[name] for name in before} == before, "unchanged"
    assert set(done.outcome.proposed) == after.keys() - before.keys()
    assert set(done.outcome.waiting) == before.keys(), "all of them, suggested again or not"
    for language in (first, then):
        again = reviewing.propose(language=language)
        assert again.publication.versions == ()
        assert (again.outcome.proposed, again.outcome.withdrawn) == ((), ())
        assert set(again.outcome.waiting) == after.keys()


@ORDERS
def test_what_is_suggested_no_more_is_withdrawn_by_its_own_language(
    first: str, then: str, reviewing: Any
) -> None:
    reviewing.propose(language=first)
    before = _waiting(reviewing)
    done = reviewing.propose(language=then, threshold=1.0)
    assert done.outcome.withdrawn == done.outcome.proposed == ()
    assert done.publication.versions == ()
    assert _waiting(reviewing) == before
    done = reviewing.propose(language=first, threshold=1.0)
    assert set(done.outcome.withdrawn) == before.keys()
    assert _waiting(reviewing) == {}


def test_a_better_text_withdraws_what_the_one_before_it_said(
    reviewing: Any, tmp_path: Path
) -> None:
    one = "TST-1-1/16.5/suggested"
    reviewing.propose(language="es")
    reviewing.propose(language="en")
    before = _waiting(reviewing)
    bribery = "Previene la corrupción y el soborno con declaraciones juradas de bienes, y garantiza"
    assert bribery in plan_text()
    file = tmp_path / "TST-1.ttl"
    file.write_text(plan_text().replace(bribery, "Garantiza"), encoding="utf-8")
    reviewing.service.load([file], agent="t")
    assert reviewing.propose(language="en").publication.versions == ()
    done = reviewing.propose(language="es")
    assert done.outcome.withdrawn == (one,)
    assert before.keys() - _waiting(reviewing).keys() == {one}
    again = reviewing.propose(language="en")
    assert again.outcome.proposed == (one,), "the English text still says so"
    assert _waiting(reviewing)[one]["evidence"]["language"] == "en"
    assert reviewing.propose(language="es").publication.versions == ()


def test_what_was_decided_elsewhere_waits_in_no_language(reviewing: Any, tmp_path: Path) -> None:
    reviewing.propose(language="es")
    text = (Path(__file__).parents[1] / "shapes/fixtures/ok-sdg-graph.ttl").read_text("utf-8")
    (tmp_path / "sdg.ttl").write_text(text, encoding="utf-8")
    reviewing.service.load([tmp_path / "sdg.ttl"], agent="t")
    done = reviewing.propose(language="en")
    assert done.outcome.settled == ("TST-1-1/16.10/suggested",)
    assert done.outcome.withdrawn == ()
    assert "TST-1-1/16.10/suggested" not in _waiting(reviewing)


def test_a_dry_run_changes_nothing(reviewing: Any) -> None:
    before = reviewing.state()
    done = reviewing.propose(dry_run=True)
    assert done.outcome.proposed
    assert done.publication.versions == ()
    assert reviewing.state() == before


@pytest.mark.parametrize("plan", ["NONE-1", "TST-1>", "../x", ""])
def test_a_plan_that_is_not_there(plan: str, reviewing: Any) -> None:
    with pytest.raises(Exception, match=r"plan|IRI") as found:
        reviewing.service.reviews.propose(
            plan, reviewing.tool, language="es", agent="t", source="t"
        )
    assert isinstance(found.value, NotFound) or "IRI" in str(found.value)


def test_the_version_of_the_tool_is_that_of_its_files(tmp_path: Path, tool: Tool) -> None:
    folder = Shipped.find().lexicon
    assert Tool.of(tool.suggester, folder).version == tool.version
    for path in folder.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert Tool.of(tool.suggester, tmp_path).version == tool.version
    changed = tmp_path / "16.tsv"
    changed.write_bytes(changed.read_bytes() + b"# more\n")
    assert Tool.of(tool.suggester, tmp_path).version != tool.version


def _text(said: str, cut: int | None = None) -> CommitmentText:
    parts = (Part("label", "es", 0, len(said)),)
    if cut is not None:
        parts = (Part("label", "es", 0, cut), Part("summary", "es", cut + 2, len(said)))
    return CommitmentText("https://e/c", "c", said, parts)


def _span(text: str, words: str, weight: int = 2) -> Span:
    start = text.index(words)
    return Span(start, start + len(words), "16.5", words, weight, "es")


def test_a_passage_has_the_weightiest_matches_within_ten_words() -> None:
    text = "uno dos corrupción tres cuatro cinco seis siete ocho nueve diez once soborno, bienes."
    spans = [_span(text, "corrupción", 2), _span(text, "soborno", 2), _span(text, "bienes", 1)]
    found = passage_of(_text(text), spans)
    assert found is not None
    assert found.quote == "soborno, bienes"


def test_a_passage_lies_in_one_part_and_says_which() -> None:
    text = "Contra la corrupción. El soborno termina."
    found = passage_of(_text(text, 20), [_span(text, "soborno", 4), _span(text, "corrupción", 1)])
    assert found is not None
    assert (found.part.name, found.quote) == ("summary", "soborno")


def test_a_long_match_is_cut_to_ten_words() -> None:
    text = " ".join(f"w{number}" for number in range(30))
    found = passage_of(_text(text), [Span(0, len(text), "1", "all", 3, "es")])
    assert found is not None
    assert found.quote == " ".join(f"w{number}" for number in range(10))


def test_what_speaks_against_is_no_passage() -> None:
    text = "agua potable"
    assert passage_of(_text(text), [_span(text, "agua", -2)]) is None
    assert matched(text, [_span(text, "agua", -2)], against=True) == ("agua",)
    assert matched(text, [_span(text, "agua", -2)]) == ()


def test_the_rationale_names_each_word_once(proposed: Any) -> None:
    for one in proposed.client.get("/sdgs/proposals/TST-1").json()["items"]:
        words = re.findall("«([^»]*)»", one["rationale"]["es"])
        assert words
        assert len({word.casefold() for word in words}) == len(words)

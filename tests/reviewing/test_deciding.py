"""A decision changes both graphs in one publication, is remembered, and can be taken back."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ogpgraph import ledger
from ogpgraph.errors import BadRequest, Conflict, NotFound, Unprocessable
from ogpgraph.reviewing.deciding import Decision
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

KILLS = 3
REVIEWER = Path(__file__).with_name("reviewer.py")
ONE, OTHER = "TST-1-1/16.5/suggested", "TST-1-1/16.10/suggested"
SUGGESTIONS, CURATED = "sdg-suggestions/TST-1", "sdg/TST-1"
YES = Decision.of("accepted", {"es": "Así es.", "en": "So it is."})
NO = Decision.of("rejected", {"en": "It is about something else."})


def decide(reviewing: Any, decision: Decision, *ids: str, by: str = "Ana Mora", **more: Any) -> Any:
    return reviewing.service.reviews.decide(
        ids or [ONE], decision, reviewer=by, agent="t", source="t", **more
    )


def test_accepted_it_becomes_a_curated_alignment_by_the_reviewer(proposed: Any) -> None:
    done = decide(proposed, YES)
    (one,) = done.reviewed
    assert one.changed
    assert one.curated.endswith("/TST-1-1/16.5/curated")
    graphs = {version.graph for version in done.publication.versions}
    assert graphs == {proposed.service.names.graph(name) for name in (SUGGESTIONS, CURATED)}
    assert len({version.time for version in done.publication.versions}) == 1
    assert (
        proposed.count(
            "SELECT ?why WHERE { GRAPH ?g { commitment:TST-1-1 ogp:commitmentAlignment ?a . "
            "?a ogp:alignmentMethod method:curated ; ogp:rationale ?why ; ogp:alignedTarget sdg:16.5 ; "
            "prov:wasDerivedFrom ?suggestion ; prov:wasAttributedTo agent:ana-mora ; "
            "ogp:hasEvidence/ogp:quotedProperty ogp:summary } "
            "GRAPH ?h { ?suggestion ogp:reviewedBy agent:ana-mora ; ogp:reviewedAt ?when } "
            "agent:ana-mora a prov:Agent }"
        )
        == 2
    )  # in Spanish and in English
    assert proposed.count("SELECT ?c WHERE { ?c ogp:alignsWithTarget sdg:16.5 }") == 1
    listed = proposed.client.get("/commitments", params={"sdg": "16.5"}).json()["items"]
    assert [one["number"] for one in listed] == ["1"]


def test_rejected_it_is_kept_with_who_when_and_why(proposed: Any) -> None:
    decide(proposed, NO)
    told = proposed.review(ONE).json()
    assert told["state"] == "rejected"
    assert told["review"]["agent"] == "ana-mora"
    assert told["review"]["rationale"] == {"en": "It is about something else."}
    assert told["review"]["time"].endswith("Z")
    assert told["curated"] is None
    assert proposed.graph(CURATED) == ""
    assert proposed.count("SELECT ?c WHERE { ?c ogp:alignsWithGoal ?goal }") == 0


def test_the_same_decision_twice_is_one(proposed: Any) -> None:
    decide(proposed, YES)
    before = proposed.state()
    (again,) = decide(proposed, YES).reviewed
    assert not again.changed
    assert again.curated
    assert proposed.state() == before


@pytest.mark.parametrize(
    ("decision", "by"),
    [
        (NO, "Ana Mora"),
        (YES, "Luis"),
        (Decision.of("accepted", {"es": "a", "en": "b"}), "Ana Mora"),
    ],
)
def test_another_decision_needs_to_have_seen_the_first(
    decision: Decision, by: str, proposed: Any
) -> None:
    decide(proposed, YES)
    before = proposed.state()
    with pytest.raises(Conflict, match="was accepted by ana-mora") as found:
        decide(proposed, decision, by=by)
    assert found.value.slug == "already-reviewed"
    assert proposed.state() == before
    (done,) = decide(proposed, decision, by=by, again=True).reviewed
    assert done.changed


def test_taken_back_the_curated_alignment_is_withdrawn_and_history_keeps_both(
    proposed: Any,
) -> None:
    decide(proposed, YES)
    accepted = proposed.graph(CURATED)
    decide(proposed, NO, by="Luis", again=True)
    assert proposed.graph(CURATED) == ""
    assert "ana-mora" not in proposed.graph(SUGGESTIONS)
    names, past = proposed.service.names, proposed.service.history
    versions = past.versions(names.graph(CURATED), limit=10)
    assert [bool(version.statements) for version in versions] == [False, True]
    assert past.content(versions[1]).to_bytes().decode() == accepted
    decide(proposed, YES, by="Eva", again=True)
    assert "agent/eva" in proposed.graph(CURATED)


def test_several_are_decided_together_or_not_at_all(proposed: Any) -> None:
    before = proposed.state()
    with pytest.raises(NotFound, match="TST-1-1/9/suggested") as found:
        decide(proposed, YES, ONE, "TST-1-1/9/suggested")
    assert ONE in found.value.members["known"]
    assert proposed.state() == before
    done = decide(proposed, YES, ONE, OTHER, ONE)
    assert [one.changed for one in done.reviewed] == [True, True]
    assert len(done.publication.versions) == 2


def test_a_dry_run_changes_nothing(proposed: Any) -> None:
    before = proposed.state()
    (one,) = decide(proposed, YES, dry_run=True).reviewed
    assert one.changed
    assert proposed.state() == before


def test_what_is_curated_is_no_suggestion(proposed: Any) -> None:
    decide(proposed, YES)
    with pytest.raises(Conflict, match="is curated, and no suggestion") as found:
        decide(proposed, NO, "TST-1-1/16.5/curated")
    assert found.value.slug == "not-a-suggestion"


def test_a_curated_alignment_made_by_hand_stays(proposed: Any, tmp_path: Path) -> None:
    """It was curated after the proposal: to accept would replace it, to reject leaves it."""
    text = (Path(__file__).parents[1] / "shapes/fixtures/ok-sdg-graph.ttl").read_text("utf-8")
    (tmp_path / "sdg.ttl").write_text(text, encoding="utf-8")
    proposed.service.load([tmp_path / "sdg.ttl"], agent="t")
    before = proposed.graph(CURATED)
    with pytest.raises(Conflict, match="curated already") as found:
        decide(proposed, YES, OTHER)
    assert found.value.slug == "contradiction"
    decide(proposed, NO, OTHER)
    assert proposed.graph(CURATED) == before


def test_no_target_by_curation_is_not_contradicted_unsaid(proposed: Any, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "shapes/fixtures/ok-sdg-graph.ttl").read_text("utf-8")
    (tmp_path / "sdg.ttl").write_text(text, encoding="utf-8")
    proposed.service.load([tmp_path / "sdg.ttl"], agent="t")
    items = proposed.client.get("/sdgs/proposals/TST-1").json()["items"]
    (water, *_) = [one["id"] for one in items if one["aligned"] == "TST-1-2" and one["target"]]
    before = proposed.state()
    with pytest.raises(Conflict, match="The text reaches no target"):
        decide(proposed, YES, water)
    assert proposed.state() == before


GOAL_ALONE = """
commitment:TST-1-1 ogp:commitmentAlignment <https://w3id.org/ogpgraph/id/alignment/TST-1-1/16/{method}> .
<https://w3id.org/ogpgraph/id/alignment/TST-1-1/16/{method}> a ogp:SDGAlignment ;
    ogp:alignedGoal sdg:{goal} ;
    ogp:alignmentMethod method:{method} ;
    ogp:reviewState review:{state} ;
    ogp:rationale "No promete ninguna meta."@es , "No target of it is promised."@en ;
    ogp:hasEvidence <https://w3id.org/ogpgraph/id/evidence/TST-1-1/sdg-16.10> ;
    prov:wasAttributedTo agent:ogpgraphCuration ;
    prov:generatedAtTime "2026-11-29T00:00:00Z"^^xsd:dateTime .
"""


def curate(reviewing: Any, tmp_path: Path, more: str) -> None:
    """Curated by hand: 16.10 for TST-1-1, no target for TST-1-2, and more."""
    text = (Path(__file__).parents[1] / "shapes/fixtures/ok-sdg-graph.ttl").read_text("utf-8")
    (tmp_path / "sdg.ttl").write_text(text + more, encoding="utf-8")
    reviewing.service.load([tmp_path / "sdg.ttl"], agent="t")


def test_a_goal_without_target_by_curation_is_not_contradicted_unsaid(
    proposed: Any, tmp_path: Path
) -> None:
    curate(proposed, tmp_path, GOAL_ALONE.format(goal=16, method="curated", state="accepted"))
    before = proposed.state()
    with pytest.raises(Conflict, match=r"“No target of it is promised\.”") as found:
        decide(proposed, YES, ONE)
    assert found.value.slug == "contradiction"
    assert "(TST-1-1/16/curated)" in found.value.message
    assert f"an update of <{proposed.service.names.graph(CURATED)}>" in found.value.message
    assert proposed.state() == before


@pytest.mark.parametrize(
    ("goal", "method", "state"),
    [
        (16, "statedInSource", "accepted"),
        (16, "curated", "rejected"),
        (16, "curated", "proposed"),
        (4, "curated", "accepted"),
    ],
)
def test_other_alignments_of_goals_stand_in_no_way(
    goal: int, method: str, state: str, proposed: Any, tmp_path: Path
) -> None:
    curate(proposed, tmp_path, GOAL_ALONE.format(goal=goal, method=method, state=state))
    (one,) = decide(proposed, YES, ONE).reviewed
    assert one.curated


@pytest.fixture
def both(proposed: Any, tmp_path: Path) -> Any:
    """The goal alone waits beside its target, as one language may say more than the other."""
    text = proposed.graph(SUGGESTIONS)
    one = [line for line in text.splitlines() if f"{ONE}>" in line or "suggested-16.5>" in line]
    more = [
        line.replace("TST-1-1/16.5/", "TST-1-1/16/").replace("suggested-16.5>", "suggested-16>")
        for line in one
        if "alignedTarget" not in line
    ]
    (tmp_path / "both.ttl").write_text(text + "\n".join(more), encoding="utf-8")
    proposed.service.load([tmp_path / "both.ttl"], agent="t")
    return proposed


def test_a_goal_that_was_accepted_alone_says_how_to_take_it_back(both: Any) -> None:
    goal = "TST-1-1/16/suggested"
    decide(both, YES, goal)
    before = both.state()
    with pytest.raises(Conflict, match=f"accepted from {goal}: reject that first") as found:
        decide(both, YES, ONE, again=True)
    assert found.value.slug == "contradiction"
    assert "--again" in found.value.message
    assert "If-Match" in found.value.message
    assert both.state() == before
    decide(both, NO, goal, again=True)
    (one,) = decide(both, YES, ONE).reviewed
    assert one.curated
    with pytest.raises(Conflict, match=r"TST-1-1/16\.5/curated") as found:
        decide(both, YES, goal, again=True)
    assert found.value.slug == "contradiction"


@pytest.mark.parametrize("ids", [(ONE, "TST-1-1/16/suggested"), ("TST-1-1/16/suggested", ONE)])
def test_a_goal_alone_and_its_target_are_not_accepted_together(
    ids: tuple[str, ...], both: Any
) -> None:
    before = both.state()
    with pytest.raises(Conflict) as found:
        decide(both, YES, *ids)
    assert found.value.slug == "contradiction"
    assert both.state() == before


def test_words_of_the_texts_may_be_quoted_instead(proposed: Any) -> None:
    quoting = Decision.of("accepted", {"es": "a", "en": "b"}, "asset declarations")
    decide(proposed, quoting)
    assert (
        proposed.count(
            "SELECT ?a WHERE { ?a ogp:alignmentMethod method:curated ; ogp:hasEvidence ?e . "
            '?e ogp:quote "asset declarations"@en ; ogp:quotedProperty ogp:summary }'
        )
        == 1
    )
    (again,) = decide(proposed, quoting).reviewed
    assert not again.changed


def test_a_quote_that_is_not_there_is_refused(proposed: Any) -> None:
    before = proposed.state()
    with pytest.raises(Unprocessable, match="letter by letter") as found:
        decide(proposed, Decision.of("accepted", {"es": "a", "en": "b"}, "Asset declarations"))
    assert found.value.slug == "quote-not-found"
    assert proposed.state() == before


@pytest.mark.parametrize(
    ("state", "reasons", "quote", "parameter"),
    [
        ("accepted", {"es": "Sí."}, "", "rationale.en"),
        ("accepted", {"es": "Sí.", "en": " \n"}, "", "rationale.en"),
        ("accepted", {}, "", "rationale.es"),
        ("rejected", {}, "", "rationale.es"),
        ("rejected", {"es": "x" * 2001}, "", "rationale.es"),
        ("maybe", {"es": "a", "en": "b"}, "", "decision"),
        ("rejected", {"es": "No."}, "some words", "quote"),
        ("accepted", {"es": "a", "en": "b"}, "w " * 11, "quote"),
    ],
)
def test_a_decision_without_what_it_needs(
    state: str, reasons: dict[str, str], quote: str, parameter: str
) -> None:
    with pytest.raises(BadRequest) as found:
        Decision.of(state, reasons, quote)
    assert found.value.parameter == parameter


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\x7f", "\x9b", "\ufffe", "\udc80"])
def test_what_no_text_may_hold_is_named_with_its_place(character: str) -> None:
    """Found later, it is line so and so of a graph that nobody wrote."""
    told = f"U\\+{ord(character):04X}"
    for tag in ("es", "en"):
        reasons = {"es": "a", "en": "b", tag: f"a{character}b"}
        with pytest.raises(BadRequest, match=told) as found:
            Decision.of("accepted", reasons)
        assert found.value.parameter == f"rationale.{tag}"
    with pytest.raises(BadRequest, match=told) as found:
        Decision.of("accepted", {"es": "a", "en": "b"}, f"a{character}b")
    assert found.value.parameter == "quote"


def test_spaces_of_any_kind_are_one_space() -> None:
    found = Decision.of("rejected", {"es": "a\tb\r\nc\x0bd\u00a0e"})
    assert found.reasons == {"es": "a b c d e"}


@pytest.mark.parametrize(
    "name", ["", " ", "x" * 201, "a\x1bb", "sdgSuggester-{}", "<{}id/agent/no>"]
)
def test_who_decides_has_to_be_somebody(name: str, proposed: Any) -> None:
    version = proposed.tool.version.replace("+", "-")
    if name.startswith("<"):
        name = f"{proposed.service.names.base}id/agent/no"
    with pytest.raises(BadRequest) as found:
        decide(proposed, YES, by=name.format(version))
    assert found.value.parameter == "agent"


def test_names_that_look_alike_are_two_agents(proposed: Any) -> None:
    decide(proposed, YES, by="Ána  Mora")
    decide(proposed, YES, OTHER, by="Ana Mora")
    first, second = (proposed.review(one).json()["review"]["agent"] for one in (ONE, OTHER))
    assert first == "ana-mora"
    assert second.startswith("ana-mora-")


def test_an_agent_that_is_published_is_meant_by_its_id(proposed: Any) -> None:
    decide(proposed, YES, by="ogpgraphCuration")
    assert proposed.review(ONE).json()["review"]["agent"] == "ogpgraphCuration"
    assert "agent/ogpgraphCuration> <http://www.w3.org/2004" not in proposed.graph(CURATED)


@pytest.mark.parametrize(
    "text",
    ['" . <a> <b> <c> .', "<script>alert(1)</script>", "\u202emirror", "} DROP ALL #", "é" * 2000],
)
def test_hostile_words_are_words(text: str, proposed: Any) -> None:
    decide(proposed, Decision.of("accepted", {"es": text, "en": text}), by='Ana "><b>')
    told = proposed.review(ONE).json()
    assert told["review"]["rationale"] == {"es": text, "en": text}
    page = proposed.client.get(
        "/sdgs/proposals/TST-1?state=all", headers={"Accept": "text/html"}
    ).text
    assert "<script>alert" not in page
    assert '"><b>' not in page


def test_a_decision_outlives_the_process(proposed: Any, tmp_path: Path, planned_home: Path) -> None:
    decide(proposed, YES)
    decide(proposed, NO, OTHER)
    kept = proposed.graph(SUGGESTIONS), proposed.graph(CURATED)
    proposed.service.close()
    with closing(Service.open(proposed.service.settings)) as service:
        names = service.names
        for path, text in zip((SUGGESTIONS, CURATED), kept, strict=True):
            assert service.store.graph(names.graph(path)).to_bytes().decode() == text
        done = service.reviews.propose("TST-1", proposed.tool, language="es", agent="t", source="t")
        assert done.outcome.rejected == (OTHER,)
        assert done.publication.versions == ()


def test_what_fails_between_the_two_graphs_leaves_neither(
    proposed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = proposed.state(), proposed.graph(SUGGESTIONS), proposed.graph(CURATED)
    written = []
    real = ledger._insert

    def insert(*given: Any) -> Any:
        written.append(given)
        if len(written) == 2:
            raise RuntimeError("the second graph cannot be written")
        return real(*given)

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "_insert", insert)
        with pytest.raises(RuntimeError):
            decide(proposed, YES)
    assert len(written) == 2
    assert (proposed.state(), proposed.graph(SUGGESTIONS), proposed.graph(CURATED)) == before
    (done,) = decide(proposed, YES).reviewed
    assert done.changed


def test_killed_at_any_moment_both_graphs_agree(planned_home: Path, tmp_path: Path) -> None:
    """A process that accepts and rejects for ever is killed: accepted and curated go together."""
    home = shutil.copytree(planned_home, tmp_path / "home")
    chance = random.Random(6)
    seen = set()
    for _ in range(KILLS):
        child = subprocess.Popen([sys.executable, str(REVIEWER), str(home)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline()
        time.sleep(chance.random())
        child.send_signal(signal.SIGKILL)
        child.communicate()
        with closing(Service.open(load_settings({"home": home}, {}))) as service:
            names = service.names
            texts = [
                service.store.graph(names.graph(path)).to_bytes().decode()
                for path in (SUGGESTIONS, CURATED)
            ]
        accepted = (
            f"{ONE}> <{names.term('reviewState')}> <{names.concept('review-state', 'accepted')}>"
        )
        assert (accepted in texts[0]) == ("TST-1-1/16.5/curated> <" in texts[1])
        seen.add(accepted in texts[0])
    assert seen


def test_of_two_reviewers_at_once_one_decides(proposed: Any) -> None:
    barrier = threading.Barrier(2)

    def review(name: str) -> str:
        barrier.wait()
        try:
            decide(proposed, YES if name == "Ana" else NO, by=name)
        except Conflict as error:
            return error.slug
        return name

    with ThreadPoolExecutor(2) as threads:
        found = set(threads.map(review, ("Ana", "Luis")))
    assert "already-reviewed" in found
    (winner,) = found - {"already-reviewed"}
    assert proposed.review(ONE).json()["review"]["agent"] == winner.lower()
    assert bool(proposed.graph(CURATED)) == (winner == "Ana")

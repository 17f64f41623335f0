"""No publication parts an accepted suggestion from the curated alignment that it became."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from ogpgraph.alignments.records import records, statements
from ogpgraph.files import Graph, triples
from ogpgraph.ledger import Activity
from ogpgraph.report import NotConforming
from ogpgraph.reviewing.deciding import Decision

FIXTURE = Path(__file__).parents[1] / "shapes" / "fixtures" / "ok-sdg-graph.ttl"
ONE, BECAME = "TST-1-1/16.5/suggested", "TST-1-1/16.5/curated"
OTHER = "TST-1-1/16.10/suggested"
SUGGESTIONS, CURATED = "sdg-suggestions/TST-1", "sdg/TST-1"
SHAPE = "checks#accepted-suggestion-parted"
YES = Decision.of("accepted", {"es": "Así es.", "en": "So it is."})
NO = Decision.of("rejected", {"en": "It is about something else."})


@pytest.fixture
def accepted(proposed: Any) -> Any:
    """One suggestion was accepted."""
    decide(proposed, YES)
    return proposed


def decide(home: Any, decision: Decision, *ids: str, **more: Any) -> Any:
    given = {"reviewer": "Ana Mora", "agent": "t", "source": "t", **more}
    return home.service.reviews.decide(ids or [ONE], decision, **given)


def iri(home: Any, path: str) -> str:
    return str(home.service.names.graph(path))


def by_hand(folder: Path) -> Path:
    """A curator's file for the plan, who does not know of the review."""
    return Path(shutil.copy(FIXTURE, folder / "sdg.ttl"))


def request(home: Any, method: str, path: str, text: str = "") -> httpx.Response:
    headers = {"Authorization": "Bearer a-token-of-the-tests", "Content-Type": "text/turtle"}
    address = {"graph": iri(home, path)}
    found: httpx.Response = home.client.request(
        method, "/graphs", params=address, headers=headers, content=text.encode()
    )
    return found


def update(home: Any, text: str) -> httpx.Response:
    headers = {"Authorization": "Bearer a-token-of-the-tests"}
    text = f"{home.service.names.sparql_prologue}{text}"
    found: httpx.Response = home.client.post("/update", data={"update": text}, headers=headers)
    return found


def tells(finding: Any) -> None:
    """What is lost, why it matters, and what to do."""
    assert finding["shape"].endswith(SHAPE)
    assert finding["focus"].endswith(BECAME)
    assert ONE in finding["value"]
    for language, word in (("en", "accepted"), ("es", "aceptada")):
        message = finding["messages"][language]
        for said in (ONE, BECAME, "graph/sdg/TST-1", "graph/sdg-suggestions/TST-1", word):
            assert said in message
        assert f"ogpgraph review reject {ONE} --again" in message
        assert "ogpgraph export --graph sdg/TST-1" in message


def stands(home: Any) -> bool:
    listed = home.review(ONE).json()
    return listed["state"] == "accepted" and listed["curated"] == BECAME


def test_a_file_that_leaves_it_out_is_refused(accepted: Any, tmp_path: Path) -> None:
    before = accepted.state()
    with pytest.raises(NotConforming) as caught:
        accepted.service.load([by_hand(tmp_path)], agent="t")
    (finding,) = caught.value.report.violations
    assert finding.file == str(tmp_path / "sdg.ttl") or finding.file == "sdg.ttl"
    tells(finding.to_dict())
    assert accepted.state() == before
    assert stands(accepted)


def test_the_files_beside_it_are_published_where_that_is_asked_for(
    accepted: Any, tmp_path: Path, graph_file: Callable[..., Path]
) -> None:
    files = [by_hand(tmp_path), graph_file("a.ttl")]
    done = accepted.service.load(files, agent="t", keep_going=True)
    assert [version.graph for version in done.versions] == [iri(accepted, "shared/test")]
    assert len(done.refused) == 1
    assert stands(accepted)


BY_HTTP: dict[str, Callable[[Any], httpx.Response]] = {
    "PUT": lambda home: request(home, "PUT", CURATED, FIXTURE.read_text("utf-8")),
    "DELETE": lambda home: request(home, "DELETE", CURATED),
    "DROP": lambda home: update(home, f"DROP GRAPH <{iri(home, CURATED)}>"),
    "not derived from it": lambda home: update(
        home, f"DELETE WHERE {{ GRAPH <{iri(home, CURATED)}> {{ ?c prov:wasDerivedFrom ?s }} }}"
    ),
    "rejected": lambda home: update(
        home,
        f"WITH <{iri(home, CURATED)}> DELETE {{ ?c ogp:reviewState review:accepted }} INSERT "
        "{ ?c ogp:reviewState review:rejected } WHERE { ?c ogp:reviewState review:accepted }",
    ),
}


@pytest.mark.parametrize("case", BY_HTTP)
def test_what_is_written_over_http_is_refused(case: str, accepted: Any) -> None:
    before = accepted.state()
    answer = BY_HTTP[case](accepted)
    assert answer.status_code == 422, answer.text
    told = answer.json()
    assert told["type"].endswith("/shacl-violation")
    (finding,) = (f for f in told["report"]["findings"] if f["shape"].endswith(SHAPE))
    tells(finding)
    assert finding["file"]
    assert accepted.state() == before
    assert stands(accepted)


@pytest.mark.parametrize("dry_run", [True, False])
def test_going_back_to_before_is_refused(dry_run: bool, accepted: Any) -> None:
    service = accepted.service
    first = service.sequence
    decide(accepted, YES, OTHER)
    before = accepted.state()
    for moment, lost in ((first, 1), (0, 2)):
        with pytest.raises(NotConforming) as caught:
            service.rollback(CURATED, moment, agent="t", dry_run=dry_run)
        found = caught.value.report.violations
        assert len(found) == lost
        assert all(finding.shape.endswith(SHAPE) and finding.file for finding in found)
    assert accepted.state() == before


def test_neither_is_a_suggestion_set_back_to_accepted_alone(accepted: Any) -> None:
    """Then it is the other graph that would make them differ, and that is told of."""
    service, then = accepted.service, accepted.service.sequence
    decide(accepted, NO, again=True)
    before = accepted.state()
    with pytest.raises(NotConforming) as caught:
        service.rollback(SUGGESTIONS, then, agent="t")
    (finding,) = caught.value.report.violations
    assert SUGGESTIONS in (finding.file or "")
    tells(finding.to_dict())
    assert accepted.state() == before
    assert accepted.review(ONE).json()["state"] == "rejected"


def test_it_may_be_merged_into_a_curators_file(accepted: Any, tmp_path: Path) -> None:
    names = accepted.service.names
    content = Graph.of(accepted.graph(CURATED).splitlines())
    said = statements(records(triples(content), names), names)
    agent = [line for line in content.lines if "/agent/ana-mora> <" in line.split(" ", 1)[0] + " <"]
    file = by_hand(tmp_path)
    merged = "\n".join([file.read_text("utf-8"), *said.lines, *agent])
    file.write_text(merged, encoding="utf-8")
    assert accepted.service.load([file], agent="t").versions
    assert stands(accepted)
    assert accepted.count("SELECT ?a WHERE { ?a ogp:alignmentMethod method:curated }") > 1


def test_both_graphs_may_change_together(accepted: Any) -> None:
    """What was decided is withdrawn with what came of it, in one update."""
    both = (f"DROP GRAPH <{iri(accepted, path)}>" for path in (SUGGESTIONS, CURATED))
    assert update(accepted, " ; ".join(both)).status_code == 200
    assert accepted.graph(SUGGESTIONS) == accepted.graph(CURATED) == ""


def test_rejected_first_it_may_go(accepted: Any, tmp_path: Path) -> None:
    decide(accepted, NO, again=True)
    assert accepted.service.load([by_hand(tmp_path)], agent="t").versions
    assert accepted.review(ONE).json()["curated"] is None


def test_what_else_the_graphs_say_may_change(accepted: Any) -> None:
    for path in (SUGGESTIONS, CURATED):
        graph = iri(accepted, path)
        said = f'INSERT DATA {{ GRAPH <{graph}> {{ <{graph}> dcterms:alternative "Otro"@es }} }}'
        answer = update(accepted, said)
        assert (answer.status_code, len(answer.json()["graphs"])) == (200, 1), answer.text
    assert stands(accepted)


def test_a_set_that_was_reviewed_elsewhere_may_be_published(reviewing: Any) -> None:
    """Nothing is lost by it here; the one that was accepted is offered again."""
    text = (FIXTURE.parent / "ok-suggestions.ttl").read_text("utf-8")
    assert request(reviewing, "PUT", SUGGESTIONS, text).status_code == 201
    items = reviewing.client.get("/sdgs/proposals/TST-1?state=accepted").json()["items"]
    assert [one["curated"] for one in items] == [None]
    assert request(reviewing, "PUT", SUGGESTIONS, text).status_code == 204


@pytest.fixture
def parted(accepted: Any) -> Any:
    """As homes of before may be: the curated alignment was replaced, and nobody was told."""
    service = accepted.service
    activity = Activity("t", "of old", "ogpgraph 0", "0" * 64)
    service._ledger.append({iri(accepted, CURATED): Graph()}, activity)
    service._mirror.equal = False
    service._publisher.catch_up()
    assert accepted.graph(CURATED) == ""
    return accepted


def test_what_is_not_there_is_not_named(parted: Any) -> None:
    told = parted.review(ONE).json()
    assert (told["state"], told["curated"]) == ("accepted", None)
    items = parted.client.get("/sdgs/proposals/TST-1?state=all").json()["items"]
    assert {one["curated"] for one in items} == {None}


def test_what_is_parted_already_stands_in_the_way_of_nothing(parted: Any, tmp_path: Path) -> None:
    assert parted.service.load([by_hand(tmp_path)], agent="t").versions
    assert request(parted, "DELETE", CURATED).status_code == 204


def test_what_lost_its_curated_alignment_is_proposed_again(parted: Any) -> None:
    done = parted.propose()
    assert ONE in done.outcome.proposed
    assert ONE not in done.outcome.settled
    assert parted.review(ONE).json()["state"] == "proposed"
    decide(parted, YES)
    assert stands(parted)
    assert ONE in parted.propose().outcome.settled


def test_or_accepted_again(parted: Any) -> None:
    (one,) = decide(parted, YES).reviewed
    assert one.changed
    assert stands(parted)

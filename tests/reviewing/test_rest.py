"""`/sdgs/proposals` and `/alignments/…/review`: conditions, refusals, and answers as described."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from ogpgraph.web.reviewing_schema import plans, proposed, reviewed, suggestions

ONE, OTHER = "TST-1-1/16.5/suggested", "TST-1-1/16.10/suggested"
ACCEPT = {"decision": "accepted", "agent": "Ana", "rationale": {"es": "Así es.", "en": "It is."}}
REJECT = {"decision": "rejected", "agent": "Luis", "rationale": {"es": "No trata de eso."}}
FINDING = {"components": {"schemas": {"Finding": {"type": "object"}}}}


def conforms(body: Any, schema: dict[str, Any]) -> None:
    jsonschema_rs.validate({**schema, **FINDING}, body)


def refused(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"].endswith(f"/{slug}")
    return told


def test_from_proposal_to_decision(reviewing: Any) -> None:
    answer = reviewing.post("/sdgs/proposals/TST-1", {"text_lang": "es"})
    assert answer.status_code == 200, answer.text
    conforms(answer.json(), proposed())
    assert ONE in answer.json()["proposed"]
    again = reviewing.post("/sdgs/proposals/TST-1", {"text_lang": "es"}).json()
    assert (again["proposed"], again["version"]) == ([], None)
    conforms(reviewing.client.get("/sdgs/proposals").json(), plans())
    conforms(reviewing.client.get("/sdgs/proposals/TST-1").json(), suggestions())

    seen = reviewing.review(ONE)
    assert (
        reviewing.client.get(
            f"/alignments/{ONE}/review", headers={"If-None-Match": seen.headers["etag"]}
        ).status_code
        == 304
    )
    done = reviewing.decide(ONE, ACCEPT, If_Match=seen.headers["etag"])
    assert done.status_code == 200, done.text
    conforms(done.json(), reviewed())
    assert len(done.json()["graphs"]) == 2
    assert done.json()["suggestion"]["curated"] == "TST-1-1/16.5/curated"
    now = reviewing.review(ONE)
    assert now.headers["etag"] == done.headers["etag"] != seen.headers["etag"]
    assert now.json() == done.json()["suggestion"]
    for state, ids in (("accepted", [ONE]), ("rejected", [])):
        found = reviewing.client.get(f"/sdgs/proposals/TST-1?state={state}").json()["items"]
        assert [one["id"] for one in found] == ids
    conforms(reviewing.client.get("/sdgs/proposals/TST-1?state=all").json(), suggestions())

    refused(
        reviewing.decide(ONE, REJECT, If_Match=seen.headers["etag"]), 412, "precondition-failed"
    )
    told = refused(reviewing.decide(ONE, REJECT), 409, "already-reviewed")
    assert "accepted by ana on" in told["detail"]
    same = reviewing.decide(ONE, ACCEPT)
    assert (same.status_code, same.json()["changed"], same.json()["version"]) == (200, False, None)
    other = reviewing.decide(ONE, REJECT, If_Match=now.headers["etag"])
    assert other.json()["suggestion"]["state"] == "rejected"
    assert reviewing.graph("sdg/TST-1") == ""
    # what was decided of one is nothing to the other
    assert reviewing.decide(OTHER, ACCEPT, If_Match=reviewing.review(OTHER).headers["etag"])


def test_without_a_token_nothing_is_written(proposed: Any) -> None:
    before = proposed.state()
    for path, body in ((f"/alignments/{ONE}/review", ACCEPT), ("/sdgs/proposals/TST-1", {})):
        refused(proposed.client.post(path, json=body), 401, "unauthorized")
        wrong = {"Authorization": "Bearer wrong"}
        refused(proposed.client.post(path, json=body, headers=wrong), 401, "unauthorized")
    assert proposed.state() == before


def test_what_is_not_there_or_no_suggestion(proposed: Any) -> None:
    told = refused(proposed.decide("TST-1-1/9.9/suggested", ACCEPT), 404, "not-found")
    assert ONE in told["known"]
    refused(proposed.review("TST-1-1/9.9/suggested"), 404, "not-found")
    refused(proposed.client.get("/sdgs/proposals/NONE-1"), 404, "not-found")
    refused(proposed.post("/sdgs/proposals/NONE-1"), 404, "not-found")
    proposed.decide(ONE, ACCEPT)
    for answer in (
        proposed.decide("TST-1-1/16.5/curated", REJECT),
        proposed.review("TST-1-1/16.5/curated"),
    ):
        refused(answer, 409, "not-a-suggestion")
    assert proposed.client.get("/alignments/TST-1-1/16.5/curated").status_code == 200


BAD: dict[str, tuple[Any, str]] = {
    "a decision that is none": (ACCEPT | {"decision": "perhaps"}, "decision"),
    "one language to accept": (ACCEPT | {"rationale": {"es": "a"}}, "rationale.en"),
    "no reason": ({"decision": "rejected"}, "rationale.es"),
    "a language that is none": (ACCEPT | {"rationale": {"fr": "a"}}, "rationale.fr"),
    "a reason that is no text": (ACCEPT | {"rationale": {"es": 1, "en": "a"}}, "rationale.es"),
    "reasons that are no object": (ACCEPT | {"rationale": "a"}, "rationale"),
    "an unknown member": (ACCEPT | {"agnet": "x"}, "agnet"),
    "an agent that is a number": (ACCEPT | {"agent": 7}, "agent"),
    "an agent with a control character": (ACCEPT | {"agent": "a\x00b"}, "agent"),
    "an agent without a name": (ACCEPT | {"agent": ""}, "agent"),
    "an agent of blanks": (ACCEPT | {"agent": " \t"}, "agent"),
    "a reason with a control character": (
        ACCEPT | {"rationale": {"es": "a\x00", "en": "a"}},
        "rationale.es",
    ),
    "a quote with a control character": (ACCEPT | {"quote": "a\x1bb"}, "quote"),
    "a quote of twelve words": (ACCEPT | {"quote": "w " * 12}, "quote"),
}


def test_bodies_that_cannot_be_used_say_where_they_are_wrong(proposed: Any) -> None:
    before = proposed.state()
    for what, (body, parameter) in BAD.items():
        told = refused(proposed.decide(ONE, body), 400, "bad-request")
        assert told["parameter"] == parameter, what
    refused(proposed.decide(ONE, ACCEPT | {"quote": "never said"}), 422, "quote-not-found")
    for content in (b"", b"[]", b"{", b'{"decision": "\xff"}', b"[" * 50_000):
        headers = {"Authorization": "Bearer a-token-of-the-tests"}
        sent = proposed.client.post(
            f"/alignments/{ONE}/review",
            content=content,
            headers={**headers, "Content-Type": "application/json"},
        )
        refused(sent, 400, "bad-request")
    plain = {**headers, "Content-Type": "text/plain"}
    sent = proposed.client.post(f"/alignments/{ONE}/review", content=b"x", headers=plain)
    refused(sent, 415, "unsupported-media-type")
    huge = ACCEPT | {"quote": "x" * 70_000}
    refused(proposed.decide(ONE, huge), 413, "payload-too-large")
    wrong = [("threshold", 2), ("threshold", None), ("text_lang", "fr"), ("text_lang", None)]
    for body, parameter in (({name: value}, name) for name, value in wrong):
        told = refused(proposed.post("/sdgs/proposals/TST-1", body), 400, "bad-request")
        assert told["parameter"] == parameter
    assert proposed.state() == before


def test_without_an_agent_the_token_has_decided(proposed: Any) -> None:
    body = {name: value for name, value in ACCEPT.items() if name != "agent"}
    told = proposed.decide(ONE, body).json()["suggestion"]
    assert told["review"]["agent"] == proposed.service.settings.token[0][0]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_pages_show_the_words_in_their_text(lang: str, proposed: Any) -> None:
    proposed.decide(ONE, ACCEPT)
    page = {"Accept": "text/html", "Accept-Language": lang}
    found = proposed.client.get("/sdgs/proposals/TST-1?state=all", headers=page)
    assert found.status_code == 200
    assert found.headers["content-language"] == lang
    assert "<mark>" in found.text
    assert "TST-1-1/16.10/suggested" in found.text
    assert "Ana" in found.text
    assert ("Así es." if lang == "es" else "It is.") in found.text
    state = "Aceptada" if lang == "es" else "Accepted"
    assert f'<span class="basis">{state}</span>' in found.text, "one thing, so in the singular"
    listed = proposed.client.get("/sdgs/proposals", headers=page).text
    assert 'href="/sdgs/proposals/TST-1' in listed
    none = proposed.client.get("/sdgs/proposals/TST-1?state=rejected", headers=page)
    assert none.status_code == 200

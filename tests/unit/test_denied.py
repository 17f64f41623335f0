"""Q18: the cache of texts that ended a worker, with a clock of the test's own (O11)."""

from __future__ import annotations

import pytest

from ogpgraph.errors import QueryDenied
from ogpgraph.web import denied
from ogpgraph.web.denied import Denied, digest


def test_q18_a_text_is_refused_for_ten_minutes_and_no_longer() -> None:
    now = 50.0
    found = Denied(lambda: now)
    found.check("ASK {}")
    found.add("ASK {}")
    found.check("ASK { }")
    with pytest.raises(QueryDenied, match="600 s") as caught:
        found.check("ASK {}")
    assert caught.value.members == {"retry_after_s": 600}
    now += 599.5
    with pytest.raises(QueryDenied):
        found.check("ASK {}")
    now += 0.5
    found.check("ASK {}")
    assert len(found) == 0


def test_the_texts_are_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(denied, "_MOST", 3)
    found = Denied(lambda: 0.0)
    for name in "abcad":
        found.add(name)
    assert len(found) == 3
    found.check("b")
    for name in "cad":
        with pytest.raises(QueryDenied):
            found.check(name)


def test_the_digest_is_sha256_of_the_text_even_of_half_a_pair() -> None:
    assert digest("a").startswith("ca978112ca1bbdcafac231b39a23dc4d")
    assert len(digest("\ud800")) == 64

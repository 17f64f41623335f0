"""A document checked and not stored: all that workers do for it can be given up, and is counted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ogpgraph.errors import Unavailable
from ogpgraph.intake.documents import Intake
from ogpgraph.ledger import Ledger
from ogpgraph.library import Library
from ogpgraph.settings import load_settings
from ogpgraph.trial import Trial
from ogpgraph.workers.cancel import Cancel

PLAN = b"""@prefix ogp: <https://w3id.org/ogpgraph/ns#> .
<https://w3id.org/ogpgraph/graph/shared/test> a ogp:ReferenceGraph .
"""


class Counting(Cancel):
    """Counts the times that a worker is at it; given up before the last of `most`."""

    def __init__(self, most: int = 99) -> None:
        super().__init__()
        self.times, self.most = 0, most

    @contextmanager
    def working(self) -> Iterator[None]:
        self.times += 1
        with super().working():
            if self.times == self.most:
                self.set()
            yield


@pytest.fixture
def trial(intake: Intake, tmp_path: Path) -> Iterator[Trial]:
    library = Library.load(load_settings({"home": tmp_path}, {}))
    with closing(Ledger(Path(":memory:"))) as ledger:
        yield library.trial(intake, ledger, intake)
    deadline = time.monotonic() + 60  # other tests count processes: none is to come behind them
    while any(state.alive < state.size for state in intake.state().values()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_reading_validating_and_checking_are_counted(trial: Trial) -> None:
    cancel = Counting()
    assert not trial.check(PLAN, "text/turtle", name="x", cancel=cancel).conforms
    assert cancel.times == 3
    assert cancel.spent is not None
    assert cancel.spent > 0


@pytest.mark.parametrize("step", [1, 2, 3])
def test_each_of_them_ends_when_nobody_waits_any_more(trial: Trial, step: int) -> None:
    cancel = Counting(step)
    with pytest.raises(Unavailable, match="Nobody waits"):
        trial.check(PLAN, "text/turtle", name="x", cancel=cancel)
    assert cancel.times == step

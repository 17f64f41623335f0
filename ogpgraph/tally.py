"""What the write path has done in this process: for those who watch over it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ogpgraph.report import NotConforming


class Tally:
    """Publications of this process. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: Counter[str] = Counter()
        self.seconds = 0.0
        """That publications took together, whatever came of them, waiting for their turn aside."""
        self.violations = 0
        """Of the shapes, in publications that were refused for them."""

    @contextmanager
    def publication(self) -> Iterator[None]:
        """While inside, one publication: it is published, refused by the shapes, or it failed."""
        began, outcome, violations = time.monotonic(), "failed", 0
        try:
            yield
            outcome = "published"
        except NotConforming as error:
            outcome, violations = "refused", len(error.report.violations)
            raise
        finally:
            with self._lock:
                self._outcomes[outcome] += 1
                self.seconds += time.monotonic() - began
                self.violations += violations

    def outcomes(self) -> dict[str, int]:
        """How many publications ended in each way."""
        with self._lock:
            return {name: self._outcomes[name] for name in ("published", "refused", "failed")}

"""How fast worker processes may be started: never so that starting them is itself the load."""

from __future__ import annotations

from collections import deque

_A_SECOND = 3
"""Starts in any second, those at the opening of a pool aside."""
_FIRST, _LONGEST = 0.1, 5.0
"""Seconds of pause after the first failed start, and at most; it doubles in between."""


class Pace:
    """When the next start may be. All times are monotonic seconds."""

    def __init__(self, free: int) -> None:
        """Allow `free` starts at once, as a pool opens."""
        self._free = free
        self._times: deque[float] = deque(maxlen=_A_SECOND)
        self._not_before = 0.0
        self.failures = 0
        """Starts that failed since the last that did not."""

    def pause(self, now: float) -> float:
        """Seconds until the next start is allowed: 0 for at once."""
        after = self._not_before
        if not self._free and len(self._times) == _A_SECOND:
            after = max(after, self._times[0] + 1.0)
        return max(0.0, after - now)

    def started(self, now: float) -> None:
        """Count a start."""
        if self._free:
            self._free -= 1
        else:
            self._times.append(now)

    def worked(self) -> None:
        """A start went well."""
        self.failures = 0

    def failed(self, now: float) -> None:
        """A start went wrong: the next one waits, and none is free any more."""
        self._free = 0
        self._not_before = now + min(_LONGEST, _FIRST * 2**self.failures)
        self.failures = min(self.failures + 1, 16)

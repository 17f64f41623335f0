"""What an error of the embedded engine means: the machine does not let it, or its files do not."""

from __future__ import annotations

import logging
from traceback import clear_frames

from ogpgraph.errors import StorageFailed, StoreDamaged, Unavailable

_LOG = logging.getLogger("ogpgraph.store")
_ENVIRONMENT = (
    "no space left",
    "quota exceeded",
    "read-only",
    "permission denied",
    "not permitted",
    "too many open files",
    "cannot allocate",
    "input/output error",
    "file too large",
    "lock hold by",
    "resource temporarily",
)
"""Words of errors that say nothing about the files of the store."""
ERRORS = (OSError, RuntimeError)
"""What the engine raises: the second for files that are damaged."""


def failure(error: Exception) -> Unavailable:
    """What an error of the engine means."""
    _LOG.warning("the engine reports: %s", error)
    clear_frames(error.__traceback__)  # what they hold would keep the engine from ending
    told = str(error).lower()
    if any(words in told for words in _ENVIRONMENT):
        return StorageFailed.of(error)
    return StoreDamaged("the engine cannot read its files")

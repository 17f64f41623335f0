"""What a command ends with: 0 ok, 1 violations, 2 usage, 3 bad input, 4 unavailable, 5 internal."""

from __future__ import annotations

from ogpgraph.errors import (
    BadInput,
    BadRequest,
    Locked,
    MalformedQuery,
    OgpGraphError,
    Unavailable,
    ValidationFailed,
)
from ogpgraph.report import NotConforming

EXIT_VIOLATIONS, EXIT_USAGE, EXIT_BAD_INPUT, EXIT_UNAVAILABLE, EXIT_INTERNAL = 1, 2, 3, 4, 5
EXIT_DIFFERENT = EXIT_VIOLATIONS
"""Of `ogpgraph diff`, as of diff(1): what was looked for is there."""

EXIT_SIGNAL = 128
"""And the number of the signal that ended the command, as shells have it."""

_EXIT_CODES: tuple[tuple[type[OgpGraphError], int], ...] = (
    (NotConforming, EXIT_VIOLATIONS),
    (MalformedQuery, EXIT_BAD_INPUT),
    (BadRequest, EXIT_USAGE),
    (BadInput, EXIT_BAD_INPUT),
    (Locked, EXIT_UNAVAILABLE),
    (Unavailable, EXIT_UNAVAILABLE),
    (ValidationFailed, EXIT_INTERNAL),
)


def exit_code(error: OgpGraphError) -> int:
    """The exit code of an error."""
    return next((code for cls, code in _EXIT_CODES if isinstance(error, cls)), EXIT_BAD_INPUT)

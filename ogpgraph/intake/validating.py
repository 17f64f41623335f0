"""The program of a worker that validates: `python -m ogpgraph.intake.validating '{…}'`.

Its first request has the shapes, which it prepares once. Each one that follows has a graph and
what is said around it; the reply has the findings, without their places.
"""

from __future__ import annotations

from ogpgraph.errors import OgpGraphError
from ogpgraph.files import Graph
from ogpgraph.intake.wire import graphs_of, packed_error, packed_findings
from ogpgraph.validation import Validator
from ogpgraph.workers.frames import Head
from ogpgraph.workers.serve import serve


def main() -> None:
    """Serve until standard input ends, or the parent."""
    serve(lambda _: _Shapes())


class _Shapes:
    """Takes the shapes, then graphs."""

    def __init__(self) -> None:
        self._validator: Validator | None = None

    def __call__(self, head: Head, body: bytes) -> tuple[Head, bytes]:
        if self._validator is None:
            self._validator = Validator(Graph.from_bytes(body))
            return {}, b""
        try:
            return {}, packed_findings(self._validator.validate(*graphs_of(head, body)))
        except OgpGraphError as error:
            return packed_error(error), b""


if __name__ == "__main__":
    main()

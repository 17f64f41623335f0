"""The program of a worker that runs our checks and rules: `python -m ogpgraph.intake.evaluating`.

A request has named graphs and queries of ours; its reply has their answers, in order.
"""

from __future__ import annotations

from ogpgraph.errors import OgpGraphError
from ogpgraph.intake.wire import named_graphs_of, packed_answers, packed_error
from ogpgraph.store.scratch import evaluate
from ogpgraph.workers.frames import Head
from ogpgraph.workers.serve import serve


def main() -> None:
    """Serve until standard input ends, or the parent."""
    serve(lambda _: _evaluate)


def _evaluate(head: Head, body: bytes) -> tuple[Head, bytes]:
    try:
        return packed_answers(evaluate(named_graphs_of(head, body), head["texts"]))
    except OgpGraphError as error:
        return packed_error(error), b""


if __name__ == "__main__":
    main()

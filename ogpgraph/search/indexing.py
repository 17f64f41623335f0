"""The program of the worker that makes indexes: `python -m ogpgraph.search.indexing '{…}'`.

A request has a batch to be staged, or asks for the index of what was staged; its reply says that
it was done, or why not. So the process that serves does none of it.
"""

from __future__ import annotations

from pathlib import Path

from ogpgraph.errors import OgpGraphError
from ogpgraph.search.index import write
from ogpgraph.search.staging import begin, stage
from ogpgraph.workers.frames import Head
from ogpgraph.workers.serve import serve


def main() -> None:
    """Serve until standard input ends, or the parent."""
    serve(lambda _: _answer)


def _answer(head: Head, body: bytes) -> tuple[Head, bytes]:
    staged = Path(head["staged"])
    try:
        if head["index"]:
            called = {kind: [(a, b) for a, b in texts] for kind, texts in head["called"].items()}
            begin(staged)
            write(Path(head["index"]), staged, called)
        else:
            stage(staged, head["what"], body, head["kind"], head["roles"])
    except OgpGraphError as error:
        return {"error": error.message}, b""
    return {}, b""


if __name__ == "__main__":
    main()

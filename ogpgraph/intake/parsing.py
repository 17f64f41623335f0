"""The program of a worker that parses: `python -m ogpgraph.intake.parsing '{"memory_mib": …}'`.

A request has the bytes of a document; its reply has the canonical statements and their lines.
"""

from __future__ import annotations

from ogpgraph import files
from ogpgraph.errors import OgpGraphError
from ogpgraph.intake.wire import packed_document, packed_error
from ogpgraph.workers.frames import Head
from ogpgraph.workers.serve import serve


def main() -> None:
    """Serve until standard input ends, or the parent."""
    serve(lambda _: _parse)


def _parse(head: Head, content: bytes) -> tuple[Head, bytes]:
    try:
        media_type, name, base = head["media_type"], head["name"], head["base"]
        return packed_document(files.parse(content, media_type, name=name, base=base))
    except OgpGraphError as error:
        return packed_error(error), b""


if __name__ == "__main__":
    main()

"""The worker process: `python -m ogpgraph.workers.child MEMORY_MIB NETWORK ROWS`.

It reads requests from standard input and answers on standard output, one at a time, on one
thread whose stack cannot be overflowed by a query within the size limit (4 KiB a byte).
"""

from __future__ import annotations

import io
import re
import sys
import threading
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyoxigraph as ox

from ogpgraph.formats import CSV, N_TRIPLES, RESULTS_JSON, RESULTS_XML
from ogpgraph.workers.confine import confine
from ogpgraph.workers.frames import Head, read_frame, write_frame

_STACK = 256 * 1024 * 1024
_MAX_BYTES = 32 * 1024 * 1024
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_CSV_STRING = re.compile(rb'"(?:[^"]|"")*"')


class _Limit(Exception):
    """An answer over a limit; the argument is the head of the reply."""


def main() -> None:
    """Serve until standard input ends."""
    memory, network, rows = int(sys.argv[1]), sys.argv[2] == "network", int(sys.argv[3])
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    threading.stack_size(_STACK)
    thread = threading.Thread(target=_serve, args=(requests, replies, memory, network, rows))
    thread.start()
    thread.join()


def _serve(requests: BinaryIO, replies: BinaryIO, memory: int, network: bool, rows: int) -> None:
    isolated = confine(memory_mib=memory, network=network)
    write_frame(replies, {"ready": True, "isolated": isolated})
    opened: tuple[str, ox.Store] | None = None
    while (frame := read_frame(requests)) is not None:
        head, text = frame
        try:
            if opened is None or opened[0] != head["snapshot"]:
                opened = (head["snapshot"], ox.Store.read_only(head["snapshot"]))
            body = _answer(opened[1], text.decode(), head, rows)
            write_frame(replies, {"ok": True}, body)
        except _Limit as limit:
            write_frame(replies, limit.args[0])
        except SyntaxError as error:
            write_frame(replies, {"error": "syntax", "reason": str(error.msg)})
        except ValueError as error:
            write_frame(replies, {"error": "syntax", "reason": str(error)})
        except (OSError, RuntimeError, MemoryError) as error:
            write_frame(replies, {"error": "engine", "reason": type(error).__name__})


def _answer(store: ox.Store, text: str, head: Head, rows: int) -> bytes:
    given = head["default_graphs"] or head["named_graphs"]
    default: Any = [ox.NamedNode(iri) for iri in head["default_graphs"]] if given else None
    named: Any = [ox.NamedNode(iri) for iri in head["named_graphs"]] if given else None
    result = store.query(text, default_graph=default, named_graphs=named)
    sink = _Bounded()
    media_type = head["media_type"]
    if isinstance(result, ox.QueryTriples):
        rdf_format = ox.RdfFormat.from_media_type(media_type)
        prefixes = {} if media_type == N_TRIPLES else head["prefixes"]
        ox.serialize(_unique(result, rows), sink, rdf_format, prefixes=prefixes)
    else:
        result.serialize(sink, ox.QueryResultsFormat.from_media_type(media_type))
    content = sink.getvalue()
    if isinstance(result, ox.QuerySolutions) and (found := count_rows(content, media_type)) > rows:
        raise _Limit({"error": "large", "limit": rows, "unit": "rows", "found": found})
    return content


def _unique(triples: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    """Each triple once: the engine repeats those of a CONSTRUCT."""
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            if len(seen) > limit:
                raise _Limit({"error": "large", "limit": limit, "unit": "triples"})
            yield triple


def count_rows(content: bytes, media_type: str) -> int:
    """The number of solutions in a document of the engine.

    Strings are taken out first, so what data says cannot look like the end of a row.
    """
    if media_type == RESULTS_JSON:
        plain = _JSON_STRING.sub(b"", content).split(b"[", 1)[-1].split(b"[", 1)[-1]
        return plain.count(b"},{") + plain.startswith(b"{")
    if media_type == RESULTS_XML:
        return content.count(b"<result>") + content.count(b"<result/>")
    if media_type == CSV:
        return _CSV_STRING.sub(b"", content).count(b"\n") - 1
    return content.count(b"\n") - 1


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow past the limit of bytes."""

    def write(self, chunk: Any) -> int:
        if self.tell() + len(chunk) > _MAX_BYTES:
            raise _Limit({"error": "large", "limit": _MAX_BYTES, "unit": "bytes"})
        return super().write(chunk)


if __name__ == "__main__":
    main()

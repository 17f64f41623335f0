"""The worker process: `python -m ogpgraph.workers.child '{"memory_mib": 1024, …}'`.

It reads requests from standard input and answers on standard output, one at a time, on one
thread whose stack cannot be overflowed by a query within the size limit (4 KiB a byte).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from ogpgraph.formats import N_TRIPLES, RESULTS_JSON, RESULTS_XML, completed, engine_type
from ogpgraph.workers.dataset import Dataset
from ogpgraph.workers.frames import MAX_BODY, Head
from ogpgraph.workers.serve import serve

_REASON = 2_000
"""Characters of an engine's reason that are passed on."""
_UNKNOWN_FUNCTION = "The custom function "
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class _Refused(Exception):
    """A request that is answered with an error; the argument is the head of the reply."""


def main() -> None:
    """Serve until standard input ends, or the parent."""
    serve(lambda limits: _Queries(int(limits["rows"])))


class _Queries:
    """Answers queries, each on the snapshot that it names: the last one stays open.

    So does its last merge, for clients that ask again of the same graphs.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._opened: tuple[str, ox.Store] | None = None
        self._merged: tuple[Dataset, ox.Store] | None = None

    def __call__(self, head: Head, text: bytes) -> tuple[Head, bytes]:
        try:
            if self._opened is None or self._opened[0] != head["snapshot"]:
                self._merged = None
                self._opened = (head["snapshot"], _open(head["snapshot"]))
            result = self._evaluated(self._opened[1], text.decode(), head)
            return {"ok": True}, _written(result, head, self._rows)
        except _Refused as refused:
            return refused.args[0], b""
        except SyntaxError as error:
            return {"error": "syntax", "reason": str(error.msg)[:_REASON]}, b""
        except ValueError as error:
            return {"error": "syntax", "reason": str(error)[:_REASON]}, b""
        except (OSError, RuntimeError) as error:
            known = str(error).startswith(_UNKNOWN_FUNCTION)
            kind = "function" if known else "engine"
            return {"error": kind, "reason": str(error)[:_REASON]}, b""

    def _evaluated(self, store: ox.Store, text: str, head: Head) -> Any:
        base = head.get("base")
        if head["dataset"] is None:
            return store.query(text, base_iri=base)
        dataset = Dataset.read(head["dataset"])
        if not dataset.merge:
            return dataset.evaluate(store, text, base)
        if self._merged is None or self._merged[0] != dataset:
            self._merged = None  # there is no room for two
            self._merged = (dataset, dataset.merged(store))
        return dataset.evaluate_merged(self._merged[1], text, base)


def _open(folder: str) -> ox.Store:
    try:
        return ox.Store.read_only(folder)
    except (OSError, RuntimeError) as error:
        raise _Refused({"error": "snapshot", "reason": str(error)[:_REASON]}) from error


def _written(result: Any, head: Head, rows: int) -> bytes:
    sink = _Bounded()
    media_type = head["media_type"]
    if isinstance(result, ox.QueryTriples):
        rdf_format = _known(ox.RdfFormat.from_media_type(media_type))
        prefixes = {} if media_type == N_TRIPLES else head["prefixes"]
        ox.serialize(_unique(result, rows), sink, rdf_format, prefixes=prefixes)
    else:
        written = engine_type(media_type)
        result.serialize(sink, _known(ox.QueryResultsFormat.from_media_type(written)))
    content = sink.getvalue()
    if isinstance(result, ox.QuerySolutions) and (found := count_rows(content, written)) > rows:
        raise _Refused({"error": "large", "limit": rows, "unit": "rows", "found": found})
    return completed(content, media_type)


def _known(chosen: Any) -> Any:
    if chosen is None:  # a form of another kind of answer
        raise _Refused({"error": "format"})
    return chosen


def _unique(triples: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    """Each triple once: the engine repeats those of a CONSTRUCT."""
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            if len(seen) > limit:
                raise _Refused({"error": "large", "limit": limit, "unit": "triples"})
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
    return content.count(b"\n") - 1


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow past the limit of bytes."""

    def write(self, chunk: Any) -> int:
        if self.tell() + len(chunk) > MAX_BODY:
            raise _Refused({"error": "large", "limit": MAX_BODY, "unit": "bytes"})
        return super().write(chunk)


if __name__ == "__main__":
    main()

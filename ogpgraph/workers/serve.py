"""What every worker program does: confine itself, then answer requests one at a time."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO

from ogpgraph.workers.confine import confine, resident_bytes
from ogpgraph.workers.frames import Head, read_frame, write_frame

STACK = 256 * 1024 * 1024
"""Bytes of stack of the one thread that answers."""

Answer = Callable[[Head, bytes], tuple[Head, bytes]]
"""From a request to its reply: head and body of each."""


def serve(prepared: Callable[[dict[str, Any]], Answer]) -> None:
    """Serve until standard input ends, or the parent.

    Args:
        prepared: called with the limits of the command line, once confined; it gives what
            answers the requests.
    """
    limits = json.loads(sys.argv[1])
    parent = int(limits["parent"])
    isolated = confine(
        memory_mib=int(limits["memory_mib"]),
        stack=STACK,
        network=bool(limits["network"]),
        niceness=int(limits["niceness"]),
        parent=parent,
        file_mib=int(limits["file_mib"]),
    )
    threading.stack_size(STACK)
    streams = sys.stdin.buffer, sys.stdout.buffer
    begin = (*streams, isolated, prepared(limits))
    thread = threading.Thread(target=_serve, args=begin, daemon=True)
    thread.start()
    while thread.is_alive() and os.getppid() == parent:  # where no signal tells of its end
        thread.join(1.0)
    os._exit(0)


def _serve(requests: BinaryIO, replies: BinaryIO, isolated: bool, answer: Answer) -> None:
    try:
        write_frame(replies, {"ready": True, "isolated": isolated})
        while (frame := read_frame(requests)) is not None:
            reply, body = answer(*frame)
            write_frame(replies, {**reply, "rss": resident_bytes()}, body)
    except MemoryError:
        os.abort()  # as the engine does when it can have no more: one sign for the pool

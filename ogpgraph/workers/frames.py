"""Messages over a socket: a JSON head and bytes behind it, each with its length before it."""

from __future__ import annotations

import json
from struct import Struct
from typing import Any, BinaryIO

LENGTHS = Struct("!II")
"""Bytes of the head, bytes of the body."""
MAX_HEAD = 1024 * 1024
"""Bytes of a reply's head; more comes from no worker of ours."""
MAX_BODY = 32 * 1024 * 1024
"""Bytes of an answer."""

Head = dict[str, Any]


def packed(head: Head, body: bytes = b"") -> bytes:
    """One message as bytes."""
    text = json.dumps(head).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def write_frame(stream: BinaryIO, head: Head, body: bytes = b"") -> None:
    """Send one message."""
    text = json.dumps(head).encode()
    stream.write(LENGTHS.pack(len(text), len(body)) + text)
    stream.write(body)  # apart: an answer of 32 MiB is not copied once more
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Head, bytes] | None:
    """Receive one message; None where the other end has gone, also in the middle of it."""
    lengths = _exactly(stream, LENGTHS.size)
    if lengths is None:
        return None
    head_size, body_size = LENGTHS.unpack(lengths)
    head, body = _exactly(stream, head_size), _exactly(stream, body_size)
    if head is None or body is None:
        return None
    return json.loads(head), body


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    content = stream.read(size) if size else b""
    return content if len(content) == size else None

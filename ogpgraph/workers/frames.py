"""Messages over a pipe: a JSON head and bytes behind it, each with its length before it."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

_LENGTHS = struct.Struct("!II")

Head = dict[str, Any]


def write_frame(stream: BinaryIO, head: Head, body: bytes = b"") -> None:
    """Send one message."""
    text = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(text), len(body)) + text)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Head, bytes] | None:
    """Receive one message; None where the other end has gone, also in the middle of it."""
    lengths = _exactly(stream, _LENGTHS.size)
    if lengths is None:
        return None
    head_size, body_size = _LENGTHS.unpack(lengths)
    head, body = _exactly(stream, head_size), _exactly(stream, body_size)
    if head is None or body is None:
        return None
    return json.loads(head), body


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    content = stream.read(size) if size else b""
    return content if len(content) == size else None

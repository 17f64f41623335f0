"""What came in the body of a request, read no further than its limit."""

from __future__ import annotations

from fastapi import Request

from ogpgraph.errors import TooLarge


async def content_of(request: Request, limit: int) -> bytes:
    """The bytes of a body, of which there may be so many.

    Raises:
        TooLarge: there are more.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The body is over {limit} bytes.", limit=limit)
    return bytes(body)

"""What a query worker's reply means: the answer, or an error of the query."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from ogpgraph.errors import (
    MalformedQuery,
    NotAcceptable,
    QueryCrashed,
    QueryMemory,
    QueryTimeout,
    ResultTooLarge,
    Unavailable,
)
from ogpgraph.workers.cancel import Cancel
from ogpgraph.workers.frames import Head
from ogpgraph.workers.pool import Crashed, Late, OutOfMemory, Pool

_LOG = logging.getLogger("ogpgraph.store")


class SnapshotLost(Unavailable):
    """A worker could not open the snapshot that it was told to read."""


def answer(
    pool: Pool,
    head: Mapping[str, object],
    text: bytes,
    *,
    timeout: float,
    since: float | None = None,
    cancel: Cancel | None = None,
) -> bytes:
    """Have a worker of the pool answer one query, as `Pool.run`.

    Raises:
        QueryTimeout, QueryMemory, QueryCrashed, ResultTooLarge, MalformedQuery: this query.
        Busy, Unavailable: the pool.
        SnapshotLost: the snapshot named in the head cannot be opened.
    """
    reply, content = ask(pool, head, text, timeout=timeout, since=since, cancel=cancel)
    if "error" in reply:
        raise _refusal(reply)
    return content


def ask(
    pool: Pool,
    head: Mapping[str, object],
    text: bytes,
    *,
    timeout: float,
    since: float | None = None,
    cancel: Cancel | None = None,
    what: str = "query",
) -> tuple[Head, bytes]:
    """The reply of a worker to a query or an update, as `Pool.run`.

    Raises:
        QueryTimeout, QueryMemory, QueryCrashed: this one could not be finished.
        Busy, Unavailable: the pool.
    """
    try:
        return pool.run(dict(head), text, timeout=timeout, since=since, cancel=cancel)
    except Late as error:
        limit = round(error.limit_s, 2)
        raise QueryTimeout(f"The {what} took longer than {limit:g} s.", limit_s=limit) from error
    except OutOfMemory as error:
        raise QueryMemory(
            f"The {what} needs more than {error.limit_mb} MiB of memory.", limit_mb=error.limit_mb
        ) from error
    except Crashed as error:
        raise QueryCrashed(f"The {what} ended its worker; it may be nested too deep.") from error


def _refusal(reply: Head) -> Exception:
    error = reply["error"]
    if error == "syntax":
        return MalformedQuery.at(str(reply["reason"]))
    if error == "function":  # one that this engine does not have
        return MalformedQuery(f"{reply['reason']}.")
    if error == "large":
        limit, unit = int(reply["limit"]), reply["unit"]
        return ResultTooLarge(
            f"The answer has more than {limit} {unit}; add a LIMIT or ask for less.",
            limit=limit,
        )
    if error == "format":
        return NotAcceptable("An answer of this kind cannot be sent in that media type.", offers=())
    if error == "snapshot":
        return SnapshotLost("The snapshot could not be opened.")
    _LOG.warning("a query could not be evaluated: %r", reply.get("reason"))
    return Unavailable("The query could not be evaluated.")

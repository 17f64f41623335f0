"""What each answer must be, besides what schemathesis itself knows, and how bodies are sent.

It reads this file in its own process: see `test_fuzz.py`.
"""

from __future__ import annotations

from typing import Any

import schemathesis

BELOW_OPERATIONS = frozenset({400, 404, 405, 413, 414, 415, 421, 431})
"""Bad hosts, encodings, addresses and heads, bodies in a content coding, no path, other methods.

Every operation declares `default`, so that whoever generates a client handles any error; with it
any status would conform. Here an answer has a status that its operation names, or one of these,
with which a request may be answered before it reaches an operation.
"""
OVERLOADED = frozenset({503, 504})
"""Our faults that are none: a limit of time, memory or places, where it is declared."""
TEXTS = ("application/sparql-query", "application/sparql-update", "text/turtle")


@schemathesis.check
def declared(context: Any, response: Any, case: Any) -> None:
    """The status is declared by itself, and is no fault of the service."""
    status = response.status_code
    known = {str(one) for one in case.operation.definition.raw.get("responses", {})}
    if response.request.method == "OPTIONS":
        assert status == 204, status
    elif status >= 500:
        expected = known & {str(one) for one in OVERLOADED}
        assert str(status) in expected, f"{status}: a fault of ours"
    else:
        assert str(status) in known or status in BELOW_OPERATIONS, f"{status} is not declared"


@schemathesis.check
def told(context: Any, response: Any, case: Any) -> None:
    """An error is a problem document with the id under which the log has the request."""
    if response.status_code < 400 or response.request.method == "HEAD":
        return
    (kind,) = response.headers["content-type"]
    assert kind == "application/problem+json", kind
    body = response.json()
    assert body["status"] == response.status_code
    (request,) = response.headers["x-request-id"]
    assert body["instance"] == f"urn:request:{request}"


@schemathesis.serializer(*TEXTS, "application/n-triples", "application/rdf+xml")
def as_it_is(context: Any, value: Any) -> bytes:
    """A text as it is; what is no text, as Python shows it: it is to be refused."""
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "replace")

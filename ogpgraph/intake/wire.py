"""Documents, findings and errors as messages between the service and its intake workers."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise

from ogpgraph.errors import (
    BadInput,
    BadRequest,
    BadSyntax,
    MalformedQuery,
    OgpGraphError,
    Unavailable,
    Unprocessable,
    ValidationFailed,
)
from ogpgraph.files import Document, Graph
from ogpgraph.report import Finding
from ogpgraph.workers.frames import Head

MAX_DOCUMENT = 64 * 1024 * 1024
"""Bytes of a document as N-Triples: it may be longer so than as it came."""
MAX_FINDINGS = 32 * 1024 * 1024
"""Bytes of the findings about one document."""

_LINE = "I"
"""An array's code for whole numbers of 4 bytes."""


def packed_document(document: Document) -> tuple[Head, bytes]:
    """A document's statements, and for each its line (0 where it has none).

    Raises:
        Unprocessable: they are more than `MAX_DOCUMENT` bytes.
    """
    content = document.graph.to_bytes()
    if len(content) > MAX_DOCUMENT:
        raise Unprocessable(
            f"{document.name}: as N-Triples it is over the limit of {MAX_DOCUMENT} bytes.",
            file=document.name,
            slug="limit",
            which="N-Triples",
            limit=MAX_DOCUMENT,
        )
    lines = array(_LINE, (document.line_of.get(line, 0) for line in document.graph.lines))
    return {"statements": len(content), "digest": document.digest}, content + lines.tobytes()


def document_of(name: str, reply: Head, body: bytes) -> Document:
    """What `packed_document` packed."""
    size = int(reply["statements"])
    graph = Graph.from_bytes(body[:size])
    lines = array(_LINE, body[size:])
    line_of = {text: n for text, n in zip(graph.lines, lines, strict=True) if n}
    return Document(name, graph, line_of, str(reply["digest"]))


def packed_graphs(graph: Graph, around: Graph) -> tuple[Head, bytes]:
    """A graph, and what is said around it."""
    content = graph.to_bytes()
    return {"graph": len(content)}, content + around.to_bytes()


def graphs_of(head: Head, body: bytes) -> tuple[Graph, Graph]:
    """What `packed_graphs` packed."""
    size = int(head["graph"])
    return Graph.from_bytes(body[:size]), Graph.from_bytes(body[size:])


def packed_named_graphs(graphs: Mapping[str, Graph], texts: Sequence[str]) -> tuple[Head, bytes]:
    """Named graphs, and the queries to be asked of them."""
    contents = {iri: graph.to_bytes() for iri, graph in graphs.items()}
    sizes = [(iri, len(content)) for iri, content in contents.items()]
    return {"graphs": sizes, "texts": list(texts)}, b"".join(contents.values())


def named_graphs_of(head: Head, body: bytes) -> dict[str, Graph]:
    """The graphs that `packed_named_graphs` packed."""
    names = [iri for iri, _ in head["graphs"]]
    parts = _parts(body, [size for _, size in head["graphs"]])
    return {iri: Graph.from_bytes(part) for iri, part in zip(names, parts, strict=True)}


def packed_answers(answers: Sequence[bytes]) -> tuple[Head, bytes]:
    """The answers of queries.

    Raises:
        ValidationFailed: they are more than `MAX_DOCUMENT` bytes.
    """
    sizes = [len(answer) for answer in answers]
    if sum(sizes) > MAX_DOCUMENT:
        raise ValidationFailed(f"The checks found more than {MAX_DOCUMENT} bytes can tell.")
    return {"sizes": sizes}, b"".join(answers)


def answers_of(reply: Head, body: bytes) -> list[bytes]:
    """What `packed_answers` packed."""
    return _parts(body, reply["sizes"])


def packed_findings(findings: tuple[Finding, ...]) -> bytes:
    """Findings without places.

    Raises:
        ValidationFailed: they are more than `MAX_FINDINGS` bytes.
    """
    content = json.dumps([finding.to_dict() for finding in findings]).encode()
    if len(content) > MAX_FINDINGS:
        raise ValidationFailed(f"There are too many findings to tell: {len(findings)}.")
    return content


def findings_of(body: bytes) -> tuple[Finding, ...]:
    """What `packed_findings` packed."""
    return tuple(Finding.from_dict(entries) for entries in json.loads(body))


def packed_error(error: OgpGraphError) -> Head:
    """An error as the head of a reply."""
    kinds = (BadSyntax, Unprocessable, BadInput)
    kind = next((cls.__name__ for cls in kinds if isinstance(error, cls)), "")
    slug = getattr(error, "slug", None)
    return {"error": kind, "message": error.message, "slug": slug, "members": error.members}


def error_of(reply: Head) -> OgpGraphError:
    """What `packed_error` packed: a `ValidationFailed` if it was nothing else."""
    message, slug, members = reply["message"], reply["slug"], dict(reply["members"])
    if reply["error"] == "BadSyntax":
        return BadSyntax(message, slug=slug, **members)
    if reply["error"] == "Unprocessable":
        return Unprocessable(message, slug=slug, **members)
    if reply["error"] == "BadInput":
        return BadInput(message, **members)
    return ValidationFailed(message)


def revised_of(reply: Head, body: bytes) -> dict[str, bytes]:
    """The graphs of an update's reply, as N-Triples."""
    names = [iri for iri, _ in reply["graphs"]]
    return dict(zip(names, _parts(body, [size for _, size in reply["graphs"]]), strict=True))


def revision_error_of(reply: Head) -> OgpGraphError:
    """What the error of an update means."""
    kind, reason = reply["error"], str(reply.get("reason", ""))
    if kind == "syntax":
        return MalformedQuery.at(reason, what="update")
    if kind == "engine":
        return BadRequest(f"The update cannot be carried out: {reason.rstrip('.')}.")
    if kind == "large":
        limit, found = int(reply["limit"]), int(reply["found"])
        message = f"The update would leave {found} statements; at most {limit} are taken at once."
        return Unprocessable(message, slug="limit", limit=limit, which="statements")
    return Unavailable("The copy that the update was to be tried on could not be opened.")


def _parts(body: bytes, sizes: Sequence[int]) -> list[bytes]:
    return [body[start:end] for start, end in pairwise(accumulate(sizes, initial=0))]

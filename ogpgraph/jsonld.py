"""JSON-LD 1.1: graphs framed into pleasant JSON. The only user of PyLD.

Nothing is ever fetched: the context is the one that we ship, given inline to the processor and
named by its URL in what is sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from pyld import jsonld

from ogpgraph.errors import BadInput
from ogpgraph.files import Graph

Json = dict[str, Any]


class Framer:
    """Frames graphs with one context."""

    def __init__(self, context: Json, url: str) -> None:
        """Prepare.

        Args:
            context: the value of `@context`.
            url: where that context is published, named in documents that are sent.
        """
        self._context = context
        self.url = url

    @classmethod
    def read(cls, path: Path, rebase: tuple[str, str], url: str) -> Framer:
        """A framer with the context of a file, rewritten from one base IRI to another.

        Raises:
            BadInput: it is not a JSON-LD context.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8").replace(*rebase))
            return cls(document["@context"], url)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path}: not a JSON-LD context: {error}.", file=str(path)) from error

    @property
    def document(self) -> Json:
        """The context as it is published."""
        return {"@context": self._context}

    def frame(self, graph: Graph, roots: Sequence[str]) -> list[Json]:
        """The things with these IRIs as trees, in this order, keys sorted, without context."""
        if not roots:
            return []
        options = {"documentLoader": _refuse, "embed": "@once", "omitGraph": False}
        options |= {"processingMode": "json-ld-1.1", "pruneBlankNodeIdentifiers": True}
        expanded = jsonld.from_rdf(
            graph.to_bytes().decode(), {"format": "application/n-quads", "useNativeTypes": True}
        )
        frame = {"@context": self._context, "@id": list(roots)}
        framed = jsonld.frame(expanded, frame, options)
        trees = framed.get("@graph", [framed])
        by_id = {tree.get("id", tree.get("@id")): tree for tree in trees}
        return [by_id.get(root, {"id": root}) for root in roots]


def _refuse(url: str, _options: object) -> NoReturn:
    raise BadInput(f"The JSON-LD context {url} is not fetched: only our own is used.")

"""IRIs of one deployment: minted under its base, and taken apart again.

{base}ns#hasCommitment        a term of the ontology
{base}id/commitment/CRI-4-9   a thing
{base}scheme/branch/judicial  a concept of a code list
{base}graph/plan/CRI-4        a named graph
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.vocab import EXTERNAL_PREFIXES

_THINGS = ("agent", "commitment", "country", "institution", "plan", "source")
_SCHEMES = MappingProxyType(
    {
        "basis": "basis",
        "branch": "branch",
        "completion": "completion-level",
        "method": "alignment-method",
        "ogpValue": "ogp-value",
        "policyArea": "policy-area",
        "review": "review-state",
        "role": "involvement-role",
    }
)
_SEGMENT = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_GRAPH_PATH = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_MAX_GRAPH_PATH = 200
_ASSERTED, _DERIVED, _ENTAILED = "asserted", "derived", "entailed"
_COMPANIONS = (_DERIVED, _ENTAILED)
_RESERVED = frozenset({_ASSERTED, *_COMPANIONS, "ledger", "metadata", "provenance", "shapes"})


@dataclass(frozen=True)
class Names:
    """The names of one deployment, all under `base`."""

    base: str = DEFAULT_BASE_IRI

    def term(self, local: str) -> str:
        """A class or property of the ontology."""
        return f"{self.base}ns#{local}"

    def thing(self, kind: str, local: str) -> str:
        """A thing of a kind, e.g. ("plan", "CRI-4")."""
        return f"{self.base}id/{kind}/{local}"

    def concept(self, scheme: str, local: str) -> str:
        """A concept of a scheme, e.g. ("branch", "judicial")."""
        return f"{self.base}scheme/{scheme}/{local}"

    def graph(self, path: str) -> str:
        """A named graph, e.g. "plan/CRI-4"."""
        return f"{self.base}graph/{path}"

    def derived_graph(self, graph: str) -> str | None:
        """The companion of a graph that holds what the rules derive from it."""
        return self._companion(graph, _DERIVED)

    def entailed_graph(self, graph: str) -> str | None:
        """The companion of a graph that holds what it and its derived one entail."""
        return self._companion(graph, _ENTAILED)

    def _companion(self, graph: str, family: str) -> str | None:
        if not graph.startswith(self.graph("")) or self.is_companion(graph):
            return None
        return self.graph(f"{family}/{graph.removeprefix(self.graph(''))}")

    def is_publishable(self, graph: str) -> bool:
        """Whether a document may be this graph: a plain path below the base, in ASCII.

        One spelling for one graph: no percent-encoding, look-alikes, dot segments, queries,
        fragments or empty pieces.
        """
        prefix = self.graph("")
        path = graph.removeprefix(prefix)
        plain = len(path) <= _MAX_GRAPH_PATH and _GRAPH_PATH.fullmatch(path)
        return graph.startswith(prefix) and bool(plain) and ".." not in path

    def is_reserved(self, graph: str) -> bool:
        """Whether a graph is kept for what the service itself writes, in any letter case."""
        first = graph.removeprefix(self.graph("")).partition("/")[0]
        return graph.startswith(self.graph("")) and first.lower() in _RESERVED

    def is_companion(self, graph: str) -> bool:
        """Whether a graph is what was inferred from another: derived or entailed."""
        return graph.startswith(tuple(self.graph(f"{family}/") for family in _COMPANIONS))

    @cached_property
    def graph_groups(self) -> tuple[str, ...]:
        """The graphs that stand for many: what is asserted, what is derived, what is entailed."""
        return tuple(self.graph(name) for name in (_ASSERTED, *_COMPANIONS))

    @property
    def shown_graphs(self) -> tuple[str, ...]:
        """The groups that pages and REST show: what follows by reasoning is for queries."""
        return self.graph_groups[:2]

    def group_of(self, graph: str) -> str | None:
        """The one of these that a graph belongs to; None for the service's own and for others'."""
        for family in _COMPANIONS:
            if graph.startswith(self.graph(f"{family}/")):
                return self.graph(family)
        ours = graph.startswith(self.graph("")) and not self.is_reserved(graph)
        return self.graph(_ASSERTED) if ours else None

    def local(self, iri: str) -> str | None:
        """The path of one of our IRIs below the base, None for anybody else's."""
        return iri.removeprefix(self.base) if iri.startswith(self.base) else None

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Prefix -> namespace: ours and the external ones, for texts that we write."""
        own = {"ogp": f"{self.base}ns#"}
        own |= {kind: f"{self.base}id/{kind}/" for kind in _THINGS}
        own |= {prefix: f"{self.base}scheme/{name}/" for prefix, name in _SCHEMES.items()}
        return dict(sorted((own | dict(EXTERNAL_PREFIXES)).items()))

    @cached_property
    def sparql_prologue(self) -> str:
        """The same as PREFIX lines."""
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in self.prefixes.items())

    def rebase(self, text: str) -> str:
        """A text that we ship, with the default base replaced by this deployment's."""
        return text.replace(DEFAULT_BASE_IRI, self.base)

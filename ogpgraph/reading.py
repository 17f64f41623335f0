"""One version of the graph, as one request sees it: whatever it asks, and whoever publishes."""

from __future__ import annotations

from dataclasses import dataclass

from ogpgraph.browse import Browser
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.store.base import Engine, Result, statements
from ogpgraph.terms import iri as absolute

_UNHURRIED_S = 60.0
_TIMES = 6
"""Times what a query may take that somebody waits for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a request reads.

    `store` answers our own bounded queries, `public` those of others; both see one version.
    `edition` is what answers depend on besides the request: that version, and what the service
    says of itself, such as its URL and its limits. `timeout` is seconds for one query of ours.
    """

    store: Engine
    public: Engine
    edition: str
    names: Names
    timeout: float

    @property
    def unhurried(self) -> float:
        """Seconds for one query of what is made ahead, once a version: nobody waits for it."""
        return max(_UNHURRIED_S, _TIMES * self.timeout)

    @property
    def sequence(self) -> int:
        """The sequence number of the version; 0 for that of an empty home."""
        number = self.edition.partition("-")[0]
        return int(number) if number.isdecimal() else 0

    @property
    def browser(self) -> Browser:
        """Lists and descriptions."""
        return Browser(self.store, self.names, timeout=self.timeout)

    def find(self, query: str, *, asserted: bool = False, ahead: bool = False) -> Result:
        """What a query of ours finds in what is shown.

        Args:
            query: without the prefixes, which are put before it.
            asserted: only in what is published as it stands, without what follows from it.
            ahead: nobody waits for it: see `unhurried`.

        Raises:
            QueryTimeout, Unavailable: the store cannot answer.
        """
        names = self.names
        return self.store.query(
            names.sparql_prologue + query,
            timeout=self.unhurried if ahead else self.timeout,
            default_graphs=names.graph_groups[:1] if asserted else names.shown_graphs,
        )

    def graph(self, iri: str) -> Graph:
        """The content of a named graph; empty where there is none.

        Raises:
            ResultTooLarge, Unavailable: it cannot be read whole.
        """
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {absolute(iri)} {{ ?s ?p ?o }} }}"
        return statements(self.store.query(text, timeout=self.timeout))

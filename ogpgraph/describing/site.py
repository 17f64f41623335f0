"""What a description is of: addresses, names and limits of one deployment, one version of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ogpgraph.describing.statistics import Counts
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.settings import Settings
from ogpgraph.terms import iri

_LOCAL = re.compile(r"[A-Za-z0-9_.-]{1,80}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query, and one client, may take at most; 0 of a client's is no limit."""

    seconds: float
    memory_mib: int
    rows: int
    query_bytes: int
    client_seconds: float
    client_errors: float
    client_parallel: int

    @classmethod
    def of(cls, settings: Settings, query_bytes: int) -> Limits:
        """Those of the settings."""
        return cls(
            settings.query_timeout,
            settings.query_memory,
            settings.result_rows,
            query_bytes,
            settings.client_seconds,
            settings.client_errors,
            settings.client_parallel,
        )


@dataclass(frozen=True)
class Site:
    """A deployment. `base` is its URL without a final slash."""

    base: str
    names: Names
    limits: Limits
    federation: bool = False
    """Whether SERVICE is answered for some endpoints."""
    writes: bool = False
    """Whether there is an update service."""
    examples: Graph = field(default_factory=Graph)
    """The stored queries as `sh:SPARQLExecutable`; the same in every version."""

    def __post_init__(self) -> None:
        """The address becomes part of every IRI.

        Raises:
            BadRequest: it is none.
        """
        iri(self.base)

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint, which is also the name of the service."""
        return f"{self.base}/sparql"

    @property
    def void(self) -> str:
        """The document, and the named graph, of VoID."""
        return f"{self.base}/.well-known/void"

    @property
    def dataset(self) -> str:
        """The dataset: what the default graph holds."""
        return f"{self.void}#dataset"

    @property
    def service(self) -> str:
        """The document, and the named graph, of the service description."""
        return f"{self.base}/.well-known/service-description"

    @property
    def executables(self) -> str:
        """The document, and the named graph, of the examples."""
        return f"{self.base}/.well-known/sparql-examples"

    @property
    def prefixes(self) -> str:
        """The document, and the named graph, of the prefixes."""
        return f"{self.base}/prefixes"

    @property
    def catalogue(self) -> str:
        """The document, and the named graph, of the catalogue, which is also its name."""
        return f"{self.base}/catalog"

    def dump(self, version: int, suffix: str) -> str:
        """The address of a dump."""
        return f"{self.base}/dumps/ogpgraph-{version}.{suffix}.gz"

    @property
    def graphs(self) -> tuple[str, ...]:
        """The named graphs that describe."""
        return (self.void, self.service, self.executables, self.prefixes, self.catalogue)


@dataclass(frozen=True, slots=True)
class Moment:
    """A version of the dataset: what is counted in it, and what it follows on.

    `time` is when it was accepted, `previous` the version before; both are None where there is
    none. `sizes` are the statements of each named graph.
    """

    version: int
    counts: Counts
    sizes: Mapping[str, int]
    time: str | None = None
    previous: int | None = None
    first: str | None = None
    """When the first version was accepted."""


class Short:
    """Names for fragments, from the terms that they stand for: `ogp-Commitment`."""

    def __init__(self, names: Names) -> None:
        self._prefixes = sorted(names.prefixes.items(), key=lambda pair: -len(pair[1]))
        self._known: dict[str, str] = {}
        self._spaces: dict[str, str] = {}

    def __call__(self, term: str) -> str:
        """Of a term in its written form; no two terms have the same."""
        if term not in self._known:
            self._known[term] = self._made(term[1:-1])
        return self._known[term]

    def space(self, term: str) -> str:
        """The namespace of a term, where it is one that we know; else empty."""
        if term not in self._spaces:
            found = (space for _, space in self._prefixes if term.startswith(f"<{space}"))
            self._spaces[term] = next(found, "")
        return self._spaces[term]

    def _made(self, term: str) -> str:
        for prefix, space in self._prefixes:
            local = term.removeprefix(space)
            if local != term and _LOCAL.fullmatch(local):
                return f"{prefix}-{local}"
        return "x-" + hashlib.sha256(term.encode()).hexdigest()[:16]

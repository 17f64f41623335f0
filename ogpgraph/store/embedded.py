"""The embedded engine: pyoxigraph, on disk or in memory, in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from ogpgraph.errors import Locked, MalformedQuery, NotAcceptable, Unavailable
from ogpgraph.files import Graph
from ogpgraph.store.base import Result, change
from ogpgraph.workers.cancel import Cancel

_RESULT_FORMATS = MappingProxyType(
    {
        "application/sparql-results+json": ox.QueryResultsFormat.JSON,
        "application/sparql-results+xml": ox.QueryResultsFormat.XML,
        "text/csv": ox.QueryResultsFormat.CSV,
        "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    }
)


class EmbeddedStore:
    """A store in this process. One writer at a time; readers see the state before or after."""

    def __init__(
        self, path: Path | None = None, *, prefixes: Mapping[str, str] | None = None
    ) -> None:
        """Open the store in a folder, or one in memory without it.

        Args:
            path: the folder, made if need be.
            prefixes: used to shorten IRIs in answers, never assumed in queries.

        Raises:
            Locked: another process has it open.
            Unavailable: the folder cannot be used.
        """
        self._prefixes = dict(prefixes or {})
        self._writing = threading.Lock()
        try:
            self._store = ox.Store(str(path)) if path else ox.Store()
        except OSError as error:
            if "lock" in str(error).lower():
                raise Locked(f"The store in {path} is open in another process.") from error
            raise Unavailable(f"The store in {path} cannot be opened: {error}.") from error

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,  # noqa: ARG002  # the engine has none: see workers
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        cancel: Cancel | None = None,
    ) -> Result:
        """See `Store.query`. The engine cannot be stopped: a time limit needs a worker."""
        if cancel:
            cancel.begin()
        given = bool(default_graphs or named_graphs)
        try:
            result = self._store.query(
                text,
                default_graph=[ox.NamedNode(iri) for iri in default_graphs] if given else None,
                named_graphs=[ox.NamedNode(iri) for iri in named_graphs] if given else None,
            )
        except SyntaxError as error:
            raise MalformedQuery.at(str(error.msg)) from error
        except ValueError as error:  # a name that is no IRI, a lone surrogate
            raise MalformedQuery(f"The query cannot be read: {error}.") from error
        except (OSError, RuntimeError) as error:
            raise Unavailable("The query could not be evaluated.") from error
        return _EngineResult(result, self._prefixes)

    def graph(self, iri: str) -> Graph:
        """See `Store.graph`."""
        quads = self._store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
        return Graph.of(f"{quad.triple} ." for quad in quads)

    def graphs(self) -> tuple[str, ...]:
        """See `Store.graphs`."""
        names = (name for name in self._store.named_graphs() if isinstance(name, ox.NamedNode))
        pattern = self._store.quads_for_pattern
        return tuple(sorted(n.value for n in names if any(pattern(None, None, None, n))))

    def replace(self, graphs: Mapping[str, Graph]) -> None:
        """See `Store.replace`: one update of the difference, then a flush to disk."""
        with self._writing:
            old = {iri: self.graph(iri) for iri in graphs}
            update = change(old, graphs, lambda lines: self._held(lines, graphs)).update()
            if not update:
                return
            try:
                self._store.update(update)
                self._store.flush()
            except OSError as error:
                raise Unavailable(f"The store could not be written: {error}.") from error

    def drop(self, iri: str) -> None:
        """See `Store.drop`."""
        self.replace({iri: Graph()})

    def checkpoint(self, folder: Path) -> None:
        """Make a read-only copy in a folder that is not there yet (hard links).

        Raises:
            Unavailable: it could not be made.
        """
        try:
            self._store.backup(str(folder))
        except OSError as error:
            raise Unavailable(f"The snapshot {folder} could not be made: {error}.") from error

    def close(self) -> None:
        """See `Store.close`."""
        self.__dict__.pop("_store", None)  # the engine releases its lock with the last reference

    def _held(self, lines: Iterable[str], changing: Mapping[str, Graph]) -> set[str]:
        """Of some statements, those that a named graph outside `changing` holds."""
        held = set()
        document = "".join(line + "\n" for line in lines).encode()
        for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES):
            found = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            if any(
                isinstance(q.graph_name, ox.NamedNode) and q.graph_name.value not in changing
                for q in found
            ):
                held.add(f"{quad.triple} .")
        return held


class _EngineResult:
    """An answer of the engine, evaluated while it is written."""

    def __init__(
        self,
        result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
        prefixes: Mapping[str, str],
    ) -> None:
        self._result = result
        self._prefixes = prefixes

    @property
    def kind(self) -> str:
        if isinstance(self._result, ox.QueryTriples):
            return "graph"
        return "boolean" if isinstance(self._result, ox.QueryBoolean) else "solutions"

    def write(self, media_type: str) -> bytes:
        try:
            content = self._serialized(media_type)
        except (OSError, RuntimeError) as error:
            raise Unavailable("The query could not be evaluated.") from error
        assert content is not None  # no output file was given
        return content

    def _serialized(self, media_type: str) -> bytes | None:
        if isinstance(self._result, ox.QueryTriples):
            rdf_format = ox.RdfFormat.from_media_type(media_type)
            if rdf_format is None:
                raise NotAcceptable(f"A graph cannot be sent as {media_type}.", offers=())
            unique = dict.fromkeys(self._result)  # the engine repeats triples of a CONSTRUCT
            return ox.serialize(unique, format=rdf_format, prefixes=dict(self._prefixes))
        if media_type not in _RESULT_FORMATS:
            raise NotAcceptable(f"Solutions cannot be sent as {media_type}.", offers=())
        return self._result.serialize(format=_RESULT_FORMATS[media_type])

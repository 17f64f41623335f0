"""The embedded engine: pyoxigraph, on disk or in memory, in this process."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyoxigraph as ox

from ogpgraph.errors import (
    MalformedQuery,
    NotAcceptable,
    StorageFailed,
    StorageFull,
    StoreDamaged,
    Unavailable,
)
from ogpgraph.files import Graph
from ogpgraph.formats import completed, engine_type
from ogpgraph.store.base import Holders, Result, change, with_known
from ogpgraph.store.faults import ERRORS, failure
from ogpgraph.store.folder import UNCLOSED, StoreFolder
from ogpgraph.store.groups import NO_GROUPS, Groups
from ogpgraph.workers.cancel import Cancel
from ogpgraph.workers.dataset import Dataset

_RESULT_FORMATS = MappingProxyType(
    {
        "application/sparql-results+json": ox.QueryResultsFormat.JSON,
        "application/sparql-results+xml": ox.QueryResultsFormat.XML,
        "text/csv": ox.QueryResultsFormat.CSV,
        "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    }
)
_LOG = logging.getLogger("ogpgraph.store")


@dataclass(frozen=True, slots=True)
class Survey:
    """What a store holds: the digest of every named graph, and whether the merges are theirs."""

    digests: Mapping[str, str]
    merged: bool


class EmbeddedStore:
    """A store in this process. One writer at a time; readers see the state before or after."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
        groups: Groups = NO_GROUPS,
    ) -> None:
        """Open the store in a folder, or one in memory without it.

        A folder that cannot be trusted is put aside, and the store begins empty: see `lost`.

        Args:
            path: the folder, made if need be.
            prefixes: used to shorten IRIs in answers, never assumed in queries.
            base: what relative IRIs in a query without BASE are resolved against.
            groups: of named graphs that are to be merged in graphs of their own.

        Raises:
            Locked: another process has it open.
            StorageFailed, Unavailable: the folder cannot be used.
        """
        self._prefixes = dict(prefixes or {})
        self._base = base
        self.groups = groups
        self._writing = threading.RLock()
        self._failed = False
        self.edition = ""
        self.lost: str | None = None
        """Why what the folder held was put aside; None where it was not."""
        self._folder = StoreFolder(path) if path else None
        if self._folder is None:
            self._store = ox.Store()
            return
        try:
            self._open(self._folder)
        except BaseException:
            self._folder.release()
            raise

    def _open(self, folder: StoreFolder) -> None:
        flaw = folder.flaw()
        if flaw is None:
            try:
                self._store = _engine(folder.path)
            except StoreDamaged as error:
                flaw = error.message
            else:
                folder.break_seal()
                return
        self.begin_anew(flaw)

    def begin_anew(self, reason: str) -> None:
        """Put aside what there is and begin with an empty store, to be filled by `fill`.

        Raises:
            StorageFailed, Unavailable: no new folder can be made.
        """
        with self._writing:
            self.lost = reason
            self._store = ox.Store()  # until the folder can be made, perhaps later
            if self._folder is None:
                return
            self._failed = True
            aside = self._folder.put_aside()
            _LOG.warning(
                "the store in %s is not trusted: %s; it is put aside as %s and built again",
                self._folder.path,
                reason,
                aside.name if aside else "nothing",
            )
            self._making_room(self._recover)

    def fill(self, graphs: Mapping[str, Graph]) -> None:
        """Write named graphs and their merges into an empty store, in bulk.

        Not atomic: a store that is not closed properly afterwards is put aside when next opened.

        Raises:
            StorageFailed: it could not be written.
        """
        with self._writing:
            self._making_room(lambda: self._fill(graphs))
            if self._folder and self.lost == UNCLOSED:  # nothing to look into
                self._folder.forget_aside()

    def _fill(self, graphs: Mapping[str, Graph]) -> None:
        self._recover()
        try:
            self._store.clear()
            self._store.bulk_load(b"".join(self.groups.quads(graphs)), format=ox.RdfFormat.N_QUADS)
            self._store.flush()
        except ERRORS as error:
            self._failed = True
            raise failure(error) from error

    def _making_room(self, work: Callable[[], None]) -> None:
        """Do it; on a full disk once more without what was put aside: an index, and in the way."""
        try:
            work()
        except StorageFull:
            if self._folder is None or not self._folder.forget_aside():
                raise
            work()

    def survey(self) -> Survey:
        """Read everything.

        Raises:
            StoreDamaged: something cannot be read.
        """
        digests: dict[str, str] = {}
        ranks = [*self.groups.iris, None]
        places: dict[int, int] = {}
        for iri in self.graphs():
            graph = self.graph(iri)
            digests[iri] = graph.digest
            rank = ranks.index(self.groups.of(iri))
            for key in map(hash, graph.lines):
                places[key] = min(rank, places.get(key, rank))
        merged = self._holds(ox.DefaultGraph(), places.keys()) and all(
            self._holds(ox.NamedNode(iri), {key for key, place in places.items() if place == rank})
            for rank, iri in enumerate(self.groups.iris)
        )
        return Survey(digests, merged)

    def _holds(self, graph: ox.NamedNode | ox.DefaultGraph, keys: AbstractSet[int]) -> bool:
        """Whether a graph holds the statements with these hashes and no others."""
        count = 0
        for line in self._lines(graph):
            count += 1
            if hash(line) not in keys:
                return False
        return count == len(keys)

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
        dataset = self.groups.dataset(text, default_graphs, named_graphs, self._base)
        try:
            try:
                result = self._evaluated(text if dataset else self.groups.hiding(text), dataset)
            except SyntaxError:  # it may tell places of a text that the caller did not write
                result = self._evaluated(text, dataset)
        except SyntaxError as error:
            raise MalformedQuery.at(str(error.msg)) from error
        except ValueError as error:  # a name that is no IRI, a lone surrogate
            raise MalformedQuery(f"The query cannot be read: {error}.") from error
        except (OSError, RuntimeError) as error:
            raise Unavailable("The query could not be evaluated.") from error
        return _EngineResult(result, self._prefixes)

    def _evaluated(self, text: str, dataset: Dataset | None) -> Any:
        if dataset is None:
            return self._store.query(text, base_iri=self._base)
        return dataset.evaluate(self._store, text, self._base)

    def graph(self, iri: str) -> Graph:
        """See `Store.graph`."""
        return Graph.of(self._lines(ox.NamedNode(iri)))

    def merge(self) -> Iterator[str]:
        """The statements of the default graph, each once, in no order."""
        return self._lines(ox.DefaultGraph())

    def graphs(self) -> tuple[str, ...]:
        """See `Store.graphs`."""
        try:
            names = [n for n in self._store.named_graphs() if isinstance(n, ox.NamedNode)]
            pattern = self._store.quads_for_pattern
            found = {n.value for n in names if any(pattern(None, None, None, n))}
            return tuple(sorted(found.difference(self.groups.iris)))
        except ERRORS as error:
            raise failure(error) from error

    def replace(
        self,
        graphs: Mapping[str, Graph],
        *,
        edition: str | None = None,
        known: Mapping[str, Graph] | None = None,
    ) -> None:
        """See `Store.replace`: one update of the difference, then a flush to disk.

        Raises:
            StorageFailed: it could not be written; the next `replace` opens the engine again.
            StoreDamaged: what is there cannot be read.
        """
        with self._writing:
            self._making_room(lambda: self._replace(graphs, known))
            self.edition = self.edition if edition is None else edition

    def _replace(self, graphs: Mapping[str, Graph], known: Mapping[str, Graph] | None) -> None:
        self._recover()
        old = with_known(self, graphs, known)
        try:
            elsewhere = partial(self._held, changing={*graphs, *self.groups.iris})
            if update := change(old, graphs, elsewhere, self.groups).update():
                self._store.update(update)
                self._store.flush()
        except ERRORS as error:
            self._failed = True
            raise failure(error) from error

    def _recover(self) -> None:
        """Open the engine again after a failed write, once the disk can be written."""
        if not self._failed or self._folder is None:
            return
        self._folder.probe()
        self.__dict__.pop("_store", None)
        try:
            self._store = _engine(self._folder.path)
        except Unavailable:
            with suppress(Unavailable):
                self._store = ox.Store()  # what cannot be read is not there
                self._store = _reader(self._folder.path)
            raise
        self._failed = False
        _LOG.info("the store in %s can be written", self._folder.path)

    def drop(self, iri: str) -> None:
        """See `Store.drop`."""
        self.replace({iri: Graph()})

    def checkpoint(self, folder: Path) -> str:
        """Make a copy in a folder that is not there yet (hard links).

        Returns:
            The edition that it is of.

        Raises:
            StorageFailed: it could not be made.
        """
        with self._writing:
            try:
                self._store.backup(str(folder))
            except ERRORS as error:
                self._failed = True  # so it has perhaps stopped writing
                _LOG.warning("no snapshot can be made: %s", error)
                raise StorageFailed.of(error) from error
            return self.edition

    def close(self) -> None:
        """See `Store.close`."""
        with self._writing:
            self.__dict__.pop("_store", None)  # the engine ends with the last reference
            folder, self._folder = self._folder, None
            if folder is not None:
                if not self._failed:
                    folder.seal()
                folder.release()

    def _lines(self, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[str]:
        try:
            for quad in self._store.quads_for_pattern(None, None, None, graph):
                yield f"{quad.triple} ."
        except ERRORS as error:
            raise failure(error) from error

    def _held(self, lines: Iterable[str], changing: AbstractSet[str]) -> Holders:
        """The named graphs outside `changing` that hold some statements."""
        names = (n.value for n in self._store.named_graphs() if isinstance(n, ox.NamedNode))
        if all(name in changing for name in names):
            return {}
        held: dict[str, list[str]] = defaultdict(list)
        document = "".join(line + "\n" for line in lines).encode()
        for quad in ox.parse(document, format=ox.RdfFormat.N_TRIPLES):
            found = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            for other in found:
                name = other.graph_name
                if isinstance(name, ox.NamedNode) and name.value not in changing:
                    held[f"{quad.triple} ."].append(name.value)
        return held


def _engine(path: Path) -> ox.Store:
    """The engine on a folder.

    Raises:
        StorageFailed, Unavailable: the machine does not let it.
        StoreDamaged: the files do not.
    """
    try:
        return ox.Store(str(path))
    except ERRORS as error:
        raise failure(error) from error


def _reader(path: Path) -> ox.Store:
    """The engine on a folder that it cannot write now: what is there can still be read."""
    try:
        return ox.Store.read_only(str(path))
    except ERRORS as error:
        raise failure(error) from error


class _EngineResult:
    """An answer of the engine, evaluated while it is written.

    Only the thread that got what the engine gave may let it go. So nothing has it after `write`:
    the traceback of an error may be let go by any thread.
    """

    def __init__(self, result: Any, prefixes: Mapping[str, str]) -> None:
        kinds = {ox.QueryTriples: "graph", ox.QueryBoolean: "boolean"}
        self.kind = kinds.get(type(result), "solutions")
        self._result, self._prefixes = [result], prefixes

    def write(self, media_type: str) -> bytes:
        try:
            content = self._serialized(media_type)
        except (OSError, RuntimeError) as error:
            raise Unavailable("The query could not be evaluated.") from error
        finally:
            self._result.clear()
        assert content is not None  # no output file was given
        return content

    def _serialized(self, media_type: str) -> bytes | None:
        if self.kind == "graph":
            rdf_format = ox.RdfFormat.from_media_type(media_type)
            if rdf_format is None:
                raise NotAcceptable(f"A graph cannot be sent as {media_type}.", offers=())
            unique = dict.fromkeys(self._result[0])  # the engine repeats triples of a CONSTRUCT
            content = ox.serialize(unique, format=rdf_format, prefixes=dict(self._prefixes))
            return None if content is None else completed(content, media_type)
        if media_type not in _RESULT_FORMATS:
            raise NotAcceptable(f"Solutions cannot be sent as {media_type}.", offers=())
        content = self._result[0].serialize(format=_RESULT_FORMATS[engine_type(media_type)])
        return None if content is None else completed(content, media_type)

"""Any SPARQL 1.1 engine by protocol, through SPARQLWrapper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from types import MappingProxyType
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit, urlunsplit

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import (
    EndPointInternalError,
    EndPointNotFound,
    QueryBadFormed,
    SPARQLWrapperException,
    Unauthorized,
    URITooLong,
)

from ogpgraph.errors import BadInput, MalformedQuery, QueryTimeout, Unavailable
from ogpgraph.files import Graph
from ogpgraph.gate import answer_kind
from ogpgraph.store.base import Holders, Result, Row, change, rows, statements, with_known
from ogpgraph.store.groups import NO_GROUPS, Groups
from ogpgraph.terms import iri as absolute
from ogpgraph.workers.cancel import Cancel

_BATCH = 500
"""Statements asked about in one query."""


class RemoteStore:
    """A store behind a query URL and, for writing, an update URL."""

    def __init__(
        self,
        query_url: str,
        update_url: str | None = None,
        *,
        user: str | None = None,
        password: str | None = None,
        timeout: float = 60.0,
        groups: Groups = NO_GROUPS,
    ) -> None:
        self._query_url = query_url
        self._update_url = update_url
        self._credentials = (user, password) if user else None
        self._timeout = timeout
        self.edition = ""
        self.groups = groups

    def query(
        self,
        text: str,
        *,
        timeout: float | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        cancel: Cancel | None = None,
    ) -> Result:
        """See `Store.query`. The text is sent when the answer is written."""
        if cancel:
            cancel.begin()
        parameters = [("default-graph-uri", iri) for iri in dict.fromkeys(default_graphs)]
        parameters += [("named-graph-uri", iri) for iri in dict.fromkeys(named_graphs)]
        client = self._client(self._query_url, timeout or self._timeout)
        kind = answer_kind(text)
        asked = text if parameters else self.groups.hiding(text)
        client.queryString, client.queryType = asked, _FORMS[kind]  # its own guess reads comments
        for name, value in parameters:
            client.addParameter(name, value)
        return _RemoteResult(client, kind, timeout or self._timeout)

    def graph(self, iri: str) -> Graph:
        """See `Store.graph`."""
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {absolute(iri)} {{ ?s ?p ?o }} }}"
        return self._statements(text)

    def graphs(self) -> tuple[str, ...]:
        """See `Store.graphs`."""
        found = rows(self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"))
        return tuple(sorted({row["g"].value for row in found}.difference(self.groups.iris)))

    def replace(
        self,
        graphs: Mapping[str, Graph],
        *,
        edition: str | None = None,
        known: Mapping[str, Graph] | None = None,
    ) -> None:
        """See `Store.replace`: one update request of the difference."""
        old = with_known(self, graphs, known)
        elsewhere = partial(self._held, changing=[*graphs, *self.groups.iris])
        update = change(old, graphs, elsewhere, self.groups).update()
        if update:
            self._update(update)
        self.edition = self.edition if edition is None else edition

    def drop(self, iri: str) -> None:
        """See `Store.drop`."""
        self.replace({iri: Graph()})

    def close(self) -> None:
        """See `Store.close`: there is no connection to keep."""

    def _update(self, text: str) -> None:
        if not self._update_url:
            raise Unavailable("This store is read-only: no update URL is configured.")
        client = self._client(self._update_url, self._timeout)
        client.setQuery(text)
        try:
            _send(client, self._timeout)
        except MalformedQuery as error:  # it is ours: nothing that a caller could mend
            raise _refused(client, "does not accept the update") from error

    def _held(self, lines: Iterable[str], changing: Sequence[str]) -> Holders:
        """The named graphs outside `changing` that hold some statements."""
        others = f"FILTER (?g NOT IN ({', '.join(str(absolute(iri)) for iri in changing)}))"
        waiting, held = list(lines), defaultdict[str, list[str]](list)
        if not self._rows(f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {others} }} LIMIT 1"):
            return held
        while waiting:
            batch, waiting = waiting[:_BATCH], waiting[_BATCH:]
            values = " ".join(
                f"({number} {line.removesuffix(' .')})" for number, line in enumerate(batch)
            )
            text = (
                "SELECT ?number ?g WHERE { "
                f"VALUES (?number ?s ?p ?o) {{ {values} }} "
                f"GRAPH ?g {{ ?s ?p ?o }} {others} }}"
            )
            for row in self._rows(text):
                held[batch[int(row["number"].value)]].append(row["g"].value)
        return held

    def _statements(self, text: str) -> Graph:
        """What a CONSTRUCT of ours gives."""
        with self._ours():
            return statements(self.query(text))

    def _rows(self, text: str) -> list[Row]:
        """What a SELECT of ours gives."""
        with self._ours():
            return list(rows(self.query(text)))

    @contextmanager
    def _ours(self) -> Iterator[None]:
        """Nothing of a query of ours is what a caller sent or could mend."""
        try:
            yield
        except (MalformedQuery, BadInput) as error:
            client = self._client(self._query_url, self._timeout)
            raise _refused(client, f"does not answer as it should: {error.message}") from error

    def _client(self, url: str, timeout: float) -> SPARQLWrapper:
        client = SPARQLWrapper(url)
        client.setMethod(POST)
        client.setTimeout(max(1, round(timeout)))
        if self._credentials:
            client.setCredentials(*self._credentials)
        return client


_FORMS = MappingProxyType({"solutions": "SELECT", "boolean": "ASK", "graph": "CONSTRUCT"})
"""What SPARQLWrapper is told of the form of a query, by the kind of its answer."""


class _RemoteResult:
    """An answer that the engine sends in the media type asked for."""

    def __init__(self, client: SPARQLWrapper, kind: str, timeout: float) -> None:
        self.kind = kind
        self._client = client
        self._timeout = timeout

    def write(self, media_type: str) -> bytes:
        self._client.setOnlyConneg(True)
        self._client.addCustomHttpHeader("Accept", media_type)
        return _send(self._client, self._timeout)


def _send(client: SPARQLWrapper, timeout: float) -> bytes:
    try:
        response: Any = client.query().response
        return bytes(response.read())
    except QueryBadFormed as error:
        raise MalformedQuery("The remote engine does not accept the query.") from error
    except TimeoutError as error:
        raise QueryTimeout(
            f"The remote engine did not answer within {timeout:g} s.", limit_s=timeout
        ) from error
    except HTTPError as error:
        raise _refused(client, f"answered with status {error.code}") from error
    except SPARQLWrapperException as error:
        how = next((how for kind, how in _STATUSES if isinstance(error, kind)), "refused")
        raise _refused(client, how) from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise QueryTimeout(
                f"The remote engine did not answer within {timeout:g} s.", limit_s=timeout
            ) from error
        raise _refused(client, f"cannot be reached: {error.reason}") from error
    except HTTPException as error:
        raise _refused(client, f"answered what is not HTTP: {error!r}") from error
    except OSError as error:
        raise _refused(client, f"cannot be reached: {error.strerror or error}") from error


_STATUSES = (
    (Unauthorized, "answered with status 401: the user or the password is wrong"),
    (EndPointNotFound, "answered with status 404"),
    (URITooLong, "answered with status 414"),
    (EndPointInternalError, "answered with status 500"),
)
"""The errors of SPARQLWrapper that stand for one status."""


def _refused(client: SPARQLWrapper, how: str) -> Unavailable:
    """Which engine, without what its URL may hold of a user, a password or a query."""
    parts = urlsplit(client.endpoint)
    url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return Unavailable(f"The remote engine at {url} {how.removesuffix('.')}.")

"""What a graph was before, published again: a new version, as anything else that is published."""

from __future__ import annotations

from collections.abc import Collection

from ogpgraph.errors import Forbidden
from ogpgraph.files import Document
from ogpgraph.history import History
from ogpgraph.publish import Publication, Publisher, refusal
from ogpgraph.report import Report


def roll_back(
    past: History,
    publisher: Publisher,
    graph: str,
    to: int,
    *,
    reserved: Collection[str],
    agent: str,
    dry_run: bool,
) -> Publication:
    """Publish what a graph was at an earlier moment, if the shapes of today allow it.

    Args:
        past: where it is read.
        publisher: by whom it is published.
        graph: its IRI, or the end of it.
        to: the sequence number of the moment; the graph may have been withdrawn then.
        reserved: graphs that come with the package.
        agent: who publishes.
        dry_run: only validate.

    Raises:
        BadRequest: there is no such graph or moment.
        Forbidden: the graph is reserved.
        NotConforming, Unavailable, Locked: nothing changed.
    """
    iri, moment = past.graph_iri(graph), past.moment(to)
    content = past.graph(iri, moment)
    if content == past.graph(iri, past.newest):
        return Publication((), (), Report())
    if iri in reserved:
        message = f"<{iri}> comes with ogpgraph; change it in the package."
        raise Forbidden(message, slug="reserved-graph")
    source = f"rollback to version {moment}"
    documents = [Document(f"version {moment} of {iri}", content)] if len(content) else []
    if dry_run:
        report = publisher.check(documents, without=() if documents else (iri,))
        if not report.conforms:
            raise refusal(report)
        return Publication((), (), report)
    if documents:
        return publisher.publish(documents, agent=agent, source=source)
    version = publisher.withdraw(iri, agent=agent, source=source)
    return Publication((version,), (version,), Report())

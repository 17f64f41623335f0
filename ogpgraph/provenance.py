"""Where the versions of graphs come from, in the terms of PROV-O."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import urlencode

from ogpgraph.files import Graph
from ogpgraph.history import Batch, Entry
from ogpgraph.statements import Statements, moment_of

_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"


def provenance(batch: Batch, entries: Iterable[Entry], base: str) -> Graph:
    """What was published at once: the activity, and the version of each graph that it made.

    Args:
        batch: the publication.
        entries: its versions, or some of them.
        base: the URL of the service, under which versions have their addresses.
    """
    said = Statements()
    activity = f"{base}/versions/{batch.sequence}"
    said.is_a(activity, "prov:Activity")
    said.text(activity, "rdfs:label", _label(batch.sequence))
    for entry in entries:
        _version(said, activity, entry, base)
    return said.graph()


def _label(sequence: int) -> tuple[str, str]:
    return (f"Publicación de la versión {sequence}", f"Publication of version {sequence}")


def _version(said: Statements, activity: str, entry: Entry, base: str) -> None:
    version = entry.version
    time, agent = moment_of(version.time), f"{activity}#agent"
    said.value(activity, "prov:endedAtTime", time, "dateTime")
    said.link(activity, "prov:wasAssociatedWith", agent)
    said.is_a(agent, "prov:Agent")
    said.value(agent, "foaf:name", version.activity.agent)
    tool = f"{activity}#tool"
    said.link(activity, "prov:wasAssociatedWith", tool)
    said.is_a(tool, "prov:SoftwareAgent")
    said.value(tool, "foaf:name", version.activity.tool)
    node = _node(base, version.graph, version.sequence)
    if not version.statements:
        if entry.previous:
            said.link(_node(base, version.graph, entry.previous), "prov:wasInvalidatedBy", activity)
        return
    said.is_a(node, "prov:Entity")
    said.link(activity, "prov:generated", node)
    said.link(node, "prov:wasGeneratedBy", activity)
    said.value(node, "prov:generatedAtTime", time, "dateTime")
    said.link(node, "prov:specializationOf", version.graph)
    said.number(node, "void:triples", version.statements)
    said.value(node, "dcat:version", str(version.sequence))
    _checksum(said, node, f"{node}#sha256", version.digest)
    if entry.previous:
        said.link(node, "prov:wasRevisionOf", _node(base, version.graph, entry.previous))
    if version.document:
        document = f"{node}#document"
        said.link(node, "prov:wasDerivedFrom", document)
        said.is_a(document, "prov:Entity")
        said.value(document, "dcterms:title", PurePath(version.document).name)
        _checksum(said, document, f"{document}-sha256", version.document_digest)


def _checksum(said: Statements, node: str, checksum: str, digest: str) -> None:
    said.link(node, "spdx:checksum", checksum)
    said.is_a(checksum, "spdx:Checksum")
    said.link(checksum, "spdx:algorithm", _SHA256)
    said.value(checksum, "spdx:checksumValue", digest, "hexBinary")


def _node(base: str, graph: str, sequence: int) -> str:
    return f"{base}/versions/{sequence}/graph?{urlencode({'graph': graph})}"

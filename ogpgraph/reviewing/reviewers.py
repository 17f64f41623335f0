"""Who reviews, as an agent of the graph."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from ogpgraph.errors import BadRequest
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.reading import Reading
from ogpgraph.reviewing.surroundings import agent_known, is_shared
from ogpgraph.statements import Statements
from ogpgraph.vocab import EXTERNAL_PREFIXES

_LONGEST = 200
_SLUG = 60
_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SOFTWARE = EXTERNAL_PREFIXES["prov"] + "SoftwareAgent"
_AGENT = EXTERNAL_PREFIXES["prov"] + "Agent"
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Reviewer:
    """An agent's IRI, and what a graph has to say of it for others to understand it."""

    iri: str
    described: Graph


def checked_name(name: str) -> str:
    """The name of a reviewer, its spaces made one.

    Raises:
        BadRequest: it is empty, too long, or holds what cannot be shown.
    """
    found = " ".join(unicodedata.normalize("NFC", name).split())
    if not found or len(found) > _LONGEST or not found.isprintable():
        raise BadRequest(
            f"agent is “{found[:40]}”; who decides is a name of 1 to {_LONGEST} characters, or the "
            "id of an agent such as ogpgraphCuration.",
            parameter="agent",
        )
    return found


def reviewer_of(name: str, reading: Reading) -> Reviewer:
    """The agent that a name means: one that is published under that id or IRI, else one made of it.

    Args:
        name: the id or IRI of a published agent, or any name.
        reading: the version.

    Raises:
        BadRequest: it is no name, or that of a tool: it is for people and organisations to decide.
    """
    name, names = checked_name(name), reading.names
    prefix = names.thing("agent", "")
    local = name.removeprefix(prefix)
    if _LOCAL.fullmatch(local):
        kinds, labels = agent_known(reading, prefix + local)
        if _SOFTWARE in kinds:
            raise BadRequest(
                f"{local} is a tool; a person or an organisation decides.", parameter="agent"
            )
        if _AGENT in kinds:
            return _known(prefix + local, labels, reading)
    if name.startswith(prefix):
        raise BadRequest(f"No agent <{name[:200]}> is published here.", parameter="agent")
    return _made(name, reading)


def _known(iri: str, labels: frozenset[str], reading: Reading) -> Reviewer:
    """One that is published; described again where it stands in no graph for all to refer to."""
    shared = is_shared(reading, iri)
    return Reviewer(iri, Graph() if shared else _described(iri, min(labels)))


def _made(name: str, reading: Reading) -> Reviewer:
    """One made of a name: of two names that give one id, the second has a longer one."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = _NO_LETTERS.sub("-", folded).strip("-")[:_SLUG].strip("-")
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    iri = reading.names.thing("agent", slug or mark)
    _, labels = agent_known(reading, iri)
    if labels and name not in labels:
        iri = reading.names.thing("agent", f"{slug}-{mark}")
    return Reviewer(iri, _described(iri, name))


def _described(iri: str, name: str) -> Graph:
    said = Statements()
    said.is_a(iri, "prov:Agent", "foaf:Agent")
    said.text(iri, "skos:prefLabel", (name, name))
    return said.graph()


def label_of(names: Names, agent: str) -> str:
    """The short id of an agent."""
    return agent.removeprefix(names.thing("agent", ""))

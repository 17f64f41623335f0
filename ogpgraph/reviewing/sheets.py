"""A graph of alignments taken apart, so that some of them can be changed and the rest kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ogpgraph.alignments.records import Alignment, AlignmentSet, Texts, Unaligned, records
from ogpgraph.alignments.records import statements as said
from ogpgraph.drafts import subjects_of
from ogpgraph.files import Graph, triples
from ogpgraph.iris import Names
from ogpgraph.statements import Statements
from ogpgraph.terms import Triple, iri, literal
from ogpgraph.vocab import EXTERNAL_PREFIXES, LICENSE

_PROV = EXTERNAL_PREFIXES["prov"]
_ACTORS = (f"{_PROV}Agent", f"{_PROV}Activity")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A graph: its alignments by IRI, the commitments without a target, and all else it says."""

    graph: str
    alignments: Mapping[str, Alignment]
    unaligned: tuple[Unaligned, ...]
    others: frozenset[str]
    names: Names

    @classmethod
    def of(cls, graph: str, content: Graph, names: Names) -> Sheet:
        """Take a graph apart; an empty one gives an empty sheet."""
        found = records(triples(content), names)
        others = frozenset(content.lines).difference(said(found, names).lines)
        by_iri = {one.iri: one for one in found.alignments}
        return cls(graph, by_iri, found.unaligned, others, names)

    def with_(self, *changed: Alignment, more: Graph | None = None) -> Sheet:
        """With alignments in place of those of the same IRI, and more statements."""
        lines = more.lines if more else ()
        by_iri = {**self.alignments, **{one.iri: one for one in changed}}
        return replace(self, alignments=by_iri, others=self.others.union(lines))

    def without(self, *gone: str) -> Sheet:
        """Without some alignments, by their IRIs."""
        kept = {iri: one for iri, one in self.alignments.items() if iri not in gone}
        return replace(self, alignments=kept)

    @property
    def says_nothing(self) -> bool:
        """Whether it has neither an alignment nor a commitment without a target."""
        return not self.alignments and not self.unaligned

    def written(self) -> Graph:
        """The graph again; empty where it says nothing. Agents that nobody names are left out."""
        if self.says_nothing:
            return Graph()
        found = AlignmentSet(tuple(self.alignments.values()), self.unaligned)
        whole = Graph.of((*said(found, self.names).lines, *self.others))
        actors = {one for actor in _ACTORS for one in subjects_of(whole, actor)}
        while idle := {one for one in actors if not _is_named(one, whole)}:
            starts = tuple(f"<{one}> " for one in idle)
            whole = Graph.of(line for line in whole.lines if not line.startswith(starts))
            actors -= idle
        return whole


def _is_named(thing: str, graph: Graph) -> bool:
    end = f" <{thing}> ."
    return any(line.endswith(end) for line in graph.lines)


def digest_of(one: Alignment, names: Names) -> str:
    """SHA-256 (hex) of all that is said of an alignment: what an ETag of it is."""
    found = said(AlignmentSet((one,)), names)
    return hashlib.sha256(found.to_bytes()).hexdigest()


def heading(
    graph: str,
    names: Names,
    *,
    title: tuple[str, str],
    description: tuple[str, str],
    supplements: str,
    sources: tuple[str, ...],
    by: str,
    moment: str,
) -> Graph:
    """What a graph of alignments says of itself.

    Args:
        graph: its IRI.
        names: of the deployment.
        title: in Spanish and English.
        description: in Spanish and English.
        supplements: the graph of the plan.
        sources: the documents that the plan is drawn from.
        by: the IRI of the agent that it is attributed to.
        moment: when it was made, as xsd:dateTime writes it.
    """
    about = Statements()
    about.text(graph, "dcterms:title", title)
    about.text(graph, "dcterms:description", description)
    about.link(graph, "prov:hadPrimarySource", *sources)
    about.link(graph, "prov:wasAttributedTo", by)
    about.value(graph, "prov:generatedAtTime", moment, "dateTime")
    about.link(graph, "dcterms:license", LICENSE)
    own = [
        linked(graph, EXTERNAL_PREFIXES["rdf"] + "type", names.term("SourceGraph")),
        linked(graph, names.term("supplements"), supplements),
    ]
    return about.graph() | Graph.of(own)


def linked(subject: str, predicate: str, target: str) -> str:
    """A statement that links two things."""
    return str(Triple(iri(subject), iri(predicate), iri(target)))


def worded(subject: str, predicate: str, texts: Texts) -> list[str]:
    """Statements with texts by language."""
    return [
        str(Triple(iri(subject), iri(predicate), literal(text, language=tag)))
        for tag, text in texts.items()
    ]


def supplemented(sheet: Sheet) -> str:
    """The IRI of the graph that a graph says it supplements; empty where it says none."""
    said = f"<{sheet.graph}> <{sheet.names.term('supplements')}> <"
    found = sorted(line for line in sheet.others if line.startswith(said))
    return found[0].removeprefix(said).removesuffix("> .") if found else ""

"""The prefixes of our queries and documents, declared as SHACL does."""

from __future__ import annotations

from ogpgraph.describing.site import Site
from ogpgraph.files import Graph
from ogpgraph.statements import Statements


def prefixes(site: Site) -> Graph:
    """Each prefix once, of an ontology without terms of its own."""
    said = Statements()
    said.is_a(site.prefixes, "owl:Ontology")
    said.text(site.prefixes, "dcterms:title", ("Prefijos de ogpgraph", "Prefixes of ogpgraph"))
    for prefix, namespace in site.names.prefixes.items():
        node = f"{site.prefixes}#{prefix}"
        said.link(site.prefixes, "sh:declare", node)
        said.is_a(node, "sh:PrefixDeclaration")
        said.value(node, "sh:prefix", prefix)
        said.value(node, "sh:namespace", namespace, "anyURI")
    return said.graph()

"""The short labels that we ship of goals, targets and indicators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ogpgraph.files import read, triples
from ogpgraph.iris import Names
from ogpgraph.sdg.codes import Code
from ogpgraph.sdg.vocabulary import VOCABULARY
from ogpgraph.settings import DEFAULT_BASE_IRI
from ogpgraph.shipped import Shipped
from ogpgraph.vocab import PREF_LABEL

_FILES = ("sdg", "sdg-indicator")


def labels(shipped: Shipped, names: Names) -> Mapping[Code, Mapping[str, str]]:
    """Code -> language -> label, of every code; those of one indicator have the same labels."""
    by_iri: dict[str, dict[str, str]] = defaultdict(dict)
    for path in shipped.ontology:
        if path.stem not in _FILES:
            continue
        document = read(path, base=names.base, rebase=(DEFAULT_BASE_IRI, names.base))
        for subject, predicate, value in triples(document.graph):
            if predicate.value == PREF_LABEL and value.language:
                by_iri[subject.value][value.language] = value.value
    return {code: by_iri[entry.iri(names)] for code, entry in VOCABULARY.entries.items()}

"""Which properties things of a class have, and what these lead to: read back from VoID."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from ogpgraph.describing.site import Site
from ogpgraph.store.base import Engine, Row, rows
from ogpgraph.terms import iri
from ogpgraph.vocab import EXTERNAL_PREFIXES

_VOID = EXTERNAL_PREFIXES["void"]
_EXT = EXTERNAL_PREFIXES["void-ext"]


@dataclass(slots=True)
class Use:
    """What a property leads to from things of a class.

    `datatypes` are those of its literals; `classes` those of the things, each with how many
    statements lead to one of it.
    """

    datatypes: set[str] = field(default_factory=set)
    classes: dict[str, int] = field(default_factory=dict)


_ENDS = "?inner void:classPartition ?end . ?end void:class ?to ; void:triples ?n"


@dataclass(frozen=True, slots=True)
class Usage:
    """Class -> property -> its use, by IRI. Empty where VoID leaves a level out as too large."""

    of: Mapping[str, Mapping[str, Use]]

    @classmethod
    def read(cls, store: Engine, site: Site, *, timeout: float) -> Usage:
        """The usage in the version that a store shows.

        Raises:
            OgpGraphError: it cannot be asked.
        """
        of: dict[str, dict[str, Use]] = defaultdict(lambda: defaultdict(Use))
        for row in _found(store, site, timeout, ""):
            of[row["class"].value][row["property"].value] = Use()
        literals = _found(store, site, timeout, "?inner ext:datatypePartition/ext:datatype ?to")
        for row in literals:
            of[row["class"].value][row["property"].value].datatypes.add(row["to"].value)
        if not literals:  # that level is left out: nothing is known of values
            return cls({})
        for row in _found(store, site, timeout, _ENDS):
            use = of[row["class"].value][row["property"].value]
            use.classes[row["to"].value] = int(row["n"].value)
        return cls({name: dict(uses) for name, uses in of.items()})


def _found(store: Engine, site: Site, timeout: float, pattern: str) -> list[Row]:
    """The solutions of a pattern over the properties of each class, with what it adds."""
    text = (
        f"PREFIX void: <{_VOID}> PREFIX ext: <{_EXT}> "
        f"SELECT ?class ?property ?to ?n WHERE {{ GRAPH {iri(site.void)} {{ "
        f"{iri(site.dataset)} void:classPartition ?part . ?part void:class ?class ; "
        f"void:propertyPartition ?inner . ?inner void:property ?property . {pattern} }} }}"
    )
    return list(rows(store.query(text, timeout=timeout)))

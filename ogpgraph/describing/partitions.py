"""What VoID lists of the counts: partitions by property and by class, and what these lead to.

By class there can be many more of them than there are statements: a thing of fifty classes with
fifty properties that lead to a thing of fifty has 150 statements and 125,000 partitions. So each
level is listed whole or not at all, as the limits tell, and finding out which takes time and
memory within them. Whether a level is listed depends on the counts alone, not on those before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ogpgraph.describing.statistics import (
    CLASS,
    CROWDED,
    DATATYPE,
    LINK,
    LINK_OF,
    OBJECT_CLASS,
    OF_CLASS,
    PROPERTY,
    Counts,
)
from ogpgraph.terms import RDF_LANG_STRING, XSD, XSD_STRING
from ogpgraph.vocab import EXTERNAL_PREFIXES, RDF_TYPE

Key = tuple[str, ...]
"""Terms in their written form."""

OUTER = 2_000
"""Properties, classes, or properties that link to others, up to which there are partitions."""
INNER = 5_000
"""Partitions below those of classes, of each level, up to which it is listed."""
_VARYING = MappingProxyType(
    {
        "void": (
            "Dataset",
            "Linkset",
            "class",
            "classPartition",
            "entities",
            "linkPredicate",
            "objectsTarget",
            "property",
            "propertyPartition",
            "subjectsTarget",
            "subset",
            "triples",
            "uriSpace",
        ),
        "void-ext": ("datatype", "datatypePartition"),
        "dcat": ("Dataset",),
        "dcterms": ("title", "type"),
        "sd": ("Graph",),
    }
)
_OURS = frozenset(
    {
        *(f"<{EXTERNAL_PREFIXES[p]}{name}>" for p, names in _VARYING.items() for name in names),
        *(f"<{one}>" for one in (RDF_TYPE, RDF_LANG_STRING, XSD_STRING, f"{XSD}integer")),
    }
)
"""Terms that VoID uses only while some level is listed, and those of what they are said of.

What is of these alone does not count towards a limit: else a level that is listed could be the
one too many, and be so no more once it is left out.
"""


@dataclass(frozen=True, slots=True)
class Most:
    """The limits: see the constants."""

    outer: int = OUTER
    inner: int = INNER


@dataclass(frozen=True, slots=True)
class Partitions:
    """Numbers by the terms that they are of; None for a level that is left out."""

    properties: Mapping[Key, int] | None
    """Statements by property."""
    classes: Mapping[Key, int] | None
    """Things by class."""
    linksets: Mapping[Key, int] | None
    """Statements that lead to things of others, by property and the name of the dataset."""
    linksets_of: Mapping[Key, int] | None
    """The same of alignments, by how they were made too. Left out together with `linksets`."""
    of_class: Mapping[Key, int] | None
    """Statements by class and property."""
    datatypes: Mapping[Key, int] | None
    """By class, property and the datatype of the value."""
    object_classes: Mapping[Key, int] | None
    """By class, property and class of the value. Left out together with `datatypes`."""


def partitions(counts: Counts, most: Most) -> Partitions:
    """What is listed of some counts: at each level all, or nothing where that is too much."""
    by_kind: dict[str, dict[Key, int]] = defaultdict(dict)
    for (kind, *terms), number in counts.items():
        by_kind[kind][tuple(terms)] = number
    outer = [_within(by_kind[kind], most.outer) for kind in (PROPERTY, CLASS, LINK)]
    properties, classes, linksets = outer
    linksets_of = _within(by_kind[LINK_OF], most.outer) if linksets is not None else None
    of_class = datatypes = object_classes = None
    sets = [by_kind[kind] for kind in (OF_CLASS, DATATYPE, OBJECT_CLASS)]
    few = sum(_number(found) for found in sets) <= most.inner
    if classes is not None and few and not counts[CROWDED]:
        totals: Counter[Key] = Counter()
        for found in sets:
            for key, number in found.items():
                totals[key[:2]] += number
        of_class = _by_class(totals, most.inner)
    if of_class is not None:
        datatypes = _by_class(by_kind[DATATYPE], most.inner)
        object_classes = _by_class(_to_classes(by_kind[OBJECT_CLASS]), most.inner)
        if datatypes is None or object_classes is None:
            datatypes = object_classes = None
    return Partitions(
        properties, classes, linksets, linksets_of, of_class, datatypes, object_classes
    )


def _within(found: dict[Key, int], most: int) -> dict[Key, int] | None:
    return found if _number(found) <= most else None


def _number(keys: Iterable[Key]) -> int:
    """How many count towards a limit."""
    return sum(1 for key in keys if not _is_ours(key))


def _is_ours(key: Key) -> bool:
    terms = (term for part in key for term in part.split(" ") if term.startswith("<"))
    return all(term in _OURS for term in terms)


def _to_classes(found: Mapping[Key, int]) -> Counter[Key]:
    """By each class of the value instead of by its class set."""
    numbers: Counter[Key] = Counter()
    for (of, predicate, to), number in found.items():
        for one in to.split(" "):
            numbers[of, predicate, one] += number
    return numbers


def _by_class(found: Mapping[Key, int], most: int) -> Counter[Key] | None:
    """By each class of the subject instead of by its class set; None once there are too many."""
    numbers: Counter[Key] = Counter()
    free = most
    for (of, *more), number in found.items():
        for one in of.split(" "):
            key = (one, *more)
            if key not in numbers and not _is_ours(key):
                free -= 1
                if free < 0:
                    return None
            numbers[key] += number
    return numbers

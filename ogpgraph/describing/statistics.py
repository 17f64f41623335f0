"""Counts of the default graph, kept in step with each change instead of counted again.

Each number equals a COUNT query over the same graph; `docs/data-model.md` has the queries. Terms
are in the form that they have in a statement: `<https://…>`.

Statements are counted by the *class set* of their subject, the property, and the datatype or the
class set of their value: one number for each statement, so that there are never more than
statements, and each can be taken back. What they come to by class, `partitions` adds up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from ogpgraph.terms import RDF_LANG_STRING, XSD_STRING
from ogpgraph.vocab import RDF_TYPE

Counts = Counter[tuple[str, ...]]
"""A number by its key: one of the words below, and the terms that it is of."""
Types = Mapping[str, frozenset[str]]
"""The classes of things, by the thing."""

MOST_CLASSES = 16
"""Classes that one thing may have before it is crowded: nothing is counted by its class set."""
LONGEST = 1_000
"""Characters of a class set, written down, beyond which a thing is crowded too."""

TRIPLES, SUBJECTS, ENTITIES = ("triples",), ("subjects",), ("entities",)
CROWDED = ("crowded",)
"""Things of more than `MOST_CLASSES`, or whose class set is beyond `LONGEST`."""
PROPERTY, CLASS, LINK, VALUE = "property", "class", "link", "value"
LINK_OF = "link of"
"""Links of things of which is said how they were made: see `Watched`."""
OF_CLASS, DATATYPE, OBJECT_CLASS = "of class", "datatype", "object class"
"""Statements by class set and property: to things without a class; to literals, by datatype; to
things with classes, by their class set. Class sets are the terms in order, with spaces between."""

_TYPE = f"<{RDF_TYPE}>"


@dataclass(frozen=True, slots=True)
class LinkedDataset:
    """A dataset of others to which ours has links: its IRIs begin with `space`.

    `but` begins those of its vocabulary: using a term is no link.
    """

    name: str
    space: str
    titles: tuple[str, str]
    but: str = ""

    def has(self, term: str) -> bool:
        """Whether a term names a thing of it."""
        begins = term.startswith(f"<{self.space}")
        return begins and not (self.but and term.startswith(f"<{self.but}"))


LINKED_DATASETS = MappingProxyType(
    {
        dataset.name: dataset
        for dataset in (
            LinkedDataset(
                "un-sdg",
                "http://metadata.un.org/sdg/",
                (
                    "Objetivos de Desarrollo Sostenible de las Naciones Unidas",
                    "Sustainable Development Goals of the United Nations",
                ),
                but="http://metadata.un.org/sdg/ontology",
            ),
            LinkedDataset("wikidata", "http://www.wikidata.org/entity/", ("Wikidata", "Wikidata")),
            LinkedDataset(
                "sdgio",
                "http://purl.unep.org/sdg/",
                (
                    "SDGIO, ontología de las interfaces de los ODS",
                    "SDGIO, ontology of the interfaces of the SDGs",
                ),
            ),
            LinkedDataset("eurovoc", "http://eurovoc.europa.eu/", ("EuroVoc", "EuroVoc")),
            LinkedDataset(
                "unbis",
                "http://metadata.un.org/thesaurus/",
                ("Tesauro UNBIS", "UNBIS Thesaurus"),
            ),
        )
    }
)
"""By name, as it stands in keys, in the order in which a page shows its links."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is counted besides.

    Of `values` every value of these properties. By `kinds`, which each thing has one value of, the
    links of things that have all of them.
    """

    values: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()


_NOTHING = Watched()


class Merge(Protocol):
    """The default graph of a store as it is: statements as canonical lines."""

    def everything(self) -> Iterable[str]:
        """All of it, each once."""
        ...

    def classes(self) -> Iterable[str]:
        """The statements of the classes of all things."""
        ...

    def about(self, subjects: Collection[str]) -> set[str]:
        """The statements with one of these subjects."""
        ...

    def naming(self, objects: Collection[str]) -> set[str]:
        """The statements with one of these objects."""
        ...

    def types(self, subjects: Collection[str]) -> set[str]:
        """The statements of the classes of these things."""
        ...


def counted(lines: Iterable[str], types: Types, watched: Watched = _NOTHING) -> Counts:
    """The counts of some statements.

    Args:
        lines: all statements of each of their subjects.
        types: the classes of their subjects and objects; things without any may be left out.
        watched: what is counted besides.
    """
    counts: Counts = Counter()
    subjects: set[str] = set()
    links: list[tuple[str, str, str]] = []
    kinds: dict[tuple[str, str], str] = {}
    class_set = _class_sets()
    none: frozenset[str] = frozenset()
    for subject, predicate, value in parts(lines):
        subjects.add(subject)
        counts[TRIPLES] += 1
        counts[PROPERTY, predicate] += 1
        if predicate in watched.values:
            counts[VALUE, predicate, value] += 1
        datatype = _datatype(value)
        if predicate in watched.kinds and not datatype:
            kinds[subject, predicate] = max(value, kinds.get((subject, predicate), ""))
        if of := class_set(types.get(subject, none)):
            to = "" if datatype else class_set(types.get(value, none))
            counts[_within(of, predicate, datatype, to)] += 1
        if predicate == _TYPE:
            counts[CLASS, value] += 1
        elif not datatype and (name := _linked(subject, value)):
            counts[LINK, predicate, name] += 1
            links.append((subject, predicate, name))
    for subject, predicate, name in links:
        if made := _known(kinds.get((subject, kind), "") for kind in watched.kinds):
            counts[LINK_OF, predicate, name, *made] += 1
    counts[SUBJECTS] = len(subjects)
    counts[ENTITIES] = sum(1 for subject in subjects if types.get(subject))
    counts[CROWDED] = sum(1 for s in subjects if types.get(s) and not class_set(types[s]))
    return +counts


def whole(merge: Merge, watched: Watched = _NOTHING) -> Counts:
    """The counts of a default graph: one pass over all of it."""
    return counted(merge.everything(), typed(merge.classes()), watched)


class Follower:
    """The counts of a default graph after changes to it that it has not seen yet."""

    def __init__(self, merge: Merge, counts: Counts, watched: Watched = _NOTHING) -> None:
        """Begin.

        Args:
            merge: the default graph as it is now, which stays as it is while this is used.
            counts: of that graph.
            watched: what is counted besides, as in `counts`.
        """
        self._merge = merge
        self._watched = watched
        self._counts = counts
        self._about: dict[str, tuple[str, ...]] = {}
        self._types: dict[str, tuple[str, ...]] = {}

    def after(self, left: Collection[str], came: Collection[str]) -> Counts:
        """The counts of the graph without some statements and with others.

        Only the subjects of these are looked at again; and those that refer to one that became,
        or is no more, of some class, since what a property leads to is counted by class.

        Args:
            left: statements that it has now.
            came: statements that it gets; it may have some of them.
        """
        touched = {line.split(" ", 1)[0] for line in (*left, *came)}
        before = self._said(touched)
        after = (before - set(left)) | set(came)
        old, new = typed(before), typed(after)
        retyped = [one for one in touched if old.get(one) != new.get(one)]
        if retyped:
            referring = {line.split(" ", 1)[0] for line in self._merge.naming(retyped)}
            more = self._said(referring - touched)
            before, after = before | more, after | more
            others = typed(more)
            old, new = old | others, new | others
        known = {line.split(" ", 1)[0] for line in (*before, *after)}
        elsewhere = self._classes({o for o in _objects((*before, *after)) if o not in known})
        counts = self._counts.copy()
        counts.subtract(counted(before, elsewhere | old, self._watched))
        counts.update(counted(after, elsewhere | new, self._watched))
        return +counts

    def _said(self, subjects: Collection[str]) -> set[str]:
        """What the graph says of some things, each asked for once."""
        if missing := [one for one in subjects if one not in self._about]:
            said: dict[str, list[str]] = {one: [] for one in missing}
            for line in self._merge.about(missing):
                said[line.split(" ", 1)[0]].append(line)
            self._about |= {one: tuple(lines) for one, lines in said.items()}
        return {line for one in subjects for line in self._about[one]}

    def _classes(self, things: Collection[str]) -> dict[str, frozenset[str]]:
        """The classes of things that no change touches, each asked for once."""
        if missing := [one for one in things if one not in self._types]:
            found = typed(self._merge.types(missing))
            self._types |= {one: tuple(found.get(one, ())) for one in missing}
        return {one: frozenset(self._types[one]) for one in things if self._types[one]}


def typed(lines: Iterable[str]) -> dict[str, frozenset[str]]:
    """The classes of the subjects of some statements."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if f" {_TYPE} " in line:  # perhaps within a text
            subject, predicate, value = line[:-2].split(" ", 2)
            if predicate == _TYPE:
                found.setdefault(subject, set()).add(value)
    return {one: frozenset(classes) for one, classes in found.items()}


def parts(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and object of statements."""
    for line in lines:
        subject, predicate, value = line[:-2].split(" ", 2)
        yield subject, predicate, value


def _within(of: str, predicate: str, datatype: str, to: str) -> tuple[str, ...]:
    """The key of statements within a class set, by what they lead to."""
    if datatype:
        return (DATATYPE, of, predicate, datatype)
    return (OBJECT_CLASS, of, predicate, to) if to else (OF_CLASS, of, predicate)


def _known(values: Iterable[str]) -> tuple[str, ...]:
    """Some values if all of them are known, else none."""
    found = tuple(values)
    return found if all(found) else ()


def _class_sets() -> Callable[[frozenset[str]], str]:
    """What writes the class sets of things, each once; empty for no class, and of the crowded."""
    known: dict[frozenset[str], str] = {}

    def written(classes: frozenset[str]) -> str:
        if len(classes) > MOST_CLASSES:
            return ""
        if classes not in known:
            text = " ".join(sorted(classes))
            known[classes] = text if len(text) <= LONGEST else ""
        return known[classes]

    return written


def _objects(lines: Iterable[str]) -> Iterator[str]:
    return (value for _, _, value in parts(lines) if value.startswith("<"))


def _datatype(value: str) -> str:
    """The datatype of a literal; empty for what is none."""
    if not value.startswith('"'):
        return ""
    if value.endswith('"'):
        return f"<{XSD_STRING}>"
    return value[value.rindex("^^") + 2 :] if value.endswith(">") else f"<{RDF_LANG_STRING}>"


def _linked(subject: str, value: str) -> str:
    """The dataset to which a statement is a link; what that says of itself is none."""
    for name, other in LINKED_DATASETS.items():
        if value.startswith(f"<{other.space}") and other.has(value):
            return "" if subject.startswith(f"<{other.space}") else name
    return ""

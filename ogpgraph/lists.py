"""The lists of all kinds, read from one version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import isnan
from types import MappingProxyType

from ogpgraph.collation import sort_key
from ogpgraph.cursors import Key
from ogpgraph.fields import Filter, Kind, Sort
from ogpgraph.iris import Names
from ogpgraph.kinds import KINDS
from ogpgraph.list_index import Labels, ListIndex, Values
from ogpgraph.reading import Reading
from ogpgraph.relations import Relations
from ogpgraph.store.base import Engine
from ogpgraph.vocab import LANGUAGES

Lists = Mapping[str, ListIndex]
"""The list of each kind, by its name."""
_Walk = Callable[[str], Sequence[str]]


def lists_of(reading: Reading) -> Lists:
    """The lists of what a request reads; see `read_lists`."""
    return read_lists(reading.store, reading.names, timeout=reading.unhurried)


def read_lists(store: Engine, names: Names, *, timeout: float | None = None) -> Lists:
    """Read what lists are made of: one scan of each property that they depend on.

    Args:
        store: one version.
        names: of the deployment.
        timeout: seconds for one scan.

    Raises:
        Unavailable, QueryTimeout: it cannot be read.
    """
    relations = Relations(store, names, timeout=timeout)
    labels = relations.labels()
    return MappingProxyType(
        {kind.name: _index(kind, relations, names, labels) for kind in KINDS.values()}
    )


def _index(kind: Kind, relations: Relations, names: Names, labels: Labels) -> ListIndex:
    items = relations.members(kind.class_iris(names))
    keys: dict[str, list[Key]] = {}
    for sort in kind.orders:
        if sort.by == "label":
            for language in LANGUAGES:
                title = _titles(labels, language, names)
                keys[f"{sort.name}@{language}"] = [title(item) for item in items]
        else:
            keys[sort.name] = _keys(sort, items, relations.walk(sort.path), names)
    columns: dict[tuple[str, str], list[Filter]] = {}
    for row in kind.filters:
        columns.setdefault(row.shared, []).append(row)
    index = ListIndex(kind, items, keys)
    for filters in columns.values():
        index.add(filters, _values(filters, relations), labels)
    return index


def _keys(sort: Sort, items: Sequence[str], walk: _Walk, names: Names) -> list[Key]:
    if sort.by == "count":
        return [float(len(walk(item))) for item in items]
    key = _number if sort.by == "number" else _text(names)
    found: list[Key] = []
    for item in items:
        known = [one for one in map(key, walk(item)) if one is not None]
        found.append(min(known) if known else None)
    return found


def _text(names: Names) -> Callable[[str], Key]:
    def key(value: str) -> Key:
        return sort_key(names.local(value) or value)

    return key


def _number(text: str) -> Key:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if isnan(number) else number  # which has no place in an order


def _titles(labels: Labels, language: str, names: Names) -> Callable[[str], Key]:
    """The key of a thing's label in a language, else in another, else of its IRI."""

    def key(item: str) -> Key:
        said = labels.get(item, {})
        return sort_key(
            said.get(language) or next(iter(said.values()), None) or names.local(item) or item
        )

    return key


def _values(filters: Sequence[Filter], relations: Relations) -> Callable[[str], Sequence[Values]]:
    """What an item says of some filters of one node, each combination of values once."""
    row = filters[0]
    paths = [relations.walk(one.path) for one in filters]
    if not row.node and not row.via:
        (only,) = paths
        return lambda item: sorted((value,) for value in only(item))
    nodes, owners = relations.walk(row.node), relations.walk(row.via)
    dates = relations.walk(row.latest) if row.latest else None

    def values(item: str) -> Sequence[Values]:
        found: set[Values] = set()
        for owner in owners(item):
            for node in _latest(nodes(owner), dates):
                found.update(product(*(path(node) or ("",) for path in paths)))
        return sorted(found)

    return values


def _latest(nodes: Sequence[str], dates: _Walk | None) -> Sequence[str]:
    """The nodes that no other is later than; those without a date are as good as any."""
    if dates is None or len(nodes) < 2:  # noqa: PLR2004
        return nodes
    dated = {node: max(dates(node), default="") for node in nodes}
    newest = max(dated.values())
    return [node for node in nodes if dated[node] in {"", newest}]

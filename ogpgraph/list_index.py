"""Lists, made of a version once: what fits some filters, in which order, and how many of each.

A list that is asked for is a look-up here, and asks the store only what is said of its items.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ogpgraph.collation import sort_key
from ogpgraph.cursors import Cursor, Key, rank
from ogpgraph.errors import BadRequest
from ogpgraph.fields import Filter, Kind

MAX_FACET_VALUES = 100
"""Values of a facet that are told at most: those of the most things."""
PAGE_SIZE = 20
RELEVANCE = "relevance"
"""The order of things that a text was searched for."""
Values = tuple[str, ...]
"""What one node says: a value for each of the filters that speak of it, empty for none."""
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list.

    `filters` and `facets` are by the names of filters, `sort` is the name of an order or empty,
    with a minus before it for the other direction. `among` are the only things that may be in
    the list, the best first.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    language: str = "en"
    size: int = PAGE_SIZE
    cursor: str | None = None
    facets: tuple[str, ...] = ()
    among: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a filter: its IRI, or a text; its labels; how many things have it."""

    value: str
    labels: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """How the other filters' list is spread over the values of one; `distinct` is of them all."""

    filter: Filter
    values: tuple[FacetValue, ...]
    distinct: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One page of a list. The cursors are of other pages; an empty one is of the first page."""

    items: tuple[str, ...]
    total: int
    previous: str | None
    next: str | None
    last: str
    facets: tuple[Facet, ...]


class ListIndex:
    """The list of a kind, under one version. Any thread may use it."""

    def __init__(self, kind: Kind, items: Sequence[str], keys: Mapping[str, list[Key]]) -> None:
        """Put items in their own order.

        Args:
            kind: of the items.
            items: IRIs.
            keys: of each order, the key of each item; None for none.
        """
        self.kind = kind
        names = [*kind.order, "id"]
        places = [tuple(keys[name][at] for name in names) for at in range(len(items))]
        order = sorted(range(len(items)), key=lambda at: (*map(rank, places[at]), items[at]))
        self.items = tuple(items[at] for at in order)
        self._places = [places[at] for at in order]
        self._keys = {name: [some[at] for at in order] for name, some in keys.items()}
        self._labels: dict[str, Mapping[str, str]] = {}
        self._columns: list[_Column] = []
        self._orders: dict[tuple[str, bool], Sequence[int]] = {}

    def add(
        self,
        filters: Sequence[Filter],
        values_of: Callable[[str], Sequence[Values]],
        labels: Labels,
    ) -> None:
        """Know what each item says of some filters that speak of one node.

        Args:
            filters: of the kind.
            values_of: what an item says of them, sorted.
            labels: of all values; those that are used are kept.
        """
        column = _Column(tuple(filters), self.items, values_of)
        self._columns.append(column)
        used = {value for said in column.said for values in said for value in values}
        self._labels |= {value: labels[value] for value in used if value in labels}

    def has(self, name: str, value: str) -> bool:
        """Whether any item has this value of a filter."""
        return bool(self._column(name).fitting({name: value}))

    def page(self, asked: Asked) -> Excerpt:
        """A page of the list, its filters' values being whole IRIs or texts.

        Raises:
            BadRequest: there is no such order, or the cursor is of another list or order.
        """
        name, descending = self._order_name(asked)
        ranks = {item: place for place, item in enumerate(asked.among or ())}
        among = None if asked.among is None else self._among(ranks)
        fitting = self._fitting(asked.filters, among)
        ordered = self._ordered(name, fitting, ranks, descending=descending)
        written = f"-{name}" if descending else name

        def cursor_after(place: int) -> Cursor:
            at = ordered[place]
            key = ranks[self.items[at]] if name == RELEVANCE else self._key(name, at)
            return Cursor(self.kind.name, written, key, self._places[at], self.items[at])

        start = 0
        if asked.cursor:
            after = Cursor.read(asked.cursor, self.kind.name, written)
            start = after.position(len(ordered), cursor_after, descending=descending)
        total, size = len(ordered), asked.size

        def cursor(place: int) -> str:
            return str(cursor_after(place - 1)) if place > 0 else ""

        return Excerpt(
            tuple(self.items[at] for at in ordered[start : start + size]),
            total,
            cursor(max(0, start - size)) if start else None,
            cursor(start + size) if start + size < total else None,
            cursor(max(0, total - 1) // size * size),
            tuple(self._facet(one, asked, among, fitting) for one in asked.facets),
        )

    def _order_name(self, asked: Asked) -> tuple[str, bool]:
        """Which order is asked for, and whether in the other direction."""
        plain = asked.sort.removeprefix("-")
        if not asked.sort:
            return (RELEVANCE, False) if asked.among is not None else ("", False)
        known = [sort.name for sort in self.kind.orders]
        if asked.among is not None:
            known.append(RELEVANCE)
        if plain not in known:
            wordless = plain == RELEVANCE
            raise BadRequest(
                f"The order “{RELEVANCE}” needs q: it is by the words that are looked for."
                if wordless
                else f"{self.kind.name} has no order “{plain}”.",
                known=sorted(known) + [f"-{name}" for name in sorted(known)],
                parameter="sort",
            )
        if plain == "title":
            plain = f"title@{asked.language}"
        return plain, asked.sort.startswith("-")

    def _key(self, name: str, at: int) -> Key:
        return self._keys[name][at] if name else None

    def _among(self, wanted: Collection[str]) -> Sequence[int]:
        return [at for at, item in enumerate(self.items) if item in wanted]

    def _fitting(self, values: Mapping[str, str], among: Sequence[int] | None) -> Sequence[int]:
        """The items of these, or of all, in their own order, that have all of some values."""
        found: Sequence[int] = range(len(self.items)) if among is None else among
        for column in self._columns:
            if mine := column.part_of(values):
                numbers = column.fitting(mine)
                found = [at for at in found if column.numbers[at] in numbers]
        return found

    def _ordered(
        self, name: str, fitting: Sequence[int], ranks: Mapping[str, int], *, descending: bool
    ) -> Sequence[int]:
        if name == RELEVANCE:
            return sorted(fitting, key=lambda at: ranks[self.items[at]], reverse=descending)
        if not name:
            return fitting
        order = self._order(name, descending)
        if len(fitting) == len(order):
            return order
        chosen = bytearray(len(self.items))
        for at in fitting:
            chosen[at] = 1
        return [at for at in order if chosen[at]]

    def _order(self, name: str, descending: bool) -> Sequence[int]:
        """All items in an order, made when it is first asked for."""
        found = self._orders.get((name, descending))
        if found is None:
            keys = self._keys[name]
            there = [at for at, key in enumerate(keys) if key is not None]
            there.sort(key=lambda at: rank(keys[at]), reverse=descending)  # draws stay as they are
            missing = [at for at, key in enumerate(keys) if key is None]
            self._orders[name, descending] = found = array("I", there + missing)
        return found

    def _facet(
        self, name: str, asked: Asked, among: Sequence[int] | None, fitting: Sequence[int]
    ) -> Facet:
        column = self._column(name)
        others = {other: value for other, value in asked.filters.items() if other != name}
        if name in asked.filters:
            fitting = self._fitting(others, among)
        counts = column.counts(name, column.part_of(others), fitting)
        best = sorted(counts, key=lambda value: (-counts[value], sort_key(value), value))
        values = tuple(
            FacetValue(value, self._labels.get(value, {}), counts[value])
            for value in best[:MAX_FACET_VALUES]
        )
        (row,) = (one for one in column.filters if one.name == name)
        return Facet(row, values, len(counts))

    def values(self, name: str) -> set[str]:
        """What the items of the list have of a filter: IRIs, or texts of a literal one."""
        return self._column(name).values(name)

    def _column(self, name: str) -> _Column:
        return next(one for one in self._columns if any(f.name == name for f in one.filters))


class _Column:
    """What each item says of some filters that speak of one node.

    Items that say the same share one number, so that 70,000 of them are counted in milliseconds.
    """

    def __init__(
        self,
        filters: tuple[Filter, ...],
        items: Sequence[str],
        values_of: Callable[[str], Sequence[Values]],
    ) -> None:
        self.filters = filters
        known: dict[tuple[Values, ...], int] = {}
        self.numbers = array(
            "I", (known.setdefault(tuple(values_of(item)), len(known)) for item in items)
        )
        self.said = list(known)
        """What the items of each number say."""
        self._having: dict[tuple[int, str], list[int]] = defaultdict(list)
        for number, said in enumerate(self.said):
            for pair in {(at, value) for values in said for at, value in enumerate(values)}:
                self._having[pair].append(number)

    def part_of(self, values: Mapping[str, str]) -> dict[str, str]:
        """Those of some filters' values that are of filters of this column."""
        return {row.name: values[row.name] for row in self.filters if row.name in values}

    def values(self, name: str) -> set[str]:
        """Every value of a filter that an item has."""
        at = [row.name for row in self.filters].index(name)
        return {value for place, value in self._having if place == at and value}

    def fitting(self, wanted: Mapping[str, str]) -> frozenset[int]:
        """The numbers of items of which one node has all of these values."""
        places = self._places(wanted)
        if not places:
            return frozenset(range(len(self.said)))
        first = self._having.get(places[0], ())
        return frozenset(n for n in first if any(_has(one, places) for one in self.said[n]))

    def counts(
        self, name: str, others: Mapping[str, str], fitting: Sequence[int]
    ) -> dict[str, int]:
        """How many of some items have each value of a filter, on nodes that have the others'."""
        at, places = [row.name for row in self.filters].index(name), self._places(others)
        found: Counter[str] = Counter()
        whole = isinstance(fitting, range)
        numbers = self.numbers if whole else map(self.numbers.__getitem__, fitting)
        for number, count in Counter(numbers).items():
            nodes = (one for one in self.said[number] if _has(one, places))
            for value in {one[at] for one in nodes if one[at]}:
                found[value] += count
        return found

    def _places(self, wanted: Mapping[str, str]) -> list[tuple[int, str]]:
        return [(at, wanted[f.name]) for at, f in enumerate(self.filters) if f.name in wanted]


def _has(values: Values, places: Sequence[tuple[int, str]]) -> bool:
    return all(values[at] == value for at, value in places)

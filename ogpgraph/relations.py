"""What properties link, read from a version once and walked by paths.

A scan of one property is what an engine is quickest at; joins of tens of thousands of things
are quicker here. So lists, their orders and their facets are made from scans.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ogpgraph.errors import Unavailable
from ogpgraph.formats import TSV, plain, tsv_rows
from ogpgraph.iris import Names
from ogpgraph.store.base import Engine, Result, rows
from ogpgraph.terms import Term, iri

Links = Mapping[str, list[str]]
"""The ends of the links that begin at each IRI, in the order of the engine."""
_SCANNED = 150_000
"""Rows of one query: fewer than our own lane of queries lets through."""
_STEP = re.compile(r"\^?(\w+):(\w+)")


class Relations:
    """The links of one version. Each property is read when a path first needs it."""

    def __init__(self, store: Engine, names: Names, *, timeout: float | None = None) -> None:
        """Prepare; nothing is read yet. `timeout` is in seconds, of each scan."""
        self._store = store
        self._names = names
        self._timeout = timeout
        self._links: dict[str, Links] = {}
        self._texts: dict[str, str] = {}
        """Each IRI and text once, however many links have it."""

    def members(self, classes: Iterable[str]) -> list[str]:
        """The things of some classes, each once."""
        found: dict[str, None] = {}
        for one in classes:
            pattern = f"?s a {iri(one)}"
            found |= dict.fromkeys(row[0] for row in self._scan("?s", pattern, 1))
        return list(found)

    def walk(self, path: str) -> Callable[[str], Sequence[str]]:
        """What a path leads to from an IRI, each end once; of no path, the IRI itself."""
        if not path:
            return lambda start: (start,)
        ways = [[self.links(step) for step in way.split("/")] for way in path.split("|")]
        if len(ways) == 1 and len(ways[0]) == 1:
            (only,) = ways[0]
            return lambda start: only.get(start, ())

        def ends(start: str) -> Sequence[str]:
            found: list[str] = []
            for way in ways:
                here: Sequence[str] = (start,)
                for links in way:
                    here = [end for one in here for end in links.get(one, ())]
                found += here
            return found if len(found) < 2 else list(dict.fromkeys(found))  # noqa: PLR2004

        return ends

    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """The labels of everything: IRI -> language, empty for none -> the first of them."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        pattern = "?s skos:prefLabel ?o"
        for subject, text in self._scan("?s ?o", pattern, 2, raw=True):
            label, language = _literal(text)
            found[plain(subject)].setdefault(language, label)
        return found

    def links(self, step: str) -> Links:
        """The links of one step of a path: of a property, or against its direction."""
        if step not in self._links:
            matched = _STEP.fullmatch(step)
            if matched is None:
                raise ValueError(f"“{step}” is no step of a path")
            name, against = step.removeprefix("^"), step.startswith("^")
            prefix, local = matched.groups()
            self._links[step] = (
                _turned(self.links(name))
                if against
                else self._read(iri(self._names.prefixes[prefix] + local))
            )
        return self._links[step]

    def _read(self, link: Term) -> Links:
        found: dict[str, list[str]] = defaultdict(list)
        same = self._texts.setdefault
        for subject, end in self._scan("?s ?o", f"?s {link} ?o", 2):
            found[same(subject, subject)].append(same(end, end))
        return dict(found)

    def _scan(
        self, variables: str, pattern: str, width: int, *, raw: bool = False
    ) -> Iterator[list[str]]:
        """All solutions of a pattern. One that has more than one query gives takes several."""
        seen = 0
        while True:
            text = (
                f"{self._names.sparql_prologue}SELECT {variables} WHERE {{ {pattern} }} "
                f"LIMIT {_SCANNED} OFFSET {int(seen)}"
            )
            before = seen
            for row in tsv_rows(self._asked(text).write(TSV), width, raw=raw):
                seen += 1
                yield row
            if seen - before < _SCANNED:
                break
        if seen > _SCANNED and seen != self._count(pattern):
            raise Unavailable("The engine gave another number of solutions than it counts.")

    def _count(self, pattern: str) -> int:
        text = f"{self._names.sparql_prologue}SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
        (row,) = rows(self._asked(text))
        return int(row["n"].value)

    def _asked(self, text: str) -> Result:
        graphs = self._names.shown_graphs
        return self._store.query(text, timeout=self._timeout, default_graphs=graphs)


def _turned(links: Links) -> Links:
    found: dict[str, list[str]] = defaultdict(list)
    for start, ends in links.items():
        for end in ends:
            found[end].append(start)
    return dict(found)


def _literal(term: str) -> tuple[str, str]:
    """The text and the language of a literal as TSV has it."""
    return plain(term), term[term.rindex('"') + 1 :].removeprefix("@") if '"' in term else ""

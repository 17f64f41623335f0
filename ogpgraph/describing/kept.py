"""Counts that are kept while the store is closed, and believed of the same content only."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ogpgraph import __version__
from ogpgraph.describing.statistics import (
    LINKED_DATASETS,
    LONGEST,
    MOST_CLASSES,
    Counts,
    Watched,
)
from ogpgraph.files import Graph

FILE_NAME = "statistics.json"


@dataclass(frozen=True, slots=True)
class KeptCounts:
    """A file. `watched` is what is counted besides."""

    path: Path
    watched: Watched

    def read(self, digests: Mapping[str, str]) -> tuple[Counts, dict[str, int]] | None:
        """The counts of a store that holds these graphs, and the sizes of some of them.

        Returns:
            None where the file is of other graphs, of another release, damaged or not there.
        """
        try:
            body = json.loads(self.path.read_text(encoding="utf-8"))
            if body["of"] != self._of(digests):
                return None
            counts = Counts({tuple(map(str, key)): int(number) for key, number in body["counts"]})
            sizes = {str(iri): int(size) for iri, size in body["sizes"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None
        return counts, sizes

    def write(self, digests: Mapping[str, str], counts: Counts, sizes: Mapping[str, int]) -> None:
        """Keep them. Where that fails they are counted at the next start."""
        body = {
            "of": self._of(digests),
            "counts": [[list(key), number] for key, number in counts.items()],
            "sizes": dict(sizes),
        }
        part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        with suppress(OSError):
            part.write_text(json.dumps(body), encoding="utf-8")
            part.replace(self.path)

    def _of(self, digests: Mapping[str, str]) -> str:
        """What decides the counts: the content of every graph, and what is counted how."""
        nothing = Graph().digest
        held = sorted(pair for pair in digests.items() if pair[1] != nothing)
        besides = [sorted(self.watched.values), list(self.watched.kinds)]
        how = [MOST_CLASSES, LONGEST, besides, sorted(map(repr, LINKED_DATASETS.values()))]
        told = [__version__, how, held]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

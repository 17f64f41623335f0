"""Homes as commands use them: read only, by their ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ogpgraph.errors import Unavailable
from ogpgraph.ledger import FILE_NAME, Ledger


@contextmanager
def ledger_of(home: Path) -> Iterator[Ledger]:
    """The ledger of a home, for reading: also while a service has the home open.

    Raises:
        Unavailable: there is no home, or its ledger cannot be read.
    """
    path = home / FILE_NAME
    if not path.exists():
        raise Unavailable(f"There is no home in {home}: `ogpgraph serve` and `load` make one.")
    with closing(Ledger(path, reading=True)) as ledger:
        yield ledger

"""Homes as commands use them: by whom, and for reading by their ledger."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ogpgraph.errors import Unavailable
from ogpgraph.ledger import FILE_NAME, Ledger
from ogpgraph.mark import Mark


def agent() -> str:
    """Who runs this command: a user may have a number only, as in containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


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
        Mark(home).check(ledger)
        yield ledger

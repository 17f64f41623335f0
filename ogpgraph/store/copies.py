"""Copies of the embedded store that may be written: for what is tried before it is accepted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from ogpgraph.errors import StorageFailed
from ogpgraph.store.embedded import EmbeddedStore


class Copies:
    """Makes copies in a folder of their own; each goes when its user has finished."""

    def __init__(self, store: EmbeddedStore, folder: Path) -> None:
        """Begin anew: what an earlier process left in the folder goes."""
        self._store = store
        self._folder = folder.absolute()  # workers have a working folder of their own
        self._numbers = count(1)
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def one(self) -> Iterator[Path]:
        """A copy of the store as it is now (hard links).

        Raises:
            StorageFailed: it cannot be made.
        """
        path = self._folder / str(next(self._numbers))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed.of(error) from error
        try:
            self._store.checkpoint(path)
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

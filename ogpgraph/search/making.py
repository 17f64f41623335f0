"""Makes the index of a version: what is read goes, as it is, to a process that writes the index.

So the process that serves reads no text of it, and its requests go on meanwhile.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex

from ogpgraph.errors import StorageFailed, Unavailable
from ogpgraph.reading import Reading
from ogpgraph.search.found import Search
from ogpgraph.search.gathering import Batch, batches, called, roles
from ogpgraph.search.index import write
from ogpgraph.search.staging import begin, stage
from ogpgraph.store.answer import ask
from ogpgraph.workers.cancel import Cancel
from ogpgraph.workers.frames import Head
from ogpgraph.workers.pool import Limits, Pool, Program

_PROGRAM = Program("ogpgraph.search.indexing", start=30.0)
_LIMITS = Limits(memory_mib=4096, rows=0, niceness=10, file_mib=64 * 1024)
_BATCH, _WHOLE = 120.0, 3_600.0
"""Seconds for one batch, and for the index of all of them."""


class Indexer:
    """Makes indexes, one at a time, in a folder that is its own."""

    def __init__(self, folder: Path, *, apart: bool = False) -> None:
        """Make ready.

        Args:
            folder: for the files; what an earlier process left there goes.
            apart: whether another process is to do the work, as where requests are served.
        """
        self._folder, self._apart = folder, apart
        self._numbers = count(1)
        # An index removes its file when nobody has it any more, which may be after another
        # service of this process began to make its own in the same folder.
        self._mark = token_hex(4)
        self._one = threading.Lock()
        self._cancel = Cancel()

    def make(self, reading: Reading) -> Search:
        """The index of the version that is read.

        Raises:
            OgpGraphError: it cannot be read, or not be written; or this is closed.
        """
        with self._one:
            number = next(self._numbers)
            self._prepare(new=number == 1)
            staged = self._folder / f"{self._mark}-{number}.staged"
            index = self._folder / f"{self._mark}-{number}.sqlite"
            try:
                told = roles(reading.names)
                with self._worker(told) if self._apart else _here(told) as work:
                    for batch in batches(reading):
                        self._go_on()
                        work(batch, staged, None)
                    work(None, staged, index)
                return Search(index)
            except BaseException:
                index.unlink(missing_ok=True)
                raise
            finally:
                staged.unlink(missing_ok=True)

    def close(self) -> None:
        """Have what is being made end soon, without a result. Nothing is made afterwards."""
        self._cancel.set()

    def _prepare(self, *, new: bool) -> None:
        self._go_on()
        try:
            if new:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageFailed.of(error) from error

    def _go_on(self) -> None:
        if self._cancel.done:
            raise Unavailable("The service is stopping.")

    @contextmanager
    def _worker(self, told: dict[str, str]) -> Iterator[Work]:
        """Work that a process does, which ends with it."""
        with closing(Pool(1, _LIMITS, program=_PROGRAM)) as pool:

            def work(batch: Batch | None, staged: Path, index: Path | None) -> None:
                what, kind, content = batch or ("", "", b"")
                head: Head = {
                    "what": what,
                    "kind": kind,
                    "roles": told,
                    "staged": str(staged.absolute()),
                    "index": str(index.absolute()) if index else "",
                    "called": called() if index else {},
                }
                limit = _WHOLE if index else _BATCH
                reply, _ = ask(
                    pool, head, content, timeout=limit, cancel=self._cancel, what="search index"
                )
                if "error" in reply:
                    raise StorageFailed(str(reply["error"]))

            yield work


Work = Callable[[Batch | None, Path, Path | None], None]
"""Stages a batch in a file, or, without one, writes the index of what was staged."""


@contextmanager
def _here(told: dict[str, str]) -> Iterator[Work]:
    """The same work, done by this process."""

    def work(batch: Batch | None, staged: Path, index: Path | None) -> None:
        if batch is not None:
            what, kind, content = batch
            stage(staged, what, content, kind, told)
        elif index is not None:
            begin(staged)
            write(index, staged, called())

    yield work

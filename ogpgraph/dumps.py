"""Dumps of a version: every named graph, or their merge, in a file that is made when first wanted.

Making one is no part of publishing: it reads a snapshot, graph by graph, while others publish.
The bytes are the same for the same content: graphs and statements are in order, and the packing
tells no time. Kept are those of the newest version that was asked for and of the one before.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ogpgraph import formats
from ogpgraph.describing.catalogue import Weight
from ogpgraph.describing.formats import DUMPS
from ogpgraph.errors import Busy, NotFound, OgpGraphError, StorageFailed, Unavailable
from ogpgraph.files import Graph, write, write_dataset
from ogpgraph.reading import Reading
from ogpgraph.store.base import rows

AT_ONCE = 200_000
"""Triples of a dataset up to which a dump is made while its first caller waits."""
_KEPT = 2
_AGAIN = 10
"""Seconds after which to ask again for what is being made, where it is large."""
_SOON = 2
"""The same where it is small."""
_ANOTHER_TRY = 60.0
"""Seconds for which a failure stands before the same is tried again."""
_MANIFEST = "manifest.json"
_ALL = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
_LOG = logging.getLogger("ogpgraph.dumps")


@dataclass(frozen=True, slots=True)
class Made:
    """The dumps of one version, by their suffix; they lie in `folder`."""

    version: int
    edition: str
    folder: Path
    weights: Mapping[str, Weight]

    def name(self, suffix: str) -> str:
        """The name of one of the files."""
        return file_name(self.version, suffix)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why the dumps of an edition could not be made; not tried again `until` then."""

    edition: str
    until: float
    error: OgpGraphError


@dataclass
class Dumps:
    """The dumps of a home. Any thread may use them, and none waits for another.

    `clock` tells seconds.
    """

    folder: Path
    reading: Callable[[], AbstractContextManager[Reading]]
    prefixes: Mapping[str, str]
    clock: Callable[[], float] = time.monotonic
    _making: threading.Lock = field(default_factory=threading.Lock)
    _failure: _Failure | None = None

    def made(self) -> list[Made]:
        """What there is, newest first."""
        found = [_read(path) for path in self.folder.glob(f"*/{_MANIFEST}")]
        return sorted((one for one in found if one), key=lambda one: -one.version)

    def of(self, edition: str) -> Made | None:
        """The dumps of what is called so; None while there are none."""
        return next((one for one in self.made() if one.edition == edition), None)

    def at_hand(self, reading: Reading) -> Made | None:
        """The dumps of what is read, made now where it is small.

        Returns:
            None where it is large and nobody has asked for them yet, another makes them just now,
            or they cannot be made.
        """
        made = self.of(reading.edition)
        if made is None and not self._making.locked() and _is_small(reading):
            with suppress(Unavailable):
                made = self.make(reading)
        return made

    def file(self, version: int, suffix: str) -> tuple[Path, Weight]:
        """A dump, which is made where it is of the version that readers see.

        Raises:
            NotFound: it is of another version, and is not kept.
            Busy: it is being made; come again.
            Unavailable: it cannot be made, or could not be a moment ago.
        """
        with self.reading() as reading:
            now, edition = reading.sequence, reading.edition
            if version == now and suffix in DUMPS and self.of(edition) is None:
                self._demand(reading)
        kept = self.made()
        for one in kept:
            if one.version == version and suffix in one.weights:
                if version == now and one.edition != edition:
                    continue
                return one.folder / one.name(suffix), one.weights[suffix]
        there = sorted({one.version for one in kept} | {now})
        raise NotFound(
            f"There is no dump {file_name(version, suffix)}; there are those of the versions "
            f"{', '.join(map(str, there))}, as {', '.join(f'.{s}.gz' for s in DUMPS)}."
        )

    def make(self, reading: Reading) -> Made:
        """Make the dumps of what is read, unless there are any.

        Raises:
            Busy: another thread makes some.
            StorageFailed: they cannot be written.
            Unavailable: they cannot be made. This is told again, without another try, for a minute.
        """
        if not self._making.acquire(blocking=False):
            raise Busy("The dumps of this version are being made.", retry_after=_SOON)
        try:
            if made := self.of(reading.edition):
                return made
            self._check(reading.edition)
            return self._make(reading)
        except OSError as error:
            failed = StorageFailed.of(error)
            self._remember(reading.edition, failed)
            raise failed from error
        except OgpGraphError as error:
            self._remember(reading.edition, error)
            raise
        finally:
            self._making.release()

    def _check(self, edition: str) -> None:
        """Tell again what failed a moment ago."""
        failure = self._failure
        if failure and failure.edition == edition and self.clock() < failure.until:
            raise failure.error.with_traceback(None)

    def _remember(self, edition: str, error: OgpGraphError) -> None:
        """A failure, unless it is the one that was told again."""
        if self._failure is None or self._failure.error is not error:
            self._failure = _Failure(edition, self.clock() + _ANOTHER_TRY, error)

    def _demand(self, reading: Reading) -> None:
        """Make what is read, at once where it is small, else beside the requests."""
        self._check(reading.edition)
        if self._making.locked():
            raise Busy("The dumps of this version are being made.", retry_after=_SOON)
        if _is_small(reading):
            self.make(reading)
            return
        threading.Thread(target=self._beside, name="ogpgraph-dumps", daemon=True).start()
        raise Busy("The dumps of this version are being made.", retry_after=_AGAIN)

    def _beside(self) -> None:
        try:
            with self.reading() as reading:
                self.make(reading)
        except Busy:  # another thread was quicker
            return
        except OgpGraphError as error:
            _LOG.warning("no dumps could be made: %s", error.message)

    def _make(self, reading: Reading) -> Made:
        whole = f"{reading.sequence}-{hashlib.sha256(reading.edition.encode()).hexdigest()[:12]}"
        folder, part = self.folder / whole, self.folder / f".{whole}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        with ExitStack() as opened:
            files = {
                suffix: _File(
                    opened.enter_context((part / file_name(reading.sequence, suffix)).open("wb"))
                )
                for suffix in DUMPS
            }
            self._write(reading, files)
            for file in files.values():
                file.close()
        weights = {suffix: file.weight() for suffix, file in files.items()}
        made = Made(reading.sequence, reading.edition, folder, weights)
        body = {
            "version": made.version,
            "edition": made.edition,
            "files": {s: {"bytes": w.size, "sha256": w.sha256} for s, w in weights.items()},
        }
        (part / _MANIFEST).write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
        self._forget(made)
        return made

    def _write(self, reading: Reading, files: Mapping[str, _File]) -> None:
        """Every graph into every file, one after the other."""
        header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in self.prefixes.items())
        for suffix in ("ttl", "trig"):
            files[suffix].write(header.encode())
        seen: set[int] = set()
        before = b"[\n"
        for iri in _sizes(reading):
            graph = reading.graph(iri)
            one = {iri: graph}
            files["nq"].write(write_dataset(one, formats.N_QUADS, prefixes={}))
            files["trig"].write(_body(write_dataset(one, formats.TRIG, prefixes=self.prefixes)))
            tree = write_dataset(one, formats.JSON_LD, prefixes={}).strip()
            files["jsonld"].write(before + tree.removeprefix(b"[").removesuffix(b"]"))
            before = b",\n"
            new = Graph(tuple(line for line in graph.lines if hash(line) not in seen))
            seen.update(map(hash, new.lines))
            files["ttl"].write(_body(write(new, formats.TURTLE, prefixes=self.prefixes)))
        files["jsonld"].write(b"\n]\n" if seen else b"[]\n")

    def _forget(self, newest: Made) -> None:
        """All but the newest and the version before; what an earlier process began too."""
        kept = [newest]
        for one in self.made():
            if len(kept) < _KEPT and one.version < newest.version:
                kept.append(one)
        names = {one.folder.name for one in kept}
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path, ignore_errors=True)


class _File:
    """A packed file that knows its size and digest."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._size = 0
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)  # gzip, no time

    def write(self, content: bytes) -> None:
        """Pack some more."""
        self._take(self._packer.compress(content))

    def _take(self, packed: bytes) -> None:
        self._digest.update(packed)
        self._size += len(packed)
        self._stream.write(packed)

    def close(self) -> None:
        """Write the end."""
        self._take(self._packer.flush())

    def weight(self) -> Weight:
        """Of what was written."""
        return Weight(self._size, self._digest.hexdigest())


def file_name(version: int, suffix: str) -> str:
    """The name of a dump."""
    return f"ogpgraph-{version}.{suffix}.gz"


def sums(made: list[Made]) -> str:
    """The digests, for `sha256sum -c`."""
    lines = (
        f"{weight.sha256}  {one.name(suffix)}\n"
        for one in made
        for suffix, weight in sorted(one.weights.items())
    )
    return "".join(lines)


def _is_small(reading: Reading) -> bool:
    return sum(_sizes(reading).values()) <= AT_ONCE


def _sizes(reading: Reading) -> dict[str, int]:
    """The statements of each named graph, in the order of their IRIs."""
    found = rows(reading.store.query(_ALL, timeout=reading.timeout))
    return dict(sorted((row["g"].value, int(row["n"].value)) for row in found))


def _body(document: bytes) -> bytes:
    """A document without the prefixes at its beginning."""
    lines = document.splitlines(keepends=True)
    at = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
    return b"".join(lines[at:])


def _read(manifest: Path) -> Made | None:
    """What a folder holds; None where it is not whole."""
    folder = manifest.parent
    if folder.name.startswith("."):
        return None
    try:
        body = json.loads(manifest.read_text(encoding="utf-8"))
        weights = {s: Weight(int(f["bytes"]), str(f["sha256"])) for s, f in body["files"].items()}
        made = Made(int(body["version"]), str(body["edition"]), folder, weights)
        whole = all((folder / made.name(s)).stat().st_size == w.size for s, w in weights.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return made if whole else None

"""The folder of the embedded engine: one process at a time, and files that are as they were left.

The engine finds a damaged file only when it happens to read it, and a shortened one not at all.
So a store that is closed is sealed: the SHA-256 of every file is written beside it. A folder
whose seal is missing or does not fit is not trusted; what it held is in the ledger.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ogpgraph.errors import Locked, StorageFailed, Unavailable

UNCLOSED = "it was not closed properly"
_CHATTER = "LOG"
"""The engine's own log files begin with this; nothing depends on them."""
_PROBE = 1024 * 1024
"""Bytes that must fit on the disk before the engine is asked to write again."""


class StoreFolder:
    """A folder that this process holds until `release`."""

    def __init__(self, path: Path) -> None:
        """Hold a folder, which need not be there yet.

        Raises:
            Locked: another process holds it.
            Unavailable: nothing can be written beside it.
        """
        self.path = path
        self._seal = path.with_name(f"{path.name}.seal")
        lock = path.with_name(f"{path.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(f"The store in {path} cannot be opened: {error}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
            os.close(self._lock)
            who = f" (pid {holder})" if holder.isdecimal() else ""
            raise Locked(f"The store in {path} is open in another process{who}.") from error
        with suppress(OSError):  # for people only: a full disk may refuse it
            os.ftruncate(self._lock, 0)
            os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def flaw(self) -> str | None:
        """Why the folder cannot be trusted; None for one that is as it was left, or new."""
        if not self.path.exists() and not self.path.is_symlink():
            return None
        try:
            present = dict(_digests(self.path))
        except OSError as error:
            return f"it cannot be read: {error.strerror or error}"
        return self._difference(present) if present else None

    def _difference(self, present: Mapping[str, str]) -> str | None:
        try:
            sealed = json.loads(self._seal.read_text())
            names = sorted(sealed.keys() | present.keys())
        except FileNotFoundError:
            return UNCLOSED
        except (OSError, ValueError, AttributeError):
            return "its seal cannot be read"
        for name in names:
            if sealed.get(name) != present.get(name):
                how = "is not as it was" if name in present else "is missing that was there"
                return f"{name} {how} when the store was closed"
        return None

    def break_seal(self) -> None:
        """The engine writes from now on.

        Raises:
            StorageFailed: the seal cannot be removed.
        """
        try:
            self._seal.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed.of(error) from error

    def seal(self) -> None:
        """Vouch for the files as they are now; the engine must be closed.

        May fail in silence: without a seal the store is built again.
        """
        with suppress(OSError):
            for old in self.path.glob(f"{_CHATTER}.old.*"):  # one more with every opening
                old.unlink()
            part = self._seal.with_suffix(".part")
            with part.open("w") as stream:
                json.dump(dict(_digests(self.path)), stream, indent=1)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(self._seal)

    def put_aside(self) -> Path | None:
        """Rename the folder, so that a new one can take its place; only the last one is kept.

        Raises:
            StorageFailed: it cannot be renamed.
        """
        if not self.path.exists() and not self.path.is_symlink():
            return None
        self.forget_aside()
        time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        aside = self.path.with_name(f"{self.path.name}.damaged-{time}")
        try:
            self.path.rename(aside)
            self._seal.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed.of(error) from error
        return aside

    def forget_aside(self) -> bool:
        """Remove what was put aside; whether there was something."""
        found = list(self.path.parent.glob(f"{self.path.name}.damaged-*"))
        for old in found:
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)
        return bool(found)

    def probe(self) -> None:
        """See that something can be written here.

        Raises:
            StorageFailed: it cannot.
        """
        path = self.path / "probe"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                with path.open("wb") as stream:
                    stream.write(bytes(_PROBE))
                    stream.flush()
                    os.fsync(stream.fileno())
            finally:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed.of(error) from error

    def release(self) -> None:
        """Let others have it."""
        os.close(self._lock)


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and SHA-256 (hex) of every file but the engine's log."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(_CHATTER):
            continue
        if not path.is_file():
            yield path.name, "not a file"
            continue
        with path.open("rb") as stream:
            yield path.name, hashlib.file_digest(stream, "sha256").hexdigest()

"""Backups of a home, and homes from backups.

A backup is a folder: the ledger, which is the whole truth of a home; the canonical N-Quads of what
is published, for other tools; a manifest; and the SHA-256 of each, as `sha256sum -c` reads them.
It is made from a consistent copy, so that others may go on writing. Both ways are all or nothing:
what is new is complete and on disk before it takes the place of what is old, in one step.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from ogpgraph import __version__, mark
from ogpgraph.errors import BadInput, Locked, StorageFailed, Unavailable
from ogpgraph.files import write_file
from ogpgraph.ledger import FILE_NAME, Ledger, Version
from ogpgraph.store.folder import StoreFolder

_HEADS, _MANIFEST, _SUMS = "heads.nq", "manifest.json", "SHA256SUMS"
_SUMMED = (FILE_NAME, _HEADS, _MANIFEST)
_ASIDE = "ledger.before-restore.sqlite"
_RECORD = "last-backup.json"
_HERE, _EXCHANGE = -100, 2
"""Of renameat2(2): AT_FDCWD and RENAME_EXCHANGE."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `time` is UTC, ISO 8601; `graphs` is the number of published ones."""

    base_iri: str
    sequence: int
    time: str
    graphs: int


def back_up(ledger: Ledger, target: Path, *, force: bool) -> Backup:
    """Write a backup while others may write to the ledger.

    Args:
        ledger: opened for reading.
        target: a folder that is not there yet.
        force: replace a backup that is there.

    Raises:
        BadInput: something else is there, or a backup without `force`.
        StorageFailed: it cannot be written; what was there is as it was.
        Unavailable: the ledger is damaged or empty.
    """
    _refuse_target(target, force=force)
    _remove_left(target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.mkdir(mode=0o700)
        ledger.copy_to(part / FILE_NAME)
        made = _describe(part)
        (part / _SUMS).write_text(_sums(part))
        for path in (*part.iterdir(), part):
            _sync(path)
        if target.exists():
            _exchange(part, target)
        else:
            part.rename(target)
        _sync(target.parent)
    except OSError as error:
        raise StorageFailed.of(error) from error
    finally:  # nothing is left of a part, nor of the backup that was replaced
        shutil.rmtree(part, ignore_errors=True)
    return made


def verify(source: Path) -> Backup:
    """Check a backup whole: every byte of its files, and that they agree with each other.

    Raises:
        BadInput: it is none, or not as it was written.
    """
    if not (source / _MANIFEST).is_file():
        raise BadInput(f"{source} is not a backup: it has no {_MANIFEST}.", file=str(source))
    try:
        written, found = (source / _SUMS).read_bytes().decode(), _sums(source)
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(source, f"{error}") from error
    if written != found:
        lines = set(written.splitlines())
        broken = [line.split("  ")[1] for line in found.splitlines() if line not in lines]
        raise _damaged(source, f"{' and '.join(broken) or _SUMS} is not as it was written")
    try:
        with closing(Ledger(source / FILE_NAME, reading=True)) as ledger:
            ledger.verify()
            manifest = json.loads((source / _MANIFEST).read_bytes())
            if manifest != _manifest(ledger, source, manifest["time"], manifest["tool"]):
                raise _damaged(source, f"{_MANIFEST} does not describe the ledger")
            if _quads(ledger) != (source / _HEADS).read_bytes():
                raise _damaged(source, f"{_HEADS} is not what the ledger holds")
    except (Unavailable, ValueError, KeyError, TypeError) as error:
        raise _damaged(source, str(error)) from error
    return _backup(manifest)


def restore(source: Path, home: Path, *, force: bool) -> Backup:
    """Make a home be as a backup says. Its store is built anew when it is next opened.

    The ledger that was there is kept beside the new one, as `ledger.before-restore.sqlite`.

    Args:
        source: a backup.
        home: a folder, made if need be.
        force: replace what is there.

    Raises:
        BadInput: the backup is damaged or none; or the home is not empty, without `force`.
        Locked: another process has the home open.
        StorageFailed: the home cannot be written; it is as it was.
    """
    made = verify(source)
    if not force and home.exists() and any(home.iterdir()):
        raise BadInput(f"{home} is not empty; --force replaces what it holds.", file=str(home))
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageFailed.of(error) from error
    folder = StoreFolder(home / "store")
    try:
        part = _staged(source / FILE_NAME, home)
        _put_aside(home)
        folder.break_seal()  # from here on the store is built from whichever ledger is there
        for log in ("-wal", "-shm"):  # of a damaged ledger only: it would be mixed into the new
            (home / f"{FILE_NAME}{log}").unlink(missing_ok=True)
        (home / mark.FILE_NAME).unlink(missing_ok=True)  # of the history that was
        part.replace(home / FILE_NAME)
        _sync(home)
    except OSError as error:
        raise StorageFailed.of(error) from error
    finally:
        folder.release()
    return made


def record(home: Path, made: Backup) -> None:
    """Note in a home that it was backed up, for `last_backup`.

    Raises:
        BadInput: the note cannot be written.
    """
    body = {"time": made.time, "version": made.sequence}
    write_file(home / _RECORD, json.dumps(body).encode() + b"\n", force=True)


def last_backup(home: Path) -> datetime | None:
    """When a home was last backed up; None where that is not known."""
    try:
        return datetime.fromisoformat(json.loads((home / _RECORD).read_bytes())["time"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refuse_target(target: Path, *, force: bool) -> None:
    if not target.name or not target.parent.is_dir():
        raise BadInput(f"{target}: there is no folder {target.parent}.", file=str(target))
    if not target.exists() and not target.is_symlink():
        return
    if not force:
        raise BadInput(f"{target} exists; --force replaces a backup.", file=str(target))
    backup = target.is_dir() and not target.is_symlink() and (target / _MANIFEST).is_file()
    if not backup:
        raise BadInput(f"{target} is not a backup, and is left alone.", file=str(target))


def _remove_left(target: Path) -> None:
    """Remove what processes that were killed left beside a backup."""
    for part in target.parent.glob(f".{escape(target.name)}.*.part"):
        process = part.name.split(".")[-2]
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            shutil.rmtree(part, ignore_errors=True)
        except (ValueError, OSError):
            continue


def _describe(part: Path) -> Backup:
    """Write what is said about the copy of a ledger beside it."""
    with closing(Ledger(part / FILE_NAME, reading=True)) as copy:
        copy.verify()
        if copy.base_iri() is None:
            raise Unavailable("Nothing was ever published in this home.")
        (part / _HEADS).write_bytes(_quads(copy))
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        manifest = _manifest(copy, part, time, f"ogpgraph {__version__}")
    (part / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    return _backup(manifest)


def _backup(manifest: dict[str, object]) -> Backup:
    graphs = manifest["graphs"]
    assert isinstance(graphs, list)
    base, time, sequence = manifest["base_iri"], manifest["time"], manifest["version"]
    assert isinstance(sequence, int)
    return Backup(str(base), sequence, str(time), len(graphs))


def _manifest(ledger: Ledger, folder: Path, time: str, tool: str) -> dict[str, object]:
    graphs = [
        {"graph": v.graph, "version": v.sequence, "triples": v.statements, "sha256": v.digest}
        for v in _published(ledger)
    ]
    files = {name: _digest(folder / name) for name in (FILE_NAME, _HEADS)}
    return {
        "format": "ogpgraph backup 1",
        "tool": tool,
        "time": time,
        "base_iri": ledger.base_iri(),
        "version": ledger.sequence(),
        "graphs": graphs,
        "files": files,
    }


def _published(ledger: Ledger) -> list[Version]:
    return [head for head in ledger.heads() if head.statements]


def _quads(ledger: Ledger) -> bytes:
    """What is published, as canonical N-Quads (RDFC-1.0)."""
    lines = (
        f"{line.removesuffix(' .')} <{head.graph}> .\n"
        for head in _published(ledger)
        for line in ledger.content(head.digest).lines
    )
    return "".join(sorted(lines)).encode()


def _staged(ledger: Path, home: Path) -> Path:
    """A copy of a ledger on the disk of a home, compared with the original."""
    for old in home.glob(".restored.*.part"):
        old.unlink(missing_ok=True)
    part = home / f".restored.{os.getpid()}.part"
    shutil.copyfile(ledger, part)
    part.chmod(0o600)
    _sync(part)
    if _digest(part) != _digest(ledger):
        part.unlink()
        raise Unavailable(f"The copy of {ledger} is not equal to it: the disk cannot be trusted.")
    return part


def _put_aside(home: Path) -> None:
    """Keep the present ledger, whole, under another name too."""
    ledger, log = home / FILE_NAME, home / f"{FILE_NAME}-wal"
    if not ledger.exists():
        return
    try:
        Ledger(ledger).close()  # which brings all into one file
    except Unavailable:
        pass  # damaged: both files are kept as they are
    else:
        if log.exists():
            raise Locked(f"The ledger in {home} is open in another process.")
    for path in (ledger, log):
        aside = home / path.name.replace(FILE_NAME, _ASIDE)
        aside.unlink(missing_ok=True)
        if path.exists():
            os.link(path, aside)


def _sums(folder: Path) -> str:
    return "".join(f"{_digest(folder / name)}  {name}\n" for name in _SUMMED)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names, in one step where the system has it."""
    with suppress(AttributeError):
        rename = ctypes.CDLL(None, use_errno=True).renameat2
        names = os.fsencode(one), os.fsencode(other)
        if rename(_HERE, names[0], _HERE, names[1], _EXCHANGE) == 0:
            return
    aside = other.with_name(f".{other.name}.{os.getpid()}.old")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


def _damaged(source: Path, reason: str) -> BadInput:
    return BadInput(f"The backup {source} is damaged: {reason}.", file=str(source))

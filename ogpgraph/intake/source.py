"""A file's bytes and format: bounded, and unpacked where it is gzip."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType

from ogpgraph.errors import BadInput
from ogpgraph.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from ogpgraph.shipped import data_files

SUFFIXES = MappingProxyType({".ttl": TURTLE, ".nt": N_TRIPLES, ".rdf": RDF_XML, ".jsonld": JSON_LD})
DATASET_SUFFIXES = frozenset({".nq", ".trig"})
ARCHIVE_SUFFIXES = frozenset(
    {".zip", ".tar", ".tgz", ".tbz", ".txz", ".bz2", ".xz", ".zst", ".7z", ".rar"}
)
MAX_BYTES = 32 * 1024 * 1024
"""A document's size at most, unpacked: the limit that uploads have too."""
MAX_RATIO = 100
"""How many times larger than packed a file may be."""

_GZIP = ".gz"


def read(path: Path) -> tuple[bytes, str]:
    """The bytes of a file and the media type that its suffix says.

    Raises:
        BadInput: it is not there, cannot be read, is too large, or of an unknown suffix.
    """
    packed = path.suffix.lower() == _GZIP
    media_type = _media_type(path, (path.with_suffix("") if packed else path).suffix.lower())
    try:
        content = _unpacked(path) if packed else _plain(path)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BadInput(f"{path}: not a whole gzip file: {error}.", file=str(path)) from error
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}.", file=str(path)) from error
    if len(content) > MAX_BYTES:
        raise BadInput(f"{path}: over the limit of {MAX_BYTES} bytes.", file=str(path))
    return content, media_type


def _media_type(path: Path, suffix: str) -> str:
    name = str(path)
    if suffix in DATASET_SUFFIXES:
        raise BadInput(
            f"{name}: {suffix} holds several graphs; give one file a named graph, as .ttl.",
            file=name,
        )
    if suffix in ARCHIVE_SUFFIXES:
        raise BadInput(
            f"{name}: {suffix} is not unpacked here; give the files, or one as .ttl.gz.", file=name
        )
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise BadInput(f"{name}: unknown format “{suffix}”; known are {known}.", file=name)
    return SUFFIXES[suffix]


def _plain(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _unpacked(path: Path) -> bytes:
    with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as stream:
        content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_RATIO * packed.tell():
            raise BadInput(
                f"{path}: over {MAX_RATIO} times larger than its packed bytes; unpack it yourself.",
                file=str(path),
            )
    return content


def document_files(paths: Iterable[Path]) -> list[Path]:
    """The files given, and every Turtle file below folders, plain or `.gz`, in the order given.

    Raises:
        BadInput: there is none below a folder.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted([*data_files(path), *path.rglob("*.ttl.gz")])
            if not found:
                raise BadInput(f"{path}: no .ttl file below this folder.", file=str(path))
            files.extend(found)
        else:
            files.append(path)
    return files

"""The query editor as `make web` builds it: where its files are, if they are there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = "editor"
"""The folder of the built files, below that of what is served as it is."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Addresses of the editor's script and style; each changes with what is there."""

    script: str
    style: str
    digest: str

    @classmethod
    def found(cls, static: Path) -> Bundle | None:
        """The editor among the static files; None where it was not built, or not whole."""
        files = [static / FOLDER / name for name in ("editor.js", "editor.css")]
        if not all(path.is_file() for path in files):
            return None
        digests = [hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files]
        script, style = (
            f"/static/{FOLDER}/{path.name}?v={digest}"
            for path, digest in zip(files, digests, strict=True)
        )
        return cls(script, style, "".join(digests))

"""How far the ledger of a home had come: one that lost its end is told, not taken for a new one."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ogpgraph.errors import BadInput, Unavailable
from ogpgraph.files import write_file
from ogpgraph.ledger import Ledger

FILE_NAME = "published.json"
"""Of the mark of a home."""


class Mark:
    """The newest version that readers of a home saw, with its seal, beside the ledger."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE_NAME

    def check(self, ledger: Ledger) -> None:
        """See that the ledger has that version, as it was.

        Raises:
            Unavailable: it has not: it is older than what was published, or another one.
        """
        try:
            noted = json.loads(self._path.read_bytes())
            version, seal = int(noted["version"]), str(noted["seal"])
        except (OSError, ValueError, KeyError, TypeError):  # none, or none that can be read
            return
        if ledger.seal(version) != seal:
            raise Unavailable(
                f"The ledger in {self._path.parent} is not the one that was published from: it "
                f"lacks version {version} as it was. It is an older copy, or has lost its end. "
                "`ogpgraph restore` brings back a backup; to go on from this ledger all the same, "
                f"remove {self._path}."
            )

    def note(self, version: int, seal: str) -> None:
        """Readers see this version. A full disk may keep the mark behind: it then tells less."""
        body = json.dumps({"version": version, "seal": seal}).encode() + b"\n"
        with suppress(BadInput):
            write_file(self._path, body, force=True)

"""Prints each installed package with its version and licence, from its own metadata (S4).

Those that the query editor holds, where it was built, come after: their texts stand beside it.
Run it in the environment that is asked about: `make licenses`. A package without a licence in its
metadata is listed with “?”, to be looked up by a person.
"""

from __future__ import annotations

from importlib.metadata import Distribution, distributions
from pathlib import Path

_EDITOR = Path(__file__).parents[1] / "ogpgraph" / "web" / "static" / "editor" / "packages.tsv"
_CLASSIFIER = "License :: "
_LONGEST = 60
"""Characters of a licence that is given as free text: some put the whole of it there."""


def licence(package: Distribution) -> str:
    """The licence of a package: its SPDX expression, else its classifiers, else its text."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = metadata.get_all("Classifier") or []
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith(_CLASSIFIER)]
    if named:
        return "; ".join(named)
    text = str(metadata.get("License") or "?").strip()
    first = text.splitlines()[0] if text else "?"
    return first[:_LONGEST]


def table() -> list[tuple[str, str, str]]:
    """Name, version and licence of every installed package, by name."""
    found = {package.metadata["Name"].lower(): package for package in distributions()}
    return [
        (package.metadata["Name"], package.version, licence(package))
        for _, package in sorted(found.items())
    ]


def bundled() -> list[str]:
    """Lines of the same form for what the query editor holds; none where it was not built."""
    return _EDITOR.read_text(encoding="utf-8").splitlines() if _EDITOR.exists() else []


if __name__ == "__main__":
    for row in table():
        print("\t".join(row))
    for line in bundled():
        print(line)

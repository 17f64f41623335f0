"""Where the ontology, shapes, queries, lexicon and data stand that come with the package.

In a checkout they are folders beside the package; in an installed wheel they are inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped files below `root`."""

    root: Path

    @classmethod
    def find(cls) -> Shipped:
        """The files inside the wheel where there are any, else those of the checkout."""
        inside = _PACKAGE / "shipped"
        return cls(inside if inside.is_dir() else _PACKAGE.parent)

    @property
    def ontology(self) -> tuple[Path, ...]:
        """The ontology, its alignments and the code lists: one named graph each."""
        folder = self.root / "ontology"
        return (*sorted(folder.glob("*.ttl")), *sorted((folder / "schemes").glob("*.ttl")))

    @property
    def context(self) -> Path:
        """The JSON-LD context."""
        return self.root / "ontology" / "context.jsonld"

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The SHACL shapes."""
        return tuple(sorted((self.root / "shapes").glob("*.ttl")))

    @property
    def queries(self) -> Path:
        """The folder of the stored queries."""
        return self.root / "queries"

    @property
    def lexicon(self) -> Path:
        """The folder of the lexicon of goals and targets, and of the model that weighs it."""
        return self.root / "lexicon" / "sdg"

    @property
    def data(self) -> tuple[Path, ...]:
        """The plans and what goes with them: one named graph each."""
        return data_files(self.root / "data" / "ttl")


def data_files(folder: Path) -> tuple[Path, ...]:
    """Every Turtle file below a folder, in the order of their paths."""
    return tuple(sorted(folder.rglob("*.ttl")))

"""The suggester as an agent: which one suggested can be told from what it suggested."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ogpgraph import __version__
from ogpgraph.files import Graph
from ogpgraph.iris import Names
from ogpgraph.statements import Statements
from ogpgraph.suggester.suggest import Suggestion

_SHOWN = 8


class Suggests(Protocol):
    """What suggests: a `Suggester`, or what lends one."""

    def suggest(self, text: str, *, threshold: float | None = None) -> Sequence[Suggestion]:
        """See `Suggester.suggest`."""
        ...


@dataclass(frozen=True, slots=True)
class Tool:
    """A suggester, and its version: that of the package, and of the files it reads."""

    suggester: Suggests
    version: str

    @classmethod
    def of(cls, suggester: Suggests, folder: Path) -> Tool:
        """The tool that a suggester is, made from the files of a folder."""
        return cls(suggester, f"{__version__}+{_digest(folder)}")

    def agent(self, names: Names) -> str:
        """The IRI of this version of it."""
        return names.thing("agent", f"sdgSuggester-{self.version.replace('+', '-')}")

    def activity(self, names: Names, plan: str) -> str:
        """The IRI of its reading of a plan."""
        return names.thing("activity", f"sdg-suggestions-{plan}-{self.version.replace('+', '-')}")

    def described(self, names: Names, plan: str) -> Graph:
        """What it says of itself, and of its reading of a plan."""
        said, agent, activity = Statements(), self.agent(names), self.activity(names, plan)
        said.is_a(agent, "prov:Agent", "prov:SoftwareAgent")
        spanish = f"Sugeridor de ODS de ogpgraph, versión {self.version}"
        english = f"ogpgraph SDG suggester, version {self.version}"
        said.text(agent, "skos:prefLabel", (spanish, english))
        said.value(agent, "schema:softwareVersion", self.version)
        said.is_a(activity, "prov:Activity")
        spanish = f"Lectura del plan {plan} por el sugeridor de ODS"
        english = f"Reading of plan {plan} by the SDG suggester"
        said.text(activity, "skos:prefLabel", (spanish, english))
        said.link(activity, "prov:wasAssociatedWith", agent)
        return said.graph()


def _digest(folder: Path) -> str:
    """The first digits of a SHA-256 over the files of the lexicon and the model."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".tsv", ".json"}:
            found.update(f"{path.relative_to(folder).as_posix()}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:_SHOWN]

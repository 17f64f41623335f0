"""The options and arguments that several commands share, described as `docs/settings.md` does."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from ogpgraph.settings import SETTINGS

ABOUT = MappingProxyType(
    {setting.name: f"{setting.description} [{setting.variable}]" for setting in SETTINGS}
)

GRAPH_FORMATS = MappingProxyType(
    {
        "ttl": "text/turtle",
        "nt": "application/n-triples",
        "jsonld": "application/ld+json",
        "rdf": "application/rdf+xml",
    }
)
"""Formats of one graph, by the suffix of a file."""

Home = Annotated[Path | None, typer.Option(help=ABOUT["home"])]
Language = Annotated[str | None, typer.Option("--lang", help=ABOUT["language"])]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="File; standard output if none.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Paths = Annotated[list[Path], typer.Argument(help="Turtle files, or folders of them.")]

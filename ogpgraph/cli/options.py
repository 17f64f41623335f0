"""The options and arguments that several commands share, described as `docs/settings.md` does."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from ogpgraph.errors import BadInput
from ogpgraph.settings import SETTINGS

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
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


def local_path(text: str) -> Path:
    """A path as it was given on the command line.

    Raises:
        BadInput: it is a URL: nothing is fetched (docs/decisions/0014).
    """
    if _URL.match(text):
        raise BadInput(
            f"{text}: nothing is fetched from the network here. Download it, look at it, and give "
            "the path of the file.",
            file=text,
        )
    return Path(text)


Home = Annotated[Path | None, typer.Option(help=ABOUT["home"])]
Language = Annotated[str | None, typer.Option("--lang", help=ABOUT["language"])]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", parser=local_path, metavar="FILE", help="File; standard output if none."
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Paths = Annotated[
    list[Path],
    typer.Argument(parser=local_path, metavar="PATHS...", help="Turtle files, or folders of them."),
]

"""The command line: `ogpgraph serve | load | validate | query | export | status`."""

from __future__ import annotations

from ogpgraph.cli.entry import main

__all__ = ["main"]

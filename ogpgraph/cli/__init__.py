"""The command line: `ogpgraph serve`, `load`, `validate`, `query` and the others in `entry.py`."""

from __future__ import annotations

from ogpgraph.cli.entry import main

__all__ = ["main"]

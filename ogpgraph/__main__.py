"""`python -m ogpgraph`."""

from __future__ import annotations

from ogpgraph.cli import main

main()

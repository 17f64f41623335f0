"""A process that proposes, then accepts and rejects for ever: `python reviewer.py HOME`.

It writes a line after each decision, and is to be killed.
"""

from __future__ import annotations

import os
import sys
from itertools import cycle
from pathlib import Path

from ogpgraph.reviewing.deciding import Decision
from ogpgraph.reviewing.tool import Tool
from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.shipped import Shipped
from ogpgraph.suggester.suggest import Suggester

ONE = "TST-1-1/16.5/suggested"


def main() -> None:
    """Decide on one suggestion, now so, now otherwise."""
    service = Service.open(load_settings({"home": Path(sys.argv[1])}, {}))
    folder = Shipped.find().lexicon
    tool = Tool.of(Suggester.of(folder), folder)
    service.reviews.propose("TST-1", tool, language="es", agent="t", source="t")
    for state in cycle(("accepted", "rejected")):
        decision = Decision.of(state, {"es": "Porque sí.", "en": "Because."})
        service.reviews.decide([ONE], decision, reviewer="Ana", agent="t", source="t", again=True)
        os.write(1, f"{state}\n".encode())


if __name__ == "__main__":
    main()

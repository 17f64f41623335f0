"""Whatever the description allows, and what it does not, is answered as it says (R1).

Schemathesis reads `/openapi.json` of a real server and asks every operation: its examples, the
edges of each parameter and body, and random ones; with methods, types and values that are wrong
too. Each answer must have a status, a media type, header fields and content that the description
has, and none may be a fault of the server. The short form is the same each time; the long one
(OGPGRAPH_SOAK=1) asks over 20,000 times, from another seed each time.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

HERE = Path(__file__).parent
SOAK = os.environ.get("OGPGRAPH_SOAK") == "1"
REQUESTS = 20_000 if SOAK else 1_500
"""That are asked at least, with and without the token."""
EXAMPLES = 160 if SOAK else 2
"""Random requests of an operation, at most."""


class Asked(Protocol):
    """The server of `conftest.py`."""

    url: str
    log: Path

    def requests(self) -> int: ...


def fuzz(server: Asked, folder: Path, *more: str) -> str:
    """Ask everything; what schemathesis printed."""
    seed = secrets.randbelow(2**32) if SOAK else 2026
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--no-color"),
        *("--config-file", str(HERE / "schemathesis.toml")),
        *("run", f"{server.url}/openapi.json", "--url", server.url, *more),
        *("--continue-on-failure", "--suppress-health-check", "all"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        *("--seed", str(seed), "--request-timeout", "60", "--output-truncate", "false"),
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "checks.py"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    return done.stdout


@pytest.mark.parametrize("who", ["anyone", "a writer"])
def test_every_operation_answers_as_described(who: str, server: Asked, tmp_path: Path) -> None:
    token = ("--header", "Authorization: Bearer a-token") if who == "a writer" else ()
    before = server.requests()
    printed = fuzz(server, tmp_path, *token)
    asked = server.requests() - before
    selected = re.search(r"Operations: +(\d+) selected / (\d+) total", printed)
    assert selected
    assert selected[1] == selected[2]
    assert asked >= REQUESTS / 2, printed
    print(f"{asked} requests by {who}")
    log = server.log.read_text(encoding="utf-8")
    assert '"level": "error"' not in log
    assert "Traceback" not in log

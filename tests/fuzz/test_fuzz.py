"""Whatever the description allows, and what it does not, is answered as it says (R1).

Schemathesis reads `/openapi.json` of a real server and asks every operation: its examples, the
edges of each parameter and body, and random ones; with methods, types and values that are wrong
too. Each answer must have a status, a media type, header fields and content that the description
has, and none may be a fault of the server. The short form is the same each time; the long one
(OGPGRAPH_SOAK=1) asks over 20,000 times, from another seed each time.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

Json = dict[str, Any]
HERE = Path(__file__).parent
SOAK = os.environ.get("OGPGRAPH_SOAK") == "1"
REQUESTS = {"anyone": 10_000, "a writer": 10_000} if SOAK else {"anyone": 1_500, "a writer": 100}
"""That are asked at least."""
EXAMPLES = 160 if SOAK else 2
"""Random requests of an operation, at most."""


class Asked(Protocol):
    """The server of `conftest.py`."""

    url: str
    log: Path

    def requests(self) -> int: ...


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Schemathesis, with what it checks here."""
    seed = secrets.randbelow(2**32) if SOAK else 2026
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--no-color"),
        *("--config-file", str(HERE / "schemathesis.toml"), "run", *more),
        *("--continue-on-failure", "--suppress-health-check", "all"),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
        *("--seed", str(seed), "--request-timeout", "60", "--output-truncate", "false"),
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "checks.py"), "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("who", ["anyone", "a writer"])
def test_every_operation_answers_as_described(who: str, server: Asked, tmp_path: Path) -> None:
    more = ["--header", "Authorization: Bearer a-token"] if who == "a writer" else []
    if more and not SOAK:  # what reads is asked by anyone
        more += [
            word for method in ("POST", "PUT", "DELETE") for word in ("--include-method", method)
        ]
    before = server.requests()
    done = run(tmp_path, f"{server.url}/openapi.json", "--url", server.url, *more)
    asked = server.requests() - before
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    selected = re.search(r"Operations: +(\d+) selected / (\d+) total", done.stdout)
    assert selected
    assert selected[1] == selected[2] or "--include-method" in more
    assert asked >= REQUESTS[who], done.stdout
    print(f"{asked} requests by {who}")
    log = server.log.read_text(encoding="utf-8")
    assert '"level": "error"' not in log
    assert "Traceback" not in log


def without_status(document: Json) -> None:
    del document["paths"]["/plans"]["get"]["responses"]["200"]


def without_form(document: Json) -> None:
    del document["paths"]["/plans"]["get"]["responses"]["200"]["content"]["application/json"]


def without_member(document: Json) -> None:
    del document["components"]["schemas"]["ActionPlan"]["properties"]["country"]


def with_a_field(document: Json) -> None:
    header = {"required": True, "schema": {"type": "string"}}
    document["paths"]["/plans"]["get"]["responses"]["200"]["headers"]["X-Never"] = header


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (without_status, "declared"),
        (without_form, "Undocumented Content-Type"),
        (without_member, "Response violates schema"),
        (with_a_field, "Missing required response headers"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_is_not_as_described_is_found(
    plant: Callable[[Json], None], told: str, server: Asked, tmp_path: Path
) -> None:
    document: Json = httpx.get(f"{server.url}/openapi.json", timeout=60).json()
    plant(document)
    place = tmp_path / "planted.json"
    place.write_text(json.dumps(document), encoding="utf-8")
    done = run(tmp_path, str(place), "--url", server.url, "--include-path", "/plans")
    assert done.returncode == 1
    assert told in done.stdout, done.stdout[-3_000:]

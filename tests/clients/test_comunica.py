"""Comunica, from npm: the endpoint as it is named, and as it finds it by itself.

It is installed from its lock file into `build/`, once a machine; without Node, or where it cannot be
had, these tests are skipped, but not in CI.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent / "comunica"
FILES = ("package.json", "package-lock.json", ".npmrc")
INSTALL_S, ASK_S = 600, 180
P = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
PLAN = "https://w3id.org/ogpgraph/id/plan/CRI-4"
PATTERNS = (
    P
    + """SELECT ?plan (COUNT(?c) AS ?n) WHERE {
  ?plan a ogp:ActionPlan ; ogp:hasCommitment ?c . ?c a ogp:Commitment ; ogp:number ?number
} GROUP BY ?plan ORDER BY ?plan"""
)
OPTIONAL = (
    P
    + """SELECT ?b ?es ?none WHERE {
  ?b a ogp:BranchOfState ; skos:prefLabel ?es FILTER(LANG(?es) = "es")
  OPTIONAL { ?b <urn:a:none> ?none }
} ORDER BY ?b"""
)
CONSTRUCT = P + f"CONSTRUCT {{ <{PLAN}> ?p ?o }} WHERE {{ <{PLAN}> ?p ?o }}"
ASK = P + "ASK { ?p a ogp:ActionPlan }"
MIXED = (
    P
    + """SELECT ?plan ?mark ?c WHERE {
  ?plan <urn:a:mark> ?mark . ?plan ogp:hasCommitment ?c . ?c a ogp:Commitment
}"""
)
"""One pattern is in a document beside the endpoint: Comunica joins, with requests of its own."""
BESIDE = f'<{PLAN}> <urn:a:mark> "here" .'


def jobs(endpoint: str) -> dict[str, dict[str, Any]]:
    named: list[Any] = [{"type": "sparql", "value": endpoint}]  # `sparql@…` on its command line
    found = [endpoint]
    beside = {
        "type": "serialized",
        "value": BESIDE,
        "mediaType": "text/turtle",
        "baseIRI": "urn:a:beside",
    }
    return {
        "named: patterns": {"sources": named, "query": PATTERNS},
        "named: optional": {"sources": named, "query": OPTIONAL},
        "named: construct": {"sources": named, "query": CONSTRUCT},
        "named: ask": {"sources": named, "query": ASK},
        "found: patterns": {"sources": found, "query": PATTERNS},
        "found: ask": {"sources": found, "query": ASK},
        "found: with a slash": {"sources": [f"{endpoint}/"], "query": ASK},
        "mixed": {"sources": [*named, beside], "query": MIXED},
        "malformed": {"sources": named, "query": "SELECT * { SERVICE <urn:a:x> { ?s ?p ?o } }"},
    }


def unavailable(why: str) -> None:
    """Skip, but fail in CI, which has what is needed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI has no Comunica: {why}")
    pytest.skip(f"Comunica is not to be had: {why}")


@pytest.fixture(scope="module")
def installed(repository: Path) -> Path:
    """The folder that it is installed in: another one for another lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        unavailable("there is no Node.js on this machine")
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:12]
    folder = repository / "build" / f"comunica-{digest}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in FILES:
            shutil.copy(HERE / name, folder / name)
        command = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_S, check=False
        )
        if done.returncode != 0:
            unavailable(f"npm ci ended with {done.returncode}: {done.stderr[-500:]}")
        (folder / "complete").touch()
    return folder


@pytest.fixture(scope="module")
def answers(installed: Path, endpoint: str) -> dict[str, dict[str, Any]]:
    """What it says to each job, in one process: it takes seconds to start."""
    asked = jobs(endpoint)
    done = subprocess.run(
        ["node", str(HERE / "ask.mjs"), str(installed)],
        input=json.dumps(list(asked.values())),
        capture_output=True,
        text=True,
        timeout=ASK_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(asked, json.loads(done.stdout), strict=True))


def test_the_lock_file_names_no_registry() -> None:
    lock = (HERE / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    hosts = set(re.findall(r"https?://([^/\"?]+)", lock))
    assert not {host for host in hosts if "npm" in host or "registry" in host}
    packages = json.loads(lock)["packages"]
    assert all("integrity" in one for name, one in packages.items() if name)


@pytest.mark.parametrize("source", ["named", "found"])
def test_several_patterns_are_joined_and_counted(answers: dict[str, Any], source: str) -> None:
    rows = answers[f"{source}: patterns"]["bindings"]
    assert len(rows) == 5
    assert sum(int(row["n"]["value"]) for row in rows) == 70


def test_what_is_optional_may_be_absent(answers: dict[str, Any]) -> None:
    rows = answers["named: optional"]["bindings"]
    assert len(rows) >= 5
    assert all(row["es"]["value"] and "none" not in row for row in rows)


def test_a_graph_comes_as_quads(answers: dict[str, Any]) -> None:
    quads = answers["named: construct"]["quads"]
    assert len(quads) > 5
    assert {subject["value"] for subject, _, _ in quads} == {PLAN}
    assert len({json.dumps(quad) for quad in quads}) == len(quads)


@pytest.mark.parametrize("job", ["named: ask", "found: ask", "found: with a slash"])
def test_a_question_is_answered(answers: dict[str, Any], job: str) -> None:
    assert answers[job] == {"boolean": True}


def test_its_own_counts_and_values_are_answered(answers: dict[str, Any]) -> None:
    """It asks how many there are of each pattern, then for those that fit what it has."""
    rows = answers["mixed"]["bindings"]
    assert {row["plan"]["value"] for row in rows} == {PLAN}
    assert {row["mark"]["value"] for row in rows} == {"here"}
    assert len({row["c"]["value"] for row in rows}) == len(rows) > 5


def test_what_is_refused_is_an_error_there_too(answers: dict[str, Any]) -> None:
    assert "error" in answers["malformed"]

"""curl, in the spellings that people paste."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

COUNT = """PREFIX ogp: <https://w3id.org/ogpgraph/ns#>
SELECT (COUNT(?c) AS ?n) WHERE { ?p a ogp:ActionPlan ; ogp:hasCommitment ?c }"""
QUERY = "Content-Type: application/sparql-query"
Curl = Callable[..., str]


@pytest.fixture(scope="module")
def curl() -> Curl:
    """Runs it, quietly, and gives what it wrote."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip("there is no curl on this machine")

    def run(*arguments: str, stdin: str | None = None) -> str:
        command = [program, "--silent", "--show-error", "--max-time", "60", *arguments]
        sent = stdin.encode() if stdin else None
        done = subprocess.run(command, input=sent, capture_output=True, timeout=90, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return run


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "query.rq"
    path.write_text(COUNT, encoding="utf-8")
    return str(path)


def number(text: str) -> int:
    (row,) = json.loads(text)["results"]["bindings"]
    return int(row["n"]["value"])


def test_get_with_data_urlencode(curl: Curl, endpoint: str) -> None:
    assert number(curl("-G", endpoint, "--data-urlencode", f"query={COUNT}")) == 70


def test_get_with_a_file_urlencoded(curl: Curl, endpoint: str, file: str) -> None:
    assert number(curl("-G", endpoint, "--data-urlencode", f"query@{file}")) == 70


def test_a_form_with_data_urlencode(curl: Curl, endpoint: str) -> None:
    assert number(curl(endpoint, "--data-urlencode", f"query={COUNT}")) == 70


def test_a_form_with_d(curl: Curl, endpoint: str) -> None:
    assert json.loads(curl(endpoint, "-d", "query=ASK%20%7B%7D"))["boolean"] is True
    assert json.loads(curl(endpoint, "-d", "query=ASK {}", "-d", "timeout=5"))["boolean"] is True


def test_a_file_as_the_body(curl: Curl, endpoint: str, file: str) -> None:
    assert number(curl(endpoint, "-H", QUERY, "--data-binary", f"@{file}")) == 70


def test_standard_input_as_the_body(curl: Curl, endpoint: str) -> None:
    assert number(curl(endpoint, "-H", QUERY, "--data-binary", "@-", stdin=COUNT)) == 70


def test_the_query_method(curl: Curl, endpoint: str, file: str) -> None:
    for url in (endpoint, f"{endpoint}/"):
        assert number(curl("-X", "QUERY", url, "-H", QUERY, "--data-binary", f"@{file}")) == 70


def test_the_query_method_is_answered_with_304(curl: Curl, endpoint: str) -> None:
    asked = ("-i", "-X", "QUERY", endpoint, "-H", QUERY, "-d", "ASK {}")
    head, _, _ = curl(*asked).partition("\r\n\r\n")
    (tag,) = (line[6:] for line in head.split("\r\n") if line.startswith("etag: "))
    assert curl(*asked, "-H", f"If-None-Match: {tag}").startswith("HTTP/1.1 304 ")


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        ("text/csv", "n\r\n70\r\n"),
        ("text/tab-separated-values", "?n\n70\n"),
        ("application/sparql-results+xml", "<?xml"),
        ("application/json", '{"head"'),
    ],
)
def test_accept(curl: Curl, endpoint: str, accept: str, first: str) -> None:
    answer = curl("-G", endpoint, "-H", f"Accept: {accept}", "--data-urlencode", f"query={COUNT}")
    assert answer.startswith(first)


def test_head(curl: Curl, endpoint: str) -> None:
    answer = curl("-I", "-G", endpoint, "--data-urlencode", f"query={COUNT}")
    assert answer.startswith("HTTP/1.1 200 ")
    assert "content-type: application/sparql-results+json" in answer
    assert "content-length: " in answer
    assert '"results"' not in answer


def test_options(curl: Curl, endpoint: str) -> None:
    answer = curl("-i", "-X", "OPTIONS", endpoint)
    assert answer.startswith("HTTP/1.1 204 ")
    assert "allow: GET, HEAD, OPTIONS, POST, QUERY\r\n" in answer


def test_the_service_description(curl: Curl, endpoint: str) -> None:
    assert "sparql-service-description#" in curl(endpoint, "-H", "Accept: text/turtle")


def test_fail_with_body_shows_the_problem(curl: Curl, endpoint: str) -> None:
    answer = curl("-G", endpoint, "--data-urlencode", "query=ASK {", "-w", "%{http_code}")
    assert answer.endswith("400")
    assert json.loads(answer[:-3])["type"].endswith("/malformed-query")


def test_a_long_query_is_414_in_the_address_and_told_to_be_posted(
    curl: Curl, endpoint: str, tmp_path: Path
) -> None:
    path = tmp_path / "long.rq"
    path.write_text("ASK {} #" + "x" * 65_600)
    found = json.loads(curl("-G", endpoint, "--data-urlencode", f"query@{path}"))
    assert found["status"] == 414
    assert "posted" in found["detail"]


def test_a_wish_for_http_2_changes_nothing(curl: Curl, endpoint: str) -> None:
    answer = curl("--http2", "-G", endpoint, "--data-urlencode", f"query={COUNT}")
    assert number(answer) == 70

"""`/docs`: every operation in both languages, with commands that can be pasted as they stand."""

from __future__ import annotations

import html
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from ogpgraph.service import Service
from ogpgraph.settings import load_settings
from ogpgraph.web.app import create_app

BASE = "http://localhost:8000"
COMMAND = re.compile(r"<code>(curl [^<]*)</code>")


def commands(client: httpx.Client, language: str) -> list[str]:
    text = client.get("/docs", params={"lang": language}).raise_for_status().text
    return [html.unescape(found) for found in COMMAND.findall(text)]


def test_every_operation_is_there_with_a_command(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    count = sum(len(methods) for methods in document["paths"].values())
    for language in ("es", "en"):
        assert len(commands(client, language)) == count
        text = client.get("/docs", params={"lang": language}).text
        for methods in document["paths"].values():
            for operation in methods.values():
                assert f'id="{operation["operationId"]}"' in text
    assert len(set(re.findall(r' id="([^"]+)"', text))) == len(re.findall(r' id="([^"]+)"', text))


def test_each_language_is_by_itself(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    pages = {name: client.get("/docs", params={"lang": name}).text for name in ("es", "en")}
    seen = 0
    for methods in document["paths"].values():
        for operation in methods.values():
            english, _, spanish = operation["summary"].partition(" / ")
            assert html.escape(english, quote=True).replace("&#x27;", "&#39;") in pages["en"]
            assert html.escape(spanish, quote=True).replace("&#x27;", "&#39;") in pages["es"]
            assert operation["summary"] not in html.unescape(pages["es"])
            seen += 1
    assert seen > 60
    assert 'lang="es"' in pages["es"]


def test_the_page_needs_no_script_and_nobody_else(client: httpx.Client) -> None:
    text = client.get("/docs").text
    assert "<script" not in text
    assert " style=" not in text
    loaded = re.findall(r'<(?:img|link|source)[^>]+(?:src|href)="([^"]+)"', text)
    assert [one for one in loaded if not one.startswith("/")] == []


def sent_by(command: str) -> tuple[str, str, dict[str, Any]]:
    """What curl sends: the method, the address, and the rest as httpx takes it."""
    words = iter(shlex.split(command.replace("$OGPGRAPH_TOKEN", "a-token")))
    assert next(words) == "curl"
    method, address, headers = "GET", "", {}
    form: dict[str, str] = {}
    more: dict[str, Any] = {}
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "--data-urlencode":
            name, _, value = next(words).partition("=")
            form[name] = value
        elif word == "--data-binary":
            more["content"] = next(words).encode()
        else:
            assert word.startswith(BASE)
            address = word.removeprefix(BASE)
    return method, address, {**more, "headers": headers, **({"data": form} if form else {})}


@pytest.fixture(scope="module")
def writing(
    home_of_its_own: Path, client_of: Callable[[FastAPI], httpx.Client]
) -> Iterator[httpx.Client]:
    free = {"client_seconds": 0, "client_errors": 0, "client_parallel": 0}
    settings = load_settings({"home": home_of_its_own, "token": "a-token", **free}, {})
    with closing(Service.open(settings)) as service:
        yield client_of(create_app(service))


@pytest.fixture(scope="module")
def home_of_its_own(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(filled_home, tmp_path_factory.mktemp("reference") / "home")


def test_every_command_does_what_it_says(writing: httpx.Client) -> None:
    """Reading first; then writing, in the page's order (what is made, then withdrawn), then updates."""
    asked = 0
    found = dict.fromkeys(commands(writing, "en"))
    reviews = [one for one in found if "/alignments/{identifier}/review" in one]
    assert 0 < len(reviews) <= 2
    for command in sorted(
        (one for one in found if one not in reviews),
        key=lambda one: ("Authorization" in one, "/update" in one),
    ):
        method, address, more = sent_by(command)
        answer = writing.request(method, address, **more)
        assert "{" not in address, command
        assert answer.status_code in {200, 201, 204, 302}, (command, answer.text)
        asked += 1
    assert asked > 60

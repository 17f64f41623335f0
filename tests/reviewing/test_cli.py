"""`ogpgraph review`: what it prints, and what it ends with."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.cli import main

ONE, OTHER = "TST-1-1/16.5/suggested", "TST-1-1/16.10/suggested"
REASONS = ("--reason-es", "Así es.", "--reason-en", "It is.")


@pytest.fixture
def home(planned_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = shutil.copytree(planned_home, tmp_path / "home")
    monkeypatch.setenv("OGPGRAPH_HOME", str(home))
    return home


def run(*arguments: str) -> int:
    try:
        main(["review", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def listed(capsys: Any, *arguments: str) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    assert run("list", "--json", *arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    return {one["id"]: one for one in map(json.loads, lines)}


def test_propose_list_accept_reject(home: Path, capsys: Any) -> None:
    assert run("propose", "TST-1", "--text-lang", "es", "--dry-run") == 0
    assert "version" not in capsys.readouterr().out
    assert listed(capsys) == {}
    assert run("propose", "TST-1", "--text-lang", "es") == 0
    told = capsys.readouterr().out
    assert f"  {ONE}\n" in told
    assert "graph/sdg-suggestions/TST-1" in told
    assert listed(capsys)[ONE]["state"] == "proposed"
    assert run("list", "--lang", "es") == 0
    assert "soborno" in capsys.readouterr().out

    assert run("accept", ONE, "--reason-es", "Sí.") == 2
    assert "Known: es, en" in capsys.readouterr().err
    assert run("accept", ONE, *REASONS, "--agent", "Ana", "--dry-run") == 0
    assert listed(capsys, "--state", "accepted") == {}
    assert run("accept", ONE, *REASONS, "--agent", "Ana") == 0
    assert f"{ONE}: accepted -> TST-1-1/16.5/curated" in capsys.readouterr().out
    assert run("accept", ONE, *REASONS, "--agent", "Ana") == 0
    assert "decided so already" in capsys.readouterr().out
    assert run("reject", ONE, "--reason-es", "No.", "--agent", "Luis") == 3
    assert "--again" in capsys.readouterr().err
    assert run("reject", ONE, OTHER, "--reason-es", "No.", "--agent", "Luis", "--again") == 0
    found = listed(capsys, "--state", "rejected", "--plan", "TST-1")
    assert found[ONE]["review"]["agent"] == found[OTHER]["review"]["agent"] == "luis"
    assert run("propose", "TST-1", "--text-lang", "es", "--lang", "es") == 0
    assert "TST-1: 2 rechazadas antes, no se proponen" in capsys.readouterr().out


@pytest.mark.parametrize("agent", ["", "  ", "\t\n"])
@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_an_agent_without_a_name_does_not_stand_for_the_user(
    verb: str, agent: str, home: Path, capsys: Any
) -> None:
    assert run("propose", "TST-1", "--text-lang", "es") == 0
    capsys.readouterr()
    assert run(verb, ONE, *REASONS, "--agent", agent) == 2
    assert "agent is “”; who decides is a name" in capsys.readouterr().err
    assert listed(capsys)[ONE]["review"] is None


def test_a_control_character_ends_as_wrong_usage(home: Path, capsys: Any) -> None:
    assert run("reject", ONE, "--reason-es", "a\x1bb") == 2
    assert "reason in es holds the control character U+001B" in capsys.readouterr().err


def test_what_is_wrong_ends_with_its_code(home: Path, capsys: Any) -> None:
    assert run("propose", "NONE-1") == 3
    assert run("accept", "TST-1-1/9/suggested", *REASONS) == 3
    assert run("accept", "a b>", *REASONS) == 2
    assert run("list", "--state", "maybe") == 2
    assert run("list", "--plan", "NONE-1") == 2
    assert run("propose", "TST-1", "--text-lang", "fr") == 2
    assert run("accept", *REASONS) == 2
    assert run("list", "--home", str(home / "none")) == 4
    assert "Traceback" not in capsys.readouterr().err

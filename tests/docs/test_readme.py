"""Every console block of README.md, run as it stands, against a running service.

A line `$ command` is run by bash (it goes on while a quote is open or its lines end in a backslash);
what follows is its expected output, in which `…` stands for anything. A command must succeed unless
the next one is `echo $?`. After the comment `<!-- service: stopped -->` the service is stopped for one block.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import ogpgraph

REPO = Path(__file__).resolve().parents[2]
README = REPO / "README.md"
BLOCK = re.compile(
    r"(<!-- service: stopped -->\s*)?^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
MARK = "<<<end of command>>>"
SECONDS = 300


@dataclass
class Command:
    text: str
    expected: str = ""


@dataclass
class Block:
    line: int
    commands: list[Command]
    needs_home: bool


def read_blocks() -> list[Block]:
    text = README.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, match.start(2)) + 1, _commands(match[2]), bool(match[1]))
        for match in BLOCK.finditer(text)
    ]


def _commands(text: str) -> list[Command]:
    commands: list[Command] = []
    for line in text.splitlines():
        if commands and not commands[-1].expected and _goes_on(commands[-1].text):
            commands[-1].text += "\n" + line
        elif line.startswith("$ "):
            commands.append(Command(line[2:]))
        else:
            commands[-1].expected += line + "\n"
    return commands


def _goes_on(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:  # a quote is open
        return True
    return command.endswith("\\")


BLOCKS = read_blocks()


def test_the_tour_has_blocks() -> None:
    assert len(BLOCKS) >= 6
    assert sum(len(block.commands) for block in BLOCKS) >= 10
    assert any(block.needs_home for block in BLOCKS)


@pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")),
    reason="the tour is typed into bash and uses curl; one of them is not on this machine",
)
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line-{block.line}")
def test_block(block: Block, server, folder: Path) -> None:
    if not block.needs_home:
        _run(block, server, folder)
        return
    with server.stopped():
        _run(block, server, folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands run: it looks like the checkout, and what they write stays out of it."""
    place = tmp_path_factory.mktemp("readme")
    for name in ("data", "queries"):
        (place / name).symlink_to(REPO / name, target_is_directory=True)
    commands = place / "bin"
    commands.mkdir()
    _script(commands / "ogpgraph", f'exec {shlex.quote(sys.executable)} -m ogpgraph "$@"')
    _script(commands / "python3", f'exec {shlex.quote(sys.executable)} "$@"')
    return place


def _script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)


def _run(block: Block, server, folder: Path) -> None:
    parts = [
        f"{c.text}\n__status=$?; echo '{MARK}' $__status; (exit $__status)" for c in block.commands
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OGPGRAPH_")}
    environment |= {
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(ogpgraph.__file__).parents[1]),
        "BASE": server.base,
        "HOME_DIR": str(server.home),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(parts)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    outputs = re.findall(rf"(.*?){MARK} (\d+)\n", done.stdout.decode(), re.DOTALL)
    assert len(outputs) == len(block.commands), done.stdout.decode()
    following = [c.text for c in block.commands[1:]] + [""]
    for command, (output, status), after in zip(block.commands, outputs, following, strict=True):
        assert status == "0" or after == "echo $?", f"$ {command.text}\n{output}"
        if command.expected:
            assert _matches(command.expected, output), f"$ {command.text}\n{output}"


def _matches(expected: str, output: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in _plain(expected).split("…"))
    return re.fullmatch(pattern, _plain(output), re.DOTALL) is not None


def _plain(text: str) -> str:
    """Without spaces at the ends of lines, which tables have and nobody sees."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())

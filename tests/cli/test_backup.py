"""`ogpgraph backup` and `restore`, beside a running service and alone (O4)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ogpgraph.backup import last_backup

Process = Callable[..., subprocess.CompletedProcess[str]]
Run = Callable[..., Any]


def test_a_served_home_is_backed_up_and_restored(
    server: Any, process: Process, run: Run, tmp_path: Path
) -> None:
    found = process("backup", str(tmp_path / "backup"), "--home", str(server.home))
    assert (found.returncode, found.stderr) == (0, "")
    assert last_backup(server.home) is not None
    new = tmp_path / "new"
    assert run("restore", tmp_path / "backup", "--check").code == 0
    assert not new.exists()
    restored = run("restore", tmp_path / "backup", "--home", new)
    assert restored.code == 0
    assert f"{new} is as it says." in restored.out
    one, other = (run("export", "--home", place).out for place in (server.home, new))
    assert one == other != ""
    refused = process("restore", str(tmp_path / "backup"), "--home", str(server.home), "--force")
    assert refused.returncode == 4
    assert f"pid {server.process.pid}" in refused.stderr


def test_what_cannot_be_done_has_its_exit_code(run: Run, own_home: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    assert run("backup", backup, "--home", tmp_path / "none").code == 4
    assert run("backup", tmp_path / "none" / "backup", "--home", own_home).code == 3
    assert run("backup", backup, "--home", own_home).code == 0
    assert run("backup", backup, "--home", own_home).code == 3
    assert run("backup", backup, "--home", own_home, "--force").code == 0
    assert run("restore", backup, "--home", own_home).code == 3
    assert run("restore", tmp_path, "--home", tmp_path / "new").code == 3
    (backup / "heads.nq").write_bytes(b"")
    found = run("restore", backup, "--home", tmp_path / "new")
    assert found.code == 3
    assert "heads.nq is not as it was written" in found.err
    assert not (tmp_path / "new").exists()

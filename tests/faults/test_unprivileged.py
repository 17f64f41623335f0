"""O10: the service runs as nobody, on a root file system that cannot be written."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

NOBODY = 65534
SCRIPT = f"""
set -e
mount --make-rprivate /
mount -t tmpfs -o size=128m,mode=1777 none "$1"
mount -o remount,bind,ro /
shift
exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --no-new-privs --bounding-set=-all "$@"
"""


def readable_by_all(path: Path) -> bool:
    """Whether anybody may reach and read a file or folder."""
    steps = [path.resolve(), *path.resolve().parents]
    return all(stat.S_IMODE(step.stat().st_mode) & 0o005 == 0o005 for step in steps)


def interpreter() -> str | None:
    """A Python of this version that anybody may run."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for found in (Path(sys.executable), Path(f"/usr/bin/python{version}")):
        if found.exists() and readable_by_all(found):
            return str(found)
    return None


@pytest.fixture
def as_nobody(tmp_path: Path, repository: Path) -> Iterator[list[str]]:
    """The beginning of a command that runs without rights; skips where that cannot be had."""
    if os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        pytest.skip("needs root, unshare and setpriv, to give the rights up")
    found = interpreter()
    if found is None or not readable_by_all(repository):
        pytest.skip("needs a Python and a checkout that others than root may read")
    script = tmp_path / "as-nobody"
    script.write_text(SCRIPT)
    with tempfile.TemporaryDirectory() as writable:  # pytest's own folders are for root only
        Path(writable).chmod(0o755)
        begin = ["unshare", "--mount", "bash", str(script), writable]
        if subprocess.run([*begin, "true"], capture_output=True, check=False).returncode != 0:
            pytest.skip("this machine does not allow a mount namespace")
        yield [
            *begin,
            found,
            "-m",
            "ogpgraph",
            "serve",
            "--no-sample",
            "--home",
            f"{writable}/home",
        ]


def test_it_serves_without_rights_and_without_writing_elsewhere(
    as_nobody: list[str], tmp_path: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    paths = [
        path for path in sys.path if path and Path(path).is_dir() and readable_by_all(Path(path))
    ]
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*as_nobody, "--port", str(port)],
            stdout=stream,
            stderr=stream,
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths)},
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            deadline = time.monotonic() + 120
            while (ready := status(client)) != 200 and time.monotonic() < deadline:
                assert process.poll() is None, log.read_text()
                time.sleep(0.2)
            assert ready == 200, (client.get("/health/ready").text, log.read_text())
            answer = client.get("/sparql", params={"query": "ASK {?s ?p ?o}"})
            assert json.loads(answer.text)["boolean"] is True
            assert client.get("/commitments?page_size=1").status_code == 200
        status_file = Path(f"/proc/{process.pid}/status").read_text()
        assert f"Uid:\t{NOBODY}" in status_file
    finally:
        process.terminate()
        assert process.wait(30) == 0, log.read_text()


def status(client: httpx.Client) -> int:
    try:
        return client.get("/health/ready").status_code
    except httpx.TransportError:
        return 0

"""C1, C2, C3, C5: how every command ends, and what it leaves."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ogpgraph.cli.exits import exit_code
from ogpgraph.cli.opening import agent
from ogpgraph.errors import OgpGraphError, ValidationFailed
from ogpgraph.ledger import Ledger
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

GraphFile = Callable[..., Path]
Run = Callable[..., Any]
NO_LANGUAGE = '\nagent:x a <http://www.w3.org/ns/prov#Agent> ; dcterms:title "no language" .\n'
SIGNALS = 30 if os.environ.get("OGPGRAPH_SOAK") else 2
TEST = "https://w3id.org/ogpgraph/graph/shared/test"

CASES = """
0  --version
0  --help
0  load --help
0  query --help
0  restore --help
0  validate GOOD
0  validate GOOD --format json
0  validate GOOD --format ttl --lang es
0  query ASK{} --home HOME
0  query SELECT*{} --home HOME --format csv
0  status --home HOME
0  status --home HOME --json
0  history --home HOME
0  history scheme/branch --home HOME
0  diff --from 1 --to 1 --home HOME
0  export --home HOME --graph scheme/branch
0  export --home HOME --at 0
0  backup NEW --home HOME
1  validate BROKEN
1  validate BROKEN --format json
1  validate GOOD BROKEN
1  load BROKEN --home HOME
1  diff --from 0 --to 1 --home HOME
2  none
2  --none
2  load
2  load GOOD --lang fr --home HOME
2  validate GOOD --format exe
2  query
2  query ASK{} --format exe --home HOME
2  query ASK{} more --home HOME
2  query SELECT*{} --format ttl --home HOME
2  export --format exe --home HOME
2  export --format ttl --home HOME
2  export --graph plan/none --home HOME
2  export --at 1000000 --home HOME
2  export --at 1 --derived --home HOME
2  history plan/none --home HOME
2  history --limit none --home HOME
2  rollback scheme/branch --home HOME
2  rollback plan/none --to 1 --home HOME
2  rollback scheme/branch --to 1000000 --home HOME
4  rollback scheme/branch --to 1 --home MISSING
2  diff --to -1 --home HOME
2  diff --format exe --home HOME
2  backup
2  restore
2  serve --port 0 --home HOME
2  serve --port http --home HOME
2  serve --base-iri none --home HOME
3  validate MISSING
3  validate EMPTY
3  validate SYNTAX
3  validate SUFFIX
3  load MISSING --home HOME
3  load SYNTAX --home HOME
3  query SELECT --home HOME
3  query missing.rq --home HOME
3  query ASK{} --home HOME --output GOOD --format json
3  export --home HOME --output GOOD --format nq
3  export --home HOME --output MISSING/a.nq
3  backup GOOD --home HOME
3  backup EMPTY --home HOME --force
3  restore MISSING --home NEW
3  restore EMPTY --home NEW
4  status --home MISSING
4  history --home MISSING
4  diff --home MISSING
4  export --home MISSING
4  backup NEW --home MISSING
4  query ASK{} --home MISSING
4  load GOOD --home GOOD/home
4  status --home DAMAGED
4  history --home DAMAGED
4  export --home DAMAGED
4  backup NEW --home DAMAGED
4  query ASK{} --home DAMAGED
4  query ASK{} --endpoint http://127.0.0.1:1/sparql
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exits")


@pytest.fixture
def words(places: Path, tmp_path: Path, home: Path, graph_file: GraphFile) -> Callable[[str], str]:
    """Fills in what a case names."""
    (places / "empty").mkdir(exist_ok=True)
    (places / "damaged").mkdir(exist_ok=True)
    (places / "damaged" / "ledger.sqlite").write_bytes(b"no ledger " * 100)
    (places / "syntax.ttl").write_text("<urn:a> .")
    (places / "file.exe").write_text("")
    known = {
        "GOOD": graph_file("good.ttl"),
        "BROKEN": graph_file("broken.ttl", graph="shared/broken", more=NO_LANGUAGE),
        "SYNTAX": places / "syntax.ttl",
        "SUFFIX": places / "file.exe",
        "EMPTY": places / "empty",
        "DAMAGED": places / "damaged",
        "MISSING": places / "missing",
        "NEW": tmp_path / "new",
        "HOME": home,
    }

    def fill(word: str) -> str:
        first, *rest = word.split("/", 1)
        return "/".join([str(known[first]), *rest]) if first in known else word

    return fill


@pytest.mark.parametrize("case", [line for line in CASES.splitlines() if line])
def test_every_command_ends_as_the_table_says(
    run: Run, words: Callable[[str], str], case: str
) -> None:
    """C1: the code, a message on standard error, no traceback, nothing said to be done."""
    code, *arguments = case.split()
    found = run(*map(words, arguments))
    assert found.code == int(code), found.err
    assert "Traceback" not in found.err + found.out
    if int(code) > 1:
        assert found.err.strip()
        assert found.out == ""


def test_the_table_is_long_enough() -> None:
    assert len([line for line in CASES.splitlines() if line]) >= 40


def test_a_validator_that_fails_is_our_fault() -> None:
    assert exit_code(ValidationFailed("It could not finish.")) == 5
    assert exit_code(OgpGraphError("Anything.")) == 3


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    if os.geteuid() != 0:
        assert agent()
        return
    program = "import os; os.setuid(64321); from ogpgraph.cli.opening import agent; print(agent())"
    command = ["-c", "import sys\nfrom ogpgraph.cli.opening import agent\n" + program]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    assert done.stdout == "uid 64321\n"


# --- files that are written (C2) -------------------------------------------------------------


def test_a_link_is_not_followed(run: Run, home: Path, tmp_path: Path) -> None:
    """What a link leads to stays as it is, whether it is there or not."""
    precious = tmp_path / "precious"
    precious.write_text("old")
    for name, target in (("a.nq", precious), ("b.nq", tmp_path / "none")):
        link = tmp_path / name
        link.symlink_to(target)
        run("export", "--home", home, "--output", link, "--force")
        assert precious.read_text() == "old"
        assert not (tmp_path / "none").exists()
        assert not link.is_symlink()


def test_a_folder_is_not_replaced(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    found = run(
        "export", "--home", home, "--output", tmp_path / "folder", "--format", "nq", "--force"
    )
    assert found.code == 3
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]


# --- nothing is fetched (C3) -----------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "HTTPS", "ftp", "file"])
@pytest.mark.parametrize(
    "command", [["load"], ["validate"], ["query"], ["restore"], ["backup"], ["export", "--output"]]
)
def test_a_url_is_refused_and_not_fetched(
    run: Run, home: Path, tmp_path: Path, scheme: str, command: list[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        url = f"{scheme}://127.0.0.1:{canary.getsockname()[1]}/x.rq"
        options = [] if command == ["validate"] else ["--home", home]
        found = run(*command, url, *options)
        canary.setblocking(False)
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert found.code == 3
    assert url in found.err
    assert "nothing is fetched" in found.err


# --- signals (C5) ----------------------------------------------------------------------------


def test_a_signal_in_load_leaves_all_or_nothing(
    environment: dict[str, str], bare_home: Path, tmp_path: Path, graph_file: GraphFile
) -> None:
    """C5: 130 and 143, and the home as before or fully loaded, to be opened again."""
    files = [graph_file(f"{at}.ttl", graph=f"shared/test{at}") for at in range(8)]
    for at in range(SIGNALS):
        home = shutil.copytree(bare_home, tmp_path / f"home{at}")
        with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
            before = ledger.sequence()
        (home / "store.lock").unlink()  # it is there again when the command has opened the home
        command = [sys.executable, "-m", "ogpgraph", "load", *map(str, files), "--home", str(home)]
        number = (signal.SIGINT, signal.SIGTERM)[at % 2]
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as child:
            deadline = time.monotonic() + 60
            while not (home / "store.lock").exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(random.uniform(0.0, 4.0))
            child.send_signal(number)
            code = child.wait(60)
            assert child.stderr is not None
            told = child.stderr.read().decode()
        assert code in {0, 128 + number, -number}, told  # a shell calls the last two the same
        assert "Traceback" not in told
        with closing(Ledger(home / "ledger.sqlite", reading=True)) as ledger:
            ledger.verify()
            after = ledger.sequence()
        assert after in ({before, before + 8} if code else {before + 8})
        with closing(Service.open(load_settings({"home": home}, {}))) as service:
            loaded = [iri for iri in service.store.graphs() if iri.startswith(TEST)]
            assert len(loaded) == after - before


def test_a_killed_export_leaves_the_old_file(
    environment: dict[str, str], filled_home: Path, tmp_path: Path
) -> None:
    """C2: kill -9 at any moment; the file is the old one or the new one."""
    home, path = shutil.copytree(filled_home, tmp_path / "home"), tmp_path / "a.nq"
    command = [sys.executable, "-m", "ogpgraph", "export", "--home", str(home), "-o", str(path)]
    subprocess.run(command, env=environment, check=True)
    new = path.read_bytes()
    for _ in range(SIGNALS):
        path.write_bytes(b"old")
        with subprocess.Popen([*command, "--force"], env=environment) as child:
            time.sleep(random.uniform(0.1, 1.5))
            child.kill()
        assert path.read_bytes() in {b"old", new}

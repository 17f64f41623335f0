"""A remote engine that is away or refuses: told with its URL and status, never with a password."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ogpgraph.errors import Unavailable
from ogpgraph.service import Service
from ogpgraph.settings import load_settings

SECRET = "s3cret-passw0rd"


@pytest.fixture
def refusing() -> Iterator[Callable[[int], str]]:
    """Starts engines that answer every request with one status."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int) -> str:
        class Refuse(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"INTERNAL-DETAIL")

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/query"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def opened(home: Path, url: str) -> Service:
    given = {"home": home, "store": url, "store_update": url}
    given |= {"store_user": "ana", "store_password": SECRET}
    return Service.open(load_settings(given, {}))


def filled(home: Path, bare_home: Path) -> Path:
    """A home with a ledger of something that the remote store must hold."""
    home.mkdir()
    (home / "ledger.sqlite").write_bytes((bare_home / "ledger.sqlite").read_bytes())
    return home


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
@pytest.mark.filterwarnings("ignore:unknown response content type")
def test_a_refusal_at_start_names_the_engine_and_the_status(
    bare_home: Path, tmp_path: Path, refusing: Callable[[int], str], status: int
) -> None:
    url = refusing(status)
    with pytest.raises(Unavailable) as caught:
        opened(filled(tmp_path / "home", bare_home), url)
    assert url in caught.value.message
    assert f"status {status}" in caught.value.message
    assert SECRET not in caught.value.message
    assert "INTERNAL-DETAIL" not in caught.value.message


def test_an_engine_that_is_away_at_start_is_named(
    bare_home: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    place = f"127.0.0.1:{free_port()}/query"
    home = filled(tmp_path / "home", bare_home)
    with pytest.raises(Unavailable, match=r"cannot be reached") as caught:
        opened(home, f"http://ana:{SECRET}@{place}?key={SECRET}")
    assert f"http://{place}" in caught.value.message
    assert SECRET not in caught.value.message

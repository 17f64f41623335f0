"""Run the service under uvicorn until it is told to stop."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import stat
import sys
from pathlib import Path
from types import FrameType
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from ogpgraph.errors import Unavailable
from ogpgraph.service import Service
from ogpgraph.settings import Settings
from ogpgraph.store.isolated import IsolatedStore
from ogpgraph.web import logs
from ogpgraph.web.app import create_app
from ogpgraph.web.connections import IDLE_S, Connection, protocol
from ogpgraph.web.guard import Guard

_FINISH_S = 7.0
"""Seconds that requests in flight get when the service stops; then their workers are ended."""
_GRACE_S = 8
"""Seconds after which those that still have no answer are dropped: all is over within ten."""
_BACKLOG = 2048
_MOST_CONNECTIONS, _OTHER_FILES = 2000, 256
"""Connections at most, and the open files that they must leave to the store and the workers."""
_LEAST_FILES = 512
"""Open files that the store, the workers and a few hundred connections need together."""


def bind(settings: Settings) -> socket.socket:
    """The socket to listen on, bound: to be had before anything is loaded.

    Raises:
        Unavailable: the port cannot be had, or the process may not open enough files.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < _LEAST_FILES:
        raise Unavailable(
            f"This process may open {files} files, and the service needs {_LEAST_FILES} at least: "
            f"raise the limit, with `ulimit -n {_LEAST_FILES}` or what your system has for it."
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise _not_to_be_had(settings, error) from error
    return listener


def run(service: Service, listener: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; the URLs are printed when the port is open.

    Args:
        service: what to serve. It is not closed here.
        listener: from `bind`.

    Raises:
        Unavailable: another process began to listen on the port in the meantime.
    """
    settings = service.settings
    try:
        listener.listen(_BACKLOG)
    except OSError as error:
        raise _not_to_be_had(settings, error) from error
    logs.configure(settings)
    base = settings.base_url()
    app = create_app(service)
    app.state.desk.prepare()
    config = options(app, settings)
    lines = (
        f"ogpgraph is ready: {base}/",
        f"  SPARQL    {base}/sparql",
        f"  REST      {base}/commitments   (description: {base}/docs)",
        f"  home      {settings.home}",
    )
    _say_if_open_to_others(settings.home)
    print("\n".join(lines), flush=True)  # noqa: T201  # what the person waits for
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn stops at them, then raises them again
        signal.signal(number, lambda *_: None)
    _Server(config, service).run(sockets=[listener])
    _end_at_once()  # uvicorn has put our own handlers back


def options(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """How an application is served: what the settings say, and what no setting changes."""
    return uvicorn.Config(
        app,
        log_config=None,
        http=cast("type[asyncio.Protocol]", protocol(_guard(settings))),
        ws="none",
        timeout_keep_alive=IDLE_S,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        proxy_headers=False,  # it would believe any process of this machine: see web/client.py
    )


def _guard(settings: Settings) -> Guard:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    some = files if files != resource.RLIM_INFINITY else _MOST_CONNECTIONS + _OTHER_FILES
    return Guard(
        per_client=settings.client_connections,
        total=min(_MOST_CONNECTIONS, some - _OTHER_FILES),
        trusted=settings.trusted_proxies,
    )


class _Server(uvicorn.Server):
    """Stops in two steps at the first signal, and at once at the second."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service
        self._lanes = (service.public, service.store)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop. A second signal does what it does to any process."""
        super().handle_exit(sig, frame)
        _end_at_once()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests finish, then end what works for them, then leave."""
        ending = asyncio.get_running_loop().call_later(_FINISH_S, self._end_requests)
        try:
            await super().shutdown(sockets)
        finally:
            ending.cancel()

    def _end_requests(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection):
                connection.give_up()
        asyncio.get_running_loop().run_in_executor(None, self._end_workers)

    def _end_workers(self) -> None:
        """What is still at work is told that the service stops; no thread waits for it."""
        for lane in self._lanes:
            if isinstance(lane, IsolatedStore):
                lane.pool.close()
        self._service.intake.close()
        self._service.visiting.close()


def _end_at_once() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def _not_to_be_had(settings: Settings, error: OSError) -> Unavailable:
    reason = error.strerror or str(error)
    return Unavailable(f"{settings.host}:{settings.port} cannot be listened on: {reason}.")


def _say_if_open_to_others(home: Path) -> None:
    """A new home is its owner's only; one that was there before stays as it is."""
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o077:
        text = f"ogpgraph: {home} is open to others ({mode:o}); `chmod 700` keeps it to its owner."
        print(text, file=sys.stderr)  # noqa: T201

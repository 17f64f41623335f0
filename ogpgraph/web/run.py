"""Run the service under uvicorn until it is told to stop."""

from __future__ import annotations

import signal
import socket

import uvicorn

from ogpgraph.errors import Unavailable
from ogpgraph.service import Service
from ogpgraph.web.app import create_app

_GRACE = 10
"""Seconds that requests in flight get when the service stops."""


def run(service: Service) -> None:
    """Serve until SIGINT or SIGTERM; the URLs are printed when the port is open.

    Raises:
        Unavailable: the port cannot be had.
    """
    settings = service.settings
    listener = _listen(settings.host, settings.port)
    base = settings.base_url()
    config = uvicorn.Config(
        create_app(service),
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
    lines = (
        f"ogpgraph is ready: {base}/",
        f"  SPARQL    {base}/sparql",
        f"  REST      {base}/commitments   (description: {base}/docs)",
        f"  home      {settings.home}",
    )
    print("\n".join(lines), flush=True)  # noqa: T201  # what the person waits for
    for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn stops at them, then raises them again
        signal.signal(number, lambda *_: None)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise Unavailable(f"{host}:{port} cannot be listened on: {reason}.") from error
    return listener

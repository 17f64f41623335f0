"""The application: its routes, the shape of its errors, and the layers around them."""

from __future__ import annotations

from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.cors import CORSMiddleware

from ogpgraph import __version__
from ogpgraph.service import Service
from ogpgraph.web import (
    describing,
    discovery,
    dumps,
    entities,
    health,
    metrics,
    problems,
    resources,
    sparql,
    validation,
)
from ogpgraph.web.envelope import Envelope
from ogpgraph.web.observe import Observed

_EXPOSED = (
    "ETag",
    "Link",
    "Content-Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "X-Request-Id",
)


def create_app(service: Service) -> FastAPI:
    """The ASGI application over an open service."""
    app = FastAPI(
        title="ogpgraph",
        version=__version__,
        summary="A knowledge graph of Open Government action plans.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.metrics = counted = metrics.Metrics(service)
    problems.install(app)
    about = (discovery, describing, dumps, health, metrics)
    for room in (*about, sparql, validation, entities, resources):
        room.install(app)
    static = str(files("ogpgraph.web") / "static")
    app.mount("/static", StaticFiles(directory=static), name="static")
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )
    app.add_middleware(Envelope, service=service)
    app.add_middleware(Observed, metrics=counted)
    return app
